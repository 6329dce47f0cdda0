// The table of keys in words, for people: the Markdown of the reference page.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/check.h"
#include "scenarios/keys.h"

namespace capmarket::scenarios {
namespace {

/// What every key of a form says of its type and of what it takes.
struct FormWords {
  KeyForm form;
  std::string_view type, range;
};
constexpr FormWords kFormWords[] = {
    {KeyForm::name, "name", ""},
    {KeyForm::rule_name, "name of rules", ""},
    {KeyForm::text, "text", "at most 4096 bytes"},
    {KeyForm::reference, "name", ""},
    {KeyForm::credential, "`holders.GROUP.N`, `users.GROUP.N` or `coordinators.NAME.N`", ""},
    {KeyForm::file, "file", "seen from the scenario file"},
    {KeyForm::expression, "expression, boolean", ""},
    {KeyForm::path, "path", ""},
    {KeyForm::place, "`uniform` or path", ""},
    {KeyForm::boolean, "`true`, `false`", ""},
    {KeyForm::integer, "integer", ""},
    {KeyForm::units, "integer", "units of any sign"},
    {KeyForm::choice, "", ""},
    {KeyForm::time, "time", ""},
    {KeyForm::duration, "duration", "at least 0s"},
    {KeyForm::positive_duration, "duration", "at least 1ns"},
    {KeyForm::moment, "moment", ""},
    {KeyForm::money, "money", "may be negative"},
    {KeyForm::sum, "money", "not negative"},
    {KeyForm::share, "share", "0% to 100%"},
    {KeyForm::margin, "ratio", "0% to 10000%"},
    {KeyForm::weight, "weight", "0% to 100%, or 0 to 10000 basis points"},
    {KeyForm::rate, "rate", "more than 0 per hour"},
    {KeyForm::durations, "distribution of durations", "at least 0s"},
    {KeyForm::quantities, "distribution of units", "units, not negative"},
    {KeyForm::prices, "distribution of money", "money per unit and hour, not negative"},
    {KeyForm::rule_names, "list of names of rules", ""},
    {KeyForm::references, "list of names", ""},
    {KeyForm::integers, "list of integers", ""},
    {KeyForm::paths, "list of paths", ""},
    {KeyForm::scope, "path or list of paths", "at least one"},
    {KeyForm::tiers, "name; of a scripted user also a list of at least one", ""},
    {KeyForm::locations, "list of paths, or map", ""},
    {KeyForm::rules, "list of files and maps", ""},
    {KeyForm::schedule, "integer or list of maps", ""},
    {KeyForm::steps, "list of maps, or file", ""},
    {KeyForm::arrivals, "`none`, `poisson(RATE)` or map", ""},
    {KeyForm::strategy, "or map", ""},
    {KeyForm::part_quantity, "share or integer", ""},
    {KeyForm::expectation, "or map", ""},
    {KeyForm::counts, "map of integers", ""},
    {KeyForm::map, "map", ""},
    {KeyForm::list, "list of maps", ""},
};

const FormWords& words_of(KeyForm form) {
  auto found = std::find_if(std::begin(kFormWords), std::end(kFormWords),
                            [&](const FormWords& w) { return w.form == form; });
  CHECK(found != std::end(kFormWords), static_cast<int>(form));
  return *found;
}

std::string in_parts(std::initializer_list<std::string> parts, const char* between) {
  std::string out;
  for (const std::string& part : parts)
    if (!part.empty()) out += (out.empty() ? "" : between) + part;
  return out;
}

std::string listed(std::span<const std::string_view> all) {
  std::string out;
  for (std::string_view one : all) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", one);
  return out;
}

std::string type_text(const ScenarioKey& k) {
  std::string type(words_of(k.form).type);
  if (k.form == KeyForm::choice || k.form == KeyForm::expectation || k.form == KeyForm::strategy)
    return in_parts({listed(k.choices), type}, " ");
  return type;
}

/// Of numbers between bounds, and of lists: how many items.
std::string bounds_text(const ScenarioKey& k) {
  bool number =
      k.form == KeyForm::integer || k.form == KeyForm::schedule || k.form == KeyForm::counts;
  bool items = k.form == KeyForm::list || k.form == KeyForm::references || k.form == KeyForm::paths;
  if (number)
    return fmt::format("{} to {}{}", k.least,
                       k.most == kWireMax ? "2^62 - 1" : fmt::format("{}", k.most),
                       k.items_most == kWireMax ? ""
                                                : fmt::format("; at most {} steps", k.items_most));
  if (k.items_most != kWireMax)
    return k.least > 0 && items ? fmt::format("{} to {} items", k.least, k.items_most)
                                : fmt::format("at most {} items", k.items_most);
  if (items && k.least != k.most && k.most != kWireMax)
    return fmt::format("{} to {} items", std::max<std::int64_t>(0, k.least), k.most);
  if (!items || k.least <= 0) return {};
  return fmt::format("{} {}", k.least == k.most ? "exactly" : "at least", k.least);
}

std::string need_text(const ScenarioKey& k) {
  std::string otherwise = absent_text(k, "`");
  switch (k.need) {
    case KeyNeed::required:
      return "required";
    case KeyNeed::one_of:
      return "exactly one of these keys";
    case KeyNeed::any_of:
      return "at least one of these keys";
    case KeyNeed::optional:
      break;
  }
  if (!k.needed_in.empty())
    return in_parts({"required under " + listed(k.needed_in), otherwise}, "; else ");
  return otherwise.empty() ? "none" : otherwise;
}

}  // namespace

std::string expected_text(const ScenarioKey& k) {
  return in_parts({in_parts({type_text(k), taken_text(k)}, ", "), std::string(k.about)}, ": ");
}

std::string taken_text(const ScenarioKey& k) {
  return in_parts({std::string(words_of(k.form).range), bounds_text(k), std::string(k.range)},
                  "; ");
}

std::string absent_text(const ScenarioKey& k, std::string_view quote) {
  std::string value = k.value.empty() ? "" : fmt::format("{0}{1}{0}", quote, k.value);
  return in_parts({value, std::string(k.absent)}, ", ");
}

std::string scenario_keys_table() {
  std::string out;
  std::string_view part;
  // Keys of one value each stand together, before those that have a table of their own.
  auto top = [](const ScenarioKey& k) { return k.path.substr(0, k.path.find_first_of("[.")); };
  auto lone = [&](const ScenarioKey& k) {
    return k.place.empty() && std::none_of(scenario_keys().begin(), scenario_keys().end(),
                                           [&](const ScenarioKey& other) {
                                             return &other != &k && top(other) == k.path;
                                           });
  };
  auto head = [&](std::string_view title) {
    out += fmt::format(
        "{}**{}**\n\n| key | type | default | unit or range | meaning |\n"
        "|---|---|---|---|---|\n",
        out.empty() ? "" : "\n", title);
  };
  auto line = [&](const ScenarioKey& k) {
    std::string about =
        k.modes.empty() ? std::string(k.about) : fmt::format("{}: {}", listed(k.modes), k.about);
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", k.path, type_text(k), need_text(k),
                       taken_text(k), about);
  };
  head("The scenario");
  for (const ScenarioKey& k : scenario_keys())
    if (lone(k)) line(k);
  for (const ScenarioKey& k : scenario_keys()) {
    if (lone(k)) continue;
    if (top(k) != part) head(fmt::format("`{}`", top(k)));
    part = top(k);
    line(k);
  }
  return out;
}

}  // namespace capmarket::scenarios
