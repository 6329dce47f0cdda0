// Promises as who handed something in holds them against the log: kept, broken, not due yet; and an
// operator who promises and leaves it out.
#include <gmock/gmock.h>

#include <filesystem>
#include <optional>
#include <set>

#include "model/base/text.h"
#include "model/chain/reader.h"
#include "model/chain/writer.h"
#include "model/log/checkpoint.h"
#include "model/log/merkle.h"
#include "model/log/promise.h"
#include "tests/cli/small_run.h"
#include "tests/support/chain_files.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::int64_t kDelay = 10 * kNanosPerSecond;  // `chain.merge_delay` of the run

class PromisesCli : public SmallRun {
 protected:
  void SetUp() override {
    run("a", "1min --set chain.promises=true --set chain.merge_delay=10s");
    const nlohmann::json checkpoint = call("chain checkpoint a --format json").json();
    key = checkpoint["verifier_key"];
    fs::copy_file(dir / "a/chain/checkpoint", dir / "first");
  }
  Outcome check(const std::string& promise, const std::string& of, const std::string& more = "") {
    return call("chain check-promise " + promise + " " + of + " --log-key " + key + " " + more);
  }
  /// The log's key of the run.
  crypto::KeyPair own_key() const {
    if (!fs::exists(dir / "keys")) {
      EXPECT_EQ(call("rule keys a --out keys").status, 0);
    }
    return key_pair_of("keys/log.key");
  }
  std::vector<log::PromisedInterval> promised() const {
    return log::parse_promises(slurp(dir / "a/promises")).value();
  }
  /// The first interval's first envelope.
  log::Envelope victim() const { return promised().at(0).envelopes.at(0); }
  std::string promise_of_victim(const std::string& file = "p") const {
    EXPECT_EQ(call("chain promise a " + to_hex(victim().id) + " --force -o " + file).status, 0)
        << slurp(dir / "err.txt");
    return file;
  }
  log::PromiseNote note_of(const std::string& file) const {
    return log::shown_by(log::parse_promise(slurp(dir / file)).value()).value();
  }

  /// A whole second log by the log's key, of the same submissions but the victim, up to `until`;
  /// where it is `late`, the victim comes then.
  void write_without_victim(const std::string& out, Instant until,
                            std::optional<Instant> late = std::nullopt) const {
    auto reader = chain::ChainReader::open(dir / "a/chain").value();
    std::optional<chain::ChainWriter> writer;
    std::optional<objects::CheckedSubmission> left_out;
    while (auto entry = reader.next().value()) {
      const chain::Leaf& leaf = entry->leaf;
      if (leaf.time > until) break;
      auto checked = chain::submission_of(*entry, reader.chain(), reader.signing()).value();
      if (!writer) {
        writer.emplace(
            chain::ChainWriter::create(dir / out, checked, leaf.time, own_key()).value());
      } else if (log::Envelope{leaf.id, leaf.signatures} == victim()) {
        left_out = std::move(checked);
      } else if (!objects::is_derived(leaf.kind) && leaf.kind != objects::Kind::tick) {
        ASSERT_TRUE(writer->chain().submit(checked, leaf.time));
      }
    }
    ASSERT_TRUE(left_out.has_value());
    if (late) ASSERT_TRUE(writer->chain().submit(*left_out, *late));
    writer->chain().tick(until);
    ASSERT_TRUE(writer->commit());
  }
};

