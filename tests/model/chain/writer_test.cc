// A chain directory that is reopened: what is signed stays, byte for byte, or nothing is opened.
#include "model/chain/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/chain/salvage.h"
#include "model/crypto/hash.h"
#include "model/yaml/yaml.h"
#include "tests/support/chain_files.h"
#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::chain {
namespace {

using ::testing::HasSubstr;
using testing::Market;

const crypto::KeyPair kLog = testing::numbered_key(200), kRoot = testing::numbered_key(201);

objects::CheckedSubmission genesis() {
  objects::Genesis g;
  g.chain_name = "reopened";
  g.log_key = kLog.pub;
  g.roots.push_back({"eu/tso", kRoot.pub, {*location::parse_location("eu")}, {"power"}});
  objects::Submission raw{objects::Kind::genesis, objects::encode_object(g), {}};
  ContentId id = crypto::content_id(raw.body);
  raw.signatures =
      objects::sign_all(crypto::Signing{}, id, raw.kind, id, {{objects::Role::root, kRoot}});
  return objects::check_submission(std::move(raw), id, crypto::Signing{}).value();
}

/// A class declaration; each number another one.
objects::CheckedSubmission declared(const ContentId& chain, int number) {
  objects::ClassDeclaration c{{},
                     "eu/tso",
                     "power",
                     1 + number,
                     "kW",
                     Duration(kNanosPerSecond),
                     Duration(kNanosPerHour * 24 * 365)};
  objects::Submission raw{objects::Kind::class_declaration, objects::encode_object(c), {}};
  ContentId id = crypto::content_id(raw.body);
  raw.signatures = objects::sign_all(crypto::Signing{}, chain, raw.kind, id,
                                     {{objects::Role::authority, kRoot}});
  return objects::check_submission(std::move(raw), chain, crypto::Signing{}).value();
}

class Reopened : public ::testing::Test {
 protected:
  testing::ScratchFolder folder;
  const std::string dir = folder / "chain";

  void add(ChainWriter& w, int number) {
    auto receipt = w.chain().submit(declared(w.chain().state().chain, number), testing::kStart);
    ASSERT_TRUE(receipt && receipt->decision.admitted());
  }
  void make() {
    auto w = ChainWriter::create(dir, genesis(), testing::kStart, kLog);
    ASSERT_TRUE(w) << to_text(w.error());
    add(*w, 0);
    EXPECT_FALSE(std::filesystem::exists(dir)) << "nothing is written before the commit";
    ASSERT_TRUE(w->commit());
  }
  std::string segment() const { return yaml::read_file(dir + "/segments/00000000.seg").value(); }
  std::string checkpoint() const { return yaml::read_file(dir + "/checkpoint").value(); }
  std::string refusal() {
    std::string before = segment(), note = checkpoint();
    auto w = ChainWriter::open(dir, kLog);
    EXPECT_EQ(segment(), before);
    EXPECT_EQ(checkpoint(), note);
    return w ? "" : to_text(w.error());
  }
  Result<Chain> replayed() {
    auto reader = ChainReader::open(dir);
    if (!reader) return tl::unexpected(reader.error());
    return replay(*reader);
  }
};

TEST_F(Reopened, goes_on_where_it_ended_and_keeps_what_was_signed) {
  make();
  const std::string before = segment();
  auto w = ChainWriter::open(dir, kLog);
  ASSERT_TRUE(w) << to_text(w.error());
  EXPECT_EQ(w->chain().size(), 2);
  add(*w, 1);
  add(*w, 2);
  EXPECT_EQ(segment(), before) << "nothing is written before the commit";
  ASSERT_TRUE(w->commit());
  EXPECT_EQ(segment().substr(0, before.size()), before);
  EXPECT_GT(segment().size(), before.size());
  auto chain = replayed();
  ASSERT_TRUE(chain) << to_text(chain.error());
  EXPECT_EQ(chain->size(), 4);
}

TEST_F(Reopened, gives_the_bytes_of_a_chain_that_was_never_closed) {
  make();
  for (int i = 1; i < 4; ++i) {
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w) << to_text(w.error());
    add(*w, i);
    ASSERT_TRUE(w->commit());
  }
  const std::string one_by_one = segment(), note = checkpoint();
  std::filesystem::remove_all(dir);
  auto w = ChainWriter::create(dir, genesis(), testing::kStart, kLog);
  for (int i = 0; i < 4; ++i) add(*w, i);
  ASSERT_TRUE(w->commit());
  EXPECT_EQ(segment(), one_by_one);
  EXPECT_EQ(checkpoint(), note);
}

