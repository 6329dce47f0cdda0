#include "cli/chain_proofs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/chain_selector.h"
#include "cli/signed_leaves.h"
#include "model/base/number.h"
#include "model/base/output.h"
#include "model/base/visible.h"
#include "model/chain/reader.h"
#include "model/log/merkle.h"
#include "model/log/proof.h"

namespace capmarket::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ProofArguments {
  std::string dir, id, older, newer, out;
};

/// To the file that was named, else to stdout; JSON says the same.
int give(const std::string& text, bool fork, const ProofArguments& a, const CommonOptions& common) {
  if (!a.out.empty())
    if (auto written = write_output_file(a.out, text, common.force); !written)
      return report_problems(written.error());
  if (common.json())
    print_json(
        {{"proof", text}, {"fork", fork}, {"written", a.out.empty() ? Json() : Json(a.out)}});
  else if (a.out.empty())
    std::fputs(text.c_str(), stdout);
  else if (!common.quiet)
    std::fputs(fmt::format("written: {}\n", visible(a.out)).c_str(), stdout);
  return kHolds;
}

int checkpoint_command(const ProofArguments& a, const CommonOptions& common) {
  auto reader = chain::ChainReader::open(chain::chain_directory(a.dir));
  if (!reader) return report_problems(reader.error());
  // Whether the log has left the key that signed it, its entries say.
  for (;;) {
    auto entry = reader->next();
    if (!entry) return damaged(entry.error());
    if (!*entry) break;
  }
  const std::string& note = reader->signed_note();
  const std::string key = log::to_text(
      log::log_verifier(reader->signed_checkpoint().origin, reader->signer()));
  const log::Checkpoint& c = reader->signed_checkpoint();
  if (common.json())
    print_json({{"note", note},
                {"origin", c.origin},
                {"size", c.size},
                {"root", to_hex(c.root)},
                {"verifier_key", key}});
  if (!a.out.empty())
    if (auto written = write_output_file(a.out, note, common.force); !written)
      return report_problems(written.error());
  if (common.json()) return kHolds;
  // As it stands for whoever keeps it; a terminal is shown no controls of others.
  if (a.out.empty())
    std::fputs((::isatty(STDOUT_FILENO) != 0 ? visible(note, false) : note).c_str(), stdout);
  // No part of the note: who keeps what stdout is given keeps a checkpoint.
  if (!common.quiet) std::fputs(fmt::format("verifier key: {}\n", key).c_str(), stderr);
  return kHolds;
}

int proof_command(const ProofArguments& a, const CommonOptions& common) {
  auto selector = parse_selector(a.id);
  if (!selector) return report_problems(selector.error());
  auto leaves = read_leaves(a.dir, &*selector);
  if (!leaves) return leaves.error();
  if (!leaves->found) return no_entry(a.id);
  const auto index = static_cast<std::size_t>(leaves->found->leaf.sequence.value);
  return give(log::to_text(log::InclusionProof{
                  leaves->found->leaf.sequence.value, leaves->found->leaf_bytes,
                  log::inclusion_proof(leaves->hashes, index), leaves->reader.signed_note()}),
              false, a, common);
}

/// What a proof of growth is asked from: a size, or a checkpoint that the log signed.
struct OlderLog {
  std::int64_t size = 0;
  std::optional<log::Checkpoint> checkpoint;
};

Result<OlderLog> older_log(const std::string& text, const SignedLeaves& leaves) {
  if (text.find_first_not_of("0123456789") != text.npos) {
    auto checkpoint = leaves.own_checkpoint(text);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    return OlderLog{checkpoint->size, *checkpoint};
  }
  auto size = parse_decimal(text);
  const std::int64_t most = leaves.reader.signed_checkpoint().size;
  if (!size || *size < 1 || *size > most)
    return fail(fmt::format("a size of {}", text),
                fmt::format("1 .. {}, the signed size, or a checkpoint in a file", most));
  return OlderLog{*size, std::nullopt};
}

