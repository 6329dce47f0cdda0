// `--set PATH=VALUE`: values replaced after the text is parsed and before it is read.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/base/nearest.h"
#include "model/base/text.h"
#include "model/yaml/document.h"
#include "model/yaml/flow_calls.h"
#include "model/yaml/yaml.h"

namespace capmarket::yaml {
namespace {

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> out;
  for (std::size_t from = 0;;) {
    std::size_t dot = path.find('.', from);
    out.push_back(path.substr(from, dot == path.npos ? dot : dot - from));
    if (dot == path.npos) return out;
    from = dot + 1;
  }
}

std::string scalar_of(const YAML::Node& node) { return node.IsScalar() ? node.Scalar() : ""; }

/// The value of `name:` in a list's item, or nothing.
std::string item_name(const YAML::Node& item) {
  if (item.IsMap())
    for (const auto& entry : item)
      if (scalar_of(entry.first) == "name") return scalar_of(entry.second);
  return {};
}

std::optional<YAML::Node> child(const YAML::Node& at, const std::string& segment) {
  if (at.IsMap())
    for (const auto& entry : at)
      if (scalar_of(entry.first) == segment) return entry.second;
  if (!at.IsSequence()) return std::nullopt;
  auto index = parse_integer(segment);
  std::int64_t i = 0;
  for (const YAML::Node& item : at)
    if ((index && *index == i++) || (!index && item_name(item) == segment)) return item;
  return std::nullopt;
}

std::vector<std::string> known_names(const YAML::Node& at) {
  std::vector<std::string> out;
  if (at.IsMap())
    for (const auto& entry : at) out.push_back(scalar_of(entry.first));
  if (at.IsSequence())
    for (const YAML::Node& item : at) out.push_back(item_name(item));
  std::erase(out, "");
  return out;
}

std::string what_exists(const YAML::Node& at, const std::string& segment) {
  if (at.IsScalar())
    return fmt::format("the value `{}` stands there", unmask_call_commas(at.Scalar()));
  if (at.IsNull()) return "nothing stands there";
  std::vector<std::string> names = known_names(at);
  std::string out =
      names.empty()
          ? ""
          : expected_one_of(segment, std::vector<std::string_view>(names.begin(), names.end()));
  if (at.IsSequence() && at.size() == 0) return "the list there is empty";
  if (at.IsSequence())
    out += fmt::format("{}{} 0 to {}", out.empty() ? "" : "; or ", "an index", at.size() - 1);
  return out.empty() ? "the map there is empty" : out;
}

Problem missing(const std::string& origin, const YAML::Node& at, const std::string& segment,
                const std::string& walked) {
  return Problem{origin,
                 0,
                 0,
                 fmt::format("there is no `{}` {}", segment,
                             walked.empty() ? "in the document" : "in `" + walked + "`"),
                 what_exists(at, segment),
                 ""};
}

bool all_named(const std::vector<std::string>& segments, std::size_t from) {
  return std::none_of(segments.begin() + static_cast<std::ptrdiff_t>(from), segments.end(),
                      [](const std::string& s) { return s.empty(); });
}

/// `value` under the segments from `from` on, a map each, which stand where the option does.
Result<YAML::Node> within_maps(YamlDocument& document, const std::string& origin,
                               const std::vector<std::string>& segments, std::size_t from,
                               const YAML::Node& value) {
  if (from == segments.size()) return value;
  auto inner = within_maps(document, origin, segments, from + 1, value);
  if (!inner) return inner;
  auto map = parse_into(document, origin, "{}");
  auto key = parse_into(document, origin, segments[from]);
  if (!map || !key) return map ? key : map;
  map->force_insert(*key, *inner);
  return map;
}

std::optional<Problem> override_one(YamlDocument& document, const std::string& path,
                                    const std::string& value) {
  std::string origin = "--set " + path;
  auto parsed = parse_into(document, origin, value);
  if (!parsed) return parsed.error().front();
  std::vector<std::string> segments = split_path(path);
  YAML::Node at = document.root;
  std::string walked;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    std::optional<YAML::Node> next = child(at, segments[i]);
    if (!next && at.IsMap() && all_named(segments, i)) {
      auto made = within_maps(document, origin, segments, i + 1, *parsed);
      auto key = parse_into(document, origin, segments[i]);
      if (!made || !key) return (made ? key : made).error().front();
      at.force_insert(*key, *made);
      return std::nullopt;
    }
    if (!next) return missing(origin, at, segments[i], walked);
    at.reset(*next);
    walked += (i == 0 ? "" : ".") + segments[i];
  }
  at = *parsed;
  return std::nullopt;
}

}  // namespace

Result<YamlNode> with_overrides(YamlNode root,
                                const std::vector<std::pair<std::string, std::string>>& sets) {
  Problems problems;
  YamlDocument& document = *root.document();
  for (const auto& [path, value] : sets)
    if (auto problem = override_one(document, path, value)) problems.push_back(*problem);
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return YamlNode(root.document(), document.root);
}

Result<YamlNode> node_at(const YamlNode& root, const std::string& path) {
  YAML::Node at = root.document()->root;
  std::string walked;
  for (const std::string& segment : split_path(path)) {
    std::optional<YAML::Node> next = child(at, segment);
    if (!next) return fail(missing(path, at, segment, walked));
    at.reset(*next);
    walked += (walked.empty() ? "" : ".") + segment;
  }
  return YamlNode(root.document(), at);
}

}  // namespace capmarket::yaml
