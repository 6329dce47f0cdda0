// The state at the turn of a leg, and the maxima over it that admission decides on. Source:
// docs/spec/semantics.md#turn-of-a-leg, docs/spec/semantics.md#excess.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/chain/state.h"

namespace capmarket::chain {

/// A state with the loads of some legs of one settlement, and without what their covers release.
/// The state must outlive it and stay as it is.
class Turn {
 public:
  explicit Turn(const ChainState& state) : state_(state) {}

  /// Adds the load of `leg`, where its declaration exists and its window is not empty.
  void settle(const objects::Leg& leg);
  /// Takes `pieces`, live at this turn, from the grant.
  void release(GrantIndex grant, const capacity::Pieces& pieces);

  /// The chain's state, without any of it.
  const ChainState& state() const { return state_; }
  /// What is live of a grant. O(pieces).
  capacity::Pieces live(GrantIndex grant) const;
  /// How many Displacements a grant has had.
  std::int64_t times_displaced(GrantIndex grant) const;

  /// Max over `window` of load + curtailed - declared of a declaration; empty over an empty window.
  std::optional<Int128> excess(const Window& window, DeclarationIndex declaration) const;
  /// Max over `window` of load - schedule of an infrastructure; empty over an empty window and
  /// where `infrastructure` is none.
  std::optional<Int128> shared_excess(const Window& window, InfrastructureIndex infrastructure) const;
  /// Max over `window` of the load of `tier` of the rule's name - its quota; empty without one.
  std::optional<Int128> quota_excess(const Window& window, DeclarationIndex declaration,
                                     const rules::Rule& rule, const rules::Tier& tier) const;
  /// excess() with what the set-asides of the rule's tiers but `tier` lack; empty without any.
  std::optional<Int128> set_aside_excess(const Window& window, DeclarationIndex declaration,
                                         const rules::Rule& rule, const rules::Tier& tier) const;
  /// The load of a tier on a declaration, failed volume included, of any form.
  std::vector<objects::Piece> tier_load(DeclarationIndex declaration, const std::string& rule,
                                        const std::string& tier) const;
  /// The instants inside `window`, its start included, where load, curtailed, schedule or the load
  /// of some tier may change, ascending. O(breakpoints + grants of the declaration).
  std::vector<Instant> changes(const Window& window, DeclarationIndex declaration,
                               InfrastructureIndex infrastructure) const;

 private:
  /// What the settlement adds to a load; negative for a release.
  struct Part {
    DeclarationIndex declaration;
    InfrastructureIndex infrastructure;
    std::string rule, tier;  // names; the rule's is empty where it does not exist
    objects::Piece piece;
  };
  std::vector<objects::Piece> on(DeclarationIndex declaration) const;

  const ChainState& state_;
  std::vector<Part> parts_;
  std::map<GrantIndex, capacity::Pieces> released_;
  std::map<GrantIndex, std::int64_t> displaced_;
};

/// Max over `window` of what `user` has live of that tier of the rule's name, wherever it is
/// declared, and of `others` with it; nothing of an empty window. O(grants of the user).
std::optional<Int128> live_of_user(const ChainState& state, const PublicKey& user,
                                   const std::string& rule, const std::string& tier,
                                   const Window& window, std::vector<objects::Piece> others);

/// `ratio` of what is declared, floored: a quota or a set-aside in units.
Int128 share_of(Quantity declared, BasisPoints ratio);

}  // namespace capmarket::chain
