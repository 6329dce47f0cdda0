// Shared between the sources that gather evidence.
#pragma once

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

/// What one entry takes from its victim, whatever else is wrong with it.
struct ReleaseLine {
  const AuditGrant* victim = nullptr;
  Window window;
  Int128 quantity = 0;
};

/// The settlement that is being judged, with what its sources share.
struct Gathering {
  const AuditState& s;
  const objects::CheckedSubmission& sub;
  const objects::Settlement& o;
  Instant at;
  SettlementEvidence& e;
  const objects::ReconciliationPolicy* policy = nullptr;
  std::vector<ReleaseLine> releases;  // of all legs
};

/// Context of a leg's expressions; empty where something that they read does not exist.
std::optional<TierContext> context_of(const Gathering& g, const LegEvidence& leg);

/// These four: their part of the evidence of one leg.
void gather_excesses(const Gathering& g, LegEvidence& leg);
void gather_coordination(const Gathering& g, LegEvidence& leg);
void gather_price(const Gathering& g, LegEvidence& leg);
void gather_victims(const Gathering& g, LegEvidence& leg);
/// Notes which entries respect the order of victims.
void gather_order(const Gathering& g, LegEvidence& leg);

/// Max over [release_from, until) with one unit less released and all legs included.
Int128 excess_short(const Gathering& g, const LegEvidence& leg, const Window& w);
Int128 shared_excess_short(const Gathering& g, const LegEvidence& leg, const Window& w);
/// The set-aside sum; `victim` is the grant of which less is released.
Int128 set_aside_short(const Gathering& g, const LegEvidence& leg, const Window& w,
                       const AuditGrant& victim);

}  // namespace capmarket::audit
