#include "tests/support/whole_market.h"

namespace capmarket::testing {

Officials admit_officials(Market& m, std::int64_t adaptation_weight) {
  Officials out;
  out.coordinator = m.party(objects::Role::coordinator);
  out.auditor = m.party(objects::Role::auditor);
  out.publisher = m.party(objects::Role::publisher);
  objects::CredentialGrant adaptation = m.grant(objects::Role::adaptation);
  adaptation.weight = BasisPoints(adaptation_weight);
  out.adaptation = m.admit_party(adaptation);
  return out;
}

void join(objects::CredentialGrant& grant, const std::string& class_name,
          const std::vector<std::string>& tiers) {
  for (const std::string& tier : tiers)
    grant.memberships.push_back({class_name, "eu/" + class_name, tier});
}

objects::SharedInfrastructure infrastructure(Market& m, const std::string& name,
                                             const std::vector<Party>& members,
                                             std::vector<objects::ScheduleStep> schedule,
                                             bool peer) {
  objects::SharedInfrastructure out;
  out.salt = m.salt();
  out.authority = m.authority();
  out.name = name;
  out.class_name = "power";
  out.locations = {{"eu/de"}};
  out.schedule = std::move(schedule);
  for (const Party& p : members) out.members.push_back(p.key.pub);
  out.peer = peer;
  return out;
}

objects::PeerAgreement agreement(Market& m, const ContentId& shared, Window interval,
                                 const Party& first, Quantity first_share, const Party& second,
                                 Quantity second_share) {
  return {m.salt(), shared, interval, first.key.pub, second.key.pub, first_share, second_share};
}

Signers signers_of_agreement(const Party& first, const Party& second) {
  return {{objects::Role::submitter, first.key},
          {objects::Role::holder, first.key},
          {objects::Role::holder, second.key}};
}

}  // namespace capmarket::testing
