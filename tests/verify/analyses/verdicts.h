// The table of what `check` must say of each rule of the corpus: one row a finding.
#pragma once

#include <string>
#include <vector>

namespace capmarket::analyses {

/// A row of tests/verify/analyses/rules/verdicts.tsv.
struct ExpectedVerdict {
  std::string rule;      // its file, without `.yaml`
  std::string analysis;  // as reports name it: `coverage`, `goal:NAME`
  std::string subject;
  std::string verdict;
  /// Where the verdict comes from. `written`: by hand from the specification, before the tool ran.
  /// Else the tool's, confirmed: `enumeration`, by requests and victims that the code of admission
  /// decides, or by counting constants; `cvc5`, its questions decided again; `replay`, its
  /// counterexample run on a chain.
  std::string how;
  std::string why;  // of a written one; else mostly empty

  /// `rule analysis[subject]`, which no other row has.
  std::string key() const { return rule + " " + analysis + "[" + subject + "]"; }
};

/// All rows, in the order of the file. A failure of the test where a line has not six fields.
const std::vector<ExpectedVerdict>& expected_verdicts();
/// Those of one rule.
std::vector<ExpectedVerdict> expected_verdicts_of(const std::string& rule);

}  // namespace capmarket::analyses
