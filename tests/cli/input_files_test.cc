// Files that are read: no pipe, device or folder keeps a command waiting, no size fills the memory,
// no exception leaves the program.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/cli/binary.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CAPMARKET_ADDRESS_SANITIZED  // Clang's word for it
#endif
#endif

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

class InputFiles : public BinaryTest {
 protected:
  const std::string small = root + "/tests/sim/small.yaml";

  /// Status 2 in less than ten seconds, with that word.
  void refused(const std::string& arguments, const std::string& word) {
    Outcome o = call(arguments, "timeout 20");
    EXPECT_EQ(o.status, 2) << arguments << "\n" << o.err;
    EXPECT_NE(o.err.find(word), std::string::npos) << arguments << "\n" << o.err;
  }
};

TEST_F(InputFiles, of_every_command_are_regular) {
  ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
  fs::create_directories(dir / "folder.yaml");
  for (const char* form :
       {"run @", "check @", "diff @ @", "hunt @", "fuzz @", "scenario validate @", "rule show @",
        "import swf @ -o out.yaml", "import csv @ --mapping @ -o out.yaml",
        "rule promulgate @ --chain none --from-run", "check --over a=1..2 @"}) {
    auto with = [&](const std::string& file) {
      std::string out;
      for (char c : std::string(form)) out += c == '@' ? file : std::string(1, c);
      return out;
    };
    refused(with("pipe"), "a pipe");
    refused(with("/dev/zero"), "a device");
    refused(with("folder.yaml"), "a directory");
    refused(with("none"), "No such file");
  }
  refused("run '" + small + "' --rule pipe --out a", "a pipe");
  EXPECT_FALSE(fs::exists(dir / "a"));
}

TEST_F(InputFiles, have_a_largest_size_that_is_said) {
  dir.write("large.yaml", "rule: x\n");
  fs::resize_file(dir / "large.yaml", 17 * 1024 * 1024);
  refused("check large.yaml", "larger than 16 MiB");
  refused("run large.yaml --out a", "larger than 16 MiB");
  dir.write("large.swf", "");
  fs::resize_file(dir / "large.swf", std::uintmax_t{1} << 40);
  refused("import swf large.swf -o out.yaml", "larger than 512 MiB");
  std::string scenario =
      testing::edited(slurp(small), "small.rule.yaml", root + "/tests/sim/small.rule.yaml");
  dir.write("trace.yaml", scenario + "trace: { requests: pipe, holders: pipe }\n");
  ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
  refused("scenario validate trace.yaml", "a pipe");
}

TEST_F(InputFiles,
       of_a_chain_are_regular_and_bounded_and_nobody_is_accused_of_a_fault_of_the_disk) {
  ASSERT_EQ(call("run '" + small + "' --out kept --set duration=2min --quiet").status, 0);
  for (const char* file :
       {"chain/genesis.cbor", "chain/checkpoint", "chain/segments/00000000.seg"}) {
    fs::remove_all(dir / "a");
    fs::copy(dir / "kept", dir / "a", fs::copy_options::recursive);
    fs::remove(dir / (std::string("a/") + file));
    ASSERT_EQ(::mkfifo((dir / (std::string("a/") + file)).c_str(), 0600), 0);
    for (const char* command : {"verify a --solver none", "chain log a",
                                "rule promulgate none.yaml --chain a --from-run"}) {
      Outcome o = call(command, "timeout 20");
      EXPECT_TRUE(o.status == 2 || (o.status == 1 && std::string(command) == "chain log a"))
          << file << " " << command << " " << o.status << o.out << o.err;
    }
    fs::remove(dir / (std::string("a/") + file));
    dir.write(std::string("a/") + file, "");
    fs::resize_file(dir / (std::string("a/") + file), std::uintmax_t{1} << 40);
    EXPECT_EQ(call("verify a --solver none", "timeout 20").status, 2) << file;
  }
  fs::remove_all(dir / "a");
  fs::copy(dir / "kept", dir / "a", fs::copy_options::recursive);
  fs::remove(dir / "a/run.json");
  ASSERT_EQ(::mkfifo((dir / "a/run.json").c_str(), 0600), 0);
  EXPECT_EQ(call("verify a --solver none", "timeout 20").status, 2);
  EXPECT_EQ(call("rule keys a --out k", "timeout 20").status, 2);
}

// Where a sanitizer does not need more address space itself than the limit leaves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(CAPMARKET_ADDRESS_SANITIZED)
/// The address space is not enough for what it reads.
TEST_F(InputFiles, that_do_not_fit_the_memory_end_in_a_sentence) {
  dir.write("large.swf", "");
  fs::resize_file(dir / "large.swf", 400 * 1024 * 1024);
  Outcome o = call("import swf large.swf -o out.yaml", "ulimit -v 300000 &&");
  EXPECT_EQ(o.status, 70) << o.err;
  EXPECT_NE(o.err.find("memory"), std::string::npos) << o.err;
}
#endif

}  // namespace
}  // namespace capmarket::cli