TEST_F(PromisesCli, of_all_that_was_handed_in_are_kept) {
  const nlohmann::json entries = call("chain log a --format json").json()["entries"];
  std::set<std::string> ids;
  for (const log::PromisedInterval& interval : promised())
    for (const log::Envelope& e : interval.envelopes) ids.insert(to_hex(e.id));
  std::size_t kept = 0;
  for (const auto& entry : entries) {
    const std::string id = std::to_string(entry["sequence"].get<int>());
    Outcome promise = call("chain promise a " + id);
    const bool given = ids.contains(entry["id"].get<std::string>());
    ASSERT_EQ(promise.status, given ? 0 : 2) << id << promise.err;
    if (!given || kept == 8) continue;
    ++kept;
    dir.write("p", promise.out);
    Outcome o = check("p", "a", "--format json");
    EXPECT_EQ(o.status, 0) << id << o.err;
    EXPECT_EQ(o.json()["verdict"], "kept");
    EXPECT_EQ(o.json()["entry"]["sequence"], entry["sequence"]);
    EXPECT_EQ(o.json()["id"], entry["id"]);
    EXPECT_THAT(check("p", "a/chain").out, HasSubstr("kept: an entry of "));
  }
  EXPECT_EQ(kept, 8u);
  EXPECT_EQ(call("chain promise a 100000").status, 2);
  EXPECT_EQ(call("chain promise a/chain " + to_hex(victim().id)).status, 2) << "no run directory";
}

TEST_F(PromisesCli, are_undecided_where_the_body_was_pruned) {
  const nlohmann::json first = call("chain log a --format json --kind settlement").json()["entries"][0];
  const std::string id = std::to_string(first["sequence"].get<int>());
  dir.write("p", call("chain promise a " + id).out);
  const Outcome pruned = call("chain prune a " + id + " --from-run --at 2060-01-01T00:00:00Z");
  ASSERT_EQ(pruned.status, 0) << pruned.err;
  ASSERT_EQ(call("chain show a " + id + " --format json").json()["pruned"], true);
  const Outcome o = check("p", "a", "--format json");
  EXPECT_EQ(o.status, 3) << o.err;
  EXPECT_EQ(o.json()["verdict"], "undecided");
}
TEST_F(PromisesCli, stand_in_the_run_and_its_receipt_vouches_for_them) {
  EXPECT_EQ(call("verify a --solver none").status, 0);
  const std::string text = slurp(dir / "a/promises");
  std::string changed = text;
  changed[text.size() / 2] = static_cast<char>(changed[text.size() / 2] ^ 1);
  dir.write("a/promises", changed);
  Outcome o = call("verify a --solver none");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.out, HasSubstr("promises is not the file that run.json names"));
  fs::remove(dir / "a/promises");
  EXPECT_THAT(call("verify a --solver none").out, HasSubstr("promises is missing"));
  run("b", "1min");
  EXPECT_FALSE(fs::exists(dir / "b/promises")) << "off where nothing is said";
  Outcome never = call("chain promise b 30");
  EXPECT_EQ(never.status, 2);
  EXPECT_THAT(never.err, HasSubstr("chain: { promises: true }"));
  EXPECT_EQ(slurp(dir / "b/chain/checkpoint"), slurp(dir / "first")) << "and the chain is the same";
  Outcome none = call("chain promise b 20");
  EXPECT_EQ(none.status, 2);
  dir.write("b/promises", text);
  EXPECT_THAT(call("verify b --solver none").out, HasSubstr("promises is not named by run.json"));
  run("b", "1min --force");
  EXPECT_FALSE(fs::exists(dir / "b/promises")) << "a run with promises is replaced as any is";
}

TEST_F(PromisesCli, an_operator_who_leaves_an_envelope_out_is_caught_by_who_has_its_promise) {
  const std::string p = promise_of_victim();
  const Instant by = note_of(p).by;
  write_without_victim("censored", by + Duration(1));
  EXPECT_EQ(call("verify censored --solver none").status, 0) << "the log alone shows nothing";
  Outcome o = check(p, "censored");
  EXPECT_EQ(o.status, 1) << o.err;
  EXPECT_THAT(o.out, HasSubstr("broken: promised by " + to_text(by)));
  EXPECT_THAT(o.out, HasSubstr("evidence of censorship"));
  EXPECT_EQ(check(p, "censored", "--format json").json()["verdict"], "broken");
  EXPECT_TRUE(check(p, "censored", "--format json").json()["entry"].is_null());
}

TEST_F(PromisesCli, until_the_latest_time_has_passed_nothing_is_decided) {
  const std::string p = promise_of_victim();
  const Instant by = note_of(p).by;
  write_without_victim("early", by);
  Outcome o = check(p, "early");
  EXPECT_EQ(o.status, 3) << "an entry of the very latest time may follow";
  EXPECT_THAT(o.out, HasSubstr("undecided: promised by " + to_text(by)));
  EXPECT_EQ(check(p, "early", "--format json").json()["verdict"], "undecided");
}

