// What a leg lacks and who gives way to it. Source: docs/spec/semantics.md#lack and #cover. Between
// two changes all granules of a leg are alike, so they are looked at together.
#include "verify/audit/gather_cover.h"

#include <algorithm>
#include <set>

#include "verify/audit/gather_candidates.h"
#include "verify/audit/gather_internal.h"
#include "verify/audit/gather_turn.h"

namespace capmarket::audit {
namespace {

/// `t` down or up to a multiple of the rule's granularity.
Int128 grid(const rules::Rule& rule, Int128 t, bool up) {
  const Int128 origin = rule.origin ? rule.origin->value : 0, g = rule.granularity.value;
  const Int128 since = t - origin;
  return origin + g * (up ? -floor_div(-since, g) : floor_div(since, g));
}

/// `reach` in parts: each is one granule in which something changes, or whole granules in which
/// nothing does.
std::vector<Window> cells(const rules::Rule& rule, const Window& reach,
                          const std::set<std::int64_t>& changes) {
  std::set<std::int64_t> cuts{reach.from.value, reach.until.value};
  for (std::int64_t t : changes)
    for (bool up : {false, true})
      if (Int128 x = grid(rule, t, up); reach.from.value < x && x < reach.until.value)
        cuts.insert(static_cast<std::int64_t>(x));
  // A granule that the reach cuts at its start or end is one of its own.
  for (Int128 x : {grid(rule, reach.from.value, true), grid(rule, reach.until.value, false)})
    if (reach.from.value < x && x < reach.until.value) cuts.insert(static_cast<std::int64_t>(x));
  std::vector<Window> out;
  for (auto it = cuts.begin(); std::next(it) != cuts.end(); ++it)
    out.push_back({Instant(*it), Instant(*std::next(it))});
  return out;
}

/// What all candidates of a tier with a set-aside may give together, in the first step.
struct Bound {
  std::string tier;
  SlowLoad above;  // the tier's load - its set-aside
};

/// One candidate in one cell.
struct Share {
  std::size_t candidate = 0;
  Int128 has = 0;    // at most, alone
  int bound = -1;    // index of what else bounds it
  Int128 could = 0;  // if all before it gave all they have
  Int128 gives = 0;
};

/// The first of `sharing` in order get a unit more each, until `lack` is given.
void give_pro_rata(std::vector<Share>::iterator first, std::vector<Share>::iterator last,
                   const Int128& lack, const Int128& all) {
  Int128 left = lack;
  for (auto it = first; it != last; ++it) left -= it->gives = product_of(lack, it->could) / all;
  for (auto it = first; it != last && left > 0; ++it)
    if (it->could > 0) ++it->gives, --left;
}

class CoverOfLeg {
 public:
  CoverOfLeg(const Gathering& g, LegEvidence& leg)
      : g_(g), leg_(leg), rule_(leg.rule->rule), d_(*leg.declaration) {}

  void gather() {
    const Window& w = leg_.leg.window;
    reach_ = {std::max(w.from, rounded_up(rule_, g_.at)), w.until};
    if (w.empty() || reach_.empty()) return;
    find_needs();
    bool shared = false;
    for (const Window& cell : cells(rule_, reach_, changes_)) {
      const Int128 own = own_lack(cell), other = shared_lack(cell);
      leg_.lack = std::max({leg_.lack, own, other});
      shared = shared || other > 0;
    }
    leg_.lack = std::min<Int128>(leg_.lack, kWireMax);
    const rules::Tier* tier = rule_.tier(leg_.leg.tier);
    if (leg_.lack == 0 || !leg_.leg.displace || tier == nullptr || !tier->displaces) return;
    sharing_ = tier->displaces->victims == rules::VictimOrder::pro_rata;
    context_ = context_of(g_, leg_);
    candidates_ = candidates_of(g_, leg_, *context_, reach_, shared);
    for (const Candidate& c : candidates_) {
      c.part.breaks(reach_, changes_);
      if (c.started && reach_.from.value < c.floor && c.floor < reach_.until.value)
        changes_.insert(static_cast<std::int64_t>(c.floor));
    }
    parts_[0].resize(candidates_.size()), parts_[1].resize(candidates_.size());
    for (const Window& cell : cells(rule_, reach_, changes_)) cover(cell);
    for (std::size_t i = 0; i < candidates_.size(); ++i) name_victim(i);
  }

