// The audit accepts what an honest writer wrote, and names what a faulty one or a faulty disk did.
#include "verify/audit/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/crypto/hash.h"
#include "model/log/checkpoint.h"
#include "model/log/merkle.h"
#include "tests/support/chain_files.h"
#include "tests/support/parties.h"
#include "tests/support/trade.h"

namespace capmarket::audit {
namespace {

using ::testing::Contains;
using ::testing::Field;
using testing::first_segment;
using testing::forge_entries;
using testing::forge_frames;
using testing::read_bytes;
using testing::read_frames;
using testing::write_bytes;

AuditReport audit(const std::string& dir, int threads = 2) {
  auto report = audit_chain(dir, {threads, nullptr});
  CHECK(report.has_value());
  return *report;
}

std::string in_words(const AuditReport& r) {
  std::string out;
  for (const auto& v : r.violations)
    out += std::string(objects::to_text(v.invariant)) + " " + std::to_string(v.sequence) + " " +
           std::string(to_text(v.kind)) + ": " + v.detail + "\n";
  return out;
}

/// A signed chain after a play.
class Audit : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::Trade market(dir_.path());
    play(market);
    market.sign();
    size_ = market.chain().size();
    root_ = market.chain().root();
    signatures_ = market.chain().signature_count();
  }
  std::string dir() const { return dir_.path(); }
  void expect_only(objects::Invariant invariant, std::int64_t sequence, DamageClass kind) {
    AuditReport r = audit(dir());
    ASSERT_EQ(r.violations.size(), 1u) << in_words(r);
    EXPECT_EQ(r.violations[0].invariant, invariant) << in_words(r);
    EXPECT_EQ(r.violations[0].sequence, sequence) << in_words(r);
    EXPECT_EQ(r.violations[0].kind, kind) << in_words(r);
  }
  std::int64_t find(objects::Kind kind, bool admitted, int nth = 0) {
    auto frames = read_frames(dir());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      auto leaf = chain::decode_leaf(frames[i].leaf);
      if (leaf->kind == kind && leaf->decision.admitted() == admitted && nth-- == 0)
        return static_cast<std::int64_t>(i);
    }
    CHECK(false, "the fixture has no such entry");
    return -1;
  }

  testing::ScratchFolder dir_;
  std::int64_t size_ = 0, signatures_ = 0;
  Digest root_;
};

TEST_F(Audit, accepts_an_honest_chain_and_derives_its_root) {
  AuditReport r = audit(dir());
  EXPECT_TRUE(r.holds()) << in_words(r);
  EXPECT_FALSE(r.damaged);
  EXPECT_EQ(r.size, size_);
  EXPECT_EQ(r.audited, size_);
  EXPECT_EQ(r.root, root_);
  EXPECT_EQ(r.signatures_verified, signatures_);
  EXPECT_EQ(r.settlements_admitted, 2);
  EXPECT_EQ(r.settlements_refused, 5);
}

TEST_F(Audit, finds_the_chain_of_a_run_directory) {
  testing::ScratchFolder run;
  std::filesystem::copy(dir(), run / "chain", std::filesystem::copy_options::recursive);
  EXPECT_TRUE(audit(run.path()).holds());
}

TEST_F(Audit, reports_the_same_on_any_number_of_threads) {
  EXPECT_EQ(in_words(audit(dir(), 1)), in_words(audit(dir(), 4)));
  EXPECT_EQ(audit(dir(), 1).root, audit(dir(), 4).root);
}

TEST(AuditOf, a_directory_without_a_chain_is_a_problem_of_the_call) {
  testing::ScratchFolder empty;
  EXPECT_FALSE(audit_chain(empty.path(), {}).has_value());
  EXPECT_FALSE(audit_chain(empty / "absent", {}).has_value());
}

// ---- Damage
// ---------------------------------------------------------------------------------------

TEST_F(Audit, names_the_entry_of_any_changed_byte_of_a_segment) {
  const std::string bytes = read_bytes(first_segment(dir()));
  std::size_t end = 0;
  std::int64_t entry = -1;
  ByteView leaf, payload;
  std::size_t next = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 13) {
    while (at >= end) {
      ++entry;
      ASSERT_EQ(log::read_frame(as_bytes(bytes), next, leaf, payload), log::FrameFault::none);
      end = next;
    }
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    write_bytes(first_segment(dir()), changed);
    AuditReport r = audit(dir(), 1);
    ASSERT_TRUE(r.damaged) << at;
    ASSERT_EQ(r.violations[0].sequence, entry) << at << "\n" << in_words(r);
    ASSERT_EQ(r.violations[0].kind, DamageClass::crc) << at;
  }
}

