#include "cli/promulgate.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/input_files.h"
#include "cli/key_file.h"
#include "cli/run_keys.h"
#include "cli/stop.h"
#include "cli/version.h"
#include "model/admission/explain.h"
#include "model/base/nearest.h"
#include "model/base/output.h"
#include "model/base/text.h"
#include "model/chain/reader.h"
#include "model/chain/writer.h"
#include "model/crypto/hash.h"
#include "model/objects/invariants.h"
#include "reports/promulgate_report.h"
#include "sim/script/executor.h"
#include "verify/analyses/promulgation_proof.h"
#include "verify/audit/audit.h"

namespace capmarket::cli {
namespace {

std::vector<objects::Waiver> waivers_of(const PromulgateArguments& a) {
  std::vector<objects::Waiver> out;
  for (std::size_t i = 0; i < a.waive.size(); ++i) out.push_back({a.waive[i], a.because[i]});
  return out;
}

/// What can be said against the waivers before anything is proved.
Problems wrong_waivers(const PromulgateArguments& a, const rules::Rule& rule) {
  Problems out;
  auto complain = [&](std::string what, std::string expected) {
    out.push_back(fail(std::move(what), std::move(expected)).value().front());
  };
  if (a.waive.size() != a.because.size())
    complain(fmt::format("{} --waive and {} --because", a.waive.size(), a.because.size()),
             "--because TEXT after each --waive ANALYSIS");
  std::vector<std::string> names;
  for (const analyses::AnalysisRow& row : analyses::analysis_catalogue())
    if (row.analysis != analyses::AnalysisId::goal) names.emplace_back(row.id);
  for (const rules::Goal& g : rule.goals) names.push_back("goal:" + g.name);
  for (std::size_t i = 0; i < a.waive.size(); ++i) {
    if (std::find(names.begin(), names.end(), a.waive[i]) == names.end())
      complain(fmt::format("--waive {}: no analysis of this rule", a.waive[i]),
               expected_one_of(a.waive[i], {names.begin(), names.end()}));
    if (std::find(a.waive.begin(), a.waive.begin() + static_cast<std::ptrdiff_t>(i), a.waive[i]) !=
        a.waive.begin() + static_cast<std::ptrdiff_t>(i))
      complain(fmt::format("--waive {}: given twice", a.waive[i]), "each analysis once");
    if (i < a.because.size() && a.because[i].find_first_not_of(" \t\n") == std::string::npos)
      complain(fmt::format("--waive {}: no reason", a.waive[i]), "a --because that says why");
  }
  return out;
}

/// A waiver of what is not refuted would hide that it was not needed.
Problems idle_waivers(const std::vector<objects::Waiver>& waivers, const analyses::RuleReport& report) {
  Problems out;
  for (const objects::Waiver& w : waivers) {
    std::string verdicts;
    bool needed = false;
    for (const analyses::Finding& f : report.findings) {
      if (f.analysis != w.analysis) continue;
      needed = needed || f.fails();
      verdicts +=
          fmt::format("{}{} [{}]", verdicts.empty() ? "" : ", ", analyses::to_text(f.verdict), f.subject);
    }
    if (needed) continue;
    out.push_back(fail(fmt::format("--waive {}: it is not refuted: {}", w.analysis,
                                   verdicts.empty() ? "not asked" : verdicts),
                       "an analysis that is refuted or vacuous")
                      .value()
                      .front());
  }
  return out;
}

/// Authority's and log's keys.
struct Keys {
  crypto::KeySeed seed;  // of the authority
  crypto::KeyPair authority, log;
};

Step<Keys> keys_of(const PromulgateArguments& a, const rules::Rule& rule) {
  crypto::KeySeed authority, log;
  if (a.from_run) {
    auto keys = keys_of_run(a.chain);
    if (!keys) return stop(kBadInput, keys.error());
    auto own = std::find_if(keys->begin(), keys->end(),
                            [&](const RunKey& k) { return k.name == rule.authority; });
    if (own == keys->end())
      return stop(kBadInput,
                  fmt::format("{}: no authority `{}` on this chain", a.chain, rule.authority),
                  "a rule of one of its authorities");
    authority = own->seed, log = keys->front().seed;
  }
  for (auto [file, seed] : {std::pair(&a.key, &authority), std::pair(&a.log_key, &log)}) {
    if (file->empty()) continue;
    auto read = read_key_file(*file);
    if (!read) return stop(kBadInput, read.error());
    *seed = *read;
  }
  return Keys{authority, crypto::key_pair_from_seed(authority), crypto::key_pair_from_seed(log)};
}

/// Secret, and the same for the same body: to promulgate twice is to submit the same bytes.
Salt salt_of(const crypto::KeySeed& seed, const objects::Object& unsalted) {
  Bytes text;
  crypto::append_prefixed(text, as_bytes("capmarket/promulgation-salt"));
  crypto::append_prefixed(text, seed.view());
  crypto::append_prefixed(text, objects::encode_object(unsalted));
  Digest hash = crypto::sha256(text);
  Salt out;
  std::copy(hash.bytes.begin(), hash.bytes.begin() + 16, out.bytes.begin());
  return out;
}

/// What goes onto the chain, one object after the other.
class Submitter {
 public:
  Submitter(chain::ChainWriter& writer, const Keys& keys, Instant at)
      : writer_(writer), keys_(keys), at_(at) {}