TEST_F(Reopened, goes_on_in_an_empty_last_segment) {
  make();
  folder.write("chain/segments/00000001.seg", "");
  auto w = ChainWriter::open(dir, kLog);
  ASSERT_TRUE(w) << to_text(w.error());
  add(*w, 1);
  ASSERT_TRUE(w->commit());
  EXPECT_FALSE(yaml::read_file(dir + "/segments/00000001.seg")->empty());
  auto chain = replayed();
  ASSERT_TRUE(chain) << to_text(chain.error());
  EXPECT_EQ(chain->size(), 3);
}

/// Entry `n` of the chain, which is a Recovery.
objects::Recovery recovery_at(const std::string& dir, std::int64_t n) {
  auto reader = ChainReader::open(dir);
  std::optional<Entry> entry;
  for (std::int64_t i = 0; i <= n; ++i) entry = *reader->next();
  auto payload = objects::decode_payload(entry->leaf.kind, entry->payload);
  return std::get<objects::Recovery>(*objects::decode_object(entry->leaf.kind, payload->body));
}

TEST_F(Reopened, cuts_a_whole_and_a_torn_tail_and_tells_of_it_in_the_next_entry) {
  for (std::size_t torn : {0, 5}) {
    std::filesystem::remove_all(dir);
    make();
    const std::string note = checkpoint(), record = yaml::read_file(dir + "/checkpoint.lock").value();
    const std::size_t signed_bytes = segment().size();
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w);
    add(*w, 1);
    ASSERT_TRUE(w->commit());
    w = tl::unexpected(Problems{});  // the lock goes
    // As after a kill between the append and the record.
    folder.write("chain/checkpoint", note);
    folder.write("chain/checkpoint.lock", record);
    folder.write("chain/segments/00000000.seg", segment().substr(0, segment().size() - torn));
    const std::string tail = segment().substr(signed_bytes);
    EXPECT_EQ(refusal(), "") << "it is opened, and nothing is changed before the commit";
    auto chain = replayed();
    ASSERT_TRUE(chain) << "what was signed is still there";
    EXPECT_EQ(chain->size(), 2);
    w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w) << to_text(w.error());
    ASSERT_EQ(w->recovered().size(), 1U);
    add(*w, 1);
    ASSERT_TRUE(w->commit());
    w = tl::unexpected(Problems{});
    chain = replayed();
    ASSERT_TRUE(chain) << to_text(chain.error());
    EXPECT_EQ(chain->size(), 4);
    const objects::Recovery told = recovery_at(dir, 2);
    EXPECT_EQ(told.entries, 2);
    EXPECT_EQ(told.bytes, static_cast<std::int64_t>(tail.size()));
    EXPECT_EQ(told.digest, crypto::sha256(crypto::sha256(as_bytes(tail)).view()));
    EXPECT_EQ(segment().find(tail), std::string::npos);
    EXPECT_EQ(refusal(), "");
  }
}

TEST_F(Reopened, signs_what_the_record_names_where_the_checkpoint_is_behind) {
  make();
  const std::string note = checkpoint();
  auto w = ChainWriter::open(dir, kLog);
  ASSERT_TRUE(w);
  EXPECT_FALSE(w->unfinished());
  add(*w, 1);
  ASSERT_TRUE(w->commit());
  w = tl::unexpected(Problems{});
  const std::string whole = checkpoint();
  folder.write("chain/checkpoint", note);
  w = ChainWriter::open(dir, kLog);
  ASSERT_TRUE(w) << to_text(w.error());
  EXPECT_TRUE(w->unfinished());
  EXPECT_TRUE(w->recovered().empty());
  EXPECT_EQ(w->chain().size(), 3);
  ASSERT_TRUE(w->commit());
  EXPECT_EQ(checkpoint(), whole);
}

