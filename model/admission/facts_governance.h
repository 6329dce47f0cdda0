// Facts of what authorities lay down: grants, rules and classes, edicts.
#pragma once

#include "model/admission/facts_credential.h"

namespace capmarket::admission {

template <class D>
struct GrantFacts {
  static constexpr FactsOf about{
      "GrantFacts", "an AuthorityGrant or a CredentialGrant, against the authority above it"};
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool issuer_exists{}, issuer_is_authority{}, envelope_signed{};
  std::vector<LinkFacts<D>> links;
  Bool links_bounded{};
  Int admission{};
  Bool scope_narrows{}, classes_narrow{}, assets_narrow{};
  Int from{}, until{};
  Bool key_valid{}, key_unused{}, name_unused{};
  Int weight{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.issuer_exists, "issuer_exists", boolean, "an admitted grant of either kind, or a root");
    v(f.issuer_is_authority, "issuer_is_authority", boolean,
      "of the right kind: a credential issues nothing");
    v(f.envelope_signed, "envelope_signed", boolean, "the issuer signed");
    v.list(f.links, "links",
           "of the issuer, up to below the root: at most one fewer than the protocol's limit");
    v(f.links_bounded, "links_bounded", boolean, "the chain stays within the protocol's limit");
    v(f.admission, "admission", instant, "when it is decided");
    v(f.scope_narrows, "scope_narrows", boolean, "the scope lies inside the issuer's");
    v(f.classes_narrow, "classes_narrow", boolean, "the classes are among the issuer's");
    v(f.assets_narrow, "assets_narrow", boolean, "the assets lie inside the issuer's scope");
    v(f.from, "from", instant, "start of its validity, inclusive");
    v(f.until, "until", instant, "end of its validity, exclusive");
    v(f.key_valid, "key_valid", boolean, "the key is of the prime-order group");
    v(f.key_unused, "key_unused", boolean, "nobody else acts under the key");
    v(f.name_unused, "name_unused", boolean,
      "no other authority has the name; true of a credential");
    v(f.weight, "weight", basis_points, "weight of the subject as a witness; 0 to 10000");
  }
};

template <class D>
struct PromulgationFacts {
  static constexpr FactsOf about{"PromulgationFacts", "a Rule or a ClassDeclaration"};
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool authority_exists{}, class_exists{}, predecessor_exists{}, strategies_exist{};
  Bool envelope_signed{};
  Bool governs_class{}, governs_scope{}, unit_matches{};
  Bool succession_fits{}, terms_kept{}, meets_other_rule{};
  Int admission{}, from{}, until{};
  Int granularity{}, retention{};
  Int latest{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.authority_exists, "authority_exists", boolean, "its authority is admitted, or a root");
    v(f.class_exists, "class_exists", boolean, "rule: its class is admitted");
    v(f.predecessor_exists, "predecessor_exists", boolean,
      "the rule that it supersedes is admitted; true where it names none");
    v(f.strategies_exist, "strategies_exist", boolean, "every entry of its catalog is admitted");
    v(f.envelope_signed, "envelope_signed", boolean, "that authority signed");
    v(f.governs_class, "governs_class", boolean, "the authority governs its class");
    v(f.governs_scope, "governs_scope", boolean, "the authority governs its scope");
    v(f.unit_matches, "unit_matches", boolean, "rule: its unit is the class's");
    v(f.succession_fits, "succession_fits", boolean,
      "it is the first version of a new name; or the next version of its authority's rule of that "
      "name and class, whose scope it contains and which has no successor");
    v(f.terms_kept, "terms_kept", boolean,
      "currency, unit, granularity and origin are its predecessor's, and a tier that never preempts "
      "does so still; true without one");
    v(f.meets_other_rule, "meets_other_rule", boolean,
      "(class, scope, window) of a rule that it does not supersede");
    v(f.admission, "admission", instant, "when it is decided");
    v(f.from, "from", instant, "start of its window, inclusive");
    v(f.until, "until", instant, "end of its window, exclusive");
    v(f.granularity, "granularity", duration, "its grid");
    v(f.retention, "retention", duration, "how long legs are kept after their end");
    v(f.latest, "latest", instant,
      "the latest end, deadline or retention of a leg under it, or under a rule of it; what lies "
      "beyond the end of time counts as one nanosecond beyond");
  }
};

template <class D>
struct EdictFacts {
  static constexpr FactsOf about{
      "EdictFacts",
      "what an authority, or the two members of an edge, lay down: FallbackStrategy, "
      "ReconciliationPolicy, SharedInfrastructure, PeerAgreement, Promulgation, Revocation"};
  using Bool = typename D::Bool;
  Bool subjects_exist{}, envelope_signed{}, all_signed{}, resolves{}, governs{}, fits{};
  typename D::Int from{}, until{}, least{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.subjects_exist, "subjects_exist", boolean, "every id and name that it refers to exists");
    v(f.envelope_signed, "envelope_signed", boolean, "its author signed");
    v(f.all_signed, "all_signed", boolean, "everybody whom the kind asks for signed");
    v(f.resolves, "resolves", boolean, "the author's chain resolves at admission");
    v(f.governs, "governs", boolean,
      "the author governs class and scope; for a revocation: is issuer or ancestor");
    v(f.fits, "fits", boolean,
      "the kind's own structure: distinct members, ascending steps, nothing twice");
    v(f.from, "from", instant, "start of its window; any non-empty window where it has none");
    v(f.until, "until", instant, "end of its window");
    v(f.least, "least", plain, "the smallest of its quantities, ratios and durations");
  }
};

}  // namespace capmarket::admission
