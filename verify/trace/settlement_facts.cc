#include "verify/trace/settlement_facts.h"

#include <algorithm>

namespace capmarket::trace {

smt::Symbolic::Int numeral(Int128 value) {
  if (value == static_cast<std::int64_t>(value))
    return smt::Symbolic::integer(static_cast<std::int64_t>(value));
  constexpr std::int64_t kBillion = 1'000'000'000;
  Int128 rest = floor_div(value, kBillion);
  return numeral(rest) * smt::Symbolic::integer(kBillion) +
         smt::Symbolic::integer(static_cast<std::int64_t>(value - rest * kBillion));
}

namespace {

using Int = smt::Symbolic::Int;
using Interval = admission::IntervalFacts<smt::Symbolic>;

smt::Symbolic::Bool yes(bool v) { return smt::Symbolic::boolean(v); }

/// A location, and a scope around it or beside it.
Interval location() { return {numeral(1), numeral(2)}; }
Interval scope(bool reaches) {
  return reaches ? Interval{numeral(0), numeral(3)} : Interval{numeral(4), numeral(5)};
}

/// Numbers of the few names that one settlement compares.
class Names {
 public:
  Int operator()(const std::string& name) {
    auto it = std::find(names_.begin(), names_.end(), name);
    if (it == names_.end()) it = names_.insert(names_.end(), name);
    return numeral(it - names_.begin());
  }

