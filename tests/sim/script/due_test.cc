// A step is built from the state of its own instant: what fell due by then has happened, whether or
// not anybody submitted anything in between.
#include <gtest/gtest.h>

#include "sim/run/run.h"
#include "sim/script/executor.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::script {
namespace {

const std::string kRule = R"(rule: terms
version: 1
authority: eu/a
class: c
scope: eu
effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }
granularity: 1min
unit: u
retention: 1d
dispute_within: 2h
currency: EUR
limits: { quantity: 1 .. 1000, price: 0.00 .. 400.00, length: 1min .. 8h, lead: 0s .. 1d, skew: 1h }
coordination: { mode: none }
pricing: { mode: negotiated, floor: 0.00, cap: 400.00 }
tiers: [{ name: only, rank: 10, eligible: true }]
fallback:
  - { name: f, substitution: any, notify_within: 1min, refund: 100%, penalty: 10%, record: [notice] }
revocation: { on_review: uphold }
claims: { contest_within: 10min, burden: claimant, claim_fee: 5%, contest_fee: 7% }
)";

const std::string kScenario = R"(scenario: due
start: 2026-01-15T16:00:00Z
duration: 8h
signatures: mac
locations: [eu]
authorities: [{ name: eu/a, scope: eu, classes: [c] }]
classes: [{ name: c, unit: u, retention: 1d, granularity: 1min }]
holders: [{ name: H, count: 1, strategy: scripted, place: eu, quantity: 1000 }]
users: [{ name: U, count: 1, arrivals: none, tier: [only] }]
auditors: [{ name: ins, sample: 0% }]
rules: [r.yaml]
steps:
  - { declare: d, at: 0s, by: H, quantity: 100, from: 0s, until: 6h, expect: admitted }
  - { declare: dd, at: 0s, by: H, quantity: 100, from: 0s, until: 6h, expect: admitted }
  - { request: r, at: 1s, by: U, of: [d, dd], quantity: 10, from: 10min, until: 2h, tier: only, price: 10.00 }
  - { settle: g, at: 2s, request: r, of: d, expect: admitted }
)";

// Stands at 50min where nobody contests it. A lease of 30min lapses at 40min: what is left of the
// grant then has passed.
const std::string kClaim =
    "  - { fail: g, at: 40min, by: user, quantity: 8, from: 20min, until: 40min, expect: admitted }\n";

struct Case {
  std::string name, before, step;
  std::string other;  // an unrelated one just before it
  bool lease = false;
  std::string answer;  // `admitted`, `nothing`, or the clauses of the refusal
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string told(const scenarios::Scenario& scenario, const world::ScriptReport& script) {
  std::string out;
  const auto outcomes = world::outcomes_of(script, scenario.script.steps.size() - 1);
  if (outcomes.empty()) return "nothing";
  for (const auto* o : outcomes) {
    if (o->decision.admitted()) out += "admitted";
    for (admission::ClauseId c : o->decision.failed)
      out += std::string(admission::to_text(c)) + " ";
    for (admission::ClauseId c : o->decision.unresolved)
      out += std::string(admission::to_text(c)) + "? ";
  }
  return out;
}

class Due : public ::testing::TestWithParam<Case> {
 protected:
  scenarios::Scenario load(const std::string& steps) {
    const Case& c = GetParam();
    folder_.write("r.yaml", kRule + (c.lease ? "lease: 30min\nsurrender_fee: 12.5%\n" : ""));
    auto scenario = scenarios::load_scenario(folder_.write("s.yaml", kScenario + steps), {}, {});
    CHECK(scenario.has_value(), to_text(scenario.error()));
    return *scenario;
  }
  testing::ScratchFolder folder_;
};

TEST_P(Due, has_happened_before_the_step_looks) {
  const Case& c = GetParam();
  for (const std::string& between : {std::string(), c.other}) {
    const scenarios::Scenario scenario = load(c.before + between + c.step);
    auto run = run::run_scenario(scenario, {});
    ASSERT_TRUE(run) << to_text(run.error());
    EXPECT_EQ(told(scenario, run->script), c.answer) << between;
    auto executor = make_executor(scenario);
    ASSERT_TRUE(executor);
    std::size_t answers = 0;
    for (const scenarios::ScriptStep& step : scenario.script.steps)
      answers = (*executor)->execute_step(step).size();
    EXPECT_EQ(answers, c.answer == "nothing" ? 0u : 1u) << between;
  }
}

std::string request_at(const std::string& at) {
  return "  - { request: zz, at: " + at +
         ", by: U, of: [d], quantity: 1, from: 3h, until: 4h, tier: only, price: 1.00 }\n";
}

INSTANTIATE_TEST_SUITE_P(
    steps, Due,
    ::testing::Values(
        Case{"record_of_a_claim_that_stood", kClaim, "  - { record: g, at: 55min }\n",
             request_at("54min"), false, "admitted"},
        Case{
            "replacement_of_what_a_claim_took", kClaim,
            "  - { settle: s, at: 55min, signed: 15min, request: r, of: dd, replaces: g, quantity: "
            "8, from: 20min, until: 40min }\n",
            request_at("54min"), false, "admitted"},
        Case{"contest_at_the_end_of_its_time", kClaim, "  - { contest: g, at: 50min }\n",
             request_at("49min"), false, "nothing"},
        Case{"contest_in_time", kClaim, "  - { contest: g, at: 49min }\n", request_at("48min"),
             false, "admitted"},
        Case{"surrender_of_what_a_lapse_left", "", "  - { surrender: g, at: 100min }\n",
             request_at("99min"), true, "window "},
        Case{"surrender_of_what_is_live", "", "  - { surrender: g, at: 5min }\n",
             request_at("4min"), true, "admitted"}),
    [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace capmarket::script
