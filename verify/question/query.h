// One question about a rule: is there a request (and a victim) such that …? Every "yes" is a real
// case, replayed through the code that admission runs; every "no" holds for all cases.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verify/question/symbolic_request.h"

namespace capmarket::smt {
class ProductSearch;
}

namespace capmarket::question {

/// What the variables of goals say about a step.
struct GoalStep {
  bool admitted = false, displaced = false, failed = false;
  bool overdue_possible = false;  // else the user has no overdue obligation
  BasisPoints refund, penalty;    // of the strategy, where it failed
  std::string strategy;           // its name, where it failed
};

/// The reason of an unknown.
inline constexpr const char* kGaveUp = "the solver gave up inside its budget";

/// The expression that reads that variable and nothing else. CHECKs that it exists.
expr::Expr variable(std::string_view name);

/// How hard a query tries.
struct QueryBudget : smt::SolverBudget {
  bool instants = true;   // exact values with free instants first, which take longer
  bool grounded = false;  // victims are grants that somebody eligible got under this version
  int more = 0;           // further cases of a yes, each other than those before it
  /// Which limit bounds the ranges of the factors of products that one question is split into.
  std::uint32_t smt::Effort::*boxes = &smt::Effort::boxes;
  /// No grant that may give way was displaced more often before.
  std::int64_t times_displaced = kTimesDisplacedMax;

  /// Of what need not be decided.
  /// Enough for any linear question of a rule; what takes longer is left as it is.
  smt::SolverBudget small() const;
};

using Values = std::vector<std::pair<std::string, std::string>>;

/// What a question says of a request.
struct CaseRole {
  std::string name;                 // of the request, with its point; empty for the only one
  std::optional<std::size_t> tier;  // that its expressions belong to, where it is one
  std::optional<bool> admitted, displaced;  // what must come of the case, where that was asked
  std::optional<GoalStep> step;
  bool granted = false;  // the request of a victim: no question is about it
  bool overdue = false;
  Duration waited;                 // these two: of the history before the step
  std::vector<std::uint8_t> read;  // by variable row: an expression reads it
};

/// A solved question.
struct QueryResult {
  smt::Answer answer = smt::Answer::unknown;
  std::string reason;              // of an unknown
  bool reproduced = true;          // of a yes: the concrete evaluator says the same
  std::string mismatch;            // where it does not
  std::vector<RequestCase> cases;  // of a yes, by request
  std::vector<CaseRole> roles;     // likewise
  /// By request: the case of the request that its victim was granted to, where one was found.
  std::vector<std::optional<RequestCase>> granted;
  Values values;             // what matters of them, as text
  std::vector<Values> more;  // the same of further cases: other conditions hold
  /// Of a question about one request alone: what each variable that was read may be, together, an
  /// empty text for whatever there is. Every such request is a case. Empty: no more than the one.
  Values region;
  std::vector<std::string> conjuncts;  // of what was asked, each with its truth in the case
};

/// A value of a variable, with the rule's units: `22 kW`.
std::string shown_value(const expr::Variable& variable, std::int64_t value,
                        const rules::Rule& rule);

/// One question of one rule.
class Query {
 public:
  Query(const QueryBudget& budget, const RuleSubject& subject);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// A request of its own. Requests are told apart by `name`, empty for the only one.
  const SymbolicRequest& request(const std::string& name, bool with_victim,
                                 SymbolicRequest::Range range = SymbolicRequest::Range::admissible);

  /// The request of a question that has one.
  const SymbolicRequest& only_request() const { return requests_.front(); }

  // Expressions over a request. What they read is replayed, and shown in the values of a yes.
  CheckedSymbolic::Bool boolean(const expr::Expr& expr, const SymbolicRequest& request,
                                std::size_t tier);
  /// The same of the tier's `when`.
  CheckedSymbolic::Bool choice(const SymbolicRequest& request, std::size_t tier);
  CheckedSymbolic::Int integer(const expr::Expr& expr, const SymbolicRequest& request,
                               std::size_t tier);
  /// The same with every ratio rounded up; not replayed, as nothing decides so.
  CheckedSymbolic::Int rounded_up(const expr::Expr& expr, const SymbolicRequest& request,
                                  std::size_t tier);
  /// What the displacement owes: the most of the rule's own, the victim's version's and zero. Under
  /// a version that is not here, anything from there up.
  CheckedSymbolic::Int owed(const SymbolicRequest& request, std::size_t tier);
  /// A goal's claim over that step.
  CheckedSymbolic::Bool claim(const expr::Expr& expr, const SymbolicRequest& request,
                              std::size_t tier, const GoalStep& step);
  /// A part of a claim that is asked of besides: it is shown and replayed with the whole.
  CheckedSymbolic::Bool part_of_claim(const expr::Expr& expr, const SymbolicRequest& request,
                                      std::size_t tier, const GoalStep& step);

