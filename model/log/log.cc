#include "model/log/log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "model/crypto/hash.h"
#include "model/log/checkpoint.h"
#include "model/log/writer_lock.h"

namespace capmarket::log {
namespace {

constexpr std::size_t kLeafBytesMax = 65'535;
constexpr std::size_t kPayloadBytesMax = 17 * 1024 * 1024;  // a batch, with room for its envelope

void append_u32(Bytes& out, std::uint32_t v) {
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}

std::uint32_t read_u32(ByteView b, std::size_t at) {
  return static_cast<std::uint32_t>(b[at]) | static_cast<std::uint32_t>(b[at + 1]) << 8 |
         static_cast<std::uint32_t>(b[at + 2]) << 16 | static_cast<std::uint32_t>(b[at + 3]) << 24;
}

class MemoryLog final : public EntryLog {
 public:
  explicit MemoryLog(Bytes* frames) : frames_(frames) {}
  void append(ByteView leaf, ByteView payload) override {
    if (frames_ != nullptr) append_frame(*frames_, leaf, payload);
  }
  Result<void> checkpoint(const Digest&, std::int64_t) override { return {}; }

 private:
  Bytes* frames_;
};

/// An open file that closes itself. Every call that fails says which and why.
class File {
 public:
  File() = default;
  File(File&& o) noexcept : fd_(std::exchange(o.fd_, -1)), path_(std::move(o.path_)) {}
  File& operator=(File&& o) noexcept {
    std::swap(fd_, o.fd_);
    std::swap(path_, o.path_);
    return *this;
  }
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  static Result<File> open(const std::string& path, int flags) {
    File f;
    f.path_ = path;
    // What is written is no link, and a pipe in its place keeps nobody waiting.
    f.fd_ = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (f.fd_ < 0) return f.problem("open");
    struct stat about {};
    bool folder = (flags & O_DIRECTORY) != 0;
    if (::fstat(f.fd_, &about) != 0) return f.problem("stat");
    if (!folder && !S_ISREG(about.st_mode)) return fail(fmt::format("{}: no regular file", path));
    return f;
  }
  Result<void> write_all(ByteView bytes) {
    while (!bytes.empty()) {
      ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return problem("write");
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
  }
  Result<void> read_at(std::span<std::uint8_t> out, std::size_t offset) {
    while (!out.empty()) {
      ssize_t n = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return problem("read");
      if (n == 0) return fail(fmt::format("{}: shorter than what was written", path_));
      out = out.subspan(static_cast<std::size_t>(n));
      offset += static_cast<std::size_t>(n);
    }
    return {};
  }
  Result<void> sync(bool data_only) {
    // A failing fsync is never retried into success: the pages may be gone.
    if ((data_only ? ::fdatasync(fd_) : ::fsync(fd_)) != 0) return problem("fsync");
    return {};
  }
  Result<std::size_t> size() const {
    struct stat about {};
    if (::fstat(fd_, &about) != 0) return problem("stat");
    return static_cast<std::size_t>(about.st_size);
  }
  Result<void> seek(std::size_t offset) {
    if (::lseek(fd_, static_cast<off_t>(offset), SEEK_SET) < 0) return problem("seek");
    return {};
  }
  tl::unexpected<Problems> problem(std::string_view call) const {
    return fail(fmt::format("{}: {}: {}", path_, call, std::strerror(errno)));
  }

 private:
  int fd_ = -1;
  std::string path_;
};

Result<void> sync_directory(const std::string& dir) {
  auto f = File::open(dir + "/.", O_RDONLY | O_DIRECTORY);
  if (!f) return tl::unexpected(f.error());
  return f->sync(false);
}

/// Writes beside, syncs, renames, syncs the directory: the old file or the new one, never half.
Result<void> replace_file(const std::string& dir, const std::string& name, ByteView content) {
  std::string beside = dir + "/" + name + ".new";
  auto f = File::open(beside, O_WRONLY | O_CREAT | O_TRUNC);
  if (!f) return tl::unexpected(f.error());
  if (auto r = f->write_all(content); !r) return r;
  if (auto r = f->sync(false); !r) return r;
  if (::rename(beside.c_str(), (dir + "/" + name).c_str()) != 0) return f->problem("rename");
  return sync_directory(dir);
}

class FileLog final : public EntryLog {
 public:
  FileLog(std::string dir, const ContentId& chain, const crypto::KeyPair& key, WriterLock lock)
      : dir_(std::move(dir)),
        origin_(checkpoint_origin(chain)),
        key_(key),
        lock_(std::move(lock)) {}

