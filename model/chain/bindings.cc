#include "model/chain/bindings.h"

#include "model/rules/evaluate.h"

namespace capmarket {
namespace {

struct Rows {
  std::int64_t user_kind = variable_row("user.kind"), user_groups = variable_row("user.groups"),
               holder_kind = variable_row("holder.kind"),
               holder_groups = variable_row("holder.groups"), rank = variable_row("rank"),
               tier = variable_row("tier"), quantity = variable_row("quantity"),
               price = variable_row("price"), value = variable_row("value"),
               now = variable_row("now"), start = variable_row("start"),
               until = variable_row("until"), length = variable_row("length"),
               lead = variable_row("lead"), partial = variable_row("partial");
};
const Rows& rows() {
  static const Rows kRows;
  return kRows;
}

Concrete::Int difference(Instant a, Instant b) {
  return Concrete::integer(a.value) - Concrete::integer(b.value);
}

std::vector<Concrete::Bool> membership(const ExprWorld& world,
                                       const std::vector<std::string>& set) {
  std::vector<Concrete::Bool> out(world.names.size());
  for (const std::string& name : set)
    if (std::int64_t i = world.name_index(name); i >= 0) out[i] = Concrete::boolean(true);
  return out;
}

}  // namespace

Bindings<Concrete> eligibility_bindings(const Rule& rule, const Tier& tier,
                                        const EligibilityContext& c) {
  const Rows& r = rows();
  const ExprWorld& world = rule.world;
  Bindings<Concrete> b;
  b.ints.resize(variables().size());
  b.bools.resize(variables().size());
  b.sets.resize(variables().size());
  // A kind that the rule does not mention is one of the other names of the open world.
  auto other = static_cast<std::int64_t>(world.names.size());
  std::int64_t user = world.name_index(c.user->kind);
  std::int64_t holder = world.name_index(c.holder->kind);
  if (user < 0) user = other;
  if (holder < 0) holder = c.holder->kind == c.user->kind ? other : other + 1;
  b.ints[r.user_kind] = Concrete::integer(user);
  b.ints[r.holder_kind] = Concrete::integer(holder);
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
  for (const Location& path : world.paths)
    b.location_in.push_back(Concrete::boolean(path.contains(*c.location)));
  return b;
}

Concrete::Bool eligible(const ChainState& state, const Rule& rule, const Leg& leg,
                        Instant signed_at, const DeclarationRecord* declaration,
                        const RequestRecord* request) {
  const CredentialRecord* user = state.delegation.credential(leg.user_credential);
  const CredentialRecord* holder = state.delegation.credential(leg.holder_credential);
  const Tier* tier = rule.tier(leg.tier);
  if (user == nullptr || holder == nullptr || tier == nullptr || declaration == nullptr ||
      request == nullptr)
    return Concrete::boolean(false);
  EligibilityContext context{
      &user->grant, &holder->grant, &declaration->declared.location, leg.quantity, leg.window,
      leg.price,    signed_at,      request->request.partial};
  return evaluate_bool<Concrete>(tier->eligible, eligibility_bindings(rule, *tier, context));
}

}  // namespace capmarket