TEST_F(Reopened, refuses_a_record_that_is_gone_or_an_old_one_or_not_the_logs) {
  make();
  const std::string early = yaml::read_file(dir + "/checkpoint.lock").value();
  {
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w);
    add(*w, 1);
    ASSERT_TRUE(w->commit());
  }
  const std::string late = yaml::read_file(dir + "/checkpoint.lock").value();
  folder.write("chain/checkpoint.lock", early);
  EXPECT_THAT(refusal(), HasSubstr("an older record was put back"));
  std::filesystem::remove(dir + "/checkpoint.lock");
  EXPECT_THAT(refusal(), HasSubstr("not there"));
  for (std::size_t i = 0; i < late.size(); i += 3) {
    std::string changed = late;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    folder.write("chain/checkpoint.lock", changed);
    EXPECT_NE(refusal(), "") << i;
  }
  // Who can write the folder and has no key: an entry more, and a record that names it.
  auto own = log::open_record(late, kLog.pub);
  ASSERT_TRUE(own) << to_text(own.error());
  folder.write("chain/checkpoint.lock", log::sign_record(*own, kRoot));
  EXPECT_THAT(refusal(), HasSubstr("the log's key did not sign"));
  folder.write("chain/checkpoint.lock", log::sign_record(*own, kLog));
  EXPECT_EQ(refusal(), "");
}

TEST_F(Reopened, changes_the_key_of_the_log_by_an_entry_that_both_sign) {
  make();
  {
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w);
    add(*w, 1);
    ASSERT_TRUE(w->change_log_key(kRoot));
    add(*w, 2);
    ASSERT_TRUE(w->commit());
  }
  EXPECT_THAT(to_text(ChainWriter::open(dir, kLog).error()), HasSubstr("the log's key did not sign"));
  {
    auto w = ChainWriter::open(dir, kRoot);
    ASSERT_TRUE(w) << to_text(w.error());
    add(*w, 3);
    ASSERT_TRUE(w->commit());
  }
  auto reader = ChainReader::open(dir);
  ASSERT_TRUE(reader) << to_text(reader.error());
  EXPECT_EQ(reader->signer(), kRoot.pub);
  auto chain = replay(*reader);
  ASSERT_TRUE(chain) << to_text(chain.error());
  EXPECT_EQ(chain->size(), 6);
  EXPECT_EQ(chain->log_key(), kRoot.pub);
  EXPECT_EQ(reader->key_at(3), kLog.pub);
  EXPECT_EQ(reader->key_at(4), kRoot.pub);
  // The key that was left signs nothing any more.
  const log::Checkpoint end = reader->signed_checkpoint();
  folder.write("chain/checkpoint", log::sign_checkpoint(end, kLog));
  auto left = replayed();
  ASSERT_FALSE(left);
  EXPECT_THAT(to_text(left.error()), HasSubstr("a key that the log left"));
}

TEST_F(Reopened, a_change_of_key_needs_both_signatures_and_its_own_place) {
  make();
  auto w = ChainWriter::open(dir, kLog);
  ASSERT_TRUE(w);
  const ContentId chain = w->chain().state().chain;
  const objects::LogKey good = objects::change_log_key(chain, 2, kLog, kRoot);
  auto refused = [&](objects::LogKey change) { return !w->chain().change_log_key(change); };
  EXPECT_TRUE(refused(objects::change_log_key(chain, 3, kLog, kRoot)));
  EXPECT_TRUE(refused(objects::change_log_key(chain, 2, kRoot, kLog)));
  EXPECT_TRUE(refused(objects::change_log_key(ContentId{}, 2, kLog, kRoot)));
  objects::LogKey one = good;
  one.by_new.bytes[5] ^= 1;
  EXPECT_TRUE(refused(one));
  one = good;
  one.by_old = good.by_new;
  EXPECT_TRUE(refused(one));
  EXPECT_FALSE(refused(good));
}

