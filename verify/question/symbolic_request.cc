#include "verify/question/symbolic_request.h"

#include <algorithm>

namespace capmarket::question {
namespace {

using smt::num;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(-floor_div(-static_cast<Int128>(a), b));
}

std::int64_t clamped(Int128 v) {
  return static_cast<std::int64_t>(std::clamp<Int128>(v, -kWireMax, kWireMax));
}

std::int64_t value_at(std::int64_t price, std::int64_t quantity, std::int64_t length) {
  auto v = value_of(Money(price), volume_of(Quantity(quantity), Duration(length)));
  return v ? v->value : kWireMax;
}

constexpr std::int64_t kOpenValueMax = (std::int64_t{1} << 53) - 1;  // docs/spec/rules.md#limits

}  // namespace

std::pair<std::int64_t, std::int64_t> admissible_prices(const rules::Rule& rule) {
  const rules::Pricing& p = rule.pricing;
  const rules::Limits& l = rule.limits;
  std::int64_t low = l.price_min.value, high = l.price_max.value;
  if (p.mode == rules::PricingMode::fixed && p.schedule.empty()) {
    low = std::max(low, p.tariff.value), high = std::min(high, p.tariff.value);
  } else if (p.mode == rules::PricingMode::fixed) {
    auto [least, most] = std::minmax_element(
        p.schedule.begin(), p.schedule.end(),
        [](const rules::TariffEntry& a, const rules::TariffEntry& b) { return a.price < b.price; });
    low = std::max(low, least->price.value), high = std::min(high, most->price.value);
  } else if (p.mode == rules::PricingMode::negotiated) {
    low = std::max(low, p.floor.value), high = std::min(high, p.cap.value);
  }
  if (low > high) return {l.price_min.value, l.price_max.value};
  return {low, high};
}

chain::EligibilityContext RequestCase::context() const {
  chain::EligibilityContext out = leg;
  out.user = &user;
  out.holder = &holder;
  out.location = &location;
  return out;
}

