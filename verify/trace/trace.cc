#include "verify/trace/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "model/admission/clause_id.h"
#include "verify/induction/requirements.h"
#include "verify/symbolic/solver.h"
#include "verify/trace/settlement_facts.h"

namespace capmarket {
namespace {

using Bool = Symbolic::Bool;
using Int = Symbolic::Int;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kSettlementsABatch = 30;
constexpr std::size_t kBreakpointsAChunk = 8;
constexpr std::size_t kPiecesABatch = 60;

/// Disjuncts, each a violation: none of them may be satisfiable. Labels find the one that was.
class Batch {
 public:
  void add(Bool violation, std::string label) {
    violations_.push_back(std::move(violation));
    labels_.push_back(std::move(label));
  }
  bool empty() const { return violations_.empty(); }
  std::size_t size() const { return violations_.size(); }
  void clear() { violations_.clear(), labels_.clear(); }

  Answer ask(const SolverBudget& budget, std::string& detail) const {
    Solver solver(budget);
    Answer answer = solver.check({any_of(violations_)});
    if (answer == Answer::unknown) detail = solver.reason();
    if (answer != Answer::sat) return answer;
    // The example need not be of the first violation: ask for each, in order of the chain.
    for (std::size_t i = 0; i < violations_.size() && detail.empty(); ++i)
      if (solver.check({violations_[i]}) == Answer::sat) detail = labels_[i];
    return answer;
  }

 private:
  std::vector<Bool> violations_;
  std::vector<std::string> labels_;
};

/// What a theorem over many batches has come to so far.
struct Progress {
  TraceTheorem theorem;
  Clock::duration spent{};
  bool unknown = false;
  bool refuted = false;

  void take(Answer answer, const std::string& detail) {
    switch (answer) {
      case Answer::unsat:
        return;
      case Answer::unknown:
        unknown = true;
        break;
      case Answer::sat:
        refuted = true;
        break;
    }
    if (theorem.detail.empty()) theorem.detail = detail;
  }
  TraceTheorem finished() const {
    TraceTheorem out = theorem;
    out.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
    if (refuted)
      out.verdict = Verdict::refuted;
    else if (unknown)
      out.verdict = Verdict::unknown;
    else if (theorem.obligations == 0 || !theorem.twin_refuted)
      out.verdict = Verdict::vacuous;
    else
      out.verdict = Verdict::proved;
    return out;
  }
};

class Timer {
 public:
  explicit Timer(Progress& p) : progress_(p), start_(Clock::now()) {}
  ~Timer() { progress_.spent += Clock::now() - start_; }

 private:
  Progress& progress_;
  Clock::time_point start_;
};

class Prover final : public TraceProver {
 public:
  explicit Prover(const TraceOptions& options) : budget_{options.rlimit, options.timeout_ms} {
    inv1_.theorem.name = "INV-1";
    inv1_.theorem.statement =
        "for every declaration and every instant: the load of all its legs <= declared; there are "
        "no "
        "releases, so that the load at an earlier sequence number is no higher (INV-1.frame)";
    inv2_.theorem.name = "INV-2";
    inv2_.theorem.statement =
        "every admitted settlement meets the written requirement of every clause at its own "
        "sequence "
        "number; every refusal breaks the requirement of each clause that it names";
  }

  void on_settlement(const SettlementEvidence& e, const Judgement& recorded) override;
  void on_end(const AuditState& state) override;
  std::vector<TraceTheorem> theorems() override { return {inv1_.finished(), inv2_.finished()}; }

 private:
  Bool admitted_violation(const SettlementFacts<Symbolic>& f);
  Bool refused_violation(const SettlementFacts<Symbolic>& f, const SettlementEvidence& e,
                         const Judgement& recorded);
  void plant_settlement(SettlementFacts<Symbolic> f);
  void plant_refusal(const SettlementFacts<Symbolic>& f, const SettlementEvidence& e);
  void flush_settlements();

  Bool load_violation(const AuditDeclaration& d, const std::vector<const AuditPiece*>& pieces,
                      std::optional<std::int64_t> from, std::optional<std::int64_t> until);
  void declaration(const AuditDeclaration& d);
  void plant_load(const AuditDeclaration& d);
  void flush_loads();

