// Objects, leaves and facts as JSON for people: the names of the schema tables, values with units.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/objects/submission.h"

namespace capmarket::objects {

/// Money with four decimals, times in RFC 3339, durations with a unit, ids in hex, volumes in
/// unit-seconds.
nlohmann::ordered_json object_json(const Object& object);

/// Role, key and bytes of a signature, the last two in hex.
nlohmann::ordered_json signature_json(const Signature& signature);

}  // namespace capmarket::objects
