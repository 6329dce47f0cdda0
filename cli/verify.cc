#include "verify/trace/verify.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/certify.h"
#include "cli/command.h"
#include "cli/input_files.h"
#include "cli/unused_options.h"
#include "cli/verify_pins.h"
#include "reports/ci_reports.h"
#include "reports/verify_report.h"

namespace capmarket::cli {
namespace {

void print(const trace::VerifyReport& report, const std::string& dir,
           const std::optional<reports::Certified>& certified, const CommonOptions& common) {
  if (common.format == "junit") {
    std::fputs(reports::verify_junit(report, dir).c_str(), stdout);
    return;
  }
  if (!common.json()) {
    std::string text = reports::verify_text(report, common.colour());
    if (certified) text += reports::certified_text(*certified, common.colour());
    print_text(text);
    return;
  }
  nlohmann::ordered_json json = reports::verify_json(report);
  if (certified) {
    reports::add_certificates(json["theorems"], "name", *certified);
    json["certificates"] = reports::certificates_json(*certified);
    json["recheck"] = reports::recheck_json(*certified);
  }
  print_json(json);
}

int verify_command(const std::string& dir, const trace::VerifyOptions& options,
                   const CertifyOptions& certifying, const CommonOptions& common) {
  if (auto kind = expect_run_or_chain(dir, "verify"); !kind) return report_problems(kind.error());
  if (auto ready = certify_ready(certifying, common); !ready) return report_stop(ready.error());
  std::optional<smt::QuestionRecorder> recorder;
  if (certifying.on()) recorder.emplace();
  auto report = trace::verify_chain(dir, options);
  if (!report) return report_problems(report.error());
  std::optional<reports::Certified> certified;
  if (recorder) {
    auto made = certify(recorder->take(), reports::certificate_subject(*report), certifying,
                        certifying.directory, common);
    if (!made) return report_stop(made.error());
    certified = std::move(*made);
  }
  print(*report, dir, certified, common);
  if (int status = certified ? certified_status(*certified, kHolds) : kHolds; status != kHolds)
    return status;
  switch (report->verdict) {
    case trace::ChainVerdict::holds:
      return kHolds;
    case trace::ChainVerdict::violated:
      return kRefuted;
    case trace::ChainVerdict::undecided:
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
  auto allow_mac = std::make_shared<bool>(false);
  c->add_flag("--allow-mac", *allow_mac,
              "a chain under `mac`, which anybody can forge, without the receipt of a run");
  auto certifying = std::make_shared<CertifyOptions>();
  add_certify(*c, *certifying);
  auto pins = std::make_shared<PinOptions>();
  add_pins(*c, *pins);
  add_common(*c, common);
  add_formats(*c, common, {"text", "json", "junit"});
  c->callback([c, dir, solver, allow_mac, certifying, pins, &common, &status] {
    trace::VerifyOptions o;
    o.solver = *solver == "z3";
    o.allow_mac = *allow_mac;
    o.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    o.rlimit = static_cast<std::uint32_t>(common.rlimit);
    o.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
    // A guard of each question by its default; of the whole for whoever asks for it.
    if (c->count("--timeout") > 0) o.within = std::chrono::seconds(common.timeout_seconds);
    auto expected = parse_pins(*pins);
    if (expected) o.pins = std::move(*expected);
    auto can = o.solver ? Result<void>()
                        : expect_unused(*c, {"--certificates", "--recheck", "--rlimit"},
                                        "with --solver none, which asks no solver");
    if (can && !expected) can = tl::unexpected(expected.error());
    status = can ? verify_command(*dir, o, *certifying, common) : report_problems(can.error());
  });
}

}  // namespace capmarket::cli
