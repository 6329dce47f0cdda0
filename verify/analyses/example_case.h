// From a golden case to the numbers of the smallest market that has what it gives; private to
// verify/analyses. Source: docs/spec/analyses.md#golden-cases.
#pragma once

#include <cstdint>
#include <string>

#include "verify/analyses/example_given.h"
#include "verify/question/symbolic_request.h"

namespace capmarket::analyses {

/// A variable that no market has together with the rest of what is given.
struct NoMarket {
  std::string variable;  // of `given`; empty: of the whole example
  std::string what, expected;
};

/// The case at that tier of the subject, all that is not given filled in. What is given may still
/// contradict itself: the market that is made of it tells. Deterministic; tries at most
/// `tries` quantities, each with as many lengths, for a value that is given.
tl::expected<question::RequestCase, NoMarket> case_of_example(const question::RuleSubject& subject,
                                                              const rules::Example& example,
                                                              const rules::Tier& tier,
                                                              std::uint32_t tries);

}  // namespace capmarket::analyses
