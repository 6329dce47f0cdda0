// A case that the solver found, as a golden case that a rule file can hold.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/base/text.h"
#include "verify/analyses/golden_case.h"

namespace capmarket::analyses {
namespace {

std::string word(bool b) { return b ? "true" : "false"; }

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& one : names) out += (out.empty() ? "" : ", ") + one;
  return out;
}

class Given {
 public:
  Given(const question::RuleSubject& subject, const question::RequestCase& c,
        const question::CaseRole& role)
      : subject_(subject), case_(c), role_(role) {}

  /// `all`: every variable; else those that the question's expressions read, and who they are of.
  std::vector<rules::NamedValue> run(bool all) {
    all_ = all;
    out_.clear();
    if (role_.tier) put("tier", subject_.rule().tiers[*role_.tier].name);
    party("user", case_.user);
    party("holder", case_.holder);
    if (wanted("location")) put("location", case_.location.path);
    bool value = reads("value");
    if (wanted("quantity") || value) put("quantity", std::to_string(case_.leg.quantity.value));
    if (wanted("price") || value) put("price", to_text(case_.leg.price));
    if (wanted("partial")) put("partial", word(case_.leg.partial));
    window(value);
    if (case_.victim) victim(*case_.victim);
    if (role_.step && role_.overdue) put("user.overdue", "true");
    if (role_.step && wanted("request.waited")) put("request.waited", to_text(role_.waited));
    std::sort(out_.begin(), out_.end());
    return out_;
  }

 private:
  bool reads(const char* name) const {
    return role_.read[static_cast<std::size_t>(expr::variable_row(name))] != 0;
  }
  bool wanted(const char* name) const { return all_ || reads(name); }
  void put(const char* name, std::string value) { out_.push_back({name, std::move(value)}); }

  void party(const std::string& who, const objects::CredentialGrant& c) {
    std::string kind = who + ".kind", groups = who + ".groups";
    if (wanted(kind.c_str())) put(kind.c_str(), c.kind);
    if (wanted(groups.c_str()) && !c.groups.empty()) put(groups.c_str(), joined(c.groups));
  }

  void window(bool value) {
    const Window& w = case_.leg.window;
    if (wanted("now") || wanted("start") || wanted("until")) {
      put("now", to_text(case_.leg.signed_at));
      put("start", to_text(w.from));
      put("until", to_text(w.until));
      return;
    }
    if (reads("lead")) put("lead", to_text(w.from - case_.leg.signed_at));
    if (reads("length") || value) put("length", to_text(w.length()));
  }

  void victim(const chain::VictimContext& v) {
    put("victim.tier", v.tier);
    put("victim.rank", std::to_string(v.rank));
    if (wanted("victim.quantity")) put("victim.quantity", std::to_string(v.quantity.value));
    if (wanted("released")) put("released", std::to_string(v.released.value));
    if (wanted("victim.price")) put("victim.price", to_text(v.price));
    if (wanted("victim.value")) put("victim.value", to_text(v.value));
    if (wanted("victim.whole_value")) put("victim.whole_value", to_text(v.whole_value));
    if (wanted("victim.start") || wanted("victim.until")) {
      put("victim.start", to_text(v.window.from));
      put("victim.until", to_text(v.window.until));
    } else if (reads("victim.length")) {
      put("victim.length", to_text(v.window.length()));
    }
    if (wanted("victim.started")) put("victim.started", word(v.started));
    if (wanted("victim.times_displaced"))
      put("victim.times_displaced", std::to_string(v.times_displaced));
    if (wanted("notice")) put("notice", to_text(v.notice));
  }

  const question::RuleSubject& subject_;
  const question::RequestCase& case_;
  const question::CaseRole& role_;
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
                                  const question::CaseRole& role) {
  const rules::Rule& rule = subject.rule();
  if (role.step && role.step->failed &&
      (rule.fallback.empty() || rule.fallback.front().name != role.step->strategy))
    return fail(fmt::format("a golden case fails under the first strategy, this one under `{}`",
                            role.step->strategy));
  if (request_case.victim && request_case.victim_version != 0)
    return fail("the victim is of another version of the rule");
  Given given(subject, request_case, role);
  rules::Example full{given.run(true), {}}, brief{given.run(false), {}};
  std::map<std::string, std::string> outcome = decide_example(subject, full).values;
  auto differs = [&](const char* name, const std::optional<bool>& said) {
    return said && outcome.at(name) != word(*said);
  };
  if (differs("admitted", role.admitted) || differs("displaced", role.displaced))
    return fail(fmt::format("a golden case says no more than its variables: this one would be {}",
                            outcome.at("admitted") == "true" ? "admitted" : "refused"));
  std::map<std::string, std::string> short_outcome = decide_example(subject, brief).values;
  bool same = true;
  for (const std::string& name : about(request_case, role))
    same = same && short_outcome.at(name) == outcome.at(name);
  rules::Example out = same ? std::move(brief) : std::move(full);
  for (const std::string& name : about(request_case, role)) {
    // What overflows has no value that an example could expect.
    if (name == "compensation" && outcome.at(name) == "an overflow") continue;
    out.expect.push_back({name, outcome.at(name)});
  }
  return out;
}

}  // namespace capmarket::analyses
