// Failures to deliver: who tells, who claims, what the holder records.
// Source: docs/spec/semantics.md#failure.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// The holder is broken: it sells nothing until it is repaired.
void on_broken(const party::HolderView& v, Instant repaired, std::int64_t number);
/// The holder has stopped delivering the grant, by its failure number `number`: it plans its notice.
void on_breakdown(const party::HolderView& v, party::GrantIndex grant, const rules::Rule& rule,
                  const rules::FallbackStrategy& strategy, std::int64_t number);
/// The holder tells what of the grant is still live from `failed_at` on.
void report(const party::HolderView& v, party::GrantIndex grant, Instant failed_at);
/// The user claims what of it is live from `failed_at` until now, and plans to claim the rest at
/// its end.
void claim(const party::UserView& v, party::GrantIndex grant, Instant failed_at);
/// Somebody claimed: the holder denies what it knows to be false.
void contest(const party::HolderView& v, const chain::ClaimRecord& claim);
/// The holder takes back its share of each of its listings, from now on.
void curtail(const party::HolderView& v);
/// The same of one that it learns of afterwards.
void curtail_late(const party::HolderView& v, party::ListingIndex listing);

/// The chain derived a failure: the holder plans to record its fallback.
void on_failed(const party::HolderView& v, party::FailureIndex failure);
/// Likewise: the user looks for a substitute of what was granted on `request`, or does what else its
/// group does.
void on_failed(const party::UserView& v, party::FailureIndex failure, party::RequestIndex request);
/// Volume of a grant on `request` was displaced: likewise.
void on_displaced(const party::UserView& v, const chain::LossRecord& loss,
                  party::RequestIndex request);
/// The holder records what it did about the failure; nothing where it has.
void record_fallback(const party::HolderView& v, party::FailureIndex failure);
/// A record that was refused because a substitute came in between is made again.
void on_record_known(const party::HolderView& v, party::FailureIndex failure,
                     const party::Answer& answer);

}  // namespace capmarket::agents
