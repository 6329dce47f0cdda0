// What commands write over: the old or the new one whole, whoever is killed or comes second;
// nothing that is not theirs.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class Outputs : public BinaryTest {
 protected:
  const std::string small = root + "/tests/sim/small.yaml";
  const std::string short_run = "run '" + small + "' --set duration=1min --quiet ";

  /// What stands in the folder but for what the calls themselves leave, sorted.
  std::vector<std::string> names(const std::string& below = ".") const {
    std::vector<std::string> out;
    for (const auto& e : fs::directory_iterator(dir / below))
      if (e.path().filename() != "out.txt" && e.path().filename() != "err.txt")
        out.push_back(e.path().filename().string());
    std::sort(out.begin(), out.end());
    return out;
  }
  std::int64_t seed_of(const std::string& run) const {
    return Json::parse(slurp(dir / run + "/run.json"))["seed"]["dynamics"];
  }
  void expect_whole(const std::string& run) {
    Outcome o = call("verify " + run + " --solver none --format json");
    ASSERT_EQ(o.status, 0) << o.out << o.err;
    EXPECT_EQ(o.json()["receipt"]["verdict"], "holds");
  }
};

TEST_F(Outputs, of_a_failing_run_leave_the_old_one_in_place) {
  ASSERT_EQ(call(short_run + "--out a --seed 1").status, 0);
  const std::string before = slurp(dir / "a/run.json");
  EXPECT_EQ(call("run none.yaml --out a --force").status, 2);
  // The chain refuses the set-up.
  std::string text = testing::edited(slurp(small), "scope: eu,", "scope: [eu/0],");
  dir.write("narrow.yaml", testing::edited(text, "small.rule.yaml", "narrow.rule.yaml"));
  copied(root + "/tests/sim/small.rule.yaml", "scope: eu", "scope: eu/0", "narrow.rule.yaml");
  EXPECT_EQ(call("run narrow.yaml --out a --force").status, 2);
  // Files may grow to 64 KiB, and the signal that says so is ignored.
  Outcome full = call(short_run + "--out a --force --seed 2", "trap '' XFSZ; ulimit -f 64;");
  EXPECT_EQ(full.status, 2) << full.err;
  EXPECT_EQ(slurp(dir / "a/run.json"), before);
  expect_whole("a");
  EXPECT_EQ(names(), (std::vector<std::string>{"a", "narrow.rule.yaml", "narrow.yaml"}));
}

TEST_F(Outputs, of_a_run_replace_a_run_alone) {
  ASSERT_EQ(call(short_run + "--out a").status, 0);
  auto refused = [&](const std::string& folder, const std::string& why) {
    Outcome o = call(short_run + "--force --out " + folder);
    EXPECT_EQ(o.status, 2) << folder;
    EXPECT_NE(o.err.find(why), std::string::npos) << o.err;
  };
  fs::create_directories(dir / "mine");
  dir.write("mine/summary.json", "years of work");
  refused("mine", "there is no receipt");
  EXPECT_EQ(slurp(dir / "mine/summary.json"), "years of work");
  for (const char* inside : {"notes.txt", "chain/notes.txt", "chain/segments/notes.txt"}) {
    std::string file = dir.write(std::string("a/") + inside, "years of work");
    refused("a", "notes.txt");
    EXPECT_TRUE(fs::exists(file));
    fs::remove(file);
  }
  fs::create_directories(dir / "elsewhere");
  fs::rename(dir / "a/chain", dir / "elsewhere/chain");
  fs::create_directory_symlink("../elsewhere/chain", dir / "a/chain");
  refused("a", "chain");
  EXPECT_TRUE(fs::exists(dir / "elsewhere/chain/genesis.cbor"));
  dir.write("file", "x");
  refused("file", "no directory");
}

TEST_F(Outputs, of_a_run_follow_a_link_and_keep_it) {
  fs::create_directories(dir / "far");
  fs::create_directory_symlink("far/run", dir / "link");
  ASSERT_EQ(call(short_run + "--out link --seed 1").status, 0);
  ASSERT_EQ(call(short_run + "--out link --seed 2 --force").status, 0);
  EXPECT_TRUE(fs::is_symlink(dir / "link"));
  EXPECT_EQ(seed_of("far/run"), 2);
  EXPECT_EQ(names("far"), std::vector<std::string>{"run"});
}

TEST_F(Outputs, of_a_run_that_is_killed_at_any_point_leave_the_old_or_the_new_one_whole) {
  ASSERT_EQ(call(short_run + "--out a --seed 0").status, 0);
  for (int i = 1; i <= 12; ++i) {
    std::string command = "cd '" + dir.path() + "' && { '" + CAPMARKET_BINARY + "' " + short_run +
                          "--out a --force --seed " + std::to_string(i) +
                          " >/dev/null 2>&1 & } && sleep " + std::to_string(0.04 * i) +
                          "; kill -9 $! 2>/dev/null; wait";
    ASSERT_EQ(std::system(command.c_str()), 0);
    expect_whole("a");
  }
  // What was killed stands beside under a name of its own, and its chain verifies or has not begun.
  for (const std::string& name : names())
    EXPECT_TRUE(name == "a" || name.starts_with(".a.capmarket-")) << name;
  EXPECT_EQ(call(short_run + "--out a --force --seed 99").status, 0);
  EXPECT_EQ(seed_of("a"), 99);
}

