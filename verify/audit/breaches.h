// Where the two members of an edge load it above its schedule: who is at fault, for a finding on a
// dispute and for the list of all breaches. Source: docs/spec/semantics.md#peer-coordination.
#pragma once

#include <optional>
#include <vector>

#include "verify/audit/state.h"

namespace capmarket::audit {

/// Whether breaches of an edge are judged on this grant: its rule coordinates by `peer`, and it
/// stands on an edge.
bool on_an_edge(const AuditGrant& g);

/// What the load of the edge is above its schedule in the window, less what earlier disputes
/// penalised there where `fresh`.
SlowLoad excess_of(const AuditInfrastructure& edge, const Window& w, bool fresh);

/// The stretches of `excess` (positive, inside windows of legs under peer coordination), ascending,
/// on the state as it is. At fault is the member above its share in the agreement that covers an
/// instant (its `first` if both are); else the holder of the latest admitted grant that is live
/// there; else `holder`, and without one the holder of the first such leg whose window covers it.
/// O((grants + breakpoints) log) and what the list of settlements takes.
std::vector<PeerBreach> stretches_of(const AuditState& s, const AuditInfrastructure& edge,
                                     const SlowLoad& excess,
                                     const std::optional<PublicKey>& holder = std::nullopt);

/// Every breach of every edge after the events so far: what disputes remedied when they were
/// decided, and what stands and is not penalised. By edge, then by time.
std::vector<PeerBreach> peer_breaches(const AuditState& s);

}  // namespace capmarket::audit
