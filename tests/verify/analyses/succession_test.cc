// Versions of one name among the files given: one line, as admission asks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "tests/support/corpus.h"
#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

using ::testing::HasSubstr;

/// The finding on the version `own` among `files`; the solver is not asked.
Finding succession_of(const question::RuleFile& own, const std::vector<question::RuleFile>& files) {
  CheckOptions options;
  options.rlimit = 1;
  options.scripted_scenarios = false;
  for (const Finding& f : check_rule(own, files, options).findings)
    if (f.row == AnalysisId::succession) return f;
  return {};
}

/// The two versions of succession-holds, the later first, and a change of one of them.
struct Versions {
  std::vector<question::RuleFile> files =
      capmarket::testing::loaded_rules(capmarket::testing::kRuleFolder + "succession-holds.yaml");

  const question::RuleFile& add(std::size_t of, const std::function<void(rules::Rule&)>& change) {
    question::RuleFile other = files[of];
    other.file = "other.yaml";
    change(other.rule);
    other.id = crypto::content_id(rules::encode_rule(other.rule));
    files.push_back(std::move(other));
    return files.back();
  }
};

TEST(SuccessionOfVersions, holds_of_one_line) {
  Versions v;
  EXPECT_EQ(succession_of(v.files.front(), v.files).verdict, AnalysisVerdict::proved);
  EXPECT_EQ(succession_of(v.files.back(), v.files).verdict, AnalysisVerdict::proved);
}

TEST(SuccessionOfVersions, is_judged_with_the_versions_after_it) {
  Versions v;
  const question::RuleFile first = v.files.back();
  const question::RuleFile& second =
      v.add(0, [&](rules::Rule& r) { r.effective.from = first.rule.effective.from; });
  const Finding f = succession_of(first, {first, second});
  EXPECT_EQ(f.verdict, AnalysisVerdict::refuted);
  EXPECT_THAT(f.sentence, HasSubstr("version 1 is never in force"));
}

TEST(SuccessionOfVersions, refutes_two_successors_of_one_version) {
  Versions v;
  v.add(0, [](rules::Rule& r) { r.limits.quantity_max = Quantity(7); });
  const Finding f = succession_of(v.files.front(), v.files);
  EXPECT_EQ(f.verdict, AnalysisVerdict::refuted);
  EXPECT_THAT(f.sentence, HasSubstr("two successors of one version"));
  EXPECT_THAT(f.sentence, HasSubstr("other.yaml"));
}

TEST(SuccessionOfVersions, refutes_two_first_versions_of_one_name) {
  Versions v;
  v.add(1, [](rules::Rule& r) { r.limits.quantity_max = Quantity(7); });
  for (std::size_t own : {0, 1})
    EXPECT_THAT(succession_of(v.files[own], v.files).sentence,
                HasSubstr("two first versions of one name"));
}

TEST(SuccessionOfVersions, refutes_each_term_that_a_name_keeps) {
  const std::vector<std::pair<const char*, std::function<void(rules::Rule&)>>> changes = {
      {"currency", [](rules::Rule& r) { r.currency = "JPY"; }},
      {"unit", [](rules::Rule& r) { r.unit = "rack"; }},
      {"granularity", [](rules::Rule& r) { r.granularity = Duration(kNanosPerSecond); }},
      {"origin", [](rules::Rule& r) { r.origin = Instant(0); }},
      {"another authority: `", [](rules::Rule& r) { r.authority = "other"; }},
      {"supersedes version 1", [](rules::Rule& r) { r.version = 3; }},
  };
  for (const auto& [word, change] : changes) {
    Versions v;
    const Finding f = succession_of(question::RuleFile(v.add(0, change)), v.files);
    EXPECT_EQ(f.verdict, AnalysisVerdict::refuted) << word;
    EXPECT_THAT(f.sentence, HasSubstr(word));
  }
}