  /// A refusal is a reason to stop: it is only asked for, in memory, and never submitted.
  Step<chain::Receipt> submit(const objects::Object& object, const std::string& what) {
    chain::Chain& chain = writer_.chain();
    objects::Submission raw{objects::kind_of(object), objects::encode_object(object), {}};
    raw.signatures = objects::sign_all(chain.signing(), chain.state().chain, raw.kind,
                                       crypto::content_id(raw.body),
                                       {{objects::Role::authority, keys_.authority}});
    auto checked = objects::check_submission(std::move(raw), chain.state().chain, chain.signing());
    if (!checked) return stop(kInternal, checked.error());
    const auto facts = chain.facts(*checked, std::max(at_, chain.state().time));
    auto receipt = chain.submit(*checked, at_);
    if (!receipt) return stop(kInternal, receipt.error());
    if (receipt->turned_away)
      return stop(kRefuted, fmt::format("{}: the chain does not know the authority's key", what));
    if (!receipt->decision.admitted()) return refused(what, facts);
    changed_ = changed_ || !receipt->repeated;
    return *receipt;
  }
  bool changed() const { return changed_; }

 private:
  tl::unexpected<Stop> refused(const std::string& what, const std::optional<admission::FactsVariant>& facts) {
    CHECK(facts.has_value());
    std::string clauses, wanted;
    for (const admission::ClauseExplanation& e : admission::explain(*facts, {})) {
      if (e.resolved && e.holds) continue;
      clauses += fmt::format("{}`{}`", clauses.empty() ? "" : ", ", admission::to_text(e.id));
      wanted += fmt::format("{}{}", wanted.empty() ? "" : "; ", e.about);
    }
    return stop(kRefuted, fmt::format("{} is refused by {}: nothing was written", what, clauses),
                wanted);
  }

