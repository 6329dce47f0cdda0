#include "verify/audit/judge.h"

#include <fmt/format.h>

#include "verify/audit/judge_internal.h"

namespace capmarket::audit {

std::string clause_text(std::int64_t number) {
  static constexpr std::string_view kNames[] = {
      "objects-resolve",
      "signatures",
      "holder-scope",
      "asset",
      "user-membership",
      "tier-eligible",
      "rule-in-force",
      "class-unit",
      "window",
      "granularity",
      "quantity",
      "capacity",
      "shared-capacity",
      "coordination",
      "displacement",
      "tier-quota",
      "price",
      "fallback",
      "sequence",
      "disclosure",
      "jurisdictions",
      "retention",
      "narrowing",
      "standing",
      "outstanding",
      "activity-bounded",
      "activity-authorized",
      "index-complete",
      "record-complete",
  };
  if (number < 1 || number > static_cast<std::int64_t>(std::size(kNames)))
    return fmt::format("clause {}", number);
  return std::string(kNames[number - 1]);
}

std::string to_text(const Judgement& judgement) {
  std::string out;
  for (std::int64_t n : judgement.failed) out += (out.empty() ? "" : " ") + clause_text(n);
  for (std::int64_t n : judgement.unresolved)
    out += (out.empty() ? "" : " ") + clause_text(n) + "?";
  if (out.empty()) out = "admitted";
  for (const AuditShortfall& x : judgement.shortfalls)
    out += fmt::format(", leg {} lacks {} for {} and {}", x.leg, x.lack.value, x.compensation.value,
                       x.refund.value);
  return out;
}

std::optional<Judgement> judge(const AuditState& state, const objects::CheckedSubmission& submission,
                               Instant at) {
  return std::visit(
      [&](const auto& o) -> std::optional<Judgement> {
        Judge one{state, submission, at};
        if constexpr (requires { one(o); })
          return one(o);
        else
          return std::nullopt;
      },
      submission.object);
}

}  // namespace capmarket::audit