  SymbolicScope scope_;  // terms below belong to it
  SolverBudget budget_;
  Progress inv1_, inv2_;
  Batch settlements_, loads_;
  std::size_t pieces_in_batch_ = 0;
  std::vector<RequirementPoint> points_;  // shared: an existential distributes over the disjuncts
  bool admitted_twin_ = false, refused_twin_ = false;
  bool admitted_seen_ = false, refused_seen_ = false;
  Int t_ = Int::fresh("t");
};

// ---- INV-2
// ----------------------------------------------------------------------------------------

RequirementPoint& point(std::vector<RequirementPoint>& points, std::size_t i) {
  while (points.size() <= i) points.push_back(fresh_point(fmt::format("at{}", points.size())));
  return points[i];
}

/// Some requirement is broken at some instant or link, under the facts' contract.
Bool Prover::admitted_violation(const SettlementFacts<Symbolic>& f) {
  const RequirementPoint& at = point(points_, 0);
  std::vector<Bool> broken;
  for (const LegRequirement& r : settlement_requirements())
    broken.push_back(!r.holds(f, f.legs[0], at));
  return contract(f, f.legs[0], at, PointContract::bounds) && any_of(broken);
}

/// Some clause that the refusal names is met after all: at every link, at both ends of the window,
/// where the maxima are attained.
Bool Prover::refused_violation(const SettlementFacts<Symbolic>& f, const SettlementEvidence& e,
                               const Judgement& recorded) {
  std::size_t count = std::max({std::size_t{2}, e.holder.links.size(), e.user.links.size()});
  std::vector<Bool> given;
  std::vector<RequirementPoint> points;
  for (std::size_t i = 0; i < count; ++i) {
    RequirementPoint at = point(points_, i);
    at.link = Symbolic::integer(static_cast<std::int64_t>(i));
    at.instant = i % 2 == 0 ? f.legs[0].from : f.legs[0].until - Symbolic::integer(1);
    given.push_back(contract(f, f.legs[0], at, PointContract::attained));
    points.push_back(std::move(at));
  }
  std::vector<std::int64_t> named = recorded.failed;
  named.insert(named.end(), recorded.unresolved.begin(), recorded.unresolved.end());
  std::vector<Bool> met;
  for (std::int64_t number : named)
    for (const LegRequirement& r : settlement_requirements()) {
      if (r.clause != clause_text(number)) continue;
      std::vector<Bool> everywhere;
      for (const auto& at : points) everywhere.push_back(r.holds(f, f.legs[0], at));
      met.push_back(all_of(everywhere));
    }
  if (met.size() != named.size()) return Symbolic::boolean(true);  // it names an unknown clause
  return all_of(given) && any_of(met);
}

/// The twin: the same settlement with one unit too many on the declaration must be refuted.
void Prover::plant_settlement(SettlementFacts<Symbolic> f) {
  f.legs[0].excess = Symbolic::integer(1) - f.legs[0].quantity;
  Batch twin;
  twin.add(admitted_violation(f), "twin");
  std::string detail;
  admitted_twin_ = twin.ask(budget_, detail) == Answer::sat;
}

/// The twin of a refusal: one that names a clause which holds. `disclosure` is taken as holding.
void Prover::plant_refusal(const SettlementFacts<Symbolic>& facts, const SettlementEvidence& e) {
  SettlementFacts<Symbolic> f = facts;
  f.legs[0].declaration_exists = f.legs[0].request_exists = Symbolic::boolean(true);
  f.legs[0].disclosure_due = Symbolic::boolean(false);
  Batch twin;
  twin.add(refused_violation(f, e, {{20}, {}}), "twin");
  std::string detail;
  refused_twin_ = twin.ask(budget_, detail) == Answer::sat;
}

void Prover::on_settlement(const SettlementEvidence& e, const Judgement& recorded) {
  Timer timer(inv2_);
  const bool admitted = recorded.failed.empty() && recorded.unresolved.empty();
  SettlementFacts<Symbolic> f = numeral_facts(e);
  bool& seen = admitted ? admitted_seen_ : refused_seen_;
  if (!seen && (!e.leg.window.empty() || !admitted)) {
    seen = true;
    if (admitted)
      plant_settlement(f);
    else
      plant_refusal(f, e);
  }
  ++inv2_.theorem.obligations;
  settlements_.add(admitted ? admitted_violation(f) : refused_violation(f, e, recorded),
                   fmt::format("sequence {}, {}", e.sequence, to_text(recorded)));
  if (settlements_.size() == kSettlementsABatch) flush_settlements();
}

void Prover::flush_settlements() {
  if (settlements_.empty()) return;
  std::string detail;
  Answer answer = settlements_.ask(budget_, detail);
  inv2_.take(answer, detail);
  settlements_.clear();
}

// ---- INV-1
// ----------------------------------------------------------------------------------------

/// At the free instant t, inside [from, until): the pieces sum to more than what is declared.
Bool Prover::load_violation(const AuditDeclaration& d, const std::vector<const AuditPiece*>& pieces,
                            std::optional<std::int64_t> from, std::optional<std::int64_t> until) {
  auto within = [&](const Window& w) {
    return Symbolic::integer(w.from.value) <= t_ && t_ < Symbolic::integer(w.until.value);
  };
  auto zero = Symbolic::integer(0);
  z3::expr_vector loads(SymbolicScope::context());
  std::vector<Bool> negative;
  for (const AuditPiece* p : pieces) {
    auto quantity = Symbolic::integer(p->quantity.value);
    loads.push_back(Symbolic::select(within(p->window), quantity, zero).term());
    negative.push_back(quantity < zero);  // then an earlier load could be higher
  }
  Int load(loads.empty() ? zero.term() : z3::sum(loads));
  Int declared = Symbolic::select(within(d.declared.window),
                                  Symbolic::integer(d.declared.quantity.value), zero);
  Bool out = declared < load || any_of(negative);
  if (from) out = out && Symbolic::integer(*from) <= t_;
  if (until) out = out && t_ < Symbolic::integer(*until);
  return out;
}

/// The declaration's time, cut at every few breakpoints; all of time is covered.
void Prover::declaration(const AuditDeclaration& d) {
  std::vector<std::int64_t> breaks;
  for (const AuditPiece& p : d.pieces)
    breaks.insert(breaks.end(), {p.window.from.value, p.window.until.value});
  std::sort(breaks.begin(), breaks.end());
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
  std::vector<const AuditPiece*> by_start;
  for (const AuditPiece& p : d.pieces) by_start.push_back(&p);
  std::stable_sort(by_start.begin(), by_start.end(),
                   [](const auto* a, const auto* b) { return a->window.from < b->window.from; });
  std::vector<const AuditPiece*> open;
  std::size_t next = 0;
  std::optional<std::int64_t> from;
  for (std::size_t i = 0; i < breaks.size(); i += kBreakpointsAChunk) {
    std::optional<std::int64_t> until;
    if (i + kBreakpointsAChunk < breaks.size()) until = breaks[i + kBreakpointsAChunk];
    while (next < by_start.size() && (!until || by_start[next]->window.from.value < *until))
      open.push_back(by_start[next++]);
    loads_.add(load_violation(d, open, from, until),
               fmt::format("the declaration at sequence {}", d.sequence));
    pieces_in_batch_ += open.size();
    if (pieces_in_batch_ >= kPiecesABatch) flush_loads();
    from = until;
    if (until)
      std::erase_if(open, [&](const AuditPiece* p) { return p->window.until.value <= *until; });
  }
}

/// The twin: declared one unit below the first leg must be refuted.
void Prover::plant_load(const AuditDeclaration& d) {
  const AuditPiece& first = d.pieces.front();
  AuditDeclaration planted;
  planted.declared = d.declared;
  planted.declared.quantity = first.quantity - Quantity(1);
  Batch twin;
  twin.add(load_violation(planted, {&first}, std::nullopt, std::nullopt), "twin");
  std::string detail;
  inv1_.theorem.twin_refuted = twin.ask(budget_, detail) == Answer::sat;
}

void Prover::flush_loads() {
  if (loads_.empty()) return;
  std::string detail;
  Answer answer = loads_.ask(budget_, detail);
  inv1_.take(answer, detail);
  loads_.clear();
  pieces_in_batch_ = 0;
}

void Prover::on_end(const AuditState& state) {
  {
    Timer timer(inv2_);
    flush_settlements();
    inv2_.theorem.twin_refuted =
        (!admitted_seen_ || admitted_twin_) && (!refused_seen_ || refused_twin_);
  }
  Timer timer(inv1_);
  for (const auto& [id, d] : state.declarations) {
    if (d.pieces.empty()) continue;
    if (inv1_.theorem.obligations++ == 0) plant_load(d);
    declaration(d);
  }
  flush_loads();
}

}  // namespace

std::unique_ptr<TraceProver> trace_prover(const TraceOptions& options) {
  return std::make_unique<Prover>(options);
}

}  // namespace capmarket
