// no-money-pump: what each party owes whom, step by step, and whether two of them together can end
// with more than they began with. Source: docs/spec/analyses.md#no-money-pump.
#include <fmt/format.h>

#include "model/base/text.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

using smt::num;
using Bool = smt::Symbolic::Bool;
using Int = smt::Symbolic::Int;

constexpr int kSteps = 4;

/// Ratio of an amount, as an obligation is floored.
Int ratio_of(const Int& amount, BasisPoints ratio) {
  return smt::Symbolic::mul_div_floor(amount, ratio.value, kFullRatio);
}

/// One grant of the pair, and all that comes of it. Amounts are ten-thousandths.
struct PumpStep {
  std::string name;
  const question::SymbolicRequest* request = nullptr;
  std::vector<Bool> at;     // by tier: eligible and granted there
  std::vector<Bool> under;  // by strategy of the catalog: the leg names it
  Int price;                // the pair to the holder
  Int back;                 // the holder to the pair: displaced or given back
  Int fee;                  // the pair to the holder: of what was given back
  Int claimed;              // delivered, and claimed as not delivered
  Int claim_fee;            // the pair to the holder: of claims that fall
  Int repaid;               // the holder to the pair: of claims that stand
  Int net;                  // what the pair gains

  /// Every part is nothing or the whole grant: so it can be brought about to the last digit.
  std::vector<Bool> whole() const {
    return {back == num(0) || back == price, claimed == num(0) || claimed == price};
  }
};

/// The claim stands, against a holder who contests and shows nothing: refund, penalty, the fee of
/// the contest; and as a failure that nobody told in time it is late, so that a dispute brings the
/// penalty again.
Int repaid_of(const rules::Rule& rule, const PumpStep& step) {
  Int out = num(0);
  for (std::size_t k = 0; k < rule.fallback.size(); ++k) {
    const rules::FallbackStrategy& s = rule.fallback[k];
    const Int penalty = ratio_of(step.claimed, s.penalty);
    out = smt::Symbolic::select(step.under[k], ratio_of(step.claimed, s.refund) + penalty + penalty,
                                out);
  }
  return out + ratio_of(step.claimed, rule.claims.contest_fee);
}

PumpStep pump_step(question::Query& q, const rules::Rule& rule, int number) {
  PumpStep step;
  step.name = fmt::format("step{}", number);
  step.request = &q.request(step.name, false);
  for (std::size_t i = 0; i < rule.tiers.size(); ++i)
    step.at.push_back(q.obtains(*step.request, i) && q.room(*step.request, i));
  q.require(smt::any_of(step.at));
  const expr::Expr value = question::variable("value");
  q.reads(value, *step.request);
  step.price = step.request->row(expr::variable_row("value")).value;
  auto part = [&](const char* what, const Int& most) {
    Int out = Int::fresh(step.name + what);
    q.require(num(0) <= out && out <= most);
    return out;
  };
  step.back = part(".back", step.price);
  step.fee = smt::Symbolic::select(Bool::fresh(step.name + ".surrendered"),
                                   ratio_of(step.back, rule.surrender_fee), num(0));
  step.claimed = part(".claimed", step.price - step.back);
  for (const rules::FallbackStrategy& s : rule.fallback) {
    Bool mine = Bool::fresh(step.name + ".under " + s.name);
    for (const Bool& other : step.under) q.require(!mine || !other);
    step.under.push_back(std::move(mine));
  }
  const bool proves = rule.claims.burden == rules::Burden::holder;
  step.claim_fee = proves ? num(0) : ratio_of(step.claimed, rule.claims.claim_fee);
  step.repaid = proves ? repaid_of(rule, step) : num(0);
  step.net = step.back + step.repaid - step.price - step.fee - step.claim_fee;
  return step;
}

