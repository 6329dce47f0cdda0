#include "sim/agents/cosign.h"

#include <algorithm>

#include "model/chain/turn.h"
#include "sim/agents/cosign_careless.h"
#include "sim/agents/cosign_down.h"
#include "sim/agents/cosign_honest.h"
#include "sim/agents/cosign_partial.h"
#include "sim/agents/cosign_slow.h"
#include "sim/agents/displace.h"

namespace capmarket::agents {
namespace {

/// The infrastructure that the leg's declaration shares, as the coordinator knows the chain; none
/// where it shares none. Nothing where the coordinator knows no such declaration.
std::optional<chain::InfrastructureIndex> shared_by(const chain::ChainState& seen,
                                                    const objects::Leg& leg) {
  const chain::DeclarationRecord* record = seen.declaration(leg.declaration);
  return record == nullptr ? std::nullopt : std::optional(record->infrastructure);
}

/// The coordinator speaks for the place, or for a part of what a place above it is.
bool in_scope(const party::CoordinatorView& v, const location::Location& place) {
  return v.me.scope.contains(place) || place.contains(v.me.scope);
}

/// What is signed on an infrastructure adds to its load; what displaces there takes its victims' place.
enum class Load : std::uint32_t { added = 0, displacing = 1 };

std::uint32_t book_of(chain::InfrastructureIndex infrastructure, Load load) {
  return static_cast<std::uint32_t>(infrastructure.place()) * 2 + static_cast<std::uint32_t>(load);
}

/// What the coordinator signs counts in its book until the chain has answered, or should have.
void note_signed(const party::CoordinatorView& v, const party::Draft& d) {
  const chain::ChainState& seen = v.seen();
  const Duration within = v.spec.settlement_timeout + v.until_published();
  for (const objects::Leg& leg : d.settlement.legs) {
    auto shared = shared_by(seen, leg);
    if (!shared || !shared->valid()) continue;
    v.me.book.add({0, book_of(*shared, leg.displace ? Load::displacing : Load::added), leg.window,
                   leg.quantity, v.now + within, leg.price, std::nullopt, leg.displace, d.id, {}},
                  v.now);
  }
}

Quantity signed_on(const party::CoordinatorView& v, chain::InfrastructureIndex infrastructure,
                   Load load, const Window& window) {
  return v.me.book.committed(book_of(infrastructure, load), window, v.now);
}

/// What displacing for the draft's legs will cost lies within the ceilings that were signed for it:
/// on what the coordinator knows of the chain, where whatever it signed and has not seen published
/// comes first and has to be made room for as well.
bool within_ceilings(const party::CoordinatorView& v, const party::Draft& d) {
  objects::Settlement probe = d.settlement;
  bool displaces = false;
  for (objects::Leg& leg : probe.legs) {
    auto shared = shared_by(v.seen(), leg);
    if (!leg.displace || !shared || !shared->valid()) continue;
    displaces = true;
    // No more than the declaration has: its own bound is not what others were signed for.
    const Quantity whole = v.seen().declaration(leg.declaration)->declared.quantity;
    leg.quantity = std::max(leg.quantity,
                            std::min(whole, leg.quantity +
                                                signed_on(v, *shared, Load::added, leg.window) +
                                                signed_on(v, *shared, Load::displacing, leg.window)));
  }
  if (!displaces) return true;
  const Outlook outlook = outlook_of(v, std::move(probe));
  if (!outlook.fits) return false;
  for (std::size_t i = 0; i < outlook.legs.size(); ++i) {
    const auto& signed_for = d.settlement.legs[i].displace;
    if (signed_for && (outlook.legs[i].compensation > signed_for->compensation_at_most ||
                       outlook.legs[i].refund > signed_for->refund_at_most))
      return false;
  }
  return true;
}

}  // namespace

std::span<const CosignStrategy> cosign_strategies() {
  static constexpr CosignStrategy kAll[] = {{"honest", cosign_honest},
                                            {"slow", cosign_slow},
                                            {"down", cosign_down},
                                            {"careless", cosign_careless},
                                            {"partial", cosign_partial}};
  return kAll;
}

bool may_cosign(const party::CoordinatorView& v, const party::Draft& d) {
  if (d.accomplice) return true;
  const chain::ChainState& seen = v.seen();
  for (const objects::Leg& leg : d.settlement.legs) {
    const chain::DeclarationRecord* declared = seen.declaration(leg.declaration);
    if (declared == nullptr || !in_scope(v, declared->declared.location)) return false;
    if (leg.displace || !declared->infrastructure.valid()) continue;
    auto over = chain::Turn(seen).shared_excess(leg.window, declared->infrastructure);
    const Quantity signed_for = signed_on(v, declared->infrastructure, Load::added, leg.window);
    if (over && *over + signed_for.value + leg.quantity.value > 0) return false;
  }
  return within_ceilings(v, d);
}

void on_cosign(const party::CoordinatorView& v, party::DraftIndex index, const party::Draft& d,
               std::uint32_t place) {
  party::CoordinatorState& c = v.me;
  const std::uint64_t question = c.asked++;
  kernel::Stream outage(v.dynamics, c.draws.who, kernel::Draw::outage, question);
  bool silent = static_cast<std::int64_t>(outage.below(kFullRatio)) < v.spec.outage;
  if (silent || c.book.has_signed(d.id, v.now)) return;
  if (const scenarios::AdversarySpec* fraud = c.plot;
      fraud != nullptr &&
      !answers_partially(v, {d, question}, fraud->favours, kFullRatio - fraud->share))
    return;
  const scenarios::Strategy& own = v.spec.strategy;
  auto later = cosign_strategies()[own.number].cosign(v, {d, question}, own.parameters);
  if (!later) return;
  note_signed(v, d);
  kernel::Stream delay(v.dynamics, c.draws.who, kernel::Draw::delay, question);
  v.out.add(party::Cosign{index, place, Duration(delay.sample(v.spec.delay)) + *later,
                          {c.draws.who, question, c.zone}});
}

}  // namespace capmarket::agents
