#include "sim/agents/displace.h"

#include <algorithm>

#include "model/chain/victims.h"

namespace capmarket {
namespace {

/// The displacing leg, and by how much it exceeds what there is.
class Displacer {
 public:
  Displacer(const World& w, const Terms& terms, std::uint32_t request, const Offer& offer)
      : w_(w), s_(w.state()), terms_(terms), offer_(offer) {
    const RequestState& r = w.requests[request];
    const Listing& l = w.listings[offer.listing];
    const HolderState& h = w.holder_of(l);
    request_ = r.id;
    tier_ = terms.rule->tier(r.tier);
    const Tier* ranked = terms.tiers->tier(r.tier);
    rank_ = ranked == nullptr ? 0 : ranked->rank;
    const CredentialRecord* user = s_.delegation.credential(w.users[r.user].credential);
    const CredentialRecord* holder = s_.delegation.credential(h.credential);
    context_ = {&user->grant, &holder->grant, &h.location, offer.quantity,
                offer.window, offer.price,    w.now,       r.partial};
    declaration_ = s_.declaration(l.declaration);
    CoordinationMode mode = terms.rule->coordination.mode;
    if (declaration_->infrastructure >= 0 &&
        (mode == CoordinationMode::single || mode == CoordinationMode::sharded))
      shared_ = &s_.infrastructures[static_cast<std::size_t>(declaration_->infrastructure)];
    own_excess_ = declaration_->taken;
    own_excess_.add({Instant(-kWireMax), kDistantFuture},
                    Quantity(-declaration_->declared.quantity.value));
    own_excess_.add(offer.window, offer.quantity);
    if (shared_ != nullptr) {
      shared_excess_ = shared_->excess;
      shared_excess_.add(offer.window, offer.quantity);
    }
  }

  bool may() const { return tier_ != nullptr && tier_->displaces.has_value(); }

  std::vector<DisplacementEntry> run() {
    take(true);
    if (shared_ != nullptr && shared_excess_.max(offer_.window).value > 0) take(false);
    trim();
    bool enough = own_excess_.max(offer_.window).value <= 0 &&
                  (shared_ == nullptr || shared_excess_.max(offer_.window).value <= 0);
    if (!enough || entries_.size() > kVictimsMax || !ordered(true) || !ordered(false)) return {};
    return entries_;
  }

 private:
  const GrantRecord& grant(const Candidate& c) const {
    return s_.grants[static_cast<std::size_t>(c.grant)];
  }

  /// How much is too much over a window, of what a release there relieves.
  std::int64_t excess(const Window& window, bool own) const {
    std::int64_t out = shared_ == nullptr ? 0 : shared_excess_.max(window).value;
    return own ? std::max(out, own_excess_.max(window).value) : out;
  }

  void give_way(const Candidate& c, Quantity r, bool own) {
    if (r.value <= 0) return;
    entries_.push_back({grant(c).id, r, c.window, Money(0)});
    own_.push_back(own);
    if (own) own_excess_.add(c.window, Quantity(-r.value));
    if (shared_ != nullptr) shared_excess_.add(c.window, Quantity(-r.value));
  }

  std::vector<Candidate> pool(bool own) const {
    Window window{std::max(offer_.window.from, ceil_to(*terms_.rule, w_.now)), offer_.window.until};
    return candidates(s_, *terms_.rule, *tier_, rank_, context_, window,
                      own ? declaration_->grants : shared_->grants, request_, w_.now);
  }

  /// Admission asks of the entries that nobody unlisted comes before them: an earlier victim that a
  /// later one makes needless cannot be left out, and cannot be listed.
  bool ordered(bool own) const {
    std::vector<ListedEntry> listed;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (own_[i] != own) continue;
      std::int32_t index = s_.grant_index.at(entries_[i].grant);
      const GrantRecord& g = s_.grants[static_cast<std::size_t>(index)];
      listed.push_back({index, entries_[i].window, entries_[i].quantity,
                        value_at(g.live, entries_[i].window.from)});
    }
    if (listed.empty()) return true;
    std::vector<bool> fits = in_order(s_, tier_->displaces->victims, listed, pool(own), request_);
    return std::find(fits.begin(), fits.end(), false) == fits.end();
  }

  void take(bool own) {
    std::vector<Candidate> all = pool(own);
    if (!own)  // those on the leg's declaration were asked already
      std::erase_if(all, [&](const Candidate& c) {
        return &s_.declarations[static_cast<std::size_t>(grant(c).declaration)] == declaration_;
      });
    if (tier_->displaces->victims == VictimOrder::pro_rata) return take_pro_rata(all, own);
    for (const Candidate& c : all)
      give_way(c, std::min(c.quantity, Quantity(std::max<std::int64_t>(0, excess(c.window, own)))),
               own);
  }

