// What every command shares: options, output.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/exit_status.h"
#include "model/base/result.h"

namespace capmarket::cli {

/// Options that every command takes.
struct CommonOptions {
  std::string format = "text";
  bool quiet = false;
  bool force = false;
  std::int64_t timeout_seconds = 60;
  std::int64_t rlimit = 50'000'000;

  bool json() const { return format == "json"; }
  /// Colour on a terminal that did not ask otherwise (NO_COLOR).
  bool colour() const;
};

/// Adds the common options to a command.
void add_common(CLI::App& command, CommonOptions& options);
/// `--format` of a command that can be read by others than people and programs: `junit`, `sarif`.
void add_formats(CLI::App& command, CommonOptions& options, std::vector<std::string> formats);

/// What every option that takes a number is checked with: a whole number of the range, by the one
/// reader of numbers. The text that is refused is told with what was expected.
CLI::Validator whole_number(std::int64_t least, std::int64_t most);

/// Prints problems to stderr; gives kBadInput.
int report_problems(const Problems& problems);
/// Prints warnings to stderr, unless the caller wants quiet.
void report_warnings(const Problems& warnings, const CommonOptions& options);
/// What a rule file says and hardly means; nothing of one that cannot be read.
Problems rule_warnings(const std::string& file);
/// The same, printed as warnings.
void report_rule_warnings(const std::string& file, const CommonOptions& options);
/// One JSON document on stdout.
void print_json(const nlohmann::ordered_json& json);
/// Text for people on stdout, its lines broken at the width of the terminal, or at COLUMNS where
/// that is set; elsewhere (a file, a log of CI) lines stay whole.
void print_text(const std::string& text);
/// How many columns stand in a line of `descriptor`: COLUMNS, else what the terminal says; 0 where
/// lines are not broken.
int columns_of(int descriptor);

/// Each registers its command and, when it was the one called, sets `status`.
void add_run(CLI::App& app, CommonOptions& common, int& status);
void add_verify(CLI::App& app, CommonOptions& common, int& status);
void add_prove(CLI::App& app, CommonOptions& common, int& status);
void add_check(CLI::App& app, CommonOptions& common, int& status);
void add_diff(CLI::App& app, CommonOptions& common, int& status);
void add_fuzz(CLI::App& app, CommonOptions& common, int& status);
void add_hunt(CLI::App& app, CommonOptions& common, int& status);
void add_import(CLI::App& app, CommonOptions& common, int& status);
void add_scenario(CLI::App& app, CommonOptions& common, int& status);
void add_rule(CLI::App& app, CommonOptions& common, int& status);
void add_chain(CLI::App& app, CommonOptions& common, int& status);

}  // namespace capmarket::cli
