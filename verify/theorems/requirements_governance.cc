// Grants of authority and credentials, rules and classes, and what authorities lay down.
#include <array>

#include "model/objects/governance.h"
#include "verify/theorems/requirements.h"

namespace capmarket::theorems {
namespace {

using namespace requirement;
using Granted = admission::GrantFacts<smt::Symbolic>;
using Promulgated = admission::PromulgationFacts<smt::Symbolic>;
using Edict = admission::EdictFacts<smt::Symbolic>;

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
         link_in_force(f.links, at.link, f.admission) && !(f.until <= f.from) &&
         !(f.weight < zero()) && !(f.weight > smt::Symbolic::integer(kFullRatio));
}

constexpr auto kGrant = std::to_array<PlainRequirement<Granted>>({
    {"objects-resolve", "the issuer of an admitted grant exists and is an authority",
     g_objects_resolve},
    {"signatures", "the issuer signed", g_signatures},
    {"narrowing",
     "an arbitrary link of the issuer is in force at admission; nothing is wider than the "
     "issuer's; key, name, window, links and weight are in order",
     g_narrowing},
});

// ---- Rule, ClassDeclaration
// -----------------------------------------------------------------------

Bool p_objects_resolve(const Promulgated& f, const Point&) {
  return !(!f.authority_exists || !f.class_exists || !f.predecessor_exists || !f.strategies_exist);
}
Bool p_signatures(const Promulgated& f, const Point&) {
  return f.authority_exists && f.envelope_signed;
}
Bool p_standing(const Promulgated& f, const Point&) {
  auto lacks = !f.governs_class || !f.governs_scope || !f.unit_matches;
  auto breaks = !f.succession_fits || !f.terms_kept;
  return f.authority_exists && f.class_exists && !lacks && !breaks;
}
Bool p_window(const Promulgated& f, const Point&) {
  auto retroactive = f.from < f.admission;
  auto empty = f.until <= f.from;
  return !retroactive && !empty && !f.meets_other_rule && f.granularity > zero() &&
         !(f.retention < zero()) && !(f.latest > smt::Symbolic::integer(kDistantFuture.value));
}

constexpr auto kPromulgation = std::to_array<PlainRequirement<Promulgated>>({
    {"objects-resolve",
     "authority, class, superseded rule and strategies of what is promulgated exist",
     p_objects_resolve},
    {"signatures", "the authority signed", p_signatures},
    {"standing",
     "the authority governs class and scope; the unit is the class's; it founds its name, or is the "
     "one next version under the same terms",
     p_standing},
    {"window",
     "never retroactive or empty, never meeting another rule but the superseded one; granularity "
     "and retention are in order, nothing reaches beyond the end of time",
     p_window},
});

// ---- FallbackStrategy, ReconciliationPolicy, SharedInfrastructure, PeerAgreement, Promulgation,
// Revocation -------------------------------------------------------------------------------

Bool e_objects_resolve(const Edict& f, const Point&) { return f.subjects_exist; }
Bool e_signatures(const Edict& f, const Point&) {
  return f.subjects_exist && !(!f.envelope_signed || !f.all_signed);
}
Bool e_window(const Edict& f, const Point&) { return !(f.until <= f.from); }
Bool e_quantity(const Edict& f, const Point&) { return !(f.least < zero()); }
Bool e_standing(const Edict& f, const Point&) {
  return f.subjects_exist && !(!f.resolves || !f.governs || !f.fits);
}

constexpr auto kEdict = std::to_array<PlainRequirement<Edict>>({
    {"objects-resolve", "nothing that an admitted edict names is missing", e_objects_resolve, true},
    {"signatures", "no signature that the kind asks for is missing", e_signatures},
    {"window", "not empty", e_window},
    {"quantity", "no quantity, ratio or duration is negative", e_quantity},
    {"standing", "the author stands, governs what it lays down, and lays down something sound",
     e_standing},
});

}  // namespace

PlainRequirements<Granted> grant_requirements() { return kGrant; }
PlainRequirements<Promulgated> promulgation_requirements() { return kPromulgation; }
PlainRequirements<Edict> edict_requirements() { return kEdict; }

}  // namespace capmarket::theorems
