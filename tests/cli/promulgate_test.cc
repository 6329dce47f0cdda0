// `rule promulgate` and `rule keys` from end to end, with the binary: what is written, what is
// refused, and that nothing is written then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "model/yaml/yaml.h"
#include "tests/cli/binary.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Json = nlohmann::json;

/// `eu/compute` as tests/sim/small.rule.yaml has it, with one thing or another otherwise.
struct RuleText {
  std::string head = "version: 1\n";
  std::string from = "2026-01-01T00:00:00Z";
  std::string firm = "\"true\"";
  std::string more;
  std::string text() const {
    return "rule: eu/compute\n" + head +
           "authority: eu/operator\nclass: compute\nscope: eu\neffective: { from: " + from +
           ", until: 2027-01-01T00:00:00Z }\n"
           "granularity: 1min\nunit: core\nretention: 1y\ncurrency: EUR\n"
           "limits:\n  quantity: 1 .. 1000\n  price: 0.00 .. 100.00\n  length: 1min .. 4h\n"
           "  lead: 0s .. 1d\n  skew: 2s\n"
           "coordination: { mode: none }\n"
           "pricing: { mode: negotiated, floor: 0.01, cap: 20.00 }\n"
           "tiers:\n  - { name: critical, rank: 30, eligible: user.kind == \"hospital\" }\n"
           "  - { name: firm, rank: 20, eligible: " +
           firm +
           " }\n"
           "fallback:\n  - { name: refunded, substitution: any, notify_within: 1min, refund: 100%, "
           "penalty: 10% }\n"
           "revocation: { on_review: compensate, rate: 50% }\n" +
           more;
  }
};

RuleText second_version() {
  RuleText out;
  out.head = "version: 2\nsupersedes: v1.yaml\n";
  out.from = "2026-06-01T00:00:00Z";
  return out;
}

class Promulgate : public ::testing::Test {
 protected:
  testing::ScratchFolder folder;
  const std::string small = CAPMARKET_SOURCE_DIR "/tests/sim/small.yaml";

  void SetUp() override {
    key("authority.key", 'a');
    key("log.key", 'b');
    folder.write("v1.yaml", RuleText{}.text());
    folder.write("v2.yaml", second_version().text());
  }
  void key(const std::string& name, char digit, mode_t mode = 0600) {
    ::chmod(folder.write(name, std::string(64, digit) + "\n").c_str(), mode);
  }
  Outcome call(const std::string& arguments, const std::string& before = "") {
    return call_binary(folder.path(), arguments, before);
  }
  static constexpr const char* kKeys = " --key authority.key --log-key log.key ";
  Outcome promulgate(const std::string& rule, const std::string& more = "") {
    return call("rule promulgate " + rule + " --chain chain --format json" + kKeys + more);
  }
  Outcome make() { return promulgate("v1.yaml", "--new compute"); }
  /// All that the chain's directory holds.
  std::string bytes(const std::string& dir = "chain") {
    std::vector<std::string> names;
    for (const auto& e : fs::recursive_directory_iterator(folder / dir))
      if (e.is_regular_file()) names.push_back(e.path().string());
    std::sort(names.begin(), names.end());
    std::string out;
    for (const std::string& n : names) out += n + "\n" + yaml::read_file(n).value();
    return out;
  }
};

TEST_F(Promulgate, makes_a_chain_that_verify_accepts_and_chain_explains) {
  Outcome o = make();
  ASSERT_EQ(o.status, 0) << o.err;
  Json j = o.json();
  EXPECT_EQ(j["verdict"], "promulgated");
  EXPECT_EQ(j["sequence"]["strategies"], Json::array({2}));
  EXPECT_EQ(j["sequence"]["rule"], 3);
  EXPECT_EQ(j["sequence"]["promulgation"], 4);
  EXPECT_EQ(call("verify chain").status, 0);
  Json log = call("chain log chain --format json").json();
  std::vector<std::string> kinds;
  for (const Json& e : log["entries"]) {
    kinds.push_back(e["kind"]);
    EXPECT_EQ(e["decision"], "admitted");
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"genesis", "class-declaration", "fallback-strategy",
                                             "rule", "promulgation"}));
  EXPECT_EQ(log["entries"][3]["id"], j["id"]);
  Outcome explain = call("chain explain chain 4 --format json");
  ASSERT_EQ(explain.status, 0) << explain.err;
  const Json explained = explain.json();
  for (const Json& c : explained["clauses"]) EXPECT_EQ(c["result"], "holds");
}

