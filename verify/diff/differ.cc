#include "verify/diff/differ.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/crypto/hash.h"

namespace capmarket::diff {

std::string_view to_text(DiffRelation relation) {
  switch (relation) {
    case DiffRelation::equivalent:
      return "equivalent";
    case DiffRelation::stricter:
      return "stricter";
    case DiffRelation::looser:
      return "looser";
    case DiffRelation::incomparable:
      return "incomparable";
  }
  return {};
}

std::string_view to_text(DiffKind kind) {
  switch (kind) {
    case DiffKind::newly_admitted:
      return "newly-admitted";
    case DiffKind::newly_refused:
      return "newly-refused";
    case DiffKind::other_tier:
      return "other-tier";
    case DiffKind::other_price:
      return "other-price";
    case DiffKind::other_compensation:
      return "other-compensation";
    case DiffKind::other_money:
      return "other-money";
    case DiffKind::other_deadline:
      return "other-deadline";
    case DiffKind::other_order:
      return "other-order";
    case DiffKind::other_cover:
      return "other-cover";
    case DiffKind::other_terms:
      return "other-terms";
  }
  return {};
}

std::string_view to_text(DiffPhase phase) {
  switch (phase) {
    case DiffPhase::request:
      return "request";
    case DiffPhase::displacement:
      return "displacement";
    case DiffPhase::failure:
      return "failure";
    case DiffPhase::aftermath:
      return "aftermath";
  }
  return {};
}

std::string_view to_text(Compared::Verdict verdict) {
  switch (verdict) {
    case Compared::Verdict::same:
      return "same";
    case Compared::Verdict::different:
      return "different";
    case Compared::Verdict::undecided:
      return "undecided";
  }
  return {};
}

std::string_view to_text(DiffGate::Verdict verdict) {
  switch (verdict) {
    case DiffGate::Verdict::holds:
      return "holds";
    case DiffGate::Verdict::violated:
      return "violated";
    case DiffGate::Verdict::undecided:
      return "undecided";
  }
  return {};
}

bool DiffReport::undecided() const {
  return std::any_of(compared.begin(), compared.end(),
                     [](const Compared& c) { return !c.reason.empty(); });
}

std::string outcome_text(const admission::Decision& decision) {
  if (decision.admitted()) return "admitted";
  std::string out;
  for (const auto* ids : {&decision.failed, &decision.unresolved})
    for (admission::ClauseId id : *ids)
      out += fmt::format("{}{}", out.empty() ? "" : ", ", admission::to_text(id));
  return "refused by " + out;
}

namespace {

/// A comparison asks more questions than `check` does of one rule: its examples are a little less
/// small where that takes long.
smt::Effort effort_of(const DiffOptions& options) {
  smt::Effort out = options.effort;
  out.smaller = out.smaller_of_diff;
  return out;
}

}  // namespace

Differ::Differ(const RulePair& pair, const DiffOptions& options, DiffReport& report)
    : pair_(pair),
      options_(options),
      budget_{{options.rlimit, options.timeout_ms, 0, {}, false, false, effort_of(options)}, false},
      report_(report),
      tier_found_(pair.tiers.size()),
      victims_(pair.tiers.size()),
      obtainable_(pair.tiers.size(), smt::Answer::unsat),
      displacing_(pair.tiers.size(), smt::Answer::unknown) {}

Differ::Clock::Clock(Differ& differ, std::string provision, std::string tier)
    : differ_(differ), begun_(std::chrono::steady_clock::now()) {
  row_.provision = std::move(provision);
  row_.tier = std::move(tier);
}

Differ::Clock::~Clock() {
  row_.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::steady_clock::now() - begun_)
                          .count();
  differ_.report_.compared.push_back(std::move(row_));
}

void Differ::Clock::undecided(std::string reason) {
  // A difference that was found stays found; that another is not known to be none is told too.
  if (row_.verdict == Compared::Verdict::same) row_.verdict = Compared::Verdict::undecided;
  row_.reason = std::move(reason);
}

