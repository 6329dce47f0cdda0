#include <algorithm>

#include "model/rules/evaluate.h"
#include "verify/audit/judge_internal.h"

namespace capmarket {
namespace {

using namespace audit_internal;

/// A name in the rule's open world: its index, or a number that no index has.
std::int64_t world_number(const ExprWorld& world, const std::string& name, std::int64_t outside) {
  std::int64_t at = world.name_index(name);
  return at >= 0 ? at : static_cast<std::int64_t>(world.names.size()) + outside;
}

class BindingsBuilder {
 public:
  explicit BindingsBuilder(const ExprWorld& world) : world_(world) {
    out_.ints.resize(variables().size());
    out_.bools.resize(variables().size());
    out_.sets.resize(variables().size(), std::vector<Concrete::Bool>(world.names.size()));
  }
  void integer(std::string_view name, Int128 value) {
    constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
    bool lost = value > kMax || value < -kMax - 1;
    out_.ints[row(name)] = {lost ? 0 : static_cast<std::int64_t>(value), lost};
  }
  void boolean(std::string_view name, bool value) { out_.bools[row(name)] = {value, false}; }
  void set(std::string_view name, const std::vector<std::string>& members) {
    for (const std::string& m : members)
      if (std::int64_t at = world_.name_index(m); at >= 0)
        out_.sets[row(name)][static_cast<std::size_t>(at)] = {true, false};
  }
  Bindings<Concrete> at(const Location& location) {
    for (const Location& path : world_.paths)
      out_.location_in.push_back({path.contains(location), false});
    return std::move(out_);
  }

