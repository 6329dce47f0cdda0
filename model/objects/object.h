// Any chain object: canonical bytes and back.
#pragma once

#include <variant>

#include "model/base/result.h"
#include "model/objects/governance.h"
#include "model/objects/kinds.h"
#include "model/objects/market.h"
#include "model/rules/rule.h"

namespace capmarket {

using Object = std::variant<Genesis, AuthorityGrant, CredentialGrant, ClassDeclaration, Rule,
                            Declaration, Request, Settlement, Residual, Tick>;

Kind kind_of(const Object& object);
/// Canonical bytes. Deterministic; the content id is their SHA-256.
Bytes encode_object(const Object& object);
/// Strict: the canonical form only, at most kObjectBytesMax bytes.
Result<Object> decode_object(Kind kind, ByteView body);

/// First 16 bytes of SHA-256(`capmarket/derived`, salt of the cause, kind, ordinal in the group).
Salt derived_salt(const Salt& cause, Kind kind, std::int64_t ordinal);

}  // namespace capmarket
