#include "sim/agents/displace.h"

#include <algorithm>

#include "model/chain/victims.h"

namespace capmarket::agents {
namespace {

/// The displacing leg, and by how much it exceeds what there is.
class Displacer {
 public:
  Displacer(const world::World& w, const DealRules& deal, world::RequestIndex request,
            const world::Offer& offer)
      : w_(w), s_(w.state()), deal_(deal), offer_(offer) {
    const world::RequestState& r = w.requests[request];
    const world::Listing& l = w.listings[offer.listing];
    const world::HolderState& h = w.holder_of(l);
    request_ = r.id;
    tier_ = deal.rule->tier(r.tier);
    const rules::Tier* ranked = deal.tiers->tier(r.tier);
    rank_ = ranked == nullptr ? 0 : ranked->rank;
    const governance::CredentialRecord* user = s_.delegation.credential(w.users[r.user].credential);
    const governance::CredentialRecord* holder = s_.delegation.credential(h.credential);
    context_ = {&user->grant, &holder->grant, &h.location, offer.quantity,
                offer.window, offer.price,    w.now,       r.partial};
    declaration_ = s_.declaration(l.declaration);
    rules::CoordinationMode mode = deal.rule->coordination.mode;
    if (declaration_->infrastructure.valid() &&
        (mode == rules::CoordinationMode::single || mode == rules::CoordinationMode::sharded))
      shared_ = &s_.infrastructures[declaration_->infrastructure];
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

  std::vector<objects::DisplacementEntry> run() {
    take(true);
    if (shared_ != nullptr && shared_excess_.max(offer_.window).value > 0) take(false);
    trim();
    bool enough = own_excess_.max(offer_.window).value <= 0 &&
                  (shared_ == nullptr || shared_excess_.max(offer_.window).value <= 0);
    if (!enough || entries_.size() > objects::kVictimsMax || !ordered(true) || !ordered(false))
      return {};
    return entries_;
  }

 private:
  const chain::GrantRecord& grant(const chain::Candidate& c) const { return s_.grants[c.grant]; }

  /// How much is too much over a window, of what a release there relieves.
  std::int64_t excess(const Window& window, bool own) const {
    std::int64_t out = shared_ == nullptr ? 0 : shared_excess_.max(window).value;
    return own ? std::max(out, own_excess_.max(window).value) : out;
  }

  void give_way(const chain::Candidate& c, Quantity r, bool own) {
    if (r.value <= 0) return;
    entries_.push_back({grant(c).id, r, c.window, Money(0)});
    own_.push_back(own);
    if (own) own_excess_.add(c.window, Quantity(-r.value));
    if (shared_ != nullptr) shared_excess_.add(c.window, Quantity(-r.value));
  }

  std::vector<chain::Candidate> pool(bool own) const {
    Window window{std::max(offer_.window.from, chain::ceil_to(*deal_.rule, w_.now)),
                  offer_.window.until};
    return chain::candidates(s_, *deal_.rule, *tier_, rank_, context_, window,
                             own ? declaration_->grants : shared_->grants, request_, w_.now);
  }

  /// Admission asks of the entries that nobody unlisted comes before them: an earlier victim that a
  /// later one makes needless cannot be left out, and cannot be listed.
  bool ordered(bool own) const {
    std::vector<chain::ListedEntry> listed;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (own_[i] != own) continue;
      chain::GrantIndex index = s_.grant_index.at(entries_[i].grant);
      const chain::GrantRecord& g = s_.grants[index];
      listed.push_back({index, entries_[i].window, entries_[i].quantity,
                        capacity::value_at(g.live, entries_[i].window.from)});
    }
    if (listed.empty()) return true;
    std::vector<bool> fits =
        chain::in_order(s_, tier_->displaces->victims, listed, pool(own), request_);
    return std::find(fits.begin(), fits.end(), false) == fits.end();
  }

  void take(bool own) {
    std::vector<chain::Candidate> all = pool(own);
    if (!own)  // those on the leg's declaration were asked already
      std::erase_if(all, [&](const chain::Candidate& c) {
        return &s_.declarations[grant(c).declaration] == declaration_;
      });
    if (tier_->displaces->victims == rules::VictimOrder::pro_rata) return take_pro_rata(all, own);
    for (const chain::Candidate& c : all)
      give_way(c, std::min(c.quantity, Quantity(std::max<std::int64_t>(0, excess(c.window, own)))),
               own);
  }

  /// Rank by rank; of the last one touched everybody gives in proportion.
  void take_pro_rata(const std::vector<chain::Candidate>& all, bool own) {
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
    if (tier_->displaces->victims == rules::VictimOrder::pro_rata) return;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      objects::DisplacementEntry& e = entries_[i];
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

  const world::World& w_;
  const chain::ChainState& s_;
  const DealRules& deal_;
  const world::Offer& offer_;
  ContentId request_;
  const rules::Tier* tier_ = nullptr;
  std::int64_t rank_ = 0;
  chain::EligibilityContext context_;
  const chain::DeclarationRecord* declaration_ = nullptr;
  const chain::InfrastructureRecord* shared_ = nullptr;
  capacity::StepFunction own_excess_, shared_excess_;
  std::vector<objects::DisplacementEntry> entries_;
  std::vector<bool> own_;
};

}  // namespace

Money compensation_owed(const chain::ChainState& s, const rules::Rule& rule,
                        const rules::Tier& tier, const chain::EligibilityContext& context,
                        const objects::DisplacementEntry& e, Instant at) {
  const chain::GrantRecord* g = s.grant(e.grant);
  if (g == nullptr) return Money(0);
  objects::Piece piece{};
  for (const objects::Piece& p : g->live)
    if (p.window.contains(e.window.from)) piece = p;
  Instant from = std::max(e.window.from, chain::ceil_to(rule, at));
  chain::VictimContext victim =
      chain::victim_context(*g, piece, from, e.window.until, e.quantity, at);
  std::int64_t owed = chain::displacement_compensation(rule, tier, context, victim).value;
  const rules::Rule& own = s.rule_of(*g);
  if (const rules::Tier* same = own.tier(tier.name))
    owed = std::max(owed, chain::displacement_compensation(own, *same, context, victim).value);
  return Money(std::max<std::int64_t>(0, owed));
}

void price_entries(const world::World& w, const DealRules& deal, world::RequestIndex request,
                   world::Offer& offer, Instant signed_at) {
  const chain::ChainState& s = w.state();
  const world::RequestState& r = w.requests[request];
  const world::HolderState& h = w.holder_of(w.listings[offer.listing]);
  const rules::Tier* tier = deal.rule->tier(r.tier);
  if (tier == nullptr || !tier->displaces) return;
  chain::EligibilityContext context{&s.delegation.credential(w.users[r.user].credential)->grant,
                                    &s.delegation.credential(h.credential)->grant,
                                    &h.location,
                                    offer.quantity,
                                    offer.window,
                                    offer.price,
                                    signed_at,
                                    r.partial};
  for (objects::DisplacementEntry& e : offer.displacements)
    if (s.grant(e.grant) != nullptr)
      e.compensation = compensation_owed(s, *deal.rule, *tier, context, e, w.now);
}

std::vector<objects::DisplacementEntry> victims_for(const world::World& w, const DealRules& deal,
                                                    world::RequestIndex request,
                                                    const world::Offer& offer) {
  Displacer displacer(w, deal, request, offer);
  if (!displacer.may()) return {};
  return displacer.run();
}

}  // namespace capmarket::agents
