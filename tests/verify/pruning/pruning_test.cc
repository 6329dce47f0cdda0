// What may be pruned from random markets of every kind of object, at instants all along their retention:
// what is left replays, the auditor says so too, the root and every proof stand, and the log goes on.
#include "verify/pruning/pruning.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "model/chain/replay.h"
#include "model/crypto/hash.h"
#include "model/log/proof.h"
#include "tests/support/scratch_folder.h"
#include "tests/verify/audit/audit_world.h"

namespace capmarket::pruning {
namespace {

using audit::AuditReport;
using audit::audited;
using audit::AuditWorld;

/// A market after random steps; the same for the same seed.
std::unique_ptr<AuditWorld> played(int seed) {
  auto world = std::make_unique<AuditWorld>(audit::choices_of(seed));
  std::mt19937 random(static_cast<unsigned>(seed));
  auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int i = 0; i < 150; ++i) {
    world->step(pick);
    if (pick(3) == 0) world->wait(pick(4));
  }
  world->wait(400);
  world->tick();
  // Who is owed something keeps much of some markets, and nothing of others.
  if (seed % 3 != 0) world->pay_all();
  return world;
}

Digest root_of(const std::vector<log::Frame>& frames, std::size_t count) {
  std::vector<Digest> hashes;
  for (std::size_t i = 0; i < count; ++i) hashes.push_back(log::leaf_hash(frames[i].leaf));
  return log::merkle_root(hashes);
}

/// Prunes all that may go at `at`. Gives how many bodies went.
std::int64_t prune(const std::string& dir, Instant at, std::map<std::string, int>& seen) {
  if (auto ticked = write_tick(dir, testing::log_key(), at); !ticked) {
    ADD_FAILURE() << to_text(ticked.error());
    return -1;
  }
  auto read = read_chain(dir, std::nullopt);
  if (!read) {
    ADD_FAILURE() << to_text(read.error());
    return -1;
  }
  auto settled = settle(dir, *read, {}, 1);
  if (!settled) {
    ADD_FAILURE() << to_text(settled.error());
    return -1;
  }
  for (const chain::KeptBody& k : settled->plan.entries) ++seen[std::string(to_text(k.why))];
  for (std::int64_t n : settled->going.all())
    ++seen["gone " + std::string(objects::to_text(read->history.entries()[static_cast<std::size_t>(n)].leaf.kind))];
  seen["not decided again"] += static_cast<int>(settled->not_redecided.size());
  auto done = carry_out(dir, testing::log_key(), *read, *settled);
  if (!done) {
    ADD_FAILURE() << to_text(done.error());
    return -1;
  }
  EXPECT_EQ(done->went.bodies, settled->going.count());
  EXPECT_EQ(done->entries.empty(), settled->going.empty());
  return done->went.bodies;
}

/// Nothing of what is listed is on the disk, leaves are as they were, and both read the rest.
void expect_sound(const std::string& dir, const std::vector<log::Frame>& before, std::int64_t pruned) {
  const std::vector<log::Frame> now = testing::read_frames(dir);
  ASSERT_GE(now.size(), before.size());
  EXPECT_EQ(root_of(now, before.size()), root_of(before, before.size()));
  std::int64_t empty = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    ASSERT_EQ(now[i].leaf, before[i].leaf);
    if (now[i].payload.empty())
      ++empty;
    else
      ASSERT_EQ(now[i].payload, before[i].payload);
  }
  AuditReport report = audited(dir);
  ASSERT_TRUE(report.holds()) << audit::violations_of(report);
  EXPECT_EQ(report.pruned, pruned);
  EXPECT_EQ(report.pruned_present, 0);
  EXPECT_EQ(empty, pruned);
  auto reader = chain::ChainReader::open(dir);
  ASSERT_TRUE(reader);
  auto chain = chain::replay(*reader);
  ASSERT_TRUE(chain) << to_text(chain.error());
  EXPECT_EQ(chain->root(), report.root);
  std::vector<std::int64_t> refusals;
  for (Sequence n : chain->not_redecided()) refusals.push_back(n.value);
  EXPECT_EQ(refusals, report.not_redecided) << "replay and audit let the same refusals stand";
}

constexpr std::int64_t kDay = 24 * 3600;

