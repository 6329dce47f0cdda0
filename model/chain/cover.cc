#include "model/chain/cover.h"

#include <algorithm>
#include <map>

#include "model/chain/candidates.h"
#include "model/chain/policy.h"
#include "model/chain/resolve_internal.h"

namespace capmarket::chain {
namespace {

/// Units in one granule, or in a row of granules in which nothing changes.
using Units = Int128;

/// What one candidate does in one step in one row of granules.
struct Gift {
  std::size_t candidate;
  Units had = 0, could = 0, gives = 0, share = 0;
};

/// The cover of one leg, row by row.
class Covering {
 public:
  Covering(const Turn& turn, const Displacer& d, std::vector<Candidate> candidates)
      : turn_(turn), d_(d), candidates_(std::move(candidates)), victims_(candidates_.size()) {}

  void cover_all();
  std::vector<CoverVictim> victims();

 private:
  std::vector<Instant> rows() const;
  Units own_lack(const Window& row) const;
  Units shared_lack(const Window& row) const;
  void cover_row(const Window& row);
  Units step(const Window& row, bool shared, Units lack);
  std::vector<Gift> gifts(const Window& row, bool shared, const std::map<std::size_t, Units>& taken);
  void give(std::vector<Gift>& gifts, Units lack) const;
  void record(const Window& row, bool shared, Units lack, const std::vector<Gift>& gifts);
  /// What tier `name` may still give in the first step; no bound for most.
  std::optional<Units> above_set_aside(const Window& row, const std::string& name) const;

