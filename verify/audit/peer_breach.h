// A stretch of time in which an edge is loaded above its schedule, as the audit reports it.
// Source: docs/spec/semantics.md#breaches-that-verify-lists.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/bytes.h"
#include "model/objects/piece.h"

namespace capmarket::audit {

/// What became of a breach: nobody answers for it; a dispute released it before it began; a dispute
/// found it when it had been, which owes the rule's `peer_penalty`.
enum class BreachOutcome : std::uint8_t { open, released, penalised };
/// The outcome as reports say it.
std::string_view to_text(BreachOutcome outcome);

/// A dispute on the ground shared-capacity-breached.
struct BreachDispute {
  std::int64_t sequence = 0;
  bool founded = false;
  auto operator<=>(const BreachDispute&) const = default;
};

/// So many settlements, and so many disputes, are kept of one breach; the others are counted.
inline constexpr std::size_t kBreachListMax = 100;

/// Adjacent instants with one member at fault and one outcome. A finding, no violation.
struct PeerBreach {
  ContentId edge;
  std::string name, unit;              // of the edge, of its class; text from outside
  PublicKey member;                    // at fault
  bool agreed = false;                 // an agreement says so; else the order of admission
  std::vector<objects::Piece> pieces;  // load - schedule, of positive quantity, adjacent, ascending
  std::vector<std::int64_t> settlements;  // of the member, that load the edge then; ascending
  std::int64_t settlements_more = 0;
  BreachOutcome outcome = BreachOutcome::open;
  /// What remedied it; of an open one all that met it, none of which did. Ascending.
  std::vector<BreachDispute> disputes;
  std::int64_t disputes_more = 0;

  Window window() const { return {pieces.front().window.from, pieces.back().window.until}; }
  /// The largest quantity.
  Quantity most() const;
};

}  // namespace capmarket::audit
