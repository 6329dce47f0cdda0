#include "scenarios/eligibility.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

#include "model/base/nearest.h"

namespace capmarket::scenarios {
namespace {

using expr::ExprNode;
using expr::Op;
/// True, false, or what the credential alone does not decide.
using Truth = std::optional<bool>;

Truth negated(Truth a) { return a ? Truth(!*a) : a; }
Truth both(Truth a, Truth b) {
  if ((a && !*a) || (b && !*b)) return false;
  return a && b ? Truth(true) : std::nullopt;
}
Truth either(Truth a, Truth b) { return negated(both(negated(a), negated(b))); }

/// What a user's credential says of an expression of `eligible`.
class Reading {
 public:
  Reading(const expr::Expr& expr, const expr::ExprWorld& world, const std::string& kind,
          const std::vector<std::string>& groups)
      : expr_(expr), world_(world), kind_(kind), groups_(groups) {
    for (const ExprNode& n : expr.nodes) truths_.push_back(truth(n));
  }

  bool false_for_all() const { return truths_.back() == Truth(false); }
  /// The smallest part that makes it false.
  std::string false_part() const {
    std::size_t at = expr_.nodes.size() - 1;
    while (expr_.nodes[at].op == Op::logical_and) {
      auto a = static_cast<std::size_t>(expr_.nodes[at].children[0]);
      auto b = static_cast<std::size_t>(expr_.nodes[at].children[1]);
      if (truths_[a] != Truth(false) && truths_[b] != Truth(false)) break;
      at = truths_[a] == Truth(false) ? a : b;
    }
    return text_of(at);
  }

 private:
  const ExprNode& child(const ExprNode& n, std::size_t i) const {
    return expr_.nodes[static_cast<std::size_t>(n.children[i])];
  }
  Truth t(const ExprNode& n, std::size_t i) const {
    return truths_[static_cast<std::size_t>(n.children[i])];
  }
  bool is_user(const ExprNode& n, std::string_view variable) const {
    return n.op == Op::variable && n.value == expr::variable_row(variable);
  }

  /// `user.kind == "x"`, either way round.
  Truth same_kind(const ExprNode& n) const {
    for (std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      const ExprNode &a = child(n, i), &b = child(n, 1 - i);
      if (is_user(a, "user.kind") && b.op == Op::literal)
        return world_.names[static_cast<std::size_t>(b.value)] == kind_;
    }
    return std::nullopt;
  }

  Truth truth(const ExprNode& n) const {
    if (n.type != expr::ExprType::boolean) return std::nullopt;
    if (n.op == Op::literal) return n.value != 0;
    if (n.op == Op::logical_not) return negated(t(n, 0));
    if (n.op == Op::logical_and) return both(t(n, 0), t(n, 1));
    if (n.op == Op::logical_or) return either(t(n, 0), t(n, 1));
    if (n.op == Op::implies) return either(negated(t(n, 0)), t(n, 1));
    if (n.op == Op::equal) return same_kind(n);
    if (n.op == Op::not_equal) return negated(same_kind(n));
    if (n.op == Op::in_set && is_user(child(n, 1), "user.groups")) {
      const std::string& name = world_.names[static_cast<std::size_t>(child(n, 0).value)];
      return std::find(groups_.begin(), groups_.end(), name) != groups_.end();
    }
    if (n.op != Op::conditional) return std::nullopt;
    if (Truth c = t(n, 0)) return *c ? t(n, 1) : t(n, 2);
    return t(n, 1) == t(n, 2) ? t(n, 1) : std::nullopt;
  }

  /// The text of a part: its nodes alone, numbered anew.
  std::string text_of(std::size_t root) const {
    std::vector<bool> kept(root + 1);
    kept[root] = true;
    for (std::size_t i = root + 1; i-- > 0;)
      if (kept[i])
        for (std::int32_t c : expr_.nodes[i].children) kept[static_cast<std::size_t>(c)] = true;
    std::vector<ExprNode> nodes;
    std::map<std::int32_t, std::int32_t> number;
    for (std::size_t i = 0; i <= root; ++i) {
      if (!kept[i]) continue;
      number[static_cast<std::int32_t>(i)] = static_cast<std::int32_t>(nodes.size());
      nodes.push_back(expr_.nodes[i]);
      for (std::int32_t& c : nodes.back().children) c = number.at(c);
    }
    return expr::canonical_text(nodes, world_);
  }

  const expr::Expr& expr_;
  const expr::ExprWorld& world_;
  const std::string& kind_;
  const std::vector<std::string>& groups_;
  std::vector<Truth> truths_;
};

/// A name that the part asks for and the group perhaps means.
std::string meant(const std::string& part, const UserGroup& g) {
  std::vector<std::string_view> asked;
  for (std::size_t open = part.find('"'); open != part.npos;) {
    std::size_t close = part.find('"', open + 1);
    if (close == part.npos) break;
    asked.push_back(std::string_view(part).substr(open + 1, close - open - 1));
    open = part.find('"', close + 1);
  }
  std::vector<std::string> own = g.groups;
  own.push_back(g.kind);
  for (const std::string& name : own)
    if (std::string near = nearest(name, asked); !near.empty() && near != name)
      return fmt::format("`{}` for `{}`? ", near, name);
  return {};
}

std::optional<Problem> warning(const yaml::YamlNode& root, const Scenario& s, std::size_t group,
                               const std::string& class_name, const std::string& tier) {
  const UserGroup& g = s.users[group];
  std::string why;
  for (const ScenarioRule& r : s.rules) {
    const rules::Tier* t = r.rule.class_name == class_name ? r.rule.tier(tier) : nullptr;
    if (t == nullptr || !r.in_force().meets({s.start, s.end()})) continue;
    std::string part = false_for_all(r.rule, *t, g.kind, g.groups);
    if (part.empty()) return std::nullopt;
    if (why.empty()) why = part;
  }
  if (why.empty()) return std::nullopt;
  auto node = yaml::node_at(root, fmt::format("users.{}.groups", group));
  if (!node) node = yaml::node_at(root, fmt::format("users.{}.kind", group));
  if (!node) node = yaml::node_at(root, fmt::format("users.{}", group));
  return (node ? *node : root)
      .problem(fmt::format("nobody of `users.{}` is eligible for tier `{}`: `{}` is false for kind "
                           "`{}` and groups [{}]",
                           g.name, tier, why, g.kind, fmt::join(g.groups, ", ")),
               fmt::format("{}kind and groups of which it can be true", meant(why, g)));
}

}  // namespace

std::string false_for_all(const rules::Rule& rule, const rules::Tier& tier, const std::string& kind,
                          const std::vector<std::string>& groups) {
  Reading reading(tier.eligible, rule.world, kind, groups);
  return reading.false_for_all() ? reading.false_part() : std::string();
}

Problems nobody_eligible(const yaml::YamlNode& root, const Scenario& scenario) {
  Problems out;
  for (std::size_t i = 0; i < scenario.users.size(); ++i) {
    const UserGroup& g = scenario.users[i];
    auto expect = [&](const std::string& class_name, const std::string& tier) {
      if (auto one = warning(root, scenario, i, class_name, tier)) out.push_back(std::move(*one));
    };
    expect(g.class_name, g.tier);
    for (const std::string& tier : g.further_tiers) expect(g.class_name, tier);
    for (const BundlePart& part : g.bundle) expect(part.class_name, part.tier);
  }
  return out;
}

}  // namespace capmarket::scenarios
