#include "model/admission/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <type_traits>

#include "model/base/text.h"

namespace capmarket::admission {
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

/// A domain of values that know which facts went into them, and whose conjunctions know their
/// parts.
struct Conjuncts {
  using Names = Reads::Names;
  struct Int {
    Concrete::Int value;
    Names names;
    friend Int operator+(const Int& a, const Int& b) {
      return {a.value + b.value, Reads::join(a.names, b.names)};
    }
    friend Int operator-(const Int& a, const Int& b) {
      return {a.value - b.value, Reads::join(a.names, b.names)};
    }
  };
  struct Bool {
    Concrete::Bool value;
    Names names;
    std::vector<Bool> parts;  // of a conjunction; empty: it is one itself

    friend Bool operator!(const Bool& a) { return {!a.value, a.names, {}}; }
    friend Bool operator&&(const Bool& a, const Bool& b) {
      Bool out{a.value && b.value, Reads::join(a.names, b.names), {}};
      for (const Bool* side : {&a, &b})
        if (side->parts.empty())
          out.parts.push_back(*side);
        else
          out.parts.insert(out.parts.end(), side->parts.begin(), side->parts.end());
      return out;
    }
    friend Bool operator||(const Bool& a, const Bool& b) {
      return {a.value || b.value, Reads::join(a.names, b.names), {}};
    }
    friend Bool operator==(const Bool& a, const Bool& b) {
      return {a.value == b.value, Reads::join(a.names, b.names), {}};
    }
  };
  friend Bool operator<(const Int& a, const Int& b) {
    return {a.value < b.value, Reads::join(a.names, b.names), {}};
  }
  friend Bool operator<=(const Int& a, const Int& b) {
    return {a.value <= b.value, Reads::join(a.names, b.names), {}};
  }
  friend Bool operator==(const Int& a, const Int& b) {
    return {a.value == b.value, Reads::join(a.names, b.names), {}};
  }
  static Bool boolean(bool v) { return {Concrete::boolean(v), {}, {}}; }
  static Int integer(std::int64_t v) { return {Concrete::integer(v), {}}; }
  static Int select(const Bool& c, const Int& a, const Int& b) {
    return {Concrete::select(c.value, a.value, b.value),
            Reads::join(c.names, Reads::join(a.names, b.names))};
  }
};

/// The facts of each part of a conjunction that does not hold, in the order of the clause.
std::vector<std::vector<std::string>> unmet_parts(const Conjuncts::Bool& whole) {
  std::vector<std::vector<std::string>> out;
  auto add = [&](const Conjuncts::Bool& part) {
    if (Concrete::holds(part.value) || part.names.empty()) return;
    std::vector<std::string> names(part.names.begin(), part.names.end());
    if (std::find(out.begin(), out.end(), names) == out.end()) out.push_back(std::move(names));
  };
  if (whole.parts.empty()) add(whole);
  for (const Conjuncts::Bool& part : whole.parts) add(part);
  return out;
}

using NameList = std::vector<std::string>;

std::string value_text(FactUnit, const Concrete::Bool& b, const NameList&) {
  return b.value ? "true" : "false";
}
std::string value_text(FactUnit unit, const Concrete::Int& n, const NameList& names) {
  if (n.poisoned) return "overflow";
  const bool endless = n.value >= kWireMax || n.value <= -kWireMax;
  switch (unit) {
    case FactUnit::plain:
    case FactUnit::quantity:
    case FactUnit::basis_points:
      // What no limit bounds, and what nothing comes near to.
      if (endless) return n.value > 0 ? "no limit" : "none";
      break;
    case FactUnit::boolean:
      break;
    case FactUnit::name:
      if (n.value >= 0 && n.value < static_cast<std::int64_t>(names.size()))
        return names[static_cast<std::size_t>(n.value)];
      if (n.value < 0) return "none";
      break;
    case FactUnit::instant:
      return n.value >= kDistantFuture.value || endless ? n.value > 0 ? "never" : "always"
                                                        : to_text(Instant(n.value));
    case FactUnit::duration:
      return endless ? "no limit" : to_text(Duration(n.value));
    case FactUnit::money:
      return endless ? "no limit" : to_text(Money(n.value));
  }
  return std::to_string(n.value);
}

/// Facts without the leading dot that visit_rows() gives to names at the top.
template <class Facts, class V>
void visit_named(Facts& facts, V&& v) {
  visit_rows(facts, std::string(), [&](const std::string& name, auto& value, FactUnit unit) {
    v(name.substr(1), value, unit);
  });
}

/// A value that stands for none where the flag beside it is false.
struct Optional {
  std::string_view value, flag;
};
constexpr Optional kOptional[] = {
    {"tariff", "tariff_exists"},       {"index_exists", "index_named"},
    {"index_fits", "index_named"},     {"index_at", "index_named"},
    {"index_at", "index_exists"},      {"band_low", "index_named"},
    {"band_low", "index_exists"},      {"band_high", "index_named"},
    {"band_high", "index_exists"},     {"policy_exists", "policy_named"},
    {"policy_rules_in_force", "policy_named"}, {"replaces_fits", "replaces_named"},
    {"intent_exists", "intent_named"}, {"intent_fits", "intent_named"},
};

using Flags = std::map<std::string, bool>;

bool stands_for_none(const std::string& name, const Flags& flags) {
  const std::size_t last = name.rfind('.') + 1;  // of a name at the top: 0
  return std::any_of(std::begin(kOptional), std::end(kOptional), [&](const Optional& o) {
    if (std::string_view(name).substr(last) != o.value) return false;
    auto flag = flags.find(name.substr(0, last) + std::string(o.flag));
    return flag != flags.end() && !flag->second;
  });
}

template <template <class> class Facts>
std::vector<ClauseExplanation> explain_any(const Facts<Concrete>& given,
                                           const NameList& name_list) {
  Facts<Concrete> facts = given;
  Facts<Reads> names;
  reshape_like(facts, names);
  visit_named(names, [](const std::string& name, auto& value, FactUnit) { value.names = {name}; });
  Facts<Conjuncts> parts;
  reshape_like(facts, parts);
  std::vector<Concrete::Int> integers;
  std::vector<Concrete::Bool> booleans;
  Flags flags;
  visit_named(facts, [&](const std::string& name, auto& value, FactUnit) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Concrete::Int>)
      integers.push_back(value);
    else
      booleans.push_back(value), flags.emplace(name, value.value);
  });
  std::size_t integer = 0, boolean = 0;
  visit_named(parts, [&](const std::string& name, auto& value, FactUnit) {
    value.names = {name};
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Conjuncts::Int>)
      value.value = integers[integer++];
    else
      value.value = booleans[boolean++];
  });
  auto conjuncts = evaluate_clauses<Conjuncts>(parts);
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
                        {},
                        {}};
    const Clause<Conjuncts>& p = conjuncts[i].clause;
    e.unmet = unmet_parts(e.resolved ? p.holds : p.resolved);
    Reads::Names read = Reads::join(reads[i].clause.resolved.names, reads[i].clause.holds.names);
    visit_named(facts, [&](const std::string& name, auto& value, FactUnit unit) {
      if (read.contains(name))
        e.facts.push_back({name, stands_for_none(name, flags) ? "none" : value_text(unit, value, name_list)});
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

std::vector<ClauseExplanation> explain(const FactsVariant& facts, const NameList& names) {
  return std::visit([&](const auto& f) { return explain_any(f, names); }, facts);
}

std::string shortfall_text(const Shortfall& s, const Decision& decision) {
  const std::string lacks = fmt::format("leg {} lacks {}; ", s.leg, s.lack.value);
  auto fails = [&](ClauseId id) {
    return std::find(decision.failed.begin(), decision.failed.end(), id) != decision.failed.end();
  };
  const std::string sums =
      fmt::format("compensation {}, refund {}", to_text(s.compensation), to_text(s.refund));
  if (!fails(ClauseId::capacity) && !fails(ClauseId::shared_capacity))
    return lacks + "displacing for it: " + sums;
  if (s.compensation.value == 0 && s.refund.value == 0) return lacks + "nobody is displaced for it";
  return lacks + "who may be displaced for it is too little, for " + sums;
}

std::string clause_reference() {
  return "# Clauses of admission\n\nGenerated from the table in `model/admission/table.h`; a test "
         "compares. All clauses of a kind are\nevaluated; a refusal names every one that fails and "
         "every one that is unresolved.\n" +
         reference_of<SettlementFacts>("Settlement") +
         reference_of<DeclarationFacts>("Declaration") +
         reference_of<BatchFacts>("DeclarationBatch") + reference_of<RequestFacts>("Request") +
         reference_of<GrantFacts>("AuthorityGrant, CredentialGrant") +
         reference_of<PromulgationFacts>("Rule, ClassDeclaration") +
         reference_of<EdictFacts>(
             "FallbackStrategy, ReconciliationPolicy, SharedInfrastructure, PeerAgreement, "
             "Promulgation, Revocation") +
         reference_of<IntentFacts>("Intent") + reference_of<SurrenderFacts>("Surrender") +
         reference_of<DeliveryFailureFacts>("DeliveryFailure") +
         reference_of<CurtailmentFacts>("Curtailment") + reference_of<ActivityFacts>("Activity") +
         reference_of<WithdrawalFacts>("Withdrawal") + reference_of<RetractFacts>("Retract") +
         reference_of<RenewalFacts>("Renewal") + reference_of<PaymentFacts>("Payment") +
         reference_of<FallbackRecordFacts>("FallbackRecord") +
         reference_of<PriceIndexFacts>("PriceIndex") + reference_of<DisputeFacts>("Dispute") +
         reference_of<ContestFacts>("Contest") + reference_of<WitnessFacts>("Witness");
}

}  // namespace capmarket::admission
