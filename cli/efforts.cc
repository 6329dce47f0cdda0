#include "cli/efforts.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/nearest.h"
#include "model/base/number.h"

namespace capmarket::cli {
namespace {

/// The limits that the command reads.
std::vector<smt::EffortRow> rows_of(const std::string& command) {
  std::vector<smt::EffortRow> out;
  for (const smt::EffortRow& row : smt::effort_rows())
    if ((", " + std::string(row.commands) + ",").find(", " + command + ",") != std::string::npos)
      out.push_back(row);
  return out;
}

}  // namespace

void add_effort(CLI::App& command, std::vector<std::string>& given) {
  command
      .add_option("--effort", given,
                  "NAME=VALUE: another limit of how hard the solver tries (decides); below")
      ->type_size(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  std::string text = "Limits of --effort, each from 1 on:\n";
  const smt::Effort defaults;
  for (const smt::EffortRow& row : rows_of(command.get_name()))
    text += fmt::format("  {:<18}{:>9} {}\n", row.name, defaults.*row.value, row.unit);
  command.footer(text + "\n" + command.get_footer());
}

Result<smt::Effort> effort_of(const std::vector<std::string>& given, const std::string& command) {
  const std::vector<smt::EffortRow> rows = rows_of(command);
  std::vector<std::string_view> names;
  for (const smt::EffortRow& row : rows) names.push_back(row.name);
  smt::Effort out;
  std::set<std::string> seen;
  for (const std::string& text : given) {
    const std::size_t cut = text.find('=');
    const std::string name = text.substr(0, cut);
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const smt::EffortRow& r) { return r.name == name; });
    if (row == rows.end())
      return fail(fmt::format("--effort {}: `{}` has no limit of that name", text, command),
                  expected_one_of(name, names));
    if (cut == std::string::npos)
      return fail(fmt::format("--effort {}: no value", text), fmt::format("{}=VALUE", name));
    if (!seen.insert(name).second)
      return fail(fmt::format("--effort {}: given twice", text), "each limit once");
    auto number = read_number("--effort " + name, text.substr(cut + 1), {1, row->most});
    if (!number) return tl::unexpected(number.error());
    out.*row->value = static_cast<std::uint32_t>(*number);
  }
  return out;
}

void add_settings(nlohmann::ordered_json& json, const std::string& command,
                  const CommonOptions& common, const smt::Effort& effort) {
  nlohmann::ordered_json limits = nlohmann::ordered_json::object();
  for (const smt::EffortRow& row : rows_of(command))
    limits[std::string(row.name)] = effort.*row.value;
  json["settings"] = {{"rlimit", common.rlimit}, {"effort", std::move(limits)}};
}

}  // namespace capmarket::cli
