// What parties do about what harms them: disputes about settlements of their own.
// Source: docs/spec/scenarios.md#complaints.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Whether the party complains about what would bring it so much.
bool complains(const scenarios::Conduct& conduct, Money harm);

/// A failure of a grant of its own was published: it looks again once the record is overdue, and once
/// the settlement has ended, where it can be disputed so late and the scenario lasts so long.
void watch_failure(const party::UserView& v, party::FailureIndex failure);
/// The settlement, its own, lies in a review: it disputes it where the credential of another in it fell.
void on_review(const party::HolderView& v, party::SettlementIndex settlement);
void on_review(const party::UserView& v, party::SettlementIndex settlement);
/// Something was granted on an infrastructure that it shares with another: where that is beyond what
/// there is, and not by itself, it disputes settlements of its own that lie there, the latest first.
/// O(grants on it).
void on_shared_load(const party::HolderView& v, chain::InfrastructureIndex edge);
/// Disputes how failures of the settlement, its own, were dealt with, once, where that would bring it
/// something. O(failures).
void complain_of_failures(const party::UserView& v, party::SettlementIndex settlement);

}  // namespace capmarket::agents
