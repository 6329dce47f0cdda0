// starvation-bounded: whether other tiers can take all that one could get, window after window.
// Source: docs/spec/analyses.md#starvation-bounded.
#include <fmt/format.h>

#include <algorithm>

#include "model/expr/evaluate.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

using smt::Answer;

bool reads_lead(const expr::Expr& e) {
  return std::any_of(e.nodes.begin(), e.nodes.end(), [](const expr::ExprNode& n) {
    return n.op == expr::Op::variable &&
           (n.value == expr::variable_row("lead") || n.value == expr::variable_row("now"));
  });
}

/// Quotas and set-asides hold on each declaration; shared infrastructure knows neither.
bool shares_hold(const rules::Rule& rule) {
  return rule.coordination.mode != rules::CoordinationMode::single &&
         rule.coordination.mode != rules::CoordinationMode::sharded;
}

}  // namespace

/// What tier `k` can do to tier `i` under the load.
struct Checker::Taking {
  Answer answer = Answer::unsat;
  std::string reason;             // of an unknown
  std::optional<std::size_t> by;  // the first tier that takes
  bool displaces = false;         // it does so by displacing
  question::QueryResult result;   // of that
  std::int64_t ratio = 0;         // of a declaration, that is taken or kept from the tier
};

/// For each tier that displaces, whom it may under the load: "no" is final, "yes" is to be shown.
std::vector<std::vector<Answer>> Checker::takers() {
  const std::size_t n = rule().tiers.size();
  std::vector<std::vector<Answer>> out(n, std::vector<Answer>(n, Answer::unsat));
  for (std::size_t k = 0; k < n; ++k) {
    if (!tier(k).displaces) continue;
    question::Query q(budget(), subject_);
    const question::SymbolicRequest& s = q.request("", true);
    q.require(q.displaces(s, k));
    q.require(question::CheckedSymbolic::holds(q.boolean(*rule().load, s, k)));
    for (std::size_t i = 0; i < n; ++i)
      if (tier(i).rank < tier(k).rank) out[k][i] = q.possible({s.victim_is(0, i)});
  }
  return out;
}

/// Whether a request of tier `k` under the load displaces a grant of tier `i`.
question::QueryResult Checker::displaced_under_load(std::size_t i, std::size_t k) {
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", true);
  q.require(q.displaces(s, k) && s.victim_is(0, i));
  q.require(question::CheckedSymbolic::holds(q.boolean(*rule().load, s, k)));
  return q.solve(true);
}

/// Whether one of tier `k` under the load asks for the same start before tier `i` may: somebody
/// eligible for `i` who, asking as early, would not be.
question::QueryResult Checker::asked_before(std::size_t i, std::size_t k) {
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& late = q.request("late", false);
  const question::SymbolicRequest& early = q.request("early", false);
  const question::SymbolicRequest& as_early = q.request("as_early", false);
  auto row = [](const question::SymbolicRequest& s, const char* name) {
    return s.row(expr::variable_row(name)).value;
  };
  q.require(q.obtains(late, i) && q.room(late, i));
  q.require(q.obtains(early, k) && q.room(early, k));
  q.require(question::CheckedSymbolic::holds(q.boolean(*rule().load, early, k)));
  q.require(row(late, "start") == row(early, "start") && row(late, "lead") < row(early, "lead"));
  q.require(row(as_early, "lead") == row(early, "lead"));
  for (const char* same :
       {"quantity", "price", "start", "length", "value", "user.kind", "holder.kind"})
    q.require(row(as_early, same) == row(late, same));
  for (std::size_t w = 0; w < late.switches().size(); ++w)
    q.require(late.switches()[w] == as_early.switches()[w]);
  // Both ask for the same place.
  q.require(early.same_place(late) && early.same_holder(late));
  q.require(!q.eligible(as_early, i));
  return q.solve(true);
}

