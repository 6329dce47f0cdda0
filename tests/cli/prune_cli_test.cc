// `chain prune`, as who keeps a chain calls it: what is too early is refused and nothing changes; what
// goes is gone from the disk and from nothing else; a killed call is made again.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "model/chain/pruned.h"
#include "model/crypto/hash.h"
#include "model/objects/submission.h"
#include "tests/cli/small_run.h"
#include "tests/support/chain_files.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class Prune : public SmallRun {
 protected:
  static constexpr const char* kLater = " --from-run --at 2060-01-01T00:00:00Z";
  std::string segment() const { return slurp(dir / "a/chain/segments/00000000.seg"); }
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> out;
    for (const auto& e : fs::recursive_directory_iterator(dir / "a"))
      if (e.is_regular_file()) out[e.path().string()] = slurp(e.path().string());
    return out;
  }
  std::int64_t first_of(const std::string& kind) const {
    return call("chain log a --format json --kind " + kind).json()["entries"][0]["sequence"];
  }
  void expect_holds(std::int64_t pruned) const {
    const Outcome o = call("verify a --solver none --format json");
    EXPECT_EQ(o.status, 0) << o.out << o.err;
    EXPECT_EQ(o.json()["pruned"], pruned);
    EXPECT_EQ(o.json()["pruned_present"], 0);
    EXPECT_EQ(call("chain fsck a").status, 0);
  }
};

TEST_F(Prune, refuses_what_is_too_early_and_changes_nothing) {
  const auto before = files();
  const Outcome dry = call("chain prune a --dry-run --format json");
  EXPECT_EQ(dry.status, 0) << dry.err;
  EXPECT_TRUE(dry.json()["pruned"].empty());
  EXPECT_GT(dry.json()["kept"]["retention"], 10);
  EXPECT_TRUE(dry.json()["next"].is_string());
  const std::string settlement = std::to_string(first_of("settlement"));
  const Outcome early = call("chain prune a --from-run " + settlement);
  EXPECT_EQ(early.status, 2);
  EXPECT_THAT(early.err, HasSubstr("entry " + settlement + " stays: too early: kept until 20"));
  EXPECT_THAT(call("chain prune a --from-run 0 --at 2060-01-01T00:00:00Z").err, HasSubstr("kept for ever"));
  EXPECT_THAT(call("chain prune a --from-run 999999").err, HasSubstr("no such entry"));
  EXPECT_THAT(call("chain prune a --from-run --at 2001-01-01T00:00:00Z").err, HasSubstr("the chain is at"));
  EXPECT_THAT(call("chain prune a --from-run --at soon").err, HasSubstr("no instant"));
  EXPECT_THAT(call("chain prune a").err, HasSubstr("no key to sign with"));
  const Outcome wrong = call("chain prune a --at 2060-01-01T00:00:00Z --log-key " + key_file("other.key", '9'));
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(call("chain prune a --log-key other.key").err,
              HasSubstr("another key than the log's"))
      << "with nothing to prune too";
  EXPECT_EQ(call("chain prune a --from-run --at ''").status, 2);
  const Outcome none = call("chain prune a --from-run");
  EXPECT_EQ(none.status, 0) << none.err;
  EXPECT_EQ(files(), before) << "nothing that may go: nothing is written, no Pruning of nothing";
}

