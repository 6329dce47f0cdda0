#include "sim/agents/pay.h"

#include <algorithm>
#include <utility>

#include "sim/agents/strategy_of.h"

namespace capmarket::agents {
namespace {

template <class RoleView>
void plan_payment(const RoleView& v, party::ObligationIndex index) {
  const scenarios::Conduct& conduct = conduct_of(v);
  if (conduct.pays == scenarios::Pays::never) return;
  const objects::Obligation& o = v.seen().obligations[index].obligation;
  Instant at = v.now;
  if (conduct.pays == scenarios::Pays::late) {
    if (o.deadline >= v.market.end()) return;
    at = std::max(at, o.deadline + conduct.late_by);
  }
  v.plan(v.me.draws, at, party::Pay{index});
}

/// What it has, before what it owes and signed for. Precondition: it has a budget.
Int128 has(const party::Purse& purse) {
  Int128 out = Int128{purse.limit->value} + purse.received.value - purse.paid.value;
  for (const auto& [obligation, payment] : purse.on_the_way) out -= payment.amount.value;
  return out;
}

template <class RoleView>
void pay_outstanding(const RoleView& v, objects::Role role, party::ObligationIndex index) {
  const chain::ObligationRecord& record = v.seen().obligations[index];
  party::Purse& purse = v.me.purse;
  if (record.outstanding().value <= 0) return;
  auto sent = purse.on_the_way.find(index);
  if (sent == purse.on_the_way.end()) {
    if (purse.limit && has(purse) < record.outstanding().value) return;  // until it is paid itself
    sent = purse.on_the_way
               .emplace(index, objects::Payment{v.fresh_salt(v.me.draws), v.me.key.pub, record.id,
                                                record.outstanding()})
               .first;
  }
  v.submit(sent->second, party::PaidOn{index}, {{role, v.me.key}}, v.sender());
  v.plan(v.me.draws, v.now + conduct_of(v).payment_timeout + v.until_published(),
         party::Pay{index});
}

template <class RoleView>
void forget_sent(const RoleView& v, party::ObligationIndex index, const party::Answer& answer) {
  if (!answer.lost) v.me.purse.on_the_way.erase(index);  // else its time-out tells it
}

/// What was paid of the obligation since it was counted last.
template <class RoleView>
Money newly_paid(const RoleView& v, party::ObligationIndex of) {
  const Money paid = v.seen().obligations[of].paid;
  return paid - std::exchange(v.me.purse.counted[of], paid);
}

template <class RoleView>
void count_payment(const RoleView& v, party::ObligationIndex of) {
  if (v.me.purse.limit) v.me.purse.paid += newly_paid(v, of);
}

template <class RoleView>
void count_receipt(const RoleView& v, objects::Role role, party::ObligationIndex of) {
  if (!v.me.purse.limit) return;
  v.me.purse.received += newly_paid(v, of);
  if (conduct_of(v).pays == scenarios::Pays::never) return;
  auto debts = v.seen().debts.find(v.me.key.pub);
  if (debts == v.seen().debts.end()) return;
  for (const auto& [deadline, index] : debts->second) {
    const bool due = conduct_of(v).pays == scenarios::Pays::on_time ||
                     v.now >= deadline + conduct_of(v).late_by;
    if (due && !v.me.purse.on_the_way.contains(index)) pay_outstanding(v, role, index);
  }
}

template <class RoleView>
bool has_left(const RoleView& v, Int128 cost) {
  if (!v.me.purse.limit) return true;
  Int128 owes = 0;
  if (auto debts = v.seen().debts.find(v.me.key.pub); debts != v.seen().debts.end())
    for (const auto& [deadline, index] : debts->second)
      owes += v.seen().obligations[index].outstanding().value;
  return cost <= v.me.purse.left(owes, v.now);
}

}  // namespace

void on_obligation(const party::HolderView& v, party::ObligationIndex index) {
  plan_payment(v, index);
}

void on_obligation(const party::UserView& v, party::ObligationIndex index) {
  plan_payment(v, index);
}

void pay(const party::HolderView& v, party::ObligationIndex index) {
  pay_outstanding(v, objects::Role::holder, index);
}

void pay(const party::UserView& v, party::ObligationIndex index) {
  pay_outstanding(v, objects::Role::user, index);
}

void on_payment_known(const party::HolderView& v, party::ObligationIndex index,
                      const party::Answer& answer) {
  forget_sent(v, index, answer);
}

void on_payment_known(const party::UserView& v, party::ObligationIndex index,
                      const party::Answer& answer) {
  forget_sent(v, index, answer);
}

void on_own_payment(const party::HolderView& v, party::ObligationIndex of) { count_payment(v, of); }

void on_own_payment(const party::UserView& v, party::ObligationIndex of) { count_payment(v, of); }

void on_paid(const party::HolderView& v, party::ObligationIndex of) {
  count_receipt(v, objects::Role::holder, of);
}

void on_paid(const party::UserView& v, party::ObligationIndex of) {
  count_receipt(v, objects::Role::user, of);
}

bool can_spend(const party::HolderView& v, Int128 cost) { return has_left(v, cost); }

bool can_spend(const party::UserView& v, Int128 cost) { return has_left(v, cost); }

Money cost_of(const party::Offer& offer) {
  return chain::worth(offer.price, volume_of(offer.quantity, offer.window.length()));
}

}  // namespace capmarket::agents
