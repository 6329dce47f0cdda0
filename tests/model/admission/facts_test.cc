// The rows of facts: all members, in one order, and the page that is printed from them.
#include "model/admission/facts.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "model/base/concrete.h"

namespace capmarket::admission {
namespace {

/// A domain whose values are all of one size, so that structs of them have no padding.
struct Words {
  struct Bool {
    std::uint64_t word = 0;
  };
  struct Int {
    std::uint64_t word = 0;
  };
};

struct Sizes {
  std::size_t sum = 0;
  template <class Fact>
  void operator()(Fact&, std::string_view, FactUnit unit, std::string_view) {
    sum += sizeof(Fact);
    EXPECT_EQ(unit == FactUnit::boolean, (std::is_same_v<Fact, Words::Bool>));
  }
  template <class Part>
  void part(Part&, std::string_view, std::string_view) {
    sum += sizeof(Part);
  }
  template <class List>
  void list(List&, std::string_view, std::string_view) {
    sum += sizeof(List);
  }
};

template <template <class> class... Facts>
void expect_complete() {
  auto one = [](auto facts) {
    Sizes sizes;
    decltype(facts)::rows(facts, sizes);
    EXPECT_EQ(sizes.sum, sizeof(facts)) << decltype(facts)::about.name;
  };
  (one(Facts<Words>()), ...);
}

TEST(FactRows, list_every_member_once_and_truth_values_as_such) {
  expect_complete<IntervalFacts, LinkFacts, CredentialFacts, MembershipFacts, ShardFacts,
                  VictimFacts, LegFacts, RootFacts, SettlementFacts, AssetFacts, DeclarationFacts,
                  BatchFacts, NamedDeclarationFacts, RequestFacts, IntentFacts, GrantFacts,
                  PromulgationFacts, EdictFacts, PartFacts, NoticeFacts>();
}

TEST(FactRows, give_each_fact_its_path_in_order) {
  CredentialFacts<Concrete> f;
  f.scope.resize(2);
  std::string paths;
  visit(f, "c", [&](const std::string& path, auto&) { paths += path + " "; });
  EXPECT_EQ(paths,
            "c.exists c.role_fits c.subject_fits c.rooted c.scope.0.enter c.scope.0.exit "
            "c.scope.1.enter c.scope.1.exit c.root ");
}

TEST(FactRows, reshape_one_domain_like_another) {
  SettlementFacts<Concrete> from;
  from.policy_roots.resize(2);
  from.legs.resize(3);
  from.legs[1].victims.resize(4);
  from.legs[2].shards.resize(1);
  from.legs[2].shards[0].coordinator.links.resize(2);
  SettlementFacts<Words> to;
  reshape_like(from, to);
  ASSERT_EQ(to.legs.size(), 3u);
  EXPECT_EQ(to.policy_roots.size(), 2u);
  EXPECT_TRUE(to.legs[0].victims.empty());
  EXPECT_EQ(to.legs[1].victims.size(), 4u);
  ASSERT_EQ(to.legs[2].shards.size(), 1u);
  EXPECT_EQ(to.legs[2].shards[0].coordinator.links.size(), 2u);
}

/// The reference page is printed from the rows; a mismatch writes `.new` beside it.
TEST(FactsPage, is_the_page_in_the_docs) {
  std::string file = std::string(CAPMARKET_SOURCE_DIR) + "/docs/reference/facts.md";
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (text.str() != facts_page()) std::ofstream(file + ".new") << facts_page();
  EXPECT_EQ(text.str(), facts_page());
}

}  // namespace
}  // namespace capmarket::admission
