#include "model/objects/submission.h"

#include <fmt/format.h>

#include "model/crypto/hash.h"

namespace capmarket::objects {
namespace {
constexpr std::size_t kSignaturesMax = 32;
constexpr std::size_t kEnvelopeMax = 8192;  // a payload beyond its body

/// Hash of the list but for its first.
Digest hash_of_others(const std::vector<Signature>& signatures) {
  return hash_signatures({signatures.begin() + 1, signatures.end()});
}

Digest identity_of(const CheckedSubmission& s) {
  Bytes bytes(s.id.view().begin(), s.id.view().end());
  for (std::size_t i = 0; i < s.signatures.size(); ++i) {
    bytes.push_back(static_cast<std::uint8_t>(s.signatures[i].role));
    bytes.push_back(s.valid[i] ? 1 : 0);
    crypto::append_prefixed(bytes, s.signatures[i].key.view());
  }
  return crypto::sha256(bytes);
}

}  // namespace

Bytes signature_preimage(const ContentId& chain, Role role, Kind kind, const PublicKey& key,
                         const ContentId& id, const Digest* others) {
  Bytes out;
  crypto::append_prefixed(out, as_bytes("capmarket/v2"));
  crypto::append_prefixed(out, as_bytes(to_text(role)));
  crypto::append_prefixed(out, as_bytes(to_text(kind)));
  crypto::append_prefixed(out, chain.view());
  crypto::append_prefixed(out, key.view());
  crypto::append_prefixed(out, id.view());
  if (others != nullptr) crypto::append_prefixed(out, others->view());
  return out;
}

Signature make_signature(const crypto::Signing& signing, const ContentId& chain, Role role, Kind kind,
                         const crypto::KeyPair& key, const ContentId& id) {
  return {role, key.pub, crypto::sign(signing, key, signature_preimage(chain, role, kind, key.pub, id))};
}

void add_envelope(const crypto::Signing& signing, const ContentId& chain, Role role, Kind kind,
                  const crypto::KeyPair& key, const ContentId& id, std::vector<Signature>& others) {
  const Digest list = hash_signatures(others);
  const Bytes signed_bytes = signature_preimage(chain, role, kind, key.pub, id, &list);
  others.insert(others.begin(), {role, key.pub, crypto::sign(signing, key, signed_bytes)});
}

std::vector<Signature> sign_all(const crypto::Signing& signing, const ContentId& chain, Kind kind,
                                const ContentId& id,
                                const std::vector<std::pair<Role, crypto::KeyPair>>& signers) {
  std::vector<Signature> out;
  if (signers.empty()) return out;
  for (std::size_t i = 1; i < signers.size(); ++i)
    out.push_back(make_signature(signing, chain, signers[i].first, kind, signers[i].second, id));
  add_envelope(signing, chain, signers[0].first, kind, signers[0].second, id, out);
  return out;
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

std::string_view not_named(bool body, bool signatures) {
  if (!body) return "a body that its leaf does not name";
  return signatures ? "" : "signatures that its leaf does not name";
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
  const Digest others = out.signatures.empty() ? Digest{} : hash_of_others(out.signatures);
  for (const Signature& s : out.signatures) {
    const Digest* list = out.valid.empty() ? &others : nullptr;
    out.valid.push_back(
        crypto::verify(signing, s.key,
                       signature_preimage(domain, s.role, out.kind, s.key, out.id, list), s.bytes));
  }
  out.signatures_hash = hash_signatures(out.signatures);
  out.identity = identity_of(out);
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
