#include "sim/party/market.h"

#include <algorithm>

#include "sim/party/register.h"

namespace capmarket::party {

Instant Market::start() const { return all_->scenario->start; }
Instant Market::end() const { return all_->scenario->end(); }
Duration Market::rule_ahead() const { return all_->scenario->rule_ahead; }
Duration Market::chain_interval() const { return all_->scenario->chain_interval; }
scenarios::DiscoveryMode Market::discovery() const { return all_->scenario->discovery; }
Duration Market::silence() const {
  return Duration(all_->scenario->tries * all_->scenario->retry_after.value);
}

const scenarios::ClassSpec& Market::class_spec(ClassIndex index) const {
  return all_->class_spec(index);
}
ClassIndex Market::class_index(const std::string& name) const { return all_->class_index(name); }
const std::vector<scenarios::ScenarioRule>& Market::rules() const { return all_->scenario->rules; }
RuleIndex Market::rule_for(ClassIndex class_index, const location::Location& location,
                           Instant t) const {
  return all_->rule_for(class_index, location, t);
}
const ContentId& Market::rule_id(RuleIndex index) const { return all_->rule_ids[index]; }
const ContentId& Market::policy_id(PolicyIndex index) const { return all_->policy_ids[index]; }
PolicyIndex Market::policy_between(const std::set<AuthorityIndex>& roots) const {
  const auto& policies = all_->scenario->reconciliation;
  for (PolicyIndex i : indices(policies)) {
    std::set<AuthorityIndex> covered;
    for (const std::string& name : at(policies, i).authorities)
      covered.insert(root_of(authority_named(name)));
    if (std::includes(covered.begin(), covered.end(), roots.begin(), roots.end())) return i;
  }
  return {};
}

AuthorityIndex Market::authority_named(const std::string& name) const {
  return all_->authority_named(name);
}
const ContentId& Market::authority_id(AuthorityIndex index) const {
  return all_->authority_ids[index];
}
AuthorityIndex Market::root_of(AuthorityIndex index) const { return all_->roots[index]; }
const ContentId& Market::infrastructure_id(InfrastructureIndex index) const {
  return all_->infrastructures[index];
}
const scenarios::SharedInfrastructureSpec& Market::infrastructure(InfrastructureIndex index) const {
  return at(all_->scenario->infrastructure, index);
}

const HolderProfile& Market::holder(HolderIndex index) const { return all_->holders[index]; }
const UserProfile& Market::user(UserIndex index) const { return all_->users[index]; }
const PublicKey& Market::key_of(UserIndex index) const { return all_->users[index].key.pub; }
IndexRange<CoordinatorState> Market::coordinators() const { return all_->coordinators.indices(); }
const CoordinatorProfile& Market::coordinator(CoordinatorIndex index) const {
  return all_->coordinators[index];
}
bool Market::reaches(const UserProfile& u, const HolderProfile& h) const {
  return location::any_contains(u.scope, h.location) ||
         (root_of(u.authority) != root_of(h.authority) &&
          policy_between({root_of(u.authority), root_of(h.authority)}).valid());
}

const Listing& Market::listing(ListingIndex index) const { return all_->listings[index]; }
ListingIndex Market::listing_of(const ContentId& declaration) const {
  return all_->listing_of.at(declaration);
}
bool Market::is_listed(const ContentId& declaration) const {
  return all_->listing_of.contains(declaration);
}
const ContentId* Market::request_on(const ContentId& intent) const {
  auto asked = all_->request_of_intent.find(intent);
  return asked == all_->request_of_intent.end() ? nullptr : &all_->requests[asked->second].id;
}

}  // namespace capmarket::party
