// The table of keys as JSON Schema, for editors, and as Markdown. Everything that stands at one
// place of a file is said there, without `$ref`: completion and hovering work in every editor.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/rules/faults.h"
#include "model/rules/json_forms.h"
#include "model/rules/keys.h"

namespace capmarket::rules {
namespace {

Json interval(const std::string& bound) {
  return texts(fmt::format("^ *({0}) *\\.\\. *({0}) *$", bound));
}

Json place_schema(const std::string& place);

/// A value of that type, as `given` and `expect` write it.
Json value_schema(expr::ExprType type) {
  switch (type) {
    case expr::ExprType::boolean:
      return {{"enum", {true, false}}};
    case expr::ExprType::integer:
      return {{"type", "integer"}};
    case expr::ExprType::money:
      return number_or(fmt::format("^-?{}$", kMoney), Json::object());
    case expr::ExprType::duration:
      return texts(fmt::format("^-?{}$", kDuration));
    case expr::ExprType::time:
      return texts(kTimePattern);
    case expr::ExprType::name:
      return any_scalar({{"pattern", kNamePattern}});
    case expr::ExprType::path:
      return any_scalar({{"pattern", kPathPattern}});
    case expr::ExprType::name_set:
      return {{"type", {"string", "array"}}, {"items", any_scalar({{"pattern", kNamePattern}})}};
    case expr::ExprType::ratio:
      break;
  }
  return {};
}

Json variables_schema(bool given) {
  Json properties = Json::object();
  for (std::string_view name : example_variables(given)) {
    const expr::Variable& v = *example_variable(name, given);
    Json one = {{"description", v.about}};
    one.update(value_schema(v.type));
    properties[std::string(name)] = std::move(one);
  }
  Json out = {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!given) out["minProperties"] = 1;
  return out;
}

std::string place_below(const RuleKey& k) {
  std::string out(k.place);
  return (out.empty() ? "" : out + ".") + std::string(k.key);
}

Json list_below(const RuleKey& k) {
  Json out = {{"type", "array"}, {"items", place_schema(place_below(k) + "[]")}};
  if (k.need == KeyNeed::required) out["minItems"] = 1;
  return out;
}

Json choices_schema(const RuleKey& k) {
  return {{"type", "array"}, {"uniqueItems", true}, {"items", {{"enum", names_json(k.choices)}}}};
}

Json names_schema() {
  return {{"type", "array"},
          {"uniqueItems", true},
          {"items", any_scalar({{"pattern", kNamePattern}, {"maxLength", expr::kNameBytesMax}})}};
}

Json form_schema(const RuleKey& k) {
  std::string duration = kDuration, money = kMoney, share = kShare;
  switch (k.form) {
    case KeyForm::name:
      return any_scalar({{"pattern", kNamePattern}, {"maxLength", expr::kNameBytesMax}});
    case KeyForm::text:
      return any_scalar(Json::object());
    case KeyForm::path:
      return any_scalar({{"pattern", kPathPattern}, {"maxLength", 255}});
    case KeyForm::boolean:
      return {{"enum", {true, false}}};
    case KeyForm::integer:
      return {{"type", "integer"}, {"minimum", k.least}, {"maximum", k.most}};
    case KeyForm::duration:
      return texts("^" + duration + "$");
    case KeyForm::positive_duration:
      return texts("^(?=[0.]*[1-9])" + duration + "$");
    case KeyForm::time:
      return texts(kTimePattern);
    case KeyForm::offset:
      return texts(kOffsetPattern);
    case KeyForm::money:
      return number_or("^" + money + "$", {{"minimum", 0}});
    case KeyForm::ratio:
      return number_or(fmt::format("^({})$", kRatio), {{"minimum", 0}});
    case KeyForm::share:
      return number_or("^(" + share + ")$", {{"minimum", 0}, {"maximum", 1}});
    case KeyForm::positive_share:
      return number_or("^(?=[0.]*[1-9])(" + share + ")$",
                       {{"exclusiveMinimum", 0}, {"maximum", 1}});
    case KeyForm::choice:
    case KeyForm::mode:
      return {{"enum", names_json(k.choices)}};
    case KeyForm::quantities:
      return interval("[0-9]+");
    case KeyForm::prices:
      return interval(money);
    case KeyForm::durations:
      return interval(duration);
    case KeyForm::condition:
      return {{"type", {"string", "boolean"}}, {"minLength", 1}};
    case KeyForm::amount:
      return {{"type", {"string", "number"}}, {"minLength", 1}};
    case KeyForm::names:
      return names_schema();
    case KeyForm::choices:
      return choices_schema(k);
    case KeyForm::map:
      return place_schema(place_below(k));
    case KeyForm::list:
      return list_below(k);
    case KeyForm::tariff:
      return {{"anyOf", {number_or("^" + money + "$", {{"minimum", 0}}), list_below(k)}}};
    case KeyForm::quotas: {
      const Json one = place_schema(place_below(k));
      return {{"anyOf", {one, {{"type", "array"}, {"minItems", 1}, {"items", one}}}}};
    }
    case KeyForm::quota:
      return {{"anyOf",
               {texts("^(?=[0.]*[1-9])(" + share + ")$"),
                {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}},
                {{"type", "integer"}, {"minimum", 1}}}}};
    case KeyForm::given:
    case KeyForm::expected:
      return variables_schema(k.form == KeyForm::given);
  }
  return {};
}

Json key_schema(const RuleKey& k) {
  Json out = {{"title", k.key}, {"description", k.about}};
  if (!k.value.empty()) out["description"] = fmt::format("{}; default: {}", k.about, k.value);
  out.update(form_schema(k));
  return out;
}

/// The map of those keys; `modes` replaces what the key of form `mode` may say.
Json map_schema(const std::vector<const RuleKey*>& keys, const std::vector<std::string>& modes) {
  Json properties = Json::object(), needed = Json::array(), either = Json::array();
  for (const RuleKey* k : keys) {
    Json one = key_schema(*k);
    if (k->form == KeyForm::mode) one["enum"] = modes;
    properties[std::string(k->key)] = std::move(one);
    if (k->need == KeyNeed::required) needed.push_back(k->key);
    if (k->need == KeyNeed::either) either.push_back({{"required", {k->key}}});
  }
  Json out = {{"type", "object"}, {"additionalProperties", false}};
  if (!modes.empty()) out["title"] = fmt::format("{}", fmt::join(modes, " or "));
  out["required"] = std::move(needed);
  if (!either.empty()) out["oneOf"] = std::move(either);
  out["properties"] = std::move(properties);
  return out;
}

/// Modes that use the same keys share a map.
Json place_schema(const std::string& place) {
  std::vector<const RuleKey*> all = rule_keys_at(place);
  auto mode = std::find_if(all.begin(), all.end(),
                           [](const RuleKey* k) { return k->form == KeyForm::mode; });
  if (mode == all.end()) return map_schema(all, {});
  std::vector<std::pair<std::vector<const RuleKey*>, std::vector<std::string>>> groups;
  for (std::string_view choice : (*mode)->choices) {
    std::vector<const RuleKey*> used;
    for (const RuleKey* k : all)
      if (k->modes.empty() || std::find(k->modes.begin(), k->modes.end(), choice) != k->modes.end())
        used.push_back(k);
    auto same =
        std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == used; });
    if (same == groups.end())
      groups.push_back({used, {std::string(choice)}});
    else
      same->second.emplace_back(choice);
  }
  Json out = {{"type", "object"}, {"oneOf", Json::array()}};
  for (const auto& [used, modes] : groups) out["oneOf"].push_back(map_schema(used, modes));
  return out;
}

