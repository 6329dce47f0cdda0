// The binary as a stranger meets it: exit statuses, messages, files.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class Cli : public BinaryTest {
 protected:
  std::string small = root + "/tests/sim/small.yaml";
  std::string small_rule = root + "/tests/sim/small.rule.yaml";
};

TEST_F(Cli, run_leaves_a_directory_that_verify_accepts) {
  Outcome run = call("run '" + small + "' --out a --format json");
  ASSERT_EQ(run.status, 0) << run.err;
  Json summary = run.json();
  EXPECT_EQ(summary["scenario"], "small");
  EXPECT_EQ(Json::parse(slurp(dir / "a/summary.json")), summary);
  Json receipt = Json::parse(slurp(dir / "a/run.json"));
  EXPECT_EQ(receipt["chain"]["root"], summary["chain"]["root"]);
  EXPECT_FALSE(slurp(dir / "a/series.csv").empty());
  Outcome verify = call("verify a --format json");
  EXPECT_EQ(verify.status, 0) << verify.out;
  Json v = verify.json();
  EXPECT_EQ(v["verdict"], "holds");
  EXPECT_EQ(v["root"], summary["chain"]["root"]);
  EXPECT_EQ(v["signatures_verified"], summary["chain"]["signatures"]);
  std::set<std::string> proved;
  for (const Json& t : v["theorems"]) {
    EXPECT_EQ(t["verdict"], "proved");
    proved.insert(t["name"]);
  }
  EXPECT_EQ(proved, (std::set<std::string>{"INV-1", "INV-2"}));
}

TEST_F(Cli, run_gives_equal_roots_for_equal_seeds_and_other_roots_for_others) {
  auto root_of = [&](const std::string& arguments) {
    Outcome o = call("run '" + small + "' --format json --chain memory --force " + arguments);
    EXPECT_EQ(o.status, 0) << o.err;
    return o.json()["chain"]["root"].get<std::string>();
  };
  std::string seven = root_of("--seed 7 --out a");
  EXPECT_EQ(seven, root_of("--seed 7 --threads 1 --out b"));
  EXPECT_NE(seven, root_of("--seed 8 --out c"));
}

TEST_F(Cli, run_holds_the_welfare_against_what_is_asked_for) {
  auto summary_with = [&](const std::string& arguments) {
    Outcome o = call("run '" + small + "' --format json --chain memory --force --out a" + arguments);
    EXPECT_EQ(o.status, 0) << o.err;
    return o.json();
  };
  const Json bound = summary_with(""), flow = summary_with(" --optimum flow"),
             none = summary_with(" --optimum none");
  EXPECT_EQ(bound["welfare"]["method"], "bound");
  EXPECT_EQ(bound["welfare"]["exact"], false);
  EXPECT_EQ(flow["welfare"]["method"], "flow");
  auto optimum = [](const Json& of) {
    return std::stod(of["welfare"]["optimum"].get<std::string>());
  };
  EXPECT_LE(optimum(flow), optimum(bound));
  EXPECT_LE(std::stod(flow["welfare"]["achieved"].get<std::string>()), optimum(flow));
  EXPECT_EQ(flow["welfare"]["currency"], "EUR");
  EXPECT_GE(flow["welfare"]["ratio"].get<double>(), bound["welfare"]["ratio"].get<double>());
  EXPECT_GT(bound["welfare"]["ratio"].get<double>(), 0);
  EXPECT_EQ(none["welfare"]["method"], "none");
  EXPECT_TRUE(none["welfare"]["optimum"].is_null() && none["welfare"]["ratio"].is_null());
  for (const Json& other : {flow, none}) {
    EXPECT_EQ(other["chain"]["root"], bound["chain"]["root"]);
    EXPECT_EQ(other["welfare"]["achieved"], bound["welfare"]["achieved"]);
  }
  Outcome wrong = call("run '" + small + "' --optimum best --out b");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_NE(wrong.err.find("--optimum: best not in {bound,flow,none}"), std::string::npos);
}

