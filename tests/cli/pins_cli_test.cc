// `verify` held against what somebody knows of the chain from elsewhere: its id, its log's key, an
// older checkpoint, witnesses; and what it says that it rests on without.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/cli/small_run.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class Pins : public SmallRun {
 protected:
  std::string chain, hex;  // the chain that the key is of; the key in 64 digits

  void SetUp() override {
    SmallRun::SetUp();
    const nlohmann::json told = call("chain checkpoint a --format json").json();
    chain = told["origin"].get<std::string>().substr(std::string("capmarket/").size());
    hex = verify("a").json()["rests_on"]["log_key"]["key"];
  }
  Outcome verify(const std::string& arguments) const {
    return call("verify --solver none --format json " + arguments);
  }
  /// Violated at the checkpoint, of that class, in these words.
  void expect_violated(const std::string& arguments, const std::string& kind,
                       const std::string& words) const {
    Outcome o = verify(arguments);
    EXPECT_EQ(o.status, 1) << arguments << o.out << o.err;
    ASSERT_TRUE(o.status == 1);
    bool found = false;
    const nlohmann::json report = o.json();
    for (const auto& v : report["violations"])
      found = found || (v["sequence"] == -1 && v["class"] == kind &&
                        v["detail"].get<std::string>().find(words) != std::string::npos);
    EXPECT_TRUE(found) << arguments << words << report["violations"].dump(2);
  }
};

TEST_F(Pins, that_hold_are_said_to_be_what_the_answer_rests_on) {
  for (const std::string& log_key : {key, hex}) {
    Outcome o = verify("a --since first --chain-id " + chain + " --log-key " + log_key);
    ASSERT_EQ(o.status, 0) << o.out << o.err;
    const nlohmann::json on = o.json()["rests_on"];
    EXPECT_EQ(on["chain_id"]["expected"], true);
    EXPECT_EQ(on["log_key"]["expected"], true);
    EXPECT_EQ(on["checkpoint"]["goes_on"], true);
    EXPECT_EQ(on["checkpoint"]["since"], 67);
  }
  Outcome text = call("verify a --solver none --log-key " + key + " --since first");
  EXPECT_THAT(text.out, Not(HasSubstr("nobody outside vouches for it (give")));
  Outcome bare = call("verify a --solver none");
  for (const char* words : {"(give --chain-id)", "(give --log-key)", "(give --since)",
                            "shows consistency, not authorship", "0 lines of others than the log",
                            "nobody has run it again"})
    EXPECT_THAT(bare.out, HasSubstr(words));
  EXPECT_THAT(call("verify a/chain --solver none").out, HasSubstr("nothing here says who holds"));
  run("m", "1min --signatures mac");
  EXPECT_THAT(call("verify m --solver none").out,
              HasSubstr("mac: no security, anybody who reads the chain can forge"));
}

TEST_F(Pins, that_do_not_hold_are_violations_which_say_both_sides) {
  const std::string zeros(64, '0');
  expect_violated("a --chain-id " + zeros, "leaf",
                  "another chain: expected " + zeros + ", found " + chain);
  expect_violated("a --log-key " + zeros, "signature", "expected " + zeros + ", found " + hex);
  run("other", "1min --set seed.population=5");
  expect_violated("other --log-key " + key, "signature", "the log of another key: expected " + hex);
  expect_violated("other --since first --log-key " + key, "signature", "the log of another key");
  Outcome text = call("verify a --solver none --chain-id " + zeros);
  EXPECT_EQ(text.status, 1);
  EXPECT_THAT(text.out, HasSubstr("at the checkpoint (leaf): another chain"));
}

TEST_F(Pins, that_are_none_are_bad_input) {
  for (const std::string& bad :
       {std::string("--chain-id 12"), "--chain-id " + chain + "0", std::string("--chain-id ''"),
        std::string("--log-key ''"), std::string("--log-key zz"), "--log-key " + key.substr(1),
        std::string("--since nowhere"), std::string("--since a"), std::string("--since ''"),
        std::string("--since a/run.json"), "--witness " + key, std::string("--witness w")}) {
    Outcome o = verify("a " + bad);
    EXPECT_EQ(o.status, 2) << bad << o.out;
    EXPECT_THAT(o.err, HasSubstr("expected: ")) << bad;
  }
  // As `chain consistency` takes it: what this log's key did not sign accuses nobody.
  std::string foreign = slurp(dir / "first");
  foreign.replace(foreign.find("\n67\n"), 4, "\n33\n");
  dir.write("foreign", foreign);
  run("other", "1min --set seed.population=5");
  // Nor where it states more entries than there are: a line of somebody else's, or none of the log.
  std::string larger = foreign;
  dir.write("larger", larger.replace(larger.find("\n33\n"), 4, "\n1000\n"));
  dir.write("unsigned", larger.substr(0, larger.find("\n\n") + 2) + "\u2014 foo YWJjZGVmZ2g=\n");
  for (const char* file : {"foreign", "other/chain/checkpoint", "larger", "unsigned"}) {
    EXPECT_EQ(verify(std::string("a --since ") + file).status, 2) << file;
    EXPECT_EQ(call(std::string("chain consistency a ") + file).status, 2) << file;
  }
}