TEST(SuccessionOfVersions, refutes_a_promise_not_to_preempt_that_is_taken_back) {
  Versions v;
  auto tier = [](rules::Rule& r) -> rules::Tier& { return r.tiers.back(); };
  v.files[1].rule.tiers.back().never_preempts = true;
  const std::string name = tier(v.files[1].rule).name;
  ASSERT_NE(v.files[0].rule.tier(name), nullptr);
  v.files[1].id = crypto::content_id(rules::encode_rule(v.files[1].rule));
  v.files[0].rule.supersedes = v.files[1].id;
  const Finding f = succession_of(v.files.front(), v.files);
  EXPECT_EQ(f.verdict, AnalysisVerdict::refuted);
  EXPECT_THAT(f.sentence + f.reason, HasSubstr("tiers." + name + ".preempts"));
  for (rules::Tier& t : v.files[0].rule.tiers) t.never_preempts = t.name == name;
  EXPECT_EQ(succession_of(v.files.front(), v.files).verdict, AnalysisVerdict::proved);
}

TEST(SuccessionOfVersions, refutes_a_first_version_that_is_not_number_one) {
  Versions v;
  v.files = {v.files[1]};
  v.files[0].rule.version = 2;
  EXPECT_THAT(succession_of(v.files[0], v.files).sentence, HasSubstr("is number 2"));
}

TEST(SuccessionOfVersions, refutes_a_version_one_that_supersedes_what_is_not_given) {
  Versions v;
  v.files = {v.files[0]};
  v.files[0].rule.version = 1;
  EXPECT_THAT(succession_of(v.files[0], v.files).sentence, HasSubstr("it is not the first"));
}

TEST(SuccessionOfVersions, refutes_a_successor_of_another_class_or_a_narrower_scope) {
  const std::vector<std::pair<const char*, std::function<void(rules::Rule&)>>> changes = {
      {"another class: `", [](rules::Rule& r) { r.class_name = "other"; }},
      {"does not contain", [](rules::Rule& r) { r.scope.path += "/de"; }},
  };
  for (const auto& [word, change] : changes) {
    Versions v;
    const Finding f = succession_of(question::RuleFile(v.add(0, change)), v.files);
    EXPECT_EQ(f.verdict, AnalysisVerdict::refuted) << word;
    EXPECT_THAT(f.sentence, HasSubstr(word));
  }
}

TEST(SuccessionOfVersions, names_the_place_at_fault_first_and_what_is_expected_there) {
  const std::vector<std::tuple<const char*, const char*, std::function<void(rules::Rule&)>>>
      changes = {
          {"version", "expected `version: 2` here, or `supersedes:` the file of version 2",
           [](rules::Rule& r) { r.version = 3; }},
          {"class", ", where this has `other`: expected `class: ",
           [](rules::Rule& r) { r.class_name = "other"; }},
          {"currency", "expected that of version 1", [](rules::Rule& r) { r.currency = "JPY"; }},
          {"effective.from", "expected `effective.from`",
           [](rules::Rule& r) { r.effective.from = Instant(r.effective.until.value - 1); }},
      };
  for (const auto& [place, expected, change] : changes) {
    Versions v;
    question::RuleFile changed = v.files[0];
    change(changed.rule);
    changed.id = crypto::content_id(rules::encode_rule(changed.rule));
    v.files = {changed, v.files[1]};
    const Finding f = succession_of(v.files[0], v.files);
    EXPECT_EQ(f.verdict, AnalysisVerdict::refuted) << place;
    EXPECT_EQ(f.provisions.front().place, place);
    EXPECT_THAT(f.sentence, HasSubstr(expected));
  }
}

/// The same file twice is one rule: nothing is refused of it.
TEST(SuccessionOfVersions, takes_a_file_that_is_given_twice_for_one) {
  Versions v;
  v.add(0, [](rules::Rule&) {});
  EXPECT_EQ(succession_of(v.files[0], v.files).verdict, AnalysisVerdict::proved);
}

}  // namespace
}  // namespace capmarket::analyses
