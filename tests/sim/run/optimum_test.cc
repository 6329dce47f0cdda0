// The optimum against exhaustive search: equal where it says that it is exact, never below.
#include "sim/run/optimum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace capmarket::run {
namespace {

constexpr int kMarkets = 1000;
constexpr std::int64_t kInstants = 5;

struct Dice {
  std::mt19937_64 bits;
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }
};

Window span(std::int64_t a, std::int64_t b) { return {Instant(a), Instant(b)}; }

Supply constant(std::int64_t quantity, std::int64_t cost, Window w) {
  return {0, 0, Money(cost), false, {{w.from, Quantity(quantity)}, {w.until, Quantity()}}};
}

Wish wish(std::int64_t quantity, std::int64_t value, Window w, bool partial) {
  return {0, 0, Money(value), Quantity(quantity), w, partial, false};
}

std::int64_t left_at(const Supply& s, std::int64_t t) {
  std::int64_t out = 0;
  for (const auto& [from, quantity] : s.steps)
    if (from <= Instant(t)) out = quantity.value;
  return out;
}

/// All ways to serve a market of a few units, unit by unit and instant by instant.
class Exhaustive {
 public:
  explicit Exhaustive(const Worth& worth) : w_(worth) {
    for (const Supply& s : w_.supplies) {
      left_.emplace_back();
      for (std::int64_t t = 0; t < kInstants; ++t) left_.back().push_back(left_at(s, t));
    }
  }
  std::int64_t best() { return best_whole(0); }

 private:
  bool serves(const Wish& wish, std::size_t supply) const {
    const Supply& s = w_.supplies[supply];
    const auto& places = w_.reaches[wish.reach];
    return wish.class_index == s.class_index &&
           std::find(places.begin(), places.end(), s.place) != places.end();
  }

  /// What wishes from `from` on add that are served as a whole, and all others then.
  std::int64_t best_whole(std::size_t from) {
    if (from == w_.wishes.size()) return best_parts();
    const Wish& wish = w_.wishes[from];
    std::int64_t most = best_whole(from + 1);
    if (wish.partial || !w_.horizon.contains(wish.window)) return most;
    for (std::size_t s = 0; s < left_.size(); ++s) {
      bool fits = serves(wish, s);
      for (std::int64_t t = wish.window.from.value; t < wish.window.until.value; ++t)
        fits = fits && left_[s][static_cast<std::size_t>(t)] >= wish.quantity.value;
      if (!fits) continue;
      take(s, wish, 1);
      const std::int64_t gain = (wish.value - w_.supplies[s].cost).value * wish.quantity.value *
                                wish.window.length().value;
      most = std::max(most, gain + best_whole(from + 1));
      take(s, wish, -1);
    }
    return most;
  }
  void take(std::size_t supply, const Wish& wish, std::int64_t times) {
    for (std::int64_t t = wish.window.from.value; t < wish.window.until.value; ++t)
      left_[supply][static_cast<std::size_t>(t)] -= times * wish.quantity.value;
  }

  std::int64_t best_parts() {
    std::int64_t sum = 0;
    for (std::int64_t t = w_.horizon.from.value; t < w_.horizon.until.value; ++t) {
      std::vector<const Wish*> units;
      for (const Wish& wish : w_.wishes)
        if (wish.partial && wish.window.contains(Instant(t)))
          units.insert(units.end(), static_cast<std::size_t>(wish.quantity.value), &wish);
      sum += best_units(units, 0, static_cast<std::size_t>(t));
    }
    return sum;
  }
  std::int64_t best_units(const std::vector<const Wish*>& units, std::size_t from, std::size_t t) {
    if (from == units.size()) return 0;
    std::int64_t most = best_units(units, from + 1, t);
    for (std::size_t s = 0; s < left_.size(); ++s) {
      if (left_[s][t] == 0 || !serves(*units[from], s)) continue;
      --left_[s][t];
      most = std::max(
          most, (units[from]->value - w_.supplies[s].cost).value + best_units(units, from + 1, t));
      ++left_[s][t];
    }
    return most;
  }

