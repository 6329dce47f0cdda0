#include "verify/audit/tier_terms.h"

#include <algorithm>

#include "model/expr/evaluate.h"

namespace capmarket::audit {
namespace {

class Binder {
 public:
  explicit Binder(const expr::ExprWorld& world) : world_(world) {
    out_.ints.resize(expr::variables().size());
    out_.bools.resize(expr::variables().size());
    out_.sets.resize(expr::variables().size(), std::vector<Concrete::Bool>(world.names.size()));
  }
  void integer(std::string_view name, Int128 value) {
    constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
    bool lost = value > kMax || value < -kMax - 1;
    out_.ints[row(name)] = {lost ? 0 : static_cast<std::int64_t>(value), lost};
  }
  void boolean(std::string_view name, bool value) { out_.bools[row(name)] = {value, false}; }
  /// A name that the rule does not mention gets a number of its own, the same each time.
  void name(std::string_view variable, const std::string& value) {
    std::int64_t at = world_.name_index(value);
    if (at < 0) {
      auto it = std::find(others_.begin(), others_.end(), value);
      at = static_cast<std::int64_t>(world_.names.size()) + (it - others_.begin());
      if (it == others_.end()) others_.push_back(value);
    }
    integer(variable, at);
  }
  void set(std::string_view name, const std::vector<std::string>& members) {
    for (const std::string& m : members)
      if (std::int64_t at = world_.name_index(m); at >= 0)
        out_.sets[row(name)][static_cast<std::size_t>(at)] = {true, false};
  }
  const expr::Bindings<Concrete>& at(const location::Location& location) {
    for (const location::Location& path : world_.paths)
      out_.location_in.push_back({path.contains(location), false});
    return out_;
  }

 private:
  static std::size_t row(std::string_view name) {
    static const std::map<std::string, std::size_t, std::less<>> kRowOf = [] {
      std::map<std::string, std::size_t, std::less<>> rows;
      for (std::size_t i = 0; i < expr::variables().size(); ++i) rows.emplace(expr::variables()[i].name, i);
      return rows;
    }();
    auto it = kRowOf.find(name);
    CHECK(it != kRowOf.end(), name);
    return it->second;
  }
  const expr::ExprWorld& world_;
  std::vector<std::string> others_;
  expr::Bindings<Concrete> out_;
};

/// V(price, quantity x length), floored; past 64 bits where it does not fit.
Int128 value_of_leg(const TierContext& c) {
  if (c.window.empty()) return 0;
  auto value = value_of(c.price, volume_of(c.quantity, c.window.length()));
  return value ? Int128{value->value} : Int128{1} << 100;
}

void bind_leg(Binder& b, const rules::Tier& tier, const TierContext& c) {
  b.name("user.kind", c.user->kind);
  b.name("holder.kind", c.holder->kind);
  b.set("user.groups", c.user->groups);
  b.set("holder.groups", c.holder->groups);
  b.integer("rank", tier.rank);
  b.name("tier", tier.name);
  b.integer("quantity", c.quantity.value);
  b.integer("price", c.price.value);
  b.integer("value", value_of_leg(c));
  b.integer("now", c.signed_at.value);
  b.integer("start", c.window.from.value);
  b.integer("until", c.window.until.value);
  b.integer("length", Int128{c.window.until.value} - c.window.from.value);
  b.integer("lead", Int128{c.window.from.value} - c.signed_at.value);
  b.boolean("partial", c.partial);
}

void bind_victim(Binder& b, const TierVictim& v) {
  const AuditGrant& g = *v.grant;
  const Window& whole = g.leg.window;
  b.name("victim.tier", g.leg.tier);
  b.integer("victim.rank", g.rank);
  b.integer("victim.quantity", v.part.value);
  b.integer("victim.price", g.leg.price.value);
  b.integer("victim.value", Int128{worth_of(g.leg.price, v.live).value} -
                                worth_of(g.leg.price, difference_of(v.live, v.released)).value);
  b.integer("victim.whole_value",
            worth_of(g.leg.price, Int128{g.leg.quantity.value} * whole.length().value).value);
  b.integer("victim.start", whole.from.value);
  b.integer("victim.until", whole.until.value);
  b.integer("victim.length", Int128{whole.until.value} - whole.from.value);
  b.boolean("victim.started", whole.from <= v.at);
  b.integer("victim.times_displaced", v.times_displaced);
  b.integer("notice", std::max<Int128>(0, Int128{v.first.value} - v.at.value));
  b.integer("released", v.largest.value);
}

}  // namespace

bool tier_eligible(const rules::Rule& rule, const rules::Tier& tier, const TierContext& context) {
  Binder b(rule.world);
  bind_leg(b, tier, context);
  return Concrete::holds(expr::evaluate_bool<Concrete>(tier.eligible, b.at(*context.location)));
}

bool tier_displaces(const rules::Rule& rule, const rules::Tier& tier, const TierContext& context,
                    const TierVictim& victim) {
  if (!tier.displaces) return false;
  Binder b(rule.world);
  bind_leg(b, tier, context);
  bind_victim(b, victim);
  return Concrete::holds(expr::evaluate_bool<Concrete>(tier.displaces->when, b.at(*context.location)));
}

std::optional<std::int64_t> tier_compensation(const rules::Rule& rule, const rules::Tier& tier,
                                              const TierContext& context,
                                              const TierVictim& victim) {
  if (!tier.displaces) return 0;
  Binder b(rule.world);
  bind_leg(b, tier, context);
  bind_victim(b, victim);
  auto owed = expr::evaluate_int<Concrete>(tier.displaces->compensation, b.at(*context.location));
  if (owed.poisoned) return std::nullopt;
  return owed.value;
}

}  // namespace capmarket::audit
