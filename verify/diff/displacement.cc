// A leg that both rules admit alone, and one victim of a cover of it: who can displace whom, when,
// and what it owes. The victim's grant is one of a tier of both, under the version that judges.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/diff/differ.h"

namespace capmarket::diff {

void Differ::displacements() {
  bool any = false;
  for (const TierPair& t : pair_.tiers)
    any = any || (t.common() && (t.displaces(0) || t.displaces(1)));
  if (!any) return;
  if (pair_.narrow_empty) {
    report_.notes.push_back(
        "no request lies in the limits, scope and grid of both rules: displacements are not "
        "compared one by one");
    return;
  }
  for (std::size_t i = 0; i < pair_.tiers.size() && !halted(); ++i)
    if (tier(i).common() && (tier(i).displaces(0) || tier(i).displaces(1))) displacement(i);
  if (!pair_.same_grid()) unaligned();
}

/// Where the grids differ, so does the instant from which volume is released, and with it notice
/// and value: only admissions that both round alike were compared.
void Differ::unaligned() {
  Clock clock(*this, "granularity", "");
  clock.undecided(
      "displacements admitted between two multiples of either granularity are not compared");
}

/// Both admit the leg alone, at a price that one of them admits.
smt::Symbolic::Bool Differ::base(const PairQuestion& q) const {
  return q.admits_leg(PartSides::of(0)) && q.admits_leg(PartSides::of(1)) &&
         (q.priced(0) || q.priced(1));
}

bool Differ::ranks_differ() const {
  return std::any_of(pair_.tiers.begin(), pair_.tiers.end(), [](const TierPair& t) {
    return t.common() && t.of[0]->rank != t.of[1]->rank;
  });
}

/// The same protection of one tier is told once, whoever displaces it.
bool Differ::told(const std::string& provision, const std::string& of,
                  std::size_t admitting) const {
  return std::any_of(
      report_.differences.begin(), report_.differences.end(), [&](const Difference& d) {
        return d.provision == provision && d.tier == of && d.phase == DiffPhase::displacement &&
               (admitting == 1 ? d.admits : d.refuses);
      });
}

smt::Answer Differ::can_displace(std::size_t i) {
  Clock clock(*this, "can displace", tier(i).name);
  PairQuestion q(pair_, budget_, i, true, {});
  q.require(base(q));
  q.require(q.admits(0) || q.admits(1));
  smt::Answer out = q.possible();
  if (out == smt::Answer::unknown) clock.undecided(question::kGaveUp);
  if (out == smt::Answer::unsat)
    report_.notes.push_back(
        fmt::format("tier `{}` can displace nobody under either rule: nothing is compared there",
                    tier(i).name));
  return out;
}

void Differ::displacement(std::size_t i) {
  displacing_[i] = can_displace(i);
  if (displacing_[i] == smt::Answer::unsat || halted()) return;
  entry_found_ = {};
  if (tier(i).displaces(0) != tier(i).displaces(1)) return one_displaces(i);
  if (tier(i).of[0]->displaces->when != tier(i).of[1]->displaces->when)
    entry_part(Part::when, "tiers.displaces.when", i, std::nullopt);
  if (ranks_differ()) entry_part(Part::rank, "tiers.rank", i, std::nullopt);
  if (tier(i).of[0]->displaces->stop_within != tier(i).of[1]->displaces->stop_within)
    entry_part(Part::stop_within, "tiers.displaces.stop_within", i, std::nullopt);
  for (std::size_t v = 0; v < pair_.tiers.size(); ++v)
    if (tier(v).common() && tier(v).of[0]->min_run != tier(v).of[1]->min_run)
      entry_part(Part::min_run, "tiers.min_run", i, v);
  compensation(i);
  entries_together(i);
}

void Differ::one_displaces(std::size_t i) {
  const std::size_t side = tier(i).displaces(1) ? 1 : 0;
  Clock clock(*this, "tiers.displaces", tier(i).name);
  PairQuestion q(pair_, budget_, i, true, {});
  q.require(base(q));
  PairResult result = q.solve(q.admits(side), Expected{side == 0, side == 1, false});
  if (!different(clock, result)) return;
  Difference d = begin("tiers.displaces", &tier(i), DiffPhase::displacement, one_way(side));
  d.sentence = side == 1
                   ? fmt::format("tier `{}` can displace tier `{}`, and could displace nobody",
                                 tier(i).name, result.request.victim->tier)
                   : fmt::format("tier `{}` could displace tier `{}`, and can displace nobody",
                                 tier(i).name, result.request.victim->tier);
  tell_decisions(d, result);
  add(std::move(d));
}

void Differ::entry_part(Part part, const std::string& name, std::size_t i,
                        std::optional<std::size_t> victim) {
  Clock clock(*this, name, victim ? tier(*victim).name : tier(i).name);
  for (std::size_t admitting : kSides)
    if (!halted() && !told(name, victim ? tier(*victim).name : tier(i).name, admitting))
      ask_entry(part, name, i, admitting, victim, clock);
}

/// Some victim that `admitting` admits and the other refuses, and which the other would admit with
/// this part alone read from `admitting`.
bool Differ::ask_entry(Part part, const std::string& name, std::size_t i, std::size_t admitting,
                       std::optional<std::size_t> victim, Clock& clock) {
  PairQuestion q(pair_, budget_, i, true, {});
  q.require(base(q));
  q.require(q.admits(PartSides::of(1 - admitting).with(part, admitting)));
  if (victim) q.require(q.victim_of(*victim));
  if (part == Part::min_run) {
    q.show({"victim.tier", "victim.started"});
    q.show_run();
  }
  PairResult result = ask_one_way(q, admitting);
  if (!different(clock, result)) return false;
  entry_found_[admitting].push_back(part);
  const TierPair& of = victim ? tier(*victim) : tier(i);
  Difference d = begin(name, &of, DiffPhase::displacement, one_way(admitting));
  std::string older = part_text(part, 0, &of), newer = part_text(part, 1, &of);
  std::string changed = fmt::format(": {} was `{}`, and is `{}`",
                                    part == Part::when          ? "its condition"
                                    : part == Part::rank        ? "its rank"
                                    : part == Part::stop_within ? "the notice that stopping takes"
                                                                : "its protection",
                                    older, newer);
  if (older == newer) changed = ": ranks changed";
  d.sentence = fmt::format("tier `{}` {} displace a grant of tier `{}`{}", tier(i).name,
                           admitting == 1 ? "can newly" : "can no longer",
                           result.request.victim->tier, changed);
  tell_decisions(d, result);
  tell_texts(d, older, newer);
  add(std::move(d));
  return true;
}

/// Both admit the displacement, and not for the same compensation.
void Differ::compensation(std::size_t i) {
  if (halted()) return;
  Clock clock(*this, "tiers.displaces.compensation", tier(i).name);
  PairQuestion q(pair_, budget_, i, true, {});
  q.require(base(q));
  PairResult result =
      q.solve(q.admits(0) && q.admits(1) && q.owes_otherwise(), Expected{true, true, true});
  if (!different(clock, result)) return;
  Difference d = begin("tiers.displaces.compensation", &tier(i), DiffPhase::displacement,
                       DiffKind::other_compensation);
  // A settlement states the most that it may owe: between two amounts lies a ceiling that is enough
  // under the one rule alone. Which of them asks for less may differ from case to case.
  d.admits = d.refuses = true;
  auto owed = [&](std::size_t side) {
    return to_text(*result.owed[side]) + " " + rule(side).currency;
  };
  d.sentence = fmt::format("tier `{}` displaces a grant of tier `{}` and owes {} where it owed {}",
                           tier(i).name, result.request.victim->tier, owed(1), owed(0));
  d.witness = result.values;
  d.old_outcome = "owes " + owed(0), d.new_outcome = "owes " + owed(1);
  tell_texts(d, tier(i).of[0]->displaces->compensation.canonical,
             tier(i).of[1]->displaces->compensation.canonical);
  add(std::move(d));
}

void Differ::entries_together(std::size_t i) {
  if (halted()) return;
  Clock clock(*this, "displacements together", tier(i).name);
  for (std::size_t admitting : kSides) {
    PairQuestion q(pair_, budget_, i, true, {});
    q.require(base(q));
    PartSides mended = PartSides::of(1 - admitting);
    for (Part part : entry_found_[admitting]) mended = mended.with(part, admitting);
    q.require(!q.admits(mended));
    PairResult result = ask_one_way(q, admitting);
    const bool yes = different(clock, result);
    if (halted()) return;
    if (!yes) continue;
    Difference d = begin("tiers.displaces", &tier(i), DiffPhase::displacement, one_way(admitting));
    d.provision = "displacements together";
    d.sentence = fmt::format(
        "tier `{}` {} displace a grant of tier `{}`, for several reasons at once", tier(i).name,
        admitting == 1 ? "can newly" : "can no longer", result.request.victim->tier);
    tell_decisions(d, result);
    add(std::move(d));
  }
}

void Differ::succession() {
  if (halted() || rule(1).supersedes != std::optional(pair_.file[0]->id)) return;
  for (const TierPair& by : pair_.tiers) {
    if (by.of[1] == nullptr || (!by.displaces(0) && !by.displaces(1))) continue;
    auto above = [](bool displaces, const rules::Tier* t, const rules::Tier& of) {
      return displaces && t->rank > of.rank;
    };
    for (const TierPair& victim : pair_.tiers) {
      if (victim.of[0] == nullptr) continue;
      const rules::Tier& granted = *victim.of[0];  // it keeps this rank until it ends
      const bool across = above(by.displaces(1), by.of[1], granted);
      const bool older = above(by.displaces(0), by.of[0], granted);
      const bool newer = victim.common() && above(by.displaces(1), by.of[1], *victim.of[1]);
      if (across == older || across == newer) continue;  // the same as before, or told by itself
      Clock clock(*this, "tiers.rank", by.name);
      clock.undecided(fmt::format(
          "while grants of OLD last, tier `{}` of rank {} under NEW {} those of tier `{}` of rank {}: "
          "what crosses from one version to the next is not compared",
          by.name, by.of[1]->rank, across ? "newly displaces" : "no longer displaces", victim.name,
          granted.rank));
    }
  }
}

}  // namespace capmarket::diff