  const Worth& w_;
  std::vector<std::vector<std::int64_t>> left_;  // by supply and instant
};

/// What a market of the tests is like.
enum class Shape { parts, blocks, any };

Window window_of(Dice& dice, Shape shape) {
  if (shape == Shape::blocks) {
    const std::int64_t block = dice.between(0, 1);
    return block == 0 ? span(0, 2) : span(2, kInstants);
  }
  const std::int64_t from = dice.between(0, kInstants - 1);
  return span(from, dice.between(from + 1, kInstants));
}

/// Three wishes and three supplies at most, in two classes and three places. Under `blocks` windows
/// are one of two, and quantities multiples of that of a wish that is no partial one.
Worth random_worth(Dice& dice, Shape shape) {
  const std::int64_t grain = shape == Shape::blocks ? dice.between(1, 2) : 1;
  Worth out;
  out.horizon = shape == Shape::any && dice.one_in(4) ? span(1, 4) : span(0, kInstants);
  for (int reach = 0; reach < 2; ++reach) {
    out.reaches.emplace_back();
    for (std::size_t place = 0; place < 3; ++place)
      if (!dice.one_in(3)) out.reaches.back().push_back(place);
  }
  auto some_class = [&] { return static_cast<std::size_t>(dice.one_in(5)); };
  for (std::int64_t i = dice.between(1, 3); i > 0; --i) {
    const bool partial = shape == Shape::parts || dice.one_in(2);
    const std::int64_t times = shape == Shape::blocks && !partial ? 1 : dice.between(1, 2);
    out.wishes.push_back({some_class(), static_cast<std::size_t>(dice.between(0, 1)),
                          Money(dice.between(-1, 9)), Quantity(grain * times),
                          window_of(dice, shape), partial, false});
  }
  for (std::int64_t i = dice.between(1, 3); i > 0; --i) {
    Supply s{some_class(),
             static_cast<std::size_t>(dice.between(0, 2)),
             Money(dice.between(0, 5)),
             false,
             {}};
    for (std::int64_t t = 0; t < kInstants; ++t)
      if (t == 0 || (shape == Shape::blocks ? t == 2 : dice.one_in(3)))
        s.steps.emplace_back(Instant(t), Quantity(grain * dice.between(0, 2)));
    s.steps.emplace_back(Instant(kInstants), Quantity());
    out.supplies.push_back(std::move(s));
  }
  return out;
}

std::int64_t welfare(const Worth& w, OptimumMethod method) {
  auto optimum = optimum_of(w, method);
  CHECK(optimum.has_value());
  CHECK(optimum->method == method);
  return static_cast<std::int64_t>(optimum->welfare);
}

void expect_exact(Shape shape) {
  Dice dice{std::mt19937_64(11)};
  int worth_something = 0;
  for (int i = 0; i < kMarkets; ++i) {
    const Worth w = random_worth(dice, shape);
    const auto flow = optimum_of(w, OptimumMethod::flow);
    ASSERT_TRUE(flow && flow->exact) << "market " << i;
    const std::int64_t best = Exhaustive(w).best();
    ASSERT_EQ(static_cast<std::int64_t>(flow->welfare), best) << "market " << i;
    ASSERT_GE(welfare(w, OptimumMethod::bound), best) << "market " << i;
    worth_something += best > 0 ? 1 : 0;
  }
  EXPECT_GT(worth_something, kMarkets / 4);
}

TEST(Optimum, of_wishes_that_split_is_what_exhaustive_search_finds) { expect_exact(Shape::parts); }

TEST(Optimum, of_whole_wishes_of_one_quantity_is_what_exhaustive_search_finds) {
  expect_exact(Shape::blocks);
}

