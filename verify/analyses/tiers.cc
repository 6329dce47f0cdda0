// Who obtains which tier.
#include <fmt/format.h>

#include <algorithm>

#include "model/expr/evaluate.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

bool is_literal_true(const expr::Expr& e) {
  return e.root().op == expr::Op::literal && e.root().value != 0;
}

}  // namespace

/// Eligible, and some declaration has room: as to the tier's quota and to what is set aside for
/// others.
void Checker::tier_satisfiable(std::size_t i) {
  Finding f = begin(AnalysisId::tier_satisfiable, tier(i).name, at(i, "eligible"));
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", false);
  q.require(q.eligible(s, i) && s.priced(i));
  const bool eligible = q.possible({}) != smt::Answer::unsat;
  q.require(s.quota_guard(i));
  const bool in_quota = q.possible({}) != smt::Answer::unsat;
  q.require(q.room(s, i));
  std::string sentence = fmt::format(
      "no request inside the limits is eligible for tier `{}`: nobody can obtain it", tier(i).name);
  if (eligible && !in_quota) {
    provision(f, at(i, "quota"));
    sentence = fmt::format(
        "whoever is eligible for tier `{}` asks for more than the {} {} that a user may have of it: "
        "nobody can obtain it",
        tier(i).name, tier(i).user_quota->value, rule().unit);
  } else if (eligible) {
    if (tier(i).quota) provision(f, at(i, "quota"));
    for (std::size_t k = 0; k < rule().tiers.size(); ++k)
      if (k != i && tier(k).set_aside.value > 0) provision(f, at(k, "set_aside"));
    sentence = fmt::format(
        "no declaration, however large, leaves tier `{}` room for what it may ask for, by its quota "
        "and what is set aside for others: nobody can obtain it",
        tier(i).name);
  }
  question::QueryResult result = q.solve(false);
  if (eligible && result.answer != smt::Answer::unsat) f.provisions.resize(1);
  end_satisfiable(std::move(f), result, sentence);
}

void Checker::tier_not_universal(std::size_t i) {
  Finding f = begin(AnalysisId::tier_not_universal, tier(i).name, at(i, "eligible"));
  if (is_literal_true(tier(i).eligible))
    return end(std::move(f), AnalysisVerdict::info, "says `eligible: true`");
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", false);
  q.require(!q.eligible(s, i));
  end_satisfiable(std::move(f), q.solve(false),
                  fmt::format("tier `{}` admits everybody, though it does not say `eligible: true`",
                              tier(i).name));
}

/// A fixed schedule alone gives tiers prices of their own.
bool Checker::differ_in_price(std::size_t a, std::size_t b) const {
  auto entries = [&](std::size_t i) {
    std::vector<std::pair<Window, Money>> out;
    for (const rules::TariffEntry& e : rule().pricing.schedule)
      if (e.tier == tier(i).name) out.emplace_back(e.window, e.price);
    return out;
  };
  return entries(a) != entries(b);
}

/// Where the tier can displace a grant of the other: eligibility, `when` and ranks, with what
/// follows from the victim's tier put in.
const z3::expr& Checker::victim_of(std::size_t k, std::size_t tier) {
  if (auto it = victim_of_.find({k, tier}); it != victim_of_.end()) return it->second;
  if (!victims_) {
    victims_ = std::make_unique<question::Query>(budget(), subject_);
    victims_->request("", true);
  }
  const question::SymbolicRequest& s = victims_->only_request();
  const z3::expr is = s.victim_is(0, tier).term();  // an unknown equals a number
  z3::expr_vector from(is.ctx()), to(is.ctx());
  from.push_back(is.arg(0));
  to.push_back(is.arg(1));
  smt::Symbolic::Bool displaces = victims_->eligible(s, k) && victims_->when(s, k) &&
                                  s.rank_guard(k) && smt::all_of(s.premises());
  z3::expr all = displaces.term();
  z3::expr term = all.substitute(from, to).simplify();
  return victim_of_.emplace(std::pair(k, tier), term).first->second;
}

/// The tier can displace some grant of the other.
bool Checker::gives_way_to(std::size_t k, std::size_t tier) {
  if (auto it = gives_way_.find({k, tier}); it != gives_way_.end())
    return cite(it->second) != smt::Answer::unsat;
  const std::size_t from = questions();
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", true);
  q.require(q.eligible(s, k) && q.when(s, k) && s.rank_guard(k) && s.victim_is(0, tier));
  const Shared shared{q.possible({}), from, questions()};
  gives_way_.emplace(std::pair(k, tier), shared);
  return shared.answer != smt::Answer::unsat;
}

