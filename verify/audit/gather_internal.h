// Shared between the sources that gather evidence.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "verify/audit/evidence.h"
#include "verify/audit/tier_terms.h"

namespace capmarket::audit {

/// What both windows share; empty where they do not meet.
inline Window cut(const Window& a, const Window& b) {
  return {std::max(a.from, b.from), std::min(a.until, b.until)};
}

/// What is known of that credential for that role, party and place.
CredentialEvidence credential_evidence(const AuditState& s, const ContentId& id, objects::Role role,
                                       const PublicKey* party, const location::Location* location);

/// What the cover of an earlier leg takes of a victim.
struct TakenEarlier {
  const AuditGrant* victim = nullptr;
  std::vector<objects::Piece> pieces;
};

/// The settlement that is being judged, with what its sources share.
struct Gathering {
  const AuditState& s;
  const objects::CheckedSubmission& sub;
  const objects::Settlement& o;
  Instant at;
  SettlementEvidence& e;
  const objects::ReconciliationPolicy* policy = nullptr;
  std::size_t turn = 0;             // the leg whose turn it is
  std::vector<TakenEarlier> taken;  // by the covers of the legs before it
};

/// Context of a leg's expressions; empty where something that they read does not exist.
std::optional<TierContext> context_of(const Gathering& g, const LegEvidence& leg);

/// Their part of the evidence of one leg.
void gather_coordination(const Gathering& g, LegEvidence& leg);
void gather_price(const Gathering& g, LegEvidence& leg);
/// With the leg's cover.
void gather_excesses(const Gathering& g, LegEvidence& leg);

/// Who must sign for the declaration's place under the rule, and who did.
std::vector<ShardEvidence> shards_of(const Gathering& g, const rules::Rule& rule,
                                     const AuditDeclaration& declaration);
/// Every region has the right coordinator, whose root is `root`, and it signed.
bool shards_signed(const std::vector<ShardEvidence>& shards, const std::string& root,
                   Instant signed_at);

}  // namespace capmarket::audit
