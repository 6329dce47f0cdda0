// The table of keys as JSON Schema, for editors. Everything that stands at one place of a file is
// said there, without `$ref`: completion and hovering work in every editor.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/base/text.h"
#include "model/expr/expr.h"
#include "model/rules/json_forms.h"
#include "scenarios/keys.h"

namespace capmarket::scenarios {
namespace {

using Schema = rules::Json;
using Keys = std::vector<const ScenarioKey*>;

Schema any_of(std::initializer_list<Schema> forms) { return {{"anyOf", Schema(forms)}}; }

Schema list_of(Schema item, std::int64_t least, std::int64_t most = kWireMax) {
  Schema out = {{"type", "array"}, {"items", std::move(item)}};
  if (least > 0) out["minItems"] = least;
  if (most < kWireMax) out["maxItems"] = most;
  return out;
}

Schema pattern_of(const char* pattern, std::size_t longest) {
  return rules::any_scalar({{"pattern", pattern}, {"maxLength", longest}});
}

Schema path_schema() { return pattern_of(rules::kPathPattern, 255); }

Schema integer_schema(const ScenarioKey& k) {
  return {{"type", "integer"}, {"minimum", k.least}, {"maximum", k.most}};
}

/// A value, a distribution of such values, or a list of them.
Schema distribution_schema(const std::string& value, Schema number) {
  std::string spaced = fmt::format(R"([ \t]*({})[ \t]*)", value);
  std::string form = fmt::format(
      R"(^({0}|[ \t]*exponential[ \t]*\({0}\)[ \t]*|[ \t]*(uniform|normal|lognormal)[ \t]*\({0},{0}\)[ \t]*)$)",
      spaced);
  auto either = [&](const std::string& pattern) {
    if (number.is_null()) return rules::texts(pattern);
    Schema out = number;
    out["type"] = {number["type"], "string"};
    out["pattern"] = pattern;
    return out;
  };
  return any_of({either(form), list_of(either("^(" + value + ")$"), 1)});
}

Schema share_schema() {
  return rules::number_or(fmt::format("^({})$", rules::kShare), {{"minimum", 0}, {"maximum", 1}});
}

/// 0% to 10000%, or 0 to 100.
Schema margin_schema() {
  return rules::number_or(R"(^(0*(10000(\.0+)?|[0-9]{1,4}(\.[0-9]{1,2}0*)?)%|)"
                          R"(0*(100(\.0+)?|[0-9]{1,2}(\.[0-9]{1,4}0*)?))$)",
                          {{"minimum", 0}, {"maximum", 100}});
}

Schema weight_schema() {
  return any_of(
      {{{"type", "integer"}, {"minimum", 0}, {"maximum", 10'000}},
       rules::texts(R"(^0*(100(\.0+)?|[0-9]{1,2}(\.[0-9]{1,2}0*)?)%$|^0*([0-9]{1,4}|10000)$)")});
}

/// `50%` or `0.5` of the main request's, or whole units.
Schema part_quantity_schema() {
  return {{"type", {"number", "string"}},
          {"exclusiveMinimum", 0},
          {"pattern", R"(^(?=[0.]*[1-9])([0-9]+(\.[0-9]{1,2}0*)?%|[0-9]+\.[0-9]{1,4}0*)$)"}};
}

Schema place_schema(const std::string& place);

Schema arrivals_schema(const ScenarioKey& k, const std::vector<std::string_view>& modes) {
  Schema out = Schema::array();
  bool with_maps = false;
  for (std::string_view mode : modes)
    if (mode == "none")
      out.push_back({{"const", "none"}});
    else if (mode != "poisson" && !std::exchange(with_maps, true))
      out.push_back(place_schema(k.below()));
    else if (mode == "poisson")
      out.push_back(
          rules::texts(fmt::format(R"(^{}\((?=[0.]*[1-9]){}/h\)$)", mode, rules::kMoney)));
  return out.size() == 1 ? out[0] : Schema{{"anyOf", out}};
}

/// A name, a text, or a list of them.
Schema text_schema(const ScenarioKey& k) {
  auto is = [&](auto... forms) { return ((k.form == forms) || ...); };
  const Schema any = rules::any_scalar(Schema::object());
  const Schema rule_name = pattern_of(rules::kNamePattern, expr::kNameBytesMax);
  if (is(KeyForm::name)) return pattern_of(rules::kPathPattern, expr::kNameBytesMax);
  if (is(KeyForm::rule_name)) return rule_name;
  if (is(KeyForm::rule_names)) return list_of(rule_name, k.least, k.items_most);
  if (is(KeyForm::credential))
    return rules::texts(R"(^(holders|users|coordinators)\..+\.(0|[1-9][0-9]*)$)");
  if (is(KeyForm::expression)) return {{"type", {"string", "boolean"}}, {"minLength", 1}};
  if (is(KeyForm::path, KeyForm::place)) return path_schema();
  if (is(KeyForm::scope)) return any_of({path_schema(), list_of(path_schema(), 1, k.items_most)});
  if (is(KeyForm::paths)) return list_of(path_schema(), k.least, k.items_most);
  if (is(KeyForm::references)) return list_of(any, k.least, std::min(k.most, k.items_most));
  if (is(KeyForm::text)) return rules::any_scalar({{"maxLength", kTextBytesMax}});
  return any;  // reference, file
}

Schema money_schema(const ScenarioKey& k) {
  const std::string money = rules::kMoney;
  if (k.form == KeyForm::money) return rules::number_or("^-?" + money + "$", Schema::object());
  if (k.form == KeyForm::sum)
    return rules::number_or("^" + money + "$", {{"minimum", 0}});
  if (k.form == KeyForm::rate) return rules::texts("^(?=[0.]*[1-9])" + money + "/h$");
  return distribution_schema(money, {{"type", "number"}, {"minimum", 0}});  // prices
}

Schema time_schema(const ScenarioKey& k) {
  const std::string duration = rules::kDuration, time = rules::kTimePattern;
  if (k.form == KeyForm::time) return rules::texts(time);
  if (k.form == KeyForm::moment) return rules::texts("^-?" + duration + "$|" + time);
  if (k.form == KeyForm::positive_duration) return rules::texts("^(?=[0.]*[1-9])" + duration + "$");
  if (k.form == KeyForm::durations) return distribution_schema(duration, {});
  return rules::texts("^" + duration + "$");
}

Schema tiers_schema(const ScenarioKey& k, const std::vector<std::string_view>& modes) {
  const Schema any = rules::any_scalar(Schema::object());
  bool scripted = std::find(modes.begin(), modes.end(), "none") != modes.end();
  return scripted ? any_of({any, list_of(any, 1, k.items_most)}) : any;
}

/// A list of maps, or one value in its place: a number, or a file's name.
Schema items_or_one(const ScenarioKey& k) {
  const bool file = k.form == KeyForm::steps;
  return any_of({file ? rules::any_scalar(Schema::object()) : integer_schema(k),
                 list_of(place_schema(k.below()), file ? k.least : 1, k.items_most)});
}

/// In those modes of its map; empty: in all.
Schema form_schema(const ScenarioKey& k, const std::vector<std::string_view>& modes) {
  switch (k.form) {
    case KeyForm::name:
    case KeyForm::rule_name:
    case KeyForm::text:
    case KeyForm::reference:
    case KeyForm::credential:
    case KeyForm::file:
    case KeyForm::expression:
    case KeyForm::path:
    case KeyForm::place:
    case KeyForm::rule_names:
    case KeyForm::references:
    case KeyForm::paths:
    case KeyForm::scope:
      return text_schema(k);
    case KeyForm::time:
    case KeyForm::duration:
    case KeyForm::positive_duration:
    case KeyForm::moment:
    case KeyForm::durations:
      return time_schema(k);
    case KeyForm::money:
    case KeyForm::sum:
    case KeyForm::rate:
    case KeyForm::prices:
      return money_schema(k);
    case KeyForm::boolean:
      return {{"enum", {true, false}}};
    case KeyForm::integer:
    case KeyForm::units:
      return integer_schema(k);
    case KeyForm::integers:
      return list_of(integer_schema(k), 0);
    case KeyForm::quantities:
      return distribution_schema("[0-9]+", {{"type", "integer"}, {"minimum", 0}});
    case KeyForm::part_quantity:
      return part_quantity_schema();
    case KeyForm::share:
      return share_schema();
    case KeyForm::margin:
      return margin_schema();
    case KeyForm::weight:
      return weight_schema();
    case KeyForm::choice:
      return {{"enum", rules::names_json(k.selects ? modes : k.choices)}};
    case KeyForm::tiers:
      return tiers_schema(k, modes);
    case KeyForm::arrivals:
      return arrivals_schema(k, modes);
    case KeyForm::strategy:
      return any_of({{{"enum", rules::names_json(k.choices)}}, place_schema(k.below())});
    case KeyForm::expectation:
      return any_of({{{"enum", rules::names_json(k.choices)}}, place_schema(k.below())});
    case KeyForm::locations:
      return any_of({list_of(path_schema(), 1), place_schema(k.below())});
    case KeyForm::rules:
      return list_of(any_of({rules::any_scalar(Schema::object()), place_schema(k.below())}), 1);
    case KeyForm::schedule:
    case KeyForm::steps:
      return items_or_one(k);
    case KeyForm::counts:
      return {{"type", "object"}, {"additionalProperties", integer_schema(k)}};
    case KeyForm::map:
      return place_schema(k.below());
    case KeyForm::list:
      return list_of(place_schema(k.below()), k.least, k.most);
  }
  return {};
}

Schema key_schema(const ScenarioKey& k, const std::vector<std::string_view>& modes) {
  std::string about(k.about);
  if (std::string range = taken_text(k); !range.empty()) about += "; " + range;
  if (std::string otherwise = absent_text(k); !otherwise.empty())
    about += "; default: " + otherwise;
  Schema out = {{"title", k.key}, {"description", about}};
  out.update(form_schema(k, modes));
  if (k.value.empty()) return out;
  if (k.form == KeyForm::boolean)
    out["default"] = k.value == "true";
  else if (k.form == KeyForm::integer)
    out["default"] = parse_integer(k.value).value();
  else
    out["default"] = k.value;
  return out;
}

/// The map of those keys in those modes, of which each says the same.
Schema map_schema(const Keys& keys, const std::vector<std::string_view>& modes) {
  std::string_view mode = modes.empty() ? std::string_view{} : modes.front();
  Schema properties = Schema::object(), needed = Schema::array(), one = Schema::array(),
         some = Schema::array();
  for (const ScenarioKey* k : keys) {
    properties[std::string(k->key)] = key_schema(*k, modes);
    if (k->required_in(mode)) needed.push_back(k->key);
    Schema with = {k->key};
    for (std::string_view other : k->with) with.push_back(other);
    if (k->need == KeyNeed::one_of) one.push_back({{"required", with}});
    if (k->need == KeyNeed::any_of) some.push_back({{"required", with}});
  }
  Schema out = {{"type", "object"}, {"additionalProperties", false}};
  if (!modes.empty()) out["title"] = fmt::format("{}", fmt::join(modes, " or "));
  out["required"] = std::move(needed);
  if (!one.empty()) out["oneOf"] = std::move(one);
  if (!some.empty()) out["anyOf"] = std::move(some);
  out["properties"] = std::move(properties);
  return out;
}

/// In the order of the table; none where all maps of the place are alike.
std::vector<std::string_view> modes_at(const Keys& all) {
  std::vector<std::string_view> out;
  for (const ScenarioKey* k : all) {
    if (k->selects) return {k->choices.begin(), k->choices.end()};
    for (std::string_view mode : k->modes)
      if (std::find(out.begin(), out.end(), mode) == out.end()) out.push_back(mode);
  }
  return out;
}

/// Modes that use and require the same keys share a map.
Schema place_schema(const std::string& place) {
  const Keys& all = scenario_keys_at(place);
  std::vector<std::string_view> modes = modes_at(all);
  if (modes.empty()) return map_schema(all, {});
  struct Alike {
    Keys used, required;
    std::vector<std::string_view> modes;
  };
  std::vector<Alike> groups;
  for (std::string_view mode : modes) {
    Alike one{{}, {}, {mode}};
    for (const ScenarioKey* k : all) {
      if (!k->used_in(mode)) continue;
      one.used.push_back(k);
      if (k->required_in(mode)) one.required.push_back(k);
    }
    auto same = std::find_if(groups.begin(), groups.end(), [&](const Alike& g) {
      return g.used == one.used && g.required == one.required;
    });
    if (same == groups.end())
      groups.push_back(std::move(one));
    else
      same->modes.push_back(mode);
  }
  Schema out = {{"type", "object"}, {"oneOf", Schema::array()}};
  for (const Alike& g : groups) out["oneOf"].push_back(map_schema(g.used, g.modes));
  return out;
}

}  // namespace

Schema scenario_schema() {
  Schema out = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                {"title", "Scenario of a capacity allocation marketplace"},
                {"description",
                 "What an editor can check while a scenario is written; `capmarket scenario "
                 "validate` judges the rest: names that must be known or unique, bounds, the rules "
                 "and the trace. Quote calls with commas in flow maps: `{ lead: \"uniform(1min, "
                 "1h)\" }`; the parser needs no quotes, editors do."}};
  out.update(place_schema(""));
  // A trace stands instead of users, and of holders where it has some.
  out["anyOf"] = {
      {{"required", {"holders", "users"}}},
      {{"required", {"holders", "trace"}}},
      {{"required", {"trace"}}, {"properties", {{"trace", {{"required", {"holders"}}}}}}}};
  return out;
}

}  // namespace capmarket::scenarios
