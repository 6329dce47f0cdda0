#include "cli/chain_promise.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/chain_selector.h"
#include "cli/leaf_view.h"
#include "cli/promise_dispute.h"
#include "model/base/output.h"
#include "model/base/read_file.h"
#include "model/base/text.h"
#include "model/base/visible.h"
#include "model/chain/reader.h"
#include "model/log/merkle.h"
#include "model/log/promise.h"

namespace capmarket::cli {
namespace {

using Json = nlohmann::ordered_json;

struct PromiseArguments {
  std::string dir, id, out, file, log_key, seen, witness;
};

/// What is asked for: what a sequence number's entry was handed in as, or the first envelope of an
/// id.
struct WantedEnvelope {
  std::optional<log::Envelope> envelope;
  std::string prefix;
  bool is(const log::Envelope& e) const {
    return envelope ? e == *envelope : to_hex(e.id).starts_with(prefix);
  }
};

tl::expected<WantedEnvelope, int> wanted_envelope(const PromiseArguments& a) {
  auto selector = parse_selector(a.id);
  if (!selector) return tl::unexpected(report_problems(selector.error()));
  if (!selector->sequence) return WantedEnvelope{std::nullopt, selector->prefix};
  auto reader = chain::ChainReader::open(chain::chain_directory(a.dir));
  if (!reader) return tl::unexpected(report_problems(reader.error()));
  for (;;) {
    auto entry = reader->next();
    if (!entry) return tl::unexpected(damaged(entry.error()));
    if (!*entry) return tl::unexpected(no_entry(a.id));
    if (selector->selects(**entry))
      return WantedEnvelope{log::Envelope{(*entry)->leaf.id, (*entry)->leaf.signatures}, ""};
  }
}

Result<log::Promise> find_promise(const PromiseArguments& a, const WantedEnvelope& wanted) {
  const std::string file = a.dir + "/promises";
  auto in_file = [&](const Problems& why) {
    return fail(Problem{file, 0, 0, why[0].what, why[0].expected, ""});
  };
  auto text = peek_file(file, InputKind::table);
  if (!text && text.error().fault == ReadFault::absent)
    return in_file({Problem{"", 0, 0, "no such file: no run here, or one whose log promised nothing",
                            "the directory of a run with `chain: { promises: true }`", ""}});
  if (!text) return fail(text.error().problem);
  auto all = log::parse_promises(*text);
  if (!all) return in_file(all.error());
  for (const log::PromisedInterval& interval : *all)
    for (std::size_t i = 0; i < interval.envelopes.size(); ++i)
      if (wanted.is(interval.envelopes[i])) {
        auto promise = log::promise_of(interval, i);
        if (!promise) return in_file(promise.error());
        return promise;
      }
  return fail(fmt::format("no promise of `{}`", a.id),
              "what somebody handed in behind the set-up of a run with `chain: { promises: true }`");
}

int promise_command(const PromiseArguments& a, const CommonOptions& common) {
  auto wanted = wanted_envelope(a);
  if (!wanted) return wanted.error();
  auto promise = find_promise(a, *wanted);
  if (!promise) return report_problems(promise.error());
  const std::string text = log::to_text(*promise);
  if (!a.out.empty())
    if (auto written = write_output_file(a.out, text, common.force); !written)
      return report_problems(written.error());
  if (common.json())
    print_json({{"promise", text}, {"written", a.out.empty() ? Json() : Json(a.out)}});
  else if (a.out.empty())
    std::fputs(text.c_str(), stdout);
  else if (!common.quiet)
    std::fputs(fmt::format("written: {}\n", visible(a.out)).c_str(), stdout);
  return kHolds;
}

/// What the signed part of a chain says of one envelope.
struct SignedChain {
  log::Checkpoint end;
  std::vector<KeyOfLog> keys;  // the genesis's first
  Instant time;                // of the last entry
  std::optional<chain::Entry> entry;
  std::optional<Digest> root_then;  // at the size that is asked for
};

/// Reads every leaf up to the signed size, under the root that is signed there.
Result<SignedChain> read_signed(chain::ChainReader& reader, const log::Envelope& envelope,
                                std::int64_t size_then) {
  SignedChain out{reader.signed_checkpoint(), {}, {}, std::nullopt, std::nullopt};
  log::MerkleFrontier tree;
  for (;;) {
    auto next = reader.next();
    if (!next) return tl::unexpected(next.error());
    if (!*next) break;
    const chain::Leaf& leaf = (*next)->leaf;
    tree.append(log::leaf_hash((*next)->leaf_bytes));
    out.time = leaf.time;
    if (tree.size() == size_then) out.root_then = tree.root();
    if (out.keys.empty() || leaf.kind == objects::Kind::log_key)
      out.keys.push_back({leaf.sequence.value, leaf.time, reader.key_at(leaf.sequence.value + 1)});
    if (out.entry || log::Envelope{leaf.id, leaf.signatures} != envelope) continue;
    // A leaf that names what is not there is no entry of it, unless it was pruned.
    if (!(*next)->pruned)
      if (auto body = reader.submission_of(**next); !body)
        return tl::unexpected(body.error());
    out.entry = std::move(**next);
  }
  if (tree.root() != out.end.root)
    return fail("the leaves have another root than the checkpoint signs");
  return out;
}

tl::unexpected<Problems> no_promise(const std::string& where, std::string what,
                                    std::string expected) {
  return fail(Problem{where, 0, 0, std::move(what), std::move(expected), ""});
}

/// Whether the log gave it: its key of then signed. Where the log had left that key, somebody else
/// may have it: that is no problem, but `left`.
Result<KeyFound> found_key(const log::Promise& promise, const log::PromiseNote& note,
                           const SignedChain& chain, const PromiseArguments& a,
                           const PublicKey& given) {
  if (std::none_of(chain.keys.begin(), chain.keys.end(),
                   [&](const KeyOfLog& k) { return k.key == given; }))
    return no_promise("--log-key", "no key that this log has or had",
                      "the log's verifier key (`chain checkpoint` tells it)");
  std::vector<bool> signed_by;
  for (const KeyOfLog& k : chain.keys) {
    auto is = log::is_promised_by(promise, note.log, k.key);
    if (!is) return no_promise(a.file, is.error()[0].what, is.error()[0].expected);
    signed_by.push_back(*is);
  }
  const KeyFound out = key_then(chain.keys, signed_by, note.at);
  if (out.then != KeyThen::not_yet) return out;
  return no_promise(a.file, fmt::format("not signed by the log's key of {}", to_text(note.at)),
                    "a promise that the log gave");
}

/// The verdict: how it ends the command, and its word.
struct Verdict {
  ExitStatus status = kUndecided;
  const char* word = "undecided";
  std::string text;
};

Verdict judged(const log::PromiseNote& note, const SignedChain& chain) {
  const std::string by = to_text(note.by);
  if (chain.entry && chain.entry->pruned && chain.entry->leaf.time <= note.by)
    return {kUndecided, "undecided",
            fmt::format("undecided: an entry of {}, promised by {}, whose body is pruned: nothing "
                        "shows any more that what was handed in was decided\n{}",
                        to_text(chain.entry->leaf.time), by, leaf_line(chain.entry->leaf))};
  if (chain.entry && chain.entry->leaf.time <= note.by)
    return {kHolds, "kept",
            fmt::format("kept: an entry of {}, promised by {}\n{}", to_text(chain.entry->leaf.time),
                        by, leaf_line(chain.entry->leaf))};
  constexpr const char* kEvidence =
      "The promise and this directory together are evidence of censorship: whoever has both, and "
      "the log's verifier key, comes to this.\n";
  if (chain.entry)
    return {
        kRefuted, "broken",
        fmt::format("broken: an entry of {} only, promised by {}\n{}{}",
                    to_text(chain.entry->leaf.time), by, leaf_line(chain.entry->leaf), kEvidence)};
  if (chain.time > note.by)
    return {kRefuted, "broken",
            fmt::format("broken: promised by {}, and no entry of the {} that the log signs, the "
                        "last of {}\n{}",
                        by, chain.end.size, to_text(chain.time), kEvidence)};
  return {kUndecided, "undecided",
          fmt::format("undecided: promised by {}; the log signs up to {}, and no such entry yet\n",
                      by, to_text(chain.time))};
}

/// The verdict where the log had left the key that signed: what was seen says whose the promise is.
Verdict disputed(const Verdict& held, const log::PromiseNote& note, const KeyOfLog& next,
                 std::optional<bool> is_the_logs) {
  if (held.status == kHolds || is_the_logs == true) return held;
  const std::string left = fmt::format("a key that the log had left by its entry {}, of {}",
                                       next.entry, to_text(next.since));
  if (is_the_logs == false)
    return {kHolds, "not-given",
            fmt::format("not the log's: signed, as of {}, by {}; a witness had seen that change by "
                        "then\n",
                        to_text(note.at), left)};
  return {kUndecided, "undecided",
          fmt::format(
              "undecided: signed, as of {}, by {}: either the log changed its key behind the "
              "promise's back, or somebody else has the old key.\n"
              "What decides it is a checkpoint that a witness cosigned (--seen, --witness): one of "
              "more than {} entries, before {}: not the log's promise; one of at most {} entries, "
              "at or after that: the log's.\n",
              to_text(note.at), left, next.entry, to_text(note.at), next.entry)};
}

void print_verdict(const Verdict& v, const log::Promise& promise, const log::PromiseNote& note,
                   const SignedChain& chain, const CommonOptions& common) {
  if (!common.json())
    return print_text(v.text + fmt::format("under the checkpoint of size {} of {}\n",
                                           chain.end.size, visible(note.log)));
  Json out = {{"verdict", v.word},
              {"log", note.log},
              {"id", to_hex(promise.envelope.id)},
              {"signatures", to_hex(promise.envelope.signatures)},
              {"at", to_text(note.at)},
              {"by", to_text(note.by)},
              {"size", chain.end.size},
              {"root", to_hex(chain.end.root)},
              {"signed_time", to_text(chain.time)},
              {"entry", Json()}};
  if (chain.entry) out["entry"] = leaf_json(chain.entry->leaf, chain.entry->leaf_bytes);
  print_json(out);
}

/// What the promise says, and the chain that it is held against; everything that is no verdict is a
/// problem.
Result<int> check_promise(const PromiseArguments& a, const CommonOptions& common) {
  auto key = log::parse_verifier_key(a.log_key);
  if (!key) return no_promise("--log-key", key.error()[0].what, key.error()[0].expected);
  if (key->kind != log::NoteKeyKind::ed25519)
    return no_promise("--log-key", "a key of another kind", "a log's (its kind is 1)");
  auto text = read_file(a.file, InputKind::proof);
  if (!text) return tl::unexpected(text.error());
  auto promise = log::parse_promise(*text);
  if (!promise) return no_promise(a.file, promise.error()[0].what, promise.error()[0].expected);
  auto note = log::shown_by(*promise);
  if (!note) return no_promise(a.file, note.error()[0].what, note.error()[0].expected);
  if (note->log != key->name)
    return no_promise(a.file, "a promise of the log " + visible(note->log), "one of " + key->name);
  auto seen = seen_checkpoint(a.seen, a.witness);
  if (!seen) return tl::unexpected(seen.error());
  auto reader = chain::ChainReader::open(chain::chain_directory(a.dir));
  if (!reader) return tl::unexpected(reader.error());
  if (reader->signed_checkpoint().origin != key->name)
    return no_promise(a.dir, "the chain of the log " + reader->signed_checkpoint().origin,
                      "that of " + key->name);
  auto chain = read_signed(*reader, promise->envelope, *seen ? (*seen)->said.size : -1);
  if (!chain) return tl::unexpected(chain.error());
  auto by = found_key(*promise, *note, *chain, a, key->key);
  if (!by) return tl::unexpected(by.error());
  Result<std::int64_t> cosigned = 0;
  if (*seen) cosigned = cosigned_at(**seen, chain->keys, chain->root_then, key->name);
  if (!cosigned) return tl::unexpected(cosigned.error());
  Verdict verdict = judged(*note, *chain);
  if (by->then == KeyThen::left) {
    const KeyOfLog &own = chain->keys[by->left_by - 1], &next = chain->keys[by->left_by];
    verdict = disputed(verdict, *note, next,
                       *seen ? is_the_logs(**seen, *cosigned, own, next, note->at) : std::nullopt);
  }
  print_verdict(verdict, *promise, *note, *chain, common);
  return verdict.status;
}

int check_promise_command(const PromiseArguments& a, const CommonOptions& common) {
  auto status = check_promise(a, common);
  if (status) return *status;
  report_problems(status.error());
  return kBadInput;  // 1 says that the log broke it
}

}  // namespace

void add_chain_promise(CLI::App& group, CommonOptions& common, int& status) {
  auto a = std::make_shared<PromiseArguments>();
  CLI::App* c = group.add_subcommand(
      "promise",
      "what the log promised who handed something in: an entry of it by a time\n"
      "Example: capmarket chain promise runs/a 4711 -o 4711.promise");
  c->add_option("RUN", a->dir, "run directory")->required();
  c->add_option("ID", a->id, "sequence number or content id")->required();
  c->add_option("-o,--out", a->out, "file for the promise; else stdout");
  add_common(*c, common);
  c->callback([a, &common, &status] { status = promise_command(*a, common); });
  CLI::App* check = group.add_subcommand(
      "check-promise",
      "whether a chain keeps a promise\n"
      "Example: capmarket chain check-promise 4711.promise runs/a --log-key capmarket/…+…+…");
  check->add_option("PROMISE", a->file, "of `chain promise`")->required();
  check->add_option("DIR", a->dir, "run or chain directory")->required();
  check
      ->add_option("--log-key", a->log_key,
                   "the log's verifier key, the latest that is known (`chain checkpoint` tells it)")
      ->required();
  check->add_option("--seen", a->seen,
                    "a checkpoint of this log that --witness has cosigned: it decides whose a "
                    "promise is by a key that the log had left");
  check->add_option("--witness", a->witness, "the verifier key of the witness of --seen");
  add_common(*check, common);
  check->callback([a, &common, &status] { status = check_promise_command(*a, common); });
}

}  // namespace capmarket::cli
