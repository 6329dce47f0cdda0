// What `capmarket diff` says. Keys: docs/spec/commands.md#diff.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "verify/diff/diff.h"
#include "verify/diff/replay.h"

namespace capmarket::reports {

/// Keys: docs/spec/analyses.md#diff.
nlohmann::ordered_json diff_json(const diff::DiffReport& report,
                                 const std::optional<diff::ReplayReport>& replay);
/// For a policy designer: what was compared and assumed, then each difference with its sentence,
/// its case and both places, by phase; the gates and the relation last. `quiet`: from the
/// differences on.
std::string diff_text(const diff::DiffReport& report,
                      const std::optional<diff::ReplayReport>& replay, bool colour, bool quiet);

}  // namespace capmarket::reports