 private:
  void find_needs() {
    own_ = load_of(g_, d_, reach_);
    own_.add(d_.curtailed, reach_);
    own_.add(reach_, Int128{leg_.leg.quantity.value} - d_.declared.quantity.value);
    for (const rules::Tier* tier : set_aside_tiers(leg_)) {
      SlowLoad above = load_of(g_, d_, TierKey{rule_.name, tier->name}, reach_);
      above.add(reach_, -share_of(d_.declared.quantity, tier->set_aside));
      SlowLoad unused;
      unused.add(above, reach_, -1);
      own_.add(unused.positive(), reach_);
      above.breaks(reach_, changes_);
      bounds_.push_back({tier->name, std::move(above)});
    }
    own_.breaks(reach_, changes_);
    if (!leg_.coordinated() || d_.infrastructure == nullptr) return;
    shared_ = load_of(g_, *d_.infrastructure, reach_);
    d_.infrastructure->add_schedule(shared_, reach_, -1);
    shared_.add(reach_, leg_.leg.quantity.value);
    shared_.breaks(reach_, changes_);
  }

  Int128 own_lack(const Window& cell) const { return std::max<Int128>(0, own_.max(cell)); }
  Int128 shared_lack(const Window& cell) const {
    return std::max<Int128>(0, std::min<Int128>(shared_.max(cell), leg_.leg.quantity.value));
  }

  int bound_of(const AuditGrant& grant) const {
    for (std::size_t j = 0; j < bounds_.size(); ++j)
      if (bounds_[j].tier == grant.leg.tier) return static_cast<int>(j);
    return -1;
  }

  void cover(const Window& cell) {
    std::vector<Share> step;
    std::vector<Int128> has(candidates_.size());
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const Candidate& c = candidates_[i];
      if (!c.span.meets(cell) || (c.started && cell.from.value < c.floor)) continue;
      has[i] = std::max<Int128>(0, c.part.min(cell));
      if (c.own && has[i] > 0) step.push_back({i, has[i], bound_of(*c.grant), 0, 0});
    }
    Int128 given = give(0, step, own_lack(cell), cell);
    for (const Share& s : step) has[s.candidate] -= s.gives;
    step.clear();
    for (std::size_t i = 0; i < candidates_.size(); ++i)
      if (has[i] > 0) step.push_back({i, has[i], -1, 0, 0});
    give(1, step, shared_lack(cell) - given, cell);
  }

  /// One step in one cell; gives what it releases.
  Int128 give(std::size_t which, std::vector<Share>& step, const Int128& lack, const Window& cell) {
    if (lack <= 0) return 0;
    std::vector<Int128> left;  // of each bound
    for (const Bound& b : bounds_) left.push_back(std::max<Int128>(0, b.above.min(cell)));
    for (Share& s : step) {
      s.could = s.has;
      if (s.bound >= 0) {
        Int128& most = left[static_cast<std::size_t>(s.bound)];
        s.could = std::min(s.could, most);
        most -= s.could;
      }
    }
    Int128 given = 0;
    for (auto first = step.begin(); first != step.end() && given < lack;) {
      auto last = first;
      Int128 all = 0;
      while (last != step.end() && (last == first || (sharing_ && same_rank(*last, *first))))
        all += last++->could;
      if (all > lack - given) {
        if (sharing_)
          give_pro_rata(first, last, lack - given, all);
        else
          first->gives = lack - given;
      } else {
        for (auto it = first; it != last; ++it) it->gives = it->could;
      }
      for (; first != last; ++first) given += first->gives;
    }
    note(which, step, lack, given, cell);
    return given;
  }

  bool same_rank(const Share& a, const Share& b) const {
    return candidates_[a.candidate].grant->rank == candidates_[b.candidate].grant->rank;
  }