TEST(Optimum, is_never_less_than_what_can_be_served) {
  Dice dice{std::mt19937_64(12)};
  int exact = 0, above = 0, apart = 0;
  for (int i = 0; i < kMarkets; ++i) {
    const Worth w = random_worth(dice, Shape::any);
    const std::int64_t best = Exhaustive(w).best();
    const auto flow = optimum_of(w, OptimumMethod::flow);
    ASSERT_TRUE(flow.has_value());
    const auto found = static_cast<std::int64_t>(flow->welfare);
    const std::int64_t bound = welfare(w, OptimumMethod::bound);
    ASSERT_GE(found, best) << "market " << i;
    ASSERT_GE(bound, found) << "market " << i;
    if (flow->exact) {
      ASSERT_EQ(found, best) << "market " << i;
    }
    exact += flow->exact && best > 0 ? 1 : 0;
    above += found > best ? 1 : 0;
    apart += bound > found ? 1 : 0;
  }
  EXPECT_GT(exact, kMarkets / 20);
  EXPECT_GT(above, kMarkets / 20);
  EXPECT_GT(apart, kMarkets / 20);
}

TEST(Optimum, is_the_same_both_ways_where_everybody_reaches_all) {
  Dice dice{std::mt19937_64(13)};
  for (int i = 0; i < 20; ++i) {
    Worth w;
    w.horizon = span(0, 1000);
    w.reaches = {{0, 1, 2}, {0, 1, 2}};
    for (int n = 0; n < 60; ++n) {
      const std::int64_t from = dice.between(0, 900);
      w.wishes.push_back(wish(dice.between(1, 50), dice.between(0, 40),
                              span(from, dice.between(from + 1, 1200)), dice.one_in(2)));
      w.wishes.back().reach = static_cast<std::size_t>(dice.between(0, 1));
    }
    for (int n = 0; n < 25; ++n) {
      const std::int64_t from = dice.between(-50, 900);
      w.supplies.push_back(constant(dice.between(1, 60), dice.between(0, 30),
                                    span(from, dice.between(from + 1, 1200))));
      w.supplies.back().place = static_cast<std::size_t>(dice.between(0, 2));
    }
    EXPECT_EQ(welfare(w, OptimumMethod::flow), welfare(w, OptimumMethod::bound)) << i;
    EXPECT_GT(welfare(w, OptimumMethod::flow), 0);
  }
}

/// One whole wish of 2 in [0, 4), and room for it; a worth that is exact.
Worth whole_market() {
  Worth w;
  w.horizon = span(0, 4);
  w.reaches = {{0}};
  w.wishes = {wish(2, 7, span(0, 4), false)};
  w.supplies = {constant(4, 3, span(0, 4))};
  return w;
}

bool is_exact(const Worth& w) { return optimum_of(w, OptimumMethod::flow)->exact; }

TEST(Optimum, says_exact_only_where_splitting_gains_nothing) {
  EXPECT_TRUE(is_exact(whole_market()));
  EXPECT_EQ(welfare(whole_market(), OptimumMethod::flow), (7 - 3) * 2 * 4);
  EXPECT_FALSE(optimum_of(whole_market(), OptimumMethod::bound)->exact);
  Worth w = whole_market();
  w.wishes[0].bundled = true;
  EXPECT_FALSE(is_exact(w));
  w = whole_market();
  w.supplies[0].shared = true;
  EXPECT_FALSE(is_exact(w));
  w = whole_market();  // something else changes inside its window
  w.wishes.push_back(wish(2, 6, span(0, 2), true));
  EXPECT_FALSE(is_exact(w));
  w.wishes[0].partial = true;
  EXPECT_TRUE(is_exact(w));
  w = whole_market();  // room for a half of it
  w.supplies[0].steps[0].second = Quantity(3);
  EXPECT_FALSE(is_exact(w));
  w = whole_market();  // a part of it is all that another one leaves
  w.wishes.push_back(wish(3, 6, span(0, 4), true));
  EXPECT_FALSE(is_exact(w));
  w = whole_market();  // it may not be served beyond the horizon
  w.wishes[0].window = span(0, 5);
  EXPECT_FALSE(is_exact(w));
  EXPECT_EQ(welfare(w, OptimumMethod::flow), (7 - 3) * 2 * 4);
}

