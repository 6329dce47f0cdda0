#include "model/objects/submission.h"

#include <fmt/format.h>

#include "model/crypto/hash.h"

namespace capmarket::objects {
namespace {
constexpr std::size_t kSignaturesMax = 32;
constexpr std::size_t kEnvelopeMax = 8192;  // a payload beyond its body
}  // namespace

Bytes signature_preimage(const ContentId& chain, Role role, Kind kind, const PublicKey& key,
                         const ContentId& id) {
  Bytes out;
  crypto::append_prefixed(out, as_bytes("capmarket/v1"));
  crypto::append_prefixed(out, as_bytes(to_text(role)));
  crypto::append_prefixed(out, as_bytes(to_text(kind)));
  crypto::append_prefixed(out, chain.view());
  crypto::append_prefixed(out, key.view());
  crypto::append_prefixed(out, id.view());
  return out;
}

Signature make_signature(const crypto::Signing& signing, const ContentId& chain, Role role, Kind kind,
                         const crypto::KeyPair& key, const ContentId& id) {
  return {role, key.pub, crypto::sign(signing, key, signature_preimage(chain, role, kind, key.pub, id))};
}

bool CheckedSubmission::signed_by(Role role, const PublicKey& key) const {
  for (std::size_t i = 0; i < signatures.size(); ++i)
    if (valid[i] && signatures[i].role == role && signatures[i].key == key) return true;
  return false;
}

bool CheckedSubmission::signed_by_any(const PublicKey& key) const {
  for (std::size_t i = 0; i < signatures.size(); ++i)
    if (valid[i] && signatures[i].key == key) return true;
  return false;
}

Digest hash_signatures(const std::vector<Signature>& signatures) {
  codec::CborWriter writer;
  codec::encode(writer, signatures);
  return crypto::sha256(writer.result());
}

Result<CheckedSubmission> check_submission(Submission submission, const ContentId& chain,
                                           const crypto::Signing& signing) {
  if (submission.signatures.size() > kSignaturesMax)
    return fail(fmt::format("{} signatures", submission.signatures.size()), "at most 32");
  auto object = decode_object(submission.kind, submission.body);
  if (!object) return tl::unexpected(object.error());
  CheckedSubmission out;
  out.kind = submission.kind;
  out.object = std::move(*object);
  out.body = std::move(submission.body);
  out.signatures = std::move(submission.signatures);
  // In the genesis itself the chain id is its own content id.
  out.id = crypto::content_id(out.body);
  const ContentId& domain = out.kind == Kind::genesis ? out.id : chain;
  for (const Signature& s : out.signatures)
    out.valid.push_back(crypto::verify(
        signing, s.key, signature_preimage(domain, s.role, out.kind, s.key, out.id), s.bytes));
  out.signatures_hash = hash_signatures(out.signatures);
  return out;
}

Bytes encode_payload(ByteView body, const std::vector<Signature>& signatures) {
  codec::CborWriter writer;
  writer.array(2);
  writer.bytes(body);
  codec::encode(writer, signatures);
  return writer.take();
}

Result<Submission> decode_payload(Kind kind, ByteView payload) {
  std::size_t most = object_bytes_max(kind) + kEnvelopeMax;
  if (payload.size() > most) return fail(fmt::format("a payload of more than {} bytes", most));
  codec::CborReader reader(payload);
  Submission out;
  out.kind = kind;
  std::size_t items = 0;
  if (!reader.array(items) || (items != 2 && !reader.fail("a payload that is no pair")) ||
      !reader.bytes(out.body) || !codec::decode(reader, out.signatures))
    return fail(*reader.error(), "a canonical payload");
  reader.leave();
  if (!reader.finish()) return fail(*reader.error(), "a canonical payload");
  return out;
}

}  // namespace capmarket::objects
