// Who may send anything in a run: nobody else is on the chain, so that a group that sends nothing
// changes nothing. Source: docs/spec/scenarios.md#random-numbers.
#pragma once

#include <set>
#include <string>

#include "sim/world/world.h"

namespace capmarket::world {

/// When each bursty group turns from calm to busy and back, until the scenario's end.
void draw_moods(World& world);

/// Whether the user asks for something by itself, as far as the scenario's keys say.
bool may_ask(const World& world, const party::UserState& user);

/// When the user asks next by itself, after its `occurrence`-th request at `after`; empty at or
/// after the scenario's end, and where its group does not ask at random times.
std::optional<Instant> next_arrival(const World& world, const party::UserState& user, Instant after,
                                    std::uint64_t occurrence);

/// What of its capacity the holder declares at the start; 0: none.
Quantity published(const World& world, const party::HolderState& holder);

/// Who takes part from the start on. `everybody`: whoever is there, for chains that are driven from
/// outside the scenario.
class TakingPart {
 public:
  TakingPart(const World& world, bool everybody);
  /// It declares at the start, or the scenario names it: a trace, a step, a revocation, an edge.
  bool holder(const party::HolderState& h) const;
  /// It may declare later, in answer to an intent.
  bool later(const party::HolderState& h) const;
  /// It asks before the end, a ring makes it send something, or the scenario names it.
  bool user(const party::UserState& u) const;
  /// It looks at something, it belongs to a ring, or a step names it.
  bool auditor(const party::AuditorState& a, const std::string& name) const;

 private:
  bool named(const std::string& name) const;
  const World& w_;
  bool everybody_;
  std::set<std::string> names_;
};

}  // namespace capmarket::world
