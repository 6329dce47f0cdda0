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
/// For a policy designer: the relation, then each difference with its sentence, its case and both
/// places, by phase; then what is equal and how long it took. `quiet`: the differences alone.
std::string diff_text(const diff::DiffReport& report,
                      const std::optional<diff::ReplayReport>& replay, bool colour, bool quiet);

}  // namespace capmarket::reports
