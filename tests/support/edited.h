// Small edits to the texts that tests begin with.
#pragma once

#include <string>
#include <string_view>

#include "model/base/check.h"

namespace capmarket::testing {

/// `text` with the first `part` replaced by `by`; CHECKs that it is there. An empty part stands for
/// no edit.
inline std::string edited(std::string text, std::string_view part, std::string_view by) {
  if (part.empty()) return text;
  const std::size_t at = text.find(part);
  CHECK(at != text.npos, "not in the text: " + std::string(part));
  return text.replace(at, part.size(), by);
}

}  // namespace capmarket::testing
