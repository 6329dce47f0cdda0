#include "cli/signed_leaves.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "model/log/merkle.h"

namespace capmarket::cli {

log::VerifierKey SignedLeaves::log_key() const {
  return log::log_verifier(reader.signed_checkpoint().origin, reader.genesis().log_key);
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
  if (auto same = out.goes_on_from(out.reader.signed_checkpoint()); !same)
    return tl::unexpected(damaged(same.error()));
  return out;
}

}  // namespace capmarket::cli
