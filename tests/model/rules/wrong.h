// A fault in a rule file and the one problem that tells of it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/model/rules/fixtures.h"

namespace capmarket::rules {

struct Wrong {
  const char* part;  // of the file
  const char* by;
  const char* at;  // what stands under the caret
  const char* what;
  const char* expected;  // a part of it
  std::size_t problems = 1;
};

/// `text` with the part replaced is refused under the caret, with what was expected.
inline void expect_refused(const Wrong& w, const std::string& text) {
  SCOPED_TRACE(w.by);
  auto rule = parse_rule("f.yaml", edited(text, w.part, w.by), no_files);
  ASSERT_FALSE(rule) << "was accepted";
  auto it = std::find_if(rule.error().begin(), rule.error().end(),
                         [&](const Problem& p) { return p.what == w.what; });
  ASSERT_NE(it, rule.error().end()) << to_text(rule.error());
  EXPECT_EQ(it->file, "f.yaml");
  EXPECT_GT(it->line, 0);
  ASSERT_GE(it->column, 1);
  ASSERT_LE(static_cast<std::size_t>(it->column), it->source_line.size() + 1);
  EXPECT_THAT(it->source_line.substr(static_cast<std::size_t>(it->column) - 1),
              ::testing::StartsWith(w.at));
  EXPECT_THAT(it->expected, ::testing::HasSubstr(w.expected));
  EXPECT_EQ(rule.error().size(), w.problems) << to_text(rule.error());
}

}  // namespace capmarket::rules
