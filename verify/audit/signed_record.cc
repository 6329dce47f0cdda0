#include "verify/audit/signed_record.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "model/base/integers.h"
#include "model/base/text.h"
#include "model/crypto/sign.h"
#include "verify/audit/canonical_hex.h"

namespace capmarket::audit {
namespace {

constexpr std::size_t kCutsMax = 256;

bool record_count(const std::string& text, std::int64_t& out) {
  auto number = parse_integer(text);
  if (!number || *number < 0 || std::to_string(*number) != text) return false;
  out = *number;
  return true;
}

std::vector<std::string> record_parts(const std::string& text, char at) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) out.push_back(part);
  return out;
}

/// A cut of something at the size that was signed.
bool is_cut(const std::string& line, std::int64_t size) {
  const std::vector<std::string> words = record_parts(line, ' ');
  std::int64_t entries = 0, bytes = 0;
  Digest digest;
  return words.size() == 4 && words[0] == "cut" && record_count(words[1], entries) &&
         record_count(words[2], bytes) && canonical_hex(words[3], digest) && entries == size &&
         bytes >= 1 && bytes <= kWireMax &&
         line == "cut " + words[1] + " " + words[2] + " " + words[3];
}

}  // namespace

bool AuditRecord::signed_by(const PublicKey& key) const {
  return crypto::verify(crypto::Signing{}, key, as_bytes(lines), signature);
}

tl::expected<AuditRecord, std::string> read_record(const std::string& text) {
  const auto malformed = tl::make_unexpected("it has not the form of one");
  const std::vector<std::string> lines = record_parts(text, '\n');
  AuditRecord out;
  if (text.empty() || text.back() != '\n' || lines.size() < 5 || lines.size() > 5 + kCutsMax ||
      lines[0] != "capmarket/signed@v1" || !record_count(lines[2], out.size) || out.size < 1 ||
      !canonical_hex(lines[3], out.root))
    return malformed;
  out.origin = lines[1];
  for (std::size_t i = 4; i + 1 < lines.size(); ++i)
    if (!is_cut(lines[i], out.size) ||
        std::find(lines.begin() + 4, lines.begin() + static_cast<std::ptrdiff_t>(i), lines[i]) !=
            lines.begin() + static_cast<std::ptrdiff_t>(i))
      return malformed;
  const std::string& last = lines.back();
  if (!last.starts_with("signed ") || !canonical_hex(last.substr(7), out.signature))
    return malformed;
  out.lines = text.substr(0, text.size() - last.size() - 1);
  return out;
}

}  // namespace capmarket::audit
