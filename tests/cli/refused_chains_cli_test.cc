// Chains that no writer of the program leaves: what `verify`, `fsck`, `salvage` and `prune` say of
// them, with one voice.
#include <gmock/gmock.h>

#include <filesystem>
#include <functional>

#include "model/chain/leaf.h"
#include "model/chain/reader.h"
#include "model/crypto/hash.h"
#include "model/log/checkpoint.h"
#include "model/log/record.h"
#include "tests/cli/small_run.h"
#include "tests/support/chain_files.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RefusedChains : public SmallRun {
 protected:
  /// The log in so many segments.
  void split(std::size_t segments) const {
    const auto frames = testing::read_frames(chain());
    const std::size_t each = (frames.size() + segments - 1) / segments;
    for (std::size_t n = 0; n < segments; ++n) {
      Bytes bytes;
      for (std::size_t i = n * each; i < std::min(frames.size(), (n + 1) * each); ++i)
        log::append_frame(bytes, frames[i].leaf, frames[i].payload);
      put("segments/0000000" + std::to_string(n) + ".seg", {bytes.begin(), bytes.end()});
    }
  }
  /// The first entry of that kind.
  std::size_t first_of(objects::Kind kind) const {
    const auto frames = testing::read_frames(chain());
    for (std::size_t i = 0; i < frames.size(); ++i)
      if (capmarket::chain::decode_leaf(frames[i].leaf)->kind == kind) return i;
    ADD_FAILURE() << "no " << objects::to_text(kind);
    return 0;
  }
  std::string change_key(const std::string& more = "--from-run") const {
    return "chain change-key a " + more + " --new-log-key " + key_file("new.key", '8');
  }
  /// Names beside `a` that a command made for a while.
  std::size_t left_beside() const {
    std::size_t out = 0;
    for (const auto& e : fs::directory_iterator(dir.path()))
      out += e.path().filename().string().find(".capmarket-") != std::string::npos ? 1 : 0;
    return out;
  }
  /// Signs where the log ends: record and checkpoint.
  void sign(const crypto::KeyPair& by) const {
    std::vector<Digest> hashes;
    const auto frames = testing::read_frames(chain());
    for (const log::Frame& f : frames) hashes.push_back(log::leaf_hash(f.leaf));
    const log::Checkpoint end{
        log::checkpoint_origin(capmarket::chain::decode_leaf(frames[0].leaf)->id),
        static_cast<std::int64_t>(frames.size()), log::merkle_root(hashes)};
    put("checkpoint", log::sign_checkpoint(end, by));
    put("checkpoint.lock", log::sign_record({end, {}}, by));
  }
};

TEST_F(RefusedChains, a_genesis_that_is_none_is_refused_by_whoever_reads_it) {
  const crypto::KeyPair own = key_of_run("log");
  crypto::KeyPair authority;
  for (const auto& e : fs::directory_iterator(dir / "keys"))
    if (e.path().stem() != "log") authority = key_of_run(e.path().stem());
  std::string payload;
  testing::forge_frames(chain(), [&](auto& frames) {
    auto read = objects::decode_payload(objects::Kind::genesis, frames[0].payload).value();
    auto g = std::get<objects::Genesis>(
        objects::decode_object(objects::Kind::genesis, read.body).value());
    ASSERT_EQ(g.roots.size(), 1u);
    g.scheme = crypto::Scheme::ed25519;
    g.mac_key.emplace();
    const Bytes body = objects::encode_object(g);
    const ContentId id = crypto::content_id(body);
    ASSERT_EQ(g.roots[0].key, authority.pub);
    const auto signatures = objects::sign_all({g.scheme, {}}, id, objects::Kind::genesis, id,
                                              {{objects::Role::root, authority}});
    const Bytes bytes = objects::encode_payload(body, signatures);
    auto leaf = capmarket::chain::decode_leaf(frames[0].leaf).value();
    leaf.id = id;
    leaf.signatures = objects::hash_signatures(signatures);
    frames = {log::Frame{capmarket::chain::encode_leaf(leaf), bytes}};
    payload.assign(bytes.begin(), bytes.end());
  });
  put("genesis.cbor", payload);
  sign(own);
  for (const char* command :
       {"verify a/chain --solver none", "chain fsck a", "chain prune a --dry-run"}) {
    Outcome o = call(command);
    EXPECT_EQ(o.status, 1) << command << o.out << o.err;
    EXPECT_THAT(o.out + o.err, HasSubstr("mac_key")) << command;
  }
}

