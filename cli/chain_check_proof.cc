#include "cli/chain_check_proof.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/chain_selector.h"
#include "cli/leaf_view.h"
#include "model/base/read_file.h"
#include "model/base/visible.h"
#include "model/log/proof.h"

namespace capmarket::cli {
namespace {

using Json = nlohmann::ordered_json;

struct CheckProofArguments {
  std::string file, log_key, older, older_key;
  std::vector<std::string> witnesses;
};

/// The log's key first, then the witnesses.
using Keys = std::vector<log::VerifierKey>;

/// The key of an option; each key once, of the kind that the option is for.
Result<void> add_key(const std::string& text, const char* option, log::NoteKeyKind kind,
                     Keys& keys) {
  auto wrong = [&](std::string what, std::string expected) {
    return fail(Problem{option, 0, 0, std::move(what), std::move(expected), ""});
  };
  auto key = log::parse_verifier_key(text);
  if (!key)
    return wrong(key.error()[0].what, kind == log::NoteKeyKind::ed25519 ? key.error()[0].expected
                                                                        : log::kWitnessKeyExpected);
  if (key->kind != kind)
    return wrong("a key of another kind", kind == log::NoteKeyKind::ed25519
                                              ? "a log's (its kind is 1)"
                                              : "a witness's (its kind is 4)");
  if (std::any_of(keys.begin(), keys.end(),
                  [&](const log::VerifierKey& k) { return k.key == key->key; }))
    return wrong("a key that is given already", "each witness once, under its one name");
  keys.push_back(std::move(*key));
  return {};
}

Result<Keys> keys_of(const CheckProofArguments& a) {
  Keys out;
  if (auto r = add_key(a.log_key, "--log-key", log::NoteKeyKind::ed25519, out); !r)
    return tl::unexpected(r.error());
  for (const std::string& witness : a.witnesses)
    if (auto r = add_key(witness, "--witness", log::NoteKeyKind::cosignature, out); !r)
      return tl::unexpected(r.error());
  return out;
}

/// Every witness that was named has to have signed the checkpoint.
Problems missing_witnesses(const log::ShownByProof& shown, const Keys& keys) {
  Problems out;
  for (std::size_t i = 1; i < keys.size(); ++i)
    if (std::none_of(shown.signers.begin(), shown.signers.end(),
                     [&](const log::NoteSigner& s) { return s.key == i; }))
      out.push_back({"", 0, 0,
                     fmt::format("the checkpoint of size {} has no line of the witness {}",
                                 shown.checkpoint.size, keys[i].name),
                     "one that each `--witness` has signed", ""});
  return out;
}

/// What it shows, then under whose checkpoint and who else signed that.
int tell(Json out, std::string text, const log::ShownByProof& shown, const Keys& keys,
         const CommonOptions& common) {
  if (Problems missing = missing_witnesses(shown, keys); !missing.empty()) return damaged(missing);
  Json witnesses = Json::array();
  for (const log::NoteSigner& s : shown.signers)
    if (s.key > 0) witnesses.push_back({{"name", keys[s.key].name}, {"time", s.time}});
  const log::Checkpoint& c = shown.checkpoint;
  text += fmt::format(
      "under the checkpoint of size {} of {}, signed by its key and by {} of {} witnesses\n",
      c.size, visible(c.origin), witnesses.size(), keys.size() - 1);
  out["log"] = c.origin;
  out["size"] = c.size;
  out["root"] = to_hex(c.root);
  out["witnesses"] = std::move(witnesses);
  if (common.json())
    print_json(out);
  else
    print_text(text);
  return kHolds;
}

/// Problems of a file, with the option that takes the key of before a change where that is what is missing.
Problems of_file(const std::string& file, Problems problems, const char* old_key) {
  for (Problem& p : problems) {
    if (p.file.empty()) p.file = file;
    if (p.expected == log::kByItsKey) p.expected += fmt::format(" (`{} KEY`)", old_key);
  }
  return problems;
}

/// Whether a note is one of a checkpoint at all: what is none is no proof, whoever signed it.
Result<void> expect_checkpoint(std::string_view bytes) {
  auto note = log::parse_note(bytes);
  if (!note) return tl::unexpected(note.error());
  auto checkpoint = log::read_checkpoint(*note);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  return {};
}

/// The checkpoint of `--old`, and whether another key than `--log-key` signed it.
struct Older {
  log::Checkpoint checkpoint;
  bool other_key = false;
};

Result<Older> older_of(const CheckProofArguments& a, Keys keys) {
  const PublicKey latest = keys[0].key;
  if (!a.older_key.empty()) {
    Keys of_then;
    if (auto r = add_key(a.older_key, "--old-log-key", log::NoteKeyKind::ed25519, of_then); !r)
      return tl::unexpected(r.error());
    keys[0] = of_then[0];
  }
  auto bytes = read_file(a.older, InputKind::checkpoint);
  if (!bytes) return tl::unexpected(bytes.error());
  auto shown = log::check_checkpoint(*bytes, keys);
  if (!shown) return tl::unexpected(of_file(a.older, shown.error(), "--old-log-key"));
  return Older{shown->checkpoint, keys[0].key != latest};
}

/// Two roots of one size: under one key, or each under its own.
int forked(const Older& older, const Digest& other) {
  const log::Checkpoint& c = older.checkpoint;
  const std::string logs = fmt::format("two logs of {} entries, with the roots {} and {}", c.size,
                                       to_hex(c.root), to_hex(other));
  if (!older.other_key) return damaged(fail("equivocation: the log's key signed " + logs).value());
  report_problems(
      fail(fmt::format("undecided: {}, signed by two keys: nothing here shows which was the log's "
                       "at {} entries",
                       logs, c.size),
           fmt::format("the proof of the entry that changed the key (`chain proof`): at {} or "
                       "behind, and it is equivocation; before, and whoever has the old key signed "
                       "the older one",
                       c.size))
          .value());
  return kUndecided;
}

/// Beside `--old`: two checkpoints of one size. Empty where they are the same; else a status.
std::optional<int> differ(const log::Checkpoint& shown, const CheckProofArguments& a,
                          const Keys& keys) {
  if (a.older.empty()) return std::nullopt;
  auto older = older_of(a, keys);
  if (!older) return report_problems(older.error());
  const log::Checkpoint& then = older->checkpoint;
  if (then.size != shown.size)
    return report_problems(
        fail(Problem{"--old", 0, 0,
                     fmt::format("a checkpoint of size {} beside one of {} shows nothing",
                                 then.size, shown.size),
                     "a proof of `chain consistency` between them", ""})
            .value());
  if (then.root != shown.root) return forked(*older, shown.root);
  return std::nullopt;
}

int check_inclusion(const std::string& text, const CheckProofArguments& a, const Keys& keys,
                    const CommonOptions& common) {
  auto proof = log::parse_inclusion_proof(text);
  if (!proof) return report_problems(of_file(a.file, proof.error(), ""));
  if (auto r = expect_checkpoint(proof->checkpoint); !r) return report_problems(of_file(a.file, r.error(), ""));
  auto leaf = chain::decode_leaf(proof->leaf);
  if (!leaf) return report_problems(of_file(a.file, leaf.error(), ""));
  auto shown = log::check_proof(*proof, keys);
  if (!shown) return damaged(of_file(a.file, shown.error(), "--log-key"));
  if (leaf->sequence.value != proof->index)
    return damaged(
        fail(fmt::format("a leaf of sequence {} at {}", leaf->sequence.value, proof->index))
            .value());
  if (auto status = differ(shown->checkpoint, a, keys)) return *status;
  return tell(leaf_json(*leaf, proof->leaf), leaf_line(*leaf), *shown, keys, common);
}

int check_consistency(const std::string& text, const CheckProofArguments& a, const Keys& keys,
                      const CommonOptions& common) {
  auto proof = log::parse_consistency_proof(text);
  if (!proof) return report_problems(of_file(a.file, proof.error(), ""));
  if (auto r = expect_checkpoint(proof->checkpoint); !r) return report_problems(of_file(a.file, r.error(), ""));
  if (a.older.empty())
    return report_problems(
        fail(Problem{"--old", 0, 0, "not given", "the older checkpoint, in a file", ""}).value());
  auto older = older_of(a, keys);
  if (!older) return report_problems(older.error());
  auto shown = log::check_proof(*proof, older->checkpoint, keys);
  if (!shown) return damaged(of_file(a.file, shown.error(), "--log-key"));
  if (proof->other_root) return forked(*older, *proof->other_root);
  return tell({{"old_size", proof->old_size}},
              fmt::format("the log of size {} goes on from the one of size {}\n",
                          shown->checkpoint.size, proof->old_size),
              *shown, keys, common);
}

/// A checkpoint alone; with an older one of the same size, whether the two are of one log.
int check_note(const std::string& text, const CheckProofArguments& a, const Keys& keys,
               const CommonOptions& common) {
  if (auto r = expect_checkpoint(text); !r)
    return report_problems(
        fail(Problem{a.file, 0, 0,
                     fmt::format("neither a proof nor a checkpoint: {}", r.error()[0].what),
                     "what `chain proof`, `chain consistency` or `chain checkpoint` wrote", ""})
            .value());
  auto shown = log::check_checkpoint(text, keys);
  if (!shown) return damaged(of_file(a.file, shown.error(), "--log-key"));
  if (auto status = differ(shown->checkpoint, a, keys)) return *status;
  return tell(Json::object(), "", *shown, keys, common);
}

int check_proof_command(const CheckProofArguments& a, const CommonOptions& common) {
  auto keys = keys_of(a);
  if (!keys) return report_problems(keys.error());
  if (!a.older_key.empty() && a.older.empty())
    return report_problems(
        fail(Problem{"--old-log-key", 0, 0, "without --old", "the checkpoint that it signed", ""})
            .value());
  auto text = read_file(a.file, InputKind::proof);
  if (!text) return report_problems(text.error());
  if (text->starts_with("c2sp.org/tlog-proof@v1")) return check_inclusion(*text, a, *keys, common);
  if (text->starts_with("old ") || text->starts_with("capmarket/fork@v1"))
    return check_consistency(*text, a, *keys, common);
  if (text->starts_with("capmarket/promise@v1"))
    return report_problems(
        fail(Problem{a.file, 0, 0, "a promise, which proves no entry",
                     "`chain check-promise` holds it against the chain", ""})
            .value());
  return check_note(*text, a, *keys, common);
}

}  // namespace

void add_chain_check_proof(CLI::App& group, CommonOptions& common, int& status) {
  auto a = std::make_shared<CheckProofArguments>();
  CLI::App* c = group.add_subcommand(
      "check-proof",
      "checks a proof or a checkpoint offline, by the keys that are given\n"
      "Example: capmarket chain check-proof 4711.tlog-proof --log-key capmarket/…+…+…");
  c->add_option("FILE", a->file, "of `chain proof`, `chain consistency`, or a checkpoint")
      ->required();
  c->add_option("--log-key", a->log_key, "the log's verifier key (`chain checkpoint` tells it)")
      ->required();
  c->add_option("--witness", a->witnesses,
                "verifier key of a witness that has to have signed the checkpoint; any number of "
                "times");
  c->add_option("--old", a->older, "the older checkpoint, in a file");
  c->add_option("--old-log-key", a->older_key,
                "the log's verifier key of then, where it has changed since");
  add_common(*c, common);
  c->callback([a, &common, &status] { status = check_proof_command(*a, common); });
}

}  // namespace capmarket::cli
