// What is wrong with a settlement, as anybody reads it on the chain that reached him.
// Source: docs/spec/semantics.md#findings.
#pragma once

#include <optional>

#include "sim/party/views.h"

namespace capmarket::agents {

/// The subject of the first credential of the settlement with a link that was revoked with effect at
/// or before it was signed; none where there is no such link.
std::optional<PublicKey> whose_credential_fell(const chain::ChainState& seen,
                                               const chain::SettlementRecord& settlement);

/// Failures of the settlement's grants that their holder told of too late, or has not recorded in
/// time at `now`. O(failures).
std::vector<chain::FailureIndex> not_followed(const chain::ChainState& seen,
                                              const chain::SettlementRecord& settlement,
                                              Instant now);

/// The shared infrastructure between peers that the grant lies on; null without one.
const chain::InfrastructureRecord* edge_of(const chain::ChainState& seen,
                                           const chain::GrantRecord& grant);

}  // namespace capmarket::agents
