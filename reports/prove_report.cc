#include "reports/prove_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/text_table.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

Tone tone_of(theorems::Verdict v, theorems::Verdict wanted) {
  return v == wanted ? Tone::good : v == theorems::Verdict::unknown ? Tone::open : Tone::bad;
}

std::string cover_text(const theorems::TheoremReport& t, bool colour) {
  if (t.cover) return "satisfied";
  if (t.verdict == theorems::Verdict::unknown) return toned("unknown", Tone::open, colour);
  return toned("FAILED", Tone::bad, colour);
}

std::string mutation_line(const theorems::MutationReport& m, bool colour) {
  std::string out = fmt::format(
      "      without {:<28} {}\n", m.removed,
      toned(std::string(theorems::to_text(m.verdict)), tone_of(m.verdict, theorems::Verdict::refuted), colour));
  bool ok = m.verdict == theorems::Verdict::refuted && m.reproduced;
  if (!ok && m.verdict == theorems::Verdict::refuted)
    out += "        the counterexample did not reproduce in the concrete predicate\n";
  if (!ok && !m.counterexample.empty()) out += "        " + m.counterexample + "\n";
  return out;
}

/// What the lists of facts are called, of one and of more.
struct ListWords {
  std::string_view list, one, more;
};
constexpr ListWords kListWords[] = {
    {"legs", "leg", "legs"},
    {"victims", "victim", "victims"},
    {"parts", "part of a victim", "parts of a victim"},
    {"links", "link of a delegation", "links of a delegation"},
    {"memberships", "group of a user", "groups of a user"},
    {"scope", "place in a credential's scope", "places in a credential's scope"},
    {"issuer scope", "place in its issuer's scope", "places in its issuer's scope"},
    {"policy roots", "authority of a policy", "authorities of a policy"},
    {"coordinator roots", "coordinator", "coordinators"},
    {"shards", "shard", "shards"},
    {"assets", "asset", "assets"},
    {"items", "item of a batch", "items of a batch"}};

/// `1 to 2 legs` of `1 to 2 of `legs``; anything else as it stands.
std::string in_words(std::string_view part) {
  const std::size_t of = part.find(" of `");
  if (of == part.npos || !part.ends_with('`')) return std::string(part);
  const std::string_view number = part.substr(0, of);
  const std::string_view list = part.substr(of + 5, part.size() - of - 6);
  for (const ListWords& w : kListWords)
    if (w.list == list) return fmt::format("{} {}", number, number == "1" ? w.one : w.more);
  return fmt::format("{} {}", number, list);
}

/// The bounds, each kind of them a line: how many of what, then how large.
std::string bounds_lines(std::string_view bounds, std::string_view indent) {
  std::string out;
  while (!bounds.empty()) {
    const std::size_t end = std::min(bounds.find("; "), bounds.size());
    std::string_view kind = bounds.substr(0, end);
    bounds.remove_prefix(std::min(end + 2, bounds.size()));
    std::string words;
    while (!kind.empty()) {
      const std::size_t comma = std::min(kind.find(", "), kind.size());
      words += (words.empty() ? "" : ", ") + in_words(kind.substr(0, comma));
      kind.remove_prefix(std::min(comma + 2, kind.size()));
    }
    out += fmt::format("{}{} {}\n", indent, out.empty() ? "for:   " : "       ", words);
  }
  return out;
}

/// What it was proved for, and of what.
std::string scope_lines(const theorems::TheoremReport& t, std::string_view indent) {
  std::string_view of;
  switch (t.code) {
    case theorems::ProvedCode::shipped:
      of = "the predicate that admission runs";
      break;
    case theorems::ProvedCode::copy:
      of = "a copy, whose examples are run through the code of the chain";
      break;
    case theorems::ProvedCode::shipped_over_copy:
      of = "the predicate that admission runs, over a copy of the state's step";
      break;
  }
  return fmt::format("{}of:     {}\n{}", indent, of, bounds_lines(t.bounds, indent));
}

}  // namespace

nlohmann::ordered_json prove_json(const theorems::ProveReport& report) {
  Json theorems = Json::array();
  for (const theorems::TheoremReport& t : report.theorems) {
    Json mutations = Json::array();
    for (const theorems::MutationReport& m : t.mutations)
      mutations.push_back({{"removed", m.removed},
                           {"verdict", theorems::to_text(m.verdict)},
                           {"reproduced", m.reproduced},
                           {"counterexample", m.counterexample}});
    Json one = {{"name", t.name},
                {"statement", t.statement},
                {"bounds", t.bounds},
                {"code", theorems::to_text(t.code)}};
    if (!report.listed) {
      one["verdict"] = theorems::to_text(t.verdict);
      one["milliseconds"] = t.milliseconds;
      one["cover"] = t.cover;
      one["mutations"] = std::move(mutations);
      one["reason"] = t.reason;
      one["certificate"] = nullptr;
      one["recheck"] = nullptr;
    }
    theorems.push_back(std::move(one));
  }
  return {{"theorems", std::move(theorems)}};
}

std::string prove_text(const theorems::ProveReport& report, bool colour) {
  std::string out;
  std::int64_t total = 0;
  std::size_t mutants = 0, killed = 0, held = 0;
  for (const theorems::TheoremReport& t : report.theorems) {
    if (report.listed) {
      out += fmt::format("{}\n    {}\n{}", heading(t.name, colour), t.statement, scope_lines(t, "    "));
      continue;
    }
    total += t.milliseconds;
    held += t.holds() ? 1 : 0;
    out += fmt::format(
        "{:<34} {}  {} ms  cover {}\n", t.name,
        toned(std::string(theorems::to_text(t.verdict)), tone_of(t.verdict, theorems::Verdict::proved), colour),
        t.milliseconds, cover_text(t, colour));
    out += scope_lines(t, "      ");
    if (!t.holds() && !t.reason.empty()) out += "      " + t.reason + "\n";
    for (const theorems::MutationReport& m : t.mutations) {
      ++mutants;
      killed += m.verdict == theorems::Verdict::refuted && m.reproduced ? 1 : 0;
      out += mutation_line(m, colour);
    }
  }
  if (!report.listed)
    out += fmt::format(
        "\n{} of {} theorems hold, {} of {} mutations refuted by a reproduced counterexample, "
        "{:.1f} s\n",
        held, report.theorems.size(), killed, mutants, static_cast<double>(total) / 1e3);
  return out;
}

}  // namespace capmarket::reports
