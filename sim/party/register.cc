#include "sim/party/register.h"

namespace capmarket::party {

RuleIndex Register::rule_for(ClassIndex of_class, const location::Location& location,
                             Instant t) const {
  const std::string& name = class_spec(of_class).name;
  for (RuleIndex i : indices(scenario->rules)) {
    const scenarios::ScenarioRule& r = at(scenario->rules, i);
    if (r.rule.class_name == name && r.rule.scope.contains(location) && r.in_force().contains(t))
      return i;
  }
  return {};
}

AuthorityIndex Register::authority_named(const std::string& name) const {
  const scenarios::AuthoritySpec* found = scenario->find_authority(name);
  CHECK(found != nullptr, name);
  return AuthorityIndex(found - scenario->authorities.data());
}

ClassIndex Register::class_index(const std::string& name) const {
  for (ClassIndex i : indices(scenario->classes))
    if (class_spec(i).name == name) return i;
  CHECK(false, name);
  return {};
}

UserIndex Register::user_of(const chain::ChainState& seen, const chain::GrantRecord& grant) const {
  return std::get<UserIndex>(owners.at(seen.user_of(grant)));
}

HolderIndex Register::holder_of(const chain::ChainState& seen,
                                const chain::GrantRecord& grant) const {
  return std::get<HolderIndex>(owners.at(seen.holder_of(grant)));
}

RequestIndex Register::request_of(const chain::ChainState& seen,
                                  const chain::GrantRecord& grant) const {
  auto made = request_of_id.find(seen.requests[grant.request].id);
  return made == request_of_id.end() ? RequestIndex() : made->second;
}

const scenarios::HolderGroup* Register::group_of(const HolderState& holder) const {
  return holder.group.valid() ? &at(scenario->holders, holder.group) : nullptr;
}

const scenarios::UserGroup* Register::group_of(const UserState& user) const {
  return user.group.valid() ? &at(scenario->users, user.group) : nullptr;
}

}  // namespace capmarket::party
