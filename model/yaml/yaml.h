// Strict reading of YAML with positions: unknown and duplicate keys, wrong types and wrong forms
// are collected with file, line, column, the line itself and what was expected; all of a file in
// one go.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/location/path.h"

namespace YAML {
class Node;
}

namespace capmarket::yaml {

class YamlMap;
struct YamlDocument;  // the text, the parsed tree and the problems found so far

/// A place in a document. Cheap to copy; keeps its document alive. Reading methods record a problem
/// and return nothing when the value is not of the form asked for.
class YamlNode {
 public:
  YamlNode(std::shared_ptr<YamlDocument> document, const YAML::Node& node);

  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;
  bool quoted() const;  // a scalar in quotes

  std::optional<std::string> text() const;  // any scalar
  std::optional<std::int64_t> integer() const;
  std::optional<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
  std::optional<bool> boolean() const;
  std::optional<Duration> duration() const;
  std::optional<Instant> instant() const;
  std::optional<Money> money() const;
  std::optional<std::int64_t> ratio() const;  // ten-thousandths
  std::optional<location::Location> location() const;
  /// One of the names; gives its index.
  std::optional<std::size_t> choice(std::initializer_list<std::string_view> names) const;
  std::optional<std::size_t> choice(std::span<const std::string_view> names) const;
  std::vector<YamlNode> items() const;
  /// All keys must be among `keys` (an unknown one is a problem that lists them); each at most
  /// once.
  YamlMap map(std::initializer_list<std::string_view> keys) const;
  YamlMap map(const std::vector<std::string_view>& keys) const;
  /// A map whose keys are free names; in file order.
  std::vector<std::pair<YamlNode, YamlNode>> entries() const;

  /// A problem at this place, shifted by `offset` columns into the scalar.
  Problem problem(std::string what, std::string expected = {}, int offset = 0) const;
  void complain(std::string what, std::string expected = {}, int offset = 0) const;
  int line() const;
  int column() const;
  /// Column at which the scalar's own text starts (after an opening quote).
  int text_column() const;
  const std::shared_ptr<YamlDocument>& document() const { return document_; }

 private:
  std::shared_ptr<YamlDocument> document_;
  std::shared_ptr<YAML::Node> node_;
};

/// A map whose keys are known: YamlNode::map complains of all others.
class YamlMap {
 public:
  bool has(std::string_view key) const;
  std::optional<YamlNode> find(std::string_view key) const;
  /// Records a problem (missing key) where absent, with what was `expected`.
  std::optional<YamlNode> require(std::string_view key, std::string expected = {}) const;

 private:
  friend class YamlNode;
  std::shared_ptr<YamlNode> self_;
  std::vector<std::pair<std::string, YamlNode>> entries_;
};

/// Parses one document; a syntax error, several documents, anchors, tags or an empty file are
/// problems.
Result<YamlNode> parse_yaml(std::string file, std::string text);
/// The same from a file; an unreadable one is a problem.
Result<YamlNode> load_yaml(const std::string& file);
/// `root` with the values of `--set PATH=VALUE` in place, in order. A segment of a path is a key of
/// a map, or indexes a list by number or by the `name:` of its items; keys of maps that are missing
/// are made; VALUE is YAML. Changes the document that `root` belongs to; all wrong paths are
/// reported.
Result<YamlNode> with_overrides(YamlNode root,
                                const std::vector<std::pair<std::string, std::string>>& sets);
/// What stands at a path of that form in the document of `root`; a problem where nothing does.
Result<YamlNode> node_at(const YamlNode& root, const std::string& path);
/// Everything complained about so far in the document of `node`.
const Problems& yaml_problems(const YamlNode& node);

/// The content of a file, or a problem.
Result<std::string> read_file(const std::string& file);

}  // namespace capmarket::yaml
