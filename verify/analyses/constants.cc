// What a rule's constants say by themselves, without a solver.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

/// Half-open time in which a version decides: up to where a version that supersedes it begins.
Window force_of(const question::RuleFile& file, const std::vector<const question::RuleFile*>& all) {
  Window out = file.rule.effective;
  for (const question::RuleFile* other : all)
    if (other->rule.supersedes == file.id)
      out.until = std::min(out.until, other->rule.effective.from);
  return out;
}

/// What keeps the versions from being one line, in a sentence; of `place` in `file`.
struct Break {
  const question::RuleFile* file = nullptr;
  std::string place, sentence;
  std::vector<std::pair<std::string, std::string>> witness;
};

std::string version_in(const question::RuleFile& f) {
  return fmt::format("version {} ({})", f.rule.version, f.file);
}

/// What a successor may not change, and what the two say.
std::optional<Break> changed(const question::RuleFile& old, const question::RuleFile& next) {
  const rules::Rule &a = old.rule, &b = next.rule;
  auto differ = [&](std::string place, std::string was, std::string is, std::string_view why) {
    std::string sentence = fmt::format("{} changes `{}` from {} to {}: {}", version_in(next), place,
                                       was, is, why);
    return Break{&next, place, std::move(sentence), {{"before", was}, {place, is}}};
  };
  if (a.name != b.name) return differ("rule", a.name, b.name, "versions of a rule share its name");
  if (a.class_name != b.class_name)
    return differ("class", a.class_name, b.class_name, "a rule keeps its class");
  if (b.version != a.version + 1)
    return differ("version", fmt::format("{}", a.version), fmt::format("{}", b.version),
                  "a successor has the next version");
  if (!b.scope.contains(a.scope))
    return differ("scope", a.scope.path, b.scope.path,
                  "the successor's scope is narrower than its predecessor's");
  if (a.currency != b.currency)
    return differ("currency", a.currency, b.currency,
                  "what is owed in one would be weighed against the other");
  if (a.unit != b.unit) return differ("unit", a.unit, b.unit, "a rule keeps its unit");
  if (a.granularity != b.granularity)
    return differ("granularity", to_text(a.granularity), to_text(b.granularity),
                  "grants of both are cut on one grid");
  if (a.origin != b.origin)
    return differ("origin", to_text(a.origin.value_or(Instant(0))),
                  to_text(b.origin.value_or(Instant(0))), "grants of both are cut on one grid");
  return std::nullopt;
}

/// Two successors of one version, two first versions of one name, or a successor that changes what
/// it may not.
std::optional<Break> broken_line(const std::vector<const question::RuleFile*>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i + 1; k < all.size(); ++k) {
      const question::RuleFile &a = *all[i], &b = *all[k];
      if (a.rule.name != b.rule.name || a.rule.supersedes != b.rule.supersedes) continue;
      std::string what = a.rule.supersedes ? "supersede the same version: each has one successor"
                                           : "are first versions of one name: one supersedes none";
      return Break{&b, "effective",
                   fmt::format("{} and {} both {}", version_in(a), version_in(b), what),
                   {{"one", a.file}, {"other", b.file}}};
    }
  for (const question::RuleFile* next : all)
    for (const question::RuleFile* old : all)
      if (next->rule.supersedes == old->id)
        if (auto b = changed(*old, *next)) return b;
  return std::nullopt;
}

}  // namespace

void Checker::window_well_formed() {
  Finding f = begin(AnalysisId::window_well_formed, "effective", "effective");
  const Window& w = rule().effective;
  if (!w.empty()) return end(std::move(f), AnalysisVerdict::proved);
  f.witness = {{"effective.from", to_text(w.from)}, {"effective.until", to_text(w.until)}};
  end(std::move(f), AnalysisVerdict::refuted,
      "the effective window is empty: the rule is never in force");
}

/// The versions here are one line, each keeps what a rule keeps, and each is in force until its
/// successor begins: no gap between them and no instant with two.
void Checker::succession() {
  Finding f = begin(AnalysisId::succession, rule().name, "effective");
  std::vector<const question::RuleFile*> all = {subject_.own};
  all.insert(all.end(), subject_.earlier.begin(), subject_.earlier.end());
  std::vector<const question::RuleFile*> line = all;
  line.insert(line.end(), subject_.others.begin(), subject_.others.end());
  if (line.size() == 1) return end(std::move(f), AnalysisVerdict::info, "one version is given");
  if (auto b = broken_line(line)) {
    provision_of(f, *b->file, b->place);
    f.witness = std::move(b->witness);
    return end(std::move(f), AnalysisVerdict::refuted, std::move(b->sentence));
  }
  std::vector<std::pair<Window, const question::RuleFile*>> force;
  for (const question::RuleFile* file : all) force.emplace_back(force_of(*file, all), file);
  std::sort(force.begin(), force.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.first, a.second->rule.version) <
           std::tuple(b.first, b.second->rule.version);
  });
  for (std::size_t i = 0; i < force.size(); ++i) {
    const Window& window = force[i].first;
    const question::RuleFile* file = force[i].second;
    auto refuted = [&](std::string sentence, Instant at) {
      provision_of(f, *file, "effective");
      f.witness = {{"instant", to_text(at)}};
      end(std::move(f), AnalysisVerdict::refuted, std::move(sentence));
    };
    if (window.empty())
      return refuted(fmt::format("version {} is never in force: its successor begins first",
                                 file->rule.version),
                     window.from);
    if (i == 0) continue;
    const auto& [before, earlier] = force[i - 1];
    if (before.until < window.from) {
      script_gap(f, before.until);
      return refuted(fmt::format("no version is in force between version {} and version {}",
                                 earlier->rule.version, file->rule.version),
                     before.until);
    }
    if (window.from < before.until)
      return refuted(fmt::format("versions {} and {} are in force at once", earlier->rule.version,
                                 file->rule.version),
                     window.from);
  }
  end(std::move(f), AnalysisVerdict::proved);
}

