#include "verify/trace/load_proof.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/objects/invariants.h"
#include "verify/trace/settlement_facts.h"

namespace capmarket::trace {
namespace {

using Int = smt::Symbolic::Int;

constexpr std::size_t kTermsABatch = 1000;

/// What the covers of the settlement's legs release of `wanted` victims.
template <class Terms, class F>
void add_releases(Terms& out, const audit::SettlementEvidence& e, F&& wanted) {
  for (const audit::LegEvidence& leg : e.legs)
    for (const audit::VictimEvidence& v : leg.victims) {
      if (!wanted(*v.grant)) continue;
      for (const objects::Piece& p : v.pieces)
        out.push_back({p.window, -numeral(p.quantity.value), true});
    }
}

template <class Terms>
void add_pieces(Terms& out, const audit::SlowLoad& load, const Window& window, int times) {
  for (const objects::Piece& p : load.pieces(window))
    out.push_back({p.window, numeral(Int128{p.quantity.value} * times)});
}

template <class Terms, class F>
void add_legs(Terms& out, const audit::SettlementEvidence& e, F&& wanted) {
  for (const audit::LegEvidence& leg : e.legs)
    if (leg.declaration != nullptr && wanted(*leg.declaration))
      out.push_back({leg.leg.window, numeral(leg.leg.quantity.value), true});
}

}  // namespace

LoadProof::LoadProof(const smt::SolverBudget& budget) : budget_(budget), t_(Int::fresh("t")) {
  progress_.theorem.name = objects::theorem_name(objects::Invariant::capacity);
  progress_.theorem.statement =
      "for every admitted leg at its own sequence number and every instant of it: load - what the "
      "settlement's covers release + its legs <= declared less curtailed, and under single or "
      "sharded coordination <= the schedule, or no more than before";
}

LoadProof::Terms LoadProof::on_declaration(const audit::SettlementEvidence& e,
                                           const audit::LegEvidence& leg) const {
  const audit::AuditDeclaration* d = leg.declaration;
  const Window& w = leg.leg.window;
  Terms out;
  add_pieces(out, d->load, w, 1);
  add_pieces(out, d->curtailed, w, 1);
  add_releases(out, e, [&](const audit::AuditGrant& g) { return g.declaration == d; });
  add_legs(out, e, [&](const audit::AuditDeclaration& other) { return &other == d; });
  out.push_back({d->declared.window, -numeral(d->declared.quantity.value)});
  return out;
}

LoadProof::Terms LoadProof::on_infrastructure(const audit::SettlementEvidence& e,
                                              const audit::LegEvidence& leg) const {
  const audit::AuditInfrastructure* i = leg.declaration->infrastructure;
  const Window& w = leg.leg.window;
  Terms out;
  add_pieces(out, i->load, w, 1);
  add_releases(out, e, [&](const audit::AuditGrant& g) { return g.declaration->infrastructure == i; });
  add_legs(out, e, [&](const audit::AuditDeclaration& d) { return d.infrastructure == i; });
  audit::SlowLoad schedule;
  i->add_schedule(schedule, w, 1);
  add_pieces(out, schedule, w, -1);
  return out;
}

/// At the free instant, inside `within`; of the settlement alone, or of all.
Int LoadProof::total(const Terms& terms, const Window& within, bool of_settlement) const {
  auto covers = [&](const Window& w) {
    return smt::Symbolic::integer(w.from.value) <= t_ && t_ < smt::Symbolic::integer(w.until.value);
  };
  const Int zero = smt::Symbolic::integer(0);
  z3::expr_vector sum(smt::SymbolicScope::context());
  for (const Term& term : terms) {
    if (of_settlement && !term.settled) continue;
    // What covers all of `within` counts without a question.
    sum.push_back(term.window.contains(within)
                      ? term.quantity.term()
                      : smt::Symbolic::select(covers(term.window), term.quantity, zero).term());
  }
  return sum.empty() ? zero : Int(z3::sum(sum));
}

/// At the free instant, inside `within`: the terms that cover it sum to more than nothing.
smt::Symbolic::Bool LoadProof::violation(const Terms& terms, const Window& within,
                                         bool inherits) const {
  const Int zero = smt::Symbolic::integer(0);
  auto inside = smt::Symbolic::integer(within.from.value) <= t_ &&
                t_ < smt::Symbolic::integer(within.until.value);
  auto too_much = inside && zero < total(terms, within, false);
  return inherits ? too_much && zero < total(terms, within, true) : too_much;
}

/// The window, cut at every breakpoint of the terms; all of it is covered. Cuts are for speed only:
/// a term that reaches over a part of one keeps its question.
void LoadProof::prove(Terms terms, const Window& window, const std::string& label,
                      bool inherits) {
  std::vector<Instant> breaks;
  for (const Term& t : terms)
    for (Instant x : {t.window.from, t.window.until})
      if (window.from < x && x < window.until) breaks.push_back(x);
  std::sort(breaks.begin(), breaks.end());
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
  std::stable_sort(terms.begin(), terms.end(),
                   [](const Term& a, const Term& b) { return a.window.from < b.window.from; });
  Terms open;
  std::size_t next = 0;
  Window cell{window.from, window.from};
  for (std::size_t i = 0; cell.until < window.until; ++i) {
    cell = {cell.until, i < breaks.size() ? breaks[i] : window.until};
    std::erase_if(open, [&](const Term& t) { return t.window.until <= cell.from; });
    while (next < terms.size() && terms[next].window.from < cell.until)
      open.push_back(terms[next++]);
    batch_.add(violation(open, cell, inherits), label);
    terms_in_batch_ += open.size();
    if (terms_in_batch_ >= kTermsABatch) ask();
  }
}

/// The twin: the leg alone on one unit less than it takes must be refuted.
void LoadProof::plant(const audit::LegEvidence& leg) {
  const Window& w = leg.leg.window;
  Terms terms{{w, numeral(leg.leg.quantity.value)},
              {w, numeral(1 - Int128{leg.leg.quantity.value})}};
  Batch twin;
  twin.add(violation(terms, w, false), "twin");
  progress_.theorem.twin_refuted = progress_.refutes_twin(twin, budget_);
}

void LoadProof::admitted(const audit::SettlementEvidence& e) {
  Timer timer(progress_);
  for (const audit::LegEvidence& leg : e.legs) {
    ++progress_.theorem.obligations;
    // Without a declaration or a window there is no load to speak of; INV-2 judges that.
    if (leg.declaration == nullptr || leg.leg.window.empty()) continue;
    if (!progress_.theorem.twin_refuted) plant(leg);
    const std::string label = fmt::format("sequence {}, on the declaration at sequence {}",
                                          e.sequence, leg.declaration->sequence);
    prove(on_declaration(e, leg), leg.leg.window, label, false);
    if (leg.coordinated() && leg.declaration->infrastructure != nullptr)
      prove(on_infrastructure(e, leg), leg.leg.window, label + ", shared", true);
  }
}

void LoadProof::ask() {
  progress_.flush(batch_, budget_);
  terms_in_batch_ = 0;
}

void LoadProof::end() {
  Timer timer(progress_);
  ask();
}

}  // namespace capmarket::trace
