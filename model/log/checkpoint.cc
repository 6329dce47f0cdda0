#include "model/log/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/check.h"
#include "model/base/text.h"
#include "model/log/base64.h"

namespace capmarket::log {
namespace {

std::string note_text(const Checkpoint& c) {
  return fmt::format("{}\n{}\n{}\n", c.origin, c.size, to_base64(c.root.view()));
}

/// The text up to its next line end, which goes too; empty where there is none.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string checkpoint_origin(const ContentId& chain) { return "capmarket/" + to_hex(chain); }

VerifierKey log_verifier(std::string origin, const PublicKey& key) {
  return {std::move(origin), NoteKeyKind::ed25519, key};
}

VerifierKey witness_verifier(std::string name, const PublicKey& key) {
  return {std::move(name), NoteKeyKind::cosignature, key};
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::KeyPair& key) {
  Note note{note_text(checkpoint), {}};
  const SignatureBytes made = crypto::sign(crypto::Signing{}, key, as_bytes(note.text));
  note.signatures.push_back({checkpoint.origin, key_id(log_verifier(checkpoint.origin, key.pub)),
                             Bytes(made.bytes.begin(), made.bytes.end())});
  return to_text(note);
}

Result<Checkpoint> read_checkpoint(const Note& note) {
  std::string_view rest = note.text;
  Checkpoint out;
  out.origin = next_line(rest);
  const std::string_view size = next_line(rest), root = next_line(rest);
  auto wrong = [](std::string what) {
    return fail(std::move(what), "origin, size and root, a line each");
  };
  if (out.origin.empty() || size.empty() || root.empty())
    return wrong("a checkpoint of less than three lines");
  while (!rest.empty())
    if (next_line(rest).empty()) return wrong("a checkpoint with an empty line");
  auto number = parse_integer(size);
  auto bytes = from_base64(root);
  if (!number || *number < 0 || fmt::format("{}", *number) != size)
    return wrong("a checkpoint whose size is no plain number");
  if (!bytes || bytes->size() != out.root.bytes.size())
    return wrong("a checkpoint whose root is not 32 bytes in base64");
  out.size = *number;
  std::copy(bytes->begin(), bytes->end(), out.root.bytes.begin());
  return out;
}

Result<Checkpoint> open_checkpoint(std::string_view bytes, const PublicKey& key) {
  auto note = parse_note(bytes);
  if (!note) return tl::unexpected(note.error());
  auto out = read_checkpoint(*note);
  if (!out) return out;
  const VerifierKey keys[] = {log_verifier(out->origin, key)};
  auto signers = signers_of(*note, keys);
  if (!signers) return tl::unexpected(signers.error());
  if (signers->empty()) return fail("a checkpoint that the log's key did not sign",
                                     "one by the key that the log has at that size");
  return out;
}

NoteSignature cosign(const Note& note, std::string_view name, const crypto::KeyPair& key,
                     std::int64_t time) {
  CHECK(time >= 0, time);
  const std::string message = cosigned_message(note.text, time);
  const SignatureBytes made = crypto::sign(crypto::Signing{}, key, as_bytes(message));
  NoteSignature out{std::string(name), key_id(witness_verifier(std::string(name), key.pub)), {}};
  for (int i = 7; i >= 0; --i) out.bytes.push_back(static_cast<std::uint8_t>(time >> (8 * i)));
  out.bytes.insert(out.bytes.end(), made.bytes.begin(), made.bytes.end());
  return out;
}

}  // namespace capmarket::log
