#include "model/admission/explain.h"

#include <fmt/format.h>

#include <set>

#include "model/base/text.h"

namespace capmarket {
namespace {

/// A domain whose values are the sets of facts that went into them.
struct Reads {
  using Names = std::set<std::string>;
  static Names join(const Names& a, const Names& b) {
    Names out = a;
    out.insert(b.begin(), b.end());
    return out;
  }
  struct Bool {
    Names names;
    friend Bool operator!(const Bool& a) { return a; }
    friend Bool operator&&(const Bool& a, const Bool& b) { return {join(a.names, b.names)}; }
    friend Bool operator||(const Bool& a, const Bool& b) { return {join(a.names, b.names)}; }
    friend Bool operator==(const Bool& a, const Bool& b) { return {join(a.names, b.names)}; }
  };
  struct Int {
    Names names;
    friend Int operator+(const Int& a, const Int& b) { return {join(a.names, b.names)}; }
    friend Int operator-(const Int& a, const Int& b) { return {join(a.names, b.names)}; }
    friend Bool operator<(const Int& a, const Int& b) { return {join(a.names, b.names)}; }
    friend Bool operator<=(const Int& a, const Int& b) { return {join(a.names, b.names)}; }
    friend Bool operator==(const Int& a, const Int& b) { return {join(a.names, b.names)}; }
  };
  static Bool boolean(bool) { return {}; }
  static Int integer(std::int64_t) { return {}; }
  static Int select(const Bool& c, const Int& a, const Int& b) {
    return {join(c.names, join(a.names, b.names))};
  }
};

SettlementFacts<Reads> shape_of(const SettlementFacts<Concrete>& f) {
  SettlementFacts<Reads> out;
  auto credential = [](const CredentialFacts<Concrete>& from, CredentialFacts<Reads>& to) {
    to.links.resize(from.links.size());
    to.scope.resize(from.scope.size());
    to.issuer_scope.resize(from.issuer_scope.size());
  };
  out.legs.resize(f.legs.size());
  for (std::size_t i = 0; i < f.legs.size(); ++i) {
    credential(f.legs[i].holder, out.legs[i].holder);
    credential(f.legs[i].user, out.legs[i].user);
    out.legs[i].memberships.resize(f.legs[i].memberships.size());
  }
  return out;
}
DeclarationFacts<Reads> shape_of(const DeclarationFacts<Concrete>& f) {
  DeclarationFacts<Reads> out;
  out.holder.links.resize(f.holder.links.size());
  out.holder.scope.resize(f.holder.scope.size());
  out.holder.issuer_scope.resize(f.holder.issuer_scope.size());
  out.assets.resize(f.assets.size());
  return out;
}
RequestFacts<Reads> shape_of(const RequestFacts<Concrete>& f) {
  RequestFacts<Reads> out;
  out.declarations.resize(f.declarations.size());
  return out;
}
GrantFacts<Reads> shape_of(const GrantFacts<Concrete>& f) {
  GrantFacts<Reads> out;
  out.links.resize(f.links.size());
  return out;
}
PromulgationFacts<Reads> shape_of(const PromulgationFacts<Concrete>&) { return {}; }

enum class FactUnit { plain, name, instant, duration, money };

/// What a fact's number counts, by the last part of its name.
FactUnit unit_of(std::string_view fact) {
  std::string_view last = fact.substr(fact.rfind('.') + 1);
  auto ends = [&](std::string_view end) { return last.ends_with(end); };
  if (last == "rule" || last == "unit" || ends("tier") || ends("_class") || ends("_unit") ||
      ends("_name"))
    return FactUnit::name;
  if (last == "admission" || last == "signed_at" || ends("from") || ends("until"))
    return FactUnit::instant;
  if (last == "skew" || last == "granularity" || ends("_remainder") || ends("retention") ||
      last.starts_with("length_") || last.starts_with("lead_"))
    return FactUnit::duration;
  if (last.starts_with("price_") || ends("price") || last == "tariff" || last == "floor" ||
      last == "cap")
    return FactUnit::money;
  return FactUnit::plain;
}

using NameList = std::vector<std::string>;

std::string value_text(std::string_view, const Concrete::Bool& b, const NameList&) {
  return b.value ? "true" : "false";
}
std::string value_text(std::string_view fact, const Concrete::Int& n, const NameList& names) {
  if (n.poisoned) return "overflow";
  switch (unit_of(fact)) {
    case FactUnit::plain:
      break;
    case FactUnit::name:
      if (n.value >= 0 && n.value < static_cast<std::int64_t>(names.size()))
        return names[static_cast<std::size_t>(n.value)];
      break;
    case FactUnit::instant:
      return n.value == kDistantFuture.value ? "never" : to_text(Instant(n.value));
    case FactUnit::duration:
      return to_text(Duration(n.value));
    case FactUnit::money:
      return to_text(Money(n.value));
  }
  return std::to_string(n.value);
}

/// Facts without the leading dot that visit() gives to names at the top.
template <class Facts, class V>
void visit_named(Facts& facts, V&& v) {
  visit(facts, std::string(),
        [&](const std::string& name, auto& value) { v(name.substr(1), value); });
}

template <template <class> class Facts>
std::vector<ClauseExplanation> explain_any(const Facts<Concrete>& given,
                                           const NameList& name_list) {
  Facts<Concrete> facts = given;
  Facts<Reads> names = shape_of(given);
  visit_named(names, [](const std::string& name, auto& value) { value.names = {name}; });
  auto concrete = evaluate_clauses<Concrete>(facts);
  auto reads = evaluate_clauses<Reads>(names);
  std::vector<ClauseExplanation> out;
  for (std::size_t i = 0; i < concrete.size(); ++i) {
    const Clause<Concrete>& c = concrete[i].clause;
    ClauseExplanation e{concrete[i].id,
                        std::string(ClauseTable<Concrete, Facts<Concrete>>::rows[i].about),
                        Concrete::holds(c.resolved),
                        Concrete::holds(c.holds),
                        c.holds.poisoned || c.resolved.poisoned,
                        {}};
    Reads::Names read = Reads::join(reads[i].clause.resolved.names, reads[i].clause.holds.names);
    visit_named(facts, [&](const std::string& name, auto& value) {
      if (read.contains(name)) e.facts.push_back({name, value_text(name, value, name_list)});
    });
    out.push_back(std::move(e));
  }
  return out;
}

template <template <class> class Facts>
std::string reference_of(std::string_view kind) {
  std::string out =
      fmt::format("\n## {}\n\n| clause | number | holds when |\n|---|---|---|\n", kind);
  for (const auto& row : ClauseTable<Concrete, Facts<Concrete>>::rows)
    out +=
        fmt::format("| `{}` | {} | {} |\n", to_text(row.id), static_cast<int>(row.id), row.about);
  return out;
}

}  // namespace

std::vector<ClauseExplanation> explain(const SettlementFacts<Concrete>& f, const NameList& names) {
  return explain_any(f, names);
}
std::vector<ClauseExplanation> explain(const DeclarationFacts<Concrete>& f, const NameList& names) {
  return explain_any(f, names);
}
std::vector<ClauseExplanation> explain(const RequestFacts<Concrete>& f, const NameList& names) {
  return explain_any(f, names);
}
std::vector<ClauseExplanation> explain(const GrantFacts<Concrete>& f, const NameList& names) {
  return explain_any(f, names);
}
std::vector<ClauseExplanation> explain(const PromulgationFacts<Concrete>& f,
                                       const NameList& names) {
  return explain_any(f, names);
}

std::string clause_reference() {
  return "# Clauses of admission\n\nGenerated from the table in `model/admission/table.h`; a test "
         "compares. All clauses of a kind are\nevaluated; a refusal names every one that fails and "
         "every one that is unresolved.\n" +
         reference_of<SettlementFacts>("Settlement") +
         reference_of<DeclarationFacts>("Declaration") + reference_of<RequestFacts>("Request") +
         reference_of<GrantFacts>("AuthorityGrant, CredentialGrant") +
         reference_of<PromulgationFacts>("Rule, ClassDeclaration");
}

}  // namespace capmarket
