#include "verify/theorems/requirements.h"

#include <array>

namespace capmarket::theorems {
namespace {

using namespace requirement;

Bool objects_resolve(const Settlement& f, const Leg& l, const Point&) {
  auto missing = !l.declaration_exists || !l.request_exists || !l.rule_exists || !l.class_exists ||
                 !l.holder.exists || !l.user.exists || !l.strategy_exists || !l.references_exist ||
                 (f.policy_named && !f.policy_exists);
  return !missing && l.declaration_named;
}

Bool signatures(const Settlement& f, const Leg& l, const Point&) {
  auto knows_authors = l.declaration_exists && l.request_exists;
  auto mixed = !f.one_user || !f.one_holder_per_class;
  return knows_authors && !mixed && !(!f.envelope_signed || !l.holder_signed || !l.user_signed);
}

Bool holder_scope(const Settlement& f, const Leg& l, const Point& at) {
  return l.declaration_exists && l.holder.exists && resolves(l.holder, at.link, f.signed_at) &&
         reached(l.holder.scope, l.location) && reached(l.holder.issuer_scope, l.location);
}

Bool user_membership(const Settlement& f, const Leg& l, const Point& at) {
  auto stranger = smt::Symbolic::boolean(true);
  for (const auto& m : l.memberships)
    stranger = stranger && (m.class_name != l.declaration_class || m.rule != l.rule_name ||
                            m.tier != l.leg_tier);
  return l.declaration_exists && l.rule_exists && l.user.exists && !stranger &&
         resolves(l.user, at.link, f.signed_at) &&
         !(!reached(l.user.scope, l.location) && !l.user_scope_waived);
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
         !(l.rule_class != l.declaration_class) && contained(l.rule_scope, l.location) &&
         !not_yet && !expired && !succeeded && !from_the_future && !stale;
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

Bool in_window(const Leg& l, const Point& at) {
  return l.from <= at.instant && at.instant < l.until;
}

/// At an arbitrary instant of the leg, at its turn: without what its own cover releases.
Bool within(const Leg& l, const Point& at, const LoadPoint& p) {
  return follows(in_window(l, at), p.load - p.released + p.others + l.quantity <= p.limit);
}

/// The same, or no more than before the leg.
Bool within_or_no_more(const Leg& l, const Point& at, const LoadPoint& p) {
  auto no_more = p.load - p.released + p.others + l.quantity <= p.load + p.others;
  return within(l, at, p) || follows(in_window(l, at), no_more);
}

Bool capacity(const Settlement&, const Leg& l, const Point& at) {
  return l.declaration_exists && within(l, at, at.declaration);
}

Bool shared_capacity(const Settlement&, const Leg& l, const Point& at) {
  auto uncoordinated = !l.coordination_single && !l.coordination_sharded;
  return l.declaration_exists && l.rule_exists &&
         (uncoordinated || within_or_no_more(l, at, at.infrastructure));
}

Bool tier_quota(const Settlement&, const Leg& l, const Point& at) {
  return l.declaration_exists && l.rule_exists && within(l, at, at.tier) &&
         within(l, at, at.set_asides) && within(l, at, at.user);
}

/// Around an admitted index of the leg's rule that is neither of the future nor too old; inside the
/// bounds where no such index exists and none is named.
Bool discovered_price(const Settlement& f, const Leg& l) {
  auto of_the_future = f.signed_at < l.index_at;
  auto too_old = f.signed_at > l.index_at + l.index_max_age;
  auto outside_band = l.price < l.band_low || l.price > l.band_high;
  auto around = l.index_fits && !of_the_future && !too_old && !outside_band;
  auto bounded = !l.young_index_exists && !(l.price < l.floor) && !(l.price > l.cap);
  return follows(l.index_named, around) && follows(!l.index_named, bounded);
}

Bool price(const Settlement& f, const Leg& l, const Point&) {
  auto outside = l.price < l.price_min || l.price > l.price_max || l.price > l.max_price;
  auto fixed = l.tariff_exists && l.price == l.tariff;
  auto negotiated = !(l.price < l.floor) && !(l.price > l.cap);
  auto unpriced = !l.pricing_fixed && !l.pricing_negotiated && !l.pricing_discovered;
  return l.request_exists && l.rule_exists && l.index_exists && !outside && !unpriced &&
         follows(l.pricing_fixed, fixed) && follows(l.pricing_negotiated, negotiated) &&
         follows(l.pricing_discovered, discovered_price(f, l));
}

Bool fallback(const Settlement& f, const Leg& l, const Point&) {
  auto stray = l.replaces_failure && !(l.declaration_exists && l.substitute_in_scope);
  return l.rule_exists && l.strategy_exists && l.strategy_in_catalog &&
         !(l.strategy_admitted > f.signed_at) && !stray;
}

Bool sequence(const Settlement& f, const Leg& l, const Point& at) {
  auto covers_less =
      l.quantity != l.request_quantity || l.from != l.request_from || l.until != l.request_until;
  auto late = l.request_withdrawn || f.signed_at >= l.open_until;
  auto original = !late && follows(covers_less, l.partial);
  return l.request_exists && l.references_exist && !(l.index != l.next_index) && f.distinct_legs &&
         within(l, at, at.request) && !l.request_closed &&
         smt::Symbolic::select(l.replaces_named, l.replaces_fits, original);
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
     "nothing that a leg of an admitted settlement names is missing, nor the policy; its "
     "declaration is one of the request's or answers its intent",
     objects_resolve},
    {"signatures",
     "no required signature of an admitted settlement is missing; it has one user, and one holder "
     "a class",
     signatures},
    {"holder-scope",
     "an arbitrary link of the holder's credential is signed, narrows and is valid at signed_at; "
     "its and its issuer's scope reach the declared location",
     holder_scope},
    {"user-membership",
     "an arbitrary link of the user's credential is signed, narrows and is valid at signed_at; it "
     "carries (class, rule name, tier), and reaches the location or is waived by a policy",
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
     "and lead are inside the limits; no start before signed_at rounded up to the granularity",
     window},
    {"granularity", "start (from the origin) and length are multiples of the granularity",
     granularity},
    {"quantity", "never zero, negative or outside the rule's limits", quantity},
    {"capacity",
     "at an arbitrary instant of the window, at the leg's turn: load - its own releases + the leg "
     "<= declared less curtailed",
     capacity},
    {"shared-capacity",
     "under single or sharded coordination, at an arbitrary instant of the window: the same sum "
     "over the infrastructure <= its schedule, or no more than before the leg",
     shared_capacity},
    {"coordination",
     "under single or sharded coordination some region is asked, and an arbitrary region's "
     "coordinator exists, is of the rule's root, reaches the region and signed; an arbitrary link "
     "of its credential is in force",
     coordination},
    {"displacement",
     "an arbitrary victim of the cover is of a strictly lower rank and a version that fits, where "
     "the leg may reach, under its condition; at an arbitrary instant of an arbitrary part of it: "
     "inside the reach, after floor and stop_within, live, needed, in order; K and refunds stay in "
     "what the leg states, victims and pieces in what the genesis states; nothing is overdue",
     displacement},
    {"tier-quota",
     "at an arbitrary instant of the window, at the leg's turn: the tier's load with the leg <= its "
     "quota, the declaration's <= what the other tiers' unused set-asides leave, and what the user has "
     "of the tier <= its quota of one",
     tier_quota},
    {"price",
     "inside the limits, at most the request's maximum, as the rule's mode says: tariff, bounds, "
     "or around an index neither of the future nor too old",
     price},
    {"fallback",
     "the strategy exists, stands in the catalog, and is not younger than signed_at; a substitute "
     "for a failure is on a declaration in the scope of the failed grant's strategy",
     fallback},
    {"sequence",
     "the next index of a request that is not closed; at an arbitrary instant its live legs <= its "
     "quantity; no declaration twice; a replacement fits its loss; what is not the whole and "
     "replaces nothing has the partial flag, before open_until and a withdrawal",
     sequence},
    {"disclosure", "no undischarged refusal of the same three goes unnamed", disclosure},
    {"jurisdictions",
     "two arbitrary authorities with different roots are both represented in an admitted policy "
     "whose rules are in force",
     jurisdictions},
    {"retention", "kept at least as long after the window as the class asks, and as the rule asks",
     retention},
});

}  // namespace

