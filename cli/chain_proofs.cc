#include "cli/chain_proofs.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/chain_selector.h"
#include "cli/leaf_view.h"
#include "cli/signed_leaves.h"
#include "model/base/number.h"
#include "model/base/output.h"
#include "model/base/read_file.h"
#include "model/base/text.h"
#include "model/chain/reader.h"
#include "model/log/merkle.h"
#include "model/log/proof.h"

namespace capmarket::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ProofArguments {
  std::string dir, id, older, newer, out, file, log_key;
  std::vector<std::string> witnesses;
};

/// To the file that was named, else to stdout.
int give(const std::string& text, const ProofArguments& a, const CommonOptions& common) {
  if (a.out.empty()) {
    std::fputs(text.c_str(), stdout);
    return kHolds;
  }
  auto written = write_output_file(a.out, text, common.force);
  if (!written) return report_problems(written.error());
  if (!common.quiet) std::fputs(fmt::format("written: {}\n", a.out).c_str(), stdout);
  return kHolds;
}

int checkpoint_command(const ProofArguments& a, const CommonOptions& common) {
  auto reader = chain::ChainReader::open(chain::chain_directory(a.dir));
  if (!reader) return report_problems(reader.error());
  const std::string& note = reader->signed_note();
  const std::string key = log::to_text(
      log::log_verifier(reader->signed_checkpoint().origin, reader->genesis().log_key));
  const log::Checkpoint& c = reader->signed_checkpoint();
  if (common.json())
    print_json({{"note", note},
                {"origin", c.origin},
                {"size", c.size},
                {"root", to_hex(c.root)},
                {"verifier_key", key}});
  else
    std::fputs(fmt::format("{}\nverifier key: {}\n", note, key).c_str(), stdout);
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
              a, common);
}

/// A size that was signed or not, or a checkpoint in a file.
struct LogSize {
  std::int64_t size = 0;
  std::optional<log::Checkpoint> checkpoint;
};

Result<LogSize> parse_size(const std::string& text) {
  if (text.find_first_not_of("0123456789") == text.npos)
    if (auto size = parse_decimal(text)) return LogSize{*size, std::nullopt};
  auto bytes = read_file(text, InputKind::checkpoint);
  if (!bytes) return tl::unexpected(bytes.error());
  auto note = log::parse_note(*bytes);
  auto checkpoint = note ? log::read_checkpoint(*note) : tl::unexpected(note.error());
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  return LogSize{checkpoint->size, *checkpoint};
}

/// A size that the log has, of a checkpoint that is its own.
Result<void> inside(const LogSize& asked, std::int64_t most, const log::Checkpoint& own) {
  if (asked.checkpoint && asked.checkpoint->origin != own.origin)
    return fail(fmt::format("a checkpoint of {}", asked.checkpoint->origin),
                fmt::format("one of {}", own.origin));
  if (asked.size < 1 || asked.size > most)
    return fail(fmt::format("a size of {}", asked.size), fmt::format("1 .. {}", most));
  return {};
}

int consistency_command(const ProofArguments& a, const CommonOptions& common) {
  auto older = parse_size(a.older);
  if (!older) return report_problems(older.error());
  auto leaves = read_leaves(a.dir);
  if (!leaves) return leaves.error();
  const log::Checkpoint& own = leaves->reader.signed_checkpoint();
  LogSize newer{own.size, own};
  std::string note = leaves->reader.signed_note();
  if (!a.newer.empty()) {
    auto bytes = read_file(a.newer, InputKind::checkpoint);
    if (!bytes) return report_problems(bytes.error());
    auto opened = log::open_checkpoint(*bytes, leaves->reader.genesis().log_key);
    if (!opened) return report_problems(opened.error());
    newer = {opened->size, *opened};
    note = std::move(*bytes);
  }
  if (auto r = inside(newer, own.size, own); !r) return report_problems(r.error());
  if (auto r = inside(*older, newer.size, own); !r) return report_problems(r.error());
  const auto all = std::span<const Digest>(leaves->hashes);
  if (auto r = leaves->goes_on_from(*newer.checkpoint); !r) return damaged(r.error());
  log::ConsistencyProof proof{
      older->size,
      {},
      log::consistency_proof(all.first(static_cast<std::size_t>(newer.size)),
                             static_cast<std::size_t>(older->size)),
      std::move(note)};
  Result<void> grew;
  if (older->checkpoint) grew = leaves->goes_on_from(*older->checkpoint);
  if (grew) return give(log::to_text(proof), a, common);
  // Evidence for who has the older note, where the log signed that: `check-proof` says so.
  proof.other_root = log::merkle_root(all.first(static_cast<std::size_t>(older->size)));
  if (const int given = give(log::to_text(proof), a, common); given != kHolds) return given;
  return damaged(grew.error());
}

// ---- Offline: what was printed, and the keys that somebody believes

/// The log's key first, then the witnesses.
Result<std::vector<log::VerifierKey>> keys_of(const ProofArguments& a) {
  std::vector<log::VerifierKey> out;
  auto add = [&](const std::string& text, const char* option,
                 log::NoteKeyKind kind) -> Result<void> {
    auto key = log::parse_verifier_key(text);
    if (!key) return fail(Problem{option, 0, 0, key.error()[0].what, key.error()[0].expected, ""});
    if (key->kind != kind)
      return fail(Problem{option, 0, 0, "a key of another kind",
                          kind == log::NoteKeyKind::ed25519 ? "a log's (its kind is 1)"
                                                            : "a witness's (its kind is 4)",
                          ""});
    out.push_back(std::move(*key));
    return {};
  };
  if (auto r = add(a.log_key, "--log-key", log::NoteKeyKind::ed25519); !r)
    return tl::unexpected(r.error());
  for (const std::string& witness : a.witnesses)
    if (auto r = add(witness, "--witness", log::NoteKeyKind::cosignature); !r)
      return tl::unexpected(r.error());
  return out;
}