TEST_F(Cli, run_does_not_overwrite_without_force_nor_remove_what_is_no_run) {
  ASSERT_EQ(call("run '" + small + "' --out a --set duration=1min").status, 0);
  Outcome again = call("run '" + small + "' --out a --set duration=1min");
  EXPECT_EQ(again.status, 2);
  EXPECT_NE(again.err.find("--force"), std::string::npos) << again.err;
  EXPECT_EQ(call("run '" + small + "' --out a --set duration=1min --force").status, 0);
  fs::create_directories(dir / "mine");
  dir.write("mine/thesis.txt", "years of work");
  EXPECT_EQ(call("run '" + small + "' --out mine --force").status, 2);
  EXPECT_TRUE(fs::exists(dir / "mine/thesis.txt"));
}

TEST_F(Cli, run_brings_the_old_run_back_when_the_new_one_is_refused) {
  ASSERT_EQ(call("run '" + small + "' --out a --set duration=1min").status, 0);
  std::string before = slurp(dir / "a/run.json");
  // The authority does not govern where this holder stands: the loader cannot see it, the chain
  // does.
  std::string text = testing::edited(slurp(small), "scope: eu,", "scope: [eu/0],");
  dir.write("narrow.yaml", testing::edited(text, "small.rule.yaml", "narrow.rule.yaml"));
  copied(small_rule, "scope: eu", "scope: eu/0", "narrow.rule.yaml");
  EXPECT_EQ(call("run narrow.yaml --out a --force").status, 2);
  EXPECT_EQ(slurp(dir / "a/run.json"), before);
  EXPECT_EQ(dir.count(), 5U) << "nothing stands beside it";
  EXPECT_EQ(call("run narrow.yaml --out b").status, 2);
  EXPECT_FALSE(fs::exists(dir / "b"));
  fs::create_directories(dir / "mine/chain");
  dir.write("mine/data.txt", "years of work");
  EXPECT_EQ(call("run '" + small + "' --out mine --force").status, 2);
  EXPECT_TRUE(fs::exists(dir / "mine/data.txt"));
}

TEST_F(Cli, output_that_cannot_be_written_is_no_success) {
  std::string command =
      std::string("'") + CAPMARKET_BINARY + "' prove --list >/dev/full 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2);
}

TEST_F(Cli, verify_names_the_sequence_of_a_changed_byte) {
  ASSERT_EQ(call("run '" + small + "' --out a --set duration=2min").status, 0);
  std::string file = dir / "a/chain/segments/00000000.seg";
  std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
  f.seekp(static_cast<std::streamoff>(fs::file_size(file) / 2));
  f.put('\x55');
  f.close();
  Outcome o = call("verify a");
  EXPECT_EQ(o.status, 1);
  EXPECT_NE(o.out.find("at sequence "), std::string::npos) << o.out;
  EXPECT_EQ(call("verify nowhere").status, 2);
}

/// An interrupt, and then a death that leaves no time for anything.
TEST_F(Cli, an_interrupted_run_verifies_up_to_its_last_checkpoint) {
  for (const char* signal : {"INT", "HUP", "KILL"}) {
    // Once the first checkpoint is there, and some of the market has happened. Whoever tests under
    // `nohup` has the hang-up ignored.
    std::string command =
        "cd '" + dir.path() + "' && rm -rf a && { env --default-signal=HUP '" + CAPMARKET_BINARY +
        "' run '" + root +
        "/scenarios/packs/quickstart.yaml' --out a >out.txt 2>err.txt & } && " +
        "while [ ! -e .a.capmarket-*/chain/checkpoint ]; do sleep 0.05; done; sleep 0.5; kill -" +
        signal + " $!; wait $!";
    int raw = std::system(command.c_str());
    int status = WIFEXITED(raw) ? WEXITSTATUS(raw) : -1;
    EXPECT_EQ(status, std::string(signal) == "KILL" ? 137 : 130);
    // What was killed stands beside, under the name that it was written under.
    EXPECT_EQ(fs::exists(dir / "a"), status == 130);
    Outcome o = call(std::string("verify ") + (status == 130 ? "a" : ".a.capmarket-*") +
                     " --solver none --format json");
    EXPECT_EQ(o.status, 0) << o.out << o.err;
    EXPECT_GT(o.json().at("size"), 1000);
    EXPECT_EQ(o.json()["receipt"]["verdict"], status == 130 ? "holds" : "absent");
  }
}

