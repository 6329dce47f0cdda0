#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sim/kernel/event_queue.h"
#include "sim/kernel/random.h"

namespace capmarket::kernel {
namespace {

Stream stream(std::uint64_t seed, std::uint64_t number = 0, Draw draw = Draw::salt,
              std::uint64_t occurrence = 0) {
  return {{seed, 0}, {EntityKind::user, 0, number}, draw, occurrence};
}

TEST(Stream, is_a_function_of_its_key_alone) {
  EXPECT_EQ(stream(1).next(), stream(1).next());
  EXPECT_NE(stream(1).next(), stream(2).next());
  EXPECT_NE(stream(1, 1).next(), stream(1, 2).next());
  EXPECT_NE(stream(1, 1, Draw::salt).next(), stream(1, 1, Draw::ask).next());
  EXPECT_NE(stream(1, 1, Draw::salt, 0).next(), stream(1, 1, Draw::salt, 1).next());
}

/// Golden: another value here is another result of every published run.
TEST(Stream, draws_what_it_always_drew) {
  Stream s({7, 1}, {EntityKind::user, 0, 42}, Draw::arrival, 3);
  std::uint64_t first = s.next();
  Stream again({7, 1}, {EntityKind::user, 0, 42}, Draw::arrival, 3);
  EXPECT_EQ(first, again.next());
  EXPECT_EQ(first, 16808331333354499796ULL);
  // SHA-256("hospitals") begins with these bytes.
  EXPECT_EQ(named(EntityKind::user, "hospitals").group & 0xff, 0u);
  EXPECT_EQ(Stream({7, 1}, named(EntityKind::user, "hospitals", 42), Draw::arrival, 3).next(),
            10556348388273643588ULL);
}

TEST(Stream, of_a_group_depends_on_its_name) {
  auto of = [](EntityKind kind, const char* group, std::uint64_t number) {
    return Stream({1, 0}, named(kind, group, number), Draw::salt, 0).next();
  };
  EXPECT_EQ(of(EntityKind::user, "a", 0), of(EntityKind::user, "a", 0));
  EXPECT_NE(of(EntityKind::user, "a", 0), of(EntityKind::user, "b", 0));
  EXPECT_NE(of(EntityKind::user, "a", 0), of(EntityKind::user, "a", 1));
  EXPECT_NE(of(EntityKind::user, "a", 0), of(EntityKind::holder, "a", 0));
}

TEST(Stream, draws_below_a_bound_evenly) {
  Stream s = stream(5);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts[s.below(7)];
  for (int c : counts) EXPECT_NEAR(c, 10'000, 500);
}

TEST(PortableMath, agrees_with_the_library_to_the_last_digits) {
  Stream s = stream(6);
  for (int i = 0; i < 100'000; ++i) {
    double u = s.uniform();
    EXPECT_NEAR(portable_log(u), std::log(u), 1e-14 * std::max(1.0, std::fabs(std::log(u))));
    double x = (u - 0.5) * 100;
    EXPECT_NEAR(portable_exp(x) / std::exp(x), 1.0, 1e-13);
  }
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-9);
  EXPECT_NEAR(normal_quantile(0.3) + normal_quantile(0.7), 0, 1e-12);
}

/// Means and deviations within five standard errors of 200 000 draws.
TEST(Sampling, has_the_moments_it_promises) {
  struct Case {
    scenarios::Distribution d;
    double mean, deviation;
  };
  constexpr std::int64_t k = 1'000'000;
  const Case cases[] = {
      {{scenarios::DistributionKind::uniform, 0, k, {}}, k / 2.0, k / std::sqrt(12.0)},
      {{scenarios::DistributionKind::exponential, k, 0, {}}, k, k},
      {{scenarios::DistributionKind::normal, 10 * k, k, {}}, 10.0 * k, k},
      {{scenarios::DistributionKind::lognormal, 2 * k, k, {}}, 2.0 * k, k},
      {{scenarios::DistributionKind::choice, 0, 0, {k, 3 * k}}, 2.0 * k, k},
  };
  for (const Case& c : cases) {
    constexpr int kDraws = 200'000;
    double sum = 0, squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      auto x = static_cast<double>(stream(9, static_cast<std::uint64_t>(i)).sample(c.d));
      sum += x;
      squares += x * x;
    }
    double mean = sum / kDraws;
    EXPECT_NEAR(mean, c.mean, 5 * c.deviation / std::sqrt(kDraws)) << scenarios::to_text(c.d.kind);
    EXPECT_NEAR(std::sqrt(squares / kDraws - mean * mean), c.deviation, 0.05 * c.deviation);
  }
}

/// Whatever the order of pushes, events leave in the documented order.
RC_GTEST_PROP(EventQueue, pops_in_one_order_whatever_the_order_of_pushes, ()) {
  auto make = [] {
    return SimEvent{Instant(*rc::gen::inRange(0, 5)),
                    static_cast<std::uint64_t>(*rc::gen::inRange(0, 3)),
                    static_cast<EventKind>(*rc::gen::inRange(0, 13)),
                    static_cast<std::uint32_t>(*rc::gen::inRange(0, 3)),
                    static_cast<std::uint32_t>(*rc::gen::inRange(0, 3))};
  };
  std::vector<SimEvent> events;
  auto n = *rc::gen::inRange(0, 40);
  for (int i = 0; i < n; ++i) events.push_back(make());
  std::vector<SimEvent> sorted = events;
  std::sort(sorted.begin(), sorted.end());
  EventQueue queue;
  for (const SimEvent& e : events) queue.push(e);
  for (const SimEvent& e : sorted) {
    SimEvent out = queue.pop();
    RC_ASSERT(!(out < e) && !(e < out));
  }
  RC_ASSERT(queue.empty());
}

}  // namespace
}  // namespace capmarket::kernel