/// Who signed beside the log, and when.
Json witnesses_json(const log::ShownByProof& shown, const std::vector<log::VerifierKey>& keys) {
  Json out = Json::array();
  for (const log::NoteSigner& s : shown.signers)
    if (s.key > 0) out.push_back({{"name", keys[s.key].name}, {"time", s.time}});
  return out;
}

int tell(Json out, std::string text, const log::ShownByProof& shown,
         const std::vector<log::VerifierKey>& keys, const CommonOptions& common) {
  out["log"] = shown.checkpoint.origin;
  out["size"] = shown.checkpoint.size;
  out["root"] = to_hex(shown.checkpoint.root);
  out["witnesses"] = witnesses_json(shown, keys);
  if (common.json()) {
    print_json(out);
    return kHolds;
  }
  text += fmt::format(
      "under the checkpoint of size {} of {}, signed by its key and by {} of {} witnesses\n",
      shown.checkpoint.size, shown.checkpoint.origin, out["witnesses"].size(), keys.size() - 1);
  print_text(text);
  return kHolds;
}

int check_inclusion(const std::string& text, const std::vector<log::VerifierKey>& keys,
                    const CommonOptions& common) {
  auto proof = log::parse_inclusion_proof(text);
  if (!proof) return report_problems(proof.error());
  auto leaf = chain::decode_leaf(proof->leaf);
  if (!leaf) return report_problems(leaf.error());
  auto shown = log::check_proof(*proof, keys);
  if (!shown) return damaged(shown.error());
  if (leaf->sequence.value != proof->index)
    return damaged(
        fail(fmt::format("a leaf of sequence {} at {}", leaf->sequence.value, proof->index))
            .value());
  return tell(leaf_json(*leaf, proof->leaf), leaf_line(*leaf), *shown, keys, common);
}

/// The checkpoint of `--old`, signed by the log.
Result<log::ShownByProof> older_of(const ProofArguments& a,
                                   std::span<const log::VerifierKey> keys) {
  if (a.older.empty())
    return fail(Problem{"--old", 0, 0, "not given", "the older checkpoint, in a file", ""});
  auto bytes = read_file(a.older, InputKind::checkpoint);
  if (!bytes) return tl::unexpected(bytes.error());
  return log::check_checkpoint(*bytes, keys);
}

/// Two roots of one size, both under the log's key.
int forked(const log::Checkpoint& older, const Digest& other) {
  return damaged(fail(fmt::format("equivocation: the log's key signed two logs of {} entries, with "
                                  "the roots {} and {}",
                                  older.size, to_hex(older.root), to_hex(other)))
                     .value());
}

int check_consistency(const std::string& text, const ProofArguments& a,
                      const std::vector<log::VerifierKey>& keys, const CommonOptions& common) {
  auto proof = log::parse_consistency_proof(text);
  if (!proof) return report_problems(proof.error());
  auto older = older_of(a, keys);
  if (!older) return report_problems(older.error());
  auto shown = log::check_proof(*proof, older->checkpoint, keys);
  if (!shown) return damaged(shown.error());
  if (proof->other_root) return forked(older->checkpoint, *proof->other_root);
  return tell({{"old_size", proof->old_size}},
              fmt::format("the log of size {} goes on from the one of size {}\n",
                          shown->checkpoint.size, proof->old_size),
              *shown, keys, common);
}

/// A checkpoint alone; with an older one, whether the two can be of one log.
int check_note(const std::string& text, const ProofArguments& a,
               const std::vector<log::VerifierKey>& keys, const CommonOptions& common) {
  auto shown = log::check_checkpoint(text, keys);
  if (!shown) return damaged(shown.error());
  if (!a.older.empty()) {
    auto older = older_of(a, keys);
    if (!older) return report_problems(older.error());
    const log::Checkpoint &x = older->checkpoint, &y = shown->checkpoint;
    if (x.size == y.size && x.root != y.root) return forked(x, y.root);
    if (x.size != y.size)
      return report_problems(
          fail(fmt::format("checkpoints of sizes {} and {} alone show nothing", x.size, y.size),
               "a proof of `chain consistency` between them")
              .value());
  }
  return tell(Json::object(), "", *shown, keys, common);
}

int check_command(const ProofArguments& a, const CommonOptions& common) {
  auto keys = keys_of(a);
  if (!keys) return report_problems(keys.error());
  auto text = read_file(a.file, InputKind::proof);
  if (!text) return report_problems(text.error());
  if (text->starts_with("c2sp.org/tlog-proof@v1")) return check_inclusion(*text, *keys, common);
  if (text->starts_with("old ") || text->starts_with("capmarket/fork@v1"))
    return check_consistency(*text, a, *keys, common);
  return check_note(*text, a, *keys, common);
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
               "Example: capmarket chain checkpoint runs/a",
               checkpoint_command));
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
  CLI::App* check = sub("check-proof",
                        "checks a proof or a checkpoint offline, by the keys that are given\n"
                        "Example: capmarket chain check-proof 4711.tlog-proof --log-key "
                        "capmarket/…+…+…",
                        check_command);
  check->add_option("FILE", a->file, "of `chain proof`, `chain consistency`, or a checkpoint")
      ->required();
  check->add_option("--log-key", a->log_key, "the log's verifier key (`chain checkpoint` tells it)")
      ->required();
  check->add_option("--witness", a->witnesses, "verifier key of a witness; any number of times");
  check->add_option("--old", a->older, "the older checkpoint, in a file");
}

}  // namespace capmarket::cli
