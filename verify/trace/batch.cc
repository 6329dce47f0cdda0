#include "verify/trace/batch.h"

#include <algorithm>

#include "verify/smt/recorder.h"

namespace capmarket::trace {

void Batch::add(smt::Symbolic::Bool violation, std::string label) {
  violations_.push_back(std::move(violation));
  labels_.push_back(std::move(label));
}

void name_questions(const TraceTheorem& theorem, const char* subject) {
  if (smt::QuestionRecorder* recorder = smt::QuestionRecorder::current())
    recorder->name(theorem.name, subject, theorem.statement);
}

namespace {

/// No question lasts longer than what is left of the whole.
smt::SolverBudget within_time(smt::SolverBudget budget) {
  if (!budget.until) return budget;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      *budget.until - std::chrono::steady_clock::now());
  const auto most = std::max<std::int64_t>(1, left.count());
  if (most < budget.timeout_ms) budget.timeout_ms = static_cast<unsigned>(most);
  return budget;
}

}  // namespace

smt::Answer Batch::ask(const smt::SolverBudget& budget, std::string& detail) const {
  smt::Solver solver(within_time(budget));
  smt::Answer answer = solver.check({smt::any_of(violations_)});
  if (answer == smt::Answer::unknown) detail = solver.reason();
  if (answer != smt::Answer::sat) return answer;
  // The example need not be of the first violation: ask for each, in order of the chain.
  for (std::size_t i = 0; i < violations_.size() && detail.empty(); ++i)
    if (solver.check({violations_[i]}) == smt::Answer::sat) detail = labels_[i];
  return answer;
}

void Progress::flush(Batch& batch, const smt::SolverBudget& budget) {
  if (batch.empty()) return;
  std::string detail;
  name_questions(theorem, kTraceSubject);
  smt::Answer answer = batch.ask(budget, detail);
  batch.clear();
  unknown_ |= answer == smt::Answer::unknown;
  refuted_ |= answer == smt::Answer::sat;
  if (answer != smt::Answer::unsat && theorem.detail.empty()) theorem.detail = detail;
}

bool Progress::refutes_twin(const Batch& twin, const smt::SolverBudget& budget) {
  std::string detail;
  name_questions(theorem, kTwinSubject);
  const smt::Answer answer = twin.ask(budget, detail);
  if (answer == smt::Answer::unknown) {
    twin_unknown_ = true;
    if (theorem.detail.empty()) theorem.detail = "the planted violation: " + detail;
  }
  return answer == smt::Answer::sat;
}

TraceTheorem Progress::finished() const {
  TraceTheorem out = theorem;
  out.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
  if (refuted_)
    out.verdict = theorems::Verdict::refuted;
  else if (unknown_)
    out.verdict = theorems::Verdict::unknown;
  else if (theorem.obligations > 0 && !theorem.twin_refuted && twin_unknown_)
    out.verdict = theorems::Verdict::unknown;
  else if (theorem.obligations == 0 || !theorem.twin_refuted)
    out.verdict = theorems::Verdict::vacuous;
  else
    out.verdict = theorems::Verdict::proved, out.detail.clear();
  return out;
}

}  // namespace capmarket::trace
