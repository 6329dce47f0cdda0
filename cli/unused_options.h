// Options that a call could not obey are no options of it. Source:
// docs/spec/commands.md#options-that-a-call-cannot-obey.
#pragma once

#include <CLI/App.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "model/base/result.h"

namespace capmarket::cli {

/// A problem for the first of `options` that was given to `command`: it would do nothing, because
/// of `why` (`with --solver none, which asks no solver`).
Result<void> expect_unused(const CLI::App& command, std::initializer_list<std::string_view> options,
                           std::string_view why);

}  // namespace capmarket::cli
