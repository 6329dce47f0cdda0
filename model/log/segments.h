// The segment files of a log: read to where it ends, and written on from there.
// Source: docs/spec/chain.md#files.
#pragma once

#include <optional>
#include <string>

#include "model/log/log_file.h"
#include "model/log/merkle.h"
#include "model/log/record.h"

namespace capmarket::log {

/// Frames in files of `DIR/segments`, in order. What is written is read back, and the tree over its
/// leaves is derived from that.
class Segments {
 public:
  Segments(Disk& disk, std::string dir) : disk_(&disk), dir_(std::move(dir)) {}

  /// Reads every frame up to `end`, and what lies beyond. Problems: damage below the end, by
  /// sequence number and class; fewer entries; another root. Changes nothing. O(log).
  Result<void> read_to(const Checkpoint& end);
  /// The root of the first `size` entries, where `read_to` was asked to note it.
  std::optional<Digest> root_at(std::int64_t size) const;
  void note_root_at(std::int64_t size) { noted_size_ = size; }
  /// The bytes that `read_to` found beyond the end.
  const std::optional<Cut>& beyond() const { return beyond_; }
  /// Removes them, durably.
  Result<void> cut();

  /// Makes the next segment; durable with its name.
  Result<void> open_next();
  /// Appends whole frames, syncs and reads them back. A segment is closed before it would outgrow
  /// kSegmentBytesMax.
  Result<void> append(ByteView frames);

  const MerkleFrontier& tree() const { return tree_; }

 private:
  std::string path_of(int number) const;
  Result<void> open_last();
  Result<void> expect_no_gap() const;
  Result<void> read_segment(const Checkpoint& end);
  void note_beyond(ByteView tail);
  Result<void> write_chunk(ByteView chunk);

  Disk* disk_;
  std::string dir_;
  std::optional<LogFile> file_;   // the one that is appended to
  std::uint64_t written_ = 0;     // bytes of it that count
  int next_ = 0;                  // number of the segment after it
  int files_ = 0;                 // that are there, where `read_to` found more than it needs
  MerkleFrontier tree_;
  std::int64_t noted_size_ = -1;
  std::optional<Digest> noted_;
  std::optional<Cut> beyond_;
  Bytes beyond_sums_;  // SHA-256 of what is beyond the end, a segment after the other
};

}  // namespace capmarket::log
