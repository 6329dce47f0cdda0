// Everybody who takes part in a run and everything that is under way between them. No party reads
// it: each has a view (views.h) of its own part, and of what anybody may know (market.h).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "model/base/index.h"
#include "model/chain/state.h"
#include "scenarios/scenario.h"
#include "sim/party/messages.h"
#include "sim/party/parties.h"

namespace capmarket::party {

/// Owner of a key among those who owe and are owed.
using Owner = std::variant<HolderIndex, UserIndex>;

/// A draft, and what each side keeps of it.
struct DraftFile {
  Draft sent;
  UsersDraft own;
  Collected collected;
  std::uint32_t signed_by = 0;  // bit by place in its holders: a second copy is not signed again
};

/// A proposal; the second copy of it, or of its answer, reaches nobody.
struct ProposalFile {
  Proposal sent;
  bool answered = false, heard = false;
};

/// Plain data; every list grows in the order of events.
struct Register {
  const scenarios::Scenario* scenario = nullptr;
  IndexedVector<HolderState> holders;
  IndexedVector<UserState> users;
  IndexedVector<CoordinatorState> coordinators;
  IndexedVector<AuditorState> auditors;
  IndexedVector<PublisherState> publishers;
  IndexedVector<RequestState> requests;
  IndexedVector<BundleState> bundles;
  IndexedVector<ProposalFile, Proposal> proposals;
  IndexedVector<OfferMessage> offers;
  IndexedVector<DraftFile, Draft> drafts;
  IndexedVector<ReleaseNote> releases;
  IndexedVector<Listing> listings;  // in the order of admission
  IndexedVector<crypto::KeyPair, scenarios::AuthoritySpec> authority_keys;
  IndexedVector<Draws, scenarios::AuthoritySpec> authority_draws;
  IndexedVector<ContentId, scenarios::AuthoritySpec> authority_ids;
  IndexedVector<AuthorityIndex, scenarios::AuthoritySpec> roots;  // the jurisdiction of each
  IndexedVector<ContentId, scenarios::ScenarioRule> rule_ids;
  IndexedVector<ContentId, scenarios::ReconciliationSpec> policy_ids;
  IndexedVector<ContentId, scenarios::SharedInfrastructureSpec> infrastructures;
  std::map<ContentId, RequestIndex> request_of_intent, request_of_id;
  std::map<ContentId, ListingIndex> listing_of;
  std::unordered_map<PublicKey, Owner, FixedBytesHash> owners;  // looked up only

  /// The rule of a class in force at `t` for a location; none without one.
  RuleIndex rule_for(ClassIndex class_index, const location::Location& location, Instant t) const;
  /// The authority of that name. Precondition: the scenario has one.
  AuthorityIndex authority_named(const std::string& name) const;
  /// The class of that name. Precondition: the scenario has one.
  ClassIndex class_index(const std::string& name) const;
  const scenarios::ClassSpec& class_spec(ClassIndex index) const {
    return capmarket::at(scenario->classes, index);
  }

  /// Who owns a grant of the state. Precondition: its keys are of this run.
  UserIndex user_of(const chain::ChainState& seen, const chain::GrantRecord& grant) const;
  HolderIndex holder_of(const chain::ChainState& seen, const chain::GrantRecord& grant) const;
  /// The request of the grant; none where no user made it (a script's).
  RequestIndex request_of(const chain::ChainState& seen, const chain::GrantRecord& grant) const;

  /// The group that the party belongs to; null for one of the trace.
  const scenarios::HolderGroup* group_of(const HolderState& holder) const;
  const scenarios::UserGroup* group_of(const UserState& user) const;
};

}  // namespace capmarket::party