  void append(ByteView leaf, ByteView payload) override { append_frame(pending_, leaf, payload); }

  /// Reads what is there up to `end`, which must be all of it.
  Result<void> resume(const Checkpoint& end) {
    while (segment_file(segment_number_))
      if (auto r = resume_segment(end); !r) return r;
    if (segment_number_ == 0) return fail(fmt::format("{}: no segments", dir_));
    if (reread_.size() != end.size || reread_.root() != end.root)
      return fail(fmt::format("{}: the log ends with another size or root than was signed", dir_),
                  "a chain that `capmarket verify` accepts");
    return {};
  }

  Result<void> open_segment() {
    std::string path = segment_path(segment_number_++);
    auto f = File::open(path, O_RDWR | O_CREAT | O_EXCL);
    if (!f) return tl::unexpected(f.error());
    segment_ = std::move(*f);
    written_ = 0;
    return sync_directory(dir_ + "/segments");
  }

  Result<void> checkpoint(const Digest& root, std::int64_t size) override {
    if (auto r = write_pending(); !r) return r;
    if (reread_.size() != size || reread_.root() != root)
      return fail(fmt::format("{}: what was read back has another root", dir_));
    std::string note = sign_checkpoint({origin_, size, root}, key_);
    return replace_file(dir_, "checkpoint", as_bytes(note));
  }

 private:
  std::string segment_path(int number) const {
    return fmt::format("{}/segments/{:08}.seg", dir_, number);
  }
  bool segment_file(int number) const {
    std::error_code error;
    return std::filesystem::exists(segment_path(number), error);
  }

  Result<void> resume_segment(const Checkpoint& end) {
    std::string path = segment_path(segment_number_);
    auto f = File::open(path, O_RDWR);
    if (!f) return tl::unexpected(f.error());
    auto size = f->size();
    if (!size) return tl::unexpected(size.error());
    if (*size > kSegmentBytesMax + kPayloadBytesMax + kLeafBytesMax + kFrameHead)
      return fail(fmt::format("{}: larger than a segment may be", path));
    Bytes bytes(*size);
    if (auto r = f->read_at(bytes, 0); !r) return r;
    for (std::size_t at = 0; at < bytes.size();) {
      if (reread_.size() == end.size)
        return fail(fmt::format("{}: {} bytes beyond the signed size of {}: an append that was "
                                "never signed",
                                path, bytes.size() - at, end.size),
                    "a chain that ends where its checkpoint does");
      ByteView leaf, payload;
      if (read_frame(bytes, at, leaf, payload) != FrameFault::none)
        return fail(fmt::format("{}: a damaged frame below the signed size", path));
      reread_.append(leaf_hash(leaf));
    }
    if (auto r = f->seek(bytes.size()); !r) return r;
    segment_ = std::move(*f);
    written_ = bytes.size();
    ++segment_number_;
    return {};
  }

  /// Writes the pending frames, at most a segment at a time, each on one side of a segment's end.
  Result<void> write_pending() {
    std::size_t begin = 0;
    while (begin < pending_.size()) {
      std::size_t end = begin;
      while (end < pending_.size()) {
        ByteView leaf, payload;
        std::size_t next = end;
        CHECK(read_frame(pending_, next, leaf, payload) == FrameFault::none);
        if (written_ + (next - begin) > kSegmentBytesMax && end > begin) break;
        if (written_ + (next - begin) > kSegmentBytesMax && written_ > 0) break;
        end = next;
      }
      if (end == begin) {
        if (auto r = open_segment(); !r) return r;
        continue;
      }
      if (auto r = write_chunk(ByteView(pending_).subspan(begin, end - begin)); !r) return r;
      begin = end;
    }
    pending_.clear();
    return {};
  }

  Result<void> write_chunk(ByteView chunk) {
    if (auto r = segment_.write_all(chunk); !r) return r;
    if (auto r = segment_.sync(true); !r) return r;
    // The second path: what the disk gives back decides the root that is signed.
    Bytes back(chunk.size());
    if (auto r = segment_.read_at(back, written_); !r) return r;
    for (std::size_t at = 0; at < back.size();) {
      ByteView leaf, payload;
      if (read_frame(back, at, leaf, payload) != FrameFault::none)
        return fail(fmt::format("{}: a frame read back is damaged", dir_));
      reread_.append(leaf_hash(leaf));
    }
    written_ += chunk.size();
    return {};
  }

