// Any chain object: canonical bytes and back.
#pragma once

#include <variant>

#include "model/base/result.h"
#include "model/objects/notices.h"
#include "model/objects/derived.h"
#include "model/objects/governance.h"
#include "model/objects/jurisdiction.h"
#include "model/objects/kinds.h"
#include "model/objects/market.h"
#include "model/objects/upkeep.h"
#include "model/rules/rule.h"

namespace capmarket::objects {

/// In the order of all_kinds().
using Object =
    std::variant<Genesis, AuthorityGrant, CredentialGrant, ClassDeclaration, rules::Rule,
                 rules::FallbackStrategy, ReconciliationPolicy, SharedInfrastructure, PeerAgreement,
                 Revocation, Declaration, Request, Settlement, DeclarationBatch, Intent, Withdrawal,
                 Surrender, Payment, DeliveryFailure, FallbackRecord, Curtailment, Activity,
                 PriceIndex, Dispute, Renewal, Promulgation, Retract, Contest, Witness, Residual,
                 Displacement, Release, Failure, Obligation, Review, Resolution, Shutout,
                 Readmission, Tick, ClaimClosed, ReviewClosed, Recovery, LogKey, Pruning>;

/// The kind of the object that is held.
Kind kind_of(const Object& object);
/// Canonical bytes. Deterministic; the content id is their SHA-256.
Bytes encode_object(const Object& object);
/// Bytes of a body of that kind, at most: 64 KiB; 16 MiB for a batch.
std::size_t object_bytes_max(Kind kind);
/// The object of a canonical body. A problem where it is not the canonical form of that kind, or
/// longer than object_bytes_max(kind) bytes.
Result<Object> decode_object(Kind kind, ByteView body);

/// First 16 bytes of SHA-256(`capmarket/derived`, salt of the cause, kind, ordinal in the group).
Salt derived_salt(const Salt& cause, Kind kind, std::int64_t ordinal);

}  // namespace capmarket::objects
