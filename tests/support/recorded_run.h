// A run that was recorded, to be written again on a disk that fails: what it appends between two
// checkpoints, and what each of them signs.
#pragma once

#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/result.h"
#include "model/crypto/sign.h"
#include "model/log/file_log.h"
#include "tests/support/simulated_disk.h"

namespace capmarket::testing {

/// What is appended before one checkpoint, and the checkpoint.
struct RecordedStep {
  Bytes frames;
  std::int64_t size = 0;
  Digest root;
};

/// A chain of about `entries` entries under `mac`: parties, declarations, requests, settlements and
/// what they cause; checkpoints at ends of groups. Behind it a promulgation's three entries.
struct RecordedRun {
  ContentId chain;
  Bytes genesis;
  crypto::KeyPair key;
  std::vector<RecordedStep> steps;

  static RecordedRun of(std::int64_t entries, std::int64_t a_checkpoint);
  std::string dir() const { return "chain"; }
  /// The step whose checkpoint signs `end`; -1 where none does.
  int step_of(const log::Checkpoint& end) const;
  /// Writes the first `steps` of it. Gives the size that was signed last; -1 in place of what failed
  /// before anything was.
  std::int64_t write(SimulatedDisk& disk, std::size_t steps) const;
  /// Appends steps `from` up to `to` to the log that is open.
  std::int64_t append(log::EntryLog& log, std::size_t from, std::size_t to, std::int64_t size) const;
};

}  // namespace capmarket::testing
