// Declaration, request, grants of authority and credentials, rules and classes.
#include <array>

#include "model/objects/governance.h"
#include "verify/induction/requirements.h"

namespace capmarket {
namespace {

using Bool = Symbolic::Bool;
using Int = Symbolic::Int;
using Point = RequirementPoint;
using Declared = DeclarationFacts<Symbolic>;
using Requested = RequestFacts<Symbolic>;
using Granted = GrantFacts<Symbolic>;
using Promulgated = PromulgationFacts<Symbolic>;
using AssetPoints = std::span<const Point>;

Int zero() { return Symbolic::integer(0); }

// ---- Declaration
// ----------------------------------------------------------------------------------

Bool d_objects_resolve(const Declared& f, const Point&, AssetPoints) {
  return !(!f.class_exists || !f.holder.exists || !f.asset_issuer_exists);
}
Bool d_signatures(const Declared& f, const Point&, AssetPoints) { return f.envelope_signed; }
Bool d_holder_scope(const Declared& f, const Point& at, AssetPoints) {
  return f.holder.exists && requirement::resolves(f.holder, at.link, f.admission) &&
         requirement::reached(f.holder.scope, f.location) &&
         requirement::reached(f.holder.issuer_scope, f.location);
}
Bool d_asset(const Declared& f, const Point&, AssetPoints assets) {
  auto none = Symbolic::boolean(true);
  for (std::size_t i = 0; i < f.assets.size(); ++i) {
    const auto& a = f.assets[i];
    const Point& at = assets[i];
    auto over = f.from <= at.instant && at.instant < f.until &&
                at.load + f.quantity > at.declared;  // declared: the attested quantity
    none = none && (!a.key_matches || a.class_name != f.class_name ||
                    !requirement::contained(a.location, f.location) || over);
  }
  return f.holder.exists && !none;
}
Bool d_class_unit(const Declared& f, const Point&, AssetPoints) {
  return f.class_exists && !(f.unit != f.class_unit);
}
Bool d_window(const Declared& f, const Point&, AssetPoints) { return !(f.until <= f.from); }
Bool d_granularity(const Declared& f, const Point& at, AssetPoints) {
  return f.class_exists && f.from == at.from_multiple && f.until - f.from == at.length_multiple;
}
Bool d_quantity(const Declared& f, const Point&, AssetPoints) { return !(f.quantity <= zero()); }

constexpr auto kDeclaration = std::to_array<DeclarationRequirement>({
    {"objects-resolve", "class, credential and asset issuer of an admitted declaration exist",
     d_objects_resolve},
    {"signatures", "the holder signed", d_signatures},
    {"holder-scope",
     "an arbitrary link of the holder's credential is in force at admission; its and its issuer's "
     "scope reach the location",
     d_holder_scope},
    {"asset",
     "the holder's credential attests the asset, of the class, around the location, and at an "
     "arbitrary instant its live declarations with this one sum to at most the attested quantity",
     d_asset},
    {"class-unit", "the unit is the class's", d_class_unit},
    {"window", "not empty", d_window},
    {"granularity", "start and length are multiples of the class's granularity", d_granularity},
    {"quantity", "never zero or negative", d_quantity},
});

// ---- Request
// --------------------------------------------------------------------------------------

Bool r_objects_resolve(const Requested& f, const Point&) {
  auto missing = !f.class_exists;
  for (const auto& d : f.declarations) missing = missing || !d.exists;
  return !missing;
}
Bool r_signatures(const Requested& f, const Point&) { return f.envelope_signed; }
Bool r_class_unit(const Requested& f, const Point&) {
  auto differs = f.unit != f.class_unit;
  for (const auto& d : f.declarations)
    differs = differs || (d.exists && (d.class_name != f.class_name || d.unit != f.unit));
  return f.class_exists && !differs;
}
Bool r_window(const Requested& f, const Point&) {
  auto nowhere = Symbolic::boolean(true);
  for (const auto& d : f.declarations)
    nowhere = nowhere && !(d.exists && !(f.from < d.from) && !(f.until > d.until));
  return !(f.until <= f.from) && !nowhere && !(f.open_until > f.until);
}
Bool r_quantity(const Requested& f, const Point&) { return !(f.quantity <= zero()); }

constexpr auto kRequest = std::to_array<PlainRequirement<Requested>>({
    {"objects-resolve", "class and named declarations of an admitted request exist",
     r_objects_resolve},
    {"signatures", "the user signed", r_signatures},
    {"class-unit", "request, class and named declarations agree on class and unit", r_class_unit},
    {"window", "not empty, and inside the window of some named declaration; not open longer",
     r_window},
    {"quantity", "never zero or negative", r_quantity},
});

// ---- AuthorityGrant, CredentialGrant
// --------------------------------------------------------------

Bool g_objects_resolve(const Granted& f, const Point&) {
  return !(!f.issuer_exists || !f.issuer_is_authority);
}
Bool g_signatures(const Granted& f, const Point&) { return f.issuer_exists && f.envelope_signed; }
Bool g_narrowing(const Granted& f, const Point& at) {
  auto wider = !f.scope_narrows || !f.classes_narrow || !f.assets_narrow;
  auto bad_key = !f.key_valid || !f.key_unused || !f.name_unused;
  return f.issuer_exists && !wider && !bad_key && f.links_bounded &&
         requirement::link_in_force(f.links, at.link, f.admission) && !(f.until <= f.from) &&
         !(f.weight < zero()) && !(f.weight > Symbolic::integer(kFullWeight));
}

constexpr auto kGrant = std::to_array<PlainRequirement<Granted>>({
    {"objects-resolve", "the issuer of an admitted grant exists and is an authority",
     g_objects_resolve},
    {"signatures", "the issuer signed", g_signatures},
    {"narrowing",
     "an arbitrary link of the issuer is in force at admission; nothing is wider than the "
     "issuer's; "
     "key, name, window, links and weight are in order",
     g_narrowing},
});

// ---- Rule, ClassDeclaration
// -----------------------------------------------------------------------

Bool p_objects_resolve(const Promulgated& f, const Point&) {
  return !(!f.authority_exists || !f.class_exists || !f.predecessor_exists);
}
Bool p_signatures(const Promulgated& f, const Point&) {
  return f.authority_exists && f.envelope_signed;
}
Bool p_standing(const Promulgated& f, const Point&) {
  auto lacks = !f.governs_class || !f.governs_scope || !f.unit_matches || !f.succession_fits;
  return f.authority_exists && f.class_exists && !lacks;
}
Bool p_window(const Promulgated& f, const Point&) {
  auto retroactive = f.from < f.admission;
  auto empty = f.until <= f.from;
  return !retroactive && !empty && !f.meets_other_rule && f.granularity > zero() &&
         !(f.retention < zero());
}

constexpr auto kPromulgation = std::to_array<PlainRequirement<Promulgated>>({
    {"objects-resolve", "authority, class and superseded rule of what is promulgated exist",
     p_objects_resolve},
    {"signatures", "the authority signed", p_signatures},
    {"standing", "the authority governs class and scope; unit and succession fit", p_standing},
    {"window",
     "never retroactive or empty, never meeting another rule but the superseded one; granularity "
     "and "
     "retention are in order",
     p_window},
});

}  // namespace

Bool contract(const Declared& f, const AssetFacts<Symbolic>& asset, const Point& at) {
  auto in_window = f.from <= at.instant && at.instant < f.until;
  return !in_window || at.load - at.declared <= asset.excess;
}

Bool contract(const Declared& f, const Point& at) {
  return f.from == at.from_multiple + f.from_remainder &&
         f.until - f.from == at.length_multiple + f.length_remainder;
}

std::span<const DeclarationRequirement> declaration_requirements() { return kDeclaration; }
std::span<const PlainRequirement<Requested>> request_requirements() { return kRequest; }
std::span<const PlainRequirement<Granted>> grant_requirements() { return kGrant; }
std::span<const PlainRequirement<Promulgated>> promulgation_requirements() { return kPromulgation; }

}  // namespace capmarket
