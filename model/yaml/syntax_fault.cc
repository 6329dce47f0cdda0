#include "model/yaml/syntax_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "model/yaml/layout_fault.h"

namespace capmarket::yaml {
namespace {

const std::string& line_of(const YamlDocument& document, int line) {
  static const std::string kNone;
  return line >= 0 && static_cast<std::size_t>(line) < document.lines.size()
             ? document.lines[static_cast<std::size_t>(line)]
             : kNone;
}

/// `text` in the quotes that it does not hold itself; nothing where it holds both.
std::optional<std::string> in_quotes(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  for (char quote : {'\'', '"'})
    if (text.find(quote) == text.npos && (quote == '\'' || text.find('\\') == text.npos))
      return fmt::format("{0}{1}{0}", quote, text);
  return std::nullopt;
}

bool separates(char c) { return std::strchr(",]}:#", c) != nullptr; }

/// A value in `line` that starts with `!`, or that starts with a quoted part and goes on after it.
bool needs_outer_quotes(const std::string& line) {
  bool value_may_start = true;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (c == ' ' || c == '\t') continue;
    if (value_may_start && c == '!') return true;
    if (value_may_start && (c == '"' || c == '\'')) {
      std::size_t end = line.find(c, i + 1);
      if (end == line.npos) return false;
      std::size_t next = line.find_first_not_of(" \t\r", end + 1);
      if (next != line.npos && !separates(line[next])) return true;
      i = end;
    }
    bool last_of_word = i + 1 == line.size() || line[i + 1] == ' ';
    value_may_start = std::strchr("[{,", c) != nullptr || ((c == ':' || c == '-') && last_of_word);
  }
  return false;
}

}  // namespace

/// The first line at or just before `line` that lacks quotes, or -1: yaml-cpp notices a value that
/// goes on after its closing quote only at the token that follows.
int line_needing_quotes(const YamlDocument& document, int line, int first_line) {
  for (int l = std::min(line, static_cast<int>(document.lines.size()) - 1);
       l >= std::max(first_line, line - 2); --l)
    if (needs_outer_quotes(document.lines[static_cast<std::size_t>(l)])) return l;
  return -1;
}

namespace {

/// A value in braces or brackets that YAML cannot read to its end: `victim.tier in ["a"]`.
struct FlowValue {
  std::size_t begin = 0;
  std::string text;
};

/// The first one in a line whose own bracket is open.
std::optional<FlowValue> flow_value_without_quotes(const std::string& line) {
  auto is_end = [](char c) { return c == ',' || c == '}' || c == ']'; };
  const std::size_t flow = std::min(line.find('{'), line.find('['));
  if (flow == line.npos) return std::nullopt;
  for (std::size_t i = flow + 1; i < line.size(); ++i) {
    if (std::strchr(" \t{[]},:", line[i]) != nullptr) continue;
    std::size_t end = i, opened = line.npos;
    int open = 0;
    bool key = false;
    for (; end < line.size() && !key; ++end) {
      const char c = line[end];
      if (open == 0 && is_end(c)) break;
      if (c == '"' || c == '\'') {
        const std::size_t close = line.find(c, end + 1);
        if (close == line.npos) return std::nullopt;
        end = close;
      } else if (c == '(' || c == '{' || c == '[') {
        if (c != '(' && opened == line.npos) opened = end;
        ++open;
      } else if (c == ')' || is_end(c)) {
        open -= c == ',' ? 0 : 1;
      } else if (open == 0 && c == ':' && (end + 1 == line.size() || line[end + 1] == ' ')) {
        key = true;
      }
    }
    const std::string text = line.substr(i, line.find_last_not_of(' ', end - 1) + 1 - i);
    const bool quoted = line[i] == '"' || line[i] == '\'';
    const bool past_quote = quoted && line.find(line[i], i + 1) + 1 < i + text.size();
    if (!key && (quoted ? past_quote : opened != line.npos)) return FlowValue{i, text};
    i = end - (key ? 1 : 0);
  }
  return std::nullopt;
}

/// Quotes around it; in the kind that it does not hold.
std::string flow_value_quoted(const FlowValue& value) {
  auto quoted = in_quotes(value.text);
  return fmt::format(
      "{}quotes around the whole value: in braces YAML reads a bracket or a quote as its own",
      quoted ? fmt::format("`{}`, with ", *quoted) : "");
}

}  // namespace

std::string outer_quotes(const YamlDocument& document, int line) {
  const std::string& text = line_of(document, line);
  if (auto value = flow_value_without_quotes(text))
    return flow_value_quoted(*value) + "; in an expression write `not` for `!`";
  std::size_t start = text.find_first_of("!\"'");
  const bool flow = text.find_first_of("{[") < start;  // the value ends before the line does
  auto quoted = start == text.npos || flow ? std::nullopt : in_quotes(text.substr(start));
  return fmt::format(
      "{}quotes around the whole value{}: YAML gives a leading `!` or `\"` a meaning of its own; "
      "in an expression write `not` for `!`",
      quoted ? *quoted + ", with " : "", quoted ? "" : ", like 'not (…)'");
}

