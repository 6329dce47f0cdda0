#include "model/rules/read_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/nearest.h"
#include "model/rules/faults.h"
#include "model/rules/part.h"

namespace capmarket::rules {
namespace {

/// A value as text; a list of names joined as NamedValue says.
std::optional<std::string> example_text(const yaml::YamlNode& node, expr::ExprType type) {
  if (type != expr::ExprType::name_set || !node.is_list()) return node.text();
  std::string joined;
  for (const yaml::YamlNode& item : node.items()) {
    auto name = item.text();
    if (!name) return std::nullopt;
    if (!expr::is_name(*name)) {
      item.complain(fmt::format("`{}` is no name", *name), "a name of a group");
      return std::nullopt;
    }
    joined += (joined.empty() ? "" : ", ") + *name;
  }
  return joined;
}

/// The value of the key, and where it stands.
template <class T>
void take(const Part& part, std::string_view key, T& out, const std::string& prefix,
          PartNodes& places) {
  auto node = part.get(key);
  auto got = node ? read_value<T>(*node, rule_key(part.place(), key)) : std::nullopt;
  if (!got) return;
  out = *std::move(got);
  places.emplace(prefix + std::string(key), *node);
}

/// A quota without what it is of: `40%`, `40`.
void complain_of_bare_quota(const yaml::YamlNode& node, const std::string& text) {
  const bool share = text.ends_with('%') || text.find('.') != text.npos;
  node.complain(fmt::format("`{}` where a map was expected", text),
                share ? fmt::format("`{{ of: capacity, at_most: {} }}`", text)
                      : fmt::format("`{{ of: user, at_most: {} }}`", text));
}

/// Units where a share is meant, or the reverse; whether it is told.
bool other_quota(const yaml::YamlNode& most, bool user) {
  const std::string text = most.is_scalar() && !most.quoted() ? most.text().value_or("") : "";
  if (user) {
    if (parse_integer(text) || !parse_ratio(text)) return false;
    most.complain(
        fmt::format("`{}` of a user, whose quota is in units", text),
        fmt::format("units, like `at_most: 40`; of a share: `{{ of: capacity, at_most: {} }}`",
                    text));
    return true;
  }
  auto units = parse_integer(text);
  if (!units || *units < 2) return false;
  most.complain(fmt::format("`{}` of a capacity is {} times all of it", text, *units),
                fmt::format("{}a share; units are of a user: `{{ of: user, at_most: {} }}`",
                            *units <= 100 ? fmt::format("`{}%`, ", *units) : "", *units));
  return true;
}

}  // namespace

std::vector<NamedValue> read_example_values(const yaml::YamlNode& node, const std::string& at,
                                            bool given, PartNodes& places) {
  std::vector<NamedValue> out;
  for (const auto& [key, item] : node.entries()) {
    std::string name = *key.text();
    const expr::Variable* variable = example_variable(name, given);
    if (variable == nullptr) {
      key.complain(fmt::format("unknown key `{}`", name),
                   expected_one_of(name, example_variables(given)));
      continue;
    }
    auto text = example_text(item, variable->type);
    if (!text) continue;
    bool plain =
        variable->type == expr::ExprType::integer || variable->type == expr::ExprType::boolean;
    if (plain && item.quoted()) {
      item.complain(
          fmt::format("`{}` in quotes where {} was expected", *text, expr::to_text(variable->type)),
          "the same without quotes");
      continue;
    }
    auto canonical = canonical_value(variable->type, *text);
    if (!canonical) {
      item.complain(
          fmt::format("`{}` where {} was expected", *text, expr::to_text(variable->type)));
      continue;
    }
    places.emplace(at + "." + name, item);
    out.push_back({name, *canonical});
  }
  std::sort(out.begin(), out.end());
  return out;
}

expr::Zone read_zone(const yaml::YamlNode& node, PartNodes& places) {
  expr::Zone out;
  places.emplace("zone", node);
  const Part part(node, "zone");
  take(part, "name", out.name, "zone.", places);
  take(part, "offset", out.offset, "zone.", places);
  auto changes = part.get("changes");
  if (!changes) return out;
  places.emplace("zone.changes", *changes);
  for (const yaml::YamlNode& item : changes->items()) {
    const Part row(item, "zone.changes[]");
    const std::string at = fmt::format("zone.changes[{}].", out.changes.size());
    expr::ZoneChange& change = out.changes.emplace_back();
    take(row, "from", change.from, at, places);
    take(row, "offset", change.offset, at, places);
  }
  return out;
}

void read_quotas(const yaml::YamlNode& node, const std::string& at, Tier& tier, PartNodes& places) {
  const std::vector<yaml::YamlNode> all =
      node.is_list() ? node.items() : std::vector<yaml::YamlNode>{node};
  if (all.empty()) node.complain("no quotas", "at least one, or no `quota`");
  for (const yaml::YamlNode& item : all) {
    if (auto bare = item.is_scalar() ? item.text() : std::nullopt) {
      complain_of_bare_quota(item, *bare);
      continue;
    }
    const Part part(item, "tiers[].quota");
    auto of = part.get("of");
    auto chosen = of ? of->choice(rule_key(part.place(), "of").choices) : std::nullopt;
    auto most = part.get("at_most");
    if (!chosen || !most) continue;
    const bool user = *chosen == 1;
    if (user ? tier.user_quota.has_value() : tier.quota.has_value()) {
      of->complain(fmt::format("two quotas of `{}`", *of->text()), "each once");
      continue;
    }
    places.emplace(at + (user ? "user_quota" : "quota.at_most"), *most);
    if (other_quota(*most, user)) continue;
    if (user) {
      if (auto units = most->integer()) tier.user_quota = Quantity(*units);
    } else if (auto ratio = most->ratio()) {
      tier.quota = BasisPoints(*ratio);
    }
  }
}

RawBands read_bands(const yaml::YamlNode& node, std::size_t tier) {
  RawBands out{tier, node, {}};
  for (const yaml::YamlNode& item : node.items()) {
    const Part row(item, "tiers[].displaces.bands[]");
    RawBand& band = out.all.emplace_back();
    auto text = [&](const char* key, std::string& to, std::optional<yaml::YamlNode>& at) {
      auto found = row.get(key);
      auto said = found ? found->text() : std::nullopt;
      if (!said) return;
      to = *std::move(said);
      at = found;
    };
    text("if", band.condition, band.condition_node);
    text("compensation", band.compensation, band.compensation_node);
    if (auto cap = row.get("at_most"))
      band.at_most = read_value<Money>(*cap, rule_key(row.place(), "at_most"));
    if (band.at_most && band.at_most->value < 0)
      row.get("at_most")->complain("below zero", "zero or more");
  }
  if (node.is_list() && out.all.empty()) node.complain("no bands", "at least one, or no `bands`");
  return out;
}

bool compose_bands(const RawBands& bands, Rule& rule, Problems& problems) {
  using enum expr::ExprType;
  bool right = !bands.all.empty();
  auto read = [&](const std::string& text, expr::ExprType type,
                  const std::optional<yaml::YamlNode>& at) -> std::string {
    if (!at) return right = false, "";
    expr::ExprWorld world;  // the names that it mentions are numbered where the whole is read
    world.zone = rule.zone;
    auto one = expr::parse_expr(text, expr::ExprPlace::displacement, type, world,
                                [&](std::string what, std::string expected, int offset) {
                                  return at->problem(std::move(what), std::move(expected), offset);
                                });
    if (one) return one->canonical;
    problems.insert(problems.end(), one.error().begin(), one.error().end());
    return right = false, "";
  };
  std::string& compensation = rule.tiers[bands.tier].displaces->compensation.canonical;
  expr::ExprWorld alone;
  alone.zone = rule.zone;
  auto silent = [](std::string, std::string, int) { return Problem{}; };
  auto rest = expr::parse_expr(compensation, expr::ExprPlace::displacement, money, alone, silent);
  std::string out = rest ? rest->canonical : "";
  for (auto band = bands.all.rbegin(); band != bands.all.rend(); ++band) {
    std::string owed = read(band->compensation, money, band->compensation_node);
    std::string condition = read(band->condition, boolean, band->condition_node);
    if (band->at_most) owed = fmt::format("min({}, {})", owed, to_text(*band->at_most));
    out = fmt::format("({}) ? ({}) : {}", condition, owed, out);
  }
  if (!rest || !right) return false;
  compensation = out;
  return true;
}

}  // namespace capmarket::rules
