// Everything that the decision on one settlement rests on, at its own sequence number; in the words
// of the facts of admission, gathered by the auditor's own code.
#pragma once

#include <string>
#include <vector>

#include "verify/audit/state.h"

namespace capmarket::audit {

/// Where nothing limits: no infrastructure, no quota, an empty window.
inline constexpr Int128 kUnlimited = -Int128{kWireMax};

/// One link of a chain of credentials.
struct LinkEvidence {
  Window valid;
  Instant revoked_from = kDistantFuture;  // earliest effect of what revokes it
};

/// A credential as one leg needs it.
struct CredentialEvidence {
  bool exists = false, role_fits = false, subject_fits = false, rooted = false;
  std::vector<LinkEvidence> links;  // the credential's own first, the root's not among them
  bool scope_reaches = false, issuer_reaches = false;
  std::string root;  // name
  bool resolves(Instant when) const;
};

/// A region whose coordinator must sign.
struct ShardEvidence {
  location::Location region;
  bool known = false;
  CredentialEvidence coordinator;  // `scope_reaches`: the region
  bool coordinator_signed = false;
};

/// What a victim gives at every instant of some granules, in one of the two steps of a cover.
struct CoverPartEvidence {
  Window window;
  Int128 released = 0;
  Int128 live = 0;         // the least that it had in a granule, before this step
  Int128 lack_short = 0;   // the least that the step would lack in a granule with one unit less
  Int128 earlier = 0;      // the most that an earlier candidate of the step could still give
  Int128 share_error = 0;  // the most by which it is not its share, where its rank shares
};

/// A victim of a leg's cover.
struct VictimEvidence {
  const AuditGrant* grant = nullptr;
  bool same_declaration = false, same_infrastructure = false;
  bool coordinated = false;   // each region of its place is known, and its coordinator signed
  bool version_fits = false;  // the leg's rule version, or one that it supersedes
  bool when = false;
  bool started = false;
  Int128 floor_until = kUnlimited;
  Int128 notice = 0;                                                  // nanoseconds
  std::optional<std::int64_t> own_compensation, victim_compensation;  // empty: overflow
  Money refund;                          // by the leg's holder; zero where the victim is another's
  std::vector<CoverPartEvidence> parts;  // ascending, the first step's before the second's
  std::vector<objects::Piece> pieces;    // all that it releases, in its one form

  /// K; empty on overflow.
  std::optional<std::int64_t> compensation() const;
};

/// One leg, with all that its clauses ask of it.
struct LegEvidence {
  objects::Leg leg;
  const AuditDeclaration* declaration = nullptr;  // null where it does not exist, likewise below
  const AuditRequest* request = nullptr;
  const AuditRule* rule = nullptr;
  const objects::ClassDeclaration* declared_class = nullptr;
  const AuditStrategy* strategy = nullptr;
  bool references_exist = false;   // coordinators, and what it replaces
  bool declaration_named = false;  // by the request, or it answers its intent
  CredentialEvidence holder, user;
  bool holder_signed = false, user_signed = false;
  std::vector<objects::Membership> memberships;
  std::string rule_root;
  bool user_scope_waived = false;
  // By the named policy, else by the leg's own rule.
  const AuditRule* tier_rule = nullptr;
  const AuditRule* price_rule = nullptr;
  const AuditRule* fallback_rule = nullptr;
  bool tier_in_rule = false, eligible = false;
  std::int64_t rank = 0;
  // Max over the window, at the leg's turn, of load - own releases - what there is.
  Int128 excess = kUnlimited, shared_excess = kUnlimited, quota_excess = kUnlimited,
         set_aside_excess = kUnlimited;
  Int128 user_excess = kUnlimited;  // what the user has of the tier, less its quota of one
  std::vector<ShardEvidence> shards;
  Int128 lack = 0;                      // the largest of any granule, before the cover
  Int128 stop_within = kUnlimited;      // of the displacing tier
  std::int64_t pieces = 0;              // of all victims together
  std::vector<VictimEvidence> victims;  // the cover, in the order of candidates
  std::optional<Money> tariff;
  const objects::PriceIndex* index_named = nullptr;
  bool index_fits = false, young_index_exists = false;
  Int128 band_low = 0, band_high = 0;
  bool strategy_in_catalog = false;
  bool replaced_failure = false, substitute_in_scope = false;  // of what failed
  Int128 request_excess = kUnlimited;
  std::int64_t index = -1, next_index = 0;
  bool replaces_fits = false;
  bool disclosure_due = false, names_latest = false;

  bool coordinated() const;  // the rule asks for a coordinator's signature
  /// Sum of K over the cover; empty on overflow.
  std::optional<Int128> compensation() const;
  /// Sum of what the leg's holder gives back.
  Int128 refund() const;
};

/// What a settlement is judged on, looked up in the state before it.
struct SettlementEvidence {
  std::int64_t sequence = 0;
  Instant signed_at, admission;
  bool envelope_signed = false, one_user = true, one_holder_per_class = true;
  bool distinct_legs = true;
  bool user_overdue = false;
  std::int64_t victims_at_most = 0, pieces_at_most = 0;  // of a leg, by the genesis
  bool sound = true;  // the audit admits it
  bool policy_named = false, policy_exists = false, policy_rules_in_force = false;
  std::vector<std::string> policy_roots;
  std::vector<std::string> coordinator_roots;
  std::vector<LegEvidence> legs;
};

/// Pointers stay valid until the state changes.
SettlementEvidence gather(const AuditState& state, const objects::CheckedSubmission& submission,
                          const objects::Settlement& settlement, Instant at);

}  // namespace capmarket::audit
