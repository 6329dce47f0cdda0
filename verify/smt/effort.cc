#include "verify/smt/effort.h"

#include <fmt/format.h>

#include "model/base/check.h"

namespace capmarket::smt {
namespace {

constexpr std::uint32_t kStepsMost = 4'000'000'000;
constexpr std::uint32_t kCountMost = 1'000'000;
constexpr std::uint32_t kPartMost = 1'000;

}  // namespace

const std::vector<EffortRow>& effort_rows() {
  static const std::vector<EffortRow> rows = {
      {"smaller", &Effort::smaller, kStepsMost, "steps", "check, hunt",
       "of a question on the way to a case: exact values, one range of products, smaller numbers; "
       "at most `--rlimit`"},
      {"smaller-of-diff", &Effort::smaller_of_diff, kStepsMost, "steps", "diff",
       "the same of `diff`, which asks more questions"},
      {"newer-part", &Effort::newer_part, kPartMost, "parts", "check, hunt, diff",
       "of the steps of a question, one part in so many goes to the solver's newer arithmetic first; "
       "none where a rule has a `zone`"},
      {"older-part", &Effort::older_part, kPartMost, "parts", "check, hunt, diff",
       "then one in so many to its older one; what is left to the newer again"},
      {"boxes", &Effort::boxes, kCountMost, "ranges", "check, hunt, diff",
       "that the factors of products are split into in one question"},
      {"product-steps", &Effort::product_steps, kStepsMost, "steps", "check, hunt, diff",
       "of all the ranges of one question with products"},
      {"examples", &Effort::examples, kCountMost, "tries", "check, hunt, diff",
       "combinations of exact values that one question looks at"},
      {"product-examples", &Effort::product_examples, kCountMost, "tries", "check, hunt, diff",
       "the same where an expression multiplies"},
      {"ratio-boxes", &Effort::ratio_boxes, kCountMost, "ranges", "check",
       "like `boxes`, of a question about the smallest ratio of `compensation-adequate`"},
      {"ratio-steps", &Effort::ratio_steps, kStepsMost, "steps", "check",
       "of all questions about the smallest ratios of a rule, in equal parts for its tiers that "
       "displace; past them the figure is a range"},
      {"ring-conditions", &Effort::ring_conditions, kCountMost, "conditions", "check",
       "of turns that `displacement-acyclic` looks for rings with"},
      {"ring-part", &Effort::ring_part, kPartMost, "parts", "check",
       "of the steps of a question, one part in so many goes to a ring of more than three turns"},
      {"value-tries", &Effort::value_tries, kCountMost, "tries", "check",
       "quantities, each with as many lengths, that are looked at for the value that a golden case "
       "gives"},
  };
  return rows;
}

std::string efforts_table() {
  std::string out = "| name | default | unit | read by | what it limits |\n|---|---|---|---|---|\n";
  const Effort defaults;
  for (const EffortRow& row : effort_rows())
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", row.name, defaults.*row.value, row.unit,
                       row.commands, row.meaning);
  return out;
}

std::string effort_text(std::uint32_t Effort::*limit, const Effort& effort) {
  for (const EffortRow& row : effort_rows())
    if (row.value == limit) return fmt::format("`--effort {}={}`", row.name, effort.*limit);
  CHECK(false, "a limit without a row");
  return {};
}

std::string rlimit_text(std::uint32_t rlimit) { return fmt::format("`--rlimit {}`", rlimit); }

std::string reached_text(const std::vector<std::string>& limits) {
  std::string out;
  for (std::size_t i = 0; i < limits.size(); ++i)
    out += (i == 0 ? ": it reached " : i + 1 == limits.size() ? " and " : ", ") + limits[i];
  return out.empty() ? out : out + "; more may decide it";
}

}  // namespace capmarket::smt