TEST_F(Outputs, of_two_runs_at_once_are_one_of_both) {
  for (const char* force : {"", "--force"}) {
    fs::remove_all(dir / "a");
    std::string one =
        std::string("'") + CAPMARKET_BINARY + "' " + short_run + force + " --out a --seed ";
    std::string command = "cd '" + dir.path() + "' && { " + one +
                          "1 2>/dev/null; echo $? >1.txt; } & { cd '" + dir.path() + "' && " + one +
                          "2 2>/dev/null; echo $? >2.txt; } & wait";
    ASSERT_EQ(std::system(command.c_str()), 0);
    expect_whole("a");
    int good = (slurp(dir / "1.txt")[0] == '0') + (slurp(dir / "2.txt")[0] == '0');
    EXPECT_EQ(good, *force == '\0' ? 1 : 2) << force;
    EXPECT_EQ(names(), (std::vector<std::string>{"1.txt", "2.txt", "a"}));
  }
}

TEST_F(Outputs, of_an_import_are_never_its_input) {
  dir.write("log.swf", "; MaxProcs: 4\n1 0 1 100 2 -1 -1 2 10 -1 1 1 1 1 1 -1 -1 -1\n");
  ASSERT_EQ(call("import swf log.swf -o log.yaml").status, 0);
  Outcome again = call("import swf log.swf -o log.yaml");
  EXPECT_EQ(again.status, 2);
  EXPECT_NE(again.err.find("--force"), std::string::npos);
  EXPECT_EQ(call("import swf log.swf -o log.yaml --force").status, 0);
  EXPECT_EQ(names(), (std::vector<std::string>{"log.holders.csv", "log.requests.csv",
                                               "log.rule.yaml", "log.swf", "log.yaml"}));
  // The log itself is called like one of the files that are written.
  fs::copy(dir / "log.swf", dir / "x.requests.csv");
  Outcome own = call("import swf x.requests.csv -o x.yaml --force");
  EXPECT_EQ(own.status, 2);
  EXPECT_NE(own.err.find("is an input"), std::string::npos) << own.err;
  EXPECT_EQ(slurp(dir / "x.requests.csv"), slurp(dir / "log.swf"));
  EXPECT_FALSE(fs::exists(dir / "x.yaml"));
  // Not by way of a link either.
  fs::create_symlink("log.swf", dir / "y.holders.csv");
  EXPECT_EQ(call("import swf log.swf -o y.yaml --force").status, 2);
  EXPECT_FALSE(fs::exists(dir / "y.rule.yaml"));
}

TEST_F(Outputs, of_check_replace_what_check_wrote_and_nothing_else) {
  fs::copy(root + "/tests/verify/analyses/rules/coverage-gap.yaml", dir / "r.yaml");
  Outcome first = call("check r.yaml --format json");
  ASSERT_EQ(first.status, 1) << first.err;
  const std::string folder = "runs/check-test-coverage-gap-v1";
  const auto written = names(folder);
  ASSERT_FALSE(written.empty());
  const std::string file = folder + "/" + written.front(), text = slurp(dir / file);
  EXPECT_EQ(call("check r.yaml").status, 1);
  EXPECT_EQ(slurp(dir / file), text);
  dir.write(file, "years of work");
  EXPECT_EQ(call("check r.yaml").status, 1) << "the verdict stands without the scenario";
  EXPECT_EQ(call("check r.yaml --scenarios " + folder).status, 2);
  EXPECT_EQ(slurp(dir / file), "years of work");
  EXPECT_EQ(call("check r.yaml --force").status, 1);
  EXPECT_EQ(slurp(dir / file), text);
  EXPECT_EQ(names(folder), written);
  const std::string rule = slurp(dir / "r.yaml");
  EXPECT_EQ(call("check r.yaml --save-test r.yaml --force").status, 2);
  EXPECT_EQ(slurp(dir / "r.yaml"), rule);
}

