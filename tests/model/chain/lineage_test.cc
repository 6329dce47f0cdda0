// The decision context of a settlement, and what followed from it.
#include "model/chain/lineage.h"

#include <gtest/gtest.h>

#include "tests/support/market.h"

namespace capmarket::chain {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;

struct Lineages : ::testing::Test {
  Market m{{crypto::Scheme::mac}};
  History history;
  Lineages() {
    m.chain().observe([this](const Event& e) { history.add(e.leaf, e.object); });
  }
  ContentId settle(const Party& holder, const Party& user, std::int64_t from, Instant retain) {
    ContentId d = m.declare(holder, 10, seconds(from, from + 100));
    objects::Request q = m.request(user, {d}, 10, seconds(from, from + 100));
    objects::Settlement s = m.settlement(holder, user, d, m.ask(user, q), q, at_second(0));
    s.legs[0].retain_until = retain;
    auto checked = m.sign(
        s, {{objects::Role::submitter, user.key}, {objects::Role::user, user.key}, {objects::Role::holder, holder.key}});
    EXPECT_EQ(clauses(m.submit(checked, at_second(0))), "");
    return checked.id;
  }
};

TEST_F(Lineages, hold_the_whole_decision_context_and_what_followed) {
  Party holder = m.holder(100), user = m.user("basic");
  const Instant retain = at_second(90 * 24 * 3600);
  ContentId s = settle(holder, user, 200, retain);
  ContentId price = m.chain().state().obligations.all()[0].id;
  m.admit(objects::Payment{m.salt(), user.key.pub, price, Money(1)}, {{objects::Role::user, user.key}});
  settle(m.holder(50), user, 400, retain);
  auto lineage = lineage_of(history, s);
  ASSERT_TRUE(lineage);
  EXPECT_EQ(lineage->retain_until, retain);
  std::vector<std::string> parts;
  for (const LineageItem& item : lineage->context) parts.push_back(item.part);
  // The class, the rule and its strategy were admitted before the history was taken up.
  EXPECT_EQ(parts, (std::vector<std::string>{"leg 0 declaration", "leg 0 request",
                                             "leg 0 holder credential", "leg 0 user credential"}));
  std::vector<objects::Kind> after;
  for (const LineageItem& item : lineage->after) after.push_back(item.entry->leaf.kind);
  EXPECT_EQ(after, (std::vector<objects::Kind>{objects::Kind::obligation, objects::Kind::payment}));
  EXPECT_TRUE(lineage_of(history, objects::grant_id(s, 0)));
  EXPECT_FALSE(lineage_of(history, price));
}

}  // namespace
}  // namespace capmarket::chain
