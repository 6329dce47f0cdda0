#include "model/chain/follower.h"

#include "model/base/check.h"

namespace capmarket::chain {

void Follower::let_dues_happen(Instant until) {
  while (auto events = let_next_due(state_, size_, until))
    size_ += static_cast<std::int64_t>(events->size());
}

void Follower::follow(const Answered& answered) {
  const objects::CheckedSubmission& s = *answered.submission;
  const Receipt& receipt = answered.receipt;
  let_dues_happen(receipt.time);
  if (receipt.turned_away) {
    ++state_.refusals[*submitter_of(s)].turned_away;
    return;
  }
  CHECK(receipt.sequence.value == size_, "an answer is missing");
  state_.time = receipt.time;
  ++size_;
  std::vector<DerivedEvent> derived;
  if (receipt.decision.admitted()) {
    derived = apply(state_, s.id, receipt.sequence, s.object, answered.covers);
  } else {
    apply_refusal(state_, s);
    derived = count_refusal(state_, s, receipt.sequence);
  }
  size_ += static_cast<std::int64_t>(derived.size());
}

}  // namespace capmarket::chain