/// The tier can displace a grant of the one, and not the same grant of the other.
bool Checker::displaced_otherwise(std::size_t k, std::size_t a, std::size_t b) {
  const z3::expr one_of = victim_of(k, a), two_of = victim_of(k, b);
  if (z3::eq(one_of, two_of)) return false;
  // One question for all tiers whose grants never give way to it.
  if (one_of.is_false()) return gives_way_to(k, b);
  if (two_of.is_false()) return gives_way_to(k, a);
  const z3::expr differ = (one_of != two_of).simplify();
  if (auto it = otherwise_.find(differ.id()); it != otherwise_.end())
    return cite(it->second.second) != smt::Answer::unsat;
  const std::size_t from = questions();
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& one = q.request("one", true);
  const question::SymbolicRequest& two = q.request("two", true);
  q.require(one.victim_is(0, a) && two.victim_is(0, b));
  for (std::size_t u = 0; u < one.unknowns().size(); ++u)
    if (one.unknowns()[u].name != "one.victim.origin")
      q.require(one.unknowns()[u].term == two.unknowns()[u].term);
  for (std::size_t w = 0; w < one.switches().size(); ++w)
    q.require(one.switches()[w] == two.switches()[w]);
  q.require(q.eligible(one, k));
  q.require((q.when(one, k) && one.rank_guard(k)) != (q.when(two, k) && two.rank_guard(k)));
  const Shared shared{q.solve(false).answer, from, questions()};
  otherwise_.emplace(differ.id(), std::pair(differ, shared));
  return shared.answer != smt::Answer::unsat;
}

/// Some tier can displace a grant of the one, and not the same grant of the other. What is not
/// decided counts as a difference: nothing is held against the tiers then.
bool Checker::differ_as_victims(std::size_t a, std::size_t b) {
  if (tier(a).min_run != tier(b).min_run) return true;
  if (auto it = victims_differ_.find({a, b}); it != victims_differ_.end())
    return cite(it->second) != smt::Answer::unsat;
  Shared shared{smt::Answer::unsat, questions(), 0};
  // Who is just above the lower of the two may displace that alone: those first.
  const std::size_t count = rule().tiers.size(), lower = std::max(a, b);
  for (std::size_t n = 0; n < count && shared.answer == smt::Answer::unsat; ++n) {
    const std::size_t k = n < lower ? lower - 1 - n : n;
    if (tier(k).displaces && displaced_otherwise(k, a, b)) shared.answer = smt::Answer::sat;
  }
  shared.until = questions();
  victims_differ_.emplace(std::pair(a, b), shared);
  return shared.answer != smt::Answer::unsat;
}

bool Checker::differ_as_displacers(std::size_t a, std::size_t b) {
  if (tier(a).displaces.has_value() != tier(b).displaces.has_value()) return true;
  if (!tier(a).displaces) return false;
  if (auto it = displacers_differ_.find({a, b}); it != displacers_differ_.end())
    return cite(it->second) != smt::Answer::unsat;
  const std::size_t from = questions();
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", true);
  smt::Symbolic::Bool one = q.when(s, a) && s.rank_guard(a), two = q.when(s, b) && s.rank_guard(b);
  question::CheckedSymbolic::Int first = q.integer(tier(a).displaces->compensation, s, a);
  question::CheckedSymbolic::Int second = q.integer(tier(b).displaces->compensation, s, b);
  q.require(one != two || (one && first.value != second.value));
  const Shared shared{q.solve(false).answer, from, questions()};
  displacers_differ_.emplace(std::pair(a, b), shared);
  return shared.answer != smt::Answer::unsat;
}

/// Against the union of the better tiers that differ in nothing else.
void Checker::tier_not_shadowed(std::size_t i) {
  Finding f = begin(AnalysisId::tier_not_shadowed, tier(i).name, at(i, "eligible"));
  if (i == 0) return end(std::move(f), AnalysisVerdict::info, "the best tier");
  if (rule().tiers[i].set_aside > BasisPoints(0))
    return end(std::move(f), AnalysisVerdict::info, "a share is set aside for it");
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", false);
  q.require(q.eligible(s, i));
  const bool nobody = q.possible({}) == smt::Answer::unsat;
  std::string better;
  for (std::size_t j = 0; j < i; ++j) {
    if (tier(j).quota || tier(j).user_quota || differ_in_price(i, j) || differ_as_victims(i, j))
      continue;
    q.require(!q.eligible(s, j));
    better += fmt::format("{}`{}`", better.empty() ? "" : ", ", tier(j).name);
    provision(f, at(j, "eligible"));
  }
  if (better.empty())
    return end(
        std::move(f), AnalysisVerdict::info,
        "not asked: it differs from every better tier in price, quota or who may displace it");
  end_satisfiable(
      std::move(f), q.solve(false),
      nobody ? fmt::format("nobody is eligible for tier `{}`", tier(i).name)
             : fmt::format("whoever is eligible for tier `{}` obtains a better one as well: {}",
                           tier(i).name, better));
}