TEST_F(Prune, takes_bodies_from_the_disk_and_every_proof_made_before_holds) {
  const std::int64_t settlement = first_of("settlement");
  const std::string at = std::to_string(settlement);
  ASSERT_EQ(call("chain proof a " + at + " -o before.proof").status, 0);
  const Json shown = call("chain show a " + at + " --format json").json();
  const Outcome dry = call("chain prune a --dry-run --at 2060-01-01T00:00:00Z --format json");
  const Outcome done = call("chain prune a --format json" + std::string(kLater));
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(done.json()["pruned"], dry.json()["pruned"]) << "as it was told";
  EXPECT_GE(done.json()["ticked"], 1) << "the Tick, and what falls due";
  const std::int64_t bodies = done.json()["bodies_removed"];
  EXPECT_GT(bodies, 40);
  EXPECT_EQ(done.json()["entries"].size(), 1U);
  expect_holds(bodies);
  EXPECT_THAT(call("verify a --solver none").out, HasSubstr("entries are pruned: taken as their leaves say"));
  // The salt of a body that is gone is nowhere in the directory.
  const std::string salt = shown["object"]["salt"];
  const auto salt_bytes = *from_hex(salt);
  for (const auto& [name, bytes] : files())
    EXPECT_EQ(bytes.find(std::string(salt_bytes.begin(), salt_bytes.end())), std::string::npos) << name;
  EXPECT_EQ(call("chain check-proof before.proof --log-key '" + key + "'").status, 0);
  ASSERT_EQ(call("chain proof a " + at + " -o after.proof").status, 0);
  EXPECT_EQ(call("chain check-proof after.proof --log-key '" + key + "'").status, 0);
  EXPECT_EQ(call("chain consistency a first -o growth").status, 0) << slurp(dir / "err.txt");
  EXPECT_EQ(call("verify a --solver none --since first --log-key '" + key + "'").status, 0);
  const Outcome gone = call("chain show a " + at + " --format json");
  EXPECT_EQ(gone.json()["pruned"], true);
  EXPECT_EQ(gone.json()["id"], shown["id"]);
  EXPECT_TRUE(gone.json()["object"].is_null());
  EXPECT_THAT(call("chain show a " + at).out, HasSubstr("pruned"));
  for (const char* command : {"chain explain a ", "chain lineage a "}) {
    const Outcome o = call(command + at);
    EXPECT_EQ(o.status, 2) << command;
    EXPECT_THAT(o.err, HasSubstr("pruned")) << command;
  }
  // Again there is nothing to do; the log goes on.
  const std::string once = segment();
  const Outcome again = call("chain prune a --from-run --format json");
  EXPECT_EQ(again.json()["bodies_removed"], 0);
  EXPECT_EQ(again.json()["ticked"], 0);
  EXPECT_EQ(segment(), once);
  EXPECT_THAT(call("chain prune a --from-run " + at).err, HasSubstr("pruned already"));
  grow();
  expect_holds(bodies);
}

TEST_F(Prune, of_what_was_asked_for_takes_what_goes_with_it) {
  const std::int64_t settlement = first_of("settlement");
  const Outcome done = call("chain prune a --format json " + std::to_string(settlement) + kLater);
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(done.json()["pruned"]["settlement"], 1);
  EXPECT_EQ(done.json()["pruned"]["request"], 1);
  EXPECT_FALSE(done.json()["pruned"].contains("declaration"));
  expect_holds(done.json()["bodies_removed"]);
  const Outcome rest = call("chain prune a --from-run --format json");
  ASSERT_EQ(rest.status, 0) << rest.err;
  EXPECT_GT(rest.json()["pruned"]["declaration"], 0);
  EXPECT_GT(rest.json()["kept"]["gone"], 0);
}

TEST_F(Prune, a_listed_body_that_is_still_there_is_told_of_and_goes_with_the_next_call) {
  const std::string whole = segment();
  ASSERT_EQ(call("chain prune a" + std::string(kLater)).status, 0);
  // As a call leaves it that was killed before it got to the segments.
  const auto before = [&] {
    fs::create_directories(dir / "old/segments");
    dir.write("old/segments/00000000.seg", whole);
    return testing::read_frames(dir / "old");
  }();
  const auto now = testing::read_frames(dir / "a/chain");
  std::int64_t back = 0;
  testing::forge_frames(dir / "a/chain", [&](auto& frames) {
    for (std::size_t i = 0; i < before.size(); i += 2)
      if (frames[i].payload.empty()) frames[i].payload = before[i].payload, ++back;
  });
  ASSERT_GT(back, 10);
  const Outcome told = call("verify a --solver none --format json");
  EXPECT_EQ(told.status, 0) << told.out;
  EXPECT_EQ(told.json()["pruned_present"], back);
  EXPECT_EQ(call("chain fsck a --format json").json()["pruned_present"], back);
  EXPECT_THAT(call("chain fsck a").out, HasSubstr("are still there"));
  EXPECT_EQ(call("chain prune a --from-run --format json").json()["bodies_removed"], back);
  EXPECT_EQ(testing::read_frames(dir / "a/chain").size(), now.size());
  EXPECT_EQ(call("verify a --solver none --format json").json()["pruned_present"], 0);
}

