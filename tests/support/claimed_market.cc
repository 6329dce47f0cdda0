#include "tests/support/claimed_market.h"

#include "tests/support/times.h"

namespace capmarket::testing {
namespace {

std::string rule_of(const std::string& burden) {
  RuleParts p;
  p.more = "dispute_within: 10min\nclaims: { contest_within: 60s, burden: " + burden +
           ", claim_fee: 5%, contest_fee: 10% }\n";
  return rule_text(p);
}

}  // namespace

ClaimedMarket::ClaimedMarket(const std::string& burden)
    : m({crypto::Scheme::mac, rule_of(burden)}),
      holder(m.holder(100)),
      user(m.user("basic")),
      adaptation(m.party(objects::Role::adaptation)),
      kin(m.party(objects::Role::auditor)),
      overseas(admit_overseas(m)) {
  objects::CredentialGrant c = m.grant(objects::Role::auditor, "us");
  c.issuer = overseas.id;
  outsider = m.admit_party(c, &overseas.key);
  declaration = m.declare(holder, 100, seconds(0, 1000));
  objects::Request q = m.request(user, {declaration}, 10, seconds(200, 300));
  q.adaptations = {adaptation.key.pub};
  request = m.ask(user, q);
  objects::Settlement s = m.settlement(holder, user, declaration, request, q, at_second(100));
  s.legs[0].strategy = m.strategy("pooled");
  s.legs[0].retain_until = at_second(300) + Duration(40 * 24 * kNanosPerHour);
  CHECK(m.settle(holder, user, s, at_second(100)).decision.admitted());
  settlement = state().settlements.back().id;
  grant = objects::grant_id(settlement, 0);
}

std::string ClaimedMarket::submit(const objects::Object& object, const Signers& by,
                                  std::int64_t second) {
  auto s = m.sign(object, by);
  last = s.id;
  return clauses(m.submit(s, at_second(second)));
}

std::string ClaimedMarket::claim(std::int64_t quantity, Window window, std::int64_t second,
                                 objects::Role role) {
  const Party& by = role == objects::Role::user      ? user
                    : role == objects::Role::holder  ? holder
                    : role == objects::Role::auditor ? kin
                                                     : adaptation;
  objects::DeliveryFailure f{m.salt(),           by.key.pub, role,           {},    grant,
                             Quantity(quantity), window,     at_second(150), "dark"};
  if (role != objects::Role::user && role != objects::Role::holder) f.credential = by.credential;
  std::string out = submit(f, {{role, by.key}}, second);
  if (role != objects::Role::holder && out.empty()) claimed = last;
  return out;
}

std::string ClaimedMarket::contest(std::int64_t second) {
  return submit(objects::Contest{m.salt(), holder.key.pub, claimed},
                {{objects::Role::holder, holder.key}}, second);
}

std::string ClaimedMarket::witness(const Party& by, objects::Side side, std::int64_t second) {
  return submit(
      objects::Witness{m.salt(), by.key.pub, objects::Role::auditor, by.credential, claimed, side},
      {{objects::Role::auditor, by.key}}, second);
}

std::int64_t ClaimedMarket::net() const {
  std::int64_t out = 0;
  for (const chain::ObligationRecord& o : state().obligations) {
    if (o.obligation.kind == objects::ObligationKind::price) continue;
    for (const Party& p : {user, adaptation}) {
      out += o.obligation.payee == p.key.pub ? o.obligation.amount.value : 0;
      out -= o.obligation.payer == p.key.pub ? o.obligation.amount.value : 0;
    }
  }
  return out;
}

Money ClaimedMarket::value(std::int64_t quantity, std::int64_t length) {
  return *value_of(Money(200'000),
                   volume_of(Quantity(quantity), Duration(length * kNanosPerSecond)));
}

}  // namespace capmarket::testing
