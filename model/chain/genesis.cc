#include "model/chain/genesis.h"

#include <fmt/format.h>

#include "model/crypto/sign.h"

namespace capmarket::chain {
namespace {

/// What it says, whoever signed it.
Result<void> expect_possible(const objects::Genesis& g) {
  if (auto read = objects::expect_format(g); !read) return read;
  if (g.cover.victims < 0 || g.cover.victims > objects::kVictimsMax || g.cover.pieces < 0 ||
      g.cover.pieces > objects::kPiecesMax)
    return fail(fmt::format("a cover of {} victims and {} pieces", g.cover.victims, g.cover.pieces),
                fmt::format("0 to {} and 0 to {}", objects::kVictimsMax, objects::kPiecesMax));
  if (g.tick_ahead && g.tick_ahead->value < 1)
    return fail("a genesis whose `tick_ahead` lets no tick be", "at least 1ns, or none");
  if ((g.scheme == crypto::Scheme::mac) != g.mac_key.has_value())
    return fail("a genesis whose mac_key does not fit its scheme", "a key exactly under `mac`");
  if (!crypto::is_valid_public_key(g.log_key))
    return fail("a log_key that is no key of the prime-order group", "an Ed25519 public key");
  return {};
}

}  // namespace

Result<void> expect_genesis(const objects::CheckedSubmission& submission) {
  const auto* g = std::get_if<objects::Genesis>(&submission.object);
  if (g == nullptr || g->roots.empty())
    return fail("no genesis of a chain", "a genesis with at least one root");
  if (auto possible = expect_possible(*g); !possible) return possible;
  for (const objects::RootAuthority& root : g->roots)
    if (!crypto::is_valid_public_key(root.key) ||
        !submission.signed_by(objects::Role::root, root.key))
      return fail(fmt::format("root `{}` did not sign the genesis", root.name));
  const objects::Signature& envelope = submission.signatures.front();
  if (envelope.role != objects::Role::root || envelope.key != g->roots.front().key)
    return fail("a genesis whose envelope is not its first root's",
                fmt::format("the signature of `{}` first", g->roots.front().name));
  return {};
}

}  // namespace capmarket::chain
