#include "model/objects/invariants.h"

#include <fmt/format.h>

namespace capmarket::objects {
namespace {

constexpr bool rows_are_numbered() {
  for (std::size_t i = 0; i < kInvariants.size(); ++i)
    if (static_cast<std::size_t>(kInvariants[i].id) != i + 1) return false;
  return true;
}
static_assert(rows_are_numbered());

}  // namespace

std::string theorem_name(Invariant id, std::string_view part) {
  return fmt::format("{}{}{}", to_text(id), part.empty() ? "" : ".", part);
}

std::string invariants_table() {
  std::string out = "| id | invariant |\n|---|---|\n";
  for (const InvariantRow& row : kInvariants)
    out += fmt::format("| {} | {} |\n", row.text, row.statement);
  return out;
}

}  // namespace capmarket::objects
