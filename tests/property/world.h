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

namespace capmarket::testing {

/// One combination of modes and options.
struct SetUp {
  CoordinationMode coordination = CoordinationMode::none;
  PricingMode pricing = PricingMode::negotiated;
  int variant = 0;  // victims' order, quotas, floors, leases, what a review does
};
std::string to_text(const SetUp& setup);

struct Actor {
  Role role = Role::user;
  KeyPair key;
  ContentId credential;
};

/// What was submitted or ticked, for a replay.
struct Recorded {
  std::optional<CheckedSubmission> submission;  // without one: a tick
  Instant at;
};

/// Signers of an object; the first is the envelope.
using Signers = std::vector<std::pair<Role, KeyPair>>;

class World {
 public:
  explicit World(const SetUp& setup);

  CheckedSubmission sign(const Object& object, const Signers& signers) const;
  /// Submits at `now`; the slow market judges.
  Receipt submit(const CheckedSubmission& submission);
  Receipt submit(const Object& object, const Signers& signers) {
    return submit(sign(object, signers));
  }
  void tick();
  /// Submits everything again to a fresh chain: the same frames, or a complaint.
  void replay_again();
  /// What each submission was decided on, where a clause decides it, in order.
  void each_facts(const std::function<void(const FactsVariant&)>& visit) const;
  /// Compares the chain's own state with the slow one; complaints.
  void compare_state();

  /// The chain's directory, as a run would leave it, into the empty folder `dir`.
  void write(const std::string& dir) const;

  Salt salt();
  RuleParts parts(int version) const;
  /// The rule text of a version, effective from `from`.
  Rule rule_version(int version, Instant from, const std::optional<ContentId>& supersedes) const;
  CredentialGrant credential(Role role, int key, const std::string& place);

  SetUp setup;
  SlowMarket slow;
  std::unique_ptr<Chain> chain;
  Instant now = kStart;
  std::vector<Recorded> recorded;
  Bytes frames;
  std::vector<Actor> holders, users, coordinators;
  Actor auditor, publisher, adaptation;
  KeyPair root, overseas, tso, iso;
  ContentId tso_id, iso_id, line;           // line: the infrastructure
  std::vector<ContentId> rules, net_rules;  // versions of eu/power and eu/net
  std::vector<ContentId> policies;

 private:
  Result<Chain> create(Bytes* frames) const;
  Actor enter(Role role, const CredentialGrant& grant);
  void found(const Object& object, const Signers& signers);
  void adopt(const Rule& rule);

  std::optional<CheckedSubmission> genesis_;
  Signing signing_;
  std::uint64_t salts_ = 0;
};

/// Key pairs by number, made once.
const KeyPair& numbered_key(int number);

}  // namespace capmarket::testing
