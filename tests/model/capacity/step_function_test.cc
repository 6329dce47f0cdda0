#include "model/capacity/step_function.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace capmarket::capacity {
namespace {

struct Piece {
  Window window;
  Quantity quantity;
};

Quantity slow_value(const std::vector<Piece>& pieces, Instant t) {
  Quantity sum;
  for (const Piece& p : pieces)
    if (p.window.contains(t)) sum += p.quantity;
  return sum;
}

/// Every instant, one by one: the answer that nobody doubts.
Quantity slow_max(const std::vector<Piece>& pieces, const Window& w) {
  Quantity best = slow_value(pieces, w.from);
  for (std::int64_t t = w.from.value; t < w.until.value; ++t)
    best = std::max(best, slow_value(pieces, Instant(t)));
  return best;
}

Window window(std::int64_t a, std::int64_t b) { return {Instant(a), Instant(b)}; }

TEST(StepFunction, is_zero_before_anything_is_added) {
  StepFunction f;
  EXPECT_EQ(f.max(window(0, 10)), Quantity(0));
  EXPECT_EQ(f.value(Instant(5)), Quantity(0));
}

TEST(StepFunction, counts_a_piece_from_its_start_and_not_at_its_end) {
  StepFunction f;
  f.add(window(10, 20), Quantity(7));
  EXPECT_EQ(f.value(Instant(9)), Quantity(0));
  EXPECT_EQ(f.value(Instant(10)), Quantity(7));
  EXPECT_EQ(f.value(Instant(19)), Quantity(7));
  EXPECT_EQ(f.value(Instant(20)), Quantity(0));
  EXPECT_EQ(f.max(window(0, 10)), Quantity(0));
  EXPECT_EQ(f.max(window(0, 11)), Quantity(7));
  EXPECT_EQ(f.max(window(20, 30)), Quantity(0));
}

TEST(StepFunction, forgets_breakpoints_that_cancel_out) {
  StepFunction f;
  f.add(window(10, 20), Quantity(7));
  f.add(window(20, 30), Quantity(7));
  EXPECT_EQ(f.breakpoints(), 2U);
  f.add(window(10, 30), Quantity(-7));
  EXPECT_EQ(f.breakpoints(), 0U);
}

/// Every set of up to three pieces on a market of four instants, every window.
TEST(StepFunction, agrees_with_the_slow_answer_on_every_tiny_market) {
  std::vector<Piece> all;
  for (int a = 0; a < 4; ++a)
    for (int b = a + 1; b <= 4; ++b)
      for (int q : {1, 2}) all.push_back({window(a, b), Quantity(q)});
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i; k < all.size(); ++k)
      for (std::size_t m = k; m < all.size(); ++m) {
        std::vector<Piece> pieces = {all[i], all[k], all[m]};
        StepFunction f;
        for (const Piece& p : pieces) f.add(p.window, p.quantity);
        for (int a = -1; a < 5; ++a)
          for (int b = a + 1; b <= 5; ++b)
            ASSERT_EQ(f.max(window(a, b)), slow_max(pieces, window(a, b)));
      }
}

/// Thousands of breakpoints: several levels of nodes, split and emptied again.
TEST(StepFunction, agrees_with_the_slow_answer_over_thousands_of_breakpoints) {
  constexpr std::int64_t kHorizon = 5000;
  std::vector<std::int64_t> slow(kHorizon, 0);
  std::vector<Piece> pieces;
  StepFunction f;
  std::uint64_t state = 12345;
  auto draw = [&](std::uint64_t bound) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>((state >> 33) % bound);
  };
  auto apply = [&](const Window& w, std::int64_t q) {
    f.add(w, Quantity(q));
    for (std::int64_t t = w.from.value; t < w.until.value; ++t)
      slow[static_cast<std::size_t>(t)] += q;
  };
  for (int step = 0; step < 12'000; ++step) {
    bool grow = step < 5'000 ? draw(10) < 8 : draw(10) < 3;
    if (grow || pieces.empty()) {
      std::int64_t from = draw(kHorizon - 1);
      Piece p{window(from, std::min(kHorizon, from + 1 + draw(300))), Quantity(1 + draw(5))};
      pieces.push_back(p);
      apply(p.window, p.quantity.value);
    } else {
      auto at = static_cast<std::size_t>(draw(pieces.size()));
      apply(pieces[at].window, -pieces[at].quantity.value);
      pieces[at] = pieces.back();
      pieces.pop_back();
    }
    std::int64_t from = draw(kHorizon - 1);
    Window w = window(from, std::min(kHorizon, from + 1 + draw(2000)));
    ASSERT_EQ(f.max(w).value,
              *std::max_element(slow.begin() + w.from.value, slow.begin() + w.until.value))
        << step;
    ASSERT_EQ(f.value(w.from).value, slow[static_cast<std::size_t>(w.from.value)]) << step;
  }
  for (const Piece& p : pieces) f.add(p.window, Quantity(0) - p.quantity);
  EXPECT_EQ(f.breakpoints(), 0U);
}

RC_GTEST_PROP(StepFunction, agrees_with_the_slow_answer_after_any_history, ()) {
  StepFunction f;
  std::vector<Piece> pieces;
  int steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    if (!pieces.empty() && *rc::gen::inRange(0, 3) == 0) {  // release one
      auto at = static_cast<std::size_t>(*rc::gen::inRange<std::size_t>(0, pieces.size()));
      f.add(pieces[at].window, Quantity(0) - pieces[at].quantity);
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(at));
      continue;
    }
    int a = *rc::gen::inRange(-50, 50);
    Piece p{window(a, a + *rc::gen::inRange(0, 40)), Quantity(*rc::gen::inRange(1, 9))};
    f.add(p.window, p.quantity);
    if (!p.window.empty()) pieces.push_back(p);
  }
  int a = *rc::gen::inRange(-60, 60);
  Window w = window(a, a + *rc::gen::inRange(1, 60));
  RC_ASSERT(f.max(w) == slow_max(pieces, w));
  Volume slow;
  for (const Piece& p : pieces) {
    Window cut{std::max(p.window.from, w.from), std::min(p.window.until, w.until)};
    if (!cut.empty()) slow += volume_of(p.quantity, cut.length());
  }
  RC_ASSERT(f.integral(w) == slow);
}

}  // namespace
}  // namespace capmarket::capacity
