// What a declaration leaves for a leg and takes of a victim where a rule has quotas or set-asides:
// one declaration at random, and what the chain's own maxima over it say.
#pragma once

#include <optional>
#include <vector>

#include "model/chain/turn.h"
#include "tests/verify/analyses/random_market.h"

namespace capmarket::analyses {

/// True where a tier of the rule has a quota of capacity or a share set aside.
bool has_shares(const rules::Rule& rule);

/// Draws declarations under one rule. Both must outlive it.
class RandomRoom {
 public:
  RandomRoom(const rules::Rule& rule, const Draw& draw) : rule_(rule), draw_(draw) {}

  /// A declaration of some size is drawn, and nothing is granted of it: whether the tier gets that
  /// much there.
  bool obtains(const rules::Tier& tier, Quantity quantity) const;
  /// A declaration is drawn with the victim's grant, what failed of others of its tier, and what is
  /// curtailed so that the leg lacks just what is released: whether each of the two was obtained,
  /// and whether the leg is admitted with that release and none less. On shared infrastructure,
  /// where victims keep nothing back, whether each was obtained.
  bool gives_way(const Market& m, const rules::Tier& tier) const;

 private:
  struct Stage;
  Quantity declared(const std::vector<Quantity>& asked) const;
  Quantity beside(Quantity declared, Quantity live, Quantity released,
                  const rules::Tier& victim) const;
  bool empty_leaves(Quantity declared, const rules::Tier& tier, Quantity quantity) const;
  bool made_of_grants(Quantity quantity) const;
  std::optional<std::vector<objects::Piece>> gone(const Market& m, const Stage& stage,
                                                  const rules::Tier& tier,
                                                  const rules::Tier& lower) const;

  const rules::Rule& rule_;
  const Draw& draw_;
};

}  // namespace capmarket::analyses
