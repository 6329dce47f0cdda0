// What a YamlNode keeps alive; private to model/yaml.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace capmarket::yaml {

/// A text that lines of the document belong to: the file itself, then one for each `--set`.
struct YamlOrigin {
  std::string name;    // shown as the file of a problem
  int first_line = 0;  // counts from 0 in YamlDocument::lines
};

/// A file with what `--set` lays over it, and the problems found in them so far.
struct YamlDocument {
  std::vector<YamlOrigin> origins;  // by first_line
  std::vector<std::string> lines;   // of all origins, one after the other
  YAML::Node root;
  Problems problems;
};

/// A problem at a place of the document; `line` and `column` count from 0 over all origins.
Problem problem_at(const YamlDocument& document, int line, int column, std::string what,
                   std::string expected);

/// Adds `text` under `name` to the document's lines and parses it so that marks are positions in
/// them; what is wrong with it otherwise.
Result<YAML::Node> parse_into(YamlDocument& document, std::string name, const std::string& text);

}  // namespace capmarket::yaml
