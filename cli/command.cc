#include "cli/command.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "model/base/number.h"
#include "model/base/text.h"
#include "model/rules/warnings.h"
#include "reports/wrapped.h"

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

void add_formats(CLI::App& command, CommonOptions& options, std::vector<std::string> formats) {
  command.remove_option(command.get_option("--format"));
  std::string words = "text, json, junit (XML)";
  if (formats.back() == "sarif") words = "text, json, junit (XML) or sarif (2.1.0)";
  command.add_option("--format", options.format, words)
      ->check(CLI::IsMember(std::move(formats)))
      ->capture_default_str();
}

namespace {

constexpr int kColumnsLeast = 20, kColumnsMost = 10'000;
constexpr int kColumnsOfOldTerminals = 80;

}  // namespace

int columns_of(int descriptor) {
  const char* given = std::getenv("COLUMNS");
  if (given != nullptr)
    if (auto n = parse_integer(given); n && *n > 0)
      return static_cast<int>(std::clamp<std::int64_t>(*n, kColumnsLeast, kColumnsMost));
  if (::isatty(descriptor) != 1) return 0;
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return kColumnsOfOldTerminals;
  return std::max<int>(kColumnsLeast, size.ws_col);
}

void print_text(const std::string& text) {
  std::fputs(reports::wrapped(text, columns_of(STDOUT_FILENO)).c_str(), stdout);
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
  std::fputs(reports::wrapped(to_text(problems), columns_of(STDERR_FILENO)).c_str(), stderr);
  const bool damaged = any_of_fault(problems, Fault::damage);
  return damaged && !any_of_fault(problems, Fault::unread) ? kRefuted : kBadInput;
}

void report_warnings(const Problems& warnings, const CommonOptions& options) {
  if (options.quiet) return;
  const int columns = columns_of(STDERR_FILENO);
  for (const Problem& p : warnings)
    std::fputs(reports::wrapped("warning: " + to_text(p), columns).c_str(), stderr);
}

Problems rule_warnings(const std::string& file) {
  auto root = yaml::load_yaml(file);
  return root ? rules::file_warnings(*root) : Problems();
}

void report_rule_warnings(const std::string& file, const CommonOptions& options) {
  report_warnings(rule_warnings(file), options);
}

void print_json(const nlohmann::ordered_json& json) {
  std::string text = json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace capmarket::cli
