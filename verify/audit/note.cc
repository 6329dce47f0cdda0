#include "verify/audit/note.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/codec/cbor.h"
#include "model/crypto/hash.h"
#include "model/crypto/sign.h"

namespace capmarket::audit {
namespace {

int base64_digit(char c) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::size_t at = kDigits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// Standard alphabet with padding, no spare bits; empty on anything else.
std::optional<Bytes> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  Bytes out;
  std::uint32_t bits = 0;
  int held = 0;
  for (char c : text.substr(0, text.size() - padding)) {
    int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> held));
    bits &= (1u << held) - 1;
  }
  if (bits != 0) return std::nullopt;
  return out;
}

/// The line that begins at `at`, which moves behind it; empty without a line end.
std::optional<std::string> take_line(const std::string& text, std::size_t& at) {
  std::size_t end = text.find('\n', at);
  if (end == std::string::npos) return std::nullopt;
  std::string line = text.substr(at, end - at);
  at = end + 1;
  return line;
}

constexpr std::size_t kNoteBytesMax = 64 * 1024, kNoteLinesMax = 64, kKeyIdBytes = 4;

bool is_text(const std::string& note) {
  return codec::is_utf8(as_bytes(note)) && std::none_of(note.begin(), note.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\n';
         });
}

/// A line of signatures: whose, and the bytes with the key's id in front.
struct NoteLine {
  std::string name;
  Bytes bytes;
};
std::optional<NoteLine> read_note_line(const std::string& line) {
  static constexpr std::string_view kLead = "\xe2\x80\x94 ";
  const std::size_t end = line.find(' ', kLead.size());
  if (!line.starts_with(kLead) || end == line.npos) return std::nullopt;
  NoteLine out{line.substr(kLead.size(), end - kLead.size()), {}};
  auto bytes = from_base64(std::string_view(line).substr(end + 1));
  if (out.name.empty() || out.name.find('+') != out.name.npos || !bytes ||
      bytes->size() <= kKeyIdBytes)
    return std::nullopt;
  out.bytes = std::move(*bytes);
  return out;
}

/// The number of the kind of a key, as C2SP gives it.
constexpr std::uint8_t kLogKey = 0x01, kWitnessKey = 0x04;

/// Whether the line stands under the name and the id of that key; whoever else signed is nobody
/// that the audit knows.
bool names_key(const NoteLine& line, const std::string& name, std::uint8_t kind,
               const PublicKey& key) {
  const std::uint8_t suffix[] = {'\n', kind};
  const Digest id = crypto::sha256({as_bytes(name), ByteView(suffix), key.view()});
  return line.name == name &&
         std::equal(id.bytes.begin(), id.bytes.begin() + kKeyIdBytes, line.bytes.begin());
}

tl::expected<AuditCheckpoint, std::string> claims_of(const std::string& text) {
  std::size_t at = 0;
  const auto origin = take_line(text, at), size = take_line(text, at), root = take_line(text, at);
  if (!root || origin->empty()) return tl::make_unexpected("its text is not origin, size and root");
  while (at < text.size())
    if (take_line(text, at)->empty()) return tl::make_unexpected("an empty line in its text");
  AuditCheckpoint out;
  out.origin = *origin;
  auto number = parse_integer(*size);
  auto bytes = from_base64(*root);
  if (!number || *number < 0 || std::to_string(*number) != *size)
    return tl::make_unexpected("the size is no number");
  if (!bytes || bytes->size() != 32) return tl::make_unexpected("the root is no digest");
  out.size = *number;
  std::copy(bytes->begin(), bytes->end(), out.root.bytes.begin());
  return out;
}

/// A note in its parts; nobody has been asked yet who signed it.
struct OpenNote {
  std::string text;
  AuditCheckpoint says;
  std::vector<NoteLine> lines;
};

tl::expected<OpenNote, std::string> open_note(const std::string& note) {
  const std::size_t blank = note.rfind("\n\n");
  if (note.size() > kNoteBytesMax || blank == note.npos || blank + 2 == note.size() ||
      note.back() != '\n' || !is_text(note))
    return tl::make_unexpected("no text, an empty line and lines of signatures");
  OpenNote out;
  out.text = note.substr(0, blank + 1);
  auto says = claims_of(out.text);
  if (!says) return tl::unexpected(says.error());
  out.says = std::move(*says);
  for (std::size_t at = blank + 2; at < note.size();) {
    auto line = read_note_line(*take_line(note, at));
    if (!line || out.lines.size() == kNoteLinesMax)
      return tl::make_unexpected("a malformed line of signatures, or too many");
    out.lines.push_back(std::move(*line));
  }
  return out;
}

/// The last 64 bytes of a line whose signature begins at `at`; false where it is not so long.
bool verifies(const NoteLine& line, std::size_t at, const PublicKey& key,
              const std::string& message) {
  SignatureBytes signature;
  if (line.bytes.size() != at + signature.bytes.size()) return false;
  std::copy(line.bytes.begin() + static_cast<std::ptrdiff_t>(at), line.bytes.end(),
            signature.bytes.begin());
  return crypto::verify(crypto::Signing{}, key, as_bytes(message), signature);
}

}  // namespace

tl::expected<AuditCheckpoint, std::string> claimed_checkpoint(const std::string& note) {
  auto open = open_note(note);
  if (!open) return tl::unexpected(open.error());
  return std::move(open->says);
}

tl::expected<AuditCheckpoint, std::string> read_checkpoint(const std::string& note,
                                                           const PublicKey& key) {
  auto open = open_note(note);
  if (!open) return tl::unexpected(open.error());
  bool by_log = false;
  for (const NoteLine& line : open->lines) {
    if (!names_key(line, open->says.origin, kLogKey, key)) continue;
    if (!verifies(line, kKeyIdBytes, key, open->text))
      return tl::make_unexpected("the signature does not verify");
    by_log = true;
  }
  if (!by_log) return tl::make_unexpected("not signed by the log's key");
  return std::move(open->says);
}

tl::expected<std::optional<std::int64_t>, std::string> cosigned_at(const std::string& note,
                                                                   const WitnessKey& witness) {
  constexpr std::size_t kTimeBytes = 8;
  auto open = open_note(note);
  if (!open) return tl::unexpected(open.error());
  std::optional<std::int64_t> out;
  for (const NoteLine& line : open->lines) {
    if (!names_key(line, witness.name, kWitnessKey, witness.key)) continue;
    std::uint64_t time = 0;
    for (std::size_t i = kKeyIdBytes; i < std::min(line.bytes.size(), kKeyIdBytes + kTimeBytes);
         ++i)
      time = time << 8 | line.bytes[i];
    if (time > static_cast<std::uint64_t>(INT64_MAX) ||
        !verifies(line, kKeyIdBytes + kTimeBytes, witness.key,
                  fmt::format("cosignature/v1\ntime {}\n{}", time, open->text)))
      return tl::make_unexpected("a line under its name that its key did not make");
    if (!out) out = static_cast<std::int64_t>(time);
  }
  return out;
}

std::int64_t other_lines(const std::string& note, const PublicKey& log_key) {
  auto open = open_note(note);
  if (!open) return 0;
  return std::count_if(open->lines.begin(), open->lines.end(), [&](const NoteLine& line) {
    return !names_key(line, open->says.origin, kLogKey, log_key);
  });
}

}  // namespace capmarket::audit
