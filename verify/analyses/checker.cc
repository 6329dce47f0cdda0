#include "verify/analyses/checker.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/analyses/case_example.h"
#include "verify/analyses/listener.h"
#include "verify/smt/recorder.h"

namespace capmarket::analyses {

std::string_view to_text(AnalysisVerdict verdict) {
  switch (verdict) {
    case AnalysisVerdict::proved:
      return "proved";
    case AnalysisVerdict::refuted:
      return "refuted";
    case AnalysisVerdict::unknown:
      return "unknown";
    case AnalysisVerdict::vacuous:
      return "vacuous";
    case AnalysisVerdict::info:
      return "info";
  }
  return {};
}

AnalysisVerdict RuleReport::verdict() const {
  AnalysisVerdict out = AnalysisVerdict::proved;
  bool any = false;
  for (const Finding& f : findings) {
    if (f.severity != Severity::error) continue;
    any = any || f.verdict != AnalysisVerdict::info;
    if (f.fails()) return AnalysisVerdict::refuted;
    if (f.verdict == AnalysisVerdict::unknown) out = AnalysisVerdict::unknown;
  }
  return any ? out : AnalysisVerdict::vacuous;
}

bool RuleReport::warned() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity == Severity::warning && f.fails(); });
}

Checker::Checker(const question::RuleSubject& subject, const CheckOptions& options,
                 RuleReport& report)
    : subject_(subject),
      budget_{{options.rlimit, options.timeout_ms, options.seed, options.until, true, false,
               options.effort},
              true,
              true,
              options.more},
      scripted_scenarios_(options.scripted_scenarios),
      against_(options.against),
      executor_(options.executor),
      report_(report),
      fires_(subject.rule().tiers.size()) {}

std::string Checker::at(std::size_t i, const std::string& part) const {
  return fmt::format("tiers[{}].{}", i, part);
}

namespace {

/// What reports call the analysis of that subject: of a goal its own name.
std::string name_of(AnalysisId analysis, const std::string& subject) {
  const std::string id(row_of(analysis).id);
  return analysis == AnalysisId::goal ? id + ":" + subject : id;
}

}  // namespace

Finding Checker::begin(AnalysisId analysis, const std::string& subject, const std::string& place) {
  begun_ = std::chrono::steady_clock::now();
  name_questions(analysis, subject);
  Finding f;
  f.row = analysis;
  f.analysis = name_of(analysis, subject);
  f.subject = subject;
  f.severity = row_of(analysis).severity;
  provision(f, place);
  asked_ = f;
  Listener::tell(f.analysis, subject);
  return f;
}

void Checker::out_of_time(const std::string& reason) {
  Finding f = std::move(asked_);
  f.reason = fmt::format("out of time ({})", reason);
  end(std::move(f), AnalysisVerdict::unknown);
}

std::size_t Checker::questions() {
  smt::QuestionRecorder* recorder = smt::QuestionRecorder::current();
  return recorder == nullptr ? 0 : recorder->size();
}

smt::Answer Checker::cite(const Shared& shared) const {
  if (smt::QuestionRecorder* recorder = smt::QuestionRecorder::current())
    recorder->cite(shared.from, shared.until);
  return shared.answer;
}

smt::Answer Checker::inhabited() { return cite(inhabited_); }

void Checker::name_questions(AnalysisId analysis, const std::string& subject) const {
  smt::QuestionRecorder* recorder = smt::QuestionRecorder::current();
  if (recorder == nullptr) return;
  std::string statement(row_of(analysis).statement);
  for (const rules::Goal& g : rule().goals)
    if (analysis == AnalysisId::goal && g.name == subject)
      statement = fmt::format("{}: {}", g.always ? "always" : "never", g.claim.canonical);
  recorder->name(name_of(analysis, subject), subject, std::move(statement));
}

void Checker::provision(Finding& f, const std::string& place) const {
  provision_of(f, *subject_.own, place);
}

