// A chain under a history: parties, rules and infrastructure that are there from the start, the
// slow market beside it, and everything that was submitted.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/chain/chain.h"
#include "tests/property/slow_market.h"
#include "tests/support/jurisdictions.h"
#include "tests/support/market.h"

namespace capmarket::property {

/// One combination of modes and options.
struct MarketSetUp {
  rules::CoordinationMode coordination = rules::CoordinationMode::none;
  rules::PricingMode pricing = rules::PricingMode::negotiated;
  int variant = 0;  // victims' order, quotas, floors, leases, what a review does
  crypto::Scheme scheme = crypto::Scheme::mac;
};
std::string to_text(const MarketSetUp& setup);

/// What was submitted or ticked, for a replay.
struct Recorded {
  std::optional<objects::CheckedSubmission> submission;  // without one: a tick
  Instant at;
};

/// What an event says beside signatures, whatever they are made by.
struct Told {
  ContentId id;
  Instant at;
  admission::Decision decision;
  friend bool operator==(const Told&, const Told&) = default;
};

using testing::numbered_key;
using testing::Party;
using testing::Signers;

class World : public testing::Market {
 public:
  explicit World(const MarketSetUp& modes);

  /// Submits and records; the slow market judges.
  chain::Receipt submit(const objects::CheckedSubmission& submission, Instant at) override;
  /// The same now.
  chain::Receipt submit(const objects::CheckedSubmission& submission) {
    return submit(submission, now);
  }
  chain::Receipt submit(const objects::Object& object, const Signers& signers) {
    return submit(sign(object, signers));
  }
  /// Beside a dispute that was admitted: the same by every observer that has not
  /// disputed it yet, and does nothing else.
  void dispute_again(const objects::Dispute& dispute);
  void tick();
  /// Submits everything again to a fresh chain: the same frames, or a complaint.
  void replay_again();
  /// What each submission was decided on, where a clause decides it, in order.
  void each_facts(const std::function<void(const admission::FactsVariant&)>& visit) const;
  /// Compares the chain's own state with the slow one; complaints.
  void compare_state();

  testing::RuleParts parts(int version) const;
  /// The rule text of a version, effective from `from`.
  rules::Rule rule_version(int version, Instant from,
                           const std::optional<ContentId>& supersedes) const;

  MarketSetUp modes;
  SlowMarket slow;
  Instant now = testing::kStart;
  std::vector<Recorded> recorded;
  std::vector<Told> told;  // every event, in order
  std::vector<Party> holders, users, coordinators;
  Party auditor, publisher, adaptation;
  Party outsider;                           // an auditor of the other jurisdiction
  std::vector<Party> observers;             // further auditors
  testing::Authority overseas;              // us/iso
  ContentId line;                           // the infrastructure
  std::vector<ContentId> rules, net_rules;  // versions of eu/power and eu/net
  std::vector<ContentId> policies;

 private:
  void found_net();
  void enter_parties();
  void share();
};

}  // namespace capmarket::property
