#include "cli/input_files.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>

#include "model/base/read_file.h"
#include "model/yaml/yaml.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

struct KindWords {
  FileKind kind;
  std::string_view key, noun, takers;
};

constexpr auto kKindWords = std::to_array<KindWords>({
    {FileKind::rule, "rule", "a rule",
     "`check`, `diff`, `hunt`, `fuzz`, `rule show` and `rule promulgate` take it; a scenario names "
     "it under `rules:`"},
    {FileKind::scenario, "scenario", "a scenario",
     "`run`, `hunt`, `fuzz` and `scenario validate` take it"},
    {FileKind::mapping, "mapping", "a mapping of columns", "`import csv` takes it, as `--mapping`"},
});

const KindWords* words_of(FileKind kind) {
  const auto* it = std::find_if(kKindWords.begin(), kKindWords.end(),
                                [&](const KindWords& w) { return w.kind == kind; });
  return it == kKindWords.end() ? nullptr : it;
}

/// The kind whose key begins that line.
std::optional<FileKind> kind_of_line(std::string_view line) {
  for (const KindWords& w : kKindWords)
    if (line.starts_with(w.key) && line.substr(w.key.size()).starts_with(':')) return w.kind;
  return std::nullopt;
}

std::optional<FileKind> kind_of_lines(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    if (auto kind = kind_of_line(text.substr(0, end))) return kind;
    text.remove_prefix(end);
  }
  return std::nullopt;
}

/// The kind that the keys say, however they are written: in JSON, in quotes.
FileKind kind_of_keys(const std::string& file, const std::string& text) {
  auto root = yaml::parse_yaml(file, text);
  if (!root || !root->is_map()) return FileKind::unclear;
  for (const auto& [key, value] : root->entries())
    for (const KindWords& w : kKindWords)
      if (key.text() == w.key) return w.kind;
  return FileKind::unclear;
}

FileKind kind_of_text(const std::string& file, const std::string& text) {
  auto kind = kind_of_lines(text);
  return kind ? *kind : kind_of_keys(file, text);
}

/// `check`, `hunt` and `fuzz` begin the scenarios that they write with a comment that says so.
bool written_by_us(std::string_view text) {
  std::size_t begin = std::min(text.find("scenario:"), text.size());
  std::string_view comment = text.substr(0, begin);
  return comment.find("Written by `capmarket ") != comment.npos ||
         comment.find("Found by `capmarket ") != comment.npos;
}

bool is_directory(const std::string& path) {
  std::error_code none;
  return fs::is_directory(path, none);
}

bool holds_run_or_chain(const std::string& path) {
  std::error_code none;
  const fs::path folder(path);
  return fs::exists(folder / "genesis.cbor", none) ||
         fs::exists(folder / "chain" / "genesis.cbor", none) ||
         fs::exists(folder / "run.json", none);
}

/// `file` is one of `wanted`, or unclear: then reading it says what is wrong.
Result<void> expect_kind(const std::string& file, std::string_view command,
                         std::initializer_list<FileKind> wanted) {
  auto other = [&](std::string_view noun, std::string_view takers) {
    std::string takes;
    for (FileKind k : wanted)
      takes += fmt::format("{}{}", takes.empty() ? "" : " or ", words_of(k)->noun);
    return fail(Problem{file, 0, 0, fmt::format("this is {}: {}", noun, takers),
                        fmt::format("{} for `{}`", takes, command), ""});
  };
  if (is_directory(file) && holds_run_or_chain(file))
    return other("a run or chain directory", "`verify` and `chain` take it, `diff` as `--replay`");
  FileKind kind = kind_of(file);
  const KindWords* words = words_of(kind);
  if (words == nullptr || std::find(wanted.begin(), wanted.end(), kind) != wanted.end()) return {};
  return other(words->noun, words->takers);
}

bool is_pattern(const std::string& argument) {
  std::error_code none;
  return argument.find_first_of("*?[") != argument.npos &&
         !fs::exists(fs::symlink_status(argument, none));
}

/// The entries of a folder, by bytes; hidden ones are left out.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  fs::directory_iterator it(folder.empty() ? "." : folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error))
    if (std::string name = it->path().filename().string(); !name.starts_with('.'))
      out.push_back(std::move(name));
  std::sort(out.begin(), out.end());
  return out;
}

