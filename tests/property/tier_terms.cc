#include "tests/property/tier_terms.h"

#include <fmt/format.h>

namespace capmarket::property {

std::string tiers_text(const TierOptions& o) {
  std::string victims = o.order == "latest-first" ? "" : ", victims: " + o.order;
  return fmt::format(
      "  - name: gold\n    rank: 30\n    eligible: user.kind == \"hospital\"\n{}    displaces: {{ "
      "when: victim.rank < rank, compensation: \"{}\", pay_within: 4s{}{} }}\n"
      "  - name: silver\n    rank: 20\n    eligible: true\n"
      "    displaces: {{ when: victim.rank < rank && notice >= 1s && victim.quantity <= 4, "
      "compensation: \"{}\", pay_within: 4s{} }}\n"
      "  - name: basic\n    rank: 10\n    eligible: true\n{}{}{}",
      o.quotas ? "    set_aside: 30%\n" : "",
      o.second ? "2 * victim.value + released * 0.01" : "max(1.5 * victim.value, 0.02)", victims,
      o.stop_within ? ", stop_within: 3s" : "",
      o.second ? "victim.value + victim.quantity * 0.005 + victim.times_displaced * 0.01"
               : "victim.value - 0.01",
      victims, o.quotas ? "    quota: { of: capacity, at_most: 50% }\n" : "",
      o.aside ? "    set_aside: 34%\n" : "", o.min_run ? "    min_run: 2s\n" : "");
}

bool slow_eligible(const std::string& tier, const objects::CredentialGrant& user) {
  return tier != "gold" || user.kind == "hospital";
}

bool slow_displaces(const std::string& tier, const SlowVictim& v) {
  if (tier == "gold") return v.rank < 30;
  return tier == "silver" && v.rank < 20 && v.notice >= kNanosPerSecond && v.quantity <= 4;
}

std::int64_t slow_compensation(std::int64_t version, const std::string& tier, const SlowVictim& v) {
  if (tier == "gold")
    return version > 1 ? 2 * v.value + 100 * v.released
                       : std::max<std::int64_t>(v.value * 3 / 2, 200);
  if (tier == "silver")
    return version > 1 ? v.value + 50 * v.quantity + 100 * v.times_displaced : v.value - 100;
  return 0;
}

}  // namespace capmarket::property
