// A chain under a history: parties, rules and infrastructure that are there from the start, the
// slow market beside it, and everything that was submitted.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/chain/chain.h"
#include "tests/property/slow_market.h"
#include "tests/support/market.h"

namespace capmarket::property {

/// One combination of modes and options.
struct MarketSetUp {
  rules::CoordinationMode coordination = rules::CoordinationMode::none;
  rules::PricingMode pricing = rules::PricingMode::negotiated;
  int variant = 0;  // victims' order, quotas, floors, leases, what a review does
};
std::string to_text(const MarketSetUp& setup);

struct Actor {
  objects::Role role = objects::Role::user;
  crypto::KeyPair key;
  ContentId credential;
};

/// What was submitted or ticked, for a replay.
struct Recorded {
  std::optional<objects::CheckedSubmission> submission;  // without one: a tick
  Instant at;
};

/// Signers of an object; the first is the envelope.
using Signers = std::vector<std::pair<objects::Role, crypto::KeyPair>>;

class World {
 public:
  explicit World(const MarketSetUp& setup);

  objects::CheckedSubmission sign(const objects::Object& object, const Signers& signers) const;
  /// Submits at `now`; the slow market judges.
  chain::Receipt submit(const objects::CheckedSubmission& submission);
  chain::Receipt submit(const objects::Object& object, const Signers& signers) {
    return submit(sign(object, signers));
  }
  void tick();
  /// Submits everything again to a fresh chain: the same frames, or a complaint.
  void replay_again();
  /// What each submission was decided on, where a clause decides it, in order.
  void each_facts(const std::function<void(const admission::FactsVariant&)>& visit) const;
  /// Compares the chain's own state with the slow one; complaints.
  void compare_state();

  /// The chain's directory, as a run would leave it, into the empty folder `dir`.
  void write(const std::string& dir) const;

  Salt salt();
  testing::RuleParts parts(int version) const;
  /// The rule text of a version, effective from `from`.
  rules::Rule rule_version(int version, Instant from, const std::optional<ContentId>& supersedes) const;
  objects::CredentialGrant credential(objects::Role role, int key, const std::string& place);

  MarketSetUp setup;
  SlowMarket slow;
  std::unique_ptr<chain::Chain> chain;
  Instant now = testing::kStart;
  std::vector<Recorded> recorded;
  Bytes frames;
  std::vector<Actor> holders, users, coordinators;
  Actor auditor, publisher, adaptation;
  crypto::KeyPair root, overseas, tso, iso;
  ContentId tso_id, iso_id, line;           // line: the infrastructure
  std::vector<ContentId> rules, net_rules;  // versions of eu/power and eu/net
  std::vector<ContentId> policies;

 private:
  Result<chain::Chain> create(Bytes* frames) const;
  Actor enter(objects::Role role, const objects::CredentialGrant& grant);
  void found(const objects::Object& object, const Signers& signers);
  void adopt(const rules::Rule& rule);

  std::optional<objects::CheckedSubmission> genesis_;
  crypto::Signing signing_;
  std::uint64_t salts_ = 0;
};

/// Key pairs by number, made once.
const crypto::KeyPair& numbered_key(int number);

}  // namespace capmarket::property
