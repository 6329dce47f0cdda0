// A chain of another format is read by nothing, and nobody is accused of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/chain/writer.h"
#include "model/crypto/hash.h"
#include "tests/support/parties.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/times.h"
#include "verify/audit/audit.h"

namespace capmarket::audit {
namespace {

using ::testing::HasSubstr;

const char* const kSentence = "a chain of format 1";

objects::CheckedSubmission genesis_of(std::int64_t format) {
  objects::Genesis g;
  g.chain_name = "old";
  g.format = format;
  g.log_key = capmarket::testing::log_key().pub;
  g.roots.push_back({"eu", capmarket::testing::numbered_key(1).pub, {{"eu"}}, {"power"}});
  return capmarket::testing::sign({}, {}, g,
                                  {{objects::Role::root, capmarket::testing::numbered_key(1)}});
}

TEST(Format, of_another_number_is_refused_by_a_sentence_that_says_so) {
  capmarket::testing::ScratchFolder folder;
  const objects::CheckedSubmission old = genesis_of(1);
  const Bytes payload = objects::encode_payload(old.body, old.signatures);
  folder.write("genesis.cbor", std::string(payload.begin(), payload.end()));
  auto audited = audit_chain(folder.path(), {1, nullptr});
  ASSERT_FALSE(audited.has_value());
  EXPECT_THAT(to_text(audited.error()), HasSubstr(kSentence));
  auto read = chain::ChainWriter::open(folder.path(), capmarket::testing::log_key());
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(to_text(read.error()), HasSubstr(kSentence));
  auto written = chain::ChainWriter::create(folder / "new", old, capmarket::testing::kStart,
                                            capmarket::testing::log_key());
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(to_text(written.error()), HasSubstr(kSentence));
}

TEST(Format, of_this_number_is_read) {
  capmarket::testing::ScratchFolder folder;
  auto written =
      chain::ChainWriter::create(folder / "new", genesis_of(objects::kFormatVersion),
                                 capmarket::testing::kStart, capmarket::testing::log_key());
  ASSERT_TRUE(written.has_value()) << to_text(written.error());
  ASSERT_TRUE(written->commit().has_value());
  auto audited = audit_chain(folder / "new", {1, nullptr});
  ASSERT_TRUE(audited.has_value());
  EXPECT_TRUE(audited->holds());
}

}  // namespace
}  // namespace capmarket::audit