TEST_F(RefusedChains, a_body_that_is_gone_is_brought_forth_again_where_its_cause_stands) {
  run("a", "10min --force");
  const std::string whole = file("segments/00000000.seg");
  const auto frames = testing::read_frames(chain());
  // One that another entry caused; one that fell due.
  for (const objects::Kind kind : {objects::Kind::obligation, objects::Kind::residual}) {
    const std::size_t at = first_of(kind);
    testing::forge_frames(chain(), [&](auto& all) { all[at].payload.clear(); });
    Outcome o = call("chain salvage a --from-run -o saved --unproved --format json");
    ASSERT_EQ(o.status, 0) << o.err;
    EXPECT_EQ(o.json()["size"], frames.size()) << "all of it: its leaf stands and names the body";
    EXPECT_TRUE(o.json()["left_behind"].empty() || kind != objects::Kind::obligation);
    EXPECT_THAT(o.json()["because"].dump(),
                HasSubstr("1 bodies were gone, the first of entry " + std::to_string(at)));
    EXPECT_EQ(testing::read_frames(dir / "saved/chain").at(at).payload, frames[at].payload);
    EXPECT_EQ(call("verify saved --solver none --allow-mac").status, 0);
    o = call("chain salvage a --from-run -o less --format json");
    ASSERT_EQ(o.status, 0) << o.err;
    EXPECT_LT(o.json()["size"], frames.size()) << "without the option it is damage";
    EXPECT_EQ(left_beside(), 0u);
    for (const char* made : {"saved", "less"}) fs::remove_all(dir / made);
    put("segments/00000000.seg", whole);
  }
}

TEST_F(RefusedChains,
       a_segment_that_is_missing_is_no_rollback_and_what_is_behind_it_is_left_behind) {
  split(3);
  std::int64_t behind = static_cast<std::int64_t>(file("segments/00000002.seg").size());
  fs::remove(chain() + "/segments/00000001.seg");
  for (const char* command :
       {"verify a --solver none", "chain fsck a", "chain log a", "chain prune a --dry-run"}) {
    Outcome o = call(command);
    EXPECT_EQ(o.status, 1) << command << o.out << o.err;
    EXPECT_THAT(o.out + o.err, HasSubstr("00000001.seg")) << command;
    EXPECT_THAT(o.out + o.err, HasSubstr("is not there")) << command;
    EXPECT_EQ((o.out + o.err).find("rolled back"), std::string::npos) << command << o.out << o.err;
  }
  EXPECT_EQ(call(change_key()).status, 1);
  EXPECT_EQ(call("chain salvage a --from-run -o saved").status, 2) << "nothing shows what is gone";
  Outcome o = call("chain salvage a --from-run -o saved --unproved --format json");
  ASSERT_EQ(o.status, 0) << o.err;
  ASSERT_EQ(o.json()["left_behind"].size(), 1u);
  EXPECT_GE(o.json()["left_behind"][0]["bytes"], behind);
  EXPECT_EQ(call("verify saved --solver none --allow-mac").status, 0);
}

TEST_F(RefusedChains, prune_goes_on_where_a_change_of_key_was_recorded_and_not_signed) {
  const std::string before = file("checkpoint");
  ASSERT_EQ(call("rule keys a --out keys").status, 0);
  ASSERT_EQ(call(change_key()).status, 0);
  put("checkpoint", before);
  const std::string at = " --at 2060-01-01T00:00:00Z";
  Outcome o = call("chain prune a --log-key keys/log.key" + at);
  EXPECT_EQ(o.status, 2) << o.out;
  EXPECT_THAT(o.err, HasSubstr("another key than the log's"));
  EXPECT_EQ(file("checkpoint"), before);
  o = call("chain prune a --log-key new.key" + at);
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(call("verify a --solver none").status, 0);
  EXPECT_EQ(call("chain fsck a --log-key new.key").status, 0);
}

TEST_F(RefusedChains, who_changes_the_key_and_fails_late_is_told_to_keep_both) {
  // Where the checkpoint would be written: the record of it stands by then.
  fs::create_directories(chain() + "/checkpoint.new/in the way");
  Outcome o = call(change_key());
  EXPECT_EQ(o.status, 2) << o.out;
  EXPECT_THAT(o.err, HasSubstr("new.key: the new key may be the log's already: keep it"));
  EXPECT_THAT(o.err, HasSubstr("chain fsck a --log-key new.key"));
  fs::remove_all(chain() + "/checkpoint.new");
  EXPECT_EQ(call("chain fsck a --from-run").status, 2);
  EXPECT_EQ(call("chain fsck a --log-key new.key").status, 0) << slurp(dir / "err.txt");
  EXPECT_EQ(call("verify a --solver none").status, 0);
}

