// Every package that a first build installs is used.
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "tests/tidy/sources.h"

namespace capmarket::tidy {
namespace {

/// Package -> what shows that it is used: a pattern, and the files that are searched.
struct Use {
  std::string pattern;
  std::vector<std::string> files;  // empty: the sources
};

const std::map<std::string, Use>& uses() {
  static const std::map<std::string, Use> kTable = {
      {"g++", {"LANGUAGES CXX", {"CMakeLists.txt"}}},
      {"cmake", {"cmake --preset", {"scripts/setup.sh"}}},
      {"ninja-build", {"-G Ninja", {"scripts/setup.sh"}}},
      {"ccache", {"ccache", {"cmake/Capmarket.cmake"}}},
      {"pkg-config", {"PkgConfig", {"cmake/Dependencies.cmake"}}},
      {"git", {"\\bgit\\b", {"cmake/Version.cmake"}}},
      {"libboost-graph-dev", {"#include <boost/graph/", {}}},
      {"libeigen3-dev", {"#include <Eigen/", {}}},
      {"libz3-dev", {"#include <z3", {}}},
      {"libsodium-dev", {"#include <sodium", {}}},
      {"libssl-dev", {"#include <openssl/", {}}},
      {"librapidcheck-dev", {"#include <rapidcheck", {}}},
      {"libgtest-dev", {"#include <gtest/", {}}},
      {"libgmock-dev", {"#include <gmock/", {}}},
      {"libvalijson-dev", {"#include <valijson/", {}}},
      {"libbenchmark-dev", {"#include <benchmark/", {}}},
      {"libyaml-cpp-dev", {"#include <yaml-cpp/", {}}},
      {"nlohmann-json3-dev", {"#include <nlohmann/", {}}},
      {"libcli11-dev", {"#include <CLI/", {}}},
      {"libfmt-dev", {"#include <fmt/", {}}},
      {"libexpected-dev", {"#include <tl/expected", {}}},
      {"librandom123-dev", {"#include <Random123/", {}}},
      {"libxml2-utils", {"xmllint", {"tests/cli/folders_cli_test.cc"}}},
      {"cvc5", {"\"cvc5\"", {"verify/smt/recheck.cc"}}},
      {"z3", {"\"z3\"", {"verify/smt/recheck.cc"}}},
      {"fuzz: clang-14", {"clang\\+\\+-14", {"CMakePresets.json"}}},
      {"fuzz: libclang-rt-14-dev", {"-fsanitize=fuzzer", {"tests/fuzz/CMakeLists.txt"}}},
  };
  return kTable;
}

TEST(Packages, each_is_used) {
  for (const std::string& package : listed_in("scripts/packages.txt")) {
    auto use = uses().find(package);
    if (use == uses().end()) {
      ADD_FAILURE() << package << ": nothing here says what it is for";
      continue;
    }
    std::regex pattern(use->second.pattern);
    bool found = false;
    for (const std::string& file : use->second.files)
      found = found || std::regex_search(content_of(file), pattern);
    if (use->second.files.empty())
      for (const Source& s : sources())
        for (const std::string& line : s.lines)
          found = found || (line.starts_with('#') && std::regex_search(line, pattern));
    EXPECT_TRUE(found) << package << " is installed and nothing uses it";
  }
}

TEST(Packages, the_table_has_none_that_is_not_installed) {
  std::vector<std::string> lines = listed_in("scripts/packages.txt");
  std::set<std::string> listed(lines.begin(), lines.end());
  for (const auto& [package, use] : uses()) EXPECT_TRUE(listed.contains(package)) << package;
}

}  // namespace
}  // namespace capmarket::tidy
