// Rings of displacements: whether a chain of them can go on for ever. Private to verify/analyses.
// Source: docs/spec/analyses.md#displacement-acyclic.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verify/analyses/tier_graph.h"
#include "verify/question/query.h"

namespace capmarket::analyses {

/// What a search for rings came to.
struct RingsFound {
  /// Sat: `ring` is one. Unsat: there is none, of whatever length.
  smt::Answer answer = smt::Answer::unknown;
  std::vector<std::size_t> ring;  // tiers, each displaces the one before it, the first the last
  std::string reason;             // of an unknown
};

/// The search over one rule. A turn is a displacement by `when` and eligibility as they are
/// written.
class RingSearch {
 public:
  RingSearch(const question::QueryBudget& budget, const question::RuleSubject& subject);

  /// Whether some tier can displace anybody, of whatever version, as written: unsat, and there is
  /// nothing to be said of rings.
  smt::Answer any_turn();
  /// Looks for a ring, shortest first.
  RingsFound search();
  /// A case of the ring that was found, its victims granted to somebody; turns are named `stepK`.
  /// Of a short ring the smallest one.
  question::QueryResult example(const std::vector<std::size_t>& ring);

 private:
  struct Turn {
    const question::SymbolicRequest* request = nullptr;
    std::vector<std::size_t> tiers;  // that it may be at
  };
  /// What a turn of the ring was granted, and when.
  struct Terms {
    std::int64_t quantity = 0, price = 0, start = 0, length = 0, holder = 0, admission = 0;
    std::vector<bool> place;  // by switch
  };
  Terms terms_of(const z3::model& model, const question::SymbolicRequest& s) const;
  const rules::Rule& rule() const { return subject_.rule(); }
  std::vector<std::size_t> climbing();
  void edges();
  bool prune(const std::vector<std::size_t>& knot);
  bool dead(const std::vector<std::size_t>& knot, std::size_t length);
  RingsFound rings_among(const std::vector<std::size_t>& knot);
  std::vector<std::vector<std::vector<std::size_t>>> shapes(const std::vector<std::size_t>& knot,
                                                            std::size_t length) const;
  RingsFound ring(const std::vector<std::vector<std::size_t>>& turns);
  bool pairs(const std::vector<std::size_t>& knot);
  bool follows(std::size_t last, std::size_t next, std::size_t victim);
  std::optional<RingsFound> alike(const std::vector<std::vector<std::size_t>>& turns);
  question::QueryResult turn_at(const std::vector<std::size_t>& ring, std::size_t k);
  void fix(question::Query& q, const question::SymbolicRequest& s, const Terms& own,
           const Terms& victim) const;
  void close(question::Query& q, const std::vector<Turn>& turns) const;
  smt::Symbolic::Bool turn(question::Query& q, const question::SymbolicRequest& s,
                           std::size_t displacer, std::size_t victim) const;

  question::QueryBudget budget_;
  const question::RuleSubject& subject_;
  TierGraph graph_;
  std::size_t asked_ = 0;     // conditions so far, of all rings
  std::vector<Terms> terms_;  // of the ring that was found, turn by turn
};

}  // namespace capmarket::analyses
