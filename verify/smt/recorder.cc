#include "verify/smt/recorder.h"

#include <algorithm>

#include "model/base/check.h"

namespace capmarket::smt {
namespace {
thread_local QuestionRecorder* current_recorder = nullptr;
}  // namespace

QuestionRecorder::QuestionRecorder() {
  CHECK(current_recorder == nullptr);
  current_recorder = this;
}

QuestionRecorder::~QuestionRecorder() { current_recorder = nullptr; }

QuestionRecorder* QuestionRecorder::current() { return current_recorder; }

void QuestionRecorder::name(std::string analysis, std::string subject, std::string statement) {
  analysis_ = std::move(analysis);
  subject_ = std::move(subject);
  statement_ = std::move(statement);
}

void QuestionRecorder::record(std::string logic, bool unsat, std::string text) {
  taken_.rests_on[{analysis_, subject_}].push_back(taken_.all.size());
  taken_.all.push_back({analysis_, subject_, statement_, std::move(logic), unsat, std::move(text)});
}

void QuestionRecorder::cite(std::size_t from, std::size_t until) {
  auto& on = taken_.rests_on[{analysis_, subject_}];
  for (std::size_t i = from; i < until; ++i)
    if (auto at = std::lower_bound(on.begin(), on.end(), i); at == on.end() || *at != i)
      on.insert(at, i);
}

}  // namespace capmarket::smt
