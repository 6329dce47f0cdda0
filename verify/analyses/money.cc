// What displacements owe.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

using smt::num;

}  // namespace

/// As written, without admission's maximum with zero.
void Checker::displacement_compensated(std::size_t i) {
  const rules::Displaces& d = *tier(i).displaces;
  Finding f =
      begin(AnalysisId::displacement_compensated, tier(i).name, at(i, "displaces.compensation"));
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", true);
  q.require(q.displaces(s, i));
  if (d.exempt) {
    provision(f, at(i, "displaces.exempt"));
    q.require(!question::CheckedSymbolic::holds(q.boolean(*d.exempt, s, i)));
  }
  question::CheckedSymbolic::Int k = q.integer(d.compensation, s, i);
  q.require(!question::CheckedSymbolic::poisoned(k.poison) && k.value <= num(0));
  question::QueryResult result = q.solve(true);
  std::string sentence = fmt::format("tier `{}` can displace and owes nothing", tier(i).name);
  std::string when =
      d.exempt ? fmt::format("displaced && !({})", d.exempt->canonical) : "displaced";
  script_displacement(
      f, result, sentence, i,
      {{},
       {{"compensated", fmt::format("{} implies ({}) > 0.00", when, d.compensation.canonical)}},
       {}});
  end_valid(std::move(f), fires(i), result, sentence);
}

void Checker::compensation_bounded(std::size_t i) {
  const rules::Displaces& d = *tier(i).displaces;
  Finding f =
      begin(AnalysisId::compensation_bounded, tier(i).name, at(i, "displaces.compensation"));
  struct Refutation {
    int kind;
    std::string sentence;
  };
  std::vector<Refutation> ways = {
      {0, fmt::format("the compensation of tier `{}` can be below zero", tier(i).name)},
      {1, fmt::format("the compensation of tier `{}` can be rounded to zero", tier(i).name)}};
  if (d.bound) {
    provision(f, at(i, "displaces.bound"));
    ways.push_back({2, fmt::format("the compensation of tier `{}` can pass its declared bound",
                                   tier(i).name)});
  }
  question::QueryResult last;
  std::string sentence, claim;
  smt::Answer all = smt::Answer::unsat;
  for (const Refutation& way : ways) {
    question::Query q(budget(), subject_);
    const question::SymbolicRequest& s = q.request("", true);
    q.require(q.displaces(s, i));
    question::CheckedSymbolic::Int k = q.integer(d.compensation, s, i);
    q.require(!question::CheckedSymbolic::poisoned(k.poison));
    if (way.kind == 0) q.require(k.value < num(0));
    if (way.kind == 1)
      q.require(k.value == num(0) && q.rounded_up(d.compensation, s, i).value > num(0));
    if (way.kind == 2) {
      question::CheckedSymbolic::Int most = q.integer(*d.bound, s, i);
      q.require(!question::CheckedSymbolic::poisoned(most.poison) && k.value > most.value);
    }
    question::QueryResult result = q.solve(true);
    if (result.answer == smt::Answer::sat ||
        (result.answer == smt::Answer::unknown && all == smt::Answer::unsat)) {
      all = result.answer;
      last = result;
      sentence = way.sentence;
      claim = way.kind == 0 ? fmt::format("({}) >= 0.00", d.compensation.canonical)
              : way.kind == 1
                  ? fmt::format("({}) > 0.00", d.compensation.canonical)
                  : fmt::format("({}) <= ({})", d.compensation.canonical, d.bound->canonical);
    }
    if (result.answer == smt::Answer::sat) break;
  }
  last.answer = all;
  script_displacement(f, last, sentence, i, {{}, {{"bounded", "displaced implies " + claim}}, {}});
  end_valid(std::move(f), fires(i), last, sentence);
}