TEST_F(Prune, what_is_salvaged_of_a_pruned_chain_lists_what_was_pruned) {
  const Outcome done = call("chain prune a --format json" + std::string(kLater));
  ASSERT_EQ(done.status, 0) << done.err;
  const std::int64_t listing = done.json()["entries"][0];
  // Damage before the Pruning, behind much that it lists; and damage of the Pruning itself.
  for (std::int64_t damaged : {listing / 2, listing}) {
    SCOPED_TRACE(damaged);
    const std::string whole = segment();
    const auto frames = testing::read_frames(dir / "a/chain");
    std::size_t at = 0;
    for (std::int64_t n = 0; n < damaged; ++n)
      at += log::kFrameHead + frames[static_cast<std::size_t>(n)].leaf.size() +
            frames[static_cast<std::size_t>(n)].payload.size();
    // Of a leaf the next one tells the hash; behind the last none does.
    const log::Frame& frame = frames[static_cast<std::size_t>(damaged)];
    at += log::kFrameHead + (frame.payload.empty() ? 20 : frame.leaf.size() + 3);
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    dir.write("a/chain/segments/00000000.seg", bytes);
    EXPECT_EQ(call("verify a --solver none").status, 1);
    fs::remove_all(dir / "saved");
    const Outcome saved = call("chain salvage a --from-run -o saved --format json");
    ASSERT_EQ(saved.status, 0) << saved.err;
    EXPECT_EQ(saved.json()["proved"], true);
    const Outcome held = call("verify saved/chain --solver none --format json");
    EXPECT_EQ(held.status, 0) << held.out;
    EXPECT_EQ(held.json()["pruned"].get<int>() > 10, damaged != listing);
    if (damaged == listing) {
      // Nothing says any more that those bodies went rightly: they are lost as any that was
      // removed.
      EXPECT_THAT(saved.json()["because"].dump(),
                  HasSubstr("no pruning that can be read lists entry"));
      fs::remove_all(dir / "saved");
      const Outcome all = call("chain salvage a --from-run -o saved --unproved --format json");
      ASSERT_EQ(all.status, 0) << all.err;
      EXPECT_EQ(all.json()["proved"], false);
      EXPECT_THAT(all.json()["because"].dump(), HasSubstr("one does now"));
      EXPECT_GT(call("verify saved/chain --solver none --format json").json()["pruned"], 10);
    }
    dir.write("a/chain/segments/00000000.seg", whole);
  }
}

TEST_F(Prune, a_salvage_leaves_no_body_behind_that_is_pruned) {
  const auto before = testing::read_frames(dir / "a/chain");
  ASSERT_EQ(call("chain prune a" + std::string(kLater)).status, 0);
  testing::forge_frames(dir / "a/chain", [&](auto& frames) {
    for (std::size_t i = 0; i < before.size(); ++i)
      if (frames[i].payload.empty()) frames[i].payload = before[i].payload;
  });
  EXPECT_GE(call("chain fsck a --format json").json()["pruned_present"], 40);
  ASSERT_EQ(call("chain salvage a --from-run -o saved").status, 0);
  const Outcome told = call("chain fsck saved --format json");
  EXPECT_EQ(told.json()["pruned_present"], 0);
  EXPECT_GE(told.json()["pruned"], 40);
}

/// A Pruning of all that it can list, in place of entry `at`: its leaf, its body and its checksum are
/// right, and nobody signed it.
void forge_pruning(const std::string& chain, std::size_t at) {
  testing::forge_frames(chain, [&](auto& frames) {
    std::vector<std::int64_t> listed;
    for (std::size_t i = 1; i < at; ++i)
      if (objects::is_prunable(capmarket::chain::decode_leaf(frames[i].leaf)->kind))
        listed.push_back(static_cast<std::int64_t>(i));
    const Bytes body = objects::encode_object(
        capmarket::chain::prunings_of(listed, static_cast<std::int64_t>(at))[0]);
    auto leaf = *capmarket::chain::decode_leaf(frames[at].leaf);
    leaf.kind = objects::Kind::pruning;
    leaf.id = crypto::content_id(body);
    leaf.signatures = objects::hash_signatures({});
    leaf.decision = {};
    frames[at] = {capmarket::chain::encode_leaf(leaf), objects::encode_payload(body, {})};
  });
}

