#include "tests/support/parties.h"

#include <cstring>

#include "model/base/text.h"
#include "model/crypto/hash.h"

namespace capmarket::testing {

const crypto::KeyPair& numbered_key(int number) {
  static const std::vector<crypto::KeyPair> keys = [] {
    CHECK(crypto::crypto_self_test().has_value());
    std::vector<crypto::KeyPair> out;
    for (int i = 0; i < 256; ++i) {
      crypto::KeySeed seed;
      seed.bytes[0] = static_cast<std::uint8_t>(i);
      out.push_back(crypto::key_pair_from_seed(seed));
    }
    return out;
  }();
  return keys.at(static_cast<std::size_t>(number));
}

const crypto::KeyPair& log_key() { return numbered_key(3); }

Salt Salts::next() {
  Salt out;
  ++count_;
  std::memcpy(out.bytes.data(), &count_, sizeof count_);
  return out;
}

objects::CheckedSubmission sign(const crypto::Signing& signing, const ContentId& chain,
                                const objects::Object& object, const Signers& signers) {
  objects::Submission raw{objects::kind_of(object), objects::encode_object(object), {}};
  const ContentId id = crypto::content_id(raw.body);
  const ContentId& name = raw.kind == objects::Kind::genesis ? id : chain;
  raw.signatures = objects::sign_all(signing, name, raw.kind, id, signers);
  auto checked = objects::check_submission(std::move(raw), name, signing);
  CHECK(checked.has_value(), checked ? std::string() : to_text(checked.error()));
  return std::move(*checked);
}

}  // namespace capmarket::testing
