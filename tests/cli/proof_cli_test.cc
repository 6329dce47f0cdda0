// Proofs, checkpoints and witnesses as a stranger uses them: by what was printed, and nothing else.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "model/log/checkpoint.h"
#include "model/log/merkle.h"
#include "tests/cli/small_run.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class Proofs : public SmallRun {
 protected:
  Outcome check(const std::string& arguments) const {
    return call("chain check-proof " + arguments + " --log-key " + key);
  }
  std::string witness_key(const std::string& name) const { return key_file(name, '7'); }
};

TEST_F(Proofs, of_every_entry_holds_offline_and_says_how_it_was_decided) {
  const nlohmann::json log = call("chain log a --format json").json();
  ASSERT_EQ(log["entries"].size(), 67u);
  for (const auto& entry : log["entries"]) {
    const std::string id = std::to_string(entry["sequence"].get<int>());
    ASSERT_EQ(call("chain proof a " + id + " -o p --force").status, 0);
    Outcome o = check("p --format json");
    ASSERT_EQ(o.status, 0) << id << o.err;
    for (const char* same : {"sequence", "time", "kind", "id", "decision", "failed", "leaf_hash"})
      EXPECT_EQ(o.json()[same], entry[same]) << id;
  }
  EXPECT_EQ(call("chain proof a 100000").status, 2);
  fs::remove_all(dir / "a");
  EXPECT_EQ(check("p").status, 0) << "nothing but the proof and the key is read";
  EXPECT_EQ(check("first").status, 0) << "a checkpoint alone";
}

TEST_F(Proofs, that_were_changed_or_are_of_another_log_are_refused) {
  ASSERT_EQ(call("chain proof a 20 -o p").status, 0);
  const std::string text = slurp(dir / "p");
  std::string moved = text;
  moved.replace(moved.find("index 20"), 8, "index 21");
  dir.write("moved", moved);
  Outcome o = check("moved");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.err, HasSubstr("the leaf does not stand at 21 under the root that is signed"));
  dir.write("cut", text.substr(0, text.find("\n\n")));
  EXPECT_EQ(check("cut").status, 2);
  for (const std::string& head : {text.substr(0, text.find("\nindex")), std::string("old 33"),
                                  std::string("old 3"), std::string("capmarket/fork@v1\nold 5"),
                                  std::string("c2sp.org/tlog-proof@v2\n"), std::string()}) {
    dir.write("head", head);
    Outcome none = check("head --old first");
    EXPECT_EQ(none.status, 2) << head << none.err;
    EXPECT_THAT(none.err, HasSubstr("expected: ")) << head;
  }
  Outcome other = call(
      "chain check-proof p --log-key example.com/foo+530d903a+AekyeRrm56hApGFkyQR4"
      "ZCbV54Id2LKaANYcrnKv3U2k");
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, HasSubstr("expected: one of example.com/foo"));
  Outcome typo = call("chain check-proof p --log-key " + key.substr(1));
  EXPECT_EQ(typo.status, 2);
  EXPECT_THAT(typo.err, HasSubstr("--log-key: an id that is another key's"));
}

TEST_F(Proofs, of_growth_hold_from_the_older_checkpoint_on) {
  grow();
  ASSERT_EQ(call("chain consistency a first -o grown").status, 0);
  Outcome o = check("grown --old first");
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_THAT(o.out, HasSubstr("goes on from the one of size 67"));
  EXPECT_EQ(check("grown").status, 2) << "from which checkpoint?";
  EXPECT_EQ(call("chain consistency a 67").out, slurp(dir / "grown")) << "a size says as much";
  fs::copy_file(dir / "a/chain/checkpoint", dir / "second");
  EXPECT_EQ(call("chain consistency a second first").status, 2) << "the newer one is not older";
  EXPECT_EQ(call("chain consistency a first second").status, 0);
  for (const char* size : {"0", "033", "1000"})
    EXPECT_EQ(call(std::string("chain consistency a ") + size).status, 2) << size;
  fs::copy_file(dir / "first", dir / "a/chain/checkpoint", fs::copy_options::overwrite_existing);
  Outcome back = call("chain consistency a second");
  EXPECT_EQ(back.status, 1) << "what was signed is not there any more";
  EXPECT_THAT(back.err, HasSubstr("rolled back"));
}

