#include "cli/chain_witness.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <ctime>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/key_file.h"
#include "cli/signed_leaves.h"
#include "model/base/output.h"
#include "model/base/read_file.h"
#include "model/base/visible.h"
#include "model/chain/salvage.h"
#include "model/log/checkpoint.h"
#include "model/log/file_log.h"
#include "model/log/merkle.h"
#include "model/log/proof.h"
#include "model/log/writer_lock.h"

namespace capmarket::cli {
namespace {

struct WitnessArguments {
  std::string dir, key, seen;
  std::optional<std::string> name, chain;
  std::int64_t time = -1;  // seconds since 1970; -1: now
};

/// Who signs, and what it signed last of this log.
struct Witness {
  crypto::KeyPair key;
  log::VerifierKey verifier;
  std::string seen_file, seen_note;
  std::optional<log::Checkpoint> seen;
};

/// What the witness keeps is its own: signed by its key.
Result<std::optional<log::Checkpoint>> read_seen(const std::string& file,
                                                 const log::VerifierKey& own, std::string& text) {
  auto bytes = peek_file(file, InputKind::checkpoint);
  if (!bytes && bytes.error().fault == ReadFault::absent) return std::nullopt;
  if (!bytes) return fail(bytes.error().problem);
  const log::VerifierKey keys[] = {own};
  auto note = log::parse_note(*bytes);
  auto signers = note ? log::signers_of(*note, keys) : tl::unexpected(note.error());
  auto checkpoint = note ? log::read_checkpoint(*note) : tl::unexpected(note.error());
  if (!signers || !checkpoint || signers->empty() || checkpoint->size < 1)
    return fail(Problem{file, 0, 0, "not what this witness keeps",
                        "the last checkpoint that it signed, under its key and name", ""});
  text = *std::move(bytes);
  return *checkpoint;
}

/// The name that is asked for, or the first digits of the key.
Result<log::VerifierKey> verifier_of(const WitnessArguments& a, const PublicKey& key) {
  const std::string name = a.name ? *a.name : "witness/" + to_hex(key).substr(0, 16);
  if (log::is_key_name(name)) return log::witness_verifier(name, key);
  return fail(Problem{"--name", 0, 0, fmt::format("`{}`", shown(name)),
                      fmt::format("1 to {} bytes without spaces, plus signs and characters that "
                                  "cannot be seen",
                                  log::kKeyNameBytesMax),
                      ""});
}

Result<Witness> witness_of(const WitnessArguments& a, const ContentId& chain) {
  auto seed = read_key_file(a.key);
  if (!seed) return tl::unexpected(seed.error());
  Witness out;
  out.key = crypto::key_pair_from_seed(*seed);
  auto verifier = verifier_of(a, out.key.pub);
  if (!verifier) return tl::unexpected(verifier.error());
  out.verifier = std::move(*verifier);
  out.seen_file =
      a.seen.empty() ? fmt::format("{}.seen-{}", a.key, to_hex(chain).substr(0, 16)) : a.seen;
  if (auto room = check_output_file(out.seen_file, true); !room)
    return tl::unexpected(room.error());
  auto seen = read_seen(out.seen_file, out.verifier, out.seen_note);
  if (!seen) return tl::unexpected(seen.error());
  out.seen = *seen;
  return out;
}

/// For a shell: in quotes where anything but plain characters stands in it.
std::string for_shell(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("/._-+=:").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain && !text.empty()) return text;
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

/// Beside what the witness keeps, under the first name that is free.
Result<std::string> write_evidence(const Witness& w, const std::string& text) {
  for (int n = 1;; ++n) {
    const std::string file = w.seen_file + (n == 1 ? ".fork" : fmt::format(".fork-{}", n));
    auto written = write_output_file(file, text, false);
    if (written) return file;
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::symlink_status(file, error)))
      return tl::unexpected(written.error());
  }
}

