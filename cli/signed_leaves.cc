#include "cli/signed_leaves.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "model/base/read_file.h"
#include "model/log/merkle.h"
#include "model/log/proof.h"

namespace capmarket::cli {

log::VerifierKey SignedLeaves::log_key() const {
  return log::log_verifier(reader.signed_checkpoint().origin, reader.signer());
}

Result<log::Checkpoint> SignedLeaves::own_checkpoint(const std::string& file,
                                                     std::string* note) const {
  auto bytes = read_file(file, InputKind::checkpoint);
  if (!bytes) return tl::unexpected(bytes.error());
  // One that is older than a change of the log's key is signed by the key of then.
  auto parsed = log::parse_note(*bytes);
  auto said = parsed ? log::read_checkpoint(*parsed) : tl::unexpected(parsed.error());
  const log::VerifierKey keys[] = {
      said ? log::log_verifier(reader.signed_checkpoint().origin, reader.key_at(said->size))
           : log_key()};
  auto shown = log::check_checkpoint(*bytes, keys);
  if (!shown)
    return fail(Problem{file, 0, 0, shown.error()[0].what,
                        shown.error()[0].expected.empty()
                            ? "a checkpoint that this log's key signed"
                            : shown.error()[0].expected,
                        ""});
  if (note != nullptr) *note = std::move(*bytes);
  return shown->checkpoint;
}

Result<void> SignedLeaves::goes_on_from(const log::Checkpoint& older) const {
  const auto first = std::span(hashes).first(static_cast<std::size_t>(older.size));
  const Digest root = log::merkle_root(first);
  if (root == older.root) return {};
  return fail(
      fmt::format("{}: the log does not go on from the checkpoint of size {}: its first entries "
                  "have the root {}, not {}",
                  dir, older.size, to_hex(root), to_hex(older.root)));
}

tl::expected<SignedLeaves, int> read_leaves(const std::string& given, const EntrySelector* wanted) {
  const std::string dir = chain::chain_directory(given);
  auto reader = chain::ChainReader::open(dir);
  if (!reader) return tl::unexpected(report_problems(reader.error()));
  SignedLeaves out{dir, std::move(*reader), {}, {}};
  for (;;) {
    auto entry = out.reader.next();
    if (!entry) return tl::unexpected(damaged(entry.error()));
    if (!*entry) break;
    out.hashes.push_back(log::leaf_hash((*entry)->leaf_bytes));
    if (wanted != nullptr && !out.found && wanted->selects(**entry)) out.found = std::move(**entry);
  }
  if (log::merkle_root(out.hashes) != out.reader.signed_checkpoint().root)
    return tl::unexpected(
        damaged(fail(fmt::format("{}: the leaves have another root than the checkpoint signs", dir))
                    .value()));
  return out;
}

}  // namespace capmarket::cli
