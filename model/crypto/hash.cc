#include "model/crypto/hash.h"

#include <openssl/evp.h>

#include <memory>

#include "model/base/check.h"

namespace capmarket::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
};

/// The algorithm is looked up once in a process, its state made once in a thread.
EVP_MD_CTX* begun_sha256() {
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> kContext(EVP_MD_CTX_new());
  CHECK(kSha256 != nullptr && kContext != nullptr);
  CHECK(EVP_DigestInit_ex2(kContext.get(), kSha256, nullptr) == 1);
  return kContext.get();
}

void add_to(EVP_MD_CTX* c, ByteView data) {
  CHECK(EVP_DigestUpdate(c, data.data(), data.size()) == 1);
}

Digest ended(EVP_MD_CTX* c) {
  Digest out;
  CHECK(EVP_DigestFinal_ex(c, out.bytes.data(), nullptr) == 1);
  return out;
}

}  // namespace

Digest sha256(ByteView data) {
  EVP_MD_CTX* c = begun_sha256();
  add_to(c, data);
  return ended(c);
}

Digest sha256(std::initializer_list<ByteView> parts) {
  EVP_MD_CTX* c = begun_sha256();
  for (ByteView part : parts) add_to(c, part);
  return ended(c);
}

ContentId content_id(ByteView canonical_body) {
  ContentId out;
  out.bytes = sha256(canonical_body).bytes;
  return out;
}

void append_prefixed(Bytes& out, ByteView part) {
  auto n = static_cast<std::uint64_t>(part.size());
  for (int i = 7; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(n >> (8 * i)));
  out.insert(out.end(), part.begin(), part.end());
}

}  // namespace capmarket::crypto
