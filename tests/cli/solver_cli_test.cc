// A second solver that cannot be started, crashes or answers rubbish: an error of its own (69),
// with the command line and what it answered; never "unknown", never success.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FakeSolver : public BinaryTest {
 protected:
  void SetUp() override {
    fs::copy(root + "/scenarios/rules/quickstart.yaml", dir / "r.yaml");
    fs::create_directories(dir / "bin");
  }
  /// A program `cvc5` in the PATH before the real one: what it does when asked.
  void fake(const std::string& asked,
            const std::string& version = "echo 'This is cvc5 version 0'") {
    ::chmod(dir.write("bin/cvc5", "#!/bin/sh\ncase \"$1\" in --version) " + version + ";; *) " +
                                      asked + ";; esac\n")
                .c_str(),
            0755);
  }
  Outcome with(const std::string& arguments) {
    return call(arguments, "PATH=\"" + (dir / "bin") + ":$PATH\"");
  }
};

TEST_F(FakeSolver, that_fails_is_an_error_of_its_own) {
  const std::string command = "`cvc5 --lang=smt2 ";
  for (const auto& [asked, told] : std::vector<std::pair<std::string, std::string>>{
           {"cat >/dev/null; exit 1", "ended by exit status 1 and answered ``"},
           {"kill -SEGV $$", "ended by signal 11"},
           {"cat >/dev/null; echo garbage", "answered `garbage`"},
           {"cat >/dev/null; echo sat; echo sat", "answered `sat\\x0asat`"},
           {"cat >/dev/null; echo unsat; exit 3", "ended by exit status 3 and answered `unsat`"},
           {"cat >/dev/null; echo; echo unsat", "answered `\\x0aunsat`"},
           {"cat >/dev/null; printf '\\033[31msat'", "answered `\\x1b[31msat`"},
           {"cat >/dev/null; echo '(error \"no such thing\")'", "answered `(error"}}) {
    fake(asked);
    Outcome o = with("check r.yaml --recheck cvc5 --scenarios none --format json");
    EXPECT_EQ(o.status, 69) << asked << o.err;
    EXPECT_THAT(o.err, HasSubstr(command)) << asked;
    EXPECT_THAT(o.err, HasSubstr(told)) << asked;
    EXPECT_FALSE(o.json()["recheck"]["failed"].empty());
    EXPECT_TRUE(o.json()["recheck"]["unknown"].empty());
  }
}

TEST_F(FakeSolver, that_cannot_be_started_or_is_none_is_told_before_anything_is_proved) {
  fake("echo unsat", "echo sat");
  Outcome rubbish = with("check r.yaml --recheck cvc5 --scenarios none");
  EXPECT_EQ(rubbish.status, 69);
  EXPECT_THAT(rubbish.err, HasSubstr("`cvc5 --version` ended by exit status 0 and answered `sat`"));
  fake("echo unsat", "kill -SEGV $$");
  EXPECT_EQ(with("prove --theorem INV-3 --recheck cvc5").status, 69);
  fake("echo unsat", "exit 1");
  EXPECT_EQ(with("prove --theorem INV-3 --recheck cvc5").status, 69);
  fs::remove(dir / "bin/cvc5");
  Outcome missing = call("check r.yaml --recheck cvc5", "PATH=" + (dir / "bin"));
  EXPECT_EQ(missing.status, 69);
  EXPECT_THAT(missing.err, HasSubstr("`cvc5 --version` cannot be started"));
  dir.write("bin/cvc5", "no program");
  EXPECT_EQ(call("check r.yaml --recheck cvc5", "PATH=" + (dir / "bin")).status, 69);
}

TEST_F(FakeSolver, stops_prove_verify_and_promulgate_too) {
  fake("cat >/dev/null; echo garbage");
  EXPECT_EQ(with("prove --theorem INV-3 --recheck cvc5").status, 69);
  ASSERT_EQ(
      call("run '" + root + "/tests/sim/small.yaml' --out a --set duration=1min --quiet").status,
      0);
  EXPECT_EQ(with("verify a --recheck cvc5").status, 69);
  for (const char* name : {"authority", "log"})
    ::chmod(dir.write(std::string(name) + ".key", std::string(64, *name)).c_str(), 0600);
  dir.write("log.key", std::string(64, 'b'));
  Outcome o =
      with("rule promulgate r.yaml --chain chain --new x --key authority.key --log-key log.key");
  EXPECT_EQ(o.status, 69) << o.err;
  EXPECT_THAT(o.err, HasSubstr("answered `garbage`"));
  EXPECT_FALSE(fs::exists(dir / "chain"));
}

TEST_F(FakeSolver, is_not_asked_where_there_is_no_question) {
  fake("cat >/dev/null; echo sat");
  EXPECT_EQ(with("check r.yaml --scenarios none").status, 0);
  EXPECT_EQ(with("prove --list --recheck cvc5").status, 2) << "an option that has no effect";
}

}  // namespace
}  // namespace capmarket::cli
