#include "verify/diff/replay.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/admission/decision.h"
#include "model/base/text.h"
#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "verify/diff/differ.h"

namespace capmarket::diff {
namespace {

/// The new text as it would have stood in the place of that version: under its name, in its window,
/// its strategies named as the settlements name theirs.
rules::Rule in_place_of(const rules::Rule& recorded, const rules::Rule& newer) {
  rules::Rule out = newer;
  out.name = recorded.name;
  out.version = recorded.version;
  out.supersedes = recorded.supersedes;
  out.effective = recorded.effective;
  for (std::size_t i = 0; i < out.fallback.size(); ++i)
    for (std::size_t k = 0; k < recorded.fallback.size(); ++k)
      if (recorded.fallback[k].name == out.fallback[i].name)
        out.fallback_ids[i] = recorded.fallback_ids[k];
  return out;
}

/// What the covers owe in all; empty where that overflows.
std::optional<Money> owe(const admission::SettlementFacts<Concrete>& f) {
  Concrete::Int sum = Concrete::integer(0);
  for (const auto& leg : f.legs)
    for (const auto& v : leg.victims) sum = sum + admission::clause::compensation_of<Concrete>(v);
  if (sum.poisoned) return std::nullopt;
  return Money(sum.value);
}

class DiffReplay {
 public:
  DiffReplay(const question::RuleFile& older, const question::RuleFile& newer)
      : older_(older), newer_(newer) {}

  void visit(const chain::Entry& e, chain::Chain& chain, const objects::CheckedSubmission& s) {
    const auto* settlement = std::get_if<objects::Settlement>(&s.object);
    if (settlement == nullptr) return;
    const std::string& name = older_.rule.name;
    bool under =
        std::any_of(settlement->legs.begin(), settlement->legs.end(), [&](const objects::Leg& l) {
          const chain::RuleRecord* r = chain.state().rule(l.rule);
          other_text_ = other_text_ || (r != nullptr && r->rule.name == name && r->id != older_.id);
          return r != nullptr && r->rule.name == name;
        });
    if (!under) return;
    ++out_.settlements;
    auto recorded = chain.facts(s, e.leaf.time);
    auto instead = chain.facts_under(s, e.leaf.time, name, [&](const rules::Rule& rule) {
      return in_place_of(rule, newer_.rule);
    });
    compare(e, std::get<admission::SettlementFacts<Concrete>>(*recorded),
            std::get<admission::SettlementFacts<Concrete>>(*instead));
  }

  ReplayReport finish() {
    if (out_.settlements == 0)
      out_.notes.push_back(
          fmt::format("no settlement of the chain stands under rule `{}`", older_.rule.name));
    if (other_text_) out_.notes.push_back("some stand under another text of that name than OLD's");
    return std::move(out_);
  }

 private:
  /// Under the ceilings that the settlement states; its covers are computed under each text.
  void compare(const chain::Entry& e, const admission::SettlementFacts<Concrete>& before,
               const admission::SettlementFacts<Concrete>& after) {
    const admission::Decision was = e.leaf.decision, is = admission::decide(after);
    const std::optional<Money> owed_before = owe(before), owed_after = owe(after);
    auto same_clauses = [&] { return is.failed == was.failed && is.unresolved == was.unresolved; };
    const bool money = was.admitted() && is.admitted() && owed_before != owed_after;
    if (same_clauses() && !money) return;
    ReplayChange change;
    change.sequence = e.leaf.sequence.value;
    change.id = to_hex(e.leaf.id);
    change.before = outcome_text(was);
    change.after = outcome_text(is);
    for (admission::ClauseId id : admission::all_clauses()) {
      auto fails = [&](const admission::Decision& d) {
        return std::find(d.failed.begin(), d.failed.end(), id) != d.failed.end() ||
               std::find(d.unresolved.begin(), d.unresolved.end(), id) != d.unresolved.end();
      };
      if (fails(was) != fails(is)) change.clauses.emplace_back(admission::to_text(id));
    }
    auto text = [](const std::optional<Money>& k) { return k ? to_text(*k) : "an overflow"; };
    change.owed_before = text(owed_before);
    change.owed_after = text(owed_after);
    for (const std::string& clause : change.clauses)
      change.because.push_back(fmt::format("clause `{}` is decided otherwise", clause));
    if (money) change.because.push_back("its displacements owe another amount");
    out_.changed.push_back(std::move(change));
  }

  const question::RuleFile& older_;
  const question::RuleFile& newer_;
  bool other_text_ = false;
  ReplayReport out_;
};

}  // namespace

Result<ReplayReport> replay_diff(const std::string& dir, const question::RuleFile& older,
                                 const question::RuleFile& newer) {
  auto reader = chain::ChainReader::open(chain::chain_directory(dir));
  if (!reader) return tl::unexpected(reader.error());
  DiffReplay again(older, newer);
  Problems problems;
  auto chain = chain::replay(*reader, [&](const chain::Entry& e, chain::Chain& so_far) {
    if (e.leaf.kind != objects::Kind::settlement || e.pruned) return true;
    auto s = chain::submission_of(e, reader->chain(), reader->signing());
    if (!s) {
      problems = s.error();
      return false;
    }
    again.visit(e, so_far, *s);
    return true;
  });
  if (!chain) return tl::unexpected(chain.error());
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return again.finish();
}

}  // namespace capmarket::diff
