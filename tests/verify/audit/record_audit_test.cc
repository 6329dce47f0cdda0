// What the auditor makes of the record, of recoveries and of changes of the log's key: the same as the
// writer, and as whoever replays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/chain/writer.h"
#include "tests/support/chain_files.h"
#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"
#include "verify/audit/audit.h"
#include "verify/audit/signed_record.h"

namespace capmarket::audit {
namespace {

using ::testing::HasSubstr;
using testing::read_bytes;
using testing::write_bytes;

class RecordAudit : public ::testing::Test {
 protected:
  RecordAudit() {
    testing::Market market;
    market.user("basic");
    std::filesystem::create_directories(dir);
    market.write(dir);
  }
  chain::ChainWriter open(const crypto::KeyPair& key = testing::log_key()) {
    auto w = chain::ChainWriter::open(dir, key);
    EXPECT_TRUE(w) << (w ? "" : to_text(w.error()));
    return std::move(*w);
  }
  /// The first violation in words; empty where the chain holds.
  std::string told() {
    auto r = audit_chain(dir, {1, nullptr});
    if (!r) return to_text(r.error());
    if (r->holds()) return "";
    const AuditViolation& v = r->violations.front();
    return std::string(to_text(v.kind)) + ": " + v.detail;
  }
  void append_unsigned(std::string_view bytes) {
    write_bytes(segment, as_bytes(read_bytes(segment) + std::string(bytes)));
  }

