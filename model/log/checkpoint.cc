#include "model/log/checkpoint.h"

#include <fmt/format.h>
#include <sodium.h>

#include "model/base/text.h"
#include "model/crypto/hash.h"

namespace capmarket::log {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";

std::string to_base64(ByteView bytes) {
  std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the terminator
  return out;
}

bool from_base64(std::string_view text, std::span<std::uint8_t> out) {
  std::size_t n = 0;
  const char* end = nullptr;
  return sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &n, &end,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         n == out.size() && end == text.data() + text.size();
}

Digest key_hash(std::string_view name, const PublicKey& key) {
  static constexpr std::uint8_t kAlgorithm[] = {'\n', 1};
  return crypto::sha256({as_bytes(name), ByteView(kAlgorithm), key.view()});
}

std::string note_text(const Checkpoint& c) {
  return fmt::format("{}\n{}\n{}\n", c.origin, c.size, to_base64(c.root.view()));
}

}  // namespace

std::string checkpoint_origin(const ContentId& chain) { return "capmarket/" + to_hex(chain); }

std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::KeyPair& key) {
  std::string text = note_text(checkpoint);
  SignatureBytes signature = crypto::sign(crypto::Signing{}, key, as_bytes(text));
  Digest hash = key_hash(checkpoint.origin, key.pub);
  Bytes blob(hash.bytes.begin(), hash.bytes.begin() + 4);
  blob.insert(blob.end(), signature.bytes.begin(), signature.bytes.end());
  return fmt::format("{}\n{}{} {}\n", text, kDash, checkpoint.origin, to_base64(blob));
}

Result<Checkpoint> open_checkpoint(std::string_view note, const PublicKey& key) {
  static constexpr std::string_view kForm =
      "a signed note: origin, size, root, blank line, signature";
  std::size_t blank = note.find("\n\n");
  if (blank == note.npos || note.size() > 4096)
    return fail("a checkpoint without a signature", std::string(kForm));
  std::string_view text = note.substr(0, blank + 1);
  std::string_view rest = note.substr(blank + 2);
  Checkpoint out;
  std::size_t first = text.find('\n');
  std::size_t second = text.find('\n', first + 1);
  if (second == text.npos) return fail("a checkpoint of less than three lines", std::string(kForm));
  out.origin = text.substr(0, first);
  auto size = parse_integer(text.substr(first + 1, second - first - 1));
  std::string_view root = text.substr(second + 1, text.size() - second - 2);
  if (!size || *size < 0 || !from_base64(root, out.root.bytes) ||
      note_text({out.origin, *size, out.root}) != text)
    return fail("a checkpoint whose size or root is malformed", std::string(kForm));
  out.size = *size;
  std::string lead = fmt::format("{}{} ", kDash, out.origin);
  std::array<std::uint8_t, 4 + 64> blob{};
  if (!rest.starts_with(lead) || rest.back() != '\n' ||
      !from_base64(rest.substr(lead.size(), rest.size() - lead.size() - 1), blob))
    return fail("a checkpoint whose signature line is malformed", std::string(kForm));
  Digest hash = key_hash(out.origin, key);
  SignatureBytes signature;
  std::copy(blob.begin() + 4, blob.end(), signature.bytes.begin());
  if (!std::equal(blob.begin(), blob.begin() + 4, hash.bytes.begin()) ||
      !crypto::verify(crypto::Signing{}, key, as_bytes(text), signature))
    return fail("a checkpoint that the log's key did not sign");
  return out;
}

}  // namespace capmarket::log
