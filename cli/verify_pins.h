// What `verify` is told of a chain from elsewhere than its directory, as options.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/base/result.h"
#include "verify/audit/pins.h"

namespace capmarket::cli {

/// The options as they were given.
struct PinOptions {
  std::optional<std::string> chain, log_key, since;
  std::vector<std::string> witnesses;
};

/// Adds `--chain-id`, `--log-key`, `--since` and `--witness`.
void add_pins(CLI::App& command, PinOptions& options);
/// What they say. Problems: no id, no key, a key of another kind, a witness twice.
Result<audit::Pins> parse_pins(const PinOptions& options);

}  // namespace capmarket::cli