  testing::ScratchFolder folder;
  const std::string dir = folder / "chain", segment = testing::first_segment(dir),
                    record = dir + "/checkpoint.lock", note = dir + "/checkpoint";
};

TEST_F(RecordAudit, finds_a_record_that_is_gone_older_another_ones_or_changed) {
  EXPECT_EQ(told(), "");
  const std::string early = read_bytes(record), early_note = read_bytes(note);
  const std::string early_segment = read_bytes(segment);
  {
    auto w = open();
    w.chain().tick(testing::kStart + Duration(kNanosPerHour));
    ASSERT_TRUE(w.commit());
  }
  EXPECT_EQ(told(), "");
  const std::string late = read_bytes(record);
  write_bytes(record, as_bytes(early));
  EXPECT_THAT(told(), HasSubstr("root: checkpoint.lock: signed at"));
  std::filesystem::remove(record);
  EXPECT_THAT(told(), HasSubstr("there is no record"));
  for (std::size_t i = 0; i < late.size(); ++i) {
    std::string changed = late;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    write_bytes(record, as_bytes(changed));
    EXPECT_NE(told(), "") << "byte " << i;
    changed = late.substr(0, i);
    write_bytes(record, as_bytes(changed));
    EXPECT_NE(told(), "") << i << " bytes";
  }
  write_bytes(record, as_bytes(late));
  // Everything but the record from an older copy: the log is shorter than what was signed.
  write_bytes(segment, as_bytes(early_segment));
  write_bytes(note, as_bytes(early_note));
  EXPECT_THAT(told(), HasSubstr("rolled back"));
}

TEST_F(RecordAudit, reads_what_the_log_writes) {
  for (std::size_t cuts : {0, 1, 3, 256}) {
    log::SignedRecord r{{"capmarket/x", 7, {}}, {}};
    for (std::size_t i = 0; i < cuts; ++i) r.cuts.push_back({7, static_cast<std::int64_t>(i + 1), {}});
    const std::string text = log::sign_record(r, testing::log_key());
    auto own = read_record(text);
    ASSERT_TRUE(own) << own.error();
    EXPECT_EQ(own->size, 7);
    EXPECT_TRUE(own->signed_by(testing::log_key().pub));
    EXPECT_FALSE(own->signed_by(testing::numbered_key(9).pub));
    for (std::size_t i = 0; i < text.size(); i += 5)
      for (char c : {'\0', '\n', ' ', '1', 'A'}) {
        std::string changed = text;
        changed[i] = c;
        auto other = read_record(changed);
        const bool read = other && other->signed_by(testing::log_key().pub);
        EXPECT_EQ(read, log::open_record(changed, testing::log_key().pub).has_value()) << i;
      }
  }
}

TEST_F(RecordAudit, takes_no_cut_that_no_recovery_can_tell_of) {
  auto is_read = [](const std::vector<log::Cut>& cuts) {
    const std::string text = log::sign_record({{"capmarket/x", 7, {}}, cuts}, testing::log_key());
    const bool own = read_record(text).has_value();
    EXPECT_EQ(log::open_record(text, testing::log_key().pub).has_value(), own);
    return own;
  };
  const Digest other{{1}};
  EXPECT_TRUE(is_read({{7, 1, {}}, {7, 2, {}}, {7, 1, other}, {7, kWireMax, {}}}));
  EXPECT_FALSE(is_read({{7, 0, {}}}));
  EXPECT_FALSE(is_read({{7, kWireMax + 1, {}}}));
  EXPECT_FALSE(is_read({{6, 1, {}}}));
  EXPECT_FALSE(is_read({{8, 1, {}}}));
  EXPECT_FALSE(is_read({{7, 1, {}}, {7, 2, {}}, {7, 1, {}}})) << "the same twice";
}

TEST_F(RecordAudit, holds_with_a_recovery_and_finds_one_out_of_place) {
  append_unsigned("torn");
  EXPECT_EQ(told(), "") << "bytes that were never signed are no part of the chain";
  {
    auto w = open();
    ASSERT_EQ(w.recovered().size(), 1U);
    w.chain().tick(testing::kStart + Duration(kNanosPerHour));
    ASSERT_TRUE(w.commit());
  }
  EXPECT_EQ(told(), "");
  const std::size_t last = testing::read_frames(dir).size() - 2;
  auto forged = [&](objects::Recovery r, Duration later = Duration(0)) {
    const std::string kept = read_bytes(segment), kept_note = read_bytes(note), kept_record = read_bytes(record);
    testing::forge_entries(dir, [&](auto& entries) {
      Bytes body = objects::encode_object(r);
      entries[last].leaf.id = crypto::content_id(body);
      entries[last].payload = objects::encode_payload(body, {});
      entries[last].leaf.time = entries[last].leaf.time + later;
    });
    std::string out = told();
    write_bytes(segment, as_bytes(kept)), write_bytes(note, as_bytes(kept_note));
    write_bytes(record, as_bytes(kept_record));
    return out;
  };
  const auto n = static_cast<std::int64_t>(last);
  EXPECT_EQ(forged({{}, n, 4, {}}), "");
  for (const objects::Recovery& wrong : {objects::Recovery{{}, n - 1, 4, {}}, objects::Recovery{{}, n + 1, 4, {}},
                                         objects::Recovery{{}, n, 0, {}}})
    EXPECT_THAT(forged(wrong), HasSubstr("a recovery that does not stand"));
  EXPECT_THAT(forged({{}, n, 4, {}}, Duration(1)),
              HasSubstr("at another time than the entry before"));
}

TEST_F(RecordAudit, follows_a_change_of_the_logs_key) {
  const crypto::KeyPair next = testing::numbered_key(77);
  {
    auto w = open();
    ASSERT_TRUE(w.change_log_key(next));
    ASSERT_TRUE(w.commit());
  }
  EXPECT_EQ(told(), "");
  auto r = audit_chain(dir, {1, nullptr});
  EXPECT_EQ(r->log_key, next.pub);
  EXPECT_EQ(r->first_log_key, testing::log_key().pub);
  {
    auto w = open(next);
    w.chain().tick(testing::kStart + Duration(kNanosPerHour));
    ASSERT_TRUE(w.commit());
  }
  EXPECT_EQ(told(), "");
  // By the key that the log left; and by one that never was its key.
  auto reader = chain::ChainReader::open(dir);
  ASSERT_TRUE(reader);
  const log::Checkpoint end = reader->signed_checkpoint();
  for (const crypto::KeyPair& key : {testing::log_key(), testing::numbered_key(78)}) {
    write_bytes(note, as_bytes(log::sign_checkpoint(end, key)));
    EXPECT_THAT(told(), HasSubstr("signature: ")) << told();
  }
}

TEST_F(RecordAudit, finds_a_change_of_key_that_the_old_key_did_not_sign) {
  const crypto::KeyPair thief = testing::numbered_key(79);
  const std::size_t size = testing::read_frames(dir).size();
  const ContentId chain = chain::decode_leaf(testing::read_frames(dir)[0].leaf)->id;
  testing::forge_entries(dir, [&](auto& entries) {
    testing::ForgedEntry e = entries.back();
    objects::LogKey change = objects::change_log_key(chain, static_cast<std::int64_t>(size), thief, thief);
    Bytes body = objects::encode_object(change);
    e.leaf.kind = objects::Kind::log_key;
    e.leaf.id = crypto::content_id(body);
    e.leaf.signatures = objects::hash_signatures({});
    e.leaf.decision = {};
    e.payload = objects::encode_payload(body, {});
    entries.push_back(e);
  });
  EXPECT_THAT(told(), HasSubstr("not signed by both keys"));
  auto reader = chain::ChainReader::open(dir);
  ASSERT_TRUE(reader);
  EXPECT_FALSE(chain::replay(*reader));
}

TEST_F(RecordAudit, tells_of_a_writer_that_was_stopped_between_record_and_checkpoint) {
  const std::string early = read_bytes(note);
  {
    auto w = open();
    w.chain().tick(testing::kStart + Duration(kNanosPerHour));
    ASSERT_TRUE(w.commit());
  }
  write_bytes(note, as_bytes(early));
  auto r = audit_chain(dir, {1, nullptr});
  ASSERT_TRUE(r && r->holds());
  EXPECT_EQ(r->recorded, r->size + 1);
  EXPECT_EQ(r->unsigned_tail, 1);
}

}  // namespace
}  // namespace capmarket::audit
