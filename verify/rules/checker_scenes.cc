// The scenes of counterexamples: which steps a run has to make to show each.
#include <fmt/format.h>

#include "model/base/text.h"
#include "verify/rules/checker.h"
#include "verify/rules/scene_parts.h"

namespace capmarket {

SceneBuilder Checker::scene(const Finding& f, const std::string& sentence) const {
  std::string title = f.analysis;
  if (!f.analysis.starts_with("goal:") && f.subject != "rule") title += "-" + f.subject;
  return {subject_, title, sentence};
}

void Checker::keep(Finding& f, SceneBuilder& built, const Shows& shows) const {
  for (const auto& [name, text] : shows.claims) built.watch(built.claim(name, text));
  for (const std::string& name : shows.goals) built.watch(built.goal(name));
  if (auto made = built.finish()) f.scenes.push_back(*std::move(made));
}

void Checker::stage_leg(Finding& f, const Found& found, const std::string& sentence, std::size_t i,
                        const Shows& shows) const {
  if (!scenes_ || found.answer != Answer::sat) return;
  SceneBuilder built = scene(f, sentence);
  built.leg(found.cases.front(), i, shows.expect);
  keep(f, built, shows);
}

void Checker::stage_displacement(Finding& f, const Found& found, const std::string& sentence,
                                 std::size_t i, const Shows& shows) const {
  if (!scenes_ || found.answer != Answer::sat) return;
  for (std::int64_t plenty : kScenePlenties) {
    SceneBuilder built = scene(f, sentence);
    if (!built.victim(found.cases.front(), found.granted.front(), {plenty}, i)) continue;
    built.displacement(found.cases.front(), i, shows.expect);
    keep(f, built, shows);
  }
  if (f.scenes.empty())
    f.reason = found.cases.front().victim->times_displaced > 0
                   ? "no scenario: the victim's earlier displacements cannot be brought about"
                   : "no scenario: nobody is known whom this victim could have been granted to";
}

void Checker::stage_failure(Finding& f, const Found& found, const std::string& sentence,
                            std::size_t i, const std::string& strategy, const Shows& shows) const {
  if (!scenes_ || found.answer != Answer::sat) return;
  const SlotCase& c = found.cases.front();
  for (const Piece& part : parts_to_fail(c, c.failed_value, rule().granularity)) {
    SceneBuilder built = scene(f, sentence);
    std::string grant = built.leg(c, i, shows.expect);
    built.failure(grant, part, strategy, c.admission);
    keep(f, built, shows);
  }
}

void Checker::stage_start(Finding& f, std::size_t i, std::optional<Instant> start) {
  if (!scenes_) return;
  Query q(budget(), subject_);
  q.unrecorded();
  const Slot& s = q.slot("", false);
  q.require(q.eligible(s, i));
  if (start) q.require(s.row(variable_row("start")).value == Symbolic::integer(start->value));
  Found found = q.solve(true);
  note(found);
  stage_leg(f, found, "no price can be admitted for this slot", i,
            {{false, {ClauseId::price}}, {}, {}});
}

void Checker::stage_gap(Finding& f, Instant signed_at) {
  if (!scenes_) return;
  Query q(budget(), subject_);
  q.unrecorded();
  const Slot& s = q.slot("", false);
  q.require(q.eligible(s, 0));
  Found found = q.solve(true);
  note(found);
  if (!scenes_ || found.answer != Answer::sat) return;
  SlotCase& c = found.cases.front();
  const Duration length = c.leg.window.length(), lead = c.leg.window.from - c.leg.signed_at;
  c.leg.signed_at = c.admission = signed_at;
  c.leg.window.from = scene_parts::ceil_in(rule(), signed_at + lead);
  c.leg.window.until = c.leg.window.from + length;
  stage_leg(f, found, "what is signed then stands under no version", 0,
            {{false, {ClauseId::rule_in_force}}, {}, {}});
}

void Checker::stage_prices(Finding& f, std::optional<Instant> start, const TariffEntry& better,
                           const TariffEntry& worse) {
  if (!scenes_) return;
  Query q(budget(), subject_);
  q.unrecorded();
  const Slot& one = q.slot("better", false);
  const Slot& two = q.slot("worse", false);
  auto place = [&](const std::string& name) {
    std::size_t i = 0;
    while (tier(i).name != name) ++i;
    return i;
  };
  const std::size_t a = place(better.tier), b = place(worse.tier);
  q.require(q.eligible(one, a));
  q.require(q.eligible(two, b));
  for (const char* same : {"quantity", "start", "length"})
    q.require(one.row(variable_row(same)).value == two.row(variable_row(same)).value);
  q.require(one.row(variable_row("price")).value == Symbolic::integer(better.price.value));
  q.require(two.row(variable_row("price")).value == Symbolic::integer(worse.price.value));
  if (start) q.require(one.row(variable_row("start")).value == Symbolic::integer(start->value));
  Found found = q.solve(true);
  note(found);
  if (!scenes_ || found.answer != Answer::sat) return;
  SceneBuilder built = scene(f, "a better tier pays less for the same slot");
  built.leg(found.cases[0], a, {});
  built.leg(found.cases[1], b, {});
  keep(f, built,
       {{},
        {{"monotone", fmt::format("admitted && tier == \"{}\" implies price >= {}", better.tier,
                                  to_text(worse.price))}},
        {}});
}

/// Turn by turn, each on a declaration of its own: those that climb in rank are admitted, the
/// others are refused by the guard of ranks.
void Checker::stage_cycle(Finding& f, const Found& found, const std::string& sentence,
                          const std::vector<std::size_t>& tiers) const {
  if (!scenes_ || found.answer != Answer::sat) return;
  const std::size_t n = tiers.size();
  for (std::int64_t plenty : kScenePlenties) {
    SceneBuilder built = scene(f, sentence);
    bool whole = true;
    for (std::size_t k = 0; k < n && whole; ++k) {
      std::size_t displacer = tiers[n - 1 - k], victim = tiers[(n - k) % n];
      StepExpectation expect;
      expect.admitted = tier(displacer).rank > tier(victim).rank;
      if (!expect.admitted) expect.clauses = {ClauseId::displacement};
      whole = built.victim(found.cases[k], found.granted[k], {plenty}, displacer);
      if (whole) built.displacement(found.cases[k], displacer, expect);
    }
    if (whole) keep(f, built, {});
  }
}

}  // namespace capmarket
