// The append-only log: frames in memory or in segment files. Source: docs/spec/chain.md#files.
#pragma once

#include <memory>
#include <string>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/crypto/sign.h"
#include "model/log/checkpoint.h"
#include "model/log/disk.h"
#include "model/log/merkle.h"
#include "model/log/record.h"

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

/// Creates `dir` (which holds no chain yet): the writer's lock, genesis.cbor, the first segment.
Result<std::unique_ptr<EntryLog>> file_log(const std::string& dir, const ContentId& chain,
                                           ByteView genesis_payload, const crypto::KeyPair& log_key,
                                           Disk& disk = real_disk());

/// Puts a note in place of the checkpoint of `dir`, durably and at once: the old one or the new one.
/// Precondition: the writer's lock is held.
Result<void> replace_checkpoint(const std::string& dir, std::string_view note);

/// A log that goes on, and what was found when it was opened.
struct ReopenedLog {
  std::unique_ptr<EntryLog> log;
  /// Where it goes on. Beyond the checkpoint where its writer was killed between record and
  /// checkpoint: what the record names is durable, and the next checkpoint signs it.
  Checkpoint end;
  /// What no entry tells of yet: bytes beyond the end, which go before the next append, and those
  /// that an earlier writer cut before it was killed. Each is to be the subject of an entry.
  std::vector<Cut> cuts;
  /// The checkpoint is behind the end.
  bool unsigned_end = false;
};

/// Reopens the log of `dir` where its record ends. Whoever writes holds an exclusive lock
/// (writer_lock.h) from here until the log dies. Changes nothing before the first checkpoint; that
/// one cuts first what lies beyond the end. Problems: a second writer; no record, or one that is
/// behind the checkpoint or another than it; a log that is shorter than its record (rolled back);
/// a frame below it that is damaged, by sequence number and class; another root.
Result<ReopenedLog> file_log_append(const std::string& dir, const ContentId& chain,
                                    const crypto::KeyPair& log_key, Disk& disk = real_disk());

/// What `file_log_append` would find with the log's key, by its public half alone: for who only looks.
/// Takes no lock; there is no log in what it gives.
Result<ReopenedLog> inspect_log(const std::string& dir, const ContentId& chain,
                                const PublicKey& log_key, Disk& disk = real_disk());

}  // namespace capmarket::log
