// What `capmarket diff` says. Keys: docs/reference/diff.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "verify/rules/diff.h"
#include "verify/rules/diff_replay.h"

namespace capmarket {

nlohmann::ordered_json diff_json(const DiffReport& report,
                                 const std::optional<ReplayReport>& replay);
/// For a policy designer: the relation, then each difference with its sentence, its case and both
/// places, by phase; then what is equal and how long it took. `quiet`: the differences alone.
std::string diff_text(const DiffReport& report, const std::optional<ReplayReport>& replay,
                      bool colour, bool quiet);

}  // namespace capmarket
