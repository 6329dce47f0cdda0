#include "verify/verify.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/command.h"
#include "reports/verify_report.h"

namespace capmarket {
namespace {

int verify_command(const std::string& dir, const VerifyOptions& options,
                   const CommonOptions& common) {
  auto report = verify_chain(dir, options);
  if (!report) return report_problems(report.error());
  if (common.json())
    print_json(verify_json(*report));
  else
    std::fputs(verify_text(*report, common.colour()).c_str(), stdout);
  switch (report->verdict) {
    case ChainVerdict::holds:
      return kHolds;
    case ChainVerdict::violated:
      return kRefuted;
    case ChainVerdict::undecided:
      return kUndecided;
  }
  return kInternal;
}

}  // namespace

void add_verify(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c =
      app.add_subcommand("verify",
                         "audit a chain from its bytes, then prove INV-1 and INV-2 over it\n"
                         "Example: capmarket verify runs/a");
  auto dir = std::make_shared<std::string>();
  auto solver = std::make_shared<std::string>("z3");
  c->add_option("DIR", *dir, "run or chain directory")->required();
  c->add_option("--solver", *solver, "z3, or none for the audit alone")
      ->check(CLI::IsMember({"z3", "none"}));
  add_common(*c, common);
  c->callback([dir, solver, &common, &status] {
    VerifyOptions o;
    o.solver = *solver == "z3";
    o.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    o.rlimit = static_cast<std::uint32_t>(common.rlimit);
    o.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
    status = verify_command(*dir, o, common);
  });
}

}  // namespace capmarket
