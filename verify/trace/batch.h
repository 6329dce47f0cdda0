// What both proofs over a chain share: violations asked for in batches, and what they come to.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "verify/smt/solver.h"
#include "verify/trace/trace.h"

namespace capmarket::trace {

/// Tells the recorder of questions, where there is one, what the next ones are about.
void name_questions(const TraceTheorem& theorem, const char* subject);

/// Disjuncts, each a violation: none of them may be satisfiable. Labels find the one that was.
class Batch {
 public:
  /// `label` says which it was where it is the one that is satisfiable.
  void add(smt::Symbolic::Bool violation, std::string label);
  bool empty() const { return violations_.empty(); }
  std::size_t size() const { return violations_.size(); }
  void clear() { violations_.clear(), labels_.clear(); }
  /// Whether some violation is satisfiable; then `detail` is its label, or why it is unknown.
  smt::Answer ask(const smt::SolverBudget& budget, std::string& detail) const;

 private:
  std::vector<smt::Symbolic::Bool> violations_;
  std::vector<std::string> labels_;
};

/// What a theorem over many batches has come to so far.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  TraceTheorem theorem;
  Clock::duration spent{};

  /// Asks for the batch and empties it.
  void flush(Batch& batch, const smt::SolverBudget& budget);
  /// Asks for a planted violation: whether it was found. One that is undecided says nothing of the
  /// theorem's questions, and leaves it undecided.
  bool refutes_twin(const Batch& twin, const smt::SolverBudget& budget);
  /// The theorem with the verdict over all batches.
  TraceTheorem finished() const;

 private:
  bool unknown_ = false;
  bool refuted_ = false;
  bool twin_unknown_ = false;
};

/// Adds the time of its life to what was spent.
class Timer {
 public:
  explicit Timer(Progress& p) : progress_(p), start_(Progress::Clock::now()) {}
  ~Timer() { progress_.spent += Progress::Clock::now() - start_; }

 private:
  Progress& progress_;
  Progress::Clock::time_point start_;
};

}  // namespace capmarket::trace
