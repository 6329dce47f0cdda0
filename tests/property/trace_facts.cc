#include "tests/property/trace_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace capmarket::property {
namespace {

using Rebuilt = smt::Symbolic;

std::string text(const Rebuilt::Int& x) {
  const z3::expr e = x.term().is_numeral() ? x.term() : x.term().simplify();
  std::int64_t value = 0;
  return e.is_numeral_i64(value) ? fmt::to_string(value) : e.to_string();
}
std::string text(const Rebuilt::Bool& x) {
  const z3::expr& e = x.term();
  return e.is_true() ? "true" : e.is_false() ? "false" : e.simplify().to_string();
}
std::string text(const Concrete::Int& x) {
  return x.poisoned ? "overflow" : fmt::to_string(x.value);
}
std::string text(const Concrete::Bool& x) { return x.value ? "true" : "false"; }

struct Row {
  std::string name;
  bool is_name = false;
  std::string value;
};

/// Every fact of a struct in order, but for places and credentials, which are compared by meaning.
template <class D>
class Rows {
 public:
  explicit Rows(std::string prefix) : prefix_(std::move(prefix)) {}
  template <class M>
  void operator()(M& member, const char* name, admission::FactUnit unit, const char*) {
    const std::string n = name;
    rows.push_back(
        {prefix_ + n, unit == admission::FactUnit::name || n == "rule_root", text(member)});
  }
  void part(admission::IntervalFacts<D>&, const char*, const char*) {}
  void part(admission::CredentialFacts<D>&, const char*, const char*) {}
  template <class F>
  void list(std::vector<F>& all, const char* name, const char*) {
    const std::string n = name;
    if (n == "legs" || n == "shards") return;
    rows.push_back({prefix_ + n, false, fmt::format("{} of them", all.size())});
    for (std::size_t i = 0; i < all.size(); ++i) {
      Rows inner(fmt::format("{}{}[{}].", prefix_, n, i));
      F::rows(all[i], inner);
      rows.insert(rows.end(), inner.rows.begin(), inner.rows.end());
    }
  }
  std::vector<Row> rows;

