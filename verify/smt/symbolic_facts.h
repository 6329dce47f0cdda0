// Facts as free variables of the solver, as numerals, and back from an example of it.
#pragma once

#include <string>
#include <string_view>
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
  int parts = 1;
  int shards = 1;
  int policy_roots = 2;
  int coordinator_roots = 1;
  int assets = 2;
  int declarations = 2;
  int items = 2;

  /// Length of the lists of that name, as the rows of the facts have it. Checked: it is one.
  int length_of(std::string_view list) const;
};

/// Gives every list of default facts its length of the shape. A grant's links are its issuer's: one
/// fewer, with its own.
template <class Facts>
void reshape(Facts& f, const FactShape& shape) {
  constexpr bool is_grant = requires { f.links_bounded; };
  admission::visit_lists(f, [&](auto& list, std::string_view name) {
    list.resize(static_cast<std::size_t>(shape.length_of(name) - (is_grant ? 1 : 0)));
  });
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

/// `name = value` of every member that is not zero or false, in the order of the rows.
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
