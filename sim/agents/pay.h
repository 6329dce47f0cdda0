// What parties owe, when they pay it, and what they can. Source: docs/spec/scenarios.md#money.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// The party has learned that it owes: it plans to pay, as its group does.
void on_obligation(const party::HolderView& v, party::ObligationIndex obligation);
void on_obligation(const party::UserView& v, party::ObligationIndex obligation);
/// Pays what is outstanding, as far as it knows, where its money is enough for all of it; a payment
/// that is not published in time is sent again, the same.
void pay(const party::HolderView& v, party::ObligationIndex obligation);
void pay(const party::UserView& v, party::ObligationIndex obligation);
/// What became of a payment that it sent was published: it is no longer on the way.
void on_payment_known(const party::HolderView& v, party::ObligationIndex obligation,
                      const party::Answer& answer);
void on_payment_known(const party::UserView& v, party::ObligationIndex obligation,
                      const party::Answer& answer);
/// Something was paid of what it owes: it counts it.
void on_own_payment(const party::HolderView& v, party::ObligationIndex obligation);
void on_own_payment(const party::UserView& v, party::ObligationIndex obligation);
/// Something was paid of what it is owed. With a budget it pays what it could not pay, as far as that
/// goes, in the order of deadlines.
void on_paid(const party::HolderView& v, party::ObligationIndex obligation);
void on_paid(const party::UserView& v, party::ObligationIndex obligation);

/// Whether it can sign for something that may cost so much: always without a budget. O(what it owes).
bool can_spend(const party::HolderView& v, Int128 cost);
bool can_spend(const party::UserView& v, Int128 cost);

/// What an offer costs whoever takes it, displacement aside.
Money cost_of(const party::Offer& offer);

}  // namespace capmarket::agents
