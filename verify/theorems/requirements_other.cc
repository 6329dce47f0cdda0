// Declarations, batches, requests and intents.
#include <array>

#include "verify/theorems/requirements.h"

namespace capmarket::theorems {
namespace {

using namespace requirement;
using Declared = admission::DeclarationFacts<smt::Symbolic>;
using Batch = admission::BatchFacts<smt::Symbolic>;
using Requested = admission::RequestFacts<smt::Symbolic>;
using Intended = admission::IntentFacts<smt::Symbolic>;

// ---- Declaration
// ----------------------------------------------------------------------------------

Bool d_objects_resolve(const Declared& f, const Point&) {
  auto missing = !f.class_exists || !f.holder.exists || !f.asset_issuer_exists;
  return !missing && !(!f.infrastructure_resolves || !f.intent_resolves);
}
Bool d_signatures(const Declared& f, const Point&) { return f.envelope_signed; }
Bool d_holder_scope(const Declared& f, const Point& at) {
  return f.holder.exists && resolves(f.holder, at.link, f.admission) &&
         reached(f.holder.scope, f.location) && reached(f.holder.issuer_scope, f.location) &&
         f.infrastructure_fits;
}
Bool d_asset(const Declared& f, const Point& at) {
  auto none = smt::Symbolic::boolean(true);
  for (std::size_t i = 0; i < f.assets.size(); ++i) {
    const auto& a = f.assets[i];
    const Point& p = at.assets[i];
    auto over = f.from <= p.instant && p.instant < f.until &&
                p.declaration.load + f.quantity > p.declaration.limit;
    none = none && (!a.key_matches || a.class_name != f.class_name ||
                    !contained(a.location, f.location) || over);
  }
  return f.holder.exists && !none;
}
Bool d_class_unit(const Declared& f, const Point&) {
  return f.class_exists && !(f.unit != f.class_unit);
}
Bool d_window(const Declared& f, const Point&) { return !(f.until <= f.from); }
Bool d_granularity(const Declared& f, const Point& at) {
  return f.class_exists && f.from == at.from_multiple && f.until - f.from == at.length_multiple;
}
Bool d_quantity(const Declared& f, const Point&) {
  return !(f.quantity <= zero()) && !(f.shared_excess + f.quantity > zero());
}

constexpr auto kDeclaration = std::to_array<PlainRequirement<Declared>>({
    {"objects-resolve",
     "class, credential, asset issuer, and what else an admitted declaration names, exist",
     d_objects_resolve},
    {"signatures", "the holder signed", d_signatures},
    {"holder-scope",
     "an arbitrary link of the holder's credential is in force at admission; its and its issuer's "
     "scope reach the location; the infrastructure it belongs to is named",
     d_holder_scope},
    {"asset",
     "the holder's credential attests the asset, of the class, around the location, and at an "
     "arbitrary instant its live declarations with this one sum to at most the attested quantity",
     d_asset},
    {"class-unit", "the unit is the class's", d_class_unit},
    {"window", "not empty", d_window},
    {"granularity", "start and length are multiples of the class's granularity", d_granularity},
    {"quantity", "never zero or negative, never more on an infrastructure than a quantity can say",
     d_quantity},
});

// ---- DeclarationBatch: of an arbitrary item, what a declaration guarantees
// --------------------------------------------------------------------------------------

template <Bool (*one)(const Declared&, const Point&)>
Bool of_item(const Batch& f, const Point& at) {
  auto item = at_arbitrary(f.items, at.item, [&](auto i) { return one(f.items[i], at.items[i]); });
  return smt::Symbolic::boolean(!f.items.empty()) && item;
}
Bool b_objects_resolve(const Batch& f, const Point& at) {
  return of_item<d_objects_resolve>(f, at) && !(!f.root_matches || !f.items_distinct);
}
Bool b_signatures(const Batch& f, const Point&) { return !(!f.envelope_signed || !f.one_holder); }

constexpr auto kBatch = std::to_array<PlainRequirement<Batch>>({
    {"objects-resolve",
     "what an arbitrary item names exists; no item stands twice, and the root is theirs",
     b_objects_resolve},
    {"signatures", "the holder signed, and no item is of another", b_signatures},
    {"holder-scope", "of an arbitrary item as of a declaration", of_item<d_holder_scope>},
    {"asset", "of an arbitrary item as of a declaration", of_item<d_asset>},
    {"class-unit", "of an arbitrary item as of a declaration", of_item<d_class_unit>},
    {"window", "of an arbitrary item as of a declaration", of_item<d_window>},
    {"granularity", "of an arbitrary item as of a declaration", of_item<d_granularity>},
    {"quantity", "of an arbitrary item as of a declaration", of_item<d_quantity>},
});

// ---- Request
// --------------------------------------------------------------------------------------

Bool r_objects_resolve(const Requested& f, const Point&) {
  auto missing = !f.class_exists;
  for (const auto& d : f.declarations) missing = missing || !d.exists;
  auto wrong_intent = f.intent_named && (!f.intent_exists || !f.intent_fits);
  return !missing && !wrong_intent && f.names_something;
}
Bool r_signatures(const Requested& f, const Point&) { return f.envelope_signed; }
Bool r_class_unit(const Requested& f, const Point&) {
  auto differs = f.unit != f.class_unit;
  for (const auto& d : f.declarations)
    differs = differs || (d.exists && (d.class_name != f.class_name || d.unit != f.unit));
  return f.class_exists && !differs;
}
Bool r_window(const Requested& f, const Point&) {
  auto beyond_intent = f.from < f.intent_from || f.until > f.intent_until;
  auto nowhere = !(f.intent_named && f.intent_exists && !beyond_intent);
  auto apart = smt::Symbolic::boolean(false);
  for (const auto& d : f.declarations) {
    nowhere = nowhere && !(d.exists && !(f.from < d.from) && !(f.until > d.until));
    apart = apart || (d.exists && (f.until <= d.from || d.until <= f.from));
  }
  auto homeless = nowhere && !(f.partial && smt::Symbolic::boolean(!f.declarations.empty()));
  return !(f.until <= f.from) && !homeless && !(f.partial && apart) && !(f.open_until > f.until);
}
Bool r_quantity(const Requested& f, const Point&) { return !(f.quantity <= zero()); }

constexpr auto kRequest = std::to_array<PlainRequirement<Requested>>({
    {"objects-resolve",
     "class, named declarations and intent of an admitted request exist and fit; it names "
     "something",
     r_objects_resolve},
    {"signatures", "the user signed", r_signatures},
    {"class-unit", "request, class and named declarations agree on class and unit", r_class_unit},
    {"window",
     "not empty, not open longer; whole, it lies inside the window of some named declaration or of "
     "the intent; in parts, it is apart from no named declaration, or inside the intent's window",
     r_window},
    {"quantity", "never zero or negative", r_quantity},
});

// ---- Intent
// ---------------------------------------------------------------------------------------

Bool i_objects_resolve(const Intended& f, const Point&) { return f.class_exists; }
Bool i_signatures(const Intended& f, const Point&) { return f.envelope_signed; }
Bool i_class_unit(const Intended& f, const Point&) {
  return f.class_exists && !(f.unit != f.class_unit);
}
Bool i_window(const Intended& f, const Point&) { return !(f.until <= f.from); }
Bool i_quantity(const Intended& f, const Point&) { return !(f.quantity <= zero()); }

constexpr auto kIntent = std::to_array<PlainRequirement<Intended>>({
    {"objects-resolve", "the class of an admitted intent exists", i_objects_resolve, true},
    {"signatures", "the user signed", i_signatures},
    {"class-unit", "the unit is the class's", i_class_unit},
    {"window", "not empty", i_window},
    {"quantity", "never zero or negative", i_quantity},
});

}  // namespace

PlainRequirements<Declared> declaration_requirements() { return kDeclaration; }
PlainRequirements<Batch> batch_requirements() { return kBatch; }
PlainRequirements<Requested> request_requirements() { return kRequest; }
PlainRequirements<Intended> intent_requirements() { return kIntent; }

}  // namespace capmarket::theorems