TEST_F(PromisesCli, an_entry_of_the_latest_time_keeps_one_and_a_later_entry_breaks_it) {
  const std::string p = promise_of_victim();
  const Instant by = note_of(p).by;
  write_without_victim("in-time", by, by);
  EXPECT_EQ(check(p, "in-time").status, 0);
  write_without_victim("late", by, by + Duration(1));
  EXPECT_EQ(call("verify late --solver none").status, 0);
  Outcome o = check(p, "late");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.out, HasSubstr("broken: an entry of " + to_text(by + Duration(1)) + " only"));
  EXPECT_FALSE(check(p, "late", "--format json").json()["entry"].is_null());
}

TEST_F(PromisesCli, a_leaf_that_names_an_envelope_which_is_not_there_keeps_nothing) {
  const std::string p = promise_of_victim();
  testing::forge_frames(dir / "a/chain", [&](auto& frames) {
    for (std::size_t i = 1; i + 1 < frames.size(); ++i) {
      const chain::Leaf leaf = chain::decode_leaf(frames[i].leaf).value();
      if (log::Envelope{leaf.id, leaf.signatures} == victim())
        frames[i].payload = frames[i + 1].payload;
    }
  });
  Outcome o = check(p, "a");
  EXPECT_EQ(o.status, 2) << o.out;
  EXPECT_THAT(o.err, HasSubstr("payload"));
}

TEST_F(PromisesCli, of_another_log_by_another_key_or_changed_are_bad_input) {
  const std::string p = promise_of_victim(), text = slurp(dir / p);
  run("other", "1min --set seed.population=2 --set chain.promises=true");
  Outcome o = check(p, "other");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("the chain of the log "));
  ASSERT_EQ(call("chain promise other 40 -o foreign").status, 0) << slurp(dir / "err.txt");
  EXPECT_THAT(check("foreign", "a").err, HasSubstr("a promise of the log "));
  EXPECT_EQ(slurp(dir / "out.txt"), "");
  // The log's name with another key: in the call, and under the note.
  const log::VerifierKey own = log::parse_verifier_key(key).value();
  crypto::KeySeed seed;
  seed.bytes[0] = 7;
  const crypto::KeyPair stranger = crypto::key_pair_from_seed(seed);
  o = call("chain check-promise p a --log-key " +
           log::to_text(log::log_verifier(own.name, stranger.pub)));
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("no key that this log has or had"));
  log::Promise signed_by_stranger = log::parse_promise(text).value();
  signed_by_stranger.note = log::sign_promise(note_of(p), stranger);
  dir.write("stranger", log::to_text(signed_by_stranger));
  o = check("stranger", "a");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("not signed by the log's key"));
  for (std::size_t at = 0; at < text.size(); at += 37) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    dir.write("changed", changed);
    EXPECT_EQ(check("changed", "a").status, 2) << at;
  }
  EXPECT_EQ(check("nowhere", "a").status, 2);
  EXPECT_EQ(check(p, "nowhere").status, 2);
}

TEST_F(PromisesCli, are_no_checkpoints_and_checkpoints_are_no_promises) {
  const std::string p = promise_of_victim();
  dir.write("note", log::parse_promise(slurp(dir / p)).value().note);
  for (const char* file : {"note", "p"})
    EXPECT_EQ(call(std::string("chain check-proof ") + file + " --log-key " + key).status, 2)
        << file;
  fs::copy_file(dir / "note", dir / "a/chain/checkpoint", fs::copy_options::overwrite_existing);
  EXPECT_EQ(call("verify a/chain --solver none").status, 1);
  EXPECT_EQ(check(p, "a").status, 2);
  fs::copy_file(dir / "first", dir / "a/chain/checkpoint", fs::copy_options::overwrite_existing);
  EXPECT_EQ(check("first", "a").status, 2);
  log::Promise with = log::parse_promise(slurp(dir / p)).value();
  with.note = slurp(dir / "first");
  dir.write("with", log::to_text(with));
  Outcome o = check("with", "a");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("a note that promises nothing"));
}

