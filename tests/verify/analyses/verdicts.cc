#include "tests/verify/analyses/verdicts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "tests/support/corpus.h"

namespace capmarket::analyses {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= line.size();) {
    const std::size_t to = std::min(line.find('\t', from), line.size());
    out.push_back(line.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

std::vector<ExpectedVerdict> load_verdicts() {
  std::istringstream in(yaml::read_file(testing::kRuleFolder + "verdicts.tsv").value());
  std::vector<ExpectedVerdict> out;
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line, "rule\tanalysis\tsubject\tverdict\thow\twhy");
  while (std::getline(in, line)) {
    std::vector<std::string> f = fields_of(line);
    EXPECT_EQ(f.size(), 6u) << line;
    f.resize(6);
    out.push_back({f[0], f[1], f[2], f[3], f[4], f[5]});
  }
  return out;
}

}  // namespace

const std::vector<ExpectedVerdict>& expected_verdicts() {
  static const std::vector<ExpectedVerdict> rows = load_verdicts();
  return rows;
}

std::vector<ExpectedVerdict> expected_verdicts_of(const std::string& rule) {
  std::vector<ExpectedVerdict> out;
  std::copy_if(expected_verdicts().begin(), expected_verdicts().end(), std::back_inserter(out),
               [&](const ExpectedVerdict& row) { return row.rule == rule; });
  return out;
}

}  // namespace capmarket::analyses
