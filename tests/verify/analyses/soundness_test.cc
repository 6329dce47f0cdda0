// The worst bug that this project can have is a wrong "proved". Random rules are checked, then
// random requests and victims are decided by the code that admission runs: what any of them breaks
// must not have been proved, and what any of them shows to be possible must not be called
// impossible.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/rules/parse.h"
#include "tests/verify/analyses/random_market.h"
#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

template <class T>
T one_of(const std::vector<T>& items) {
  return items[static_cast<std::size_t>(*rc::gen::noShrink(
      rc::gen::inRange<std::int64_t>(0, static_cast<std::int64_t>(items.size()))))];
}
bool coin() { return one_of<std::int64_t>({0, 1}) == 1; }

std::string eligible_text() {
  return one_of<std::string>(
      {"true", "quantity >= 10", "user.kind == \"hospital\"", "value >= 20.00",
       "lead >= 5min && quantity < 100", "'\"a\" in user.groups || partial'",
       "location in \"eu/de\"", "price > 1.50 && length <= 2h", "quantity * quantity >= 100",
       "0.5 * value < 3.00", "user.kind != holder.kind", "quantity >= 10 || lead >= 23h",
       "max(value, 10.00) > 10.00", "until - now <= 1h"});
}
std::string when_text() {
  return one_of<std::string>({"true", "victim.rank < rank", "notice >= 5min", "not victim.started",
                              "victim.rank < rank && notice >= 10min", "victim.tier == \"low\"",
                              "victim.whole_value <= 50.00 && notice > 1min",
                              "value > victim.whole_value", "price > victim.price",
                              "victim.times_displaced < 2", "victim.quantity < 3",
                              "victim.length >= 1h || notice >= 1h"});
}
std::string compensation_text() {
  return one_of<std::string>({"1.5 * victim.value", "max(victim.value, 1.00)",
                              "0.0001 * victim.value", "0.00", "victim.value - 1.00",
                              "1.1 * victim.value",
                              "'notice >= 1h ? 0.5 * victim.value : victim.value'",
                              "min(victim.whole_value, 2 * victim.value)", "released * 0.01",
                              "victim.whole_value - victim.value"});
}
std::string goal_text() {
  return one_of<std::string>(
      {"always: displaced implies compensation >= victim.value",
       "never: displaced && victim.started", "always: displaced implies notice >= 5min",
       "never: displaced && victim.tier == \"high\"",
       "always: displaced implies compensation <= 2 * victim.whole_value",
       "always: admitted && tier == \"high\" implies quantity >= 10",
       "never: admitted && value > 100.00", "always: admitted implies value >= 0.01",
       "always: displaced implies compensation > 0.00",
       "never: admitted && tier == \"mid\" && partial",
       "always: displaced && released == 1 implies victim.value <= victim.whole_value",
       "always: displaced implies value + compensation >= 0.02"});
}

std::string rule_text() {
  std::string tiers;
  int rank = 30;
  for (const char* name : {"high", "mid", "low"}) {
    tiers +=
        fmt::format("  - name: {}\n    rank: {}\n    eligible: {}\n", name, rank, eligible_text());
    if (rank > 10 && coin())
      tiers += fmt::format(
          "    displaces:\n      when: {}\n      compensation: {}\n      pay_within: 1d\n{}",
          when_text(), compensation_text(), coin() ? "      stop_within: 2min\n" : "");
    if (coin()) tiers += "    min_run: 30min\n";
    rank -= 10;
  }
  return fmt::format(
      "rule: test/random\nversion: 1\nauthority: test\nclass: compute\nscope: eu\n"
      "effective: {{ from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }}\n"
      "granularity: 1min\nunit: core\nretention: 1y\ncurrency: EUR\n"
      "limits: {{ quantity: {} .. 1000, price: 0.00 .. 100.00, length: 1min .. {}, lead: 0s .. 1d, "
      "skew: {} }}\ncoordination: {{ mode: none }}\n"
      "pricing: {{ mode: negotiated, floor: {}, cap: 50.00 }}\ntiers:\n{}fallback:\n  - {{ name: "
      "same, substitution: same-holder, notify_within: 1min, refund: 100%, penalty: 20% "
      "}}\nrevocation: {{ on_review: uphold }}\ngoals:\n  - name: mine\n    {}\n",
      one_of<std::string>({"1", "5"}), one_of<std::string>({"8h", "30min"}),
      one_of<std::string>({"0s", "5s", "3min"}), one_of<std::string>({"0.00", "0.01", "1.00"}),
      tiers, goal_text());
}

/// What a case breaks was not proved, and what a case does was not called impossible.
void compare(const RuleReport& report, const Shown& shown) {
  for (const Finding& f : report.findings) {
    const std::string key = f.analysis + "[" + f.subject + "]";
    RC_LOG() << key;
    const bool fails =
        f.verdict == AnalysisVerdict::refuted || f.verdict == AnalysisVerdict::vacuous;
    RC_ASSERT(!shown.possible.contains(key) || !fails);
    if (!shown.broken.contains(key)) continue;
    RC_ASSERT(f.verdict != AnalysisVerdict::proved);
    RC_ASSERT(f.verdict != AnalysisVerdict::vacuous);
  }
}

void expect_sound() {
  question::RuleFile file;
  file.file = "random.yaml";
  std::string text = rule_text();
  auto rule = rules::parse_rule(file.file, text, rules::load_superseded, &file.places);
  RC_LOG() << text << (rule ? "" : to_text(rule.error()));
  RC_ASSERT(rule.has_value());
  file.rule = *rule;
  file.id = crypto::content_id(rules::encode_rule(file.rule));
  RuleReport report = check_rule(file, {file}, CheckOptions{});
  RC_LOG() << report.mismatch;
  RC_ASSERT(!report.internal_error);
  for (const Finding& f : report.findings)
    RC_LOG() << f.analysis << "[" << f.subject << "] " << to_text(f.verdict) << "\n";
  Shown shown;
  const Draw draw = [](std::int64_t low, std::int64_t high) {
    return *rc::gen::noShrink(rc::gen::inRange(low, high + 1));
  };
  MarketMaker maker(file.rule, draw);
  for (int i = 0; i < CAPMARKET_SOUND_MARKETS; ++i) {
    Market m;
    if (maker.make(m)) judge_market(file.rule, m, draw, shown);
  }
  compare(report, shown);
}

TEST(Soundness, nothing_proved_is_broken_by_a_decision) {
  rc::detail::TestMetadata metadata;
  metadata.id = "Soundness";
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = CAPMARKET_SOUND_RULES;
  const auto result = rc::detail::checkTestable(expect_sound, metadata, params);
  std::ostringstream told;
  rc::detail::printResultMessage(result, told);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << told.str();
}

}  // namespace
}  // namespace capmarket::analyses
