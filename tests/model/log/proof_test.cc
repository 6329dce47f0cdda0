// Proofs in their text forms, right ones and wrong ones.
#include "model/log/proof.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/log/merkle.h"
#include "tests/support/parties.h"

namespace capmarket::log {
namespace {

/// A log of n leaves, its root signed by key 9.
struct SignedLog {
  std::vector<Bytes> leaves;
  std::vector<Digest> hashes;
  const crypto::KeyPair key = testing::numbered_key(9);
  std::vector<VerifierKey> keys{log_verifier("capmarket/ab", key.pub)};

  explicit SignedLog(std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      leaves.push_back({static_cast<std::uint8_t>(i), 5});
      hashes.push_back(leaf_hash(leaves.back()));
    }
  }
  Checkpoint checkpoint(std::size_t n) const {
    return {"capmarket/ab", static_cast<std::int64_t>(n), merkle_root(std::span(hashes).first(n))};
  }
  InclusionProof inclusion(std::size_t i) const {
    return {static_cast<std::int64_t>(i), leaves[i], inclusion_proof(hashes, i),
            sign_checkpoint(checkpoint(hashes.size()), key)};
  }
  ConsistencyProof consistency(std::size_t old_size) const {
    return {static_cast<std::int64_t>(old_size), std::nullopt, consistency_proof(hashes, old_size),
            sign_checkpoint(checkpoint(hashes.size()), key)};
  }
};

TEST(Proof, of_every_entry_comes_back_from_its_text_and_holds) {
  for (std::size_t n : {1, 2, 3, 7, 8, 21}) {
    SignedLog log(n);
    for (std::size_t i = 0; i < n; ++i) {
      auto back = parse_inclusion_proof(to_text(log.inclusion(i)));
      ASSERT_TRUE(back.has_value()) << n << " " << i;
      EXPECT_EQ(to_text(*back), to_text(log.inclusion(i)));
      EXPECT_TRUE(check_proof(*back, log.keys).has_value()) << n << " " << i;
      InclusionProof other = *back;
      other.index = static_cast<std::int64_t>((i + 1) % n);
      EXPECT_EQ(check_proof(other, log.keys).has_value(), n == 1) << n << " " << i;
    }
  }
}

TEST(Proof, of_growth_from_every_size_comes_back_and_holds_for_that_root_alone) {
  SignedLog log(21);
  for (std::size_t n = 1; n <= 21; ++n) {
    auto back = parse_consistency_proof(to_text(log.consistency(n)));
    ASSERT_TRUE(back.has_value()) << n;
    EXPECT_TRUE(check_proof(*back, log.checkpoint(n), log.keys).has_value()) << n;
    Checkpoint forked = log.checkpoint(n);
    forked.root.bytes[0] ^= 1;
    EXPECT_FALSE(check_proof(*back, forked, log.keys).has_value()) << n;
    Checkpoint elsewhere = log.checkpoint(n);
    elsewhere.origin = "capmarket/cd";
    EXPECT_FALSE(check_proof(*back, elsewhere, log.keys).has_value()) << n;
  }
}

RC_GTEST_PROP(Proof, no_changed_byte_proves, ()) {
  SignedLog log(*rc::gen::inRange<std::size_t>(1, 40));
  std::string text = to_text(log.inclusion(*rc::gen::inRange<std::size_t>(0, log.leaves.size())));
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = static_cast<char>(text[at] ^ *rc::gen::inRange(1, 256));
  auto parsed = parse_inclusion_proof(text);
  const bool proves = parsed && check_proof(*parsed, log.keys);
  RC_ASSERT(!proves);  // inside of the macro both sides of `||` are evaluated
}

TEST(Proof, under_another_key_or_of_another_log_shows_nothing) {
  SignedLog log(5);
  const std::vector<VerifierKey> other = {
      log_verifier("capmarket/ab", testing::numbered_key(8).pub)};
  EXPECT_FALSE(check_proof(log.inclusion(2), other).has_value());
  const std::vector<VerifierKey> elsewhere = {log_verifier("capmarket/cd", log.key.pub)};
  EXPECT_FALSE(check_proof(log.inclusion(2), elsewhere).has_value());
}

TEST(Proof, of_a_wrong_form_says_what_was_expected) {
  const std::string good = to_text(SignedLog(5).inclusion(2));
  auto without = [&](const std::string& line) {
    std::string out = good;
    const std::size_t at = out.find(line);
    return out.erase(at, out.find('\n', at) + 1 - at);
  };
  for (const std::string& bad : {std::string(), without("c2sp.org"), without("extra"),
                                 without("index"), good.substr(0, good.find("\n\n") + 2)}) {
    auto parsed = parse_inclusion_proof(bad);
    ASSERT_FALSE(parsed.has_value()) << bad;
    EXPECT_NE(parsed.error()[0].expected.find("chain proof"), std::string::npos);
  }
  std::string padded = good;
  padded.replace(padded.find("index 2"), 7, "index 02");
  EXPECT_FALSE(parse_inclusion_proof(padded).has_value());
}

}  // namespace
}  // namespace capmarket::log
