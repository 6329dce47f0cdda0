// From a step of a script to the objects that it submits: what the script leaves out is filled in
// as an honest party would.
#pragma once

#include <string>
#include <vector>

#include "model/objects/object.h"
#include "sim/world/world.h"

namespace capmarket::script {

/// An object and who signs it; the first signer is the submitter.
struct ScriptObject {
  objects::Object object;
  std::vector<party::Signer> signers;
};

/// What the step submits now, in order; none where it acts on what is not there (a grant that was
/// never admitted, a party that owes nothing). It reads the state of now: what fell due until now
/// is appended first. Remembers the ids of what it makes.
std::vector<ScriptObject> build_step(world::World& world, const scenarios::ScriptStep& step);

/// The key of the holder, user or coordinator of that name (`NAME.0`, or `NAME` of a group of one);
/// null without one.
const crypto::KeyPair* key_of(const world::World& world, const std::string& name);

}  // namespace capmarket::script
