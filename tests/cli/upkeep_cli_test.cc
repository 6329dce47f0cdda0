// `chain fsck`, `salvage`, `change-key`, as who keeps a chain calls them: what a killed writer
// left, what is damaged, who signs.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "model/chain/leaf.h"
#include "model/crypto/hash.h"
#include "model/crypto/sign.h"
#include "model/log/checkpoint.h"
#include "model/log/record.h"
#include "model/objects/submission.h"
#include "tests/cli/small_run.h"
#include "tests/support/chain_files.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Upkeep : public SmallRun {
 protected:
  /// The log's key of the run.
  crypto::KeyPair old_key() const { return key_of_run("log"); }
  void change_key() const {
    ASSERT_EQ(
        call("chain change-key a --from-run --new-log-key " + key_file("new.key", '8')).status, 0)
        << slurp(dir / "err.txt");
  }
  /// Signs where the log ends: record and checkpoint, by any key.
  void sign(const crypto::KeyPair& by) const {
    const auto frames = testing::read_frames(chain());
    std::vector<Digest> hashes;
    for (const log::Frame& f : frames) hashes.push_back(log::leaf_hash(f.leaf));
    const log::Checkpoint end{
        log::checkpoint_origin(capmarket::chain::decode_leaf(frames[0].leaf)->id),
        static_cast<std::int64_t>(frames.size()), log::merkle_root(hashes)};
    put("checkpoint", log::sign_checkpoint(end, by));
    put("checkpoint.lock", log::sign_record({end, {}}, by));
  }
};

TEST_F(Upkeep, fsck_tells_what_a_killed_writer_left_and_puts_it_right_with_the_key) {
  EXPECT_THAT(call("chain fsck a").out, HasSubstr("whole"));
  const std::string whole = file("segments/00000000.seg");
  put("segments/00000000.seg", whole + "torn");
  Outcome told = call("chain fsck a --format json");
  EXPECT_EQ(told.status, 0);
  EXPECT_EQ(told.json()["cuts"][0]["bytes"], 4);
  EXPECT_FALSE(told.json()["mended"]);
  EXPECT_EQ(file("segments/00000000.seg"), whole + "torn") << "without a key nothing is written";
  Outcome wrong = call("chain fsck a --log-key " + key_file("other.key", '9'));
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("another key than the log's"));
  const std::int64_t size = told.json()["size"];
  Outcome mended = call("chain fsck a --from-run --format json");
  EXPECT_EQ(mended.status, 0) << mended.err;
  EXPECT_TRUE(mended.json()["mended"]);
  EXPECT_EQ(mended.json()["size"], size + 1) << "with the entry that tells of it";
  EXPECT_THAT(call("chain fsck a").out, HasSubstr("whole"));
  EXPECT_EQ(call("verify a --solver none").status, 0);
  EXPECT_EQ(call("chain fsck a --log-key other.key").status, 2)
      << "a wrong key is no key, mend or not";
}

TEST_F(Upkeep, a_checkpoint_that_is_gone_is_told_as_such_and_verify_sends_to_fsck) {
  fs::remove(chain() + "/checkpoint");
  Outcome o = call("verify a --solver none");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.out, HasSubstr("`chain fsck` tells what its writer would put right"));
  EXPECT_THAT(call("chain fsck a").out, HasSubstr("there is no checkpoint, but a record"));
  EXPECT_EQ(call("chain fsck a --from-run").status, 0);
  EXPECT_EQ(call("verify a --solver none").status, 0);
}

TEST_F(Upkeep, damage_behind_a_change_of_key_is_told_as_what_it_is) {
  change_key();
  const std::string whole = file("segments/00000000.seg");
  std::string bad = whole;
  bad[whole.size() / 2] = static_cast<char>(bad[whole.size() / 2] ^ 1);
  put("segments/00000000.seg", bad);
  for (const char* reader : {"verify a --solver none", "chain log a", "chain checkpoint a",
                             "chain proof a 1", "chain fsck a"}) {
    Outcome o = call(reader);
    EXPECT_EQ(o.status, 1) << reader;
    EXPECT_THAT(o.out + o.err, ::testing::AnyOf(HasSubstr("crc"), HasSubstr("checksum"))) << reader;
    EXPECT_EQ((o.out + o.err).find("did not sign"), std::string::npos) << reader << o.err;
    EXPECT_EQ((o.out + o.err).find("not signed by"), std::string::npos) << reader << o.out;
  }
}

