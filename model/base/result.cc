#include "model/base/result.h"

#include <fmt/format.h>

namespace capmarket {

tl::unexpected<Problems> fail(std::string what, std::string expected) {
  Problem problem;
  problem.what = std::move(what);
  problem.expected = std::move(expected);
  return fail(std::move(problem));
}

tl::unexpected<Problems> fail(Problem problem) {
  return tl::unexpected<Problems>(Problems{std::move(problem)});
}

std::string to_text(const Problem& p) {
  std::string out;
  if (!p.file.empty()) {
    out += p.file;
    if (p.line > 0) out += fmt::format(":{}:{}", p.line, p.column);
    out += ": ";
  }
  out += p.what + "\n";
  if (!p.source_line.empty()) {
    // A long line is shown around the caret, so that a terminal does not wrap it.
    constexpr int kWidth = 100;
    int column = p.column > 0 ? p.column : 1;
    std::string shown = p.source_line;
    int shift = 0;
    if (static_cast<int>(shown.size()) > kWidth) {
      shift = column > kWidth / 2 ? column - kWidth / 2 : 0;
      shown = shown.substr(shift < static_cast<int>(shown.size()) ? shift : 0, kWidth);
    }
    std::string pad;  // tabs stay tabs, so that the caret stands under its column
    for (int i = 0; i + 1 < column - shift; ++i)
      pad += i < static_cast<int>(shown.size()) && shown[i] == '\t' ? '\t' : ' ';
    out += fmt::format("{:>6} | {}\n       | {}^\n", p.line, shown, pad);
  }
  if (!p.expected.empty()) out += fmt::format("  expected: {}\n", p.expected);
  return out;
}

std::string to_text(const Problems& problems) {
  std::string out;
  for (const Problem& p : problems) out += to_text(p);
  return out;
}

}  // namespace capmarket
