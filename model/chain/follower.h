// The chain's state some answers ago: what somebody knows whom its checkpoints reach late.
// Source: docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include <memory>
#include <vector>

#include "model/chain/chain.h"

namespace capmarket::chain {

/// What became of a submission: all that is needed to go where the chain went.
struct Answered {
  std::shared_ptr<const objects::CheckedSubmission> submission;
  Receipt receipt;
  std::vector<Cover> covers;  // of the legs of an admitted settlement
};

/// Goes the way of a chain, answer by answer: the decisions are taken over, not made again.
class Follower {
 public:
  /// Knows everything that `chain` has so far.
  explicit Follower(const Chain& chain) : state_(chain.state()), size_(chain.size()) {}

  /// Precondition: the chain's next answer that was not `repeated`, nor to somebody unknown.
  /// O(what it entails).
  void follow(const Answered& answered);

  /// What the chain's state was behind the answers so far; names are numbered apart.
  const ChainState& state() const { return state_; }
  /// Number of entries so far.
  std::int64_t size() const { return size_; }
  /// The facts that `submission` would be decided on at `at` if nothing came before it but what is
  /// known; empty for kinds that are not decided. What is due until then has not happened.
  std::optional<admission::FactsVariant> facts(const objects::CheckedSubmission& submission,
                                               Instant at) {
    return resolve_any(state_, submission, at);
  }

 private:
  void let_dues_happen(Instant until);

  ChainState state_;
  std::int64_t size_ = 0;
};

}  // namespace capmarket::chain