TEST_F(Promulgate, writes_the_digest_of_what_check_leaves_and_the_tools) {
  Json j = make().json();
  ASSERT_EQ(call("check v1.yaml --certificates c").status, 0);
  Json shown = call("chain show chain 4 --format json").json()["object"];
  EXPECT_EQ(shown["certificates"], j["certificates"]["digest"]);
  EXPECT_EQ(shown["rule"], j["id"]);
  std::string sum =
      call("check v1.yaml --certificates d --format json").json()["certificates"]["digest"];
  EXPECT_EQ(sum, j["certificates"]["digest"]);
  ASSERT_EQ(shown["tools"].size(), 3u);
  EXPECT_THAT(shown["tools"][0].get<std::string>(), HasSubstr("capmarket "));
  EXPECT_THAT(shown["tools"][1].get<std::string>(), HasSubstr("Z3 "));
  EXPECT_THAT(shown["tools"][2].get<std::string>(), HasSubstr("cvc5 "));
  for (const char* solver : {"z3", "cvc5"})
    EXPECT_EQ(j["certificates"]["rechecked"][solver]["agrees"], j["certificates"]["files"]);
}

TEST_F(Promulgate, adds_a_second_version_that_supersedes_the_first) {
  ASSERT_EQ(make().status, 0);
  Outcome o = promulgate("v2.yaml");
  ASSERT_EQ(o.status, 0) << o.err;
  EXPECT_TRUE(o.json()["sequence"]["strategies"].empty()) << "the catalog is there already";
  EXPECT_EQ(o.json()["sequence"]["rule"], 5);
  EXPECT_EQ(call("verify chain").status, 0);
  // The same again is the same bytes: nothing happens.
  const std::string before = bytes();
  Outcome again = promulgate("v2.yaml");
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(again.json()["sequence"], o.json()["sequence"]);
  EXPECT_EQ(bytes(), before);
}

TEST_F(Promulgate, refuses_a_refuted_rule_and_admits_it_waived) {
  ASSERT_EQ(make().status, 0);
  RuleText gap = second_version();
  gap.firm = "quantity >= 2";
  gap.more = "goals:\n  - { name: cheap, always: \"admitted implies price <= 1.00\" }\n";
  folder.write("gap.yaml", gap.text());
  const std::string before = bytes();
  Outcome o = promulgate("gap.yaml");
  EXPECT_EQ(o.status, 1) << o.err;
  EXPECT_EQ(o.json()["verdict"], "refused");
  EXPECT_TRUE(o.json()["sequence"].is_null());
  EXPECT_EQ(bytes(), before);
  // One of two waived is not enough.
  EXPECT_EQ(promulgate("gap.yaml", "--waive coverage --because meant").status, 1);
  EXPECT_EQ(bytes(), before);
  Outcome waived =
      promulgate("gap.yaml",
                 "--waive coverage --because 'small ones go elsewhere' --waive goal:cheap "
                 "--because 'a wish'");
  ASSERT_EQ(waived.status, 0) << waived.err;
  std::int64_t at = waived.json()["sequence"]["promulgation"];
  Json shown = call("chain show chain " + std::to_string(at) + " --format json").json()["object"];
  ASSERT_EQ(shown["waivers"].size(), 2u);
  EXPECT_EQ(shown["waivers"][0]["analysis"], "coverage");
  EXPECT_EQ(shown["waivers"][0]["because"], "small ones go elsewhere");
  EXPECT_EQ(shown["waivers"][1]["analysis"], "goal:cheap");
  EXPECT_EQ(call("verify chain").status, 0);
}

TEST_F(Promulgate, wants_waivers_of_what_is_refuted_with_reasons) {
  ASSERT_EQ(make().status, 0);
  const std::string before = bytes();
  Outcome idle = promulgate("v2.yaml", "--waive coverage --because 'to be sure'");
  EXPECT_EQ(idle.status, 2);
  EXPECT_THAT(idle.err, HasSubstr("is not refuted"));
  Outcome unknown = promulgate("v2.yaml", "--waive coverag --because x");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean `coverage`"));
  EXPECT_EQ(promulgate("v2.yaml", "--waive coverage").status, 2);
  EXPECT_EQ(promulgate("v2.yaml", "--waive coverage --because ' '").status, 2);
  EXPECT_EQ(promulgate("v2.yaml", "--waive goal:none --because x").status, 2);
  EXPECT_EQ(bytes(), before);
}