  /// What the predicate asks of each part, looked up in what came out.
  void note(std::size_t which, const std::vector<Share>& step, const Int128& lack,
            const Int128& given, const Window& cell) {
    for (std::size_t k = 0; k < step.size(); ++k) {
      const Share& s = step[k];
      if (s.gives <= 0) continue;
      CoverPartEvidence part{cell, s.gives, s.has, lack - given + 1, 0, 0};
      for (std::size_t i = 0; i < k; ++i)
        if (!sharing_ || !same_rank(step[i], s))
          part.earlier = std::max(part.earlier, step[i].could - step[i].gives);
      auto& parts = parts_[which][s.candidate];
      if (!parts.empty() && parts.back().window.until == cell.from &&
          parts.back().released == part.released) {
        CoverPartEvidence& last = parts.back();
        last.window.until = cell.until;
        last.live = std::min(last.live, part.live);
        last.lack_short = std::min(last.lack_short, part.lack_short);
        last.earlier = std::max(last.earlier, part.earlier);
      } else {
        parts.push_back(part);
      }
    }
  }

  void name_victim(std::size_t i) {
    VictimEvidence v;
    SlowLoad released;
    for (const auto& step : parts_)
      for (const CoverPartEvidence& p : step[i]) {
        released.add(p.window, p.released);
        v.parts.push_back(p);
      }
    if (v.parts.empty()) return;
    const Candidate& c = candidates_[i];
    v.grant = c.grant;
    v.pieces = released.pieces();
    v.same_declaration = c.own;
    v.same_infrastructure =
        d_.infrastructure != nullptr && c.grant->declaration->infrastructure == d_.infrastructure;
    v.coordinated = !c.own || shards_signed(leg_.shards, leg_.rule_root, g_.o.signed_at);
    v.version_fits = v.when = true;
    v.started = c.started;
    v.floor_until = c.floor;
    v.notice = Int128{v.pieces.front().window.from.value} - g_.at.value;
    TierVictim terms = terms_of(g_, c);
    terms.released = released.integral(kAlways);
    terms.first = v.pieces.front().window.from;
    for (const objects::Piece& p : v.pieces) terms.largest = std::max(terms.largest, p.quantity);
    v.own_compensation = tier_compensation(rule_, *rule_.tier(leg_.leg.tier), *context_, terms);
    v.victim_compensation = 0;
    const rules::Rule& theirs = c.grant->rule->rule;
    if (const rules::Tier* tier = theirs.tier(leg_.leg.tier))
      v.victim_compensation = tier_compensation(theirs, *tier, *context_, terms);
    if (c.grant->holder() == d_.declared.holder)
      v.refund =
          difference_of(worth_of(c.grant->leg.price, terms.live),
                        worth_of(c.grant->leg.price, difference_of(terms.live, terms.released)));
    leg_.pieces += static_cast<std::int64_t>(v.pieces.size());
    leg_.victims.push_back(std::move(v));
  }

  const Gathering& g_;
  LegEvidence& leg_;
  const rules::Rule& rule_;
  const AuditDeclaration& d_;
  Window reach_;
  std::set<std::int64_t> changes_;  // inside the reach
  SlowLoad own_, shared_;           // lacks, where positive
  std::vector<Bound> bounds_;
  bool sharing_ = false;
  std::optional<TierContext> context_;
  std::vector<Candidate> candidates_;
  std::vector<std::vector<CoverPartEvidence>> parts_[2];  // by step and candidate
};

}  // namespace

void gather_cover(const Gathering& g, LegEvidence& leg) {
  if (leg.declaration == nullptr || leg.request == nullptr || leg.rule == nullptr ||
      !leg.holder.exists || !leg.user.exists)
    return;
  const rules::Tier* tier = leg.rule->rule.tier(leg.leg.tier);
  if (tier != nullptr && tier->displaces && tier->displaces->stop_within)
    leg.stop_within = tier->displaces->stop_within->value;
  CoverOfLeg(g, leg).gather();
}

std::optional<std::int64_t> VictimEvidence::compensation() const {
  if (!own_compensation || !victim_compensation) return std::nullopt;
  return std::max({*own_compensation, *victim_compensation, std::int64_t{0}});
}

std::optional<Int128> LegEvidence::compensation() const {
  Int128 sum = 0;
  for (const VictimEvidence& v : victims) {
    auto k = v.compensation();
    if (!k) return std::nullopt;
    sum += *k;
  }
  return sum;
}

Int128 LegEvidence::refund() const {
  Int128 sum = 0;
  for (const VictimEvidence& v : victims) sum += v.refund.value;
  return sum;
}

}  // namespace capmarket::audit
