// Closed forms of loss systems over twenty systems, twenty replications each, seeds 1 to 20.
// Source: docs/spec/statistics.md#closed-forms.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/sim/run/queueing.h"

namespace capmarket::run {
namespace {

constexpr int kReplications = 20, kHours = 200;
constexpr int kDelayHours = 1'000;  // waits follow each other closely

enum class Wanted { first_lost, second_lost, displaced };
struct Known {
  LossSystem system;
  Wanted wanted = Wanted::second_lost;
  double truth = 0;
};

std::vector<Known> one_tier() {
  std::vector<Known> out;
  auto add = [&](int servers, double load, const char* length) {
    out.push_back({{servers, 0, load, length, "surrender"}, Wanted::second_lost,
                   erlang_b(servers, load)});
  };
  for (auto [servers, load] : {std::pair(1, 0.5), {2, 1.0}, {4, 3.0}, {8, 6.0}, {12, 10.0}, {3, 6.0}})
    add(servers, load, "exponential(1h)");
  for (auto [servers, load] : {std::pair(2, 2.0), {5, 4.0}, {10, 8.0}}) add(servers, load, "1h");
  for (auto [servers, load] : {std::pair(4, 3.0), {6, 7.0}}) add(servers, load, "uniform(30min, 90min)");
  return out;
}

std::vector<Known> two_tiers() {
  std::vector<Known> out;
  auto add = [&](const LossSystem& s, Wanted wanted) {
    const double first = erlang_b(s.servers, s.first),
                 both = erlang_b(s.servers, s.first + s.second);
    out.push_back({s, wanted,
                   wanted == Wanted::first_lost    ? first
                   : wanted == Wanted::second_lost ? both
                                                   : both - first});
  };
  const std::string exponential = "exponential(1h)";
  add({4, 2, 2, exponential, "surrender"}, Wanted::first_lost);
  add({6, 4, 3, exponential, "re-request"}, Wanted::first_lost);
  add({3, 1, 4, exponential, "keep"}, Wanted::first_lost);
  add({4, 3, 1, "1h", "surrender"}, Wanted::first_lost);
  add({5, 2, 4, "1h", "re-request"}, Wanted::first_lost);
  add({4, 2, 2, exponential, "surrender"}, Wanted::second_lost);
  add({6, 3, 3, exponential, "surrender"}, Wanted::second_lost);
  add({3, 1, 3, exponential, "surrender"}, Wanted::second_lost);
  add({5, 2, 3, exponential, "surrender"}, Wanted::displaced);
  return out;
}

double share(const LossCount& c, Wanted wanted) {
  auto of = [](std::int64_t part, std::int64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
  };
  switch (wanted) {
    case Wanted::first_lost:
      return of(c.first_lost, c.first);
    case Wanted::second_lost:
      return of(c.second_lost, c.second);
    case Wanted::displaced:
      return of(c.displaced, c.first);
  }
  return 0;
}

TEST(QueueingFull, twenty_loss_systems_lie_in_their_intervals) {
  std::vector<Known> all = one_tier();
  for (const Known& k : two_tiers()) all.push_back(k);
  ASSERT_EQ(all.size(), 20U);
  int inside = 0;
  for (const Known& k : all) {
    std::vector<double> shares;
    double mean = 0;
    for (int seed = 1; seed <= kReplications; ++seed) {
      shares.push_back(share(lost_in(k.system, kHours, seed), k.wanted));
      mean += shares.back() / kReplications;
    }
    const bool within = holds(shares, k.truth, 0.95);
    inside += within ? 1 : 0;
    const std::string system =
        fmt::format("c {} a1 {} a2 {} {} {}: {:.5f} measured, {:.5f} known{}", k.system.servers,
                    k.system.first, k.system.second, k.system.length, k.system.when_displaced,
                    mean, k.truth, within ? "" : ", outside 95%");
    fmt::print("{}\n", system);
    EXPECT_TRUE(holds(shares, k.truth, 0.999)) << system;
  }
  fmt::print("{} of 20 inside their 95% intervals\n", inside);
  EXPECT_GE(inside, 18);
}

TEST(QueueingFull, five_delay_systems_wait_as_erlangs_c_says) {
  int inside = 0;
  for (auto [servers, load] :
       {std::pair(1, 0.5), {2, 1.2}, {4, 2.8}, {6, 4.5}, {10, 7.5}}) {
    std::vector<double> waits;
    double mean = 0;
    for (int seed = 1; seed <= kReplications; ++seed) {
      waits.push_back(mean_wait_in({servers, load}, kDelayHours, seed));
      mean += waits.back() / kReplications;
    }
    const double truth = erlang_c_wait(servers, load);
    const bool within = holds(waits, truth, 0.95);
    inside += within ? 1 : 0;
    const std::string system = fmt::format("c {} a {}: waits {:.5f} h measured, {:.5f} known{}",
                                           servers, load, mean, truth, within ? "" : ", outside 95%");
    fmt::print("{}\n", system);
    EXPECT_TRUE(holds(waits, truth, 0.999)) << system;
  }
  fmt::print("{} of 5 inside their 95% intervals\n", inside);
  EXPECT_GE(inside, 4);
}

}  // namespace
}  // namespace capmarket::run
