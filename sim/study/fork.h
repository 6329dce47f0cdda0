// One instant that goes on under several rules, each in a process of its own.
// Source: docs/spec/commands.md#fork.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/run/run.h"

namespace capmarket::study {

/// A continuation. With `changes` its scenario is the common one and one rule more behind its
/// rules, which takes effect `chain.rule_ahead` after the fork or later.
struct Branch {
  std::string name;
  const scenarios::Scenario* scenario = nullptr;
  bool changes = false;
  std::string chain_dir;  // of its own
};

/// Where a run is forked, and how.
struct ForkOptions {
  Instant at;              // in the scenario, its end excluded
  std::int64_t at_once = 1;  // processes that go on at one time
  run::RunOptions run;     // seed, scheme, interrupt, progress (until the fork)
};

/// What became of a branch's process: its exit status, or 128 and the signal that ended it.
struct BranchEnd {
  std::string name;
  int status = 0;
};

/// Plays `common` up to the instant, once and on one thread, then each branch in a child: `finish`
/// is called there with what it came to, and its result is the child's exit status. Nothing of the
/// caller is destroyed in a child. Every chain begins with the bytes of the common part; that of a
/// branch without changes is the chain of a run that is not forked. Empty where the common part was
/// interrupted. Precondition: this process has one thread. Problems: of the common part; a system
/// that makes no process.
Result<std::vector<BranchEnd>> fork_run(
    const scenarios::Scenario& common, const ForkOptions& options,
    const std::vector<Branch>& branches,
    const std::function<int(const Branch&, const Result<run::Run>&)>& finish);

}  // namespace capmarket::study
