#include "model/objects/object.h"

#include <fmt/format.h>

#include "model/crypto/hash.h"
#include "model/rules/canonical.h"

namespace capmarket::objects {
namespace {

template <class T>
Result<Object> decode_as(ByteView body) {
  codec::CborReader reader(body);
  T out;
  if (!codec::decode(reader, out) || !reader.finish())
    return fail(*reader.error(),
                "a canonical object body (docs/spec/chain.md#canonical-bytes)");
  return Object(std::move(out));
}

/// The protocol's limit: admission folds over legs
/// (docs/explanation/architecture.md#the-predicate-over-a-domain).
Result<Object> decode_settlement(ByteView body) {
  auto out = decode_as<Settlement>(body);
  if (!out) return out;
  const auto& settlement = std::get<Settlement>(*out);
  if (settlement.legs.empty() || settlement.legs.size() > kLegsMax)
    return fail(fmt::format("a settlement of {} legs", settlement.legs.size()), "1 to 8 legs");
  return out;
}

Result<Object> decode_rule_object(ByteView body) {
  auto rule = rules::decode_rule(body);
  if (!rule) return tl::unexpected(rule.error());
  return Object(std::move(*rule));
}

Result<Object> decode_strategy_object(ByteView body) {
  auto strategy = rules::decode_strategy(body);
  if (!strategy) return tl::unexpected(strategy.error());
  return Object(std::move(*strategy));
}

}  // namespace

Kind kind_of(const Object& object) {
  CHECK(all_kinds().size() == std::variant_size_v<Object>);
  return all_kinds()[object.index()];
}

std::size_t object_bytes_max(Kind kind) {
  return kind == Kind::declaration_batch ? codec::kBatchBytesMax : codec::kObjectBytesMax;
}

Bytes encode_object(const Object& object) {
  return std::visit(
      [](const auto& o) {
        if constexpr (std::is_same_v<std::decay_t<decltype(o)>, rules::Rule>) {
          return rules::encode_rule(o);
        } else {
          codec::CborWriter writer;
          codec::encode(writer, o);
          return writer.take();
        }
      },
      object);
}

Result<Object> decode_object(Kind kind, ByteView body) {
  if (body.size() > object_bytes_max(kind))
    return fail(fmt::format("an object of {} bytes", body.size()),
                fmt::format("at most {} bytes", object_bytes_max(kind)));
  switch (kind) {
    case Kind::genesis:
      return decode_as<Genesis>(body);
    case Kind::authority_grant:
      return decode_as<AuthorityGrant>(body);
    case Kind::credential_grant:
      return decode_as<CredentialGrant>(body);
    case Kind::class_declaration:
      return decode_as<ClassDeclaration>(body);
    case Kind::rule:
      return decode_rule_object(body);
    case Kind::fallback_strategy:
      return decode_strategy_object(body);
    case Kind::reconciliation_policy:
      return decode_as<ReconciliationPolicy>(body);
    case Kind::shared_infrastructure:
      return decode_as<SharedInfrastructure>(body);
    case Kind::peer_agreement:
      return decode_as<PeerAgreement>(body);
    case Kind::revocation:
      return decode_as<Revocation>(body);
    case Kind::declaration:
      return decode_as<Declaration>(body);
    case Kind::request:
      return decode_as<Request>(body);
    case Kind::settlement:
      return decode_settlement(body);
    case Kind::declaration_batch:
      return decode_as<DeclarationBatch>(body);
    case Kind::intent:
      return decode_as<Intent>(body);
    case Kind::withdrawal:
      return decode_as<Withdrawal>(body);
    case Kind::surrender:
      return decode_as<Surrender>(body);
    case Kind::payment:
      return decode_as<Payment>(body);
    case Kind::delivery_failure:
      return decode_as<DeliveryFailure>(body);
    case Kind::fallback_record:
      return decode_as<FallbackRecord>(body);
    case Kind::curtailment:
      return decode_as<Curtailment>(body);
    case Kind::activity:
      return decode_as<Activity>(body);
    case Kind::price_index:
      return decode_as<PriceIndex>(body);
    case Kind::dispute:
      return decode_as<Dispute>(body);
    case Kind::renewal:
      return decode_as<Renewal>(body);
    case Kind::promulgation:
      return decode_as<Promulgation>(body);
    case Kind::retract:
      return decode_as<Retract>(body);
    case Kind::contest:
      return decode_as<Contest>(body);
    case Kind::witness:
      return decode_as<Witness>(body);
    case Kind::residual:
      return decode_as<Residual>(body);
    case Kind::displacement:
      return decode_as<Displacement>(body);
    case Kind::release:
      return decode_as<Release>(body);
    case Kind::failure:
      return decode_as<Failure>(body);
    case Kind::obligation:
      return decode_as<Obligation>(body);
    case Kind::review:
      return decode_as<Review>(body);
    case Kind::resolution:
      return decode_as<Resolution>(body);
    case Kind::shutout:
      return decode_as<Shutout>(body);
    case Kind::readmission:
      return decode_as<Readmission>(body);
    case Kind::tick:
      return decode_as<Tick>(body);
    case Kind::claim_closed:
      return decode_as<ClaimClosed>(body);
    case Kind::review_closed:
      return decode_as<ReviewClosed>(body);
    case Kind::recovery:
      return decode_as<Recovery>(body);
    case Kind::log_key:
      return decode_as<LogKey>(body);
    case Kind::pruning:
      return decode_as<Pruning>(body);
  }
  return fail("an unknown kind of object");
}

Result<void> expect_format(const Genesis& genesis) {
  if (genesis.format == kFormatVersion) return {};
  return fail(fmt::format("a chain of format {}", genesis.format),
              fmt::format("format {}: run it again, or read it with the version that wrote it",
                          kFormatVersion));
}

ContentId market_id(const Genesis& genesis) {
  Genesis any_scheme = genesis;
  any_scheme.scheme = crypto::Scheme::ed25519;
  any_scheme.mac_key.reset();
  Bytes preimage;
  crypto::append_prefixed(preimage, as_bytes("capmarket/market"));
  crypto::append_prefixed(preimage, encode_object(Object(std::move(any_scheme))));
  return crypto::content_id(preimage);
}

ContentId root_id(const ContentId& market, std::size_t index) {
  Bytes preimage;
  crypto::append_prefixed(preimage, as_bytes("capmarket/root"));
  crypto::append_prefixed(preimage, market.view());
  crypto::append_prefixed(preimage, big_endian(static_cast<std::int64_t>(index)));
  return crypto::content_id(preimage);
}

ContentId grant_id(const ContentId& settlement, std::size_t leg) {
  Bytes preimage;
  crypto::append_prefixed(preimage, as_bytes("capmarket/grant"));
  crypto::append_prefixed(preimage, settlement.view());
  crypto::append_prefixed(preimage, big_endian(static_cast<std::int64_t>(leg)));
  return crypto::content_id(preimage);
}

std::string_view to_text(Ground ground) {
  switch (ground) {
    case Ground::credential_invalid:
      return "credential-invalid";
    case Ground::rule_misapplied:
      return "rule-misapplied";
    case Ground::fallback_not_followed:
      return "fallback-not-followed";
    case Ground::shared_capacity_breached:
      return "shared-capacity-breached";
  }
  return {};
}

std::string_view to_text(ReleaseCause cause) {
  switch (cause) {
    case ReleaseCause::remedy:
      return "remedy";
    case ReleaseCause::lapse:
      return "lapse";
    case ReleaseCause::surrender:
      return "surrender";
    case ReleaseCause::void_future:
      return "void-future";
  }
  return {};
}

std::string_view to_text(ObligationKind kind) {
  switch (kind) {
    case ObligationKind::price:
      return "price";
    case ObligationKind::displacement:
      return "displacement";
    case ObligationKind::failure:
      return "failure";
    case ObligationKind::surrender:
      return "surrender";
    case ObligationKind::lapse:
      return "lapse";
    case ObligationKind::void_future:
      return "void-future";
    case ObligationKind::remedy:
      return "remedy";
    case ObligationKind::claim:
      return "claim";
  }
  return {};
}

std::string_view to_text(Side side) {
  switch (side) {
    case Side::claim:
      return "claim";
    case Side::holder:
      return "holder";
  }
  return {};
}

std::string_view to_text(ClaimBasis basis) {
  switch (basis) {
    case ClaimBasis::uncontested:
      return "uncontested";
    case ClaimBasis::activity:
      return "activity";
    case ClaimBasis::witness:
      return "witness";
    case ClaimBasis::burden:
      return "burden";
  }
  return {};
}

Salt derived_salt(const Salt& cause, Kind kind, std::int64_t ordinal) {
  Bytes preimage;
  crypto::append_prefixed(preimage, as_bytes("capmarket/derived"));
  crypto::append_prefixed(preimage, cause.view());
  crypto::append_prefixed(preimage, as_bytes(to_text(kind)));
  crypto::append_prefixed(preimage, big_endian(ordinal));
  Digest digest = crypto::sha256(preimage);
  Salt out;
  std::copy_n(digest.bytes.begin(), out.bytes.size(), out.bytes.begin());
  return out;
}

}  // namespace capmarket::objects
