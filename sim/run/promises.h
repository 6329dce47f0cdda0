// What a run's chain promises to who hands something in: one note an interval in which something
// arrived. Source: docs/spec/chain.md#promises.
#pragma once

#include <string>

#include "model/chain/chain.h"
#include "model/log/promise.h"

namespace capmarket::run {

/// Collects the envelopes of each interval and signs the note at its end. Decides nothing: it sees
/// what the chain has appended.
class PromiseBook {
 public:
  /// `interval` and `delay` are above 0; `by` of a note is its signing time + `delay`.
  PromiseBook(const ContentId& chain, crypto::KeyPair key, Duration interval, Duration delay);

  /// An entry was appended. What somebody signed was handed in; the rest the chain says itself.
  void on_event(const chain::Event& event);
  /// Bytes of the file so far, but for the interval that is open.
  std::size_t size() const { return text_.size(); }
  /// The file of all promises, the last interval's too. Nothing may be appended behind it.
  std::string finish();

 private:
  void close();

  std::string log_;
  crypto::KeyPair key_;
  Duration interval_, delay_;
  Instant at_;  // the signing time of what is open
  log::PromisedInterval open_;
  std::string text_;
};

}  // namespace capmarket::run
