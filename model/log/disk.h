// What the writer of a log does with files, call by call: the real disk, or one that a test can make
// fail. Source: docs/spec/chain.md#writing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>

#include "model/base/bytes.h"
#include "model/base/result.h"
#include "model/log/writer_lock.h"

namespace capmarket::log {

/// What one call gives; a failure is its `errno`.
template <class T>
using Io = tl::expected<T, int>;

/// An open regular file. Each call may do less than it was asked for, and may be interrupted (EINTR):
/// who calls goes on (log_file.h).
class DiskFile {
 public:
  virtual ~DiskFile() = default;
  /// Writes at `offset`; gives how many bytes, at least one of a view that is not empty.
  virtual Io<std::size_t> write(ByteView bytes, std::uint64_t offset) = 0;
  /// Reads at `offset`; gives how many bytes, 0 at the end.
  virtual Io<std::size_t> read(std::span<std::uint8_t> out, std::uint64_t offset) = 0;
  /// Bytes in the file.
  virtual Io<std::uint64_t> size() = 0;
  /// Cuts the file to so many bytes.
  virtual Io<void> truncate(std::uint64_t size) = 0;
  /// The content and the size are durable when this holds.
  virtual Io<void> sync() = 0;
};

/// What has to stand at a path that is opened.
enum class OpenAs : std::uint8_t {
  read,      // a regular file, no link: to be read alone
  existing,  // the same, to be written too
  fresh,     // nothing: a new file
  replaced,  // nothing or a regular file, whose content goes
};

/// Names and folders. A change of a name is durable after `sync_folder` of its folder.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual Io<std::unique_ptr<DiskFile>> open(const std::string& path, OpenAs as) = 0;
  virtual Io<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Io<void> remove(const std::string& path) = 0;
  /// A folder that is not there yet.
  virtual Io<void> make_folder(const std::string& path) = 0;
  virtual Io<void> sync_folder(const std::string& path) = 0;
  /// Whether anything stands there, a link too.
  virtual Io<bool> exists(const std::string& path) = 0;
  /// Keeps other writers out of a chain directory.
  virtual Result<WriterLock> lock(const std::string& dir) = 0;
};

/// The disk of this machine. Opens no link and waits for no pipe.
Disk& real_disk();

}  // namespace capmarket::log