/// A part that the file does not have stands where the part around it does; the rule's name at
/// last.
analyses::Provision Differ::place(std::size_t side, const std::string& provision,
                                  const TierPair* of) const {
  std::string at = provision;
  if (of != nullptr && at.starts_with("tiers")) {
    std::string own = of->of[side] == nullptr ? "tiers" : fmt::format("tiers[{}]", of->index[side]);
    at = at == "tiers" ? own : of->of[side] == nullptr ? own : own + at.substr(5);
  }
  const rules::RulePlaces& places = pair_.file[side]->places;
  std::string key = at.ends_with(']') && places.contains(at + ".name") ? at + ".name" : at;
  auto it = places.find(key);
  while (it == places.end() && !key.empty()) {
    std::size_t cut = key.find_last_of(".[");
    key = cut == key.npos ? "" : key.substr(0, cut);
    it = places.find(key);
    if (it == places.end() && key.ends_with(']')) it = places.find(key + ".name");
  }
  if (it == places.end()) it = places.find("rule");
  bool known = it != places.end();
  return {pair_.file[side]->file, at, known ? it->second.line : 0, known ? it->second.column : 0};
}

Difference Differ::begin(const std::string& provision, const TierPair* of, DiffPhase phase,
                         DiffKind kind) const {
  Difference d;
  d.provision = provision;
  d.tier = of == nullptr ? "" : of->name;
  d.phase = phase;
  d.kind = kind;
  d.admits = kind == DiffKind::newly_admitted;
  d.refuses = kind == DiffKind::newly_refused;
  d.old_place = place(0, provision, of);
  d.new_place = place(1, provision, of);
  return d;
}

bool Differ::sound(const PairResult& result) {
  if (result.reproduced) return true;
  report_.internal_error = true;
  report_.mismatch = result.mismatch;
  return false;
}

PairResult Differ::ask_one_way(PairQuestion& q, std::size_t admitting) const {
  q.require(q.room(admitting));
  return q.solve(q.admits(admitting) && !q.admits(1 - admitting),
                 Expected{admitting == 0, admitting == 1, false});
}

bool Differ::different(Clock& clock, const PairResult& result) {
  if (!sound(result)) return false;
  if (result.answer == smt::Answer::unknown) clock.undecided(result.reason);
  if (result.answer != smt::Answer::sat) return false;
  clock.different();
  return true;
}

void Differ::tell_decisions(Difference& d, const PairResult& result) const {
  d.witness = result.values;
  d.shown = result.shown;
  d.old_outcome = outcome_text(result.decision[0]);
  d.new_outcome = outcome_text(result.decision[1]);
  for (std::size_t side : kSides)
    for (admission::ClauseId id : result.decision[side].failed)
      d.because.push_back(fmt::format("clause `{}` fails under {}", admission::to_text(id),
                                      side == 0 ? "OLD" : "NEW"));
}

void Differ::tell_texts(Difference& d, const std::string& older, const std::string& newer) const {
  if (older == newer) return;
  d.because.push_back(fmt::format("OLD says `{}`", older));
  d.because.push_back(fmt::format("NEW says `{}`", newer));
}

void Differ::relate() {
  bool admits = false, refuses = false, otherwise = false;
  for (const Difference& d : report_.differences) {
    admits = admits || d.admits;
    refuses = refuses || d.refuses;
    otherwise = otherwise || (!d.admits && !d.refuses);
  }
  if (otherwise || (admits && refuses))
    report_.relation = DiffRelation::incomparable;
  else if (report_.undecided())
    report_.relation = std::nullopt;
  else if (admits)
    report_.relation = DiffRelation::looser;
  else if (refuses)
    report_.relation = DiffRelation::stricter;
  else
    report_.relation = DiffRelation::equivalent;
}

Result<DiffReport> diff_rules(const question::RuleFile& older, const question::RuleFile& newer,
                              const DiffOptions& options) {
  DiffReport report;
  auto side = [](const question::RuleFile& f) {
    return DiffReport::Side{f.file, f.rule.name, to_hex(f.id), f.rule.version};
  };
  report.old_side = side(older);
  report.new_side = side(newer);
  RulePair pair;
  if (auto joined = join(older, newer, options.only, pair); !joined)
    return tl::unexpected(joined.error());
  smt::SymbolicScope scope;
  Differ differ(pair, options, report);
  differ.requests();
  differ.displacements();
  differ.kept_for_others();
  differ.constants();
  differ.succession();
  differ.relate();
  differ.effects();
  differ.notes();
  differ.gates();
  std::stable_sort(report.differences.begin(), report.differences.end(),
                   [](const Difference& a, const Difference& b) { return a.phase < b.phase; });
  return report;
}

// Where NEW supersedes OLD: what becomes of grants of OLD that still live when NEW has begun, which
// neither rule's own order tells.

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