std::optional<Problem> open_quote(const YamlDocument& document, int line, int column) {
  const std::string* text = &line_of(document, line);
  const char quote = (*text)[static_cast<std::size_t>(column)];
  std::size_t at = static_cast<std::size_t>(column) + 1;
  for (int l = line; static_cast<std::size_t>(l) < document.lines.size(); ++l, at = 0) {
    text = &document.lines[static_cast<std::size_t>(l)];
    for (; at < text->size(); ++at) {
      if (quote == '"' && (*text)[at] == '\\')
        ++at;
      else if ((*text)[at] == quote)
        return std::nullopt;
    }
  }
  const std::string& first = line_of(document, line);
  return problem_at(document, line, column, "a quote that is never closed",
                    fmt::format("`{}{}`", first.substr(static_cast<std::size_t>(column)), quote));
}

namespace {

/// What a line begins with; nothing where it holds no value.
std::optional<std::string> indent_of(const YamlDocument& document, int line) {
  if (line < 0 || static_cast<std::size_t>(line) >= document.lines.size()) return std::nullopt;
  const std::string& text = document.lines[static_cast<std::size_t>(line)];
  std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos || text[first] == '#') return std::nullopt;
  return text.substr(0, first);
}

/// The nearest line with a value before (`step` -1) or behind `line`; -1 where there is none.
int neighbour(const YamlDocument& document, int line, int step) {
  for (int l = line + step; l >= 0 && static_cast<std::size_t>(l) < document.lines.size();
       l += step)
    if (indent_of(document, l)) return l;
  return -1;
}

/// How far the value of that line is indented; of a list's item, what stands behind its `-`.
std::size_t depth_of(const YamlDocument& document, int line) {
  const std::string& text = document.lines[static_cast<std::size_t>(line)];
  std::size_t at = indent_of(document, line)->size();
  while (at + 1 < text.size() && text[at] == '-' && text[at + 1] == ' ')
    at = std::min(text.find_first_not_of(' ', at + 1), text.size());
  return at;
}

/// What the line says, without what stands before and behind it.
std::string said_in(const YamlDocument& document, int line) {
  const std::string& text = document.lines[static_cast<std::size_t>(line)];
  std::string out = text.substr(indent_of(document, line)->size());
  return out.substr(0, out.find(':'));
}

/// What is wrong with an indent, and what it has to be.
struct IndentFault {
  int line = 0;
  std::string what, expected;
};

/// `5 spaces`.
std::string spaces_text(std::size_t n) { return fmt::format("{} space{}", n, n == 1 ? "" : "s"); }

std::optional<IndentFault> tab_fault(const YamlDocument& document, int first_line, int line) {
  for (int l : {line, neighbour(document, line, -1), neighbour(document, line, 1)}) {
    auto indent = indent_of(document, l);
    if (!indent || indent->find('\t') == indent->npos) continue;
    std::string around;
    for (int n : {neighbour(document, l, -1), neighbour(document, l, 1)})
      if (auto other = indent_of(document, n); other && other->find('\t') == other->npos)
        around += fmt::format("{}line {} by {}", around.empty() ? "; " : ", ", n - first_line + 1,
                              spaces_text(other->size()));
    return IndentFault{
        l, fmt::format("line {} is indented with a tab{}", l - first_line + 1, around),
        fmt::format("spaces before `{}`: YAML takes no tab for an indent", said_in(document, l))};
  }
  return std::nullopt;
}

/// How the line is indented and what stands around it, where that may be what is wrong: a tab, or
/// an indent that the line above has not.
std::optional<IndentFault> indent_fault(const YamlDocument& document, int first_line, int line,
                                        std::string_view message) {
  if (auto tab = tab_fault(document, first_line, line)) return tab;
  auto own = indent_of(document, line);
  const int above = neighbour(document, line, -1), below = neighbour(document, line, 1);
  if (!own || above < first_line) return std::nullopt;
  const std::size_t depth = own->size(), before = depth_of(document, above);
  // A deeper line goes on with the value above it; what it then says is no part of a value.
  const bool deeper = message == "illegal map value" && depth > before;
  if ((!message.starts_with("end of ") && !deeper) || depth == before) return std::nullopt;
  if (message.find(" flow ") != message.npos) return std::nullopt;  // brackets have no indents
  auto told = [&](int l) {
    const std::size_t indent = indent_of(document, l)->size(), deep = depth_of(document, l);
    return deep == indent ? fmt::format("line {} by {}", l - first_line + 1, deep)
                          : fmt::format("line {} by {} behind its `-`", l - first_line + 1, deep);
  };
  IndentFault out{line,
                  fmt::format("line {} is indented by {}, {}", line - first_line + 1,
                              spaces_text(depth), told(above)),
                  ""};
  std::size_t right = before;
  if (below >= 0) {
    out.what += ", " + told(below);
    const std::size_t after = indent_of(document, below)->size();
    const bool nearer = std::max(after, depth) - std::min(after, depth) <
                        std::max(before, depth) - std::min(before, depth);
    if (nearer) right = after;
  }
  if (right == depth) return std::nullopt;  // no message asks for what is so
  out.expected = fmt::format("{} before `{}`: the keys of a map have one indent",
                             spaces_text(right), said_in(document, line));
  return out;
}