 private:
  std::vector<std::string> names_;
};

admission::CredentialFacts<smt::Symbolic> credential(const audit::CredentialEvidence& e, Names& names) {
  admission::CredentialFacts<smt::Symbolic> out;
  out.exists = yes(e.exists);
  out.role_fits = yes(e.role_fits), out.subject_fits = yes(e.subject_fits);
  out.rooted = yes(e.rooted);
  // Only admitted, hence attested and narrowing, grants are vertices of the auditor's graph.
  for (const audit::LinkEvidence& l : e.links)
    out.links.push_back({yes(true), yes(true), numeral(l.valid.from.value),
                         numeral(l.valid.until.value), numeral(l.revoked_from.value)});
  out.scope.push_back(scope(e.scope_reaches));
  out.issuer_scope.push_back(scope(e.issuer_reaches));
  out.root = names(e.root);
  return out;
}

Int remainder(Int128 value, std::int64_t g) {
  if (g <= 0) return numeral(0);
  return numeral(value - floor_div(value, g) * g);
}

void fill_declaration(admission::LegFacts<smt::Symbolic>& f, const audit::LegEvidence& e, Names& names) {
  static const audit::AuditDeclaration kNone{};
  const audit::AuditDeclaration& d = e.declaration == nullptr ? kNone : *e.declaration;
  f.declaration_exists = yes(e.declaration != nullptr);
  f.declaration_class = names(d.declared.class_name);
  f.declaration_unit = names(d.declared.unit);
  f.declaration_from = numeral(d.declared.window.from.value);
  f.declaration_until = numeral(d.declared.window.until.value);
  f.excess = numeral(e.excess), f.shared_excess = numeral(e.shared_excess);
  f.quota_excess = numeral(e.quota_excess), f.set_aside_excess = numeral(e.set_aside_excess);
  f.user_excess = numeral(e.user_excess);
}

void fill_request(admission::LegFacts<smt::Symbolic>& f, const audit::LegEvidence& e, Names& names) {
  static const audit::AuditRequest kNone{};
  const audit::AuditRequest& r = e.request == nullptr ? kNone : *e.request;
  f.request_exists = yes(e.request != nullptr);
  f.declaration_named = yes(e.declaration_named);
  f.request_tier = names(r.request.tier);
  f.request_class = names(r.request.class_name), f.request_unit = names(r.request.unit);
  f.request_from = numeral(r.request.window.from.value);
  f.request_until = numeral(r.request.window.until.value);
  f.max_price = numeral(r.request.max_price.value);
  f.request_quantity = numeral(r.request.quantity.value);
  f.request_excess = numeral(e.request_excess);
  f.partial = yes(r.request.partial), f.request_closed = yes(r.closed);
  f.request_withdrawn = yes(r.withdrawn);
  f.open_until = numeral(r.request.open_until.value);
  f.index = numeral(e.index), f.next_index = numeral(e.next_index);
  f.replaces_named = yes(e.leg.replaces.has_value()), f.replaces_fits = yes(e.replaces_fits);
}

void fill_limits(admission::LegFacts<smt::Symbolic>& f, const rules::Rule& rule) {
  const rules::Limits& l = rule.limits;
  f.skew = numeral(l.skew.value);
  f.length_min = numeral(l.length_min.value), f.length_max = numeral(l.length_max.value);
  f.lead_min = numeral(l.lead_min.value), f.lead_max = numeral(l.lead_max.value);
  f.quantity_min = numeral(l.quantity_min.value), f.quantity_max = numeral(l.quantity_max.value);
  f.price_min = numeral(l.price_min.value), f.price_max = numeral(l.price_max.value);
  f.rule_retention = numeral(rule.retention.value);
}

void fill_rule(admission::LegFacts<smt::Symbolic>& f, const audit::LegEvidence& e, Instant signed_at, Names& names) {
  static const audit::AuditRule kNone{};
  const audit::AuditRule& version = e.rule == nullptr ? kNone : *e.rule;
  const rules::Rule& rule = version.rule;
  const bool exists = e.rule != nullptr;
  f.rule_exists = yes(exists);
  f.rule_name = names(rule.name);
  f.rule_root = names(e.rule_root);
  f.rule_class = names(rule.class_name), f.rule_unit = names(rule.unit);
  f.tier_in_rule = yes(e.tier_in_rule), f.eligible = yes(e.eligible);
  f.rank = numeral(e.rank);
  f.rule_scope = scope(exists && e.declaration != nullptr &&
                       rule.scope.contains(e.declaration->declared.location));
  f.authority_governs = yes(exists);  // `standing` was a condition of its admission
  f.effective_from = numeral(rule.effective.from.value);
  f.effective_until = numeral(rule.effective.until.value);
  f.successor_from = numeral(version.successor_from.value);
  f.coordination_single = yes(exists && rule.coordination.mode == rules::CoordinationMode::single);
  f.coordination_sharded = yes(exists && rule.coordination.mode == rules::CoordinationMode::sharded);
  fill_limits(f, rule);
  const std::int64_t g = rule.granularity.value;
  const Int128 origin = rule.origin.value_or(Instant(0)).value;
  const Window& w = e.leg.window;
  f.granularity = numeral(g);
  f.signed_remainder = remainder(signed_at.value - origin, g);
  f.from_remainder = remainder(w.from.value - origin, g);
  f.length_remainder = remainder(Int128{w.until.value} - w.from.value, g);
}

void fill_price(admission::LegFacts<smt::Symbolic>& f, const audit::LegEvidence& e) {
  static const audit::AuditRule kNone{};
  const bool exists = e.price_rule != nullptr;
  const rules::Pricing& pricing = exists ? e.price_rule->rule.pricing : kNone.rule.pricing;
  f.price = numeral(e.leg.price.value);
  f.pricing_fixed = yes(exists && pricing.mode == rules::PricingMode::fixed);
  f.pricing_negotiated = yes(exists && pricing.mode == rules::PricingMode::negotiated);
  f.pricing_discovered = yes(exists && pricing.mode == rules::PricingMode::discovered);
  f.tariff_exists = yes(e.tariff.has_value());
  f.tariff = numeral(e.tariff.value_or(Money(0)).value);
  f.floor = numeral(pricing.floor.value), f.cap = numeral(pricing.cap.value);
  f.index_named = yes(e.leg.price_index.has_value());
  f.index_exists = yes(!e.leg.price_index || e.index_named != nullptr);
  f.index_fits = yes(e.index_fits), f.young_index_exists = yes(e.young_index_exists);
  f.index_at = numeral(e.index_named == nullptr ? 0 : e.index_named->at.value);
  f.index_max_age = numeral(pricing.max_age.value);
  f.band_low = numeral(e.band_low), f.band_high = numeral(e.band_high);
}

admission::ShardFacts<smt::Symbolic> shard(const audit::ShardEvidence& e, Names& names) {
  return {yes(e.known), credential(e.coordinator, names), location(), yes(e.coordinator_signed)};
}

admission::CoverPartFacts<smt::Symbolic> cover_part(const audit::CoverPartEvidence& e) {
  return {numeral(e.window.from.value), numeral(e.window.until.value), numeral(e.released),
          numeral(e.live),              numeral(e.lack_short),         numeral(e.earlier),
          numeral(e.share_error)};
}

/// `at_most`: what the leg states for the sum of K; what overflows is more than it.
admission::VictimFacts<smt::Symbolic> victim(const audit::VictimEvidence& e, Money at_most) {
  admission::VictimFacts<smt::Symbolic> f;
  f.same_declaration = yes(e.same_declaration), f.same_infrastructure = yes(e.same_infrastructure);
  f.coordinated = yes(e.coordinated);
  f.rank = numeral(e.grant->rank);
  f.version_fits = yes(e.version_fits);
  f.when = yes(e.when), f.started = yes(e.started);
  f.floor_until = numeral(e.floor_until);
  f.notice = numeral(e.notice);
  auto owed = [&](const std::optional<std::int64_t>& k) {
    return numeral(k ? Int128{*k} : Int128{at_most.value} + 1);
  };
  f.own_compensation = owed(e.own_compensation);
  f.victim_compensation = owed(e.victim_compensation);
  f.refund = numeral(e.refund.value);
  for (const audit::CoverPartEvidence& p : e.parts) f.parts.push_back(cover_part(p));
  return f;
}

void fill_cover(admission::LegFacts<smt::Symbolic>& f, const audit::LegEvidence& e) {
  const objects::DisplaceTerms terms = e.leg.displace.value_or(objects::DisplaceTerms{});
  f.lack = numeral(e.lack);
  f.displace_named = yes(e.leg.displace.has_value());
  f.compensation_at_most = numeral(terms.compensation_at_most.value);
  f.refund_at_most = numeral(terms.refund_at_most.value);
  f.stop_within = numeral(e.stop_within);
  f.pieces = numeral(e.pieces);
  for (const audit::VictimEvidence& x : e.victims)
    f.victims.push_back(victim(x, terms.compensation_at_most));
}

admission::LegFacts<smt::Symbolic> leg_facts(const audit::SettlementEvidence& s, const audit::LegEvidence& e, Names& names) {
  admission::LegFacts<smt::Symbolic> f;
  fill_declaration(f, e, names);
  fill_request(f, e, names);
  fill_rule(f, e, s.signed_at, names);
  fill_price(f, e);
  f.strategy_exists = yes(e.strategy != nullptr), f.references_exist = yes(e.references_exist);
  f.strategy_in_catalog = yes(e.strategy_in_catalog);
  f.strategy_admitted = numeral(e.strategy == nullptr ? 0 : e.strategy->admitted.value);
  f.replaces_failure = yes(e.replaced_failure), f.substitute_in_scope = yes(e.substitute_in_scope);
  f.holder = credential(e.holder, names), f.user = credential(e.user, names);
  f.holder_signed = yes(e.holder_signed), f.user_signed = yes(e.user_signed);
  f.user_scope_waived = yes(e.user_scope_waived);
  for (const objects::Membership& m : e.memberships)
    f.memberships.push_back({names(m.class_name), names(m.rule), names(m.tier)});
  f.location = location();
  f.leg_tier = names(e.leg.tier);
  f.class_exists = yes(e.declared_class != nullptr);
  f.class_unit = names(e.declared_class == nullptr ? "" : e.declared_class->unit);
  f.class_retention = numeral(e.declared_class == nullptr ? 0 : e.declared_class->retention.value);
  f.from = numeral(e.leg.window.from.value), f.until = numeral(e.leg.window.until.value);
  f.quantity = numeral(e.leg.quantity.value);
  for (const audit::ShardEvidence& x : e.shards) f.shards.push_back(shard(x, names));
  fill_cover(f, e);
  f.disclosure_due = yes(e.disclosure_due), f.names_latest = yes(e.names_latest);
  f.retain_until = numeral(e.leg.retain_until.value);
  return f;
}

}  // namespace

admission::SettlementFacts<smt::Symbolic> numeral_facts(const audit::SettlementEvidence& e) {
  admission::SettlementFacts<smt::Symbolic> f;
  Names names;  // roots are compared across legs
  f.signed_at = numeral(e.signed_at.value), f.admission = numeral(e.admission.value);
  f.envelope_signed = yes(e.envelope_signed), f.one_user = yes(e.one_user);
  f.one_holder_per_class = yes(e.one_holder_per_class);
  f.distinct_legs = yes(e.distinct_legs), f.user_overdue = yes(e.user_overdue);
  f.victims_at_most = numeral(e.victims_at_most), f.pieces_at_most = numeral(e.pieces_at_most);
  f.policy_named = yes(e.policy_named), f.policy_exists = yes(e.policy_exists);
  f.policy_rules_in_force = yes(e.policy_rules_in_force);
  for (const std::string& root : e.policy_roots) f.policy_roots.push_back({names(root)});
  for (const std::string& root : e.coordinator_roots) f.coordinator_roots.push_back({names(root)});
  for (const audit::LegEvidence& leg : e.legs) f.legs.push_back(leg_facts(e, leg, names));
  return f;
}

}  // namespace capmarket::trace
