#include "verify/pruning/pruning.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/chain/replay.h"
#include "model/chain/salvage.h"
#include "model/chain/ticks.h"
#include "verify/audit/audit.h"

namespace capmarket::pruning {
namespace {

/// What the entries are found to be, and no fault of the call.
tl::unexpected<Problems> damaged(Problems problems) {
  for (Problem& p : problems)
    if (p.fault == Fault::input) p.fault = Fault::damage;
  return tl::unexpected(std::move(problems));
}

Result<void> add_to(chain::History& history, const chain::Entry& e) {
  if (e.pruned) {
    history.add_pruned(e.leaf);
    return {};
  }
  auto payload = objects::decode_payload(e.leaf.kind, e.payload);
  auto object = payload ? objects::decode_object(e.leaf.kind, payload->body)
                        : tl::unexpected(payload.error());
  if (!object)
    return fail(fmt::format("damage at sequence {}: payload: {}", e.leaf.sequence.value,
                            object.error()[0].what));
  history.add(e.leaf, std::move(*object));
  return {};
}

/// As many ticks as one call writes where the genesis says how far one may be ahead.

/// Takes the chain to the instant, in steps that the genesis allows.
Result<void> tick_there(chain::Chain& chain, Instant at) {
  if (chain::ticks_to(chain.state(), at) > chain::kTicksMax)
    return fail(fmt::format("more than {} ticks to {}, each at most {} ahead", chain::kTicksMax,
                            to_text(at), to_text(*chain.state().genesis.tick_ahead)),
                "an earlier instant");
  return chain::tick_to(chain, at);
}

/// The same in memory, with what it makes due.
Result<void> tick(ReadChain& read) {
  Bytes nowhere;
  read.chain.continue_in(log::memory_log(&nowhere));
  read.chain.observe([&](const chain::Event& e) { read.history.add(e.leaf, e.object); });
  auto done = tick_there(read.chain, read.at);
  read.chain.observe(nullptr);
  return done;
}

std::vector<bool> bits_of(const chain::PrunedSet& set, std::int64_t size) {
  std::vector<bool> out(static_cast<std::size_t>(size));
  for (std::int64_t n = 0; n < size; ++n) out[static_cast<std::size_t>(n)] = set.contains(n);
  return out;
}

/// Where the chain no longer follows from what is left; empty where it does. First by the writer's
/// replay, then by the auditor, which shares no code with it.
Result<std::optional<std::int64_t>> missed_by(const std::string& dir, const ReadChain& read, int threads,
                                              Settled& s) {
  std::int64_t stands = 0;
  const std::int64_t size = read.reader.signed_checkpoint().size;
  if (auto again = chain::replay_as_pruned(read.reader, s.going.below(size), stands); !again)
    return std::optional<std::int64_t>(stands);
  audit::AuditOptions options;
  options.threads = threads;
  options.as_pruned = bits_of(s.going, size);
  auto audit = audit::audit_chain(dir, options);
  if (!audit) return tl::unexpected(audit.error());
  s.not_redecided = audit->not_redecided;
  if (audit->holds()) return std::optional<std::int64_t>();
  const audit::AuditViolation& first = audit->violations.front();
  if (first.sequence < 0)
    return damaged(
        fail(fmt::format("{}: {}", dir, first.detail), "a chain that `verify` accepts").value());
  return std::optional<std::int64_t>(first.sequence);
}

}  // namespace

Result<ReadChain> read_chain(const std::string& dir, std::optional<Instant> at) {
  auto reader = chain::ChainReader::open(dir);
  if (!reader) return tl::unexpected(reader.error());
  chain::History history;
  const chain::Leaf genesis{Sequence(0), {}, {}, objects::Kind::genesis, reader->chain(), {}, {}};
  history.add(genesis, reader->genesis());
  Problems problems;
  chain::ChainReader again = *reader;
  auto chain = chain::replay(again, [&](const chain::Entry& e, chain::Chain&) {
    auto added = add_to(history, e);
    if (!added) problems = added.error();
    return added.has_value();
  });
  if (!problems.empty()) return damaged(std::move(problems));
  if (!chain) return damaged(chain.error());
  const Instant last = chain->state().time, then = std::max(at.value_or(last), last);
  ReadChain out{std::move(*reader), std::move(history),    std::move(*chain), then,
                then > last,        again.pruned_present()};
  if (out.ticked)
    if (auto done = tick(out); !done) return tl::unexpected(done.error());
  return out;
}

Result<Settled> settle(const std::string& dir, const ReadChain& read,
                       const std::vector<std::int64_t>& only, int threads) {
  chain::PruneRequest request{read.at, only, {}};
  for (;;) {
    Settled out;
    out.plan = chain::plan_pruning(read.history, read.chain.state(), request);
    out.going = out.plan.going();
    if (out.going.empty()) return out;
    auto missed = missed_by(dir, read, threads, out);
    if (!missed) return tl::unexpected(missed.error());
    if (!*missed) return out;
    if (std::find(request.read_by.begin(), request.read_by.end(), **missed) != request.read_by.end())
      return damaged(
          fail(fmt::format("{}: entry {} does not follow from what is before it", dir, **missed),
               "a chain that `verify` accepts")
              .value());
    request.read_by.push_back(**missed);
  }
}

PublicKey key_at_end(const std::string& dir, const ReadChain& read) {
  auto end = chain::signed_end(dir, read.reader);
  auto keys = chain::log_keys_of(dir, read.reader);
  return end && keys ? chain::key_at(*keys, end->size) : read.chain.log_key();
}

Result<bool> finish_writer(const std::string& dir, const crypto::KeyPair& log_key) {
  auto writer = chain::ChainWriter::open(dir, log_key);
  if (!writer) return tl::unexpected(writer.error());
  if (!writer->unfinished() && writer->recovered().empty()) return false;
  if (auto done = writer->commit(); !done) return tl::unexpected(done.error());
  return true;
}

Result<void> write_tick(const std::string& dir, const crypto::KeyPair& log_key, Instant at) {
  auto writer = chain::ChainWriter::open(dir, log_key);
  if (!writer) return tl::unexpected(writer.error());
  if (auto done = tick_there(writer->chain(), at); !done) return done;
  return writer->commit();
}

Result<Pruned> carry_out(const std::string& dir, const crypto::KeyPair& log_key, const ReadChain& read,
                         const Settled& s) {
  auto writer = chain::ChainWriter::open_as_pruned(dir, log_key, s.going);
  if (!writer) return tl::unexpected(writer.error());
  const std::int64_t size = writer->chain().size();
  if (size != read.reader.signed_checkpoint().size)
    return fail(fmt::format("{}: it has grown meanwhile", dir), "the same again");
  Pruned out;
  if (!s.going.empty()) {
    if (auto done = writer->prune(); !done) return tl::unexpected(done.error());
    if (auto done = writer->commit(); !done) return tl::unexpected(done.error());
    for (std::int64_t n = size; n < writer->chain().size(); ++n) out.entries.push_back(n);
  }
  auto went = writer->strip();
  if (!went) {
    Problems why = went.error();
    why.push_back(
        {"", 0, 0,
         fmt::format("{}: what goes is listed and signed; bodies of it are still there", dir),
         "the same call again, with room for a segment", ""});
    return tl::unexpected(std::move(why));
  }
  out.went = *went;
  return out;
}

}  // namespace capmarket::pruning
