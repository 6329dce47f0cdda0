// What a genesis may not say. Source: docs/spec/chain.md#genesis.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/crypto/sign.h"
#include "model/objects/governance.h"
#include "model/objects/submission.h"
#include "verify/audit/frames.h"

namespace capmarket::audit {

/// The payload of the log's first entry, where that entry stands: its frame, leaf and payload fit one
/// another, and its id is that of the chain which the checkpoint, or without one the record, names. Then
/// genesis.cbor is a copy of it, or is the file at fault. Empty: not so. Memory: a segment.
std::optional<std::string> standing_genesis(const std::string& dir);

/// All that is wrong with it by itself.
std::vector<Damage> faults_of(const objects::Genesis& genesis);

/// Which of its roots did not sign it as they have to.
std::vector<std::string> unsigned_of(const objects::Genesis& genesis,
                                     const objects::CheckedSubmission& submission);

}  // namespace capmarket::audit
