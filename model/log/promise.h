// Promises: that what was handed in is an entry of the log by a time. One signed note an interval,
// over the Merkle root of what arrived in it. Source: docs/spec/chain.md#promises.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/crypto/sign.h"
#include "model/log/note.h"

namespace capmarket::log {

/// One submission as it was handed in; the leaf of its entry names both.
struct Envelope {
  ContentId id;
  Digest signatures;  // SHA-256 of the canonical list of signatures
  bool operator==(const Envelope&) const = default;
};

/// What is hashed of it: three lines of text.
std::string to_text(const Envelope& envelope);
/// Strict: what `to_text` writes.
std::optional<Envelope> parse_envelope(std::string_view text);
/// Its leaf in the tree of a promise.
Digest envelope_hash(const Envelope& envelope);

/// What one note promises: each envelope under the root is an entry of the log, admitted or
/// refused, whose time is at most `by`.
struct PromiseNote {
  std::string log;         // the origin of its checkpoints
  std::int64_t count = 0;  // envelopes, at least 1
  Digest root;
  Instant at;  // when it was given: the signing time at the end of the interval
  Instant by;  // not before `at`
  bool operator==(const PromiseNote&) const = default;
};

/// `<origin of the log>/promises`: first line of the note, and the name under which the log's key
/// signs it.
std::string promise_origin(std::string_view log);
/// A signed note of five lines.
std::string sign_promise(const PromiseNote& promise, const crypto::KeyPair& key);
/// Strict: five lines of text as they are written. Says nothing of who signed. No checkpoint is
/// one, and no promise is a checkpoint (`read_checkpoint`).
Result<PromiseNote> read_promise(const Note& note);

/// That one envelope stands under a promise; a text that stands on its own.
struct Promise {
  Envelope envelope;
  std::int64_t index = 0;
  std::vector<Digest> hashes;  // from the leaf's sibling on
  std::string note;            // the whole note
};

/// `capmarket/promise@v1`, extra, index, hashes, an empty line, the note.
std::string to_text(const Promise& promise);
/// Strict. Says nothing of whether it promises anything.
Result<Promise> parse_promise(std::string_view text);
/// What it promises, where the envelope stands under its root; whoever signed it.
Result<PromiseNote> shown_by(const Promise& promise);
/// Whether the log's key signed the note. `log` is the origin of its checkpoints. A line under the
/// name and id of that key that it did not make is a problem, for the whole note.
Result<bool> is_promised_by(const Promise& promise, std::string_view log, const PublicKey& key);

/// What was promised at the end of one interval, in the order of arrival.
struct PromisedInterval {
  std::vector<Envelope> envelopes;
  std::string note;
};

/// The promises of a run as one file: a first line, then interval by interval the number of
/// envelopes, a line each, the note.
std::string promises_head();
std::string to_text(const PromisedInterval& interval);
/// Strict in form; whether a note promises what stands above it, `promise_of` says. O(n).
Result<std::vector<PromisedInterval>> parse_promises(std::string_view text);
/// The promise of one of its envelopes. Precondition: index < envelopes.size(). Problems: the note
/// is of other envelopes. O(envelopes of the interval).
Result<Promise> promise_of(const PromisedInterval& interval, std::size_t index);

}  // namespace capmarket::log
