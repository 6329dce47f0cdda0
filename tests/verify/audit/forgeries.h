// What whoever has the log's key can make of a chain: one change, and everything renumbered, linked
// and signed again by it. Source: docs/spec/chain.md#who-can-do-what.
#pragma once

#include <string_view>
#include <vector>

#include "tests/support/chain_files.h"
#include "tests/verify/audit/hostile_log.h"

namespace capmarket::audit {

/// The kinds up to `of_another_kind` contradict what the parties signed or what the rules say; of
/// the others the chain itself may say nothing.
enum class Forgery : std::uint8_t {
  admits,           // what was refused
  refuses,          // what was admitted
  other_clauses,    // of a refusal
  other_shortfall,  // of a refused settlement
  body,             // another one, under the old signatures
  derived_value,    // of a derived object
  derived_missing,
  derived_invented,
  derived_decision,  // a derived object that is called refused
  order_in_group,    // two derived objects change places
  signature_dropped,
  signature_added,
  signatures_reordered,
  signature_garbled,
  doubled,          // one submission stands twice
  of_another_kind,  // the leaf's kind
  time,             // an admission time between those of its neighbours
  left_out,         // a submission, with or without what it caused
  moved,            // two submissions, with what they caused, change places
  cut,              // the end is gone
  signed_anew,      // another body, signed by its signers: who has every key
};
inline constexpr int kForgeries = static_cast<int>(Forgery::signed_anew) + 1;

std::string_view to_text(Forgery forgery);
/// Whether the chain itself always gives it away.
inline bool is_always_found(Forgery f) { return f <= Forgery::of_another_kind; }

/// Changes the entries in that way at a place by `random`; false where there is none, or nothing
/// came of it: what is left then is no forgery.
bool forge(Forgery forgery, std::vector<testing::ForgedEntry>& entries,
           const crypto::Signing& signing, Random& random);

}  // namespace capmarket::audit
