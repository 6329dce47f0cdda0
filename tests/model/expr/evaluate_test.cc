#include "model/expr/evaluate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "tests/model/rules/fixtures.h"

namespace capmarket::expr {
namespace {


constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// An expression with values for its variables.
class Case {
 public:
  explicit Case(std::string_view text, ExprType type = ExprType::boolean)
      : expr_(rules::expr(text, world_, type)) {
    bindings_.ints.resize(variables().size());
    bindings_.bools.resize(variables().size());
    bindings_.sets.assign(variables().size(), std::vector<Concrete::Bool>(world_.names.size()));
    bindings_.location_in.resize(world_.paths.size());
  }
  Case& set(std::string_view name, std::int64_t value) {
    bindings_.ints[row(name)] = Concrete::integer(value);
    return *this;
  }
  Case& set_bool(std::string_view name, bool value) {
    bindings_.bools[row(name)] = Concrete::boolean(value);
    return *this;
  }
  Case& name(std::string_view variable, std::string_view value) {
    std::int64_t index = world_.name_index(value);
    return set(variable, index < 0 ? static_cast<std::int64_t>(world_.names.size()) : index);
  }
  Case& member(std::string_view set, std::string_view value) {
    bindings_.sets[row(set)][static_cast<std::size_t>(world_.name_index(value))] =
        Concrete::boolean(true);
    return *this;
  }
  Case& inside(std::size_t path) {
    bindings_.location_in[path] = Concrete::boolean(true);
    return *this;
  }
  Concrete::Bool boolean() const { return evaluate_bool<Concrete>(expr_, bindings_); }
  bool holds() const { return Concrete::holds(boolean()); }
  Concrete::Int integer() const { return evaluate_int<Concrete>(expr_, bindings_); }

