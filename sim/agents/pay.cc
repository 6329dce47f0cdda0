#include "sim/agents/pay.h"

#include <algorithm>

namespace capmarket::agents {
namespace {

void plan_payment(const party::View& v, party::Draws& draws, scenarios::Pays pays,
                  Duration late_by, party::ObligationIndex index) {
  if (pays == scenarios::Pays::never) return;
  const objects::Obligation& o = v.seen().obligations[index].obligation;
  Instant at = v.now;
  if (pays == scenarios::Pays::late) {
    if (o.deadline >= v.market.end()) return;
    at = std::max(at, o.deadline + late_by);
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
  plan_payment(v, v.me.draws, scripted ? scenarios::Pays::never : scenarios::Pays::on_time,
               Duration(0), index);
}

void on_obligation(const party::UserView& v, party::ObligationIndex index) {
  const bool traced = v.group == nullptr;
  plan_payment(v, v.me.draws, traced ? scenarios::Pays::on_time : v.group->conduct.pays,
               traced ? Duration(0) : v.group->conduct.late_by, index);
}

void pay(const party::HolderView& v, party::ObligationIndex index) {
  pay_outstanding(v, objects::Role::holder, index);
}

void pay(const party::UserView& v, party::ObligationIndex index) {
  pay_outstanding(v, objects::Role::user, index);
}

}  // namespace capmarket::agents