/// The ratio of a case's compensation to its value, rounded up: some K is below that share.
std::int64_t Checker::ratio_of(std::size_t i, const question::RequestCase& c) const {
  Concrete::Int k = chain::displacement_compensation(rule(), tier(i), c.context(), *c.victim);
  const Int128 share = floor_div(Int128{k.value} * kFullRatio, c.victim->value.value) + 1;
  return static_cast<std::int64_t>(std::clamp<Int128>(share, 1, kFullRatio));
}

/// A figure alone: each question is a small part of what a verdict may take.
question::QueryBudget Checker::budget_of_a_ratio() const {
  question::QueryBudget out = budget();
  if (out.effort.ratio_boxes < out.effort.boxes) out.boxes = &smt::Effort::ratio_boxes;
  out.effort.smaller = std::min(out.effort.smaller, steps_of_a_ratio());
  return out;
}

namespace {

/// A displacement by that tier of somebody who loses something: what it owes and what that is
/// worth.
struct PaidForValue {
  question::CheckedSymbolic::Int k;
  smt::Symbolic::Int value;

  PaidForValue(question::Query& q, const rules::Tier& tier, std::size_t i) {
    const question::SymbolicRequest& s = q.request("", true);
    q.require(q.displaces(s, i));
    k = q.integer(tier.displaces->compensation, s, i);
    value = s.row(expr::variable_row("victim.value")).value;
    q.reads(question::variable("victim.value"), s);  // so that the witness shows it
    q.require(!question::CheckedSymbolic::poisoned(k.poison) && value > num(0));
  }
  smt::Symbolic::Bool less_than(std::int64_t ratio) const {
    return k.value * num(kFullRatio) < value * num(ratio);
  }
};

}  // namespace

/// Whether some K is below that share, in hundredths of a percent, of the value that is released.
question::QueryResult Checker::pays_less_than(std::size_t i, std::int64_t ratio, bool minimal) {
  question::Query q(budget_of_a_ratio(), subject_);
  q.require(PaidForValue(q, tier(i), i).less_than(ratio));
  return q.solve(minimal);
}

/// Below that share lies no K, by linear questions alone; below `high` there is one.
std::int64_t Checker::no_ratio_below(std::size_t i, std::int64_t high) {
  question::QueryBudget budget = budget_of_a_ratio();
  budget.rlimit = std::min(budget.rlimit, budget.effort.smaller);
  question::Query q(budget, subject_);
  const PaidForValue paid(q, tier(i), i);
  std::int64_t low = 0;
  const std::uint32_t begun = smt::steps_so_far();
  while (high - low > 1 && smt::steps_so_far() - begun < budget.rlimit / 2) {
    const std::int64_t middle = low + (high - low) / 2;
    (q.possible({paid.less_than(middle)}) == smt::Answer::unsat ? low : high) = middle;
  }
  return low;
}

/// A tier's part of the steps that the figures of the rule may take.
std::uint32_t Checker::steps_of_a_ratio() const {
  const auto tiers = std::count_if(rule().tiers.begin(), rule().tiers.end(),
                                   [](const rules::Tier& t) { return t.displaces.has_value(); });
  return budget().effort.ratio_steps /
         static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(1, tiers));
}

/// Some K is below `high`, none is below `low`. What linear questions leave open is most often the
/// least there is, or lies just above it.
Checker::Ratio Checker::smallest_ratio(std::size_t i, std::int64_t high) {
  const std::uint32_t begun = smt::steps_so_far(), most = steps_of_a_ratio();
  Ratio out{no_ratio_below(i, high), high};
  std::int64_t asked = out.low;  // up to there nothing more is asked
  bool found = false;
  for (std::int64_t step = 1; out.high - asked > 1 && smt::steps_so_far() - begun < most;
       step *= 2) {
    const std::int64_t middle =
        found ? asked + (out.high - asked) / 2 : std::min(asked + step, out.high - 1);
    const question::QueryResult less = pays_less_than(i, middle, false);
    note(less);
    found = found || less.answer == smt::Answer::sat;
    if (less.answer == smt::Answer::sat)
      out.high = std::min(middle, ratio_of(i, less.cases.front()));
    else
      asked = middle;
    if (less.answer == smt::Answer::unsat) out.low = middle;
  }
  return out;
}