 private:
  static std::size_t row(std::string_view name) {
    return static_cast<std::size_t>(variable_row(name));
  }
  ExprWorld world_;
  Expr expr_;
  Bindings<Concrete> bindings_;
};

TEST(Evaluate, rounds_ratios_of_money_toward_minus_infinity) {
  EXPECT_EQ(Case("1.1 * value", ExprType::money).set("value", 15).integer().value, 16);
  EXPECT_EQ(Case("1.1 * value", ExprType::money).set("value", -15).integer().value, -17);
  EXPECT_EQ(Case("-0.5 * value", ExprType::money).set("value", 3).integer().value, -2);
  EXPECT_EQ(Case("-0.5 * value", ExprType::money).set("value", -3).integer().value, 1);
  EXPECT_EQ(Case("0.3333 * length", ExprType::duration).set("length", 10).integer().value, 3);
}

TEST(Evaluate, an_overflow_poisons_the_result_and_never_holds) {
  EXPECT_TRUE(Case("quantity + 1", ExprType::integer).set("quantity", kMost).integer().poisoned);
  EXPECT_TRUE(Case("1.5 * value", ExprType::money).set("value", kMost).integer().poisoned);
  EXPECT_FALSE(Case("0.5 * value", ExprType::money).set("value", kMost).integer().poisoned);
  EXPECT_TRUE(Case("-rank", ExprType::integer).set("rank", -kMost - 1).integer().poisoned);
  Case sure("quantity * 2 > 0 || true");
  EXPECT_TRUE(sure.set("quantity", 5).holds());
  EXPECT_FALSE(sure.set("quantity", kMost).holds());
  EXPECT_FALSE(Case("not (quantity * 2 > 0)").set("quantity", kMost).holds());
}

TEST(Evaluate, a_conditional_is_poisoned_by_its_condition_and_by_the_side_it_takes) {
  Case c("partial ? quantity * 2 : 1", ExprType::integer);
  c.set("quantity", kMost);
  EXPECT_FALSE(c.set_bool("partial", false).integer().poisoned);
  EXPECT_TRUE(c.set_bool("partial", true).integer().poisoned);
  Case d("quantity * 2 > 1 ? 1 : 2", ExprType::integer);
  EXPECT_TRUE(d.set("quantity", kMost).integer().poisoned);
}

TEST(Evaluate, compares_names_sets_and_paths) {
  Case kind("user.kind == 'factory' && user.kind != holder.kind");
  EXPECT_TRUE(kind.name("user.kind", "factory").name("holder.kind", "other").holds());
  EXPECT_FALSE(kind.name("holder.kind", "factory").holds());
  EXPECT_FALSE(kind.name("user.kind", "other").holds());
  Case group("'hospital' in user.groups && not ('hospital' in holder.groups)");
  EXPECT_FALSE(group.holds());
  EXPECT_TRUE(group.member("user.groups", "hospital").holds());
  EXPECT_FALSE(group.member("holder.groups", "hospital").holds());
  Case path("location in 'eu/de' && not (location in 'eu/fr')");
  EXPECT_FALSE(path.holds());
  EXPECT_TRUE(path.inside(0).holds());
  EXPECT_FALSE(path.inside(1).holds());
  EXPECT_TRUE(Case("tier in ['a', 'b']").name("tier", "b").holds());
  EXPECT_FALSE(Case("tier in ['a', 'b']").name("tier", "c").holds());
}

TEST(Evaluate, every_operator_means_what_it_says) {
  for (std::int64_t a : {-2, 0, 1, 3})
    for (std::int64_t b : {-2, 0, 1, 3}) {
      auto number = [&](const char* text) {
        return Case(text, ExprType::integer).set("rank", a).set("quantity", b).integer().value;
      };
      auto truth = [&](const char* text) {
        return Case(text).set("rank", a).set("quantity", b).holds();
      };
      EXPECT_EQ(number("rank + quantity"), a + b);
      EXPECT_EQ(number("rank - quantity"), a - b);
      EXPECT_EQ(number("rank * quantity"), a * b);
      EXPECT_EQ(number("-rank"), -a);
      EXPECT_EQ(number("abs(rank)"), a < 0 ? -a : a);
      EXPECT_EQ(number("min(rank, quantity)"), std::min(a, b));
      EXPECT_EQ(number("max(rank, quantity, 1)"), std::max({a, b, std::int64_t{1}}));
      EXPECT_EQ(number("rank > quantity ? 10 : 20"), a > b ? 10 : 20);
      EXPECT_EQ(truth("rank < quantity"), a < b);
      EXPECT_EQ(truth("rank <= quantity"), a <= b);
      EXPECT_EQ(truth("rank > quantity"), a > b);
      EXPECT_EQ(truth("rank >= quantity"), a >= b);
      EXPECT_EQ(truth("rank == quantity"), a == b);
      EXPECT_EQ(truth("rank != quantity"), a != b);
    }
  for (bool a : {false, true})
    for (bool b : {false, true}) {
      auto truth = [&](const char* text) {
        return Case(text).set_bool("partial", a).set_bool("failed", b).holds();
      };
      EXPECT_EQ(truth("partial && failed"), a && b);
      EXPECT_EQ(truth("partial || failed"), a || b);
      EXPECT_EQ(truth("not partial"), !a);
      EXPECT_EQ(truth("partial implies failed"), !a || b);
      EXPECT_EQ(truth("partial == failed"), a == b);
      EXPECT_EQ(truth("partial != failed"), a != b);
      EXPECT_EQ(truth("partial ? failed : true"), a ? b : true);
    }
}

RC_GTEST_PROP(Evaluate, scales_like_exact_arithmetic, (std::int32_t amount)) {
  const int ratio = *rc::gen::inRange(-99'999, 100'000);
  std::string sign = ratio < 0 ? "-" : "";
  int magnitude = ratio < 0 ? -ratio : ratio;
  std::string digits = std::to_string(10'000 + magnitude % 10'000).substr(1);
  Case c(sign + std::to_string(magnitude / 10'000) + "." + digits + " * value", ExprType::money);
  Int128 exact = static_cast<Int128>(amount) * ratio;
  std::int64_t got = c.set("value", amount).integer().value;
  RC_ASSERT(static_cast<Int128>(got) * 10'000 <= exact);
  RC_ASSERT((static_cast<Int128>(got) + 1) * 10'000 > exact);
}

}  // namespace
}  // namespace capmarket::expr
