// The envelope signs the list of the other signatures: nobody but its submitter turns a submission
// into another, is named in a refusal that it did not send, or uses up somebody's quota.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/market.h"

namespace capmarket::adversary {
namespace {

using objects::Role;
using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;
using testing::Signers;

/// A market with a quota of three refusals an hour, and one settlement ready to be submitted.
struct Envelopes : ::testing::TestWithParam<crypto::Scheme> {
  Market m{{GetParam(), testing::rule_text(), {}, {3, Duration(kNanosPerHour)}}};
  Party holder = m.holder(100), user = m.user("basic"), other = m.user("basic");
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  objects::CheckedSubmission good = settlement(10);

  objects::CheckedSubmission settlement(std::int64_t quantity) {
    objects::Request q = m.request(user, {declaration}, quantity, seconds(200, 300));
    return m.sign(
        m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(100)),
        {{Role::submitter, holder.key}, {Role::holder, holder.key}, {Role::user, user.key}});
  }
  /// What was submitted, under another list of signatures.
  objects::CheckedSubmission under(const objects::CheckedSubmission& s,
                                   std::vector<objects::Signature> list) {
    auto out = objects::check_submission({s.kind, s.body, std::move(list)}, m.chain().state().chain,
                                         m.chain().signing());
    CHECK(out.has_value());
    return *out;
  }
  objects::Signature envelope_of(const crypto::KeyPair& key, const objects::CheckedSubmission& s,
                                 std::vector<objects::Signature> others) {
    objects::add_envelope(m.chain().signing(), m.chain().state().chain, Role::submitter, s.kind,
                          key, s.id, others);
    return others.front();
  }
  /// Nothing is evaluated, no leaf is left, nobody is counted but in memory.
  void expect_turned_away(const objects::CheckedSubmission& s) {
    const std::int64_t size = m.chain().size(), strangers = m.chain().strangers();
    const chain::Receipt r = m.submit(s, at_second(100));
    EXPECT_TRUE(r.turned_away);
    EXPECT_EQ(m.chain().size(), size);
    EXPECT_EQ(m.chain().strangers(), strangers + 1);
    EXPECT_TRUE(m.chain().state().refusals.empty());
  }
};
INSTANTIATE_TEST_SUITE_P(Schemes, Envelopes,
                         ::testing::Values(crypto::Scheme::ed25519, crypto::Scheme::mac));

TEST_P(Envelopes, the_junk_list_the_stripped_the_reversed_and_the_unsigned_leave_nothing) {
  const std::vector<objects::Signature>& list = good.signatures;
  std::vector<objects::Signature> stripped(list.begin(), list.end() - 1);
  std::vector<objects::Signature> reversed(list.rbegin(), list.rend());
  std::vector<objects::Signature> swapped{list[0], list[2], list[1]};
  std::vector<objects::Signature> garbled = list, more = list, junk(32, list[0]);
  garbled[1].bytes.bytes[0] ^= 1;
  more.push_back({Role::holder, holder.key.pub, {}});
  for (objects::Signature& s : junk) s.bytes.bytes[1] ^= 1;
  const std::vector<objects::Signature> none;
  for (const auto& tampered : {stripped, reversed, swapped, garbled, more, junk, none})
    expect_turned_away(under(good, tampered));
  // And the object itself is what it was.
  EXPECT_EQ(clauses(m.submit(good, at_second(100))), "");
}

TEST_P(Envelopes, a_thousand_junk_signatures_shut_nobody_out) {
  for (int i = 0; i < 1000; ++i) {
    std::vector<objects::Signature> list = good.signatures;
    list[1].bytes.bytes[static_cast<std::size_t>(i) % 64] ^= static_cast<std::uint8_t>(1 + i / 64);
    EXPECT_TRUE(m.submit(under(good, list), at_second(100)).turned_away);
  }
  EXPECT_EQ(clauses(m.submit(good, at_second(100))), "");
}

TEST_P(Envelopes, an_envelope_of_nobody_known_is_turned_away_and_a_revoked_one_is_not) {
  const crypto::KeyPair stranger = testing::numbered_key(222);
  std::vector<objects::Signature> others(good.signatures.begin() + 1, good.signatures.end());
  std::vector<objects::Signature> list = others;
  list.insert(list.begin(), envelope_of(stranger, good, others));
  expect_turned_away(under(good, list));
  m.admit(
      objects::Revocation{m.salt(), m.authority(), other.credential, at_second(0), "misconduct"},
      {{Role::authority, m.authority_key}});
  objects::Withdrawal w{m.salt(), other.key.pub, ContentId{}};
  const chain::Receipt r = m.submit(m.sign(w, {{Role::user, other.key}}), at_second(100));
  EXPECT_FALSE(r.turned_away);
  EXPECT_EQ(clauses(r), "objects-resolve? standing?");
}

TEST_P(Envelopes, what_a_stranger_wraps_binds_nobody_to_disclose_it) {
  std::vector<objects::Signature> others(good.signatures.begin() + 1, good.signatures.end());
  std::vector<objects::Signature> list = others;
  list.insert(list.begin(), envelope_of(other.key, good, others));
  EXPECT_EQ(clauses(m.submit(under(good, list), at_second(100))), "signatures");
  EXPECT_TRUE(m.chain().state().undischarged.empty());
  EXPECT_EQ(clauses(m.submit(good, at_second(100))), "");
}

TEST_P(Envelopes, who_wraps_what_others_signed_is_counted_itself) {
  const objects::CheckedSubmission over = settlement(101);  // more than is declared
  std::vector<objects::Signature> others(over.signatures.begin() + 1, over.signatures.end());
  for (int i = 0; i < 2; ++i) {
    std::vector<objects::Signature> list = others;
    if (i == 1) std::swap(list[0], list[1]);
    list.insert(list.begin(), envelope_of(other.key, over, list));
    EXPECT_EQ(clauses(m.submit(under(over, list), at_second(100))), "signatures capacity");
  }
  const auto& refusals = m.chain().state().refusals;
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_EQ(refusals.begin()->first, other.key.pub);
  EXPECT_EQ(refusals.begin()->second.refusals, 2);
}

TEST_P(Envelopes, the_same_signers_again_get_the_same_receipt) {
  const objects::CheckedSubmission over = settlement(101);
  const chain::Receipt first = m.submit(over, at_second(100));
  EXPECT_EQ(clauses(first), "capacity");
  const std::int64_t size = m.chain().size();
  const chain::Receipt again = m.submit(over, at_second(101));
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.sequence, first.sequence);
  EXPECT_EQ(m.chain().size(), size);
  // A signature that does not hold is the same signature that does not hold, whatever its bytes.
  auto broken = [&](std::uint8_t with) {
    std::vector<objects::Signature> others(over.signatures.begin() + 1, over.signatures.end());
    others[1].bytes.bytes[0] ^= with;
    std::vector<objects::Signature> list = others;
    list.insert(list.begin(), envelope_of(holder.key, over, others));
    return under(over, list);
  };
  EXPECT_FALSE(m.submit(broken(1), at_second(102)).repeated);
  EXPECT_TRUE(m.submit(broken(2), at_second(103)).repeated);
}

TEST_P(Envelopes, a_shut_out_bars_demand_and_supply_and_nothing_else) {
  auto refused = [&](const objects::Object& o, Role role, const Party& by) {
    return m.submit(m.sign(o, {{role, by.key}}), at_second(100));
  };
  for (int i = 0; i < 3; ++i)
    ASSERT_FALSE(refused(objects::Withdrawal{m.salt(), user.key.pub, ContentId{}}, Role::user, user)
                     .turned_away);
  objects::Request q = m.request(user, {declaration}, 10, seconds(200, 300));
  EXPECT_TRUE(refused(q, Role::user, user).turned_away);
  // It pays, surrenders, withdraws and disputes; a refusal of those shuts nobody out again.
  const std::int64_t size = m.chain().size();
  for (int i = 0; i < 4; ++i)
    EXPECT_FALSE(
        refused(objects::Payment{m.salt(), user.key.pub, ContentId{}, Money(1)}, Role::user, user)
            .turned_away);
  EXPECT_EQ(m.chain().size(), size + 4);
  // Everybody else is heard, a settlement with the barred user's signature too.
  EXPECT_EQ(clauses(m.submit(good, at_second(100))), "");
}

}  // namespace
}  // namespace capmarket::adversary
