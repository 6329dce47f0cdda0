#include "tests/verify/audit/forgeries.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "model/crypto/hash.h"

namespace capmarket::audit {
namespace {

using testing::ForgedEntry;
using ForgedEntries = std::vector<ForgedEntry>;

bool is_submitted(const ForgedEntry& e) {
  return !objects::is_derived(e.leaf.kind) && !objects::is_of_writer(e.leaf.kind);
}
bool is_caused(const ForgedEntry& e) { return objects::is_derived(e.leaf.kind); }
bool is_refused(const ForgedEntry& e) { return is_submitted(e) && !e.leaf.decision.admitted(); }

/// One of the places behind the genesis where `wanted` holds; 0 where none does.
std::size_t any_place(const ForgedEntries& entries, Random& random,
                      const std::function<bool(const ForgedEntry&)>& wanted) {
  std::vector<std::size_t> places;
  for (std::size_t i = 1; i < entries.size(); ++i)
    if (wanted(entries[i])) places.push_back(i);
  return places.empty() ? 0 : places[below(random, places.size())];
}

/// Behind an event and what stands of derived objects after it.
std::size_t end_of_group(const ForgedEntries& entries, std::size_t event) {
  std::size_t end = event + 1;
  while (end < entries.size() && is_caused(entries[end])) ++end;
  return end;
}

admission::ClauseId any_clause(Random& random) {
  return static_cast<admission::ClauseId>(1 + below(random, 29));
}

bool forge_decision(Forgery forgery, ForgedEntries& entries, Random& random) {
  const std::size_t at = any_place(entries, random, [&](const ForgedEntry& e) {
    if (forgery == Forgery::other_shortfall) return !e.leaf.decision.shortfalls.empty();
    return forgery == Forgery::refuses ? is_submitted(e) && !is_refused(e) : is_refused(e);
  });
  if (at == 0) return false;
  admission::Decision& d = entries[at].leaf.decision;
  if (forgery == Forgery::admits) d = {};
  if (forgery == Forgery::refuses) d.failed = {any_clause(random)};
  if (forgery == Forgery::other_clauses) {
    auto& list = below(random, 3) == 0 ? d.unresolved : d.failed;
    std::set<admission::ClauseId> clauses(list.begin(), list.end());
    const admission::ClauseId other = any_clause(random);
    if (clauses.size() > 1 && below(random, 2) == 0)
      clauses.erase(list[below(random, list.size())]);
    else if (!clauses.insert(other).second)
      return false;
    list.assign(clauses.begin(), clauses.end());
  }
  if (forgery == Forgery::other_shortfall) {
    auto& each = d.shortfalls[below(random, d.shortfalls.size())];
    const std::size_t what = below(random, 4);
    if (what == 0) ++each.lack.value;
    if (what == 1) ++each.compensation.value;
    if (what == 2) ++each.refund.value;
    if (what == 3) d.shortfalls.pop_back();
  }
  return true;
}

/// The same entry with another body; its signatures stay.
bool forge_body(ForgedEntries& entries, const crypto::Signing& signing, Random& random) {
  const std::size_t at = any_place(entries, random, is_submitted);
  if (at == 0) return false;
  ForgedEntries others = entries;
  HostileLog log(others, signing);
  if (!log.corrupt(at, random)) return false;
  ForgedEntry& e = entries[at];
  const Bytes body = objects::encode_object(log.object_of(at));
  const ContentId id = crypto::content_id(body);
  if (id == e.leaf.id) return false;
  e.payload =
      objects::encode_payload(body, objects::decode_payload(e.leaf.kind, e.payload)->signatures);
  e.leaf.id = id;
  return true;
}

bool has_body(const ForgedEntry& e) {
  return objects::decode_payload(e.leaf.kind, e.payload).has_value();
}

/// Of a readmission the log alone knows the number turned away.
bool is_determined(const ForgedEntry& e) {
  return is_caused(e) && has_body(e) && e.leaf.kind != objects::Kind::readmission;
}

ForgedEntry with_another_salt(const ForgedEntry& e, Random& random) {
  ForgedEntry out = e;
  auto object =
      objects::decode_object(e.leaf.kind, objects::decode_payload(e.leaf.kind, e.payload)->body);
  if (!object) return out;
  std::visit(
      [&](auto& o) {
        if constexpr (requires { o.salt; }) o.salt.bytes[below(random, o.salt.bytes.size())] ^= 1;
      },
      *object);
  const Bytes body = objects::encode_object(*object);
  out.leaf.id = crypto::content_id(body);
  out.payload = objects::encode_payload(body, {});
  return out;
}

bool forge_derived(Forgery forgery, ForgedEntries& entries, const crypto::Signing& signing,
                   Random& random) {
  const std::size_t at = any_place(entries, random, is_determined);
  if (at == 0) return false;
  const auto place = entries.begin() + static_cast<std::ptrdiff_t>(at);
  if (forgery == Forgery::derived_value) {
    const ContentId before = place->leaf.id;
    return HostileLog(entries, signing).corrupt(at, random) && entries[at].leaf.id != before;
  }
  if (forgery == Forgery::derived_missing) entries.erase(place);
  if (forgery == Forgery::derived_decision) place->leaf.decision.failed = {any_clause(random)};
  if (forgery == Forgery::derived_invented) {
    ForgedEntry invented = with_another_salt(*place, random);
    const std::size_t to = 1 + below(random, entries.size());
    invented.leaf.time = entries[to - 1].leaf.time;
    entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(to), invented);
  }
  if (forgery == Forgery::order_in_group) {
    if (at + 1 == entries.size() || !is_caused(entries[at + 1])) return false;
    std::swap(entries[at], entries[at + 1]);
    std::swap(entries[at].leaf.time, entries[at + 1].leaf.time);
  }
  return true;
}

bool forge_signatures(Forgery forgery, ForgedEntries& entries, Random& random) {
  const std::size_t at = any_place(entries, random, is_submitted);
  if (at == 0) return false;
  if (!has_body(entries[at])) return false;
  ForgedEntry& e = entries[at];
  auto raw = *objects::decode_payload(e.leaf.kind, e.payload);
  auto& list = raw.signatures;
  const std::size_t one = below(random, list.size()), other = below(random, list.size());
  if (list.empty() || (forgery == Forgery::signatures_reordered && one == other)) return false;
  if (forgery == Forgery::signature_dropped)
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(one));
  if (forgery == Forgery::signature_added) {
    const objects::Signature again = list[one];
    list.push_back(again);
  }
  if (forgery == Forgery::signatures_reordered) std::swap(list[one], list[other]);
  if (forgery == Forgery::signature_garbled)
    list[one].bytes.bytes[below(random, 64)] ^= static_cast<std::uint8_t>(1 << below(random, 8));
  const Digest before = std::exchange(e.leaf.signatures, objects::hash_signatures(list));
  e.payload = objects::encode_payload(raw.body, list);
  return e.leaf.signatures != before;
}

