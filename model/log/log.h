// The append-only log: frames in memory or in segment files. Source: docs/spec/chain.md#files.
#pragma once

#include <memory>
#include <string>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/log/checkpoint.h"
#include "model/log/merkle.h"
#include "model/crypto/sign.h"

namespace capmarket::log {

/// Frame = u32 leaf length, u32 payload length, u32 CRC-32C of (the eight length bytes, leaf,
/// payload), all little-endian; leaf; payload.
void append_frame(Bytes& out, ByteView leaf, ByteView payload);

/// Bytes of a frame before its leaf.
inline constexpr std::size_t kFrameHead = 12;
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
};

/// Appends the frames' bytes, the same as in files, to `frames`; null keeps nothing.
std::unique_ptr<EntryLog> memory_log(Bytes* frames);

/// Creates `dir` (which holds no chain yet): the writer's lock, genesis.cbor, the first segment.
Result<std::unique_ptr<EntryLog>> file_log(const std::string& dir, const ContentId& chain,
                                           ByteView genesis_payload, const crypto::KeyPair& log_key);

/// Puts a note in place of the checkpoint of `dir`, durably and at once: the old one or the new one.
/// Precondition: the writer's lock is held.
Result<void> replace_checkpoint(const std::string& dir, std::string_view note);

/// Reopens the log of `dir` to append where `signed_note` ends. Whoever writes holds an exclusive
/// lock (writer_lock.h) from here until the log dies. Problems: a second writer; frames that
/// are damaged or do not give the signed root; anything beyond the signed size. Changes nothing.
Result<std::unique_ptr<EntryLog>> file_log_append(const std::string& dir, const ContentId& chain,
                                                  const Checkpoint& signed_note,
                                                  const crypto::KeyPair& log_key);

}  // namespace capmarket::log