TEST_F(Audit, finds_every_changed_byte_of_genesis_and_checkpoint) {
  for (const char* name : {"genesis.cbor", "checkpoint"}) {
    const std::string path = dir() + "/" + name;
    const std::string bytes = read_bytes(path);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ 0x01);
      write_bytes(path, changed);
      ASSERT_FALSE(audit(dir(), 1).holds()) << name << " byte " << at;
    }
    write_bytes(path, bytes);
  }
}

TEST_F(Audit, finds_a_log_that_is_shorter_than_its_signed_size) {
  forge_frames(dir(), [](auto& frames) { frames.pop_back(); });
  expect_only(objects::Invariant::replay, size_ - 1, DamageClass::root);
}

TEST_F(Audit, finds_a_torn_end_below_the_signed_size) {
  std::string bytes = read_bytes(first_segment(dir()));
  write_bytes(first_segment(dir()), bytes.substr(0, bytes.size() - 1));
  expect_only(objects::Invariant::replay, size_ - 1, DamageClass::crc);
}

TEST_F(Audit, finds_entries_in_another_order) {
  forge_frames(dir(), [](auto& frames) { std::swap(frames[3], frames[4]); });
  expect_only(objects::Invariant::replay, 3, DamageClass::link);
}

TEST_F(Audit, finds_a_leaf_whose_link_leads_elsewhere_though_its_number_fits) {
  forge_frames(dir(), [](auto& frames) {
    auto leaf = *chain::decode_leaf(frames[4].leaf);
    leaf.previous = log::leaf_hash(frames[2].leaf);
    frames[4].leaf = chain::encode_leaf(leaf);
  });
  expect_only(objects::Invariant::replay, 4, DamageClass::link);
}

TEST_F(Audit, finds_a_body_that_its_leaf_does_not_name) {
  forge_frames(dir(), [](auto& frames) { frames[6].payload = frames[7].payload; });
  AuditReport r = audit(dir());
  ASSERT_TRUE(r.damaged);
  EXPECT_EQ(r.violations[0].sequence, 6);
  EXPECT_EQ(r.violations[0].kind, DamageClass::leaf);
}

TEST_F(Audit, finds_a_signature_exchanged_under_its_leaf) {
  std::int64_t at = find(objects::Kind::settlement, true);
  forge_frames(dir(), [&](auto& frames) {
    auto& f = frames[static_cast<std::size_t>(at)];
    f.payload.back() ^= 1;
  });
  expect_only(objects::Invariant::replay, at, DamageClass::signature);
}

TEST_F(Audit, finds_a_history_that_the_checkpoint_did_not_sign) {
  const std::string note = read_bytes(dir() + "/checkpoint");
  forge_entries(dir(), [](auto& entries) { entries.back().leaf.time = kDistantFuture; });
  write_bytes(dir() + "/checkpoint", note);
  AuditReport r = audit(dir());
  EXPECT_TRUE(r.damaged);
  EXPECT_THAT(r.violations, Contains(Field(&AuditViolation::kind, DamageClass::root)));
}

TEST_F(Audit, ignores_and_counts_what_lies_beyond_the_signed_size) {
  forge_frames(dir(), [](auto& frames) { frames.push_back(frames.back()); });
  AuditReport r = audit(dir());
  EXPECT_TRUE(r.holds()) << in_words(r);
  EXPECT_EQ(r.unsigned_tail, 1);
  write_bytes(first_segment(dir()), read_bytes(first_segment(dir())) + "torn");
  EXPECT_TRUE(audit(dir()).holds());
}

/// The log's own signature over the first `size` entries.
void sign_first(const std::string& dir, std::size_t size) {
  const auto frames = read_frames(dir);
  std::vector<Digest> hashes;
  for (std::size_t i = 0; i < size; ++i) hashes.push_back(log::leaf_hash(frames[i].leaf));
  const ContentId chain = chain::decode_leaf(frames[0].leaf)->id;
  log::Checkpoint note{log::checkpoint_origin(chain), static_cast<std::int64_t>(size),
                       log::merkle_root(hashes)};
  testing::write_signed(dir, note);
}

