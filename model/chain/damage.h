// What is wrong with the entries of a log, in words. Source: docs/spec/chain.md#reopening.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/base/result.h"

namespace capmarket::chain {

/// `damage at sequence N: KIND: WHAT`.
tl::unexpected<Problems> damage_at(std::int64_t sequence, std::string_view kind, std::string what);

/// Those of a file or directory, named where they name none.
tl::unexpected<Problems> told_of(const std::string& file, Problems problems);

}  // namespace capmarket::chain
