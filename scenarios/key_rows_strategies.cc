#include "scenarios/key_rows_strategies.h"

#include <fmt/format.h>

#include <deque>
#include <string>

#include "scenarios/strategies.h"

namespace capmarket::scenarios {
namespace {

/// Rows keep views of their texts: those that are put together here live as long as the program.
std::string_view kept(std::string text) {
  static std::deque<std::string> kTexts;
  return kTexts.emplace_back(std::move(text));
}

KeyRow parameter_row(std::string_view path, const StrategyParameter& p, KeyNeed need,
                     std::string_view value, std::string_view about) {
  KeyRow row(path, p.form, need, value, "", about);
  return p.form == KeyForm::integer ? row.within(p.least, p.most) : row;
}

}  // namespace

void append_strategy(std::vector<ScenarioKey>& out, KeyRow row, StrategyRole role) {
  std::string about(row.about);
  const char* between = ": ";
  for (const StrategyRow& s : strategies_of(role)) {
    about += fmt::format("{}`{}`, {}", between, s.name, s.about);
    between = "; ";
  }
  row.about = kept(std::move(about));
  row.choices = strategy_names(role);
  row.role = role;
  out.push_back(row);
  for (const StrategyRow& s : strategies_of(role)) {
    const std::string_view path = kept(fmt::format("{}.{}", row.path, s.name));
    if (s.parameters.size() == 1)
      out.push_back(parameter_row(path, s.parameters[0], KeyNeed::one_of, "",
                                  kept(fmt::format("{}: {}; {} where the name stands alone",
                                                   s.parameters[0].key, s.parameters[0].about,
                                                   s.parameters[0].value))));
    if (s.parameters.size() < 2) continue;
    out.push_back(KeyRow(path, KeyForm::map, KeyNeed::one_of, "", "", "its parameters"));
    for (const StrategyParameter& p : s.parameters)
      out.push_back(parameter_row(kept(fmt::format("{}.{}", path, p.key)), p, KeyNeed::optional,
                                  p.value, p.about));
  }
}

}  // namespace capmarket::scenarios
