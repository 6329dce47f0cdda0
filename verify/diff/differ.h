// What the parts of the comparison share; private to verify/diff.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "verify/diff/diff.h"
#include "verify/diff/question.h"

namespace capmarket::diff {

/// Compares two rules provision by provision, and adds what differs to the report.
class Differ {
 public:
  Differ(const RulePair& pair, const DiffOptions& options, DiffReport& report);

  // By file: request.cc, displacement.cc, set_asides.cc, constants.cc, succession.cc, notes.cc,
  // gates.cc.
  void requests();
  void displacements();
  /// Who displaces for what is set aside for others, which lacks as well.
  void kept_for_others();
  void constants();
  /// Where NEW supersedes OLD: who gives way across the two, which neither rule's own order tells.
  void succession();
  void notes();
  void gates();
  /// From the differences found and what is undecided.
  void relate();
  /// From the differences found: who gains, who loses.
  void effects();

 private:
  /// Times one comparison and lists it.
  class Clock {
   public:
    Clock(Differ& differ, std::string provision, std::string tier);
    ~Clock();
    void constant() { row_.constant = true; }
    void different() { row_.verdict = Compared::Verdict::different; }
    /// Why a question was given up; it counts once the comparison is `undecided`.
    void reason(std::string reason) { reason_ = std::move(reason); }
    void undecided() { undecided(reason_); }
    void undecided(std::string reason);

   private:
    Differ& differ_;
    Compared row_;
    std::string reason_;
    std::chrono::steady_clock::time_point begun_;
  };

  const rules::Rule& rule(std::size_t side) const { return pair_.rule(side); }
  const TierPair& tier(std::size_t i) const { return pair_.tiers[i]; }
  /// Where the provision stands in that side's file: `{}` is the tier's place there.
  analyses::Provision place(std::size_t side, const std::string& provision,
                            const TierPair* of) const;
  Difference begin(const std::string& provision, const TierPair* of, DiffPhase phase,
                   DiffKind kind) const;
  void add(Difference d) { report_.differences.push_back(std::move(d)); }
  void add_constant(Difference d) {
    d.constant = true;
    add(std::move(d));
  }
  /// False, and the report is an internal error, where the witness does not reproduce.
  bool sound(const PairResult& result);
  /// A case that `admitting` admits and the other refuses.
  PairResult ask_one_way(PairQuestion& q, std::size_t admitting) const;
  /// Whether the question found a difference, whose witness reproduces; what it could not decide is
  /// told by the clock.
  bool different(Clock& clock, const PairResult& result);
  /// What a difference is of which `admitting` alone admits the case.
  static DiffKind one_way(std::size_t admitting) {
    return admitting == 1 ? DiffKind::newly_admitted : DiffKind::newly_refused;
  }
  /// Outcomes and reasons of a settlement that one rule admits and the other refuses.
  void tell_decisions(Difference& d, const PairResult& result) const;
  void tell_texts(Difference& d, const std::string& older, const std::string& newer) const;
  bool halted() const { return report_.internal_error; }

  // Requests: a leg alone.
  struct Provision_ {
    Part part;
    std::string name;
    std::vector<std::string> rows;  // that a witness shows
    bool of_tier = false;
  };
  std::vector<Provision_> provisions() const;
  bool differs(Part part, const TierPair* of) const;
  FreeParts free_parts_for(Part part) const;
  void cover();
  void tier_of_one(std::size_t i);
  void rule_part(const Provision_& p);
  void tier_part(const Provision_& p, std::size_t i);
  smt::Answer ask_part(const Provision_& p, std::size_t i, std::size_t admitting, Clock& clock);
  void scopes_apart();
  void prices_merge();
  void together(std::size_t i);
  std::vector<Part> parts_of(std::size_t i) const;
  FreeParts free_parts_of(const std::vector<Part>& parts) const;
  std::string part_text(Part part, std::size_t side, const TierPair* of) const;
  std::string request_sentence(const Provision_& p, const TierPair& of,
                               std::size_t admitting) const;

