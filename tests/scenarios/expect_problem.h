// What the tests of this room ask of a failed result.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "model/base/result.h"
#include "tests/support/edited.h"
#include "tests/support/scratch_folder.h"
#include "model/yaml/yaml.h"
#include "tests/support/source_text.h"

namespace capmarket::scenarios {

/// Some problem stands at this place and says these words; the whole list is shown otherwise.
template <class T>
void expect_problem(const Result<T>& result, int line, int column, std::string_view words) {
  ASSERT_FALSE(result.has_value()) << "no problem at all";
  for (const Problem& p : result.error())
    if (p.line == line && p.column == column && to_text(p).find(words) != std::string::npos) return;
  ADD_FAILURE() << "nothing at " << line << ":" << column << " says `" << words << "`:\n"
                << to_text(result.error());
}

template <class T>
T expect_value(const Result<T>& result) {
  if (result) return *result;
  ADD_FAILURE() << to_text(result.error());
  return T{};
}

inline std::string source_dir() { return CAPMARKET_SOURCE_DIR; }

}  // namespace capmarket::scenarios
