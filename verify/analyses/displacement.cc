// Who displaces whom, when, and with what notice.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "verify/analyses/checker.h"
#include "verify/analyses/ring_search.h"

namespace capmarket::analyses {

namespace {

bool reads_times_displaced(const rules::Rule& rule) {
  const std::int64_t row = expr::variable_row("victim.times_displaced");
  return std::any_of(rule.tiers.begin(), rule.tiers.end(), [&](const rules::Tier& t) {
    return t.displaces && std::any_of(t.displaces->when.nodes.begin(),
                                      t.displaces->when.nodes.end(), [&](const expr::ExprNode& n) {
                                        return n.op == expr::Op::variable && n.value == row;
                                      });
  });
}

/// Whether, under that rule, a grant may be displaced that was so often before.
bool displaced_again(const question::QueryBudget& budget, const question::RuleSubject& subject,
                     int times) {
  for (std::size_t i = 0; i < subject.rule().tiers.size(); ++i) {
    if (!subject.rule().tiers[i].displaces) continue;
    question::Query q(budget, subject);
    const question::SymbolicRequest& s = q.request("", true);
    q.require(q.displaces(s, i));
    q.require(s.row(expr::variable_row("victim.times_displaced")).value ==
              smt::Symbolic::integer(times));
    if (q.solve(false).answer != smt::Answer::unsat) return true;
  }
  return false;
}

}  // namespace

/// Where no tier of any version can displace a grant that was displaced so often, none ever was
/// more often. Asked of the first few numbers, where a condition reads them.
void Checker::bound_displacements() {
  if (subject_.open_past) return;
  std::vector<question::RuleFile> files;
  for (const question::RuleFile* f : subject_.earlier) files.push_back(*f);
  std::vector<question::RuleSubject> subjects = {subject_};
  for (const question::RuleFile& f : files) subjects.push_back(question::subject_of(f, files));
  const bool read = std::any_of(subjects.begin(), subjects.end(),
                                [](const auto& s) { return reads_times_displaced(s.rule()); });
  if (!read) return;
  for (int times = 0; times <= question::kTimesShown; ++times) {
    if (std::any_of(subjects.begin(), subjects.end(),
                    [&](const auto& s) { return displaced_again(budget(), s, times); }))
      continue;
    budget_.times_displaced = times;
    return;
  }
}

void Checker::displacement_reachable(std::size_t i) {
  const rules::Displaces& d = *tier(i).displaces;
  Finding f = begin(AnalysisId::displacement_reachable, tier(i).name, at(i, "displaces.when"));
  question::QueryResult result;
  result.answer = fires(i);
  result.reason = question::kGaveUp;
  std::string stop;
  if (d.stop_within) {
    provision(f, at(i, "displaces.stop_within"));
    stop = fmt::format(" with a notice of {}", to_text(*d.stop_within));
  }
  if (std::any_of(rule().tiers.begin(), rule().tiers.end(), [](const rules::Tier& t) {
        return t.quota.has_value() || t.set_aside.value > 0;
      }))
    stop += " within quotas and what is set aside";
  end_satisfiable(std::move(f), result,
                  fmt::format("tier `{}` can never displace: no request and no victim below its "
                              "rank satisfy `{}`{}",
                              tier(i).name, d.when.canonical, stop));
}

/// Whether some displacement would be admitted but for its notice.
smt::Answer Checker::fires_unstopped(std::size_t i) {
  if (!tier(i).displaces->stop_within) return fires(i);
  question::Query q(budget(), subject_);
  q.require(q.unstopped(q.request("", true), i));
  question::QueryResult result = q.solve(false);
  note(result);
  return result.answer;
}

/// Admission keeps `stop_within`: what is asked is whether it leaves anything to displace. It knows
/// of no lease.
void Checker::notice_feasible(std::size_t i) {
  const rules::Displaces& d = *tier(i).displaces;
  Finding f = begin(AnalysisId::notice_feasible, tier(i).name,
                    at(i, d.stop_within ? "displaces.stop_within" : "displaces.when"));
  provision(f, at(i, "displaces.when"));
  const Duration stop = d.stop_within.value_or(Duration(0));
  if (d.stop_within && fires(i) == smt::Answer::unsat) {
    provision(f, "limits.lead");
    question::QueryResult none;
    none.answer = smt::Answer::unsat;
    if (fires_unstopped(i) == smt::Answer::unsat)
      return end_valid(std::move(f), smt::Answer::unsat, none, "");
    return end_satisfiable(
        std::move(f), none,
        fmt::format("tier `{}` can displace nobody with the notice of {} that stopping takes",
                    tier(i).name, to_text(stop)));
  }
  const Duration lease = rule().lease.value_or(Duration(0));
  question::QueryResult result;
  result.answer = smt::Answer::unsat;  // admission keeps `stop_within`
  std::string sentence;
  if (lease > stop) {
    provision(f, "lease");
    question::Query q(budget(), subject_);
    const question::SymbolicRequest& s = q.request("", true);
    q.require(q.displaces(s, i));
    const expr::Expr notice = question::variable("notice");  // so that the witness shows it
    q.require(q.integer(notice, s, i).value < smt::Symbolic::integer(lease.value));
    result = q.solve(true);
    const std::string length = to_text(lease);
    sentence = fmt::format("tier `{}` can displace with less notice than the lease of {}",
                           tier(i).name, length);
    script_displacement(
        f, result, sentence, i,
        {{}, {{"notice", fmt::format("displaced implies notice >= {}", length)}}, {}});
  }
  end_valid(std::move(f), fires(i), result, sentence);
}

/// Ends the finding with that ring, told from its lowest tier on.
void Checker::end_ring(const std::vector<std::size_t>& ring, const question::QueryResult& result) {
  const auto begun = begun_;  // with all that was asked for it
  const std::size_t n = ring.size();
  // From here on each displaces the next.
  std::vector<std::size_t> tiers(ring.rbegin(), ring.rend());
  std::rotate(tiers.begin(), std::min_element(tiers.begin(), tiers.end()), tiers.end());
  Finding f = begin(AnalysisId::displacement_acyclic, "rule", at(tiers[0], "displaces.when"));
  begun_ = begun;
  for (std::size_t k = 1; k < n; ++k)
    if (std::find(tiers.begin(), tiers.begin() + static_cast<std::ptrdiff_t>(k), tiers[k]) ==
        tiers.begin() + static_cast<std::ptrdiff_t>(k))
      provision(f, at(tiers[k], "displaces.when"));
  std::string chain = fmt::format("`{}`", tier(tiers[0]).name);
  for (std::size_t k = 1; k <= n; ++k)
    chain += fmt::format(" displaces `{}`", tier(tiers[k % n]).name) + (k < n ? ", which" : "");
  std::string sentence = fmt::format(
      "the conditions as written form a cycle: {} (only admission's own guard of ranks would stop "
      "it)",
      chain);
  script_cycle(f, result, sentence, ring);
  end_valid(std::move(f), smt::Answer::sat, result, sentence);
  report_.findings.back().label = "inductive step";
}

void Checker::displacement_acyclic() {
  Finding f = begin(AnalysisId::displacement_acyclic, "rule", "tiers");
  if (!any_displaces())
    return end(std::move(f), AnalysisVerdict::info, "no tier displaces another");
  RingSearch search(budget(), subject_);
  const smt::Answer any = search.any_turn();
  RingsFound found;
  if (any != smt::Answer::unsat) found = search.search();
  if (found.answer == smt::Answer::sat) {
    question::QueryResult result = search.example(found.ring);
    if (result.answer == smt::Answer::sat) return end_ring(found.ring, result);
    found = {smt::Answer::unknown, {}, "a ring was found, but no case of it"};
  }
  if (any == smt::Answer::unsat) {
    f.reason = "no displacement can fire";
    return end(std::move(f), AnalysisVerdict::vacuous);
  }
  const bool proved = found.answer == smt::Answer::unsat && any == smt::Answer::sat;
  if (!proved) f.reason = found.reason.empty() ? "the cover is undecided" : found.reason;
  end(std::move(f), proved ? AnalysisVerdict::proved : AnalysisVerdict::unknown);
}

}  // namespace capmarket::analyses
