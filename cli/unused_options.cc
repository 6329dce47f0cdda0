#include "cli/unused_options.h"

#include <fmt/format.h>

namespace capmarket::cli {

Result<void> expect_unused(const CLI::App& command, std::initializer_list<std::string_view> options,
                           std::string_view why) {
  for (std::string_view option : options)
    if (command.count(std::string(option)) > 0)
      return fail(fmt::format("{} does nothing {}", option, why),
                  fmt::format("the call without {}", option));
  return {};
}

}  // namespace capmarket::cli