/// Nothing of the market may be pruned sooner after its admission: in seconds, rounded up.
std::int64_t longest_kept_of(AuditWorld& world) {
  const chain::LongestKept longest(world.market().chain().state());
  return static_cast<std::int64_t>((longest.until(testing::kStart) - testing::kStart.value) /
                                   kNanosPerSecond) +
         1;
}

TEST(Pruning, leaves_a_chain_that_replays_and_that_the_audit_accepts_all_along_the_retention) {
  std::map<std::string, int> seen;
  for (int seed = 0; seed < 16; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    testing::ScratchFolder dir;
    auto world = played(seed);
    world->write(dir.path());
    std::int64_t pruned = 0;
    const std::int64_t kept = longest_kept_of(*world);
    for (std::int64_t seconds :
         {29 * kDay, kept + 60, kept + 120, kept + 240, kept + kDay, 4000 * kDay}) {
      const std::vector<log::Frame> before = testing::read_frames(dir.path());
      const std::int64_t went = prune(dir.path(), testing::kStart + Duration(seconds * kNanosPerSecond), seen);
      ASSERT_GE(went, 0);
      pruned += went;
      expect_sound(dir.path(), before, pruned);
      if (HasFailure()) FAIL() << "at " << seconds << " s";
    }
  }
  // What nothing reached says nothing.
  for (const char* name : {"gone settlement", "gone displacement", "gone obligation", "gone declaration",
                           "gone declaration-batch", "gone request", "gone residual", "gone payment",
                           "gone dispute", "gone resolution", "gone failure", "gone curtailment",
                           "gone review", "gone price-index", "gone activity", "gone claim-closed",
                           "retention", "open-obligation", "lineage", "decision", "not decided again"})
    EXPECT_GT(seen[name], 0) << name;
  for (const auto& [name, count] : seen) std::printf("  %s: %d\n", name.c_str(), count);
}

/// A pruned chain of a random market, a part of which stays.
struct PrunedChain {
  testing::ScratchFolder dir;
  std::unique_ptr<AuditWorld> world;
  std::vector<log::Frame> before;
  std::int64_t went = 0;  // bodies
  explicit PrunedChain(int seed) : world(played(seed)) {
    const std::int64_t seconds = longest_kept_of(*world) + 240;
    world->write(dir.path());
    before = testing::read_frames(dir.path());
    std::map<std::string, int> seen;
    went = prune(dir.path(), testing::kStart + Duration(seconds * kNanosPerSecond), seen);
  }
  void copy_to(const std::string& to) const {
    std::filesystem::create_directories(to + "/segments");
    for (const char* name : {"genesis.cbor", "checkpoint", "checkpoint.lock", "segments/00000000.seg"})
      testing::write_bytes(to + "/" + name, testing::read_bytes(dir.path() + "/" + name));
  }
  std::size_t first(bool is_empty) const {
    const auto now = testing::read_frames(dir.path());
    for (std::size_t i = 1; i < now.size(); ++i)
      if (now[i].payload.empty() == is_empty) return i;
    return 0;
  }
};

bool replays(const std::string& dir) {
  auto reader = chain::ChainReader::open(dir);
  return reader && chain::replay(*reader).has_value();
}

TEST(Pruning, a_body_may_be_back_as_it_was_and_as_nothing_else) {
  PrunedChain c(3);
  ASSERT_GT(c.went, 0);
  const std::size_t at = c.first(true);
  testing::forge_frames(c.dir.path(), [&](auto& frames) { frames[at].payload = c.before[at].payload; });
  AuditReport report = audited(c.dir.path());
  EXPECT_TRUE(report.holds()) << audit::violations_of(report);
  EXPECT_EQ(report.pruned_present, 1);
  EXPECT_TRUE(replays(c.dir.path()));
  testing::forge_frames(c.dir.path(), [&](auto& frames) { frames[at].payload.back() ^= 1; });
  report = audited(c.dir.path());
  EXPECT_FALSE(report.holds());
  EXPECT_EQ(report.violations[0].sequence, static_cast<std::int64_t>(at));
  EXPECT_FALSE(replays(c.dir.path()));
  testing::forge_frames(c.dir.path(), [&](auto& frames) { frames[at].payload = {0}; });
  EXPECT_FALSE(audited(c.dir.path()).holds());
  EXPECT_FALSE(replays(c.dir.path()));
}

