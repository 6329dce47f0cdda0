// Facts about who may act where: locations, and chains of credentials.
#pragma once

#include "model/admission/fact_rows.h"

namespace capmarket::admission {

template <class D>
struct IntervalFacts {
  static constexpr FactsOf about{
      "IntervalFacts",
      "Euler-tour interval of a location, in the tour around the declared one "
      "(`model/location/path.h`): a location contains another whose interval lies in its own"};
  typename D::Int enter{}, exit{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.enter, "enter", plain, "number where the location begins");
    v(f.exit, "exit", plain, "number where it ends");
  }
};

template <class D>
struct LinkFacts {
  static constexpr FactsOf about{"LinkFacts",
                                 "one link of a credential's chain: the credential itself, then "
                                 "each authority below the root"};
  typename D::Bool attested{}, narrows{};
  typename D::Int valid_from{}, valid_until{}, revoked_from{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.attested, "attested", boolean, "admitted under a verified signature of its issuer");
    v(f.narrows, "narrows", boolean, "scope, classes and assets lie inside its issuer's");
    v(f.valid_from, "valid_from", instant, "start of its validity, inclusive");
    v(f.valid_until, "valid_until", instant, "end of its validity, exclusive");
    v(f.revoked_from, "revoked_from", instant,
      "earliest effect of an admitted revocation; the distant future without one");
  }
};

template <class D>
struct CredentialFacts {
  static constexpr FactsOf about{"CredentialFacts", "a credential and the chain that it stands on"};
  typename D::Bool exists{}, role_fits{}, subject_fits{}, rooted{};
  std::vector<LinkFacts<D>> links;
  std::vector<IntervalFacts<D>> scope, issuer_scope;
  typename D::Int root{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.exists, "exists", boolean, "an admitted credential grant");
    v(f.role_fits, "role_fits", boolean, "granted for the role in which it is used");
    v(f.subject_fits, "subject_fits", boolean, "granted to the party that uses it");
    v(f.rooted, "rooted", boolean, "the chain ends in a root of the genesis");
    v.list(f.links, "links", "from the credential up to below the root: 1 to the protocol's limit");
    v.list(f.scope, "scope", "the credential's own");
    v.list(f.issuer_scope, "issuer_scope", "of the authority that issued it");
    v(f.root, "root", name, "the root that the chain ends in");
  }
};

}  // namespace capmarket::admission
