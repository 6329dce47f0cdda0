// A chain directory that is reopened: what is signed stays, byte for byte, or nothing is opened.
#include "model/chain/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "model/chain/reader.h"
#include "model/crypto/hash.h"
#include "model/yaml/yaml.h"
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

TEST_F(Reopened, refuses_an_unsigned_and_a_torn_tail) {
  make();
  const std::string note = checkpoint();
  auto w = ChainWriter::open(dir, kLog);
  ASSERT_TRUE(w);
  add(*w, 1);
  ASSERT_TRUE(w->commit());
  w = tl::unexpected(Problems{});  // the lock goes
  // As after a kill between the append and the checkpoint.
  folder.write("chain/checkpoint", note);
  EXPECT_THAT(refusal(), HasSubstr("beyond the signed size"));
  folder.write("chain/segments/00000000.seg", segment().substr(0, segment().size() - 5));
  EXPECT_THAT(refusal(), HasSubstr("beyond the signed size"));
  auto chain = replayed();
  ASSERT_TRUE(chain) << "what was signed is still there";
  EXPECT_EQ(chain->size(), 2);
}

TEST_F(Reopened, refuses_another_key) {
  make();
  auto w = ChainWriter::open(dir, kRoot);
  ASSERT_FALSE(w);
  EXPECT_THAT(to_text(w.error()), HasSubstr("another key"));
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