TEST(Pruning, a_body_that_no_pruning_lists_may_not_be_gone) {
  PrunedChain c(3);
  ASSERT_GT(c.went, 0);
  const auto now = testing::read_frames(c.dir.path());
  int tried = 0;
  for (std::size_t i = 1; i < now.size(); i += 3) {
    if (now[i].payload.empty()) continue;
    testing::forge_frames(c.dir.path(), [&](auto& frames) { frames[i].payload.clear(); });
    EXPECT_FALSE(audited(c.dir.path()).holds()) << "entry " << i;
    EXPECT_FALSE(replays(c.dir.path())) << "entry " << i;
    testing::forge_frames(c.dir.path(), [&](auto& frames) { frames[i].payload = now[i].payload; });
    ++tried;
  }
  EXPECT_GT(tried, 20);
  EXPECT_TRUE(audited(c.dir.path()).holds());
}

/// Entries whose leaves a forger may write anew with the log's key, where their bodies are gone.
void forge(const std::string& dir, const std::function<void(std::vector<testing::ForgedEntry>&)>& change) {
  testing::forge_entries(dir, change);
}

std::size_t last_of(const std::vector<testing::ForgedEntry>& entries, objects::Kind kind) {
  for (std::size_t i = entries.size(); i-- > 0;)
    if (entries[i].leaf.kind == kind) return i;
  return 0;
}

Bytes pruning_payload(std::int64_t entries, const std::vector<std::int64_t>& runs, ContentId& id) {
  const Bytes body = objects::encode_object(objects::Pruning{{}, entries, runs});
  id = crypto::content_id(body);
  return objects::encode_payload(body, {});
}

TEST(Pruning, a_forger_with_the_logs_key_cannot_hide_a_body_that_others_need_or_that_governs) {
  auto attempt =
      [](const char* what,
         const std::function<void(std::vector<testing::ForgedEntry>&, std::size_t)>& change) {
        PrunedChain c(3);
        ASSERT_GT(c.went, 0);
        forge(c.dir.path(),
              [&](auto& entries) { change(entries, last_of(entries, objects::Kind::pruning)); });
        EXPECT_FALSE(audited(c.dir.path()).holds()) << what;
        EXPECT_FALSE(replays(c.dir.path())) << what;
      };
  auto relist = [](std::vector<testing::ForgedEntry>& entries, std::size_t at, const std::vector<std::int64_t>& runs) {
    entries[at].payload = pruning_payload(static_cast<std::int64_t>(at), runs, entries[at].leaf.id);
  };
  auto take = [&](objects::Kind kind) {
    return [=](std::vector<testing::ForgedEntry>& entries, std::size_t at) {
      // One more goes, which a Pruning behind the first lists.
      std::size_t one = 0;
      for (std::size_t i = 1; i < at && one == 0; ++i)
        if (entries[i].leaf.kind == kind && !entries[i].payload.empty() && entries[i].leaf.decision.admitted())
          one = i;
      ASSERT_GT(one, 0U);
      entries[one].payload.clear();
      testing::ForgedEntry more = entries[at];
      entries.push_back(more);
      relist(entries, entries.size() - 1, {static_cast<std::int64_t>(one), 1});
    };
  };
  for (objects::Kind kind : {objects::Kind::rule, objects::Kind::credential_grant, objects::Kind::class_declaration,
                             objects::Kind::declaration, objects::Kind::request})
    attempt(std::string(objects::to_text(kind)).c_str(), take(kind));
  attempt("listed twice", [&](auto& entries, std::size_t at) {
    entries.push_back(entries[at]);
    const auto payload = objects::decode_payload(objects::Kind::pruning, entries[at].payload);
    const auto p = std::get<objects::Pruning>(*objects::decode_object(objects::Kind::pruning, payload->body));
    relist(entries, entries.size() - 1, p.runs);
  });
  attempt("no pruning any more", [](auto& entries, std::size_t at) { entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(at)); });
  attempt("of another place", [&](auto& entries, std::size_t at) {
    entries[at].payload = pruning_payload(static_cast<std::int64_t>(at) - 1, {1, 1}, entries[at].leaf.id);
  });
  attempt("of a later time", [](auto& entries, std::size_t at) { ++entries[at].leaf.time.value; });
  attempt("of itself", [&](auto& entries, std::size_t at) { relist(entries, at, {static_cast<std::int64_t>(at), 1}); });
}

