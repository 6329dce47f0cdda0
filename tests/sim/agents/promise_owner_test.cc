// A holder's promise is its user's alone: nobody else lets it go, has it replaced or takes it.
#include <gtest/gtest.h>

#include "sim/agents/holder.h"
#include "sim/run/run.h"
#include "sim/world/post.h"
#include "sim/world/world.h"
#include "tests/sim/run/bargaining.h"

namespace capmarket::agents {
namespace {

/// What another than the user of a promise does to it at the end of a run: whether it still stands.
bool stands_after(const std::function<void(const party::HolderView&, party::UserIndex, std::uint64_t)>& act,
                  bool by_its_user) {
  run::BargainingMarket m;
  m.holders = 1, m.users = 2, m.minutes = 1;
  const scenarios::Scenario s = run::bargaining_scenario(m);
  bool stands = false;
  run::RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.at_end = [&](world::World& w) {
    const party::HolderIndex holder(0);
    const party::UserIndex user(0), other(1);
    party::Commitments& book = w.holders[holder].book;
    const std::uint64_t number =
        book.add({0, 0, Window{w.now, w.now + Duration(kNanosPerHour)}, Quantity(3),
                  w.now + Duration(kNanosPerHour), Money(1), std::nullopt, std::nullopt,
                  std::nullopt, user},
                 w.now);
    act(world::view_of(w, holder), by_its_user ? user : other, number);
    stands = book.find(number, w.now) != nullptr;
  };
  auto run = run::run_scenario(s, options);
  CHECK(run.has_value());
  return stands;
}

void lets_go(const party::HolderView& v, party::UserIndex who, std::uint64_t number) {
  on_release(v, {v.index, number, who});
}

void asks_anew(const party::HolderView& v, party::UserIndex who, std::uint64_t number) {
  party::Proposal asked;
  asked.user = who;
  asked.holder = v.index;
  asked.class_index = party::ClassIndex(0);
  asked.asked.resize(1);
  asked.asked[0].listing = party::ListingIndex(0);
  asked.asked[0].promise = number;
  on_proposal(v, party::ProposalIndex(0), asked);
}

TEST(PromiseOwner, nobody_else_lets_it_go_or_has_it_replaced) {
  EXPECT_TRUE(stands_after(lets_go, false));
  EXPECT_TRUE(stands_after(asks_anew, false));
  EXPECT_FALSE(stands_after(lets_go, true));
  EXPECT_FALSE(stands_after(asks_anew, true));
}

}  // namespace
}  // namespace capmarket::agents