/// Whether the tier can displace some grant of tier `k`: who may, needs not ask first.
Answer Checker::can_displace(std::size_t i, std::size_t k) {
  if (!tier(i).displaces || tier(k).rank >= tier(i).rank) return Answer::unsat;
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", true);
  q.require(q.displaces(s, i) && s.victim_is(0, k));
  return q.possible({});
}

/// Adds tier `k` to those that take from tier `i`, or what is kept from it for that tier at least.
void Checker::take(std::size_t i, std::size_t k, bool may_displace, Taking& out) {
  std::int64_t kept = tier(k).set_aside.value;
  auto by = [&](bool displaces, question::QueryResult result) {
    note(result);
    if (result.answer == Answer::unknown) {
      out.answer = Answer::unknown;
      out.reason = result.reason;
    }
    if (result.answer != Answer::sat) return false;
    kept = std::max(kept, shares_hold(rule()) && tier(k).quota ? tier(k).quota->value : kFullRatio);
    if (!out.by) {
      out.by = k;
      out.displaces = displaces;
      out.result = std::move(result);
    }
    return true;
  };
  const bool took = may_displace && by(true, displaced_under_load(i, k));
  if (!took && reads_lead(tier(i).eligible) && can_displace(i, k) == Answer::unsat)
    by(false, asked_before(i, k));
  out.ratio = shares_hold(rule()) ? out.ratio + kept : std::max(out.ratio, kept);
}

/// Other tiers take, again and again, all that the tier could get.
void Checker::starvation_of(std::size_t i, const std::vector<std::vector<Answer>>& takers) {
  Finding f = begin(AnalysisId::starvation_bounded, tier(i).name, at(i, "eligible"));
  provision(f, "load");
  f.bound = "1 window, repeating; not that its own tier, or longer slots, fill it first";
  const bool kept = shares_hold(rule()) && tier(i).set_aside.value > 0;
  Taking taking;
  auto starved = [&] { return taking.by && taking.ratio >= kFullRatio; };
  for (std::size_t k = 0; k < rule().tiers.size() && !kept && !starved(); ++k)
    if (k != i) take(i, k, takers[k][i] != Answer::unsat, taking);
  question::QueryResult result;
  result.answer = starved() ? Answer::sat : taking.answer;
  result.reason = taking.reason;
  std::string sentence;
  if (starved()) {
    result = taking.result;
    const std::size_t k = *taking.by;
    provision(f, taking.displaces ? at(k, "displaces.when") : at(k, "eligible"));
    const std::string &mine = tier(i).name, &theirs = tier(k).name;
    if (taking.displaces)
      sentence = fmt::format(
          "under `load`, a request of tier `{}` in every window displaces tier `{}` each time that "
          "it is granted: who keeps asking is never served",
          theirs, mine);
    else
      sentence = fmt::format(
          "under `load`, tier `{}` can ask for every window before tier `{}` may: who keeps asking "
          "is never served",
          theirs, mine);
    if (taking.displaces)
      script_displacement(
          f, result, sentence, k,
          {{},
           {{"served", fmt::format("!(displaced && victim.tier == \"{}\")", tier(i).name)}},
           {}});
    else
      script_before(f, result, sentence, i, k);
  }
  question::Query cover(budget(), subject_);
  const question::SymbolicRequest& s = cover.request("", false);
  cover.require(cover.obtains(s, i) && cover.room(s, i));
  cover.require(question::CheckedSymbolic::holds(cover.boolean(*rule().load, s, i)));
  question::QueryResult covered = cover.solve(false);
  note(covered);
  end_valid(std::move(f), covered.answer, result, sentence);
}

void Checker::starvation_bounded() {
  if (!rule().load)
    return end(begin(AnalysisId::starvation_bounded, "rule", "tiers"), AnalysisVerdict::info,
               "no `load` is given: nothing bounds who else asks");
  name_questions(AnalysisId::starvation_bounded, "rule");
  const auto may = takers();
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) starvation_of(i, may);
}

}  // namespace capmarket::analyses
