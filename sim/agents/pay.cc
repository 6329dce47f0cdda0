#include "sim/agents/pay.h"

#include <algorithm>

namespace capmarket::agents {
namespace {

/// How late a late payer is.
constexpr Duration kLate{300 * kNanosPerSecond};

void plan_payment(const party::View& v, party::Draws& draws, scenarios::Pays pays,
                  party::ObligationIndex index) {
  if (pays == scenarios::Pays::never) return;
  const objects::Obligation& o = v.seen().obligations[index].obligation;
  Instant at = v.now;
  if (pays == scenarios::Pays::late) {
    if (o.deadline >= v.market.end()) return;
    at = std::max(at, o.deadline + kLate);
  }
  v.plan(draws, at, party::Pay{index});
}

template <class RoleView>
void pay_outstanding(const RoleView& v, objects::Role role, party::ObligationIndex index) {
  const chain::ObligationRecord& record = v.seen().obligations[index];
  if (record.outstanding().value <= 0) return;
  v.submit(objects::Payment{v.fresh_salt(v.me.draws), v.me.key.pub, record.id,
                            record.outstanding()},
           {}, {{role, v.me.key}}, v.sender());
}

}  // namespace

// Scripted holders pay by steps of the script only.
void on_obligation(const party::HolderView& v, party::ObligationIndex index) {
  const bool scripted = v.me.strategy == scenarios::HolderStrategy::scripted;
  plan_payment(v, v.me.draws, scripted ? scenarios::Pays::never : scenarios::Pays::on_time, index);
}

void on_obligation(const party::UserView& v, party::ObligationIndex index) {
  plan_payment(v, v.me.draws, v.group == nullptr ? scenarios::Pays::on_time : v.group->pays, index);
}

void pay(const party::HolderView& v, party::ObligationIndex index) {
  pay_outstanding(v, objects::Role::holder, index);
}

void pay(const party::UserView& v, party::ObligationIndex index) {
  pay_outstanding(v, objects::Role::user, index);
}

}  // namespace capmarket::agents