/// What the case of a step says, for its witness.
void write_step(std::vector<std::pair<std::string, std::string>>& out, const rules::Rule& rule,
                const PumpStep& step, const z3::model& model) {
  auto add = [&](const char* what, std::string text) {
    out.emplace_back(step.name + what, std::move(text));
  };
  auto money = [&](const char* what, const Int& amount) {
    const std::int64_t v = smt::value_in(model, amount);
    if (v != 0) add(what, to_text(Money(v)) + " " + rule.currency);
  };
  for (std::size_t i = 0; i < step.at.size(); ++i)
    if (smt::value_in(model, step.at[i])) {
      add(".tier", rule.tiers[i].name);
      break;
    }
  money(".pays", step.price);
  money(".gets back for what is given back", step.back);
  money(".pays to give it back", step.fee);
  money(".claims as not delivered", step.claimed);
  for (std::size_t k = 0; k < step.under.size(); ++k)
    if (smt::value_in(model, step.claimed) != 0 && smt::value_in(model, step.under[k]))
      add(".under strategy", rule.fallback[k].name);
  money(".pays for the claim", step.claim_fee);
  money(".is paid for the claim", step.repaid);
}

}  // namespace

/// What the two owe each other cancels: only what goes to and comes from the holder counts. Each
/// step is a grant of theirs, which another may displace.
void Checker::no_money_pump() {
  const bool proves = rule().claims.burden == rules::Burden::holder;
  Finding f = begin(AnalysisId::no_money_pump, "rule", proves ? "claims.burden" : "fallback");
  f.bound = fmt::format(
      "{} steps; {}; what strangers pay to displace the two is what they agreed to", kSteps,
      proves ? "of a false claim the holder shows nothing, and nobody else does"
             : "false claims are contested in time, and nobody witnesses them");
  question::QueryBudget alone = budget();
  alone.grounded = false;
  question::QueryResult result;
  for (int steps = 1; steps <= kSteps; ++steps) {
    question::Query q(alone, subject_);
    std::vector<PumpStep> all;
    Int net = num(0);
    for (int k = 1; k <= steps; ++k) {
      all.push_back(pump_step(q, rule(), k));
      net = net + all.back().net;
    }
    q.require(net > num(0));
    result.answer = q.possible({});
    if (result.answer == smt::Answer::unsat) continue;
    // Its values may lie within rounding of a real case.
    result = q.solve(false);
    if (result.answer == smt::Answer::unsat) continue;
    for (const PumpStep& step : all)
      for (const Bool& b : step.whole()) q.require(b);
    result = q.solve(true);
    note(result);
    if (result.answer != smt::Answer::sat) {
      result.answer = smt::Answer::unknown;
      if (result.reason.empty()) result.reason = "no case with exact values was found";
      break;
    }
    f.witness = result.values;
    for (const PumpStep& step : all) write_step(f.witness, rule(), step, q.example());
    f.witness.emplace_back("the pair gains",
                           to_text(Money(smt::value_in(q.example(), net))) + " " + rule().currency);
    for (std::size_t k = 0; k < rule().fallback.size(); ++k)
      if (smt::value_in(q.example(), all.front().under[k]))
        provision(f, fmt::format("fallback[{}]", k));
    f.label = "ledger of a pair";
    f.no_golden = "no golden case reads what comes of several steps";
    f.reason = "no scenario: nothing that a run watches reads what a pair was paid in all";
    const char* sentence =
        "two users are paid more than they pay: what is delivered is claimed, and the holder has "
        "to prove that it was";
    return end(std::move(f), AnalysisVerdict::refuted, sentence);
  }
  question::Query some(alone, subject_);
  const question::SymbolicRequest& grant = some.request("", false);
  std::vector<Bool> at;
  for (std::size_t i = 0; i < rule().tiers.size(); ++i)
    at.push_back(some.obtains(grant, i) && some.room(grant, i));
  some.require(smt::any_of(at));
  const question::QueryResult covered = some.solve(false);
  note(covered);
  end_valid(std::move(f), covered.answer, result, "");
}

}  // namespace capmarket::analyses