TEST_F(PromisesCli, a_damaged_chain_decides_nothing) {
  const std::string p = promise_of_victim();
  std::string segment = slurp(dir / "a/chain/segments/00000000.seg");
  segment[segment.size() - 40] = static_cast<char>(segment[segment.size() - 40] ^ 1);
  dir.write("a/chain/segments/00000000.seg", segment);
  Outcome o = check(p, "a");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("crc"));
}

TEST_F(PromisesCli, hold_by_the_logs_key_of_their_time_after_it_has_changed) {
  const std::string p = promise_of_victim();
  const crypto::KeyPair old = own_key();
  ASSERT_EQ(
      call("chain change-key a --log-key keys/log.key --new-log-key " + key_file("new.key", '8'))
          .status,
      0)
      << slurp(dir / "err.txt");
  const std::string later = call("chain checkpoint a --format json").json()["verifier_key"];
  for (const std::string& known : {key, later})
    EXPECT_EQ(call("chain check-promise p a --log-key " + known).status, 0)
        << slurp(dir / "err.txt");
  // Somebody still has the old key: what it promises behind the change accuses nobody. The new one
  // promised nothing before.
  const Instant changed = parse_instant(call("chain log a --kind log-key --format json")
                                            .json()["entries"][0]["time"]
                                            .get<std::string>())
                              .value();
  const log::Envelope made_up{ContentId{{1}}, Digest{{2}}};
  auto forged = [&](Instant at, const crypto::KeyPair& by) {
    const log::PromiseNote note{log::parse_verifier_key(key).value().name, 1,
                                log::envelope_hash(made_up), at, at};
    dir.write("forged", log::to_text(log::Promise{made_up, 0, {}, log::sign_promise(note, by)}));
    return call("chain check-promise forged a --log-key " + later).status;
  };
  const crypto::KeyPair next = key_pair_of("new.key");
  EXPECT_EQ(forged(changed + Duration(1), old), 3) << "nothing shows yet when the log went over";
  EXPECT_EQ(forged(changed + Duration(1), next), 3);
  {
    auto writer = chain::ChainWriter::open(dir / "a/chain", next);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->chain().tick(changed + Duration(kNanosPerSecond)));
    ASSERT_TRUE(writer->commit());
  }
  const Instant by = changed + Duration(kNanosPerSecond);
  EXPECT_EQ(forged(changed, old), 1) << "one instant, two keys: either";
  EXPECT_EQ(forged(changed, next), 1);
  EXPECT_EQ(forged(changed + Duration(1), old), 3) << "the log, or whoever has its old key";
  EXPECT_THAT(slurp(dir / "out.txt"), HasSubstr("either the log changed its key behind the"));
  EXPECT_EQ(forged(changed + Duration(1), next), 1);
  EXPECT_EQ(forged(by + Duration(1), old), 3);
  EXPECT_EQ(forged(by + Duration(1), next), 3) << "not due";
  EXPECT_EQ(forged(changed - Duration(1), next), 2);
  EXPECT_EQ(forged(changed - Duration(1), old), 1) << "of its own time a stolen key can forge";
}

/// A log that changed its key twice at one instant, an hour before its last entry.
class LeftKeys : public PromisesCli {
 protected:
  std::string origin, verifier, named;
  std::int64_t size = 0, second = 0;  // of what is promised behind the changes
  crypto::KeyPair witness;

