#include "model/objects/object.h"

#include <fmt/format.h>

#include "model/crypto/hash.h"
#include "model/rules/canonical.h"

namespace capmarket {
namespace {

template <class T>
Result<Object> decode_as(ByteView body) {
  CborReader reader(body);
  T out;
  if (!decode(reader, out) || !reader.finish())
    return fail(*reader.error(), "a canonical object body (docs/reference/chain.md)");
  return Object(std::move(out));
}

/// Facts and proofs stand for one leg yet; a second one would be admitted against the same
/// capacity.
Result<Object> decode_settlement(ByteView body) {
  auto out = decode_as<Settlement>(body);
  if (out && std::get<Settlement>(*out).legs.size() != 1)
    return fail("a settlement that has not exactly one leg", "one leg; several: not yet");
  return out;
}

std::array<std::uint8_t, 8> big_endian(std::int64_t v) {
  std::array<std::uint8_t, 8> out{};
  for (std::size_t i = 0; i < 8; ++i)
    out[7 - i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(v) >> (8 * i));
  return out;
}

}  // namespace

Kind kind_of(const Object& object) {
  static constexpr Kind kKinds[] = {Kind::genesis,
                                    Kind::authority_grant,
                                    Kind::credential_grant,
                                    Kind::class_declaration,
                                    Kind::rule,
                                    Kind::declaration,
                                    Kind::request,
                                    Kind::settlement,
                                    Kind::residual,
                                    Kind::tick};
  static_assert(std::size(kKinds) == std::variant_size_v<Object>);
  return kKinds[object.index()];
}

Bytes encode_object(const Object& object) {
  return std::visit(
      [](const auto& o) {
        if constexpr (std::is_same_v<std::decay_t<decltype(o)>, Rule>) {
          return encode_rule(o);
        } else {
          CborWriter writer;
          encode(writer, o);
          return writer.take();
        }
      },
      object);
}

Result<Object> decode_object(Kind kind, ByteView body) {
  if (body.size() > kObjectBytesMax)
    return fail(fmt::format("an object of {} bytes", body.size()), "at most 65536 bytes");
  switch (kind) {
    case Kind::genesis:
      return decode_as<Genesis>(body);
    case Kind::authority_grant:
      return decode_as<AuthorityGrant>(body);
    case Kind::credential_grant:
      return decode_as<CredentialGrant>(body);
    case Kind::class_declaration:
      return decode_as<ClassDeclaration>(body);
    case Kind::rule: {
      auto rule = decode_rule(body);
      if (!rule) return tl::unexpected(rule.error());
      return Object(std::move(*rule));
    }
    case Kind::declaration:
      return decode_as<Declaration>(body);
    case Kind::request:
      return decode_as<Request>(body);
    case Kind::settlement:
      return decode_settlement(body);
    case Kind::residual:
      return decode_as<Residual>(body);
    case Kind::tick:
      return decode_as<Tick>(body);
  }
  return fail("an unknown kind of object");
}

ContentId root_id(const ContentId& genesis, std::size_t index) {
  Bytes preimage;
  append_prefixed(preimage, as_bytes("capmarket/root"));
  append_prefixed(preimage, genesis.view());
  append_prefixed(preimage, big_endian(static_cast<std::int64_t>(index)));
  return content_id(preimage);
}

Salt derived_salt(const Salt& cause, Kind kind, std::int64_t ordinal) {
  Bytes preimage;
  append_prefixed(preimage, as_bytes("capmarket/derived"));
  append_prefixed(preimage, cause.view());
  append_prefixed(preimage, as_bytes(to_text(kind)));
  append_prefixed(preimage, big_endian(ordinal));
  Digest digest = sha256(preimage);
  Salt out;
  std::copy_n(digest.bytes.begin(), out.bytes.size(), out.bytes.begin());
  return out;
}

}  // namespace capmarket