/// What stands in place of what the parser's phrase names, where nothing nearer is known.
std::string expected_instead(std::string_view phrase) {
  static constexpr std::pair<std::string_view, std::string_view> kInstead[] = {
      {"end of map flow", "a `}` for every `{`, and commas between what stands in them"},
      {"end of sequence flow", "a `]` for every `[`, and commas between what stands in them"},
      {"end of map", "`KEY: VALUE` lines with one indent"},
      {"end of sequence", "`- ITEM` lines with one indent"},
      {"illegal flow end", "a `{` or `[` before it"},
      {"illegal map value", "one `KEY: VALUE` a line; quotes around a value that holds `: `"},
      {"illegal map key", "one `KEY: VALUE` a line"},
      {"illegal block entry", "`- ITEM` lines below their key, each on a line of its own"},
      {"illegal EOF in scalar", "the quote that ends the text"},
      {"unknown escape", "single quotes around a text that holds a backslash"},
      {"unknown token", "quotes around a text that starts with a sign of YAML"}};
  for (const auto& [start, expected] : kInstead)
    if (phrase.starts_with(start)) return std::string(expected);
  return "a YAML document: maps of `KEY: VALUE`, lists of `- ITEM`, quotes around other texts";
}

/// `KEY VALUE` at or just above the line, where the `:` between them is forgotten.
std::optional<Problem> forgotten_colon(const YamlDocument& document, int first_line, int line,
                                       std::string_view message) {
  if (message != "illegal map value" && !message.starts_with("end of map not")) return std::nullopt;
  for (int l : {line, neighbour(document, line, -1)}) {
    if (l < first_line || !indent_of(document, l)) continue;
    std::size_t begin = depth_of(document, l);
    std::string text = line_of(document, l).substr(begin);
    std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
    if (end == 0 || end == text.npos || text[end] != ' ' || text.find(':') != text.npos) continue;
    std::size_t value = text.find_first_not_of(" =", end);  // `unit = kW` is a slip of the same
    if (value == text.npos) continue;
    return problem_at(document, l, static_cast<int>(begin + end),
                      fmt::format("not YAML: no `:` behind `{}`", text.substr(0, end)),
                      fmt::format("`{}: {}`", text.substr(0, end), text.substr(value)));
  }
  return std::nullopt;
}

/// Where the innermost `{` or `[` stands that is open at the end of that line; npos: none.
std::size_t open_bracket(const std::string& text, std::size_t until) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < std::min(until, text.size()); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      i = std::min(text.find(c, i + 1), text.size() - 1);
    } else if (c == '#' && i > 0 && text[i - 1] == ' ') {
      break;
    } else if (c == '{' || c == '[') {
      open.push_back(i);
    } else if ((c == '}' || c == ']') && !open.empty()) {
      open.pop_back();
    }
  }
  return open.empty() ? text.npos : open.back();
}

/// A `{` or `[` without its end, or with the end of the other.
std::optional<Problem> bracket_fault(const YamlDocument& document, int first_line, int line,
                                     int column, std::string_view message) {
  auto closing = [](char c) { return c == '{' ? '}' : ']'; };
  if (message.starts_with("illegal flow end")) {
    const std::string& text = line_of(document, line);
    std::size_t at = open_bracket(text, static_cast<std::size_t>(column));
    if (at == text.npos) return std::nullopt;
    return problem_at(document, line, column,
                      fmt::format("not YAML: `{}` where `{}` is open",
                                  text[static_cast<std::size_t>(column)], text[at]),
                      fmt::format("`{}`", closing(text[at])));
  }
  if (!message.starts_with("end of map flow") && !message.starts_with("end of sequence flow"))
    return std::nullopt;
  for (int l = line; l >= first_line; --l) {
    const std::string& text = line_of(document, l);
    std::size_t at = open_bracket(text, text.size());
    if (at == text.npos) continue;
    return problem_at(document, l, static_cast<int>(at),
                      fmt::format("not YAML: this `{}` is never closed", text[at]),
                      fmt::format("a `{}` behind its last value", closing(text[at])));
  }
  return std::nullopt;
}