/// The option that names the key which signed what was seen, where the log has changed it since.
Result<std::string> old_key_option(const Witness& w, const SignedLeaves& leaves) {
  auto genesis = chain::ChainReader::open_genesis(leaves.dir);
  auto keys = genesis ? chain::log_keys_of(leaves.dir, *genesis) : tl::unexpected(genesis.error());
  if (!keys) return tl::unexpected(keys.error());
  for (const auto& [since, key] : *keys) {
    const log::VerifierKey of_then = log::log_verifier(w.seen->origin, key);
    if (!log::check_checkpoint(w.seen_note, {&of_then, 1})) continue;
    if (key == leaves.reader.signer()) return std::string();
    return " --old-log-key " + for_shell(log::to_text(of_then));
  }
  return " --old-log-key KEY";  // a key that the log that is here never came to
}

/// The log does not go on from what was signed: evidence beside what the witness keeps.
int refuse(const Witness& w, const SignedLeaves& leaves, Problems why,
           const CommonOptions& common) {
  const auto size = static_cast<std::size_t>(w.seen->size);
  auto file = write_evidence(
      w, log::to_text(log::ConsistencyProof{
             w.seen->size, log::merkle_root(std::span(leaves.hashes).first(size)),
             log::consistency_proof(leaves.hashes, size), leaves.reader.signed_note()}));
  if (!file) {
    why.insert(why.end(), file.error().begin(), file.error().end());
    return damaged(why);
  }
  auto old_key = old_key_option(w, leaves);
  if (!old_key) return report_problems(old_key.error());
  if (old_key->ends_with(" KEY"))
    why[0].expected =
        "KEY of the call: the log's verifier key when this witness signed last; this log has no such "
        "key";
  const std::string call =
      fmt::format("capmarket chain check-proof {} --old {} --log-key {}{}", for_shell(*file),
                  for_shell(w.seen_file), for_shell(log::to_text(leaves.log_key())), *old_key);
  if (common.json())
    print_json({{"origin", w.seen->origin},
                {"size", leaves.reader.signed_checkpoint().size},
                {"seen_size", w.seen->size},
                {"evidence", *file},
                {"check", call}});
  else if (!common.quiet)
    std::fputs(fmt::format("evidence: {}\n", visible(call)).c_str(), stdout);
  return damaged(why);
}

/// The note with the witness's line last, in place of an older one of it.
std::string with_line(const SignedLeaves& leaves, const Witness& w, std::int64_t time) {
  log::Note note = log::parse_note(leaves.reader.signed_note()).value();
  std::erase_if(note.signatures, [&](const log::NoteSignature& s) {
    return s.name == w.verifier.name && s.id == log::key_id(w.verifier);
  });
  note.signatures.push_back(log::cosign(note, w.verifier.name, w.key, time));
  return log::to_text(note);
}

/// Kept first, then given: a witness that is killed between the two signs nothing older later. The
/// chain's lock is held meanwhile.
Result<void> publish(const Witness& w, const SignedLeaves& leaves, const std::string& text) {
  const std::string file = leaves.dir + "/checkpoint";
  auto lock = log::WriterLock::take(leaves.dir);
  if (!lock) return tl::unexpected(lock.error());
  if (std::error_code error; std::filesystem::is_symlink(file, error))
    return fail(Problem{file, 0, 0, "a link", "a regular file: nothing in a chain is written through one", ""});
  auto now = peek_file(file, InputKind::checkpoint);
  if (!now) return fail(now.error().problem);
  if (*now != leaves.reader.signed_note())
    return fail(Problem{file, 0, 0, "another checkpoint than the one that was looked at",
                        "to be called again", ""});
  if (auto kept = write_output_file(w.seen_file, text, true); !kept) return kept;
  return log::replace_checkpoint(leaves.dir, text);
}

