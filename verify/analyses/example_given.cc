#include "verify/analyses/example_given.h"

#include <algorithm>

#include "model/base/text.h"
#include "model/expr/expr.h"

namespace capmarket::analyses {

const std::string* ExampleGiven::text(std::string_view name) const {
  for (const rules::NamedValue& v : example_.given)
    if (v.name == name) return &v.value;
  return nullptr;
}

bool ExampleGiven::of_victim() const {
  return std::any_of(example_.given.begin(), example_.given.end(), [](const rules::NamedValue& v) {
    return expr::variables()[static_cast<std::size_t>(expr::variable_row(v.name))].place ==
           expr::ExprPlace::displacement;
  });
}

bool ExampleGiven::is(std::string_view name, bool value) const {
  const std::string* t = text(name);
  return t != nullptr && (*t == "true") == value;
}

std::optional<std::int64_t> ExampleGiven::integer(std::string_view name) const {
  return has(name) ? parse_integer(*text(name)) : std::nullopt;
}
std::optional<Money> ExampleGiven::money(std::string_view name) const {
  return has(name) ? parse_money(*text(name)) : std::nullopt;
}
std::optional<Duration> ExampleGiven::duration(std::string_view name) const {
  return has(name) ? parse_duration(*text(name)) : std::nullopt;
}
std::optional<Instant> ExampleGiven::instant(std::string_view name) const {
  return has(name) ? parse_instant(*text(name)) : std::nullopt;
}

std::vector<std::string> ExampleGiven::names(std::string_view name) const {
  std::vector<std::string> out;
  const std::string* t = text(name);
  for (std::size_t from = 0; t != nullptr && from < t->size();) {
    std::size_t comma = std::min(t->find(", ", from), t->size());
    out.push_back(t->substr(from, comma - from));
    from = comma + 2;
  }
  return out;
}

}  // namespace capmarket::analyses