  /// The tier's eligibility holds, whatever the price; the victim is right in the cover of a leg,
  /// but for need and order, under ceilings that are high enough. `unstopped`: perhaps with less
  /// notice than `stop_within`.
  smt::Symbolic::Bool eligible(const SymbolicRequest& request, std::size_t tier);
  /// It is eligible, at a price that the tier's schedule has at its start.
  smt::Symbolic::Bool obtains(const SymbolicRequest& request, std::size_t tier);
  smt::Symbolic::Bool when(const SymbolicRequest& request, std::size_t tier);
  smt::Symbolic::Bool displaces(const SymbolicRequest& request, std::size_t tier);
  /// Some declaration leaves the tier room for the leg, as to its quota and others' set-asides
  /// (query_room.cc).
  smt::Symbolic::Bool room(const SymbolicRequest& request, std::size_t tier);
  smt::Symbolic::Bool unstopped(const SymbolicRequest& request, std::size_t tier);
  /// The leg and its victim could be granted, and the victim may give what is released of it, as
  /// quotas and set-asides of those terms have it, which have the tiers of the question's rule.
  smt::Symbolic::Bool room_to_displace(const SymbolicRequest& request, std::size_t tier,
                                       const rules::Rule& r);

  /// Marks what that expression reads as shown, and its values as exact; it is read elsewhere.
  void reads(const expr::Expr& expr, const SymbolicRequest& request) { note(expr, request); }
  /// An unknown beside the requests, minimised after theirs.
  smt::Symbolic::Int unknown(const std::string& name, std::int64_t low, std::int64_t high,
                             std::int64_t preferred);
  /// Premises under which exact values are looked for where they are not found without.
  void way(std::vector<smt::Symbolic::Bool> premises) { ways_.push_back(std::move(premises)); }
  /// The example of the last yes.
  const z3::model& example() const { return *last_; }

  /// No verdict rests on this question: it leaves no certificate.
  void unrecorded() { records_ = false; }

  void require(const smt::Symbolic::Bool& b) { asked_.push_back(b); }
  /// Whether what was asked so far, and `more`, has a case. A "no" is final. A "yes" is none yet:
  /// its values may lie within rounding of a real case.
  smt::Answer possible(const std::vector<smt::Symbolic::Bool>& more);
  /// Decides. `minimal`: a yes has the smallest numbers, unknown by unknown, the same ones every
  /// time. Deterministic within the budget.
  QueryResult solve(bool minimal);

