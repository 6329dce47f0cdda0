#include "verify/question/symbolic_request.h"

#include <algorithm>

namespace capmarket::question {
namespace {

using smt::num;

}  // namespace

chain::EligibilityContext RequestCase::context() const {
  chain::EligibilityContext out = leg;
  out.user = &user;
  out.holder = &holder;
  out.location = &location;
  return out;
}

SymbolicRequest::SymbolicRequest(const RuleSubject& subject, std::string name, bool with_victim,
                                 Range range, std::size_t version)
    : subject_(subject),
      name_(std::move(name)),
      with_victim_(with_victim),
      range_(range),
      version_(version),
      ints_(expr::variables().size(), CheckedSymbolic::integer(0)),
      bools_(expr::variables().size(), CheckedSymbolic::boolean(false)),
      sets_(expr::variables().size()) {
  const rules::Rule& rule = version_of(subject, version);
  origin_ = rule.origin.value_or(Instant(0)).value;
  step_ = rule.granularity.value;
  if (with_victim_) victim_identity();
  party("user");
  party("holder");
  if (range_ == Range::unlinked)
    unlinked();
  else if (range_ == Range::anything)
    leg_of_anything();
  else
    leg();
  bools_[at("partial")] = {flag("partial"), std::nullopt};
  location();
  if (with_victim_ && range_ != Range::unlinked) victim();
}

smt::Symbolic::Int SymbolicRequest::unknown(const std::string& what, std::int64_t low,
                                            std::int64_t high,
                                            std::optional<std::int64_t> preferred) {
  smt::Symbolic::Int term = smt::Symbolic::Int::fresh(name_ + what);
  premise(num(low) <= term);
  premise(term <= num(high));
  unknowns_.push_back({name_ + what, term, low, high, preferred.value_or(low)});
  return term;
}

smt::Symbolic::Bool SymbolicRequest::flag(const std::string& what) {
  switches_.push_back(smt::Symbolic::Bool::fresh(name_ + what));
  return switches_.back();
}

void SymbolicRequest::set(const char* row, const smt::Symbolic::Int& term, std::int64_t low,
                          std::int64_t high) {
  ints_[at(row)] = CheckedSymbolic::within(term, low, high);
}

/// Names are numbers: those that expressions mention, then three that nobody mentions.
void SymbolicRequest::party(const char* who) {
  const std::vector<std::string>& names = subject_.world.names;
  const auto& closed = version_of(subject_, version_).vocabulary;
  auto other = static_cast<std::int64_t>(names.size());
  std::string kind = std::string(who) + ".kind", groups = std::string(who) + ".groups";
  smt::Symbolic::Int k = unknown(kind, 0, other + 2, other);
  set(kind.c_str(), k, 0, other + 2);
  if (closed) {
    std::vector<smt::Symbolic::Bool> allowed;
    std::int64_t unmentioned = 0;
    for (const std::string& name : closed->kinds) {
      std::int64_t index = subject_.world.name_index(name);
      if (index < 0) index = other + std::min<std::int64_t>(unmentioned++, 2);
      allowed.push_back(k == num(index));
    }
    premise(allowed.empty() ? k == num(other) : any_of(allowed));
  }
  auto& set_of = sets_[at(groups.c_str())];
  for (const std::string& name : names) {
    smt::Symbolic::Bool in = flag(groups + "." + name);
    if (closed && !std::binary_search(closed->groups.begin(), closed->groups.end(), name))
      premise(!in);
    set_of.push_back({in, std::nullopt});
  }
}

void SymbolicRequest::leg() {
  const rules::Rule& r = version_of(subject_, version_);
  const rules::Limits& l = r.limits;
  RequestBounds& b = bounds_;
  b.quantity_min = std::max<std::int64_t>(1, l.quantity_min.value);
  b.quantity_max = l.quantity_max.value;
  b.length_min = ceil_div(std::max<std::int64_t>(1, l.length_min.value), step_);
  b.length_max = l.length_max.value / step_;
  std::tie(b.price_min, b.price_max) = range_ == Range::admissible
                                           ? admissible_prices(r)
                                           : std::pair(l.price_min.value, l.price_max.value);
  b.value_max = value_at(b.price_max, b.quantity_max, b.length_max * step_);
  quantity_ = unknown("quantity", b.quantity_min, b.quantity_max);
  std::int64_t hour = kNanosPerHour % step_ == 0 ? kNanosPerHour / step_ : 0;
  bool fits = b.length_min <= hour && hour <= b.length_max;
  length_steps_ = unknown("length", b.length_min, b.length_max, fits ? hour : b.length_min);
  smt::Symbolic::Int length = length_steps_ * num(step_);
  price_ = unknown("price", b.price_min, b.price_max);
  const GrantBounds in_force = grants_of(subject_, version_);
  const std::int64_t from = in_force.signed_first, until = in_force.signed_last;
  smt::Symbolic::Int now = unknown("now", from, until);
  std::int64_t start_min = clamped(Int128{from} + l.lead_min.value);
  std::int64_t start_max = clamped(Int128{until} + l.lead_max.value);
  auto last = static_cast<std::int64_t>(floor_div(Int128{start_max} - origin_, step_));
  smt::Symbolic::Int start =
      num(origin_) + unknown("start", ceil_div(start_min - origin_, step_), last) * num(step_);
  smt::Symbolic::Int lead = start - now;
  premise(num(l.lead_min.value) <= lead);
  premise(lead <= num(l.lead_max.value));
  std::int64_t least = value_at(b.price_min, b.quantity_min, b.length_min * step_);
  smt::Symbolic::Int value = unknown("value", least, b.value_max);
  admission_ = unknown("admission", from, clamped(Int128{until} + l.skew.value));
  premise(now <= admission_);
  premise(admission_ <= now + num(l.skew.value));
  set("quantity", quantity_, b.quantity_min, b.quantity_max);
  set("price", price_, b.price_min, b.price_max);
  set("value", value, least, b.value_max);
  set("now", now, from, until);
  set("start", start, start_min, start_max);
  set("until", start + length, start_min, clamped(Int128{start_max} + b.length_max * step_));
  set("length", length, b.length_min * step_, b.length_max * step_);
  set("lead", lead, l.lead_min.value, l.lead_max.value);
}

/// Inside the bounds of the wire; but for values that leave 64 bits.
void SymbolicRequest::leg_of_anything() {
  const rules::Limits& l = subject_.rule().limits;
  constexpr std::int64_t kFar = kWireMax;
  step_ = 1;
  origin_ = 0;
  bounds_ = {l.quantity_min.value,
             l.quantity_max.value,
             l.price_min.value,
             l.price_max.value,
             l.length_min.value,
             l.length_max.value,
             kFar};
  quantity_ = unknown("quantity", -kFar, kFar, l.quantity_min.value);
  price_ = unknown("price", -kFar, kFar, l.price_min.value);
  smt::Symbolic::Int now = unknown("now", -kFar, kFar, subject_.rule().effective.from.value);
  smt::Symbolic::Int start = unknown("start", -kFar, kFar, subject_.rule().effective.from.value);
  length_steps_ = unknown("length", -2 * kFar, 2 * kFar, l.length_min.value);
  smt::Symbolic::Int until = start + length_steps_, lead = start - now;
  premise(num(-kFar) <= until && until <= num(kFar));
  smt::Symbolic::Int value = unknown("value", -kFar, kFar);
  admission_ = unknown("admission", -kFar, kFar, subject_.rule().effective.from.value);
  set("quantity", quantity_, -kFar, kFar);
  set("price", price_, -kFar, kFar);
  set("value", value, -kFar, kFar);
  set("now", now, -kFar, kFar);
  set("start", start, -kFar, kFar);
  set("until", until, -kFar, kFar);
  set("length", length_steps_, -2 * kFar, 2 * kFar);
  set("lead", lead, -2 * kFar, 2 * kFar);
}

/// Every number is one of the wire, and fits no other: whatever can be said of a step.
void SymbolicRequest::unlinked() {
  const std::vector<expr::Variable>& all = expr::variables();
  for (std::size_t row = 0; row < all.size(); ++row) {
    const expr::Variable& v = all[row];
    const bool victims = v.place == expr::ExprPlace::displacement;
    if (v.place == expr::ExprPlace::goal || v.name == "rank" || v.name == "victim.rank" ||
        (victims && !with_victim_))
      continue;
    const std::string name(v.name);
    if (v.type == expr::ExprType::boolean && v.name != "partial")
      bools_[row] = {flag(name), std::nullopt};
    else if (v.type == expr::ExprType::integer || v.type == expr::ExprType::money ||
             v.type == expr::ExprType::duration || v.type == expr::ExprType::time)
      set(name.c_str(), unknown(name, -kWireMax, kWireMax, 0), -kWireMax, kWireMax);
  }
}

/// A location lies in a path's ancestors as well, and never in two that do not meet. What is
/// refused may lie outside of the rule's scope.
void SymbolicRequest::location() {
  const std::vector<location::Location>& paths = subject_.world.paths;
  const location::Location& scope = version_of(subject_, version_).scope;
  const bool anywhere = range_ == Range::anything || range_ == Range::unlinked;
  if (anywhere) outside_ = flag("location.outside");
  auto inside = [&](const smt::Symbolic::Bool& b) { premise(anywhere ? *outside_ || b : b); };
  for (const location::Location& path : paths) {
    smt::Symbolic::Bool in = flag("location." + path.path);
    if (path.contains(scope))
      inside(in);
    else if (!scope.contains(path))
      inside(!in);
    location_in_.push_back({in, std::nullopt});
  }
  for (std::size_t i = 0; i < paths.size(); ++i)
    for (std::size_t j = 0; j < paths.size(); ++j) {
      if (i == j) continue;
      if (paths[i].contains(paths[j]))
        premise(!location_in_[j].value || location_in_[i].value);
      else if (!paths[j].contains(paths[i]))
        premise(!location_in_[i].value || !location_in_[j].value);
    }
}

expr::Bindings<CheckedSymbolic> SymbolicRequest::bindings(std::size_t tier, bool chooses) const {
  const rules::Tier& t = subject_.rule().tiers.at(tier);
  expr::Bindings<CheckedSymbolic> out{ints_, bools_, sets_, location_in_};
  out.ints[at("rank")] = CheckedSymbolic::integer(t.rank);
  out.ints[at("tier")] = CheckedSymbolic::integer(subject_.world.name_index(t.name));
  if (chooses && with_victim_) out.ints[at("notice")].value = part_from_ - admission_;
  if (!with_victim_)  // a name that no tier has
    out.ints[at("victim.tier")] =
        CheckedSymbolic::integer(static_cast<std::int64_t>(subject_.world.names.size()) + 3);
  return out;
}

smt::Symbolic::Bool SymbolicRequest::same_leg(const SymbolicRequest& other) const {
  std::vector<smt::Symbolic::Bool> all = {admission_ == other.admission_};
  for (const char* row :
       {"quantity", "price", "value", "now", "start", "until", "user.kind", "holder.kind"})
    all.push_back(ints_[at(row)].value == other.ints_[at(row)].value);
  all.push_back(bools_[at("partial")].value == other.bools_[at("partial")].value);
  for (const char* row : {"user.groups", "holder.groups"})
    for (std::size_t n = 0; n < sets_[at(row)].size(); ++n)
      all.push_back(sets_[at(row)][n].value == other.sets_[at(row)][n].value);
  all.push_back(same_place(other));
  return smt::all_of(all);
}

}  // namespace capmarket::question
