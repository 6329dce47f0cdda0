// The one guard of what commands write: beside the target, under a name of its own, and into place
// by one rename. Source: docs/spec/commands.md#files-that-are-written.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace capmarket {

/// Where a name leads that may be a link (or a link to a link): what stands there is replaced, the
/// link stays. The last name need not exist. Problems: links in a circle, an unreadable folder.
Result<std::string> linked_place(const std::string& path);

/// A problem where `path` leads into a chain directory, at any depth: what commands write stands in
/// none, but what the writers of chains write. `OutputFile` and `OutputFolder` ask it themselves.
Result<void> expect_outside_chains(const std::string& path);
/// The folder `path` and those above it, where they are not there. Problems: that, and the system's.
Result<void> make_output_folders(const std::string& path);

/// One file on its way. It stands beside its target as `.NAME.capmarket-PID-N` until it is
/// published; what is not published is gone with this object.
class OutputFile {
 public:
  /// Makes the file beside, empty, of `mode` less the umask. Problems: no folder for it; anything
  /// but a regular file at its place; a file there without `force`; a file that this process has
  /// read as an input.
  static Result<OutputFile> begin(const std::string& path, bool force, unsigned mode = 0666);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  /// The name under which it stands until it is published.
  const std::string& aside() const { return aside_; }
  /// The whole content, durable. Problems: a disk that is full or fails.
  Result<void> write(std::string_view text);
  /// Into place by one rename: whoever looks finds the old file or the new one. Problems as of
  /// `begin`, where something has come there since.
  Result<void> publish();

 private:
  OutputFile() = default;
  std::string path_, place_, aside_;
  bool force_ = false;
};

/// The problem that `OutputFile::begin` would report; nothing is made.
Result<void> check_output_file(const std::string& path, bool force);
/// begin, write and publish.
Result<void> write_output_file(const std::string& path, std::string_view text, bool force,
                               unsigned mode = 0666);

/// How a folder changes places with the one that it replaces.
enum class FolderSwap : std::uint8_t {
  exchange,     // in one step; by two renames where the file system knows no exchange
  two_renames,  // the old one aside, the new one in; between the two nothing is there
};

/// One folder on its way. It stands beside its target as `.NAME.capmarket-PID-N` until it is
/// published; what is not published is gone with this object.
class OutputFolder {
 public:
  /// A problem where a folder holds anything but what the command makes.
  using Expect = std::function<Result<void>(const std::string& folder)>;

  /// Makes the folder beside, with the folders above it. An empty folder at its place is free; one
  /// with something in it needs `force` and must be what `expect` accepts. What a killed process
  /// left between two renames is put back first. Problems: those; anything but a folder there.
  static Result<OutputFolder> begin(const std::string& path, bool force, Expect expect);
  OutputFolder(OutputFolder&& other) noexcept;
  OutputFolder& operator=(OutputFolder&&) = delete;
  ~OutputFolder();

  /// Where its content is written.
  const std::string& aside() const { return aside_; }
  /// Where it will stand.
  const std::string& place() const { return place_; }
  /// A new file in it. Problems: a disk that is full or fails.
  Result<void> write(const std::string& name, std::string_view text) const;
  /// Into place; the folder that it replaces is then removed, if it still is what `expect` accepts.
  /// Whoever looks, and whatever process is killed, finds the old folder or the new one whole.
  Result<void> publish(FolderSwap swap = FolderSwap::exchange);

 private:
  OutputFolder() = default;
  Result<void> recover() const;
  Result<void> replace(FolderSwap swap);
  Result<void> replace_by_two_renames();

  std::string path_, place_, aside_;
  bool force_ = false;
  Expect expect_;
  std::vector<std::string> made_above_;  // folders, the innermost last
};

/// The problem that `OutputFolder::begin` would report of what stands there; nothing is made.
Result<void> check_output_folder(const std::string& path, bool force,
                                 const OutputFolder::Expect& expect);

}  // namespace capmarket