/// Changes every `step`-th entry behind the first that lost its body, one at a time, in six pruned
/// markets; `change` says whether it did. Both readers refuse each. How many there were.
int refused_by_both(std::size_t step, const std::function<bool(testing::ForgedEntry&)>& change) {
  int changed = 0;
  for (int seed = 3; seed < 9; ++seed) {
    PrunedChain c(seed);
    if (c.went == 0) continue;  // all of it stays then
    const std::size_t size = testing::read_frames(c.dir.path()).size();
    for (std::size_t i = c.first(true); i < size; i += step) {
      bool tried = false;
      testing::ScratchFolder copy;
      c.copy_to(copy.path());
      forge(copy.path(), [&](auto& entries) {
        testing::ForgedEntry& e = entries[i];
        tried = !e.payload.empty() && !objects::is_derived(e.leaf.kind) &&
                !objects::is_of_writer(e.leaf.kind) && change(e);
      });
      if (!tried) continue;
      ++changed;
      EXPECT_FALSE(audited(copy.path()).holds()) << "seed " << seed << " entry " << i;
      EXPECT_FALSE(replays(copy.path())) << "seed " << seed << " entry " << i;
    }
  }
  return changed;
}

TEST(Pruning, an_admission_beside_what_is_gone_is_still_decided_again) {
  // Whoever prunes one thing does not get another one through: each clause that reads nothing of others
  // is judged, and of an admission every clause.
  const int changed = refused_by_both(5, [](testing::ForgedEntry& e) {
    e.leaf.decision = e.leaf.decision.admitted()
                          ? admission::Decision{{admission::ClauseId::signatures}, {}, {}}
                          : admission::Decision{};
    return true;
  });
  EXPECT_GT(changed, 20);
}

TEST(Pruning, what_was_just_admitted_is_pruned_by_nobody) {
  testing::ScratchFolder dir;
  auto world = played(4);
  world->write(dir.path());
  auto read = read_chain(dir.path(), testing::kStart + Duration(90 * kDay * kNanosPerSecond));
  ASSERT_TRUE(read);
  auto settled = settle(dir.path(), *read, {}, 1);
  ASSERT_TRUE(settled);
  // What may go in three months, gone now, and listed by a log that signs anything.
  forge(dir.path(), [&](std::vector<testing::ForgedEntry>& entries) {
    const auto size = static_cast<std::int64_t>(entries.size());
    const std::vector<std::int64_t> going = settled->going.below(size).all();
    for (std::int64_t n : going) entries[static_cast<std::size_t>(n)].payload.clear();
    const objects::Pruning listing = chain::prunings_of(going, size)[0];
    testing::ForgedEntry e = entries.back();
    e.leaf.kind = objects::Kind::pruning;
    e.leaf.decision = {};
    e.leaf.signatures = objects::hash_signatures({});
    e.payload = pruning_payload(size, listing.runs, e.leaf.id);
    entries.push_back(e);
  });
  const AuditReport report = audited(dir.path());
  ASSERT_FALSE(report.holds());
  EXPECT_NE(audit::violations_of(report).find("which may matter still"), std::string::npos)
      << audit::violations_of(report);
  EXPECT_EQ(audit::violations_of(report).find("no pruning lists"), std::string::npos)
      << "one does, too early: " << audit::violations_of(report);
  EXPECT_FALSE(replays(dir.path()));
}

/// An entry at the end that lists one whose body is gone.
void list_at_end(std::vector<testing::ForgedEntry>& entries, std::size_t one) {
  const auto size = static_cast<std::int64_t>(entries.size());
  entries[one].payload.clear();
  testing::ForgedEntry e = entries.back();
  e.leaf.kind = objects::Kind::pruning;
  e.leaf.decision = {};
  e.leaf.signatures = objects::hash_signatures({});
  e.payload = pruning_payload(size, {static_cast<std::int64_t>(one), 1}, e.leaf.id);
  entries.push_back(e);
}

