// What parties do step by step, and what is watched meanwhile, as plain data: the form of every
// counterexample, of every trace that `hunt` finds and of every history that `fuzz` shrinks.
// Source: docs/spec/scenarios.md#scripts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/admission/clause_id.h"
#include "model/base/integers.h"
#include "model/objects/market.h"
#include "model/objects/notices.h"

namespace capmarket::scenarios {

/// The key that a step begins with; its value names what the step makes or acts on.
enum class StepKind : std::uint8_t {
  declare,    // a declaration
  request,    // a request
  settle,     // a settlement; NAME is its first leg's grant, NAME.1 the second's
  surrender,  // a grant
  withdraw,   // a request
  renew,      // a grant
  fail,       // a grant
  record,     // a grant: its latest failure
  pay,        // a party: everything that it owes
  curtail,    // a declaration
  consume,    // a grant
  revoke,     // a party's credential
  dispute,    // a settlement
  retract,    // a declaration
  contest,    // a grant: the latest open claim about it
  witness,    // likewise
};
inline constexpr std::string_view kStepKinds[] = {
    "declare", "request", "settle",  "surrender", "withdraw", "renew",   "fail",   "record",
    "pay",     "curtail", "consume", "revoke",    "dispute",  "retract", "contest", "witness"};
std::string_view to_text(StepKind kind);

/// What is absent is what an honest party would write: the request's quantity, window and tier, the
/// rule in force, the tariff (else the request's maximum, inside the bounds), the first strategy.
struct ScriptLeg {
  std::string request;
  std::string declaration;
  std::optional<Quantity> quantity;
  std::optional<Window> window;
  std::string tier;
  std::optional<Money> price;
  std::string strategy;
  std::optional<objects::DisplaceTerms> displace;  // absent: it displaces nothing
  std::string replaces;  // a grant: its latest failure or displacement
  std::optional<std::int64_t> version;  // of the rule that it names; absent: the one in force
};

/// What a settlement took of others: by name of the grant the largest quantity at an instant.
using DisplacedGrants = std::map<std::string, Quantity>;

/// What the chain is to answer. `clauses`: at least these are among the failed or unresolved.
/// `displaced`, of an admitted settlement: just these grants, just so much; absent: anything.
struct StepExpectation {
  bool admitted = true;
  std::vector<admission::ClauseId> clauses;
  std::optional<DisplacedGrants> displaced = std::nullopt;
};

/// A step; which fields have a meaning depends on `kind`, as the table in keys.h says.
struct ScriptStep {
  StepKind kind = StepKind::declare;
  std::string name;
  Instant at;                        // when it reaches the chain
  std::string by;  // declare, request, dispute, witness: who; fail: holder or user
  std::vector<std::string> of;       // request: declarations
  std::optional<Quantity> quantity;  // absent, where a grant is acted on: all that is live
  std::optional<Window> window;      // likewise
  std::string tier;
  std::optional<Money> price;  // request: the most that is paid
  bool partial = false;
  std::optional<Instant> open_until;  // request
  std::optional<Instant> when;        // settle: signed at; fail: failed at; revoke: in effect from
  std::vector<ScriptLeg> legs;        // settle
  std::optional<objects::Ground> ground;       // dispute
  std::optional<objects::Side> supports;       // witness
  std::optional<StepExpectation> expect;
};

/// `broken`, `held` or `not-reached`, as a run reports of a goal.
inline constexpr std::string_view kWatchVerdicts[] = {"held", "broken", "not-reached"};

/// Something watched besides the rules' own goals.
struct WatchSpec {
  enum class What : std::uint8_t {
    goal,     // a goal that the rule has
    claim,    // an expression of the rule's language
    parties,  // what they are owed less what they owe, together
  };
  What what = What::goal;
  std::string name;  // of the goal
  std::string rule;  // name; all of its versions
  bool always = true;
  std::string claim;
  std::vector<std::string> parties;
  std::string currency;
  Money at_most;
  std::optional<std::size_t> expect;  // index in kWatchVerdicts
};

/// All of `steps` and `watch` of a scenario file.
struct Script {
  std::vector<ScriptStep> steps;  // by time; what is simultaneous, in file order
  std::vector<WatchSpec> watch;

  bool empty() const { return steps.empty() && watch.empty(); }
};

}  // namespace capmarket::scenarios