/// What is signed and not there any more.
int rolled_back(const SignedLeaves& leaves, std::int64_t size) {
  return damaged(
      fail(fmt::format("{}: the log signs {} entries, and has signed {}: rolled back, an old "
                       "backup, or another log",
                       leaves.dir, leaves.reader.signed_checkpoint().size, size))
          .value());
}

int consistency_command(const ProofArguments& a, const CommonOptions& common) {
  auto leaves = read_leaves(a.dir);
  if (!leaves) return leaves.error();
  auto older = older_log(a.older, *leaves);
  if (!older) return report_problems(older.error());
  log::Checkpoint newer = leaves->reader.signed_checkpoint();
  std::string note = leaves->reader.signed_note();
  if (older->size > newer.size) return rolled_back(*leaves, older->size);
  if (!a.newer.empty()) {
    auto named = leaves->own_checkpoint(a.newer, &note);
    if (!named) return report_problems(named.error());
    if (named->size > newer.size) return rolled_back(*leaves, named->size);
    if (named->size < older->size)
      return report_problems(
          fail(fmt::format("NEW is of {} entries, OLD of {}", named->size, older->size),
               "the older one first")
              .value());
    newer = *named;
    if (auto r = leaves->goes_on_from(newer); !r) {
      Problems why = r.error();
      why[0].expected = "`chain consistency DIR NEW` gives the evidence";
      return damaged(why);
    }
  }
  const auto all = std::span<const Digest>(leaves->hashes);
  const auto old_size = static_cast<std::size_t>(older->size);
  log::ConsistencyProof proof{
      older->size,
      {},
      log::consistency_proof(all.first(static_cast<std::size_t>(newer.size)), old_size),
      std::move(note)};
  Result<void> grew;
  if (older->checkpoint) grew = leaves->goes_on_from(*older->checkpoint);
  if (grew) return give(log::to_text(proof), false, a, common);
  // Evidence for who has the older note: `check-proof` says so.
  proof.other_root = log::merkle_root(all.first(old_size));
  if (const int given = give(log::to_text(proof), true, a, common); given != kHolds) return given;
  return damaged(grew.error());
}

}  // namespace

void add_chain_proofs(CLI::App& group, CommonOptions& common, int& status) {
  auto a = std::make_shared<ProofArguments>();
  auto sub = [&](const char* name, const char* about, auto command) {
    CLI::App* c = group.add_subcommand(name, about);
    add_common(*c, common);
    c->callback([a, &common, &status, command] { status = command(*a, common); });
    return c;
  };
  auto of_chain = [&](CLI::App* c) {
    c->add_option("DIR", a->dir, "run or chain directory")->required();
    return c;
  };
  auto to_file = [&](CLI::App* c) {
    c->add_option("-o,--out", a->out, "file for the proof; else stdout");
    return c;
  };
  of_chain(sub("checkpoint",
               "what the log signs of itself, with the key that others check it by\n"
               "Example: capmarket chain checkpoint runs/a -o old-checkpoint",
               checkpoint_command))
      ->add_option("-o,--out", a->out, "file for the note; else stdout");
  CLI::App* proof = to_file(
      of_chain(sub("proof",
                   "a receipt: an entry's leaf, its path in the tree and the signed checkpoint\n"
                   "Example: capmarket chain proof runs/a 4711 -o 4711.tlog-proof",
                   proof_command)));
  proof->add_option("ID", a->id, "sequence number or content id")->required();
  CLI::App* consistency =
      to_file(of_chain(sub("consistency",
                           "that the log only grew since an older checkpoint or size\n"
                           "Example: capmarket chain consistency runs/a old-checkpoint -o grown",
                           consistency_command)));
  consistency->add_option("OLD", a->older, "a checkpoint in a file, or a size")->required();
  consistency->add_option("NEW", a->newer, "a checkpoint in a file; default: the chain's own");
}

}  // namespace capmarket::cli
