// What happens to a grant after its settlement: a market with one, for tests of whatever follows.
#pragma once

#include <gtest/gtest.h>

#include "model/chain/leaf.h"
#include "model/rules/strategy.h"
#include "tests/support/whole_market.h"

namespace capmarket::chain {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::RuleParts;
using testing::seconds;

inline RuleParts more(const std::string& lines) {
  RuleParts p;
  p.more = lines;
  p.fallback +=
      "  - { name: kept, substitution: same-holder, notify_within: 60s, refund: 100%, penalty: 10%, "
      "record: [notice, cause, substitutes, settlement] }\n";
  return p;
}

/// One grant of 10 kW for [200, 300) at 20.00, with an adaptation that may consume.
struct Aftermath : ::testing::Test {
  explicit Aftermath(const std::string& lines = "surrender_fee: 20%\n")
      : m({crypto::Scheme::mac, testing::rule_text(more(lines))}) {
    objects::Request q = m.request(user, {declaration}, 10, seconds(200, 300));
    q.adaptations = {adaptation.key.pub};
    asked = q;
    request = m.ask(user, q);
    objects::Settlement s = m.settlement(holder, user, declaration, request, q, at_second(100));
    s.legs[0].strategy = m.strategy("kept");
    auto checked = m.sign(s, {{objects::Role::submitter, holder.key},
                              {objects::Role::holder, holder.key},
                              {objects::Role::user, user.key}});
    CHECK(m.submit(checked, at_second(100)).decision.admitted());
    settlement = checked.id;
    grant = objects::grant_id(settlement, 0);
  }
  Market m;
  Party holder = m.holder(100);
  Party user = m.user("basic");
  Party adaptation = m.party(objects::Role::adaptation);
  Party auditor = m.party(objects::Role::auditor);
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  objects::Request asked;
  ContentId request, settlement, grant;

  const ChainState& state() { return m.chain().state(); }
  const GrantRecord& record() { return *state().grant(grant); }
  std::string submit(const objects::Object& o, const testing::Signers& by, std::int64_t second) {
    auto s = m.sign(o, by);
    last = s.id;
    return clauses(m.submit(s, at_second(second)));
  }
  ContentId last;
  objects::DeliveryFailure failure(std::int64_t quantity, Window w,
                                   objects::Role role = objects::Role::holder) {
    Party by = role == objects::Role::holder ? holder
               : role == objects::Role::user ? user
                                             : auditor;
    objects::DeliveryFailure f{m.salt(),           by.key.pub, role,           {},     grant,
                               Quantity(quantity), w,          at_second(150), "storm"};
    if (role == objects::Role::auditor) f.credential = auditor.credential;
    return f;
  }
  static Money value(std::int64_t quantity, std::int64_t length) {
    return *value_of(Money(200'000),
                     volume_of(Quantity(quantity), Duration(length * kNanosPerSecond)));
  }
};

}  // namespace capmarket::chain