TEST(Pruning, nothing_that_somebody_handed_in_goes_as_long_as_it_may_matter) {
  // Kinds of which nothing follows in their own group, so that nothing else tells of it: what they
  // forbid would be let in.
  std::map<std::string, int> tried;
  for (int seed = 0; seed < 6; ++seed) {
    auto world = played(seed);
    testing::ScratchFolder dir;
    world->write(dir.path());
    const auto all = testing::read_frames(dir.path());
    for (std::size_t i = 1; i < all.size(); ++i) {
      auto leaf = chain::decode_leaf(all[i].leaf);
      ASSERT_TRUE(leaf);
      const bool lone = leaf->kind == objects::Kind::payment ||
                        leaf->kind == objects::Kind::activity ||
                        leaf->kind == objects::Kind::contest ||
                        leaf->kind == objects::Kind::witness ||
                        (leaf->kind == objects::Kind::settlement && !leaf->decision.admitted());
      if (!lone || tried[std::string(objects::to_text(leaf->kind))]++ > 2) continue;
      testing::ScratchFolder copy;
      world->write(copy.path());
      forge(copy.path(), [&](auto& entries) { list_at_end(entries, i); });
      const AuditReport report = audited(copy.path());
      EXPECT_NE(audit::violations_of(report).find("which may matter still"), std::string::npos)
          << objects::to_text(leaf->kind) << audit::violations_of(report);
      EXPECT_FALSE(replays(copy.path())) << objects::to_text(leaf->kind);
    }
  }
  for (const char* kind : {"payment", "activity", "settlement"}) EXPECT_GT(tried[kind], 0) << kind;
}

TEST(Pruning, a_refusal_by_a_clause_that_its_kind_has_not_is_excused_by_nothing_gone) {
  const int tried = refused_by_both(3, [](testing::ForgedEntry& e) {
    if (e.leaf.kind == objects::Kind::settlement || !e.leaf.decision.admitted()) return false;
    e.leaf.decision.failed = {admission::ClauseId::capacity};
    return true;
  });
  EXPECT_GT(tried, 10);
}

TEST(Pruning, a_refusal_is_excused_by_what_it_names_and_is_gone_not_by_what_never_was) {
  using testing::at_second;
  using testing::seconds;
  testing::Market m{{crypto::Scheme::mac}};
  const testing::Party holder = m.holder(100), user = m.user("basic");
  const ContentId declaration = m.declare(holder, 10, seconds(200, 300));
  const objects::Request q = m.request(user, {declaration}, 5, seconds(200, 300));
  const ContentId request = m.ask(user, q);
  m.chain().tick(at_second(100 * kDay));
  auto withdraw = [&](const ContentId& what) {
    const auto s = m.sign(objects::Withdrawal{m.salt(), user.key.pub, what},
                          {{objects::Role::user, user.key}});
    EXPECT_NE(testing::clauses(m.submit(s, at_second(100 * kDay))), "");
    return s.id;
  };
  const ContentId of_gone = withdraw(request), of_none = withdraw(crypto::content_id(Bytes{1}));
  for (const ContentId& id : {of_gone, of_none}) {
    testing::ScratchFolder dir;
    m.write(dir.path());
    std::map<std::string, int> seen;
    ASSERT_GT(prune(dir.path(), at_second(101 * kDay), seen), 0);
    ASSERT_EQ(seen["gone request"], 1);
    ASSERT_TRUE(audited(dir.path()).holds());
    // Refused by another clause of its kind, which it does not break as far as is there.
    forge(dir.path(), [&](std::vector<testing::ForgedEntry>& entries) {
      for (testing::ForgedEntry& e : entries)
        if (e.leaf.id == id) e.leaf.decision = {{admission::ClauseId::standing}, {}, {}};
    });
    EXPECT_EQ(audited(dir.path()).holds(), id == of_gone);
    EXPECT_EQ(replays(dir.path()), id == of_gone);
  }
}

