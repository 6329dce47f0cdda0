// Where the commands of a chain say that it is damaged: at the first thing that does not stand, and
// nothing else is accused of it.
#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <optional>

#include "model/chain/leaf.h"
#include "model/log/checkpoint.h"
#include "tests/cli/small_run.h"
#include "tests/support/chain_files.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class DamageCli : public SmallRun {
 protected:

  /// Every command that reads the chain and needs its checkpoint.
  std::vector<std::string> readers() const {
    return {"chain log a",
            "chain show a 1",
            "chain explain a 1",
            "chain lineage a 1",
            "chain proof a 1",
            "chain checkpoint a",
            "chain consistency a 3",
            "chain witness a --key " + key_file("witness.key", '5'),
            "chain tiles a -o tiles --force",
            "chain prune a --dry-run"};
  }
};

TEST_F(DamageCli, of_a_checkpoint_is_its_signature_before_what_it_says) {
  const std::string whole = file("checkpoint");
  const std::size_t line = whole.find('\n') + 1;
  for (const char* size : {"1000", "5"}) {
    put("checkpoint", whole.substr(0, line) + size + whole.substr(whole.find('\n', line)));
    for (const std::string& command : readers()) {
      const Outcome o = call(command);
      EXPECT_EQ(o.status, 2) << command << size << o.err;
      EXPECT_THAT(o.err, HasSubstr("a/chain/checkpoint: a signature of capmarket/")) << command;
      EXPECT_THAT(o.err, HasSubstr("that its key did not make")) << command;
    }
    for (const char* command : {"chain fsck a", "chain change-key a --from-run --new-log-key "}) {
      const std::string more = std::string(command).ends_with(" ") ? key_file("n.key", '8') : "";
      const Outcome o = call(command + more);
      EXPECT_THAT(o.err, HasSubstr("that its key did not make")) << command << size;
      EXPECT_THAT(o.err, Not(HasSubstr("root"))) << command << size;
    }
    EXPECT_THAT(call("verify a --solver none").out,
                HasSubstr("(signature): checkpoint: the signature does not verify"));
  }
}

/// Frames changed, their checksums made right again.
using Change = std::function<void(std::vector<log::Frame>&)>;

TEST_F(DamageCli, of_an_entry_comes_before_size_and_root) {
  const std::string whole = file("segments/00000000.seg");
  auto expect_first = [&](const Change& change, const std::string& place, const std::string& what) {
    put("segments/00000000.seg", whole);
    testing::forge_frames(chain(), change);
    for (const std::string& command :
         {std::string("chain fsck a"),
          "chain change-key a --from-run --new-log-key " + key_file("new.key", '8')}) {
      const Outcome o = call(command);
      EXPECT_EQ(o.status, 1) << command << o.err;
      EXPECT_THAT(o.err, HasSubstr("damage at sequence " + place + ": " + what)) << command;
      EXPECT_THAT(o.err, Not(HasSubstr("rolled back"))) << command;
    }
    EXPECT_THAT(call("verify a --solver none").out, HasSubstr("at sequence " + place + " ("));
  };
  auto in_leaf = [](std::size_t at) {
    return [at](std::vector<log::Frame>& frames) { frames[12].leaf[at] ^= 1; };
  };
  expect_first(in_leaf(0), "12", "leaf: ");
  expect_first(in_leaf(10), "12", "link: a leaf that does not follow the one before");
  expect_first([](auto& f) { f.erase(f.begin() + 12); }, "12", "link: ");
  expect_first([](auto& f) { f.back().leaf.back() ^= 1; }, "66", "leaf: ");
  expect_first([](auto& f) { f[12].payload[20] ^= 1; }, "12", "payload: a body that its leaf does");
  // The second of two is not the first: not even where its frame is torn.
  put("segments/00000000.seg", whole);
  testing::forge_frames(chain(), in_leaf(0));
  const std::string changed = file("segments/00000000.seg");
  put("segments/00000000.seg", changed.substr(0, changed.size() - 1));
  EXPECT_THAT(call("chain fsck a").err, HasSubstr("damage at sequence 12: leaf: "));
}

