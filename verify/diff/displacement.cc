// A leg that both rules admit alone, and one victim of a cover of it: who can displace whom, when,
// and what it owes. The victim's grant is one of a tier of both, under the version that judges.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/diff/differ.h"

namespace capmarket::diff {

void Differ::displacements() {
  bool any = false;
  for (const TierPair& t : pair_.tiers) any = any || t.displaces(0) || t.displaces(1);
  if (!any) return;
  if (pair_.narrow_empty) {
    report_.notes.push_back(
        "no request lies in the limits, scope and grid of both rules: displacements are not "
        "compared one by one");
    return;
  }
  for (std::size_t i = 0; i < pair_.tiers.size() && !halted(); ++i) {
    if (!tier(i).common())
      victims_of_new(i);
    else if (tier(i).displaces(0) || tier(i).displaces(1))
      displacement(i);
  }
  if (!pair_.same_grid()) unaligned();
}

/// A cover is made of whole granules of the judging rule: where the grids differ, so does what is
/// released for a lack that begins or ends between two multiples, which capacity may at any
/// instant.
void Differ::unaligned() {
  for (std::size_t i = 0; i < pair_.tiers.size() && !halted(); ++i) {
    if (!tier(i).displaces(0) || !tier(i).displaces(1)) continue;
    Clock clock(*this, "granularity", tier(i).name);
    PairQuestion q(pair_, budget_, i, true, {});
    q.require(base(q) && q.admits(0) && q.admits(1) && q.room(0) && q.room(1));
    if (q.possible() != smt::Answer::sat) {
      clock.undecided(
          "displacements admitted between two multiples of either granularity are not compared");
      continue;
    }
    clock.different();
    Difference d = begin("granularity", &tier(i), DiffPhase::displacement, DiffKind::other_terms);
    d.admits = d.refuses = true;  // under a ceiling that is enough for the one alone
    d.old_outcome = part_text(Part::granularity, 0, nullptr);
    d.new_outcome = part_text(Part::granularity, 1, nullptr);
    ordered(&d, rule(0).granularity, rule(1).granularity);
    d.sentence =
        fmt::format("what tier `{}` lacks is covered in whole granules: they were {}, and are {}",
                    tier(i).name, d.old_outcome, d.new_outcome);
    d.witness = {{"tier", tier(i).name}, {"lack", "for a part of a granule"}};
    add_constant(std::move(d));
  }
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
  q.require((q.admits(0) && q.room(0)) || (q.admits(1) && q.room(1)));
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
  if (tier(i).displaces(0) != tier(i).displaces(1)) {
    one_displaces(i);
    return victims_of(i);
  }
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
  quantity_beyond_protection(i);
  victims_of(i);
}

namespace {

bool reads(const rules::Displaces& d, std::string_view variable) {
  const std::int64_t row = expr::variable_row(variable);
  auto in = [&](const expr::Expr& e) {
    return std::any_of(e.nodes.begin(), e.nodes.end(), [&](const expr::ExprNode& n) {
      return n.op == expr::Op::variable && n.value == row;
    });
  };
  return in(d.when) || in(d.compensation);
}

}  // namespace

/// Where a grant may be released begins where its protection ends: from another instant on, other
/// quantities of it may be live, and only one was compared.
void Differ::quantity_beyond_protection(std::size_t i) {
  const bool other = std::any_of(pair_.tiers.begin(), pair_.tiers.end(), [](const TierPair& t) {
    return t.common() && t.of[0]->min_run != t.of[1]->min_run;
  });
  if (halted() || !other) return;
  if (!reads(*tier(i).of[0]->displaces, "victim.quantity") &&
      !reads(*tier(i).of[1]->displaces, "victim.quantity"))
    return;
  Clock clock(*this, "tiers.min_run", tier(i).name);
  clock.undecided(
      "`victim.quantity` is the most that is live outside of protection, which ends at another "
      "instant: only grants of one quantity throughout are compared");
}

/// Whether tier i does that to some grant of tier `victim`.
smt::Answer Differ::toward(Toward what, std::size_t i, std::size_t victim) {
  PairQuestion q(pair_, budget_, i, true, {});
  q.require(base(q) && q.victim_of(victim));
  switch (what) {
    case Toward::displaces_newly:
      q.require(q.admits(1) && !q.admits(0) && q.room(1));
      break;
    case Toward::displaces_no_more:
      q.require(q.admits(0) && !q.admits(1) && q.room(0));
      break;
    case Toward::owes_more:
      q.require(q.admits(0) && q.admits(1) && q.owes_more(1) && q.room(0) && q.room(1));
      break;
    case Toward::owes_less:
      q.require(q.admits(0) && q.admits(1) && q.owes_more(0) && q.room(0) && q.room(1));
      break;
  }
  return q.possible();
}

/// Of the differences that were found of tier i: at whose cost, tier by tier.
void Differ::victims_of(std::size_t i) {
  std::array<bool, 4> ask{};
  for (const Difference& d : report_.differences) {
    if (d.phase != DiffPhase::displacement || d.tier != tier(i).name) continue;
    const bool owed = d.kind == DiffKind::other_compensation;
    ask[0] = ask[0] || (d.admits && !owed), ask[1] = ask[1] || (d.refuses && !owed);
    ask[2] = ask[3] = ask[2] || owed;
  }
  for (std::size_t side : kSides)
    if (!entry_found_[side].empty()) ask[1 - side] = true;
  for (std::size_t what = 0; what < ask.size(); ++what)
    for (std::size_t v = 0; v < pair_.tiers.size() && ask[what] && !halted(); ++v) {
      if (!tier(v).common()) continue;
      const smt::Answer answer = toward(static_cast<Toward>(what), i, v);
      if (answer != smt::Answer::unsat) victims_[i][what].push_back(tier(v).name);
      if (answer == smt::Answer::unknown)
        report_.notes.push_back(fmt::format(
            "whether grants of tier `{}` are among those that tier `{}` displaces otherwise is "
            "undecided: they are told as if",
            tier(v).name, tier(i).name));
    }
}

/// A tier that one rule alone has: whose grants it displaces there.
void Differ::victims_of_new(std::size_t i) {
  const std::size_t side = tier(i).of[1] != nullptr ? 1 : 0;
  if (!tier(i).displaces(side) || obtainable_[i] == smt::Answer::unsat) return;
  for (std::size_t v = 0; v < pair_.tiers.size() && !halted(); ++v) {
    if (!tier(v).common()) continue;
    PairQuestion q(pair_, budget_, i, true, {});
    q.require(q.admits_leg(PartSides::of(side)) && q.priced(side) && q.victim_of(v));
    q.require(q.admits(side) && q.room(side));
    if (q.possible() != smt::Answer::unsat) victims_[i][1 - side].push_back(tier(v).name);
  }
}

void Differ::one_displaces(std::size_t i) {
  const std::size_t side = tier(i).displaces(1) ? 1 : 0;
  Clock clock(*this, "tiers.displaces", tier(i).name);
  PairQuestion q(pair_, budget_, i, true, {});
  q.require(base(q) && q.room(side));
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
    if (halted())
      return;
    else if (told(name, victim ? tier(*victim).name : tier(i).name, admitting))
      entry_found_[admitting].push_back(part);  // it is no further reason of this tier's
    else
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

/// Both admit the displacement of such a victim, and not for the same compensation; a difference
/// where that is so.
std::optional<Difference> Differ::owed_otherwise(std::size_t i, VictimOf of, PairResult& result) {
  Clock clock(*this, "tiers.displaces.compensation", tier(i).name);
  PairQuestion q(pair_, budget_, i, true, {}, of);
  q.require(base(q) && q.room(0) && q.room(1));
  result = q.solve(q.admits(0) && q.admits(1) && q.owes_otherwise(), Expected{true, true, true});
  if (!different(clock, result)) return std::nullopt;
  Difference d = begin("tiers.displaces.compensation", &tier(i), DiffPhase::displacement,
                       DiffKind::other_compensation);
  // A settlement states the most that it may owe: between two amounts lies a ceiling that is enough
  // under the one rule alone. Which of them asks for less may differ from case to case.
  d.admits = d.refuses = true;
  auto owed = [&](std::size_t side) {
    return to_text(*result.owed[side]) + " " + rule(side).currency;
  };
  d.sentence =
      fmt::format("{}tier `{}` displaces a grant of tier `{}` and owes {} where it owed {}",
                  of == VictimOf::older ? "while grants of OLD last, " : "", tier(i).name,
                  result.request.victim->tier, owed(1), owed(0));
  d.witness = result.values;
  d.shown = result.shown;
  d.old_outcome = "owes " + owed(0), d.new_outcome = "owes " + owed(1);
  return d;
}

void Differ::compensation(std::size_t i) {
  if (halted()) return;
  PairResult result;
  auto d = owed_otherwise(i, VictimOf::judging, result);
  if (!d) return;
  tell_texts(*d, tier(i).of[0]->displaces->compensation.canonical,
             tier(i).of[1]->displaces->compensation.canonical);
  add(*std::move(d));
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

// What is set aside for other tiers is lacking too (docs/spec/semantics.md#lack): the rule that
// keeps more for them displaces for it, where the other leaves everybody alone.

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
