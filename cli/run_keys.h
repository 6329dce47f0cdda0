// The keys of a simulated chain, which follow from the population seed that its run.json names.
#pragma once

#include <string>
#include <vector>

#include "model/crypto/sign.h"

namespace capmarket::cli {

/// The signing key of one authority of a simulated chain, or of its log.
struct RunKey {
  std::string name;  // of the authority; empty: the log's
  crypto::KeySeed seed;
};

/// The log's key alone, as the genesis has it: also of a chain that is damaged behind that. Problems: no
/// run there, or a key that does not follow from its seed.
Result<crypto::KeySeed> log_key_of_run(const std::string& run_directory);

/// The key that signs the log of `directory`: of a run there, where `from_run`, else from a key
/// file. Problems: neither; a file that is none.
Result<crypto::KeyPair> log_key_pair(const std::string& directory, bool from_run,
                                     const std::string& file);

/// The log's key first, unless the log has changed it since; then each authority's, in the order of
/// the chain. Problems: no run there,
/// or keys that do not follow from its seed.
Result<std::vector<RunKey>> keys_of_run(const std::string& run_directory);

}  // namespace capmarket::cli