void Checker::tier_not_redundant(std::size_t i) {
  Finding f = begin(AnalysisId::tier_not_redundant, tier(i).name, at(i, "eligible"));
  if (i == 0 || tier(i).set_aside.value > 0)
    return end(std::move(f), AnalysisVerdict::info,
               i == 0 ? "the best tier" : "a share is set aside for it");
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", false);
  q.require(q.eligible(s, i));
  const bool nobody = q.possible({}) == smt::Answer::unsat;
  std::string same;
  for (std::size_t j = 0; j < i; ++j) {
    if (tier(j).quota || tier(j).user_quota || differ_in_price(i, j) || differ_as_victims(i, j) ||
        differ_as_displacers(i, j))
      continue;
    q.require(!q.eligible(s, j));
    same += fmt::format("{}`{}`", same.empty() ? "" : ", ", tier(j).name);
    provision(f, at(j, "eligible"));
  }
  end_satisfiable(
      std::move(f), q.solve(false),
      nobody
          ? fmt::format("tier `{}` could be dropped: nobody is eligible for it", tier(i).name)
          : fmt::format("tier `{}` could be dropped: whoever is eligible for it obtains {}, at the "
                        "same price and with the same displacements",
                        tier(i).name, same));
}

void Checker::coverage() {
  Finding f = begin(AnalysisId::coverage, "tiers", "tiers");
  if (rule().default_deny) {
    provision(f, "default");
    return end(std::move(f), AnalysisVerdict::proved,
               "`default: deny` refuses the others on purpose");
  }
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& s = q.request("", false);
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) q.require(!q.eligible(s, i));
  question::QueryResult result = q.solve(true);
  const std::string sentence =
      "this request is eligible for no tier, and no `default: deny` says that it is meant";
  if (result.answer == smt::Answer::sat) {
    witness::ScenarioBuilder built = builder_for(f, sentence);
    for (std::size_t i = 0; i < rule().tiers.size(); ++i)
      built.leg(result.cases.front(), i, {false, {admission::ClauseId::tier_eligible}});
    add_scenario(f, built, {});
  }
  end_valid(std::move(f), inhabited(), result, sentence);
}

/// Two requests that differ in what `monotone` names, and in what follows from it.
void Checker::eligibility_monotone(std::size_t i) {
  if (tier(i).monotone.empty()) return;
  Finding f = begin(AnalysisId::eligibility_monotone, tier(i).name, at(i, "monotone"));
  provision(f, at(i, "eligible"));
  const std::vector<std::string>& rising = tier(i).monotone;
  auto rises = [&](const char* name) {
    return std::find(rising.begin(), rising.end(), name) != rising.end();
  };
  question::Query q(budget(), subject_);
  const question::SymbolicRequest& low = q.request("before", false);
  const question::SymbolicRequest& high = q.request("after", false);
  auto row = [](const char* name) { return expr::variable_row(name); };
  for (const char* name : {"quantity", "price", "length", "lead"}) {
    smt::Symbolic::Int a = low.row(row(name)).value, b = high.row(row(name)).value;
    q.require(rises(name) ? a <= b : a == b);
  }
  // A longer lead is an earlier signature for the same start.
  for (const char* name : {"user.kind", "holder.kind", "start"})
    q.require(low.row(row(name)).value == high.row(row(name)).value);
  smt::Symbolic::Int value_low = low.row(row("value")).value,
                     value_high = high.row(row("value")).value;
  bool worth = rises("quantity") || rises("price") || rises("length");
  q.require(worth ? value_low <= value_high : value_low == value_high);
  for (std::size_t w = 0; w < low.switches().size(); ++w) {
    // The switches of both requests stand in one order: groups of the user, of the holder, paths.
    std::size_t names = subject_.world.names.size();
    bool of_user = w < names, of_holder = !of_user && w < 2 * names;
    bool may_rise = (of_user && rises("user.groups")) || (of_holder && rises("holder.groups"));
    const smt::Symbolic::Bool &a = low.switches()[w], &b = high.switches()[w];
    q.require(may_rise ? !a || b : a == b);
  }
  smt::Symbolic::Bool eligible_low = q.eligible(low, i);
  question::Query cover(budget(), subject_);
  const question::SymbolicRequest& one = cover.request("", false);
  cover.require(cover.eligible(one, i));
  q.require(eligible_low);
  q.require(!q.eligible(high, i));
  question::QueryResult covered = cover.solve(false);
  note(covered);
  std::string list;
  for (const std::string& name : rising) list += (list.empty() ? "" : ", ") + name;
  question::QueryResult result = q.solve(true);
  std::string sentence =
      fmt::format("raising {} loses eligibility for tier `{}`", list, tier(i).name);
  if (result.answer == smt::Answer::sat) {
    witness::ScenarioBuilder built = builder_for(f, sentence);
    built.leg(result.cases[0], i, {});
    built.leg(result.cases[1], i, {false, {admission::ClauseId::tier_eligible}});
    add_scenario(f, built, {});
  }
  end_valid(std::move(f), covered.answer, result, sentence);
}