TEST_F(Cli, prove_holds_and_refutes_every_mutation) {
  Outcome o = call("prove --quick --format json");
  ASSERT_EQ(o.status, 0) << o.err;
  Json theorems = o.json().at("theorems");
  EXPECT_GE(theorems.size(), 30U);
  for (const Json& t : theorems) {
    EXPECT_EQ(t["verdict"], "proved") << t["name"];
    EXPECT_EQ(t["cover"], true) << t["name"];
    EXPECT_FALSE(t["mutations"].empty()) << t["name"];
    for (const Json& m : t["mutations"])
      EXPECT_EQ(m["verdict"], "refuted") << t["name"] << m["removed"];
  }
  EXPECT_EQ(call("prove --theorem no-such").status, 2);
  EXPECT_EQ(call("prove --theorem INV-1 --rlimit 1").status, 3);
}

TEST_F(Cli, chain_commands_look_into_a_run) {
  ASSERT_EQ(call("run '" + small + "' --out a").status, 0);
  Outcome log = call("chain log a --refused --kind settlement --format json");
  ASSERT_EQ(log.status, 0) << log.err;
  Json entries = log.json()["entries"];
  ASSERT_FALSE(entries.empty());
  std::string sequence = std::to_string(entries[0]["sequence"].get<std::int64_t>());
  Outcome show = call("chain show a " + sequence + " --format json");
  ASSERT_EQ(show.status, 0) << show.err;
  EXPECT_EQ(show.json()["id"], entries[0]["id"]);
  EXPECT_EQ(show.json()["object"]["legs"].size(), 1U);
  Outcome explain = call("chain explain a " + entries[0]["id"].get<std::string>().substr(0, 12) +
                         " --format json");
  ASSERT_EQ(explain.status, 0) << explain.err;
  std::set<std::string> failed, named;
  Json explained = explain.json();
  for (const Json& c : explained["clauses"])
    if (c["result"] != "holds") failed.insert(c["clause"]);
  for (const Json& c : entries[0]["failed"]) named.insert(c);
  EXPECT_EQ(failed, named);
  EXPECT_EQ(call("chain show a 999999999").status, 2);
  EXPECT_EQ(call("chain show a zzz").status, 2);
  EXPECT_EQ(call("chain log nowhere").status, 2);
}

TEST_F(Cli, bad_input_is_answered_with_place_and_expectation_and_writes_nothing) {
  std::string text = testing::edited(slurp(small), "duration: 45min", "duration: soon\nspeed: 3");
  dir.write("bad.yaml", testing::edited(text, "small.rule.yaml", small_rule));
  Outcome o = call("run bad.yaml --out a");
  EXPECT_EQ(o.status, 2);
  EXPECT_NE(o.err.find("bad.yaml:5:11"), std::string::npos) << o.err;
  EXPECT_NE(o.err.find("expected: "), std::string::npos) << o.err;
  EXPECT_NE(o.err.find("bad.yaml:6:1: unknown key `speed`"), std::string::npos) << o.err;
  EXPECT_FALSE(fs::exists(dir / "a"));
  EXPECT_EQ(call("scenario validate bad.yaml").status, 2);
  EXPECT_EQ(call("scenario validate '" + small + "'").status, 0);
  EXPECT_EQ(call("run nowhere.yaml").status, 2);
  EXPECT_EQ(call("run '" + small + "' --set users.0.cout=5 --out a").status, 2);
  EXPECT_EQ(call("run '" + small + "' --sed 5").status, 2);
  EXPECT_EQ(call("").status, 2);
  Outcome unknown = call("verfy a");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_NE(unknown.err.find("did you mean `verify`"), std::string::npos) << unknown.err;
  EXPECT_EQ(call("run --set duration=1min '" + small + "' --out a --chain memory").status, 0);
  fs::remove_all(dir / "a");
  EXPECT_EQ(call("run '" + small + "' --set rules=[] --out a").status, 2);
  EXPECT_EQ(call("run '" + small + "' --set start=2030-01-01T00:00:00Z --out a").status, 2);
  EXPECT_FALSE(fs::exists(dir / "a"));
  EXPECT_EQ(call("--help").status, 0);
  EXPECT_EQ(call("--version").status, 0);
}