  /// Rank by rank; of the last one touched everybody gives in proportion.
  void take_pro_rata(const std::vector<Candidate>& all, bool own) {
    for (std::size_t first = 0; first < all.size();) {
      std::size_t last = first;
      std::int64_t sum = 0;
      std::int64_t rank = grant(all[first]).rank;
      for (; last < all.size() && grant(all[last]).rank == rank; ++last)
        sum += all[last].quantity.value;
      std::int64_t need = std::min(sum, std::max<std::int64_t>(0, excess(offer_.window, own)));
      std::vector<std::int64_t> part;
      std::int64_t given = 0;
      for (std::size_t i = first; i < last; ++i) {
        part.push_back(static_cast<std::int64_t>(
            floor_div(static_cast<Int128>(need) * all[i].quantity.value, sum)));
        given += part.back();
      }
      // Candidates of a rank stand latest first: they bear what the floors left.
      for (std::size_t i = 0; i < part.size() && given < need; ++i, ++given) ++part[i];
      for (std::size_t i = first; i < last; ++i) give_way(all[i], Quantity(part[i - first]), own);
      first = last;
    }
  }

  /// Later entries may have made an earlier one larger than it needs to be.
  void trim() {
    if (tier_->displaces->victims == VictimOrder::pro_rata) return;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      DisplacementEntry& e = entries_[i];
      std::int64_t spare = -excess(e.window, own_[i]);
      if (shared_ == nullptr && own_[i]) spare = -own_excess_.max(e.window).value;
      if (spare <= 0) continue;
      Quantity back(std::min(spare, e.quantity.value));
      e.quantity -= back;
      if (own_[i]) own_excess_.add(e.window, back);
      if (shared_ != nullptr) shared_excess_.add(e.window, back);
    }
    for (std::size_t i = entries_.size(); i-- > 0;) {
      if (entries_[i].quantity.value > 0) continue;
      entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
      own_.erase(own_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  const World& w_;
  const ChainState& s_;
  const Terms& terms_;
  const Offer& offer_;
  ContentId request_;
  const Tier* tier_ = nullptr;
  std::int64_t rank_ = 0;
  EligibilityContext context_;
  const DeclarationRecord* declaration_ = nullptr;
  const InfrastructureRecord* shared_ = nullptr;
  StepFunction own_excess_, shared_excess_;
  std::vector<DisplacementEntry> entries_;
  std::vector<bool> own_;
};

}  // namespace

Money compensation_owed(const ChainState& s, const Rule& rule, const Tier& tier,
                        const EligibilityContext& context, const DisplacementEntry& e, Instant at) {
  const GrantRecord* g = s.grant(e.grant);
  if (g == nullptr) return Money(0);
  Piece piece{};
  for (const Piece& p : g->live)
    if (p.window.contains(e.window.from)) piece = p;
  Instant from = std::max(e.window.from, ceil_to(rule, at));
  VictimContext victim = victim_context(*g, piece, from, e.window.until, e.quantity, at);
  std::int64_t owed = displacement_compensation(rule, tier, context, victim).value;
  const Rule& own = s.rule_of(*g);
  if (const Tier* same = own.tier(tier.name))
    owed = std::max(owed, displacement_compensation(own, *same, context, victim).value);
  return Money(std::max<std::int64_t>(0, owed));
}

void price_entries(const World& w, const Terms& terms, std::uint32_t request, Offer& offer,
                   Instant signed_at) {
  const ChainState& s = w.state();
  const RequestState& r = w.requests[request];
  const HolderState& h = w.holder_of(w.listings[offer.listing]);
  const Tier* tier = terms.rule->tier(r.tier);
  if (tier == nullptr || !tier->displaces) return;
  EligibilityContext context{&s.delegation.credential(w.users[r.user].credential)->grant,
                             &s.delegation.credential(h.credential)->grant,
                             &h.location,
                             offer.quantity,
                             offer.window,
                             offer.price,
                             signed_at,
                             r.partial};
  for (DisplacementEntry& e : offer.displacements)
    if (s.grant(e.grant) != nullptr)
      e.compensation = compensation_owed(s, *terms.rule, *tier, context, e, w.now);
}

std::vector<DisplacementEntry> victims_for(const World& w, const Terms& terms,
                                           std::uint32_t request, const Offer& offer) {
  Displacer displacer(w, terms, request, offer);
  if (!displacer.may()) return {};
  return displacer.run();
}

}  // namespace capmarket
