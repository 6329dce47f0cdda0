// A file of a log, whole calls above a disk's: goes on after an interruption and after less than was
// asked for, and names the file where it fails. Source: docs/spec/chain.md#writing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/log/disk.h"

namespace capmarket::log {

/// One file, open. Every problem names it, the call, and what the system said.
class LogFile {
 public:
  LogFile() = default;
  static Result<LogFile> open(Disk& disk, const std::string& path, OpenAs as);
  Result<void> write(ByteView bytes, std::uint64_t offset);
  /// All of `out`; a file that ends before is a problem.
  Result<void> read(std::span<std::uint8_t> out, std::uint64_t offset);
  Result<std::uint64_t> size();
  Result<void> truncate(std::uint64_t size);
  /// A failing sync is never tried again, not even an interrupted one: the pages may be gone.
  Result<void> sync();
  const std::string& path() const { return path_; }

 private:
  std::unique_ptr<DiskFile> file_;
  std::string path_;
};

/// What `call` on `path` came to; a failure becomes a problem that names both.
Result<void> told(const Io<void>& done, const std::string& path, std::string_view call);
/// The same of what stands at a path.
Result<bool> is_there(Disk& disk, const std::string& path);

/// Writes `DIR/NAME.new`, syncs, renames, syncs the folder: the old file or the new one, never half.
Result<void> replace_file(Disk& disk, const std::string& dir, const std::string& name,
                          ByteView content);
/// The whole of a file of at most `bytes_max` bytes; empty where none is there.
Result<std::optional<std::string>> read_whole(Disk& disk, const std::string& path,
                                              std::size_t bytes_max);

}  // namespace capmarket::log
