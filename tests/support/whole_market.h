// What a market of every kind of object needs beside holders and users.
#pragma once

#include <vector>

#include "tests/support/market.h"

namespace capmarket::testing {

/// One of every other role, for all of eu.
struct Officials {
  Party coordinator, auditor, publisher, adaptation;
};
Officials admit_officials(Market& market, std::int64_t adaptation_weight = kFullRatio);

/// Lets the bearer into `tiers` of the rule `eu/<class>`.
void join(objects::CredentialGrant& grant, const std::string& class_name,
          const std::vector<std::string>& tiers);

/// The shared infrastructure `name` of class power over eu/de; no coordinator of its own.
objects::SharedInfrastructure infrastructure(Market& market, const std::string& name,
                                             const std::vector<Party>& members,
                                             std::vector<objects::ScheduleStep> schedule,
                                             bool peer = false);
/// Two peers divide what they share; both sign, the first submits.
objects::PeerAgreement agreement(Market& market, const ContentId& shared, Window interval,
                                 const Party& first, Quantity first_share, const Party& second,
                                 Quantity second_share);
Signers signers_of_agreement(const Party& first, const Party& second);

}  // namespace capmarket::testing
