#include "verify/trace/batch.h"

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

smt::Answer Batch::ask(const smt::SolverBudget& budget, std::string& detail) const {
  smt::Solver solver(budget);
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

TraceTheorem Progress::finished() const {
  TraceTheorem out = theorem;
  out.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
  if (refuted_)
    out.verdict = theorems::Verdict::refuted;
  else if (unknown_)
    out.verdict = theorems::Verdict::unknown;
  else if (theorem.obligations == 0 || !theorem.twin_refuted)
    out.verdict = theorems::Verdict::vacuous;
  else
    out.verdict = theorems::Verdict::proved;
  return out;
}

}  // namespace capmarket::trace