TEST_F(RefusedChains, prune_calls_damage_what_the_others_do) {
  const std::string whole = file("segments/00000000.seg");
  const std::size_t at = first_of(objects::Kind::settlement);
  const std::function<void(Bytes&)> changes[] = {
      [](Bytes& payload) { payload.resize(payload.size() - 70); },
      [](Bytes& payload) { payload[25] ^= 0x40; },
      [](Bytes& payload) { payload = {0x80}; },
  };
  for (const auto& change : changes) {
    testing::forge_frames(chain(), [&](auto& all) { change(all[at].payload); });
    for (const char* command : {"verify a --solver none", "chain fsck a", "chain prune a --dry-run",
                                "chain prune a --from-run --at 2060-01-01T00:00:00Z"}) {
      Outcome o = call(command);
      EXPECT_EQ(o.status, 1) << command << o.out << o.err;
      EXPECT_THAT(o.out + o.err, HasSubstr("sequence " + std::to_string(at))) << command;
    }
    put("segments/00000000.seg", whole);
  }
}

TEST_F(RefusedChains, prune_counts_no_tick_that_it_does_not_write) {
  const nlohmann::json now = call("chain prune a --dry-run --format json").json();
  Outcome o = call("chain prune a --from-run --format json --at 2026-01-15T16:01:00.000000001Z");
  ASSERT_EQ(o.status, 0) << o.err;
  ASSERT_TRUE(o.json()["pruned"].empty());
  EXPECT_EQ(o.json()["kept"], now["kept"]);
  EXPECT_EQ(o.json()["ticked"], 0);
}

TEST_F(RefusedChains, a_pruning_that_cannot_be_read_is_named_before_the_bodies_that_it_lists) {
  ASSERT_EQ(call("chain prune a --from-run --at 2060-01-01T00:00:00Z").status, 0);
  const std::size_t last = testing::read_frames(chain()).size() - 1;
  const std::string whole = file("segments/00000000.seg");
  std::string bad = whole;
  bad.back() = static_cast<char>(bad.back() ^ 1);
  put("segments/00000000.seg", bad);
  for (const char* command :
       {"verify a --solver none", "chain fsck a", "chain log a", "chain prune a --dry-run"}) {
    Outcome o = call(command);
    EXPECT_EQ(o.status, 1) << command;
    EXPECT_THAT(o.out + o.err, HasSubstr("sequence " + std::to_string(last))) << command;
    EXPECT_EQ((o.out + o.err).find("no pruning lists it"), std::string::npos)
        << command << o.out << o.err;
  }
}

TEST_F(RefusedChains, a_checkpoint_that_is_larger_than_one_may_be_is_bad_input_everywhere) {
  put("checkpoint", file("checkpoint") + std::string(70000, 'x'));
  for (const char* command : {"verify a --solver none", "chain fsck a", "chain log a",
                              "chain checkpoint a", "chain prune a --dry-run"}) {
    Outcome o = call(command);
    EXPECT_EQ(o.status, 2) << command << o.out << o.err;
    EXPECT_THAT(o.err, HasSubstr("checkpoint")) << command;
  }
}

TEST_F(RefusedChains, fsck_names_what_is_no_file_of_a_chain_and_removes_what_a_killed_writer_left) {
  put("segments/00000000.seg.new", "half");
  put("checkpoint.new", "half");
  for (const char* name : {"segments/00000003.seg", "segments/notes.txt", "mine"})
    put(name, "mine");
  Outcome o = call("chain fsck a --format json");
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(o.json()["left_beside"],
            nlohmann::json({"checkpoint.new", "segments/00000000.seg.new"}));
  EXPECT_EQ(o.json()["strays"],
            nlohmann::json({"mine", "segments/00000003.seg", "segments/notes.txt"}));
  EXPECT_FALSE(o.json()["mended"]);
  const std::string text = call("chain fsck a").out;
  EXPECT_THAT(text, HasSubstr("segments/00000003.seg: a segment behind one that is not there"));
  EXPECT_THAT(text, HasSubstr("segments/notes.txt: no file of a chain"));
  o = call("chain fsck a --from-run");
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_THAT(o.out,
              HasSubstr("checkpoint.new: what a killed writer was about to put in place: removed"));
  EXPECT_FALSE(fs::exists(chain() + "/segments/00000000.seg.new"));
  EXPECT_FALSE(fs::exists(chain() + "/checkpoint.new"));
  EXPECT_EQ(file("segments/00000003.seg"), "mine");
  EXPECT_EQ(call("verify a --solver none").status, 0);
}

}  // namespace
}  // namespace capmarket::cli
