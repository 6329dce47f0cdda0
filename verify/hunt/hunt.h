// `capmarket hunt`: a bounded search over histories of legal steps for one that breaks a goal of a
// rule or an invariant. Source: docs/spec/analyses.md#hunt. No solver stands in this header.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/script.h"
#include "verify/analyses/check.h"

namespace capmarket::hunt {

/// Somebody in a trace.
struct HuntParty {
  std::string name, kind;
  std::vector<std::string> groups;
  std::string tier;  // of a user: the one that it asks for
};

/// A history that breaks a goal, its numbers made small: who takes part, what is declared, and what
/// they do step by step. Requests and declarations are steps of the script, none of the search.
struct HuntTrace {
  HuntParty holder;
  location::Location place;
  Quantity declared;
  Window window;  // declared
  Instant begin, end;
  std::vector<HuntParty> users;  // in order of their first step
  scenarios::Script script;
  std::vector<std::string> told;  // a line each step of the search
};

/// What became of one goal or invariant.
struct HuntFinding {
  std::string goal;       // name, or `INV-1`
  std::string statement;  // what was looked for
  std::string judged_at;  // of a goal: the steps that it speaks of, `displacements`
  analyses::AnalysisVerdict verdict = analyses::AnalysisVerdict::unknown;
  std::int64_t steps = 0;  // of the trace; else of the bound
  std::string of;          // of a proved one that is bounded: kinds of steps that it is about
  std::string how;         // of a proved one: why
  std::string reason;      // of an unknown or a vacuous one, or an info
  bool framework = false;  // an info: a theorem of all rules says it where nothing is searched
  std::optional<HuntTrace> trace;
  std::string scenario;           // file that executes the trace, once a run did
  analyses::Provision provision;  // of a goal
  std::int64_t milliseconds = 0;
};

/// What is hunted for, how far, and how hard the solver tries.
struct HuntOptions {
  std::int64_t steps = 10;
  std::string goal;                   // only that one
  std::uint32_t rlimit = 50'000'000;  // the solver's own steps a query: decides
  smt::Effort effort{};               // the other limits: decide too
  std::uint32_t timeout_ms = 60'000;  // guard a query
  /// What the scenario that was given contains and no history here has: goals and invariants that
  /// it bears on are not proved.
  bool earlier_versions = false;  // grants under a version before this one
  bool policies = false;          // legs judged by several rules
  /// Of the rule's class, where a scenario says it: pieces may begin and end on multiples of it.
  std::optional<Duration> class_granularity{};
  /// Those of the scenario, where one is given: no history stands elsewhere.
  std::optional<std::vector<location::Location>> places{};
  /// Told before each length of a history: the goal and the length. None: nobody listens.
  std::function<void(const std::string& goal, std::int64_t steps)> progress{};
  /// True ends the hunt between two questions; what is open then is unknown. None: never.
  std::function<bool()> stop{};
};

/// What a hunt came to.
struct HuntReport {
  std::string file, rule, id;
  std::int64_t version = 1, steps = 0;
  std::vector<std::string> bounds;  // what every verdict is inside of, a line each
  std::vector<HuntFinding> findings;

  /// The worst: refuted or vacuous, unknown, proved.
  analyses::AnalysisVerdict verdict() const;
};

/// What can be hunted for: the rule's goals, then the invariants.
std::vector<std::string> hunt_goals(const rules::Rule& rule);

/// Precondition: `options.goal` is empty or one of hunt_goals; steps >= 1. Deterministic but for
/// `milliseconds` within the budget.
HuntReport hunt_rule(const question::RuleFile& own, const std::vector<question::RuleFile>& files,
                     const HuntOptions& options);

}  // namespace capmarket::hunt
