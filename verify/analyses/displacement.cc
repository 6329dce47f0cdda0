// Who displaces whom, when, and with what notice.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

constexpr std::size_t kCyclesMax = 2'000;  // elementary cycles looked at, shortest first

using Edges = std::vector<std::vector<smt::Answer>>;

/// Elementary cycles of a graph by length, each from its smallest member.
std::vector<std::vector<std::size_t>> cycles_of(const Edges& edges) {
  std::vector<std::vector<std::size_t>> paths, out;
  for (std::size_t i = 0; i < edges.size(); ++i) paths.push_back({i});
  while (!paths.empty() && out.size() < kCyclesMax) {
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& path : paths)
      for (std::size_t next = path.front(); next < edges.size(); ++next) {
        if (edges[path.back()][next] == smt::Answer::unsat) continue;
        if (next == path.front()) {
          out.push_back(path);
        } else if (std::find(path.begin(), path.end(), next) == path.end() &&
                   longer.size() < kCyclesMax) {
          longer.push_back(path);
          longer.back().push_back(next);
        }
      }
    paths = std::move(longer);
  }
  return out;
}

}  // namespace

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

/// Every turn of the cycle at once: the next one's victim is what the last one was granted. The
/// turns share location and holder where displacement stays on one declaration.
bool Checker::cycle(const std::vector<std::size_t>& tiers) {
  const std::size_t n = tiers.size();
  question::Query q(budget(), subject_);
  std::vector<const question::SymbolicRequest*> turns;
  for (std::size_t k = 0; k < n; ++k)
    turns.push_back(&q.request(n == 1 ? "" : fmt::format("step{}", k + 1), true));
  const bool shared = rule().coordination.mode == rules::CoordinationMode::single ||
                      rule().coordination.mode == rules::CoordinationMode::sharded;
  // tiers[k] displaces tiers[k + 1]: the last turn first, so that steps go forward in time.
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t displacer = tiers[n - 1 - k], victim = tiers[(n - k) % n];
    const question::SymbolicRequest& s = *turns[k];
    q.require(q.eligible(s, displacer) && q.when(s, displacer) && s.victim_is(0, victim));
    if (k == 0) continue;
    const question::SymbolicRequest& before = *turns[k - 1];
    auto same = [&](const char* mine, const char* theirs) {
      q.require(s.row(expr::variable_row(mine)).value ==
                before.row(expr::variable_row(theirs)).value);
    };
    same("victim.price", "price");
    same("victim.start", "start");
    same("victim.until", "until");
    same("victim.whole_value", "value");
    q.require(before.admission() <= s.admission());
    if (shared) continue;
    same("holder.kind", "holder.kind");
    const std::size_t names = subject_.world.names.size();
    for (std::size_t w = names; w < s.switches().size(); ++w)
      if (w != 2 * names)  // `partial`
        q.require(s.switches()[w] == before.switches()[w]);
  }
  Finding f = begin(AnalysisId::displacement_acyclic, "rule", at(tiers[0], "displaces.when"));
  for (std::size_t k = 1; k < n; ++k) provision(f, at(tiers[k], "displaces.when"));
  question::QueryResult result = q.solve(true);
  if (result.answer == smt::Answer::unsat) return false;
  std::string chain = fmt::format("`{}`", tier(tiers[0]).name);
  for (std::size_t k = 1; k <= n; ++k)
    chain += fmt::format(" displaces `{}`", tier(tiers[k % n]).name) + (k < n ? ", which" : "");
  std::string sentence = fmt::format(
      "the conditions as written form a cycle: {} (only admission's own guard of ranks would stop "
      "it)",
      chain);
  script_cycle(f, result, sentence, tiers);
  end_valid(std::move(f), smt::Answer::sat, result, sentence);
  report_.findings.back().label = "inductive step";
  return true;
}

void Checker::displacement_acyclic() {
  const auto begun = std::chrono::steady_clock::now();
  name_questions(AnalysisId::displacement_acyclic, "rule");
  const std::size_t n = rule().tiers.size();
  Edges edges(n, std::vector<smt::Answer>(n, smt::Answer::unsat));
  bool any = false, undecided = false;
  for (std::size_t i = 0; i < n; ++i) {
    if (!tier(i).displaces) continue;
    for (std::size_t j = 0; j < n; ++j) {
      question::Query q(budget(), subject_);
      const question::SymbolicRequest& s = q.request("", true);
      q.require(q.eligible(s, i) && q.when(s, i) && s.victim_is(0, j));
      question::QueryResult result = q.solve(false);
      note(result);
      edges[i][j] = result.answer;
      any = any || result.answer == smt::Answer::sat;
      undecided = undecided || result.answer == smt::Answer::unknown;
    }
  }
  auto cycles = cycles_of(edges);
  for (const auto& tiers : cycles)
    if (cycle(tiers)) return;
  Finding f = begin(AnalysisId::displacement_acyclic, "rule", "tiers");
  begun_ = begun;  // with what was asked for the edges
  if (!any_displaces())
    return end(std::move(f), AnalysisVerdict::info, "no tier displaces another");
  if (!any && !undecided) {
    f.reason = "no displacement can fire";
    return end(std::move(f), AnalysisVerdict::vacuous);
  }
  if (cycles.size() >= kCyclesMax) {
    f.reason = "too many cycles to look at";
    return end(std::move(f), AnalysisVerdict::unknown);
  }
  if (!any) {
    f.reason = "the cover is undecided";
    return end(std::move(f), AnalysisVerdict::unknown);
  }
  end(std::move(f), AnalysisVerdict::proved);
}

/// A better tier that can displace again and again under the load starves this one.
void Checker::starvation_bounded() {
  if (!rule().load)
    return end(begin(AnalysisId::starvation_bounded, "rule", "tiers"), AnalysisVerdict::info,
               "no `load` is given: nothing bounds who else asks");
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) {
    Finding f = begin(AnalysisId::starvation_bounded, tier(i).name, at(i, "eligible"));
    provision(f, "load");
    f.bound = "1 window, repeating";
    question::QueryResult result;
    result.answer = smt::Answer::unsat;
    std::string by;
    for (std::size_t k = 0; k < rule().tiers.size() && result.answer == smt::Answer::unsat; ++k) {
      if (!tier(k).displaces) continue;
      question::Query q(budget(), subject_);
      const question::SymbolicRequest& s = q.request("", true);
      q.require(q.displaces(s, k) && s.victim_is(0, i));
      q.require(question::CheckedSymbolic::holds(q.boolean(*rule().load, s, k)));
      result = q.solve(true);
      if (result.answer == smt::Answer::unsat) continue;
      by = tier(k).name;
      provision(f, at(k, "displaces.when"));
    }
    question::Query cover(budget(), subject_);
    const question::SymbolicRequest& s = cover.request("", false);
    cover.require(cover.eligible(s, i));
    cover.require(question::CheckedSymbolic::holds(cover.boolean(*rule().load, s, i)));
    question::QueryResult covered = cover.solve(false);
    note(covered);
    std::string sentence = fmt::format(
        "under `load`, a request of tier `{}` in every window displaces tier `{}` each time that "
        "it is granted: who keeps asking is never served",
        by, tier(i).name);
    for (std::size_t k = 0; k < rule().tiers.size(); ++k)
      if (tier(k).name == by)
        script_displacement(
            f, result, sentence, k,
            {{},
             {{"served", fmt::format("!(displaced && victim.tier == \"{}\")", tier(i).name)}},
             {}});
    end_valid(std::move(f), covered.answer, result, sentence);
  }
}

}  // namespace capmarket::analyses
