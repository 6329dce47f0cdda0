// The ids that an object refers to: its lineage.
#pragma once

#include <vector>

#include "model/objects/object.h"

namespace capmarket::objects {

/// Every content id in the object's fields, in the order of its schema, from the schema itself.
/// Ids of grants are among them (derived.h). Deterministic; O(fields).
std::vector<ContentId> references(const Object& object);

}  // namespace capmarket::objects