/// A part that the file does not have stands where the part around it does; the rule's name at
/// last.
void Checker::provision_of(Finding& f, const question::RuleFile& file,
                           const std::string& place) const {
  std::string key = place;
  auto it = file.places.find(key);
  while (it == file.places.end() && !key.empty()) {
    std::size_t cut = key.find_last_of(".[");
    key = cut == key.npos ? "" : key.substr(0, cut);
    it = file.places.find(key);
    if (it == file.places.end() && key.ends_with(']')) it = file.places.find(key + ".name");
  }
  if (it == file.places.end()) it = file.places.find("rule");
  bool known = it != file.places.end();
  f.provisions.push_back(
      {file.file, place, known ? it->second.line : 0, known ? it->second.column : 0});
}

void Checker::end(Finding f, AnalysisVerdict verdict, std::string sentence) {
  f.verdict = verdict;
  f.sentence = std::move(sentence);
  f.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::steady_clock::now() - begun_)
                       .count();
  report_.findings.push_back(std::move(f));
}

void Checker::note(const question::QueryResult& result) {
  if (result.reproduced) return;
  report_.internal_error = true;
  report_.mismatch = result.mismatch;
}

void Checker::add_witness(Finding& f, const question::QueryResult& result) const {
  f.witness = result.values;
  f.more = result.more;
  f.region = result.region;
  f.conjuncts = result.conjuncts;
  for (std::size_t i = 0; i < result.cases.size() && scripted_scenarios_; ++i) {
    if (result.roles[i].granted) continue;
    auto example = example_of(subject_, result.cases[i], result.roles[i], executor_);
    if (example)
      f.golden.push_back(*std::move(example));
    else
      f.no_golden = example.error().front().what;
  }
  if (!f.no_golden.empty()) f.golden.clear();
  f.label = "single decision";
}

void Checker::end_valid(Finding f, smt::Answer cover, const question::QueryResult& result,
                        const std::string& sentence) {
  note(result);
  if (cover == smt::Answer::unsat) {
    f.reason = "nothing satisfies the premises";
    return end(std::move(f), AnalysisVerdict::vacuous);
  }
  if (result.answer == smt::Answer::sat) {
    add_witness(f, result);
    return end(std::move(f), AnalysisVerdict::refuted, sentence);
  }
  bool proved = result.answer == smt::Answer::unsat && cover == smt::Answer::sat;
  if (!proved) f.reason = result.reason.empty() ? "the cover is undecided" : result.reason;
  end(std::move(f), proved ? AnalysisVerdict::proved : AnalysisVerdict::unknown);
}

void Checker::end_satisfiable(Finding f, const question::QueryResult& result,
                              const std::string& sentence) {
  note(result);
  if (inhabited() == smt::Answer::unsat) {
    f.reason = "nothing satisfies the limits";
    return end(std::move(f), AnalysisVerdict::vacuous);
  }
  switch (result.answer) {
    case smt::Answer::sat:
      return end(std::move(f), AnalysisVerdict::proved);
    case smt::Answer::unsat:
      return end(std::move(f), AnalysisVerdict::refuted, sentence);
    case smt::Answer::unknown:
      f.reason = result.reason;
      return end(std::move(f), AnalysisVerdict::unknown);
  }
}

smt::Answer Checker::fires(std::size_t i) {
  if (!tier(i).displaces) return smt::Answer::unsat;
  if (fires_[i]) return cite(*fires_[i]);
  const std::size_t from = questions();
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", true);
  q.require(q.displaces(s, i));
  question::QueryResult result = q.solve(false);
  note(result);
  fires_[i] = Shared{result.answer, from, questions()};
  return result.answer;
}

namespace {

/// Names of the rule's goals that judge those steps alone.
std::vector<std::string> goals_judged_at(const rules::Rule& rule, std::string_view steps) {
  std::vector<std::string> out;
  for (const rules::Goal& g : rule.goals)
    if (chain::judged_steps(chain::goal_subject(g.claim)) == steps) out.push_back(g.name);
  return out;
}

}  // namespace

