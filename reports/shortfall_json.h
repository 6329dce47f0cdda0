// What refused settlements lacked, for reports.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "model/admission/decision.h"

namespace capmarket::reports {

/// A list of {leg, lack, compensation, refund}, money as text with four decimals.
nlohmann::ordered_json shortfalls_json(const std::vector<admission::Shortfall>& shortfalls);

}  // namespace capmarket::reports