/// Informs with the smallest ratio of compensation to value, in hundredths of a percent.
void Checker::compensation_adequate(std::size_t i) {
  Finding f =
      begin(AnalysisId::compensation_adequate, tier(i).name, at(i, "displaces.compensation"));
  question::QueryResult result = pays_less_than(i, kFullRatio, true);
  note(result);
  if (result.answer != smt::Answer::sat) return end_valid(std::move(f), fires(i), result, "");
  const auto [low, high] = smallest_ratio(i, ratio_of(i, result.cases.front()));
  add_witness(f, result);
  auto share = [](std::int64_t ratio) {
    return fmt::format("{}.{:02}%", ratio / 100, ratio % 100);
  };
  const std::string below =
      fmt::format("the compensation of tier `{}` can be below the value taken: ", tier(i).name);
  if (high - low <= 1)
    return end(std::move(f), AnalysisVerdict::info, below + "the smallest ratio is " + share(low));
  const smt::Effort& effort = budget().effort;
  f.reason = "the solver gave up on a smaller one inside its budget" +
             smt::reached_text({smt::effort_text(&smt::Effort::ratio_boxes, effort),
                                smt::effort_text(&smt::Effort::ratio_steps, effort)});
  end(std::move(f), AnalysisVerdict::info,
      below + fmt::format("in some case it is below {}, in none below {}; what lies between is not "
                          "decided",
                          share(high), share(low)));
}

void Checker::price_possible() {
  Finding f = begin(AnalysisId::price_possible, "pricing", "pricing");
  const rules::Pricing& p = rule().pricing;
  const rules::Limits& l = rule().limits;
  auto outside = [&](Money price) { return price < l.price_min || l.price_max < price; };
  auto refuted = [&](std::string sentence, std::vector<std::pair<std::string, std::string>> table) {
    f.witness = std::move(table);
    script_start(f, 0, std::nullopt);
    provision(f, "limits.price");
    end(std::move(f), AnalysisVerdict::refuted, std::move(sentence));
  };
  std::string limits = fmt::format("{} .. {}", to_text(l.price_min), to_text(l.price_max));
  if (p.mode == rules::PricingMode::fixed && p.schedule.empty()) {
    if (!outside(p.tariff)) return end(std::move(f), AnalysisVerdict::proved);
    return refuted("the tariff lies outside the limits: no price is admitted",
                   {{"tariff", to_text(p.tariff)}, {"limits.price", limits}});
  }
  if (p.mode == rules::PricingMode::fixed) {
    for (const rules::TariffEntry& e : p.schedule)
      if (outside(e.price))
        return refuted(fmt::format("an entry of tier `{}` lies outside the limits", e.tier),
                       {{"price", to_text(e.price)}, {"limits.price", limits}});
    return schedule_gaps(std::move(f));
  }
  if (p.cap < p.floor)
    return refuted("the floor is above the cap: no price is admitted",
                   {{"floor", to_text(p.floor)}, {"cap", to_text(p.cap)}});
  if (p.cap < l.price_min || l.price_max < p.floor)
    return refuted(
        "floor and cap lie outside the limits: no price is admitted",
        {{"floor", to_text(p.floor)}, {"cap", to_text(p.cap)}, {"limits.price", limits}});
  end(std::move(f), AnalysisVerdict::proved);
}