/// What stands against a signature. Empty: nothing; else a status.
std::optional<int> objection(const Witness& w, const SignedLeaves& leaves,
                             const CommonOptions& common) {
  if (!w.seen) return std::nullopt;
  const log::Checkpoint& own = leaves.reader.signed_checkpoint();
  if (w.seen->origin != own.origin)
    return report_problems(
        fail(Problem{w.seen_file, 0, 0, fmt::format("a checkpoint of {}", w.seen->origin),
                     fmt::format("one of {}", own.origin), ""})
            .value());
  if (w.seen->size > own.size)
    return damaged(
        fail(fmt::format("{}: the log signs {} entries, this witness has seen {}: rolled back, or "
                         "an old backup",
                         leaves.dir, own.size, w.seen->size))
            .value());
  if (auto grew = leaves.goes_on_from(*w.seen); !grew)
    return refuse(w, leaves, grew.error(), common);
  return std::nullopt;
}

/// The chain that was asked for, where one was.
std::optional<int> expect_chain(const WitnessArguments& a, const ContentId& chain) {
  ContentId expected;
  if (!a.chain) return std::nullopt;
  if (!from_hex(*a.chain, expected))
    return report_problems(
        fail(Problem{"--chain-id", 0, 0, "no chain id", "64 hex digits", ""}).value());
  if (expected == chain) return std::nullopt;
  return damaged(fail(fmt::format("{}: the chain {}, not {}: nothing is signed", a.dir,
                                  to_hex(chain), *a.chain))
                     .value());
}

int witness_command(const WitnessArguments& a, const CommonOptions& common) {
  auto leaves = read_leaves(a.dir);
  if (!leaves) return leaves.error();
  if (auto status = expect_chain(a, leaves->reader.chain())) return *status;
  auto w = witness_of(a, leaves->reader.chain());
  if (!w) return report_problems(w.error());
  if (auto status = objection(*w, *leaves, common)) return *status;
  const std::string text =
      with_line(*leaves, *w, a.time >= 0 ? a.time : static_cast<std::int64_t>(std::time(nullptr)));
  // What no reader would open is not written.
  if (auto note = log::parse_note(text); !note)
    return report_problems(fail(Problem{leaves->dir + "/checkpoint", 0, 0,
                                        "no room for another line: " + note.error()[0].what,
                                        note.error()[0].expected, ""})
                               .value());
  if (auto put = publish(*w, *leaves, text); !put) return report_problems(put.error());
  const log::Checkpoint& own = leaves->reader.signed_checkpoint();
  const std::string key = log::to_text(w->verifier);
  if (common.json())
    print_json({{"origin", own.origin},
                {"size", own.size},
                {"root", to_hex(own.root)},
                {"seen_size", w->seen ? nlohmann::ordered_json(w->seen->size) : nullptr},
                {"kept", w->seen_file},
                {"verifier_key", key}});
  else
    std::fputs(fmt::format("signed: {} entries of {}, root {}{}\nverifier key: {}\n", own.size,
                           own.origin, to_hex(own.root),
                           w->seen ? fmt::format(", which go on from {}", w->seen->size)
                                   : ", seen for the first time",
                           key)
                   .c_str(),
               stdout);
  return kHolds;
}

}  // namespace

void add_chain_witness(CLI::App& group, CommonOptions& common, int& status) {
  auto a = std::make_shared<WitnessArguments>();
  CLI::App* c = group.add_subcommand(
      "witness",
      "signs the checkpoint of a log that goes on from what this witness signed before\n"
      "Example: capmarket chain witness runs/a --key witness.key");
  c->add_option("DIR", a->dir, "run or chain directory")->required();
  c->add_option("--key", a->key, "the witness's seed, 64 hex digits in a file of mode 0600")
      ->required();
  c->add_option("--chain-id", a->chain,
                "the chain that is expected, 64 hex digits; another one is not signed");
  c->add_option("--name", a->name, "its name; default: witness/ and the first digits of its key");
  c->add_option("--seen", a->seen,
                "file that keeps the last checkpoint it signed; default: beside the key");
  c->add_option("--time", a->time, "seconds since 1970 in place of now")
      ->check(whole_number(0, kWireMax));
  add_common(*c, common);
  c->callback([a, &common, &status] { status = witness_command(*a, common); });
}

}  // namespace capmarket::cli