 private:
  static std::size_t row(std::string_view name) {
    return static_cast<std::size_t>(variable_row(name));
  }
  const ExprWorld& world_;
  Bindings<Concrete> out_;
};

/// V(price, quantity x length), floored; past 64 bits where it does not fit.
Int128 value_of_leg(const Leg& leg) {
  if (leg.window.empty()) return 0;
  auto value = value_of(leg.price, volume_of(leg.quantity, leg.window.length()));
  return value ? Int128{value->value} : Int128{1} << 100;
}

bool tier_expression_holds(const SettlementEvidence& e, const CredentialGrant& holder,
                           const CredentialGrant& user) {
  const Rule& rule = e.rule->rule;
  const Tier* tier = rule.tier(e.leg.tier);
  if (tier == nullptr) return false;
  BindingsBuilder b(rule.world);
  b.integer("user.kind", world_number(rule.world, user.kind, 0));
  b.integer("holder.kind", world_number(rule.world, holder.kind, holder.kind == user.kind ? 0 : 1));
  b.set("user.groups", user.groups);
  b.set("holder.groups", holder.groups);
  b.integer("rank", tier->rank);
  b.integer("tier", rule.world.name_index(tier->name));
  b.integer("quantity", e.leg.quantity.value);
  b.integer("price", e.leg.price.value);
  b.integer("value", value_of_leg(e.leg));
  b.integer("now", e.signed_at.value);
  b.integer("start", e.leg.window.from.value);
  b.integer("until", e.leg.window.until.value);
  b.integer("length", Int128{e.leg.window.until.value} - e.leg.window.from.value);
  b.integer("lead", Int128{e.leg.window.from.value} - e.signed_at.value);
  b.boolean("partial", e.request->request.partial);
  return Concrete::holds(
      evaluate_bool<Concrete>(tier->eligible, b.at(e.declaration->declared.location)));
}

void gather_disclosure(SettlementEvidence& e, const AuditState& s) {
  auto duty = s.undischarged.find(
      {e.declaration->declared.holder, e.request->request.user, e.leg.declaration});
  if (duty == s.undischarged.end()) return;
  for (const AuditRefusal& refusal : duty->second) {
    if (!(refusal.admitted < e.signed_at)) continue;
    e.disclosure_due = true;
    e.names_latest =
        std::count(e.leg.predecessors.begin(), e.leg.predecessors.end(), refusal.id) > 0;
  }
}

void gather_declaration(SettlementEvidence& e, const AuditState& s, const CheckedSubmission& sub) {
  const Declaration& d = e.declaration->declared;
  e.holder_signed = sub.signed_by(Role::holder, d.holder);
  e.envelope_signed = e.envelope_signed || sub.signed_by(Role::submitter, d.holder);
  e.declared_class = s.class_at(d.class_name, e.signed_at);
  if (!e.leg.window.empty()) e.load_max = e.declaration->load.max(e.leg.window);
}

void gather_request(SettlementEvidence& e, const CheckedSubmission& sub) {
  const Request& r = e.request->request;
  e.user_signed = sub.signed_by(Role::user, r.user);
  e.envelope_signed = e.envelope_signed || sub.signed_by(Role::submitter, r.user);
  e.next_index = e.request->next_index;
  e.request_closed = e.request->closed;
  e.declaration_named =
      std::count(r.declarations.begin(), r.declarations.end(), e.leg.declaration) > 0;
  if (!e.leg.window.empty()) e.live_max = e.request->live.max(e.leg.window);
}

template <class Map>
auto found(const Map& map, const ContentId& id) -> decltype(&map.begin()->second) {
  auto it = map.find(id);
  return it == map.end() ? nullptr : &it->second;
}

// ---- The clauses of a settlement
// ------------------------------------------------------------------

bool in_force(const SettlementEvidence& e) {
  const Rule& r = e.rule->rule;
  const Declaration& d = e.declaration->declared;
  Int128 age = Int128{e.admission.value} - e.signed_at.value;
  return r.class_name == d.class_name && r.scope.contains(d.location) &&
         r.effective.contains(e.signed_at) && e.signed_at < e.successor_from && age >= 0 &&
         age <= r.limits.skew.value;
}

bool classes_agree(const SettlementEvidence& e) {
  const Declaration& d = e.declaration->declared;
  const Request& q = e.request->request;
  const Rule& r = e.rule->rule;
  return d.class_name == q.class_name && d.class_name == r.class_name && d.unit == q.unit &&
         d.unit == r.unit && d.unit == e.declared_class->unit;
}

bool window_fits(const SettlementEvidence& e) {
  const Window& w = e.leg.window;
  const Limits& l = e.rule->rule.limits;
  if (w.empty()) return false;
  Int128 length = Int128{w.until.value} - w.from.value;
  Int128 lead = Int128{w.from.value} - e.signed_at.value;
  Int128 g = e.rule->rule.granularity.value;
  Int128 rounded = g > 0 ? -floor_div(-Int128{e.signed_at.value}, g) * g : e.signed_at.value;
  return e.request->request.window.contains(w) && e.declaration->declared.window.contains(w) &&
         l.length_min.value <= length && length <= l.length_max.value && l.lead_min.value <= lead &&
         lead <= l.lead_max.value && rounded <= w.from.value;
}

bool price_fits(const SettlementEvidence& e) {
  const Rule& r = e.rule->rule;
  Money p = e.leg.price;
  if (p < r.limits.price_min || p > r.limits.price_max || p > e.request->request.max_price)
    return false;
  switch (r.pricing.mode) {
    case PricingMode::fixed:
      return p == r.pricing.tariff;
    case PricingMode::negotiated:
      return r.pricing.floor <= p && p <= r.pricing.cap;
    case PricingMode::discovered:
      return false;  // not in this format's first step
  }
  return false;
}

bool sequence_fits(const SettlementEvidence& e) {
  const Request& q = e.request->request;
  bool whole = e.leg.quantity == q.quantity && e.leg.window == q.window;
  bool room = e.leg.window.empty() || e.live_max + e.leg.quantity.value <= q.quantity.value;
  return e.index == e.next_index && room && (whole || q.partial) && !e.request_closed &&
         e.signed_at < q.open_until;
}

bool kept_long_enough(const SettlementEvidence& e) {
  Int128 retention = std::max(e.declared_class->retention.value, e.rule->rule.retention.value);
  return Int128{e.leg.retain_until.value} >= Int128{e.leg.window.until.value} + retention;
}

bool is_member(const SettlementEvidence& e) {
  Membership wanted{e.declaration->declared.class_name, e.rule->rule.name, e.leg.tier};
  return std::count(e.memberships.begin(), e.memberships.end(), wanted) > 0;
}

}  // namespace

bool CredentialEvidence::resolves(Instant when) const {
  return role_fits && subject_fits && rooted &&
         std::all_of(links.begin(), links.end(), [&](const Window& w) { return w.contains(when); });
}

SettlementEvidence gather(const AuditState& s, const CheckedSubmission& sub, const Settlement& o,
                          Instant at) {
  CHECK(o.legs.size() == 1, o.legs.size());
  SettlementEvidence e;
  e.signed_at = o.signed_at;
  e.admission = at;
  e.index = o.index;
  e.leg = o.legs[0];
  e.declaration = found(s.declarations, e.leg.declaration);
  e.request = found(s.requests, e.leg.request);
  e.rule = found(s.rules, e.leg.rule);
  if (e.rule != nullptr) e.successor_from = e.rule->successor_from;
  const bool d = e.declaration != nullptr, r = e.request != nullptr;
  if (d) gather_declaration(e, s, sub);
  if (r) gather_request(e, sub);
  if (d && r) gather_disclosure(e, s);
  const Location* location = d ? &e.declaration->declared.location : nullptr;
  e.holder = credential_evidence(s, e.leg.holder_credential, Role::holder,
                                 d ? &e.declaration->declared.holder : nullptr, location);
  e.user = credential_evidence(s, e.leg.user_credential, Role::user,
                               r ? &e.request->request.user : nullptr, location);
  if (e.user.exists)
    e.memberships = s.delegation.credential(*s.delegation.find(e.leg.user_credential))->memberships;
  if (d && r && e.rule != nullptr && e.holder.exists && e.user.exists)
    e.eligible = tier_expression_holds(
        e, *s.delegation.credential(*s.delegation.find(e.leg.holder_credential)),
        *s.delegation.credential(*s.delegation.find(e.leg.user_credential)));
  return e;
}

Judgement judge(const SettlementEvidence& e) {
  const bool d = e.declaration != nullptr, q = e.request != nullptr, r = e.rule != nullptr;
  const bool c = e.declared_class != nullptr;
  const Leg& leg = e.leg;
  auto when = [](bool exists, auto&& holds) { return exists && holds(); };
  Judgement j;
  note(j, kObjectsResolve, d && q && r && c && e.holder.exists && e.user.exists,
       e.declaration_named);
  note(j, kSignatures, d && q, e.envelope_signed && e.holder_signed && e.user_signed);
  note(j, kHolderScope, d && e.holder.exists,
       e.holder.resolves(e.signed_at) && e.holder.scope_reaches && e.holder.issuer_reaches);
  note(j, kUserMembership, d && r && e.user.exists, when(d && r, [&] {
         return e.user.resolves(e.signed_at) && e.user.scope_reaches && is_member(e);
       }));
  note(j, kTierEligible, q && r, when(q && r, [&] {
         return leg.tier == e.request->request.tier && e.rule->rule.tier(leg.tier) != nullptr &&
                e.eligible;
       }));
  note(j, kRuleInForce, d && r, when(d && r, [&] { return in_force(e); }));
  note(j, kClassUnit, d && q && r && c, when(d && q && r && c, [&] { return classes_agree(e); }));
  note(j, kWindow, d && q && r, when(d && q && r, [&] { return window_fits(e); }));
  note(j, kGranularity, r, when(r, [&] {
         Int128 g = e.rule->rule.granularity.value;
         return multiple(leg.window.from.value, g) &&
                multiple(Int128{leg.window.until.value} - leg.window.from.value, g);
       }));
  note(j, kQuantity, r, when(r, [&] {
         const Limits& l = e.rule->rule.limits;
         return leg.quantity.value > 0 && l.quantity_min <= leg.quantity &&
                leg.quantity <= l.quantity_max;
       }));
  note(j, kCapacity, d, when(d, [&] {
         return leg.window.empty() ||
                e.load_max + leg.quantity.value <= e.declaration->declared.quantity.value;
       }));
  note(j, kPrice, q && r, when(q && r, [&] { return price_fits(e); }));
  note(j, kSequence, q, when(q, [&] { return sequence_fits(e); }));
  note(j, kDisclosure, d && q, !e.disclosure_due || e.names_latest);
  note(j, kRetention, r && c, when(r && c, [&] { return kept_long_enough(e); }));
  return j;
}

}  // namespace capmarket
