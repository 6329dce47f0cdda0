// What a deal between a user and a holder stands under, as somebody reads it on the chain that
// reached him: the rule, the reconciliation policy, the coordinators, the room that is left.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Pointers are into the state that was read: they die when more of the chain reaches it.
struct DealRules {
  party::RuleIndex rule_index;
  const rules::Rule* rule = nullptr;  // the leg's, with its catalog; the others by the policy
  const rules::Rule* tiers = nullptr;
  const rules::Rule* price = nullptr;
  const rules::Rule* fallback = nullptr;
  std::optional<ContentId> policy;
  std::vector<party::CoordinatorIndex> coordinators;  // whose signatures the rule asks for
};

/// Who would deal with each other.
struct Parties {
  party::UserIndex user;
  party::HolderIndex holder;
  bool out_of_scope = false;  // an adversary's: it settles just where its scope does not reach
  /// Of coordinators for one place, who was never silent comes first, then whose silence is longest
  /// ago, then the scenario's order. Null: that order alone.
  const std::map<party::CoordinatorIndex, Instant>* silent = nullptr;
};

/// The user, and a holder that it would deal with.
Parties parties_of(const party::UserView& v, party::HolderIndex holder);

/// The rules of a leg signed at `t`; empty where there is no rule, no strategy, no coordinator or
/// no policy between the jurisdictions, or the place is outside the user's scope.
std::optional<DealRules> deal_rules_for(const party::Market& market, const chain::ChainState& seen,
                                        const Parties& parties, party::ClassIndex class_index,
                                        Instant t);

/// Quantity that is free over the whole window under all limits that the chain enforces, as far as
/// it was seen; under peer coordination also the agreed share.
Quantity free_of(const party::Market& market, const chain::ChainState& seen,
                 party::ListingIndex listing, const DealRules& deal, const std::string& tier,
                 const Window& window);
/// The same as its holder knows it: less what it promised and signed, and has not seen published.
Quantity room_for(const party::HolderView& v, party::ListingIndex listing, const DealRules& deal,
                  const std::string& tier, const Window& window);

/// What a quota of a user leaves that user of the tier over the whole window, beside `others`,
/// which it is offered as well; the largest quantity without such a quota.
Quantity left_of_user(const chain::ChainState& seen, const PublicKey& user, const DealRules& deal,
                      const std::string& tier, const Window& window,
                      std::vector<objects::Piece> others);

/// Latest refusal with a declaration that the user knows to be admitted before `t`; null without.
const party::KnownRefusal* latest_refusal(const party::UserState& user,
                                          const ContentId& declaration, Instant t);

/// The user has an obligation past its deadline.
bool overdue(const chain::ChainState& seen, const PublicKey& user, Instant now);

}  // namespace capmarket::agents
