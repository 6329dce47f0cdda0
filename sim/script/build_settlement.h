// The settlement of a step, and the names that scripts give; private to sim/script.
#pragma once

#include "sim/script/build.h"

namespace capmarket::script {

/// The settlement of a `settle` step, signed by all whom an honest one needs; what the script
/// leaves out is as an honest party has it, what it gives stands, right or wrong.
ScriptObject build_settlement(world::World& world, const scenarios::ScriptStep& step);

/// The party named `name`, or `name`.0 of a group; none without one.
std::optional<party::HolderIndex> holder_named(const world::World& world, const std::string& name);
std::optional<party::UserIndex> user_named(const world::World& world, const std::string& name);
/// The id of what an earlier step made; zero without one.
ContentId made(const world::World& world, const std::string& name);
/// The grant of a settlement's first leg, or of leg K under `NAME.K`.
ContentId grant_named(const world::World& world, const std::string& name);

/// What the settlement, the chain's latest submission, took of others; grants that no step made go
/// by their ids in hexadecimal. Empty where it was refused.
scenarios::DisplacedGrants displaced_by(const world::World& world, const ContentId& settlement);

}  // namespace capmarket::script
