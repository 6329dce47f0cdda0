// Who may write a chain directory: one process at a time. Source: docs/spec/chain.md#writing.
#pragma once

#include <string>

#include "model/base/result.h"

namespace capmarket::log {

/// The exclusive lock (flock) on `writer.lock` of a chain directory, a file of its own that no
/// reader opens. Held until it dies, however the process ends.
class WriterLock {
 public:
  WriterLock() = default;
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&& other) noexcept;
  ~WriterLock();

  /// Takes the lock of `dir`, which is there; makes the file where there is none. Never waits.
  /// Problems: another writer, with its process; no folder; a lock file that is a link or no file.
  static Result<WriterLock> take(const std::string& dir);

  /// Whether it is held.
  bool held() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// The file's name inside a chain directory.
inline constexpr const char* kWriterLockFile = "writer.lock";

}  // namespace capmarket::log
