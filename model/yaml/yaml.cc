#include "model/yaml/yaml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "model/base/check.h"
#include "model/base/corrected.h"
#include "model/base/nearest.h"
#include "model/base/text.h"
#include "model/yaml/document.h"
#include "model/yaml/flow_calls.h"

namespace capmarket::yaml {

Problem problem_at(const YamlDocument& document, int line, int column, std::string what,
                   std::string expected) {
  Problem p;
  p.what = std::move(what);
  p.expected = std::move(expected);
  for (const YamlOrigin& origin : document.origins)
    if (origin.first_line <= line || p.file.empty()) {
      p.file = origin.name;
      p.line = line - origin.first_line + 1;
    }
  p.column = column + 1;
  if (line >= 0 && static_cast<std::size_t>(line) < document.lines.size())
    p.source_line = document.lines[static_cast<std::size_t>(line)];
  return p;
}

namespace {

constexpr std::size_t kShownMax = 60;

/// The value as a message shows it.
std::string shown(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  if (!node.IsScalar()) return "nothing";
  std::string text = unmask_call_commas(node.Scalar());
  if (text.size() > kShownMax) text = text.substr(0, kShownMax) + "…";
  return fmt::format("`{}`", text);
}

bool is_quoted(const YAML::Node& node) { return node.Tag() == "!"; }

/// What puts a typical slip right, in backquotes; a number that lacks its unit, with some.
std::string corrected_text(const YAML::Node& node,
                           std::optional<std::string> (*correct)(std::string_view)) {
  if (!node.IsScalar() || correct == nullptr) return {};
  const std::string& text = node.Scalar();
  if (correct == corrected_duration && parse_integer(text))
    return fmt::format("a unit: `{0}s`, `{0}min`, `{0}h`, `{0}d`, …", text);
  auto meant = correct(text);
  if (!meant) return correct == corrected_money ? "an amount like `0.10`" : std::string();
  const std::size_t word = text.find_first_not_of("0123456789.,_ '");
  return correct == corrected_integer && word != text.npos
             ? fmt::format("`{}`: what `{}` names stands in `unit`", *meant, text.substr(word))
             : fmt::format("`{}`", *meant);
}

/// The scalar through `parse`, or a problem that names what was expected: of a value that has the
/// form but is too large, `range`; of a typical slip, what puts it right.
template <class T, class Parse>
std::optional<T> read(const YamlNode& at, const YAML::Node& node, Parse parse, const char* expected,
                      std::string_view range = {},
                      std::optional<std::string> (*correct)(std::string_view) = nullptr) {
  bool beyond = false;
  if (node.IsScalar())
    if (std::optional<T> value = parse(unmask_call_commas(node.Scalar()), &beyond)) return value;
  if (beyond)
    at.complain(fmt::format("{} is out of range", shown(node)), std::string(range));
  else
    at.complain(fmt::format("{} where {} was expected", shown(node), expected),
                corrected_text(node, correct));
  return std::nullopt;
}

/// Whether a key that is there twice is the first one of an item of a list in lines, so that a new
/// item may begin with it.
bool begins_item(const YamlNode& key, const YamlNode& first) {
  if (key.text() != first.text() || key.column() != first.column()) return false;
  const std::string line = first.problem("").source_line;
  const auto column = static_cast<std::size_t>(first.column() - 1);
  return column >= 2 && line.size() > column && line.substr(column - 2, 2) == "- ";
}

/// How many spaces a key has to have before it where it belongs to what stands above it: to a key
/// without a value, or to a block. -1 where there is no such thing.
int part_indent(const YamlNode& above_key, const YamlNode& above, const YAML::Node& value) {
  if (value.IsNull()) return above_key.column() + 1;
  if (above.line() <= above_key.line()) return -1;
  if (value.IsMap()) return above.column() - 1;
  return value.IsSequence() && value.size() > 0 && value[0].IsMap() ? value[0].Mark().column : -1;
}

/// `{ floor: 0,10 }`: what stands behind the comma is read as a key. Told; whether it is one.
bool decimal_comma(const YamlNode& key, const std::string& name) {
  const std::string line = key.problem("").source_line;
  const auto at = static_cast<std::size_t>(key.column() - 1);
  if (at < 2 || at > line.size() || line[at - 1] != ',') return false;
  if (name.find_first_not_of("0123456789%") != name.npos) return false;
  std::size_t begin = at - 1;
  while (begin > 0 && line[begin - 1] >= '0' && line[begin - 1] <= '9') --begin;
  if (begin == at - 1) return false;
  const std::string whole = line.substr(begin, at - 1 - begin);
  key.complain(fmt::format("a decimal comma: `{},{}` in braces is `{}`, and a key `{}`", whole,
                           name, whole, name),
               fmt::format("`{}.{}`", whole, name));
  return true;
}

/// `unit kW`, `floor:0.01`: a key of `keys` with its value behind it. Told; whether it is one.
bool joined_key(const YamlNode& key, const std::string& name,
                const std::vector<std::string_view>& keys) {
  if (decimal_comma(key, name)) return true;
  const std::size_t end = name.find_first_of(" :");
  const std::string first = name.substr(0, end);
  if (end == name.npos || std::find(keys.begin(), keys.end(), first) == keys.end()) return false;
  std::string rest = name.substr(end + 1);
  rest.erase(0, std::min(rest.find_first_not_of(" =:"), rest.size()));
  key.complain(name[end] == ' ' ? fmt::format("no `:` behind `{}`", first)
                                : fmt::format("no blank behind the `:` of `{}`", first),
               fmt::format("`{}: {}`", first, rest));
  return true;
}

// Ranges of what is read: docs/spec/scenarios.md#values.
constexpr std::string_view kDurationRange = "at most 4611686018427387903ns (146 years) either way";
constexpr std::string_view kMoneyRange = "at most 461168601842738.7903 either way";
constexpr std::string_view kRatioRange = "at most 46116860184273879.03% either way";

/// Line and column behind the `KEY:` at or above `line` that nothing follows: the parser places a
/// value that is not there at whatever stands next. -1: there is none near.
std::pair<int, int> empty_value(const YamlDocument& document, int line) {
  const int last = static_cast<int>(document.lines.size()) - 1;
  for (int l = std::min(line, last); l >= 0; --l) {
    std::string_view text = document.lines[static_cast<std::size_t>(l)];
    text = text.substr(0, text.find(" #"));
    std::size_t end = text.find_last_not_of(" \t");
    if (end == text.npos || text[text.find_first_not_of(" \t")] == '#') continue;
    if (text[end] == ':') return {l, static_cast<int>(end) + 1};
    if (l < line) break;
  }
  return {-1, 0};
}

std::optional<std::string> same_without_quotes(std::string_view text) {
  return parse_integer(text) ? std::optional(std::string(text)) : std::nullopt;
}

std::string instant_range() {
  return fmt::format("a time from {} to {}", to_text(Instant(-kWireMax)), to_text(kDistantFuture));
}

}  // namespace

YamlNode::YamlNode(std::shared_ptr<YamlDocument> document, const YAML::Node& node)
    : document_(std::move(document)), node_(std::make_shared<YAML::Node>(node)) {}

bool YamlNode::quoted() const { return is_scalar() && is_quoted(*node_); }
bool YamlNode::is_map() const { return node_->IsMap(); }
bool YamlNode::is_list() const { return node_->IsSequence(); }
bool YamlNode::is_scalar() const { return node_->IsScalar(); }

int YamlNode::line() const { return problem({}).line; }
int YamlNode::column() const { return std::max(0, node_->Mark().column) + 1; }
int YamlNode::text_column() const {
  const YAML::Mark mark = node_->Mark();
  bool in_lines = mark.line >= 0 && static_cast<std::size_t>(mark.line) < document_->lines.size();
  if (!in_lines || !is_scalar() || !is_quoted(*node_)) return column();
  const std::string& text = document_->lines[static_cast<std::size_t>(mark.line)];
  auto at = static_cast<std::size_t>(mark.column);
  return at < text.size() && (text[at] == '"' || text[at] == '\'') ? column() + 1 : column();
}

Problem YamlNode::problem(std::string what, std::string expected, int offset) const {
  int line = std::max(0, node_->Mark().line);
  if (node_->IsNull())
    if (auto [key_line, end] = empty_value(*document_, line); key_line >= 0)
      return problem_at(*document_, key_line, end, std::move(what), std::move(expected));
  int column0 = column() - 1;
  if (offset > 0 && static_cast<std::size_t>(line) < document_->lines.size()) {
    // A scalar over several lines has no single line to point into: its start must do.
    int shifted = text_column() - 1 + offset;
    const std::string& text = document_->lines[static_cast<std::size_t>(line)];
    if (shifted <= static_cast<int>(text.size())) column0 = shifted;
  } else if (offset == 0) {
    column0 = text_column() - 1;
  }
  return problem_at(*document_, line, column0, std::move(what), std::move(expected));
}

void YamlNode::complain(std::string what, std::string expected, int offset) const {
  document_->problems.push_back(problem(std::move(what), std::move(expected), offset));
}

std::optional<std::string> YamlNode::text() const {
  return read<std::string>(
      *this, *node_, [](const std::string& s, bool*) { return std::optional(s); }, "a text");
}

std::optional<std::int64_t> YamlNode::integer() const { return integer(-kWireMax, kWireMax); }

std::optional<std::int64_t> YamlNode::integer(std::int64_t least, std::int64_t most) const {
  auto value = read<std::int64_t>(
      *this, *node_,
      [&](const std::string& s, bool* beyond) {
        return is_quoted(*node_) ? std::nullopt : capmarket::parse_integer(s, beyond);
      },
      "an integer without quotes", fmt::format("{} to {}", least, most),
      is_quoted(*node_) ? same_without_quotes : corrected_integer);
  if (!value || (*value >= least && *value <= most)) return value;
  complain(fmt::format("{} is out of range", *value), fmt::format("{} to {}", least, most));
  return std::nullopt;
}

std::optional<bool> YamlNode::boolean() const {
  return read<bool>(
      *this, *node_,
      [&](const std::string& s, bool*) -> std::optional<bool> {
        if (is_quoted(*node_) || (s != "true" && s != "false")) return std::nullopt;
        return s == "true";
      },
      "true or false", {}, corrected_boolean);
}

std::optional<Duration> YamlNode::duration() const {
  return read<Duration>(*this, *node_, parse_duration,
                        "a duration like 500ms, 1.5h or 7d (ns us ms s min h d y)", kDurationRange,
                        corrected_duration);
}

std::optional<Instant> YamlNode::instant() const {
  return read<Instant>(*this, *node_, parse_instant, "a time like 2026-01-15T16:00:00Z",
                       instant_range(), corrected_instant);
}

std::optional<Money> YamlNode::money() const {
  return read<Money>(*this, *node_, parse_money, "money like 10.00 (at most four decimals)",
                     kMoneyRange, corrected_money);
}

std::optional<std::int64_t> YamlNode::ratio() const {
  return read<std::int64_t>(*this, *node_, parse_ratio,
                            "a ratio like 35% or 0.35 (at most four decimals)", kRatioRange,
                            corrected_ratio);
}

std::optional<location::Location> YamlNode::location() const {
  auto value = text();
  if (!value) return std::nullopt;
  auto location = location::parse_location(*value);
  if (location) return *location;
  complain(location.error().front().what, location.error().front().expected);
  return std::nullopt;
}

std::optional<std::size_t> YamlNode::choice(std::initializer_list<std::string_view> names) const {
  return choice(std::span(names.begin(), names.size()));
}

std::optional<std::size_t> YamlNode::choice(std::span<const std::string_view> names) const {
  auto value = text();
  if (!value) return std::nullopt;
  auto it = std::find(names.begin(), names.end(), *value);
  if (it != names.end()) return static_cast<std::size_t>(it - names.begin());
  complain(fmt::format("unknown value {}", shown(*node_)),
           expected_one_of(*value, std::vector<std::string_view>(names.begin(), names.end())));
  return std::nullopt;
}

std::vector<YamlNode> YamlNode::items() const {
  std::vector<YamlNode> out;
  if (!is_list()) {
    complain(fmt::format("{} where a list was expected", shown(*node_)),
             node_->IsNull()  ? "its `- ITEM` lines below it"
             : node_->IsMap() ? "`- ` before each of its items"
                              : "");
    return out;
  }
  for (const YAML::Node& item : static_cast<const YAML::Node&>(*node_))
    out.emplace_back(document_, item);
  return out;
}

std::vector<std::pair<YamlNode, YamlNode>> YamlNode::entries() const {
  std::vector<std::pair<YamlNode, YamlNode>> out;
  if (!is_map()) {
    complain(fmt::format("{} where a map was expected", shown(*node_)),
             node_->IsNull()       ? "its `KEY: VALUE` lines below it, indented further"
             : node_->IsSequence() ? "its keys without `-`"
                                   : "");
    return out;
  }
  std::set<std::string> seen;
  bool lacks_dash = false;
  for (const auto& entry : static_cast<const YAML::Node&>(*node_)) {
    YamlNode key(document_, entry.first);
    if (!key.is_scalar()) {
      key.complain(fmt::format("{} where a key was expected", shown(entry.first)));
    } else if (seen.insert(entry.first.Scalar()).second) {
      out.emplace_back(std::move(key), YamlNode(document_, entry.second));
    } else if (!lacks_dash) {
      // Where an item begins a second time all its keys follow: they are told once.
      lacks_dash = out.size() > 1 && begins_item(key, out.front().first);
      key.complain(
          fmt::format("duplicate key {}", shown(entry.first)),
          lacks_dash
              ? fmt::format(
                    "`{}- {}` where another item begins; each key once",
                    std::string(static_cast<std::size_t>(std::max(0, column() - 3)), ' '),
                    key.problem("").source_line.substr(static_cast<std::size_t>(key.column() - 1)))
              : "each key once");
    }
  }
  return out;
}

YamlMap YamlNode::map(std::initializer_list<std::string_view> keys) const {
  return map(std::vector<std::string_view>(keys));
}

YamlMap YamlNode::map(const std::vector<std::string_view>& keys) const {
  YamlMap out;
  out.self_ = std::make_shared<YamlNode>(*this);
  std::string above;  // what an unknown key may be a part of
  int indent = -1;
  for (auto& [key, value] : entries()) {
    const std::string& name = key.node_->Scalar();
    const bool known = std::find(keys.begin(), keys.end(), name) != keys.end();
    if (known) {
      above = name;
      indent = part_indent(key, value, *value.node_);
      out.entries_.emplace_back(name, value);
    } else if (!joined_key(key, name, keys)) {
      key.complain(
          fmt::format("unknown key {}", shown(*key.node_)),
          indent <= key.column() - 1
              ? expected_one_of(name, keys)
              : fmt::format("{} space{} before `{}` where it is a part of `{}`; {}", indent,
                            indent == 1 ? "" : "s", name, above, expected_one_of(name, keys)));
    }
  }
  return out;
}

bool YamlMap::has(std::string_view key) const { return find(key).has_value(); }

std::optional<YamlNode> YamlMap::find(std::string_view key) const {
  for (const auto& [name, value] : entries_)
    if (name == key) return value;
  return std::nullopt;
}

std::optional<YamlNode> YamlMap::require(std::string_view key, std::string expected) const {
  auto found = find(key);
  // A value that is no map has been complained about; its keys are not missing as well.
  if (!found && self_->is_map())
    self_->complain(fmt::format("missing key `{}`", key), std::move(expected));
  return found;
}

const Problems& yaml_problems(const YamlNode& node) { return node.document()->problems; }

}  // namespace capmarket::yaml