TEST_F(Audit, a_signed_size_of_0_does_not_hold) {
  sign_first(dir(), 0);
  expect_only(objects::Invariant::replay, -1, DamageClass::root);
  AuditReport r = audit(dir());
  EXPECT_TRUE(r.damaged);
  EXPECT_THAT(r.violations[0].detail, ::testing::HasSubstr("genesis"));
  sign_first(dir(), 1);
  EXPECT_TRUE(audit(dir()).holds());
}

TEST_F(Audit, holds_at_signed_sizes_at_which_a_group_ends_as_replay_does) {
  const auto frames = read_frames(dir());
  int inside = 0;
  for (std::size_t size = 0; size <= frames.size(); ++size) {
    sign_first(dir(), size);
    const AuditReport r = audit(dir(), 1);
    auto reader = chain::ChainReader::open(dir());
    ASSERT_EQ(reader.has_value(), size > 0);  // the genesis at least is signed
    EXPECT_EQ(r.holds(), reader && chain::replay(*reader, {})) << size << in_words(r);
    const auto next =
        size < frames.size() ? chain::decode_leaf(frames[size].leaf)->kind : objects::Kind::tick;
    if (!objects::is_derived(next)) {
      EXPECT_EQ(r.holds(), size > 0) << in_words(r);
    }
    if (next != objects::Kind::obligation) continue;  // never the first of its group
    ++inside;
    ASSERT_FALSE(r.holds()) << size;
    EXPECT_EQ(r.violations[0].kind, DamageClass::derived);
    EXPECT_THAT(r.violations[0].detail, ::testing::HasSubstr("missing before this entry's end"));
  }
  EXPECT_GT(inside, 0);
}

// ---- A faulty writer: every byte agrees, the meaning does not
// -------------------------------------

TEST_F(Audit, finds_a_settlement_that_was_admitted_above_capacity) {
  std::int64_t at = find(objects::Kind::settlement, false);
  forge_entries(dir(), [&](auto& e) { e[static_cast<std::size_t>(at)].leaf.decision = {}; });
  AuditReport r = audit(dir());
  EXPECT_FALSE(r.damaged);
  EXPECT_THAT(r.violations, Contains(::testing::AllOf(
                                Field(&AuditViolation::invariant, objects::Invariant::capacity),
                                Field(&AuditViolation::sequence, at))))
      << in_words(r);
  EXPECT_THAT(r.violations, Contains(::testing::AllOf(
                                Field(&AuditViolation::invariant, objects::Invariant::clauses),
                                Field(&AuditViolation::sequence, at))));
}

/// It says what is not so (INV-2), and leaves out what is (INV-9).
TEST_F(Audit, finds_a_refusal_that_names_another_clause) {
  std::int64_t at = find(objects::Kind::settlement, false);
  forge_entries(dir(), [&](auto& e) {
    e[static_cast<std::size_t>(at)].leaf.decision.failed = {admission::ClauseId::price};
  });
  AuditReport r = audit(dir());
  ASSERT_EQ(r.violations.size(), 2u) << in_words(r);
  EXPECT_EQ(r.violations[0].invariant, objects::Invariant::clauses);
  EXPECT_EQ(r.violations[1].invariant, objects::Invariant::refusals);
  for (const AuditViolation& v : r.violations) EXPECT_EQ(v.sequence, at);
}

TEST_F(Audit, finds_a_refusal_with_a_reason_too_many) {
  std::int64_t at = find(objects::Kind::settlement, false);
  forge_entries(dir(), [&](auto& e) {
    auto& failed = e[static_cast<std::size_t>(at)].leaf.decision.failed;
    failed.push_back(admission::ClauseId::record_complete);
  });
  expect_only(objects::Invariant::clauses, at, DamageClass::decision);
}

/// Of any kind: INV-9 is about every evaluated refusal.
TEST_F(Audit, finds_a_refusal_that_leaves_out_its_reason) {
  std::int64_t at = find(objects::Kind::declaration, false);
  forge_entries(dir(), [&](auto& e) {
    auto& decision = e[static_cast<std::size_t>(at)].leaf.decision;
    decision.unresolved = {};
    decision.failed = {admission::ClauseId::record_complete};
  });
  AuditReport r = audit(dir());
  EXPECT_THAT(r.violations, Contains(::testing::AllOf(
                                Field(&AuditViolation::invariant, objects::Invariant::refusals),
                                Field(&AuditViolation::sequence, at))))
      << in_words(r);
}

