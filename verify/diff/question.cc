#include "verify/diff/question.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"

namespace capmarket::diff {
namespace {

using question::at;
using question::variable;
using smt::num;

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
                           VictimOf victim_of, const std::string& name)
    : pair_(pair),
      budget_(budget),
      at_(tier),
      beside_(beside),
      victims_(victim_of),
      subject_(!entry                         ? pair.wide_subject
               : victim_of == VictimOf::older ? pair.crossing_subject
                                              : pair.narrow_subject),
      query_(grounded(budget, entry), subject_) {
  request_ = &query_.request(name, entry);
  case_.entry = entry;
  case_.lacks_by_load = entry && beside.shares;
  room_.fill(smt::Symbolic::boolean(true));
  fill_leg();
  fill_beside();
  if (entry) fill_entry(), fill_room();
  if (case_.lacks_by_load) fill_lack();
  if (beside.shares) fill_load();
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

namespace {

/// Both leave the same room, by the same ranks.
bool same_shares(const rules::Rule& a, const rules::Rule& b) {
  if (a.coordination.mode != b.coordination.mode ||
      a.supersedes.has_value() != b.supersedes.has_value())
    return false;
  return std::equal(a.tiers.begin(), a.tiers.end(), b.tiers.begin(),
                    [](const rules::Tier& x, const rules::Tier& y) {
                      return x.rank == y.rank && x.quota == y.quota && x.set_aside == y.set_aside;
                    });
}

}  // namespace

/// The victim's grant was inside the quota of a user that it was granted under.
void PairQuestion::fill_room() {
  if (victims_ == VictimOf::older) premises_.push_back(request_->victim_of_version(1));
  premises_.push_back(request_->victim_quota_guard(pair_.terms[0]));
  premises_.push_back(request_->victim_quota_guard(pair_.terms[1]));
  for (std::size_t side : kSides) {
    if (!tier().displaces(side)) continue;
    if (side == 1 && tier().displaces(0) && same_shares(pair_.terms[0], pair_.terms[1]))
      room_[1] = room_[0];
    else
      room_[side] = query_.room_to_displace(*request_, at_, pair_.terms[side]);
  }
}

/// What is live of the victim is part of its tier's load, which no quota of that tier exceeds.
void PairQuestion::fill_lack() {
  for (std::size_t i = 0; i < pair_.tiers.size(); ++i) {
    case_.victim_of.push_back(victim_of(i));
    premises_.push_back(!case_.victim_of[i] || case_.piece <= case_.load[i]);
    const auto &a = pair_.terms[0].tiers[i].quota, &b = pair_.terms[1].tiers[i].quota;
    if (!a || !b || rule_before()) continue;
    premises_.push_back(case_.load[i] <= smt::Symbolic::mul_div_floor(case_.declared,
                                                                      std::max(a->value, b->value),
                                                                      kFullRatio));
  }
}

/// What a declaration was loaded with leaves the tiers what is set aside for them: admission keeps
/// the sum of the greater of each tier's load and share within what is declared, and nothing else
/// raises a load. Both rules led there: what crosses from one to the other is for `--replay`.
void PairQuestion::fill_load() {
  if (rule_before()) return;
  for (std::size_t side : kSides) {
    smt::Symbolic::Int sum = num(0);
    for (std::size_t i = 0; i < pair_.tiers.size(); ++i) {
      const BasisPoints share = pair_.terms[side].tiers[i].set_aside;
      sum = sum + (share.value == 0
                       ? case_.load[i]
                       : max_of<smt::Symbolic>(
                             case_.load[i], smt::Symbolic::mul_div_floor(case_.declared,
                                                                         share.value, kFullRatio)));
    }
    premises_.push_back(sum <= case_.declared);
  }
}

/// Grants of versions before either may count, which other quotas bound.
bool PairQuestion::rule_before() const {
  return pair_.rule(0).supersedes.has_value() || pair_.rule(1).supersedes.has_value();
}

smt::Symbolic::Bool PairQuestion::lacks(std::size_t side) const {
  return num(0) < PairFacts<smt::Symbolic>(pair_, at_, case_).lack(PartSides::of(side));
}

void PairQuestion::require_beside(const PairQuestion& other, std::size_t side) {
  for (const auto* all : {&other.request_->premises(), &other.premises_})
    for (const smt::Symbolic::Bool& b : *all) require(b);
  require(other.admits(side) && other.room(side));
  require(request_->same_leg(*other.request_));
  require(case_.notice == other.case_.notice);
}

smt::Symbolic::Bool PairQuestion::victim_of(std::size_t tier_index) const {
  return request_->row(expr::variable_row("victim.tier")).value ==
         num(pair_.world.name_index(pair_.tiers[tier_index].name));
}

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

}  // namespace capmarket::diff