TEST_F(Upkeep, what_the_system_does_not_give_is_status_2_and_says_nothing_of_the_chain) {
  // Root may read everything: a copy of the binary is called by somebody else then.
  const std::string nobody =
      ::geteuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups timeout 20" : "";
  fs::permissions(dir.path(), fs::perms::others_read | fs::perms::others_exec,
                  fs::perm_options::add);
  fs::copy_file(CAPMARKET_BINARY, dir / "capmarket");
  fs::permissions(dir / "capmarket", fs::perms::others_read | fs::perms::others_exec,
                  fs::perm_options::add);
  auto called = [&](const std::string& arguments) {
    return call_binary(dir.path(), arguments, nobody, dir / "capmarket");
  };
  ASSERT_EQ(called("--version").status, 0) << slurp(dir / "err.txt");
  for (const bool changed : {false, true}) {
    if (changed) change_key();
    for (const char* what : {"", "/segments", "/segments/00000000.seg", "/checkpoint"}) {
      const std::string place = chain() + what;
      const fs::perms was = fs::status(place).permissions();
      fs::permissions(place, fs::perms::none);
      for (const char* reader :
           {"verify a --solver none", "chain log a", "chain show a 1", "chain proof a 1",
            "chain checkpoint a", "chain fsck a"}) {
        Outcome o = called(reader);
        EXPECT_EQ(o.status, 2) << reader << " " << place << "\n" << o.out << o.err;
        EXPECT_THAT(o.err, HasSubstr("ermission denied")) << reader << " " << place;
      }
      fs::permissions(place, was);
    }
  }
}

TEST_F(Upkeep, fsck_finds_what_a_right_checksum_hides) {
  const crypto::KeyPair own = old_key();
  const std::string whole = file("segments/00000000.seg");
  // A body that its leaf does not name.
  testing::forge_frames(chain(), [](auto& frames) { frames[5].payload[20] ^= 1; });
  Outcome o = call("chain fsck a --format json");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.json()["damage"][0].get<std::string>(), HasSubstr("sequence 5"));
  // A leaf that does not follow, signed anew by the log's key.
  put("segments/00000000.seg", whole);
  testing::forge_frames(chain(), [](auto& frames) { std::swap(frames[7], frames[8]); });
  sign(own);
  o = call("chain fsck a");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.err, HasSubstr("sequence 7: link"));
}

TEST_F(Upkeep, files_that_are_none_are_bad_input_and_no_damage) {
  for (const std::string name : {"checkpoint", "checkpoint.lock", "segments/00000000.seg"}) {
    const std::string was = file(name);
    fs::remove(chain() + "/" + name);
    ASSERT_EQ(::mkfifo((chain() + "/" + name).c_str(), 0600), 0);
    EXPECT_EQ(call("chain fsck a").status, 2) << name;
    fs::remove(chain() + "/" + name);
    dir.write("elsewhere", was);
    fs::create_symlink(dir / "elsewhere", chain() + "/" + name);
    EXPECT_EQ(call("chain fsck a").status, 2) << name << ": a link";
    EXPECT_EQ(
        call("chain change-key a --from-run --new-log-key " + key_file("new.key", '8')).status, 2);
    if (name == "checkpoint") {
      EXPECT_EQ(call("chain witness a --key new.key").status, 2);
    }
    EXPECT_TRUE(fs::is_symlink(chain() + "/" + name));
    EXPECT_EQ(slurp(dir / "elsewhere"), was);
    fs::remove(chain() + "/" + name);
    put(name, was);
  }
}

