#include "model/chain/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/base/check.h"
#include "model/chain/damage.h"
#include "model/crypto/hash.h"
#include "model/log/log.h"

namespace capmarket::chain {
namespace {

/// One replay under way. A derived entry stands in the log before the submission that brings it
/// forth again, so leaves are compared as soon as both sides have them.
struct Replay {
  ChainReader& reader;
  std::shared_ptr<Bytes> frames = std::make_shared<Bytes>();
  std::optional<Chain> chain{};
  std::vector<Digest> recorded{}, produced{};
  std::size_t compared = 0;
  Instant last{};  // admission time of the last entry
  Bytes* kept = nullptr;  // the frames that the chain wrote
  bool salvages = false;
  // Of a salvage: derived entries whose bodies are gone, though no Pruning lists them, and what
  // stands brings them forth again; and those that were taken as pruned, so that they came twice.
  std::set<std::int64_t> brought_forth{};
  std::map<ContentId, std::int64_t> bodiless{};
  std::set<std::int64_t> twice{};

  Result<void> step(const Entry& e) {
    auto taken = take(e);
    if (!taken) return told_of(reader.directory(), taken.error());
    return taken;
  }

  Result<void> take(const Entry& e) {
    if (e.pruned && chain) {
      recorded.push_back(log::leaf_hash(e.leaf_bytes));
      if (kept_by_cause(e)) {
        last = e.leaf.time;
        return compare();
      }
      return take_pruned(e);
    }
    auto checked = reader.submission_of(e);
    if (!checked) return tl::unexpected(checked.error());
    recorded.push_back(log::leaf_hash(e.leaf_bytes));
    if (!chain) {
      auto made = Chain::create(std::move(*checked), e.leaf.time, log::memory_log(frames.get()));
      if (!made) return damage_at(0, "leaf", made.error()[0].what);
      chain = std::move(*made);
      produced.push_back(chain->root());  // the root of one leaf is its hash
      chain->observe([this](const Event& event) {
        produced.push_back(log::leaf_hash(encode_leaf(event.leaf)));
        if (auto own = bodiless.find(event.leaf.id); own != bodiless.end())
          twice.insert(own->second);
      });
    } else if (e.leaf.kind == objects::Kind::tick) {
      auto again = chain->tick_again(std::get<objects::Tick>(checked->object).instant);
      if (!again) return damage_at(e.leaf.sequence.value, "decision", again.error()[0].what);
    } else if (objects::is_of_writer(e.leaf.kind)) {
      if (auto again = upkeep(checked->object); !again)
        return damage_at(e.leaf.sequence.value, "decision", again.error()[0].what);
    } else if (e.leaf.kind == objects::Kind::readmission) {
      const auto& end = std::get<objects::Readmission>(checked->object);
      chain->turned_away(end.submitter, end.turned_away);
    } else if (!objects::is_derived(e.leaf.kind)) {
      auto receipt = e.leaf.decision.admitted()
                         ? chain->submit(*checked, e.leaf.time)
                         : chain->submit_refused(*checked, e.leaf.time, e.leaf.decision);
      if (!receipt) return damage_at(e.leaf.sequence.value, "decision", receipt.error()[0].what);
    }
    last = e.leaf.time;
    return compare();
  }

  /// Whether its cause stands: what that brings forth has its body.
  bool kept_by_cause(const Entry& e) {
    const std::int64_t n = e.leaf.sequence.value;
    if (!salvages || !objects::is_derived(e.leaf.kind) || reader.is_listed(n)) return false;
    if (produced.size() >= recorded.size()) brought_forth.insert(n);
    if (brought_forth.contains(n)) return true;
    bodiless.emplace(e.leaf.id, n);
    return false;
  }

  Result<void> take_pruned(const Entry& e) {
    if (auto taken = chain->take_pruned(e.leaf, e.payload); !taken)
      return damage_at(e.leaf.sequence.value, "decision", taken.error()[0].what);
    produced.push_back(recorded.back());
    last = e.leaf.time;
    return compare();
  }

  /// Its time is that of the entry before, which may have fallen due: no submission brought that forth.
  Result<Receipt> upkeep(const objects::Object& object) {
    chain->advance(last);
    if (const auto* pruning = std::get_if<objects::Pruning>(&object)) return chain->prune(*pruning);
    if (const auto* recovery = std::get_if<objects::Recovery>(&object))
      return chain->recover(*recovery);
    return chain->change_log_key(std::get<objects::LogKey>(object));
  }

  /// What fell due at the end has no submission behind it that brings it forth.
  Result<void> finish() {
    if (recorded.size() > produced.size()) chain->advance(last);
    return compare();
  }

  Result<void> compare() {
    for (; compared < std::min(recorded.size(), produced.size()); ++compared)
      if (recorded[compared] != produced[compared])
        return damage_at(static_cast<std::int64_t>(compared), "decision", "replay decides otherwise");
    if (kept != nullptr) kept->insert(kept->end(), frames->begin(), frames->end());
    frames->clear();
    return {};
  }

