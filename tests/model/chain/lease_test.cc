// A lease is taken up from the grant's start at the earliest, and nothing ever shortens it.
#include <gtest/gtest.h>

#include "tests/support/whole_market.h"

namespace capmarket::chain {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::RuleParts;
using testing::seconds;

/// One grant of 10 kW for [200, 300), settled at 100, under a lease of 30 s.
struct Lease : ::testing::Test {
  static std::string rule() {
    RuleParts p;
    p.more = "lease: 30s\n";
    return testing::rule_text(p);
  }
  Market m{{crypto::Scheme::mac, rule()}};
  Party holder = m.holder(100), user = m.user("basic");
  Party adaptation = m.party(objects::Role::adaptation);
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  ContentId grant = settle();

  ContentId settle() {
    objects::Request q = m.request(user, {declaration}, 10, seconds(200, 300));
    q.adaptations = {adaptation.key.pub};
    objects::Settlement s =
        m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(100));
    auto checked = m.sign(s, {{objects::Role::submitter, holder.key},
                              {objects::Role::holder, holder.key},
                              {objects::Role::user, user.key}});
    CHECK(m.submit(checked, at_second(100)).decision.admitted());
    return objects::grant_id(checked.id, 0);
  }
  const GrantRecord& record() { return *m.chain().state().grant(grant); }
  std::string renew(Instant at) {
    return clauses(m.submit(
        m.sign(objects::Renewal{m.salt(), user.key.pub, grant}, {{objects::Role::user, user.key}}),
        at));
  }
  std::string consume(Window used, std::int64_t second) {
    objects::Activity a{m.salt(), adaptation.key.pub, adaptation.credential, grant,
                        used,     Quantity(1)};
    return clauses(
        m.submit(m.sign(a, {{objects::Role::adaptation, adaptation.key}}), at_second(second)));
  }
};

TEST_F(Lease, a_renewal_before_the_start_shortens_nothing) {
  ASSERT_EQ(record().lease_until, at_second(230));
  EXPECT_EQ(renew(at_second(150)), "");
  EXPECT_EQ(record().lease_until, at_second(230));
  m.chain().tick(at_second(229));
  EXPECT_EQ(record().live, (capacity::Pieces{{seconds(200, 300), Quantity(10)}}));
  m.chain().tick(at_second(230));
  EXPECT_EQ(record().live, (capacity::Pieces{{seconds(200, 230), Quantity(10)}}));
}

TEST_F(Lease, counts_from_the_start_up_to_it_and_from_admission_after_it) {
  EXPECT_EQ(renew(at_second(200) - Duration(1)), "");
  EXPECT_EQ(record().lease_until, at_second(230));
  EXPECT_EQ(renew(at_second(200)), "");
  EXPECT_EQ(record().lease_until, at_second(230));
  EXPECT_EQ(renew(at_second(200) + Duration(1)), "");
  EXPECT_EQ(record().lease_until, at_second(230) + Duration(1));
  EXPECT_EQ(renew(at_second(230) + Duration(1)), "standing");  // it has ended
}

TEST_F(Lease, an_activity_extends_it_and_never_shortens_it) {
  EXPECT_EQ(renew(at_second(220)), "");
  EXPECT_EQ(consume(seconds(200, 210), 220), "");
  EXPECT_EQ(record().lease_until, at_second(250));
  EXPECT_EQ(consume(seconds(210, 220), 225), "");
  EXPECT_EQ(record().lease_until, at_second(255));
}

}  // namespace
}  // namespace capmarket::chain