bool is_yaml(const std::string& name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

/// YAML files in the folder and below it; folders behind links could lead back to it.
void yaml_files(const fs::path& folder, std::vector<std::string>& out) {
  std::error_code none;
  for (const std::string& name : names_in(folder)) {
    fs::path path = folder / name;
    if (fs::is_directory(path, none)) {
      if (!fs::is_symlink(path, none)) yaml_files(path, out);
    } else if (is_yaml(name)) {
      out.push_back(path.string());
    }
  }
}

/// What `parts` from `at` on match in the folder `base`.
void matches(const fs::path& base, const std::vector<std::string>& parts, std::size_t at,
             std::vector<std::string>& out) {
  std::error_code none;
  if (at == parts.size()) {
    if (!fs::is_directory(base, none)) out.push_back(base.string());
    return;
  }
  const std::string& part = parts[at];
  if (part == "**") matches(base, parts, at + 1, out);
  if (part.find_first_of("*?[") == part.npos) {
    if (fs::exists(base / part, none)) matches(base / part, parts, at + 1, out);
    return;
  }
  for (const std::string& name : names_in(base)) {
    fs::path path = base / name;
    if (part != "**") {
      if (fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0) matches(path, parts, at + 1, out);
    } else if (fs::is_directory(path, none) && !fs::is_symlink(path, none)) {
      matches(path, parts, at, out);
    }
  }
}

std::vector<std::string> files_of_pattern(const std::string& pattern) {
  fs::path path(pattern);
  std::vector<std::string> parts, out;
  for (const fs::path& part : path.relative_path()) parts.push_back(part.string());
  matches(path.root_path(), parts, 0, out);
  std::sort(out.begin(), out.end());
  return out;
}

/// Of a folder only what the command takes; what nobody can tell is taken, and told when it is
/// read.
std::vector<std::string> taken(const std::vector<std::string>& files,
                               std::initializer_list<FileKind> wanted, std::size_t& others) {
  std::vector<std::string> out;
  for (const std::string& file : files) {
    auto text = peek_file(file, InputKind::document);
    FileKind kind = text ? kind_of_text(file, *text) : FileKind::unclear;
    bool other = kind != FileKind::unclear &&
                 (std::find(wanted.begin(), wanted.end(), kind) == wanted.end() ||
                  (kind == FileKind::scenario && written_by_us(*text)));
    if (other)
      ++others;
    else
      out.push_back(file);
  }
  return out;
}

}  // namespace

FileKind kind_of(const std::string& file) {
  auto text = peek_file(file, InputKind::document);
  return text ? kind_of_text(file, *text) : FileKind::unclear;
}

Result<void> expect_rule(const std::string& file, std::string_view command) {
  return expect_kind(file, command, {FileKind::rule});
}

Result<void> expect_scenario(const std::string& file, std::string_view command) {
  return expect_kind(file, command, {FileKind::scenario});
}

Result<void> expect_rule_or_scenario(const std::string& file, std::string_view command) {
  if (auto kind = expect_kind(file, command, {FileKind::rule, FileKind::scenario}); !kind)
    return kind;
  auto root = yaml::load_yaml(file);
  if (!root || !root->is_map()) return {};  // reading it says what is wrong
  for (const auto& [key, value] : root->entries())
    if (key.text() == "rule" || key.text() == "scenario") return {};
  return fail(Problem{file, 0, 0, "neither a rule nor a scenario",
                      "a file with `rule:` or `scenario:`", ""});
}

Result<void> expect_mapping(const std::string& file, std::string_view command) {
  return expect_kind(file, command, {FileKind::mapping});
}

Result<void> expect_run_or_chain(const std::string& directory, std::string_view command) {
  const KindWords* words = is_directory(directory) ? nullptr : words_of(kind_of(directory));
  if (words == nullptr) return {};
  return fail(Problem{directory, 0, 0, fmt::format("this is {}: {}", words->noun, words->takers),
                      fmt::format("a run or chain directory for `{}`", command), ""});
}

Result<GivenFiles> input_files(const std::vector<std::string>& arguments,
                               std::initializer_list<FileKind> wanted) {
  GivenFiles out;
  out.several = arguments.size() > 1;
  Problems problems;
  std::set<std::string> seen;
  for (const std::string& argument : arguments) {
    std::vector<std::string> files = {argument};
    const bool pattern = is_pattern(argument);
    const bool folder = is_directory(argument) && !holds_run_or_chain(argument);
    if (pattern) {
      files = files_of_pattern(argument);
    } else if (folder) {
      files.clear();
      yaml_files(argument, files);
      std::sort(files.begin(), files.end());
      files = taken(files, wanted, out.others);
    }
    if (files.empty())
      problems.push_back(Problem{argument, 0, 0,
                                 pattern ? "this pattern matches no file"
                                         : "a directory without a file that the command takes",
                                 "a file, a folder with `.yaml` files, or a pattern that matches "
                                 "some",
                                 ""});
    out.several = out.several || pattern || folder;
    for (std::string& file : files) {
      std::error_code none;
      fs::path place = fs::weakly_canonical(file, none);
      if (seen.insert(none ? file : place.string()).second) out.files.push_back(std::move(file));
    }
  }
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return out;
}

}  // namespace capmarket::cli
