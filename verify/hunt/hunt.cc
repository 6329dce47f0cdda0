#include "verify/hunt/hunt.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "model/chain/goals.h"
#include "verify/hunt/history_terms.h"
#include "verify/hunt/left_out.h"
#include "verify/hunt/search.h"
#include "verify/hunt/single.h"
#include "verify/hunt/trace.h"
#include "verify/question/not_modelled.h"

namespace capmarket::hunt {
namespace {

/// Kinds of steps that a bounded verdict is about.
constexpr const char* kHuntSteps = "settle displace fail surrender lapse renew refuse";

/// What is hunted for: one of the two.
struct HuntTarget {
  const rules::Goal* goal = nullptr;
  const HuntInvariant* invariant = nullptr;
  std::string place;

  std::string name() const {
    return goal != nullptr ? goal->name : objects::theorem_name(invariant->id);
  }
};

std::string steps_text(std::int64_t steps) {
  return fmt::format("{} step{}", steps, steps == 1 ? "" : "s");
}

class Hunter {
 public:
  Hunter(const question::RuleSubject& subject, const HuntOptions& options, const HuntTarget& quarry)
      : subject_(subject),
        options_(options),
        quarry_(quarry),
        budget_{{options.rlimit, options.timeout_ms, 0, {}, false, false, options.effort}} {}

  HuntFinding hunt() {
    const auto begun = std::chrono::steady_clock::now();
    describe();
    decide();
    out_.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::steady_clock::now() - begun)
                            .count();
    return std::move(out_);
  }

 private:
  void describe() {
    out_.goal = quarry_.name();
    out_.steps = options_.steps;
    if (quarry_.goal == nullptr) {
      out_.statement = quarry_.invariant->statement;
      return;
    }
    out_.statement = fmt::format("{}: {}", quarry_.goal->always ? "always" : "never",
                                 quarry_.goal->claim.canonical);
    out_.judged_at = chain::judged_steps(chain::goal_subject(quarry_.goal->claim));
    const rules::RulePlaces& places = subject_.own->places;
    auto at = places.find(quarry_.place);
    if (at != places.end())
      out_.provision = {subject_.own->file, quarry_.place, at->second.line, at->second.column};
  }

  void decide() {
    look();
    if (out_.verdict == analyses::AnalysisVerdict::proved && covered_ != smt::Answer::sat)
      not_covered();
    if (out_.verdict != analyses::AnalysisVerdict::proved) return;
    if (quarry_.goal == nullptr) return framework();
    if (never_can()) return;
    const std::string left = not_searched();
    if (left.empty()) return;
    out_.how.clear();
    out_.of.clear();
    out_.reason = "not searched: " + left;
    out_.verdict = analyses::AnalysisVerdict::unknown;
  }

  /// What cannot fail whatever the rule says was not searched either.
  void framework() {
    out_.framework = quarry_.invariant->framework();
    if (!out_.framework) return;
    out_.verdict = analyses::AnalysisVerdict::info;
    out_.reason = fmt::format(
        "framework: admission asks it of every displacement under every rule; see `capmarket prove "
        "--theorem {}`",
        quarry_.name());
  }

  void look() {
    if (quarry_.goal != nullptr) {
      single_ = no_single_step_breaks();
      if (single_) out_.how = "no single step breaks it, whatever came before";
      if (!single_ && no_case_breaks()) {
        single_ = true;
        out_.how = "no case of a single step breaks it, as `check` asks";
      }
    }
    smt::SymbolicScope scope;
    HistoryOptions searched;
    searched.places = options_.places;
    Search search(subject_, budget_, quarry_.goal, searched);
    if (single_ || (quarry_.goal == nullptr && quarry_.invariant->framework()))
      cover(search);
    else
      unroll(search);
  }

  HistoryOptions relaxed(bool open_past) const {
    HistoryOptions out;
    out.relaxed = true;
    out.open_past = open_past;
    out.pieces_on_grid = !finer_pieces(subject_.rule(), options_);
    return out;
  }

