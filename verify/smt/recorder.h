// The solver's questions while they are asked, as SMT-LIB texts: what certificates are made of.
// Costs nothing where no recorder lives. No solver stands in this header.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace capmarket::smt {

/// One decided question.
struct Question {
  std::string analysis;  // or a theorem
  std::string subject;
  std::string statement;  // what holds when the analysis is proved
  std::string logic;      // QF_LIA, …
  bool unsat = false;     // the answer; else satisfiable
  std::string text;       // declarations and assertions
};

/// What a recorder took: the questions in the order in which they were asked, and which of them
/// each (analysis, subject) rests on, ascending.
struct Questions {
  std::vector<Question> all;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> rests_on;
};

/// The recorder of this thread while it lives; they do not nest.
class QuestionRecorder {
 public:
  QuestionRecorder();
  ~QuestionRecorder();
  QuestionRecorder(const QuestionRecorder&) = delete;
  QuestionRecorder& operator=(const QuestionRecorder&) = delete;
  /// Null where nothing is recorded.
  static QuestionRecorder* current();

  /// What the questions from here on are about.
  void name(std::string analysis, std::string subject, std::string statement);
  /// A decided question; `text` is its declarations and assertions.
  void record(std::string logic, bool unsat, std::string text);
  /// How many were recorded: a mark for `cite`.
  std::size_t size() const { return taken_.all.size(); }
  /// What is named now rests on the questions in [from, until) too.
  void cite(std::size_t from, std::size_t until);
  /// Everything that was recorded; the recorder is empty afterwards.
  Questions take() { return std::move(taken_); }

 private:
  Questions taken_;
  std::string analysis_, subject_, statement_;
};

}  // namespace capmarket::smt