TEST_F(DamageCli, of_a_foreign_segment_is_at_its_first_entry) {
  ASSERT_EQ(call("run '" + root + "/tests/sim/small.yaml' --quiet --out b --seed 9 --set duration=1min")
                .status,
            0);
  fs::copy_file(dir / "b/chain/segments/00000000.seg", dir / "a/chain/segments/00000000.seg",
                fs::copy_options::overwrite_existing);
  const Outcome o = call("chain fsck a");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.err, HasSubstr("damage at sequence 0: leaf: the first entry is not the genesis"));
}

TEST_F(DamageCli, of_no_entry_is_told_of_root_and_size) {
  testing::forge_frames(chain(), [](auto& frames) { frames.resize(40); });
  EXPECT_THAT(call("chain fsck a").err, HasSubstr("rolled back, or an old backup"));
}

TEST_F(DamageCli, of_signatures_is_told_as_that_by_every_command) {
  testing::forge_frames(chain(), [](auto& frames) { frames[12].payload.back() ^= 1; });
  const std::string words = "a/chain: damage at sequence 12: signature: signatures that its leaf does not name";
  for (const char* command : {"chain show a 12", "chain explain a 12", "chain lineage a 12",
                              "chain fsck a", "chain change-key a --from-run --new-log-key k"}) {
    key_file("k", '8');
    const Outcome o = call(command);
    EXPECT_EQ(o.status, 1) << command;
    EXPECT_THAT(o.err, HasSubstr(words)) << command;
  }
  EXPECT_THAT(call("verify a --solver none").out,
              HasSubstr("at sequence 12 (signature): signatures that its leaf does not name"));
}

TEST_F(DamageCli, of_the_copy_of_the_genesis_accuses_nothing_else) {
  const std::string whole = file("genesis.cbor");
  const std::string words = "a/chain/genesis.cbor: not the chain's first entry";
  ASSERT_EQ(call("run '" + root + "/tests/sim/small.yaml' --quiet --out b --seed 9 --set duration=1min")
                .status,
            0);
  auto flipped = [&](std::size_t at) {
    std::string out = whole;
    out[at] ^= 1;
    return out;
  };
  const std::vector<std::optional<std::string>> copies = {
      flipped(0), flipped(30), flipped(whole.size() - 1), "", slurp(dir / "b/chain/genesis.cbor"),
      std::nullopt};
  for (std::size_t i = 0; i < copies.size(); ++i) {
    SCOPED_TRACE(i);
    fs::remove(dir / "a/chain/genesis.cbor");
    if (copies[i]) put("genesis.cbor", *copies[i]);
    std::vector<std::string> commands = readers();
    commands.emplace_back("chain fsck a");
    commands.push_back("chain change-key a --from-run --new-log-key " + key_file("n.key", '8'));
    for (const std::string& command : commands) {
      const Outcome o = call(command);
      EXPECT_EQ(o.status, 1) << command << o.err;
      EXPECT_THAT(o.err, HasSubstr(words)) << command;
    }
    const nlohmann::json found = call("verify a --solver none --format json").json();
    ASSERT_EQ(found["violations"].size(), 1U) << found["violations"].dump(2);
    EXPECT_EQ(found["violations"][0]["detail"], "genesis.cbor: not the chain's first entry");
    EXPECT_EQ(found["audited"], 67);
    EXPECT_EQ(found["receipt"]["faults"], nlohmann::json::array());
    const std::string saved = "saved" + std::to_string(i);
    const Outcome o = call("chain salvage a --from-run -o " + saved);
    EXPECT_EQ(o.status, 0) << o.err;
    EXPECT_THAT(o.out, HasSubstr("because: genesis.cbor: not the chain's first entry"));
    EXPECT_EQ(slurp(dir / (saved + "/chain/genesis.cbor")), whole);
    EXPECT_EQ(slurp(dir / (saved + "/chain/segments/00000000.seg")), file("segments/00000000.seg"));
  }
}

TEST_F(DamageCli, of_the_first_entry_is_not_the_copys) {
  testing::forge_frames(chain(), [](auto& frames) { frames[0].payload[30] ^= 1; });
  for (const char* command : {"chain log a", "chain fsck a"})
    EXPECT_THAT(call(command).err, HasSubstr("damage at sequence 0: leaf: the first entry is not the genesis"));
  EXPECT_THAT(call("verify a --solver none").out, HasSubstr("at sequence 0 (leaf)"));
}