TEST_F(Upkeep, a_checkpoint_behind_its_record_is_signed_by_the_key_of_its_size_or_refused) {
  const crypto::KeyPair old = old_key();
  crypto::KeySeed seed;
  seed.bytes[31] = 9;
  const std::string first = file("checkpoint");
  change_key();
  const std::string last = file("checkpoint"), record = file("checkpoint.lock");
  put("checkpoint", first);
  EXPECT_EQ(call("chain fsck a").status, 0) << "as a killed writer leaves it";
  log::Checkpoint behind = *log::open_checkpoint(first, old.pub);
  for (const crypto::KeyPair& key : {crypto::key_pair_from_seed(seed), [] {
                                       crypto::KeySeed next;
                                       next.bytes[31] = 8;
                                       return crypto::key_pair_from_seed(next);
                                     }()}) {
    put("checkpoint", log::sign_checkpoint(behind, key));
    EXPECT_EQ(call("chain fsck a").status, 1);
    EXPECT_EQ(call("chain fsck a --log-key new.key").status, 1);
    EXPECT_EQ(
        call("chain change-key a --log-key new.key --new-log-key " + key_file("third.key", '7'))
            .status,
        2);
    EXPECT_EQ(file("checkpoint.lock"), record) << "nothing was written";
  }
  put("checkpoint", last);
  EXPECT_EQ(call("chain fsck a").status, 0);
}

TEST_F(Upkeep, a_key_that_the_log_left_or_has_not_yet_signs_nothing) {
  const crypto::KeyPair old = old_key();
  crypto::KeySeed seed;
  seed.bytes[31] = 8;
  sign(crypto::key_pair_from_seed(seed));
  EXPECT_EQ(call("chain fsck a").status, 1) << "before its time";
  sign(old);
  change_key();
  EXPECT_EQ(call("chain fsck a").status, 0);
  EXPECT_EQ(call("verify a --solver none").status, 0);
  Outcome pinned = call("verify a --solver none --format json --log-key " + to_hex(old.pub));
  EXPECT_EQ(pinned.status, 1) << "who expects a key is told that it is another now";
  EXPECT_FALSE(pinned.json()["rests_on"]["log_key"]["expected"]);
  EXPECT_THAT(call("verify a --solver none --log-key " + to_hex(old.pub)).out,
              HasSubstr("not the one that was expected"));
  EXPECT_NE(call("chain checkpoint a --format json").json()["verifier_key"], key);
  sign(old);
  EXPECT_EQ(call("chain fsck a").status, 1);
  EXPECT_EQ(call("verify a --solver none").status, 1);
  Outcome shown = call("chain checkpoint a");
  EXPECT_EQ(shown.status, 1) << "its verifier key would be the one that was left";
  EXPECT_EQ(shown.out, "");
}

TEST_F(Upkeep, growth_over_a_change_of_key_holds_by_both_keys) {
  change_key();
  const std::string later = call("chain checkpoint a --format json").json()["verifier_key"];
  ASSERT_EQ(call("chain consistency a first -o growth").status, 0) << slurp(dir / "err.txt");
  EXPECT_EQ(call("chain check-proof growth --old first --log-key " + later).status, 2);
  Outcome o =
      call("chain check-proof growth --old first --log-key " + later + " --old-log-key " + key);
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(
      call("chain check-proof growth --old first --log-key " + key + " --old-log-key " + later)
          .status,
      2);
  EXPECT_EQ(call("chain check-proof growth --log-key " + later + " --old-log-key " + key).status, 2)
      << "nothing that it would have signed";
}

TEST_F(Upkeep, a_log_put_back_to_before_its_change_of_key_is_found_by_the_later_checkpoint) {
  fs::copy(dir / "a", dir / "kept", fs::copy_options::recursive);
  change_key();
  fs::copy_file(dir / "a/chain/checkpoint", dir / "later");
  const std::string now = call("chain checkpoint a --format json").json()["verifier_key"];
  EXPECT_EQ(call("verify kept --solver none").status, 0) << "by itself nothing shows it";
  Outcome o = call("verify kept --solver none --since later");
  EXPECT_EQ(o.status, 2) << "what is here cannot name the later key";
  EXPECT_THAT(o.err, HasSubstr("--log-key with the verifier key of then"));
  o = call("verify kept --solver none --since later --log-key " + now);
  EXPECT_EQ(o.status, 1) << o.err;
  EXPECT_THAT(o.out, HasSubstr("rolled back"));
  EXPECT_EQ(call("verify a --solver none --since first").status, 0) << "and growth over it holds";
}

