#include "verify/hunt/history.h"

#include <algorithm>

#include "verify/hunt/history_terms.h"

namespace capmarket::hunt {

namespace {
/// Every displacement takes a unit of a granule at least: so often a grant can be displaced.
std::int64_t displacements_max(const rules::Rule& r) {
  const Int128 granules = r.limits.length_max.value / r.granularity.value;
  return static_cast<std::int64_t>(std::min<Int128>(
      question::kTimesDisplacedMax, std::max<Int128>(1, granules * r.limits.quantity_max.value)));
}

/// A failure may be told long after the last grant's end.
constexpr std::int64_t kFar = kWireMax;
}  // namespace

History::History(const question::RuleSubject& subject, const HistoryOptions& options)
    : subject_(subject), options_(options), begin_(subject.rule().effective.from) {
  const rules::Rule& r = rule();
  origin_ = r.origin.value_or(Instant(0)).value;
  step_ = r.granularity.value;
  Int128 end = Int128{r.effective.until.value} + r.limits.skew.value + r.limits.lead_max.value +
               r.limits.length_max.value;
  end_ = static_cast<std::int64_t>(std::min<Int128>(end, kWireMax));
  first_step_ = static_cast<std::int64_t>(floor_div(Int128{begin_.value} - origin_, step_));
  last_step_ = static_cast<std::int64_t>(floor_div(Int128{end_} - origin_, step_)) + 1;
  declared_ = smt::Symbolic::Int::fresh("declared");
  premise(num(1) <= declared_ && declared_ <= num(kWireMax));
  unknowns_.push_back({"declared", declared_, 1, kWireMax, 1});
}

smt::Symbolic::Int History::unknown(std::size_t i, const char* what, std::int64_t low,
                                    std::int64_t high, std::optional<std::int64_t> preferred) {
  std::string name = moves_[i].request.name() + what;
  smt::Symbolic::Int term = smt::Symbolic::Int::fresh(name);
  premise(num(low) <= term && term <= num(high));
  unknowns_.push_back({name, term, low, high, preferred.value_or(low)});
  return term;
}

smt::Symbolic::Int History::instant(std::size_t i, const char* what) {
  return num(origin_) + unknown(i, what, first_step_, last_step_) * num(step_);
}

/// Of a piece of a grant.
smt::Symbolic::Int History::piece_instant(std::size_t i, const char* what) {
  if (!options_.relaxed || options_.pieces_on_grid) return instant(i, what);
  return unknown(i, what, begin_.value, end_ + step_);
}

void History::extend() {
  const std::size_t i = moves_.size();
  state_.clear();
  moves_.emplace_back(subject_, "s" + std::to_string(i + 1) + ".");
  for (const smt::Symbolic::Bool& b : moves_[i].request.premises()) premise(b);
  for (const smt::Symbolic::Bool& b : moves_[i].refused.premises()) premise(b);
  make_unknowns(i);
  order_of_time(i);
  refusal(i);
  if (i > 0) {
    premise(!moves_[i - 1].is(MoveKind::late));
    one_declaration(i);
  } else if (options_.places && !options_.relaxed) {
    one_of_the_places();
  }
  settling(i);
  pricing(i);
  if (!options_.relaxed) capacity(i), quotas(i);
  for (std::size_t j = 0; j < i; ++j) taking(i, j);
  displacing(i);
  if (options_.relaxed) return;
  victim_order(i);
  leases(i);
  if (options_.debts) same_user(i);
}

void History::make_unknowns(std::size_t i) {
  Move& m = moves_[i];
  const rules::Rule& r = rule();
  const auto count = static_cast<std::int64_t>(i);
  m.kind = unknown(i, "kind", 0, kMoveKinds - 1);
  m.tier = unknown(i, "tier", 0, static_cast<std::int64_t>(r.tiers.size()) - 1,
                   static_cast<std::int64_t>(r.tiers.size()) - 1);
  m.whose = unknown(i, "whose", 0, count);
  premise(m.takes() == (m.whose < num(count)));
  m.strategy = unknown(i, "strategy", 0, std::max<std::int64_t>(1, std::ssize(r.fallback)) - 1);
  // A readable trace: a step a minute, from an hour after the beginning on.
  constexpr std::int64_t kMinute = 60 * kNanosPerSecond;
  std::int64_t readable = begin_.value + 60 * kMinute + count * kMinute;
  m.at = unknown(i, "at", begin_.value, kFar, readable);
  for (question::Unknown u : m.request.unknowns()) {
    if (u.name.ends_with(".now")) u.preferred = std::min(readable, u.high);
    if (u.name.ends_with(".start"))
      u.preferred = static_cast<std::int64_t>(-floor_div(origin_ - Int128{readable}, step_));
    unknowns_.push_back(std::move(u));
  }
  for (question::Unknown u : m.refused.unknowns()) {
    if (u.name.ends_with(".now") || u.name.ends_with(".start"))
      u.preferred = begin_.value + 60 * kMinute + count * kMinute;
    unknowns_.push_back(std::move(u));
  }
  make_taken(i);
  m.waited = unknown(i, "waited", 0, kWireMax);
  // A request may be older than the rule.
  if (!options_.relaxed) premise(m.waited <= m.at - num(begin_.value));
  m.user = unknown(i, "user", 0, count, count);
  if (!options_.debts || options_.relaxed) premise(m.user == num(count));
  m.owes = smt::Symbolic::Bool::fresh(m.request.name() + "owes");
}

void History::make_taken(std::size_t i) {
  Move& m = moves_[i];
  const auto& quantity = m.request.row(expr::variable_row("quantity"));
  const auto& price = m.request.row(expr::variable_row("price"));
  const auto& value = m.request.row(expr::variable_row("value"));
  auto most = [](const question::CheckedSymbolic::Int& x) {
    return static_cast<std::int64_t>(x.high);
  };
  m.take = unknown(i, "take", 0, most(quantity), 1);
  m.take_from = piece_instant(i, "take_from");
  m.take_until = piece_instant(i, "take_until");
  m.worth = unknown(i, "worth", 0, std::max<std::int64_t>(0, most(value)));
  auto last = static_cast<std::int64_t>(floor_div(Int128{kFar} - origin_, step_)) + 1;
  m.rounded = num(origin_) + unknown(i, "rounded", first_step_, last) * num(step_);
  premise(m.at <= m.rounded && m.rounded < m.at + num(step_));
  m.of_tier = unknown(i, "of_tier", 0, std::ssize(rule().tiers) - 1);
  m.of_price = unknown(i, "of_price", 0, most(price));
  m.of_worth = unknown(i, "of_worth", 0, std::max<std::int64_t>(0, most(value)));
  m.of_from = instant(i, "of_from");
  m.of_until = instant(i, "of_until");
  m.of_quantity = unknown(i, "of_quantity", 0, most(quantity));
  m.of_times =
      unknown(i, "of_times", 0,
              options_.open_past ? question::kTimesDisplacedMax : static_cast<std::int64_t>(i));
  premise(!m.is(MoveKind::displace) || m.of_times < num(displacements_max(rule())));
  m.piece = unknown(i, "piece", 0, most(quantity));
  m.part_from = piece_instant(i, "part_from");
  m.owed = unknown(i, "owed", 0, kWireMax);
  premise(m.takes() == (num(0) < m.take));
  premise(m.takes() || m.take == num(0));
}

void History::order_of_time(std::size_t i) {
  const Move& m = moves_[i];
  if (i > 0) premise(moves_[i - 1].at <= m.at);
  premise(!m.settles() || m.at == m.request.admission());
}

/// What is refused has the parties and the place of the step; relaxed, any.
void History::refusal(std::size_t i) {
  if (options_.relaxed) return;
  const Move& m = moves_[i];
  const expr::Bindings<question::CheckedSymbolic> a = m.request.bindings(0),
                                                  b = m.refused.bindings(0);
  auto same = [&](const std::vector<question::CheckedSymbolic::Bool>& x,
                  const std::vector<question::CheckedSymbolic::Bool>& y) {
    for (std::size_t n = 0; n < x.size(); ++n) premise(x[n].value == y[n].value);
  };
  for (const char* party : {"user", "holder"}) {
    const std::string kind = std::string(party) + ".kind", groups = std::string(party) + ".groups";
    premise(m.row(kind.c_str()) == m.refused_row(kind.c_str()));
    same(a.sets[at(groups)], b.sets[at(groups)]);
  }
  same({a.bools[at("partial")]}, {b.bools[at("partial")]});
  same(a.location_in, b.location_in);
  premise(!m.refused.outside_scope());
  // One that a script can ask for. It would have had to come within the skew of its signature.
  auto here = [&](const smt::Symbolic::Bool& possible) { premise(!m.is(MoveKind::late) || possible); };
  const smt::Symbolic::Int last = m.refused_row("now") + num(rule().limits.skew.value);
  here(last < m.at && m.at <= last + num(kNanosPerSecond));
  here(num(begin_.value) <= m.refused_row("now"));
  constexpr std::int64_t kMuch = std::int64_t{1} << 40;  // units, and as much money
  here(num(1) <= m.refused_row("quantity") && m.refused_row("quantity") <= num(kMuch));
  here(num(0) <= m.refused_row("price") && m.refused_row("price") <= num(kMuch));
  here(num(begin_.value) <= m.refused_row("start") &&
       m.refused_row("start") < m.refused_row("until") && m.refused_row("until") <= num(kFar));
  here(num(0) <= m.refused_row("value"));
}

/// One holder at one place. Another declaration is met only where a coordinator signs for both; and
/// the holder's credential may have been corrected since.
void History::one_declaration(std::size_t i) {
  expr::Bindings<question::CheckedSymbolic> a = moves_[0].request.bindings(0),
                                            b = moves_[i].request.bindings(0);
  const rules::CoordinationMode mode = rule().coordination.mode;
  const bool shares =
      mode == rules::CoordinationMode::single || mode == rules::CoordinationMode::sharded;
  if (options_.relaxed && shares) return;
  for (std::size_t n = 0; n < a.location_in.size(); ++n)
    premise(a.location_in[n].value == b.location_in[n].value);
  if (options_.relaxed) return;
  // An example has one credential, which no step of a script corrects.
  const std::size_t kind = at("holder.kind"), groups = at("holder.groups");
  tight_.push_back(a.ints[kind].value == b.ints[kind].value);
  for (std::size_t n = 0; n < a.sets[groups].size(); ++n)
    tight_.push_back(a.sets[groups][n].value == b.sets[groups][n].value);
}

/// As far as the rule's expressions tell places apart.
void History::one_of_the_places() {
  const std::vector<location::Location>& paths = subject_.world.paths;
  const expr::Bindings<question::CheckedSymbolic> first = moves_[0].request.bindings(0);
  std::vector<smt::Symbolic::Bool> any;
  for (const location::Location& place : *options_.places) {
    if (!rule().scope.contains(place)) continue;
    smt::Symbolic::Bool here = smt::Symbolic::boolean(true);
    for (std::size_t n = 0; n < paths.size(); ++n)
      here = here && first.location_in[n].value == smt::Symbolic::boolean(paths[n].contains(place));
    any.push_back(here);
  }
  premise(smt::any_of(any));
}

void History::settling(std::size_t i) {
  const Move& m = moves_[i];
  for (std::size_t t = 0; t < rule().tiers.size(); ++t) {
    smt::Symbolic::Bool here = m.settles() && m.tier == num(static_cast<std::int64_t>(t));
    premise(!here ||
            question::CheckedSymbolic::holds(expr::evaluate_bool<question::CheckedSymbolic>(
                rule().tiers[t].eligible, m.request.bindings(t))));
    premise(!here || m.request.quota_guard(t));
  }
}

/// What the limits and a single tariff do not say: the schedule, and bounds where there is no
/// index.
void History::pricing(std::size_t i) {
  const Move& m = moves_[i];
  const rules::Pricing& p = rule().pricing;
  const smt::Symbolic::Int& price = m.row("price");
  // An index, which any price of the limits may come from.
  if (options_.relaxed && p.mode == rules::PricingMode::discovered) return;
  if (p.mode == rules::PricingMode::discovered || p.mode == rules::PricingMode::negotiated)
    premise(!m.settles() || (num(p.floor.value) <= price && price <= num(p.cap.value)));
  if (p.mode != rules::PricingMode::fixed) return;
  if (p.schedule.empty()) return premise(!m.settles() || price == num(p.tariff.value));
  std::vector<smt::Symbolic::Bool> any;
  for (const rules::TariffEntry& e : p.schedule)
    for (std::size_t t = 0; t < rule().tiers.size(); ++t) {
      if (rule().tiers[t].name != e.tier) continue;
      any.push_back(m.tier == num(static_cast<std::int64_t>(t)) && price == num(e.price.value) &&
                    num(e.window.from.value) <= m.row("start") &&
                    m.row("start") < num(e.window.until.value));
    }
  premise(!m.settles() || smt::any_of(any));
}

/// A user who asks again is the same somebody, at the same tier.
void History::same_user(std::size_t i) {
  const Move& m = moves_[i];
  expr::Bindings<question::CheckedSymbolic> own = m.request.bindings(0);
  for (std::size_t j = 0; j < i; ++j) {
    const Move& other = moves_[j];
    smt::Symbolic::Bool same = m.user == num(static_cast<std::int64_t>(j));
    expr::Bindings<question::CheckedSymbolic> b = other.request.bindings(0);
    std::vector<smt::Symbolic::Bool> all = {
        other.settles(), other.user == num(static_cast<std::int64_t>(j)), other.tier == m.tier,
        own.ints[at("user.kind")].value == b.ints[at("user.kind")].value};
    const std::size_t groups = at("user.groups");
    for (std::size_t n = 0; n < b.sets[groups].size(); ++n)
      all.push_back(own.sets[groups][n].value == b.sets[groups][n].value);
    premise(!same || smt::all_of(all));
  }
  premise(!m.is(MoveKind::displace) || !overdue(i, i));
}

/// Some price or compensation of the user's earlier requests is past its deadline, and unpaid.
smt::Symbolic::Bool History::overdue(std::size_t i, std::size_t whose) const {
  const Move& m = moves_[i];
  if (options_.relaxed) return m.owes;
  std::vector<smt::Symbolic::Bool> any;
  for (std::size_t j = 0; options_.debts && j < i; ++j) {
    const Move& d = moves_[j];
    smt::Symbolic::Bool late = num(1) <= d.row("value") && d.row("until") < m.at;
    for (std::size_t t = 0; t < rule().tiers.size(); ++t) {
      if (!rule().tiers[t].displaces) continue;
      smt::Symbolic::Int deadline = d.at + num(rule().tiers[t].displaces->pay_within.value);
      late = late || (d.is(MoveKind::displace) && d.tier == num(static_cast<std::int64_t>(t)) &&
                      num(1) <= d.owed && deadline < m.at);
    }
    any.push_back(moves_[whose].user == d.user && d.settles() && late);
  }
  return smt::any_of(any);
}

/// Nothing lapses before the step: nobody has to renew, or only so often.
void History::leases(std::size_t i) {
  if (!rule().lease) return;
  for (std::size_t j = 0; j < i; ++j) {
    const Move& g = moves_[j];
    const smt::Symbolic::Int begun = max_of<smt::Symbolic>(g.at, g.row("start"));
    const smt::Symbolic::Int lapse = begun + num(rule().lease->value);
    unrenewed_.push_back(!g.settles() || g.row("until") <= lapse || moves_[i].at < lapse);
    // Each renewal comes a little before the lease ends: half of it is added at least.
    const Int128 most = Int128{rule().lease->value} * (kRenewalsMax / 2);
    const auto span = static_cast<std::int64_t>(std::min<Int128>(most, kFar));
    renewed_.push_back(!g.settles() || moves_[i].at < begun + num(span));
  }
}

std::vector<smt::Symbolic::Bool> History::take_premises() {
  std::vector<smt::Symbolic::Bool> out;
  out.swap(premises_);
  return out;
}

}  // namespace capmarket::hunt
