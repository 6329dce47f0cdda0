// From an unknown request to a concrete one: values made exact, and examples read back.
#include <algorithm>
#include <array>

#include "model/base/text.h"
#include "verify/question/symbolic_request.h"

namespace capmarket::question {
namespace {

using smt::num;

/// floor(term / 3.6e12): V of a price times a volume.
smt::Symbolic::Int per_hour(const smt::Symbolic::Int& product) {
  return smt::Symbolic::mul_div_floor(product, 1, kNanosPerHour);
}

/// A volume that is a constant, and the instants that make it so.
struct Fixed {
  Int128 volume = 0;
  std::vector<smt::Symbolic::Bool> premises;
};

/// A factor of a value, and its bounds.
struct Factor {
  smt::Symbolic::Int term;
  std::int64_t least = 0, most = 0;
};

/// `above` hours is no more, and `below` hours no less than the product of the three. In hours: the
/// last is a length.
void by_factors(const std::array<Factor, 3>& f, const smt::Symbolic::Int* above,
                const smt::Symbolic::Int* below, std::vector<smt::Symbolic::Bool>& out) {
  const smt::Symbolic::Int hour = num(kNanosPerHour);
  for (std::size_t i = 0; i < f.size(); ++i) {
    const Factor &a = f[(i + 1) % f.size()], &b = f[(i + 2) % f.size()];
    if (above != nullptr) out.push_back(*above * hour <= f[i].term * wide(Int128{a.most} * b.most));
    if (below != nullptr)
      out.push_back(f[i].term * wide(Int128{a.least} * b.least) <= *below * hour);
  }
}

std::vector<std::int64_t> sorted_unique(std::vector<std::int64_t> v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
  return v;
}

}  // namespace

smt::Symbolic::Int wide(Int128 v) {
  return smt::Symbolic::Int(smt::SymbolicScope::context().int_val(to_text(v).c_str()));
}

SymbolicRequest::Ways SymbolicRequest::exact_leg(const z3::model* hint, bool instants) const {
  const RequestBounds& b = bounds_;
  std::vector<std::int64_t> quantities = {b.quantity_min, b.quantity_max};
  std::vector<std::int64_t> lengths = {b.length_min, b.length_max};
  if (kNanosPerHour % step_ == 0) lengths.push_back(kNanosPerHour / step_);
  if (hint != nullptr) {
    quantities.push_back(smt::value_in(*hint, quantity_));
    lengths.push_back(smt::value_in(*hint, length_steps_));
  }
  std::vector<std::int64_t> prices = {b.price_min, b.price_max};
  if (hint != nullptr) prices.push_back(smt::value_in(*hint, price_));
  Ways out;
  const smt::Symbolic::Int& value = ints_[at("value")].value;
  // A price and a quantity leave the length free; a volume leaves the price free.
  smt::Symbolic::Int length = max_of<smt::Symbolic>(ints_[at("length")].value, num(0));
  for (std::int64_t p : sorted_unique(prices))
    for (std::int64_t q : sorted_unique(quantities))
      out.push_back(
          {price_ == num(p), quantity_ == num(q), value == per_hour(length * wide(Int128{p} * q))});
  const std::size_t priced = out.size();
  for (std::int64_t q : sorted_unique(quantities))
    for (std::int64_t steps : sorted_unique(lengths)) {
      Int128 volume = Int128{q} * std::max<Int128>(0, Int128{steps} * step_);
      out.push_back({quantity_ == num(q), length_steps_ == num(steps),
                     value == per_hour(price_ * wide(volume))});
    }
  if (!instants)
    std::rotate(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(priced), out.end());
  return out;
}

SymbolicRequest::Ways SymbolicRequest::exact_failure(const z3::model* hint,
                                                     const smt::Symbolic::Int& lost) const {
  const RequestBounds& b = bounds_;
  std::vector<std::int64_t> quantities = {b.quantity_min, b.quantity_max};
  std::vector<std::int64_t> prices = {b.price_min, b.price_max};
  if (hint != nullptr) {
    quantities.push_back(smt::value_in(*hint, quantity_));
    prices.push_back(smt::value_in(*hint, price_));
  }
  Ways out;
  const smt::Symbolic::Int &value = ints_[at("value")].value, length = ints_[at("length")].value;
  const smt::Symbolic::Int gone = smt::Symbolic::Int::fresh(name_ + "failed_granules");
  const smt::Symbolic::Int before = smt::Symbolic::Int::fresh(name_ + "failed_before");
  for (std::int64_t p : sorted_unique(prices))
    for (std::int64_t q : sorted_unique(quantities)) {
      const smt::Symbolic::Int unit = wide(Int128{p} * q);
      const std::vector<smt::Symbolic::Bool> leg = {price_ == num(p), quantity_ == num(q),
                                                    value == per_hour(length * unit)};
      auto way = [&](std::vector<smt::Symbolic::Bool> more) {
        more.insert(more.end(), leg.begin(), leg.end());
        out.push_back(std::move(more));
      };
      way({lost == value});
      way({lost == value - per_hour(length * unit - wide(Int128{p} * step_))});
      way({num(1) <= gone && gone <= length_steps_,
           lost == value - per_hour((length_steps_ - gone) * wide(Int128{p} * q * step_))});
      // Units of granules failed before: what is left is rounded elsewhere.
      const smt::Symbolic::Int left = length * unit - before * wide(Int128{p} * step_);
      way({num(1) <= before && before < length_steps_ * num(q),
           lost == per_hour(left) - per_hour(left - wide(Int128{p} * step_))});
    }
  for (const std::vector<smt::Symbolic::Bool>& leg : exact_leg(hint, false)) {
    out.push_back(leg);
    out.back().push_back(lost == value);
  }
  return out;
}

smt::Symbolic::Bool SymbolicRequest::fails_at_least_a_granule(
    const smt::Symbolic::Int& lost) const {
  return per_hour(price_ * num(step_)) <= lost;
}

std::vector<smt::Symbolic::Bool> SymbolicRequest::fails_by_a_granule(
    const smt::Symbolic::Int& lost) const {
  const smt::Symbolic::Int hour = num(kNanosPerHour);
  const smt::Symbolic::Int rest =
      price_ * quantity_ * ints_[at("length")].value - price_ * num(step_);
  const smt::Symbolic::Int left = smt::Symbolic::Int::fresh(name_ + "value_left");
  return {left * hour <= rest && rest < left * hour + hour,
          lost == ints_[at("value")].value - left};
}

/// One piece, the whole grant or what is left of it, of which the whole or the least is released:
/// with a price and quantities that leave the instants free, or with volumes that leave the price.
SymbolicRequest::Ways SymbolicRequest::exact_victim(const z3::model* hint, bool instants) const {
  const RequestBounds& b = victim_bounds_;
  struct Shape {
    std::int64_t whole, piece, released, length, piece_length, release;
  };
  std::vector<Shape> shapes;
  std::int64_t hour = std::clamp(kNanosPerHour, b.length_min, b.length_max);
  if (hour % victim_step_ != 0) hour = b.length_min;
  std::vector<std::int64_t> lengths = {b.length_min, hour, b.length_max};
  for (std::int64_t q : sorted_unique({b.quantity_min, b.quantity_max}))
    for (std::int64_t l : sorted_unique(lengths)) {
      std::int64_t step = std::min(step_, l);
      shapes.push_back({q, q, q, l, l, l});
      shapes.push_back({q, q, 1, l, l, step});
      shapes.push_back({q, 1, 1, l, step, step});
    }
  const auto& from = ints_[at("victim.start")].value;
  const auto& until = ints_[at("victim.until")].value;
  if (hint != nullptr) {
    auto v = [&](const smt::Symbolic::Int& term) { return smt::value_in(*hint, term); };
    shapes.push_back({v(whole_quantity_), v(piece_quantity_), v(released_), v(until - from),
                      v(piece_until_ - piece_from_), v(release_until_ - release_from_)});
  }
  const auto& price = ints_[at("victim.price")].value;
  Ways out;
  std::vector<std::int64_t> prices = {b.price_min, b.price_max};
  if (hint != nullptr) prices.push_back(smt::value_in(*hint, price));
  smt::Symbolic::Int live_length = piece_until_ - piece_from_,
                     release = release_until_ - release_from_;
  for (std::int64_t p : sorted_unique(prices))
    for (std::int64_t q : sorted_unique({b.quantity_min, b.quantity_max})) {
      smt::Symbolic::Int unit = wide(Int128{p} * q);  // of the whole quantity, for one nanosecond
      smt::Symbolic::Int live = live_length * unit;
      for (std::int64_t r : sorted_unique({1, q}))
        out.push_back({price == num(p), whole_quantity_ == num(q), piece_quantity_ == num(q),
                       released_ == num(r),
                       ints_[at("victim.whole_value")].value == per_hour((until - from) * unit),
                       ints_[at("victim.value")].value ==
                           per_hour(live) - per_hour(live - release * wide(Int128{p} * r))});
    }
  const std::size_t priced = out.size();
  for (const Shape& s : shapes) {
    Int128 whole = Int128{s.whole} * s.length, live = Int128{s.piece} * s.piece_length;
    Int128 rest = live - Int128{s.released} * s.release;
    out.push_back({whole_quantity_ == num(s.whole), piece_quantity_ == num(s.piece),
                   released_ == num(s.released), until - from == num(s.length),
                   piece_until_ - piece_from_ == num(s.piece_length),
                   release_until_ - release_from_ == num(s.release),
                   ints_[at("victim.whole_value")].value == per_hour(price * wide(whole)),
                   ints_[at("victim.value")].value ==
                       per_hour(price * wide(live)) - per_hour(price * wide(rest))});
  }
  if (!instants)
    std::rotate(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(priced), out.end());
  return out;
}

/// A value lies less than one unit from the exact quotient; that of what is released on either
/// side: of one granule of the largest quantity at least, of all from the first instant to the last
/// at most.
std::vector<smt::Symbolic::Bool> SymbolicRequest::unfolded(bool leg, bool victim) const {
  std::vector<smt::Symbolic::Bool> out;
  smt::Symbolic::Int hour = num(kNanosPerHour);
  if (leg) {
    // A window that is empty has no volume.
    smt::Symbolic::Int length = ints_[at("length")].value;
    if (ints_[at("length")].low < 0) length = max_of<smt::Symbolic>(length, num(0));
    smt::Symbolic::Int exact = price_ * quantity_ * length;
    smt::Symbolic::Int scaled = ints_[at("value")].value * hour;
    out.push_back(scaled <= exact && exact < scaled + hour);
  }
  if (victim) {
    const auto& price = ints_[at("victim.price")].value;
    smt::Symbolic::Int whole = price * whole_quantity_ * ints_[at("victim.length")].value;
    smt::Symbolic::Int least = price * released_ * num(std::min(step_, victim_step_));
    smt::Symbolic::Int most = price * released_ * (release_until_ - release_from_);
    smt::Symbolic::Int scaled_whole = ints_[at("victim.whole_value")].value * hour;
    smt::Symbolic::Int scaled_part = ints_[at("victim.value")].value * hour;
    out.push_back(scaled_whole <= whole && whole < scaled_whole + hour);
    out.push_back(least - hour < scaled_part && scaled_part < most + hour);
  }
  return out;
}

std::vector<smt::Symbolic::Bool> SymbolicRequest::released_as_a_whole() const {
  return {whole_grant_is_live(), released_ == whole_quantity_,
          release_from_ == ints_[at("victim.start")].value,
          release_until_ == ints_[at("victim.until")].value,
          ints_[at("victim.value")].value == ints_[at("victim.whole_value")].value};
}

std::vector<smt::Symbolic::Bool> SymbolicRequest::one_piece_of_each() const {
  const auto& price = ints_[at("victim.price")].value;
  smt::Symbolic::Int hour = num(kNanosPerHour);
  smt::Symbolic::Int live = price * piece_quantity_ * (piece_until_ - piece_from_);
  smt::Symbolic::Int rest = live - price * released_ * (release_until_ - release_from_);
  smt::Symbolic::Int before = smt::Symbolic::Int::fresh(name_ + "victim.value_before");
  smt::Symbolic::Int after = smt::Symbolic::Int::fresh(name_ + "victim.value_after");
  return {before * hour <= live && live < before * hour + hour,
          after * hour <= rest && rest < after * hour + hour,
          ints_[at("victim.value")].value == before - after};
}

std::string SymbolicRequest::name_of(std::int64_t index) const {
  const std::vector<std::string>& names = subject_.world.names;
  auto count = static_cast<std::int64_t>(names.size());
  if (index < count) return names[static_cast<std::size_t>(index)];
  // A name that nobody mentions: of the vocabulary, where that is closed.
  std::vector<std::string> others;
  if (subject_.rule().vocabulary)
    for (const std::string& kind : subject_.rule().vocabulary->kinds)
      if (subject_.world.name_index(kind) < 0) others.push_back(kind);
  auto n = static_cast<std::size_t>(index - count);
  if (n < others.size()) return others[n];
  std::string out = "other";
  while (subject_.world.name_index(out + "-" + std::to_string(n + 1)) >= 0) out += "-";
  return out + "-" + std::to_string(n + 1);
}

objects::CredentialGrant SymbolicRequest::credential(const z3::model& model,
                                                     const char* who) const {
  objects::CredentialGrant out;
  std::string kind = std::string(who) + ".kind", groups = std::string(who) + ".groups";
  out.kind = name_of(smt::value_in(model, ints_[at(kind.c_str())].value));
  const auto& in = sets_[at(groups.c_str())];
  for (std::size_t i = 0; i < in.size(); ++i)
    if (smt::value_in(model, in[i].value)) out.groups.push_back(subject_.world.names[i]);
  std::sort(out.groups.begin(), out.groups.end());
  return out;
}

location::Location SymbolicRequest::location_of(const z3::model& model) const {
  const location::Location& scope = subject_.rule().scope;
  const bool outside = outside_ && smt::value_in(model, *outside_);
  std::optional<location::Location> deepest;
  if (!outside) deepest = scope;
  for (std::size_t i = 0; i < location_in_.size(); ++i) {
    const location::Location& path = subject_.world.paths[i];
    if (!smt::value_in(model, location_in_[i].value)) continue;
    if (!deepest || path.depth() > deepest->depth()) deepest = path;
  }
  if (deepest) return *deepest;
  // Outside of the scope and of every path that is mentioned.
  auto meets = [](const location::Location& a, const location::Location& b) {
    return a.contains(b) || b.contains(a);
  };
  std::string name = "elsewhere";
  for (;; name += "-") {
    location::Location out = *location::parse_location(name);
    bool free = !meets(out, scope);
    for (const location::Location& path : subject_.world.paths) free = free && !meets(out, path);
    if (free) return out;
  }
}

RequestCase SymbolicRequest::case_of(const z3::model& model) const {
  auto v = [&](const smt::Symbolic::Int& term) { return smt::value_in(model, term); };
  auto row = [&](const char* name) { return v(ints_[at(name)].value); };
  RequestCase out;
  out.user = credential(model, "user");
  out.holder = credential(model, "holder");
  out.location = location_of(model);
  out.leg.quantity = Quantity(v(quantity_));
  out.leg.window = {Instant(row("start")), Instant(row("until"))};
  out.leg.price = Money(v(price_));
  out.leg.signed_at = Instant(row("now"));
  out.leg.partial = smt::value_in(model, bools_[at("partial")].value);
  out.admission = Instant(v(admission_));
  if (!with_victim_) return out;
  auto origin = static_cast<std::size_t>(v(origin_index_));
  out.victim_version = origin < origins_.size() ? static_cast<int>(origins_[origin].version)
                                                : static_cast<int>(subject_.earlier.size()) + 1;
  out.whole = Quantity(v(whole_quantity_));
  out.piece = {Instant(v(piece_from_)), Instant(v(piece_until_))};
  out.release = {Instant(v(release_from_)), Instant(v(release_until_))};
  out.part_from = Instant(v(part_from_));
  chain::VictimContext victim;
  victim.tier = name_of(row("victim.tier"));
  victim.rank = row("victim.rank");
  victim.window = {Instant(row("victim.start")), Instant(row("victim.until"))};
  victim.started = victim.window.from <= out.admission;
  victim.times_displaced = row("victim.times_displaced");
  victim.quantity = Quantity(v(piece_quantity_));
  victim.released = Quantity(v(released_));
  victim.notice = out.release.from - out.admission;
  victim.price = Money(row("victim.price"));
  // No grant is worth so much; where no expression reads the price, the solver is free to say so.
  Volume whole = volume_of(out.whole, victim.window.length());
  if (!value_of(victim.price, whole)) victim.price = Money(0);
  Volume live = volume_of(victim.quantity, out.piece.length());
  Volume released = volume_of(victim.released, out.release.length());
  auto worth = [&](Volume x) { return value_of(victim.price, x).value_or(Money(0)); };
  victim.value = worth(live) - worth(live - released);
  victim.whole_value = worth(whole);
  out.victim = victim;
  return out;
}

chain::VictimContext RequestCase::chosen() const {
  chain::VictimContext out = *victim;
  out.notice = part_from - admission;
  return out;
}

std::vector<smt::Symbolic::Bool> SymbolicRequest::value_by_factors() const {
  const RequestBounds& b = bounds_;
  std::vector<smt::Symbolic::Bool> out;
  if (!on_grid()) return out;
  const smt::Symbolic::Int& value = ints_[at("value")].value;
  const smt::Symbolic::Int next = value + num(1);
  by_factors({{{price_, b.price_min, b.price_max},
               {quantity_, b.quantity_min, b.quantity_max},
               {ints_[at("length")].value, b.length_min * step_, b.length_max * step_}}},
             &value, &next, out);
  return out;
}

std::int64_t SymbolicRequest::longest_release() const {
  const std::int64_t grant = victim_bounds_.length_max;
  return on_grid() ? std::min(grant, bounds_.length_max * step_) : grant;
}

std::vector<smt::Symbolic::Bool> SymbolicRequest::victims_values_by_factors() const {
  const RequestBounds& b = victim_bounds_;
  std::vector<smt::Symbolic::Bool> out;
  const smt::Symbolic::Int &part = ints_[at("victim.value")].value,
                           &whole = ints_[at("victim.whole_value")].value;
  const smt::Symbolic::Int before = part - num(1), next = whole + num(1);
  const Factor price{ints_[at("victim.price")].value, b.price_min, b.price_max};
  by_factors({{price,
               {released_, 1, b.quantity_max},
               {release_until_ - release_from_, step_, longest_release()}}},
             &before, nullptr, out);
  by_factors({{price,
               {whole_quantity_, b.quantity_min, b.quantity_max},
               {ints_[at("victim.length")].value, b.length_min, b.length_max}}},
             &whole, &next, out);
  return out;
}

std::vector<smt::Symbolic::Bool> SymbolicRequest::value_by_products(bool leg, bool part) const {
  const smt::Symbolic::Int hour = num(kNanosPerHour);
  std::vector<smt::Symbolic::Bool> out;
  if (leg && on_grid()) {
    const smt::Symbolic::Int &value = ints_[at("value")].value, product = price_ * quantity_;
    out.push_back(value * hour <= product * wide(Int128{bounds_.length_max} * step_));
    out.push_back(product * wide(Int128{bounds_.length_min} * step_) <= (value + num(1)) * hour);
  }
  if (part)
    out.push_back((ints_[at("victim.value")].value - num(1)) * hour <=
                  released_ * ints_[at("victim.price")].value * num(longest_release()));
  return out;
}

/// With R what is released of the victim in unit-nanoseconds, v its price, p and S those of the
/// leg: V(R) < v R / hour + 1, p S / hour < V(S) + 1, and R <= S where no more is released than the
/// leg asks for. So k v <= p gives k (V(R) - 1) < V(S) + 1.
std::vector<smt::Symbolic::Bool> SymbolicRequest::value_beside_leg(
    const std::vector<std::int64_t>& multiples) const {
  std::vector<smt::Symbolic::Bool> out;
  const smt::Symbolic::Int &mine = ints_[at("value")].value,
                           &theirs = ints_[at("victim.value")].value,
                           &price = ints_[at("victim.price")].value;
  for (std::int64_t k : multiples)
    out.push_back(!released_within_leg() || price * num(k) > price_ ||
                  theirs * num(k) <= mine + num(k));
  return out;
}

/// With W the whole grant: v W / hour < V(W) + 1, and just V(W) where lengths are whole hours.
/// Where R is at most e / d of W, so is v R of v W: d V(R) < e (V(W) + 1) + d.
smt::Symbolic::Bool SymbolicRequest::value_at_most(std::int64_t e, std::int64_t d) const {
  const smt::Symbolic::Int &part = ints_[at("victim.value")].value,
                           &whole = ints_[at("victim.whole_value")].value;
  const RequestBounds& b = victim_bounds_;
  const bool hours = victim_step_ % kNanosPerHour == 0 ||
                     (b.length_min == b.length_max && b.length_max % kNanosPerHour == 0);
  return part * num(d) < (whole + num(hours ? 0 : 1)) * num(e) + num(d);
}

std::vector<smt::Symbolic::Bool> SymbolicRequest::value_beside_whole(
    std::vector<std::int64_t> lengths) const {
  std::vector<smt::Symbolic::Bool> out;
  const smt::Symbolic::Int &from = ints_[at("victim.start")].value,
                           &length = ints_[at("victim.length")].value;
  lengths.push_back(victim_bounds_.length_max);
  lengths.push_back(victim_bounds_.length_min);
  if (on_grid()) lengths.push_back(bounds_.length_max * step_);
  std::sort(lengths.begin(), lengths.end());
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  // Of what has begun the protected first part is not released.
  for (std::size_t i = 0; i < origins_.size(); ++i) {
    const Origin& o = origins_[i];
    const auto& floor = version_of(subject_, o.version).tiers[o.tier].min_run;
    for (std::int64_t d : lengths)
      if (floor && 0 < floor->value && floor->value < d)
        out.push_back(!victim_is(o.version, o.tier) || admission_ < from || length > num(d) ||
                      value_at_most(d - floor->value, d));
  }
  // A part of so many hours of a grant of so many.
  for (std::int64_t d : lengths)
    for (std::int64_t e : lengths)
      if (0 < e && e < d)
        out.push_back(release_until_ - release_from_ > num(e) || length < num(d) ||
                      value_at_most(e, d));
  return out;
}

}  // namespace capmarket::question
