#include "model/base/result.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/visible.h"

namespace capmarket {

bool any_of_fault(const Problems& problems, Fault fault) {
  return std::any_of(problems.begin(), problems.end(),
                     [&](const Problem& p) { return p.fault == fault; });
}

tl::unexpected<Problems> fail(std::string what, std::string expected) {
  Problem problem;
  problem.what = std::move(what);
  problem.expected = std::move(expected);
  return fail(std::move(problem));
}

tl::unexpected<Problems> fail(Problem problem) {
  return tl::unexpected<Problems>(Problems{std::move(problem)});
}

namespace {

constexpr int kLineShownMax = 100;

/// The line around the caret, so that a terminal does not wrap it, and the caret below it.
std::string line_with_caret(const Problem& p) {
  int column = p.column > 0 ? p.column : 1;
  std::string_view line = p.source_line;
  int shift = 0;
  if (static_cast<int>(line.size()) > kLineShownMax) {
    shift = column > kLineShownMax / 2 ? column - kLineShownMax / 2 : 0;
    line = line.substr(std::min(static_cast<std::size_t>(shift), line.size()), kLineShownMax);
  }
  std::string shown, pad;  // tabs stay tabs, so that the caret stands under its column
  for (std::size_t i = 0; i < line.size();) {
    std::size_t size = character_at(line, i).size;
    std::string one = line[i] == '\t' ? "\t" : visible(line.substr(i, size));
    bool before = static_cast<int>(i) + 1 < column - shift;
    bool escaped = one != line.substr(i, size);
    if (before) pad += one == "\t" ? one : std::string(escaped ? one.size() : 1, ' ');
    shown += one;
    i += size;
  }
  if (column - shift - 1 > static_cast<int>(line.size()))
    pad += std::string(static_cast<std::size_t>(column - shift - 1) - line.size(), ' ');
  return fmt::format("{:>6} | {}\n       | {}^\n", p.line, shown, pad);
}

}  // namespace

std::string to_text(const Problem& p) {
  std::string out;
  if (!p.file.empty()) {
    out += visible(p.file);
    if (p.line > 0) out += fmt::format(":{}:{}", p.line, p.column);
    out += ": ";
  }
  out += visible_message(p.what) + "\n";
  if (!p.source_line.empty()) out += line_with_caret(p);
  if (!p.expected.empty())
    out += fmt::format("  expected: {}\n", visible_message(p.expected));
  return out;
}

std::string to_text(const Problems& problems) {
  std::string out;
  for (const Problem& p : problems) out += to_text(p);
  return out;
}

}  // namespace capmarket
