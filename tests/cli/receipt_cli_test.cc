// `verify` of a run directory: the receipt vouches for every file, and says which is not as it was.
#include <gtest/gtest.h>

#include <filesystem>

#include "model/base/bytes.h"
#include "model/crypto/hash.h"
#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class Receipts : public BinaryTest {
 protected:
  const std::string small = root + "/tests/sim/small.yaml";

  void SetUp() override {
    ASSERT_EQ(call("run '" + small + "' --out kept --set duration=2min --quiet").status, 0);
    restore();
  }
  void restore() {
    fs::remove_all(dir / "a");
    fs::copy(dir / "kept", dir / "a", fs::copy_options::recursive);
  }
  Outcome verify(const std::string& more = "") {
    return call("verify a --solver none --format json " + more);
  }
  /// Violated, and that file is named.
  void expect_fault(const std::string& file, const std::string& what) {
    Outcome o = verify();
    EXPECT_EQ(o.status, 1) << o.out << o.err;
    Json receipt = o.json()["receipt"];
    EXPECT_EQ(receipt["verdict"], "violated");
    ASSERT_FALSE(receipt["faults"].empty());
    EXPECT_EQ(receipt["faults"][0]["file"], file);
    EXPECT_NE(receipt["faults"][0]["what"].get<std::string>().find(what), std::string::npos)
        << receipt.dump(2);
    Outcome text = call("verify a --solver none");
    EXPECT_NE(text.out.find("receipt violated: " + file + " "), std::string::npos) << text.out;
  }
};

TEST_F(Receipts, hold_for_a_run_as_it_was_left) {
  Outcome o = verify();
  EXPECT_EQ(o.status, 0) << o.out;
  EXPECT_EQ(o.json()["receipt"]["verdict"], "holds");
  EXPECT_EQ(o.json()["signatures"], "ed25519");
  Json receipt = Json::parse(slurp(dir / "a/run.json"));
  for (const char* file : {"scenario.json", "summary.json", "series.csv", "statement.csv"})
    EXPECT_TRUE(receipt["files"].contains(file)) << file;
  EXPECT_EQ(receipt["files"]["scenario.json"], receipt["scenario_hash"]);
  EXPECT_TRUE(call("verify a/chain --solver none --format json").json()["receipt"].is_null());
}

TEST_F(Receipts, name_the_file_that_was_altered_or_is_missing) {
  for (const char* file : {"scenario.json", "summary.json", "series.csv", "statement.csv"}) {
    std::string text = slurp(dir / "a/" + file);
    text[text.size() / 2] ^= 1;
    dir.write(std::string("a/") + file, text);
    expect_fault(file, "is not the file that run.json names");
    fs::remove(dir / "a/" + file);
    expect_fault(file, "is missing");
    restore();
  }
  fs::remove(dir / "a/run.json");
  expect_fault("run.json", "is missing");
}

/// What stands against the receipt, a line a fault.
std::string told(const Outcome& verified) {
  std::string out;
  const Json report = verified.json();
  for (const Json& fault : report["receipt"]["faults"])
    out += fault["file"].get<std::string>() + " " + fault["what"].get<std::string>() + "\n";
  return out;
}

TEST_F(Receipts, compare_no_summary_but_the_one_that_run_json_names) {
  const std::string receipt = slurp(dir / "a/run.json");
  const std::string hash = Json::parse(receipt)["files"]["summary.json"];
  const std::string wrong =
      "summary.json is not the file that run.json names: its hash is another\n";
  auto expect_uncompared = [&](const std::string& faults, const std::string& why) {
    const Outcome o = verify();
    EXPECT_EQ(o.status, 1) << o.err;
    EXPECT_EQ(told(o), faults);
    const Json on = o.json()["rests_on"]["receipt"];
    EXPECT_EQ(on["compared"].dump().find("summary.json"), std::string::npos) << on.dump(2);
    std::vector<std::string> said;
    for (const std::string what : on["not_compared"])
      if (what.find("summary.json") != what.npos) said.push_back(what);
    EXPECT_EQ(said, std::vector<std::string>{"summary.json: " + why});
  };
  dir.write("a/summary.json", "{}\n");
  expect_uncompared(wrong, "it is not the file that run.json names");
  fs::remove(dir / "a/summary.json");
  expect_uncompared("summary.json is missing\n", "it is missing");
  restore();
  std::string other = hash;
  other[0] = other[0] == '0' ? '1' : '0';
  dir.write("a/run.json", testing::edited(receipt, hash, other));
  expect_uncompared("run.json was altered: its signature does not verify\n" + wrong,
                    "it is not the file that run.json names");
}

TEST_F(Receipts, say_what_a_summary_of_the_right_hash_counts_otherwise) {
  const std::string receipt = slurp(dir / "a/run.json"), summary = slurp(dir / "a/summary.json");
  const Json counted = Json::parse(summary);
  const std::string count = "\"settlements\": " + counted["settlements"].dump();
  const std::string forged = testing::edited(summary, count, "\"settlements\": 7777");
  dir.write("a/summary.json", forged);
  const std::string hash = Json::parse(receipt)["files"]["summary.json"];
  dir.write("a/run.json",
            testing::edited(receipt, hash, to_hex(crypto::sha256(as_bytes(forged)))));
  const std::string faults = told(verify());
  EXPECT_NE(faults.find("summary.json is another than `result_hash` of run.json"), faults.npos);
  EXPECT_NE(faults.find("summary.json counts 7777 settlements, " + counted["settlements"].dump() +
                        " are on the chain"),
            faults.npos)
      << faults;
}