/// Ends with what fell due, which no submission brought forth: as an instant that was waited for leaves it.
TEST_F(Reopened, goes_on_with_a_key_or_a_recovery_behind_what_fell_due) {
  for (const bool is_torn : {false, true}) {
    testing::ScratchFolder other;
    const std::string at = other.path();
    {
      testing::Market m;
      const testing::Party holder = m.holder(100), user = m.user("basic");
      const Window window = testing::seconds(100, 200);
      m.ask(user, m.request(user, {m.declare(holder, 50, window)}, 20, window));
      const std::int64_t before = m.chain().size();
      m.chain().advance(testing::at_second(1000));
      ASSERT_GT(m.chain().size(), before) << "nothing fell due";
      m.write(at);
    }
    if (is_torn) other.write("segments/00000000.seg", testing::read_bytes(at + "/segments/00000000.seg") + "torn");
    const crypto::KeyPair& next = testing::numbered_key(is_torn ? 3 : 77);
    {
      auto w = ChainWriter::open(at, testing::log_key());
      ASSERT_TRUE(w) << to_text(w.error());
      EXPECT_EQ(w->recovered().size(), is_torn ? 1U : 0U);
      EXPECT_TRUE(is_torn || w->change_log_key(next));
      ASSERT_TRUE(w->commit());
    }
    auto w = ChainWriter::open(at, next);
    EXPECT_TRUE(w) << to_text(w.error());
  }
}

TEST_F(Reopened, salvages_what_still_replays_and_says_what_it_left_behind) {
  make();
  {
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w);
    for (int i = 1; i < 6; ++i) add(*w, i);
    ASSERT_TRUE(w->commit());
  }
  const std::string whole = segment();
  for (std::size_t at : {whole.size() - 3, whole.size() / 2, whole.size() / 3}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    folder.write("chain/segments/00000000.seg", changed);
    const std::string to = folder / ("saved-" + std::to_string(at));
    Problems lost;
    auto w = ChainWriter::salvage(dir, to, kLog, lost);
    ASSERT_TRUE(w) << to_text(w.error());
    ASSERT_FALSE(lost.empty());
    EXPECT_THAT(lost[0].what, HasSubstr("damage at sequence"));
    ASSERT_EQ(w->recovered().size(), 1U);
    const std::int64_t size = w->chain().size();
    ASSERT_TRUE(w->commit());
    EXPECT_EQ(segment(), changed) << "what is damaged stays as it is";
    auto reader = ChainReader::open(to);
    ASSERT_TRUE(reader) << to_text(reader.error());
    auto chain = replay(*reader);
    ASSERT_TRUE(chain) << to_text(chain.error());
    EXPECT_EQ(chain->size(), size);
    const objects::Recovery told = recovery_at(to, size - 1);
    EXPECT_EQ(told.entries, size - 1);
    auto saved = yaml::read_file(to + "/segments/00000000.seg").value();
    const std::size_t kept = whole.size() - static_cast<std::size_t>(told.bytes);
    EXPECT_EQ(saved.substr(0, kept), whole.substr(0, kept));
  }
}

TEST_F(Reopened, salvages_nothing_under_another_root_than_was_signed) {
  make();
  {
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w);
    for (int i = 1; i < 4; ++i) add(*w, i);
    ASSERT_TRUE(w->commit());
  }
  // Who has no key gives an entry another time, and links what follows anew.
  auto frames = testing::read_frames(dir);
  Digest previous;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    Leaf leaf = *decode_leaf(frames[i].leaf);
    leaf.previous = previous;
    if (i > 2) leaf.time = leaf.time + Duration(1000);
    frames[i].leaf = encode_leaf(leaf);
    previous = log::leaf_hash(frames[i].leaf);
  }
  testing::write_frames(dir, frames);
  Problems lost;
  auto w = ChainWriter::salvage(dir, folder / "saved", kLog, lost);
  ASSERT_FALSE(w);
  EXPECT_THAT(to_text(w.error()), HasSubstr("another root than was signed"));
  EXPECT_TRUE(ChainWriter::salvage(dir, folder / "saved", kLog, lost, true));
  EXPECT_FALSE(lost.empty());
}

TEST_F(Reopened, salvages_no_entry_beyond_what_was_signed) {
  make();
  const std::string early = segment(), note = checkpoint(),
                    record = yaml::read_file(dir + "/checkpoint.lock").value();
  {
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w);
    add(*w, 1);
    ASSERT_TRUE(w->commit());
  }
  for (bool with_note : {true, false})
    for (bool with_record : {true, false}) {
      std::filesystem::remove(dir + "/checkpoint");
      std::filesystem::remove(dir + "/checkpoint.lock");
      if (with_note) folder.write("chain/checkpoint", note);
      if (with_record) folder.write("chain/checkpoint.lock", record);
      Problems lost;
      auto w = ChainWriter::salvage(dir, folder / "saved", kLog, lost);
      ASSERT_EQ(w.has_value(), with_note || with_record);
      if (!w) continue;
      EXPECT_EQ(w->chain().size(), 3) << "two entries and a Recovery of the third";
      EXPECT_EQ(w->recovered().size(), 1U);
    }
}

