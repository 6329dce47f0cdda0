// Where NEW supersedes OLD: what becomes of grants of OLD that still live when NEW has begun, which
// neither rule's own order tells.
#include <fmt/format.h>

#include <algorithm>

#include "verify/diff/differ.h"

namespace capmarket::diff {

/// Grants of OLD keep its ranks, protection and numbers when NEW has begun: whether that is not
/// what either rule by itself says.
bool Differ::crossing() const {
  for (Part part : {Part::quantity, Part::price, Part::length, Part::lead, Part::pricing})
    if (part_text(part, 0, nullptr) != part_text(part, 1, nullptr)) return true;
  return std::any_of(pair_.tiers.begin(), pair_.tiers.end(), [](const TierPair& t) {
    return t.of[0] != nullptr &&
           (t.of[1] == nullptr || t.of[0]->rank != t.of[1]->rank ||
            t.of[0]->min_run != t.of[1]->min_run || t.of[0]->user_quota != t.of[1]->user_quota);
  });
}

void Differ::succession() {
  if (halted() || !succeeds() || !crossing()) return;
  for (std::size_t i = 0; i < pair_.tiers.size() && !pair_.narrow_empty && !halted(); ++i) {
    if (!tier(i).common()) continue;
    if (tier(i).displaces(0) || tier(i).displaces(1)) crossing(i);
    if (tier(i).displaces(0) && tier(i).displaces(1) && !halted()) order_across(i);
  }
  for (std::size_t y = 0; y < pair_.tiers.size() && !halted(); ++y) {
    if (!tier(y).common() || tier(y).of[0]->rank == tier(y).of[1]->rank ||
        obtainable_[y] == smt::Answer::unsat)
      continue;
    cut_across(y);
    substitutes_across(y);
  }
}

/// By recorded rank, then in the order inside a rank. Grants of NEW were admitted after those of
/// OLD, but for what `skew` lets arrive late.
Differ::First Differ::first_across(std::int64_t older, std::int64_t newer,
                                   rules::VictimOrder inside) const {
  if (older != newer) return older < newer ? First::older : First::newer;
  if (rule(0).limits.skew > Duration(0)) return First::depends;
  switch (inside) {
    case rules::VictimOrder::latest_first:
      return First::newer;
    case rules::VictimOrder::earliest_first:
      return First::older;
    case rules::VictimOrder::cheapest:
    case rules::VictimOrder::lottery:
    case rules::VictimOrder::pro_rata:
      break;
  }
  return First::depends;
}

namespace {

/// Of one grant of OLD and one of NEW.
std::string rank_lines(const TierPair& x, const TierPair& y) {
  return fmt::format("`{}` of OLD has rank {}; `{}` of NEW has rank {}, and had {}", x.name,
                     x.of[0]->rank, y.name, y.of[1]->rank, y.of[0]->rank);
}

}  // namespace

/// A curtailment cuts the lowest recorded rank first, then the latest.
void Differ::cut_across(std::size_t y) {
  Clock clock(*this, "tiers.rank", tier(y).name);
  clock.constant();
  for (std::size_t x = 0; x < pair_.tiers.size(); ++x) {
    if (tier(x).of[0] == nullptr || obtainable_[x] == smt::Answer::unsat) continue;
    constexpr auto kLatest = rules::VictimOrder::latest_first;
    const std::int64_t theirs = tier(x).of[0]->rank;
    const First before = first_across(theirs, tier(y).of[0]->rank, kLatest),
                after = first_across(theirs, tier(y).of[1]->rank, kLatest);
    if (before == after) continue;
    clock.different();
    Difference d = begin("tiers.rank", &tier(y), DiffPhase::failure, DiffKind::other_tier);
    d.rise = after == First::older ? 1 : -1;
    auto text = [](First f) {
      return f == First::older   ? "the grant of OLD first"
             : f == First::newer ? "the grant of NEW first"
                                 : "the later one first";
    };
    d.old_outcome = text(before), d.new_outcome = text(after);
    d.sentence = fmt::format(
        "while grants of OLD last, a curtailment cuts another one first of a grant of OLD of tier "
        "`{}` and one of NEW of tier `{}`: it cut {}, and cuts {}",
        tier(x).name, tier(y).name, d.old_outcome, d.new_outcome);
    d.witness = {{"tier", tier(y).name}, {"other tier", tier(x).name}};
    d.because = {rank_lines(tier(x), tier(y))};
    return add_constant(std::move(d));
  }
}

/// What replaces a loss has at least the rank of what was lost, as that was recorded.
void Differ::substitutes_across(std::size_t y) {
  if (tier(y).of[0]->rank <= tier(y).of[1]->rank) return;
  const auto& catalog = rule(0).fallback;
  const bool after_failures = std::any_of(
      catalog.begin(), catalog.end(),
      [](const rules::FallbackStrategy& f) { return f.substitution != rules::Substitution::none; });
  const bool after_displacements =
      std::any_of(pair_.tiers.begin(), pair_.tiers.end(),
                  [](const TierPair& t) { return t.displaces(0) || t.displaces(1); });
  if (!after_failures && !after_displacements) return;
  Clock clock(*this, "tiers.rank", tier(y).name);
  clock.constant();
  clock.different();
  Difference d = begin("tiers.rank", &tier(y), DiffPhase::failure, DiffKind::newly_refused);
  d.sentence = fmt::format(
      "what was lost of a grant of OLD of tier `{}` can no longer be replaced by a leg under NEW: its "
      "rank was {}, and is {}",
      tier(y).name, tier(y).of[0]->rank, tier(y).of[1]->rank);
  d.witness = {{"tier", tier(y).name}, {"replaces", "a loss of a grant of OLD"}};
  d.old_outcome = "admitted", d.new_outcome = "refused by sequence";
  d.because = {"a substitute keeps at least the rank that was lost"};
  add_constant(std::move(d));
}

/// Of two grants in the way of one leg of tier i, one of each version, another gives way first.
void Differ::order_across(std::size_t i) {
  const rules::VictimOrder inside = tier(i).of[1]->displaces->victims;
  if (inside != tier(i).of[0]->displaces->victims) return;  // told of every two
  Clock clock(*this, "tiers.displaces.victims", tier(i).name);
  for (std::size_t x = 0; x < pair_.tiers.size(); ++x)
    for (std::size_t y = 0; y < pair_.tiers.size(); ++y) {
      if (tier(x).of[0] == nullptr || !tier(y).common()) continue;
      const std::int64_t theirs = tier(x).of[0]->rank;
      const First before = first_across(theirs, tier(y).of[0]->rank, inside),
                  after = first_across(theirs, tier(y).of[1]->rank, inside);
      if (before == after) continue;
      const smt::Answer answer = side_by_side(i, x, y);
      if (answer == smt::Answer::unknown) clock.undecided(question::kGaveUp);
      if (answer != smt::Answer::sat) continue;
      clock.different();
      Difference d = begin("tiers.rank", &tier(i), DiffPhase::displacement, DiffKind::other_order);
      d.admits = d.refuses = true;
      d.rise = after == First::older ? 1 : -1;
      const std::string order(rules::kVictimOrders[static_cast<std::size_t>(inside)]);
      auto text = [&](First f) {
        return f == First::older   ? std::string("the grant of OLD first")
               : f == First::newer ? std::string("the grant of NEW first")
                                   : "one of them, " + order;
      };
      d.old_outcome = text(before), d.new_outcome = text(after);
      d.sentence = fmt::format(
          "while grants of OLD last, of a grant of OLD of tier `{}` and one of NEW of tier `{}` "
          "another gives way to tier `{}` first: it was {}, and is {}",
          tier(x).name, tier(y).name, tier(i).name, d.old_outcome, d.new_outcome);
      d.witness = {
          {"tier", tier(i).name}, {"victim of OLD", tier(x).name}, {"victim of NEW", tier(y).name}};
      d.because = {rank_lines(tier(x), tier(y))};
      return add_constant(std::move(d));
    }
}

/// Both can give way to one leg under NEW, in one granule of it.
smt::Answer Differ::side_by_side(std::size_t i, std::size_t x, std::size_t y) {
  PairQuestion older(pair_, budget_, i, true, {}, VictimOf::older);
  PairQuestion newer(pair_, budget_, i, true, {}, VictimOf::judging, "beside");
  newer.require(newer.victim_of(y) && newer.admits(1) && newer.room(1) && newer.priced(1));
  if (const smt::Answer alone = newer.possible(); alone != smt::Answer::sat) return alone;
  older.require(older.victim_of(x) && older.admits(1) && older.room(1) && older.priced(1));
  older.require_beside(newer, 1);
  older.require(newer.victim_of(y));
  return older.possible();
}

/// Of tier i: what of OLD's grants it displaces under NEW and could not under OLD, or the reverse,
/// beyond what the two rules by themselves differ in.
void Differ::crossing(std::size_t i) {
  Clock clock(*this, "tiers.rank", tier(i).name);
  for (std::size_t admitting : kSides)
    for (std::size_t v = 0; v < pair_.tiers.size() && !halted(); ++v) {
      const auto& told = victims_[i][1 - admitting];
      if (tier(v).of[0] == nullptr ||
          std::find(told.begin(), told.end(), tier(v).name) != told.end())
        continue;
      PairQuestion q(pair_, budget_, i, true, {}, VictimOf::older);
      q.require(base(q) && q.victim_of(v));
      PairResult result = ask_one_way(q, admitting);
      if (!different(clock, result)) continue;
      victims_[i][5 - admitting].push_back(tier(v).name);
      const bool ranked = tier(i).of[0]->rank != tier(i).of[1]->rank || tier(v).of[1] == nullptr ||
                          tier(v).of[0]->rank != tier(v).of[1]->rank;
      Difference d = begin(ranked ? "tiers.rank" : "tiers.displaces", &tier(i),
                           DiffPhase::displacement, one_way(admitting));
      d.sentence = fmt::format(
          "while grants of OLD last, tier `{}` under NEW {} displace those of tier `{}`",
          tier(i).name, admitting == 1 ? "can newly" : "can no longer", tier(v).name);
      tell_decisions(d, result);
      d.because.push_back("a grant keeps what it was granted with, inside OLD's limits");
      auto rank = [](const rules::Tier* t) { return fmt::format("{}", t->rank); };
      d.because.push_back(fmt::format("its rank is {} in OLD, {} in NEW; theirs stays {}",
                                      rank(tier(i).of[0]), rank(tier(i).of[1]),
                                      rank(tier(v).of[0])));
      add(std::move(d));
    }
  if (!halted() && !changed(i, Toward::owes_more) && !changed(i, Toward::owes_less))
    crossing_for_more(i);
}

/// Ranks may say what is owed, and the victim's version asks for the most of both.
void Differ::crossing_for_more(std::size_t i) {
  PairResult result;
  auto d = owed_otherwise(i, VictimOf::older, result);
  if (!d) return;
  victims_[i][static_cast<std::size_t>(*result.owed[0] < *result.owed[1] ? Toward::owes_more
                                                                         : Toward::owes_less)]
      .push_back(result.request.victim->tier);
  add(*std::move(d));
}

}  // namespace capmarket::diff
