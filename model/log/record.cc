#include "model/log/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/base/integers.h"
#include "model/crypto/sign.h"

namespace capmarket::log {
namespace {

constexpr std::string_view kRecordHead = "capmarket/signed@v1\n", kRecordSigned = "signed ";

/// Takes what stands before the next `end` of `rest`; false where there is none.
bool take(std::string_view& rest, char end, std::string_view& out) {
  std::size_t at = rest.find(end);
  if (at == rest.npos) return false;
  out = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return true;
}

bool record_number(std::string_view text, std::int64_t& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= 0;
}

bool record_cut(std::string_view line, Cut& out) {
  std::string_view word, entries, bytes;
  return take(line, ' ', word) && word == "cut" && take(line, ' ', entries) &&
         record_number(entries, out.entries) && take(line, ' ', bytes) && record_number(bytes, out.bytes) &&
         from_hex(line, out.digest);
}

/// Whether a Recovery can tell of it: where the log was signed, of something, once.
bool can_be_told(const Cut& cut, const SignedRecord& record) {
  return cut.entries == record.signed_end.size && cut.bytes >= 1 && cut.bytes <= kWireMax &&
         std::find(record.cuts.begin(), record.cuts.end(), cut) == record.cuts.end();
}

/// Everything but the last line.
std::string lines_of(const SignedRecord& record) {
  const Checkpoint& end = record.signed_end;
  std::string out = fmt::format("{}{}\n{}\n{}\n", kRecordHead, end.origin, end.size, to_hex(end.root));
  for (const Cut& c : record.cuts)
    out += fmt::format("cut {} {} {}\n", c.entries, c.bytes, to_hex(c.digest));
  return out;
}

/// The record and its signature, in the form that `sign_record` gives.
std::optional<SignedRecord> parse_lines(std::string_view text, SignatureBytes& signature) {
  SignedRecord out;
  std::string_view rest = text, line;
  if (!rest.starts_with(kRecordHead)) return std::nullopt;
  rest.remove_prefix(kRecordHead.size());
  if (!take(rest, '\n', line)) return std::nullopt;
  out.signed_end.origin = std::string(line);
  if (!take(rest, '\n', line) || !record_number(line, out.signed_end.size)) return std::nullopt;
  if (!take(rest, '\n', line) || !from_hex(line, out.signed_end.root)) return std::nullopt;
  while (take(rest, '\n', line) && !line.starts_with(kRecordSigned)) {
    Cut cut;
    if (!record_cut(line, cut) || !can_be_told(cut, out) || out.cuts.size() == kCutsMax)
      return std::nullopt;
    out.cuts.push_back(cut);
  }
  if (!line.starts_with(kRecordSigned) || !from_hex(line.substr(kRecordSigned.size()), signature) ||
      out.signed_end.size < 1 ||
      fmt::format("{}{}{}\n", lines_of(out), kRecordSigned, to_hex(signature)) != text)
    return std::nullopt;
  return out;
}

}  // namespace

std::string sign_record(const SignedRecord& record, const crypto::KeyPair& key) {
  const std::string lines = lines_of(record);
  return fmt::format("{}{}{}\n", lines, kRecordSigned, to_hex(crypto::sign({}, key, as_bytes(lines))));
}

Result<SignedRecord> open_record(std::string_view text, const PublicKey& key) {
  SignatureBytes signature;
  auto record = parse_lines(text, signature);
  if (!record)
    return fail(Problem{"", 0, 0, "no record of a signed size", "what the writer of the chain left",
                        "", Fault::damage});
  if (!crypto::verify({}, key, as_bytes(lines_of(*record)), signature))
    return fail("a record of the signed size that the log's key did not sign",
                "one by the key that signs the log now (where it was changed, the new one: --log-key)");
  return *record;
}

std::string record_origin(std::string_view text) {
  SignatureBytes signature;
  auto record = parse_lines(text, signature);
  return record ? record->signed_end.origin : std::string();
}

}  // namespace capmarket::log
