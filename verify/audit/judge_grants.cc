// AuthorityGrant and CredentialGrant.
#include "verify/audit/judge_internal.h"

namespace capmarket::audit {
namespace {

using Node = DelegationGraph::Node;

struct GrantJudge {
  const Judge& judge;
  std::optional<Node> issuer;
  bool authority = false;

  GrantJudge(const Judge& j, const ContentId& id) : judge(j), issuer(j.s.delegation.find(id)) {
    authority = issuer && j.s.delegation.is_authority(*issuer);
  }

  const DelegationGraph& graph() const { return judge.s.delegation; }

  bool scope_inside(const std::vector<location::Location>& scope) const {
    return !scope.empty() && std::all_of(scope.begin(), scope.end(), [&](const location::Location& l) {
      return location::any_contains(graph().scope_of(*issuer), l);
    });
  }

  /// `narrower` is asked only where the issuer is an authority.
  template <class F>
  Judgement clauses(const Window& valid, const PublicKey& key, std::size_t links_above_max,
                    F&& narrower) const {
    Judgement j;
    note(j, kObjectsResolve, issuer.has_value(), authority);
    note(j, kSignatures, issuer.has_value(),
         authority && judge.sub.signed_by(objects::Role::authority, graph().key_of(*issuer)));
    note(j, kNarrowing, issuer.has_value(),
         authority && graph().resolves(*issuer, judge.at) &&
             graph().to_root(*issuer).links.size() <= links_above_max && !valid.empty() &&
             crypto::is_valid_public_key(key) && narrower());
    return j;
  }
};

}  // namespace

Judgement Judge::operator()(const objects::AuthorityGrant& o) {
  GrantJudge g(*this, o.parent);
  // Itself and a credential below it are two links more.
  return g.clauses(o.valid, o.key, objects::kLinksMax - 2, [&] {
    const auto& classes = s.delegation.classes_of(*g.issuer);
    return g.scope_inside(o.scope) && !s.delegation.authority_named(o.name) &&
           !s.delegation.key_used(o.key) &&
           std::all_of(o.classes.begin(), o.classes.end(),
                       [&](const std::string& c) { return has(classes, c); });
  });
}

Judgement Judge::operator()(const objects::CredentialGrant& o) {
  GrantJudge g(*this, o.issuer);
  return g.clauses(o.valid, o.subject, objects::kLinksMax - 1, [&] {
    const auto& classes = s.delegation.classes_of(*g.issuer);
    bool members = std::all_of(o.memberships.begin(), o.memberships.end(),
                               [&](const objects::Membership& m) { return has(classes, m.class_name); });
    bool assets = std::all_of(o.assets.begin(), o.assets.end(), [&](const objects::Asset& a) {
      return a.quantity.value > 0 && has(classes, a.class_name) &&
             location::any_contains(s.delegation.scope_of(*g.issuer), a.location);
    });
    return g.scope_inside(o.scope) && members && assets && o.weight.value >= 0 &&
           o.weight.value <= kFullRatio && !s.delegation.key_used_beside(o.subject, o.issuer, o.role);
  });
}

}  // namespace capmarket::audit
