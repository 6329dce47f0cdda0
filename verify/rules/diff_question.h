// One question about two rules: is there a settlement that … under the one and … under the other?
// Every "yes" is decided again under both, over concrete facts. Private to verify/rules.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/admission/decision.h"
#include "verify/rules/diff.h"
#include "verify/rules/diff_facts.h"
#include "verify/rules/query.h"

namespace capmarket {

/// What a question leaves free beside the leg and its entry.
struct Beside {
  bool index = false;      // of prices
  bool shares = false;     // what is declared, and its load by tier
  bool retention = false;  // how long the parties promise to keep it
  bool skew = false;       // shown only: how long it was under way
};

/// A settlement that answers a question.
struct PairFound {
  Answer answer = Answer::unknown;
  std::string reason;  // of an unknown
  bool reproduced = true;
  std::string mismatch;
  Values values;                             // what matters; the rest may be anything
  std::array<Decision, 2> decision;          // of the settlement, by side
  std::array<std::optional<Money>, 2> owed;  // by its entry; empty without, or on overflow
  SlotCase slot;
};

/// What must come out of a yes, decided concretely.
struct Expected {
  std::optional<bool> old_admits, new_admits;
  bool owed_differs = false;
  bool differs = false;  // in decision or in what is owed
  bool outside = false;  // of the declared intent
};

class PairQuestion {
 public:
  PairQuestion(const Joint& joint, const QueryBudget& budget, std::size_t tier, bool entry,
               const Beside& beside);

  /// Every clause of admission holds, each part of the rules read from its voice; with the entry
  /// where there is one, or of the leg alone.
  Symbolic::Bool admits(const Voices& voices) const;
  Symbolic::Bool admits_leg(const Voices& voices) const;
  Symbolic::Bool admits(std::size_t side) const { return admits(Voices::of(side)); }
  /// That rule's prices admit the leg's; entries are compared at prices that either rule admits.
  Symbolic::Bool priced(std::size_t side) const;
  /// What the entry owes differs.
  Symbolic::Bool owes_otherwise() const;
  /// The declared intent holds of it.
  Symbolic::Bool inside_only();
  /// The victim is of that tier.
  Symbolic::Bool victim_of(std::size_t tier) const;

  void require(const Symbolic::Bool& b) { query_.require(b); }
  /// Rows that the witness shows whatever else matters.
  void show(const std::vector<std::string>& rows);
  /// The witness shows how long the victim's grant has run.
  void show_run() { run_shown_ = true; }
  /// Without looking for a small example.
  Answer possible() { return query_.solve(false).answer; }
  /// `difference`: what the example is of; with what is left out it holds for every value.
  PairFound solve(const Symbolic::Bool& difference, const Expected& expected);

 private:
  const JointTier& tier() const { return joint_.tiers[at_]; }
  Bindings<Reading> bindings(std::size_t text, std::size_t ranks) const;
  void fill_leg();
  void fill_entry();
  void fill_beside();
  void ways();
  Symbolic::Int unknown(const std::string& name, std::int64_t low, std::int64_t high,
                        std::int64_t preferred = 0);
  PairCase<Concrete> concrete(const SlotCase& slot, std::size_t side) const;
  bool inside_again(const SlotCase& slot) const;
  void decide_again(PairFound& out, const Expected& expected) const;
  /// Leaves out of `values` what need not be as it is.
  void only_what_matters(PairFound& out, const Symbolic::Bool& difference);
  Symbolic::Bool as_in_example(const std::string& row) const;
  void show_beside(PairFound& out) const;
  void show_entry(PairFound& out) const;

  const Joint& joint_;
  QueryBudget budget_;
  std::size_t at_;
  Beside beside_;
  const RuleSubject& subject_;
  Query query_;
  const Slot* slot_ = nullptr;
  PairCase<Symbolic> case_;
  std::vector<Symbolic::Bool> premises_;
  std::vector<Unknown> unknowns_;
  std::vector<std::string> shown_;
  bool run_shown_ = false;
};

}  // namespace capmarket
