#include "sim/world/network.h"

#include <algorithm>

namespace capmarket::world {
namespace {

/// Of one try of one message.
kernel::Stream stream_of(const World& w, const party::Sender& from, kernel::Draw what, int attempt) {
  return {w.dynamics, from.who, what,
          from.occurrence << 32 | static_cast<std::uint64_t>(from.journey) << 30 |
              static_cast<std::uint64_t>(attempt)};
}

bool drawn(const World& w, const party::Sender& from, kernel::Draw what, int attempt, std::int64_t share) {
  if (share <= 0) return false;
  kernel::Stream stream = stream_of(w, from, what, attempt);
  return stream.below(static_cast<std::uint64_t>(kFullRatio)) < static_cast<std::uint64_t>(share);
}

Duration latency(const World& w, const party::Sender& from, int attempt) {
  kernel::Stream stream = stream_of(w, from, kernel::Draw::latency, attempt);
  std::int64_t once = std::max<std::int64_t>(1, stream.sample(w.scenario->latency));
  // Overtaken: it waits as long as two others take from end to end.
  if (drawn(w, from, kernel::Draw::reorder, attempt, w.scenario->reorder))
    for (int i = 0; i < 2; ++i) once += stream.sample(w.scenario->latency);
  return Duration(once);
}

}  // namespace

Duration silence(const World& w) {
  return Duration(w.scenario->tries * w.scenario->retry_after.value);
}

party::ZoneIndex zone_of(const World& w, std::string_view name) {
  auto it = w.zones.find(name);
  return it == w.zones.end() ? party::ZoneIndex() : it->second;
}

bool partitioned(const World& w, party::ZoneIndex a, party::ZoneIndex b, Instant t) {
  if (!a.valid() || !b.valid() || a == b) return false;
  for (const scenarios::PartitionSpec& p : w.scenario->partitions) {
    if (t < w.scenario->start + p.from || t >= w.scenario->start + p.until) continue;
    bool has_a = false, has_b = false;
    for (const std::string& name : p.between) {
      has_a = has_a || zone_of(w, name) == a;
      has_b = has_b || zone_of(w, name) == b;
    }
    if (has_a && has_b) return true;
  }
  return false;
}

std::optional<Instant> arrival(const World& w, const party::Sender& from, party::ZoneIndex to) {
  for (int attempt = 0; attempt < w.scenario->tries; ++attempt) {
    Instant sent = w.now + Duration(attempt * w.scenario->retry_after.value);
    if (partitioned(w, from.zone, to, sent)) continue;
    if (!drawn(w, from, kernel::Draw::loss, attempt, w.scenario->loss))
      return sent + latency(w, from, attempt);
  }
  return std::nullopt;
}

Instant arrival_from_chain(const World& w, const party::Sender& of, party::ZoneIndex to, Instant sent) {
  party::Sender chain{of.who, of.occurrence, zone_of(w, scenarios::kPartitionChain),
               of.journey == party::Journey::news ? party::Journey::news : party::Journey::answer};
  for (int attempt = 0;; ++attempt) {
    bool away =
        partitioned(w, chain.zone, to, sent) ||
        (attempt < w.scenario->tries &&
         drawn(w, chain, kernel::Draw::loss, attempt, w.scenario->loss));
    if (!away || sent >= w.scenario->end()) return sent + latency(w, chain, attempt);
    sent = sent + w.scenario->retry_after;
  }
}

std::optional<Delivery> deliver(const World& w, const party::Sender& from, party::ZoneIndex to) {
  std::optional<Instant> at = arrival(w, from, to);
  if (!at) return std::nullopt;
  Delivery out{*at, std::nullopt};
  if (drawn(w, from, kernel::Draw::duplicate, 0, w.scenario->duplicate))
    out.second = *at + latency(w, from, static_cast<int>(w.scenario->tries));
  return out;
}

}  // namespace capmarket::world