TEST_F(Proofs, of_a_log_that_did_not_go_on_are_evidence) {
  run("b", "2min");  // the same genesis, other entries
  Outcome o = call("chain consistency b first -o fork");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.err, HasSubstr("the log does not go on from the checkpoint of size 67"));
  EXPECT_TRUE(call("chain consistency b first --format json").json()["fork"]);
  fs::copy_file(dir / "b/chain/checkpoint", dir / "other");
  EXPECT_EQ(check("first --old other").status, 2) << "of other sizes: a proof is asked for";
  // Whoever has no checkpoint of the log's is told so, and accuses nobody.
  std::string foreign = slurp(dir / "first");
  foreign.replace(foreign.find("\n67\n"), 4, "\n33\n");
  dir.write("foreign", foreign);
  Outcome accused = call("chain consistency b foreign");
  EXPECT_EQ(accused.status, 2);
  EXPECT_THAT(accused.err, HasSubstr("foreign: a signature of capmarket/"));
  ASSERT_EQ(call("chain proof a 20 -o p").status, 0);
  EXPECT_EQ(check("p --old first").status, 0) << "the same checkpoint";
  EXPECT_EQ(check("p --old nowhere").status, 2);
  fs::remove_all(dir / "a");
  fs::remove_all(dir / "b");
  Outcome shown = check("fork --old first");
  EXPECT_EQ(shown.status, 1);
  EXPECT_THAT(shown.err, HasSubstr("equivocation: the log's key signed two logs of 67 entries"));
  // Who is shown the right root has no evidence.
  std::string text = slurp(dir / "fork");
  const std::string first = slurp(dir / "first");
  const std::size_t at = text.find("root ") + 5;
  const std::size_t line = first.find('\n', first.find('\n') + 1) + 1;
  text.replace(at, 44, first.substr(line, 44));
  dir.write("none", text);
  EXPECT_THAT(check("none --old first").err, HasSubstr("no evidence"));
}

TEST_F(Proofs, a_witness_signs_what_goes_on_and_keeps_what_it_signed) {
  const std::string by = "chain witness a --time 1700000000 --key " + witness_key("w.key");
  Outcome o = call(by + " --format json");
  ASSERT_EQ(o.status, 0) << o.err;
  const std::string witness = o.json()["verifier_key"], kept = o.json()["kept"];
  EXPECT_EQ(slurp(dir / "a/chain/checkpoint"), slurp(dir / kept));
  EXPECT_EQ(call("verify a --solver none").status, 0) << "a line of somebody else is ignored";
  ASSERT_EQ(call("chain proof a 30 -o p").status, 0);
  Outcome seen = check("p --witness " + witness + " --format json");
  ASSERT_EQ(seen.status, 0) << seen.err;
  EXPECT_EQ(seen.json()["witnesses"][0]["time"], 1700000000);
  EXPECT_TRUE(check("p --format json").json()["witnesses"].empty());
  // A line that is repeated is one witness, and a key that is given twice is a fault of the call.
  std::string twice = slurp(dir / "p");
  twice += twice.substr(twice.rfind("\xe2\x80\x94"));
  dir.write("twice", twice);
  EXPECT_EQ(check("twice --witness " + witness + " --format json").json()["witnesses"].size(), 1u);
  EXPECT_EQ(check("p --witness " + witness + " --witness " + witness).status, 2);
  Outcome other = call("chain witness a --key " + key_file("v.key", '6') + " --format json");
  const std::string absent = other.json()["verifier_key"];
  for (const char* file : {"p", "first"}) {
    Outcome missing = check(std::string(file) + " --witness " + absent);
    EXPECT_EQ(missing.status, 1) << "who is named has to have signed";
    EXPECT_THAT(missing.err, HasSubstr("has no line of the witness"));
  }
  EXPECT_EQ(call(by).status, 0) << "once more is no harm";
  grow();
  EXPECT_THAT(call(by).out, HasSubstr("which go on from 67"));
}

