#include "verify/fuzz/fuzz.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>

#include "model/admission/table.h"
#include "verify/fuzz/commands.h"
#include "verify/fuzz/minimise.h"

namespace capmarket::fuzz {
namespace {

rc::Gen<std::vector<FuzzCommand>> commands(int average) {
  static const std::vector<int> bag = [] {
    std::vector<int> out;
    for (std::size_t k = 0; k < fuzz_kinds().size(); ++k)
      out.insert(out.end(), static_cast<std::size_t>(fuzz_kinds()[k].weight), static_cast<int>(k));
    return out;
  }();
  auto small = rc::gen::inRange(0, 6);
  auto command = rc::gen::build<FuzzCommand>(
      rc::gen::set(&FuzzCommand::what, rc::gen::noShrink(rc::gen::elementOf(bag))),
      rc::gen::set(&FuzzCommand::a, small), rc::gen::set(&FuzzCommand::b, small),
      rc::gen::set(&FuzzCommand::c, small), rc::gen::set(&FuzzCommand::d, small),
      rc::gen::set(&FuzzCommand::e, small));
  // Sizes inside ranges must not follow the length of the history.
  return rc::gen::resize(2 * average, rc::gen::container<std::vector<FuzzCommand>>(
                                          rc::gen::resize(rc::kNominalSize, command)));
}

/// RapidCheck's own would load its configuration and print it.
class Silent : public rc::detail::TestListener {
 public:
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

std::string broken_goal(const std::vector<chain::GoalReport>& goals, const FuzzOptions& options) {
  for (const chain::GoalReport& g : goals) {
    bool asked = options.goals.empty() || std::find(options.goals.begin(), options.goals.end(),
                                                    g.goal) != options.goals.end();
    if (asked && g.verdict == chain::GoalVerdict::broken) return "goal:" + g.goal;
  }
  return {};
}

std::unique_ptr<scenarios::Executor> executor_for(const scenarios::Scenario& scenario,
                                                  const FuzzOptions& options) {
  auto executor = options.executor(scenario);
  CHECK(executor.has_value(), to_text(executor.error()));  // the caller has made one before
  return std::move(*executor);
}

/// One history: played, its goals watched after each command, then audited.
struct History {
  std::string what, detail;
  std::vector<scenarios::ScriptStep> steps;
  std::map<std::string, std::int64_t> counts;
  std::vector<chain::GoalReport> goals;
};

History execute(const FuzzMarket& market, const FuzzOptions& options,
                const std::vector<FuzzCommand>& all) {
  auto executor = executor_for(market.scenario, options);
  FuzzCommands commands(market, *executor);
  for (int i = 0; i < 2; ++i) commands.execute({1, i, i, 1, 0, 0});  // something to trade with
  History out;
  for (const FuzzCommand& c : all) {
    commands.execute(c);
    out.what = broken_goal(executor->goals(), options);
    if (!out.what.empty()) break;
  }
  out.goals = executor->goals();
  out.steps = commands.steps();
  out.counts = commands.counts();
  if (!out.what.empty() || !options.audited) return out;
  scenarios::Scenario scenario = market.scenario;
  scenario.script.steps = out.steps;
  out.detail = options.audited(scenario);
  if (!out.detail.empty()) out.what = "audit";
  return out;
}

void count(const History& h, FuzzReport& report) {
  report.steps += static_cast<std::int64_t>(h.steps.size());
  for (const auto& [what, times] : h.counts) report.counts[what] += times;
  for (const chain::GoalReport& g : h.goals) {
    auto it =
        std::find_if(report.goals.begin(), report.goals.end(), [&](const chain::GoalReport& x) {
          return x.rule == g.rule && x.version == g.version && x.goal == g.goal;
        });
    if (it == report.goals.end()) {
      report.goals.push_back(g);
      continue;
    }
    it->steps += g.steps;
    it->breaches += g.breaches;
    if (g.verdict == chain::GoalVerdict::broken || it->verdict == chain::GoalVerdict::not_reached)
      it->verdict = g.verdict;
  }
}

/// Clauses by which no settlement was refused; kinds of steps, tiers and strategies of the rules that
/// never were admitted.
std::vector<std::string> never_reached(const FuzzMarket& market, const FuzzReport& report) {
  std::vector<std::string> out;
  auto expect = [&](const std::string& what) {
    const bool there = report.counts.contains(what) ||
                       (what == "settle admitted" && report.counts.contains("settle displacing admitted"));
    if (!there && std::find(out.begin(), out.end(), what) == out.end()) out.push_back(what);
  };
  for (std::string_view kind : scenarios::kStepKinds) expect(fmt::format("{} admitted", kind));
  bool displaces = false;
  for (const scenarios::ScenarioRule& r : market.scenario.rules) {
    for (const rules::Tier& t : r.rule.tiers) {
      expect(fmt::format("tier {} admitted", t.name));
      if (t.displaces) expect(fmt::format("tier {} displaced others", t.name));
      displaces = displaces || t.displaces.has_value();
    }
    for (const rules::FallbackStrategy& f : r.rule.fallback)
      expect(fmt::format("strategy {} admitted", f.name));
  }
  if (displaces) expect("settle displacing several grants admitted");
  expect("settle of several legs admitted");
  for (const auto& row :
       admission::ClauseTable<Concrete, admission::SettlementFacts<Concrete>>::rows)
    expect(fmt::format("settle refused by {}", admission::to_text(row.id)));
  return out;
}

/// The steps as they come out now, written down as what to expect.
void expect_what_comes(scenarios::Scenario& scenario, const FuzzOptions& options) {
  auto executor = executor_for(scenario, options);
  for (scenarios::ScriptStep& s : scenario.script.steps) {
    auto answers = executor->execute_step(s);
    s.expect.reset();
    if (answers.size() != 1 || answers.front().turned_away) continue;
    s.expect = scenarios::StepExpectation{answers.front().decision.admitted(),
                                          answers.front().decision.failed};
  }
}

FuzzFailure shrunk(const FuzzMarket& market, const FuzzOptions& options, const History& worst) {
  FuzzFailure out;
  out.what = worst.what;
  out.scenario = market.scenario;
  auto fails = [&](const std::vector<scenarios::ScriptStep>& steps) {
    scenarios::Scenario s = market.scenario;
    s.script.steps = steps;
    return complaint_of(s, options) == worst.what;
  };
  out.scenario.script.steps = minimised(worst.steps, fails);
  expect_what_comes(out.scenario, options);
  complaint_of(out.scenario, options, &out.detail);
  if (worst.what.starts_with("goal:"))
    for (const scenarios::ScenarioRule& r : market.scenario.rules) {
      scenarios::WatchSpec watch;
      watch.name = worst.what.substr(5);
      watch.rule = r.rule.name;
      watch.expect = 1;  // broken
      bool has = std::any_of(r.rule.goals.begin(), r.rule.goals.end(),
                             [&](const rules::Goal& g) { return g.name == watch.name; });
      if (!has) continue;
      out.scenario.script.watch.push_back(std::move(watch));
      break;
    }
  return out;
}

}  // namespace

bool FuzzReport::vacuous() const {
  if (failure) return false;
  auto times = [&](const char* what) {
    auto it = counts.find(what);
    return it == counts.end() ? std::int64_t{0} : it->second;
  };
  if (times("settle admitted") + times("settle displacing admitted") == 0) return true;
  return !goals.empty() && std::none_of(goals.begin(), goals.end(), [](const auto& g) {
    return g.verdict != chain::GoalVerdict::not_reached;
  });
}

std::string complaint_of(const scenarios::Scenario& scenario, const FuzzOptions& options,
                         std::string* detail) {
  auto executor = executor_for(scenario, options);
  for (const scenarios::ScriptStep& step : scenario.script.steps) {
    executor->execute_step(step);
    std::string what = broken_goal(executor->goals(), options);
    if (what.empty()) continue;
    if (detail != nullptr)
      *detail = fmt::format("{} {} breaks {}", scenarios::to_text(step.kind), step.name, what);
    return what;
  }
  if (!options.audited) return {};
  std::string wrong = options.audited(scenario);
  if (detail != nullptr) *detail = wrong;
  return wrong.empty() ? "" : "audit";
}

FuzzReport fuzz(const FuzzMarket& market, const FuzzOptions& options) {
  FuzzReport report;
  std::optional<History> worst;  // RapidCheck shrinks: the last that failed is the shortest
  auto property = [&] {
    auto all = *commands(options.commands);
    History h = execute(market, options, all);
    if (!h.what.empty() && (!worst || worst->what == h.what)) {
      worst = std::move(h);
      RC_FAIL(worst->what);
    }
    if (worst) return;  // shrinking: another fault is not this one
    ++report.histories;
    report.commands += static_cast<std::int64_t>(all.size());
    count(h, report);
  };
  rc::detail::TestMetadata metadata;
  metadata.description = market.scenario.name;
  rc::detail::TestParams params;
  params.seed = options.seed;
  params.maxSuccess = options.histories;
  Silent silent;
  rc::detail::checkProperty(rc::detail::toProperty(property), metadata, params, silent, {});
  if (worst) count(*worst, report);
  report.never = never_reached(market, report);
  report.unplayed = market.unplayed;
  if (!worst) return report;
  report.failure = shrunk(market, options, *worst);
  return report;
}

}  // namespace capmarket::fuzz
