#include "reports/junit.h"

#include <fmt/format.h>

#include <string_view>

#include "model/base/visible.h"

namespace capmarket::reports {
namespace {

/// Text between tags: line ends and tabs stay, whatever else XML 1.0 cannot hold is escaped.
std::string xml_text(std::string_view text) {
  std::string out, shown = visible(text, false);
  // The two characters of three bytes that a terminal shows and XML forbids.
  for (const auto& [from, to] :
       {std::pair("\xef\xbf\xbe", "\\ufffe"), std::pair("\xef\xbf\xbf", "\\uffff")})
    for (std::size_t at; (at = shown.find(from)) != shown.npos;) shown.replace(at, 3, to);
  for (char c : shown) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

/// A value between quotes: a reader would make a line end a space.
std::string xml_value(std::string_view text) {
  std::string out;
  for (char c : xml_text(visible(text)))
    out += c == '"' ? std::string("&quot;") : std::string(1, c);
  return out;
}

std::string seconds(std::int64_t milliseconds) {
  return fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}

std::string_view tag_of(JunitOutcome outcome) {
  switch (outcome) {
    case JunitOutcome::failure:
      return "failure";
    case JunitOutcome::error:
      return "error";
    case JunitOutcome::skipped:
      return "skipped";
    case JunitOutcome::passed:
      break;
  }
  return "system-out";
}

std::string case_xml(const JunitCase& c) {
  std::string out = fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                                xml_value(c.classname), xml_value(c.name));
  if (!c.file.empty()) out += fmt::format(" file=\"{}\"", xml_value(c.file));
  if (c.line > 0) out += fmt::format(" line=\"{}\"", c.line);
  out += fmt::format(" time=\"{}\"", seconds(c.milliseconds));
  const bool passed = c.outcome == JunitOutcome::passed;
  if (passed && c.text.empty()) return out + "/>\n";
  std::string message = passed ? "" : fmt::format(" message=\"{}\"", xml_value(c.message));
  return out + fmt::format(">\n      <{0}{1}>{2}</{0}>\n    </testcase>\n", tag_of(c.outcome),
                           message, xml_text(c.text));
}

/// Counts as attributes.
struct JunitCounts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  std::int64_t milliseconds = 0;

  void add(const JunitCase& c) {
    ++tests;
    failures += c.outcome == JunitOutcome::failure ? 1 : 0;
    errors += c.outcome == JunitOutcome::error ? 1 : 0;
    skipped += c.outcome == JunitOutcome::skipped ? 1 : 0;
    milliseconds += c.milliseconds;
  }
  std::string text() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
                       tests, failures, errors, skipped, seconds(milliseconds));
  }
};

}  // namespace

std::string junit_xml(const std::vector<JunitSuite>& suites) {
  std::string all;
  JunitCounts total;
  for (const JunitSuite& s : suites) {
    JunitCounts counts;
    std::string cases;
    for (const JunitCase& c : s.cases) {
      counts.add(c);
      total.add(c);
      cases += case_xml(c);
    }
    all += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", xml_value(s.name),
                       counts.text(), cases);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"capmarket\" {}>\n{}</testsuites>\n",
      total.text(), all);
}

std::string junit_message(std::string_view verdict, std::string_view said) {
  said = said.substr(0, said.find('\n'));
  return said.empty() || said == verdict ? std::string(verdict)
                                         : fmt::format("{}: {}", verdict, said);
}

JunitSuite unread_suite(const Unread& u) {
  JunitCase one;
  one.classname = u.file;
  one.name = u.internal ? "answered" : "readable";
  one.file = place_of(u);
  one.line = u.problems.front().line;
  one.outcome = JunitOutcome::error;
  one.message = u.problems.front().what;
  one.text = to_text(u.problems);
  return {u.file, {one}};
}

}  // namespace capmarket::reports
