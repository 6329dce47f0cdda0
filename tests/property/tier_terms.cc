#include "tests/property/tier_terms.h"

#include <fmt/format.h>

#include "tests/support/times.h"

namespace capmarket::property {

namespace {

std::string quotas_text(const TierOptions& o) {
  const std::string share = "{ of: capacity, at_most: 50% }", units = "{ of: user, at_most: 4 }";
  if (o.quotas && o.capped) return "    quota: [" + share + ", " + units + "]\n";
  if (!o.quotas && !o.capped) return "";
  return "    quota: " + (o.quotas ? share : units) + "\n";
}

}  // namespace

std::string clock_text() {
  return "zone: { name: jumps, offset: +00:00, changes: [ { from: 2026-01-01T00:00:06Z, offset: "
         "+05:00 }, { from: 2026-01-01T00:00:10Z, offset: +12:00 } ] }\n";
}

bool slow_fifth_hour(Instant start) {
  return testing::at_second(6) <= start && start < testing::at_second(10);
}

std::string tiers_text(const TierOptions& o) {
  std::string victims = o.order == "latest-first" ? "" : ", victims: " + o.order;
  return fmt::format(
      "  - name: gold\n    rank: 30\n    eligible: user.kind == \"hospital\"\n{}    displaces: {{ "
      "when: victim.rank < rank, compensation: \"{}\", pay_within: 4s{}{} }}\n"
      "  - name: silver\n    rank: 20\n    eligible: true\n"
      "    displaces: {{ when: victim.rank < rank && notice >= 1s && victim.quantity <= 4{}, "
      "compensation: \"{}\", pay_within: 4s{} }}\n"
      "  - name: basic\n    rank: 10\n    eligible: true\n{}{}{}",
      o.quotas ? "    set_aside: 30%\n" : "",
      o.second ? "2 * victim.value + released * 0.01" : "max(1.5 * victim.value, 0.02)", victims,
      o.stop_within ? ", stop_within: 3s" : "", o.clock ? " && start.hour != 5" : "",
      o.second ? "victim.value + victim.quantity * 0.005 + victim.times_displaced * 0.01"
               : "victim.value - 0.01",
      victims, quotas_text(o), o.aside ? "    set_aside: 34%\n" : "",
      o.min_run ? "    min_run: 2s\n" : "");
}

bool slow_eligible(const std::string& tier, const objects::CredentialGrant& user) {
  return tier != "gold" || user.kind == "hospital";
}

bool slow_displaces(const std::string& tier, const SlowVictim& v) {
  if (tier == "gold") return v.rank < 30;
  return tier == "silver" && v.rank < 20 && v.notice >= kNanosPerSecond && v.quantity <= 4 &&
         !v.fifth_hour;
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
