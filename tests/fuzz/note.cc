#include "model/log/note.h"

#include "model/log/base64.h"
#include "model/log/proof.h"
#include "model/log/tiles.h"
#include "tests/fuzz/harness.h"

namespace capmarket::fuzz {
namespace {

/// With keys of nobody under the names of its lines.
bool read_note(std::string_view text) {
  const auto note = log::parse_note(text);
  const auto shown = note ? log::read_checkpoint(*note) : tl::unexpected(note.error());
  if (!note) return false;
  expect(log::to_text(*note) == text, "a note is written as it was read");
  std::vector<log::VerifierKey> keys;
  for (const log::NoteSignature& line : note->signatures) {
    PublicKey key;
    key.bytes[0] = static_cast<std::uint8_t>(line.id);
    keys.push_back(log::log_verifier(line.name, key));
  }
  if (const auto signers = log::signers_of(*note, keys))
    for (const log::NoteSigner& s : *signers) expect(s.key < keys.size(), "a signer is a key");
  if (shown) expect(shown->size >= 0, "a size is not negative");
  return shown.has_value();
}

}  // namespace

bool note(ByteView bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const bool read = read_note(text);
  if (const auto key = log::parse_verifier_key(text))
    expect(log::to_text(*key) == text, "a verifier key is written as it was read");
  if (const auto raw = log::from_base64(text))
    expect(log::to_base64(*raw) == text, "base64 is written as it was read");
  if (const auto tile = log::parse_tile_path(text))
    expect(log::tile_path(*tile) == text, "a tile's path is written as it was read");
  const std::vector<log::VerifierKey> keys = {log::log_verifier("capmarket/ab", PublicKey{})};
  if (const auto proof = log::parse_inclusion_proof(text)) {
    expect(log::to_text(*proof) == text, "a proof of an entry is written as it was read");
    expect(!log::check_proof(*proof, keys).has_value(), "nothing is shown under a key of nobody");
  }
  if (const auto proof = log::parse_consistency_proof(text)) {
    expect(log::to_text(*proof) == text, "a proof of growth is written as it was read");
    expect(!log::check_proof(*proof, {}, keys).has_value(), "nothing is shown under no key");
  }
  return read;
}

}  // namespace capmarket::fuzz
