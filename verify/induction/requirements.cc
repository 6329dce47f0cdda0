#include "verify/induction/requirements.h"

#include <array>

namespace capmarket {
namespace {

using Bool = Symbolic::Bool;
using Int = Symbolic::Int;
using Settlement = SettlementFacts<Symbolic>;
using Leg = LegFacts<Symbolic>;
using Point = RequirementPoint;

Int zero() { return Symbolic::integer(0); }

Bool follows(const Bool& premise, const Bool& conclusion) { return !(premise && !conclusion); }

Bool objects_resolve(const Settlement&, const Leg& l, const Point&) {
  auto missing = !l.declaration_exists || !l.request_exists || !l.rule_exists || !l.class_exists ||
                 !l.holder.exists || !l.user.exists;
  return !missing && l.declaration_named;
}

Bool signatures(const Settlement& f, const Leg& l, const Point&) {
  auto knows_authors = l.declaration_exists && l.request_exists;
  return knows_authors && !(!f.envelope_signed || !l.holder_signed || !l.user_signed);
}

Bool holder_scope(const Settlement& f, const Leg& l, const Point& at) {
  return l.declaration_exists && l.holder.exists &&
         requirement::resolves(l.holder, at.link, f.signed_at) &&
         requirement::reached(l.holder.scope, l.location) &&
         requirement::reached(l.holder.issuer_scope, l.location);
}

Bool user_membership(const Settlement& f, const Leg& l, const Point& at) {
  auto stranger = Symbolic::boolean(true);
  for (const auto& m : l.memberships)
    stranger = stranger && (m.class_name != l.declaration_class || m.rule != l.rule_name ||
                            m.tier != l.leg_tier);
  return l.declaration_exists && l.rule_exists && l.user.exists && !stranger &&
         requirement::resolves(l.user, at.link, f.signed_at) &&
         requirement::reached(l.user.scope, l.location);
}

Bool tier_eligible(const Settlement&, const Leg& l, const Point&) {
  return l.request_exists && l.rule_exists && l.tier_in_rule && l.eligible &&
         !(l.leg_tier != l.request_tier);
}

Bool rule_in_force(const Settlement& f, const Leg& l, const Point&) {
  auto not_yet = f.signed_at < l.effective_from;
  auto expired = f.signed_at >= l.effective_until;
  auto succeeded = f.signed_at >= l.successor_from;
  auto from_the_future = f.admission < f.signed_at;
  auto stale = f.admission > f.signed_at + l.skew;
  return l.declaration_exists && l.rule_exists && l.authority_governs &&
         !(l.rule_class != l.declaration_class) &&
         requirement::contained(l.rule_scope, l.location) && !not_yet && !expired && !succeeded &&
         !from_the_future && !stale;
}

Bool class_unit(const Settlement&, const Leg& l, const Point&) {
  auto same_class = l.rule_class == l.request_class && l.request_class == l.declaration_class;
  auto same_unit = l.rule_unit == l.class_unit && l.class_unit == l.request_unit &&
                   l.request_unit == l.declaration_unit;
  return l.declaration_exists && l.request_exists && l.rule_exists && l.class_exists &&
         same_class && same_unit;
}

/// The last multiple of the granularity at or before signed_at is signed_multiple (+ origin); the
/// next one is a granularity later, and is the rounding up unless signed_at is itself a multiple.
Bool not_before_rounded_up(const Settlement& f, const Leg& l, const Point& at) {
  auto on_multiple = f.signed_at == at.origin + at.signed_multiple;
  auto next = at.origin + at.signed_multiple + l.granularity;
  return (on_multiple && f.signed_at <= l.from) || next <= l.from;
}

/// An arbitrary instant of the leg lies in the request's and in the declaration's window.
Bool instant_inside(const Leg& l, const Int& t) {
  auto in_leg = l.from <= t && t < l.until;
  auto in_both = l.request_from <= t && t < l.request_until && l.declaration_from <= t &&
                 t < l.declaration_until;
  return follows(in_leg, in_both);
}

Bool window(const Settlement& f, const Leg& l, const Point& at) {
  auto short_or_long = l.until < l.from + l.length_min || l.until > l.from + l.length_max;
  auto hurried_or_early = l.from < f.signed_at + l.lead_min || l.from > f.signed_at + l.lead_max;
  return l.declaration_exists && l.request_exists && l.rule_exists && !(l.until <= l.from) &&
         instant_inside(l, at.instant) && !short_or_long && !hurried_or_early &&
         not_before_rounded_up(f, l, at);
}

Bool granularity(const Settlement&, const Leg& l, const Point& at) {
  return l.rule_exists && l.from == at.origin + at.from_multiple &&
         l.until == l.from + at.length_multiple;
}

Bool quantity(const Settlement&, const Leg& l, const Point&) {
  return l.rule_exists &&
         !(l.quantity <= zero() || l.quantity < l.quantity_min || l.quantity > l.quantity_max);
}

Bool capacity(const Settlement&, const Leg& l, const Point& at) {
  auto in_window = l.from <= at.instant && at.instant < l.until;
  return l.declaration_exists &&
         follows(in_window, at.load + at.others + l.quantity <= at.declared);
}

Bool price(const Settlement&, const Leg& l, const Point&) {
  auto outside = l.price < l.price_min || l.price > l.price_max || l.price > l.max_price;
  auto fixed = l.price == l.tariff;
  auto negotiated = !(l.price < l.floor) && !(l.price > l.cap);
  auto unpriced = !l.pricing_fixed && !l.pricing_negotiated;
  return l.request_exists && l.rule_exists && !outside && !unpriced &&
         follows(l.pricing_fixed, fixed) && follows(l.pricing_negotiated, negotiated);
}

Bool sequence(const Settlement& f, const Leg& l, const Point& at) {
  auto in_window = l.from <= at.instant && at.instant < l.until;
  auto covers_less =
      l.quantity != l.request_quantity || l.from != l.request_from || l.until != l.request_until;
  return l.request_exists && !(f.index != f.next_index) &&
         follows(in_window, at.live + at.live_others + l.quantity <= at.wanted) &&
         follows(covers_less, l.partial) && !(l.request_closed || f.signed_at >= l.open_until);
}

Bool disclosure(const Settlement&, const Leg& l, const Point&) {
  return l.declaration_exists && l.request_exists && !(l.disclosure_due && !l.names_latest);
}

Bool retention(const Settlement&, const Leg& l, const Point&) {
  return l.rule_exists && l.class_exists && l.retain_until - l.until >= l.class_retention &&
         l.retain_until - l.until >= l.rule_retention;
}

constexpr auto kSettlement = std::to_array<LegRequirement>({
    {"objects-resolve",
     "nothing that a leg of an admitted settlement names is missing; its declaration is one of the "
     "request's",
     objects_resolve},
    {"signatures", "no required signature of an admitted settlement is missing", signatures},
    {"holder-scope",
     "an arbitrary link of the holder's credential is signed, narrows and is valid at signed_at; "
     "its "
     "and its issuer's scope reach the declared location",
     holder_scope},
    {"user-membership",
     "an arbitrary link of the user's credential is signed, narrows and is valid at signed_at; it "
     "carries (class, rule name, tier) and reaches the location",
     user_membership},
    {"tier-eligible", "the tier is the request's, is in the rule, and its expression holds",
     tier_eligible},
    {"rule-in-force",
     "the rule is neither early, expired nor succeeded at signed_at; the settlement comes neither "
     "from the future nor later than the skew; class, scope and authority fit",
     rule_in_force},
    {"class-unit", "declaration, request, rule and class agree on class and unit", class_unit},
    {"window",
     "an arbitrary instant of the leg lies in the request's and the declaration's window; length "
     "and "
     "lead are inside the limits; no start before signed_at rounded up to the granularity",
     window},
    {"granularity", "start (from the origin) and length are multiples of the granularity",
     granularity},
    {"quantity", "never zero, negative or outside the rule's limits", quantity},
    {"capacity",
     "at an arbitrary instant of the window: load + the settlement's other legs + quantity <= "
     "declared",
     capacity},
    {"price", "inside the limits, at most the request's maximum, as the rule's mode says", price},
    {"sequence",
     "the next index of an open request; at an arbitrary instant its live legs <= its quantity; "
     "what is not the whole of it has the partial flag",
     sequence},
    {"disclosure", "no undischarged refusal of the same three goes unnamed", disclosure},
    {"retention", "kept at least as long after the window as the class asks, and as the rule asks",
     retention},
});

}  // namespace

namespace requirement {

Bool contained(const IntervalFacts<Symbolic>& outer, const IntervalFacts<Symbolic>& inner) {
  return !(inner.enter < outer.enter) && !(outer.exit < inner.exit);
}

Bool reached(const std::vector<IntervalFacts<Symbolic>>& scope,
             const IntervalFacts<Symbolic>& location) {
  auto missed = Symbolic::boolean(true);
  for (const auto& s : scope) missed = missed && !contained(s, location);
  return !missed;
}

Bool link_in_force(const std::vector<LinkFacts<Symbolic>>& links, const Int& link,
                   const Int& when) {
  auto broken = Symbolic::boolean(false);
  for (std::size_t i = 0; i < links.size(); ++i) {
    auto in_force = links[i].attested && links[i].narrows && !(when < links[i].valid_from) &&
                    !(when >= links[i].valid_until);
    broken = broken || (link == Symbolic::integer(static_cast<std::int64_t>(i)) && !in_force);
  }
  return !broken;
}

Bool resolves(const CredentialFacts<Symbolic>& c, const Int& link, const Int& when) {
  return link_in_force(c.links, link, when) && !(!c.role_fits || !c.subject_fits || !c.rooted);
}

}  // namespace requirement

RequirementPoint fresh_point(const std::string& prefix) {
  auto fresh = [&](const char* name) { return Int::fresh(prefix + "." + name); };
  Point p;
  p.link = fresh("link"), p.instant = fresh("instant");
  p.load = fresh("load"), p.others = fresh("others"), p.declared = fresh("declared");
  p.live = fresh("live"), p.live_others = fresh("live_others"), p.wanted = fresh("wanted");
  p.origin = fresh("origin"), p.signed_multiple = fresh("signed_multiple");
  p.from_multiple = fresh("from_multiple"), p.length_multiple = fresh("length_multiple");
  return p;
}

Bool contract(const Settlement& f, const Leg& l, const Point& at, PointContract kind) {
  auto in_window = l.from <= at.instant && at.instant < l.until;
  auto bound = at.load + at.others - at.declared <= l.excess;
  auto live_bound = at.live + at.live_others - at.wanted <= l.request_excess;
  auto remainder_fits = zero() <= l.signed_remainder && l.signed_remainder <= l.granularity;
  auto strict = follows(l.rule_exists, l.signed_remainder < l.granularity);
  auto sums = f.signed_at - at.origin == at.signed_multiple + l.signed_remainder &&
              l.from - at.origin == at.from_multiple + l.from_remainder &&
              l.until - l.from == at.length_multiple + l.length_remainder;
  auto points = follows(in_window, bound && live_bound);
  if (kind == PointContract::attained)
    points = at.load + at.others - at.declared == l.excess &&
             at.live + at.live_others - at.wanted == l.request_excess;
  return points && remainder_fits && strict && sums;
}

std::span<const LegRequirement> settlement_requirements() { return kSettlement; }

}  // namespace capmarket