TEST_F(Reopened, a_change_of_key_behind_the_end_that_stands_elsewhere_changes_none) {
  // Of another history under the same keys: bytes that nobody signed here.
  make();
  const std::string early = segment(), note = checkpoint(),
                    record = yaml::read_file(dir + "/checkpoint.lock").value();
  {
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w);
    ASSERT_TRUE(w->change_log_key(kRoot));
    ASSERT_TRUE(w->commit());
  }
  const std::string change = segment().substr(early.size());
  folder.write("chain/segments/00000000.seg", early);
  folder.write("chain/checkpoint", note);
  folder.write("chain/checkpoint.lock", record);
  {
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w);
    for (int i = 1; i < 4; ++i) add(*w, i);
    ASSERT_TRUE(w->commit());
  }
  folder.write("chain/segments/00000000.seg", segment() + change);
  auto genesis = ChainReader::open_genesis(dir);
  ASSERT_TRUE(genesis);
  EXPECT_EQ(log_keys_of(dir, *genesis).value().size(), 1U);
  auto end = signed_end(dir, *genesis);
  ASSERT_TRUE(end) << to_text(end.error());
  EXPECT_EQ(end->size, 5);
  auto w = ChainWriter::open(dir, kLog);
  ASSERT_TRUE(w) << to_text(w.error());
  EXPECT_EQ(w->recovered().size(), 1U);
}

TEST_F(Reopened, a_cut_on_the_way_to_another_key_is_told_of_by_the_key_in_force) {
  make();
  folder.write("chain/segments/00000000.seg", segment() + "torn");
  const std::string tail = segment();
  {
    auto w = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(w);
    ASSERT_TRUE(w->change_log_key(kRoot));
    ASSERT_TRUE(w->commit());
  }
  // As after a kill behind the first record: the cut is told of, nothing else is done.
  auto reader = ChainReader::open(dir);
  ASSERT_TRUE(reader) << to_text(reader.error());
  auto chain = replay(*reader);
  ASSERT_TRUE(chain) << to_text(chain.error());
  EXPECT_EQ(chain->size(), 4) << "two entries, the Recovery, the change";
}

TEST_F(Reopened, refuses_another_key) {
  make();
  auto w = ChainWriter::open(dir, kRoot);
  ASSERT_FALSE(w);
  EXPECT_THAT(to_text(w.error()), HasSubstr("the log's key did not sign"));
}

TEST_F(Reopened, refuses_a_second_writer_and_lets_it_in_afterwards) {
  make();
  {
    auto first = ChainWriter::open(dir, kLog);
    ASSERT_TRUE(first);
    EXPECT_THAT(refusal(), HasSubstr("another process"));
    // Of another process too, which a lock of the process alone would not keep out.
    pid_t child = ::fork();
    if (child == 0) ::_exit(ChainWriter::open(dir, kLog) ? 1 : 0);
    int raw = 0;
    ::waitpid(child, &raw, 0);
    EXPECT_EQ(WEXITSTATUS(raw), 0);
  }
  EXPECT_EQ(refusal(), "");
}

TEST_F(Reopened, refuses_every_changed_byte_of_the_log) {
  make();
  const std::string whole = segment();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x41);
    folder.write("chain/segments/00000000.seg", changed);
    EXPECT_FALSE(ChainWriter::open(dir, kLog)) << "byte " << i;
  }
  folder.write("chain/segments/00000000.seg", whole);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Reopened, refuses_every_shorter_log) {
  make();
  const std::string whole = segment();
  for (std::size_t n = 0; n < whole.size(); n += 7) {
    folder.write("chain/segments/00000000.seg", whole.substr(0, n));
    EXPECT_FALSE(ChainWriter::open(dir, kLog)) << n << " bytes";
  }
}

TEST_F(Reopened, does_not_make_a_chain_where_there_is_one) {
  make();
  auto w = ChainWriter::create(dir, genesis(), testing::kStart, kLog);
  ASSERT_TRUE(w);
  EXPECT_FALSE(w->commit());
  EXPECT_EQ(refusal(), "");
}

}  // namespace
}  // namespace capmarket::chain
