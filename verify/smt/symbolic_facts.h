// Facts as free variables of the solver, as numerals, and back from an example of it.
#pragma once

#include <string>
#include <vector>

#include "model/admission/facts.h"
#include "model/base/concrete.h"
#include "verify/smt/solver.h"

namespace capmarket::smt {

/// How many of each repeated thing a struct of facts has: the predicate folds over these counts.
struct FactShape {
  int legs = 1;
  int links = 2;
  int scopes = 2;
  int memberships = 2;
  int victims = 1;
  int shards = 1;
  int policy_roots = 2;
  int coordinator_roots = 1;
  int assets = 2;
  int declarations = 2;
  int items = 2;
};

template <class D>
admission::CredentialFacts<D> credential_of(const FactShape& shape) {
  admission::CredentialFacts<D> c;
  c.links.resize(static_cast<std::size_t>(shape.links));
  c.scope.resize(static_cast<std::size_t>(shape.scopes));
  c.issuer_scope.resize(static_cast<std::size_t>(shape.scopes));
  return c;
}

template <class D>
void reshape(admission::SettlementFacts<D>& f, const FactShape& shape) {
  f.policy_roots.resize(static_cast<std::size_t>(shape.policy_roots));
  f.coordinator_roots.resize(static_cast<std::size_t>(shape.coordinator_roots));
  f.legs.resize(static_cast<std::size_t>(shape.legs));
  for (auto& leg : f.legs) {
    leg.holder = credential_of<D>(shape);
    leg.user = credential_of<D>(shape);
    leg.memberships.resize(static_cast<std::size_t>(shape.memberships));
    leg.victims.resize(static_cast<std::size_t>(shape.victims));
    leg.shards.resize(static_cast<std::size_t>(shape.shards));
    for (auto& shard : leg.shards) shard.coordinator = credential_of<D>(shape);
  }
}
template <class D>
void reshape(admission::DeclarationFacts<D>& f, const FactShape& shape) {
  f.holder = credential_of<D>(shape);
  f.assets.resize(static_cast<std::size_t>(shape.assets));
}
template <class D>
void reshape(admission::BatchFacts<D>& f, const FactShape& shape) {
  f.items.resize(static_cast<std::size_t>(shape.items));
  for (auto& item : f.items) reshape(item, shape);
}
template <class D>
void reshape(admission::RequestFacts<D>& f, const FactShape& shape) {
  f.declarations.resize(static_cast<std::size_t>(shape.declarations));
}
template <class D>
void reshape(admission::GrantFacts<D>& f, const FactShape& shape) {
  f.links.resize(static_cast<std::size_t>(shape.links - 1));
}
template <class D>
void reshape(admission::PromulgationFacts<D>&, const FactShape&) {}
template <class D>
void reshape(admission::EdictFacts<D>&, const FactShape&) {}
template <class D>
void reshape(admission::IntentFacts<D>&, const FactShape&) {}
/// Surrender, DeliveryFailure, Curtailment, Activity.
template <class D>
void reshape(admission::PartFacts<D>& f, const FactShape& shape) {
  f.credential = credential_of<D>(shape);
}
/// Withdrawal, Renewal, Payment, FallbackRecord, PriceIndex, Dispute.
template <class D>
void reshape(admission::NoticeFacts<D>& f, const FactShape& shape) {
  f.credential = credential_of<D>(shape);
}

/// Free variables named by `prefix` and the member's path.
template <template <class> class Facts, class D = Symbolic>
Facts<D> fresh_facts(const FactShape& shape, const std::string& prefix) {
  Facts<D> f;
  reshape(f, shape);
  admission::visit(f, prefix, [](const std::string& name, auto& member) {
    member = std::decay_t<decltype(member)>::fresh(name);
  });
  return f;
}

/// The wire bound: |x| <= kWireMax for every integer among the facts. A premise of every theorem.
template <class Facts>
std::vector<Symbolic::Bool> wire_bounds(Facts& facts) {
  std::vector<Symbolic::Bool> out;
  admission::visit(facts, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Symbolic::Int>) {
      out.push_back(Symbolic::integer(-kWireMax) <= member);
      out.push_back(member <= Symbolic::integer(kWireMax));
    }
  });
  return out;
}

/// The concrete facts of an example: same shape, every member evaluated.
template <template <class> class Facts>
Facts<Concrete> concretise(const z3::model& model, Facts<Symbolic>& facts, const FactShape& shape) {
  std::vector<std::int64_t> values;
  admission::visit(facts, "", [&](const std::string&, auto& member) {
    values.push_back(static_cast<std::int64_t>(value_in(model, member)));
  });
  Facts<Concrete> out;
  reshape(out, shape);
  std::size_t next = 0;
  admission::visit(out, "", [&](const std::string&, auto& member) {
    using Member = std::decay_t<decltype(member)>;
    if constexpr (std::is_same_v<Member, Concrete::Int>)
      member = Concrete::integer(values.at(next++));
    else
      member = Concrete::boolean(values.at(next++) != 0);
  });
  CHECK(next == values.size(), next, values.size());
  return out;
}

/// Concrete facts as numerals of the solver: the same values, the same shape.
template <template <class> class Facts>
Facts<Symbolic> as_numerals(Facts<Concrete>& facts, const FactShape& shape) {
  std::vector<Symbolic::Int> ints;
  std::vector<Symbolic::Bool> bools;
  admission::visit(facts, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Concrete::Int>)
      ints.push_back(Symbolic::integer(member.value));
    else
      bools.push_back(Symbolic::boolean(member.value));
  });
  Facts<Symbolic> out;
  reshape(out, shape);
  std::size_t next_int = 0, next_bool = 0;
  admission::visit(out, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Symbolic::Int>)
      member = ints.at(next_int++);
    else
      member = bools.at(next_bool++);
  });
  return out;
}

/// `name = value` of every member that is not zero or false, in the order of visit().
template <class Facts>
std::string in_words(Facts& facts, const std::string& prefix) {
  std::string out;
  admission::visit(facts, prefix, [&](const std::string& name, auto& member) {
    if (static_cast<std::int64_t>(member.value) == 0) return;
    out += (out.empty() ? "" : ", ") + name;
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Concrete::Int>)
      out += " = " + std::to_string(member.value);
  });
  return out;
}

}  // namespace capmarket::smt
