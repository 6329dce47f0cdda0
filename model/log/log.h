// The append-only log: frames, and where they go. Source: docs/spec/chain.md#files.
#pragma once

#include <memory>
#include <string>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/crypto/sign.h"
#include "model/log/merkle.h"

namespace capmarket::log {

/// Frame = u32 leaf length, u32 payload length, u32 CRC-32C of (the eight length bytes, leaf,
/// payload), all little-endian; leaf; payload.
void append_frame(Bytes& out, ByteView leaf, ByteView payload);

/// Bytes of a frame before its leaf.
inline constexpr std::size_t kFrameHead = 12;
/// The longest leaf: what a tile of entries can hold.
inline constexpr std::size_t kLeafBytesMax = 65'535;
/// The longest payload: a batch, with room for its envelope.
inline constexpr std::size_t kPayloadBytesMax = 17 * 1024 * 1024;
/// A segment file is closed before it would grow beyond this many bytes.
inline constexpr std::size_t kSegmentBytesMax = 64 * 1024 * 1024;

/// Leaf and payload of one entry, as they stand in a frame.
struct Frame {
  Bytes leaf;
  Bytes payload;
};

/// What was read at one place of a segment.
enum class FrameFault : std::uint8_t { none, end, torn, crc, length };
/// Parses the frame at `at` and moves past it; bounded by the lengths a leaf and a payload may
/// have.
FrameFault read_frame(ByteView bytes, std::size_t& at, ByteView& leaf, ByteView& payload);

/// Where frames go. Groups (an event with what it caused) are appended whole between two calls of
/// `checkpoint`, so that a signed size never splits one.
class EntryLog {
 public:
  virtual ~EntryLog() = default;
  /// Adds one frame; durable only after the next checkpoint.
  virtual void append(ByteView leaf, ByteView payload) = 0;
  /// Makes everything appended durable, derives the root again from what was written, and signs
  /// (size, root). A fault of the disk is a problem and leaves the last checkpoint in place.
  virtual Result<void> checkpoint(const Digest& root, std::int64_t size) = 0;
  /// Checkpoints from here on are signed by `key`.
  virtual void sign_with(const crypto::KeyPair& key) = 0;
};

/// Appends the frames' bytes, the same as in files, to `frames`; null keeps nothing.
std::unique_ptr<EntryLog> memory_log(Bytes* frames);

}  // namespace capmarket::log
