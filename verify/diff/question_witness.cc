#include "verify/diff/question_witness.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/diff/question.h"

namespace capmarket::diff {
namespace {

using question::at;
using smt::num;

/// Enough for a linear question about one example. Decides which of its values are shown, no more.
constexpr std::uint32_t kMattersSteps = 400'000;

}  // namespace

PairResult PairQuestion::solve(const smt::Symbolic::Bool& difference, const Expected& expected) {
  query_.require(difference);
  question::QueryResult result = query_.solve(true);
  PairResult out;
  out.answer = result.answer;
  out.reason = result.reason;
  if (result.answer != smt::Answer::sat) return out;
  out.request = result.cases.front();
  out.values = result.values;
  decide_again(out, expected);
  if (!out.reproduced) return out;
  only_what_matters(out, difference);
  if (case_.entry) show_entry(out);
  show_beside(out);
  out.values.insert(out.values.begin(), {"tier", tier().name});
  out.shown = {std::make_shared<const question::RequestCase>(out.request), tier().name,
               beside_.index                 ? "a price index"
               : beside_.shares              ? "load on the declaration"
               : beside_.retention           ? "a retention of the parties' own"
               : victims_ == VictimOf::older ? "a grant of OLD under NEW"
                                             : ""};
  return out;
}

PairCase<Concrete> PairQuestion::concrete(const question::RequestCase& request,
                                          std::size_t side) const {
  auto v = [&](const smt::Symbolic::Int& term) {
    return Concrete::integer(smt::value_in(query_.example(), term));
  };
  PairCase<Concrete> c;
  const rules::Rule& rule = pair_.rule(side);
  const chain::EligibilityContext leg = request.context();
  c.signed_at = Concrete::integer(leg.signed_at.value);
  c.admission = Concrete::integer(request.admission.value);
  c.from = Concrete::integer(leg.window.from.value);
  c.until = Concrete::integer(leg.window.until.value);
  c.quantity = Concrete::integer(leg.quantity.value);
  c.price = Concrete::integer(leg.price.value);
  c.in_scope[side] = Concrete::boolean(!pair_.scopes_meet || rule.scope.contains(request.location));
  const rules::Tier* own = tier().of[side];
  if (own != nullptr)
    c.eligible[side][side] =
        expr::evaluate_bool<Concrete>(own->eligible, chain::eligibility_bindings(rule, *own, leg));
  c.index_named = Concrete::boolean(smt::value_in(query_.example(), case_.index_named));
  c.index_exists = Concrete::boolean(smt::value_in(query_.example(), case_.index_exists));
  c.index_value = v(case_.index_value), c.index_age = v(case_.index_age);
  c.youngest_age = v(case_.youngest_age);
  c.declared = v(case_.declared), c.other_load = v(case_.other_load);
  c.user_live = v(case_.user_live);
  for (const smt::Symbolic::Int& load : case_.load) c.load.push_back(v(load));
  c.class_retention = v(case_.class_retention);
  c.retain_until = v(case_.retain_until);
  if (!case_.entry || own == nullptr) return c;
  c.entry = true;
  chain::VictimContext victim = *request.victim, chosen = request.chosen();
  const std::size_t version = victims_ == VictimOf::older ? 0 : side;
  const rules::Tier* theirs = pair_.rule(version).tier(victim.tier);
  victim.rank = chosen.rank = theirs == nullptr ? 0 : theirs->rank;
  c.rank[side] = Concrete::integer(own->rank);
  c.victim_rank[side] = Concrete::integer(victim.rank);
  c.owed[side][side] = max_of<Concrete>(chain::displacement_compensation(rule, *own, leg, victim),
                                        Concrete::integer(0));
  if (const rules::Tier* same = tier().of[version]; version != side && same != nullptr)
    c.owed[side][side] =
        max_of<Concrete>(c.owed[side][side],
                         chain::displacement_compensation(pair_.rule(version), *same, leg, victim));
  c.started = Concrete::boolean(victim.started);
  c.released = Concrete::integer(victim.released.value);
  c.piece = Concrete::integer(victim.quantity.value);
  c.part_from = Concrete::integer(request.part_from.value);
  c.notice = Concrete::integer(victim.notice.value);
  c.lacks_by_load = case_.lacks_by_load;
  for (const TierPair& t : pair_.tiers)
    c.victim_of.push_back(Concrete::boolean(t.name == victim.tier));
  c.floor_until[side] = Concrete::integer(-kWireMax);
  if (theirs != nullptr && theirs->min_run)
    c.floor_until[side] = Concrete::integer((victim.window.from + *theirs->min_run).value);
  chosen.notice = Instant(part_from_under<Concrete>(c, side).value) - request.admission;
  c.when[side][side][side] = chain::displacement_holds(rule, *own, leg, chosen);
  // More than any ceiling.
  if (c.owed[side][side].poisoned) c.when[side][side][side] = Concrete::boolean(false);
  return c;
}

/// Both rules' own texts, over their own names, by the code that admission runs.
void PairQuestion::decide_again(PairResult& out, const Expected& expected) const {
  auto wrong = [&](std::string what) {
    out.reproduced = false;
    out.mismatch = fmt::format("tier `{}`: {}", tier().name, what);
  };
  for (std::size_t side : kSides) {
    PairCase<Concrete> c = concrete(out.request, side);
    admission::SettlementFacts<Concrete> f =
        PairFacts<Concrete>(pair_, at_, c).under(PartSides::of(side));
    if (case_.entry) free_price(f);
    out.decision[side] = admission::decide(f);
    if (c.entry && tier().displaces(side) && !c.owed[side][side].poisoned)
      out.owed[side] = Money(c.owed[side][side].value);
    if (c.lacks_by_load)
      out.lack[side] = Quantity(PairFacts<Concrete>(pair_, at_, c).lack(PartSides::of(side)).value);
    const auto& wanted = side == 0 ? expected.old_admits : expected.new_admits;
    if (wanted && *wanted != out.decision[side].admitted())
      return wrong(fmt::format("the {} rule decides otherwise", side == 0 ? "old" : "new"));
  }
  const bool other_owed = out.owed[0] != out.owed[1];
  if (expected.owed_differs && !other_owed) return wrong("both owe the same");
  if (expected.differs && !other_owed && out.decision[0].admitted() == out.decision[1].admitted())
    return wrong("both rules decide the same");
  if (expected.lack_differs && out.lack[0] == out.lack[1]) return wrong("both lack the same");
  if (expected.outside && inside_again(out.request)) return wrong("it lies inside `--only`");
}

bool PairQuestion::inside_again(const question::RequestCase& request) const {
  const std::size_t side = tier().of[1] != nullptr ? 1 : 0;
  chain::VictimContext victim;
  if (request.victim) {
    victim = *request.victim;
    const std::size_t version = victims_ == VictimOf::older ? 0 : side;
    const rules::Tier* theirs = pair_.rule(version).tier(victim.tier);
    victim.rank = theirs == nullptr ? 0 : theirs->rank;
  }
  return Concrete::holds(expr::evaluate_bool<Concrete>(
      *pair_.only,
      chain::displacement_bindings(pair_.wide.rule, *tier().of[side], request.context(), victim)));
}

smt::Symbolic::Bool PairQuestion::as_in_example(const std::string& name) const {
  const z3::model& m = query_.example();
  expr::Bindings<question::CheckedSymbolic> b = request_->bindings(at_);
  const std::size_t row = at(name);
  auto same = [&](const question::CheckedSymbolic::Bool& x) {
    return x.value == smt::Symbolic::boolean(smt::value_in(m, x.value));
  };
  std::vector<smt::Symbolic::Bool> all;
  switch (expr::variables()[row].type) {
    case expr::ExprType::boolean:
      return same(b.bools[row]);
    case expr::ExprType::name_set:
      for (const question::CheckedSymbolic::Bool& in : b.sets[row]) all.push_back(same(in));
      return smt::all_of(all);
    case expr::ExprType::path:
      for (const question::CheckedSymbolic::Bool& in : b.location_in) all.push_back(same(in));
      return smt::all_of(all);
    case expr::ExprType::integer:
    case expr::ExprType::money:
    case expr::ExprType::duration:
    case expr::ExprType::time:
    case expr::ExprType::name:
    case expr::ExprType::ratio:
      break;
  }
  return b.ints[row].value == num(smt::value_in(m, b.ints[row].value));
}

/// A value stays out where the difference is the same for every other that the clauses admit which
/// both rules' texts leave as they are.
void PairQuestion::only_what_matters(PairResult& out, const smt::Symbolic::Bool& difference) {
  smt::SolverBudget budget = budget_;
  budget.rlimit = std::min(budget.rlimit, kMattersSteps);
  smt::Solver solver(budget);
  solver.add(request_->premises());
  solver.add(premises_);
  for (const question::Unknown& u : unknowns_)
    solver.add(u.term == num(smt::value_in(query_.example(), u.term)));
  for (std::size_t side : kSides) {
    const admission::Decision& d = out.decision[side];
    admission::SettlementFacts<smt::Symbolic> f =
        PairFacts<smt::Symbolic>(pair_, at_, case_).under(PartSides::of(side));
    if (case_.entry) free_price(f);
    for (const auto& r : admission::evaluate_clauses<smt::Symbolic>(f)) {
      bool fails = std::find(d.failed.begin(), d.failed.end(), r.id) != d.failed.end();
      const bool of_victim = case_.entry && (r.id == admission::ClauseId::capacity ||
                                             r.id == admission::ClauseId::displacement);
      if (!fails && !of_victim && r.id != admission::ClauseId::tier_eligible)
        solver.add(r.clause.holds);
    }
  }
  if (run_shown_) {
    smt::Symbolic::Int run =
        case_.admission + case_.notice - request_->row(expr::variable_row("victim.start")).value;
    solver.add(run == num(smt::value_in(query_.example(), run)));
  }
  // What is released may begin later than the part that `when` reads; by how much is told.
  if (case_.entry) {
    smt::Symbolic::Int later = case_.notice - (case_.part_from - case_.admission);
    solver.add(later == num(smt::value_in(query_.example(), later)));
  }
  solver.add(!difference);
  std::vector<std::string> kept;
  for (const auto& [name, text] : out.values) kept.push_back(name);
  for (std::size_t i = kept.size(); i-- > 0;) {
    if (std::find(shown_.begin(), shown_.end(), kept[i]) != shown_.end()) continue;
    std::vector<smt::Symbolic::Bool> others;
    for (std::size_t k = 0; k < kept.size(); ++k)
      if (k != i) others.push_back(as_in_example(kept[k]));
    if (solver.check(others) == smt::Answer::unsat)
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::erase_if(out.values, [&](const auto& v) {
    return std::find(kept.begin(), kept.end(), v.first) == kept.end();
  });
}

/// Ranks as each rule has them: the unknowns know only names.
void PairQuestion::show_entry(PairResult& out) const {
  for (auto& [name, text] : out.values) {
    if (name != "victim.rank") continue;
    const auto of = std::find_if(pair_.tiers.begin(), pair_.tiers.end(), [&](const TierPair& t) {
      return t.name == out.request.victim->tier;
    });
    const rules::Tier *a = granted(*of, 0), *b = granted(*of, 1);
    text = a->rank == b->rank ? fmt::format("{}", a->rank)
                              : fmt::format("{} in OLD, {} in NEW", a->rank, b->rank);
  }
  std::array<Duration, 2> part_notice{};
  for (std::size_t side : kSides)
    part_notice[side] =
        Instant(part_from_under<Concrete>(concrete(out.request, side), side).value) -
        out.request.admission;
  const Duration notice = out.request.victim->notice;
  if (part_notice[0] != part_notice[1])
    out.values.emplace_back(
        "notice of the victim's part",
        fmt::format("{} in OLD, {} in NEW", to_text(part_notice[0]), to_text(part_notice[1])));
  else if (part_notice[0] != notice)
    out.values.emplace_back("notice of the victim's part", to_text(part_notice[0]));
  if (run_shown_) {
    const chain::VictimContext& v = *out.request.victim;
    out.values.emplace_back("victim has run",
                            to_text(out.request.admission + notice - v.window.from));
  }
}

void PairQuestion::show_beside(PairResult& out) const {
  const rules::Rule& rule = pair_.rule(0);
  auto v = [&](const smt::Symbolic::Int& term) { return smt::value_in(query_.example(), term); };
  if (beside_.skew)
    out.values.emplace_back("admission - now",
                            to_text(out.request.admission - out.request.leg.signed_at));
  if (beside_.index) {
    if (smt::value_in(query_.example(), case_.index_named)) {
      out.values.emplace_back("index", to_text(Money(v(case_.index_value))) + " " + rule.currency);
      out.values.emplace_back("index.age", to_text(Duration(v(case_.index_age))));
    } else {
      bool exists = smt::value_in(query_.example(), case_.index_exists);
      out.values.emplace_back("index", "none named");
      out.values.emplace_back("index.youngest",
                              exists ? to_text(Duration(v(case_.youngest_age))) : "none");
    }
  }
  if (beside_.shares) {
    auto amount = [&](const smt::Symbolic::Int& term) {
      return fmt::format("{} {}", v(term), rule.unit);
    };
    const auto& of = tier().of;
    if (std::any_of(of.begin(), of.end(), [](const rules::Tier* t) { return t && t->user_quota; }))
      out.values.emplace_back("user.live", amount(case_.user_live));
    out.values.emplace_back("declared", amount(case_.declared));
    const std::size_t before = out.values.size();
    for (std::size_t i = 0; i < pair_.tiers.size(); ++i)
      if (v(case_.load[i]) != 0)
        out.values.emplace_back("load." + pair_.tiers[i].name, amount(case_.load[i]));
    if (v(case_.other_load) != 0) out.values.emplace_back("load.other", amount(case_.other_load));
    // What is not named may be anything: so it is named that there is no more.
    if (out.values.size() - before <= pair_.tiers.size())
      out.values.emplace_back(out.values.size() == before ? "load" : "load.more", "none");
  }
  if (beside_.retention)
    out.values.emplace_back("kept for", to_text(Duration(v(case_.retain_until - case_.until))));
}

}  // namespace capmarket::diff
