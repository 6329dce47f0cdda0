#include "scenarios/distribution.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/check.h"
#include "model/base/text.h"

namespace capmarket::scenarios {
namespace {

constexpr std::string_view kSpace = " \t";

struct Form {
  std::string_view name;
  DistributionKind kind;
  int parameters;
};
constexpr Form kForms[] = {{"uniform", DistributionKind::uniform, 2},
                           {"exponential", DistributionKind::exponential, 1},
                           {"normal", DistributionKind::normal, 2},
                           {"lognormal", DistributionKind::lognormal, 2}};

std::string_view example(DistributionUnit unit) {
  switch (unit) {
    case DistributionUnit::duration:
      return "2s";
    case DistributionUnit::money:
      return "60.00";
    case DistributionUnit::quantity:
      return "500";
  }
  CHECK(false);
  return {};
}

std::string expected_form(DistributionUnit unit) {
  return fmt::format(
      "a value like {0}, exponential(MEAN), uniform(LEAST, MOST), normal(MEAN, DEVIATION) or "
      "lognormal(MEAN, DEVIATION), all in the form of {0}",
      example(unit));
}

std::optional<std::int64_t> parse_value(std::string_view text, DistributionUnit unit) {
  std::optional<std::int64_t> value;
  switch (unit) {
    case DistributionUnit::duration:
      if (auto d = parse_duration(text)) value = d->value;
      break;
    case DistributionUnit::money:
      if (auto m = parse_money(text)) value = m->value;
      break;
    case DistributionUnit::quantity:
      value = parse_integer(text);
      break;
  }
  if (value && (*value < 0 || *value > kWireMax)) return std::nullopt;
  return value;
}

/// A part of `text` with its place, so that a problem can point at it.
struct Part {
  std::string_view text;
  int column = 1;  // from 1
};

Part trimmed(std::string_view whole, std::size_t from, std::size_t to) {
  std::string_view part = whole.substr(from, to - from);
  std::size_t first = part.find_first_not_of(kSpace);
  if (first == part.npos) return {part.substr(0, 0), static_cast<int>(from) + 1};
  std::size_t last = part.find_last_not_of(kSpace);
  return {part.substr(first, last - first + 1), static_cast<int>(from + first) + 1};
}

tl::unexpected<Problems> fail_at(const Part& part, std::string what, std::string expected) {
  Problem problem;
  problem.column = part.column;
  problem.what = std::move(what);
  problem.expected = std::move(expected);
  return fail(std::move(problem));
}

std::vector<Part> split_parameters(std::string_view text, std::size_t from, std::size_t to) {
  std::vector<Part> out;
  while (true) {
    std::size_t comma = std::min(text.find(',', from), to);
    out.push_back(trimmed(text, from, comma));
    if (comma == to) return out;
    from = comma + 1;
  }
}

Result<Distribution> parse_form(std::string_view text, std::size_t open, DistributionUnit unit) {
  Part name = trimmed(text, 0, open);
  const Form* form = nullptr;
  for (const Form& f : kForms)
    if (f.name == name.text) form = &f;
  if (form == nullptr)
    return fail_at(name, fmt::format("unknown distribution `{}`", name.text), expected_form(unit));
  std::size_t close = text.find_last_not_of(kSpace);
  if (close == text.npos || text[close] != ')')
    return fail_at({text, static_cast<int>(text.size())}, "the distribution does not end",
                   "a closing `)`");
  std::vector<Part> parts = split_parameters(text, open + 1, close);
  if (static_cast<int>(parts.size()) != form->parameters)
    return fail_at(name, fmt::format("`{}` with {} parameters", form->name, parts.size()),
                   fmt::format("{} of them", form->parameters));
  Distribution out;
  out.kind = form->kind;
  std::int64_t* targets[] = {&out.a, &out.b};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto value = parse_value(parts[i].text, unit);
    if (!value)
      return fail_at(parts[i], fmt::format("`{}` is no parameter of this", parts[i].text),
                     fmt::format("a value like {}, not negative", example(unit)));
    *targets[i] = *value;
  }
  bool bounded = form->kind == DistributionKind::uniform;
  if (unit == DistributionUnit::duration && !bounded) {
    out.most = kDrawnDurationMax;
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (*targets[i] > out.most)
        return fail_at(parts[i], fmt::format("`{}` is out of range", parts[i].text),
                       "at most 10y: no larger duration is drawn");
  }
  if (form->kind == DistributionKind::uniform && out.a > out.b)
    return fail_at(parts[0], "the interval is reversed", "uniform(LEAST, MOST)");
  if (form->kind == DistributionKind::lognormal && out.a == 0)
    return fail_at(parts[0], "a lognormal with mean zero", "a positive mean");
  return out;
}

std::string value_text(std::int64_t value, DistributionUnit unit) {
  switch (unit) {
    case DistributionUnit::duration:
      return to_text(Duration(value));
    case DistributionUnit::money:
      return to_text(Money(value));
    case DistributionUnit::quantity:
      return std::to_string(value);
  }
  CHECK(false);
  return {};
}

}  // namespace