  const Turn& turn_;
  const Displacer& d_;
  std::vector<Candidate> candidates_;
  std::vector<std::vector<CoverPart>> victims_;  // by candidate
  std::map<std::size_t, Units> taken_;           // in this row, by candidate
};

/// `t` rounded down to a multiple of the granularity, at least -kWireMax.
Instant floor_to(const rules::Rule& rule, Instant t) {
  Int128 origin = rule.origin.value_or(Instant(0)).value;
  Int128 g = rule.granularity.value;
  Int128 down = origin + floor_div(t.value - origin, g) * g;
  return Instant(static_cast<std::int64_t>(std::max<Int128>(down, -kWireMax)));
}

/// From the reach's start on, the starts of rows, then its end.
std::vector<Instant> Covering::rows() const {
  std::vector<Instant> changes = turn_.changes(d_.reach, d_.declaration, d_.infrastructure);
  for (const Candidate& c : candidates_) {
    for (const objects::Piece& p : c.part) {
      changes.push_back(p.window.from);
      changes.push_back(p.window.until);
    }
    if (c.started) changes.push_back(c.floor_until);
  }
  std::vector<Instant> out{d_.reach.from};
  for (Instant t : changes)
    if (d_.reach.contains(t))
      for (Instant bound : {floor_to(d_.rule, t), ceil_to(d_.rule, t)})
        if (d_.reach.contains(bound)) out.push_back(bound);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  out.push_back(d_.reach.until);
  return out;
}

Units Covering::own_lack(const Window& row) const {
  Units most = *turn_.excess(row, d_.declaration);
  if (auto lacking = turn_.set_aside_excess(row, d_.declaration, d_.rule, d_.tier))
    most = std::max(most, *lacking);
  return std::max<Units>(0, most + d_.context.quantity.value);
}

Units Covering::shared_lack(const Window& row) const {
  auto excess = turn_.shared_excess(row, d_.infrastructure);
  if (!excess) return 0;
  Units q = d_.context.quantity.value;
  return std::max<Units>(0, std::min(q, *excess + q));
}

std::optional<Units> Covering::above_set_aside(const Window& row, const std::string& name) const {
  const rules::Tier* tier = d_.rule.tier(name);
  if (tier == nullptr || name == d_.tier.name || tier->set_aside == BasisPoints(0))
    return std::nullopt;
  Units set_aside =
      share_of(turn_.state().declarations[d_.declaration].declared.quantity, tier->set_aside);
  std::vector<objects::Piece> load = turn_.tier_load(d_.declaration, d_.rule.name, name);
  std::optional<Units> least;
  for (Instant t : capacity::cuts(load, row)) {
    Units sum = 0;
    for (const objects::Piece& p : load)
      if (p.window.contains(t)) sum += p.quantity.value;
    if (!least || sum < *least) least = sum;
  }
  return std::max<Units>(0, *least - set_aside);
}

std::vector<Gift> Covering::gifts(const Window& row, bool shared,
                                  const std::map<std::size_t, Units>& taken) {
  std::map<std::string, std::optional<Units>> bounds;  // of tiers, in the first step
  std::vector<Gift> out;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const Candidate& c = candidates_[i];
    if (!shared && !c.same_declaration) continue;
    if (c.started && row.from < c.floor_until) continue;
    Units has = capacity::least(c.part, row).value;
    if (auto it = taken.find(i); it != taken.end()) has -= it->second;
    if (has <= 0) continue;
    Gift gift{i, has, has, 0, 0};
    if (!shared) {
      const std::string& tier = turn_.state().grants[c.grant].leg.tier;
      auto [bound, fresh] = bounds.try_emplace(tier);
      if (fresh) bound->second = above_set_aside(row, tier);
      if (bound->second) {
        gift.could = std::min(gift.could, *bound->second);
        *bound->second -= gift.could;
      }
    }
    out.push_back(gift);
  }
  return out;
}

/// Rank by rank; the last one touched shares under pro-rata.
void Covering::give(std::vector<Gift>& gifts, Units lack) const {
  const bool shares = d_.tier.displaces->victims == rules::VictimOrder::pro_rata;
  for (std::size_t from = 0; from < gifts.size() && lack > 0;) {
    std::size_t until = from;
    Units sum = 0;
    const std::int64_t rank = std::get<0>(candidates_[gifts[from].candidate].key);
    for (; until < gifts.size() && std::get<0>(candidates_[gifts[until].candidate].key) == rank;
         ++until)
      sum += gifts[until].could;
    Units rest = std::min(lack, sum);
    lack -= rest;
    const Units whole = rest;
    for (std::size_t i = from; i < until; ++i) {
      gifts[i].share = shares && sum > 0 ? whole * gifts[i].could / sum
                                         : std::min(rest, gifts[i].could);
      rest -= gifts[i].share;
    }
    for (std::size_t i = from; i < until && rest > 0; ++i)
      if (gifts[i].share < gifts[i].could) ++gifts[i].share, --rest;
    for (std::size_t i = from; i < until; ++i) gifts[i].gives = gifts[i].share;
    from = until;
  }
}

void Covering::record(const Window& row, bool shared, Units lack, const std::vector<Gift>& gifts) {
  const bool shares = d_.tier.displaces->victims == rules::VictimOrder::pro_rata;
  auto rank = [&](const Gift& g) { return std::get<0>(candidates_[g.candidate].key); };
  Units given = 0;
  for (const Gift& g : gifts) given += g.gives;
  Units earlier = 0;  // what those before could still give; of a rank that shares, those below it
  Units inside = 0;   // of the rank under way
  for (std::size_t i = 0; i < gifts.size(); ++i) {
    const Gift& g = gifts[i];
    if (!shares || (i > 0 && rank(gifts[i - 1]) != rank(g))) earlier += inside, inside = 0;
    inside += g.could - g.gives;
    if (g.gives == 0) continue;
    taken_[g.candidate] += g.gives;
    CoverPart part{shared, row, Quantity(static_cast<std::int64_t>(g.gives)),
                   Quantity(static_cast<std::int64_t>(g.had)), lack - given + 1,
                   Quantity(static_cast<std::int64_t>(earlier)),
                   Quantity(static_cast<std::int64_t>(g.gives - g.share))};
    std::vector<CoverPart>& parts = victims_[g.candidate];
    auto last = std::find_if(parts.rbegin(), parts.rend(),
                             [&](const CoverPart& p) { return p.shared == shared; });
    if (last != parts.rend() && last->window.until == row.from && last->quantity == part.quantity) {
      last->window.until = row.until;
      last->live = std::min(last->live, part.live);
      last->lack_short = std::min(last->lack_short, part.lack_short);
      last->earlier = std::max(last->earlier, part.earlier);
      last->share_error = std::max(last->share_error, part.share_error);
    } else {
      parts.push_back(part);
    }
  }
}

/// What was given in this step.
Units Covering::step(const Window& row, bool shared, Units lack) {
  if (lack <= 0) return 0;
  std::vector<Gift> all = gifts(row, shared, taken_);
  give(all, lack);
  record(row, shared, lack, all);
  Units given = 0;
  for (const Gift& g : all) given += g.gives;
  return given;
}

void Covering::cover_row(const Window& row) {
  taken_.clear();
  Units given = step(row, false, own_lack(row));
  step(row, true, shared_lack(row) - given);
}

void Covering::cover_all() {
  if (candidates_.empty()) return;
  std::vector<Instant> bounds = rows();
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) cover_row({bounds[i], bounds[i + 1]});
}

std::vector<CoverVictim> Covering::victims() {
  const ChainState& s = turn_.state();
  std::vector<CoverVictim> out;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (victims_[i].empty()) continue;
    const Candidate& c = candidates_[i];
    const GrantRecord& g = s.grants[c.grant];
    CoverVictim v;
    v.grant = c.grant;
    v.same_declaration = c.same_declaration;
    v.parts = std::move(victims_[i]);
    std::stable_partition(v.parts.begin(), v.parts.end(),
                          [](const CoverPart& p) { return !p.shared; });
    for (const CoverPart& p : v.parts) v.pieces = capacity::changed(v.pieces, p.window, p.quantity);
    v.floor_until = c.floor_until;
    v.context = victim_context(turn_, d_, c, v.pieces);
    v.own_compensation = displacement_compensation(d_.rule, d_.tier, d_.context, v.context);
    const rules::Rule& own = s.rule_of(g);
    if (const rules::Tier* same = own.tier(d_.tier.name))
      v.victim_compensation = displacement_compensation(own, *same, d_.context, v.context);
    v.holder_is_the_legs =
        s.holder_of(g) == s.declarations[d_.declaration].declared.holder;
    out.push_back(std::move(v));
  }
  return out;
}

