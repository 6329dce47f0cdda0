// Proofs, checkpoints and witnesses as a stranger uses them: by what was printed, and nothing else.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "model/log/merkle.h"
#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class Proofs : public BinaryTest {
 protected:
  std::string key;  // of the log, as `chain checkpoint` prints it

  void SetUp() override {
    run("a", "1min");
    key = call("chain checkpoint a --format json").json()["verifier_key"];
    fs::copy_file(dir / "a/chain/checkpoint", dir / "first");
  }
  void run(const std::string& out, const std::string& duration) const {
    ASSERT_EQ(call("run '" + root + "/tests/sim/small.yaml' --set duration=" + duration +
                   " --quiet --out " + out)
                  .status,
              0);
  }
  /// A version after the last one is promulgated: the log grows.
  void grow() const {
    fs::copy_file(root + "/tests/sim/small.rule.yaml", dir / "v1.yaml");
    ASSERT_EQ(call("rule promulgate v1.yaml --chain a --from-run --waive coverage --because meant "
                   "--waive revocation-total --because meant")
                  .status,
              0)
        << slurp(dir / "err.txt");
  }
  Outcome check(const std::string& arguments) const {
    return call("chain check-proof " + arguments + " --log-key " + key);
  }
  std::string witness_key(const std::string& name) const {
    dir.write(name, std::string(63, '0') + "7\n");
    fs::permissions(dir / name, fs::perms::owner_read | fs::perms::owner_write);
    return name;
  }
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
  EXPECT_EQ(call("chain consistency a 0").status, 2);
}

TEST_F(Proofs, of_a_log_that_did_not_go_on_are_evidence) {
  run("b", "2min");  // the same genesis, other entries
  Outcome o = call("chain consistency b first -o fork");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.err, HasSubstr("the log does not go on from the checkpoint of size 67"));
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
  const std::string evidence = fork.err.substr(0, fork.err.find('\n'));
  EXPECT_EQ(call(evidence.substr(evidence.find("chain check-proof"))).status, 1);
  EXPECT_THAT(slurp(dir / "err.txt"), HasSubstr("equivocation"));
  grow();
  ASSERT_EQ(call("chain witness a --key " + key_file).status, 0);
  Outcome old = call("chain witness old --key " + key_file);
  EXPECT_EQ(old.status, 1);
  EXPECT_THAT(old.err, HasSubstr("rolled back, or an old backup"));
}

TEST_F(Proofs, a_witness_says_what_it_cannot_use) {
  EXPECT_EQ(call("chain witness a --key none.key").status, 2);
  const std::string key_file = witness_key("w.key");
  Outcome name = call("chain witness a --name 'a b' --key " + key_file);
  EXPECT_EQ(name.status, 2);
  EXPECT_THAT(name.err, HasSubstr("--name: `a b`"));
  dir.write("seen", slurp(dir / "first"));
  Outcome seen = call("chain witness a --seen seen --key " + key_file);
  EXPECT_EQ(seen.status, 2);
  EXPECT_THAT(seen.err, HasSubstr("seen: not what this witness keeps"));
  EXPECT_EQ(slurp(dir / "a/chain/checkpoint"), slurp(dir / "first"));
  Outcome busy = call_binary(dir.path(), "chain witness a --key " + key_file,
                             "flock -x a/chain/writer.lock timeout 60");
  EXPECT_EQ(busy.status, 2);
  EXPECT_THAT(busy.err, HasSubstr("writes this chain"));
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
  dir.write("public/mine", "years of work");
  Outcome o = call("chain tiles a -o public --force");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("`mine`"));
  EXPECT_EQ(slurp(dir / "public/mine"), "years of work");
}

}  // namespace
}  // namespace capmarket::cli
