// What a rule's constants say by themselves, without a solver.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "model/rules/succession.h"
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

/// What admission would refuse of a version or of two: a sentence, and where it stands.
struct BrokenLine {
  std::string sentence;
  const question::RuleFile* file = nullptr;
  std::string place;
};

/// `next` as the successor of `old`.
std::optional<BrokenLine> broken_link(const question::RuleFile& old,
                                      const question::RuleFile& next) {
  const rules::Rule &o = old.rule, &n = next.rule;
  auto broken = [&](std::string sentence, std::string place) {
    return BrokenLine{std::move(sentence), &next, std::move(place)};
  };
  using Term = std::tuple<const char*, std::string, std::string>;  // key, of `o`, of `n`
  for (const auto& [key, was, is] :
       {Term("rule", o.name, n.name), Term("class", o.class_name, n.class_name),
        Term("authority", o.authority, n.authority)})
    if (was != is)
      return broken(
          fmt::format("rule `{}` supersedes a version of another {}: `{}`, where this has `{}`: "
                      "expected `{}: {}`, or no `supersedes`",
                      n.name, key == std::string("rule") ? "name" : key, was, is, key, was),
          key);
  if (n.version != o.version + 1)
    return broken(
        fmt::format("version {} supersedes version {}: expected `version: {}` here{}", n.version,
                    o.version, o.version + 1,
                    n.version > o.version + 1
                        ? fmt::format(", or `supersedes:` the file of version {}", n.version - 1)
                        : ""),
        "version");
  if (!n.scope.contains(o.scope))
    return broken(
        fmt::format("the scope `{}` of version {} does not contain its predecessor's `{}`: "
                    "expected that, or a wider one",
                    n.scope.path, n.version, o.scope.path),
        "scope");
  const std::vector<std::string> changed = rules::changed_terms(o, n);
  if (changed.empty()) return std::nullopt;
  return broken(
      fmt::format("version {} changes the {} of the rule: expected that of version {}, or a rule "
                  "of another name",
                  n.version, changed.front(), o.version),
      changed.front());
}

/// The line of versions as admission would have it, then what stands beside it under the name.
std::optional<BrokenLine> broken_line(const question::RuleSubject& subject) {
  std::vector<const question::RuleFile*> line = {subject.own};
  line.insert(line.end(), subject.earlier.begin(), subject.earlier.end());
  for (std::size_t i = 0; i + 1 < line.size(); ++i)
    if (auto broken = broken_link(*line[i + 1], *line[i])) return broken;
  const question::RuleFile& first = *line.back();
  if (!first.rule.supersedes && first.rule.version != 1)
    return BrokenLine{
        fmt::format("the first version of `{}` is number {}: expected `version: 1`, or "
                    "`supersedes:` the file of version {}",
                    first.rule.name, first.rule.version, first.rule.version - 1),
        &first, "version"};
  if (first.rule.supersedes && first.rule.version < 2)
    return BrokenLine{fmt::format("version {} of `{}` supersedes another: it is not the first: "
                                  "expected the number behind that one's, or no `supersedes`",
                                  first.rule.version, first.rule.name),
                      &first, "version"};
  for (const question::RuleFile* other : subject.beside)
    for (const question::RuleFile* one : line) {
      if (one->rule.supersedes != other->rule.supersedes) continue;
      return BrokenLine{
          other->rule.supersedes
              ? fmt::format("two successors of one version: {} and {}: expected one of them, or "
                            "that one supersedes the other",
                            one->file, other->file)
              : fmt::format("two first versions of one name: {} and {}: expected one of them, or "
                            "`supersedes` in the later, or another name",
                            one->file, other->file),
          one, one->rule.supersedes ? "supersedes" : "rule"};
    }
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

/// The versions here follow each other as admission asks; each until its successor begins: no gap
/// between them and no instant with two.
void Checker::succession() {
  Finding f = begin(AnalysisId::succession, rule().name, "effective");
  std::vector<const question::RuleFile*> all = {subject_.own};
  all.insert(all.end(), subject_.earlier.begin(), subject_.earlier.end());
  // Those after it that are given say how long it is in force.
  for (std::size_t known = 0; known < all.size();) {
    known = all.size();
    for (const question::RuleFile* later : subject_.beside)
      if (later->rule.supersedes == all.front()->id) {
        all.insert(all.begin(), later);
        break;
      }
  }
  if (auto broken = broken_line(subject_)) {
    f.provisions.clear();  // the place at fault, not where the window stands
    provision_of(f, *broken->file, broken->place);
    return end(std::move(f), AnalysisVerdict::refuted, std::move(broken->sentence));
  }
  if (all.size() == 1) return end(std::move(f), AnalysisVerdict::info, "one version is given");
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
      f.provisions.clear();
      provision_of(f, *file, "effective.from");
      f.witness = {{"instant", to_text(at)}};
      end(std::move(f), AnalysisVerdict::refuted, std::move(sentence));
    };
    if (window.empty())
      return refuted(fmt::format("version {} is never in force: its successor begins first: "
                                 "expected an `effective.from` of the successor behind this one's",
                                 file->rule.version),
                     window.from);
    if (i == 0) continue;
    const auto& [before, earlier] = force[i - 1];
    if (before.until < window.from) {
      script_gap(f, before.until);
      return refuted(
          fmt::format("no version is in force between version {} and version {}: expected "
                      "`effective.from` of version {} at {}, or `effective.until` of version {} at "
                      "{}",
                      earlier->rule.version, file->rule.version, file->rule.version,
                      to_text(before.until), earlier->rule.version, to_text(window.from)),
          before.until);
    }
    if (window.from < before.until)
      return refuted(
          fmt::format("versions {} and {} are in force at once: expected `effective.from` of "
                      "version {} at {}",
                      earlier->rule.version, file->rule.version, file->rule.version,
                      to_text(before.until)),
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

/// What is set aside adds up; a quota is a cap and reserves nothing.
void Checker::quota_possible() {
  Finding f = begin(AnalysisId::quota_possible, "tiers", "tiers");
  std::int64_t sum = 0;
  bool any = false;
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) {
    const rules::Tier& t = tier(i);
    if (!t.quota && t.set_aside.value == 0) continue;
    any = true;
    if (t.set_aside.value > 0) {
      sum += t.set_aside.value;
      f.witness.emplace_back(t.name, percent_text(t.set_aside.value));
      provision(f, at(i, "set_aside"));
    }
    if (!t.quota || t.set_aside <= *t.quota) continue;
    f.witness = {{t.name + ".set_aside", percent_text(t.set_aside.value)},
                 {t.name + ".quota", percent_text(t.quota->value)}};
    return end(std::move(f), AnalysisVerdict::refuted,
               fmt::format("more is set aside for tier `{}` than it may take", t.name));
  }
  if (!any)
    return end(std::move(f), AnalysisVerdict::info,
               "no tier has a quota of the capacity or a share set aside");
  if (sum <= kFullRatio) {
    f.witness.clear();
    return end(std::move(f), AnalysisVerdict::proved);
  }
  f.witness.emplace_back("sum", percent_text(sum));
  end(std::move(f), AnalysisVerdict::refuted, "set-asides sum above the whole of a declaration");
}

}  // namespace capmarket::analyses
