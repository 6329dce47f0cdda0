#include "model/admission/explain.h"

#include <fmt/format.h>

#include <set>

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

void reshape(const CredentialFacts<Concrete>& from, CredentialFacts<Reads>& to) {
  to.links.resize(from.links.size());
  to.scope.resize(from.scope.size());
  to.issuer_scope.resize(from.issuer_scope.size());
}
void reshape(const LegFacts<Concrete>& from, LegFacts<Reads>& to) {
  reshape(from.holder, to.holder);
  reshape(from.user, to.user);
  to.memberships.resize(from.memberships.size());
  to.victims.resize(from.victims.size());
  to.shards.resize(from.shards.size());
  for (std::size_t i = 0; i < from.shards.size(); ++i)
    reshape(from.shards[i].coordinator, to.shards[i].coordinator);
}
void reshape(const SettlementFacts<Concrete>& from, SettlementFacts<Reads>& to) {
  to.policy_roots.resize(from.policy_roots.size());
  to.coordinator_roots.resize(from.coordinator_roots.size());
  to.legs.resize(from.legs.size());
  for (std::size_t i = 0; i < from.legs.size(); ++i) reshape(from.legs[i], to.legs[i]);
}
void reshape(const DeclarationFacts<Concrete>& from, DeclarationFacts<Reads>& to) {
  reshape(from.holder, to.holder);
  to.assets.resize(from.assets.size());
}
void reshape(const BatchFacts<Concrete>& from, BatchFacts<Reads>& to) {
  to.items.resize(from.items.size());
  for (std::size_t i = 0; i < from.items.size(); ++i) reshape(from.items[i], to.items[i]);
}
void reshape(const RequestFacts<Concrete>& from, RequestFacts<Reads>& to) {
  to.declarations.resize(from.declarations.size());
}
void reshape(const GrantFacts<Concrete>& from, GrantFacts<Reads>& to) {
  to.links.resize(from.links.size());
}
void reshape(const PromulgationFacts<Concrete>&, PromulgationFacts<Reads>&) {}
void reshape(const EdictFacts<Concrete>&, EdictFacts<Reads>&) {}
void reshape(const IntentFacts<Concrete>&, IntentFacts<Reads>&) {}
void reshape(const PartFacts<Concrete>& from, PartFacts<Reads>& to) {
  reshape(from.credential, to.credential);
}
void reshape(const NoticeFacts<Concrete>& from, NoticeFacts<Reads>& to) {
  reshape(from.credential, to.credential);
}

enum class FactUnit { plain, name, instant, duration, money };

/// What a fact's number counts, by the last part of its name.
FactUnit unit_of(std::string_view fact) {
  std::string_view last = fact.substr(fact.rfind('.') + 1);
  auto ends = [&](std::string_view end) { return last.ends_with(end); };
  if (last == "rule" || last == "root" || last == "unit" || ends("tier") || ends("_class") ||
      ends("_unit") || ends("_name"))
    return FactUnit::name;
  if (last == "admission" || last == "signed_at" || last == "index_at" || last == "earliest" ||
      last == "latest" || last == "reported" || last == "strategy_admitted" || ends("from") ||
      ends("until"))
    return FactUnit::instant;
  if (last == "skew" || last == "granularity" || last == "index_max_age" || ends("_remainder") ||
      ends("retention") || last.starts_with("length_") || last.starts_with("lead_"))
    return FactUnit::duration;
  if (last.starts_with("band_") || ends("compensation") || last == "amount" ||
      last == "outstanding" || ends("value") || last.starts_with("price_") || ends("price") ||
      last == "tariff" || last == "floor" || last == "cap")
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
  Facts<Reads> names;
  reshape(given, names);
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

std::vector<ClauseExplanation> explain(const FactsVariant& facts, const NameList& names) {
  return std::visit([&](const auto& f) { return explain_any(f, names); }, facts);
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
         reference_of<WithdrawalFacts>("Withdrawal") + reference_of<RenewalFacts>("Renewal") +
         reference_of<PaymentFacts>("Payment") +
         reference_of<FallbackRecordFacts>("FallbackRecord") +
         reference_of<PriceIndexFacts>("PriceIndex") + reference_of<DisputeFacts>("Dispute");
}

}  // namespace capmarket::admission
