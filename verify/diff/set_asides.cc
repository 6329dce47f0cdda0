// What is set aside for other tiers is lacking too (docs/spec/semantics.md#lack): the rule that
// keeps more for them displaces for it, where the other leaves everybody alone.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/diff/differ.h"

namespace capmarket::diff {

void Differ::kept_for_others() {
  if (halted() || pair_.narrow_empty || !differs(Part::set_aside, nullptr)) return;
  for (std::size_t i = 0; i < pair_.tiers.size(); ++i)
    for (std::size_t more : kSides)
      if (tier(i).common() && tier(i).displaces(more) && !halted()) displaces_for_others(i, more);
}

/// What else is on a declaration is free: where the one lacks more than the other, some load leaves
/// the other just room enough.
void Differ::ask_lack(PairQuestion& q, std::size_t more) const {
  q.require(q.priced(0) || q.priced(1));
  q.require(q.admits(0) && q.admits(1));
  q.require(q.lacks(more) && !q.lacks(1 - more));
}

/// The same settlement, of which one rule makes displacements.
void Differ::displaces_for_others(std::size_t i, std::size_t more) {
  Clock clock(*this, "tiers.set_aside", tier(i).name);
  const FreeParts shares = free_parts_for(Part::set_aside);
  PairQuestion q(pair_, budget_, i, true, shares);
  ask_lack(q, more);
  q.show({"quantity", "victim.tier", "released"});
  Expected expected{true, true, false};
  expected.lack_differs = true;
  PairResult result = q.solve(q.admits(0) && q.admits(1) && q.lacks(more), expected);
  if (!different(clock, result)) return;
  for (std::size_t v = 0; v < pair_.tiers.size(); ++v) {
    if (!tier(v).common()) continue;
    PairQuestion of(pair_, budget_, i, true, shares);
    ask_lack(of, more);
    of.require(of.victim_of(v));
    if (of.possible() != smt::Answer::unsat) victims_[i][7 - more].push_back(tier(v).name);
  }
  Difference d = begin("tiers.set_aside", &tier(i), DiffPhase::displacement, DiffKind::other_cover);
  d.admits = d.refuses = true;
  const std::string older = part_text(Part::set_aside, 0, nullptr),
                    newer = part_text(Part::set_aside, 1, nullptr);
  const std::string& victim = result.request.victim->tier;
  d.sentence =
      more == 1 ? fmt::format(
                      "tier `{}` displaces a grant of tier `{}` for what is set aside for others, "
                      "where it displaced nobody: set aside was `{}`, and is `{}`",
                      tier(i).name, victim, older, newer)
                : fmt::format(
                      "tier `{}` displaces nobody where it displaced a grant of tier `{}` for what "
                      "was set aside for others: set aside was `{}`, and is `{}`",
                      tier(i).name, victim, older, newer);
  d.witness = result.values;
  d.shown = result.shown;
  const rules::Rule& displacing = rule(more);
  const std::string gives = fmt::format(
      "admitted, displaces {} {} of tier `{}` and owes {} {}", result.lack[more].value,
      displacing.unit, victim, to_text(result.owed[more].value_or(Money(0))), displacing.currency);
  (more == 1 ? d.new_outcome : d.old_outcome) = gives;
  (more == 1 ? d.old_outcome : d.new_outcome) = "admitted, displaces nobody";
  tell_texts(d, older, newer);
  add(std::move(d));
}

}  // namespace capmarket::diff
