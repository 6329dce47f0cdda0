// What happens in a random market after its settlements.
#include "model/crypto/hash.h"
#include "tests/verify/audit/audit_world.h"

namespace capmarket::audit {

void AuditWorld::surrender() {
  const chain::GrantRecord& g = any_grant();
  const PublicKey user = market_.chain().state().user_of(g);
  send(objects::Surrender{market_.salt(), user, g.id, part_of(g.leg.window),
                          Quantity(1 + pick(static_cast<int>(g.leg.quantity.value)))},
       {{objects::Role::user, key_of(user)}});
}

void AuditWorld::report_failure() {
  const chain::ChainState& state = market_.chain().state();
  const chain::GrantRecord& g = any_grant();
  const PublicKey holder = state.holder_of(g), user = state.user_of(g);
  objects::DeliveryFailure f{market_.salt(),
                             holder,
                             objects::Role::holder,
                             {},
                             g.id,
                             Quantity(1 + pick(static_cast<int>(g.leg.quantity.value))),
                             part_of(g.leg.window),
                             now_ - Duration(pick(60) * kNanosPerSecond),
                             "outage"};
  testing::Signers signers{{objects::Role::holder, key_of(holder)}};
  switch (pick(5)) {
    case 0:
      f.reporter = user, f.role = objects::Role::user;
      signers = {{objects::Role::user, key_of(user)}};
      break;
    case 1:
      f.reporter = officials_.adaptation.key.pub, f.role = objects::Role::adaptation;
      f.credential = officials_.adaptation.credential;
      signers = {{objects::Role::adaptation, officials_.adaptation.key}};
      if (pick(2) == 0) signers.emplace_back(objects::Role::user, key_of(user));
      break;
    case 2:
      f.reporter = officials_.auditor.key.pub, f.role = objects::Role::auditor;
      if (pick(3) > 0) f.credential = officials_.auditor.credential;
      signers = {{objects::Role::auditor, officials_.auditor.key}};
      break;
    default:
      break;
  }
  const Window passed{g.leg.window.from, std::min(g.leg.window.until, now_)};
  if (f.role != objects::Role::holder && !passed.empty() && pick(8) > 0) f.window = part_of(passed);
  send(f, signers);
}

void AuditWorld::contest() {
  const chain::ChainState& state = market_.chain().state();
  if (state.claims.empty()) return;
  const std::size_t late = std::min<std::size_t>(state.claims.size(), 4);
  const chain::ClaimRecord& c =
      state.claims
          .all()[state.claims.size() - 1 - static_cast<std::size_t>(pick(static_cast<int>(late)))];
  const PublicKey holder =
      pick(8) == 0 ? holders_[0].key.pub : state.holder_of(state.grants[c.grant]);
  send(objects::Contest{market_.salt(), holder, c.id}, {{objects::Role::holder, key_of(holder)}});
}

void AuditWorld::bear_witness() {
  const chain::ChainState& state = market_.chain().state();
  if (state.claims.empty()) return;
  const std::size_t late = std::min<std::size_t>(state.claims.size(), 4);
  const chain::ClaimRecord& c =
      state.claims
          .all()[state.claims.size() - 1 - static_cast<std::size_t>(pick(static_cast<int>(late)))];
  const bool coordinates = pick(4) == 0;
  const testing::Party& by = coordinates    ? officials_.coordinator
                             : pick(4) == 0 ? officials_.auditor
                                            : outsider_;
  objects::Witness w{
      market_.salt(), by.key.pub, coordinates ? objects::Role::coordinator : objects::Role::auditor,
      by.credential,  c.id,       pick(3) == 0 ? objects::Side::holder : objects::Side::claim};
  send(w, {{w.role, by.key}});
}

void AuditWorld::record() {
  const chain::ChainState& state = market_.chain().state();
  if (state.failures.empty()) return;
  const chain::FailureRecord& f = any(state.failures.all());
  const chain::GrantRecord& g = state.grants[f.grant];
  const PublicKey holder = state.holder_of(g);
  objects::FallbackRecord r{market_.salt(), holder,   f.id,          g.leg.strategy,
                            now_,           "outage", f.substitutes, f.owed};
  switch (pick(5)) {
    case 0:
      r.notice.reset();
      break;
    case 1:
      r.settlement = f.owed + Money(1);
      break;
    case 2:
      r.substitutes = {};
      break;
    default:
      break;
  }
  send(r, {{objects::Role::holder, key_of(holder)}});
}

void AuditWorld::curtail() {
  if (market_.chain().state().declarations.empty()) return;
  const objects::Declaration d = any(market_.chain().state().declarations.all()).declared;
  const ContentId id = crypto::content_id(objects::encode_object(d));
  send(objects::Curtailment{market_.salt(), d.holder, id, Quantity(1 + pick(30)), part_of(d.window),
                            "less"},
       {{objects::Role::holder, key_of(d.holder)}});
}

void AuditWorld::consume() {
  const chain::GrantRecord& g = any_grant();
  send(objects::Activity{market_.salt(), officials_.adaptation.key.pub,
                         officials_.adaptation.credential, g.id, part_of(g.leg.window),
                         Quantity(1 + pick(static_cast<int>(g.leg.quantity.value)))},
       {{objects::Role::adaptation, officials_.adaptation.key}});
}

void AuditWorld::renew() {
  const chain::GrantRecord& g = any_grant();
  const PublicKey user = market_.chain().state().user_of(g);
  send(objects::Renewal{market_.salt(), user, g.id}, {{objects::Role::user, key_of(user)}});
}

void AuditWorld::withdraw() {
  if (asked_.empty()) return;
  const Asked& a = any(asked_);
  send(objects::Withdrawal{market_.salt(), a.user->key.pub, a.id},
       {{objects::Role::user, a.user->key}});
}

void AuditWorld::retract() {
  const auto& all = market_.chain().state().declarations.all();
  if (all.empty()) return;
  const chain::DeclarationRecord& d = any(all);
  send(objects::Retract{market_.salt(), d.declared.holder, d.id},
       {{objects::Role::holder, key_of(d.declared.holder)}});
}

void AuditWorld::pay() {
  const chain::ChainState& state = market_.chain().state();
  if (state.obligations.empty()) return;
  const chain::ObligationRecord& o = any(state.obligations.all());
  const crypto::KeyPair& payer = key_of(o.obligation.payer);
  Money amount = pick(3) == 0 ? Money(1 + pick(10'000)) : o.outstanding();
  send(objects::Payment{market_.salt(), o.obligation.payer, o.id, amount},
       {{pick(2) == 0 ? objects::Role::user : objects::Role::holder, payer}});
}

void AuditWorld::pay_all() {
  const chain::ChainState& state = market_.chain().state();
  for (std::size_t i = 0; i < state.obligations.size(); ++i) {
    const chain::ObligationRecord& o = state.obligations.all()[i];
    if (o.outstanding().value <= 0) continue;
    send(objects::Payment{market_.salt(), o.obligation.payer, o.id, o.outstanding()},
         {{objects::Role::user, key_of(o.obligation.payer)}});
  }
}

void AuditWorld::pay_overdue() {
  const chain::ChainState& state = market_.chain().state();
  for (const testing::Party& u : users_) {
    auto debts = state.debts.find(u.key.pub);
    while (debts != state.debts.end() && !debts->second.empty() &&
           debts->second.begin()->first < now_) {
      const chain::ObligationRecord& o = state.obligations[debts->second.begin()->second];
      chain::Receipt receipt =
          send(objects::Payment{market_.salt(), u.key.pub, o.id, o.outstanding()},
               {{objects::Role::user, u.key}});
      CHECK(receipt.decision.admitted(), testing::clauses(receipt));
    }
  }
}

void AuditWorld::publish() {
  objects::PriceIndex x{market_.salt(),
                        officials_.publisher.key.pub,
                        officials_.publisher.credential,
                        "eu/power",
                        "power",
                        {"eu"},
                        "EUR",
                        now_ - Duration(pick(3) * kNanosPerSecond),
                        1,
                        Money(1)};
  auto sign = [&] {
    return market_.sign(x, {{objects::Role::publisher, officials_.publisher.key}});
  };
  if (auto facts = market_.chain().facts(sign(), now_)) {
    const auto& f = std::get<admission::PriceIndexFacts<Concrete>>(*facts);
    x.count = f.true_count.value + (pick(10) == 0 ? 1 : 0);
    x.value = Money(f.true_value.value + (pick(10) == 0 ? 1 : 0));
  }
  send(x, {{objects::Role::publisher, officials_.publisher.key}});
}

void AuditWorld::dispute() {
  const chain::ChainState& state = market_.chain().state();
  const chain::GrantRecord& g = any_grant();
  objects::Dispute d{market_.salt(),
                     state.user_of(g),
                     objects::Role::user,
                     {},
                     state.settlements[g.settlement].id,
                     static_cast<objects::Ground>(pick(4)),
                     {}};
  crypto::KeyPair key = key_of(d.party);
  switch (pick(4)) {
    case 0:
      d.party = state.holder_of(g), d.role = objects::Role::holder, key = key_of(d.party);
      break;
    case 1:
      d.party = officials_.auditor.key.pub, d.role = objects::Role::auditor,
      key = officials_.auditor.key;
      d.credential = officials_.auditor.credential;
      break;
    case 2:
      d.party = officials_.coordinator.key.pub, d.role = objects::Role::coordinator,
      key = officials_.coordinator.key;
      break;
    default:
      break;
  }
  if (pick(3) == 0) d.evidence = {any(sent_)};
  send(d, {{d.role, key}});
}

void AuditWorld::revoke() {
  const testing::Party& p = pick(4) == 0   ? officials_.coordinator
                            : pick(2) == 0 ? any(users_)
                                           : any(holders_);
  send(objects::Revocation{market_.salt(), market_.authority(), p.credential,
                           now_ + Duration((pick(60) - 50) * kNanosPerSecond), "lost"},
       {{objects::Role::authority, market_.authority_key}});
}

/// A later credential of the same subject; sometimes it speaks against the earlier one.
void AuditWorld::correct() {
  const bool user = pick(2) == 0;
  testing::Party& p = user ? users_[static_cast<std::size_t>(pick(2))]
                           : holders_[static_cast<std::size_t>(pick(2))];
  objects::CredentialGrant c = market_.chain().state().delegation.credential(p.credential)->grant;
  c.salt = market_.salt();
  if (pick(2) == 0) c.kind = "spy";
  for (objects::Asset& a : c.assets)
    if (pick(2) == 0) a.quantity = Quantity(20);
  if (send(c, {{objects::Role::authority, market_.authority_key}}).decision.admitted() &&
      pick(2) == 0)
    p.credential = sent_.back();
}

WorldChoices choices_of(int seed) {
  static const std::vector<std::string> kModes{"{ mode: none }", "{ mode: single }",
                                               "{ mode: sharded, by: 2 }", "{ mode: peer }"};
  static const std::vector<std::string> kOrders{"latest-first", "earliest-first", "pro-rata",
                                                "cheapest", "lottery"};
  static const std::vector<std::string> kReviews{"{ on_review: uphold }",
                                                 "{ on_review: compensate, rate: 50% }",
                                                 "{ on_review: void-future }"};
  auto n = static_cast<std::size_t>(seed);
  WorldChoices c;
  c.coordination = kModes[n % kModes.size()];
  c.victims = kOrders[n % kOrders.size()];
  c.review = kReviews[n % kReviews.size()];
  if (seed % 7 < 2)
    c.pricing =
        "{ mode: discovered, over: 60s, band: 50%, max_age: 60s, floor: 1.00, cap: 100.00 }";
  c.lease = seed % 3 == 1;
  c.shares = seed % 2 == 1;
  return c;
}

}  // namespace capmarket::audit
