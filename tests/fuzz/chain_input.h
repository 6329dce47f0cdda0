// A chain directory as the bytes of a fuzzer's input: its files in parts with their lengths, so
// that most changes of the input are changes of one part; and what puts links, root and signatures
// right again.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/crypto/sign.h"
#include "model/log/log.h"
#include "tests/support/chain_files.h"

namespace capmarket::fuzz {

/// The numbered keys (tests/support/parties.h) that sign the seeds' logs: the genesis's, and one
/// after it.
inline constexpr std::array<int, 2> kLogKeys = {3, 77};

/// How much of what a change breaks is made to agree again; each with what is before it.
enum class Repair : std::uint8_t {
  checksums,   // of frames
  links,       // and sequence numbers and previous hashes of leaves, and genesis.cbor
  signed_end,  // and root, record and checkpoint, signed by the log's key
  bodies,      // and before those ids and hashes of signatures; under `mac` the signatures too
};

/// What is asked of the chain beside the audit, replay and fsck, which all inputs get: each costs
/// as much as both.
enum class Ask : std::uint8_t { no_more, salvage, mend, all };

/// One change of a file's bytes as they would be written.
struct RawEdit {
  std::uint8_t file =
      0;  // genesis.cbor, checkpoint, record, last segment, by the rest of division by 4
  std::uint16_t place = 0;
  std::uint8_t how = 0;  // other bits, gone, one more, cut here, by the rest of division by 4
  std::uint8_t byte = 0;
};

/// What an input says. Every input says something.
struct ChainInput {
  Repair repair = Repair::checksums;
  Ask ask = Ask::all;
  std::uint8_t first_segment = 0;  // frames in it; 0: all
  /// Under `signed_end`: entries at the end that checkpoint and record do not cover.
  std::uint8_t behind_checkpoint = 0, behind_record = 0;
  std::vector<RawEdit> edits;
  Bytes genesis, checkpoint, record;
  std::vector<log::Frame> frames;
};

/// A byte each of repair and what is asked (low bits, two each), frames, what is behind (low and
/// high half) and edits; five of each edit; then parts behind two bytes of their length,
/// little-endian. Parts that are missing are empty, one that is cut short is what is there.
ChainInput parse_chain_input(ByteView bytes);
/// The inverse, of parts of at most 65 535 bytes.
Bytes to_bytes(const ChainInput& input);

/// The files, at `dir`, which is made anew.
void write_chain_input(ChainInput input, const std::string& dir);
/// Those of a chain that is there, of one segment.
ChainInput read_chain_input(const std::string& dir);

/// The key that signs the log at its end, as its entries say, where it is one of the numbered ones;
/// else log_key().
const crypto::KeyPair& signing_key(const std::vector<log::Frame>& frames);
/// The entries, where all leaves can be read, and the frames that hold them, numbered and linked.
std::vector<testing::ForgedEntry> entries_of(const std::vector<log::Frame>& frames);
std::vector<log::Frame> linked(const std::vector<testing::ForgedEntry>& entries);
/// How the genesis says that submissions are signed; Ed25519 where it cannot be read.
crypto::Signing signing_of(const std::vector<log::Frame>& frames);

}  // namespace capmarket::fuzz
