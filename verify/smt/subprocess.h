// One child process: input by a file in memory, output by pipes, killed when its time is over.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/base/result.h"

namespace capmarket::smt {

/// What a process printed, and how it ended.
struct ProcessResult {
  int status = -1;         // exit status; -1 where a signal ended it
  int signal = 0;          // that ended it
  bool timed_out = false;  // killed by us
  std::string out, err;    // at most kProcessOutputMax each
};

/// Bytes of output that are kept.
inline constexpr std::size_t kProcessOutputMax = 1 << 20;

/// Runs `command[0]`, looked up in PATH, without a shell. At the end of `limit` it is killed and
/// waited for. Problems: a program that cannot be started. Any thread may call it.
Result<ProcessResult> run_process(const std::vector<std::string>& command, const std::string& input,
                                  std::chrono::milliseconds limit);

}  // namespace capmarket::smt