  /// The last of any number of steps, with the grant that it is about: whatever else happened. Of
  /// victims under earlier versions it is asked without theirs.
  bool no_single_step_breaks() {
    {
      smt::SymbolicScope scope;
      Search search(subject_, budget_, quarry_.goal, relaxed(true));
      for (int k = 0; k < 2; ++k) {
        search.extend();
        if (search.any(asked(search)) != smt::Answer::unsat) return false;
      }
    }
    if (!bears_on_earlier()) return true;
    smt::SymbolicScope scope;
    return !subject_.open_past &&
           any_step_breaks(subject_, budget_, *quarry_.goal) == smt::Answer::unsat;
  }

  /// Pieces that `check` takes to be none may be there, and the goal bears on them: by what it
  /// reads, or by what the compensations that it reads do.
  bool finer_pieces_matter() const {
    const Asked asked = asked_of_goal();
    const bool read = bears_on_earlier() ? reads_pieces(asked)
                                         : asked.reads("victim.value") || asked.reads("notice") ||
                                               asked.reads("victim.times_displaced");
    return read && finer_pieces(subject_.rule(), options_);
  }

  /// The cases that `check` asks about are all that a step can be, but for what it leaves out:
  /// there values are products of real volumes.
  bool no_case_breaks() {
    if (finer_pieces_matter() || options_.policies || options_.earlier_versions ||
        !question::left_out_of(quarry_.goal->claim, subject_, nullptr).empty())
      return false;
    smt::SymbolicScope scope;
    question::QueryBudget as_check = budget_;
    as_check.grounded = true;
    return any_step_breaks(subject_, as_check, *quarry_.goal) == smt::Answer::unsat;
  }

  /// Histories of so many steps, whatever else happens between them: where it is counted how often
  /// a grant was displaced; else one step says as much as many.
  bool no_counted_step_breaks() {
    if (rows_read(subject_.rule(), quarry_.goal)[at("victim.times_displaced")] == 0) return false;
    smt::SymbolicScope scope;
    Search search(subject_, budget_, quarry_.goal, relaxed(false));
    for (std::int64_t k = 1; k <= options_.steps; ++k) {
      if (stopped()) return false;
      search.extend();
      const smt::Symbolic::Bool broken = asked(search);
      if (search.any(broken) != smt::Answer::unsat) return false;
      search.assume({!broken});
    }
    return true;
  }

  bool displacement() const { return chain::goal_subject(quarry_.goal->claim).displacement; }
  bool bears_on_earlier() const {
    return displacement() && (!subject_.earlier.empty() || subject_.open_past);
  }
  bool stopped() const { return options_.stop && options_.stop(); }

  /// What the goal takes for granted cannot be, or no step could break it whatever the rule said.
  bool never_can() {
    smt::SymbolicScope scope;
    const smt::Answer can = any_step_can_hold(subject_, budget_, *quarry_.goal);
    if (can == smt::Answer::sat) return false;
    // One thing that it says is empty, another can be broken: by what was not searched.
    if (can == smt::Answer::unsat &&
        any_step_breaks(subject_, budget_, *quarry_.goal) == smt::Answer::sat)
      return false;
    const bool unknown = can == smt::Answer::unknown;
    out_.verdict =
        unknown ? analyses::AnalysisVerdict::unknown : analyses::AnalysisVerdict::vacuous;
    out_.how.clear();
    out_.reason = unknown
                      ? "whether it says anything of any step is not decided"
                      : "it says nothing of any step: what it takes for granted cannot be, or no "
                        "step could break it whatever the rule said";
    return true;
  }

  /// What this goal bears on, can happen, and was not looked at; empty: nothing.
  std::string not_searched() {
    if (options_.policies)
      return "reconciliation policies, of which the scenario has one: other rules judge tiers, "
             "prices or fallback";
    const bool earlier = bears_on_earlier() || (displacement() && options_.earlier_versions);
    if (earlier && !(single_ && bears_on_earlier()))
      return "grants under the versions before it, which give way too";
    const Asked asked = asked_of_goal();
    if (single_)
      return earlier && reads_pieces(asked) && finer_pieces(subject_.rule(), options_)
                 ? "pieces that a class finer than the rule leaves of grants under the versions "
                   "before it"
                 : "";
    if (no_counted_step_breaks()) return {};
    return left_out_of(asked, subject_.rule(), options_);
  }

  Asked asked_of_goal() const {
    return {chain::goal_subject(quarry_.goal->claim), rows_read(subject_.rule(), quarry_.goal)};
  }

