#include "verify/diff/question.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"

namespace capmarket::diff {
namespace {

using question::at;
using question::variable;
using smt::num;

/// Enough for a linear question about one example.
constexpr std::uint32_t kMattersSteps = 400'000;

/// Victims are grants that somebody eligible was given.
question::QueryBudget grounded(question::QueryBudget budget, bool entry) {
  budget.grounded = entry;
  return budget;
}

/// The rank of a tier where that rule has it, else where the other has.
std::int64_t rank_of(const TierPair& tier, std::size_t side) {
  return (tier.of[side] != nullptr ? tier.of[side] : tier.of[1 - side])->rank;
}

}  // namespace

PairQuestion::PairQuestion(const RulePair& pair, const question::QueryBudget& budget,
                           std::size_t tier, bool entry, const FreeParts& beside,
                           VictimOf victim_of)
    : pair_(pair),
      budget_(budget),
      at_(tier),
      beside_(beside),
      victims_(victim_of),
      subject_(entry ? pair.narrow_subject : pair.wide_subject),
      query_(grounded(budget, entry), subject_) {
  request_ = &query_.request("", entry);
  case_.entry = entry;
  fill_leg();
  fill_beside();
  if (entry) fill_entry();
  for (const smt::Symbolic::Bool& b : premises_) query_.require(b);
  ways();
}

/// Where the limits and prices of the rules end, values may be exact that are not elsewhere.
void PairQuestion::ways() {
  smt::Symbolic::Int length = case_.until - case_.from;
  for (std::size_t side : kSides) {
    const rules::Rule& r = pair_.rule(side);
    for (std::int64_t quantity : {r.limits.quantity_max.value, r.limits.quantity_min.value})
      for (std::int64_t span : {r.limits.length_max.value, r.limits.length_min.value})
        query_.way({case_.quantity == num(quantity), length == num(span)});
    auto [low, high] = question::admissible_prices(r);
    for (std::int64_t price : {low - 1, low, high, high + 1})
      query_.way({case_.price == num(price)});
  }
}

smt::Symbolic::Int PairQuestion::unknown(const std::string& name, std::int64_t low,
                                         std::int64_t high, std::int64_t preferred) {
  smt::Symbolic::Int term = query_.unknown(name, low, high, preferred);
  premises_.push_back(num(low) <= term && term <= num(high));
  unknowns_.push_back({name, term, low, high, preferred});
  return term;
}

/// The expressions of one rule, under the ranks of either.
expr::Bindings<question::CheckedSymbolic> PairQuestion::bindings(std::size_t text,
                                                                 std::size_t ranks) const {
  expr::Bindings<question::CheckedSymbolic> out = request_->bindings(at_);
  const std::size_t own = tier().of[ranks] != nullptr ? ranks : text;
  out.ints[at("rank")] = question::CheckedSymbolic::integer(rank_of(tier(), own));
  if (!request_->has_victim()) return out;
  const question::CheckedSymbolic::Int& name = request_->row(expr::variable_row("victim.tier"));
  question::CheckedSymbolic::Int rank = question::CheckedSymbolic::integer(0);
  for (const TierPair& t : pair_.tiers) {
    if (!can_be_granted(t)) continue;
    question::CheckedSymbolic::Bool here =
        name == question::CheckedSymbolic::integer(pair_.world.name_index(t.name));
    rank = question::CheckedSymbolic::select(
        here, question::CheckedSymbolic::integer(granted(t, ranks)->rank), rank);
  }
  out.ints[at("victim.rank")] = rank;
  return out;
}

void PairQuestion::fill_leg() {
  auto row = [&](const char* name) { return request_->row(expr::variable_row(name)).value; };
  PairCase<smt::Symbolic>& c = case_;
  c.signed_at = row("now"), c.admission = request_->admission();
  c.from = row("start"), c.until = row("until");
  c.quantity = row("quantity"), c.price = row("price");
  c.on_grid = pair_.same_grid();
  std::vector<smt::Symbolic::Bool> in_force;
  for (std::size_t side : kSides) {
    c.in_scope[side] = smt::Symbolic::boolean(true);
    const Window& w = pair_.rule(side).effective;
    if (!w.empty())
      in_force.push_back(num(w.from.value) <= c.signed_at && c.signed_at < num(w.until.value));
    for (std::size_t ranks : kSides) {
      c.eligible[side][ranks] = smt::Symbolic::boolean(false);
      if (tier().of[side] == nullptr) continue;
      const expr::Expr& expr = tier().eligible[side];
      c.eligible[side][ranks] = question::CheckedSymbolic::holds(
          expr::evaluate_bool<question::CheckedSymbolic>(expr, bindings(side, ranks)));
      query_.reads(expr, *request_);
    }
  }
  if (pair_.scopes_meet) {
    expr::Bindings<question::CheckedSymbolic> b = request_->bindings(at_);
    for (std::size_t side : kSides) {
      const auto& paths = pair_.world.paths;
      auto path = std::find(paths.begin(), paths.end(), pair_.rule(side).scope);
      c.in_scope[side] = b.location_in[static_cast<std::size_t>(path - paths.begin())].value;
    }
  }
  if (!in_force.empty()) premises_.push_back(smt::any_of(in_force));
}

void PairQuestion::fill_beside() {
  PairCase<smt::Symbolic>& c = case_;
  auto flag = [&](const std::string& name) { return unknown(name, 0, 1) == num(1); };
  c.index_named = c.index_exists = smt::Symbolic::boolean(false);
  c.index_value = c.index_age = c.youngest_age = num(0);
  if (beside_.index) {
    c.index_exists = flag("index.exists");
    c.index_named = flag("index.named");
    c.index_value = unknown("index", 0, kWireMax, kFullRatio);
    c.index_age = unknown("index.age", 0, kWireMax / 2);
    c.youngest_age = unknown("index.youngest", 0, kWireMax / 2);
    premises_.push_back(!c.index_named || (c.index_exists && c.youngest_age <= c.index_age));
  }
  c.declared = c.other_load = c.user_live = num(0);
  c.load.assign(pair_.tiers.size(), num(0));
  if (beside_.shares) {
    c.declared = unknown("declared", 0, kWireMax / 2);
    c.other_load = unknown("load.other", 0, kWireMax / 2);
    c.user_live = unknown("user.live", 0, kWireMax / 2);
    smt::Symbolic::Int all = c.other_load;
    for (std::size_t i = 0; i < pair_.tiers.size(); ++i) {
      c.load[i] = unknown("load." + pair_.tiers[i].name, 0, kWireMax / 2);
      all = all + c.load[i];
    }
    premises_.push_back(all <= c.declared);
  } else {
    c.declared = num(kWireMax);
  }
  c.class_retention = num(0);
  std::int64_t most = std::max(pair_.rule(0).retention, pair_.rule(1).retention).value;
  c.retain_until = c.until + num(most);
  if (beside_.retention) {
    c.class_retention = unknown("class.retention", 0, most);
    c.retain_until = c.until + unknown("kept", 0, most);
  }
}

/// Until when the victim is protected under either rule.
void PairQuestion::fill_protection() {
  PairCase<smt::Symbolic>& c = case_;
  smt::Symbolic::Int start = request_->row(expr::variable_row("victim.start")).value;
  c.started = start <= c.admission;
  for (std::size_t side : kSides) {
    c.floor_until[side] = num(-kWireMax);
    for (std::size_t i = 0; i < pair_.tiers.size(); ++i) {
      const TierPair& t = pair_.tiers[i];
      if (can_be_granted(t) && granted(t, side)->min_run)
        c.floor_until[side] = smt::Symbolic::select(
            victim_of(i), start + num(granted(t, side)->min_run->value), c.floor_until[side]);
    }
  }
}

/// `when` of that text holds of the victim's part that the protection of `floors` leaves.
smt::Symbolic::Bool PairQuestion::chooses(std::size_t text, std::size_t ranks,
                                          std::size_t floors) const {
  expr::Bindings<question::CheckedSymbolic> b = bindings(text, ranks);
  b.ints[at("notice")].value = part_from_under<smt::Symbolic>(case_, floors) - case_.admission;
  return question::CheckedSymbolic::holds(
      expr::evaluate_bool<question::CheckedSymbolic>(tier().when[text], b));
}

void PairQuestion::fill_entry() {
  auto row = [&](const char* name) { return request_->row(expr::variable_row(name)).value; };
  PairCase<smt::Symbolic>& c = case_;
  c.released = row("released"), c.piece = row("victim.quantity");
  c.notice = row("notice");
  c.part_from = request_->bindings(at_, true).ints[at("notice")].value + c.admission;
  fill_protection();
  std::vector<smt::Symbolic::Bool> common;
  for (std::size_t i = 0; i < pair_.tiers.size(); ++i)
    if (can_be_granted(pair_.tiers[i])) common.push_back(victim_of(i));
  premises_.push_back(smt::any_of(common));
  // Of what the victim's version says is owed, where that is not the judging one.
  smt::Symbolic::Bool overflow = smt::Symbolic::boolean(false), overflow_of_old = overflow;
  for (std::size_t side : kSides) {
    c.rank[side] = num(rank_of(tier(), side));
    c.victim_rank[side] = bindings(side, side).ints[at("victim.rank")].value;
    for (std::size_t ranks : kSides) {
      c.when[side][ranks].fill(smt::Symbolic::boolean(false));
      c.owed[side][ranks] = num(0);
      if (!tier().displaces(side)) continue;
      question::CheckedSymbolic::Int k = expr::evaluate_int<question::CheckedSymbolic>(
          tier().compensation[side], bindings(side, ranks));
      for (std::size_t floors : kSides)
        c.when[side][ranks][floors] = chooses(side, ranks, floors) && !overflow &&
                                      !question::CheckedSymbolic::poisoned(k.poison);
      c.owed[side][ranks] = max_of<smt::Symbolic>(k.value, num(0));
      if (victims_ == VictimOf::older && side == 0 && ranks == 0)
        overflow_of_old = question::CheckedSymbolic::poisoned(k.poison);
      query_.reads(tier().when[side], *request_);
      query_.reads(tier().compensation[side], *request_);
    }
    overflow = overflow_of_old;
  }
  // The victim's version says what is owed too.
  if (victims_ == VictimOf::older) c.owed[1][1] = max_of<smt::Symbolic>(c.owed[1][1], c.owed[0][0]);
  // Where the grids differ, the admissions that both round to the same instant.
  if (pair_.same_grid()) return;
  for (std::size_t side : kSides)
    premises_.push_back(remainder_of<smt::Symbolic>(c.admission - num(pair_.origin(side).value),
                                                    pair_.rule(side).granularity.value) == num(0));
}

smt::Symbolic::Bool PairQuestion::victim_of(std::size_t tier_index) const {
  return request_->row(expr::variable_row("victim.tier")).value ==
         num(pair_.world.name_index(pair_.tiers[tier_index].name));
}

namespace {

template <class D>
void free_price(admission::SettlementFacts<D>& f) {
  admission::LegFacts<D>& l = f.legs.front();
  l.pricing_fixed = l.pricing_discovered = D::boolean(false);
  l.pricing_negotiated = D::boolean(true);
  l.floor = l.cap = l.price;
}

}  // namespace

smt::Symbolic::Bool PairQuestion::admits(const PartSides& voices) const {
  admission::SettlementFacts<smt::Symbolic> f =
      PairFacts<smt::Symbolic>(pair_, at_, case_).under(voices);
  if (case_.entry) free_price(f);
  return admission::admit<smt::Symbolic>(f);
}

smt::Symbolic::Bool PairQuestion::admits_leg(const PartSides& voices) const {
  PairCase<smt::Symbolic> alone = case_;
  alone.entry = false;
  admission::SettlementFacts<smt::Symbolic> f =
      PairFacts<smt::Symbolic>(pair_, at_, alone).under(voices);
  if (case_.entry) free_price(f);
  return admission::admit<smt::Symbolic>(f);
}

/// An index may lie anywhere: under discovered prices every price of the limits can be asked.
smt::Symbolic::Bool PairQuestion::priced(std::size_t side) const {
  if (pair_.rule(side).pricing.mode == rules::PricingMode::discovered)
    return smt::Symbolic::boolean(true);
  admission::SettlementFacts<smt::Symbolic> f =
      PairFacts<smt::Symbolic>(pair_, at_, case_).under(PartSides::of(side));
  return admission::clause::settlement_price<smt::Symbolic>(f).holds;
}

smt::Symbolic::Bool PairQuestion::owes_otherwise() const {
  return case_.owed[0][0] != case_.owed[1][1];
}

smt::Symbolic::Bool PairQuestion::owes_more(std::size_t side) const {
  return case_.owed[1 - side][1 - side] < case_.owed[side][side];
}

smt::Symbolic::Bool PairQuestion::inside_only() {
  const std::size_t side = tier().of[1] != nullptr ? 1 : 0;
  query_.reads(*pair_.only, *request_);
  return question::CheckedSymbolic::holds(
      expr::evaluate_bool<question::CheckedSymbolic>(*pair_.only, bindings(side, side)));
}

void PairQuestion::show(const std::vector<std::string>& rows) {
  for (const std::string& row : rows) {
    query_.reads(variable(row), *request_);
    shown_.push_back(row);
  }
}

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
    const auto& wanted = side == 0 ? expected.old_admits : expected.new_admits;
    if (wanted && *wanted != out.decision[side].admitted())
      return wrong(fmt::format("the {} rule decides otherwise", side == 0 ? "old" : "new"));
  }
  const bool other_owed = out.owed[0] != out.owed[1];
  if (expected.owed_differs && !other_owed) return wrong("both owe the same");
  if (expected.differs && !other_owed && out.decision[0].admitted() == out.decision[1].admitted())
    return wrong("both rules decide the same");
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
    out.values.emplace_back("declared", fmt::format("{} {}", v(case_.declared), rule.unit));
    for (std::size_t i = 0; i < pair_.tiers.size(); ++i)
      if (std::int64_t load = v(case_.load[i]); load != 0)
        out.values.emplace_back("load." + pair_.tiers[i].name,
                                fmt::format("{} {}", load, rule.unit));
    if (std::int64_t load = v(case_.other_load); load != 0)
      out.values.emplace_back("load.other", fmt::format("{} {}", load, rule.unit));
  }
  if (beside_.retention)
    out.values.emplace_back("kept for", to_text(Duration(v(case_.retain_until - case_.until))));
}

}  // namespace capmarket::diff
