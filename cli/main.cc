// The one binary: parses arguments, calls a command.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>

#include "cli/command.h"
#include "cli/fork.h"
#include "cli/last_resort.h"
#include "cli/version.h"
#include "model/base/nearest.h"
#include "model/crypto/sign.h"

namespace capmarket::cli {
namespace {

/// The command of that name below `above`; null without one.
const CLI::App* named(const CLI::App& above, const std::string& name) {
  for (const CLI::App* c : above.get_subcommands({}))
    if (c->get_name() == name) return c;
  return nullptr;
}

/// A word at the place of a command below another one that is none of them.
std::optional<Problem> unknown_below(const CLI::App& app, int argc, char** argv) {
  const CLI::App* above = argc > 2 ? named(app, argv[1]) : nullptr;
  if (above == nullptr || above->get_subcommands({}).empty() || argv[2][0] == '-' ||
      named(*above, argv[2]) != nullptr)
    return std::nullopt;
  std::vector<std::string> names;
  for (const CLI::App* c : above->get_subcommands({})) names.push_back(c->get_name());
  Problem out;
  out.what = fmt::format("unknown command `{} {}`", argv[1], argv[2]);
  out.expected = expected_one_of(argv[2], {names.begin(), names.end()});
  return out;
}

/// Parses, and calls the command; gives its exit status.
int call(int argc, char** argv) {
  if (auto ready = crypto::crypto_self_test(); !ready) {
    std::fputs(to_text(ready.error()).c_str(), stderr);
    return kInternal;
  }
  CLI::App app{
      "Simulates and verifies a capacity allocation marketplace.\n"
      "Example: capmarket run scenarios/packs/quickstart.yaml --out runs/first"};
  app.set_version_flag("--version", version_page());
  app.require_subcommand(1);
  app.footer("Exit status: " + exit_status_line());
  CommonOptions common;
  int status = kHolds;
  add_run(app, common, status);
  add_fork(app, common, status);
  add_verify(app, common, status);
  add_prove(app, common, status);
  add_check(app, common, status);
  add_diff(app, common, status);
  add_fuzz(app, common, status);
  add_hunt(app, common, status);
  add_import(app, common, status);
  add_scenario(app, common, status);
  add_rule(app, common, status);
  add_chain(app, common, status);
  std::vector<std::string> names;
  for (const CLI::App* c : app.get_subcommands({})) names.push_back(c->get_name());
  if (argc > 1 && argv[1][0] != '-' &&
      std::find(names.begin(), names.end(), argv[1]) == names.end()) {
    Problem unknown;
    unknown.what = std::string("unknown command `") + argv[1] + "`";
    unknown.expected = expected_one_of(argv[1], {names.begin(), names.end()});
    for (const CLI::App* c : app.get_subcommands({}))
      if (named(*c, argv[1]) != nullptr)
        unknown.expected = fmt::format("`capmarket {} {}`", c->get_name(), argv[1]);
    return report_problems({unknown});
  }
  if (auto unknown = unknown_below(app, argc, argv)) return report_problems({*unknown});
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kHolds : kBadInput;
  }
  // A full disk or a closed pipe must not look like success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("the output cannot be written\n  expected: room for it\n", stderr);
    return kBadInput;
  }
  return status;
}

}  // namespace
}  // namespace capmarket::cli

int main(int argc, char** argv) {
  std::set_terminate(capmarket::cli::end_by_exception);
  try {
    return capmarket::cli::call(argc, argv);
  } catch (...) {
    return capmarket::cli::status_of_exception();
  }
}