TEST_F(Audit, finds_an_admissible_settlement_that_was_refused) {
  std::int64_t at = find(objects::Kind::settlement, true, 1);
  forge_entries(dir(), [&](auto& e) {
    e[static_cast<std::size_t>(at)].leaf.decision.failed = {admission::ClauseId::capacity};
  });
  EXPECT_THAT(
      audit(dir()).violations,
      Contains(::testing::AllOf(Field(&AuditViolation::invariant, objects::Invariant::refusals),
                                Field(&AuditViolation::sequence, at))));
}

TEST_F(Audit, finds_a_declaration_admitted_beyond_the_attested_asset) {
  std::int64_t at = find(objects::Kind::declaration, false);
  forge_entries(dir(), [&](auto& e) { e[static_cast<std::size_t>(at)].leaf.decision = {}; });
  expect_only(objects::Invariant::replay, at, DamageClass::decision);
}

TEST_F(Audit, finds_a_missing_residual) {
  std::int64_t at = find(objects::Kind::residual, true);
  forge_entries(dir(), [&](auto& e) { e.erase(e.begin() + at); });
  AuditReport r = audit(dir());
  ASSERT_FALSE(r.holds());
  EXPECT_EQ(r.violations[0].kind, DamageClass::derived) << in_words(r);
}

TEST_F(Audit, finds_a_residual_that_says_another_volume) {
  std::int64_t at = find(objects::Kind::residual, true);
  forge_entries(dir(), [&](auto& entries) {
    auto& e = entries[static_cast<std::size_t>(at)];
    auto submission = objects::decode_payload(objects::Kind::residual, e.payload);
    auto residual = std::get<objects::Residual>(
        *objects::decode_object(objects::Kind::residual, submission->body));
    residual.live += Volume{1};
    Bytes body = objects::encode_object(residual);
    e.leaf.id = crypto::content_id(body);
    e.payload = objects::encode_payload(body, {});
  });
  expect_only(objects::Invariant::volumes, at, DamageClass::derived);
}

TEST_F(Audit, finds_the_same_submission_standing_twice) {
  std::int64_t at = find(objects::Kind::tick, true);
  forge_entries(dir(), [&](auto& e) { e.push_back(e[static_cast<std::size_t>(at)]); });
  expect_only(objects::Invariant::replay, at + 1, DamageClass::decision);
}

TEST_F(Audit, finds_an_admission_time_that_goes_back) {
  std::int64_t at = find(objects::Kind::request, true);
  forge_entries(dir(), [&](auto& e) { e[static_cast<std::size_t>(at)].leaf.time = Instant(0); });
  AuditReport r = audit(dir());
  EXPECT_THAT(r.violations, Contains(Field(&AuditViolation::sequence, at))) << in_words(r);
}

// ---- Differential: the auditor and admission decide alike
// -----------------------------------------

TEST(AuditOf, chains_of_every_depth_of_delegation_agrees_with_admission) {
  for (int authorities = 0; authorities <= 7; ++authorities) {
    testing::ScratchFolder dir;
    testing::Trade market(dir.path(), authorities);
    play(market);
    market.sign();
    AuditReport r = audit(dir.path());
    EXPECT_TRUE(r.holds()) << authorities << "\n" << in_words(r);
  }
}

