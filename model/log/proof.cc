#include "model/log/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "model/base/check.h"
#include "model/base/text.h"
#include "model/log/base64.h"
#include "model/log/merkle.h"
#include "model/log/proof_lines.h"

namespace capmarket::log {
namespace {

constexpr std::string_view kHead = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kForkHead = "capmarket/fork@v1";

}  // namespace

std::string to_text(const InclusionProof& proof) {
  return fmt::format("{}\nextra {}\nindex {}\n{}\n{}", kHead, to_base64(proof.leaf), proof.index,
                     hash_lines(proof.hashes), proof.checkpoint);
}

std::string to_text(const ConsistencyProof& proof) {
  const bool fork = proof.other_root.has_value();
  return fmt::format("{}old {}\n{}{}\n{}", fork ? fmt::format("{}\n", kForkHead) : "",
                     proof.old_size,
                     fork ? fmt::format("root {}\n", to_base64(proof.other_root->view())) : "",
                     hash_lines(proof.hashes), proof.checkpoint);
}

Result<InclusionProof> parse_inclusion_proof(std::string_view text) {
  ProofLines lines(text, fmt::format("a proof as `chain proof` writes it: `{}`, extra, index, "
                                     "hashes, an empty line, a checkpoint",
                                     kHead));
  if (lines.line() != kHead) return lines.wrong(fmt::format("the first line is not `{}`", kHead));
  InclusionProof out;
  auto extra = lines.after("extra ");
  auto leaf = extra ? from_base64(*extra) : std::nullopt;
  if (!leaf) return lines.wrong("no line `extra LEAF` with the leaf in base64");
  out.leaf = std::move(*leaf);
  auto index = lines.number("index ");
  if (!index) return tl::unexpected(index.error());
  out.index = *index;
  if (auto r = lines.finish(out.hashes, out.checkpoint); !r) return tl::unexpected(r.error());
  return out;
}

Result<ConsistencyProof> parse_consistency_proof(std::string_view text) {
  ProofLines lines(text,
                   "a proof as `chain consistency` writes it: `old SIZE`, hashes, an empty line, a "
                   "checkpoint");
  ConsistencyProof out;
  const bool fork = text.starts_with(kForkHead);
  if (fork && lines.line() != kForkHead)
    return lines.wrong(fmt::format("the first line is not `{}`", kForkHead));
  auto size = lines.number("old ");
  if (!size) return tl::unexpected(size.error());
  out.old_size = *size;
  if (fork) {
    auto root = lines.after("root ");
    auto bytes = root ? from_base64(*root) : std::nullopt;
    if (!bytes || bytes->size() != Digest::kSize)
      return lines.wrong("no line `root ROOT` of 32 bytes in base64");
    std::copy(bytes->begin(), bytes->end(), out.other_root.emplace().bytes.begin());
  }
  if (auto r = lines.finish(out.hashes, out.checkpoint); !r) return tl::unexpected(r.error());
  return out;
}

Result<ShownByProof> check_checkpoint(std::string_view bytes, std::span<const VerifierKey> keys) {
  CHECK(!keys.empty());
  auto note = parse_note(bytes);
  if (!note) return tl::unexpected(note.error());
  ShownByProof out;
  auto checkpoint = read_checkpoint(*note);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  out.checkpoint = std::move(*checkpoint);
  if (out.checkpoint.size < 1) return fail("a checkpoint of no entries", "at least the genesis");
  if (out.checkpoint.origin != keys.front().name)
    return fail(fmt::format("a checkpoint of the log {}", out.checkpoint.origin),
                fmt::format("one of {}", keys.front().name));
  auto signers = signers_of(*note, keys);
  if (!signers) return tl::unexpected(signers.error());
  out.signers = std::move(*signers);
  if (std::none_of(out.signers.begin(), out.signers.end(),
                   [](const NoteSigner& s) { return s.key == 0; }))
    return fail("a checkpoint that the log's key did not sign", kByItsKey);
  return out;
}

Result<ShownByProof> check_proof(const InclusionProof& proof, std::span<const VerifierKey> keys) {
  auto out = check_checkpoint(proof.checkpoint, keys);
  if (!out) return out;
  const Checkpoint& c = out->checkpoint;
  if (!verify_inclusion(leaf_hash(proof.leaf), static_cast<std::uint64_t>(proof.index),
                        static_cast<std::uint64_t>(c.size), proof.hashes, c.root))
    return fail(
        fmt::format("the leaf does not stand at {} under the root that is signed for a size of {}",
                    proof.index, c.size));
  return out;
}

Result<ShownByProof> check_proof(const ConsistencyProof& proof, const Checkpoint& older,
                                 std::span<const VerifierKey> keys) {
  auto out = check_checkpoint(proof.checkpoint, keys);
  if (!out) return out;
  const Checkpoint& c = out->checkpoint;
  if (older.origin != c.origin || older.size != proof.old_size)
    return fail(fmt::format("a proof from size {} of {}", proof.old_size, c.origin),
                fmt::format("one from size {} of {}", older.size, older.origin));
  const Digest& old_root = proof.other_root.value_or(older.root);
  if (proof.other_root == older.root)
    return fail("no evidence: the root that is shown is the one of the older checkpoint");
  if (!verify_consistency(static_cast<std::uint64_t>(older.size), old_root,
                          static_cast<std::uint64_t>(c.size), c.root, proof.hashes))
    return fail(fmt::format("the log of size {} does not go on from the one of size {}", c.size,
                            older.size));
  return out;
}

}  // namespace capmarket::log
