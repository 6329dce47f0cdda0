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
constexpr std::uint32_t kQuickSteps = 100'000;
}  // namespace

Differ::Differ(const RulePair& pair, const DiffOptions& options, DiffReport& report)
    : pair_(pair),
      options_(options),
      budget_{{options.rlimit, options.timeout_ms}, kQuickSteps, false, 0},
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

}  // namespace capmarket::diff
