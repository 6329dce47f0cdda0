// The golden cases of a rule, played on a chain.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "model/yaml/yaml.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

/// What was expected of a variable, and what the chain made of it.
struct Unmet {
  std::string name, expected, got;

  bool is_money() const { return name == "compensation" || of_failure(); }
  bool of_failure() const { return name == "refund" || name == "penalty" || name == "failed"; }
};

std::vector<Unmet> unmet(const rules::Example& example, const ExampleOutcome& outcome) {
  std::vector<Unmet> out;
  for (const auto& [name, expected] : example.expect)
    if (outcome.values.at(name) != expected)
      out.push_back({name, expected, outcome.values.at(name)});
  return out;
}

/// The line of a file that is read again for a message; empty where it is not there.
std::string line_of(const std::string& file, int line) {
  auto text = yaml::read_file(file);
  if (!text) return {};
  std::size_t from = 0;
  for (int n = 1; n < line && from != text->npos; ++n) {
    from = text->find('\n', from);
    if (from != text->npos) ++from;
  }
  return from == text->npos ? "" : text->substr(from, text->find('\n', from) - from);
}

}  // namespace

void Checker::play_examples() {
  const std::vector<rules::Example>& all = rule().examples;
  for (std::size_t i = 0; i < all.size() && executor_; ++i) {
    auto played =
        play_example(subject_, all[i], executor_, fmt::format("examples-example-{}", i + 1),
                     budget_.effort.value_tries);
    if (played) {
      played_.push_back(*std::move(played));
      continue;
    }
    const NoMarket& none = played.error();
    Finding at;
    provision(at, none.variable.empty() ? fmt::format("examples[{}]", i)
                                        : fmt::format("examples[{}].given.{}", i, none.variable));
    const Provision& p = at.provisions.front();
    report_.problems.push_back({p.file, p.line, p.column,
                                fmt::format("example {}: {}", i + 1, none.what), none.expected,
                                line_of(p.file, p.line)});
  }
}

/// What was played, as a scenario that a run shows to come out so.
void Checker::show_example(Finding& f, const rules::Example& example,
                           const ExampleOutcome& outcome) const {
  if (!scripted_scenarios_) return;
  scenarios::Scenario scenario = outcome.scenario;
  scenario.about = f.sentence;
  bool failure = false;
  for (const Unmet& u : unmet(example, outcome)) {
    failure = failure || u.of_failure();
    // Of money that is owed the claim that it is as expected.
    const bool stated =
        u.name == "compensation" ? outcome.displaced : outcome.values.at("failed") == "true";
    if (u.is_money() && u.name != "failed" && stated)
      scenario.script.watch.push_back(
          builder_for(f, f.sentence).claim(u.name, fmt::format("{} == {}", u.name, u.expected)));
  }
  auto& steps = scenario.script.steps;
  if (!failure && !steps.empty() && steps.back().kind == scenarios::StepKind::fail)
    steps.pop_back();
  f.scripted_scenarios.push_back(std::move(scenario));
}

void Checker::example(std::size_t i) {
  const rules::Example& example = rule().examples[i];
  const ExampleOutcome& outcome = played_[i];
  const std::vector<Unmet> all = unmet(example, outcome);
  std::string place = fmt::format("examples[{}]", i);
  if (!all.empty()) place += ".expect." + all.front().name;
  Finding f = begin(AnalysisId::examples, fmt::format("example {}", i + 1), place);
  if (all.empty()) return end(std::move(f), AnalysisVerdict::proved);
  for (const auto& [name, text] : example.given) f.witness.emplace_back(name, text);
  for (const Unmet& u : all)
    f.witness.emplace_back(u.name, fmt::format("{}, expected {}", u.got, u.expected));
  f.label = "single decision";
  f.sentence = fmt::format("`{}` comes out as {}, not {}", all.front().name, all.front().got,
                           all.front().expected);
  if (const std::string why = outcome.because(); !why.empty()) f.sentence += ": " + why;
  show_example(f, example, outcome);
  std::string sentence = f.sentence;
  end(std::move(f), AnalysisVerdict::refuted, std::move(sentence));
}

void Checker::examples() {
  const std::vector<rules::Example>& all = rule().examples;
  if (all.empty() || !executor_) {
    Finding f = begin(AnalysisId::examples, "examples", "examples");
    if (!all.empty()) f.reason = "nothing plays them: no executor is given";
    return end(std::move(f), all.empty() ? AnalysisVerdict::info : AnalysisVerdict::unknown,
               all.empty() ? "no golden case is given" : "");
  }
  std::set<std::string> reached, displacing;
  for (std::size_t i = 0; i < all.size(); ++i) {
    example(i);
    const ExampleOutcome& outcome = played_[i];
    if (outcome.is_eligible()) reached.insert(tier(outcome.tier).name);
    if (outcome.displaced) displacing.insert(tier(outcome.tier).name);
  }
  std::string missed;
  for (const rules::Tier& t : rule().tiers) {
    auto add = [&](const std::string& what) { missed += (missed.empty() ? "" : ", ") + what; };
    if (!reached.contains(t.name)) add(fmt::format("tier `{}`", t.name));
    if (t.displaces && !displacing.contains(t.name)) add(fmt::format("`{}.displaces`", t.name));
  }
  if (!missed.empty())
    end(begin(AnalysisId::examples, "reach", "examples"), AnalysisVerdict::info,
        "reached by no golden case: " + missed);
}

}  // namespace capmarket::analyses
