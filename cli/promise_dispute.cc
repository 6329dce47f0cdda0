#include "cli/promise_dispute.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/read_file.h"
#include "model/base/visible.h"

namespace capmarket::cli {
namespace {

tl::unexpected<Problems> wrong(const std::string& where, std::string what, std::string expected) {
  return fail(Problem{where, 0, 0, std::move(what), std::move(expected), ""});
}

/// Whose a checkpoint of `size` entries is.
const PublicKey& key_at(const std::vector<KeyOfLog>& keys, std::int64_t size) {
  return std::find_if(keys.rbegin(), keys.rend() - 1,
                      [&](const KeyOfLog& k) { return k.entry < size; })
      ->key;
}

}  // namespace

Result<std::optional<SeenCheckpoint>> seen_checkpoint(const std::string& file,
                                                      const std::string& witness) {
  if (file.empty() && witness.empty()) return std::nullopt;
  if (file.empty()) return wrong("--witness", "without --seen", "the checkpoint that it cosigned");
  if (witness.empty())
    return wrong("--seen", "without --witness", "the verifier key of who cosigned it");
  auto key = log::parse_verifier_key(witness);
  if (!key) return wrong("--witness", key.error()[0].what, log::kWitnessKeyExpected);
  if (key->kind != log::NoteKeyKind::cosignature)
    return wrong("--witness", "a key of another kind", "a witness's (its kind is 4)");
  auto bytes = read_file(file, InputKind::checkpoint);
  if (!bytes) return tl::unexpected(bytes.error());
  auto note = log::parse_note(*bytes);
  auto said = note ? log::read_checkpoint(*note) : tl::unexpected(note.error());
  if (!said) return wrong(file, "no checkpoint: " + said.error()[0].what, said.error()[0].expected);
  return SeenCheckpoint{file, *std::move(bytes), *std::move(said), *std::move(key)};
}

Result<std::int64_t> cosigned_at(const SeenCheckpoint& seen, const std::vector<KeyOfLog>& keys,
                                 const std::optional<Digest>& root, const std::string& log) {
  if (seen.said.origin != log)
    return wrong(seen.file, "a checkpoint of " + visible(seen.said.origin), "one of " + log);
  const log::VerifierKey by[] = {log::log_verifier(log, key_at(keys, seen.said.size)),
                                 seen.witness};
  auto shown = log::check_checkpoint(seen.note, by);
  if (!shown) return wrong(seen.file, shown.error()[0].what, "the log's key of then");
  if (!root)
    return wrong(seen.file,
                 fmt::format("of {} entries, which this chain does not have yet", seen.said.size),
                 "a chain that goes on from it");
  if (*root != seen.said.root)
    return wrong(seen.file,
                 fmt::format("another root than this chain has at {} entries", seen.said.size),
                 "a checkpoint that this chain goes on from; `chain consistency` makes evidence of "
                 "two logs");
  for (const log::NoteSigner& s : shown->signers)
    if (s.key == 1) return s.time;
  return wrong(seen.file, "not cosigned by " + visible(seen.witness.name),
               "a checkpoint with a line of the witness");
}

KeyFound key_then(const std::vector<KeyOfLog>& keys, const std::vector<bool>& signed_by,
                  Instant at) {
  KeyFound out;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!signed_by[i] || (i > 0 && keys[i].since > at)) continue;
    if (i + 1 == keys.size() || keys[i + 1].since >= at) return {KeyThen::in_force, 0};
    out = {KeyThen::left, i + 1};
  }
  return out;
}

std::optional<bool> is_the_logs(const SeenCheckpoint& seen, std::int64_t cosigned,
                                const KeyOfLog& own, const KeyOfLog& next, Instant at) {
  const bool covers = seen.said.size > next.entry;
  const Int128 from = Int128{cosigned} * kNanosPerSecond;
  // A cosignature names a second: it was made by its end.
  if (covers && from + kNanosPerSecond <= Int128{at.value}) return false;
  const bool by_own = !covers && seen.said.size > own.entry;
  if (by_own && from >= Int128{at.value}) return true;
  return std::nullopt;
}

}  // namespace capmarket::cli