void Checker::granularity_divides() {
  const rules::Rule& r = rule();
  const std::int64_t step = r.granularity.value, origin = r.origin.value_or(Instant(0)).value;
  struct Part {
    std::string place;
    std::int64_t value;
    std::string text;
    std::string provision;
  };
  auto instant = [&](std::string place, Instant t, std::string where) {
    return Part{std::move(place), t.value - origin, to_text(t), std::move(where)};
  };
  std::vector<Part> parts = {{"limits.length (lower)", r.limits.length_min.value,
                              to_text(r.limits.length_min), "limits.length"},
                             {"limits.length (upper)", r.limits.length_max.value,
                              to_text(r.limits.length_max), "limits.length"},
                             instant("effective.from", r.effective.from, "effective.from"),
                             instant("effective.until", r.effective.until, "effective.until")};
  for (std::size_t i = 0; i < r.pricing.schedule.size(); ++i) {
    std::string place = fmt::format("pricing.schedule[{}]", i);
    parts.push_back(instant(place + ".from", r.pricing.schedule[i].window.from, place + ".from"));
    parts.push_back(
        instant(place + ".until", r.pricing.schedule[i].window.until, place + ".until"));
  }
  Finding f = begin(AnalysisId::granularity_divides, "granularity", "granularity");
  for (const Part& p : parts) {
    if (p.value % step == 0) continue;
    f.witness = {{"granularity", to_text(r.granularity)}, {p.place, p.text}};
    provision(f, p.provision);
    return end(std::move(f), AnalysisVerdict::refuted,
               fmt::format("{} is {}, which is no multiple of the granularity of {}", p.place,
                           p.text, to_text(r.granularity)));
  }
  // Multiples are closed under sums and differences: a window split at one joins to itself again.
  end(std::move(f), AnalysisVerdict::proved);
}

void Checker::fallback_total() {
  Finding f = begin(AnalysisId::fallback_total, "fallback", "fallback");
  if (!rule().fallback_ids.empty()) return end(std::move(f), AnalysisVerdict::proved);
  end(std::move(f), AnalysisVerdict::refuted,
      "the rule has no fallback strategy: a settlement can name none, and nobody owes anything for "
      "a grant that fails");
}

void Checker::revocation_total() {
  Finding f = begin(AnalysisId::revocation_total, "revocation", "revocation");
  if (rule().revocation) return end(std::move(f), AnalysisVerdict::proved);
  end(std::move(f), AnalysisVerdict::refuted,
      "the rule does not say what becomes of a grant whose credential is revoked");
}

void Checker::retention_consistent() {
  const rules::Rule& r = rule();
  Finding f = begin(AnalysisId::retention_consistent, "retention", "retention");
  auto refuted = [&](std::string sentence, const char* what, Duration most, std::string place) {
    f.witness = {{"retention", to_text(r.retention)}, {what, to_text(most)}};
    provision(f, place);
    end(std::move(f), AnalysisVerdict::refuted, std::move(sentence));
  };
  if (r.retention < r.dispute_within)
    return refuted("a settlement can be forgotten while it can still be disputed", "dispute_within",
                   r.dispute_within, "dispute_within");
  Duration delay(0);
  std::string place = "limits.length";
  for (std::size_t i = 0; i < r.tiers.size(); ++i)
    if (tier(i).displaces && tier(i).displaces->pay_within > delay) {
      delay = tier(i).displaces->pay_within;
      place = at(i, "displaces.pay_within");
    }
  // Both are read from the wire: their sum fits.
  Duration needed = r.limits.length_max + delay;
  if (r.retention < needed)
    return refuted("a settlement can be forgotten before what it owes is due",
                   "longest grant + payment delay", needed, place);
  end(std::move(f), AnalysisVerdict::proved);
}

/// A tier takes at most its quota, and at least what is set aside for it: together they need the
/// larger of the two.
void Checker::quota_possible() {
  Finding f = begin(AnalysisId::quota_possible, "tiers", "tiers");
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) {
    const rules::Tier& t = tier(i);
    std::int64_t share = std::max(t.quota.value_or(BasisPoints(0)), t.set_aside).value;
    if (share == 0) continue;
    sum += share;
    f.witness.emplace_back(t.name, percent_text(share));
    provision(f, at(i, t.quota ? "quota.at_most" : "set_aside"));
    if (!t.quota || t.set_aside <= *t.quota) continue;
    f.witness = {{t.name + ".set_aside", percent_text(t.set_aside.value)},
                 {t.name + ".quota", percent_text(t.quota->value)}};
    return end(std::move(f), AnalysisVerdict::refuted,
               fmt::format("more is set aside for tier `{}` than it may take", t.name));
  }
  if (f.witness.empty())
    return end(std::move(f), AnalysisVerdict::info, "no tier has a quota or a share set aside");
  if (sum <= kFullRatio) {
    f.witness.clear();
    return end(std::move(f), AnalysisVerdict::proved);
  }
  f.witness.emplace_back("sum", percent_text(sum));
  end(std::move(f), AnalysisVerdict::refuted,
      "set-asides and quotas sum above the whole of a declaration");
}

}  // namespace capmarket::analyses
