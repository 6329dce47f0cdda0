// The set-up objects: genesis, authorities, classes, rules, credentials. Source:
// docs/spec/scenarios.md#start.
#pragma once

#include "sim/world/world.h"

namespace capmarket::world {

/// Where the chain lives, and under which signatures.
struct ChainOptions {
  std::string dir;  // empty: in memory
  Bytes* frames = nullptr;  // of a chain in memory; null: none are kept
  int workers = 0;  // signing threads beside the event loop
  bool everybody = false;  // credentials for those, too, to whom the scenario gives nothing to do
  crypto::Scheme scheme = crypto::Scheme::ed25519;
  std::function<void(const chain::Event&)> observer;  // of every event after the genesis
};

/// The key that signs checkpoints and the run's receipt. Derives from the population seed.
crypto::KeyPair log_key(const kernel::Stream::Key& population);
/// The seeds from which a simulated chain's keys follow: of the log, and of the authority of that
/// name. Whoever knows a run's population seed can sign for it.
crypto::KeySeed log_key_seed(const kernel::Stream::Key& population);
crypto::KeySeed authority_key_seed(const kernel::Stream::Key& population, std::string_view name);

/// Creates the chain and admits every set-up object at the earlier of the scenario's start and the
/// earliest `effective.from`. Problems: a set-up object that the chain refuses, with its clauses.
Result<void> set_up(World& world, const ChainOptions& options);

/// Admits the fallback strategies of a rule that takes effect later and that the set-up did not know
/// of: those that the chain does not have, now. One that is refused has its rule refused. Problems: a
/// chain that cannot be written.
Result<void> admit_strategies(World& world, const rules::Rule& rule);

/// The credential of a holder who may declare later is admitted when its first declaration arrives.
/// Does nothing for one that has it. Problems: a chain that cannot be written.
Result<void> credential_first(World& world, party::HolderIndex holder);

}  // namespace capmarket::world
