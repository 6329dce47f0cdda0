// What a new rule must keep to.
#include <fmt/format.h>

#include "verify/diff/differ.h"

namespace capmarket::diff {

void Differ::gates() {
  if (halted()) return;
  if (options_.at_most) gate_relation("--at-most", true);
  if (options_.at_least) gate_relation("--at-least", false);
  if (!options_.only.empty()) gate_only();
}

/// A difference of what is owed passes neither gate: neither rule admits the other's settlement.
void Differ::gate_relation(const char* option, bool at_most) {
  DiffGate gate;
  gate.option = option;
  const Difference* against = nullptr;
  for (const Difference& d : report_.differences) {
    bool harmless = at_most ? d.refuses && !d.admits : d.admits && !d.refuses;
    if (!harmless && against == nullptr) against = &d;
  }
  if (against != nullptr) {
    gate.verdict = DiffGate::Verdict::violated;
    gate.sentence = against->sentence;
    gate.witness = against->witness;
  } else if (report_.undecided()) {
    gate.verdict = DiffGate::Verdict::undecided;
    gate.sentence = "some comparison is undecided";
  } else {
    gate.verdict = DiffGate::Verdict::holds;
    gate.sentence =
        at_most ? "NEW admits nothing that OLD refuses" : "NEW admits everything that OLD admits";
  }
  report_.gates.push_back(std::move(gate));
}

/// Every case in which the rules differ, not only the witnesses, lies inside the expression.
void Differ::gate_only() {
  DiffGate gate;
  gate.option = "--only";
  using V = DiffGate::Verdict;
  V worst = V::holds;
  for (auto ask : {&Differ::only_requests, &Differ::only_entries, &Differ::only_set_asides,
                   &Differ::only_constants}) {
    if (worst == V::violated || halted()) break;
    V one = (this->*ask)(gate);
    if (one != V::holds) worst = one;
  }
  gate.verdict = worst;
  if (worst == V::holds)
    gate.sentence = report_.differences.empty()
                        ? "there is no difference"
                        : fmt::format("every difference lies inside `{}`", pair_.only->canonical);
  if (worst == V::undecided) gate.sentence = "some question about it is undecided";
  report_.gates.push_back(std::move(gate));
}

DiffGate::Verdict Differ::judge_outside(DiffGate& gate, Clock& clock, const PairResult& result,
                                        std::string sentence) {
  if (!sound(result)) return DiffGate::Verdict::holds;  // nothing is asked after it
  switch (result.answer) {
    case smt::Answer::unsat:
      return DiffGate::Verdict::holds;
    case smt::Answer::unknown:
      clock.undecided(result.reason);
      return DiffGate::Verdict::undecided;
    case smt::Answer::sat:
      break;
  }
  clock.different();
  gate.sentence = std::move(sentence);
  gate.witness = result.values;
  return DiffGate::Verdict::violated;
}

DiffGate::Verdict Differ::only_requests(DiffGate& gate) {
  auto verdict = DiffGate::Verdict::holds;
  for (std::size_t i = 0; i < pair_.tiers.size() && !halted(); ++i) {
    if (obtainable_[i] == smt::Answer::unsat) continue;
    for (std::size_t admitting : kSides) {
      if (tier(i).of[admitting] == nullptr) continue;
      Clock clock(*this, "--only", tier(i).name);
      PairQuestion q(pair_, budget_, i, false, free_parts_of(parts_of(i)));
      smt::Symbolic::Bool outside = !q.inside_only();
      PairResult result = q.solve(q.admits(admitting) && !q.admits(1 - admitting) && outside,
                                  Expected{admitting == 0, admitting == 1, false, false, true});
      const auto one = judge_outside(
          gate, clock, result,
          fmt::format("outside `{}`, {} admits a request of tier `{}` that {} refuses",
                      pair_.only->canonical, admitting == 1 ? "NEW" : "OLD", tier(i).name,
                      admitting == 1 ? "OLD" : "NEW"));
      if (one == DiffGate::Verdict::violated) return one;
      if (one == DiffGate::Verdict::undecided) verdict = one;
      if (halted()) return verdict;
    }
  }
  return verdict;
}

DiffGate::Verdict Differ::only_entries(DiffGate& gate) {
  auto verdict = DiffGate::Verdict::holds;
  if (pair_.narrow_empty) return verdict;
  std::vector<VictimOf> versions = {VictimOf::judging};
  if (succeeds() && crossing()) versions.push_back(VictimOf::older);
  for (VictimOf victims : versions)
    for (std::size_t i = 0; i < pair_.tiers.size() && !halted(); ++i) {
      if (!tier(i).common() || (!tier(i).displaces(0) && !tier(i).displaces(1))) continue;
      Clock clock(*this, "--only", tier(i).name);
      PairQuestion q(pair_, budget_, i, true, {}, victims);
      q.require(base(q));
      smt::Symbolic::Bool outside = !q.inside_only();
      smt::Symbolic::Bool differ =
          (q.admits(0) && !q.admits(1) && q.room(0)) ||
          (q.admits(1) && !q.admits(0) && q.room(1)) ||
          (q.admits(0) && q.admits(1) && q.owes_otherwise() && q.room(0) && q.room(1));
      PairResult result = q.solve(differ && outside, Expected{{}, {}, false, true, true});
      const auto one = judge_outside(
          gate, clock, result,
          fmt::format("outside `{}`, a displacement by tier `{}` is decided otherwise",
                      pair_.only->canonical, tier(i).name));
      if (one == DiffGate::Verdict::violated) return one;
      if (one == DiffGate::Verdict::undecided) verdict = one;
      if (halted()) return verdict;
    }
  if (!pair_.same_grid() && report_.undecided()) return DiffGate::Verdict::undecided;
  return verdict;
}

DiffGate::Verdict Differ::only_set_asides(DiffGate& gate) {
  auto verdict = DiffGate::Verdict::holds;
  if (pair_.narrow_empty || !differs(Part::set_aside, nullptr)) return verdict;
  for (std::size_t i = 0; i < pair_.tiers.size(); ++i)
    for (std::size_t more : kSides) {
      if (!tier(i).common() || !tier(i).displaces(more)) continue;
      Clock clock(*this, "--only", tier(i).name);
      PairQuestion q(pair_, budget_, i, true, free_parts_for(Part::set_aside));
      ask_lack(q, more);
      PairResult result = q.solve(!q.inside_only(), Expected{true, true, false, false, true, true});
      const auto one = judge_outside(
          gate, clock, result,
          fmt::format("outside `{}`, tier `{}` displaces for what is set aside under {} alone",
                      pair_.only->canonical, tier(i).name, more == 1 ? "NEW" : "OLD"));
      if (one == DiffGate::Verdict::violated) return one;
      if (one == DiffGate::Verdict::undecided) verdict = one;
      if (halted()) return verdict;
    }
  return verdict;
}

/// A constant that differs changes every settlement of its tier, or every one: inside only where
/// every settlement lies inside.
DiffGate::Verdict Differ::only_constants(DiffGate& gate) {
  auto verdict = DiffGate::Verdict::holds;
  for (const Difference& d : report_.differences) {
    if (!d.constant) continue;  // every case of it was asked for above
    for (std::size_t i = 0; i < pair_.tiers.size() && !halted(); ++i) {
      if (!d.tier.empty() && tier(i).name != d.tier) continue;
      Clock clock(*this, "--only", d.provision);
      PairQuestion q(pair_, budget_, i, false, {});
      smt::Symbolic::Bool outside = !q.inside_only();
      PairResult result =
          q.solve((q.admits(0) || q.admits(1)) && outside, Expected{{}, {}, false, false, true});
      const auto one = judge_outside(
          gate, clock, result,
          fmt::format("outside `{}`, {} ({})", pair_.only->canonical, d.sentence, d.provision));
      if (one == DiffGate::Verdict::violated) return one;
      if (one == DiffGate::Verdict::undecided) verdict = one;
      if (halted()) return verdict;
    }
  }
  return verdict;
}

}  // namespace capmarket::diff