TEST_F(Prune, no_salvage_carries_out_a_pruning_that_nobody_signed) {
  const std::size_t size = testing::read_frames(dir / "a/chain").size();
  fs::copy(dir / "a", dir / "whole", fs::copy_options::recursive);
  for (const std::size_t at : {size - 10, size - 1})
    for (const char* how : {"", " --unproved"}) {
      SCOPED_TRACE(std::to_string(at) + how);
      for (const char* name : {"a", "saved"}) fs::remove_all(dir / name);
      fs::copy(dir / "whole", dir / "a", fs::copy_options::recursive);
      forge_pruning(dir / "a/chain", at);
      const Outcome saved =
          call(std::string("chain salvage a --from-run -o saved --format json") + how);
      if (at == size - 1 && *how == '\0') {
        EXPECT_EQ(saved.status, 2) << "of the last leaf nothing tells";
        continue;
      }
      ASSERT_EQ(saved.status, 0) << saved.err;
      EXPECT_EQ(call("verify saved/chain --solver none --format json").json()["pruned"], 0);
      EXPECT_EQ(saved.json()["size"], at + 1) << "what stands before it, and the Recovery";
      EXPECT_FALSE(saved.json()["because"].empty());
    }
}

TEST_F(Prune, a_leaf_that_was_altered_with_its_checksum_is_known_by_the_next_one) {
  testing::forge_frames(dir / "a/chain", [&](auto& frames) { frames[30].leaf[8] ^= 1; });
  EXPECT_EQ(call("verify a --solver none").status, 1);
  const Outcome saved = call("chain salvage a --from-run -o saved --format json");
  ASSERT_EQ(saved.status, 0) << saved.err;
  EXPECT_EQ(saved.json()["proved"], true);
  EXPECT_EQ(saved.json()["size"], 31) << "30 and the Recovery";
}

TEST_F(Prune, what_nobody_signed_excuses_no_body_even_where_nothing_is_proved) {
  const std::int64_t settlement = first_of("settlement");
  testing::forge_frames(dir / "a/chain", [&](auto& frames) {
    frames[static_cast<std::size_t>(settlement)].payload.clear();
    auto leaf = *capmarket::chain::decode_leaf(frames.back().leaf);
    const Bytes body = objects::encode_object(
        objects::Pruning{{}, static_cast<std::int64_t>(frames.size()), {settlement, 1}});
    leaf.sequence = Sequence(static_cast<std::int64_t>(frames.size()));
    leaf.previous = log::leaf_hash(frames.back().leaf);
    leaf.kind = objects::Kind::pruning;
    leaf.id = crypto::content_id(body);
    leaf.signatures = objects::hash_signatures({});
    frames.push_back({capmarket::chain::encode_leaf(leaf), objects::encode_payload(body, {})});
  });
  const Outcome saved = call("chain salvage a --from-run -o saved --unproved --format json");
  ASSERT_EQ(saved.status, 0) << saved.err;
  EXPECT_EQ(saved.json()["proved"], false);
  EXPECT_THAT(saved.json()["because"].dump(), HasSubstr("one does now"));
}

TEST_F(Prune, a_body_that_somebody_removed_is_pruned_by_no_salvage) {
  const auto settlement = static_cast<std::size_t>(first_of("settlement"));
  testing::forge_frames(dir / "a/chain", [&](auto& frames) { frames[settlement].payload.clear(); });
  EXPECT_EQ(call("verify a --solver none").status, 1);
  const Outcome prune = call("chain prune a" + std::string(kLater));
  EXPECT_EQ(prune.status, 1) << "damage";
  EXPECT_THAT(prune.err,
              HasSubstr("damage at sequence " + std::to_string(settlement) + ": payload"));
  const Outcome saved = call("chain salvage a --from-run -o saved --format json");
  ASSERT_EQ(saved.status, 0) << saved.err;
  EXPECT_GT(saved.json()["left_behind"].size(), 0U);
  EXPECT_EQ(call("verify saved/chain --solver none --format json").json()["pruned"], 0);
}