TEST_F(DamageCli, of_a_record_is_that_the_key_did_not_sign_it_or_that_it_is_older) {
  const std::string older = file("checkpoint.lock");
  std::string altered = older;
  altered[altered.size() - 2] = altered[altered.size() - 2] == '0' ? '1' : '0';
  put("checkpoint.lock", altered);
  EXPECT_THAT(call("chain fsck a").err,
              HasSubstr("a record of the signed size that the log's key did not sign"));
  put("checkpoint.lock", older);
  const std::string key_option = " --log-key " + key_file("new.key", '8');
  ASSERT_EQ(call("chain change-key a --from-run --new-log-key new.key").status, 0);
  put("checkpoint.lock", older);
  const std::string words = "signed at 67 entries, the checkpoint at 68: an older record was put back";
  for (const std::string& command : {std::string("chain fsck a"), "chain fsck a" + key_option,
                                     "chain change-key a --new-log-key witness.key" + key_option}) {
    key_file("witness.key", '5');
    const Outcome o = call(command);
    EXPECT_NE(o.status, 0) << command;
    EXPECT_THAT(o.err, HasSubstr(words)) << command;
  }
  EXPECT_THAT(call("verify a --solver none").out, HasSubstr(words));
}

/// What is advised is there, and helps.
TEST_F(DamageCli, and_other_refusals_advise_what_the_command_has) {
  ASSERT_EQ(call("chain proof a 1 -o old.proof").status, 0);
  key_file("new.key", '8');
  ASSERT_EQ(call("chain change-key a --from-run --new-log-key new.key").status, 0);
  const std::string later = call("chain checkpoint a --format json").json()["verifier_key"];
  Outcome o = call("chain check-proof old.proof --log-key " + later);
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.err, HasSubstr("old.proof: a checkpoint that the log's key did not sign"));
  EXPECT_THAT(o.err, HasSubstr("(`--log-key KEY`)"));
  EXPECT_THAT(o.err, Not(HasSubstr("old-log-key")));
  EXPECT_EQ(call("chain check-proof old.proof --log-key " + key).status, 0);
  ASSERT_EQ(call("chain consistency a first -o grown").status, 0);
  EXPECT_THAT(call("chain check-proof grown --old first --log-key " + later).err,
              HasSubstr("first: a checkpoint that the log's key did not sign"));
  EXPECT_THAT(call("chain check-proof grown --old first --log-key " + later).err,
              HasSubstr("(`--old-log-key KEY`)"));
  run("b", "1min --seed 9");
  fs::copy_file(dir / "b/chain/checkpoint", dir / "other");
  std::string text = testing::edited(slurp(dir / "other"), slurp(dir / "other").substr(0, 74), slurp(dir / "first").substr(0, 74));
  dir.write("other", text);
  EXPECT_THAT(call("chain consistency a other").err, Not(HasSubstr("old-log-key")));
  for (const char* command : {"verify a --solver none --witness foo", "chain check-proof grown --witness foo --log-key "})
    EXPECT_THAT(call(command + (std::string(command).ends_with(" ") ? later : "")).err,
                HasSubstr("as `chain witness` prints it"))
        << command;
}

TEST_F(DamageCli, saved_from_is_replaced_by_nothing) {
  ASSERT_EQ(call("chain salvage a --from-run -o saved").status, 0);
  const std::string kept = slurp(dir / "saved/chain/checkpoint");
  Outcome o = call("chain salvage a --from-run -o saved");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("saved: holds something already"));
  EXPECT_THAT(o.err, Not(HasSubstr("--force")));
  o = call("chain salvage a --from-run -o other --force");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("--force does nothing in `chain salvage`"));
  EXPECT_FALSE(fs::exists(dir / "other"));
  o = call("run '" + root + "/tests/sim/small.yaml' --quiet --out saved --force");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("there is no receipt (run.json), and the chain may be the only copy"));
  EXPECT_EQ(slurp(dir / "saved/chain/checkpoint"), kept);
}

}  // namespace
}  // namespace capmarket::cli
