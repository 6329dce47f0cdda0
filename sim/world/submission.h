// A submission on its way to the chain, and what it came to.
#pragma once

#include <memory>
#include <optional>

#include "scenarios/scenario.h"
#include "sim/party/concerns.h"
#include "sim/party/draws.h"
#include "sim/world/signing_pool.h"

namespace capmarket::world {

/// From its sending until its submitter learns of the decision.
struct PendingSubmission {
  party::Concern concern;
  party::Answer answer;
  std::shared_ptr<SigningPool::Ticket> ticket;  // until it reaches the chain
  std::optional<scenarios::Attack> attack;
  party::Sender from;                                        // whose message it was
  std::shared_ptr<const objects::CheckedSubmission> again;  // where it may be delivered twice
  std::optional<Instant> taken_from;  // the log's writer takes it then; of what it drops the end of time
};

}  // namespace capmarket::world
