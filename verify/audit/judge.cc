#include "verify/audit/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "verify/audit/judge_internal.h"

namespace capmarket {
namespace audit_internal {

bool reaches(const std::vector<Location>& scope, const Location& location) {
  return std::any_of(scope.begin(), scope.end(),
                     [&](const Location& s) { return s.contains(location); });
}

CredentialEvidence credential_evidence(const AuditState& s, const ContentId& id, Role role,
                                       const PublicKey* party, const Location* location) {
  CredentialEvidence out;
  auto node = s.delegation.find(id);
  const CredentialGrant* grant = node ? s.delegation.credential(*node) : nullptr;
  if (grant == nullptr) return out;
  auto path = s.delegation.to_root(*node);
  out.exists = true;
  out.role_fits = grant->role == role;
  out.subject_fits = party != nullptr && grant->subject == *party;
  out.rooted = path.rooted;
  out.links = path.links;
  if (location != nullptr) {
    out.scope_reaches = reaches(grant->scope, *location);
    out.issuer_reaches = reaches(s.delegation.scope_of(path.nodes.at(1)), *location);
  }
  return out;
}

}  // namespace audit_internal

namespace {

using namespace audit_internal;
using Node = DelegationGraph::Node;

template <class T>
bool has(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool in_force_up_to_root(const AuditState& s, Node authority, Instant when) {
  auto path = s.delegation.to_root(authority);
  return path.rooted && std::all_of(path.links.begin(), path.links.end(),
                                    [&](const Window& w) { return w.contains(when); });
}

struct Judge {
  const AuditState& s;
  const CheckedSubmission& sub;
  Instant at;

  std::optional<Judgement> operator()(const Settlement& o) {
    SettlementEvidence e = gather(s, sub, o, at);
    return judge(e);
  }

  bool asset_fits(const Declaration& o, const CredentialGrant& holder) {
    for (const Asset& a : holder.assets) {
      if (holder.issuer != o.asset_issuer || a.id != o.asset_id || a.class_name != o.class_name ||
          !a.location.contains(o.location))
        continue;
      if (o.window.empty()) return true;
      auto declared = s.assets.find({o.asset_issuer, o.asset_id});
      Int128 live = declared == s.assets.end() ? 0 : declared->second.max(o.window);
      if (live + o.quantity.value <= a.quantity.value) return true;
    }
    return false;
  }

  std::optional<Judgement> operator()(const Declaration& o) {
    const ClassDeclaration* c = s.class_at(o.class_name, at);
    CredentialEvidence holder =
        credential_evidence(s, o.credential, Role::holder, &o.holder, &o.location);
    auto issuer = s.delegation.find(o.asset_issuer);
    bool issuer_known = issuer && s.delegation.is_authority(*issuer);
    Judgement j;
    note(j, kObjectsResolve, c != nullptr && holder.exists && issuer_known, true);
    note(j, kSignatures, true, sub.signed_by(Role::holder, o.holder));
    note(j, kHolderScope, holder.exists,
         holder.resolves(at) && holder.scope_reaches && holder.issuer_reaches);
    note(
        j, kAsset, holder.exists,
        holder.exists && asset_fits(o, *s.delegation.credential(*s.delegation.find(o.credential))));
    note(j, kClassUnit, c != nullptr, c != nullptr && o.unit == c->unit);
    note(j, kWindow, true, !o.window.empty());
    Int128 g = c == nullptr ? 0 : c->granularity.value;
    note(j, kGranularity, c != nullptr,
         multiple(o.window.from.value, g) &&
             multiple(Int128{o.window.until.value} - o.window.from.value, g));
    note(j, kQuantity, true, o.quantity.value > 0);
    return j;
  }

  std::optional<Judgement> operator()(const Request& o) {
    const ClassDeclaration* c = s.class_at(o.class_name, at);
    bool all_exist = true, agree = c != nullptr && o.unit == c->unit, inside = false;
    for (const ContentId& id : o.declarations) {
      auto d = s.declarations.find(id);
      if (d == s.declarations.end()) {
        all_exist = false;
        continue;
      }
      const Declaration& named = d->second.declared;
      agree = agree && named.class_name == o.class_name && named.unit == o.unit;
      inside = inside || named.window.contains(o.window);
    }
    Judgement j;
    note(j, kObjectsResolve, c != nullptr && all_exist, true);
    note(j, kSignatures, true, sub.signed_by(Role::user, o.user));
    note(j, kClassUnit, c != nullptr, agree);
    note(j, kWindow, true, !o.window.empty() && inside && o.open_until <= o.window.until);
    note(j, kQuantity, true, o.quantity.value > 0);
    return j;
  }

  /// The three clauses of a grant; `narrower` is asked only where the issuer is an authority.
  template <class F>
  Judgement grant(const ContentId& issuer, const Window& valid, const PublicKey& key,
                  std::size_t links_above_max, F&& narrower) {
    auto node = s.delegation.find(issuer);
    bool authority = node && s.delegation.is_authority(*node);
    Judgement j;
    note(j, kObjectsResolve, node.has_value(), authority);
    note(j, kSignatures, node.has_value(),
         authority && sub.signed_by(Role::authority, s.delegation.key_of(*node)));
    note(j, kNarrowing, node.has_value(),
         authority && in_force_up_to_root(s, *node, at) &&
             s.delegation.to_root(*node).links.size() <= links_above_max && narrower(*node) &&
             !valid.empty() && is_valid_public_key(key) && !s.delegation.key_used(key));
    return j;
  }

  bool scope_inside(Node issuer, const std::vector<Location>& scope) {
    return !scope.empty() && std::all_of(scope.begin(), scope.end(), [&](const Location& l) {
      return reaches(s.delegation.scope_of(issuer), l);
    });
  }

  std::optional<Judgement> operator()(const AuthorityGrant& o) {
    // Itself and a credential below it are two links more.
    return grant(o.parent, o.valid, o.key, kLinksMax - 2, [&](Node parent) {
      const auto& classes = s.delegation.classes_of(parent);
      return scope_inside(parent, o.scope) && !s.delegation.authority_named(o.name) &&
             std::all_of(o.classes.begin(), o.classes.end(),
                         [&](const std::string& c) { return has(classes, c); });
    });
  }

  std::optional<Judgement> operator()(const CredentialGrant& o) {
    return grant(o.issuer, o.valid, o.subject, kLinksMax - 1, [&](Node issuer) {
      const auto& classes = s.delegation.classes_of(issuer);
      bool members = std::all_of(o.memberships.begin(), o.memberships.end(),
                                 [&](const Membership& m) { return has(classes, m.class_name); });
      bool assets = std::all_of(o.assets.begin(), o.assets.end(), [&](const Asset& a) {
        return a.quantity.value > 0 && has(classes, a.class_name) &&
               reaches(s.delegation.scope_of(issuer), a.location);
      });
      return scope_inside(issuer, o.scope) && members && assets && o.weight >= 0 &&
             o.weight <= kFullWeight;
    });
  }

  std::optional<Judgement> operator()(const ClassDeclaration& o) {
    auto authority = s.delegation.authority_named(o.authority);
    auto versions = s.classes.find(o.class_name);
    const ClassDeclaration* last =
        versions == s.classes.end() ? nullptr : &versions->second.back().declared;
    bool follows =
        last == nullptr ? o.version == 1 : o.version == last->version + 1 && o.unit == last->unit;
    Judgement j;
    note(j, kObjectsResolve, authority.has_value(), true);
    note(j, kSignatures, authority.has_value(), signed_by(authority));
    note(j, kWindow, true,
         o.granularity.value > 0 && o.retention.value >= 0 && at < kDistantFuture);
    note(j, kStanding, authority.has_value(),
         authority && in_force_up_to_root(s, *authority, at) &&
             has(s.delegation.classes_of(*authority), o.class_name) && follows);
    return j;
  }

  bool signed_by(const std::optional<Node>& authority) {
    return authority && sub.signed_by(Role::authority, s.delegation.key_of(*authority));
  }

  /// A rule of the same class, of another lineage, in force somewhere and somewhen that `o` is.
  bool meets_another(const Rule& o) {
    for (const auto& [id, other] : s.rules) {
      if (o.supersedes == id || other.rule.class_name != o.class_name) continue;
      Window in_force{other.rule.effective.from,
                      std::min(other.rule.effective.until, other.successor_from)};
      bool place = other.rule.scope.contains(o.scope) || o.scope.contains(other.rule.scope);
      if (place && in_force.meets(o.effective)) return true;
    }
    return false;
  }

  bool follows(const Rule& o) {
    if (!o.supersedes) return true;
    auto old = s.rules.find(*o.supersedes);
    if (old == s.rules.end()) return false;
    const Rule& r = old->second.rule;
    return r.name == o.name && r.class_name == o.class_name && o.version == r.version + 1 &&
           o.scope.contains(r.scope) && old->second.successor_from == kDistantFuture;
  }

  std::optional<Judgement> operator()(const Rule& o) {
    auto authority = s.delegation.authority_named(o.authority);
    const ClassDeclaration* c = s.class_at(o.class_name, at);
    bool predecessor = !o.supersedes || s.rules.contains(*o.supersedes);
    Judgement j;
    note(j, kObjectsResolve, authority.has_value() && c != nullptr && predecessor, true);
    note(j, kSignatures, authority.has_value(), signed_by(authority));
    note(j, kWindow, true,
         at <= o.effective.from && !o.effective.empty() && !meets_another(o) &&
             o.granularity.value > 0 && o.retention.value >= 0);
    note(j, kStanding, authority.has_value() && c != nullptr,
         authority && c != nullptr && in_force_up_to_root(s, *authority, at) &&
             has(s.delegation.classes_of(*authority), o.class_name) &&
             reaches(s.delegation.scope_of(*authority), o.scope) && c->unit == o.unit &&
             follows(o));
    return j;
  }

  std::optional<Judgement> operator()(const Genesis&) { return std::nullopt; }
  std::optional<Judgement> operator()(const Residual&) { return std::nullopt; }
  std::optional<Judgement> operator()(const Tick&) { return std::nullopt; }
};

}  // namespace

std::string clause_text(std::int64_t number) {
  static const std::map<std::int64_t, std::string> kNames{{kObjectsResolve, "objects-resolve"},
                                                          {kSignatures, "signatures"},
                                                          {kHolderScope, "holder-scope"},
                                                          {kAsset, "asset"},
                                                          {kUserMembership, "user-membership"},
                                                          {kTierEligible, "tier-eligible"},
                                                          {kRuleInForce, "rule-in-force"},
                                                          {kClassUnit, "class-unit"},
                                                          {kWindow, "window"},
                                                          {kGranularity, "granularity"},
                                                          {kQuantity, "quantity"},
                                                          {kCapacity, "capacity"},
                                                          {kPrice, "price"},
                                                          {kSequence, "sequence"},
                                                          {kDisclosure, "disclosure"},
                                                          {kRetention, "retention"},
                                                          {kNarrowing, "narrowing"},
                                                          {kStanding, "standing"}};
  auto it = kNames.find(number);
  return it == kNames.end() ? fmt::format("clause {}", number) : it->second;
}

std::string to_text(const Judgement& judgement) {
  std::string out;
  for (std::int64_t n : judgement.failed) out += (out.empty() ? "" : " ") + clause_text(n);
  for (std::int64_t n : judgement.unresolved)
    out += (out.empty() ? "" : " ") + clause_text(n) + "?";
  return out.empty() ? "admitted" : out;
}

std::optional<Judgement> judge(const AuditState& state, const CheckedSubmission& submission,
                               Instant at) {
  return std::visit(Judge{state, submission, at}, submission.object);
}

}  // namespace capmarket
