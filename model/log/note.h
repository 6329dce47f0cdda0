// C2SP signed notes: a text, and lines of signatures under named keys. Source:
// docs/spec/chain.md#checkpoint.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/result.h"

namespace capmarket::log {

/// What a key of a note signs, by the number that C2SP gives to the kind of its signature.
enum class NoteKeyKind : std::uint8_t {
  ed25519 = 1,      // over the text
  cosignature = 4,  // of a witness: a time, and Ed25519 over the time and the text
};

/// Who may sign a note, as others are told: `NAME+ID+base64(kind, key)`.
struct VerifierKey {
  std::string name;
  NoteKeyKind kind = NoteKeyKind::ed25519;
  PublicKey key;
  bool operator==(const VerifierKey&) const = default;
};

/// What a key may be called: 1 to 256 bytes of UTF-8 without a plus, spaces of any kind, controls
/// and characters that cannot be seen.
bool is_key_name(std::string_view name);
inline constexpr std::size_t kKeyNameBytesMax = 256;
/// The first four bytes of SHA-256(name, 0x0A, kind, key), big-endian.
std::uint32_t key_id(const VerifierKey& key);
/// The text that clients are configured with.
std::string to_text(const VerifierKey& key);
/// Strict: the id must be that of name, kind and key; a kind of 1 or 4.
Result<VerifierKey> parse_verifier_key(std::string_view text);
/// What is expected in place of what is no key, where a witness's is asked for.
inline constexpr const char* kWitnessKeyExpected =
    "a verifier key: NAME+ID+KEY, as `chain witness` prints it";

/// One line: `— NAME base64(id, signature)`.
struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  Bytes bytes;  // after the id
};

/// A note of any signers. Nothing in it is to be believed before `signers_of` says who signed.
struct Note {
  std::string text;  // with its last line end
  std::vector<NoteSignature> signatures;
};

/// At most 64 KiB and 64 signatures.
inline constexpr std::size_t kNoteBytesMax = 64 * 1024;
inline constexpr std::size_t kNoteSignaturesMax = 64;

/// UTF-8 without control characters but line ends; the text ends at the last empty line; every line
/// behind it is a signature. O(n).
Result<Note> parse_note(std::string_view bytes);
/// Text, empty line, signatures.
std::string to_text(const Note& note);

/// The bytes that a witness signs at `time`, seconds since 1970: C2SP `cosignature/v1`.
std::string cosigned_message(std::string_view text, std::int64_t time);

/// A signature that one of the keys made.
struct NoteSigner {
  std::size_t key = 0;    // index of the key
  std::int64_t time = 0;  // of a cosignature: seconds since 1970; else 0
};
/// Whose of `keys` signed, each once (its first line), by ascending line. Lines under other keys
/// are ignored, whatever they hold; a line that has the name and the id of one of `keys` and is not
/// its signature is a problem, for the whole note.
Result<std::vector<NoteSigner>> signers_of(const Note& note, std::span<const VerifierKey> keys);

}  // namespace capmarket::log
