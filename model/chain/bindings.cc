#include "model/chain/bindings.h"

#include <algorithm>

#include "model/expr/evaluate.h"

namespace capmarket::chain {
namespace {

struct Rows {
  std::int64_t user_kind = expr::variable_row("user.kind"), user_groups = expr::variable_row("user.groups"),
               holder_kind = expr::variable_row("holder.kind"),
               holder_groups = expr::variable_row("holder.groups"), rank = expr::variable_row("rank"),
               tier = expr::variable_row("tier"), quantity = expr::variable_row("quantity"),
               price = expr::variable_row("price"), value = expr::variable_row("value"),
               now = expr::variable_row("now"), start = expr::variable_row("start"),
               until = expr::variable_row("until"), length = expr::variable_row("length"),
               lead = expr::variable_row("lead"), partial = expr::variable_row("partial");
  std::int64_t victim_tier = expr::variable_row("victim.tier"), victim_rank = expr::variable_row("victim.rank"),
               victim_quantity = expr::variable_row("victim.quantity"),
               victim_price = expr::variable_row("victim.price"),
               victim_value = expr::variable_row("victim.value"),
               victim_whole_value = expr::variable_row("victim.whole_value"),
               victim_start = expr::variable_row("victim.start"),
               victim_until = expr::variable_row("victim.until"),
               victim_length = expr::variable_row("victim.length"),
               victim_started = expr::variable_row("victim.started"),
               victim_times_displaced = expr::variable_row("victim.times_displaced"),
               notice = expr::variable_row("notice"), released = expr::variable_row("released");
};
const Rows& rows() {
  static const Rows kRows;
  return kRows;
}

Concrete::Int difference(Instant a, Instant b) {
  return Concrete::integer(a.value) - Concrete::integer(b.value);
}

std::vector<Concrete::Bool> membership(const expr::ExprWorld& world,
                                       const std::vector<std::string>& set) {
  std::vector<Concrete::Bool> out(world.names.size());
  for (const std::string& name : set)
    if (std::int64_t i = world.name_index(name); i >= 0) out[i] = Concrete::boolean(true);
  return out;
}

/// Numbers names: one that the rule does not mention is one of the other names of the open world.
class OpenWorld {
 public:
  explicit OpenWorld(const expr::ExprWorld& world) : world_(world) {}
  Concrete::Int number(const std::string& name) {
    std::int64_t mentioned = world_.name_index(name);
    if (mentioned >= 0) return Concrete::integer(mentioned);
    auto it = std::find(others_.begin(), others_.end(), name);
    auto other = static_cast<std::int64_t>(world_.names.size()) + (it - others_.begin());
    if (it == others_.end()) others_.push_back(name);
    return Concrete::integer(other);
  }

