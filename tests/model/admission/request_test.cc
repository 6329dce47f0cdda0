// Clauses of requests, and when a request takes no more.
#include <gtest/gtest.h>

#include "tests/support/market.h"

namespace capmarket::admission {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;

class RequestClauses : public ::testing::Test {
 protected:
  Market m;
  Party holder = m.holder(100);
  Party user = m.user("basic");
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  template <class F>
  std::string decide(F&& change) {
    objects::Request q = m.request(user, {declaration}, 40, seconds(200, 300));
    change(q);
    return clauses(m.submit(m.sign(q, {{objects::Role::user, user.key}}), m.setup));
  }
};

TEST_F(RequestClauses, window_is_not_empty_and_inside_a_named_declaration) {
  EXPECT_EQ(decide([](objects::Request&) {}), "");
  EXPECT_EQ(decide([](objects::Request& q) {
              q.window.until = q.window.from;
              q.open_until = q.window.from;
            }),
            "window");
  EXPECT_EQ(decide([](objects::Request& q) {
              q.partial = false;
              q.window = seconds(999, 1001);
              q.open_until = q.window.until;
            }),
            "window");
  EXPECT_EQ(decide([](objects::Request& q) {
              q.window = seconds(0, 1000);
              q.open_until = q.window.until;
            }),
            "");
  EXPECT_EQ(decide([](objects::Request& q) { q.declarations.clear(); }), "objects-resolve window");
  EXPECT_EQ(decide([](objects::Request& q) { q.open_until = q.window.until + Duration(1); }), "window");
}

TEST_F(RequestClauses, window_in_parts_meets_every_named_declaration) {
  const ContentId later = m.declare(m.holder(100), 50, seconds(1000, 2000));
  auto across = [&](Window window, std::vector<ContentId> named, bool partial) {
    return decide([&](objects::Request& q) {
      q.declarations = std::move(named);
      q.partial = partial;
      q.window = window;
      q.open_until = window.until;
    });
  };
  EXPECT_EQ(across(seconds(900, 1100), {declaration, later}, false), "window");
  EXPECT_EQ(across(seconds(900, 1100), {declaration, later}, true), "");
  EXPECT_EQ(across(seconds(999, 1001), {declaration, later}, true), "");
  EXPECT_EQ(across(seconds(900, 1000), {declaration, later}, true),
            "window");  // touches the second
  EXPECT_EQ(across(seconds(1000, 1100), {declaration, later}, true), "window");
  EXPECT_EQ(across(seconds(900, 1100), {later}, true), "");
  EXPECT_EQ(across(seconds(900, 1000), {declaration, later}, false), "");  // inside one of them
}

TEST_F(RequestClauses, window_without_a_named_declaration_lies_inside_the_intents) {
  objects::Intent i{m.salt(), user.key.pub, Quantity(5), seconds(200, 300), "kW",
                    "power",  "basic",      {"eu"},      Money(500'000)};
  const ContentId intent = m.admit(i, {{objects::Role::user, user.key}});
  for (bool partial : {false, true}) {
    auto within = [&](Window window, bool named) {
      return decide([&](objects::Request& q) {
        if (!named) q.declarations.clear();
        q.intent = intent;
        q.partial = partial;
        q.window = window;
        q.open_until = window.until;
      });
    };
    EXPECT_EQ(within(seconds(200, 300), false), "");
    EXPECT_EQ(within(seconds(200, 301), false), "window");
    EXPECT_EQ(within(seconds(200, 301), true), "");  // inside the declaration
  }
}

TEST_F(RequestClauses, refuses_unknown_declarations_and_no_quantity) {
  EXPECT_EQ(decide([](objects::Request& q) { q.declarations.push_back(ContentId{}); }), "objects-resolve?");
  EXPECT_EQ(decide([](objects::Request& q) { q.quantity = Quantity(0); }), "quantity");
  EXPECT_EQ(decide([](objects::Request& q) { q.class_name = "gas"; }), "objects-resolve? class-unit?");
}

TEST(RequestClosing, records_one_residual_when_it_takes_no_more) {
  Market m;
  Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, seconds(0, 1000));
  objects::Request q = m.request(u, {d}, 40, seconds(200, 300));
  q.open_until = at_second(150);
  ContentId id = m.ask(u, q);
  std::vector<objects::Residual> residuals;
  std::vector<Instant> times;
  m.chain().observe([&](const chain::Event& e) {
    if (const auto* r = std::get_if<objects::Residual>(&e.object)) {
      residuals.push_back(*r);
      times.push_back(e.leaf.time);
    }
  });
  m.chain().tick(at_second(149));
  EXPECT_TRUE(residuals.empty());
  m.chain().tick(at_second(500));
  ASSERT_EQ(residuals.size(), 1U);
  EXPECT_EQ(times[0], at_second(150));
  EXPECT_EQ(residuals[0].request, id);
  EXPECT_EQ(residuals[0].unmet, volume_of(Quantity(40), Duration(100 * kNanosPerSecond)));
}

TEST(RequestClosing, waits_for_the_windows_end_when_something_was_granted) {
  Market m;
  Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, seconds(0, 1000));
  objects::Request q = m.request(u, {d}, 40, seconds(200, 300));
  q.open_until = at_second(150);
  ContentId id = m.ask(u, q);
  objects::Settlement s = m.settlement(h, u, d, id, q, at_second(100));
  s.legs[0].window = seconds(250, 300);
  s.legs[0].quantity = Quantity(30);
  ASSERT_EQ(clauses(m.settle(h, u, s, at_second(100))), "");
  std::optional<objects::Residual> residual;
  m.chain().observe([&](const chain::Event& e) {
    if (const auto* r = std::get_if<objects::Residual>(&e.object)) residual = *r;
  });
  m.chain().tick(at_second(299));
  EXPECT_FALSE(residual.has_value());
  m.chain().tick(at_second(300));
  ASSERT_TRUE(residual.has_value());
  EXPECT_EQ(residual->live, volume_of(Quantity(30), Duration(50 * kNanosPerSecond)));
  EXPECT_EQ(residual->requested, residual->live + residual->unmet);
}

}  // namespace
}  // namespace capmarket::admission