TEST_F(Cli, run_refuses_a_rule_under_which_nothing_could_be_settled) {
  auto refused = [&](const std::string& from, const std::string& to) {
    copied(small_rule, from, to, "later.yaml");
    Outcome o = call("run '" + small + "' --rule later.yaml --out a");
    EXPECT_EQ(o.status, 2);
    EXPECT_FALSE(fs::exists(dir / "a"));
    return o.err;
  };
  std::string none = "coordination: { mode: none }";
  EXPECT_NE(refused(none, "coordination: { mode: single }").find("`coordinators`"),
            std::string::npos);
  std::string rule = slurp(small_rule);
  std::string catalog = rule.substr(rule.find("fallback:"));
  catalog.resize(catalog.find('\n', catalog.find("- ")) + 1);
  EXPECT_NE(refused(catalog, "").find("no fallback strategy"), std::string::npos);
}

TEST_F(Cli, chain_lineage_tells_what_a_settlement_was_decided_on) {
  ASSERT_EQ(call("run '" + small + "' --out a").status, 0);
  Outcome log = call("chain log a --kind settlement --count 1 --format json");
  ASSERT_EQ(log.status, 0) << log.err;
  std::string id = log.json()["entries"][0]["id"];
  Outcome lineage = call("chain lineage a " + id.substr(0, 12) + " --format json");
  ASSERT_EQ(lineage.status, 0) << lineage.err;
  Json l = lineage.json();
  std::set<std::string> parts;
  for (const Json& item : l["context"]) parts.insert(item["part"]);
  for (const char* part : {"leg 0 declaration", "leg 0 request", "leg 0 rule", "leg 0 class",
                           "leg 0 strategy", "leg 0 holder credential", "leg 0 user credential"})
    EXPECT_TRUE(parts.contains(part)) << part;
  EXPECT_NE(l["rules"].begin().value().get<std::string>().find("rule: eu/compute"),
            std::string::npos);
  EXPECT_FALSE(l["after"].empty());
  EXPECT_EQ(call("chain lineage a 0").status, 2);
  EXPECT_NE(call("chain lineage a " + id).out.find("as signed"), std::string::npos);
}

TEST_F(Cli, chain_log_says_that_it_lists_nothing) {
  ASSERT_EQ(call("run '" + small + "' --out a --set duration=1min --quiet").status, 0);
  const Outcome none = call("chain log a --from 10000");
  EXPECT_EQ(none.status, 0);
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.err, "note: none of its 67 entries is selected\n");
  EXPECT_EQ(call("chain log a --from 66").err, "");
}

TEST_F(Cli, chain_tells_of_a_refused_settlement_what_refused_it_and_when) {
  ASSERT_EQ(call("run '" + small + "' --out a --set duration=1min --quiet").status, 0);
  const Json entry = call("chain log a --refused --kind settlement --format json").json()["entries"][0];
  const std::string id = entry["sequence"].dump(), time = entry["time"];
  ASSERT_EQ(entry["failed"], Json::array({"user-membership", "tier-eligible"}));
  const Outcome text = call("chain lineage a " + id);
  EXPECT_NE(text.out.find(", refused by user-membership, tier-eligible at " + time + "\n"),
            std::string::npos)
      << text.out;
  EXPECT_EQ(text.out.find("kept until"), std::string::npos);
  const Json lineage = call("chain lineage a " + id + " --format json").json();
  EXPECT_EQ(lineage["settlement"]["decision"], "refused");
  EXPECT_EQ(lineage["settlement"]["failed"], entry["failed"]);
  EXPECT_EQ(lineage["settlement"]["unresolved"], entry["unresolved"]);
  EXPECT_TRUE(lineage["retain_until"].is_null());
  // Nothing was named: what stands in its place says so.
  std::map<std::string, std::string> facts;
  const Json explained = call("chain explain a " + id + " --format json").json();
  for (const Json& clause : explained["clauses"])
    for (const auto& [name, value] : clause["facts"].items()) facts[name] = value;
  for (const char* none : {"legs.0.index_at", "legs.0.index_fits", "policy_exists"})
    EXPECT_EQ(facts[none], "none") << none;
  EXPECT_EQ(facts["legs.0.index_named"], "false");
}

TEST_F(Cli, rule_show_prints_the_canonical_rule_and_its_id) {
  Outcome o = call("rule show '" + small_rule + "' --format json");
  ASSERT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(o.json()["rule"]["rule"], "eu/compute");
  EXPECT_EQ(o.json()["id"].get<std::string>().size(), 64U);
  Outcome text = call("rule show '" + small_rule + "'");
  dir.write("again.yaml", text.out);
  Outcome again = call("rule show again.yaml --format json");
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(again.json()["id"], o.json()["id"]);
}

