#include "verify/trace/settlement_facts.h"

#include <algorithm>

namespace capmarket {
namespace {

using Int = Symbolic::Int;
using Interval = IntervalFacts<Symbolic>;

Int num(std::int64_t v) { return Symbolic::integer(v); }
Symbolic::Bool yes(bool v) { return Symbolic::boolean(v); }

/// A location, and a scope around it or beside it.
Interval location() { return {num(1), num(2)}; }
Interval scope(bool reaches) {
  return reaches ? Interval{num(0), num(3)} : Interval{num(4), num(5)};
}

/// Numbers of the few names that one settlement compares.
class Names {
 public:
  Int operator()(const std::string& name) {
    auto it = std::find(names_.begin(), names_.end(), name);
    if (it == names_.end()) it = names_.insert(names_.end(), name);
    return num(it - names_.begin());
  }

 private:
  std::vector<std::string> names_;
};

CredentialFacts<Symbolic> credential(const CredentialEvidence& e) {
  CredentialFacts<Symbolic> out;
  out.exists = yes(e.exists);
  out.role_fits = yes(e.role_fits), out.subject_fits = yes(e.subject_fits);
  out.rooted = yes(e.rooted);
  // Only admitted, hence attested and narrowing, grants are vertices of the auditor's graph.
  for (const Window& w : e.links)
    out.links.push_back({yes(true), yes(true), num(w.from.value), num(w.until.value)});
  out.scope.push_back(scope(e.scope_reaches));
  out.issuer_scope.push_back(scope(e.issuer_reaches));
  return out;
}

std::int64_t excess(Int128 load, Quantity limit) {
  Int128 out = load - limit.value;
  CHECK(-kWireMax <= out && out <= kWireMax);
  return static_cast<std::int64_t>(out);
}

Int remainder(Int128 value, std::int64_t g) {
  if (g <= 0) return num(0);
  return num(static_cast<std::int64_t>(value - floor_div(value, g) * g));
}

void fill_declaration(LegFacts<Symbolic>& f, const SettlementEvidence& e, Names& names) {
  static const AuditDeclaration kNone{};
  const AuditDeclaration& d = e.declaration == nullptr ? kNone : *e.declaration;
  f.declaration_exists = yes(e.declaration != nullptr);
  f.declaration_class = names(d.declared.class_name);
  f.declaration_unit = names(d.declared.unit);
  f.declaration_from = num(d.declared.window.from.value);
  f.declaration_until = num(d.declared.window.until.value);
  f.excess = num(e.leg.window.empty() ? -kWireMax : excess(e.load_max, d.declared.quantity));
}

void fill_request(LegFacts<Symbolic>& f, const SettlementEvidence& e, Names& names) {
  static const AuditRequest kNone{};
  const AuditRequest& r = e.request == nullptr ? kNone : *e.request;
  f.request_exists = yes(e.request != nullptr);
  f.declaration_named = yes(e.declaration_named);
  f.request_tier = names(r.request.tier);
  f.request_class = names(r.request.class_name), f.request_unit = names(r.request.unit);
  f.request_from = num(r.request.window.from.value);
  f.request_until = num(r.request.window.until.value);
  f.max_price = num(r.request.max_price.value);
  f.request_quantity = num(r.request.quantity.value);
  f.request_excess = num(e.leg.window.empty() ? -kWireMax : excess(e.live_max, r.request.quantity));
  f.partial = yes(r.request.partial), f.request_closed = yes(e.request_closed);
  f.open_until = num(r.request.open_until.value);
}

void fill_limits(LegFacts<Symbolic>& f, const Rule& rule) {
  const Limits& l = rule.limits;
  f.skew = num(l.skew.value);
  f.length_min = num(l.length_min.value), f.length_max = num(l.length_max.value);
  f.lead_min = num(l.lead_min.value), f.lead_max = num(l.lead_max.value);
  f.quantity_min = num(l.quantity_min.value), f.quantity_max = num(l.quantity_max.value);
  f.price_min = num(l.price_min.value), f.price_max = num(l.price_max.value);
  f.pricing_fixed = yes(rule.pricing.mode == PricingMode::fixed);
  f.pricing_negotiated = yes(rule.pricing.mode == PricingMode::negotiated);
  f.tariff = num(rule.pricing.tariff.value);
  f.floor = num(rule.pricing.floor.value), f.cap = num(rule.pricing.cap.value);
  f.rule_retention = num(rule.retention.value);
}

void fill_rule(LegFacts<Symbolic>& f, const SettlementEvidence& e, Names& names) {
  static const AuditRule kNone{};
  const Rule& rule = e.rule == nullptr ? kNone.rule : e.rule->rule;
  const bool exists = e.rule != nullptr;
  f.rule_exists = yes(exists);
  f.rule_name = names(rule.name);
  f.rule_class = names(rule.class_name), f.rule_unit = names(rule.unit);
  f.tier_in_rule = yes(exists && rule.tier(e.leg.tier) != nullptr);
  f.eligible = yes(e.eligible);
  f.rule_scope = scope(exists && e.declaration != nullptr &&
                       rule.scope.contains(e.declaration->declared.location));
  f.authority_governs = yes(exists);  // `standing` was a condition of its admission
  f.effective_from = num(rule.effective.from.value);
  f.effective_until = num(rule.effective.until.value);
  f.successor_from = num(e.successor_from.value);
  fill_limits(f, rule);
  const std::int64_t g = rule.granularity.value;
  const Window& w = e.leg.window;
  f.granularity = num(g);
  f.signed_remainder = remainder(e.signed_at.value, g);
  f.from_remainder = remainder(w.from.value, g);
  f.length_remainder = remainder(Int128{w.until.value} - w.from.value, g);
}

LegFacts<Symbolic> leg_facts(const SettlementEvidence& e) {
  LegFacts<Symbolic> f;
  Names names;
  fill_declaration(f, e, names);
  fill_request(f, e, names);
  fill_rule(f, e, names);
  f.holder = credential(e.holder), f.user = credential(e.user);
  f.holder_signed = yes(e.holder_signed), f.user_signed = yes(e.user_signed);
  for (const Membership& m : e.memberships)
    f.memberships.push_back({names(m.class_name), names(m.rule), names(m.tier)});
  f.location = location();
  f.leg_tier = names(e.leg.tier);
  f.class_exists = yes(e.declared_class != nullptr);
  f.class_unit = names(e.declared_class == nullptr ? "" : e.declared_class->unit);
  f.class_retention = num(e.declared_class == nullptr ? 0 : e.declared_class->retention.value);
  f.from = num(e.leg.window.from.value), f.until = num(e.leg.window.until.value);
  f.quantity = num(e.leg.quantity.value);
  f.price = num(e.leg.price.value);
  f.disclosure_due = yes(e.disclosure_due), f.names_latest = yes(e.names_latest);
  f.retain_until = num(e.leg.retain_until.value);
  return f;
}

}  // namespace

SettlementFacts<Symbolic> numeral_facts(const SettlementEvidence& e) {
  SettlementFacts<Symbolic> f;
  f.signed_at = num(e.signed_at.value), f.admission = num(e.admission.value);
  f.envelope_signed = yes(e.envelope_signed);
  f.index = num(e.index), f.next_index = num(e.next_index);
  f.legs.push_back(leg_facts(e));
  return f;
}

}  // namespace capmarket
