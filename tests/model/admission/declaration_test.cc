// Clauses of declarations.
#include <gtest/gtest.h>

#include "tests/support/market.h"

namespace capmarket::admission {
namespace {

using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;

class DeclarationClauses : public ::testing::Test {
 protected:
  Market m;
  Party holder = m.holder(100);
  objects::Declaration good = m.declaration(holder, 100, seconds(0, 1000));
  template <class F>
  std::string decide(F&& change) {
    objects::Declaration d = good;
    d.salt = m.salt();
    change(d);
    return clauses(m.submit(m.sign(d, {{objects::Role::holder, holder.key}}), m.setup));
  }
};

TEST_F(DeclarationClauses, asset_refuses_the_same_capacity_declared_twice) {
  EXPECT_EQ(decide([](objects::Declaration&) {}), "");
  EXPECT_EQ(decide([](objects::Declaration&) {}), "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) {
              d.window = seconds(999, 1500);
              d.quantity = Quantity(1);
            }),
            "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.window = seconds(1000, 1500); }), "");
}

TEST_F(DeclarationClauses, asset_refuses_more_than_attested_and_admits_all_of_it_in_parts) {
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(101); }), "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(60); }), "");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(41); }), "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(40); }), "");
}

TEST_F(DeclarationClauses, asset_refuses_another_asset_and_another_holders) {
  EXPECT_EQ(decide([](objects::Declaration& d) { d.asset_id = "other"; }), "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.asset_issuer = ContentId{}; }), "asset objects-resolve?");
  Party other = m.holder(100, "eu/fr");
  EXPECT_EQ(decide([&](objects::Declaration& d) { d.credential = other.credential; }), "holder-scope asset");
}

TEST_F(DeclarationClauses, holder_scope_refuses_a_place_outside_the_credential) {
  EXPECT_EQ(decide([](objects::Declaration& d) { d.location = {"eu/fr"}; }), "holder-scope asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.location = {"eu/de/x"}; }), "");
}

TEST_F(DeclarationClauses, refuses_empty_windows_fractions_and_foreign_units) {
  EXPECT_EQ(decide([](objects::Declaration& d) { d.window.until = d.window.from; }), "window");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.window.until = d.window.until - Duration(1); }),
            "granularity");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.unit = "MW"; }), "class-unit");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(0); }), "quantity");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.class_name = "gas"; }),
            "asset objects-resolve? class-unit? granularity?");
}

TEST_F(DeclarationClauses, refuses_a_signature_of_somebody_else) {
  auto s = m.sign(good, {{objects::Role::holder, m.holder(1).key}});
  EXPECT_EQ(clauses(m.submit(s, m.setup)), "signatures");
}

}  // namespace
}  // namespace capmarket::admission