  static bool reads_pieces(const Asked& asked) {
    const std::vector<const char*> all = {"victim.value", "notice", "compensation"};
    return std::any_of(all.begin(), all.end(), [&](const char* v) { return asked.reads(v); });
  }

  smt::Symbolic::Bool asked(Search& search) const {
    const History& h = search.history();
    return quarry_.goal != nullptr ? breaks(*quarry_.goal, h) : quarry_.invariant->broken(h);
  }

  smt::Symbolic::Bool spoken_of(Search& search) const {
    const History& h = search.history();
    const Move& last = h.move(h.size() - 1);
    if (quarry_.goal != nullptr) return speaks(*quarry_.goal, h);
    if (quarry_.invariant->framework()) return last.is(MoveKind::displace);
    return !last.is(MoveKind::late);
  }

  void note_cover(Search& search) {
    if (covered_ == smt::Answer::sat) return;
    smt::Answer answer = search.any(spoken_of(search));
    if (answer != smt::Answer::unsat) covered_ = answer;
  }

  /// A proof over nothing is none: some history has a step that the goal speaks of.
  void cover(Search& search) {
    for (std::int64_t k = 0; k < options_.steps && covered_ != smt::Answer::sat; ++k) {
      search.extend();
      note_cover(search);
    }
    out_.verdict = analyses::AnalysisVerdict::proved;
  }

  void not_covered() {
    out_.how.clear();
    if (covered_ == smt::Answer::unknown) {
      out_.verdict = analyses::AnalysisVerdict::unknown;
      out_.reason = "whether some history has a step that it speaks of is not decided";
      return;
    }
    out_.reason = "no history has a step that it speaks of";
    out_.verdict = analyses::AnalysisVerdict::info;
    if (quarry_.goal == nullptr) return;
    // Steps that no history here has may be there: of victims under earlier versions, on another
    // declaration of the infrastructure.
    smt::SymbolicScope scope;
    out_.verdict = analyses::AnalysisVerdict::vacuous;
    if (any_step_can_hold(subject_, budget_, *quarry_.goal) == smt::Answer::unsat) return;
    out_.verdict = analyses::AnalysisVerdict::unknown;
    out_.reason = fmt::format(
        "no history of up to {} that is searched has a step that it speaks of; not searched: longer "
        "ones, and {}",
        steps_text(options_.steps),
        bears_on_earlier() ? "grants under the versions before it, which give way too"
                           : "steps that need several declarations, grants or pieces");
  }

  /// Shortest first.
  void unroll(Search& search) {
    out_.verdict = analyses::AnalysisVerdict::proved;
    out_.how = "no history of so many steps breaks it";
    for (std::int64_t k = 1; k <= options_.steps; ++k) {
      if (stopped()) return interrupted(k);
      if (options_.progress) options_.progress(quarry_.name(), k);
      search.extend();
      if (quarry_.invariant != nullptr) search.assume(quarry_.invariant->before(search.history()));
      const smt::Symbolic::Bool broken = asked(search);
      smt::Answer answer = search.any(broken);
      if (answer == smt::Answer::unknown && search.at_corners(broken)) return found(search, k);
      if (answer == smt::Answer::sat) answer = search.example(broken);
      if (answer == smt::Answer::sat) return found(search, k);
      if (answer == smt::Answer::unknown) undecided(search, k);
      // No longer history breaks it so early.
      if (answer == smt::Answer::unsat && quarry_.goal != nullptr) search.assume({!broken});
      // What is longer is harder.
      if (answer == smt::Answer::unknown && search.gave_up()) break;
      note_cover(search);
    }
    if (out_.verdict != analyses::AnalysisVerdict::proved) return out_.how.clear();
    out_.of = kHuntSteps;
  }

  void interrupted(std::int64_t k) {
    if (out_.reason.empty()) out_.reason = fmt::format("interrupted: proved to {} steps", k - 1);
    out_.verdict = analyses::AnalysisVerdict::unknown;
    out_.how.clear();
  }

  void undecided(const Search& search, std::int64_t k) {
    if (out_.verdict == analyses::AnalysisVerdict::unknown) return;
    out_.verdict = analyses::AnalysisVerdict::unknown;
    out_.reason = fmt::format("proved to {} steps; at {} steps: {}", k - 1, k, search.reason());
  }

