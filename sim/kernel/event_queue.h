// Pending events in the order (time, priority, keyed tie-break): documented, total, and independent
// of the order in which they were pushed.
#pragma once

#include <cstdint>
#include <vector>

#include "model/base/integers.h"

namespace capmarket::kernel {

/// What happens, in the order in which simultaneous events happen.
enum class EventKind : std::uint8_t {
  chain_arrival = 0,  // a submission reaches the chain; subject: submission
  publication = 1,    // a checkpoint reaches parties; subject: it, occurrence: which parties
  proposal = 2,       // a user's proposal reaches a holder; subject: proposal
  offer = 3,          // a holder's answer reaches the user; subject: offer
  countersign = 4,    // a user's draft reaches a holder; subject: draft
  release = 5,        // the user's refusal of an offer reaches the holder; subject: release
  demand = 6,         // a user's next request; subject: user (synthetic) or trace row
  checkpoint = 7,     // the chain signs its size and root
  cosign = 8,         // a draft reaches a coordinator; subject: draft, occurrence: which
  cosigned = 9,       // a coordinator's signature reaches the holder; subject: draft
  silence = 10,       // nobody answered a user's message; subject: proposal
  abandon = 11,       // the user waits no longer for a settlement; subject: draft
  action = 12,        // a party does what it planned; subject: action
  unsent = 13,        // the submitter notices that the chain was not reached; subject: submission
  countersigned = 14,  // another holder's signature reaches the first; subject: draft
  unsigned_draft = 15,  // the first holder waits no longer for signatures; subject: draft
};

/// Plain data, 32 bytes. `subject` is a place in a list, whose type the kind decides
/// (sim/world/events.h); `occurrence` tells apart what happens to one subject.
struct SimEvent {
  Instant time;
  std::uint64_t tie = 0;  // keyed by what happens, not by when it was pushed
  EventKind kind = EventKind::demand;
  std::uint32_t subject = 0;
  std::uint32_t occurrence = 0;

  /// The order in which events happen: time, kind, tie; total.
  friend bool operator<(const SimEvent& a, const SimEvent& b) {
    if (a.time != b.time) return a.time < b.time;
    if (a.kind != b.kind) return a.kind < b.kind;
    if (a.tie != b.tie) return a.tie < b.tie;
    if (a.subject != b.subject) return a.subject < b.subject;
    return a.occurrence < b.occurrence;
  }
};

/// A binary heap. push and pop are O(log n). Events never lie before the last one popped.
class EventQueue {
 public:
  /// Precondition: the event lies not before the last one popped.
  void push(const SimEvent& event);
  /// The first event in the order above. Precondition: not empty.
  SimEvent pop();
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  /// When the first event happens. Precondition: not empty.
  Instant next_time() const { return heap_.front().time; }

 private:
  std::vector<SimEvent> heap_;
  Instant now_{-kWireMax};
};

}  // namespace capmarket::kernel
