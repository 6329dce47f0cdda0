#include "verify/audit/genesis.h"

namespace capmarket::audit {
namespace {

bool cover_is_possible(const objects::CoverLimits& c) {
  return 0 <= c.victims && c.victims <= 32 && 0 <= c.pieces && c.pieces <= 64;
}

}  // namespace

std::vector<Damage> faults_of(const objects::Genesis& g) {
  std::vector<Damage> out;
  if (g.roots.empty() || !cover_is_possible(g.cover))
    out.push_back({DamageClass::leaf, "the first entry is no genesis of this format"});
  if (g.tick_ahead && g.tick_ahead->value <= 0)
    out.push_back({DamageClass::leaf, "the genesis has a `tick_ahead` below 1ns"});
  if (!crypto::is_valid_public_key(g.log_key))
    out.push_back({DamageClass::signature, "the log_key is no key of the prime-order group"});
  return out;
}

}  // namespace capmarket::audit
