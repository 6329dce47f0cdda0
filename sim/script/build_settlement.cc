#include "sim/script/build_settlement.h"

#include <algorithm>

#include "sim/agents/displace.h"
#include "sim/agents/terms.h"

namespace capmarket {
namespace {

/// Whom and what a leg is about, as far as it exists.
struct Setting {
  std::uint32_t user = 0;
  std::uint32_t holder = 0;
  std::int32_t class_index = 0;
  std::optional<Terms> terms;  // absent where no honest deal can stand
  std::size_t rule_index = 0;  // the rule in force, else the first of the class
};

Setting setting_of(const World& w, const ScriptLeg& leg, Instant signed_at) {
  Setting out;
  out.user = w.script.requests.at(leg.request);
  const ContentId declaration = made(w, leg.declaration);
  if (const DeclarationRecord* d = w.state().declaration(declaration))
    out.holder = w.owners.at(d->declared.holder).index;
  const HolderState& h = w.holders[out.holder];
  out.class_index = h.class_index;
  if (w.rule_for(out.class_index, h.location, signed_at, &out.rule_index) == nullptr)
    for (std::size_t i = w.scenario->rules.size(); i-- > 0;)
      if (w.scenario->rules[i].rule.class_name == w.class_spec(out.class_index).name)
        out.rule_index = i;
  Listing listing;
  listing.declaration = declaration;
  listing.holder = out.holder;
  out.terms = terms_for(w, out.user, listing, out.class_index, signed_at);
  if (out.terms) out.rule_index = out.terms->rule_index;
  return out;
}

/// What a user who is honest pays: the tariff, else its own most, inside the bounds.
Money price_of(const Rule& rule, const std::string& tier, const Window& window, Money most) {
  if (rule.pricing.mode == PricingMode::fixed)
    return rule.tariff_for(tier, window.from).value_or(most);
  return std::clamp(most, rule.pricing.floor, std::max(rule.pricing.floor, rule.pricing.cap));
}

ContentId strategy_of(const Rule& rule, const std::string& name) {
  for (std::size_t i = 0; i < rule.fallback.size() && i < rule.fallback_ids.size(); ++i)
    if (name.empty() || rule.fallback[i].name == name) return rule.fallback_ids[i];
  return rule.fallback_ids.empty() ? ContentId{} : rule.fallback_ids.front();
}

/// The latest loss of the grant that a leg may make up for.
std::optional<ContentId> loss_of(const World& w, const ContentId& grant) {
  const GrantRecord* g = w.state().grant(grant);
  if (g == nullptr) return ContentId{};
  const auto& losses = w.state().requests[static_cast<std::size_t>(g->request)].losses;
  for (auto l = losses.rbegin(); l != losses.rend(); ++l)
    if (&w.state().grants[static_cast<std::size_t>(l->grant)] == g &&
        l->reason != LossReason::released)
      return l->id;
  return ContentId{};
}

Instant retained(const Window& window, Duration how_long) {
  return after(std::min(window.until, kDistantFuture), how_long);
}

void disclose(const World& w, const Setting& at, Instant signed_at, Leg& leg) {
  auto it = w.state().undischarged.find(
      {w.holders[at.holder].key.pub, w.users[at.user].key.pub, leg.declaration});
  if (it == w.state().undischarged.end()) return;
  const RefusalRecord* latest = nullptr;
  for (const RefusalRecord& r : it->second)
    if (r.admitted < signed_at) latest = &r;
  if (latest != nullptr) leg.predecessors.push_back(latest->id);
}

Leg build_leg(const World& w, const ScriptLeg& from, const Setting& at, Instant signed_at) {
  const RequestRecord* r = w.state().request(made(w, from.request));
  const Rule& rule = w.state().rule(w.rule_ids[at.rule_index]) != nullptr
                         ? w.state().rule(w.rule_ids[at.rule_index])->rule
                         : w.scenario->rules[at.rule_index].rule;
  Leg leg;
  leg.declaration = made(w, from.declaration);
  leg.request = made(w, from.request);
  leg.holder_credential = w.holders[at.holder].credential;
  leg.user_credential = w.users[at.user].credential;
  leg.quantity = from.quantity.value_or(r == nullptr ? Quantity(0) : r->request.quantity);
  leg.window = from.window.value_or(r == nullptr ? Window{} : r->request.window);
  leg.rule = w.rule_ids[at.rule_index];
  leg.tier = from.tier.empty() && r != nullptr ? r->request.tier : from.tier;
  const Rule& price = at.terms ? *at.terms->price : rule;
  leg.price = from.price.value_or(
      price_of(price, leg.tier, leg.window, r == nullptr ? Money(0) : r->request.max_price));
  leg.strategy = strategy_of(at.terms ? *at.terms->fallback : rule, from.strategy);
  leg.retain_until =
      retained(leg.window, std::max(w.class_spec(at.class_index).retention, rule.retention));
  disclose(w, at, signed_at, leg);
  if (!from.replaces.empty()) leg.replaces = loss_of(w, grant_named(w, from.replaces));
  for (const ScriptVictim& v : from.displaces)
    leg.displacements.push_back(
        {grant_named(w, v.grant), v.quantity, v.window, v.compensation.value_or(Money(0))});
  return leg;
}

/// Compensations that the script leaves open: what is owed.
void fill_owed(const World& w, const ScriptLeg& from, const Setting& at, Instant signed_at,
               Leg& leg) {
  const RuleRecord* rule = w.state().rule(leg.rule);
  const RequestRecord* r = w.state().request(leg.request);
  const DeclarationRecord* d = w.state().declaration(leg.declaration);
  const CredentialRecord* user = w.state().delegation.credential(leg.user_credential);
  const CredentialRecord* holder = w.state().delegation.credential(leg.holder_credential);
  const Tier* tier = rule == nullptr ? nullptr : rule->rule.tier(leg.tier);
  if (tier == nullptr || r == nullptr || d == nullptr || user == nullptr || holder == nullptr)
    return;
  (void)at;
  EligibilityContext context{&user->grant, &holder->grant,    &d->declared.location,
                             leg.quantity, leg.window,        leg.price,
                             signed_at,    r->request.partial};
  for (std::size_t i = 0; i < leg.displacements.size(); ++i)
    if (!from.displaces[i].compensation)
      leg.displacements[i].compensation =
          compensation_owed(w.state(), rule->rule, *tier, context, leg.displacements[i], w.now);
}

}  // namespace

ScriptObject build_settlement(World& w, const ScriptStep& step) {
  Settlement s;
  s.salt = w.fresh_salt();
  s.signed_at = step.when.value_or(w.now);
  std::vector<std::uint32_t> holders, coordinators;
  auto once = [](std::vector<std::uint32_t>& list, std::uint32_t x) {
    if (std::find(list.begin(), list.end(), x) == list.end()) list.push_back(x);
  };
  std::uint32_t user = 0;
  for (const ScriptLeg& from : step.legs) {
    Setting at = setting_of(w, from, s.signed_at);
    Leg leg = build_leg(w, from, at, s.signed_at);
    fill_owed(w, from, at, s.signed_at, leg);
    const RequestRecord* r = w.state().request(leg.request);
    bool listed = std::any_of(s.indices.begin(), s.indices.end(),
                              [&](const SequenceIndex& i) { return i.request == leg.request; });
    if (!listed) s.indices.push_back({leg.request, r == nullptr ? 0 : r->next_index});
    user = at.user;
    once(holders, at.holder);
    if (at.terms) {
      if (at.terms->policy) s.policy = at.terms->policy;
      for (std::uint32_t c : at.terms->coordinators) once(coordinators, c);
    }
    s.legs.push_back(std::move(leg));
  }
  for (std::uint32_t c : coordinators) s.coordinators.push_back(w.coordinators[c].credential);
  ScriptObject out;
  out.signers.push_back({Role::submitter, w.holders[holders.front()].key});
  for (std::uint32_t h : holders) out.signers.push_back({Role::holder, w.holders[h].key});
  out.signers.push_back({Role::user, w.users[user].key});
  for (std::uint32_t c : coordinators)
    out.signers.push_back({Role::coordinator, w.coordinators[c].key});
  out.object = std::move(s);
  return out;
}

}  // namespace capmarket