void Checker::overflows(const std::string& name, const expr::Expr& expr, std::size_t i, bool victim,
                        const std::string& place) {
  Finding f = begin(AnalysisId::no_error, name, place);
  auto overflow = [&](question::SymbolicRequest::Range range) {
    question::Query q(budget(), subject_);
    if (range == question::SymbolicRequest::Range::admissible) q.unrecorded();
    const question::SymbolicRequest& s = q.request("", victim, range);
    auto read = [&]() -> question::CheckedSymbolic::Poison {
      if (place.ends_with(".when")) return q.choice(s, i).poison;
      if (expr.root().type == expr::ExprType::boolean) return q.boolean(expr, s, i).poison;
      return q.integer(expr, s, i).poison;
    };
    question::CheckedSymbolic::Poison poison = read();
    question::QueryResult result;
    result.answer = smt::Answer::unsat;  // by the bounds of every part, without a solver
    if (!poison) return result;
    q.require(*poison);
    // Admission reads what a victim is owed where it is a candidate.
    if (victim && range == question::SymbolicRequest::Range::admissible &&
        place.ends_with(".compensation"))
      q.require(q.displaces(s, i));
    return q.solve(true);
  };
  question::QueryResult result = overflow(question::SymbolicRequest::Range::limits);
  // At a price that can be admitted, where that is enough.
  if (result.answer == smt::Answer::sat)
    if (question::QueryResult priced = overflow(question::SymbolicRequest::Range::admissible);
        priced.answer == smt::Answer::sat)
      result = std::move(priced);
  std::string sentence =
      fmt::format("`{}` overflows: the clause that reads it fails", expr.canonical);
  // What admission does not read is watched: an expression that overflows is broken.
  const bool watched = place.ends_with(".bound") || place.ends_with(".exempt") || place == "load";
  std::string equal = fmt::format("({0}) == ({0})", expr.canonical);
  // Whose condition overflows is no candidate; whose compensation does is one, for no sum.
  const admission::ClauseId refuses =
      place.ends_with(".when") ? admission::ClauseId::capacity : admission::ClauseId::displacement;
  if (victim)
    script_displacement(f, result, sentence, i,
                        watched ? ToShow{{}, {{"no-error", "displaced implies " + equal}}, {}}
                                : ToShow{{false, {refuses}}, {}, {}});
  else
    script_leg(f, result, sentence, i,
               watched ? ToShow{{}, {{"no-error", equal}}, {}}
                       : ToShow{{false, {admission::ClauseId::tier_eligible}}, {}, {}});
  end_valid(std::move(f), inhabited(), result, sentence);
}

void Checker::no_error() {
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) {
    const rules::Tier& t = tier(i);
    overflows(t.name + ".eligible", t.eligible, i, false, at(i, "eligible"));
    if (!t.displaces) continue;
    auto part = [&](const char* key, const expr::Expr& expr) {
      overflows(t.name + "." + key, expr, i, true, at(i, std::string("displaces.") + key));
    };
    part("when", t.displaces->when);
    part("compensation", t.displaces->compensation);
    if (t.displaces->bound) part("bound", *t.displaces->bound);
    if (t.displaces->exempt) part("exempt", *t.displaces->exempt);
  }
  if (rule().load) overflows("load", *rule().load, 0, false, "load");
}

}  // namespace capmarket::analyses
