#include "verify/analyses/case_example.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/analyses/case_values.h"
#include "verify/analyses/example_play.h"

namespace capmarket::analyses {
namespace {

class Given {
 public:
  Given(const question::RuleSubject& subject, const question::RequestCase& c,
        const question::CaseRole& role)
      : case_(c),
        role_(role),
        values_(case_values(c, subject.rule(),
                            role.tier ? &subject.rule().tiers[*role.tier] : nullptr)) {}

  /// `all`: every variable; else those that the question's expressions read, and who they are of.
  std::vector<rules::NamedValue> run(bool all) {
    all_ = all;
    out_.clear();
    if (role_.tier) put("tier");
    for (const char* name : {"user.kind", "holder.kind", "location", "partial"}) put_wanted(name);
    for (const char* name : {"user.groups", "holder.groups"})
      if (!values_.at(name).empty()) put_wanted(name);
    const bool value = reads("value");
    for (const char* name : {"quantity", "price"})
      if (value || wanted(name)) put(name);
    window(value);
    if (case_.victim) victim();
    if (role_.step && role_.overdue) out_.push_back({"user.overdue", "true"});
    if (role_.step && wanted("request.waited"))
      out_.push_back({"request.waited", to_text(role_.waited)});
    std::sort(out_.begin(), out_.end());
    return out_;
  }

 private:
  bool reads(const char* name) const {
    return role_.read[static_cast<std::size_t>(expr::variable_row(name))] != 0;
  }
  bool wanted(const char* name) const { return all_ || reads(name); }
  void put(const char* name) { out_.push_back({name, values_.at(name)}); }
  void put_wanted(const char* name) {
    if (wanted(name)) put(name);
  }

  void window(bool value) {
    if (wanted("now") || wanted("start") || wanted("until")) {
      for (const char* name : {"now", "start", "until"}) put(name);
      return;
    }
    if (reads("lead")) put("lead");
    if (reads("length") || value) put("length");
  }

  void victim() {
    put("victim.tier");
    put("victim.rank");
    for (const char* name :
         {"victim.quantity", "released", "victim.price", "victim.value", "victim.whole_value",
          "victim.started", "victim.times_displaced", "notice"})
      put_wanted(name);
    if (wanted("victim.start") || wanted("victim.until")) {
      put("victim.start");
      put("victim.until");
    } else if (reads("victim.length")) {
      put("victim.length");
    }
  }

  const question::RequestCase& case_;
  const question::CaseRole& role_;
  std::map<std::string, std::string> values_;
  bool all_ = false;
  std::vector<rules::NamedValue> out_;
};

/// What an example can expect that the case is about.
std::vector<std::string> about(const question::RequestCase& c, const question::CaseRole& role) {
  if (role.step && role.step->failed) return {"admitted", "failed", "penalty", "refund"};
  if (c.victim) return {"admitted", "compensation", "displaced"};
  return {"admitted"};
}

}  // namespace

Result<rules::Example> example_of(const question::RuleSubject& subject,
                                  const question::RequestCase& request_case,
                                  const question::CaseRole& role,
                                  const scenarios::MakeExecutor& executor) {
  const rules::Rule& rule = subject.rule();
  if (!executor) return fail("nothing plays it: no executor is given");
  if (role.step && role.step->failed &&
      (rule.fallback.empty() || rule.fallback.front().name != role.step->strategy))
    return fail(fmt::format("a golden case fails under the first strategy, this one under `{}`",
                            role.step->strategy));
  if (request_case.victim && request_case.victim_version != 0)
    return fail("the victim is of another version of the rule");
  Given given(subject, request_case, role);
  rules::Example full{given.run(true), {}}, brief{given.run(false), {}};
  auto played = play_example(subject, full, executor);
  auto in_short = play_example(subject, brief, executor);
  if (!played && !in_short) return fail(in_short.error().what);
  const ExampleOutcome& outcome = played ? *played : *in_short;
  auto differs = [&](const char* name, const std::optional<bool>& said) {
    return said && (outcome.values.at(name) == "true") != *said;
  };
  if (differs("admitted", role.admitted) || differs("displaced", role.displaced))
    return fail(fmt::format("a golden case says no more than its variables: this one would be {}",
                            outcome.refused_by.empty() ? "admitted" : outcome.because()));
  bool same = in_short.has_value();
  for (const std::string& name : about(request_case, role))
    same = same && in_short->values.at(name) == outcome.values.at(name);
  rules::Example out = same ? std::move(brief) : std::move(full);
  for (const std::string& name : about(request_case, role))
    out.expect.push_back({name, outcome.values.at(name)});
  return out;
}

}  // namespace capmarket::analyses
