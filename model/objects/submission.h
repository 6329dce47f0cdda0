// What is submitted: a body and its signatures; and what checking it away from the event loop
// gives.
#pragma once

#include <vector>

#include "model/crypto/sign.h"
#include "model/objects/object.h"

namespace capmarket::objects {

/// One signature over signature_preimage(), by a key in a role.
struct Signature {
  Role role = Role::submitter;
  PublicKey key;
  SignatureBytes bytes;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "role", s.role);
    v(2, "key", s.key);
    v(3, "bytes", s.bytes);
  }
};

/// The first signature is the envelope's: who submits, and under which list of the others.
struct Submission {
  Kind kind = Kind::tick;
  Bytes body;
  std::vector<Signature> signatures;
};

/// `"capmarket/v2"`, role, kind, chain id, signer key, content id, each length-prefixed: nothing
/// signed here means anything for another object, role or chain. Of the envelope also `others`, the
/// hash of the list of the other signatures: it is no other signature, and stands for no other
/// list. Source: docs/spec/chain.md#signatures.
Bytes signature_preimage(const ContentId& chain, Role role, Kind kind, const PublicKey& key,
                         const ContentId& id, const Digest* others = nullptr);

/// Signs the object of that id under the chain's scheme, beside the envelope.
Signature make_signature(const crypto::Signing& signing, const ContentId& chain, Role role,
                         Kind kind, const crypto::KeyPair& key, const ContentId& id);

/// Puts the envelope before the other signatures of that list.
void add_envelope(const crypto::Signing& signing, const ContentId& chain, Role role, Kind kind,
                  const crypto::KeyPair& key, const ContentId& id, std::vector<Signature>& others);

/// All signatures of an object; the first signer's is the envelope. None without signers.
std::vector<Signature> sign_all(const crypto::Signing& signing, const ContentId& chain, Kind kind,
                                const ContentId& id,
                                const std::vector<std::pair<Role, crypto::KeyPair>>& signers);

/// A submission whose body was decoded and whose signatures were verified, each once. A pure
/// function of its input: any thread may compute it, before the event loop needs it.
struct CheckedSubmission {
  Kind kind = Kind::tick;
  Object object;
  Bytes body;
  std::vector<Signature> signatures;
  std::vector<bool> valid;  // by signature
  ContentId id;
  Digest signatures_hash;  // of the canonical list of signatures
  /// Of the content id and who signed it: the list of (role, key, whether it verifies), the
  /// envelope's first. The same again is no other submission, whatever bytes its signatures have.
  Digest identity;

  /// A verifying signature of `key` in the domain of `role` is attached.
  bool signed_by(Role role, const PublicKey& key) const;
  /// The same in the domain of any role: for objects whose author may have several.
  bool signed_by_any(const PublicKey& key) const;
};

/// Decodes the body and verifies each signature, under the chain's scheme and, but for a genesis,
/// for that chain. Malformed bodies and lists of more than 32 signatures are problems: they are no
/// object.
Result<CheckedSubmission> check_submission(Submission submission, const ContentId& chain,
                                           const crypto::Signing& signing);

/// Payload of a frame: canonical [body, signatures].
Bytes encode_payload(ByteView body, const std::vector<Signature>& signatures);
/// The inverse: a problem where the payload is not canonical or too long. The body stays undecoded.
Result<Submission> decode_payload(Kind kind, ByteView payload);

/// What a leaf does not name of a payload, where body and signatures are those that it names or not; empty
/// where both are.
std::string_view not_named(bool body, bool signatures);

/// SHA-256 of the canonical list of signatures.
Digest hash_signatures(const std::vector<Signature>& signatures);

}  // namespace capmarket::objects