  chain::ChainWriter& writer_;
  const Keys& keys_;
  Instant at_;
  bool changed_ = false;
};

/// Where a new chain is made: no chain, nor anything else, is replaced by it.
Step<OutputFolder> place_of_new(const PromulgateArguments& a) {
  auto nothing = [&](const std::string&) -> Result<void> {
    return fail(fmt::format("{}: holds something already", a.chain), "a new directory for --new");
  };
  auto folder = OutputFolder::begin(a.chain, true, nothing);
  if (!folder) return stop(kBadInput, folder.error());
  return std::move(*folder);
}

Step<chain::ChainWriter> new_chain(const std::string& dir, const PromulgateArguments& a,
                                   const rules::Rule& rule, const Keys& keys, Instant at) {
  objects::Genesis genesis;
  genesis.chain_name = a.create;
  genesis.log_key = keys.log.pub;
  genesis.roots.push_back({rule.authority, keys.authority.pub, {rule.scope}, {rule.class_name}});
  genesis.salt = salt_of(keys.seed, genesis);
  objects::Submission raw{objects::Kind::genesis, objects::encode_object(genesis), {}};
  const ContentId id = crypto::content_id(raw.body);
  raw.signatures = objects::sign_all(crypto::Signing{}, id, raw.kind, id,
                                     {{objects::Role::root, keys.authority}});
  auto checked = objects::check_submission(std::move(raw), id, crypto::Signing{});
  if (!checked) return stop(kInternal, checked.error());
  auto writer = chain::ChainWriter::create(dir, std::move(*checked), at, keys.log);
  if (!writer) return stop(kBadInput, writer.error());
  return std::move(*writer);
}

/// What `verify` checks below the signed size holds, and the log ends there.
Step<chain::ChainWriter> chain_there(const std::string& dir, const Keys& keys) {
  int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  auto audit = audit::audit_chain(dir, {threads, nullptr});
  if (!audit) return stop(kBadInput, audit.error());
  if (!audit->holds()) {
    const audit::AuditViolation& v = audit->violations.front();
    return stop(kRefuted,
                fmt::format("{}: {} at sequence {}: {}", dir, objects::to_text(v.invariant),
                            v.sequence, v.detail),
                "a chain that `capmarket verify` accepts");
  }
  auto writer = chain::ChainWriter::open(chain::chain_directory(dir), keys.log);
  if (!writer) return stop(kBadInput, writer.error());
  return std::move(*writer);
}

/// When it is admitted: as asked, else at the last admission. No clock is read.
Step<Instant> admission_time(const PromulgateArguments& a, std::optional<Instant> last,
                             const rules::Rule& rule) {
  if (a.at.empty()) return last.value_or(rule.effective.from);
  auto at = parse_instant(a.at);
  if (!at)
    return stop(kBadInput, fmt::format("--at {}: no instant", a.at), "like 2026-01-01T00:00:00Z");
  if (last && *at < *last)
    return stop(kBadInput, fmt::format("--at {}: the chain is at {} already", a.at, to_text(*last)),
                "that instant or a later one");
  return *at;
}

Step<analyses::PromulgationProof> graded(const PromulgateArguments& a, const std::vector<question::RuleFile>& files,
                   const CommonOptions& common) {
  analyses::PromulgationProofOptions options;
  options.check.rlimit = static_cast<std::uint32_t>(common.rlimit);
  options.check.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
  options.check.executor = script::make_executor;
  options.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  options.total = std::chrono::seconds(a.total_seconds);
  options.program = version_text();
  auto proof = analyses::prove_for_promulgation(files.front(), files, options);
  if (!proof) return stop(kSolverFailed, proof.error());
  if (!proof->problems.empty()) return stop(kBadInput, std::move(proof->problems));
  Problems problems;
  for (const std::string& f : proof->failures)
    problems.push_back(fail(f, "sat, unsat or unknown").value().front());
  if (proof->disagreements.empty()) {
    if (!problems.empty()) return stop(kSolverFailed, std::move(problems));
    return std::move(*proof);
  }
  for (const std::string& d : proof->disagreements)
    problems.push_back(fail(d,
                            "one answer to one question: this is a fault of capmarket or of a "
                            "solver")
                           .value()
                           .front());
  return stop(kInternal, std::move(problems));
}

/// Everything up to the last word of admission; the disk is as it was.
struct Prepared {
  std::vector<question::RuleFile> files;
  Keys keys;
  std::optional<OutputFolder> made;  // of a new chain
  std::optional<chain::ChainWriter> writer;
  std::optional<Submitter> submitter;
};

Step<void> open_chain(Prepared& p, const PromulgateArguments& a) {
  auto open = [&]() -> Step<chain::ChainWriter> {
    if (a.create.empty()) return chain_there(a.chain, p.keys);
    const rules::Rule& rule = p.files.front().rule;
    auto at = admission_time(a, std::nullopt, rule);
    if (!at) return tl::unexpected(at.error());
    auto made = place_of_new(a);
    if (!made) return tl::unexpected(made.error());
    p.made.emplace(std::move(*made));
    return new_chain(p.made->aside(), a, rule, p.keys, *at);
  };
  auto writer = open();
  if (!writer) return tl::unexpected(writer.error());
  p.writer.emplace(std::move(*writer));
  return {};
}

Step<void> submit_rule(Prepared& p, const PromulgateArguments& a, reports::PromulgateReport& report) {
  const rules::Rule& rule = p.files.front().rule;
  if (!a.create.empty()) {
    objects::ClassDeclaration declared{{},        rule.authority,   rule.class_name, 1,
                              rule.unit, rule.granularity, rule.retention};
    if (auto r = p.submitter->submit(declared, "class " + rule.class_name); !r)
      return tl::unexpected(r.error());
  }
  for (const rules::FallbackStrategy& f : rule.fallback) {
    if (p.writer->chain().state().strategies.contains(rules::strategy_id(f))) continue;
    auto r = p.submitter->submit(f, "fallback strategy " + f.name);
    if (!r) return tl::unexpected(r.error());
    report.strategies.push_back(r->sequence);
  }
  auto r = p.submitter->submit(rule, fmt::format("rule {} version {}", rule.name, rule.version));
  if (!r) return tl::unexpected(r.error());
  report.rule = r->sequence;
  return {};
}

Step<void> prepare(Prepared& p, const PromulgateArguments& a, const CommonOptions& common,
                   reports::PromulgateReport& report) {
  if (auto kind = expect_rule(a.rule, "rule promulgate"); !kind)
    return stop(kBadInput, kind.error());
  auto files = question::load_rule_files(a.rule);
  if (!files) return stop(kBadInput, files.error());
  p.files = std::move(*files);
  report_rule_warnings(a.rule, common);
  const rules::Rule& rule = p.files.front().rule;
  if (Problems wrong = wrong_waivers(a, rule); !wrong.empty()) return stop(kBadInput, wrong);
  auto keys = keys_of(a, rule);
  if (!keys) return tl::unexpected(keys.error());
  p.keys = *keys;
  if (!a.certificates.empty())
    if (auto ok = smt::can_write_certificates(a.certificates, common.force); !ok)
      return stop(kBadInput, ok.error());
  if (auto opened = open_chain(p, a); !opened) return opened;
  auto at = admission_time(a, p.writer->chain().state().time, rule);
  if (!at) return tl::unexpected(at.error());
  p.submitter.emplace(*p.writer, p.keys, *at);
  report.chain = p.writer->chain().state().chain;
  return submit_rule(p, a, report);
}

/// The verdict over the grade; `promulgated` only where nothing stands against it.
reports::PromulgationVerdict verdict_of(const analyses::RuleReport& report, const std::vector<objects::Waiver>& waivers) {
  auto waived = [&](const analyses::Finding& f) {
    return std::any_of(waivers.begin(), waivers.end(),
                       [&](const objects::Waiver& w) { return w.analysis == f.analysis; });
  };
  reports::PromulgationVerdict out = reports::PromulgationVerdict::promulgated;
  for (const analyses::Finding& f : report.findings) {
    if (f.severity != analyses::Severity::error) continue;
    if (f.fails() && !waived(f)) return reports::PromulgationVerdict::refused;
    if (f.verdict == analyses::AnalysisVerdict::unknown) out = reports::PromulgationVerdict::undecided;
  }
  return out;
}

Step<void> promulgate(Prepared& p, const PromulgateArguments& a, const CommonOptions& common,
                      reports::PromulgateReport& report) {
  objects::Promulgation body;
  body.rule = p.files.front().id;
  body.waivers = report.waivers;
  CHECK(from_hex(report.proof.set.digest, body.certificates));
  body.tools = report.tools;
  body.salt = salt_of(p.keys.seed, body);
  auto r = p.submitter->submit(body, "the promulgation");
  if (!r) return tl::unexpected(r.error());
  report.promulgation = r->sequence;
  if (!a.certificates.empty())
    if (auto w = smt::write_certificates(report.proof.set, a.certificates, common.force); !w)
      return stop(kBadInput, w.error());
  // Where all of it stands there already, nothing is to be signed again.
  if (!p.submitter->changed() && !p.writer->unfinished()) return {};
  if (auto written = p.writer->commit(); !written) return stop(kBadInput, written.error());
  if (!p.made) return {};
  if (auto put = p.made->publish(); !put) return stop(kBadInput, put.error());
  return {};
}

Step<void> run(const PromulgateArguments& a, const CommonOptions& common,
               reports::PromulgateReport& report) {
  Prepared p;
  if (auto r = prepare(p, a, common, report); !r) return r;
  auto proof = graded(a, p.files, common);
  if (!proof) return tl::unexpected(proof.error());
  report.proof = std::move(*proof);
  report.waivers = waivers_of(a);
  if (Problems idle = idle_waivers(report.waivers, report.proof.report); !idle.empty())
    return stop(kBadInput, idle);
  report.tools = {"capmarket " + version_text(), smt::solver_in_use()};
  for (const smt::RecheckReport& r : report.proof.rechecks)
    if (r.solver != "z3") report.tools.push_back(r.solver + " " + r.version);
  report.verdict = verdict_of(report.proof.report, report.waivers);
  if (report.verdict != reports::PromulgationVerdict::promulgated) return {};
  return promulgate(p, a, common, report);
}

}  // namespace

int promulgate_command(const PromulgateArguments& a, const CommonOptions& common) {
  reports::PromulgateReport report;
  report.directory = a.chain;
  report.certificates = a.certificates;
  if (auto done = run(a, common, report); !done) {
    report_problems(done.error().problems);
    return done.error().status;
  }
  if (common.json())
    print_json(reports::promulgate_json(report));
  else
    std::fputs(reports::promulgate_text(report, common.colour()).c_str(), stdout);
  switch (report.verdict) {
    case reports::PromulgationVerdict::promulgated:
      return kHolds;
    case reports::PromulgationVerdict::refused:
      return kRefuted;
    case reports::PromulgationVerdict::undecided:
      return kUndecided;
  }
  return kInternal;
}

}  // namespace capmarket::cli
