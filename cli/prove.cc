#include "verify/induction/prove.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "reports/prove_report.h"

namespace capmarket {
namespace {

int prove_command(const ProveOptions& options, const CommonOptions& common) {
  ProveReport report = prove(options);
  if (report.theorems.empty())
    return report_problems(fail("--theorem " + options.theorem + ": no such theorem",
                                "a name that `capmarket prove --list` prints")
                               .value());
  if (common.json())
    print_json(prove_json(report));
  else
    std::fputs(prove_text(report, common.colour()).c_str(), stdout);
  if (report.listed || report.holds()) return kHolds;
  if (report.internal_error()) return kInternal;
  return report.undecided() ? kUndecided : kRefuted;
}

}  // namespace

void add_prove(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c =
      app.add_subcommand("prove",
                         "prove the framework's own theorems; every mutation must be refuted\n"
                         "Example: capmarket prove --theorem INV-1");
  auto o = std::make_shared<ProveOptions>();
  auto quick = std::make_shared<bool>(true);
  c->add_option("--theorem", o->theorem, "this theorem, or those whose names it begins");
  c->add_flag("--list", o->list, "names and statements only");
  c->add_flag("--quick", *quick, "the seconds-long set (all there is)");
  add_common(*c, common);
  c->callback([o, quick, &common, &status] {
    o->rlimit = static_cast<std::uint32_t>(common.rlimit);
    o->timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
    status = prove_command(*o, common);
  });
}

}  // namespace capmarket