bool forge_twice(ForgedEntries& entries, Random& random) {
  const std::size_t at =
      any_place(entries, random, [](const ForgedEntry& e) { return !is_caused(e); });
  if (at == 0) return false;
  ForgedEntry again = entries[at];
  std::size_t to = at + 1 + below(random, entries.size() - at);
  while (to < entries.size() && is_caused(entries[to])) ++to;
  again.leaf.time = entries[to - 1].leaf.time;
  entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(to), again);
  return true;
}

bool forge_kind(ForgedEntries& entries, Random& random) {
  ForgedEntry& e = entries[1 + below(random, entries.size() - 1)];
  const auto other = static_cast<objects::Kind>(below(random, 46));
  if (objects::to_text(other).empty() || other == e.leaf.kind) return false;
  e.leaf.kind = other;
  return true;
}

bool forge_time(ForgedEntries& entries, Random& random) {
  const std::size_t at = any_place(entries, random, is_submitted);
  if (at == 0) return false;
  const Instant was = entries[at].leaf.time, from = entries[at - 1].leaf.time;
  std::size_t end = at + 1;
  while (end < entries.size() && is_caused(entries[end]) && entries[end].leaf.time == was) ++end;
  const Instant until =
      end < entries.size() ? entries[end].leaf.time : was + Duration(kNanosPerSecond);
  const auto width = static_cast<std::size_t>((until - from).value) + 1;
  const Instant lie = from + Duration(static_cast<std::int64_t>(below(random, width)));
  for (std::size_t i = at; i < end; ++i) entries[i].leaf.time = lie;
  return lie != was;
}

