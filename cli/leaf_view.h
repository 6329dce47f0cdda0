// A leaf as the commands of a chain show it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "model/chain/leaf.h"

namespace capmarket::cli {

/// `bytes`: the leaf's own, which are hashed.
nlohmann::ordered_json leaf_json(const chain::Leaf& leaf, ByteView bytes);
/// Sequence, time, kind, the first digits of the id, decision; with its line end.
std::string leaf_line(const chain::Leaf& leaf);

}  // namespace capmarket::cli
