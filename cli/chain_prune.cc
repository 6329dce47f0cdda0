#include "cli/chain_prune.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/chain_selector.h"
#include "cli/progress.h"
#include "cli/run_keys.h"
#include "model/base/text.h"
#include "model/base/visible.h"
#include "verify/pruning/pruning.h"

namespace capmarket::cli {
namespace {

using Json = nlohmann::ordered_json;
using chain::KeptFor;
using pruning::ReadChain;
using pruning::Settled;

struct PruneArguments {
  std::string dir, log_key;
  std::optional<std::string> at;
  std::vector<std::string> ids;
  bool from_run = false, dry_run = false;
};

/// The entries that were named; a problem where there is none.
Result<std::vector<std::int64_t>> find_asked(const std::vector<std::string>& ids,
                                             const chain::History& history) {
  std::vector<std::int64_t> out;
  for (const std::string& id : ids) {
    auto selector = parse_selector(id);
    if (!selector) return tl::unexpected(selector.error());
    const auto& all = history.entries();
    auto found = std::find_if(all.begin(), all.end(), [&](const chain::HistoryEntry& e) {
      return selector->selects(chain::Entry{e.leaf, {}, {}});
    });
    if (found == all.end())
      return fail(fmt::format("`{}`: no such entry", id), "an entry that `chain log` lists");
    if (std::find(out.begin(), out.end(), found->leaf.sequence.value) == out.end())
      out.push_back(found->leaf.sequence.value);
  }
  return out;
}

std::string why_text(const chain::KeptBody& k) {
  const std::string until = k.until == kDistantFuture ? "" : " until " + to_text(k.until);
  switch (k.why) {
    case KeptFor::nothing:
      return "may go";
    case KeptFor::governance:
      return "its kind is kept for ever";
    case KeptFor::gone:
      return "it is pruned already";
    case KeptFor::retention:
      return fmt::format("too early: kept until {}, by entry {}, which goes with it", to_text(k.until),
                         k.by);
    case KeptFor::request:
      return fmt::format("request {}, which goes with it, is open{}", k.by, until);
    case KeptFor::obligation:
      return fmt::format("obligation {}, which goes with it, is not paid", k.by);
    case KeptFor::claim:
      return fmt::format("claim {}, which goes with it, is open{}", k.by, until);
    case KeptFor::review:
      return fmt::format("review {}, which goes with it, is open{}", k.by, until);
    case KeptFor::lineage:
      return fmt::format("entry {}, which stays, names it or what goes with it", k.by);
    case KeptFor::decision:
      return fmt::format("entry {}, which stays, was decided on it or on what goes with it", k.by);
    case KeptFor::unasked:
      return "not asked for";
  }
  return {};
}

/// Of those that were asked for, the ones that stay.
/// `leftover`: bodies of what is pruned already are still there, and go: a call that was killed.
Problems refusals_of(const std::vector<std::int64_t>& asked, const Settled& s,
                     std::int64_t leftover) {
  Problems out;
  for (std::int64_t n : asked)
    if (const chain::KeptBody& k = s.plan.entries[static_cast<std::size_t>(n)];
        k.why != KeptFor::nothing && !(k.why == KeptFor::gone && leftover > 0))
      out.push_back({"", 0, 0, fmt::format("entry {} stays: {}", n, why_text(k)), "an entry that may go", ""});
  return out;
}

/// How many bodies of each kind go, and how many stay for what.
struct Counts {
  std::map<std::string, std::int64_t> going, kept;
};
Counts counts_of(const ReadChain& read, const Settled& settled) {
  const chain::PrunePlan& plan = settled.plan;
  Counts out;
  // The Tick of `--at`, and what it makes due, are written where something goes alone.
  const auto written = static_cast<std::size_t>(read.reader.signed_checkpoint().size);
  const std::size_t size = settled.going.empty() ? written : plan.entries.size();
  for (std::size_t i = 0; i < size; ++i) {
    const KeptFor why = plan.entries[i].why;
    if (why == KeptFor::nothing)
      ++out.going[std::string(objects::to_text(read.history.entries()[i].leaf.kind))];
    else
      ++out.kept[std::string(chain::to_text(why))];
  }
  return out;
}

/// A line each.
std::string listed(const std::map<std::string, std::int64_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts) out += fmt::format("    {:>8} {}\n", count, name);
  return out.empty() ? "    nothing\n" : out;
}

/// The chain read and what of it is to go; problems where something that was asked for stays.
struct Planned {
  ReadChain read;
  Settled settled;
};
Result<Planned> plan(const std::string& dir, std::optional<Instant> at, const PruneArguments& a,
                     const std::optional<crypto::KeyPair>& key, Progress& progress) {
  progress.say("reads and replays the chain");
  auto read = pruning::read_chain(dir, at);
  if (!read) return tl::unexpected(read.error());
  if (at && *at < read->at)
    return fail(fmt::format("--at {}: the chain is at {} already", to_text(*at), to_text(read->at)),
                "a later instant");
  // A writer that was killed may have recorded a change of the key that no checkpoint signs yet.
  if (const PublicKey own = pruning::key_at_end(dir, *read); key && key->pub != own)
    return fail("another key than the log's", "the key of " + to_hex(own));
  auto asked = find_asked(a.ids, read->history);
  if (!asked) return tl::unexpected(asked.error());
  progress.say("decides all that stays again, without what is to go");
  const auto threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  auto settled = pruning::settle(dir, *read, *asked, threads);
  if (!settled) return tl::unexpected(settled.error());
  if (Problems stay = refusals_of(*asked, *settled, read->leftover); !stay.empty())
    return tl::unexpected(std::move(stay));
  return Planned{std::move(*read), std::move(*settled)};
}

void print_pruning(const std::string& dir, const Planned& planned, const pruning::Pruned& done,
                   std::int64_t ticked, bool dry, const CommonOptions& common) {
  const Counts counts = counts_of(planned.read, planned.settled);
  const Instant next = planned.settled.plan.next();
  const std::vector<std::int64_t>& recorded = planned.settled.not_redecided;
  if (common.json())
    return print_json({{"directory", dir},
                       {"at", to_text(planned.read.at)},
                       {"dry_run", dry},
                       {"ticked", ticked},
                       {"pruned", counts.going},
                       {"entries", done.entries},
                       {"kept", counts.kept},
                       {"next", next == kDistantFuture ? Json(nullptr) : Json(to_text(next))},
                       {"not_redecided", recorded},
                       {"bodies_left", dry ? planned.read.leftover : 0},
                       {"bodies_removed", done.went.bodies},
                       {"bytes_removed", done.went.bytes}});
  if (common.quiet) return;
  std::string out = fmt::format("{} at {}\n", visible(dir), to_text(planned.read.at));
  if (ticked > 0)
    out += fmt::format("  the chain's clock {} there first: {} entries, the Tick and what falls due\n",
                       dry ? "would be taken" : "was taken", ticked);
  out += fmt::format("  {}:\n{}", dry ? "would go" : "pruned", listed(counts.going));
  out += fmt::format("  kept for:\n{}", listed(counts.kept));
  if (next != kDistantFuture)
    out += fmt::format("  the next that is kept for a time is kept until {}\n", to_text(next));
  if (dry && planned.read.leftover > 0)
    out += fmt::format("  {} bodies of what is pruned already are still there, and would go too\n",
                       planned.read.leftover);
  if (!recorded.empty())
    out +=
        fmt::format("  {} refusals stand as recorded from here on: what they may rest on is gone\n",
                    recorded.size());
  if (!dry)
    out += fmt::format("  {} bodies, {} bytes, are off the disk\n", done.went.bodies, done.went.bytes);
  for (std::int64_t n : done.entries) out += fmt::format("  entry {} lists them\n", n);
  print_text(out);
}

/// What `plan` comes to, done; on a chain that is at the instant then.
Result<pruning::Pruned> carry_out(const std::string& dir, const crypto::KeyPair& key,
                                  const PruneArguments& a, Planned& planned, Progress& progress) {
  if (planned.settled.going.empty() && planned.read.leftover == 0) return pruning::Pruned{};
  const bool ticks = planned.read.ticked && !planned.settled.going.empty();
  bool changed = ticks;
  if (ticks) {
    if (auto done = pruning::write_tick(dir, key, planned.read.at); !done)
      return tl::unexpected(done.error());
  } else {
    auto finished = pruning::finish_writer(dir, key);
    if (!finished) return tl::unexpected(finished.error());
    changed = *finished;
  }
  if (changed) {
    auto there = plan(dir, std::nullopt, a, key, progress);
    if (!there) return tl::unexpected(there.error());
    planned = std::move(*there);
  }
  progress.say("writes the segments anew");
  return pruning::carry_out(dir, key, planned.read, planned.settled);
}

int prune_command(const PruneArguments& a, const CommonOptions& common) {
  const std::string dir = chain::chain_directory(a.dir);
  std::optional<crypto::KeyPair> key;
  if (!a.dry_run) {
    auto given = log_key_pair(a.dir, a.from_run, a.log_key);
    if (!given) return report_problems(given.error());
    key = *given;
  }
  std::optional<Instant> at;
  if (a.at) {
    at = parse_instant(*a.at);
    if (!at)
      return report_problems(
          fail(fmt::format("--at {}: no instant", *a.at), "like 2026-01-01T00:00:00Z").value());
  }
  if (auto there = chain::ChainReader::open(dir); !there) return report_problems(there.error());
  Progress progress("prune", !common.quiet);
  auto planned = plan(dir, at, a, key, progress);
  progress.clear();
  if (!planned) return report_problems(planned.error());
  pruning::Pruned done;
  // What `--at` makes due is written where something goes, and with it alone.
  const std::int64_t ticked =
      planned->settled.going.empty() || !planned->read.ticked
          ? 0
          : planned->read.chain.size() - planned->read.reader.signed_checkpoint().size;
  if (key) {
    auto pruned = carry_out(dir, *key, a, *planned, progress);
    progress.clear();
    if (!pruned) return report_problems(pruned.error());
    done = std::move(*pruned);
  }
  print_pruning(dir, *planned, done, ticked, a.dry_run, common);
  return kHolds;
}

}  // namespace

void add_chain_prune(CLI::App& group, CommonOptions& common, int& status) {
  auto a = std::make_shared<PruneArguments>();
  CLI::App* c = group.add_subcommand(
      "prune",
      "takes the bodies from the chain whose retention is over; their leaves, and every proof, stay\n"
      "Example: capmarket chain prune runs/a --from-run --at 2028-01-01T00:00:00Z --dry-run");
  c->add_option("DIR", a->dir, "run or chain directory")->required();
  c->add_option("ID", a->ids,
                "sequence numbers or content ids: these alone, with what goes with them (default: all "
                "that may go)");
  auto* key = c->add_option("--log-key", a->log_key,
                            "the key that signs the checkpoints: a hex seed, mode 0600");
  c->add_flag("--from-run", a->from_run, "it follows from the seed of the run that DIR holds")
      ->excludes(key);
  c->add_option("--at", a->at,
                "a Tick takes the chain's clock there first, and what falls due by then is written "
                "(default: the time of its last entry)");
  c->add_flag("--dry-run", a->dry_run, "tells what would go, and changes nothing");
  add_common(*c, common);
  c->callback([a, &common, &status] { status = prune_command(*a, common); });
}

}  // namespace capmarket::cli
