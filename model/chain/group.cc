#include "model/chain/group.h"

#include <algorithm>

namespace capmarket::chain {

ContentId Group::list(objects::Kind kind, objects::Object object) {
  DerivedEvent event{kind, {}, objects::encode_object(object), {}};
  event.id = crypto::content_id(event.body);
  event.object = std::move(object);
  state_.objects.emplace(
      event.id,
      ObjectRecord{kind, Sequence(next_.value + static_cast<std::int64_t>(events_.size()))});
  events_.push_back(std::move(event));
  return events_.back().id;
}

void Group::oblige(const ContentId& cause, const GrantRecord& grant, objects::ObligationKind kind,
                   const PublicKey& payer, const PublicKey& payee, Money amount,
                   const std::string& currency, Instant deadline) {
  if (amount.value <= 0) return;
  objects::Obligation o{{}, cause, grant.id, kind, payer, payee, amount, currency, deadline};
  ContentId id = add(objects::Kind::obligation, o);
  ObligationIndex index = state_.obligations.next();
  state_.obligation_index.emplace(id, index);
  state_.obligations.push_back({id, std::move(o), Money(0)});
  state_.debts[payer].insert({deadline, index});
}

void Group::take(GrantIndex grant) {
  GrantRecord& g = state_.grants[grant];
  DeclarationRecord& d = state_.declarations[g.declaration];
  g.live = {{g.leg.window, g.leg.quantity}};
  d.taken.add(g.leg.window, g.leg.quantity);
  d.grants.push_back(grant);
  state_.requests[g.request].live.add(g.leg.window, g.leg.quantity);
  state_.grants_of_user[state_.requests[g.request].request.user].push_back(grant);
  if (!d.infrastructure.valid()) return;
  InfrastructureRecord& i = state_.infrastructures[d.infrastructure];
  i.excess.add(g.leg.window, g.leg.quantity);
  i.grants.push_back(grant);
}

Money Group::trim(GrantIndex grant, const capacity::Pieces& pieces) {
  GrantRecord& g = state_.grants[grant];
  Money before = worth(g.leg.price, capacity::volume_of(g.live));
  for (const objects::Piece& p : pieces) {
    CHECK(capacity::least(g.live, p.window) >= p.quantity, p.quantity.value);
    g.live = capacity::changed(g.live, p.window, Quantity(-p.quantity.value));
    state_.requests[g.request].live.add(p.window, Quantity(-p.quantity.value));
  }
  return before - worth(g.leg.price, capacity::volume_of(g.live));
}

void Group::unload(const GrantRecord& g, const capacity::Pieces& pieces) {
  DeclarationRecord& d = state_.declarations[g.declaration];
  for (const objects::Piece& p : pieces) {
    d.taken.add(p.window, Quantity(-p.quantity.value));
    if (d.infrastructure.valid())
      state_.infrastructures[d.infrastructure].excess.add(p.window, Quantity(-p.quantity.value));
  }
}

void Group::lose(const GrantRecord& g, LossReason reason, const ContentId& id, capacity::Pieces pieces) {
  RequestRecord& r = state_.requests[g.request];
  state_.loss_index.emplace(id, std::pair(g.request, r.losses.next()));
  r.losses.push_back({id, reason, state_.grant_index.at(g.id), std::move(pieces)});
}

void Group::displace(GrantIndex displacer, const CoverVictim& victim) {
  const GrantRecord& by = state_.grants[displacer];
  const rules::Rule& rule = state_.rule_of(by);
  GrantRecord& g = state_.grants[victim.grant];
  objects::Displacement object{{},
                               state_.settlements[by.settlement].id,
                               by.leg_index,
                               by.id,
                               g.id,
                               victim.pieces,
                               by.rank,
                               g.rank,
                               victim.compensation()};
  ContentId id = add(objects::Kind::displacement, object);
  Money value = trim(victim.grant, victim.pieces);
  unload(g, victim.pieces);
  lose(g, LossReason::displaced, id, victim.pieces);
  ++g.times_displaced;
  state_.settlements[by.settlement].displaced.push_back(victim.grant);
  Instant deadline = after(state_.time, rule.tier(by.leg.tier)->displaces->pay_within);
  oblige(id, g, objects::ObligationKind::displacement, state_.user_of(by), state_.user_of(g),
         object.compensation, rule.currency, deadline);
  oblige(id, g, objects::ObligationKind::displacement, state_.holder_of(g), state_.user_of(g),
         value, state_.rule_of(g).currency, deadline);
}

Money Group::release(GrantIndex grant, const capacity::Pieces& pieces, objects::ReleaseCause cause,
                     ContentId* id) {
  if (pieces.empty()) return Money(0);
  const GrantRecord& g = state_.grants[grant];
  *id = add(objects::Kind::release, objects::Release{{}, g.id, pieces, cause});
  Money value = trim(grant, pieces);
  unload(g, pieces);
  lose(g, LossReason::released, *id, pieces);
  return value;
}

void Group::give_back(GrantIndex grant, const capacity::Pieces& pieces, objects::ReleaseCause cause,
                      objects::ObligationKind kind) {
  ContentId id;
  Money value = release(grant, pieces, cause, &id);
  const GrantRecord& g = state_.grants[grant];
  const rules::Rule& rule = state_.rule_of(g);
  Instant deadline = after(state_.time, rule.dispute_within);
  oblige(id, g, kind, state_.holder_of(g), state_.user_of(g), value, rule.currency, deadline);
  oblige(id, g, kind, state_.user_of(g), state_.holder_of(g), ratio_of(value, rule.surrender_fee),
         rule.currency, deadline);
}

void Group::void_future(GrantIndex grant, objects::ReleaseCause cause,
                        objects::ObligationKind kind) {
  const GrantRecord& g = state_.grants[grant];
  const rules::Rule& rule = state_.rule_of(g);
  ContentId id;
  Money value =
      release(grant, capacity::inside(g.live, {ceil_to(rule, state_.time), kDistantFuture}), cause, &id);
  oblige(id, g, kind, state_.holder_of(g), state_.user_of(g), value, rule.currency,
         after(state_.time, rule.dispute_within));
}

void Group::fail(GrantIndex grant, const capacity::Pieces& pieces, const ContentId& cause,
                 bool late, FailureOrigin origin) {
  if (pieces.empty()) return;
  GrantRecord& g = state_.grants[grant];
  objects::Failure object{{}, g.id, pieces, cause, late};
  ContentId id = add(objects::Kind::failure, object);
  Money value = trim(grant, pieces);
  if (origin == FailureOrigin::curtailment)
    unload(g, pieces);
  else
    for (const objects::Piece& p : pieces) g.failed = capacity::changed(g.failed, p.window, p.quantity);
  lose(g, LossReason::failed, id, pieces);
  const rules::FallbackStrategy& strategy = state_.strategies.at(g.leg.strategy).strategy;
  Money owed = ratio_of(value, strategy.refund) + ratio_of(value, strategy.penalty);
  state_.failure_index.emplace(id, state_.failures.next());
  state_.failures.push_back(
      {id, std::move(object), grant, state_.time, value, owed, false, {}, origin});
  const rules::Rule& rule = state_.rule_of(g);
  oblige(id, g, objects::ObligationKind::failure, state_.holder_of(g), state_.user_of(g), owed,
         rule.currency, after(state_.time, rule.dispute_within));
}

void Group::close(RequestIndex request) {
  RequestRecord& r = state_.requests[request];
  CHECK(!r.closed);
  r.closed = true;
  const Window& window = r.request.window;
  objects::Residual out;
  out.request = r.id;
  out.requested = volume_of(r.request.quantity, window.length());
  out.live = r.live.integral(window);
  std::vector<objects::Piece> bounds;
  for (const auto& [t, q] : r.live.steps()) bounds.push_back({{t, t}, q});
  for (const LossRecord& loss : r.losses)
    bounds.insert(bounds.end(), loss.pieces.begin(), loss.pieces.end());
  std::vector<Instant> at = capacity::cuts(bounds, window);
  at.push_back(window.until);
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    Duration length = at[i + 1] - at[i];
    Quantity gap = r.request.quantity - r.live.value(at[i]);
    for (auto loss = r.losses.rbegin(); loss != r.losses.rend(); ++loss) {
      Quantity part = std::min(gap, capacity::value_at(loss->pieces, at[i]));
      gap -= part;
      Volume& sum = loss->reason == LossReason::displaced ? out.displaced
                    : loss->reason == LossReason::failed  ? out.failed
                                                          : out.released;
      sum += volume_of(part, length);
    }
    out.unmet += volume_of(gap, length);
  }
  add(objects::Kind::residual, out);
}

}  // namespace capmarket::chain