std::string need_text(const RuleKey& k) {
  std::string out = k.need == KeyNeed::required ? "required"
                    : k.need == KeyNeed::either ? "one of them"
                    : k.value.empty()           ? "none"
                                                : fmt::format("`{}`", k.value);
  if (k.modes.empty()) return out;
  std::string modes;
  for (std::string_view one : k.modes)
    modes += fmt::format("{}`{}`", modes.empty() ? "" : ", ", one);
  return fmt::format("{} under {}", out, modes);
}

}  // namespace

std::string taken_text(const RuleKey& k) {
  auto listed = [&](const char* between) {
    std::string out;
    for (std::string_view one : k.choices)
      out += fmt::format("{}`{}`", out.empty() ? "" : between, one);
    return out;
  };
  switch (k.form) {
    case KeyForm::name:
      return "name";
    case KeyForm::text:
      return "text";
    case KeyForm::path:
      return "path";
    case KeyForm::boolean:
      return "`true`, `false`";
    case KeyForm::integer:
      if (k.most < kWireMax) return fmt::format("integer, {} to {}", k.least, k.most);
      return k.least == 1 ? "integer > 0" : "integer";
    case KeyForm::duration:
      return "duration";
    case KeyForm::positive_duration:
      return "duration > 0";
    case KeyForm::time:
      return "time";
    case KeyForm::offset:
      return "offset like `+01:00`";
    case KeyForm::money:
      return "money";
    case KeyForm::ratio:
      return "ratio";
    case KeyForm::share:
      return "ratio, at most 100%";
    case KeyForm::positive_share:
      return "ratio, more than 0%, at most 100%";
    case KeyForm::choice:
    case KeyForm::mode:
      return listed(", ");
    case KeyForm::quantities:
      return "`1 .. 500`";
    case KeyForm::prices:
      return "`0.00 .. 400.00`";
    case KeyForm::durations:
      return "`1min .. 8h`";
    case KeyForm::condition:
      return "expression, boolean";
    case KeyForm::amount:
      return "expression, money";
    case KeyForm::names:
      return "list of names";
    case KeyForm::choices:
      return "list of " + listed(", ");
    case KeyForm::map:
      return "map, below";
    case KeyForm::list:
      return "list of maps, below";
    case KeyForm::tariff:
      return "money, or a list of maps, below";
    case KeyForm::quotas:
      return "map, or a list of maps, below";
    case KeyForm::quota:
      return "ratio, more than 0%, at most 100%; or integer > 0";
    case KeyForm::given:
    case KeyForm::expected:
      return "map of variables";
  }
  return {};
}

Json rule_schema() {
  Json out = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "Rule of a capacity allocation marketplace"},
              {"description",
               "What an editor can check while a rule is written; `capmarket check` judges the "
               "rest: expressions, names that must be unique, bounds that must be in order."}};
  out.update(place_schema(""));
  return out;
}

std::string rule_keys_page() {
  std::string out =
      "# Keys of a rule file\n\nGenerated from the table in `model/rules/keys.cc`, as the parser "
      "and the JSON Schema are; a test compares.\nWhat they mean together: "
      "[rules](../spec/rules.md); forms of values: [scenarios.md](../spec/scenarios.md#values).\n";
  std::string_view place = "-";
  for (const RuleKey& k : rule_keys()) {
    if (k.place != place)
      out += fmt::format("\n## {}\n\n| key | value | default | meaning |\n|---|---|---|---|\n",
                         k.place.empty() ? "The file" : fmt::format("`{}`", k.place));
    place = k.place;
    out += fmt::format("| `{}` | {} | {} | {} |\n", k.key, taken_text(k), need_text(k), k.about);
  }
  return out;
}

}  // namespace capmarket::rules
