#include "cli/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "model/base/number.h"

namespace capmarket::cli {

bool CommonOptions::colour() const {
  return !json() && ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

void add_common(CLI::App& command, CommonOptions& options) {
  command.add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command.add_flag("--quiet", options.quiet, "no progress, no notes");
  command.add_flag("--force", options.force, "overwrite what the command writes");
  command
      .add_option("--timeout", options.timeout_seconds, "seconds a solver query may take (a guard)")
      ->check(whole_number(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--rlimit", options.rlimit, "solver steps a query may take (decides)")
      ->check(whole_number(1, 4'000'000'000))
      ->capture_default_str();
}

namespace {
constexpr std::int64_t kDesignerSeconds = 10;
}

void add_common_for_designers(CLI::App& command, CommonOptions& options) {
  add_common(command, options);
  command.get_option("--timeout")->default_str(std::to_string(kDesignerSeconds));
}

void patient_for_designers(const CLI::App& command, CommonOptions& options) {
  if (command.count("--timeout") == 0) options.timeout_seconds = kDesignerSeconds;
}

CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
  const NumberRange range{least, most};
  return {[range](std::string& text) {
            auto number = read_number("value", text, range);
            if (number) return std::string();
            const Problem& p = number.error().front();
            return fmt::format("{}\n  expected: {}", p.what, p.expected);
          },
          fmt::format("INT in [{} - {}]", least, most)};
}

int report_problems(const Problems& problems) {
  std::fputs(to_text(problems).c_str(), stderr);
  return kBadInput;
}

void print_json(const nlohmann::ordered_json& json) {
  std::string text = json.dump(2) + "\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace capmarket::cli