namespace requirement {

Bool contained(const admission::IntervalFacts<smt::Symbolic>& outer, const admission::IntervalFacts<smt::Symbolic>& inner) {
  return !(inner.enter < outer.enter) && !(outer.exit < inner.exit);
}

Bool reached(const std::vector<admission::IntervalFacts<smt::Symbolic>>& scope,
             const admission::IntervalFacts<smt::Symbolic>& location) {
  auto missed = smt::Symbolic::boolean(true);
  for (const auto& s : scope) missed = missed && !contained(s, location);
  return !missed;
}

Bool link_in_force(const std::vector<admission::LinkFacts<smt::Symbolic>>& links, const Int& link,
                   const Int& when) {
  auto broken = smt::Symbolic::boolean(false);
  for (std::size_t i = 0; i < links.size(); ++i) {
    auto in_force = links[i].attested && links[i].narrows && !(when < links[i].valid_from) &&
                    !(when >= links[i].valid_until) && !(when >= links[i].revoked_from);
    broken = broken || (link == smt::Symbolic::integer(static_cast<std::int64_t>(i)) && !in_force);
  }
  return !broken;
}

Bool resolves(const admission::CredentialFacts<smt::Symbolic>& c, const Int& link, const Int& when) {
  return link_in_force(c.links, link, when) && !(!c.role_fits || !c.subject_fits || !c.rooted);
}

}  // namespace requirement

std::span<const LegRequirement> settlement_requirements() { return kSettlement; }

}  // namespace capmarket::theorems
