// `capmarket diff`: what a new rule changes in effect, not in text. Source:
// docs/spec/analyses.md#diff. No solver stands in this header.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/analyses/check.h"
#include "verify/question/rule_set.h"

namespace capmarket::question {
struct RequestCase;
}

namespace capmarket::diff {

/// A witness as the settlement that it is: what a chain can be brought to decide.
struct WitnessCase {
  std::shared_ptr<const question::RequestCase> request;  // null where a difference has none
  std::string tier;
  /// What the settlement meets beside the parties, the leg and its victim: a price index, load on
  /// the declaration, a retention, grants of OLD under NEW. Empty: nothing.
  std::string beside;
};

/// Over settlements: a leg with at most one displacement entry, and its strategy. `stricter`: OLD
/// admits all that the new rule admits, with the same outcome, and not the reverse.
enum class DiffRelation : std::uint8_t { equivalent, stricter, looser, incomparable };
/// The relation as reports say it.
std::string_view to_text(DiffRelation relation);

/// What a difference changes. Closed.
enum class DiffKind : std::uint8_t {
  newly_admitted,
  newly_refused,
  other_tier,          // which of two tiers stands above the other
  other_price,         // what the same slot must be paid with
  other_compensation,  // what a displacement owes
  other_money,         // refund, penalty, fee, rate, currency
  other_deadline,      // when something is due, or until when it can be asked for
  other_order,         // which of several victims goes first
  other_cover,         // both admit the leg, and not as much gives way for it
  other_terms,         // anything else that both rules say, and say otherwise
};
/// The kind as reports say it.
std::string_view to_text(DiffKind kind);

/// When the difference shows.
enum class DiffPhase : std::uint8_t { request, displacement, failure, aftermath };
/// The phase as reports say it.
std::string_view to_text(DiffPhase phase);

/// One change of what the rules admit or bring about, with a witness.
struct Difference {
  std::string provision;  // `limits.quantity`, `tiers.eligible`
  std::string tier;       // empty where it is of the rule
  DiffPhase phase = DiffPhase::request;
  DiffKind kind = DiffKind::newly_admitted;
  /// The new rule admits what the old one refuses; refuses what the old one admits. Neither: the
  /// same settlements, with another outcome.
  bool admits = false, refuses = false;
  bool constant =
      false;  // of every settlement of its tier, or of the rule: no question of a solver
  /// Of a number or something else that has an order: 1 where NEW's is more, -1 where it is less.
  int rise = 0;
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> witness;  // the rest may be anything
  WitnessCase shown;
  std::string old_outcome, new_outcome;  // of the witness, or the constants
  std::vector<std::string> because;      // clauses that fail, texts that differ
  analyses::Provision old_place, new_place;
};

/// Who gains or loses by a difference, and what.
struct Effect {
  std::string who;
  bool gains = false;  // else loses
  std::string what;
  std::string provision, tier;  // of the difference

  friend bool operator==(const Effect&, const Effect&) = default;
};

/// One comparison, decided or not: what the report lists with its time.
struct Compared {
  enum class Verdict : std::uint8_t { same, different, undecided };
  std::string provision, tier;
  Verdict verdict = Verdict::same;
  bool constant = false;  // compared as values, without a solver
  std::string reason;     // where it is undecided, or undecided beside the difference found
  std::int64_t milliseconds = 0;
};
/// The verdict as reports say it.
std::string_view to_text(Compared::Verdict verdict);

/// A gate that was asked for.
struct DiffGate {
  enum class Verdict : std::uint8_t { holds, violated, undecided };
  std::string option;  // `--at-most`
  Verdict verdict = Verdict::undecided;
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> witness;
};
/// The verdict as reports say it.
std::string_view to_text(DiffGate::Verdict verdict);

/// How hard the solver tries, and what the new rule must keep to.
struct DiffOptions {
  std::uint32_t rlimit = 50'000'000;  // the solver's own steps a query: decides
  std::uint32_t timeout_ms = 10'000;  // guard a query
  smt::Effort effort{};               // the other limits: decide too
  bool at_most = false;               // the new rule must be equivalent or stricter
  bool at_least = false;              // equivalent or looser
  std::string only;                   // every difference must lie inside; empty: not asked
};

/// What the new rule changes, and how much of that is known.
struct DiffReport {
  struct Side {
    std::string file, rule, id;
    std::int64_t version = 1;
  };
  Side old_side, new_side;
  /// Empty where something is undecided that the differences found do not decide.
  std::optional<DiffRelation> relation;
  std::vector<Difference> differences;  // request, displacement, failure, aftermath
  std::vector<Effect> effects;          // of the differences, in their order; each once
  std::vector<Compared> compared;
  std::vector<DiffGate> gates;
  std::vector<std::string> notes;    // what differs and changes nothing on the chain
  std::vector<std::string> assumes;  // of every verdict, a line each
  bool vacuous = false;              // neither rule admits anything: nothing was compared
  bool internal_error = false;       // a witness did not reproduce: nothing here is to be believed
  std::string mismatch;              // and which

  /// Some comparison is undecided.
  bool undecided() const;
};

/// What `newer` changes of `older`. Problems: `only` is no expression of the rule language over
/// what both rules' displacements may read. Deterministic but for `milliseconds` within the budget.
Result<DiffReport> diff_rules(const question::RuleFile& older, const question::RuleFile& newer,
                              const DiffOptions& options);

}  // namespace capmarket::diff