 private:
  std::string prefix_;
};

template <class D>
std::string contains(const admission::IntervalFacts<D>& scope,
                     const admission::IntervalFacts<D>& place) {
  return text(scope.enter <= place.enter && place.exit <= scope.exit);
}

template <class D>
std::string any_contains(const std::vector<admission::IntervalFacts<D>>& scopes,
                         const admission::IntervalFacts<D>& place) {
  for (const auto& s : scopes)
    if (contains<D>(s, place) == "true") return "true";
  return "false";
}

template <class D>
void add_credential(std::vector<Row>& out, const std::string& name,
                    admission::CredentialFacts<D>& c, const admission::IntervalFacts<D>& place) {
  const std::string exists = text(c.exists);
  out.push_back({name + ".exists", false, exists});
  if (exists != "true") return;
  out.push_back({name + ".role_fits", false, text(c.role_fits)});
  out.push_back({name + ".subject_fits", false, text(c.subject_fits)});
  out.push_back({name + ".rooted", false, text(c.rooted)});
  out.push_back({name + ".root", true, text(c.root)});
  out.push_back({name + ".scope", false, any_contains<D>(c.scope, place)});
  out.push_back({name + ".issuer_scope", false, any_contains<D>(c.issuer_scope, place)});
  Rows<D> links(name + ".");
  links.list(c.links, "links", "");
  out.insert(out.end(), links.rows.begin(), links.rows.end());
}

template <class D>
bool resolved(admission::LegFacts<D>& l) {
  for (const auto& flag :
       {l.declaration_exists, l.request_exists, l.rule_exists, l.class_exists, l.strategy_exists,
        l.references_exist, l.index_exists, l.holder.exists, l.user.exists})
    if (text(flag) != "true") return false;
  return true;
}

template <class D>
std::vector<Row> leg_rows(admission::LegFacts<D>& l, const std::string& name) {
  std::vector<Row> out;
  if (!resolved<D>(l)) {
    out.push_back({name + "declaration_exists", false, text(l.declaration_exists)});
    out.push_back({name + "request_exists", false, text(l.request_exists)});
    out.push_back({name + "rule_exists", false, text(l.rule_exists)});
    out.push_back({name + "strategy_exists", false, text(l.strategy_exists)});
    // An index is looked up where there is a rule to fit it to.
    return out;
  }
  Rows<D> rows(name);
  admission::LegFacts<D>::rows(l, rows);
  out = std::move(rows.rows);
  add_credential<D>(out, name + "holder", l.holder, l.location);
  add_credential<D>(out, name + "user", l.user, l.location);
  out.push_back({name + "rule_scope", false, contains<D>(l.rule_scope, l.location)});
  out.push_back({name + "shards", false, fmt::format("{} of them", l.shards.size())});
  for (std::size_t i = 0; i < l.shards.size(); ++i) {
    const std::string shard = fmt::format("{}shards[{}]", name, i);
    out.push_back({shard + ".known", false, text(l.shards[i].known)});
    out.push_back({shard + ".coordinator_signed", false, text(l.shards[i].coordinator_signed)});
    add_credential<D>(out, shard + ".coordinator", l.shards[i].coordinator, l.shards[i].region);
  }
  return out;
}

/// `legs[1].victims[0].rank` is a fact called `legs.victims.rank`.
std::string without_places(const std::string& name) {
  std::string out;
  bool inside = false;
  for (char c : name) {
    if (c == '[') inside = true;
    if (!inside) out += c;
    if (c == ']') inside = false;
  }
  return out;
}

/// Who signed for the place of a victim counts where it stands on another declaration.
template <class D>
void leave_out_what_does_not_count(admission::LegFacts<D>& l) {
  for (admission::VictimFacts<D>& v : l.victims)
    if (text(v.same_declaration) == "true") v.coordinated = D::boolean(true);
}

template <class D>
std::vector<Row> all_rows(admission::SettlementFacts<D>& f) {
  Rows<D> head("");
  admission::SettlementFacts<D>::rows(f, head);
  std::vector<Row> out = std::move(head.rows);
  out.push_back({"legs", false, fmt::format("{} of them", f.legs.size())});
  for (std::size_t i = 0; i < f.legs.size(); ++i) {
    leave_out_what_does_not_count<D>(f.legs[i]);
    std::vector<Row> leg = leg_rows<D>(f.legs[i], fmt::format("legs[{}].", i));
    out.insert(out.end(), leg.begin(), leg.end());
  }
  return out;
}

}  // namespace

std::string RebuiltFacts::complaint() const {
  std::string out;
  for (const auto& [fact, what] : differing) out += fmt::format("{}: {}\n", fact, what);
  return out;
}

void compare_rebuilt(admission::SettlementFacts<Concrete> chain,
                     admission::SettlementFacts<Rebuilt> rebuilt, RebuiltFacts& out) {
  ++out.settlements;
  for (auto& l : chain.legs) {
    ++out.legs;
    out.victims += static_cast<std::int64_t>(l.victims.size());
    out.unresolved += resolved<Concrete>(l) ? 0 : 1;
  }
  const std::vector<Row> a = all_rows<Concrete>(chain), b = all_rows<Rebuilt>(rebuilt);
  std::map<std::string, std::string> theirs, ours;  // names, one to one
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    ++out.facts;
    const std::string fact = without_places(a[i].name);
    if (a[i].name != b[i].name) {
      out.differing.try_emplace(fact, "`" + b[i].name + "` stands there");
      return;
    }
    if (a[i].value == "overflow") continue;  // rebuilt as more than any ceiling
    // Without `min_run` protection ended long ago, or as the grant began: both hold nobody back.
    if (fact == "legs.victims.floor_until" && a[i].value == fmt::to_string(-kWireMax)) continue;
    const bool same =
        a[i].is_name ? theirs.try_emplace(a[i].value, b[i].value).first->second == b[i].value &&
                           ours.try_emplace(b[i].value, a[i].value).first->second == a[i].value
                     : a[i].value == b[i].value;
    if (!same)
      out.differing.try_emplace(fact,
                                fmt::format("{} on the chain, {} rebuilt", a[i].value, b[i].value));
  }
  if (a.size() != b.size()) out.differing.try_emplace("facts", "one has more than the other");
}

}  // namespace capmarket::property