SymbolicRequest::SymbolicRequest(const RuleSubject& subject, std::string name, bool with_victim,
                                 Range range)
    : subject_(subject),
      name_(std::move(name)),
      with_victim_(with_victim),
      range_(range),
      ints_(expr::variables().size(), CheckedSymbolic::integer(0)),
      bools_(expr::variables().size(), CheckedSymbolic::boolean(false)),
      sets_(expr::variables().size()) {
  const rules::Rule& rule = subject.rule();
  origin_ = rule.origin.value_or(Instant(0)).value;
  step_ = rule.granularity.value;
  if (with_victim_) victim_identity();
  party("user");
  party("holder");
  if (range_ == Range::anything)
    leg_of_anything();
  else
    leg();
  bools_[at("partial")] = {flag("partial"), std::nullopt};
  location();
  if (with_victim_) victim();
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
  const auto& closed = subject_.rule().vocabulary;
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
  const rules::Rule& r = subject_.rule();
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
  std::int64_t from = r.effective.from.value;
  std::int64_t until = r.effective.empty() ? from : r.effective.until.value - 1;
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

/// A location lies in a path's ancestors as well, and never in two that do not meet.
void SymbolicRequest::location() {
  const std::vector<location::Location>& paths = subject_.world.paths;
  const location::Location& scope = subject_.rule().scope;
  for (const location::Location& path : paths) {
    smt::Symbolic::Bool in = flag("location." + path.path);
    if (path.contains(scope))
      premise(in);
    else if (!scope.contains(path))
      premise(!in);
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

std::size_t SymbolicRequest::versions() const {
  return 1 + subject_.earlier.size() + (subject_.open_past ? 1 : 0);
}

/// Which version and tier the victim was granted under, and thereby its name and rank.
void SymbolicRequest::victim_identity() {
  std::vector<const rules::Rule*> all = {&subject_.rule()};
  for (const RuleFile* f : subject_.earlier) all.push_back(&f->rule);
  for (std::size_t v = 0; v < all.size(); ++v)
    for (std::size_t t = all[v]->tiers.size(); t-- > 0;)
      if (all[v]->name == subject_.rule().name) origins_.push_back({v, t});
  auto count = static_cast<std::int64_t>(origins_.size());
  auto other = static_cast<std::int64_t>(subject_.world.names.size());
  origin_index_ = unknown("victim.origin", 0, subject_.open_past ? count : count - 1);
  open_tier_ = unknown("victim.open_tier", 0, other + 2, other);
  open_rank_ = unknown("victim.open_rank", -kWireMax, kWireMax, 0);
  smt::Symbolic::Int tier = open_tier_, rank = open_rank_;
  std::int64_t low = subject_.open_past ? -kWireMax : kWireMax;
  std::int64_t high = subject_.open_past ? kWireMax : -kWireMax;
  for (std::int64_t i = 0; i < count; ++i) {
    const Origin& o = origins_[static_cast<std::size_t>(i)];
    const rules::Tier& t = all[o.version]->tiers[o.tier];
    smt::Symbolic::Bool here = origin_index_ == num(i);
    tier = smt::Symbolic::select(here, num(subject_.world.name_index(t.name)), tier);
    rank = smt::Symbolic::select(here, num(t.rank), rank);
    low = std::min(low, t.rank), high = std::max(high, t.rank);
  }
  set("victim.tier", tier, 0, other + 2);
  set("victim.rank", rank, low, high);
}

void SymbolicRequest::victim_bounds() {
  RequestBounds& b = victim_bounds_;
  auto [price_min, price_max] = admissible_prices(subject_.rule());
  b = bounds_;
  b.price_min = price_min, b.price_max = price_max;
  b.length_min *= step_, b.length_max *= step_;
  victim_step_ = step_;
  for (const RuleFile* f : subject_.earlier) {
    const rules::Limits& l = f->rule.limits;
    auto [low, high] = admissible_prices(f->rule);
    b.price_min = std::min(b.price_min, low), b.price_max = std::max(b.price_max, high);
    b.quantity_min = std::min(b.quantity_min, std::max<std::int64_t>(1, l.quantity_min.value));
    b.quantity_max = std::max(b.quantity_max, l.quantity_max.value);
    b.length_min = std::min(b.length_min, std::max<std::int64_t>(1, l.length_min.value));
    b.length_max = std::max(b.length_max, l.length_max.value);
    if (f->rule.granularity != subject_.rule().granularity ||
        f->rule.origin != subject_.rule().origin)
      victim_step_ = 1;
  }
  if (subject_.open_past) {
    b = {1, kWireMax, 0, kWireMax, 1, kWireMax, kOpenValueMax};
    victim_step_ = 1;
    return;
  }
  b.value_max = std::min(kOpenValueMax, value_at(b.price_max, b.quantity_max, b.length_max));
}

void SymbolicRequest::victim() {
  victim_bounds();
  const RequestBounds& b = victim_bounds_;
  std::int64_t earliest = subject_.rule().effective.from.value, lead = 0;
  for (std::size_t v = 0; v <= subject_.earlier.size(); ++v) {
    const rules::Rule& r = v == 0 ? subject_.rule() : subject_.earlier[v - 1]->rule;
    earliest = std::min(earliest, r.effective.from.value);
    lead = std::max(lead, r.limits.lead_max.value);
  }
  if (subject_.open_past) earliest = -kWireMax / 2, lead = kWireMax / 2;
  whole_quantity_ = unknown("victim.whole_quantity", b.quantity_min, b.quantity_max);
  piece_quantity_ = unknown("victim.quantity", 1, b.quantity_max);
  released_ = unknown("released", 1, b.quantity_max);
  premise(piece_quantity_ <= whole_quantity_);
  premise(released_ <= piece_quantity_);
  smt::Symbolic::Int price = unknown("victim.price", b.price_min, b.price_max);
  set("victim.quantity", piece_quantity_, 1, b.quantity_max);
  set("victim.price", price, b.price_min, b.price_max);
  set("released", released_, 1, b.quantity_max);
  victim_windows(earliest, clamped(ints_[at("until")].high + lead), lead);
  victim_values();
}

/// Releases are whole granules of the leg's rule. What is live may lie in several pieces, with gaps:
/// the premises speak of its first and last instants.
void SymbolicRequest::victim_windows(std::int64_t earliest, std::int64_t latest,
                                     std::int64_t lead) {
  const RequestBounds& b = victim_bounds_;
  const std::int64_t far = clamped(Int128{latest} + b.length_max);
  auto on_grid = [&](const std::string& what, std::int64_t first, std::int64_t origin,
                     std::int64_t step) {
    const std::int64_t base = step == 1 ? 0 : origin;
    auto most = static_cast<std::int64_t>(floor_div(Int128{far} - base, step));
    return num(base) + unknown(what, ceil_div(clamped(Int128{first} - base), step), most) * num(step);
  };
  const auto before_instants = static_cast<std::ptrdiff_t>(unknowns_.size());
  smt::Symbolic::Int from = on_grid("victim.start", earliest, origin_, victim_step_);
  smt::Symbolic::Int until = on_grid("victim.until", earliest, origin_, victim_step_);
  piece_from_ = on_grid("victim.piece_from", earliest, origin_, victim_step_);
  piece_until_ = on_grid("victim.piece_until", earliest, origin_, victim_step_);
  premise(num(b.length_min) <= until - from);
  premise(until - from <= num(b.length_max));
  premise(from <= piece_from_ && piece_from_ < piece_until_ && piece_until_ <= until);
  premise(from <= admission_ + num(lead));
  // The reach of the leg: its window from admission rounded up on.
  const std::int64_t first = subject_.rule().effective.from.value;
  smt::Symbolic::Int start = ints_[at("start")].value, leg_until = ints_[at("until")].value;
  const std::int64_t last = ceil_div(clamped(Int128{latest} - origin_), step_) + 1;
  smt::Symbolic::Int rounded =
      num(origin_) + unknown("rounded", ceil_div(first - origin_, step_), last) * num(step_);
  premise(admission_ <= rounded && rounded < admission_ + num(step_));
  smt::Symbolic::Int reach = max_of<smt::Symbolic>(start, rounded);
  part_from_ = max_of<smt::Symbolic>(reach, piece_from_);
  premise(part_from_ < leg_until && part_from_ < piece_until_);
  release_from_ = on_grid("release.from", first, origin_, step_);
  release_until_ = on_grid("release.until", first, origin_, step_);
  premise(part_from_ <= release_from_ && release_from_ < release_until_);
  premise(release_until_ <= leg_until && release_until_ <= piece_until_);
  // A witness has as little notice as it can, whatever instants that takes.
  unknowns_.insert(unknowns_.begin() + before_instants,
                   {name_ + "notice", release_from_ - admission_, 0, kWireMax, 0});
  set("victim.start", from, earliest, far);
  set("victim.until", until, earliest, far);
  set("victim.length", until - from, b.length_min, b.length_max);
  set("notice", release_from_ - admission_, 0, clamped(Int128{far} - first));
  bools_[at("victim.started")] = {from <= admission_, std::nullopt};
}

void SymbolicRequest::victim_values() {
  const RequestBounds& b = victim_bounds_;
  std::int64_t least = value_at(b.price_min, 1, victim_step_);
  std::int64_t least_whole = value_at(b.price_min, b.quantity_min, b.length_min);
  smt::Symbolic::Int value = unknown("victim.value", least, b.value_max);
  smt::Symbolic::Int whole = unknown("victim.whole_value", least_whole, b.value_max);
  premise(value <= whole);
  smt::Symbolic::Int times = unknown("victim.times_displaced", 0, kTimesDisplacedMax);
  set("victim.value", value, least, b.value_max);
  set("victim.whole_value", whole, least_whole, b.value_max);
  set("victim.times_displaced", times, 0, kTimesDisplacedMax);
}

expr::Bindings<CheckedSymbolic> SymbolicRequest::bindings(std::size_t tier,
                                                          bool chooses) const {
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

smt::Symbolic::Bool SymbolicRequest::rank_guard(std::size_t tier) const {
  return ints_[at("victim.rank")].value < num(subject_.rule().tiers.at(tier).rank);
}

smt::Symbolic::Bool SymbolicRequest::floor_guard() const {
  std::vector<smt::Symbolic::Bool> all;
  smt::Symbolic::Int from = ints_[at("victim.start")].value;
  for (std::size_t i = 0; i < origins_.size(); ++i) {
    const Origin& o = origins_[i];
    const rules::Rule& r = o.version == 0 ? subject_.rule() : subject_.earlier[o.version - 1]->rule;
    if (const auto& floor = r.tiers[o.tier].min_run)
      all.push_back(origin_index_ != num(static_cast<std::int64_t>(i)) || admission_ < from ||
                    from + num(floor->value) <= part_from_);
  }
  return smt::all_of(all);
}

smt::Symbolic::Bool SymbolicRequest::quota_guard(std::size_t tier) const {
  const auto& quota = subject_.rule().tiers.at(tier).user_quota;
  return quota ? quantity_ <= num(quota->value) : smt::Symbolic::boolean(true);
}

smt::Symbolic::Bool SymbolicRequest::victim_quota_guard() const {
  std::vector<smt::Symbolic::Bool> all;
  for (std::size_t i = 0; i < origins_.size(); ++i) {
    const Origin& o = origins_[i];
    const rules::Rule& r = o.version == 0 ? subject_.rule() : subject_.earlier[o.version - 1]->rule;
    if (const auto& quota = r.tiers[o.tier].user_quota)
      all.push_back(origin_index_ != num(static_cast<std::int64_t>(i)) ||
                    whole_quantity_ <= num(quota->value));
  }
  return smt::all_of(all);
}

smt::Symbolic::Bool SymbolicRequest::stop_guard(std::size_t tier) const {
  const auto& displaces = subject_.rule().tiers.at(tier).displaces;
  if (!displaces || !displaces->stop_within) return smt::Symbolic::boolean(true);
  return num(displaces->stop_within->value) <= release_from_ - admission_;
}

smt::Symbolic::Bool SymbolicRequest::victim_is_grant_of(const SymbolicRequest& granted) const {
  auto same = [&](const char* mine, const char* theirs) {
    return ints_[at(mine)].value == granted.ints_[at(theirs)].value;
  };
  std::vector<smt::Symbolic::Bool> all = {whole_quantity_ == granted.quantity_,
                                          same("victim.price", "price"),
                                          same("victim.start", "start"),
                                          same("victim.until", "until"),
                                          same("victim.whole_value", "value"),
                                          granted.admission_ <= admission_,
                                          granted.ints_[at("now")].value == granted.admission_};
  const rules::CoordinationMode mode = subject_.rule().coordination.mode;
  if (mode != rules::CoordinationMode::single && mode != rules::CoordinationMode::sharded)
    all.push_back(same_holder_and_place(granted));
  return smt::all_of(all);
}

smt::Symbolic::Bool SymbolicRequest::same_holder_and_place(const SymbolicRequest& granted) const {
  std::vector<smt::Symbolic::Bool> all = {ints_[at("holder.kind")].value ==
                                          granted.ints_[at("holder.kind")].value};
  const std::size_t names = subject_.world.names.size();
  for (std::size_t w = names; w < switches_.size(); ++w)
    if (w != 2 * names)  // `partial`
      all.push_back(switches_[w] == granted.switches_[w]);
  return smt::all_of(all);
}

smt::Symbolic::Bool SymbolicRequest::released_within_leg() const { return released_ <= quantity_; }

smt::Symbolic::Bool SymbolicRequest::whole_grant_is_live() const {
  return piece_quantity_ == whole_quantity_ && piece_from_ == ints_[at("victim.start")].value &&
         piece_until_ == ints_[at("victim.until")].value;
}

smt::Symbolic::Bool SymbolicRequest::room_for_a_debt() const {
  if (range_ == Range::anything) return smt::Symbolic::boolean(true);
  return num(subject_.rule().effective.from.value) + ints_[at("length")].value +
             ints_[at("lead")].value + num(2 * step_) <=
         ints_[at("now")].value;
}

smt::Symbolic::Bool SymbolicRequest::priced_by_bounds() const {
  const rules::Pricing& p = subject_.rule().pricing;
  if (p.mode != rules::PricingMode::discovered || range_ == Range::anything)
    return smt::Symbolic::boolean(true);
  auto inside = [&](const smt::Symbolic::Int& price) {
    return num(p.floor.value) <= price && price <= num(p.cap.value);
  };
  return with_victim_ ? inside(price_) && inside(ints_[at("victim.price")].value) : inside(price_);
}

smt::Symbolic::Bool SymbolicRequest::displaced_before(int times) const {
  smt::Symbolic::Bool so_often = ints_[at("victim.times_displaced")].value == num(times);
  if (times == 0) return so_often;
  return so_often && piece_quantity_ == whole_quantity_ &&
         piece_from_ == ints_[at("victim.start")].value &&
         ints_[at("until")].value <= piece_until_ &&
         piece_until_ + ints_[at("length")].value * num(times) <= ints_[at("victim.until")].value;
}

smt::Symbolic::Bool SymbolicRequest::released_from_the_start() const {
  return release_from_ == max_of<smt::Symbolic>(ints_[at("start")].value, piece_from_);
}

smt::Symbolic::Bool SymbolicRequest::whole_part_is_released() const {
  return release_from_ == part_from_ &&
         release_until_ == min_of<smt::Symbolic>(ints_[at("until")].value, piece_until_);
}

smt::Symbolic::Bool SymbolicRequest::victim_is(std::size_t version, std::size_t tier) const {
  for (std::size_t i = 0; i < origins_.size(); ++i)
    if (origins_[i].version == version && origins_[i].tier == tier)
      return origin_index_ == num(static_cast<std::int64_t>(i));
  return smt::Symbolic::boolean(false);
}

smt::Symbolic::Bool SymbolicRequest::victim_of_version(std::size_t version) const {
  std::vector<smt::Symbolic::Bool> any;
  for (std::size_t i = 0; i < origins_.size(); ++i)
    if (origins_[i].version == version)
      any.push_back(origin_index_ == num(static_cast<std::int64_t>(i)));
  if (version > subject_.earlier.size())
    any.push_back(origin_index_ == num(static_cast<std::int64_t>(origins_.size())));
  return smt::any_of(any);
}

}  // namespace capmarket::question
