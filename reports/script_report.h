// What came of a script, step by step.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/script/outcome.h"

namespace capmarket {

/// `{steps[{step, kind, name, sequence, time, decision, failed[], unresolved[], as_expected}],
/// watch[{name, verdict, expected, first, owed, as_expected}], as_expected}`; a step that submitted
/// nothing has `decision` null.
nlohmann::ordered_json script_json(const Script& script, const ScriptReport& report);
/// The same for a terminal.
std::string script_report_text(const Script& script, const ScriptReport& report);

}  // namespace capmarket
