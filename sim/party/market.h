// What anybody may know of a market beside its chain: its classes, rules and policies, who has which
// credential, what is listed, how long messages and checkpoints take.
// Source: docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include <set>
#include <string>

#include "scenarios/scenario.h"
#include "sim/party/messages.h"
#include "sim/party/parties.h"

namespace capmarket::party {

struct Register;

/// Reads a register, and shows of it what is public. Cheap to copy; lives as long as the register.
class Market {
 public:
  explicit Market(const Register& all) : all_(&all) {}

  Instant start() const;
  Instant end() const;
  Duration chain_interval() const;
  /// So long before it takes effect a rule is submitted.
  Duration rule_ahead() const;
  scenarios::DiscoveryMode discovery() const;
  /// How long a message is tried before its sender knows that it did not arrive.
  Duration silence() const;

  const scenarios::ClassSpec& class_spec(ClassIndex index) const;
  /// The class of that name. Precondition: there is one.
  ClassIndex class_index(const std::string& name) const;
  /// All versions of all rules, in the order of the scenario.
  const std::vector<scenarios::ScenarioRule>& rules() const;
  /// The rule of a class in force at `t` for a location; none without one.
  RuleIndex rule_for(ClassIndex class_index, const location::Location& location, Instant t) const;
  const ContentId& rule_id(RuleIndex index) const;
  const ContentId& policy_id(PolicyIndex index) const;
  /// The first policy between all of the jurisdictions; none without one.
  PolicyIndex policy_between(const std::set<AuthorityIndex>& roots) const;

  /// The authority of that name. Precondition: there is one.
  AuthorityIndex authority_named(const std::string& name) const;
  const ContentId& authority_id(AuthorityIndex index) const;
  /// Its jurisdiction.
  AuthorityIndex root_of(AuthorityIndex index) const;
  const ContentId& infrastructure_id(InfrastructureIndex index) const;
  /// With its schedule and, between peers, the agreement.
  const scenarios::SharedInfrastructureSpec& infrastructure(InfrastructureIndex index) const;

  const HolderProfile& holder(HolderIndex index) const;
  const UserProfile& user(UserIndex index) const;
  const PublicKey& key_of(UserIndex index) const;
  IndexRange<CoordinatorState> coordinators() const;
  const CoordinatorProfile& coordinator(CoordinatorIndex index) const;
  /// The user's credential reaches the holder's place, or a policy does.
  bool reaches(const UserProfile& user, const HolderProfile& holder) const;

  const Listing& listing(ListingIndex index) const;
  /// Of a declaration. Precondition: it is listed.
  ListingIndex listing_of(const ContentId& declaration) const;
  /// Whether a declaration is listed.
  bool is_listed(const ContentId& declaration) const;
  /// The id of the request that was made on an intent; null before.
  const ContentId* request_on(const ContentId& intent) const;

 private:
  const Register* all_;
};

}  // namespace capmarket::party
