#include "model/log/merkle.h"

#include <bit>

#include "model/base/check.h"
#include "model/crypto/hash.h"

namespace capmarket::log {

Digest node_hash(const Digest& left, const Digest& right) {
  static constexpr std::uint8_t kPrefix[] = {1};
  return crypto::sha256({ByteView(kPrefix), left.view(), right.view()});
}

void MerkleFrontier::append(const Digest& leaf) {
  peaks_.push_back(leaf);
  for (std::int64_t n = size_++; (n & 1) != 0; n >>= 1) {
    Digest right = peaks_.back();
    peaks_.pop_back();
    peaks_.back() = node_hash(peaks_.back(), right);
  }
}

Digest MerkleFrontier::root() const {
  if (peaks_.empty()) return crypto::sha256(ByteView{});
  Digest out = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) out = node_hash(peaks_[i], out);
  return out;
}

namespace {
std::size_t split_point(std::size_t n) { return std::bit_floor(n - 1); }  // n >= 2
}  // namespace

Digest merkle_root(std::span<const Digest> leaves) {
  if (leaves.empty()) return crypto::sha256(ByteView{});
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = split_point(leaves.size());
  return node_hash(merkle_root(leaves.first(k)), merkle_root(leaves.subspan(k)));
}

std::vector<Digest> inclusion_proof(std::span<const Digest> leaves, std::size_t index) {
  CHECK(index < leaves.size(), index, leaves.size());
  if (leaves.size() == 1) return {};
  std::size_t k = split_point(leaves.size());
  std::vector<Digest> out;
  if (index < k) {
    out = inclusion_proof(leaves.first(k), index);
    out.push_back(merkle_root(leaves.subspan(k)));
  } else {
    out = inclusion_proof(leaves.subspan(k), index - k);
    out.push_back(merkle_root(leaves.first(k)));
  }
  return out;
}

bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Digest> proof, const Digest& root) {
  if (index >= size) return false;
  std::uint64_t fn = index;
  std::uint64_t sn = size - 1;
  Digest r = leaf;
  for (const Digest& p : proof) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      r = node_hash(p, r);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      r = node_hash(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

namespace {

/// SUBPROOF of section 2.1.4.1; `whole`: the old tree is all that was asked for so far.
void add_subproof(std::span<const Digest> leaves, std::size_t old_size, bool whole,
                  std::vector<Digest>& out) {
  if (old_size == leaves.size()) {
    if (!whole) out.push_back(merkle_root(leaves));
    return;
  }
  const std::size_t k = split_point(leaves.size());
  if (old_size <= k) {
    add_subproof(leaves.first(k), old_size, whole, out);
    out.push_back(merkle_root(leaves.subspan(k)));
  } else {
    add_subproof(leaves.subspan(k), old_size - k, false, out);
    out.push_back(merkle_root(leaves.first(k)));
  }
}

}  // namespace

std::vector<Digest> consistency_proof(std::span<const Digest> leaves, std::size_t old_size) {
  CHECK(old_size > 0 && old_size <= leaves.size(), old_size, leaves.size());
  std::vector<Digest> out;
  add_subproof(leaves, old_size, true, out);
  return out;
}

bool verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                        const Digest& root, std::span<const Digest> proof) {
  if (old_size == 0 || old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  // Where the old tree is one perfect subtree, its root begins the path and is not in the proof.
  const bool perfect = std::has_single_bit(old_size);
  if (!perfect && proof.empty()) return false;
  std::uint64_t fn = old_size - 1, sn = size - 1;
  for (; (fn & 1) != 0; fn >>= 1) sn >>= 1;
  Digest fr = perfect ? old_root : proof.front(), sr = fr;
  for (const Digest& c : proof.subspan(perfect ? 0 : 1)) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      fr = node_hash(c, fr);
      sr = node_hash(c, sr);
      for (; (fn & 1) == 0 && fn != 0; fn >>= 1) sn >>= 1;
    } else {
      sr = node_hash(sr, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == old_root && sr == root;
}

Digest leaf_hash(ByteView leaf) {
  static constexpr std::uint8_t kPrefix[] = {0};
  return crypto::sha256({ByteView(kPrefix), leaf});
}

}  // namespace capmarket::log
