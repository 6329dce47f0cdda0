#include "verify/theorems/prove.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/certify.h"
#include "cli/command.h"
#include "cli/unused_options.h"
#include "model/base/nearest.h"
#include "reports/ci_reports.h"
#include "reports/prove_report.h"

namespace capmarket::cli {
namespace {

void print(const theorems::ProveReport& report, const std::optional<reports::Certified>& certified,
           const CommonOptions& common) {
  if (common.format == "junit") {
    std::fputs(reports::prove_junit(report).c_str(), stdout);
    return;
  }
  if (!common.json()) {
    std::string text = reports::prove_text(report, common.colour());
    if (certified) text += reports::certified_text(*certified, common.colour());
    print_text(text);
    return;
  }
  nlohmann::ordered_json json = reports::prove_json(report);
  if (certified) {
    reports::add_certificates(json["theorems"], "name", *certified);
    json["certificates"] = reports::certificates_json(*certified);
    json["recheck"] = reports::recheck_json(*certified);
  }
  print_json(json);
}

/// Whether every option that was given has something to do.
Result<void> ready(const CLI::App& command, const theorems::ProveOptions& options,
                   const CommonOptions& common) {
  if (options.list)
    if (auto can = expect_unused(command, {"--certificates", "--recheck", "--rlimit", "--timeout"},
                                 "with --list, which proves nothing");
        !can)
      return can;
  if (options.list && common.format == "junit")
    return fail("--format junit does nothing with --list, which has no verdicts",
                "--format text or json");
  return {};
}

/// Letters and digits alone, in lower case: `INV-1` and `inv1` are one name that is mistyped.
std::string bare(const std::string& name) {
  std::string out;
  for (unsigned char c : name)
    if (std::isalnum(c) != 0) out += static_cast<char>(std::tolower(c));
  return out;
}

/// The names that `--theorem` takes: of theorems, and of what several of them begin with.
std::vector<std::string> theorem_names() {
  theorems::ProveOptions list;
  list.list = true;
  std::vector<std::string> out;
  for (const theorems::TheoremReport& t : theorems::prove(list).theorems)
    for (const std::string& name : {t.name.substr(0, t.name.find('.')), t.name})
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  return out;
}

/// What is said of a theorem that is none.
Problems no_such_theorem(const std::string& asked) {
  const std::vector<std::string> names = theorem_names();
  std::vector<std::string> plain;
  for (const std::string& name : names) plain.push_back(bare(name));
  const std::string near = nearest(bare(asked), {plain.begin(), plain.end()});
  std::string expected = "a name that `capmarket prove --list` prints";
  for (std::size_t i = names.size(); i-- > 0;)  // the first of equals
    if (!near.empty() && plain[i] == near)
      expected = fmt::format("did you mean `{}`? Else a name that `capmarket prove --list` prints",
                             names[i]);
  return fail("--theorem " + asked + ": no such theorem", expected).value();
}

int prove_command(const theorems::ProveOptions& options, const CertifyOptions& certifying,
                  const CommonOptions& common) {
  if (auto ready = certify_ready(certifying, common); !ready) return report_stop(ready.error());
  std::optional<smt::QuestionRecorder> recorder;
  if (certifying.on()) recorder.emplace();
  theorems::ProveReport report = theorems::prove(options);
  if (report.theorems.empty()) return report_problems(no_such_theorem(options.theorem));
  std::optional<reports::Certified> certified;
  if (recorder && !report.listed) {
    auto made = certify(recorder->take(), reports::certificate_subject(report), certifying,
                        certifying.directory, common);
    if (!made) return report_stop(made.error());
    certified = std::move(*made);
  }
  print(report, certified, common);
  if (int status = certified ? certified_status(*certified, kHolds) : kHolds; status != kHolds)
    return status;
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
  auto o = std::make_shared<theorems::ProveOptions>();
  auto quick = std::make_shared<bool>(true);
  c->add_option("--theorem", o->theorem, "this theorem, or those whose names it begins");
  c->add_flag("--list", o->list, "names and statements only");
  c->add_flag("--quick", *quick, "the seconds-long set (all there is)");
  auto certifying = std::make_shared<CertifyOptions>();
  add_certify(*c, *certifying);
  add_common(*c, common);
  add_formats(*c, common, {"text", "json", "junit"});
  c->callback([c, o, quick, certifying, &common, &status] {
    o->rlimit = static_cast<std::uint32_t>(common.rlimit);
    o->timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
    auto can = ready(*c, *o, common);
    status = can ? prove_command(*o, *certifying, common) : report_problems(can.error());
  });
}

}  // namespace capmarket::cli
