#include "verify/audit/entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace capmarket::audit {
namespace {

void check_entry(Entry& e, const ContentId& chain, const crypto::Signing& signing) {
  if (e.pruned) return;
  if (e.frame.payload.empty()) {
    e.malformed = "its body is gone, and no pruning lists it";
    return;
  }
  auto kind = objects::parse_kind(e.leaf.kind);
  if (!kind) {
    e.malformed = fmt::format("an unknown kind of object, {}", e.leaf.kind);
    return;
  }
  auto raw = objects::decode_payload(*kind, e.frame.payload);
  if (!raw) {
    e.malformed = raw.error()[0].what;
    return;
  }
  auto checked = objects::check_submission(std::move(*raw), chain, signing);
  if (!checked)
    e.malformed = checked.error()[0].what;
  else
    e.submission = std::move(*checked);
}

}  // namespace

void check_entries(std::vector<Entry>& batch, const ContentId& chain,
                   const crypto::Signing& signing, int threads) {
  const auto workers = static_cast<std::size_t>(std::max(1, threads));
  auto work = [&](std::size_t first) {
    for (std::size_t i = first; i < batch.size(); i += workers)
      check_entry(batch[i], chain, signing);
  };
  std::vector<std::jthread> helpers;
  for (std::size_t w = 1; w < workers; ++w) helpers.emplace_back(work, w);
  work(0);
}

}  // namespace capmarket::audit
