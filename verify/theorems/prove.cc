#include "verify/theorems/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "verify/smt/recorder.h"
#include "verify/theorems/cover_theorems.h"
#include "verify/theorems/exact_cover_theorems.h"
#include "verify/theorems/lease_theorems.h"
#include "verify/theorems/overflow_cover.h"
#include "verify/theorems/theorem.h"

namespace capmarket::theorems {
namespace {

bool selected(const std::string& name, const std::string& filter) {
  return filter.empty() || name == filter || name.starts_with(filter + ".");
}

bool same_or_any(const TheoremReport& t, Verdict verdict) {
  return t.verdict == verdict ||
         std::any_of(t.mutations.begin(), t.mutations.end(),
                     [&](const MutationReport& m) { return m.verdict == verdict; });
}

}  // namespace

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return "proved";
    case Verdict::refuted:
      return "refuted";
    case Verdict::unknown:
      return "unknown";
    case Verdict::vacuous:
      return "vacuous";
  }
  return {};
}

std::string_view to_text(ProvedCode code) {
  switch (code) {
    case ProvedCode::shipped:
      return "shipped";
    case ProvedCode::copy:
      return "copy";
    case ProvedCode::shipped_over_copy:
      return "shipped-over-copy";
  }
  return {};
}

bool TheoremReport::holds() const {
  return verdict == Verdict::proved && cover && !mutations.empty() &&
         std::all_of(mutations.begin(), mutations.end(), [](const MutationReport& m) {
           return m.verdict == Verdict::refuted && m.reproduced;
         });
}

bool ProveReport::holds() const {
  return !theorems.empty() && std::all_of(theorems.begin(), theorems.end(),
                                          [](const TheoremReport& t) { return t.holds(); });
}

bool ProveReport::internal_error() const {
  return std::any_of(theorems.begin(), theorems.end(), [](const TheoremReport& t) {
    bool astray = t.verdict == Verdict::proved && !t.cover;
    for (const auto& m : t.mutations) astray |= m.verdict == Verdict::refuted && !m.reproduced;
    return astray;
  });
}

bool ProveReport::undecided() const {
  bool unknown = false;
  for (const auto& t : theorems) {
    if (t.verdict == Verdict::refuted || t.verdict == Verdict::vacuous) return false;
    for (const auto& m : t.mutations)
      if (m.verdict == Verdict::proved || m.verdict == Verdict::vacuous) return false;
    unknown |= same_or_any(t, Verdict::unknown);
  }
  return unknown;
}

smt::Answer Engine::ask(const TheoremQuery& query, bool negated, const smt::Solver** solver) {
  auto at = std::find_if(solvers_.begin(), solvers_.end(),
                         [&](const auto& s) { return s.first == query.assume; });
  if (at == solvers_.end()) {
    solvers_.emplace_back(query.assume, std::make_unique<smt::Solver>(budget_));
    at = std::prev(solvers_.end());
    at->second->add(*query.assume);
  }
  *solver = at->second.get();
  std::vector<smt::Symbolic::Bool> extra;
  if (negated) extra.push_back(!query.claim);
  return at->second->check(extra);
}

Verdict Engine::main_queries(const Theorem& theorem, TheoremReport& report) {
  const smt::Solver* solver = nullptr;
  if (theorem.queries.empty()) return Verdict::vacuous;
  switch (ask(theorem.queries.front(), false, &solver)) {
    case smt::Answer::unsat:
      return Verdict::vacuous;
    case smt::Answer::unknown:
      report.reason = solver->reason();
      return Verdict::unknown;
    case smt::Answer::sat:
      break;
  }
  Replay cover = theorem.queries.front().replay(solver->model());
  report.cover = cover.reproduced;
  report.example = cover.words;
  bool unknown = false;
  for (const TheoremQuery& query : theorem.queries) {
    switch (ask(query, true, &solver)) {
      case smt::Answer::unsat:
        break;
      case smt::Answer::unknown:
        report.reason = solver->reason();
        unknown = true;
        break;
      case smt::Answer::sat:
        report.reason = query.replay(solver->model()).words;
        return Verdict::refuted;
    }
  }
  return unknown ? Verdict::unknown : Verdict::proved;
}

MutationReport Engine::refute(const Mutation& mutation) {
  MutationReport out;
  out.removed = mutation.removed;
  smt::Solver solver(budget_);
  solver.add(*mutation.query.assume);
  switch (solver.check({!mutation.query.claim})) {
    case smt::Answer::unsat:
      out.verdict = Verdict::proved;
      return out;
    case smt::Answer::unknown:
      out.verdict = Verdict::unknown;
      return out;
    case smt::Answer::sat:
      break;
  }
  out.verdict = Verdict::refuted;
  Replay replay = mutation.query.replay(solver.model());
  out.reproduced = replay.reproduced;
  out.counterexample = std::move(replay.words);
  return out;
}

namespace {

void name_questions(const Theorem& theorem, const std::string& subject) {
  if (smt::QuestionRecorder* recorder = smt::QuestionRecorder::current())
    recorder->name(theorem.name, subject, theorem.statement);
}

TheoremReport named_report(const Theorem& theorem) {
  TheoremReport out;
  out.name = theorem.name;
  out.statement = theorem.statement;
  out.code = theorem.code;
  out.bounds = theorem.bounds;
  return out;
}

}  // namespace

TheoremReport Engine::run(const Theorem& theorem) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  TheoremReport out = named_report(theorem);
  name_questions(theorem, kTheoremSubject);
  out.verdict = main_queries(theorem, out);
  for (const Mutation& m : theorem.mutations) {
    name_questions(theorem, "without " + m.removed);
    out.mutations.push_back(refute(m));
  }
  out.milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
  return out;
}

std::vector<Theorem> all_theorems() {
  std::vector<Theorem> all = inv1_theorems();
  append(all, accounting_theorems());
  append(all, cover_theorems());
  append(all, exact_cover_theorems());
  append(all, later_theorems());
  append(all, lease_theorems());
  append(all, requirement_theorems());
  append(all, overflow_theorems());
  append(all, overflow_cover_theorems());
  return all;
}

std::string theorems_table() {
  smt::SymbolicScope scope;
  auto cell = [](const std::string& text) {
    std::string out;
    for (char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
    return out;
  };
  std::string out = "| id | statement | bounds | code |\n|---|---|---|---|\n";
  for (const Theorem& theorem : all_theorems())
    out += fmt::format("| `{}` | {} | {} | {} |\n", theorem.name, cell(theorem.statement),
                       cell(theorem.bounds), to_text(theorem.code));
  return out;
}

ProveReport prove(const ProveOptions& options) {
  smt::SymbolicScope scope;
  const std::vector<Theorem> all = all_theorems();
  Engine engine({options.rlimit, options.timeout_ms});
  ProveReport out;
  out.listed = options.list;
  for (const Theorem& theorem : all) {
    if (!selected(theorem.name, options.theorem)) continue;
    if (options.list) {
      out.theorems.push_back(named_report(theorem));
    } else {
      out.theorems.push_back(engine.run(theorem));
    }
  }
  return out;
}

}  // namespace capmarket::theorems