TEST_F(Proofs, a_witness_signs_no_fork_and_nothing_older) {
  const std::string key_file = witness_key("w.key");
  ASSERT_EQ(call("chain witness a --key " + key_file).status, 0);
  fs::copy(dir / "a", dir / "old", fs::copy_options::recursive);
  run("b", "2min");
  const std::string before = slurp(dir / "b/chain/checkpoint");
  Outcome fork = call("chain witness b --key " + key_file);
  EXPECT_EQ(fork.status, 1);
  EXPECT_THAT(fork.err, HasSubstr("does not go on from the checkpoint of size 67"));
  EXPECT_EQ(slurp(dir / "b/chain/checkpoint"), before);
  const std::string evidence = fork.out.substr(0, fork.out.find('\n'));
  EXPECT_EQ(call(evidence.substr(evidence.find("chain check-proof"))).status, 1);
  EXPECT_THAT(slurp(dir / "err.txt"), HasSubstr("equivocation"));
  grow();
  ASSERT_EQ(call("chain witness a --key " + key_file).status, 0);
  run("b", "2min --force");
  EXPECT_EQ(call("chain witness b --key " + key_file + " --format json").status, 1);
  const std::string second = nlohmann::json::parse(slurp(dir / "out.txt"))["evidence"];
  EXPECT_TRUE(second.ends_with(".fork-2")) << "the first evidence stays: " << second;
  const std::string odd = " --seen 'o; d' --key " + key_file;
  ASSERT_EQ(call("chain witness old" + odd).status, 0);
  const std::string told = call("chain witness b" + odd).out;
  EXPECT_EQ(call(told.substr(told.find("chain check-proof"), told.find('\n') - told.find("chain")))
                .status,
            1);
  EXPECT_THAT(slurp(dir / "err.txt"), HasSubstr("equivocation")) << told;
  Outcome old = call("chain witness old --key " + key_file);
  EXPECT_EQ(old.status, 1);
  EXPECT_THAT(old.err, HasSubstr("rolled back, or an old backup"));
}

TEST_F(Proofs, a_witness_signs_the_chain_that_it_is_told_alone) {
  const std::string by = " --key " + witness_key("w.key") + " --chain-id ";
  const std::string id = call("chain log a --format json").json()["chain"];
  EXPECT_EQ(call("chain witness a" + by + id).status, 0);
  run("b", "2min --set seed.population=9");
  const std::string before = slurp(dir / "b/chain/checkpoint");
  Outcome o = call("chain witness b" + by + id);
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.err, HasSubstr("nothing is signed"));
  EXPECT_EQ(slurp(dir / "b/chain/checkpoint"), before);
  EXPECT_EQ(call("chain witness a" + by + "12").status, 2);
}

TEST_F(Proofs, evidence_of_a_fork_names_the_key_of_then_as_well) {
  const std::string by = " --key " + witness_key("w.key");
  ASSERT_EQ(call("chain witness a" + by).status, 0);
  run("b", "2min");
  ASSERT_EQ(call("chain change-key b --from-run --new-log-key " + key_file("new.key", '8')).status, 0);
  Outcome fork = call("chain witness b" + by);
  EXPECT_EQ(fork.status, 1);
  const std::string told = fork.out.substr(0, fork.out.find('\n'));
  EXPECT_THAT(told, HasSubstr(" --old-log-key " + key));
  const std::string check = told.substr(told.find("chain check-proof"));
  EXPECT_EQ(call(check).status, 3) << "by two keys, and nothing here shows whose turn it was";
  EXPECT_THAT(slurp(dir / "err.txt"), HasSubstr("signed by two keys"));
  EXPECT_THAT(slurp(dir / "err.txt"), HasSubstr("the proof of the entry that changed the key"));
  // Beside a checkpoint of the same size it is the same.
  const log::Checkpoint end =
      log::open_checkpoint(slurp(dir / "b/chain/checkpoint"), key_pair_of("new.key").pub).value();
  const log::Checkpoint other{end.origin, end.size, Digest{{3}}};
  const std::string later = call("chain checkpoint b --format json").json()["verifier_key"];
  ASSERT_EQ(call("rule keys a --out keys").status, 0);
  for (const bool same : {false, true}) {
    dir.write("other", log::sign_checkpoint(other, key_pair_of(same ? "new.key" : "keys/log.key")));
    EXPECT_EQ(call("chain check-proof b/chain/checkpoint --old other --log-key " + later +
                   (same ? "" : " --old-log-key " + key))
                  .status,
              same ? 1 : 3);
  }
}

