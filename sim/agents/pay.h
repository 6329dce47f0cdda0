// What parties owe, and when they pay it. Source: docs/spec/scenarios.md#users.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// The party has learned that it owes: it plans to pay, as its group does.
void on_obligation(const party::HolderView& v, party::ObligationIndex obligation);
void on_obligation(const party::UserView& v, party::ObligationIndex obligation);
/// Pays what is outstanding, as far as it knows.
void pay(const party::HolderView& v, party::ObligationIndex obligation);
void pay(const party::UserView& v, party::ObligationIndex obligation);

}  // namespace capmarket::agents
