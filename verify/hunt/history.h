// A history of legal steps on one declaration as unknowns of the solver: what admission asks of
// each step, over the state that the steps before it left. Every real history inside the bounds of
// docs/spec/analyses.md#bounds-of-a-hunt is an example of it; the converse needs `tight()`
// and a run.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "model/expr/evaluate.h"
#include "verify/question/symbolic_request.h"

namespace capmarket::hunt {

/// What a step does. A failure or a giving back takes from one grant, as a displacement does.
enum class MoveKind : std::uint8_t { settle, displace, fail, give_back, late };
/// Renewals of one grant that a trace may hold.
inline constexpr std::int64_t kRenewalsMax = 64;
/// How many kinds of move there are.
inline constexpr std::int64_t kMoveKinds = 5;

/// What a history is made of.
struct HistoryOptions {
  bool debts = false;  // who is overdue matters; else everybody pays in time
  /// Only what binds a step to the grants that it is about, nothing of load, need, order or pieces:
  /// every history of a market is an example, whatever else happens in it
  /// (docs/spec/analyses.md#what-a-hunt-leaves-out). Each victim of a leg is a step of its own.
  bool relaxed = false;
  /// Of a relaxed one: the steps are the last of any number. Grants may have been displaced before.
  bool open_past = false;
  /// Pieces begin and end on multiples of the rule's granularity; else, relaxed, anywhere.
  bool pieces_on_grid = false;
  /// Where the one declaration may stand, of those in the rule's scope; none given: anywhere there.
  std::optional<std::vector<location::Location>> places{};
};

/// The unknowns of one step. Those that its kind does not use are free.
struct Move {
  Move(const question::RuleSubject& subject, const std::string& name)
      : request(subject, name, false),
        refused(subject, name + "refused.", false, question::SymbolicRequest::Range::anything) {}

  question::SymbolicRequest request;     // the leg, where it settles
  question::SymbolicRequest refused;     // the leg, where it is refused: of any numbers
  smt::Symbolic::Int kind, tier, whose;  // index in tiers; number of the step that was granted
  smt::Symbolic::Int at, rounded;        // admission; up to the granularity
  smt::Symbolic::Int take, take_from, take_until;  // of that grant; zero where nothing is taken
  smt::Symbolic::Int worth;                        // V before - V after of what is taken
  smt::Symbolic::Int waited;                       // since its request was admitted
  smt::Symbolic::Int strategy;                     // index in the catalog
  smt::Symbolic::Int user;                         // number of the step whose user this is
  // Of the grant that it takes from.
  smt::Symbolic::Int of_tier, of_price, of_worth, of_from, of_until, of_quantity, of_times;
  // Of what is live of it in the leg's reach and after its floor: the first instant, the most.
  smt::Symbolic::Int part_from, piece;
  smt::Symbolic::Int owed;   // compensation, where it displaces
  smt::Symbolic::Bool owes;  // relaxed: its user is overdue

  smt::Symbolic::Bool is(MoveKind k) const {
    return kind == smt::Symbolic::integer(static_cast<std::int64_t>(k));
  }
  smt::Symbolic::Bool settles() const { return is(MoveKind::settle) || is(MoveKind::displace); }
  smt::Symbolic::Bool takes() const {
    return is(MoveKind::displace) || is(MoveKind::fail) || is(MoveKind::give_back);
  }
  /// What it takes leaves the load; a failed part stays in it.
  smt::Symbolic::Bool frees() const { return is(MoveKind::displace) || is(MoveKind::give_back); }
  const smt::Symbolic::Int& row(const char* name) const {
    return request.row(expr::variable_row(name)).value;
  }
  /// Of the leg that is refused.
  const smt::Symbolic::Int& refused_row(const char* name) const {
    return refused.row(expr::variable_row(name)).value;
  }
};

/// Moves one after the other on one declaration, as unknowns of the solver.
class History {
 public:
  History(const question::RuleSubject& subject, const HistoryOptions& options);

  /// One more step. Steps before the last are admitted: only the last may come late.
  void extend();
  std::size_t size() const { return moves_.size(); }
  const Move& move(std::size_t i) const { return moves_[i]; }
  const rules::Rule& rule() const { return subject_.rule(); }
  const question::RuleSubject& subject() const { return subject_; }
  const smt::Symbolic::Int& declared() const { return declared_; }
  Instant begin() const { return begin_; }

