// The files that a command is called with: folders and patterns become files, and a file of another
// kind than the command takes is told by what it is. Source:
// docs/spec/commands.md#files-and-folders.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace capmarket::cli {

/// What a YAML file is, by the key that only such files have.
enum class FileKind : std::uint8_t { rule, scenario, mapping, unclear };

/// What `file` is: its first line that begins with `rule:`, `scenario:` or `mapping:` says so, else
/// its keys. `unclear` where nothing does, or where it cannot be read.
FileKind kind_of(const std::string& file);

/// A problem where `file` is something else than a rule; in it which commands take what it is.
/// `command` is the one that was called: `check`.
Result<void> expect_rule(const std::string& file, std::string_view command);
/// The same where a scenario is wanted.
Result<void> expect_scenario(const std::string& file, std::string_view command);
/// The same where a rule or a scenario is.
Result<void> expect_rule_or_scenario(const std::string& file, std::string_view command);
/// The same where a mapping of columns is.
Result<void> expect_mapping(const std::string& file, std::string_view command);
/// The same where a run or chain directory is.
Result<void> expect_run_or_chain(const std::string& directory, std::string_view command);

/// What the arguments of a command stand for.
struct GivenFiles {
  std::vector<std::string> files;  // each once; in the order of the arguments, of a folder by bytes
  bool several = false;            // a folder, a pattern, or more than one file was given
  std::size_t others = 0;          // of folders: YAML files of another kind, not taken
};

/// Every argument that is a folder stands for the `.yaml` and `.yml` files in it and below it, but
/// for what begins with `.`, folders behind links, files of another kind than `wanted` and
/// scenarios that capmarket itself wrote; one that holds `*`, `?` or `[` and names no file for
/// those that it matches (`**`: any depth). A folder or pattern without such a file is a problem;
/// a single file is taken as it is, there or not.
Result<GivenFiles> input_files(const std::vector<std::string>& arguments,
                               std::initializer_list<FileKind> wanted);

}  // namespace capmarket::cli