std::string_view to_text(DistributionKind kind) {
  switch (kind) {
    case DistributionKind::constant:
      return "constant";
    case DistributionKind::uniform:
      return "uniform";
    case DistributionKind::exponential:
      return "exponential";
    case DistributionKind::normal:
      return "normal";
    case DistributionKind::lognormal:
      return "lognormal";
    case DistributionKind::choice:
      return "choice";
  }
  CHECK(false);
  return {};
}

Result<Distribution> parse_distribution(std::string_view text, DistributionUnit unit) {
  std::size_t open = text.find('(');
  if (open != text.npos) return parse_form(text, open, unit);
  Part whole = trimmed(text, 0, text.size());
  if (auto value = parse_value(whole.text, unit)) return Distribution::constant(*value);
  return fail_at(whole, fmt::format("`{}` is no value or distribution", whole.text),
                 expected_form(unit));
}

std::optional<Distribution> read_distribution(const yaml::YamlNode& node, DistributionUnit unit) {
  if (node.is_list()) {
    Distribution out;
    out.kind = DistributionKind::choice;
    std::vector<yaml::YamlNode> items = node.items();
    if (items.empty()) node.complain("an empty choice", "at least one value");
    for (const yaml::YamlNode& item : items) {
      auto text = item.text();
      if (!text) continue;
      if (auto value = parse_value(*text, unit))
        out.choices.push_back(*value);
      else
        item.complain(fmt::format("`{}` is no value here", *text),
                      fmt::format("a value like {}, not negative", example(unit)));
    }
    if (out.choices.size() != items.size() || items.empty()) return std::nullopt;
    return out;
  }
  auto text = node.text();
  if (!text) return std::nullopt;
  auto parsed = parse_distribution(*text, unit);
  if (parsed) return *parsed;
  for (const Problem& p : parsed.error()) node.complain(p.what, p.expected, p.column - 1);
  return std::nullopt;
}

std::int64_t Distribution::largest() const {
  switch (kind) {
    case DistributionKind::constant:
      return a;
    case DistributionKind::uniform:
      return b;
    case DistributionKind::choice:
      return choices.empty() ? 0 : *std::max_element(choices.begin(), choices.end());
    case DistributionKind::exponential:
    case DistributionKind::normal:
    case DistributionKind::lognormal:
      return most;
  }
  CHECK(false);
  return 0;
}

std::int64_t Distribution::smallest() const {
  switch (kind) {
    case DistributionKind::constant:
    case DistributionKind::uniform:
      return a;
    case DistributionKind::choice:
      return choices.empty() ? 0 : *std::min_element(choices.begin(), choices.end());
    case DistributionKind::exponential:
    case DistributionKind::normal:
    case DistributionKind::lognormal:
      return 0;
  }
  CHECK(false);
  return 0;
}

std::string to_text(const Distribution& d, DistributionUnit unit) {
  switch (d.kind) {
    case DistributionKind::constant:
      return value_text(d.a, unit);
    case DistributionKind::exponential:
      return fmt::format("exponential({})", value_text(d.a, unit));
    case DistributionKind::uniform:
    case DistributionKind::normal:
    case DistributionKind::lognormal:
      return fmt::format("{}({}, {})", to_text(d.kind), value_text(d.a, unit),
                         value_text(d.b, unit));
    case DistributionKind::choice: {
      std::string out = "[";
      for (std::size_t i = 0; i < d.choices.size(); ++i)
        out += (i > 0 ? ", " : "") + value_text(d.choices[i], unit);
      return out + "]";
    }
  }
  CHECK(false);
  return {};
}

}  // namespace capmarket::scenarios
