#include "model/log/segments.h"

#include <fmt/format.h>

#include "model/base/check.h"
#include "model/crypto/hash.h"
#include "model/log/log.h"

namespace capmarket::log {
namespace {

constexpr const char* kSalvage =
    "a log without damage; `capmarket chain salvage` keeps what holds, with `--unproved` also where "
    "nothing signed shows it";

constexpr int kGapMax = 64;  // segments in a row that are looked for where one is missing

tl::unexpected<Problems> damage_at(const std::string& path, std::int64_t sequence,
                                   std::string_view kind, std::string_view what) {
  return fail(Problem{path, 0, 0, fmt::format("damage at sequence {}: {}: {}", sequence, kind, what),
                      kSalvage, "", Fault::damage});
}

tl::unexpected<Problems> frame_damage(const std::string& path, std::int64_t sequence,
                                      FrameFault fault) {
  switch (fault) {
    case FrameFault::none:
    case FrameFault::end:
    case FrameFault::torn:
      return damage_at(path, sequence, "torn", "a frame ends early");
    case FrameFault::crc:
      return damage_at(path, sequence, "crc", "a frame's checksum differs");
    case FrameFault::length:
      return damage_at(path, sequence, "length", "a frame's lengths are impossible");
  }
  return damage_at(path, sequence, "torn", "a frame ends early");
}

}  // namespace

std::string Segments::path_of(int number) const {
  return fmt::format("{}/segments/{:08}.seg", dir_, number);
}

std::optional<Digest> Segments::root_at(std::int64_t size) const {
  return size == noted_size_ ? noted_ : std::nullopt;
}

Result<void> Segments::read_to(const Checkpoint& end) {
  for (;;) {
    auto there = is_there(*disk_, path_of(files_));
    if (!there) return tl::unexpected(there.error());
    if (!*there) break;
    if (auto r = read_segment(end); !r) return r;
  }
  if (tree_.size() < end.size)
    if (auto r = expect_no_gap(); !r) return r;
  if (tree_.size() < end.size)
    return fail(Problem{dir_, 0, 0,
                        fmt::format("rolled back, or an old backup: the log holds {} entries, its "
                                    "record was signed at {}",
                                    tree_.size(), end.size),
                        kSalvage, "", Fault::damage});
  if (tree_.root() != end.root)
    return damage_at(dir_, end.size, "root", "the entries have another root than was signed");
  if (!beyond_sums_.empty()) {
    beyond_->entries = end.size;
    beyond_->digest = crypto::sha256(beyond_sums_);
  }
  return {};
}

/// What ends behind a segment was not put back to an earlier state: a later one is there.
Result<void> Segments::expect_no_gap() const {
  for (int number = files_ + 1; number <= files_ + kGapMax; ++number) {
    auto there = is_there(*disk_, path_of(number));
    if (!there) return tl::unexpected(there.error());
    if (*there)
      return damage_at(path_of(files_), tree_.size(), "missing",
                       fmt::format("the segment is not there, and {:08}.seg is", number));
  }
  return {};
}

Result<void> Segments::read_segment(const Checkpoint& end) {
  const std::string path = path_of(files_);
  auto file = LogFile::open(*disk_, path, OpenAs::read);
  if (!file) return tl::unexpected(file.error());
  auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  if (*size > kSegmentBytesMax + kFrameHead + kLeafBytesMax + kPayloadBytesMax)
    return damage_at(path, tree_.size(), "length", "larger than a segment may be");
  Bytes bytes(*size);
  if (auto r = file->read(bytes, 0); !r) return r;
  std::size_t at = 0;
  const bool more = tree_.size() < end.size;
  while (at < bytes.size() && tree_.size() < end.size) {
    ByteView leaf, payload;
    const FrameFault fault = read_frame(bytes, at, leaf, payload);
    if (fault != FrameFault::none) return frame_damage(path, tree_.size(), fault);
    tree_.append(leaf_hash(leaf));
    if (tree_.size() == noted_size_) noted_ = tree_.root();
  }
  const bool short_of_it = tree_.size() < end.size;
  if (!short_of_it && at < bytes.size()) note_beyond(ByteView(bytes).subspan(at));
  ++files_;
  // Where it goes on: in the file that holds the end, or in an empty one behind it.
  if (more || (bytes.empty() && !beyond_)) {
    written_ = at;
    next_ = files_;
  }
  return {};
}

void Segments::note_beyond(ByteView tail) {
  if (!beyond_) beyond_ = Cut{};
  beyond_->bytes += static_cast<std::int64_t>(tail.size());
  const Digest sum = crypto::sha256(tail);
  beyond_sums_.insert(beyond_sums_.end(), sum.bytes.begin(), sum.bytes.end());
}

Result<void> Segments::open_last() {
  if (file_) return {};
  auto file = LogFile::open(*disk_, path_of(next_ - 1), OpenAs::existing);
  if (!file) return tl::unexpected(file.error());
  file_ = std::move(*file);
  return {};
}

Result<void> Segments::cut() {
  // From behind: what is left, should this be interrupted, is still what lies beyond the end.
  while (files_ > next_) {
    const std::string path = path_of(files_ - 1);
    if (auto r = told(disk_->remove(path), path, "remove"); !r) return r;
    --files_;
  }
  if (auto r = told(disk_->sync_folder(dir_ + "/segments"), dir_ + "/segments", "fsync"); !r)
    return r;
  if (auto r = open_last(); !r) return r;
  if (auto r = file_->truncate(written_); !r) return r;
  if (auto r = file_->sync(); !r) return r;
  beyond_.reset();
  return {};
}

Result<void> Segments::open_next() {
  auto file = LogFile::open(*disk_, path_of(next_), OpenAs::fresh);
  if (!file) return tl::unexpected(file.error());
  file_ = std::move(*file);
  written_ = 0;
  files_ = ++next_;
  return told(disk_->sync_folder(dir_ + "/segments"), dir_ + "/segments", "fsync");
}

Result<void> Segments::append(ByteView frames) {
  if (auto r = open_last(); !r) return r;
  std::size_t begin = 0;
  while (begin < frames.size()) {
    std::size_t end = begin;
    while (end < frames.size()) {
      ByteView leaf, payload;
      std::size_t next = end;
      CHECK(read_frame(frames, next, leaf, payload) == FrameFault::none);
      if (written_ + (next - begin) > kSegmentBytesMax && end > begin) break;
      if (written_ + (next - begin) > kSegmentBytesMax && written_ > 0) break;
      end = next;
    }
    if (end == begin) {
      if (auto r = open_next(); !r) return r;
      continue;
    }
    if (auto r = write_chunk(frames.subspan(begin, end - begin)); !r) return r;
    begin = end;
  }
  return {};
}

Result<void> Segments::write_chunk(ByteView chunk) {
  if (auto r = file_->write(chunk, written_); !r) return r;
  if (auto r = file_->sync(); !r) return r;
  // The second path: what the disk gives back decides the root that is signed.
  Bytes back(chunk.size());
  if (auto r = file_->read(back, written_); !r) return r;
  for (std::size_t at = 0; at < back.size();) {
    ByteView leaf, payload;
    if (read_frame(back, at, leaf, payload) != FrameFault::none)
      return fail(fmt::format("{}: a frame read back is damaged", file_->path()));
    tree_.append(leaf_hash(leaf));
  }
  written_ += chunk.size();
  return {};
}

}  // namespace capmarket::log