  // Displacements: a leg that both admit, with an entry.
  void displacement(std::size_t i);
  smt::Answer can_displace(std::size_t i);
  /// What tier i does to the grants of one other tier.
  enum class Toward : std::uint8_t { displaces_newly, displaces_no_more, owes_more, owes_less };
  smt::Answer toward(Toward what, std::size_t i, std::size_t victim);
  void victims_of(std::size_t i);
  void victims_of_new(std::size_t i);
  void quantity_beyond_protection(std::size_t i);
  /// NEW supersedes OLD.
  bool succeeds() const { return rule(1).supersedes == std::optional(pair_.file[0]->id); }
  bool crossing() const;
  void crossing(std::size_t i);
  void crossing_for_more(std::size_t i);
  // Ranks that NEW changes, where grants of OLD still live.
  void cut_across(std::size_t y);
  void substitutes_across(std::size_t y);
  void order_across(std::size_t i);
  smt::Answer side_by_side(std::size_t i, std::size_t x, std::size_t y);
  /// Which of two grants goes first: one of OLD's version or one of NEW's; or that depends.
  enum class First : std::uint8_t { older, newer, depends };
  First first_across(std::int64_t older, std::int64_t newer, rules::VictimOrder inside) const;
  void displaces_for_others(std::size_t i, std::size_t more);
  /// Some leg of tier i that both rules admit, for which `more` alone displaces.
  void ask_lack(PairQuestion& q, std::size_t more) const;
  void one_displaces(std::size_t i);
  void entry_part(Part part, const std::string& name, std::size_t i,
                  std::optional<std::size_t> victim);
  bool ask_entry(Part part, const std::string& name, std::size_t i, std::size_t admitting,
                 std::optional<std::size_t> victim, Clock& clock);
  void compensation(std::size_t i);
  std::optional<Difference> owed_otherwise(std::size_t i, VictimOf of, PairResult& result);
  void entries_together(std::size_t i);
  void unaligned();
  bool ranks_differ() const;
  smt::Symbolic::Bool base(const PairQuestion& q) const;
  bool told(const std::string& provision, const std::string& of, std::size_t admitting) const;
  bool changed(std::size_t i, Toward what) const {
    return !victims_[i][static_cast<std::size_t>(what)].empty();
  }

  // Constants.
  /// The difference where there is one, until another is added.
  Difference* constant(const std::string& provision, const TierPair* of, DiffPhase phase,
                       DiffKind kind, const std::string& older, const std::string& newer,
                       const std::string& sentence, bool admits = false, bool refuses = false);
  /// What a difference of values with an order is of: more or less.
  template <class T>
  static void ordered(Difference* d, const T& older, const T& newer) {
    if (d != nullptr) d->rise = older < newer ? 1 : newer < older ? -1 : 0;
  }
  void heads();
  void coordination();
  void order_of_tiers();
  void terms_of_displacement();
  void strategies();
  void strategy_of_one(std::size_t side, const rules::FallbackStrategy& f);
  void strategy_terms(const rules::FallbackStrategy& a, const rules::FallbackStrategy& b);
  void strategy_place(Difference& d, std::size_t side, const std::string& name,
                      const std::string& key) const;
  void aftermath();

  // Effects.
  void displacement_effects(const Difference& d, std::size_t i);
  void request_effects(const Difference& d);
  void order_effects(const Difference& d, std::size_t i);
  void set_aside_effects(const Difference& d, std::size_t i);
  void coordination_effects(const Difference& d);

  // Gates.
  void gate_relation(const char* option, bool admits_matter);
  void gate_only();
  /// What a question about cases outside the expression says of the gate: an example violates it.
  DiffGate::Verdict judge_outside(DiffGate& gate, Clock& clock, const PairResult& result,
                                  std::string sentence);
  DiffGate::Verdict only_requests(DiffGate& gate);
  DiffGate::Verdict only_entries(DiffGate& gate);
  DiffGate::Verdict only_set_asides(DiffGate& gate);
  DiffGate::Verdict only_constants(DiffGate& gate);

  const RulePair& pair_;
  const DiffOptions& options_;
  question::QueryBudget budget_;
  DiffReport& report_;
  /// Parts with a difference, by which side admits: of the rule, of each tier, of an entry.
  std::array<std::vector<Part>, 2> rule_found_, entry_found_;
  std::vector<std::array<std::vector<Part>, 2>> tier_found_;
  /// By displacing tier and `Toward`: the tiers whose grants it is about; then those of OLD's
  /// version alone, newly displaced across versions and no more; then those displaced for what is
  /// set aside for others, newly and no more.
  std::vector<std::array<std::vector<std::string>, 8>> victims_;
  std::vector<smt::Answer> obtainable_;  // by tier: some leg is admitted by one of the rules
  std::vector<smt::Answer> displacing_;  // by tier: some entry is; unknown where it was not asked
};

/// `admitted`, or by which clauses it is refused, those that are unresolved last.
std::string outcome_text(const admission::Decision& decision);

}  // namespace capmarket::diff
