// Who was granted authority by whom, as a graph: a credential resolves when a root can be reached.
// Shares nothing with model/governance. Source: semantics.md section 1.
#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "model/objects/governance.h"

namespace capmarket {

/// Vertices are roots, authorities and credentials; an edge leads from a grant to its issuer.
class DelegationGraph {
 public:
  struct Vertex {
    ContentId id;
    std::variant<RootAuthority, AuthorityGrant, CredentialGrant> grant;
  };
  using Node = std::size_t;

  void add_root(const ContentId& id, const RootAuthority& root);
  /// False where the issuer is not known: such a grant cannot have been admitted.
  bool add(const ContentId& id, const AuthorityGrant& grant);
  bool add(const ContentId& id, const CredentialGrant& grant);

  std::optional<Node> find(const ContentId& id) const;
  std::optional<Node> authority_named(const std::string& name) const;
  bool is_authority(Node n) const;
  const CredentialGrant* credential(Node n) const;
  const PublicKey& key_of(Node authority) const;
  const std::vector<Location>& scope_of(Node authority) const;
  const std::vector<std::string>& classes_of(Node authority) const;
  bool key_used(const PublicKey& key) const { return keys_.contains(key); }

  struct Path {
    bool rooted = false;
    std::vector<Window> links;  // validity of each grant on the way, the root's not among them
    std::vector<Node> nodes;    // the way itself, the root included
  };
  /// From a grant to the root that it stands on.
  Path to_root(Node from) const;

 private:
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Vertex>;
  bool add_below(const ContentId& id, const ContentId& issuer, Vertex vertex);
  Graph graph_;
  std::map<ContentId, Node> by_id_;
  std::map<std::string, Node> by_name_;
  std::set<PublicKey> keys_;
};

}  // namespace capmarket
