// What random histories came to.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "reports/unread.h"
#include "verify/fuzz/fuzz.h"

namespace capmarket::reports {

/// A fuzzing, with what it was started from and what it left.
struct FuzzOutcome {
  std::string file;
  std::uint64_t seed = 1;
  fuzz::FuzzReport report;
  int replayed = 0;      // histories that failed before
  std::string scenario;  // where the failing one stands
};

/// `{file, seed, histories, commands, steps, replayed, counts{}, goals[{rule, version, goal,
/// verdict, steps}], goal, verdict, detail, trace[], scenario}`; verdict: held, broken.
nlohmann::ordered_json fuzz_json(const FuzzOutcome& outcome);
/// The same of one file; of several `{verdict, files[…], unreadable[…]}`.
nlohmann::ordered_json fuzz_json(const std::vector<FuzzOutcome>& outcomes,
                                 const std::vector<Unread>& unread, bool several);
/// `3 files: 2 held, 1 broken`, with a line end.
std::string fuzz_summary(const std::vector<FuzzOutcome>& outcomes,
                         const std::vector<Unread>& unread);
/// One for a terminal.
std::string fuzz_text(const FuzzOutcome& outcome, bool colour);

}  // namespace capmarket::reports
