// Who gains by claims of non-delivery, whatever they say: docs/spec/semantics.md#who-can-gain.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/support/claimed_market.h"
#include "tests/support/times.h"

namespace capmarket::property {
namespace {

using testing::ClaimedMarket;
using testing::seconds;

constexpr int kSlots = 10;  // of ten seconds of the grant's [200, 300)

Window slots(int from, int until) { return seconds(200 + 10 * from, 200 + 10 * until); }

/// A draw of what was not delivered, slot by slot, and of who says what when.
struct Draw {
  std::mt19937_64 bits;
  int operator()(int below) { return static_cast<int>(bits() % static_cast<std::uint64_t>(below)); }
};
using Truth = std::array<int, kSlots>;

Truth truth_of(Draw& draw) {
  Truth out{};
  for (int& q : out) q = draw(2) == 0 ? 0 : draw(11);
  return out;
}

/// What of the truth is neither failed nor claimed by an honest open claim.
struct HonestHolder {
  Truth left;

  /// True of what the claim says: all of it was not delivered.
  bool admits(int from, int until, int quantity) const {
    for (int i = from; i < until; ++i)
      if (left[static_cast<std::size_t>(i)] < quantity) return false;
    return true;
  }
  void give(int from, int until, int quantity) {
    for (int i = from; i < until; ++i) left[static_cast<std::size_t>(i)] -= quantity;
  }
};

/// Refund 100% and penalty 10% of the value, and the penalty again for the late or missing notice.
std::int64_t owed_for(const Truth& truth) {
  std::int64_t volume = 0;
  for (int q : truth) volume += q;
  return ClaimedMarket::value(volume, 10).value * 12 / 10;
}

TEST(Claims, with_the_claimants_burden_a_user_nets_no_more_than_what_was_not_delivered) {
  std::map<std::string, int> counts;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    Draw draw{std::mt19937_64(seed)};
    const Truth truth = truth_of(draw);
    HonestHolder honest{truth};
    ClaimedMarket market("claimant");
    std::int64_t now = 301;
    for (int k = 0; k < 12; ++k, now += draw(8)) {
      const int from = draw(kSlots), until = from + 1 + draw(kSlots - from);
      int quantity = 1 + draw(10);
      if (draw(2) == 0)  // the truth about one slot
        quantity = std::max(1, honest.left[static_cast<std::size_t>(from)]);
      const int end = draw(2) == 0 ? from + 1 : until;
      const auto role = draw(3) == 0 ? objects::Role::adaptation : objects::Role::user;
      if (!market.claim(quantity, slots(from, end), now, role).empty()) {
        ++counts["refused"];
        continue;
      }
      if (honest.admits(from, end, quantity)) {
        honest.give(from, end, quantity);
        ++counts["true"];
      } else {
        ASSERT_EQ(market.contest(now), "");
        ++counts["false, contested"];
      }
      // It has no voice but its own and its adaptation's: neither is a witness.
      const testing::Party& voice = draw(2) == 0 ? market.user : market.adaptation;
      const auto as = draw(2) == 0   ? objects::Role::auditor
                      : draw(2) == 0 ? objects::Role::user
                                     : objects::Role::adaptation;
      objects::Witness w{market.m.salt(),  voice.key.pub,  as,
                         voice.credential, market.claimed, objects::Side::claim};
      EXPECT_NE(market.submit(w, {{as, voice.key}}, now), "");
      ++counts["witness refused"];
    }
    market.wait(now + 130);
    objects::Dispute d{market.m.salt(),
                       market.user.key.pub,
                       objects::Role::user,
                       {},
                       market.settlement,
                       objects::Ground::fallback_not_followed,
                       {}};
    EXPECT_EQ(market.submit(d, {{objects::Role::user, market.user.key}}, now + 131), "");
    EXPECT_LE(market.net(), owed_for(truth)) << seed;
    counts["histories"] += 1;
  }
  for (const auto& [name, count] : counts) std::cout << name << ": " << count << '\n';
  EXPECT_GE(counts["true"], 200);
  EXPECT_GE(counts["false, contested"], 500);
}

/// What the holder comes to owe for these claims where it contests all of them, or none.
std::int64_t owed_by_holder(std::uint64_t seed, bool contests, std::int64_t* stood) {
  Draw draw{std::mt19937_64(seed)};
  const Truth truth = truth_of(draw);
  HonestHolder honest{truth};
  ClaimedMarket market("holder");
  std::int64_t now = 301;
  for (int k = 0; k < 8; ++k, now += draw(8)) {
    const int from = draw(kSlots), quantity = honest.left[static_cast<std::size_t>(from)];
    if (quantity == 0 || !market.claim(quantity, slots(from, from + 1), now).empty()) continue;
    honest.give(from, from + 1, quantity);
    EXPECT_EQ(contests ? market.contest(now) : "", "");
    // The witness saw what happened, and says so, or has not heard of it.
    EXPECT_EQ(draw(2) == 0 ? market.witness(market.outsider, objects::Side::claim, now) : "", "");
  }
  market.wait(now + 130);
  *stood += static_cast<std::int64_t>(market.state().failures.size());
  return market.net();
}

TEST(Claims, with_the_holders_burden_no_holder_gains_by_contesting_what_it_did_not_deliver) {
  std::int64_t stood = 0, contested = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::int64_t silent = owed_by_holder(seed, false, &stood);
    EXPECT_GE(owed_by_holder(seed, true, &contested), silent) << seed;
  }
  std::cout << contested << " contested claims stood, " << stood << " uncontested ones\n";
  EXPECT_EQ(contested, stood);
  EXPECT_GE(contested, 200);
}

/// Where the claimant has to prove, a holder that lies gains, but for a witness of the truth.
TEST(Claims, with_the_claimants_burden_a_lying_holder_is_stopped_by_a_witness_alone) {
  ClaimedMarket market("claimant");
  EXPECT_EQ(market.claim(4, slots(0, 1), 301), "");
  EXPECT_EQ(market.contest(301), "");
  EXPECT_EQ(market.claim(4, slots(1, 2), 301), "");
  EXPECT_EQ(market.contest(301), "");
  EXPECT_EQ(market.witness(market.outsider, objects::Side::claim, 302), "");
  market.wait(500);
  ASSERT_EQ(market.state().failures.size(), 1U);
  EXPECT_EQ(market.state().failures.all()[0].failure.pieces[0].window, slots(1, 2));
}

}  // namespace
}  // namespace capmarket::property
