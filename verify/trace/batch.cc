#include "verify/trace/batch.h"

#include "verify/certificate/recorder.h"

namespace capmarket::trace_internal {

void Batch::add(Symbolic::Bool violation, std::string label) {
  violations_.push_back(std::move(violation));
  labels_.push_back(std::move(label));
}

void name_questions(const TraceTheorem& theorem, const char* subject) {
  if (QuestionRecorder* recorder = QuestionRecorder::current())
    recorder->name(theorem.name, subject, theorem.statement);
}

Answer Batch::ask(const SolverBudget& budget, std::string& detail) const {
  Solver solver(budget);
  Answer answer = solver.check({any_of(violations_)});
  if (answer == Answer::unknown) detail = solver.reason();
  if (answer != Answer::sat) return answer;
  // The example need not be of the first violation: ask for each, in order of the chain.
  for (std::size_t i = 0; i < violations_.size() && detail.empty(); ++i)
    if (solver.check({violations_[i]}) == Answer::sat) detail = labels_[i];
  return answer;
}

void Progress::flush(Batch& batch, const SolverBudget& budget) {
  if (batch.empty()) return;
  std::string detail;
  name_questions(theorem, kTraceSubject);
  Answer answer = batch.ask(budget, detail);
  batch.clear();
  unknown_ |= answer == Answer::unknown;
  refuted_ |= answer == Answer::sat;
  if (answer != Answer::unsat && theorem.detail.empty()) theorem.detail = detail;
}

TraceTheorem Progress::finished() const {
  TraceTheorem out = theorem;
  out.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
  if (refuted_)
    out.verdict = Verdict::refuted;
  else if (unknown_)
    out.verdict = Verdict::unknown;
  else if (theorem.obligations == 0 || !theorem.twin_refuted)
    out.verdict = Verdict::vacuous;
  else
    out.verdict = Verdict::proved;
  return out;
}

}  // namespace capmarket::trace_internal