  /// Entries until one is damaged or does not follow; says how many stood.
  std::int64_t stands(Problems& why) {
    for (;;) {
      auto entry = reader.next();
      if (entry && !*entry) return static_cast<std::int64_t>(compared);
      auto done = entry ? step(**entry) : tl::unexpected(entry.error());
      if (done) continue;
      why = done.error();
      return static_cast<std::int64_t>(compared);
    }
  }
};

}  // namespace

Result<Chain> replay_as_pruned(const ChainReader& reader, const PrunedSet& entries,
                               std::int64_t& stands) {
  ChainReader all = reader;
  all.read_as_pruned(entries);
  Replay run{all};
  Problems why;
  stands = run.stands(why);
  if (why.empty() && run.chain)
    if (auto r = run.finish(); !r) why = r.error();
  stands = static_cast<std::int64_t>(run.compared);
  if (!why.empty()) return tl::unexpected(std::move(why));
  if (!run.chain) return fail("an empty chain");
  run.chain->observe(nullptr);
  const log::Checkpoint& c = reader.signed_checkpoint();
  if (run.chain->root() != c.root || run.chain->size() != c.size)
    return fail("replay ends with another root than the checkpoint signs");
  return std::move(*run.chain);
}

namespace {

/// How far a damaged log stands, and which of its bodies that are gone its own entries bring forth.
struct Standing {
  std::int64_t entries = 0;
  std::set<std::int64_t> brought_forth;
};

/// A replay more for each cause of which bodies are gone: it tells which those are.
Standing standing_of(const ChainReader& all, Problems& why) {
  Standing out;
  for (;;) {
    ChainReader again = all;
    Replay run{again};
    run.salvages = true;
    run.brought_forth = out.brought_forth;
    why.clear();
    run.stands(why);
    // What fell due before the first that does not stand has nothing behind it that brings it forth.
    if (run.chain)
      if (auto due = run.finish(); !due && why.empty()) why = due.error();
    out = {static_cast<std::int64_t>(run.compared), std::move(run.brought_forth)};
    if (run.twice.empty()) return out;
    out.brought_forth.insert(run.twice.begin(), run.twice.end());
  }
}

/// The first `holds.entries` again: what does not follow has left its mark on the replay that met it.
/// Where fewer stand alone, `holds.entries` is how many.
Result<Chain> replayed_up_to(const ChainReader& reader, Standing& holds, const PrunedSet& bodiless,
                             Bytes& frames) {
  ChainReader upto = reader;
  upto.read_to({{}, holds.entries, {}});
  upto.read_listed(std::nullopt);  // the Prunings below stand as they are
  // A Pruning may stand behind them, and list bodies that are still there.
  PrunedSet gone = reader.listed();
  for (std::int64_t n : bodiless.all())
    if (!gone.contains(n)) gone.insert(n);
  upto.read_as_pruned(std::move(gone));
  Replay run{upto};
  run.salvages = true;
  run.brought_forth = holds.brought_forth;
  run.kept = &frames;
  Problems why;
  if (run.stands(why) < holds.entries)
    if (auto r = run.finish(); !r && why.empty()) why = r.error();
  if (!why.empty()) {
    holds.entries = std::min(holds.entries - 1, static_cast<std::int64_t>(run.compared));
    return tl::unexpected(std::move(why));
  }
  run.chain->observe(nullptr);
  return std::move(*run.chain);
}

}  // namespace

Result<Chain> replay_what_holds(const ChainReader& reader, const PrunedSet& bodiless, Bytes& frames,
                                Problems& why) {
  ChainReader all = reader;
  all.read_as_pruned(bodiless);
  Standing holds = standing_of(all, why);
  while (holds.entries > 0) {
    frames.clear();
    auto chain = replayed_up_to(reader, holds, bodiless, frames);
    if (!chain) continue;
    if (const auto& again = holds.brought_forth; !again.empty())
      why.push_back({"", 0, 0,
                     fmt::format("{} bodies were gone, the first of entry {}, and no pruning lists "
                                 "them: what stands brings them forth again",
                                 again.size(), *again.begin()),
                     "", ""});
    return chain;
  }
  return fail("not even the genesis can be read", "a chain whose first entry stands");
}

Result<Chain> replay(ChainReader& reader, const std::function<bool(const Entry&, Chain&)>& visit) {
  Replay run{reader};
  for (;;) {
    auto entry = reader.next();
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry) break;
    if (run.chain && visit && !visit(**entry, *run.chain)) {
      run.chain->observe(nullptr);
      return std::move(*run.chain);
    }
    if (auto r = run.step(**entry); !r) return tl::unexpected(r.error());
  }
  if (!run.chain) return fail("an empty chain");
  if (auto r = run.finish(); !r) return tl::unexpected(r.error());
  run.chain->observe(nullptr);
  const log::Checkpoint& c = reader.signed_checkpoint();
  if (run.chain->root() != c.root || run.chain->size() != c.size)
    return fail("replay ends with another root than the checkpoint signs");
  return std::move(*run.chain);
}

}  // namespace capmarket::chain
