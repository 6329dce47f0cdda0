// Changes of who co-signs, as `diff` relates them and as two chains decide them: over every
// location, coordinators of every depth, and who of them signs.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "tests/support/market.h"
#include "tests/verify/diff/diff_support.h"

namespace capmarket::diff {
namespace {

using testing::at_second;
using testing::Market;
using testing::Party;
using testing::seconds;

const std::vector<std::string> kModes = {"{ mode: none }",           "{ mode: single }",
                                         "{ mode: sharded, by: 1 }", "{ mode: sharded, by: 2 }",
                                         "{ mode: sharded, by: 3 }", "{ mode: sharded, by: 4 }"};
const std::vector<std::string> kPlaces = {"eu", "eu/de", "eu/de/berlin", "eu/de/berlin/mitte"};

std::string signed_text(const std::string& mode) {
  testing::RuleParts p;
  p.coordination = mode;
  return testing::rule_text(p);
}

/// Which of the settlements one rule admits, by place, coordinators and signatures.
std::map<std::string, bool> outcomes_of(const std::string& mode) {
  std::map<std::string, bool> out;
  const std::size_t subsets = std::size_t{1} << kPlaces.size();
  for (std::size_t there = 0; there < subsets; ++there) {
    Market m({crypto::Scheme::mac, signed_text(mode), {}, {}, {}});
    std::vector<Party> coordinators;
    for (std::size_t i = 0; i < kPlaces.size(); ++i)
      if ((there >> i & 1) != 0)
        coordinators.push_back(m.party(objects::Role::coordinator, kPlaces[i]));
    const Party user = m.user("basic");
    for (const std::string& place : kPlaces) {
      const Party holder = m.holder(1'000, place);
      for (std::size_t who = 0; who < std::size_t{1} << coordinators.size(); ++who) {
        const ContentId declaration = m.declare(holder, 1, seconds(0, 1000));
        objects::Request r = m.request(user, {declaration}, 1, seconds(200, 300), "basic");
        const ContentId request = m.ask(user, r);
        objects::Settlement s = m.settlement(holder, user, declaration, request, r, at_second(100));
        testing::Signers by = {{objects::Role::submitter, holder.key},
                               {objects::Role::holder, holder.key},
                               {objects::Role::user, user.key}};
        for (std::size_t i = 0; i < coordinators.size(); ++i) {
          if ((who >> i & 1) == 0) continue;
          s.coordinators.push_back(coordinators[i].credential);
          by.push_back({objects::Role::coordinator, coordinators[i].key});
        }
        out[fmt::format("{} {} {}", place, there, who)] =
            testing::clauses(m.submit(m.sign(s, by), at_second(100))).empty();
      }
    }
  }
  return out;
}

TEST(Coordination, relates_as_two_chains_decide) {
  std::map<std::string, std::map<std::string, bool>> outcomes;
  for (const std::string& mode : kModes) outcomes[mode] = outcomes_of(mode);
  for (const std::string& older : kModes)
    for (const std::string& newer : kModes) {
      bool admits = false, refuses = false;
      for (const auto& [key, before] : outcomes[older]) {
        const bool after = outcomes[newer].at(key);
        admits = admits || (after && !before);
        refuses = refuses || (before && !after);
      }
      auto report = diff_rules(rule_file("old.yaml", signed_text(older)),
                               rule_file("new.yaml", signed_text(newer)), {});
      ASSERT_TRUE(report);
      using R = DiffRelation;
      const R expected = admits && refuses ? R::incomparable
                         : admits          ? R::looser
                         : refuses         ? R::stricter
                                           : R::equivalent;
      EXPECT_EQ(report->relation, expected) << older << " to " << newer;
    }
}

}  // namespace
}  // namespace capmarket::diff