 private:
  smt::Symbolic::Bool room(const SymbolicRequest& request, std::size_t tier, const rules::Rule& r);
  smt::Symbolic::Bool obtained(const SymbolicRequest& request, std::size_t tier,
                               const rules::Rule& r);
  smt::Symbolic::Bool gives_way(const SymbolicRequest& request, std::size_t tier,
                                std::size_t victim_version, std::size_t victim_tier,
                                const rules::Rule& r);
  smt::Symbolic::Bool room_to_displace(const SymbolicRequest& request, std::size_t tier);
  smt::Symbolic::Bool released_is_lacking(const SymbolicRequest& request, std::size_t tier,
                                          const rules::Rule& r) const;
  struct Use {
    const expr::Expr* expr = nullptr;
    const SymbolicRequest* request = nullptr;
    std::size_t tier = 0;
    std::optional<std::size_t> earlier;  // compensation of that version
    std::optional<GoalStep> step;
    CheckedSymbolic::Bool as_bool;
    CheckedSymbolic::Int as_int;
    bool is_bool = true;
    bool chooses = false;  // as `when` reads it
  };
  /// What a goal reads beside the request.
  struct History {
    CheckedSymbolic::Bool overdue;
    CheckedSymbolic::Int waited, trimmed, compensation;
  };
  bool reads(const SymbolicRequest& request, const char* variable) const;
  void note(const expr::Expr& expr, const SymbolicRequest& request);
  const History& history(const SymbolicRequest& request, std::size_t tier, const GoalStep& step);
  QueryResult solve_once(bool minimal);
  void record(const smt::Solver& solver, smt::Answer answer,
              const std::vector<smt::Symbolic::Bool>& extra) const;
  expr::Bindings<CheckedSymbolic> bindings_of(const Use& use) const;
  std::vector<smt::Symbolic::Bool> conditions() const;
  smt::Symbolic::Bool differs(const z3::model& model) const;
  void ask();
  void share_factors();
  void write_region(QueryResult& out) const;
  void explain(const z3::model& model, QueryResult& out) const;
  expr::Bindings<Concrete> concrete_bindings(const Use& use, const z3::model& model) const;
  bool agrees(const Use& use, const z3::model& model, std::string& mismatch) const;
  void replay(const z3::model& model, QueryResult& out) const;
  void minimise(std::vector<smt::Symbolic::Bool>& fixed);
  bool exact_by_ways(std::vector<smt::Symbolic::Bool>& fixed, bool minimal);
  bool exact(std::vector<smt::Symbolic::Bool>& fixed, bool minimal);
  smt::Answer ground(std::size_t from, std::vector<smt::Symbolic::Bool>& links,
                     std::vector<smt::Symbolic::Bool>& wishes);
  void premise(const std::vector<smt::Symbolic::Bool>& all);
  smt::Solver& main();
  bool reads_values() const;
  const smt::Symbolic::Int* lost_by_failure(const SymbolicRequest& request) const;
  bool linearly(std::vector<smt::Symbolic::Bool>& fixed, bool minimal, QueryResult& out);
  bool exactly_granted(std::vector<smt::Symbolic::Bool>& fixed, bool minimal, QueryResult& out);
  std::vector<smt::Symbolic::Bool> of_versions_not_here() const;
  void finish(const std::vector<smt::Symbolic::Bool>& fixed, QueryResult& out);
  // query_products.cc
  /// What a search over products is asked: premises beside what was asked.
  struct ProductQuestion {
    std::vector<smt::Symbolic::Bool> premises;
    bool exact = false;  // every case of it is a real one
    std::uint32_t boxes = 0;
  };
  smt::Answer by_products(std::vector<smt::Symbolic::Bool>& fixed, bool minimal,
                          std::uint32_t boxes);
  void reached(const std::string& limit);
  void gave_up(const smt::Solver& solver);
  void gave_up(const smt::ProductSearch& search);
  smt::Answer search(const ProductQuestion& question, bool minimal,
                     std::vector<smt::Symbolic::Bool>& fixed);
  std::vector<smt::Symbolic::Bool> unfolded() const;
  smt::Answer by_products_of_grants(const std::vector<smt::Symbolic::Bool>& real,
                                    std::vector<smt::Symbolic::Bool>& fixed, bool minimal,
                                    std::uint32_t boxes);
  bool shaped(const std::vector<smt::Symbolic::Bool>& base, std::vector<smt::Symbolic::Bool>& fixed,
              bool minimal, std::uint32_t boxes);
  std::vector<std::vector<smt::Symbolic::Bool>> shapes() const;
  bool reads_victims_value(const SymbolicRequest& request) const;
  /// A request, and the one that its victim was granted to under that version.
  struct Granted {
    const SymbolicRequest* of = nullptr;
    const SymbolicRequest* request = nullptr;
    std::size_t version = 0;
    std::vector<smt::Symbolic::Bool> eligible;  // by tier of the version
    std::vector<smt::Symbolic::Bool> before;    // how it came to be displaced as often as it was
    bool found = false;                         // in the last case
  };
  std::vector<smt::Symbolic::Bool> links_of(const Granted& granted) const;
  void wish(const SymbolicRequest& request, std::vector<smt::Symbolic::Bool>& fixed);
  Granted& granted_to(const SymbolicRequest& request, std::size_t version);
  bool reads_times_displaced() const;
  smt::Symbolic::Bool displaced_at(const SymbolicRequest& of, int times);
  smt::Answer ground_one(const SymbolicRequest& request, std::size_t from,
                         std::vector<smt::Symbolic::Bool>& all);
  const Granted* granted_of(const SymbolicRequest& request) const;
  bool is_granted(const SymbolicRequest& request) const;
  RequestCase case_of(const SymbolicRequest& request, const z3::model& model) const;
  void write_values(const z3::model& model, QueryResult& out) const;
  std::vector<CaseRole> roles(const z3::model& model) const;

  const RuleSubject& subject_;
  const QueryBudget budget_;
  int more_;
  bool instants_;
  bool grounded_ = false;
  smt::Solver solver_;
  smt::Solver quick_;  // for what need not be decided: a smaller example, a way to exact values
  smt::Solver* small_ = &quick_;               // on which an example is made small
  std::vector<smt::Symbolic::Bool> premises_;  // all that was required, of requests too
  std::vector<smt::Symbolic::Bool> given_;     // of those, what was not asked
  std::optional<z3::model> last_;
  bool further_ = false;   // a case beside the first one: no verdict rests on it
  bool records_ = true;    // what is decided becomes a certificate, where those are asked for
  bool products_ = false;  // some expression multiplies two unknowns
  std::deque<SymbolicRequest> requests_;
  std::vector<Unknown> beside_;
  std::vector<std::vector<smt::Symbolic::Bool>> ways_;
  std::vector<std::vector<std::uint8_t>> read_;  // by request, by row
  std::vector<smt::Symbolic::Bool> asked_;
  std::vector<smt::Symbolic::Bool> faults_;  // of `premises_`, what was asked
  std::deque<Use> uses_;
  std::vector<const SymbolicRequest*> displacing_;  // that displaces() was asked of
  std::deque<std::pair<const SymbolicRequest*, History>> histories_;
  std::deque<Granted> granted_;
  std::vector<const SymbolicRequest*> shared_;  // whose values stand beside each other
  std::vector<const SymbolicRequest*> before_;  // requests that displaced a victim before
  std::vector<RequestCase> cases_;  // while replaying
  std::uint32_t product_steps_ = 0;  // of all searches for products
  std::vector<std::string> limits_;  // that the question reached, as options
};

}  // namespace capmarket::question
