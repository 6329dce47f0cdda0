// What came of a script, step by step.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/world/script_outcome.h"

namespace capmarket::reports {

/// `{steps[{step, kind, name, sequence, time, decision, failed[], unresolved[], as_expected}],
/// watch[{name, verdict, expected, first, owed, as_expected}], as_expected}`; a step that submitted
/// nothing has `decision` null.
nlohmann::ordered_json script_json(const scenarios::Script& script,
                                   const world::ScriptReport& report);
/// The same for a terminal.
std::string script_report_text(const scenarios::Script& script, const world::ScriptReport& report);

}  // namespace capmarket::reports