TEST_F(Promulgate, is_turned_away_under_a_key_that_the_chain_does_not_know) {
  ASSERT_EQ(make().status, 0);
  key("other.key", 'c');
  const std::string before = bytes();
  Outcome o = call("rule promulgate v2.yaml --chain chain --key other.key --log-key log.key");
  EXPECT_EQ(o.status, 1) << o.err;
  EXPECT_THAT(o.err, HasSubstr("does not know the authority's key"));
  EXPECT_EQ(bytes(), before);
  // The checkpoint would not verify under another log key.
  EXPECT_EQ(
      call("rule promulgate v2.yaml --chain chain --key authority.key --log-key other.key").status,
      2);
  EXPECT_EQ(bytes(), before);
}

TEST_F(Promulgate, is_refused_by_admission_where_the_rule_does_not_fit_the_chain) {
  ASSERT_EQ(make().status, 0);
  RuleText early = second_version();
  early.from = "2025-01-01T00:00:00Z";
  folder.write("early.yaml", early.text());
  const std::string before = bytes();
  Outcome o = promulgate("early.yaml");
  EXPECT_EQ(o.status, 1) << o.err;
  EXPECT_THAT(o.err, HasSubstr("`window`"));
  Outcome late = promulgate("v2.yaml", "--at 2025-01-01T00:00:00Z");
  EXPECT_EQ(late.status, 2);
  EXPECT_EQ(promulgate("v2.yaml", "--at 2026-07-01T00:00:00Z").status, 1);
  EXPECT_EQ(bytes(), before);
}

TEST_F(Promulgate, wants_keys_of_the_right_form_that_nobody_else_reads) {
  ASSERT_EQ(make().status, 0);
  const std::string before = bytes();
  auto with = [&](const std::string& file) {
    return call("rule promulgate v2.yaml --chain chain --log-key log.key --key " + file);
  };
  key("open.key", 'a', 0644);
  EXPECT_THAT(with("open.key").err, HasSubstr("0644"));
  ::chmod(folder.write("short.key", "abcd\n").c_str(), 0600);
  EXPECT_THAT(with("short.key").err, HasSubstr("64 hex digits"));
  key("wrong.key", 'g');
  for (const char* file : {"open.key", "short.key", "wrong.key", "none.key"})
    EXPECT_EQ(with(file).status, 2) << file;
  EXPECT_EQ(call("rule promulgate v2.yaml --chain chain").status, 2);
  EXPECT_EQ(bytes(), before);
}

TEST_F(Promulgate, touches_no_damaged_chain) {
  ASSERT_EQ(make().status, 0);
  const std::string segment = "chain/segments/00000000.seg";
  std::string whole = yaml::read_file(folder / segment).value();
  for (std::size_t i : {std::size_t{20}, whole.size() / 2, whole.size() - 3}) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    folder.write(segment, changed);
    const std::string before = bytes();
    EXPECT_EQ(promulgate("v2.yaml").status, 1) << i;
    EXPECT_EQ(bytes(), before);
  }
  folder.write(segment, whole.substr(0, whole.size() - 9));
  EXPECT_EQ(promulgate("v2.yaml").status, 1);
  folder.write(segment, whole);
  EXPECT_EQ(promulgate("v2.yaml").status, 0);
}