TEST_F(Proofs, a_witness_says_what_it_cannot_use) {
  EXPECT_EQ(call("chain witness a --key none.key").status, 2);
  const std::string key_file = witness_key("w.key");
  for (const std::string& name :
       {std::string("a b"), std::string("a+b"), std::string("a\tb"), std::string("a\nb"),
        std::string("\x1b[31m"), std::string("\xff"), std::string("a\xc2\xa0-b"), std::string(),
        std::string(300, 'a')}) {
    Outcome o = call("chain witness a --name '" + name + "' --key " + key_file);
    EXPECT_EQ(o.status, 2) << name;
    EXPECT_THAT(o.err, HasSubstr("--name: `"));
  }
  dir.write("seen", slurp(dir / "first"));
  Outcome seen = call("chain witness a --seen seen --key " + key_file);
  EXPECT_EQ(seen.status, 2);
  EXPECT_THAT(seen.err, HasSubstr("seen: not what this witness keeps"));
  EXPECT_EQ(slurp(dir / "a/chain/checkpoint"), slurp(dir / "first"));
  Outcome busy = call_binary(dir.path(), "chain witness a --seen kept --key " + key_file,
                             "flock -x a/chain/writer.lock timeout 60");
  EXPECT_EQ(busy.status, 2);
  EXPECT_THAT(busy.err, HasSubstr("writes this chain"));
  EXPECT_FALSE(fs::exists(dir / "kept")) << "nothing was given";
}

TEST_F(Proofs, a_checkpoint_has_room_for_64_lines_and_stays_whole) {
  for (int i = 0; i < 64; ++i) {
    const std::string file = "k" + std::to_string(i);
    dir.write(file, std::string(62, '0') + std::to_string(i / 10) + std::to_string(i % 10));
    fs::permissions(dir / file, fs::perms::owner_read | fs::perms::owner_write);
    const std::string before = slurp(dir / "a/chain/checkpoint");
    Outcome o = call("chain witness a --key " + file);
    EXPECT_EQ(o.status, i < 63 ? 0 : 2) << i << o.err;
    if (i < 63) continue;
    EXPECT_THAT(o.err, HasSubstr("no room for another line"));
    EXPECT_EQ(slurp(dir / "a/chain/checkpoint"), before);
  }
  EXPECT_EQ(call("verify a --solver none").status, 0);
}

TEST_F(Proofs, nobody_but_its_writer_writes_into_a_chain) {
  for (const char* name : {"writer.lock", "checkpoint", "mine"}) {
    Outcome o = call(std::string("chain proof a 5 --force -o a/chain/") + name);
    EXPECT_EQ(o.status, 2) << name;
    EXPECT_THAT(o.err, HasSubstr("inside of a chain")) << name;
  }
  EXPECT_EQ(slurp(dir / "a/chain/writer.lock"), "");
}

/// What a client of tlog-tiles computes from the files alone.
TEST_F(Proofs, tiles_are_the_tree_and_the_leaves_of_the_log) {
  ASSERT_EQ(call("chain tiles a -o public").status, 0);
  EXPECT_EQ(slurp(dir / "public/checkpoint"), slurp(dir / "first"));
  const std::string bundle = slurp(dir / "public/tile/entries/000.p/67");
  const std::string tile = slurp(dir / "public/tile/0/000.p/67");
  ASSERT_EQ(tile.size(), 67u * 32);
  std::size_t at = 0;
  for (std::size_t i = 0; i < 67; ++i) {
    const auto high = static_cast<unsigned char>(bundle.at(at)),
               low = static_cast<unsigned char>(bundle.at(at + 1));
    const std::size_t size = static_cast<std::size_t>(high) * 256 + low;
    const Digest hash = log::leaf_hash(as_bytes(bundle).subspan(at + 2, size));
    EXPECT_TRUE(std::equal(hash.bytes.begin(), hash.bytes.end(),
                           as_bytes(tile).begin() + static_cast<std::ptrdiff_t>(32 * i)))
        << i;
    at += 2 + size;
  }
  EXPECT_EQ(at, bundle.size());
  EXPECT_EQ(call("chain tiles a -o public").status, 2) << "it stands there already";
  EXPECT_EQ(call("chain tiles a -o public --force").status, 0);
  for (const std::string& mine :
       {std::string("mine"), std::string("tile/mine"), std::string("tile/0/mine"),
        std::string("tile/0/000.p/068"), std::string("tile/0/000.p/0")}) {
    dir.write("public/" + mine, "years of work");
    Outcome o = call("chain tiles a -o public --force");
    EXPECT_EQ(o.status, 2) << mine;
    EXPECT_THAT(o.err, HasSubstr("`" + mine + "`"));
    EXPECT_EQ(slurp(dir / ("public/" + mine)), "years of work");
    fs::remove(dir / ("public/" + mine));
  }
  fs::create_directory(dir / "notes");
  dir.write("notes/checkpoint", "of my novel");
  EXPECT_EQ(call("chain tiles a -o notes --force").status, 2);
}

}  // namespace
}  // namespace capmarket::cli
