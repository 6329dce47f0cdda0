// What users wanted and did not get has one reason each, and delays cost what their time-outs say.
// Source: docs/spec/statistics.md#losses.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "sim/run/losses.h"
#include "sim/run/run.h"

namespace capmarket::run {
namespace {

namespace fs = std::filesystem;

scenarios::Scenario loss_pack(const std::string& name) {
  auto scenario =
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/" + name + ".yaml", {}, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *scenario;
}

Losses lost_in(const scenarios::Scenario& s) {
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  auto run = run_scenario(s, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  return run->metrics.losses;
}

Volume lost_as(const Losses& l, const std::string& reason) {
  auto found = l.by_reason.find(reason);
  return found == l.by_reason.end() ? Volume{} : found->second;
}

/// In ten-thousandths of what was demanded.
std::int64_t share(const Losses& l, Volume of) {
  return l.demanded.value == 0 ? 0
                               : static_cast<std::int64_t>(of.value * 10'000 / l.demanded.value);
}

TEST(Losses, of_every_pack_add_up_to_what_was_wanted) {
  std::size_t with_demand = 0;
  for (const auto& file : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs")) {
    if (file.path().extension() != ".yaml") continue;
    SCOPED_TRACE(file.path().stem().string());
    scenarios::Scenario s = loss_pack(file.path().stem().string());
    s.duration = std::min(s.duration, Duration(kNanosPerHour));
    if (file.path().stem() == "quickstart") s.duration = Duration(kNanosPerHour / 12);
    if (file.path().stem() == "under-load") s.duration = Duration(5 * kNanosPerSecond);
    const Losses l = lost_in(s);
    Volume sum = l.served;
    for (const auto& [reason, volume] : l.by_reason) {
      EXPECT_GT(volume.value, 0) << reason;
      EXPECT_FALSE(loss_reason(reason).because.empty());
      sum += volume;
    }
    EXPECT_EQ(sum, l.demanded);
    with_demand += l.demanded.value > 0 ? 1 : 0;
  }
  EXPECT_GE(with_demand, 10U);
}

TEST(Losses, each_reason_has_one_row) {
  std::set<std::string_view> ids;
  for (const LossReason& r : loss_reasons()) EXPECT_TRUE(ids.insert(r.id).second) << r.id;
}

/// A grid with room for everybody, and one desk that is prompt.
scenarios::Scenario roomy_grid() {
  scenarios::Scenario s = loss_pack("grid-sharded");
  s.duration = Duration(kNanosPerHour / 2);
  s.loss = s.duplicate = s.reorder = 0;
  s.latency = scenarios::Distribution::constant(kNanosPerSecond / 10);
  for (scenarios::SharedInfrastructureSpec& x : s.infrastructure)
    for (auto& [from, quantity] : x.schedule) quantity = Quantity(quantity.value * 50);
  for (scenarios::HolderGroup& g : s.holders) g.quantity.a *= 20, g.quantity.b *= 20;
  for (scenarios::UserGroup& g : s.users) g.patience = Duration(kNanosPerHour / 6);
  s.coordinators.front().delay = scenarios::Distribution::constant(kNanosPerSecond / 10);
  s.coordinators.front().outage = 0;
  return s;
}

/// Whoever waits, waits that long.
void wait(scenarios::Scenario& s, std::int64_t seconds) {
  for (scenarios::UserGroup& g : s.users)
    g.offer_timeout = g.settlement_timeout = Duration(4 * seconds * kNanosPerSecond);
  for (scenarios::HolderGroup& g : s.holders)
    g.signatures_timeout = Duration(2 * seconds * kNanosPerSecond),
    g.offer_timeout = Duration(8 * seconds * kNanosPerSecond);
  for (scenarios::CoordinatorSpec& c : s.coordinators)
    c.settlement_timeout = Duration(8 * seconds * kNanosPerSecond);
}

TEST(Losses, of_a_roomy_grid_are_what_its_end_cuts_off) {
  const Losses l = lost_in(roomy_grid());
  EXPECT_GT(share(l, l.served), 9'500);
  EXPECT_EQ(lost_as(l, "no-settlement").value, 0);
}

TEST(Losses, of_a_slow_desk_are_settlements_that_nobody_waits_for) {
  scenarios::Scenario s = roomy_grid();
  s.coordinators.front().delay = scenarios::Distribution::constant(6 * kNanosPerSecond);
  const Losses hasty = lost_in(s);
  EXPECT_EQ(hasty.served.value, 0);
  EXPECT_GT(share(hasty, lost_as(hasty, "no-settlement")), 9'000);
  wait(s, 10);
  const Losses patient = lost_in(s);
  EXPECT_EQ(lost_as(patient, "no-settlement").value, 0);
  EXPECT_GT(share(patient, patient.served), 9'500);
}

TEST(Losses, of_one_dead_desk_of_two_are_small_since_users_turn_to_the_other) {
  scenarios::Scenario s = roomy_grid();
  s.coordinators.front().outage = kFullRatio;
  const Losses alone = lost_in(s);
  EXPECT_EQ(alone.served.value, 0);
  s.coordinators.push_back(s.coordinators.front());
  s.coordinators.back().name = "other-desk";
  s.coordinators.back().outage = 0;
  const Losses both = lost_in(s);
  EXPECT_GT(share(both, both.served), 9'000);
}

TEST(Losses, of_slow_or_lossy_networks_are_none_where_everybody_waits_longer) {
  for (const bool lossy : {false, true}) {
    SCOPED_TRACE(lossy);
    scenarios::Scenario s = roomy_grid();
    if (lossy)
      s.loss = 2'000;
    else
      s.latency = scenarios::Distribution::constant(kNanosPerSecond);
    wait(s, 20);
    const Losses l = lost_in(s);
    EXPECT_EQ(lost_as(l, "no-answer").value, 0);
    EXPECT_EQ(lost_as(l, "no-settlement").value, 0);
    EXPECT_GT(share(l, l.served), 9'300);
  }
}

TEST(Losses, of_who_reads_the_chain_too_late_are_told_as_patience) {
  scenarios::Scenario s = roomy_grid();
  for (scenarios::UserGroup& g : s.users) g.patience = Duration(kNanosPerHour / 60);
  s.follow_lag = Duration(kNanosPerHour / 20);
  const Losses l = lost_in(s);
  EXPECT_EQ(l.served.value, 0);
  EXPECT_GT(share(l, lost_as(l, "patience")), 5'000);
}

}  // namespace
}  // namespace capmarket::run
