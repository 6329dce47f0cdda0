#include "model/objects/upkeep.h"

#include "model/crypto/hash.h"

namespace capmarket::objects {

Bytes log_key_preimage(const ContentId& chain, std::int64_t entries, const PublicKey& old_key,
                       const PublicKey& new_key) {
  Bytes out;
  crypto::append_prefixed(out, as_bytes("capmarket/log-key"));
  crypto::append_prefixed(out, chain.view());
  crypto::append_prefixed(out, big_endian(entries));
  crypto::append_prefixed(out, old_key.view());
  crypto::append_prefixed(out, new_key.view());
  return out;
}

LogKey change_log_key(const ContentId& chain, std::int64_t entries, const crypto::KeyPair& old_key,
                      const crypto::KeyPair& new_key) {
  const Bytes preimage = log_key_preimage(chain, entries, old_key.pub, new_key.pub);
  return {{},
          entries,
          new_key.pub,
          crypto::sign({}, old_key, preimage),
          crypto::sign({}, new_key, preimage)};
}

bool is_signed_by_both(const LogKey& change, const ContentId& chain, const PublicKey& old_key) {
  const Bytes preimage = log_key_preimage(chain, change.entries, old_key, change.key);
  return crypto::is_valid_public_key(change.key) &&
         crypto::verify({}, old_key, preimage, change.by_old) &&
         crypto::verify({}, change.key, preimage, change.by_new);
}

}  // namespace capmarket::objects
