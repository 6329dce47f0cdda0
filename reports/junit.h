// JUnit XML, as continuous integration reads it. Source: docs/spec/commands.md#junit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/unread.h"

namespace capmarket::reports {

/// What became of a test. `passed` and everything beside it may have a text to read.
enum class JunitOutcome : std::uint8_t { passed, failure, error, skipped };

/// One test.
struct JunitCase {
  std::string classname, name;
  std::string file;  // empty: none
  int line = 0;
  std::int64_t milliseconds = 0;
  JunitOutcome outcome = JunitOutcome::passed;
  std::string message;  // of what did not pass
  std::string text;     // a passed one shows it as output
};

/// What belongs together: the tests of one rule, one chain.
struct JunitSuite {
  std::string name;
  std::vector<JunitCase> cases;
};

/// What became of a test in one line: the verdict, and the first line of what there is to say.
std::string junit_message(std::string_view verdict, std::string_view said);

/// One document: every suite with the counts and the time of its tests, then over all of them. What
/// XML has no form for (controls, bytes that are not UTF-8) stands as an escape.
std::string junit_xml(const std::vector<JunitSuite>& suites);

/// A suite of one test that ends in an error: a file without a verdict.
JunitSuite unread_suite(const Unread& unread);

}  // namespace capmarket::reports
