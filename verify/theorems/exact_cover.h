// The state that a leg finds, at a few instants, with a few candidates of which every number is an
// unknown, and the facts of a cover of it. Source: docs/spec/semantics.md#cover.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems::exact_cover {

using inv1::Bool;
using inv1::Int;
using inv1::zero;

inline constexpr std::size_t kCandidates = 4;
inline constexpr std::size_t kInstants = 3;
inline constexpr std::size_t kTiers = kCandidates;  // that the candidates may be of
/// For the own lack, for the shared lack.
enum Step : std::size_t { own, shared };
inline constexpr std::array kSteps = {own, shared};

template <class T>
using ByCandidate = std::array<T, kCandidates>;
template <class T>
using ByStep = std::array<T, 2>;

/// One granule, one nanosecond long. Nothing of it has been released yet.
struct Granule {
  Int at;
  Int load;         // on the declaration, with what is curtailed, less what is declared
  Int shared_load;  // on the infrastructure, less the schedule
  Int reserved;     // unused set-asides of tiers that no candidate is of
  std::array<Int, kTiers> tier_load;
  ByCandidate<Int> has;  // live of it
  ByStep<ByCandidate<Bool>> present;  // the cover has a part here
  ByStep<ByCandidate<Int>> share;     // under pro-rata, in the rank that shares
};

/// Candidates in order, each with one part an instant in each step, where it is present.
class ExactCover {
 public:
  ExactCover();

  const admission::SettlementFacts<smt::Symbolic>& facts() const { return a_.facts; }
  const admission::LegFacts<smt::Symbolic>& leg() const { return a_.leg(); }
  const admission::VictimFacts<smt::Symbolic>& victim(std::size_t c) const {
    return leg().victims[c];
  }
  const Granule& granule(std::size_t k) const { return granules_[k]; }

  Bool in_reach(std::size_t k) const;
  Bool coordinated() const { return leg().coordination_single || leg().coordination_sharded; }
  /// It may give way at all; at this instant.
  Bool is_candidate(std::size_t c) const;
  Bool able(std::size_t k, std::size_t c) const;
  Bool present_at_all(std::size_t c) const;
  Bool any_present() const;
  /// What it gives; what all give; on the leg's declaration.
  Int gives(std::size_t k, Step s, std::size_t c) const;
  Int given(std::size_t k, Step s) const;
  Int given_here(std::size_t k, Step s) const;
  /// What is lacking before anything is given; of the second step: after the first.
  Int own_lack(std::size_t k) const;
  Int shared_lack(std::size_t k) const;
  Int lack(std::size_t k, Step s) const;
  /// What it could give in the step, were those before it used up.
  Int could(std::size_t k, Step s, std::size_t c) const;
  /// `other` comes before `c` in what `order` asks: under pro-rata in a lower rank alone.
  Bool before(std::size_t other, std::size_t c) const;
  const Bool& pro_rata() const { return pro_rata_; }

  /// What ties state and facts together, and every clause but displacement and `without`.
  std::vector<Bool> given_state(std::optional<admission::ClauseId> without);
  /// Small enough for an example to be run in 64 bits.
  Bool small() const;
  /// The clause `displacement` over what is present; without the conjunct of that name.
  std::vector<Bool> clause() const;
  std::vector<Bool> clause_but(std::string_view without) const;
  /// What the leg owes to those present, and what its holder gives back to them.
  Int owed() const;
  Int refunds() const;
  Int victims() const;

  /// The facts of an example, of what is present alone.
  admission::SettlementFacts<Concrete> concrete(const z3::model& m) const;

 private:
  const admission::CoverPartFacts<smt::Symbolic>& part(std::size_t k, Step s, std::size_t c) const {
    return victim(c).parts[s * kInstants + k];
  }
  Int in_tier(std::size_t c, std::size_t tier, const Int& amount) const;
  Int above_set_aside(std::size_t k, std::size_t tier) const;
  Int unused_set_asides(std::size_t k, bool after) const;
  void tie_state(std::vector<Bool>& out) const;
  void tie_granule(std::vector<Bool>& out, std::size_t k) const;
  void tie_part(std::vector<Bool>& out, std::size_t k, Step s, std::size_t c) const;
  void tie_excesses(std::vector<Bool>& out, std::size_t k) const;
  /// The leg with nothing owed to victims that are not present.
  admission::LegFacts<smt::Symbolic> leg_of_present() const;

  inv1::Admission a_{"exact", 1, static_cast<int>(kCandidates), static_cast<int>(2 * kInstants)};
  std::array<Granule, kInstants> granules_;
  ByCandidate<Int> tier_;                 // which of kTiers it is of
  std::array<Int, kTiers> set_aside_;     // in units; of the leg's own tier 0
  Bool set_asides_;                       // the leg's rule has some
  Bool pro_rata_;
};

}  // namespace capmarket::theorems::exact_cover