TEST_F(Receipts, are_named_where_they_cannot_be_read_whatever_signs_the_chain) {
  ASSERT_EQ(call("run '" + small + "' --out m --signatures mac --set duration=2min --quiet").status,
            0);
  const std::string text = slurp(dir / "m/run.json");
  auto expect_named = [&](const std::string& faults) {
    const Outcome o = call("verify m --solver none --format json");
    ASSERT_EQ(o.status, 1) << o.err;
    EXPECT_EQ(told(o), faults);
    EXPECT_EQ(o.json()["rests_on"]["simulated"], false) << "nothing here names a seed";
    EXPECT_NE(call("verify m --solver none").out.find("(mac: no security)"), std::string::npos);
  };
  for (const std::string& wrong : {std::string(), "x" + text.substr(1), std::string("{}")}) {
    dir.write("m/run.json", wrong);
    expect_named("run.json is no receipt\n");
  }
  fs::remove(dir / "m/series.csv");
  expect_named("run.json is no receipt\nseries.csv is missing\n");
  fs::remove(dir / "m/run.json");
  expect_named("run.json is missing\nseries.csv is missing\n");
}

TEST_F(Receipts, are_the_very_bytes_that_their_json_is_written_as) {
  const std::string text = slurp(dir / "a/run.json");
  const Json json = Json::parse(text);
  auto with = [&](const std::string& changed, const std::string& what) {
    ASSERT_NE(changed, text);
    ASSERT_EQ(Json::parse(changed), json) << "the value that is signed is there";
    dir.write("a/run.json", changed);
    SCOPED_TRACE(changed);
    expect_fault("run.json", what);
  };
  const std::string bytes = "not the bytes that its JSON is written as";
  // A reader that takes the first of two sees another receipt.
  with(testing::edited(text, "\"scenario\": ", "\"scenario\": \"another\",\n  \"scenario\": "),
       bytes);
  with(testing::edited(text, "\"key\": ", "\"key\": \"00\",\n  \"key\": "), bytes);
  with(testing::edited(text, "\"size\": ", "\"size\": 1,\n    \"size\": "), bytes);
  with("{\n  \"key\": \"00\"," + text.substr(1), "was altered");
  with(testing::edited(text, "\"interrupted\": false", "\"interrupted\":  false"), bytes);
  with(testing::edited(text, "\"scenario\": ", "\"\\u0073cenario\": "), bytes);
  with(text + "\n", bytes);
  with(text.substr(0, text.size() - 1), bytes);
  // One line, keys sorted.
  with(json.dump() + "\n", "was altered");
  // The same signature in other letters.
  std::string upper = text;
  const std::size_t letter =
      upper.find_first_of("abcdef", upper.find(":", upper.find("\"signature\"")));
  upper[letter] = static_cast<char>(upper[letter] - 'a' + 'A');
  dir.write("a/run.json", upper);
  expect_fault("run.json", "was altered");
}

TEST_F(Receipts, are_signed_by_the_log_of_their_chain) {
  const std::string text = slurp(dir / "a/run.json");
  auto altered = [&](const std::string& from, const std::string& to) {
    dir.write("a/run.json", testing::edited(text, from, to));
  };
  altered("\"interrupted\": false", "\"interrupted\": true");
  expect_fault("run.json", "signature");
  altered("\"threads\": ", "\"threads\": 1");
  expect_fault("run.json", "signature");
  dir.write("a/run.json", "[");
  expect_fault("run.json", "no receipt");
  dir.write("a/run.json", std::string(10'000'000, '['));
  expect_fault("run.json", "no receipt");
  altered("capmarket/run/2", "capmarket/run/1");
  Outcome older = verify();
  EXPECT_EQ(older.status, 2);
  EXPECT_NE(older.err.find("capmarket/run/1"), std::string::npos);
  // Another run's receipt with its files, beside this chain.
  ASSERT_EQ(call("run '" + small + "' --out b --seed 9 --set duration=2min --quiet").status, 0);
  for (const char* file : {"run.json", "scenario.json", "summary.json", "series.csv", "statement.csv"})
    fs::copy(dir / "b/" + file, dir / "a/" + file, fs::copy_options::overwrite_existing);
  Outcome other = verify();
  EXPECT_EQ(other.status, 1) << other.out;
  EXPECT_EQ(other.json()["receipt"]["faults"][0]["file"], "run.json");
}

TEST_F(Receipts, say_that_mac_is_no_security_and_no_other_chain_under_it_is_accepted) {
  ASSERT_EQ(call("run '" + small + "' --out m --signatures mac --set duration=2min --quiet").status,
            0);
  Outcome run = call("verify m --solver none");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.out.find("verdict: holds  (mac: no security)"), std::string::npos) << run.out;
  Outcome chain = call("verify m/chain --solver none");
  EXPECT_EQ(chain.status, 2);
  EXPECT_NE(chain.err.find("--allow-mac"), std::string::npos) << chain.err;
  Outcome allowed = call("verify m/chain --solver none --allow-mac");
  EXPECT_EQ(allowed.status, 0) << allowed.err;
  EXPECT_NE(allowed.out.find("mac: no security"), std::string::npos);
  for (const char* file : {"run.json", "scenario.json", "summary.json", "series.csv", "statement.csv"})
    fs::remove(dir / "m/" + file);
  EXPECT_EQ(call("verify m --solver none").status, 2) << "no receipt says that it is simulated";
  EXPECT_EQ(verify().out.find("mac"), std::string::npos);
}

}  // namespace
}  // namespace capmarket::cli
