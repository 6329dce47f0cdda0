// Who was granted authority by whom, as a graph: a credential resolves when a root can be reached.
// Shares nothing with model/governance. Source: docs/spec/semantics.md#links.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/objects/governance.h"

namespace capmarket::audit {

/// Vertices are roots, authorities and credentials; an edge leads from a grant to its issuer.
class DelegationGraph {
 public:
  struct Vertex {
    ContentId id;
    std::variant<objects::RootAuthority, objects::AuthorityGrant, objects::CredentialGrant> grant;
    Instant revoked_from = kDistantFuture;  // earliest effect of what revokes it
  };
  using Node = std::size_t;

  DelegationGraph();
  DelegationGraph(DelegationGraph&&) noexcept;
  DelegationGraph& operator=(DelegationGraph&&) noexcept;
  ~DelegationGraph();

  /// A root, which nobody granted.
  void add_root(const ContentId& id, const objects::RootAuthority& root);
  /// False where the issuer is not known: such a grant cannot have been admitted.
  bool add(const ContentId& id, const objects::AuthorityGrant& grant);
  bool add(const ContentId& id, const objects::CredentialGrant& grant);
  /// From `effective` on, or from an earlier revocation on.
  void revoke(Node node, Instant effective);

  /// The grant of that id; empty where there is none.
  std::optional<Node> find(const ContentId& id) const;
  /// The root or authority of that name; empty where there is none.
  std::optional<Node> authority_named(const std::string& name) const;
  bool is_authority(Node n) const;
  bool is_root(Node n) const;
  const objects::CredentialGrant* credential(Node n) const;
  /// Null where it is no credential.
  const objects::CredentialGrant* credential(const ContentId& id) const;
  const ContentId& id_of(Node n) const;
  /// These three: of a root or an authority. Precondition: it is one.
  const PublicKey& key_of(Node authority) const;
  const std::vector<location::Location>& scope_of(Node authority) const;
  const std::vector<std::string>& classes_of(Node authority) const;
  /// By an authority, or by a credential of another issuer or role.
  bool key_used_beside(const PublicKey& key, const ContentId& issuer, objects::Role role) const;
  /// By anybody.
  bool key_used(const PublicKey& key) const { return uses_.contains(key); }
  /// In order of admission.
  const std::vector<Node>& coordinators() const { return coordinators_; }
  /// Everything granted to that key, in order of admission.
  const std::vector<Node>& credentials_of(const PublicKey& subject) const;

  /// The way from a grant up.
  struct Path {
    bool rooted = false;
    std::vector<Window> links;  // validity of each grant on the way, the root's not among them
    std::vector<Instant> revoked_from;  // likewise
    std::vector<Node> nodes;            // the way itself, the root included
  };
  /// From a grant to the root that it stands on.
  Path to_root(Node from) const;
  /// Every link below the root is valid and unrevoked.
  bool resolves(Node from, Instant when) const;
  /// Name of the root that `from` stands on; empty where there is none.
  std::string root_name(Node from) const;

 private:
  struct Graph;  // Boost.Graph stays in the source
  bool add_below(const ContentId& id, const ContentId& issuer, Vertex vertex);
  std::unique_ptr<Graph> graph_;
  std::map<ContentId, Node> by_id_;
  std::map<std::string, Node> by_name_;
  std::map<PublicKey, std::vector<Node>> uses_;  // in order of admission
  std::vector<Node> coordinators_;
};

}  // namespace capmarket::audit