  /// What holds of every real history, but for what the state asks, since the last call.
  std::vector<smt::Symbolic::Bool> take_premises();
  /// What the state asks of the last step: load, live pieces, need. It holds of every real history.
  const std::vector<smt::Symbolic::Bool>& state() const { return state_; }
  /// What makes an example one that the chain admits, but for values: the order of victims,
  /// leases.
  const std::vector<smt::Symbolic::Bool>& tight() const { return tight_; }
  /// The same of leases: nothing lapses before the last step, or only what a few renewals keep.
  const std::vector<smt::Symbolic::Bool>& unrenewed() const { return unrenewed_; }
  const std::vector<smt::Symbolic::Bool>& renewed() const { return renewed_; }
  /// In the order in which an example is made small.
  const std::vector<question::Unknown>& unknowns() const { return unknowns_; }

  /// Load at `t` after that step, and what of it belongs to a tier.
  smt::Symbolic::Int load(std::size_t after, const smt::Symbolic::Int& t) const;
  smt::Symbolic::Int load_of(std::int64_t tier, std::size_t after,
                             const smt::Symbolic::Int& t) const;
  /// Live quantity of the grant of step `j` at `t`, before step `before`.
  smt::Symbolic::Int live(std::size_t j, std::size_t before, const smt::Symbolic::Int& t) const;
  /// Instants at which a load up to that step begins or rises; `falls`: and at which it falls.
  std::vector<smt::Symbolic::Int> breakpoints(std::size_t upto, bool falls) const;
  smt::Symbolic::Bool takes_from(std::size_t i, std::size_t j) const;

  /// Values of the variables at step `i` under a tier, those of its victim too. `chooses`: as `when`
  /// reads them.
  expr::Bindings<question::CheckedSymbolic> bindings(std::size_t i, std::size_t tier,
                                                     bool chooses = false) const;
  /// The same of a step that is refused.
  expr::Bindings<question::CheckedSymbolic> refused_bindings(std::size_t i, std::size_t tier) const;
  /// The user of step `whose`, which is `i` or was granted before it, has something overdue at step `i`.
  smt::Symbolic::Bool overdue(std::size_t i, std::size_t whose) const;
  /// The displacement's condition and rank as admission has them; that it releases exactly what the
  /// leg lacks, at every instant of its reach.
  smt::Symbolic::Bool when(std::size_t i) const;
  smt::Symbolic::Bool higher_rank(std::size_t i) const;
  smt::Symbolic::Bool exact(std::size_t i) const;
  smt::Symbolic::Int rank_of(const smt::Symbolic::Int& tier) const;

 private:
  smt::Symbolic::Int unknown(std::size_t i, const char* what, std::int64_t low, std::int64_t high,
                             std::optional<std::int64_t> preferred = {});
  smt::Symbolic::Int instant(std::size_t i, const char* what);  // on the grid
  void premise(const smt::Symbolic::Bool& b) { premises_.push_back(b); }
  void in_state(const smt::Symbolic::Bool& b) { state_.push_back(b); }
  void make_unknowns(std::size_t i);
  void make_taken(std::size_t i);
  void order_of_time(std::size_t i);
  void one_declaration(std::size_t i);
  void one_of_the_places();
  void refusal(std::size_t i);
  void settling(std::size_t i);
  void pricing(std::size_t i);
  void capacity(std::size_t i);
  void quotas(std::size_t i);
  smt::Symbolic::Int live_of_user(std::size_t i, std::int64_t tier,
                                  const smt::Symbolic::Int& t) const;
  void taking(std::size_t i, std::size_t j);
  void any_part(std::size_t i, std::size_t j);
  smt::Symbolic::Int piece_instant(std::size_t i, const char* what);
  void victims_part(std::size_t i, std::size_t j);
  void part_of_live(std::size_t i, std::size_t j);
  void displacing(std::size_t i);
  void victim_order(std::size_t i);
  void leases(std::size_t i);
  void same_user(std::size_t i);
  smt::Symbolic::Int set_aside_excess(std::size_t i, std::int64_t tier,
                                      const smt::Symbolic::Int& t) const;
  smt::Symbolic::Int lack(std::size_t i, std::size_t tier, const smt::Symbolic::Int& t) const;
  smt::Symbolic::Int floor(std::size_t i) const;

  const question::RuleSubject& subject_;
  HistoryOptions options_;
  Instant begin_;
  std::int64_t origin_ = 0, step_ = 1, first_step_ = 0, last_step_ = 0, end_ = 0;
  smt::Symbolic::Int declared_;
  std::deque<Move> moves_;
  std::vector<smt::Symbolic::Bool> premises_, state_, tight_, unrenewed_, renewed_;
  std::vector<question::Unknown> unknowns_;
};

}  // namespace capmarket::hunt
