#include "verify/audit/genesis.h"

#include <fmt/format.h>

#include "model/base/read_file.h"
#include "model/crypto/hash.h"
#include "model/objects/submission.h"
#include "verify/audit/note.h"
#include "verify/audit/signed_record.h"

namespace capmarket::audit {
namespace {

bool cover_is_possible(const objects::CoverLimits& c) {
  return 0 <= c.victims && c.victims <= 32 && 0 <= c.pieces && c.pieces <= 64;
}

/// Whose chain the files beside the log say that it is; empty where neither says.
std::string named_origin(const std::string& dir) {
  if (auto note = read_input(dir + "/checkpoint", InputKind::checkpoint))
    if (auto says = claimed_checkpoint(*note)) return says->origin;
  if (auto text = read_input(dir + "/checkpoint.lock", InputKind::checkpoint))
    if (auto record = read_record(*text)) return record->origin;
  return {};
}

}  // namespace

std::optional<std::string> standing_genesis(const std::string& dir) {
  auto frame = FrameReader(dir).next();
  if (!frame || !*frame) return std::nullopt;
  std::string why;
  const auto leaf = read_leaf((*frame)->leaf, why);
  const Bytes& payload = (*frame)->payload;
  if (!leaf || leaf->sequence != 0 || leaf->kind != 0) return std::nullopt;
  const auto raw = objects::decode_payload(objects::Kind::genesis, payload);
  if (!raw || crypto::content_id(raw->body) != leaf->id ||
      objects::hash_signatures(raw->signatures) != leaf->signatures ||
      named_origin(dir) != "capmarket/" + to_hex(leaf->id))
    return std::nullopt;
  return std::string(payload.begin(), payload.end());
}

std::vector<Damage> faults_of(const objects::Genesis& g) {
  std::vector<Damage> out;
  if (g.roots.empty() || !cover_is_possible(g.cover))
    out.push_back({DamageClass::leaf, "the first entry is no genesis of this format"});
  if (g.tick_ahead && g.tick_ahead->value <= 0)
    out.push_back({DamageClass::leaf, "the genesis has a `tick_ahead` below 1ns"});
  if ((g.scheme == crypto::Scheme::mac) != g.mac_key.has_value())
    out.push_back({DamageClass::leaf, "the genesis has a mac_key that does not fit its scheme"});
  if (!crypto::is_valid_public_key(g.log_key))
    out.push_back({DamageClass::signature, "the log_key is no key of the prime-order group"});
  return out;
}

std::vector<std::string> unsigned_of(const objects::Genesis& g,
                                     const objects::CheckedSubmission& submission) {
  std::vector<std::string> out;
  for (const objects::RootAuthority& root : g.roots)
    if (!crypto::is_valid_public_key(root.key) ||
        !submission.signed_by(objects::Role::root, root.key))
      out.push_back(fmt::format("root `{}` did not sign the genesis", root.name));
  const auto& list = submission.signatures;
  if (!g.roots.empty() &&
      (list.empty() || list[0].role != objects::Role::root || list[0].key != g.roots[0].key))
    out.push_back("the envelope of the genesis is not its first root's");
  return out;
}

}  // namespace capmarket::audit