/// A limit on the size of files kills the process in the middle of the append: at every length. (Of
/// a chain that is larger than any certificate, which are files in memory on their way to a
/// solver.)
TEST_F(Promulgate, leaves_a_chain_that_verify_accepts_wherever_it_is_killed) {
  ASSERT_EQ(call("run '" + small + "' --out kept --set duration=5min --quiet").status, 0);
  fs::copy(CAPMARKET_SOURCE_DIR "/tests/sim/small.rule.yaml", folder / "v1.yaml",
           fs::copy_options::overwrite_existing);
  const std::string segment = "run/chain/segments/00000000.seg";
  auto restore = [&] {
    fs::remove_all(folder / "run");
    fs::copy(folder / "kept", folder / "run", fs::copy_options::recursive);
  };
  const std::string again = "rule promulgate v2.yaml --chain run --from-run --quiet";
  restore();
  const std::string whole = yaml::read_file(folder / segment).value();
  int torn = 0;
  const std::size_t first = whole.size() / 512 + 1;
  for (std::size_t blocks = first; blocks < first + 3; ++blocks) {
    restore();
    Outcome o = call(again, "ulimit -c 0; ulimit -f " + std::to_string(blocks) + " &&");
    const std::string now = yaml::read_file(folder / segment).value();
    EXPECT_EQ(now.substr(0, whole.size()), whole) << "what was signed is as it was";
    if (o.status == 0) continue;
    EXPECT_GT(now.size(), whole.size());
    ++torn;
    EXPECT_EQ(call("verify run").status, 0) << blocks;
    Outcome next = call(again);
    EXPECT_EQ(next.status, 0) << next.err;
    EXPECT_EQ(call("verify run").status, 0) << blocks;
    EXPECT_THAT(call("chain log run --kind recovery").out, HasSubstr("recovery"));
  }
  EXPECT_GT(torn, 0);
  // Killed between the append and the checkpoint: the old checkpoint stands beside the new bytes.
  restore();
  ASSERT_EQ(call(again).status, 0);
  const std::string signed_again = yaml::read_file(folder / segment).value();
  folder.write("run/chain/checkpoint", yaml::read_file(folder / "kept/chain/checkpoint").value());
  EXPECT_EQ(call("verify run").status, 0);
  EXPECT_THAT(call("chain fsck run").out, HasSubstr("the next writer signs it"));
  EXPECT_EQ(call(again).status, 0);
  EXPECT_EQ(yaml::read_file(folder / segment).value(), signed_again);
  EXPECT_THAT(call("chain fsck run").out, HasSubstr("whole"));
}

TEST_F(Promulgate, is_undecided_where_time_or_steps_do_not_suffice) {
  ASSERT_EQ(make().status, 0);
  const std::string before = bytes();
  Outcome o = promulgate("v2.yaml", "--rlimit 1");
  EXPECT_EQ(o.status, 3) << o.err << o.out;
  EXPECT_EQ(o.json()["verdict"], "undecided");
  EXPECT_EQ(bytes(), before);
}

