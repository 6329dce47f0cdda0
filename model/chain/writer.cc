#include "model/chain/writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/check.h"
#include "model/base/read_file.h"
#include "model/chain/first_damage.h"
#include "model/chain/first_entry.h"
#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/chain/salvage.h"
#include "model/chain/ticks.h"
#include "model/crypto/hash.h"
#include "model/log/file_log.h"

namespace capmarket::chain {

Result<ChainWriter> ChainWriter::open(const std::string& dir, const crypto::KeyPair& log_key) {
  return open_as_pruned(dir, log_key, {});
}

Result<ChainWriter> ChainWriter::open_as_pruned(const std::string& dir,
                                                const crypto::KeyPair& log_key,
                                                const PrunedSet& entries) {
  ChainWriter out;
  out.dir_ = dir;
  out.log_key_ = log_key;
  auto reader = ChainReader::open_genesis(dir);
  if (!reader) return tl::unexpected(reader.error());
  out.id_ = reader->chain();
  auto log = log::file_log_append(dir, out.id_, log_key);
  if (!log) return tl::unexpected(first_damage(dir, *reader, log.error()));
  out.log_ = std::move(log->log);
  out.unfinished_ = log->unsigned_end;
  reader->read_to(log->end);
  reader->read_as_pruned(entries);
  auto chain = replay(*reader);
  if (!chain) return tl::unexpected(chain.error());
  out.chain_ = std::move(*chain);
  if (auto r = reader->expect_signed_note(log->noted); !r) return tl::unexpected(r.error());
  if (out.chain_->log_key() != log_key.pub)
    return fail(fmt::format("{}: its checkpoints are signed by another key", dir),
                "the log's key, which the genesis or the last change of it names");
  out.chain_->continue_in(log::memory_log(out.frames_.get()));
  for (const log::Cut& c : log->cuts) {
    auto told = out.chain_->recover({{}, c.entries, c.bytes, c.digest});
    if (!told) return tl::unexpected(told.error());
    out.recovered_.push_back(c);
  }
  return out;
}

Result<ChainWriter> ChainWriter::create(const std::string& dir, objects::CheckedSubmission genesis,
                                        Instant at, const crypto::KeyPair& log_key) {
  ChainWriter out;
  out.dir_ = dir;
  out.log_key_ = log_key;
  out.id_ = genesis.id;
  auto chain = Chain::create(std::move(genesis), at, log::memory_log(out.frames_.get()));
  if (!chain) return tl::unexpected(chain.error());
  out.chain_ = std::move(*chain);
  return out;
}

namespace {

/// What of a damaged chain is to be kept: as far as its signature reaches, or all of it.
struct Salvageable {
  ChainReader reader;
  Result<Vouched> vouched;
  PrunedSet listed;  // by Prunings that were signed: of bodies that are there they alone are believed
};

Result<Salvageable> salvageable_of(const std::string& dir, bool unproved, Problems& lost) {
  auto reader = ChainReader::open_first_entry(dir);
  if (!reader) return tl::unexpected(reader.error());
  if (reader->genesis_is_other()) lost.push_back(not_the_first_entry(dir).value()[0]);
  auto end = signed_end(dir, *reader);
  Result<Vouched> vouched = end ? vouched_leaves(dir, *end) : tl::unexpected(end.error());
  if (!vouched && !unproved) return tl::unexpected(vouched.error());
  auto there = end ? end->size : entries_in(dir);
  if (!there) return tl::unexpected(there.error());
  if (vouched && vouched->until < *there) {
    there = vouched->until;
    lost.push_back(
        {"", 0, 0, fmt::format("entry {} is another one than was signed", *there), "", ""});
  }
  auto listed = pruned_below(dir, vouched ? end->size : 0, [&](std::int64_t n, ByteView leaf) {
    return vouched->is(n, leaf);
  });
  if (!listed) return tl::unexpected(listed.error());
  reader->read_to({{}, *there, {}});
  reader->read_listed(*listed);
  return Salvageable{*std::move(reader), std::move(vouched), *std::move(listed)};
}

/// The chain to where what was taken as pruned may be listed: it was, behind what is kept.
Result<void> tick_to_list(Chain& chain, const std::string& dir) {
  const Instant from_then = chain.listable_from();
  if (from_then <= chain.state().time) return {};
  if (const std::int64_t ticks = ticks_to(chain.state(), from_then); ticks > kTicksMax)
    return fail(fmt::format("{}: {} ticks to when what is pruned may be listed", dir, ticks),
                fmt::format("at most {}, by `tick_ahead` of its genesis", kTicksMax));
  return tick_to(chain, from_then);
}

}  // namespace

Result<ChainWriter> ChainWriter::salvage(const std::string& from, const std::string& to,
                                         const crypto::KeyPair& log_key, Problems& lost,
                                         bool unproved) {
  auto source = salvageable_of(from, unproved, lost);
  if (!source) return tl::unexpected(source.error());
  ChainWriter out;
  out.dir_ = to;
  out.log_key_ = log_key;
  out.id_ = source->reader.chain();
  // Whether a body that no Pruning lists went rightly, nobody can tell.
  auto bodiless = unproved ? bodiless_in(from) : Result<PrunedSet>();
  if (!bodiless) return tl::unexpected(bodiless.error());
  Problems why;
  auto chain = replay_what_holds(source->reader, *bodiless, *out.frames_, why);
  lost.insert(lost.end(), why.begin(), why.end());
  if (!chain) return tl::unexpected(chain.error());
  out.chain_ = std::move(*chain);
  if (out.chain_->log_key() != log_key.pub)
    return fail(fmt::format("{}: where what stands of it ends, the log has another key", from),
                "the key of " + to_hex(out.chain_->log_key()));
  auto shown = source->vouched ? expect_vouched(from, *source->vouched, *out.frames_)
                               : tl::unexpected(source->vouched.error());
  if (!shown && !unproved) return tl::unexpected(shown.error());
  out.unproved_ = !shown;
  if (!shown) lost.insert(lost.end(), shown.error().begin(), shown.error().end());
  std::vector<std::int64_t> unlisted = out.chain_->unlisted().all();
  std::erase_if(unlisted, [&](std::int64_t n) { return source->listed.contains(n); });
  if (!unlisted.empty()) {
    out.unproved_ = true;
    lost.push_back(
        {"", 0, 0,
         fmt::format("{} bodies are gone, the first of entry {}, and no pruning that can be read "
                     "lists them: one does now",
                     unlisted.size(), unlisted[0]),
         "", ""});
  }
  auto left = left_behind(from, out.frames_->size());
  if (!left) return tl::unexpected(left.error());
  out.chain_->continue_in(log::memory_log(out.frames_.get()));
  out.chain_->advance(out.chain_->state().time);
  if (left->bytes > 0) {
    left->entries = out.chain_->size();
    auto told = out.chain_->recover({{}, left->entries, left->bytes, left->digest});
    if (!told) return tl::unexpected(told.error());
    out.recovered_.push_back(*left);
  }
  if (auto ticked = tick_to_list(*out.chain_, from); !ticked)
    return tl::unexpected(ticked.error());
  if (auto listed = out.prune(); !listed) return tl::unexpected(listed.error());
  return out;
}

Result<void> ChainWriter::change_log_key(const crypto::KeyPair& to) {
  auto told = chain_->change_log_key(
      objects::change_log_key(id_, chain_->size(), log_key_, to));
  if (!told) return tl::unexpected(told.error());
  log_key_ = to;
  return {};
}

Result<void> ChainWriter::prune() {
  chain_->advance(chain_->state().time);
  const std::vector<std::int64_t> going = chain_->unlisted().all();
  for (const objects::Pruning& p : prunings_of(going, chain_->size()))
    if (auto told = chain_->prune(p); !told) return tl::unexpected(told.error());
  return {};
}

Result<log::Stripped> ChainWriter::strip() {
  auto listed = pruned_below(dir_, chain_->size());
  if (!listed) return tl::unexpected(listed.error());
  return log::strip_payloads(log::real_disk(), dir_, chain_->size(),
                             [&](std::int64_t n) { return listed->contains(n); });
}

Result<void> ChainWriter::commit() {
  if (!log_) {
    ByteView leaf, payload;
    std::size_t at = 0;
    CHECK(log::read_frame(*frames_, at, leaf, payload) == log::FrameFault::none);
    auto log = log::file_log(dir_, id_, payload, log_key_);
    if (!log) return tl::unexpected(log.error());
    log_ = std::move(*log);
  }
  for (std::size_t at = 0; at < frames_->size();) {
    ByteView leaf, payload;
    CHECK(log::read_frame(*frames_, at, leaf, payload) == log::FrameFault::none);
    log_->append(leaf, payload);
  }
  frames_->clear();
  log_->sign_with(log_key_);
  return log_->checkpoint(chain_->root(), chain_->size());
}

}  // namespace capmarket::chain
