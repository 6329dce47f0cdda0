#include "sim/run/efficiency.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace capmarket::run {
namespace {

Window window(std::int64_t a, std::int64_t b) { return {Instant(a), Instant(b)}; }

void declare(chain::ChainState& s, std::int64_t quantity, Window w) {
  chain::DeclarationRecord d;
  d.declared.quantity = Quantity(quantity);
  d.declared.window = w;
  d.declared.class_name = "power";
  s.declarations.push_back(d);
}

chain::RequestRecord& ask(chain::ChainState& s, std::int64_t quantity, std::int64_t price, Window w) {
  chain::RequestRecord r;
  r.request.quantity = Quantity(quantity);
  r.request.max_price = Money(price);
  r.request.window = w;
  r.request.class_name = "power";
  s.requests.push_back(r);
  return s.requests.back();
}

/// Instant by instant, unit by unit.
Int128 slow_bound(const chain::ChainState& s) {
  Int128 sum = 0;
  for (std::int64_t t = 0; t < 30; ++t) {
    std::int64_t capacity = 0;
    for (const auto& d : s.declarations)
      if (d.declared.window.contains(Instant(t))) capacity += d.declared.quantity.value;
    std::vector<std::int64_t> units;
    for (const auto& r : s.requests)
      if (r.request.window.contains(Instant(t)))
        units.insert(units.end(), static_cast<std::size_t>(r.request.quantity.value),
                     r.request.max_price.value);
    std::sort(units.rbegin(), units.rend());
    for (std::size_t i = 0; i < units.size() && i < static_cast<std::size_t>(capacity); ++i)
      sum += units[i];
  }
  return sum;
}

TEST(Efficiency, serves_the_dearest_first_at_each_instant) {
  chain::ChainState s;
  declare(s, 10, window(0, 20));
  ask(s, 6, 5, window(0, 10));
  ask(s, 6, 9, window(5, 15)).live.add(window(5, 15), Quantity(6));
  auto e = efficiency_of(s);
  ASSERT_TRUE(e.has_value());
  EXPECT_TRUE(e->bound == 6 * 5 * 5 + (6 * 9 + 4 * 5) * 5 + 6 * 9 * 5);
  EXPECT_TRUE(e->granted == 6 * 9 * 10);
}

RC_GTEST_PROP(Efficiency, agrees_with_the_slow_bound, ()) {
  chain::ChainState s;
  auto some_window = [] {
    int from = *rc::gen::inRange(0, 25);
    return window(from, from + *rc::gen::inRange(1, 30 - from));
  };
  int declarations = *rc::gen::inRange(0, 4);
  for (int i = 0; i < declarations; ++i) declare(s, *rc::gen::inRange(1, 9), some_window());
  int requests = *rc::gen::inRange(0, 8);
  for (int i = 0; i < requests; ++i)
    ask(s, *rc::gen::inRange(1, 9), *rc::gen::inRange(0, 5), some_window());
  auto e = efficiency_of(s);
  RC_ASSERT(e.has_value());
  RC_ASSERT(e->bound == slow_bound(s));
}

}  // namespace
}  // namespace capmarket::run
