#include "sim/script/stage.h"

#include <algorithm>

#include "sim/engine/population.h"
#include "sim/engine/setup.h"
#include "sim/script/build_settlement.h"
#include "sim/script/perform.h"

namespace capmarket {
namespace {

class SimStage : public Stage {
 public:
  explicit SimStage(const Scenario& scenario) {
    w_.scenario = &scenario;
    w_.population = {static_cast<std::uint64_t>(scenario.seed_population), 0};
    w_.dynamics = {static_cast<std::uint64_t>(scenario.seed_dynamics), 1};
    populate(w_);
  }

  Result<void> begin() {
    ChainOptions options;
    options.scheme = Scheme::mac;
    if (auto r = set_up(w_, options); !r) return r;
    goals_ = std::make_unique<GoalMonitor>(*w_.chain, watched_claims(*w_.scenario));
    w_.chain->observe([this](const Event& event) { goals_->on_event(event); });
    w_.now = w_.scenario->start;
    return {};
  }

  std::vector<StageAnswer> perform(const ScriptStep& step) override {
    w_.now = std::max(w_.now, step.at);
    std::vector<StageAnswer> out;
    for (ScriptObject& built : build_step(w_, step)) {
      auto receipt = submit_built(w_, std::move(built));
      CHECK(receipt.has_value(), to_text(receipt.error()));  // in memory nothing outside can fail
      out.push_back({receipt->sequence, receipt->time, receipt->decision, receipt->turned_away});
    }
    return out;
  }

  Instant now() const override { return w_.now; }
  const ChainState& state() const override { return w_.state(); }
  const GrantRecord* grant(const std::string& name) const override {
    return w_.state().grant(grant_named(w_, name));
  }
  ContentId made(const std::string& name) const override { return capmarket::made(w_, name); }
  std::vector<GoalReport> goals() const override { return goals_->report(); }

 private:
  World w_;
  std::unique_ptr<GoalMonitor> goals_;
};

}  // namespace

Result<std::unique_ptr<Stage>> make_stage(const Scenario& scenario) {
  auto stage = std::make_unique<SimStage>(scenario);
  if (auto r = stage->begin(); !r) return tl::unexpected(r.error());
  return stage;
}

}  // namespace capmarket
