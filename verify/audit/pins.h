// What somebody expects of a chain who has it from elsewhere than its directory: the chain, the key
// of its log, an older checkpoint, witnesses. Source: docs/spec/chain.md#pins.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verify/audit/audit.h"
#include "verify/audit/note.h"

namespace capmarket::audit {

/// What is expected; what is absent is taken from the directory itself.
struct Pins {
  std::optional<ContentId> chain;
  std::optional<PublicKey> log_key;
  std::string
      log_name;  // whose checkpoints that key signs, as its verifier key says; empty: unsaid
  std::optional<std::string> since;  // file of an older checkpoint
  std::vector<WitnessKey> witnesses;
};

/// A checkpoint that was kept elsewhere. Who signed it is found out with the chain.
struct OlderCheckpoint {
  std::string note;
  AuditCheckpoint claims;
};
/// The file of `Pins::since`; empty where none is named. Problems: no file, no checkpoint.
Result<std::optional<OlderCheckpoint>> read_older(const Pins& pins);

/// How the pins came out that are no violation by themselves.
struct PinsFound {
  bool goes_on = false;          // from the older checkpoint, by the roots
  std::int64_t other_lines = 0;  // on the checkpoint, of others than the log
  // The named witnesses that signed it: place among `Pins::witnesses`, and the time.
  std::vector<std::pair<std::size_t, std::int64_t>> cosigned;
};

/// Holds the pins against what the audit found (with the root at the older size among `roots_at`);
/// each that does not hold becomes a violation at the checkpoint. What the directory does not say,
/// because it is damaged, is no further violation. Problems: an older checkpoint that the log's key
/// did not sign, or of another log.
Result<PinsFound> check_pins(const Pins& pins, const std::optional<OlderCheckpoint>& older,
                             AuditReport& report);

}  // namespace capmarket::audit