TEST_F(Pins, find_every_file_that_was_put_back_to_an_earlier_state) {
  fs::copy(dir / "a", dir / "old", fs::copy_options::recursive);
  grow();
  fs::copy_file(dir / "a/chain/checkpoint", dir / "second");
  fs::copy(dir / "a", dir / "new", fs::copy_options::recursive);
  EXPECT_EQ(verify("a --since first").status, 0);
  EXPECT_EQ(verify("a --since second").status, 0);
  EXPECT_EQ(verify("old").status, 0) << "what nobody can tell without";
  expect_violated("old --since second", "root",
                  "rolled back, or an old backup: expected at least the ");
  EXPECT_EQ(call("chain consistency old second").status, 1);
  for (const char* file : {"checkpoint", "segments/00000000.seg"}) {
    fs::copy_file(dir / "old/chain/" + file, dir / "a/chain/" + file,
                  fs::copy_options::overwrite_existing);
    Outcome o = verify("a --since second");
    EXPECT_EQ(o.status, 1) << file;
    EXPECT_THAT(o.out, HasSubstr("rolled back, or an old backup")) << file;
    fs::copy_file(dir / "new/chain/" + file, dir / "a/chain/" + file,
                  fs::copy_options::overwrite_existing);
  }
  EXPECT_EQ(verify("a --since second").status, 0);
}

TEST_F(Pins, tell_two_logs_under_one_key) {
  run("b", "2min");  // the same genesis, other entries
  ASSERT_EQ(verify("b").status, 0);
  expect_violated("b --since first", "root", "equivocation: the log's key signed two logs");
  EXPECT_EQ(call("chain consistency b first --quiet").status, 1);
}

TEST_F(Pins, ask_for_the_line_of_each_witness) {
  auto sign = [&](const char* name, char digit) -> std::string {
    dir.write(name, std::string(63, '0') + digit + "\n");
    fs::permissions(dir / name, fs::perms::owner_read | fs::perms::owner_write);
    return call(std::string("chain witness a --format json --time 1700000000 --key ") + name)
        .json()["verifier_key"];
  };
  const std::string w = sign("w.key", '7');
  fs::copy_file(dir / "a/chain/checkpoint", dir / "one");
  const std::string v = sign("v.key", '8');
  Outcome both = verify("a --witness " + w + " --witness " + v);
  ASSERT_EQ(both.status, 0) << both.out << both.err;
  const nlohmann::json on = both.json()["rests_on"]["witnesses"];
  EXPECT_EQ(on["lines"], 2);
  ASSERT_EQ(on["checked"].size(), 2u);
  EXPECT_EQ(on["checked"][0]["time"], 1700000000);
  EXPECT_THAT(call("verify a --solver none --witness " + w).out,
              HasSubstr("2 lines of others than the log, 1 checked by a key given (give"));
  EXPECT_EQ(verify("a --witness " + w + " --witness " + w).status, 2);
  fs::copy_file(dir / "one", dir / "a/chain/checkpoint", fs::copy_options::overwrite_existing);
  expect_violated("a --witness " + w + " --witness " + v, "signature",
                  "expected a line of the witness witness/");
  // A line that its key did not make: with another time in it.
  std::string note = slurp(dir / "one");
  const std::size_t at = note.rfind(' ') + 12;
  note[at] = note[at] == 'A' ? 'B' : 'A';
  dir.write("a/chain/checkpoint", note);
  EXPECT_EQ(verify("a").status, 0) << "of nobody who was named";
  expect_violated("a --witness " + w, "signature", "that its key did not make");
}

TEST_F(Pins, an_exhausted_timeout_is_undecided_and_said) {
  // As many seconds as there can be are no limit; what ends it is tested with the audit.
  EXPECT_EQ(verify("a --timeout 1000000").status, 0);
  EXPECT_EQ(verify("a --timeout 1000000").json()["out_of_time"], false);
}

}  // namespace
}  // namespace capmarket::cli
