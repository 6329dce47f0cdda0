// The settlement of a step, and the names that scripts give; private to sim/script.
#pragma once

#include "sim/script/build.h"

namespace capmarket::script {

ScriptObject build_settlement(world::World& world, const scenarios::ScriptStep& step);

std::optional<world::HolderIndex> holder_named(const world::World& world, const std::string& name);
std::optional<world::UserIndex> user_named(const world::World& world, const std::string& name);
/// The id of what an earlier step made; zero without one.
ContentId made(const world::World& world, const std::string& name);
/// The grant of a settlement's first leg, or of leg K under `NAME.K`.
ContentId grant_named(const world::World& world, const std::string& name);

}  // namespace capmarket::script