TEST(AuditOf, starts_between_multiples_of_the_granularity_agrees_with_admission) {
  struct Case {
    std::int64_t signed_ms, start_ms;
  };
  testing::ScratchFolder dir;
  testing::Trade market(dir.path());
  ASSERT_TRUE(market.declare(100, testing::seconds(0, 7200)).decision.admitted());
  const ContentId d = market.last_id();
  ASSERT_TRUE(market.request({d}, 50, testing::seconds(0, 900)).decision.admitted());
  const ContentId r = market.last_id();
  // The limit on the lead is 500 ms: lead too short alone; rounding up alone; neither but
  // granularity.
  for (Case c : {Case{700, 1000}, Case{100, 700}, Case{0, 600}}) {
    auto at = [&](std::int64_t ms) { return market.now() + Duration(ms * 1'000'000); };
    objects::Settlement s = market.settlement({d, r, 1, {at(c.start_ms), at(c.start_ms + 60'000)}});
    s.signed_at = at(c.signed_ms);
    EXPECT_FALSE(market.submit_settlement(s).decision.admitted());
  }
  market.sign();
  AuditReport report = audit(dir.path());
  EXPECT_TRUE(report.holds()) << in_words(report);
}

/// One random change to an honest settlement; most of them break a clause or several.
void disturb(objects::Settlement& s, const ContentId& other) {
  objects::Leg& leg = s.legs[0];
  auto around = [](std::int64_t v) {
    return v + *rc::gen::element<std::int64_t>(-kNanosPerSecond, -1, 1, kNanosPerSecond,
                                               100 * kNanosPerSecond);
  };
  switch (*rc::gen::inRange(0, 16)) {
    case 0:
      s.signed_at = Instant(around(s.signed_at.value));
      break;
    case 1:
      ++s.indices[0].index;
      break;
    case 2:
      leg.declaration = other;
      break;
    case 3:
      leg.request = other;
      break;
    case 4:
      leg.holder_credential = leg.user_credential;
      break;
    case 5:
      leg.user_credential = other;
      break;
    case 6:
      leg.rule = other;
      break;
    case 7:
      leg.tier = *rc::gen::element<std::string>("premium", "none", "");
      break;
    case 8:
      leg.price = Money(*rc::gen::element<std::int64_t>(0, 9'999, 500'000, 500'001));
      break;
    case 9:
      leg.retain_until = Instant(around(leg.window.until.value));
      break;
    case 10:
      leg.predecessors = {other};
      break;
    case 11:
      leg.window.from = Instant(around(leg.window.from.value));
      break;
    case 12:
      leg.window.until = Instant(around(leg.window.until.value));
      break;
    case 13:
      leg.window.until = leg.window.from;
      break;
    case 14:
      leg.quantity = Quantity(*rc::gen::element<std::int64_t>(0, -1, 501, 1'001));
      break;
    default:
      break;
  }
}

Window random_window() {
  std::int64_t from = *rc::gen::inRange(10, 400);
  return testing::seconds(from, from + *rc::gen::inRange(1, 300));
}

RC_GTEST_PROP(AuditOf, random_markets_agrees_with_admission, ()) {
  testing::ScratchFolder dir;
  testing::Trade market(dir.path());
  std::vector<ContentId> declarations, requests, all;
  const int steps = *rc::gen::inRange(10, 60);
  for (int i = 0; i < steps; ++i) {
    const int what = *rc::gen::inRange(0, 10);
    if (what == 0 || declarations.empty()) {
      market.declare(*rc::gen::inRange(0, 80), testing::seconds(0, *rc::gen::element(0, 300, 7200)),
                     *rc::gen::element<std::string>("gpu", "other", "absent"));
      declarations.push_back(market.last_id());
    } else if (what <= 3 || requests.empty()) {
      market.request({*rc::gen::elementOf(declarations)}, *rc::gen::inRange(0, 60), random_window(),
                     *rc::gen::arbitrary<bool>(),
                     *rc::gen::weightedElement<std::string>({{6, "standard"}, {1, "premium"}}));
      requests.push_back(market.last_id());
    } else {
      const ContentId request = *rc::gen::elementOf(requests);
      const chain::RequestRecord* r = market.chain().state().request(request);
      bool plain = r != nullptr && *rc::gen::inRange(0, 3) > 0;
      objects::Settlement s =
          market.settlement({plain ? r->request.declarations[0] : *rc::gen::elementOf(declarations),
                             request, plain ? r->request.quantity.value : *rc::gen::inRange(1, 40),
                             plain ? r->request.window : random_window()});
      if (*rc::gen::inRange(0, 2) == 0) disturb(s, *rc::gen::elementOf(all));
      market.submit_settlement(s);
    }
    all.push_back(market.last_id());
    if (*rc::gen::inRange(0, 4) == 0) market.wait(*rc::gen::inRange(1, 120));
  }
  if (*rc::gen::arbitrary<bool>()) market.chain().tick(market.now());
  market.sign();
  AuditReport r = audit(dir.path(), 1);
  if (!r.holds()) RC_FAIL(in_words(r));
}

}  // namespace
}  // namespace capmarket::audit
