// One report as the bytes that `check --format json` prints, but for the time that it took.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "reports/check_report.h"
#include "tests/support/corpus.h"
#include "tests/support/playing.h"

namespace capmarket::analyses {

inline RuleReport report_of_file(const std::string& file,
                                 const CheckOptions& options = testing::playing()) {
  const auto files = testing::loaded_rules(file);
  return check_rule(files.front(), files, options);
}

inline std::string bytes_but_time(RuleReport report) {
  for (Finding& f : report.findings) f.milliseconds = 0;
  return reports::check_json({report}).dump();
}

}  // namespace capmarket::analyses
