#include "model/log/file_log.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "model/chain/leaf.h"
#include "tests/support/parties.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::log {
namespace {

TEST(Frames, are_read_back_and_a_torn_one_is_told_from_a_damaged_one) {
  Bytes log;
  append_frame(log, as_bytes("leaf"), as_bytes("payload"));
  ByteView leaf, payload;
  std::size_t at = 0;
  EXPECT_EQ(read_frame(log, at, leaf, payload), FrameFault::none);
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "payload");
  EXPECT_EQ(read_frame(log, at, leaf, payload), FrameFault::end);
  for (std::size_t n = 1; n < log.size(); ++n) {
    at = 0;
    EXPECT_EQ(read_frame(ByteView(log).first(n), at, leaf, payload), FrameFault::torn) << n;
  }
  for (std::size_t i = 0; i < log.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      Bytes bad = log;
      bad[i] ^= static_cast<std::uint8_t>(1 << bit);
      at = 0;
      EXPECT_NE(read_frame(bad, at, leaf, payload), FrameFault::none) << i;
    }
}

Digest four(std::uint8_t n) {
  Bytes raw(4, n);
  return leaf_hash(raw);
}

TEST(FileLog, starts_a_new_segment_rather_than_split_a_frame_or_outgrow_one) {
  testing::ScratchFolder dir;
  auto log = file_log(dir.path(), ContentId{}, as_bytes("genesis"), testing::numbered_key(3));
  ASSERT_TRUE(log.has_value());
  MerkleFrontier frontier;
  Bytes payload(16 * 1024 * 1024, 7);
  for (std::uint8_t i = 0; i < 6; ++i) {
    Bytes leaf(4, i);
    (*log)->append(leaf, payload);
    frontier.append(four(i));
  }
  ASSERT_TRUE((*log)->checkpoint(frontier.root(), 6).has_value());
  EXPECT_TRUE(std::filesystem::exists(dir.path() + "/segments/00000001.seg"));
  EXPECT_LE(std::filesystem::file_size(dir.path() + "/segments/00000000.seg"), kSegmentBytesMax);
  EXPECT_FALSE((*log)->checkpoint(frontier.root(), 5).has_value());  // not what was written
}

TEST(FileLog, refuses_a_directory_that_holds_a_chain) {
  testing::ScratchFolder dir;
  ASSERT_TRUE(file_log(dir.path(), ContentId{}, as_bytes("genesis"), testing::numbered_key(3)).has_value());
  EXPECT_FALSE(file_log(dir.path(), ContentId{}, as_bytes("genesis"), testing::numbered_key(3)).has_value());
}

}  // namespace
}  // namespace capmarket::log