TEST_F(Promulgate, goes_onto_the_chain_of_a_run_with_keys_that_follow_from_its_seed) {
  ASSERT_EQ(call("run '" + small + "' --out run --set duration=5min --quiet").status, 0);
  // The version before is the run's own.
  fs::copy(CAPMARKET_SOURCE_DIR "/tests/sim/small.rule.yaml", folder / "v1.yaml",
           fs::copy_options::overwrite_existing);
  Outcome keys = call("rule keys run --out keys --format json");
  ASSERT_EQ(keys.status, 0) << keys.err;
  EXPECT_EQ(keys.json()["keys"][0]["of"], "log");
  EXPECT_EQ(keys.json()["keys"][1]["of"], "eu/operator");
  struct stat about {};
  ASSERT_EQ(::stat((folder / "keys/log.key").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  EXPECT_EQ(call("rule keys run --out keys").status, 2) << "no key is overwritten unasked";
  std::int64_t size = call("chain log run --format json --count 1").json()["size"];
  Outcome o = call(
      "rule promulgate v2.yaml --chain run --format json --log-key keys/log.key --key "
      "keys/authority-eu-operator.key");
  ASSERT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(o.json()["sequence"]["rule"], size);
  EXPECT_EQ(call("verify run").status, 0);
  Outcome derived = call("rule promulgate v2.yaml --chain run --from-run --format json");
  EXPECT_EQ(derived.status, 0) << derived.err;
  EXPECT_EQ(derived.json()["sequence"], o.json()["sequence"]) << "the same keys, the same bytes";
  EXPECT_EQ(call("rule keys v1.yaml --out other").status, 2);
}

TEST_F(Promulgate, check_and_prove_leave_certificates_and_have_them_decided_again) {
  Outcome o = call("check v1.yaml --certificates c --recheck cvc5 --format json");
  ASSERT_EQ(o.status, 0) << o.err;
  Json j = o.json();
  EXPECT_EQ(j["recheck"]["agrees"], j["certificates"]["files"]);
  EXPECT_TRUE(j["recheck"]["disagrees"].empty());
  for (const Json& a : j["analyses"])
    for (const Json& f : a["certificate"])
      EXPECT_TRUE(fs::exists(folder / ("c/" + f.get<std::string>()))) << f;
  EXPECT_EQ(call("check v1.yaml --certificates c").status, 2);
  EXPECT_EQ(call("check v1.yaml --certificates c --force").status, 0);
  // Several rules have a directory each.
  Outcome two = call("check v1.yaml v2.yaml --certificates both --format json");
  ASSERT_EQ(two.status, 0) << two.err;
  const Json both = two.json();
  for (const Json& r : both["rules"])
    EXPECT_TRUE(fs::exists(r["certificates"]["directory"].get<std::string>()[0] == '/'
                               ? r["certificates"]["directory"].get<std::string>()
                               : folder / r["certificates"]["directory"].get<std::string>()));
  Outcome p = call("prove --theorem INV-3 --certificates p --recheck cvc5 --format json");
  ASSERT_EQ(p.status, 0) << p.err;
  const Json proved = p.json();
  for (const Json& t : proved["theorems"]) {
    EXPECT_FALSE(t["certificate"].empty());
    EXPECT_EQ(t["recheck"]["agrees"], t["certificate"].size());
  }
}

TEST_F(Promulgate, verify_has_its_proofs_over_a_chain_decided_again) {
  ASSERT_EQ(call("run '" + small + "' --out run --set duration=5min --quiet").status, 0);
  Outcome o = call("verify run --certificates c --recheck cvc5 --format json");
  ASSERT_EQ(o.status, 0) << o.err;
  Json j = o.json();
  ASSERT_EQ(j["theorems"].size(), 2u);
  for (const Json& t : j["theorems"]) {
    // What the chain did, and what was planted.
    EXPECT_GE(t["certificate"].size(), 2u);
    EXPECT_EQ(t["recheck"]["agrees"], t["certificate"].size());
  }
  EXPECT_EQ(Json::parse(yaml::read_file(folder / "c/manifest.json").value())["of"]["chain"], j["chain"]);
}

/// A solver that says the contrary of everything stands in the PATH before the real one.
TEST_F(Promulgate, a_disagreement_is_an_error_of_its_own_and_an_unknown_changes_nothing) {
  auto liar = [&](const std::string& says) {
    fs::create_directories(folder / "bin");
    ::chmod(folder
                .write("bin/cvc5",
                       "#!/bin/sh\ncase \"$1\" in --version) echo 'This is cvc5 version 0';; *) "
                       "cat >/dev/null; echo " +
                           says + ";; esac\n")
                .c_str(),
            0755);
  };
  const std::string path = "PATH=\"" + (folder / "bin") + ":$PATH\"";
  liar("sat");
  Outcome o = call("check v1.yaml --recheck cvc5 --format json", path);
  EXPECT_EQ(o.status, 70);
  EXPECT_THAT(o.err, HasSubstr(".smt2: cvc5 says sat, Z3"));
  EXPECT_FALSE(o.json()["recheck"]["disagrees"].empty());
  EXPECT_EQ(o.json()["verdict"], "proved") << "no verdict is changed by it";
  Outcome p = call("rule promulgate v1.yaml --chain chain --new x" + std::string(kKeys), path);
  EXPECT_EQ(p.status, 70) << p.err;
  EXPECT_FALSE(fs::exists(folder / "chain"));
  liar("unknown");
  Outcome u = call("check v1.yaml --recheck cvc5 --format json", path);
  EXPECT_EQ(u.status, 0);
  EXPECT_EQ(u.json()["recheck"]["unknown"].size(), u.json()["certificates"]["files"]);
  Outcome v = call("rule promulgate v1.yaml --chain chain --new x" + std::string(kKeys), path);
  EXPECT_EQ(v.status, 3) << "nothing is promulgated that the second solver does not confirm";
  EXPECT_FALSE(fs::exists(folder / "chain"));
  fs::remove(folder / "bin/cvc5");
  EXPECT_EQ(call("check v1.yaml --recheck cvc5", "PATH=" + (folder / "bin")).status, 69);
}

}  // namespace
}  // namespace capmarket::cli
