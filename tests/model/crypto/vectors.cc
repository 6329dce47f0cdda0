#include "tests/model/crypto/vectors.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "model/base/check.h"

namespace capmarket::crypto {
namespace {

Bytes stored_bytes(const std::string& hex) {
  const auto out = hex == "-" ? Bytes() : from_hex(hex);
  CHECK(out.has_value());
  return *out;
}

template <class Fixed>
Fixed stored_fixed(const std::string& hex) {
  const Bytes bytes = stored_bytes(hex);
  CHECK(bytes.size() == Fixed::kSize);
  Fixed out;
  std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  return out;
}

}  // namespace

bool StoredSignature::has(const std::string& flag) const {
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

std::vector<StoredSignature> stored_signatures(const std::string& name) {
  std::ifstream file(std::string(CAPMARKET_SOURCE_DIR "/tests/model/crypto/vectors/") + name);
  std::vector<StoredSignature> out;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    std::istringstream fields(line);
    std::string flags, key, signature, message;
    CHECK(fields >> flags >> key >> signature >> message);
    StoredSignature one{{}, stored_fixed<PublicKey>(key), stored_fixed<SignatureBytes>(signature),
                        stored_bytes(message)};
    std::istringstream words(flags);
    for (std::string word; std::getline(words, word, ',');) one.flags.push_back(word);
    out.push_back(std::move(one));
  }
  CHECK(!out.empty());
  return out;
}

}  // namespace capmarket::crypto
