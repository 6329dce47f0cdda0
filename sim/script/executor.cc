#include "sim/script/executor.h"

#include <algorithm>
#include <utility>

#include "sim/script/build_settlement.h"
#include "sim/script/play_script.h"
#include "sim/script/watched.h"
#include "sim/world/population.h"
#include "sim/world/setup.h"

namespace capmarket::script {
namespace {

class SimExecutor : public scenarios::Executor {
 public:
  explicit SimExecutor(const scenarios::Scenario& scenario) {
    w_.scenario = &scenario;
    w_.population = {static_cast<std::uint64_t>(scenario.seed_population), 0};
    w_.dynamics = {static_cast<std::uint64_t>(scenario.seed_dynamics), 1};
    world::populate(w_);
  }

  Result<void> begin() {
    world::ChainOptions options;
    options.scheme = crypto::Scheme::mac;
    options.everybody = true;
    if (auto r = world::set_up(w_, options); !r) return r;
    goals_ = std::make_unique<chain::GoalMonitor>(*w_.chain, watched_claims(*w_.scenario));
    w_.chain->observe([this](const chain::Event& event) {
      goals_->on_event(event);
      if (!event.covers.empty()) covers_ = event.covers;
    });
    w_.now = w_.scenario->start;
    return {};
  }

  std::vector<scenarios::StepAnswer> execute_step(const scenarios::ScriptStep& step) override {
    w_.now = std::max(w_.now, step.at);
    std::vector<scenarios::StepAnswer> out;
    for (ScriptObject& built : build_step(w_, step)) {
      auto receipt = submit_built(w_, std::move(built));
      CHECK(receipt.has_value(), to_text(receipt.error()));  // in memory nothing outside can fail
      out.push_back({receipt->sequence, receipt->time, receipt->decision, receipt->turned_away,
                     std::exchange(covers_, {})});
    }
    return out;
  }

  Instant now() const override { return w_.now; }
  const chain::ChainState& state() const override { return w_.state(); }
  const chain::GrantRecord* grant(const std::string& name) const override {
    return w_.state().grant(grant_named(w_, name));
  }
  ContentId made(const std::string& name) const override {
    return capmarket::script::made(w_, name);
  }
  std::vector<chain::GoalReport> goals() const override { return goals_->report(); }

 private:
  world::World w_;
  std::unique_ptr<chain::GoalMonitor> goals_;
  std::vector<chain::Cover> covers_;  // of the settlement that was just admitted
};

}  // namespace

Result<std::unique_ptr<scenarios::Executor>> make_executor(const scenarios::Scenario& scenario) {
  auto executor = std::make_unique<SimExecutor>(scenario);
  if (auto r = executor->begin(); !r) return tl::unexpected(r.error());
  return executor;
}

}  // namespace capmarket::script
