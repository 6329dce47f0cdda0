// A faulty writer who lets in what leaves the range of quantities or of time, or keeps out what
// just stays in it, is found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/crypto/hash.h"
#include "model/log/merkle.h"
#include "model/rules/reach.h"
#include "tests/support/chain_files.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/whole_market.h"
#include "tests/verify/audit/audit_world.h"

namespace capmarket::audit {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;
using Objects = std::vector<std::pair<objects::Object, testing::Signers>>;

/// Submits all of these to an honest writer, the last one to one who overlooks `clause`: what each
/// says of the last one, and what the auditor finds there. `boundary`: it is admissible, and forged
/// into a refusal for the clause.
void expect_found(const std::function<Objects(Market&)>& make, admission::ClauseId clause,
                  bool boundary) {
  for (const bool faulty : {false, true}) {
    Market m({.scheme = crypto::Scheme::mac});
    const Objects all = make(m);
    for (std::size_t i = 0; i + 1 < all.size(); ++i) m.admit(all[i].first, all[i].second, m.setup);
    if (faulty && !boundary) m.chain().neglect(clause);
    const chain::Receipt last = m.submit(m.sign(all.back().first, all.back().second), m.setup);
    EXPECT_EQ(clauses(last), faulty || boundary ? "" : std::string(to_text(clause)));
    testing::ScratchFolder dir;
    m.write(dir.path());
    if (faulty && boundary)
      testing::forge_entries(dir.path(), [&](auto& entries) {
        entries[static_cast<std::size_t>(last.sequence.value)].leaf.decision.failed = {clause};
      });
    const AuditReport report = audited(dir.path());
    EXPECT_EQ(report.holds(), !faulty) << violations_of(report);
    if (!faulty) continue;
    ASSERT_EQ(report.violations.size(), 1U) << violations_of(report);
    EXPECT_EQ(report.violations[0].sequence, last.sequence.value);
    EXPECT_EQ(report.violations[0].kind, DamageClass::decision);
    EXPECT_EQ(report.violations[0].invariant,
              boundary ? objects::Invariant::refusals : objects::Invariant::replay);
  }
}

/// Two declarations on one line that meet: all that a quantity can say but five, and `more`.
Objects declared(Market& m, std::int64_t more, bool batch) {
  const Party a = m.holder(kWireMax, "eu/de"), b = m.holder(kWireMax, "eu/de");
  const ContentId line =
      m.admit(testing::infrastructure(m, "line", {a, b}, {{at_second(0), Quantity(1)}}),
              {{objects::Role::authority, m.authority_key}});
  objects::Declaration first = m.declaration(a, kWireMax - 5, seconds(0, 10));
  first.infrastructure = line;
  const testing::Signers by_a{{objects::Role::holder, a.key}}, by_b{{objects::Role::holder, b.key}};
  if (!batch) {
    objects::Declaration second = m.declaration(b, more, seconds(9, 20));
    second.infrastructure = line;
    return {{first, by_a}, {second, by_b}};
  }
  // The items of one batch count together.
  objects::Declaration one = m.declaration(b, 4, seconds(8, 10));
  objects::Declaration two = m.declaration(b, more - 4, seconds(9, 20));
  one.infrastructure = two.infrastructure = line;
  objects::DeclarationBatch both{m.salt(), b.key.pub, {}, {one, two}};
  std::vector<Digest> leaves;
  for (const objects::Declaration& item : both.items)
    leaves.push_back(log::leaf_hash(crypto::content_id(objects::encode_object(item)).view()));
  both.root = log::merkle_root(leaves);
  return {{first, by_a}, {both, by_b}};
}

TEST(AuditOfRange, finds_more_on_a_line_than_a_quantity_can_say) {
  for (const bool batch : {false, true}) {
    expect_found([&](Market& m) { return declared(m, 6, batch); }, admission::ClauseId::quantity,
                 false);
    expect_found([&](Market& m) { return declared(m, 5, batch); }, admission::ClauseId::quantity,
                 true);
  }
}

/// A class whose records outlive the market's rule: until the end of time, and `beyond`.
Objects kept(Market& m, std::int64_t beyond) {
  const Int128 end = rules::latest_end(m.chain().state().rule(m.rule())->rule);
  const auto most = static_cast<std::int64_t>(Int128{kWireMax} - end);
  return {{objects::ClassDeclaration{
               {}, "eu/tso", "power", 2, "kW", Duration(kNanosPerSecond), Duration(most + beyond)},
           {{objects::Role::authority, m.authority_key}}}};
}

TEST(AuditOfRange, finds_a_class_whose_records_leave_time) {
  expect_found([](Market& m) { return kept(m, 1); }, admission::ClauseId::window, false);
  expect_found([](Market& m) { return kept(m, 0); }, admission::ClauseId::window, true);
}

/// The same class, and a rule of it that lasts an hour and `beyond` longer than the market's.
Objects ruled(Market& m, std::int64_t beyond) {
  Objects out = kept(m, -kNanosPerHour);
  rules::Rule later = testing::rule_from(testing::rule_text());
  later.name = "eu/later";
  later.effective = {later.effective.until,
                     later.effective.until + Duration(kNanosPerHour + beyond)};
  out.push_back({later, {{objects::Role::authority, m.authority_key}}});
  return out;
}

TEST(AuditOfRange, finds_a_rule_whose_records_leave_time) {
  expect_found([](Market& m) { return ruled(m, 1); }, admission::ClauseId::window, false);
  expect_found([](Market& m) { return ruled(m, 0); }, admission::ClauseId::window, true);
}

}  // namespace
}  // namespace capmarket::audit