  void SetUp() override {
    PromisesCli::SetUp();
    own_key();
    key_file("new.key", '8'), key_file("third.key", '6');
    ASSERT_EQ(call("chain change-key a --log-key keys/log.key --new-log-key new.key").status, 0);
    fs::copy_file(dir / "a/chain/checkpoint", dir / "between");
    ASSERT_EQ(call("chain change-key a --log-key new.key --new-log-key third.key").status, 0);
    fs::copy_file(dir / "a/chain/checkpoint", dir / "after");
    const auto change = call("chain log a --kind log-key --format json").json()["entries"][0];
    const Instant changed = parse_instant(change["time"].get<std::string>()).value();
    second = changed.value / kNanosPerSecond + 60;
    auto writer = chain::ChainWriter::open(dir / "a/chain", key_pair_of("third.key"));
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->chain().tick(changed + Duration(3600 * kNanosPerSecond)));
    ASSERT_TRUE(writer->commit());
    const nlohmann::json now = call("chain checkpoint a --format json").json();
    origin = now["origin"], verifier = now["verifier_key"], size = now["size"];
    witness = key_pair_of(key_file("w.key", '5'));
    named = log::to_text(log::witness_verifier("w", witness.pub));
  }
  /// Of what nobody handed in, or what the log left out.
  void promise(const std::string& by) const {
    const log::Envelope left_out{ContentId{{1}}, Digest{{2}}};
    const Instant at(second * kNanosPerSecond);
    const log::PromiseNote note{origin, 1, log::envelope_hash(left_out), at, at};
    dir.write(
        "p", log::to_text(log::Promise{left_out, 0, {}, log::sign_promise(note, key_pair_of(by))}));
  }
  Outcome check_left(const std::string& more) const {
    return call("chain check-promise p a --format json --log-key " + verifier + more);
  }
  Outcome seen(const std::string& checkpoint, std::int64_t time) const {
    log::Note note = log::parse_note(slurp(dir / checkpoint)).value();
    note.signatures.push_back(log::cosign(note, "w", witness, time));
    dir.write("seen", log::to_text(note));
    return check_left(" --seen seen --witness " + named);
  }
};

TEST_F(LeftKeys, promise_what_a_witness_saw_to_be_the_logs) {
  for (const std::string& by : {std::string("keys/log.key"), std::string("new.key")}) {
    promise(by);
    const bool first = by == "keys/log.key";
    const std::string before = first ? "first" : "between";
    EXPECT_EQ(check_left("").status, 3);
    Outcome o = seen(before, second);
    EXPECT_EQ(o.status, 1) << o.err << "the log had not left it in the eyes of the witness";
    EXPECT_EQ(o.json()["verdict"], "broken");
    EXPECT_EQ(seen(before, second + 1).status, 1);
    EXPECT_EQ(seen(before, second - 1).status, 3) << "it may have left it since";
    EXPECT_EQ(seen("after", second).status, 3) << "in that second, before or behind it";
    o = seen("after", second - 1);
    EXPECT_EQ(o.status, 0) << o.err;
    EXPECT_EQ(o.json()["verdict"], "not-given");
    EXPECT_EQ(seen("after", second + 1).status, 3);
    if (first) {
      EXPECT_EQ(seen("between", second - 1).status, 0) << "it covers the first change";
    } else {
      EXPECT_EQ(seen("first", second).status, 3) << "not by the key that promised";
    }
  }
  promise("third.key");
  EXPECT_EQ(check_left("").status, 1) << "by the log's key of then there is no dispute";
}

TEST_F(LeftKeys, are_decided_by_a_checkpoint_of_this_log_that_the_witness_cosigned) {
  promise("keys/log.key");
  EXPECT_EQ(check_left(" --seen first").status, 2);
  EXPECT_EQ(check_left(" --witness " + named).status, 2);
  EXPECT_EQ(check_left(" --seen first --witness " + key).status, 2) << "a log's key";
  Outcome o = check_left(" --seen first --witness " + named);
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("not cosigned by w"));
  const crypto::KeyPair old = key_pair_of("keys/log.key"), third = key_pair_of("third.key");
  const log::Checkpoint end = log::open_checkpoint(slurp(dir / "first"), old.pub).value();
  dir.write("other", log::sign_checkpoint({end.origin, end.size, Digest{{3}}}, old));
  EXPECT_EQ(seen("other", second).status, 2) << "another root";
  dir.write("other", log::sign_checkpoint({end.origin, size + 1, end.root}, third));
  EXPECT_EQ(seen("other", second).status, 2) << "more than the chain has";
  dir.write("other", log::sign_checkpoint(end, third));
  EXPECT_EQ(seen("other", second).status, 2) << "not the key of then";
}

}  // namespace
}  // namespace capmarket::cli
