#include "verify/audit/delegation_graph.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>

namespace capmarket::audit {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

struct DelegationGraph::Graph
    : boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, DelegationGraph::Vertex> {};

DelegationGraph::DelegationGraph() : graph_(std::make_unique<Graph>()) {}
DelegationGraph::DelegationGraph(DelegationGraph&&) noexcept = default;
DelegationGraph& DelegationGraph::operator=(DelegationGraph&&) noexcept = default;
DelegationGraph::~DelegationGraph() = default;

const ContentId& DelegationGraph::id_of(Node n) const { return (*graph_)[n].id; }

void DelegationGraph::add_root(const ContentId& id, const objects::RootAuthority& root) {
  by_id_[id] = by_name_[root.name] = boost::add_vertex(Vertex{id, root}, *graph_);
  uses_[root.key].push_back(by_id_[id]);
}

bool DelegationGraph::add_below(const ContentId& id, const ContentId& issuer, Vertex vertex) {
  auto above = by_id_.find(issuer);
  if (above == by_id_.end()) return false;
  Node node = boost::add_vertex(std::move(vertex), *graph_);
  boost::add_edge(node, above->second, *graph_);
  by_id_[id] = node;
  uses_[key_of(node)].push_back(node);
  return true;
}

bool DelegationGraph::add(const ContentId& id, const objects::AuthorityGrant& grant) {
  if (!add_below(id, grant.parent, {id, grant})) return false;
  by_name_[grant.name] = by_id_[id];
  return true;
}

bool DelegationGraph::add(const ContentId& id, const objects::CredentialGrant& grant) {
  if (!add_below(id, grant.issuer, {id, grant})) return false;
  if (grant.role == objects::Role::coordinator) coordinators_.push_back(by_id_[id]);
  return true;
}

void DelegationGraph::revoke(Node node, Instant effective) {
  (*graph_)[node].revoked_from = std::min((*graph_)[node].revoked_from, effective);
}

std::optional<DelegationGraph::Node> DelegationGraph::find(const ContentId& id) const {
  auto it = by_id_.find(id);
  if (it == by_id_.end()) return std::nullopt;
  return it->second;
}

std::optional<DelegationGraph::Node> DelegationGraph::authority_named(
    const std::string& name) const {
  auto it = by_name_.find(name);
  if (it == by_name_.end()) return std::nullopt;
  return it->second;
}

const objects::CredentialGrant* DelegationGraph::credential(Node n) const {
  return std::get_if<objects::CredentialGrant>(&(*graph_)[n].grant);
}

const objects::CredentialGrant* DelegationGraph::credential(const ContentId& id) const {
  auto node = find(id);
  return node ? credential(*node) : nullptr;
}

bool DelegationGraph::is_authority(Node n) const { return credential(n) == nullptr; }

bool DelegationGraph::is_root(Node n) const {
  return std::holds_alternative<objects::RootAuthority>((*graph_)[n].grant);
}

bool DelegationGraph::key_used_beside(const PublicKey& key, const ContentId& issuer,
                                      objects::Role role) const {
  for (Node n : credentials_of(key)) {
    const objects::CredentialGrant* c = credential(n);
    if (c == nullptr || c->issuer != issuer || c->role != role) return true;
  }
  return false;
}

const std::vector<DelegationGraph::Node>& DelegationGraph::credentials_of(
    const PublicKey& subject) const {
  static const std::vector<Node> kNone;
  auto it = uses_.find(subject);
  return it == uses_.end() ? kNone : it->second;
}

const PublicKey& DelegationGraph::key_of(Node n) const {
  return std::visit(
      Overloaded{[](const objects::CredentialGrant& c) -> const PublicKey& { return c.subject; },
                 [](const auto& a) -> const PublicKey& { return a.key; }},
      (*graph_)[n].grant);
}

const std::vector<location::Location>& DelegationGraph::scope_of(Node n) const {
  return std::visit([](const auto& g) -> const std::vector<location::Location>& { return g.scope; },
                    (*graph_)[n].grant);
}

const std::vector<std::string>& DelegationGraph::classes_of(Node n) const {
  static const std::vector<std::string> kNone;
  return std::visit(
      Overloaded{[](const objects::CredentialGrant&) -> const std::vector<std::string>& { return kNone; },
                 [](const auto& a) -> const std::vector<std::string>& { return a.classes; }},
      (*graph_)[n].grant);
}

DelegationGraph::Path DelegationGraph::to_root(Node from) const {
  Path out;
  // Edges lead to older vertices only, so that this ends.
  for (Node at = from;;) {
    out.nodes.push_back(at);
    std::visit(Overloaded{[&](const objects::RootAuthority&) { out.rooted = true; },
                          [&](const auto& g) {
                            out.links.push_back(g.valid);
                            out.revoked_from.push_back((*graph_)[at].revoked_from);
                          }},
               (*graph_)[at].grant);
    auto [edge, end] = boost::out_edges(at, *graph_);
    if (edge == end) return out;
    at = boost::target(*edge, *graph_);
  }
}

bool DelegationGraph::resolves(Node from, Instant when) const {
  Path path = to_root(from);
  bool all = path.rooted;
  for (std::size_t i = 0; i < path.links.size(); ++i)
    all = all && path.links[i].contains(when) && when < path.revoked_from[i];
  return all;
}

std::string DelegationGraph::root_name(Node from) const {
  Path path = to_root(from);
  const auto* root = std::get_if<objects::RootAuthority>(&(*graph_)[path.nodes.back()].grant);
  return root == nullptr ? std::string() : root->name;
}

}  // namespace capmarket::audit
