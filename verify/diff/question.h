// One question about two rules: is there a settlement that … under the one and … under the other?
// Every "yes" is decided again under both, over concrete facts. Private to verify/diff.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/admission/decision.h"
#include "verify/diff/diff.h"
#include "verify/diff/facts.h"
#include "verify/diff/question_witness.h"
#include "verify/question/query.h"

namespace capmarket::diff {

/// What a question leaves free beside the leg and its victim.
struct FreeParts {
  bool index = false;      // of prices
  bool shares = false;     // what is declared, and its load by tier
  bool retention = false;  // how long the parties promise to keep it
  bool skew = false;       // shown only: how long it was under way
};

/// Whose version the victim's grant stands under: the judging rule's, or OLD's whoever judges.
enum class VictimOf : std::uint8_t { judging, older };

/// One question about one tier of both rules: is there a settlement such that …? `name` tells the
/// unknowns of one from those of another that it is asked together with.
class PairQuestion {
 public:
  PairQuestion(const RulePair& pair, const question::QueryBudget& budget, std::size_t tier,
               bool entry, const FreeParts& beside, VictimOf victim_of = VictimOf::judging,
               const std::string& name = "");

  /// Every clause of admission holds, each part of the rules read from its voice; with the victim
  /// where there is one, or of the leg alone.
  smt::Symbolic::Bool admits(const PartSides& voices) const;
  smt::Symbolic::Bool admits_leg(const PartSides& voices) const;
  smt::Symbolic::Bool admits(std::size_t side) const { return admits(PartSides::of(side)); }
  /// That rule's prices admit the leg's; victims are compared at prices that either rule admits.
  smt::Symbolic::Bool priced(std::size_t side) const;
  /// What is owed to the victim differs; `side` owes more of it.
  smt::Symbolic::Bool owes_otherwise() const;
  smt::Symbolic::Bool owes_more(std::size_t side) const;
  /// A rule's quotas and set-asides leave room for the displacement; true without a victim. To be
  /// required where that rule admits: of what it refuses nothing is said.
  smt::Symbolic::Bool room(std::size_t side) const { return room_[side]; }
  /// At what is declared and loaded, the leg lacks something.
  smt::Symbolic::Bool lacks(std::size_t side) const;
  /// The victims of both questions stand in the way of one leg at one instant, and the other's is
  /// displaced under that side too.
  void require_beside(const PairQuestion& other, std::size_t side);
  /// The declared intent holds of it.
  smt::Symbolic::Bool inside_only();
  /// The victim is of that tier.
  smt::Symbolic::Bool victim_of(std::size_t tier) const;

  void require(const smt::Symbolic::Bool& b) { query_.require(b); }
  /// Rows that the witness shows whatever else matters.
  void show(const std::vector<std::string>& rows);
  /// The witness shows how long the victim's grant has run.
  void show_run() { run_shown_ = true; }
  /// Without looking for a small example.
  smt::Answer possible() { return query_.solve(false).answer; }
  /// `difference`: what the example is of; with what is left out it holds for every value.
  PairResult solve(const smt::Symbolic::Bool& difference, const Expected& expected);

 private:
  const TierPair& tier() const { return pair_.tiers[at_]; }
  /// The victim's tier as its grant has it where that side judges; null where there is no such.
  const rules::Tier* granted(const TierPair& of, std::size_t side) const {
    return of.of[victims_ == VictimOf::older ? 0 : side];
  }
  bool can_be_granted(const TierPair& of) const {
    return granted(of, 0) != nullptr && granted(of, 1) != nullptr;
  }
  expr::Bindings<question::CheckedSymbolic> bindings(std::size_t text, std::size_t ranks) const;
  void fill_leg();
  void fill_entry();
  void fill_protection();
  void fill_room();
  void fill_lack();
  void fill_load();
  bool rule_before() const;
  smt::Symbolic::Bool chooses(std::size_t text, std::size_t ranks, std::size_t floors) const;
  void fill_beside();
  void ways();
  smt::Symbolic::Int unknown(const std::string& name, std::int64_t low, std::int64_t high,
                             std::int64_t preferred = 0);
  PairCase<Concrete> concrete(const question::RequestCase& request, std::size_t side) const;
  bool inside_again(const question::RequestCase& request) const;
  void decide_again(PairResult& out, const Expected& expected) const;
  /// Leaves out of `values` what need not be as it is.
  void only_what_matters(PairResult& out, const smt::Symbolic::Bool& difference);
  smt::Symbolic::Bool as_in_example(const std::string& row) const;
  void show_beside(PairResult& out) const;
  void show_entry(PairResult& out) const;

  const RulePair& pair_;
  question::QueryBudget budget_;
  std::size_t at_;
  FreeParts beside_;
  VictimOf victims_;
  const question::RuleSubject& subject_;
  question::Query query_;
  const question::SymbolicRequest* request_ = nullptr;
  PairCase<smt::Symbolic> case_;
  std::array<smt::Symbolic::Bool, 2> room_;
  std::vector<smt::Symbolic::Bool> premises_;
  std::vector<question::Unknown> unknowns_;
  std::vector<std::string> shown_;
  bool run_shown_ = false;
};

}  // namespace capmarket::diff
