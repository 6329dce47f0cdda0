// `capmarket prove`: the framework's own theorems, each with a cover and with mutations that must
// be refuted. Source: docs/spec/analyses.md#theorems,
// docs/spec/analyses.md#how-a-proof-can-fail. No solver stands in this header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace capmarket::theorems {

/// `refuted`: a counterexample exists. `unknown`: the solver gave up; it never counts as holding.
/// `vacuous`: the premises contradict each other, so that nothing was proved.
enum class Verdict : std::uint8_t { proved, refuted, unknown, vacuous };
/// The verdict as reports say it.
std::string_view to_text(Verdict verdict);

/// What a theorem's terms are. `shipped`: the predicate that admission runs. `copy`: the same thing
/// written once more for the proof; its examples are run through the code of the chain.
/// `shipped_over_copy`: the predicate, between states that are such a copy.
enum class ProvedCode : std::uint8_t { shipped, copy, shipped_over_copy };
/// The kind as reports say it.
std::string_view to_text(ProvedCode code);

/// What certificates call the theorem itself; those of a mutation: `without ` and what is removed.
inline constexpr const char* kTheoremSubject = "theorem";

/// What became of a theorem with something taken out.
struct MutationReport {
  std::string removed;                 // what was taken out or turned round: `clause:capacity`
  Verdict verdict = Verdict::unknown;  // must be refuted
  bool reproduced = false;             // the counterexample did the same in the real code
  std::string counterexample;          // in words
};

/// What became of one theorem.
struct TheoremReport {
  std::string name;
  std::string statement;
  ProvedCode code = ProvedCode::shipped;
  std::string bounds;  // shapes and ranges that it was proved for
  Verdict verdict = Verdict::unknown;
  std::int64_t milliseconds = 0;
  bool cover = false;   // the premises are satisfiable, and the example is what it should be
  std::string example;  // of the cover, in words
  std::vector<MutationReport> mutations;
  std::string reason;  // why it is unknown, or the counterexample of a refuted one

  /// Proved, covered, every mutation refuted and reproduced.
  bool holds() const;
};

/// Which theorems, and how hard the solver tries.
struct ProveOptions {
  std::string theorem;  // this one or those below it (`INV-1`, `requirement`); empty: all
  bool list = false;    // names and statements only
  std::uint32_t rlimit = 50'000'000;  // the solver's own steps a query: decides, deterministically
  std::uint32_t timeout_ms = 60'000;  // guard a query
};

/// What became of the theorems that were asked for.
struct ProveReport {
  std::vector<TheoremReport> theorems;
  bool listed = false;

  /// At least one theorem, and all of them hold. Nothing checked is a failure.
  bool holds() const;
  /// An example of the solver did not reproduce in the real code: our own mistake (exit 70).
  bool internal_error() const;
  /// Some verdict is unknown and none is worse (exit 3).
  bool undecided() const;
};

/// Deterministic but for `milliseconds`. Seconds on one core.
ProveReport prove(const ProveOptions& options);
/// Every theorem as a Markdown table, in the order of proving: `| id | statement | bounds | code |`.
std::string theorems_table();

}  // namespace capmarket::theorems
