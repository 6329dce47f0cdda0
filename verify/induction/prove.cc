#include "verify/induction/prove.h"

#include <algorithm>
#include <chrono>

#include "verify/certificate/recorder.h"
#include "verify/induction/theorem.h"

namespace capmarket {
namespace {

bool selected(const std::string& name, const std::string& filter) {
  return filter.empty() || name == filter || name.starts_with(filter + ".");
}

void append(std::vector<Theorem>& all, std::vector<Theorem> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
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

Answer Engine::ask(const TheoremQuery& query, bool negated, const Solver** solver) {
  auto at = std::find_if(solvers_.begin(), solvers_.end(),
                         [&](const auto& s) { return s.first == query.assume; });
  if (at == solvers_.end()) {
    solvers_.emplace_back(query.assume, std::make_unique<Solver>(budget_));
    at = std::prev(solvers_.end());
    at->second->add(*query.assume);
  }
  *solver = at->second.get();
  std::vector<Symbolic::Bool> extra;
  if (negated) extra.push_back(!query.claim);
  return at->second->check(extra);
}

Verdict Engine::main_queries(const Theorem& theorem, TheoremReport& report) {
  const Solver* solver = nullptr;
  if (theorem.queries.empty()) return Verdict::vacuous;
  switch (ask(theorem.queries.front(), false, &solver)) {
    case Answer::unsat:
      return Verdict::vacuous;
    case Answer::unknown:
      report.reason = solver->reason();
      return Verdict::unknown;
    case Answer::sat:
      break;
  }
  Replay cover = theorem.queries.front().replay(solver->model());
  report.cover = cover.reproduced;
  report.example = cover.words;
  bool unknown = false;
  for (const TheoremQuery& query : theorem.queries) {
    switch (ask(query, true, &solver)) {
      case Answer::unsat:
        break;
      case Answer::unknown:
        report.reason = solver->reason();
        unknown = true;
        break;
      case Answer::sat:
        report.reason = query.replay(solver->model()).words;
        return Verdict::refuted;
    }
  }
  return unknown ? Verdict::unknown : Verdict::proved;
}

MutationReport Engine::refute(const Mutation& mutation) {
  MutationReport out;
  out.removed = mutation.removed;
  Solver solver(budget_);
  solver.add(*mutation.query.assume);
  switch (solver.check({!mutation.query.claim})) {
    case Answer::unsat:
      out.verdict = Verdict::proved;
      return out;
    case Answer::unknown:
      out.verdict = Verdict::unknown;
      return out;
    case Answer::sat:
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
  if (QuestionRecorder* recorder = QuestionRecorder::current())
    recorder->name(theorem.name, subject, theorem.statement);
}

}  // namespace

TheoremReport Engine::run(const Theorem& theorem) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  TheoremReport out;
  out.name = theorem.name;
  out.statement = theorem.statement;
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

ProveReport prove(const ProveOptions& options) {
  SymbolicScope scope;
  std::vector<Theorem> all = inv1_theorems();
  append(all, accounting_theorems());
  append(all, entry_theorems());
  append(all, later_theorems());
  append(all, requirement_theorems());
  append(all, overflow_theorems());
  Engine engine({options.rlimit, options.timeout_ms});
  ProveReport out;
  out.listed = options.list;
  for (const Theorem& theorem : all) {
    if (!selected(theorem.name, options.theorem)) continue;
    if (options.list) {
      TheoremReport named;
      named.name = theorem.name;
      named.statement = theorem.statement;
      out.theorems.push_back(std::move(named));
    } else {
      out.theorems.push_back(engine.run(theorem));
    }
  }
  return out;
}

}  // namespace capmarket