/// A slot that some request of the tier can ask for, at a start that no entry of the schedule
/// holds.
void Checker::schedule_gaps(Finding f) {
  smt::Answer all = smt::Answer::unsat;
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) {
    question::Query q(budget(), subject_);
    const question::SymbolicRequest& s =
        q.request("", false, question::SymbolicRequest::Range::limits);
    const expr::Expr start = question::variable("start");  // so that the witness shows it
    const smt::Symbolic::Int begins = q.integer(start, s, i).value;
    q.require(q.eligible(s, i));
    for (const rules::TariffEntry& e : rule().pricing.schedule)
      if (e.tier == tier(i).name)
        q.require(begins < smt::num(e.window.from.value) ||
                  smt::num(e.window.until.value) <= begins);
    const question::QueryResult result = q.solve(true);
    note(result);
    if (result.answer == smt::Answer::unknown) {
      all = result.answer;
      f.reason = result.reason;
    }
    if (result.answer != smt::Answer::sat || rule().effective.empty()) continue;
    const Instant at_start = result.cases.front().leg.window.from;
    f.witness = result.values;
    f.witness.insert(f.witness.begin(), {"tier", tier(i).name});
    f.reason.clear();
    f.label = "single decision";
    provision(f, at(i, "name"));
    script_start(f, i, at_start);
    return end(std::move(f), AnalysisVerdict::refuted,
               fmt::format("the schedule has no price for a slot of tier `{}` that starts at {}, "
                           "which can be signed while the rule is in force",
                           tier(i).name, to_text(at_start)));
  }
  end(std::move(f), all == smt::Answer::unsat ? AnalysisVerdict::proved : AnalysisVerdict::unknown);
}

void Checker::price_monotone() {
  Finding f = begin(AnalysisId::price_monotone, "pricing", "price_monotone");
  provision(f, "pricing");
  if (!rule().price_monotone)
    return end(std::move(f), AnalysisVerdict::info, "not asked: no `price_monotone: true`");
  const rules::Pricing& p = rule().pricing;
  if (p.mode != rules::PricingMode::fixed) {
    auto [low, high] = question::admissible_prices(rule());
    // An index of one price stays there, and so does what lies around it.
    const bool still = p.mode == rules::PricingMode::discovered && p.floor == p.cap && p.band.value == 0;
    if (still) low = high = p.floor.value;
    if (low == high || rule().tiers.size() == 1) return end(std::move(f), AnalysisVerdict::proved);
    script_prices(f, {}, {tier(0).name, {}, Money(low)}, {tier(1).name, {}, Money(high)});
    f.witness = {{"better." + std::string("tier"), tier(0).name},
                 {"better.price", to_text(Money(low))},
                 {"worse.tier", tier(1).name},
                 {"worse.price", to_text(Money(high))}};
    return end(std::move(f), AnalysisVerdict::refuted,
               "prices are agreed one by one: a better tier can pay less than a worse one");
  }
  const std::int64_t step = rule().granularity.value;
  const std::int64_t origin = rule().origin.value_or(Instant(0)).value;
  for (const rules::TariffEntry& a : p.schedule)
    for (const rules::TariffEntry& b : p.schedule) {
      const rules::Tier &better = *rule().tier(a.tier), &worse = *rule().tier(b.tier);
      if (better.rank <= worse.rank || a.price >= b.price || !a.window.meets(b.window)) continue;
      // Some slot that can be signed for starts where both entries hold.
      const rules::Rule& r = rule();
      Int128 from = std::max(a.window.from, b.window.from).value;
      from = std::max(from, Int128{r.effective.from.value} + r.limits.lead_min.value);
      Int128 start = -floor_div(-(from - origin), step) * step + origin;
      if (start >= std::min(a.window.until, b.window.until).value ||
          start > Int128{r.effective.until.value} - 1 + r.limits.lead_max.value)
        continue;
      f.witness = {{"start", to_text(Instant(static_cast<std::int64_t>(start)))},
                   {"better.tier", a.tier},
                   {"better.price", to_text(a.price)},
                   {"worse.tier", b.tier},
                   {"worse.price", to_text(b.price)}};
      script_prices(f, Instant(static_cast<std::int64_t>(start)), a, b);
      return end(std::move(f), AnalysisVerdict::refuted,
                 fmt::format("tier `{}` pays less than `{}` for the same slot", a.tier, b.tier));
    }
  end(std::move(f), AnalysisVerdict::proved);
}

}  // namespace capmarket::analyses