void Checker::schema_lines() {
  const rules::Rule& r = rule();
  const rules::Limits& l = r.limits;
  auto [low, high] = question::admissible_prices(r);
  auto add = [&](std::string line) { report_.schema.push_back(std::move(line)); };
  add(fmt::format("quantity {} .. {} {}, length {} .. {}, lead {} .. {}, skew {}",
                  std::max<std::int64_t>(1, l.quantity_min.value), l.quantity_max.value, r.unit,
                  to_text(l.length_min), to_text(l.length_max), to_text(l.lead_min),
                  to_text(l.lead_max), to_text(l.skew)));
  add(fmt::format("price {} .. {} {} per {} and hour", to_text(Money(low)), to_text(Money(high)),
                  r.currency, r.unit));
  add(fmt::format("signed from {} to {}; starts and lengths are multiples of {}",
                  to_text(r.effective.from), to_text(r.effective.until), to_text(r.granularity)));
  if (!subject_.open_past)
    add("pieces of grants begin and end on those multiples: the class declares none finer");
  add(r.vocabulary ? "kinds and groups are those of `vocabulary`"
                   : "kinds and groups are open: there is always another one");
  add(subject_.open_past
          ? "victims may come from an earlier version that was not given: of any tier, rank, price"
          : fmt::format("victims come from this version{}",
                        subject_.earlier.empty()
                            ? ""
                            : fmt::format(" and {} before it", subject_.earlier.size())));
  if (std::any_of(r.tiers.begin(), r.tiers.end(), [](const rules::Tier& t) { return t.displaces; }))
    add("tiers are judged by this rule: no reconciliation policy puts another's in their place");
  if (!r.goals.empty())
    add("goals speak of refused requests too, whatever these ask for, while their numbers fit 64 "
        "bits");
  for (std::string_view steps : {"displacements", "failures"})
    if (const std::vector<std::string> goals = goals_judged_at(r, steps); !goals.empty())
      add(fmt::format("{} of {} alone, and of nothing else: {}",
                      goals.size() == 1 ? "this goal speaks" : "these goals speak", steps,
                      fmt::join(goals, ", ")));
  add(fmt::format("a grant was displaced at most {} times before", budget_.times_displaced));
}

void Checker::schema_inhabited() {
  Finding f = begin(AnalysisId::schema_inhabited, "limits", "limits");
  bound_displacements();
  schema_lines();
  const std::size_t from = questions();
  question::Query q(budget(), subject_);
  q.request("", false, question::SymbolicRequest::Range::limits);
  question::QueryResult result = q.solve(false);
  inhabited_ = {result.answer, from, questions()};
  note(result);
  if (result.answer == smt::Answer::unsat)
    return end(std::move(f), AnalysisVerdict::refuted,
               "no request satisfies the limits: nobody can ask for anything");
  f.reason = result.reason;
  end(std::move(f),
      result.answer == smt::Answer::sat ? AnalysisVerdict::proved : AnalysisVerdict::unknown);
}

RuleReport check_rule(const question::RuleFile& own, const std::vector<question::RuleFile>& files,
                      const CheckOptions& options) {
  RuleReport report;
  report.file = own.file;
  report.rule = own.rule.name;
  report.version = own.rule.version;
  report.id = to_hex(own.id);
  question::RuleSubject subject = question::subject_of(own, files);
  smt::SymbolicScope scope;
  Checker checker(subject, options, report);
  checker.play_examples();
  if (!report.problems.empty()) return report;
  for (const AnalysisRow& row : analysis_catalogue())
    if (row.scope == AnalysisScope::framework && !options.framework)
      checker.refer_to_prove(row.analysis);
    else
      checker.in_time([&] { (checker.*row.run)(); });
  return report;
}

}  // namespace capmarket::analyses