/// `KEY: VALUE KEY: VALUE`: where the second key begins; nothing where the line asks a condition.
std::optional<std::size_t> second_key(const std::string& text, std::size_t value,
                                      std::size_t colon) {
  const std::size_t blank = text.rfind(' ', colon);
  if (blank == text.npos || blank < value) return std::nullopt;
  if (text.find('?') < colon || text.find_first_of("{[\"'", value) < colon) return std::nullopt;
  const std::string word = text.substr(blank + 1, colon - blank - 1);
  if (word.empty() || word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != word.npos)
    return std::nullopt;
  return blank + 1;
}

/// A second `: ` in a line: of a conditional, of a value that holds one, or of a second key.
std::optional<Problem> second_colon(const YamlDocument& document, int line, int column,
                                    std::string_view message) {
  const std::string& text = line_of(document, line);
  std::size_t first = text.find(": ");
  const auto colon = static_cast<std::size_t>(column);
  if (message.starts_with("end of map flow") && colon < text.size() && text[colon] == ':') {
    const std::size_t blank = text.rfind(' ', colon);
    if (blank == text.npos || blank + 1 >= colon) return std::nullopt;
    return problem_at(
        document, line, static_cast<int>(blank),
        fmt::format("not YAML: no comma before `{}`", text.substr(blank + 1, colon - blank - 1)),
        fmt::format("`,{}`", text.substr(blank)));
  }
  if (message.starts_with("end of map flow") && colon < text.size() && text[colon] == '?') {
    const std::size_t before = text.find_last_of(":,{", colon);
    const std::size_t begin = text.find_first_not_of(' ', before == text.npos ? 0 : before + 1);
    const std::size_t end = text.find_last_not_of(' ', text.find_first_of(",}", colon) - 1) + 1;
    auto whole = in_quotes(std::string_view(text).substr(begin, end - begin));
    return problem_at(
        document, line, column, "not YAML: a condition in braces",
        fmt::format("{}quotes around the whole value", whole ? *whole + ", with " : ""));
  }
  if (message != "illegal map value" || first == text.npos || colon <= first) return std::nullopt;
  const std::size_t value = std::min(text.find_first_not_of(' ', first + 1), text.size());
  auto quoted = in_quotes(std::string_view(text).substr(value));
  std::string expected = fmt::format("{}quotes around the whole value where it holds `: `",
                                     quoted ? *quoted + ", with " : "");
  if (auto key = second_key(text, value, colon))
    expected = fmt::format("two lines, `{}` and `{}`; or {}",
                           text.substr(0, text.find_last_not_of(' ', *key - 1) + 1),
                           text.substr(*key), expected);
  return problem_at(document, line, column, "not YAML: a second `: ` in one line", expected);
}

/// `{ never: victim.tier in ["a"] }`: an expression that needs quotes, in the line that the parser
/// stops at or in one just above.
std::optional<Problem> flow_quotes(const YamlDocument& document, int first_line, int line,
                                   std::string_view message) {
  if (message.find(" flow") == message.npos) return std::nullopt;
  constexpr int kLinesAbove = 2;  // the parser notices at the token that follows
  for (int l = line; l >= std::max(first_line, line - kLinesAbove); --l)
    if (auto value = flow_value_without_quotes(line_of(document, l)))
      return problem_at(document, l, static_cast<int>(value->begin),
                        "not YAML: an expression in braces that needs quotes",
                        flow_value_quoted(*value));
  return std::nullopt;
}

}  // namespace

Problem syntax_problem(const YamlDocument& document, int first_line, int line, int column,
                       const std::string& message) {
  if (int quotes = line_needing_quotes(document, line, first_line); quotes >= 0) {
    std::size_t start = line_of(document, quotes).find_first_of("!\"'");
    return problem_at(document, quotes, static_cast<int>(start), "not YAML: " + message,
                      outer_quotes(document, quotes));
  }
  if (auto p = flow_quotes(document, first_line, line, message)) return *std::move(p);
  if (!tab_fault(document, first_line, line))
    if (auto p = layout_fault(document, first_line, line)) return *std::move(p);
  if (auto p = forgotten_colon(document, first_line, line, message)) return *std::move(p);
  if (auto p = second_colon(document, line, column, message)) return *std::move(p);
  if (auto p = bracket_fault(document, first_line, line, column, message)) return *std::move(p);
  if (auto fault = indent_fault(document, first_line, line, message))
    return problem_at(document, fault->line,
                      static_cast<int>(indent_of(document, fault->line)->size()),
                      "not YAML: " + fault->what, fault->expected);
  return problem_at(document, line, column, "not YAML: " + message, expected_instead(message));
}

}  // namespace capmarket::yaml
