// A settlement from the draft to all of its signatures: user, holders, coordinators.
#pragma once

#include "sim/agents/deal_rules.h"

namespace capmarket::agents {

/// Whom and what a leg is for.
struct LegTerms {
  ContentId request;
  party::UserIndex user;
  party::ClassIndex class_index;
  std::string tier;
};
/// The leg that would settle the offer to the request, without what it may displace, replaces or
/// must disclose.
objects::Leg leg_of(const party::Market& market, const LegTerms& terms, const party::Offer& offer,
                    const DealRules& deal);

/// The user drafts and signs what the requests hold offers for, one leg each, and sends it to the
/// holders. An adversary spoils it here.
void draft_settlement(const party::UserView& v, const std::vector<party::RequestIndex>& requests);
/// Holder number `place` of the draft signs what it offered, and nothing else: whether it did. The
/// first one collects all signatures, asks the coordinators, and submits.
bool on_countersign(const party::HolderView& v, party::DraftIndex index, const party::Draft& draft,
                    party::Collected& collected, std::uint32_t place);
/// The signature of holder number `place` has reached the first.
void on_countersigned(const party::HolderView& v, party::DraftIndex index,
                      const party::Draft& draft, party::Collected& collected, std::uint32_t place);
/// The first holder waits no longer for signatures: what it signed binds it no more.
void on_unsigned_draft(const party::HolderView& v, const party::Draft& draft,
                       party::Collected& collected);
/// Coordinator number `place` has signed; with the last one the first holder submits the draft.
void on_cosigned(const party::HolderView& v, party::DraftIndex index, const party::Draft& draft,
                 party::Collected& collected, std::uint32_t place);
/// The user waits no longer for the chain to show the settlement: it asks the next holder, and of the
/// coordinators that this one needed others first, where there are any for the place.
void on_abandon(const party::UserView& v, const party::Draft& draft, party::UsersDraft& own);
/// The user learns of it, a refusal in hand where there was one, and goes on.
void on_settlement_decided(const party::UserView& v, const party::Draft& draft,
                           party::UsersDraft& own, const party::Answer& answer);

}  // namespace capmarket::agents
