#include "verify/audit/contradictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "model/objects/derived.h"
#include "model/objects/object.h"
#include "model/objects/references.h"
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
  return {only_in(a.failed, b.failed), only_in(a.unresolved, b.unresolved), {}, 0};
}

/// The clause reads what such entries did, beside those that the object names.
bool reads(std::int64_t clause, const Gone& gone) {
  static const std::set<std::int64_t> kLoad = {kCapacity, kSharedCapacity, kDisplacement,
                                               kTierQuota};
  if (kLoad.contains(clause)) return gone.settled + gone.declared > 0;
  if (clause == kAsset || clause == kOutstanding) return gone.declared > 0;
  if (clause == kIndexComplete) return gone.settled > 0;
  if (clause == kPrice) return gone.settled + gone.priced > 0;
  return clause == kDisclosure && gone.refused > 0;
}

/// Whether a decision on the object can say that at all, by what the audit looked at.
bool can_say(const objects::Object& object, const Judgement& recorded, const Judgement& own) {
  auto asked = [&](const Clauses& clauses) {
    return std::all_of(clauses.begin(), clauses.end(), [&](std::int64_t c) {
      return c >= kObjectsResolve && c <= kRecordComplete &&
             (own.asked >> static_cast<unsigned>(c) & 1) != 0;
    });
  };
  const auto* settlement = std::get_if<objects::Settlement>(&object);
  const auto legs = settlement == nullptr ? 0 : static_cast<std::int64_t>(settlement->legs.size());
  return asked(recorded.failed) && asked(recorded.unresolved) &&
         std::all_of(recorded.shortfalls.begin(), recorded.shortfalls.end(),
                     [&](const AuditShortfall& x) { return x.leg >= 0 && x.leg < legs; });
}

bool names_gone(const Gone& gone, const objects::Object& object, const AuditState& state) {
  for (const ContentId& id : objects::references(object))
    if (gone.ids.contains(id) || (gone.batched > 0 && !state.objects.contains(id))) return true;
  return false;
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

void Gone::count(const Of& leaf, std::int64_t by) {
  using objects::Kind;
  auto is = [&](Kind kind) { return leaf.kind == static_cast<std::int64_t>(kind); };
  if (is(Kind::settlement)) (leaf.admitted ? settled : refused) += by;
  if (!leaf.admitted) return;
  auto named = [&](const ContentId& id) {
    if (by > 0)
      ids.insert(id);
    else if (auto it = ids.find(id); it != ids.end())
      ids.erase(it);
  };
  named(leaf.id);
  if (is(Kind::settlement))
    for (std::size_t leg = 0; leg < objects::kLegsMax; ++leg)
      named(objects::grant_id(leaf.id, leg));
  if (is(Kind::price_index)) priced += by;
  if (is(Kind::declaration_batch)) batched += by;
  for (Kind kind : {Kind::declaration, Kind::declaration_batch, Kind::retract, Kind::curtailment})
    if (is(kind)) declared += by;
}

bool may_rest_on(const Gone& gone, const objects::Object& object, const AuditState& state,
                 const Judgement& recorded, const Judgement& own) {
  if (!can_say(object, recorded, own)) return false;
  const Judgement invented = without(recorded, own), left_out = without(own, recorded);
  const bool misses = !left_out.unresolved.empty() ||
                      std::find(left_out.failed.begin(), left_out.failed.end(), kObjectsResolve) !=
                          left_out.failed.end();
  if (misses) return names_gone(gone, object, state);
  // The same clauses: they differ in what the legs lacked.
  if (invented.admitted() && left_out.admitted()) return reads(kCapacity, gone);
  auto all_read = [&](const Clauses& clauses) {
    return std::all_of(clauses.begin(), clauses.end(),
                       [&](std::int64_t c) { return reads(c, gone); });
  };
  return invented.unresolved.empty() && all_read(invented.failed) && all_read(left_out.failed);
}

}  // namespace capmarket::audit