TEST_F(Upkeep, a_chain_under_another_name_is_written_as_under_its_own) {
  fs::create_directory_symlink(dir / "a/chain", dir / "linked");
  old_key();
  Outcome o = call("chain change-key linked --log-key keys/log.key --new-log-key " +
                   key_file("new.key", '8'));
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(call("chain fsck a").status, 0);
}

TEST_F(Upkeep, damage_before_a_change_of_key_is_named_and_what_stands_is_kept) {
  change_key();
  const std::string whole = file("segments/00000000.seg");
  std::string changed = whole;
  changed[whole.size() / 2] = static_cast<char>(changed[whole.size() / 2] ^ 4);
  put("segments/00000000.seg", changed);
  Outcome o = call("chain fsck a");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.err, HasSubstr(": crc: ")) << "the damage, not the key of the record behind it";
  o = call("chain salvage a --log-key new.key -o saved");
  EXPECT_EQ(o.status, 2) << "what is kept ends before the change";
  o = call("chain salvage a --from-run -o saved --format json");
  ASSERT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(o.json()["left_behind"].size(), 1u);
  EXPECT_EQ(call("verify saved --solver none --allow-mac").status, 0);
  EXPECT_EQ(file("segments/00000000.seg"), changed);
}

TEST_F(Upkeep, salvage_of_a_body_that_was_changed_and_linked_anew_is_refused_wherever_it_stands) {
  const std::string whole = file("segments/00000000.seg"), note = file("checkpoint"),
                    record = file("checkpoint.lock");
  const std::size_t entries = testing::read_frames(chain()).size();
  for (std::size_t at = 1; at < entries; at += 2) {
    testing::forge_entries(chain(), [&](auto& all) {
      Bytes& payload = all[at].payload;
      payload[12] ^= 1;  // of the salt
      auto read = objects::decode_payload(all[at].leaf.kind, payload);
      if (read) all[at].leaf.id = crypto::content_id(read->body);
    });
    put("checkpoint", note), put("checkpoint.lock", record);
    Outcome o = call("chain salvage a --from-run -o saved");
    EXPECT_EQ(o.status, 2) << at << o.err;
    EXPECT_THAT(o.err, HasSubstr("nothing shows")) << at;
    put("segments/00000000.seg", whole);
  }
}

TEST_F(Upkeep, salvage_writes_neither_into_the_chain_nor_over_anything) {
  put("segments/00000000.seg", file("segments/00000000.seg").substr(0, 3000));
  for (const char* inside : {"a/new", "a/chain/segments/new", "a"})
    EXPECT_EQ(call("chain salvage a --from-run -o " + std::string(inside)).status, 2) << inside;
  // The tail is gone: nothing shows that what is left is what was signed.
  Outcome o = call("chain salvage a --from-run -o saved");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("cannot be told apart any more"));
  EXPECT_FALSE(fs::exists(dir / "saved"));
  o = call("chain salvage a --from-run -o saved --unproved");
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_THAT(o.out, HasSubstr("unproved: "));
  EXPECT_THAT(o.out, HasSubstr("cannot be told apart any more"));
  EXPECT_EQ(call("verify saved --solver none --allow-mac").status, 0);
  EXPECT_EQ(call("chain salvage a --from-run -o saved --unproved").status, 2)
      << "it is there already";
}

TEST_F(Upkeep, salvage_keeps_up_to_the_later_of_record_and_checkpoint) {
  const std::string record = file("checkpoint.lock");
  grow();
  const std::int64_t size = call("chain checkpoint a --format json").json()["size"];
  put("checkpoint.lock", record);
  Outcome o = call("chain salvage a --from-run -o saved --format json");
  ASSERT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(o.json()["size"], size) << "an older record was put back; the checkpoint stands";
  fs::remove(chain() + "/checkpoint");
  fs::remove(chain() + "/checkpoint.lock");
  EXPECT_EQ(call("chain salvage a --from-run -o other").status, 2) << "nothing signed is left";
  o = call("chain salvage a --from-run -o other --unproved --format json");
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_FALSE(o.json()["proved"]);
  EXPECT_EQ(o.json()["because"].size(), 1u) << "the log itself is whole";
}

}  // namespace
}  // namespace capmarket::cli