bool forge_order(Forgery forgery, ForgedEntries& entries, Random& random) {
  auto iterator = [&](std::size_t i) { return entries.begin() + static_cast<std::ptrdiff_t>(i); };
  if (forgery == Forgery::cut) {
    const std::size_t size = 1 + below(random, entries.size() - 1);
    entries.erase(iterator(size), entries.end());
    return true;
  }
  const std::size_t at = any_place(entries, random, is_submitted);
  if (at == 0) return false;
  const std::size_t end = end_of_group(entries, at);
  if (forgery == Forgery::left_out) {
    entries.erase(iterator(at), iterator(below(random, 2) == 0 ? end : at + 1));
    return true;
  }
  if (end == entries.size() || !is_submitted(entries[end])) return false;
  const std::size_t last = end_of_group(entries, end);
  const Instant time = entries[end].leaf.time;
  for (std::size_t i = at; i < end; ++i) entries[i].leaf.time = time;
  std::rotate(iterator(at), iterator(end), iterator(last));
  return true;
}

bool forge_anew(ForgedEntries& entries, const crypto::Signing& signing, Random& random) {
  const std::size_t at = any_place(entries, random, is_submitted);
  if (at == 0) return false;
  const ContentId before = entries[at].leaf.id;
  return HostileLog(entries, signing).corrupt(at, random) && entries[at].leaf.id != before;
}

}  // namespace

std::string_view to_text(Forgery f) {
  static constexpr std::string_view kNames[] = {"admits",
                                                "refuses",
                                                "other clauses",
                                                "other shortfall",
                                                "body",
                                                "derived value",
                                                "derived missing",
                                                "derived invented",
                                                "derived decision",
                                                "order in group",
                                                "signature dropped",
                                                "signature added",
                                                "signatures reordered",
                                                "signature garbled",
                                                "doubled",
                                                "of another kind",
                                                "time",
                                                "left out",
                                                "moved",
                                                "cut",
                                                "signed anew"};
  static_assert(std::size(kNames) == kForgeries);
  return kNames[static_cast<std::size_t>(f)];
}

static bool forge_once(Forgery f, ForgedEntries& entries, const crypto::Signing& signing,
                       Random& random) {
  if (f <= Forgery::other_shortfall) return forge_decision(f, entries, random);
  if (f == Forgery::body) return forge_body(entries, signing, random);
  if (f <= Forgery::order_in_group) return forge_derived(f, entries, signing, random);
  if (f <= Forgery::signature_garbled) return forge_signatures(f, entries, random);
  if (f == Forgery::doubled) return forge_twice(entries, random);
  if (f == Forgery::of_another_kind) return forge_kind(entries, random);
  if (f == Forgery::time) return forge_time(entries, random);
  if (f <= Forgery::cut) return forge_order(f, entries, random);
  return forge_anew(entries, signing, random);
}

bool forge(Forgery f, ForgedEntries& entries, const crypto::Signing& signing, Random& random) {
  for (int tries = 0; tries < 8; ++tries)
    if (forge_once(f, entries, signing, random)) return true;
  return false;
}

}  // namespace capmarket::audit
