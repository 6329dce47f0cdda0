#include "model/rules/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/base/text.h"
#include "model/rules/expressions.h"
#include "model/rules/keys.h"
#include "model/rules/parse.h"
#include "model/yaml/look_alikes.h"

namespace capmarket::rules {
namespace {

/// Whether that key of maps at `place` takes a ratio that may exceed 100 %.
bool takes_ratio(std::string_view place, std::string_view key) {
  for (const RuleKey& row : rule_keys())
    if (row.place == place && row.key == key) return row.form == KeyForm::ratio;
  return false;
}

void warn_of_ratio(const yaml::YamlNode& value, const std::string& key, Problems& out) {
  auto text = value.text();
  if (!text || text->ends_with('%')) return;
  auto ratio = parse_ratio(*text);
  if (!ratio || *ratio <= kFullRatio) return;
  std::string percent = percent_text(*ratio);
  if (percent.ends_with(".00%")) percent = percent.substr(0, percent.size() - 4) + "%";
  out.push_back(value.problem(
      fmt::format("`{}: {}` is {} of the value", key, *text, percent),
      fmt::format("`{}: {}%`, or `{}: {}` where so much is meant", key, *text, key, percent)));
}

/// Every ratio of the map and of what stands in it; `place` as the table of keys has it.
void warn_of_ratios(const yaml::YamlNode& node, const std::string& place, Problems& out) {
  if (node.is_list()) {
    for (const yaml::YamlNode& item : node.items()) warn_of_ratios(item, place + "[]", out);
    return;
  }
  if (!node.is_map()) return;
  for (const auto& [key, value] : node.entries()) {
    const std::string name = key.text().value_or("");
    if (value.is_scalar() && takes_ratio(place, name)) warn_of_ratio(value, name, out);
    if (!value.is_scalar()) warn_of_ratios(value, place.empty() ? name : place + "." + name, out);
  }
}

/// A fact that is never outside of `least` .. `most`, whatever the rule; `most` of none is -1.
struct FixedRange {
  std::int64_t least = 0, most = -1;
  std::string name, words;
};

// Below zero only at a leg that is refused: of these goals may speak.
constexpr std::array<std::string_view, 12> kNeverNegative = {
    "quantity",     "price",        "value",         "length",
    "lead",         "notice",       "released",      "victim.quantity",
    "victim.price", "victim.value", "victim.length", "victim.times_displaced"};

std::optional<FixedRange> range_of(const expr::Expr& e, std::int32_t at, bool goal) {
  const expr::ExprNode& n = e.nodes[static_cast<std::size_t>(at)];
  auto variable = [&](const expr::ExprNode& v) {
    return std::string(expr::variables()[static_cast<std::size_t>(v.value)].name);
  };
  if (n.op == expr::Op::hour || n.op == expr::Op::weekday) {
    const std::string time = variable(e.nodes[static_cast<std::size_t>(n.children[0])]);
    return n.op == expr::Op::hour
               ? FixedRange{0, 23, time + ".hour", "0 to 23, where midnight is 0"}
               : FixedRange{1, 7, time + ".weekday", "1 (Monday) to 7 (Sunday)"};
  }
  if (n.op != expr::Op::variable || goal) return std::nullopt;
  std::string name = variable(n);
  if (std::find(kNeverNegative.begin(), kNeverNegative.end(), name) == kNeverNegative.end())
    return std::nullopt;
  return FixedRange{0, -1, std::move(name), "never below zero"};
}

/// The number that a part of an expression is, whatever the case.
std::optional<std::int64_t> number_of(const expr::Expr& e, std::int32_t at) {
  const expr::ExprNode& n = e.nodes[static_cast<std::size_t>(at)];
  if (n.op == expr::Op::literal) return n.value;
  if (n.op != expr::Op::negate) return std::nullopt;
  auto inner = number_of(e, n.children[0]);
  return inner ? std::optional(-*inner) : std::nullopt;
}

/// `C < fact` is `fact > C`.
expr::Op mirrored(expr::Op op) {
  using enum expr::Op;
  return op == less            ? greater
         : op == less_equal    ? greater_equal
         : op == greater       ? less
         : op == greater_equal ? less_equal
                               : op;
}

/// What a comparison of the fact with a number comes to in every case: 1 it holds, 0 it does not,
/// -1 it depends.
int decided(expr::Op op, const FixedRange& r, std::int64_t c) {
  const bool above = r.most >= 0 && c > r.most, below = c < r.least;
  const bool at_most = r.most >= 0 && c >= r.most, at_least = c <= r.least;
  if (op == expr::Op::equal) return above || below ? 0 : -1;
  if (op == expr::Op::not_equal) return above || below ? 1 : -1;
  if (op == expr::Op::less) return above ? 1 : at_least ? 0 : -1;
  if (op == expr::Op::less_equal) return at_most ? 1 : below ? 0 : -1;
  if (op == expr::Op::greater) return below ? 1 : at_most ? 0 : -1;
  return at_least ? 1 : above ? 0 : -1;  // >=
}

/// Whether its author can have meant it: the number is one of the range, or the bound beside it of
/// a half-open one (`start.hour < 24`). A goal may say that something never is.
bool meant(expr::Op op, const FixedRange& r, std::int64_t c, bool goal) {
  if (decided(op, r, c) == 0 && !goal) return false;
  if (c >= r.least && (r.most < 0 || c <= r.most)) return true;
  return (op == expr::Op::less && r.most >= 0 && c == r.most + 1) ||
         (op == expr::Op::greater && c == r.least - 1);
}

/// Every scalar of the document, in the order of the file.
void scalars_of(const yaml::YamlNode& node, std::vector<yaml::YamlNode>& out) {
  if (node.is_scalar()) out.push_back(node);
  if (node.is_list())
    for (const yaml::YamlNode& item : node.items()) scalars_of(item, out);
  if (node.is_map())
    for (const auto& [key, value] : node.entries()) scalars_of(value, out);
}

/// A problem at a place inside of the last scalar that begins before it.
Problem problem_inside(const std::vector<yaml::YamlNode>& scalars, const yaml::YamlNode& root,
                       const expr::ExprNode& place, std::string what, std::string expected) {
  const yaml::YamlNode* at = &root;
  for (const yaml::YamlNode& s : scalars)
    if (s.line() < place.line || (s.line() == place.line && s.column() <= place.column)) at = &s;
  const bool same = at->line() == place.line && at != &root;
  return at->problem(std::move(what), std::move(expected),
                     same ? std::max(0, place.column - at->text_column()) : 0);
}

/// Comparisons of a fact with a number that it never is: `start.hour >= 24`.
void warn_of_ranges(const yaml::YamlNode& root, Problems& out) {
  auto nowhere = [](const std::string&, const std::string&) {
    return Result<ContentId>(ContentId());
  };
  auto rule = parse_rule(root.problem("").file, root, nowhere);
  if (!rule) return;  // whoever reads the rule says so
  std::vector<yaml::YamlNode> scalars;
  scalars_of(root, scalars);
  for_each_expression(*rule, [&](const ExpressionSite& site, const expr::Expr& e) {
    for (std::size_t i = 0; i < e.nodes.size(); ++i) {
      const expr::ExprNode& n = e.nodes[i];
      if (n.op < expr::Op::equal || n.op > expr::Op::greater_equal) continue;
      const bool goal = site.place == expr::ExprPlace::goal;
      auto left = range_of(e, n.children[0], goal), right = range_of(e, n.children[1], goal);
      const auto& range = left ? left : right;
      auto number = range ? number_of(e, n.children[left ? 1 : 0]) : std::nullopt;
      if (!number) continue;
      const expr::Op op = left ? n.op : mirrored(n.op);
      const int outcome = decided(op, *range, *number);
      if (outcome < 0 || meant(op, *range, *number, goal)) continue;
      const std::vector<expr::ExprNode> part(e.nodes.begin(),
                                             e.nodes.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      out.push_back(problem_inside(
          scalars, root, n,
          fmt::format("`{}` {} holds: `{}` is {}", expr::canonical_text(part, rule->world),
                      outcome == 1 ? "always" : "never", range->name, range->words),
          "a comparison that holds of some and not of others"));
    }
  });
}

}  // namespace

Problems file_warnings(const yaml::YamlNode& root) {
  Problems out = yaml::look_alikes(root);
  warn_of_ratios(root, "", out);
  warn_of_ranges(root, out);
  return out;
}

}  // namespace capmarket::rules