TEST_F(Prune, a_pruning_that_was_altered_to_list_more_is_believed_by_nobody) {
  fs::copy(dir / "a", dir / "b", fs::copy_options::recursive);
  ASSERT_EQ(call("chain prune b" + std::string(kLater)).status, 0);
  const auto all = testing::read_frames(dir / "b/chain");
  const std::int64_t asked = first_of("settlement");
  const Outcome done = call("chain prune a --format json " + std::to_string(asked) + kLater);
  ASSERT_EQ(done.status, 0) << done.err;
  const auto listing = static_cast<std::size_t>(done.json()["entries"][0].get<int>());
  // Somebody without a key takes all that might go, and lists it where the log's own Pruning
  // stands.
  std::vector<std::int64_t> gone;
  testing::forge_frames(dir / "a/chain", [&](auto& frames) {
    for (std::size_t i = 1; i < listing; ++i) {
      if (all[i].payload.empty()) frames[i].payload.clear();
      if (frames[i].payload.empty()) gone.push_back(static_cast<std::int64_t>(i));
    }
    const auto altered = capmarket::chain::prunings_of(gone, static_cast<std::int64_t>(listing))[0];
    frames[listing].payload = objects::encode_payload(objects::encode_object(altered), {});
  });
  ASSERT_GT(gone.size(), 30U);
  EXPECT_EQ(call("verify a --solver none").status, 1);
  EXPECT_EQ(call("chain fsck a").status, 1);
  const Outcome saved = call("chain salvage a --from-run -o saved --format json");
  ASSERT_EQ(saved.status, 0) << saved.err;
  EXPECT_LE(saved.json()["size"].get<std::int64_t>(), gone[0] + 2)
      << "what stands before the first body that is gone, what it caused, and the Recovery";
  EXPECT_EQ(call("verify saved/chain --solver none --format json").json()["pruned"], 0);
}

TEST_F(Prune, a_pruning_behind_the_end_is_believed_by_nobody) {
  const std::int64_t settlement = first_of("settlement");
  testing::forge_frames(dir / "a/chain", [&](auto& frames) {
    frames[static_cast<std::size_t>(settlement)].payload.clear();
    // What nobody signed, and says that it stands where another entry does.
    auto leaf = *capmarket::chain::decode_leaf(frames.back().leaf);
    const Bytes body =
        objects::encode_object(objects::Pruning{{}, leaf.sequence.value, {settlement, 1}});
    leaf.kind = objects::Kind::pruning;
    leaf.id = crypto::content_id(body);
    leaf.signatures = objects::hash_signatures({});
    frames.push_back({capmarket::chain::encode_leaf(leaf), objects::encode_payload(body, {})});
  });
  EXPECT_EQ(call("verify a --solver none").status, 1);
  const Outcome saved = call("chain salvage a --from-run -o saved --format json");
  ASSERT_EQ(saved.status, 0) << saved.err;
  EXPECT_LE(saved.json()["size"].get<std::int64_t>(), settlement + 2);
  EXPECT_EQ(call("verify saved/chain --solver none --format json").json()["pruned"], 0);
}

TEST_F(Prune, killed_anywhere_leaves_a_chain_that_holds_and_is_done_by_the_next_call) {
  fs::copy(dir / "a", dir / "kept", fs::copy_options::recursive);
  int unfinished = 0, not_begun = 0, done = 0;
  for (int i = 0; i < 30; ++i) {
    fs::remove_all(dir / "a");
    fs::copy(dir / "kept", dir / "a", fs::copy_options::recursive);
    const pid_t child = fork();
    if (child == 0) {
      const std::string place = dir / "a";
      if (freopen("/dev/null", "w", stdout) == nullptr) _exit(9);
      execl(CAPMARKET_BINARY, "capmarket", "chain", "prune", place.c_str(), "--from-run", "--at", "2060-01-01T00:00:00Z",
            static_cast<char*>(nullptr));
      _exit(9);
    }
    usleep(static_cast<useconds_t>(5'000 + i * 6'000));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    const Outcome told = call("verify a --solver none --format json");
    ASSERT_EQ(told.status, 0) << told.out;
    ++(told.json()["pruned"] == 0 ? not_begun : told.json()["pruned_present"] > 0 ? unfinished : done);
    ASSERT_EQ(call("chain fsck a --from-run").status, 0) << slurp(dir / "err.txt");
    ASSERT_EQ(call("chain prune a" + std::string(kLater)).status, 0) << slurp(dir / "err.txt");
    const Outcome held = call("verify a --solver none --format json");
    ASSERT_EQ(held.status, 0) << held.out;
    ASSERT_EQ(held.json()["pruned_present"], 0);
    ASSERT_GT(held.json()["pruned"], 40);
  }
  std::printf("  not begun %d, listed and not taken %d, done %d\n", not_begun, unfinished, done);
}

}  // namespace
}  // namespace capmarket::cli