  std::string dir_;
  std::string origin_;
  crypto::KeyPair key_;
  Bytes pending_;
  WriterLock lock_;
  File segment_;
  std::size_t written_ = 0;
  int segment_number_ = 0;
  MerkleFrontier reread_;
};

}  // namespace

void append_frame(Bytes& out, ByteView leaf, ByteView payload) {
  Bytes lengths;
  append_u32(lengths, static_cast<std::uint32_t>(leaf.size()));
  append_u32(lengths, static_cast<std::uint32_t>(payload.size()));
  std::uint32_t crc = crypto::crc32c(payload, crypto::crc32c(leaf, crypto::crc32c(lengths)));
  out.insert(out.end(), lengths.begin(), lengths.end());
  append_u32(out, crc);
  out.insert(out.end(), leaf.begin(), leaf.end());
  out.insert(out.end(), payload.begin(), payload.end());
}

FrameFault read_frame(ByteView bytes, std::size_t& at, ByteView& leaf, ByteView& payload) {
  if (at == bytes.size()) return FrameFault::end;
  if (bytes.size() - at < kFrameHead) return FrameFault::torn;
  std::size_t leaf_size = read_u32(bytes, at);
  std::size_t payload_size = read_u32(bytes, at + 4);
  if (leaf_size == 0 || leaf_size > kLeafBytesMax || payload_size > kPayloadBytesMax)
    return FrameFault::length;
  if (bytes.size() - at - kFrameHead < leaf_size + payload_size) return FrameFault::torn;
  leaf = bytes.subspan(at + kFrameHead, leaf_size);
  payload = bytes.subspan(at + kFrameHead + leaf_size, payload_size);
  std::uint32_t crc = crypto::crc32c(bytes.subspan(at, 8));
  crc = crypto::crc32c(bytes.subspan(at + kFrameHead, leaf_size + payload_size), crc);
  if (crc != read_u32(bytes, at + 8)) return FrameFault::crc;
  at += kFrameHead + leaf_size + payload_size;
  return FrameFault::none;
}

Result<void> replace_checkpoint(const std::string& dir, std::string_view note) {
  return replace_file(dir, "checkpoint", as_bytes(note));
}

std::unique_ptr<EntryLog> memory_log(Bytes* frames) { return std::make_unique<MemoryLog>(frames); }

Result<std::unique_ptr<EntryLog>> file_log(const std::string& dir, const ContentId& chain,
                                           ByteView genesis_payload, const crypto::KeyPair& log_key) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error)
    return fail(fmt::format("{}: {}", dir, error.message()), "a directory that can be made");
  auto lock = WriterLock::take(dir);
  if (!lock) return tl::unexpected(lock.error());
  for (const char* held : {"/segments", "/genesis.cbor"})
    if (std::filesystem::symlink_status(dir + held, error).type() !=
        std::filesystem::file_type::not_found)
      return fail(fmt::format("{}: holds a chain already", dir), "a new directory");
  if (!std::filesystem::create_directory(dir + "/segments", error))
    return fail(fmt::format("{}: {}", dir, error.message()), "a directory that can be written");
  if (auto r = replace_file(dir, "genesis.cbor", genesis_payload); !r)
    return tl::unexpected(r.error());
  auto log = std::make_unique<FileLog>(dir, chain, log_key, std::move(*lock));
  if (auto r = log->open_segment(); !r) return tl::unexpected(r.error());
  return log;
}

Result<std::unique_ptr<EntryLog>> file_log_append(const std::string& dir, const ContentId& chain,
                                                  const Checkpoint& signed_note,
                                                  const crypto::KeyPair& log_key) {
  auto lock = WriterLock::take(dir);
  if (!lock) return tl::unexpected(lock.error());
  auto log = std::make_unique<FileLog>(dir, chain, log_key, std::move(*lock));
  // Where another one has written since that note was read, its end is not the log's.
  if (auto r = log->resume(signed_note); !r) return tl::unexpected(r.error());
  return log;
}

}  // namespace capmarket::log
