#include "model/rules/reach.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket::rules {
namespace {

constexpr std::string_view kLatestEnd = "the latest end of a leg";

void add(std::vector<Reach>& out, std::string place, Int128 from, Int128 by,
         std::string_view since) {
  out.push_back({std::move(place), from, from + by, std::string(since)});
}

}  // namespace

Int128 latest_end(const Rule& rule) {
  return Int128{rule.effective.until.value} + rule.limits.lead_max.value +
         rule.limits.length_max.value;
}

std::vector<Reach> reaches(const Rule& rule) {
  std::vector<Reach> out;
  const Int128 until = rule.effective.until.value;
  const Int128 end = latest_end(rule);
  const Int128 admitted = until + rule.limits.skew.value;
  add(out, "effective.until", 0, end, "`effective.until` with the longest lead and length");
  add(out, "limits.skew", until, rule.limits.skew.value, "`effective.until`");
  add(out, "retention", end, rule.retention.value, kLatestEnd);
  // Disputed at the last moment, what a finding owes falls due as long after.
  add(out, "dispute_within", end, Int128{2} * rule.dispute_within.value,
      "the latest end of a leg (a dispute, and what it owes)");
  // Claimed at the last moment, contested and witnessed at theirs, disputed, and owed as long after.
  add(out, "claims.contest_within", end + rule.dispute_within.value,
      Int128{2} * rule.claims.contest_within.value + Int128{2} * rule.dispute_within.value,
      "the latest claim (contest, witnesses, a dispute about it, and what that owes)");
  add(out, "review_within", end, rule.review_within.value, kLatestEnd);
  if (rule.lease) add(out, "lease", end, rule.lease->value, kLatestEnd);
  add(out, "pricing.max_age", until, rule.pricing.max_age.value, "`effective.until`");
  for (std::size_t i = 0; i < rule.tiers.size(); ++i) {
    const Tier& tier = rule.tiers[i];
    std::string at = fmt::format("tiers[{}].", i);
    if (tier.min_run)
      add(out, at + "min_run", until + rule.limits.lead_max.value, tier.min_run->value,
          "the latest start of a leg");
    if (!tier.displaces) continue;
    constexpr std::string_view kAdmitted = "the latest admission of a leg";
    add(out, at + "displaces.pay_within", admitted, tier.displaces->pay_within.value, kAdmitted);
    if (tier.displaces->stop_within)
      add(out, at + "displaces.stop_within", admitted, tier.displaces->stop_within->value,
          kAdmitted);
  }
  for (std::size_t i = 0; i < rule.fallback.size(); ++i)
    add(out, fmt::format("fallback[{}].notify_within", i), end,
        rule.fallback[i].notify_within.value, kLatestEnd);
  return out;
}

Int128 latest_of(const Rule& rule, Duration class_retention) {
  Int128 out = latest_end(rule) + class_retention.value;
  for (const Reach& r : reaches(rule)) out = std::max(out, r.latest);
  return out;
}

}  // namespace capmarket::rules
