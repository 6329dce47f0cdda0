#include "sim/script/build_settlement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "model/base/text.h"
#include "sim/agents/deal_rules.h"

namespace capmarket::script {
namespace {

/// Whom and what a leg is about, as far as it exists.
struct LegContext {
  party::UserIndex user;
  party::HolderIndex holder{0};
  party::ClassIndex class_index;
  std::optional<agents::DealRules> deal;  // absent where no honest deal can stand
  party::RuleIndex rule_index{0};         // the rule in force, else the first of the class
};

party::RuleIndex first_rule_of(const world::World& w, party::ClassIndex of_class) {
  for (party::RuleIndex i : indices(w.scenario->rules))
    if (at(w.scenario->rules, i).rule.class_name == w.class_spec(of_class).name) return i;
  return party::RuleIndex(0);
}

/// That version of the rule, in force or not, where the scenario has it.
void name_version(const world::World& w, LegContext& at, std::int64_t version) {
  const std::string& name = capmarket::at(w.scenario->rules, at.rule_index).rule.name;
  for (party::RuleIndex i : indices(w.scenario->rules)) {
    const rules::Rule& rule = capmarket::at(w.scenario->rules, i).rule;
    const chain::RuleRecord* record = w.state().rule(w.rule_ids[i]);
    if (rule.name != name || rule.version != version || record == nullptr) continue;
    at.rule_index = i;
    if (at.deal && !at.deal->policy) at.deal->price = at.deal->fallback = &record->rule;
  }
}

LegContext leg_context(const world::World& w, const scenarios::ScriptLeg& leg, Instant signed_at) {
  LegContext out;
  out.user = w.script.requests.at(leg.request);
  const ContentId declaration = made(w, leg.declaration);
  if (const chain::DeclarationRecord* d = w.state().declaration(declaration))
    out.holder = std::get<party::HolderIndex>(w.owners.at(d->declared.holder));
  const party::HolderState& h = w.holders[out.holder];
  out.class_index = h.class_index;
  const party::RuleIndex in_force = w.rule_for(out.class_index, h.location, signed_at);
  out.rule_index = in_force.valid() ? in_force : first_rule_of(w, out.class_index);
  out.deal = agents::deal_rules_for(party::Market(w), w.state(), {out.user, out.holder},
                                    out.class_index, signed_at);
  if (out.deal) out.rule_index = out.deal->rule_index;
  if (leg.version) name_version(w, out, *leg.version);
  return out;
}

/// What a user who is honest pays: the tariff, else its own most, inside the bounds.
Money price_of(const rules::Rule& rule, const std::string& tier, const Window& window, Money most) {
  if (rule.pricing.mode == rules::PricingMode::fixed)
    return rule.tariff_for(tier, window.from).value_or(most);
  return std::clamp(most, rule.pricing.floor, std::max(rule.pricing.floor, rule.pricing.cap));
}

ContentId strategy_of(const rules::Rule& rule, const std::string& name) {
  for (std::size_t i = 0; i < rule.fallback.size() && i < rule.fallback_ids.size(); ++i)
    if (name.empty() || rule.fallback[i].name == name) return rule.fallback_ids[i];
  return rule.fallback_ids.empty() ? ContentId{} : rule.fallback_ids.front();
}

/// The latest loss of the grant that a leg may make up for.
std::optional<ContentId> loss_of(const world::World& w, const ContentId& grant) {
  const chain::GrantRecord* g = w.state().grant(grant);
  if (g == nullptr) return ContentId{};
  const auto& losses = w.state().requests[g->request].losses;
  for (auto l = losses.rbegin(); l != losses.rend(); ++l)
    if (&w.state().grants[l->grant] == g && l->reason != chain::LossReason::released) return l->id;
  return ContentId{};
}

Instant retained(const Window& window, Duration how_long) {
  return chain::after(std::min(window.until, kDistantFuture), how_long);
}

void disclose(const world::World& w, const LegContext& at, Instant signed_at, objects::Leg& leg) {
  auto it = w.state().undischarged.find(
      {w.holders[at.holder].key.pub, w.users[at.user].key.pub, leg.declaration});
  if (it == w.state().undischarged.end()) return;
  const chain::RefusalRecord* latest = nullptr;
  for (const chain::RefusalRecord& r : it->second)
    if (r.admitted < signed_at) latest = &r;
  if (latest != nullptr) leg.predecessors.push_back(latest->id);
}

objects::Leg build_leg(const world::World& w, const scenarios::ScriptLeg& from,
                       const LegContext& at, Instant signed_at) {
  const chain::RequestRecord* r = w.state().request(made(w, from.request));
  const rules::Rule& rule = w.state().rule(w.rule_ids[at.rule_index]) != nullptr
                                ? w.state().rule(w.rule_ids[at.rule_index])->rule
                                : capmarket::at(w.scenario->rules, at.rule_index).rule;
  objects::Leg leg;
  leg.declaration = made(w, from.declaration);
  leg.request = made(w, from.request);
  leg.holder_credential = w.holders[at.holder].credential;
  leg.user_credential = w.users[at.user].credential;
  leg.quantity = from.quantity.value_or(r == nullptr ? Quantity(0) : r->request.quantity);
  leg.window = from.window.value_or(r == nullptr ? Window{} : r->request.window);
  leg.rule = w.rule_ids[at.rule_index];
  leg.tier = from.tier.empty() && r != nullptr ? r->request.tier : from.tier;
  const rules::Rule& price = at.deal ? *at.deal->price : rule;
  leg.price = from.price.value_or(
      price_of(price, leg.tier, leg.window, r == nullptr ? Money(0) : r->request.max_price));
  leg.strategy = strategy_of(at.deal ? *at.deal->fallback : rule, from.strategy);
  leg.retain_until =
      retained(leg.window, std::max(w.class_spec(at.class_index).retention, rule.retention));
  disclose(w, at, signed_at, leg);
  if (!from.replaces.empty()) leg.replaces = loss_of(w, grant_named(w, from.replaces));
  leg.displace = from.displace;
  return leg;
}

/// The name that the steps give the grant, else its id.
std::string name_of(const world::World& w, const ContentId& grant) {
  for (const scenarios::ScriptStep& s : w.scenario->script.steps)
    for (std::size_t i = 0; s.kind == scenarios::StepKind::settle && i < s.legs.size(); ++i)
      if (objects::grant_id(made(w, s.name), i) == grant)
        return i == 0 ? s.name : fmt::format("{}.{}", s.name, i);
  return to_hex(grant);
}

}  // namespace

scenarios::DisplacedGrants displaced_by(const world::World& w, const ContentId& settlement) {
  scenarios::DisplacedGrants out;
  const chain::ChainState& s = w.state();
  auto found = s.settlement_index.find(settlement);
  if (found == s.settlement_index.end()) return out;
  std::map<chain::GrantIndex, std::int64_t> times;  // legs that displace the grant
  for (chain::GrantIndex g : s.settlements[found->second].displaced) ++times[g];
  for (auto [grant, left] : times) {
    const auto& losses = s.requests[s.grants[grant].request].losses;
    capacity::StepFunction taken;
    Window whole{kDistantFuture, Instant(-kWireMax)};
    for (auto l = losses.rbegin(); l != losses.rend() && left > 0; ++l) {
      if (l->grant != grant || l->reason != chain::LossReason::displaced) continue;
      --left;
      for (const objects::Piece& p : l->pieces) {
        taken.add(p.window, p.quantity);
        whole = {std::min(whole.from, p.window.from), std::max(whole.until, p.window.until)};
      }
    }
    out.emplace(name_of(w, s.grants[grant].id), taken.max(whole));
  }
  return out;
}

ScriptObject build_settlement(world::World& w, const scenarios::ScriptStep& step) {
  objects::Settlement s;
  s.salt = w.fresh_salt(w.script.draws);
  s.signed_at = step.when.value_or(w.now);
  std::vector<party::HolderIndex> holders;
  std::vector<party::CoordinatorIndex> coordinators;
  auto once = [](auto& list, auto x) {
    if (std::find(list.begin(), list.end(), x) == list.end()) list.push_back(x);
  };
  party::UserIndex user;
  for (const scenarios::ScriptLeg& from : step.legs) {
    LegContext at = leg_context(w, from, s.signed_at);
    objects::Leg leg = build_leg(w, from, at, s.signed_at);
    const chain::RequestRecord* r = w.state().request(leg.request);
    bool listed =
        std::any_of(s.indices.begin(), s.indices.end(),
                    [&](const objects::SequenceIndex& i) { return i.request == leg.request; });
    if (!listed) s.indices.push_back({leg.request, r == nullptr ? 0 : r->next_index});
    user = at.user;
    once(holders, at.holder);
    if (at.deal) {
      if (at.deal->policy) s.policy = at.deal->policy;
      for (party::CoordinatorIndex c : at.deal->coordinators) once(coordinators, c);
    }
    s.legs.push_back(std::move(leg));
  }
  for (party::CoordinatorIndex c : coordinators)
    s.coordinators.push_back(w.coordinators[c].credential);
  ScriptObject out;
  out.signers.push_back({objects::Role::submitter, w.holders[holders.front()].key});
  for (party::HolderIndex h : holders)
    out.signers.push_back({objects::Role::holder, w.holders[h].key});
  out.signers.push_back({objects::Role::user, w.users[user].key});
  for (party::CoordinatorIndex c : coordinators)
    out.signers.push_back({objects::Role::coordinator, w.coordinators[c].key});
  out.object = std::move(s);
  return out;
}

}  // namespace capmarket::script
