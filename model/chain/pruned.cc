#include "model/chain/pruned.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/check.h"
#include "model/chain/leaf.h"
#include "model/chain/walk.h"
#include "model/crypto/hash.h"
#include "model/objects/submission.h"

namespace capmarket::chain {
namespace {

tl::unexpected<Problems> no_runs(const objects::Pruning& p, std::string what) {
  return fail(fmt::format("a pruning at {} entries: {}", p.entries, what),
              "entries before it that stay and that go in turn, each at least 1, the last that go");
}

}  // namespace

void PrunedSet::insert(std::int64_t sequence) {
  CHECK(sequence >= 0 && !contains(sequence));
  const auto at = static_cast<std::size_t>(sequence);
  if (at >= bits_.size()) bits_.resize(at + 1);
  bits_[at] = true;
  ++count_;
}

void PrunedSet::erase(std::int64_t sequence) {
  CHECK(contains(sequence));
  bits_[static_cast<std::size_t>(sequence)] = false;
  --count_;
}

PrunedSet PrunedSet::below(std::int64_t size) const {
  PrunedSet out;
  for (std::int64_t n : all())
    if (n < size) out.insert(n);
  return out;
}

std::vector<std::int64_t> PrunedSet::all() const {
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < bits_.size(); ++i)
    if (bits_[i]) out.push_back(static_cast<std::int64_t>(i));
  return out;
}

Result<void> each_listed(const objects::Pruning& p, const std::function<bool(std::int64_t)>& visit) {
  if (!p.salt.is_zero()) return no_runs(p, "a salt");
  if (p.runs.empty() || p.runs.size() % 2 != 0) return no_runs(p, fmt::format("{} runs", p.runs.size()));
  std::int64_t at = 0;
  for (std::size_t i = 0; i < p.runs.size(); ++i) {
    if (p.runs[i] < (i == 0 ? 0 : 1) || p.runs[i] > p.entries - at)
      return no_runs(p, fmt::format("a run of {}", p.runs[i]));
    at += p.runs[i];
  }
  at = 0;
  for (std::size_t i = 0; i < p.runs.size(); at += p.runs[i], ++i)
    for (std::int64_t n = at; i % 2 != 0 && n < at + p.runs[i]; ++n)
      if (!visit(n)) return {};
  return {};
}

std::vector<objects::Pruning> prunings_of(const std::vector<std::int64_t>& sequences,
                                          std::int64_t entries) {
  std::vector<objects::Pruning> out;
  std::int64_t at = 0;
  for (std::int64_t n : sequences) {
    if (!out.empty() && n == at) {
      ++out.back().runs.back();
    } else {
      if (out.empty() || out.back().runs.size() + 2 > kPruningRunsMax) {
        out.push_back({{}, entries + static_cast<std::int64_t>(out.size()), {}});
        at = 0;
      }
      out.back().runs.push_back(n - at);
      out.back().runs.push_back(1);
    }
    at = n + 1;
  }
  return out;
}

Result<PrunedSet> pruned_below(const std::string& dir, std::int64_t size,
                               const BelievePruning& believed) {
  PrunedSet out;
  std::int64_t met = 0;  // frames
  auto walked = walk_all(dir, [&](const FoundFrame& frame) {
    const std::int64_t here = met++;
    if (here >= size || !frame.intact || (believed && !believed(here, frame.leaf))) return;
    auto leaf = decode_leaf(frame.leaf);
    // One that says that it stands elsewhere, or whose body another leaf names, is none of the
    // log's.
    if (!leaf || leaf->kind != objects::Kind::pruning || leaf->sequence.value != here ||
        !is_payload_of(frame.payload, *leaf))
      return;
    auto payload = objects::decode_payload(leaf->kind, frame.payload);
    auto object = payload ? objects::decode_object(leaf->kind, payload->body)
                          : tl::unexpected(payload.error());
    if (!object) return;
    const auto& pruning = std::get<objects::Pruning>(*object);
    if (pruning.entries != leaf->sequence.value) return;
    // One that is listed twice is wrong: nobody is made to go through the rest again.
    (void)each_listed(pruning, [&](std::int64_t n) {
      if (out.contains(n)) return false;
      out.insert(n);
      return true;
    });
  });
  if (!walked) return tl::unexpected(walked.error());
  return out;
}

bool is_payload_of(ByteView payload, const Leaf& leaf) {
  return not_named_by(leaf, payload).empty();
}

std::string_view not_named_by(const Leaf& leaf, ByteView payload) {
  auto raw = objects::decode_payload(leaf.kind, payload);
  return objects::not_named(raw && crypto::content_id(raw->body) == leaf.id,
                            raw && objects::hash_signatures(raw->signatures) == leaf.signatures);
}

}  // namespace capmarket::chain
