#include "verify/audit/contradictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "model/objects/object.h"
#include "verify/audit/judge_internal.h"

namespace capmarket::audit {
namespace {

using Clauses = std::vector<std::int64_t>;

/// What stands in `a` and not in `b`; both ascend.
Clauses only_in(const Clauses& a, const Clauses& b) {
  Clauses out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

Judgement without(const Judgement& a, const Judgement& b) {
  return {only_in(a.failed, b.failed), only_in(a.unresolved, b.unresolved), {}};
}

/// A clause that reads what other entries did, beside those that the object names.
bool reads_others(std::int64_t clause) {
  static const std::set<std::int64_t> kOnes = {
      kAsset,    kCapacity,   kSharedCapacity, kDisplacement,    kTierQuota,     kPrice,
      kSequence, kDisclosure, kOutstanding,    kActivityBounded, kIndexComplete, kRecordComplete};
  return kOnes.contains(clause);
}

}  // namespace

std::vector<Contradiction> contradictions(objects::Kind kind, bool admitted, const Judgement& recorded,
                                          const Judgement& own) {
  if (recorded == own) return {};
  const std::string said = fmt::format("{}: the leaf says {}, the audit says {}", objects::to_text(kind),
                                       to_text(recorded), to_text(own));
  const objects::Invariant decided = kind == objects::Kind::settlement ? objects::Invariant::clauses
                                                                       : objects::Invariant::replay;
  if (admitted) return {{decided, said}};
  if (own.admitted()) return {{objects::Invariant::refusals, said}};
  std::vector<Contradiction> out;
  const Judgement invented = without(recorded, own), left_out = without(own, recorded);
  if (!invented.admitted())
    out.push_back({decided, fmt::format("{}: it does not break {}", said, to_text(invented))});
  if (!left_out.admitted())
    out.push_back({objects::Invariant::refusals, fmt::format("{}: a reason is left out", said)});
  // The same clauses: they differ in what the legs lacked.
  if (out.empty()) out.push_back({decided, said});
  return out;
}

bool may_rest_on_what_is_gone(const Judgement& recorded, const Judgement& own) {
  const Judgement invented = without(recorded, own), left_out = without(own, recorded);
  const bool misses = !left_out.unresolved.empty() ||
                      std::find(left_out.failed.begin(), left_out.failed.end(), kObjectsResolve) !=
                          left_out.failed.end();
  if (misses) return true;
  return invented.unresolved.empty() &&
         std::all_of(invented.failed.begin(), invented.failed.end(), reads_others) &&
         std::all_of(left_out.failed.begin(), left_out.failed.end(), reads_others);
}

}  // namespace capmarket::audit
