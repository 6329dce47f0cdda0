#include "sim/agents/cosign.h"

#include "model/chain/turn.h"
#include "sim/agents/cosign_careless.h"
#include "sim/agents/cosign_down.h"
#include "sim/agents/cosign_honest.h"
#include "sim/agents/cosign_partial.h"
#include "sim/agents/cosign_slow.h"

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

/// What the coordinator signs counts in its book until the chain has answered, or should have.
void note_signed(const party::CoordinatorView& v, const party::Draft& d) {
  const chain::ChainState& seen = v.seen();
  const Duration within = v.spec.settlement_timeout + v.until_published();
  for (const objects::Leg& leg : d.settlement.legs) {
    auto shared = shared_by(seen, leg);
    if (!shared || !shared->valid() || leg.displace) continue;
    v.me.book.add({0, static_cast<std::uint32_t>(shared->place()), leg.window, leg.quantity,
                   v.now + within, leg.price, std::nullopt, std::nullopt, d.id},
                  v.now);
  }
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
    const Quantity signed_for =
        v.me.book.committed(static_cast<std::uint32_t>(declared->infrastructure.place()),
                            leg.window, v.now);
    if (over && *over + signed_for.value + leg.quantity.value > 0) return false;
  }
  return true;
}

void on_cosign(const party::CoordinatorView& v, party::DraftIndex index, const party::Draft& d,
               std::uint32_t place) {
  party::CoordinatorState& c = v.me;
  const std::uint64_t question = c.asked++;
  kernel::Stream outage(v.dynamics, c.draws.who, kernel::Draw::outage, question);
  bool silent = static_cast<std::int64_t>(outage.below(kFullRatio)) < v.spec.outage;
  if (silent || c.book.has_signed(d.id, v.now)) return;
  const scenarios::Strategy& own = v.spec.strategy;
  auto later = cosign_strategies()[own.number].cosign(v, {d, question}, own.parameters);
  if (!later) return;
  note_signed(v, d);
  kernel::Stream delay(v.dynamics, c.draws.who, kernel::Draw::delay, question);
  v.out.add(party::Cosign{index, place, Duration(delay.sample(v.spec.delay)) + *later,
                          {c.draws.who, question, c.zone}});
}

}  // namespace capmarket::agents
