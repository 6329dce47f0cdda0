// What differs and changes nothing on the chain, and what every verdict assumes.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/diff/differ.h"

namespace capmarket::diff {
namespace {

std::string text_of(const std::optional<expr::Expr>& e) { return e ? e->canonical : ""; }

bool same_examples(const std::vector<rules::Example>& a, const std::vector<rules::Example>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const rules::Example& x, const rules::Example& y) {
                      return x.given == y.given && x.expect == y.expect;
                    });
}

bool same_goals(const std::vector<rules::Goal>& a, const std::vector<rules::Goal>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const rules::Goal& x, const rules::Goal& y) {
                      return x.name == y.name && x.always == y.always && x.claim == y.claim;
                    });
}

/// Keys that only `check` judges, as they differ in a tier.
std::vector<std::string> judged_keys(const rules::Tier& a, const rules::Tier& b) {
  std::vector<std::string> out;
  if (a.monotone != b.monotone) out.push_back("monotone");
  if (!a.displaces || !b.displaces) return out;
  if (text_of(a.displaces->bound) != text_of(b.displaces->bound)) out.push_back("bound");
  if (text_of(a.displaces->exempt) != text_of(b.displaces->exempt)) out.push_back("exempt");
  return out;
}

}  // namespace

void Differ::notes() {
  const rules::Rule &a = rule(0), &b = rule(1);
  auto note = [&](std::string line) { report_.notes.push_back(std::move(line)); };
  auto judged = [&](const std::string& key) {
    note(fmt::format("`{}` differs: `check` alone judges it", key));
  };
  if (a.name != b.name)
    note(
        fmt::format("the rules have different names, `{}` and `{}`: memberships are compared as if "
                    "they named either",
                    a.name, b.name));
  if (a.effective != b.effective)
    note(fmt::format("the effective windows differ: {} and {}", to_text(a.effective),
                     to_text(b.effective)));
  for (const TierPair& t : pair_.tiers) {
    if (!t.common()) continue;
    for (const std::string& key : judged_keys(*t.of[0], *t.of[1])) judged(t.name + "." + key);
  }
  for (const TierPair& gone : pair_.tiers)
    for (const TierPair& come : pair_.tiers)
      if (gone.of[1] == nullptr && come.of[0] == nullptr && gone.eligible[0] == come.eligible[1])
        note(
            fmt::format("tier `{}` of OLD and tier `{}` of NEW have the same eligibility: renamed? "
                        "A membership names its tier",
                        gone.name, come.name));
  bool words = a.vocabulary.has_value() == b.vocabulary.has_value() &&
               (!a.vocabulary || (a.vocabulary->kinds == b.vocabulary->kinds &&
                                  a.vocabulary->groups == b.vocabulary->groups));
  if (!words) judged("vocabulary");
  if (a.default_deny != b.default_deny) judged("default");
  if (a.price_monotone != b.price_monotone) judged("price_monotone");
  if (text_of(a.load) != text_of(b.load)) judged("load");
  if (!same_examples(a.examples, b.examples)) judged("examples");
  if (!same_goals(a.goals, b.goals)) judged("goals");
  if (a.zone != b.zone)
    note(
        "`zone` differs: where an expression comes out otherwise by it, that is a difference of the "
        "expression");
  const bool leased = std::any_of(report_.differences.begin(), report_.differences.end(),
                                  [](const Difference& d) { return d.provision == "lease"; });
  if (a.lease != b.lease && !leased)
    note("`lease` differs: under neither rule is any grant that long");
  if (report_.vacuous) note("neither rule admits anything: nothing was compared");

  auto assume = [&](std::string line) { report_.assumes.push_back(std::move(line)); };
  assume("both rules are judged as if in force, at every instant of either's effective window");
  assume(
      "all else of a settlement is in order under both: credentials, signatures, capacity, "
      "sequence");
  assume(pair_.wide.rule.vocabulary ? "kinds and groups are those that either vocabulary names"
                                    : "kinds and groups are open: there is always another one");
  bool displaces = std::any_of(pair_.tiers.begin(), pair_.tiers.end(), [](const TierPair& t) {
    return t.common() && (t.displaces(0) || t.displaces(1));
  });
  if (!displaces) return;
  assume(
      "the victim of a displacement is a grant of a tier of both rules, under the version that "
      "judges, inside the limits of both, to somebody eligible under either: `--replay` decides what "
      "crosses from one to the other");
  if (succeeds() && crossing())
    assume(
        "while grants of OLD last they keep its ranks, protection and limits under NEW, and are "
        "compared so too");
  assume(
      "one victim covers what a leg lacks and is next in order, under ceilings that are high enough; "
      "legs are compared at prices that either rule admits");
  assume(
      fmt::format("a grant was displaced at most {} times before", question::kTimesDisplacedMax));
}

}  // namespace capmarket::diff