  void found(Search& search, std::int64_t k) {
    out_.verdict = analyses::AnalysisVerdict::refuted;
    out_.steps = k;
    out_.how.clear();
    out_.reason.clear();
    out_.trace = trace_of(search.history(), search.model(), quarry_.goal);
  }

  const question::RuleSubject& subject_;
  const HuntOptions& options_;
  const HuntTarget& quarry_;
  question::QueryBudget budget_;
  HuntFinding out_;
  smt::Answer covered_ = smt::Answer::unsat;
  bool single_ = false;  // no single step breaks it
};

std::vector<HuntTarget> quarries(const rules::Rule& rule, const std::string& only) {
  std::vector<HuntTarget> out;
  for (std::size_t g = 0; g < rule.goals.size(); ++g)
    out.push_back({&rule.goals[g], nullptr, fmt::format("goals[{}].claim", g)});
  const bool displaces = std::any_of(rule.tiers.begin(), rule.tiers.end(),
                                     [](const rules::Tier& t) { return t.displaces.has_value(); });
  for (const HuntInvariant& i : hunt_invariants())
    if (displaces || !i.framework()) out.push_back({nullptr, &i, ""});
  if (!only.empty()) std::erase_if(out, [&](const HuntTarget& q) { return q.name() != only; });
  return out;
}

std::vector<std::string> bounds_of(const question::RuleSubject& subject, std::int64_t steps) {
  std::vector<std::string> out = {
      fmt::format("up to {}: a settlement, with or without a displacement; a failure; a giving back, a "
                  "lapse among them; renewals at any time; last of all, a settlement that is refused, "
                  "of any numbers",
                  steps_text(steps)),
      "one declaration of any quantity, by one holder at one place; no shared infrastructure",
      "a leg of a settlement is a step, several legs are as many steps at one time; the cover of a leg "
      "is one piece of at most one grant, under ceilings that are high enough; each has a request of "
      "its own, for all that it is granted",
      "parties with any credentials that the vocabulary allows; debts are prices and "
      "compensations, and who has one asks again at the same tier",
      "a substitute is searched as a settlement with a request of its own, what a revoked party "
      "signs as a settlement that is refused",
      "a failure is a notice of the holder, or a claim that stands; not searched: covers of several "
      "grants or pieces, claims that fall, their fees, curtailments, retractions, withdrawals, "
      "disputes and what a review voids, price indices, reconciliation policies; a goal that one "
      "of these bears on is proved by what holds with all of them, else unknown"};
  if (!subject.earlier.empty() || subject.open_past)
    out.push_back("grants under this version only");
  return out;
}

}  // namespace

std::vector<std::string> hunt_goals(const rules::Rule& rule) {
  std::vector<std::string> out;
  for (const HuntTarget& q : quarries(rule, "")) out.push_back(q.name());
  return out;
}

analyses::AnalysisVerdict HuntReport::verdict() const {
  bool unknown = false, proved = false, framework = false;
  for (const HuntFinding& f : findings) {
    proved = proved || f.verdict == analyses::AnalysisVerdict::proved;
    if (f.verdict == analyses::AnalysisVerdict::refuted ||
        f.verdict == analyses::AnalysisVerdict::vacuous)
      return analyses::AnalysisVerdict::refuted;
    unknown = unknown || f.verdict == analyses::AnalysisVerdict::unknown;
    framework = framework || f.framework;
  }
  // Nothing hunted for is nothing proved; histories that none of it speaks of show nothing.
  if (unknown || findings.empty() || (framework && !proved))
    return analyses::AnalysisVerdict::unknown;
  return proved ? analyses::AnalysisVerdict::proved : analyses::AnalysisVerdict::refuted;
}

HuntReport hunt_rule(const question::RuleFile& own, const std::vector<question::RuleFile>& files,
                     const HuntOptions& options) {
  HuntReport out;
  const question::RuleSubject subject = question::subject_of(own, files);
  out.file = own.file;
  out.rule = own.rule.name;
  out.version = own.rule.version;
  out.id = to_hex(own.id);
  out.steps = options.steps;
  out.bounds = bounds_of(subject, options.steps);
  for (const HuntTarget& q : quarries(own.rule, options.goal))
    out.findings.push_back(Hunter(subject, options, q).hunt());
  return out;
}

}  // namespace capmarket::hunt
