#include "sim/script/play_script.h"

#include "sim/script/build_settlement.h"
#include "sim/world/readers.h"

namespace capmarket::script {
namespace {

/// Submits at this instant and notes the answer.
Result<void> submit_now(world::World& w, std::size_t step, ScriptObject built) {
  const bool settles = std::holds_alternative<objects::Settlement>(built.object);
  auto receipt = submit_built(w, std::move(built));
  if (!receipt) return tl::unexpected(receipt.error());
  w.script.outcomes.push_back(
      {step, receipt->sequence, receipt->time, receipt->decision, receipt->turned_away, {}});
  if (settles && receipt->decision.admitted() && !receipt->turned_away)
    w.script.outcomes.back().displaced =
        displaced_by(w, made(w, w.scenario->script.steps[step].name));
  return {};
}

Result<void> execute_one(world::World& w, std::size_t index) {
  for (ScriptObject& built : build_step(w, w.scenario->script.steps[index]))
    if (auto r = submit_now(w, index, std::move(built)); !r) return r;
  return {};
}

void plan_step(world::World& w, std::size_t index) {
  const auto& steps = w.scenario->script.steps;
  if (index < steps.size())
    w.plan(w.script.draws, steps[index].at,
           party::ExecuteStep{party::StepIndex(static_cast<std::int64_t>(index))});
}

}  // namespace

Result<chain::Receipt> submit_built(world::World& w, ScriptObject built) {
  world::SigningJob job{objects::kind_of(built.object),
                        objects::encode_object(built.object),
                        {},
                        std::move(built.signers)};
  job.id = crypto::content_id(job.body);
  return world::admit(w, std::make_shared<const objects::CheckedSubmission>(
                             w.pool->join(*w.pool->start(std::move(job)))));
}

void schedule_script(world::World& w) { plan_step(w, 0); }

Result<void> execute_step(world::World& w, party::StepIndex step) {
  const auto& steps = w.scenario->script.steps;
  std::size_t index = step.place();
  for (; index < steps.size() && steps[index].at <= w.now; ++index)
    if (auto r = execute_one(w, index); !r) return r;
  plan_step(w, index);
  return {};
}

}  // namespace capmarket::script
