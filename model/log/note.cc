#include "model/log/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "model/base/visible.h"
#include "model/codec/cbor.h"
#include "model/crypto/hash.h"
#include "model/crypto/sign.h"
#include "model/log/base64.h"

namespace capmarket::log {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";
constexpr std::size_t kIdBytes = 4, kTimeBytes = 8, kSignatureBytes = 64;

std::string big_endian(std::uint64_t value, std::size_t bytes) {
  std::string out;
  for (std::size_t i = bytes; i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}

std::uint64_t from_big_endian(ByteView bytes) {
  std::uint64_t out = 0;
  for (std::uint8_t b : bytes) out = out << 8 | b;
  return out;
}

tl::unexpected<Problems> malformed(std::string what) {
  return fail(std::move(what), "a signed note: a text, an empty line, lines of signatures");
}

bool is_space(char32_t code) {
  return code == ' ' || code == 0x85 || code == 0xa0 || code == 0x1680 ||
         (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 || code == 0x202f ||
         code == 0x205f || code == 0x3000;
}

Result<NoteSignature> parse_line(std::string_view line) {
  if (!line.starts_with(kDash)) return malformed("a line of signatures without its dash");
  line.remove_prefix(kDash.size());
  const std::size_t blank = line.find(' ');
  const std::string_view name = line.substr(0, blank);
  if (blank == line.npos || name.empty() || name.find('+') != name.npos)
    return malformed("a signature without a key's name");
  NoteSignature out;
  out.name = name;
  auto bytes = from_base64(line.substr(blank + 1));
  if (!bytes || bytes->size() <= kIdBytes)
    return malformed("a signature that is not more than 4 bytes in base64");
  out.id = static_cast<std::uint32_t>(from_big_endian(ByteView(*bytes).first(kIdBytes)));
  out.bytes.assign(bytes->begin() + kIdBytes, bytes->end());
  return out;
}

/// The signature inside the line, with its time; empty where `key` did not make it.
std::optional<NoteSigner> signed_by(const VerifierKey& key, const Note& note,
                                    const NoteSignature& line) {
  NoteSigner out;
  std::string message = note.text;
  ByteView bytes = line.bytes;
  if (key.kind == NoteKeyKind::cosignature) {
    if (bytes.size() != kTimeBytes + kSignatureBytes) return std::nullopt;
    const std::uint64_t time = from_big_endian(bytes.first(kTimeBytes));
    if (time > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    out.time = static_cast<std::int64_t>(time);
    message = cosigned_message(note.text, out.time);
    bytes = bytes.subspan(kTimeBytes);
  }
  if (bytes.size() != kSignatureBytes) return std::nullopt;
  SignatureBytes signature;
  std::copy(bytes.begin(), bytes.end(), signature.bytes.begin());
  if (!crypto::verify(crypto::Signing{}, key.key, as_bytes(message), signature))
    return std::nullopt;
  return out;
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || name.size() > kKeyNameBytesMax || visible(name) != name) return false;
  for (std::size_t at = 0; at < name.size();) {
    const Character c = character_at(name, at);
    if (c.code == '+' || is_space(c.code)) return false;
    at += c.size;
  }
  return true;
}

std::uint32_t key_id(const VerifierKey& key) {
  const std::uint8_t head[] = {'\n', static_cast<std::uint8_t>(key.kind)};
  const Digest hash = crypto::sha256({as_bytes(key.name), ByteView(head), key.key.view()});
  return static_cast<std::uint32_t>(from_big_endian(hash.view().first(kIdBytes)));
}

std::string to_text(const VerifierKey& key) {
  Bytes coded = {static_cast<std::uint8_t>(key.kind)};
  coded.insert(coded.end(), key.key.bytes.begin(), key.key.bytes.end());
  return fmt::format("{}+{:08x}+{}", key.name, key_id(key), to_base64(coded));
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
  auto wrong = [](std::string what) {
    return fail(std::move(what), "a verifier key: NAME+ID+KEY, as `chain checkpoint` prints it");
  };
  const std::size_t first = text.find('+');
  const std::size_t second = first == text.npos ? first : text.find('+', first + 1);
  if (second == text.npos) return wrong("no verifier key");
  VerifierKey out;
  out.name = text.substr(0, first);
  if (!is_key_name(out.name))
    return wrong("a key whose name is empty, long, or has a space or a control character in it");
  auto coded = from_base64(text.substr(second + 1));
  if (!coded || coded->size() != 1 + out.key.bytes.size()) return wrong("no key of 32 bytes");
  const std::uint8_t kind = coded->front();
  if (kind != 1 && kind != 4) return wrong(fmt::format("a key of kind {}", kind));
  out.kind = static_cast<NoteKeyKind>(kind);
  std::copy(coded->begin() + 1, coded->end(), out.key.bytes.begin());
  if (!crypto::is_valid_public_key(out.key)) return wrong("no key of the prime-order group");
  if (text.substr(first + 1, second - first - 1) != fmt::format("{:08x}", key_id(out)))
    return wrong("an id that is another key's");
  return out;
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax)
    return malformed(fmt::format("a note of more than {} bytes", kNoteBytesMax));
  if (!codec::is_utf8(as_bytes(bytes))) return malformed("a note that is no UTF-8");
  if (std::any_of(bytes.begin(), bytes.end(),
                  [](char c) { return c >= 0 && c < 0x20 && c != '\n'; }))
    return malformed("a note with a control character");
  const std::size_t blank = bytes.rfind("\n\n");
  if (blank == bytes.npos) return malformed("a note without a signature");
  Note out;
  out.text = bytes.substr(0, blank + 1);
  std::string_view rest = bytes.substr(blank + 2);
  if (rest.empty() || rest.back() != '\n') return malformed("a note that ends inside of a line");
  while (!rest.empty()) {
    if (out.signatures.size() == kNoteSignaturesMax)
      return malformed(fmt::format("a note of more than {} signatures", kNoteSignaturesMax));
    const std::size_t end = rest.find('\n');
    auto line = parse_line(rest.substr(0, end));
    if (!line) return tl::unexpected(line.error());
    out.signatures.push_back(std::move(*line));
    rest.remove_prefix(end + 1);
  }
  return out;
}

std::string to_text(const Note& note) {
  std::string out = note.text + "\n";
  for (const NoteSignature& s : note.signatures) {
    Bytes coded;
    for (char c : big_endian(s.id, kIdBytes)) coded.push_back(static_cast<std::uint8_t>(c));
    coded.insert(coded.end(), s.bytes.begin(), s.bytes.end());
    out += fmt::format("{}{} {}\n", kDash, s.name, to_base64(coded));
  }
  return out;
}

std::string cosigned_message(std::string_view text, std::int64_t time) {
  return fmt::format("cosignature/v1\ntime {}\n{}", time, text);
}

Result<std::vector<NoteSigner>> signers_of(const Note& note, std::span<const VerifierKey> keys) {
  std::vector<NoteSigner> out;
  for (const NoteSignature& line : note.signatures) {
    auto known = std::find_if(keys.begin(), keys.end(), [&](const VerifierKey& k) {
      return k.name == line.name && key_id(k) == line.id;
    });
    if (known == keys.end()) continue;
    auto signer = signed_by(*known, note, line);
    if (!signer) return fail(fmt::format("a signature of {} that its key did not make", line.name));
    signer->key = static_cast<std::size_t>(known - keys.begin());
    if (std::none_of(out.begin(), out.end(),
                     [&](const NoteSigner& s) { return s.key == signer->key; }))
      out.push_back(*signer);
  }
  return out;
}

}  // namespace capmarket::log