 private:
  const expr::ExprWorld& world_;
  std::vector<std::string> others_;  // few: a scan is enough
};

expr::Bindings<Concrete> leg_bindings(const rules::Rule& rule, const rules::Tier& tier, const EligibilityContext& c,
                                OpenWorld& open) {
  const Rows& r = rows();
  const expr::ExprWorld& world = rule.world;
  expr::Bindings<Concrete> b;
  b.ints.resize(expr::variables().size());
  b.bools.resize(expr::variables().size());
  b.sets.resize(expr::variables().size());
  b.ints[r.user_kind] = open.number(c.user->kind);
  b.ints[r.holder_kind] = open.number(c.holder->kind);
  b.sets[r.user_groups] = membership(world, c.user->groups);
  b.sets[r.holder_groups] = membership(world, c.holder->groups);
  b.ints[r.rank] = Concrete::integer(tier.rank);
  b.ints[r.tier] = Concrete::integer(world.name_index(tier.name));
  b.ints[r.quantity] = Concrete::integer(c.quantity.value);
  b.ints[r.price] = Concrete::integer(c.price.value);
  auto value =
      value_of(c.price, volume_of(c.quantity, c.window.empty() ? Duration(0) : c.window.length()));
  b.ints[r.value] = {value.value_or(Money(0)).value, !value.has_value()};
  b.ints[r.now] = Concrete::integer(c.signed_at.value);
  b.ints[r.start] = Concrete::integer(c.window.from.value);
  b.ints[r.until] = Concrete::integer(c.window.until.value);
  b.ints[r.length] = difference(c.window.until, c.window.from);
  b.ints[r.lead] = difference(c.window.from, c.signed_at);
  b.bools[r.partial] = Concrete::boolean(c.partial);
  for (const location::Location& path : world.paths)
    b.location_in.push_back(Concrete::boolean(path.contains(*c.location)));
  return b;
}

}  // namespace

expr::Bindings<Concrete> eligibility_bindings(const rules::Rule& rule, const rules::Tier& tier,
                                        const EligibilityContext& context) {
  OpenWorld open(rule.world);
  return leg_bindings(rule, tier, context, open);
}

expr::Bindings<Concrete> displacement_bindings(const rules::Rule& rule, const rules::Tier& tier,
                                         const EligibilityContext& context,
                                         const VictimContext& victim) {
  const Rows& r = rows();
  OpenWorld open(rule.world);
  expr::Bindings<Concrete> b = leg_bindings(rule, tier, context, open);
  b.ints[r.victim_tier] = open.number(victim.tier);
  b.ints[r.victim_rank] = Concrete::integer(victim.rank);
  b.ints[r.victim_quantity] = Concrete::integer(victim.quantity.value);
  b.ints[r.victim_price] = Concrete::integer(victim.price.value);
  b.ints[r.victim_value] = Concrete::integer(victim.value.value);
  b.ints[r.victim_whole_value] = Concrete::integer(victim.whole_value.value);
  b.ints[r.victim_start] = Concrete::integer(victim.window.from.value);
  b.ints[r.victim_until] = Concrete::integer(victim.window.until.value);
  b.ints[r.victim_length] = difference(victim.window.until, victim.window.from);
  b.bools[r.victim_started] = Concrete::boolean(victim.started);
  b.ints[r.victim_times_displaced] = Concrete::integer(victim.times_displaced);
  b.ints[r.notice] = Concrete::integer(victim.notice.value);
  b.ints[r.released] = Concrete::integer(victim.released.value);
  return b;
}

Concrete::Bool displacement_holds(const rules::Rule& rule, const rules::Tier& tier,
                                  const EligibilityContext& context, const VictimContext& victim) {
  if (!tier.displaces) return Concrete::boolean(false);
  return expr::evaluate_bool<Concrete>(tier.displaces->when,
                                 displacement_bindings(rule, tier, context, victim));
}

Concrete::Int displacement_compensation(const rules::Rule& rule, const rules::Tier& tier,
                                        const EligibilityContext& context,
                                        const VictimContext& victim) {
  if (!tier.displaces) return Concrete::integer(0);
  return expr::evaluate_int<Concrete>(tier.displaces->compensation,
                                displacement_bindings(rule, tier, context, victim));
}

Concrete::Bool eligible(const ChainState& state, const rules::Rule& rule, const objects::Leg& leg,
                        Instant signed_at, const DeclarationRecord* declaration,
                        const RequestRecord* request) {
  const governance::CredentialRecord* user = state.delegation.credential(leg.user_credential);
  const governance::CredentialRecord* holder = state.delegation.credential(leg.holder_credential);
  const rules::Tier* tier = rule.tier(leg.tier);
  if (user == nullptr || holder == nullptr || tier == nullptr || declaration == nullptr ||
      request == nullptr)
    return Concrete::boolean(false);
  EligibilityContext context{
      &user->grant, &holder->grant, &declaration->declared.location, leg.quantity, leg.window,
      leg.price,    signed_at,      request->request.partial};
  return expr::evaluate_bool<Concrete>(tier->eligible, eligibility_bindings(rule, *tier, context));
}

}  // namespace capmarket::chain
