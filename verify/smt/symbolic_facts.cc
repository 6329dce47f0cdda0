#include "verify/smt/symbolic_facts.h"

namespace capmarket::smt {

int FactShape::length_of(std::string_view list) const {
  if (list == "legs") return legs;
  if (list == "links") return links;
  if (list == "scope" || list == "issuer_scope") return scopes;
  if (list == "memberships") return memberships;
  if (list == "victims") return victims;
  if (list == "parts") return parts;
  if (list == "shards") return shards;
  if (list == "policy_roots") return policy_roots;
  if (list == "coordinator_roots") return coordinator_roots;
  if (list == "assets") return assets;
  if (list == "declarations") return declarations;
  if (list == "items") return items;
  CHECK(false, list);
  return 0;
}

}  // namespace capmarket::smt
