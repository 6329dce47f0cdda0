// The log's own first entry, which genesis.cbor is a copy of. Source: docs/spec/chain.md#files.
#pragma once

#include <optional>
#include <string>

#include "model/base/bytes.h"
#include "model/base/result.h"

namespace capmarket::chain {

/// The origin that the checkpoint, or without one the record, has: whose chain it is by the files beside the
/// log, whoever signed them. Empty where neither says.
std::string named_origin(const std::string& dir);

/// The payload of the first entry, where it stands: its frame, leaf and payload fit one another, and its id
/// is that of the chain which `named_origin` names. Memory: a segment.
Result<std::optional<Bytes>> standing_genesis(const std::string& dir);

/// genesis.cbor is another than that payload, or is missing.
tl::unexpected<Problems> not_the_first_entry(const std::string& dir);

}  // namespace capmarket::chain
