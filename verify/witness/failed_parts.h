// What of a grant has to fail so that a failure is worth so much.
#pragma once

#include <vector>

#include "verify/question/symbolic_request.h"

namespace capmarket::witness {

/// Parts of the case's grant to fail one after the other, the last of which is worth `value`, or
/// nearly so; the likeliest first. Each is one try.
std::vector<std::vector<objects::Piece>> parts_to_fail(const question::RequestCase& c, Money value,
                                                       Duration granularity);

}  // namespace capmarket::witness
