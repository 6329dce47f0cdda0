#include "cli/scenario_input.h"

#include <fmt/format.h>

#include "cli/input_files.h"

namespace capmarket::cli {

Result<std::vector<std::pair<std::string, std::string>>> parse_sets(
    const std::vector<std::string>& sets) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& s : sets) {
    std::size_t at = s.find('=');
    if (at == 0 || at == s.npos)
      return fail(fmt::format("--set {}: no assignment", s), "PATH=VALUE, like users.0.count=50");
    out.emplace_back(s.substr(0, at), s.substr(at + 1));
  }
  return out;
}

Result<scenarios::Scenario> scenario_input(const std::string& file,
                                           const std::vector<std::string>& sets,
                                           const std::vector<std::string>& rules,
                                           const std::string& command) {
  auto pairs = parse_sets(sets);
  if (!pairs) return tl::unexpected(pairs.error());
  if (auto kind = expect_scenario(file, command); !kind) return tl::unexpected(kind.error());
  for (const std::string& rule : rules)
    if (auto kind = expect_rule(rule, command + " --rule"); !kind)
      return tl::unexpected(kind.error());
  return scenarios::load_scenario(file, *pairs, rules);
}

}  // namespace capmarket::cli
