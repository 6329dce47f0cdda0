// The house rules that a program can check: who may include whom, what model/ may not use, sizes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Source {
  std::string path;  // from the repository's root
  std::vector<std::string> lines;
};

const std::vector<Source>& sources() {
  static const std::vector<Source> kAll = [] {
    std::vector<Source> out;
    const fs::path root = CAPMARKET_SOURCE_DIR;
    for (const char* room : {"model", "scenarios", "sim", "verify", "reports", "cli", "tests"})
      for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
        std::string ext = entry.path().extension().string();
        if (ext != ".h" && ext != ".cc") continue;
        Source s{fs::relative(entry.path(), root).string(), {}};
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);) s.lines.push_back(line);
        out.push_back(std::move(s));
      }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return out;
  }();
  return kAll;
}

std::string room_of(const std::string& path) { return path.substr(0, path.find('/')); }

/// The line without its comment and without the contents of string literals.
std::string code_of(const std::string& line) {
  std::string out;
  bool text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (text) {
      if (line[i] == '\\')
        ++i;
      else if (line[i] == '"')
        text = false;
      continue;
    }
    if (line[i] == '"') text = true;
    if (line[i] == '/' && i + 1 < line.size() && line[i + 1] == '/') break;
    out += line[i];
  }
  return out;
}

std::vector<std::string> matches(const std::string& pattern, const std::set<std::string>& rooms,
                                 const std::set<std::string>& except = {}) {
  std::regex regex(pattern);
  std::vector<std::string> out;
  for (const Source& s : sources()) {
    if (!rooms.contains(room_of(s.path)) || except.contains(s.path)) continue;
    for (std::size_t i = 0; i < s.lines.size(); ++i)
      if (std::regex_search(code_of(s.lines[i]), regex))
        out.push_back(s.path + ":" + std::to_string(i + 1) + ": " + s.lines[i]);
  }
  return out;
}

std::string listed(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "\n  " + line;
  return out;
}

#define EXPECT_NONE(list) EXPECT_TRUE((list).empty()) << listed(list)

/// architecture.md: model knows nobody; sim and verify never include each other.
TEST(Tidy, rooms_include_only_whom_they_may_know) {
  const std::map<std::string, std::set<std::string>> may_know = {
      {"model", {"model"}},
      {"scenarios", {"scenarios", "model"}},
      {"sim", {"sim", "scenarios", "model"}},
      {"verify", {"verify", "scenarios", "model"}},
      {"reports", {"reports", "sim", "verify", "scenarios", "model"}},
      {"cli", {"cli", "reports", "sim", "verify", "scenarios", "model"}},
  };
  std::regex include("^#include \"([a-z]+)/");
  std::vector<std::string> bad;
  for (const Source& s : sources()) {
    auto known = may_know.find(room_of(s.path));
    if (known == may_know.end()) continue;
    std::smatch m;
    for (const std::string& line : s.lines)
      if (std::regex_search(line, m, include) && !known->second.contains(m[1]))
        bad.push_back(s.path + ": " + line);
  }
  EXPECT_NONE(bad);
}

/// The independent checker shares no code with admission.
TEST(Tidy, the_audit_includes_nothing_of_admission_capacity_chain_or_governance) {
  std::vector<std::string> bad;
  std::regex include("^#include \"model/(admission|capacity|chain|governance)/");
  for (const Source& s : sources())
    if (s.path.starts_with("verify/audit/"))
      for (const std::string& line : s.lines)
        if (std::regex_search(line, include)) bad.push_back(s.path + ": " + line);
  EXPECT_NONE(bad);
}

TEST(Tidy, the_solver_stays_inside_verify) {
  std::vector<std::string> bad;
  for (const Source& s : sources()) {
    bool allowed = s.path.starts_with("verify/symbolic/") ||
                   (s.path.starts_with("verify/") && s.path.ends_with(".cc")) ||
                   s.path.starts_with("tests/verify/");
    for (const std::string& line : s.lines)
      if (!allowed && line.find("#include <z3") == 0) bad.push_back(s.path + ": " + line);
  }
  EXPECT_NONE(bad);
}

TEST(Tidy, nothing_that_decides_uses_floating_point) {
  EXPECT_NONE(matches("\\b(float|double)\\b", {"model"}));
}

TEST(Tidy, no_wall_clock_where_determinism_matters) {
  EXPECT_NONE(matches(
      "(system_clock|steady_clock|high_resolution_clock|\\btime\\(|clock_gettime|gettimeofday)",
      {"model", "scenarios", "sim"}));
}

TEST(Tidy, no_random_numbers_but_the_keyed_streams) {
  EXPECT_NONE(
      matches("(std::[a-z_]*_distribution|\\brand\\(|std::mt19937|random_device|std::shuffle)",
              {"model", "scenarios", "sim", "verify", "reports", "cli"}));
}

/// Hash tables are for looking up: a range-for over one has an order that nobody promised.
TEST(Tidy, nobody_iterates_over_a_hash_table) {
  std::vector<std::string> bad;
  std::regex declared("unordered_(?:map|set)<.*>\\s+([a-z_, ]+)[;{]");
  std::regex alias("using (\\w+) = std::unordered");
  for (const Source& s : sources()) {
    if (room_of(s.path) == "tests") continue;
    std::set<std::string> names;
    std::smatch m;
    for (const std::string& line : s.lines)
      if (std::regex_search(line, m, declared)) {
        std::stringstream list(m[1]);
        for (std::string name; std::getline(list, name, ',');) {
          name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
          names.insert(name);
        }
      }
    for (const std::string& line : s.lines)
      for (const std::string& name : names)
        if (std::regex_search(code_of(line), std::regex("for \\(.*:\\s*(\\w+\\.)?" + name + "\\)")))
          bad.push_back(s.path + ": " + line);
  }
  EXPECT_NONE(bad);
}

/// The C library's transcendental functions choose variants by processor.
TEST(Tidy, the_simulator_uses_its_own_transcendental_functions) {
  EXPECT_NONE(matches("std::(exp|log|log2|log10|sin|cos|tan|pow|tgamma|erf)\\(",
                      {"model", "scenarios", "sim"}));
}

TEST(Tidy, closed_enums_are_switched_without_default) {
  EXPECT_NONE(matches("^\\s*default:", {"model", "scenarios", "sim", "verify", "reports", "cli"}));
}

TEST(Tidy, files_stay_readable) {
  std::vector<std::string> bad;
  for (const Source& s : sources())
    if (s.lines.size() > 800)
      bad.push_back(s.path + ": " + std::to_string(s.lines.size()) + " lines");
  EXPECT_NONE(bad);
}

TEST(Tidy, every_header_is_included_once) {
  std::vector<std::string> bad;
  for (const Source& s : sources())
    if (s.path.ends_with(".h") &&
        std::find(s.lines.begin(), s.lines.end(), "#pragma once") == s.lines.end())
      bad.push_back(s.path);
  EXPECT_NONE(bad);
}

TEST(Tidy, no_path_of_one_machine_stands_in_the_sources) {
  EXPECT_NONE(
      matches("(/home/|/root/|/work/)", {"model", "scenarios", "sim", "verify", "reports", "cli"}));
}

}  // namespace
