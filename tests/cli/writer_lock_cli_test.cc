// One writer of a chain: the second is refused with who holds the lock, whatever it wants to write;
// readers never wait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class WriterLock : public BinaryTest {
 protected:
  const std::string run =
      "run '" + root + "/tests/sim/small.yaml' --set duration=1min --quiet --out a ";
  /// What stands in front of a call while another process holds the lock.
  const std::string held = "flock -x a/chain/writer.lock timeout 60";

  void SetUp() override { ASSERT_EQ(call(run).status, 0); }
};

TEST_F(WriterLock, keeps_every_second_writer_out_and_no_reader) {
  fs::copy(root + "/tests/sim/small.rule.yaml", dir / "v1.yaml");
  const std::string promulgate = "rule promulgate v1.yaml --chain a --from-run";
  const std::string before = slurp(dir / "a/run.json"), note = slurp(dir / "a/chain/checkpoint");
  for (const std::string& writer : {promulgate, run + "--force"}) {
    Outcome o = call(writer, held);
    EXPECT_EQ(o.status, 2) << o.err;
    EXPECT_THAT(o.err, HasSubstr("writer.lock: another process ("));
    EXPECT_THAT(o.err, HasSubstr(") writes this chain"));
  }
  EXPECT_EQ(slurp(dir / "a/run.json"), before);
  EXPECT_EQ(slurp(dir / "a/chain/checkpoint"), note);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "a"), {}), 6);
  for (const char* reader : {"verify a --solver none", "chain log a", "chain lineage a 0"})
    EXPECT_NE(call(reader, held).status, 124) << reader;
  EXPECT_EQ(call("verify a --solver none", held).status, 0);
  EXPECT_EQ(call(run + "--force").status, 0);
}

TEST_F(WriterLock, is_a_regular_file_and_no_link) {
  fs::remove(dir / "a/chain/writer.lock");
  dir.write("mine", "years of work");
  fs::create_symlink("../../mine", dir / "a/chain/writer.lock");
  EXPECT_EQ(
      call("rule promulgate '" + root + "/tests/sim/small.rule.yaml' --chain a --from-run").status,
      2);
  EXPECT_EQ(call(run + "--force").status, 2);
  EXPECT_EQ(slurp(dir / "mine"), "years of work");
  EXPECT_EQ(call("verify a --solver none").status, 0) << "no reader looks at it";
}

}  // namespace
}  // namespace capmarket::cli
