#include "model/log/promise.h"

#include <fmt/format.h>

#include <array>

#include "model/base/check.h"
#include "model/base/text.h"
#include "model/log/base64.h"
#include "model/log/merkle.h"
#include "model/log/proof_lines.h"

namespace capmarket::log {
namespace {

constexpr std::string_view kEnvelopeHead = "capmarket/envelope@v1\n",
                           kPromiseHead = "capmarket/promise@v1",
                           kPromisesHead = "capmarket/promises@v1", kPromisesName = "/promises";

/// The instant in its one form, behind `word`; empty where it is another.
std::optional<Instant> instant_after(std::optional<std::string_view> text) {
  auto out = text ? parse_instant(*text) : std::nullopt;
  return out && capmarket::to_text(*out) == *text ? out : std::nullopt;
}

std::string promise_lines(const PromiseNote& p) {
  return fmt::format("{}\npromised {}\n{}\nat {}\nby {}\n", promise_origin(p.log), p.count,
                     to_base64(p.root.view()), to_text(p.at), to_text(p.by));
}

VerifierKey promise_verifier(std::string_view log, const PublicKey& key) {
  return {promise_origin(log), NoteKeyKind::ed25519, key};
}

/// `ID SIGNATURES`, both in hex.
std::optional<Envelope> envelope_line(std::string_view line) {
  Envelope out;
  const std::size_t blank = line.find(' ');
  if (blank == line.npos || !from_hex(line.substr(0, blank), out.id) ||
      !from_hex(line.substr(blank + 1), out.signatures) ||
      line != fmt::format("{} {}", to_hex(out.id), to_hex(out.signatures)))
    return std::nullopt;
  return out;
}

/// The note that stands first in `rest`: text, an empty line, lines of signatures. Empty where
/// there is none.
std::string_view take_note(std::string_view& rest) {
  constexpr std::string_view kLine = "\n\xe2\x80\x94 ";
  std::size_t end = rest.find("\n\n");
  if (end == rest.npos) return {};
  for (++end; rest.substr(end).starts_with(kLine);) {
    end = rest.find('\n', end + 1);
    if (end == rest.npos) return {};
  }
  const std::string_view out = rest.substr(0, end + 1);
  rest.remove_prefix(end + 1);
  return out;
}

}  // namespace

std::string to_text(const Envelope& envelope) {
  return fmt::format("{}{}\n{}\n", kEnvelopeHead, to_hex(envelope.id), to_hex(envelope.signatures));
}

std::optional<Envelope> parse_envelope(std::string_view text) {
  constexpr std::size_t kHex = 2 * Digest::kSize;
  Envelope out;
  if (text.size() != kEnvelopeHead.size() + 2 * (kHex + 1) || !text.starts_with(kEnvelopeHead) ||
      !from_hex(text.substr(kEnvelopeHead.size(), kHex), out.id) ||
      !from_hex(text.substr(kEnvelopeHead.size() + kHex + 1, kHex), out.signatures) ||
      to_text(out) != text)
    return std::nullopt;
  return out;
}

Digest envelope_hash(const Envelope& envelope) { return leaf_hash(as_bytes(to_text(envelope))); }

std::string promise_origin(std::string_view log) { return fmt::format("{}{}", log, kPromisesName); }

std::string sign_promise(const PromiseNote& promise, const crypto::KeyPair& key) {
  Note note{promise_lines(promise), {}};
  const VerifierKey signer = promise_verifier(promise.log, key.pub);
  const SignatureBytes made = crypto::sign(crypto::Signing{}, key, as_bytes(note.text));
  note.signatures.push_back(
      {signer.name, key_id(signer), Bytes(made.bytes.begin(), made.bytes.end())});
  return to_text(note);
}

Result<PromiseNote> read_promise(const Note& note) {
  ProofLines lines(note.text,
                   "the note of a promise: `LOG/promises`, `promised COUNT`, the root, `at TIME`, "
                   "`by TIME`, a line each");
  PromiseNote out;
  const std::string_view origin = lines.line();
  if (!origin.ends_with(kPromisesName) || origin.size() == kPromisesName.size())
    return lines.wrong("a note that promises nothing");
  out.log = origin.substr(0, origin.size() - kPromisesName.size());
  auto count = lines.number("promised ");
  if (!count) return tl::unexpected(count.error());
  out.count = *count;
  if (out.count < 1) return lines.wrong("a promise of no envelope");
  auto root = from_base64(lines.line());
  if (!root || root->size() != Digest::kSize)
    return lines.wrong("a promise whose root is not 32 bytes in base64");
  std::copy(root->begin(), root->end(), out.root.bytes.begin());
  auto at = instant_after(lines.after("at ")), by = instant_after(lines.after("by "));
  if (!at || !by || *by < *at) return lines.wrong("a promise without its two times");
  out.at = *at, out.by = *by;
  if (promise_lines(out) != note.text) return lines.wrong("a promise of more than five lines");
  return out;
}

std::string to_text(const Promise& promise) {
  return fmt::format("{}\nextra {}\nindex {}\n{}\n{}", kPromiseHead,
                     to_base64(as_bytes(to_text(promise.envelope))), promise.index,
                     hash_lines(promise.hashes), promise.note);
}

Result<Promise> parse_promise(std::string_view text) {
  ProofLines lines(text, fmt::format("a promise as `chain promise` writes it: `{}`, extra, index, "
                                     "hashes, an empty line, a note",
                                     kPromiseHead));
  if (lines.line() != kPromiseHead)
    return lines.wrong(fmt::format("the first line is not `{}`", kPromiseHead));
  Promise out;
  auto extra = lines.after("extra ");
  auto bytes = extra ? from_base64(*extra) : std::nullopt;
  auto envelope = bytes ? parse_envelope(std::string(bytes->begin(), bytes->end())) : std::nullopt;
  if (!envelope) return lines.wrong("no line `extra ENVELOPE` with an envelope in base64");
  out.envelope = *envelope;
  auto index = lines.number("index ");
  if (!index) return tl::unexpected(index.error());
  out.index = *index;
  if (auto r = lines.finish(out.hashes, out.note); !r) return tl::unexpected(r.error());
  return out;
}

Result<PromiseNote> shown_by(const Promise& promise) {
  auto note = parse_note(promise.note);
  if (!note) return tl::unexpected(note.error());
  auto out = read_promise(*note);
  if (!out) return out;
  if (!verify_inclusion(envelope_hash(promise.envelope), static_cast<std::uint64_t>(promise.index),
                        static_cast<std::uint64_t>(out->count), promise.hashes, out->root))
    return fail(fmt::format("the envelope does not stand at {} under the root that is promised",
                            promise.index));
  return out;
}

Result<bool> is_promised_by(const Promise& promise, std::string_view log, const PublicKey& key) {
  auto note = parse_note(promise.note);
  if (!note) return tl::unexpected(note.error());
  const std::array keys{promise_verifier(log, key)};
  auto signers = signers_of(*note, keys);
  if (!signers) return tl::unexpected(signers.error());
  return !signers->empty();
}

std::string promises_head() { return fmt::format("{}\n", kPromisesHead); }

std::string to_text(const PromisedInterval& interval) {
  std::string out = fmt::format("envelopes {}\n", interval.envelopes.size());
  for (const Envelope& e : interval.envelopes)
    out += fmt::format("{} {}\n", to_hex(e.id), to_hex(e.signatures));
  return out + interval.note;
}

Result<std::vector<PromisedInterval>> parse_promises(std::string_view text) {
  std::vector<PromisedInterval> out;
  auto wrong = [&](std::string what) {
    return fail(fmt::format("interval {}: {}", out.size(), what),
                fmt::format("the promises of a run: `{}`, then `envelopes N`, a line each, a note",
                            kPromisesHead));
  };
  ProofLines head(text, "");
  if (head.line() != kPromisesHead)
    return wrong(fmt::format("the first line is not `{}`", kPromisesHead));
  text.remove_prefix(kPromisesHead.size() + 1);
  while (!text.empty()) {
    ProofLines lines(text, "");
    auto count = lines.number("envelopes ");
    if (!count || *count < 1) return wrong("no line `envelopes N`");
    PromisedInterval interval;
    for (std::int64_t i = 0; i < *count; ++i) {
      auto envelope = envelope_line(lines.line());
      if (!envelope) return wrong(fmt::format("envelope {} is none", i));
      interval.envelopes.push_back(*envelope);
    }
    text = lines.rest();
    interval.note = take_note(text);
    if (interval.note.empty()) return wrong("no note behind the envelopes");
    out.push_back(std::move(interval));
  }
  return out;
}

Result<Promise> promise_of(const PromisedInterval& interval, std::size_t index) {
  CHECK(index < interval.envelopes.size(), index);
  std::vector<Digest> hashes;
  for (const Envelope& e : interval.envelopes) hashes.push_back(envelope_hash(e));
  Promise out{interval.envelopes[index], static_cast<std::int64_t>(index),
              inclusion_proof(hashes, index), interval.note};
  auto note = shown_by(out);
  if (!note) return tl::unexpected(note.error());
  if (note->count != static_cast<std::int64_t>(hashes.size()))
    return fail(fmt::format("a note of {} envelopes behind {}", note->count, hashes.size()));
  return out;
}

}  // namespace capmarket::log
