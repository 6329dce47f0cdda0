// What a fuzzer does with its bytes: reads them in every way it knows and ends the process where a
// property does not hold; true where they are read through, not refused. The same functions replay
// the seeds in the quick suite.
#pragma once

#include <string>

#include "model/base/bytes.h"

namespace capmarket::fuzz {

/// Codec: an object of the kind that the first byte names, a list of signatures, a leaf: what
/// decodes encodes to the same bytes.
bool codec(ByteView bytes);
/// Notes, checkpoints (of the writer's reader and of the audit's: the same answer), verifier keys,
/// proofs: what is read is written as it was.
bool note(ByteView bytes);
/// Frames of a segment: the log's reader and the audit's find the same. An odd first byte has the
/// checksums put right before.
bool segment(ByteView bytes);
/// A chain directory (chain_input.h): whatever its files hold, the audit, replay, fsck, salvage and
/// a writer answer, and say of it what fits together. True where the audit accepts it.
bool chain(ByteView bytes);
/// A number of a seed of `chain`, and up to fifteen steps that change the meaning of its entries,
/// four bytes each: what, where, and two more. All is numbered, linked and signed again: replay
/// accepts it exactly where the audit does. True where both do.
bool replay(ByteView bytes);
/// A rule: what is read has a canonical form that reads back.
bool rule_yaml(ByteView bytes);
/// A scenario beside a rule that is there.
bool scenario_yaml(ByteView bytes);
/// Tables: CSV cells, requests and holders of a trace, SWF, imports (the mapping and its tables,
/// between lines `---`).
bool table(ByteView bytes);

/// Ends the process with what does not hold.
void expect(bool holds, const char* what);
/// Whether the fault of a canary's build is planted in that input: in one of 64, and in no seed. It
/// counts where the input is read through, so that it is found only where such inputs are made.
bool is_canary(ByteView input);
/// The text that `input` stands for. Behind a first byte 1, which no text here has, come edits of
/// the seed NAME/FILE, three bytes each: where (two, beyond the end from the start again), what; a
/// what of 0 takes the byte away, one of 128 and more puts another digit where the next one stands.
/// So most inputs are near one that is read through.
std::string edited_seed(ByteView input, const std::string& seed);
/// A folder of this process alone, made once, gone at the end.
const std::string& scratch();

}  // namespace capmarket::fuzz
