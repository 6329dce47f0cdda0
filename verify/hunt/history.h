// A history of legal steps on one declaration as unknowns of the solver: what admission asks of
// each step, over the state that the steps before it left. Every real history inside the bounds of
// docs/decisions/0003-hunt.md is an example of it; the converse needs `tight()` and a run.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "model/rules/evaluate.h"
#include "verify/rules/slot.h"

namespace capmarket {

/// What a step does. A failure or a giving back takes from one grant, as a displacement does.
enum class MoveKind : std::uint8_t { settle, displace, fail, give_back, late };
inline constexpr std::int64_t kMoveKinds = 5;

/// The unknowns of one step. Those that its kind does not use are free.
struct Move {
  Move(const RuleSubject& subject, const std::string& name) : slot(subject, name, false) {}

  Slot slot;                                  // the leg, where it settles or comes late
  Symbolic::Int kind, tier, whose;            // index in tiers; number of the step that was granted
  Symbolic::Int at, rounded;                  // admission; up to the granularity
  Symbolic::Int take, take_from, take_until;  // of that grant; zero where nothing is taken
  Symbolic::Int worth;                        // V before - V after of what is taken
  Symbolic::Int waited;                       // since its request was admitted
  Symbolic::Int strategy;                     // index in the catalog
  Symbolic::Int user;                         // number of the step whose user this is
  // Of the grant that it takes from.
  Symbolic::Int of_tier, of_price, of_worth, of_from, of_until, of_quantity, of_times;
  Symbolic::Int piece_from, piece_until, piece;
  Symbolic::Int owed;  // compensation, where it displaces

  Symbolic::Bool is(MoveKind k) const {
    return kind == Symbolic::integer(static_cast<std::int64_t>(k));
  }
  Symbolic::Bool settles() const { return is(MoveKind::settle) || is(MoveKind::displace); }
  Symbolic::Bool takes() const {
    return is(MoveKind::displace) || is(MoveKind::fail) || is(MoveKind::give_back);
  }
  /// What it takes leaves the load; a failed part stays in it.
  Symbolic::Bool frees() const { return is(MoveKind::displace) || is(MoveKind::give_back); }
  const Symbolic::Int& row(const char* name) const { return slot.row(variable_row(name)).value; }
};

class History {
 public:
  /// `debts`: who is overdue matters; else everybody pays in time.
  History(const RuleSubject& subject, bool debts);

  /// One more step. Steps before the last are admitted: only the last may come late.
  void extend();
  std::size_t size() const { return moves_.size(); }
  const Move& move(std::size_t i) const { return moves_[i]; }
  const Rule& rule() const { return subject_.rule(); }
  const RuleSubject& subject() const { return subject_; }
  const Symbolic::Int& declared() const { return declared_; }
  Instant begin() const { return begin_; }

  /// What holds of every real history, but for what the state asks, since the last call.
  std::vector<Symbolic::Bool> take_premises();
  /// What the state asks of the last step: load, live pieces, need. It holds of every real history.
  const std::vector<Symbolic::Bool>& state() const { return state_; }
  /// What makes an example one that the chain admits, but for values: the order of victims,
  /// leases.
  const std::vector<Symbolic::Bool>& tight() const { return tight_; }
  /// In the order in which an example is made small.
  const std::vector<Unknown>& unknowns() const { return unknowns_; }

  /// Load at `t` after that step, and what of it belongs to a tier.
  Symbolic::Int load(std::size_t after, const Symbolic::Int& t) const;
  Symbolic::Int load_of(std::int64_t tier, std::size_t after, const Symbolic::Int& t) const;
  /// Live quantity of the grant of step `j` at `t`, before step `before`.
  Symbolic::Int live(std::size_t j, std::size_t before, const Symbolic::Int& t) const;
  /// Instants at which a load up to that step begins or rises; `falls`: and at which it falls.
  std::vector<Symbolic::Int> breakpoints(std::size_t upto, bool falls) const;
  Symbolic::Bool takes_from(std::size_t i, std::size_t j) const;

  /// Values of the variables at step `i` under a tier, those of its victim too.
  Bindings<Reading> bindings(std::size_t i, std::size_t tier) const;
  Symbolic::Bool overdue(std::size_t i) const;
  /// The displacement's condition, rank, floor and need, each as admission has it.
  Symbolic::Bool when(std::size_t i) const;
  Symbolic::Bool higher_rank(std::size_t i) const;
  Symbolic::Bool needed(std::size_t i) const;
  Symbolic::Int rank_of(const Symbolic::Int& tier) const;

 private:
  Symbolic::Int unknown(std::size_t i, const char* what, std::int64_t low, std::int64_t high,
                        std::optional<std::int64_t> preferred = {});
  Symbolic::Int instant(std::size_t i, const char* what);  // on the grid
  void premise(const Symbolic::Bool& b) { premises_.push_back(b); }
  void in_state(const Symbolic::Bool& b) { state_.push_back(b); }
  void make_unknowns(std::size_t i);
  void make_taken(std::size_t i);
  void order_of_time(std::size_t i);
  void one_declaration(std::size_t i);
  void settling(std::size_t i);
  void pricing(std::size_t i);
  void capacity(std::size_t i);
  void quotas(std::size_t i);
  void taking(std::size_t i, std::size_t j);
  void first_piece(std::size_t i, std::size_t j);
  void part_of_live(std::size_t i, std::size_t j);
  void displacing(std::size_t i);
  void victim_order(std::size_t i);
  void leases(std::size_t i);
  void same_user(std::size_t i);
  Symbolic::Int set_aside_excess(std::size_t i, std::int64_t tier, const Symbolic::Int& t) const;

  const RuleSubject& subject_;
  bool debts_;
  Instant begin_;
  std::int64_t origin_ = 0, step_ = 1, first_step_ = 0, last_step_ = 0, end_ = 0;
  Symbolic::Int declared_;
  std::deque<Move> moves_;
  std::vector<Symbolic::Bool> premises_, state_, tight_;
  std::vector<Unknown> unknowns_;
};

}  // namespace capmarket