/// The real trace on 32 GPUs. Figures: the README beside the data.
TEST_F(Cli, the_gpu_trace_settles_and_verifies) {
  std::string data = root + "/../shared/data/gpu-cluster-2023/";
  ASSERT_TRUE(fs::exists(data + "openb_pod_list_default.csv"))
      << "the data stand beside the repository";
  Outcome import = call("import csv '" + data + "openb_node_list_all_node.csv' '" + data +
                        "openb_pod_list_default.csv' --mapping '" + root +
                        "/scenarios/mappings/gpu-cluster-2023.yaml' -o gpu.yaml --format json");
  ASSERT_EQ(import.status, 0) << import.err;
  Outcome run = call("run gpu.yaml --out gpu --format json");
  ASSERT_EQ(run.status, 0) << run.err;
  Json s = run.json();
  EXPECT_EQ(s["import"]["rows"], 8152);
  EXPECT_EQ(s["import"]["requests"], 7064);  // pods that ask for GPUs
  EXPECT_EQ(s["import"]["skipped"]["no-gpu"], 1088);
  EXPECT_EQ(s["requests"], 7064);
  // Exact volumes, in milli-GPU seconds: whole numbers here.
  auto volume = [](const Json& v) { return std::stoll(v.get<std::string>()); };
  std::int64_t requested = volume(s["requested_volume"]);
  std::int64_t unmet = volume(s["residual_volume"]["unmet"]);
  EXPECT_EQ(requested / 1000, 185'761'703);  // 185,761,704 GPU-seconds, rounded
  EXPECT_EQ(requested, volume(s["granted_volume"]) + unmet + volume(s["residual_volume"]["open"]));
  EXPECT_GE(unmet, 15'937'074'000);         // excess demand over 32 GPUs
  EXPECT_EQ(s["rejections"]["window"], 1);  // the pod that is deleted when it is created
  EXPECT_EQ(s["rejections"]["asset"], 1);
  EXPECT_EQ(s["rejections"]["user-membership"], 5);
  EXPECT_GT(s["rejections"]["capacity"], 0);
  Outcome verify = call("verify gpu --format json");
  EXPECT_EQ(verify.status, 0) << verify.out;
  EXPECT_EQ(verify.json()["verdict"], "holds");
}

TEST_F(Cli, a_trace_with_a_broken_line_leaves_nothing_behind) {
  dir.write("log.swf",
        "; MaxProcs: 4\n1 0 1 10 2 -1 -1 2 10 -1 1 1 1 1 1 -1 -1 -1\n2 0 1 ten 2 -1 -1 2 10 -1 1 1 "
        "1 1 1 -1 -1 -1\n");
  Outcome o = call("import swf log.swf -o log.yaml");
  EXPECT_EQ(o.status, 2);
  EXPECT_NE(o.err.find("log.swf:3:7"), std::string::npos) << o.err;
  for (const auto& entry : fs::directory_iterator(dir.path()))
    EXPECT_TRUE(entry.path().extension() == ".swf" || entry.path().extension() == ".txt")
        << entry.path();
}

TEST_F(Cli, an_swf_log_runs) {
  dir.write("log.swf",
        "; MaxProcs: 4\n; UnixStartTime: 1000000000\n"
        "1 0 1 100 2 -1 -1 2 10 -1 1 1 1 1 1 -1 -1 -1\n"
        "2 5 1 100 3 -1 -1 3 10 -1 1 2 1 1 1 -1 -1 -1\n"
        "3 7 1 0 3 -1 -1 3 10 -1 1 2 1 1 1 -1 -1 -1\n");
  Outcome import = call("import swf log.swf -o log.yaml");
  ASSERT_EQ(import.status, 0) << import.err;
  Outcome run = call("run log.yaml --out log --format json");
  ASSERT_EQ(run.status, 0) << run.err;
  Json s = run.json();
  EXPECT_EQ(s["requests"], 2);  // the job of no length was skipped
  EXPECT_TRUE(s["rejections"].empty()) << s["rejections"];
  EXPECT_EQ(s["requested_volume"], "500");
  EXPECT_EQ(s["granted_volume"], "400");
  EXPECT_EQ(s["residual_volume"]["unmet"], "100");
  EXPECT_EQ(call("verify log").status, 0);
}

}  // namespace
}  // namespace capmarket::cli
