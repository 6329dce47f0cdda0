#include "model/yaml/flow_calls.h"

#include <algorithm>

namespace capmarket::yaml {
namespace {

bool ends_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The index of the parenthesis that closes the one at `open`, or npos where this is no call.
std::size_t call_end(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i;
    if (std::string_view("\r\n\"'{}[]:#").find(text[i]) != std::string_view::npos) break;
  }
  return std::string_view::npos;
}

}  // namespace

std::string mask_call_commas(std::string text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '(' || !ends_name(text[i - 1])) continue;
    std::size_t end = call_end(text, i);
    if (end == std::string::npos) {
      // An opening that does not close: nothing up to where its line or value ends is a call. To
      // look no further at what stands in between keeps this linear.
      std::size_t stop = text.find_first_of("\r\n\"'{}[]:#", i);
      if (stop == std::string::npos) break;
      i = std::max(i, stop);
      continue;
    }
    std::replace(text.begin() + static_cast<std::ptrdiff_t>(i),
                 text.begin() + static_cast<std::ptrdiff_t>(end), ',', kMaskedComma);
    i = end;
  }
  return text;
}

std::string unmask_call_commas(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), kMaskedComma, ',');
  return out;
}

}  // namespace capmarket::yaml