/// The largest lack of any granule: the most over the whole reach.
Quantity lack_of(const Turn& turn, const Window& reach, DeclarationIndex declaration,
                 InfrastructureIndex infrastructure, const rules::Rule& rule,
                 const rules::Tier* tier, Quantity quantity) {
  if (reach.empty()) return Quantity(0);
  Int128 q = quantity.value;
  Int128 most = *turn.excess(reach, declaration) + q;
  if (tier != nullptr)
    if (auto lacking = turn.set_aside_excess(reach, declaration, rule, *tier))
      most = std::max(most, *lacking + q);
  if (auto shared = turn.shared_excess(reach, infrastructure))
    most = std::max(most, std::min(q, *shared + q));
  return Quantity(static_cast<std::int64_t>(std::clamp<Int128>(most, 0, kWireMax)));
}

}  // namespace

Money CoverVictim::compensation() const {
  CHECK(!own_compensation.poisoned && !victim_compensation.poisoned);
  return Money(std::max<std::int64_t>({own_compensation.value, victim_compensation.value, 0}));
}

std::int64_t rank_of(const ChainState& s, const objects::Settlement& o, const objects::Leg& leg) {
  const rules::Tier* tier = s.rules[tier_rule(s, o, leg)].rule.tier(leg.tier);
  return tier == nullptr ? 0 : tier->rank;
}

bool is_version_or_ancestor(const ChainState& s, RuleIndex rule, RuleIndex of) {
  for (RuleIndex at = of;;) {
    if (at == rule) return true;
    const std::optional<ContentId>& before = s.rules[at].rule.supersedes;
    if (!before) return false;
    at = s.rule_index.at(*before);
  }
}

Cover cover_of(ChainState& s, const Turn& turn, const objects::CheckedSubmission& submission,
               const objects::Settlement& o, std::size_t index, Instant at) {
  const objects::Leg& leg = o.legs[index];
  const DeclarationRecord* declaration = s.declaration(leg.declaration);
  const RequestRecord* request = s.request(leg.request);
  const RuleRecord* rule = s.rule(leg.rule);
  const governance::CredentialRecord* user = s.delegation.credential(leg.user_credential);
  const governance::CredentialRecord* holder = s.delegation.credential(leg.holder_credential);
  Cover out;
  if (declaration == nullptr || request == nullptr || rule == nullptr || user == nullptr ||
      holder == nullptr)
    return out;
  const rules::Tier* tier = rule->rule.tier(leg.tier);
  const rules::CoordinationMode mode = rule->rule.coordination.mode;
  const bool coordinated =
      mode == rules::CoordinationMode::single || mode == rules::CoordinationMode::sharded;
  const InfrastructureIndex infrastructure =
      coordinated ? declaration->infrastructure : InfrastructureIndex();
  const DeclarationIndex place = s.declaration_index.at(leg.declaration);
  const Window reach{std::max(leg.window.from, ceil_to(rule->rule, at)), leg.window.until};
  out.lack = lack_of(turn, reach, place, infrastructure, rule->rule, tier, leg.quantity);
  if (out.lack.value == 0 || !leg.displace || tier == nullptr || !tier->displaces) return out;
  Displacer d{rule->rule,
              *tier,
              s.rule_index.at(leg.rule),
              rank_of(s, o, leg),
              leg.request,
              place,
              infrastructure,
              {&user->grant, &holder->grant, &declaration->declared.location, leg.quantity,
               leg.window, leg.price, o.signed_at, request->request.partial},
              reach,
              at};
  Covering covering(turn, d, candidates(turn, d, [&](DeclarationIndex elsewhere) {
                      return coordinators_signed(s, submission, o, d.rule, elsewhere);
                    }));
  covering.cover_all();
  out.victims = covering.victims();
  return out;
}

std::vector<Cover> covers_of(ChainState& s, const objects::CheckedSubmission& submission,
                             const objects::Settlement& o, Instant at) {
  Turn turn(s);
  std::vector<Cover> out;
  for (std::size_t i = 0; i < o.legs.size(); ++i) {
    out.push_back(o.legs[i].displace ? cover_of(s, turn, submission, o, i, at) : Cover());
    turn.settle(o.legs[i]);
    for (const CoverVictim& v : out.back().victims) turn.release(v.grant, v.pieces);
  }
  return out;
}

}  // namespace capmarket::chain
