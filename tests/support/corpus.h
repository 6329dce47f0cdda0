// Folders of rule files that say in a comment what is expected of them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/source_text.h"
#include "verify/question/rule_set.h"

namespace capmarket::testing {

/// The rules that the analyses are tested on.
inline const std::string kRuleFolder = source_path("tests/verify/analyses/rules/");

/// Names without `.yaml` of the files in `folder`, in order.
inline std::vector<std::string> rule_names(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") out.push_back(entry.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

/// What `# expect: ` stands before in a file, line by line.
inline std::vector<std::string> expected_of(const std::string& file) {
  std::istringstream in(yaml::read_file(file).value());
  const std::string mark = "# expect: ";
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(mark)) out.push_back(line.substr(mark.size()));
  return out;
}

/// The rule of a file and what it names; none, and a failure, where it is no rule.
inline std::vector<question::RuleFile> loaded_rules(const std::string& file) {
  auto files = question::load_rule_files(file);
  EXPECT_TRUE(files) << to_text(files.error());
  return files ? *std::move(files) : std::vector<question::RuleFile>{};
}

/// A name that GoogleTest takes for a parameter.
inline std::string in_test_name(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace capmarket::testing
