// The victim of a request: a grant of the rule's version or of one before it, each by its own
// terms.
#include <algorithm>

#include "verify/question/symbolic_request.h"

namespace capmarket::question {
namespace {

using smt::num;

/// The price is what the schedule asks of that tier for a slot that starts then. True without a
/// schedule, or where no entry of any tier lies in the limits.
smt::Symbolic::Bool on_schedule(const rules::Rule& rule, std::size_t tier,
                                const smt::Symbolic::Int& price, const smt::Symbolic::Int& start) {
  const rules::Limits& l = rule.limits;
  std::vector<smt::Symbolic::Bool> any;
  bool some = false;
  for (const rules::TariffEntry& e : rule.pricing.schedule) {
    if (e.price < l.price_min || l.price_max < e.price) continue;
    some = true;
    if (e.tier == rule.tiers.at(tier).name)
      any.push_back(price == num(e.price.value) && num(e.window.from.value) <= start &&
                    start < num(e.window.until.value));
  }
  return some ? smt::any_of(any) : smt::Symbolic::boolean(true);
}

}  // namespace

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

/// The least box around the grants of all versions.
void SymbolicRequest::victim_bounds() {
  RequestBounds& b = victim_bounds_;
  victim_step_ = subject_.rule().granularity.value;
  for (std::size_t v = 0; v <= subject_.earlier.size(); ++v) {
    const RequestBounds one = grants_of(subject_, v).request;
    if (v == 0) b = one;
    b.quantity_min = std::min(b.quantity_min, one.quantity_min);
    b.quantity_max = std::max(b.quantity_max, one.quantity_max);
    b.price_min = std::min(b.price_min, one.price_min);
    b.price_max = std::max(b.price_max, one.price_max);
    b.length_min = std::min(b.length_min, one.length_min);
    b.length_max = std::max(b.length_max, one.length_max);
    const rules::Rule& r = version_of(subject_, v);
    if (r.granularity != subject_.rule().granularity || r.origin != subject_.rule().origin)
      victim_step_ = 1;
  }
  b.value_max = std::min(kGrantValueMax, value_at(b.price_max, b.quantity_max, b.length_max));
  if (!subject_.open_past) return;
  b = {1, kWireMax, 0, kWireMax, 1, kWireMax, kGrantValueMax};
  victim_step_ = 1;
}

void SymbolicRequest::victim() {
  victim_bounds();
  const RequestBounds& b = victim_bounds_;
  std::int64_t earliest = kWireMax, lead = 0;
  for (std::size_t v = 0; v <= subject_.earlier.size(); ++v) {
    const GrantBounds one = grants_of(subject_, v);
    earliest = std::min(earliest, one.signed_first);
    lead = std::max(lead, one.lead_max);
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
  for (std::size_t v = 0; v <= subject_.earlier.size(); ++v) victim_under(v);
}

/// What a grant of that version keeps: its limits, prices and schedule, and that it was signed
/// while the version was in force, no later than the displacement is admitted.
void SymbolicRequest::victim_under(std::size_t version) {
  const GrantBounds g = grants_of(subject_, version);
  const smt::Symbolic::Bool other = !victim_of_version(version);
  const bool alone = versions() == 1;
  auto keeps = [&](const smt::Symbolic::Bool& b) { premise(alone ? b : other || b); };
  if (g.signed_last < g.signed_first || !admits_some_price(version_of(subject_, version)))
    return premise(other);
  auto within = [&](const smt::Symbolic::Int& term, std::int64_t low, std::int64_t high) {
    keeps(num(low) <= term && term <= num(high));
  };
  const smt::Symbolic::Int start = ints_[at("victim.start")].value,
                           length = ints_[at("victim.length")].value;
  const RequestBounds& b = g.request;
  if (!alone) {
    within(whole_quantity_, b.quantity_min, b.quantity_max);
    within(ints_[at("victim.price")].value, b.price_min, b.price_max);
    within(length, b.length_min, b.length_max);
    within(ints_[at("victim.whole_value")].value,
           value_at(b.price_min, b.quantity_min, b.length_min), b.value_max);
  }
  keeps(num(g.signed_first) <= admission_);
  keeps(num(g.signed_first) <= start - num(g.lead_min));
  keeps(start - num(g.lead_max) <= num(g.signed_last));
  keeps(start - num(g.lead_max) <= admission_);
  // Each time it was displaced it lost a granule of a unit at least, and one is left.
  const smt::Symbolic::Int lost =
      (ints_[at("victim.times_displaced")].value + num(1)) * num(victim_step_);
  keeps(lost <= length * num(b.quantity_max));
  keeps(lost <= whole_quantity_ * num(b.length_max));
  // Where the most of it is live, no more than the rest is gone; elsewhere all of it may be.
  keeps(ints_[at("victim.times_displaced")].value * num(victim_step_) <=
        (whole_quantity_ - piece_quantity_) * num(victim_step_) +
            (length - num(victim_step_)) * num(b.quantity_max));
  for (std::size_t i = 0; i < origins_.size(); ++i)
    if (origins_[i].version == version)
      premise(origin_index_ != num(static_cast<std::int64_t>(i)) ||
              on_schedule(version_of(subject_, version), origins_[i].tier,
                          ints_[at("victim.price")].value, start));
}

/// Releases are whole granules of the leg's rule. What is live may lie in several pieces, with
/// gaps: the premises speak of its first and last instants.
void SymbolicRequest::victim_windows(std::int64_t earliest, std::int64_t latest,
                                     std::int64_t lead) {
  const RequestBounds& b = victim_bounds_;
  const std::int64_t far = clamped(Int128{latest} + b.length_max);
  auto on_grid = [&](const std::string& what, std::int64_t first, std::int64_t origin,
                     std::int64_t step) {
    const std::int64_t base = step == 1 ? 0 : origin;
    auto most = static_cast<std::int64_t>(floor_div(Int128{far} - base, step));
    return num(base) +
           unknown(what, ceil_div(clamped(Int128{first} - base), step), most) * num(step);
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
  // What earlier displacements took is not released again.
  auto worth = [&](const smt::Symbolic::Int& price) {
    return smt::Symbolic::mul_div_floor(price, victim_step_, kNanosPerHour);
  };
  premise(times == num(0) || value + worth(ints_[at("victim.price")].value) <= whole);
  premise(value + worth(times * num(b.price_min)) <= whole);
  set("victim.value", value, least, b.value_max);
  set("victim.whole_value", whole, least_whole, b.value_max);
  set("victim.times_displaced", times, 0, kTimesDisplacedMax);
}

smt::Symbolic::Bool SymbolicRequest::priced(std::size_t tier) const {
  if (range_ != Range::admissible) return smt::Symbolic::boolean(true);
  if (!admits_some_price(subject_.rule())) return smt::Symbolic::boolean(false);
  return on_schedule(subject_.rule(), tier, price_, ints_[at("start")].value);
}

smt::Symbolic::Bool SymbolicRequest::rank_guard(std::size_t tier) const {
  return ints_[at("victim.rank")].value < num(subject_.rule().tiers.at(tier).rank);
}

smt::Symbolic::Bool SymbolicRequest::floor_guard() const {
  std::vector<smt::Symbolic::Bool> all;
  smt::Symbolic::Int from = ints_[at("victim.start")].value;
  for (std::size_t i = 0; i < origins_.size(); ++i) {
    const Origin& o = origins_[i];
    const rules::Rule& r = version_of(subject_, o.version);
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
  return victim_quota_guard(subject_.rule());
}

smt::Symbolic::Bool SymbolicRequest::victim_quota_guard(const rules::Rule& own) const {
  std::vector<smt::Symbolic::Bool> all;
  for (std::size_t i = 0; i < origins_.size(); ++i) {
    const Origin& o = origins_[i];
    const rules::Rule& theirs = o.version == 0 ? own : version_of(subject_, o.version);
    if (const auto& quota = theirs.tiers[o.tier].user_quota)
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
  return victim_has_terms_of(granted) && granted.admission_ <= admission_ &&
         granted.ints_[at("now")].value == granted.admission_;
}

smt::Symbolic::Bool SymbolicRequest::victim_has_terms_of(const SymbolicRequest& granted) const {
  auto same = [&](const char* mine, const char* theirs) {
    return ints_[at(mine)].value == granted.ints_[at(theirs)].value;
  };
  std::vector<smt::Symbolic::Bool> all = {
      whole_quantity_ == granted.quantity_, same("victim.price", "price"),
      same("victim.start", "start"), same("victim.until", "until"),
      same("victim.whole_value", "value")};
  // The same declaration, under whose holder's key there may be another credential by now.
  const rules::CoordinationMode mode = subject_.rule().coordination.mode;
  if (mode != rules::CoordinationMode::single && mode != rules::CoordinationMode::sharded)
    all.push_back(same_place(granted));
  return smt::all_of(all);
}

smt::Symbolic::Bool SymbolicRequest::same_place(const SymbolicRequest& granted) const {
  std::vector<smt::Symbolic::Bool> all;
  for (std::size_t i = 0; i < location_in_.size(); ++i)
    all.push_back(location_in_[i].value == granted.location_in_[i].value);
  return smt::all_of(all);
}

smt::Symbolic::Bool SymbolicRequest::same_holder(const SymbolicRequest& granted) const {
  std::vector<smt::Symbolic::Bool> all = {ints_[at("holder.kind")].value ==
                                          granted.ints_[at("holder.kind")].value};
  const auto &mine = sets_[at("holder.groups")], &theirs = granted.sets_[at("holder.groups")];
  for (std::size_t n = 0; n < mine.size(); ++n) all.push_back(mine[n].value == theirs[n].value);
  return smt::all_of(all);
}

smt::Symbolic::Bool SymbolicRequest::same_victim(const SymbolicRequest& before) const {
  std::vector<smt::Symbolic::Bool> all = {origin_index_ == before.origin_index_,
                                          whole_quantity_ == before.whole_quantity_,
                                          before.admission_ <= admission_};
  for (const char* fact : {"victim.price", "victim.start", "victim.until", "victim.whole_value"})
    all.push_back(ints_[at(fact)].value == before.ints_[at(fact)].value);
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