TEST(Pruning, a_refusal_behind_the_pruning_is_excused_by_nothing_that_it_lists) {
  // Who decided behind it knew what went as little as who reads it.
  using testing::at_second;
  using testing::seconds;
  testing::Market m{{crypto::Scheme::mac}};
  const testing::Party holder = m.holder(100), other = m.holder(100);
  m.declare(holder, 10, seconds(200, 300));
  const Window later = seconds(200 * kDay, 200 * kDay + 100);
  const auto before = m.sign(m.declaration(other, 10, later), {{objects::Role::holder, other.key}});
  const auto behind = m.sign(m.declaration(other, 20, later), {{objects::Role::holder, other.key}});
  ASSERT_EQ(testing::clauses(m.submit(before, at_second(100 * kDay))), "");
  testing::ScratchFolder dir;
  m.write(dir.path());
  std::map<std::string, int> seen;
  ASSERT_GT(prune(dir.path(), at_second(101 * kDay), seen), 0);
  ASSERT_EQ(seen["gone declaration"], 1);
  {
    auto writer = chain::ChainWriter::open(dir.path(), testing::log_key());
    ASSERT_TRUE(writer) << to_text(writer.error());
    auto receipt = writer->chain().submit(behind, at_second(102 * kDay));
    ASSERT_TRUE(receipt);
    ASSERT_EQ(testing::clauses(*receipt), "");
    ASSERT_TRUE(writer->commit());
  }
  ASSERT_TRUE(audited(dir.path()).holds());
  for (const auto& [id, excused] : {std::pair(before.id, true), std::pair(behind.id, false)}) {
    testing::ScratchFolder copy;
    std::filesystem::copy(dir.path(), copy.path(),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    forge(copy.path(), [&](std::vector<testing::ForgedEntry>& entries) {
      for (testing::ForgedEntry& e : entries)
        if (e.leaf.id == id) e.leaf.decision = {{admission::ClauseId::asset}, {}, {}};
    });
    EXPECT_EQ(audited(copy.path()).holds(), excused) << audit::violations_of(audited(copy.path()));
    EXPECT_EQ(replays(copy.path()), excused);
  }
}

TEST(Pruning, a_derived_body_of_another_ends_a_salvage_before_it) {
  // Its leaf is as it follows, and what replays up to there is saved.
  int tried = 0;
  for (int seed = 3; seed < 9; ++seed) {
    testing::ScratchFolder from;
    auto world = played(seed);
    world->write(from.path());
    const auto frames = testing::read_frames(from.path());
    for (std::size_t i = frames.size(); i-- > 1 && tried < 4 * (seed - 2);) {
      auto leaf = chain::decode_leaf(frames[i].leaf);
      if (!objects::is_derived(leaf->kind)) continue;
      ++tried;
      for (const bool gone : {false, true}) {
        testing::ScratchFolder bad, to;
        world->write(bad.path());
        testing::forge_frames(bad.path(), [&](auto& all) {
          if (gone)
            all[i].payload.clear();
          else
            all[i].payload.back() ^= 1;
        });
        Problems lost;
        auto saved = chain::ChainWriter::salvage(bad.path(), to.path() + "/saved",
                                                 testing::log_key(), lost, false);
        ASSERT_TRUE(saved) << to_text(saved.error());
        ASSERT_TRUE(saved->commit());
        EXPECT_GE(saved->chain().size(), static_cast<std::int64_t>(i)) << "seed " << seed;
        EXPECT_TRUE(audited(to.path() + "/saved").holds());
      }
    }
  }
  EXPECT_GT(tried, 10);
}

TEST(Pruning, without_proof_the_prunings_that_replay_are_salvaged_too) {
  for (int seed = 3; seed < 6; ++seed) {
    PrunedChain c(seed);
    if (c.went == 0) continue;
    {
      auto writer = chain::ChainWriter::open(c.dir.path(), testing::log_key());
      ASSERT_TRUE(writer);
      ASSERT_TRUE(writer->chain().tick(writer->chain().state().time + Duration(kNanosPerSecond)));
      ASSERT_TRUE(writer->commit());
    }
    const auto frames = testing::read_frames(c.dir.path());
    // The last leaf is another one: nothing signed shows the rest.
    testing::forge_frames(c.dir.path(), [&](auto& all) { all.back().leaf.back() ^= 1; });
    testing::ScratchFolder to;
    Problems lost;
    auto saved = chain::ChainWriter::salvage(c.dir.path(), to.path() + "/saved",
                                             testing::log_key(), lost, true);
    ASSERT_TRUE(saved) << to_text(saved.error());
    EXPECT_GE(saved->chain().size(), static_cast<std::int64_t>(frames.size()) - 1) << to_text(lost);
    EXPECT_EQ(to_text(lost).find("lists already"), std::string::npos) << to_text(lost);
  }
}

TEST(Pruning, what_fell_due_at_the_end_is_salvaged_too) {
  using testing::at_second;
  using testing::seconds;
  testing::Market m{{crypto::Scheme::mac}};
  const testing::Party holder = m.holder(100), user = m.user("basic");
  const ContentId declaration = m.declare(holder, 10, seconds(200, 300));
  m.ask(user, m.request(user, {declaration}, 5, seconds(200, 300)));
  m.chain().advance(at_second(1000));  // the request is closed, and nothing comes behind that
  testing::ScratchFolder from, to;
  m.write(from.path());
  ASSERT_TRUE(audited(from.path()).holds());
  Problems lost;
  auto saved = chain::ChainWriter::salvage(from.path(), to.path() + "/saved", testing::log_key(),
                                           lost, false);
  ASSERT_TRUE(saved) << to_text(saved.error());
  EXPECT_EQ(saved->chain().root(), m.chain().root());
  EXPECT_TRUE(lost.empty()) << to_text(lost);
  EXPECT_TRUE(saved->recovered().empty());
}

TEST(Pruning, a_leaf_that_states_shortfalls_of_nothing_is_none) {
  // Where what is pruned excuses a refusal, nothing else looks at what it says that legs lack.
  const auto decision = [](std::int64_t leg, std::int64_t lack, std::int64_t compensation) {
    return admission::Shortfall{leg, Quantity(lack), Money(compensation), Money(0)};
  };
  PrunedChain c(3);
  const auto frames = testing::read_frames(c.dir.path());
  std::size_t at = 0;
  for (std::size_t i = 1; i < frames.size() && at == 0; ++i)
    if (auto leaf = chain::decode_leaf(frames[i].leaf);
        leaf->kind == objects::Kind::settlement && !leaf->decision.admitted())
      at = i;
  ASSERT_GT(at, 0U);
  const std::vector<std::vector<admission::Shortfall>> wrong = {
      {decision(0, 0, 0)}, {decision(0, -5, 0)}, {decision(0, 1, -1)}, {decision(-1, 1, 0)},
      {decision(0, 1, 0), decision(0, 1, 0)}, {decision(1, 1, 0), decision(0, 1, 0)}};
  for (const auto& shortfalls : wrong) {
    chain::Leaf leaf = *chain::decode_leaf(frames[at].leaf);
    leaf.decision.shortfalls = shortfalls;
    const Bytes bytes = chain::encode_leaf(leaf);
    EXPECT_FALSE(chain::decode_leaf(bytes));
    std::string why;
    EXPECT_FALSE(audit::read_leaf(bytes, why));
  }
}

TEST(Pruning, as_asked_takes_what_goes_with_it_and_no_more) {
  testing::ScratchFolder dir;
  auto world = played(4);
  world->write(dir.path());
  const Instant at = testing::kStart + Duration(90 * kDay * kNanosPerSecond);
  ASSERT_TRUE(write_tick(dir.path(), testing::log_key(), at));
  auto read = read_chain(dir.path(), std::nullopt);
  ASSERT_TRUE(read);
  auto all = settle(dir.path(), *read, {}, 1);
  ASSERT_TRUE(all);
  std::int64_t asked = -1;
  for (std::int64_t n : all->going.all())
    if (const chain::Leaf& leaf = read->history.entries()[static_cast<std::size_t>(n)].leaf;
        leaf.kind == objects::Kind::settlement && leaf.decision.admitted())
      asked = n;
  ASSERT_GE(asked, 0);
  auto one = settle(dir.path(), *read, {asked}, 1);
  ASSERT_TRUE(one);
  EXPECT_TRUE(one->going.contains(asked));
  EXPECT_GT(one->going.count(), 1) << "its request, what is owed for it";
  EXPECT_LT(one->going.count(), all->going.count());
  EXPECT_EQ(one->plan.entries[0].why, chain::KeptFor::governance);
  auto earlier = read_chain(dir.path(), testing::kStart);
  ASSERT_TRUE(earlier);
  EXPECT_EQ(earlier->at, at) << "the chain is later";
  EXPECT_FALSE(earlier->ticked);
}

}  // namespace
}  // namespace capmarket::pruning