TEST(Optimum, asks_nothing_of_what_is_not_worth_serving) {
  Worth w = whole_market();
  w.wishes.push_back(wish(5, 3, span(1, 3), false));  // no more than it costs
  w.supplies.push_back(constant(5, 7, span(1, 3)));   // no less than anybody pays
  w.supplies.push_back(constant(5, 0, span(4, 9)));   // outside the horizon
  w.supplies.back().shared = true;
  EXPECT_TRUE(is_exact(w));
  EXPECT_EQ(welfare(w, OptimumMethod::flow), (7 - 3) * 2 * 4);
  EXPECT_EQ(welfare(w, OptimumMethod::bound), (7 - 3) * 2 * 4);
}

TEST(Optimum, is_zero_without_wishes_or_supplies) {
  for (OptimumMethod method : {OptimumMethod::bound, OptimumMethod::flow}) {
    Worth w = whole_market();
    w.wishes.clear();
    EXPECT_EQ(welfare(w, method), 0);
    w = whole_market();
    w.supplies.clear();
    EXPECT_EQ(welfare(w, method), 0);
    w = whole_market();
    w.horizon = span(2, 2);
    EXPECT_EQ(welfare(w, method), 0);
  }
  EXPECT_FALSE(optimum_of(whole_market(), OptimumMethod::none).has_value());
}

TEST(Optimum, is_empty_where_its_sums_could_leave_their_bits) {
  Worth w = whole_market();
  w.horizon = w.wishes[0].window = span(0, kWireMax);
  w.supplies[0] = constant(kWireMax, 3, w.horizon);
  EXPECT_FALSE(optimum_of(w, OptimumMethod::bound).has_value());
  EXPECT_FALSE(optimum_of(w, OptimumMethod::flow).has_value());
  w.horizon = span(0, 4);
  EXPECT_EQ(welfare(w, OptimumMethod::bound), (7 - 3) * 2 * 4);
  EXPECT_EQ(welfare(w, OptimumMethod::flow), (7 - 3) * 2 * 4);
  for (int i = 0; i < 3; ++i) w.wishes.push_back(wish(kWireMax, 7, span(0, 4), true));
  EXPECT_TRUE(optimum_of(w, OptimumMethod::bound)->welfare == static_cast<Int128>(kWireMax) * 16);
  EXPECT_FALSE(optimum_of(w, OptimumMethod::flow).has_value());  // it counts to 62 bits
}

TEST(Optimum, takes_prices_from_one_end_of_their_range_to_the_other) {
  Worth w = whole_market();
  w.horizon = span(0, 1);
  w.reaches = {{0, 1}};
  w.wishes[0] = wish(1, kWireMax, span(0, 1), true);
  w.supplies[0] = constant(1, -kWireMax, span(0, 1));
  w.wishes.push_back(wish(1, kWireMax - 1, span(0, 1), true));
  w.supplies.push_back(constant(1, kWireMax - 2, span(0, 1)));
  w.supplies.back().place = 1;
  const Int128 expected = static_cast<Int128>(kWireMax) * 2 + 1;
  EXPECT_TRUE(optimum_of(w, OptimumMethod::flow)->welfare == expected);
  EXPECT_TRUE(optimum_of(w, OptimumMethod::bound)->welfare == expected);
}

TEST(Optimum, that_is_stopped_is_the_bound) {
  const std::atomic<bool> stop{true};
  Worth w = whole_market();
  w.reaches = {{}};
  auto optimum = optimum_of(w, OptimumMethod::flow, &stop);
  ASSERT_TRUE(optimum.has_value());
  EXPECT_EQ(optimum->method, OptimumMethod::bound);
  EXPECT_FALSE(optimum->exact);
  EXPECT_EQ(static_cast<std::int64_t>(optimum->welfare), (7 - 3) * 2 * 4);
  EXPECT_EQ(welfare(w, OptimumMethod::flow), 0);
}

TEST(Optimum, has_names_that_are_read_back) {
  for (OptimumMethod m : {OptimumMethod::bound, OptimumMethod::flow, OptimumMethod::none})
    EXPECT_EQ(parse_optimum_method(to_text(m)), m);
  EXPECT_FALSE(parse_optimum_method("best").has_value());
}

}  // namespace
}  // namespace capmarket::run
