// A scenario's script, done step by step on the chain of a run. Source:
// docs/spec/scenarios.md#scripts.
#pragma once

#include "sim/script/build.h"
#include "sim/world/world.h"

namespace capmarket::script {

/// Plans the first step; each plans the next.
void schedule_script(world::World& world);

/// Signs and submits at the world's `now`. Problems: as execute_step.
Result<chain::Receipt> submit_built(world::World& world, ScriptObject built);

/// Does step number `step`, and those after it at the same instant. Problems: a kind that nobody
/// may submit, a disk that fails.
Result<void> execute_step(world::World& world, party::StepIndex step);

}  // namespace capmarket::script
