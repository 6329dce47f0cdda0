// How long messages take between places, and what reaches whom while somebody is away.
#include <gtest/gtest.h>

#include "sim/run/run.h"
#include "sim/world/world.h"
#include "tests/sim/run/bargaining.h"
#include "tests/sim/run/played.h"

namespace capmarket::run {
namespace {

/// Holder and user both at `eu`.
scenarios::Scenario near_by() {
  scenarios::Scenario s = regular_customer();
  s.users[0].home = location::Location{"eu"};
  return s;
}

scenarios::LinkSpec link_of(std::int64_t nanoseconds) {
  return {{"eu"}, {"eu"}, scenarios::Distribution::constant(nanoseconds)};
}

/// Minutes after the start at which settlements were admitted.
std::vector<std::int64_t> admitted_in(const scenarios::Scenario& s) {
  std::vector<std::int64_t> out;
  played(s, [&](world::World& w) {
    for (const chain::GrantRecord& g : w.state().grants)
      out.push_back((g.admitted - w.scenario->start).value / (60 * kNanosPerSecond));
  });
  return out;
}

TEST(Links, slow_what_passes_over_them_and_nothing_else) {
  scenarios::Scenario s = near_by();
  const auto delay = [](const scenarios::Scenario& of) {
    Instant admitted;
    played(of, [&](world::World& w) {
      CHECK(w.state().grants.size() > 0);
      admitted = w.state().grants[party::GrantIndex(0)].admitted;
    });
    return (admitted - of.start - Duration(600 * kNanosPerSecond)).value;
  };
  const std::int64_t base = delay(s);
  s.links.push_back(link_of(kNanosPerSecond));
  // Of the messages that a settlement takes the proposal, the offer and the draft pass between the
  // two: three of a second in place of 1 ms. The chain has no place.
  EXPECT_EQ(delay(s) - base, 3 * (kNanosPerSecond - 1'000'000));
  s.chain_place = location::Location{"eu"};
  EXPECT_GT(delay(s) - base, 3 * (kNanosPerSecond - 1'000'000)) << "and now what passes to the chain";
  s.users[0].offer_timeout = Duration(kNanosPerSecond);
  s.chain_place.reset();
  EXPECT_EQ(played(s).metrics.total.grants, 0) << "no answer comes within a second";
}

TEST(Absences, of_a_holder_cost_what_was_asked_of_it_then) {
  scenarios::Scenario s = near_by();
  EXPECT_EQ(admitted_in(s), (std::vector<std::int64_t>{10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110}));
  s.holders[0].away = {{Duration(25 * 60 * kNanosPerSecond), Duration(55 * 60 * kNanosPerSecond)}};
  EXPECT_EQ(admitted_in(s), (std::vector<std::int64_t>{10, 20, 60, 70, 80, 90, 100, 110}));
}

TEST(Absences, of_a_holder_from_the_start_delay_its_declarations) {
  scenarios::Scenario s = near_by();
  s.holders[0].away = {{Duration(0), Duration(35 * 60 * kNanosPerSecond)}};
  EXPECT_EQ(admitted_in(s), (std::vector<std::int64_t>{40, 50, 60, 70, 80, 90, 100, 110}));
}

TEST(Absences, of_a_user_put_off_what_it_wants_and_pays) {
  scenarios::Scenario s = near_by();
  s.users[0].away = {{Duration(25 * 60 * kNanosPerSecond), Duration(55 * 60 * kNanosPerSecond)}};
  EXPECT_EQ(admitted_in(s), (std::vector<std::int64_t>{10, 20, 55, 65, 75, 85, 95, 105, 115}));
}

TEST(Absences, of_a_user_from_the_start_end_with_all_that_was_published) {
  scenarios::Scenario s = near_by();
  s.users[0].away = {{Duration(0), Duration(25 * 60 * kNanosPerSecond)}};
  EXPECT_EQ(admitted_in(s), (std::vector<std::int64_t>{25, 35, 45, 55, 65, 75, 85, 95, 105, 115}))
      << "it knows the declarations when it first asks";
}

TEST(Auditors, have_their_credential_from_the_authority_that_is_named) {
  auto loaded = scenarios::load_scenario(
      CAPMARKET_SOURCE_DIR "/scenarios/packs/cross-border.yaml", {}, {});
  ASSERT_TRUE(loaded.has_value()) << to_text(loaded.error());
  loaded->duration = Duration(60 * kNanosPerSecond);
  ASSERT_GT(loaded->authorities.size(), 1U);
  for (const std::string& name : {std::string(), loaded->authorities[1].name}) {
    loaded->auditors = {{.name = "eye", .authority = name, .sample = kFullRatio}};
    const party::AuthorityIndex expected(name.empty() ? 0 : 1);
    played(*loaded, [&](world::World& w) {
      const party::AuditorState& eye = w.auditors[party::AuditorIndex(0)];
      const auto* credential = w.state().delegation.credential(eye.credential);
      ASSERT_NE(credential, nullptr);
      EXPECT_EQ(w.state().delegation.issuer_of(*credential).id,
                w.authority_ids[expected]);
    });
  }
}

}  // namespace
}  // namespace capmarket::run