TEST_F(Outputs, of_hunt_and_fuzz_overwrite_nothing_unasked) {
  fs::copy(root + "/tests/verify/analyses/rules/goal-compensation.yaml", dir / "r.yaml");
  const std::string fuzz = "fuzz r.yaml --histories 2000 --no-audit --save saved";
  Outcome found = call(fuzz);
  ASSERT_EQ(found.status, 1) << found.out << found.err;
  ASSERT_EQ(names("saved"), std::vector<std::string>{"goal-mine.yaml"});
  // A history that breaks nothing any more stays, though the next is called alike.
  std::string harmless = slurp(root + "/tests/sim/small.yaml");
  dir.write("saved/goal-mine.yaml",
            testing::edited(harmless, "small.rule.yaml", root + "/tests/sim/small.rule.yaml"));
  const std::string kept = slurp(dir / "saved/goal-mine.yaml");
  EXPECT_EQ(call(fuzz + " --force").status, 1);
  EXPECT_EQ(slurp(dir / "saved/goal-mine.yaml"), kept);
  EXPECT_EQ(names("saved"), (std::vector<std::string>{"goal-mine-2.yaml", "goal-mine.yaml"}));

  fs::copy(root + "/tests/verify/hunt/displaced-again.yaml", dir / "h.yaml");
  const std::string hunt = "hunt h.yaml --steps 4 --goal once-only --out found";
  ASSERT_EQ(call(hunt).status, 1);
  ASSERT_EQ(names("found"), std::vector<std::string>{"once-only.yaml"});
  dir.write("found/once-only.yaml", "mine");
  EXPECT_EQ(call(hunt).status, 2);
  EXPECT_EQ(slurp(dir / "found/once-only.yaml"), "mine");
  EXPECT_EQ(call(hunt + " --force").status, 1);
  EXPECT_NE(slurp(dir / "found/once-only.yaml"), "mine");
  EXPECT_EQ(names("found"), std::vector<std::string>{"once-only.yaml"});
}

/// A call for each option of each command that takes the path of something to write, with `@` for
/// that path.
constexpr const char* kCallsThatWrite[] = {
    "run small.yaml --set duration=1min --out @",
    "check r.yaml --scenarios @",
    "check r.yaml --scenarios none --save-test @",
    "check r.yaml --scenarios none --certificates @",
    "hunt h.yaml --steps 1 --out @",
    "fuzz h.yaml --histories 1 --commands 1 --save @",
    "verify a --certificates @",
    "prove --theorem INV-1 --certificates @",
    "import swf log.swf -o @.yaml",
    "import csv nodes.csv pods.csv --mapping mapping.yaml -o @.yaml",
    "rule keys a --out @",
    "rule promulgate small.rule.yaml --key key --log-key key --new x --chain @",
    "rule promulgate small.rule.yaml --from-run --chain a --certificates @",
    "chain checkpoint a -o @",
    "chain proof a 5 -o @",
    "chain consistency a 5 -o @",
    "chain promise a PROMISED -o @",
    "chain tiles a -o @",
    "chain witness a --key key --seen @",
    "chain salvage a --from-run -o @",
};

TEST_F(Outputs, of_no_command_stand_in_a_chain) {
  for (const char* name : {"small.yaml", "small.rule.yaml"})
    fs::copy(root + "/tests/sim/" + name, dir / name);
  fs::copy(root + "/tests/verify/analyses/rules/coverage-gap.yaml", dir / "r.yaml");
  fs::copy(root + "/tests/verify/hunt/displaced-again.yaml", dir / "h.yaml");
  dir.write("log.swf", "; MaxProcs: 4\n1 0 1 100 2 -1 -1 2 10 -1 1 1 1 1 1 -1 -1 -1\n");
  dir.write("nodes.csv", "node,gpus\na,3\n");
  dir.write("pods.csv", "pod,n,milli,qos,start,end\np1,1,1,A,1,2\n");
  dir.write("mapping.yaml", slurp(root + "/tests/scenarios/imports/mapping.yaml"));
  dir.write("key", std::string(64, '7') + "\n");
  fs::permissions(dir / "key", fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_EQ(call(short_run + "--out a --set chain.promises=true").status, 0);
  fs::create_directory_symlink("a/chain/segments", dir / "into");
  for (const char* link : {"later", "later.yaml"})
    fs::create_symlink("a/chain/segments/00000002.seg", dir / link);
  auto all = [&] {
    std::map<std::string, std::string> out;
    for (const auto& e : fs::recursive_directory_iterator(dir / "a"))
      out[e.path().string()] = e.is_regular_file() ? slurp(e.path().string()) : "";
    return out;
  };
  const auto before = all();
  const std::string promises = slurp(dir / "a/promises");
  const std::string promised = promises.substr(promises.find("\nenvelopes"), 100);
  const std::string id = promised.substr(promised.find('\n', 1) + 1, 64);
  for (std::string write : kCallsThatWrite) {
    if (write.find("PROMISED") != write.npos) write = testing::edited(write, "PROMISED", id);
    // What no salvage replaces, it is not asked to.
    const std::string force = write.starts_with("chain salvage") ? "" : " --force";
    for (const char* place :
         {"a/chain/x", "a/chain/segments/00000001.seg", "a/chain/segments/00000000.seg",
          "a/chain/deep/er/x", "b/../a/chain/segments/x", "into/00000001.seg", "later"}) {
      const Outcome o = call(testing::edited(write, "@", place) + force);
      EXPECT_EQ(o.status, 2) << write << " " << place << "\n" << o.out << o.err;
      EXPECT_NE(o.err.find("inside of "), std::string::npos) << write << " " << place << "\n"
                                                             << o.err;
      EXPECT_TRUE(all() == before) << write << " " << place;
    }
  }
  // What lacks a file is a chain still.
  fs::remove(dir / "a/chain/genesis.cbor");
  EXPECT_EQ(call("import swf log.swf -o a/chain/segments/x.yaml").status, 2);
}

}  // namespace
}  // namespace capmarket::cli
