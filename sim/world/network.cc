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

namespace {

/// Tries beyond that draw as the last of them.
constexpr std::int64_t kTriesNumbered = (std::int64_t{1} << 30) - 1;

/// When the partition between the two that is on at `t` ends; empty where none is.
std::optional<Instant> partition_end(const World& w, party::ZoneIndex a, party::ZoneIndex b,
                                     Instant t) {
  if (!a.valid() || !b.valid() || a == b) return std::nullopt;
  for (const scenarios::PartitionSpec& p : w.scenario->partitions) {
    if (t < w.scenario->start + p.from || t >= w.scenario->start + p.until) continue;
    bool has_a = false, has_b = false;
    for (const std::string& name : p.between) {
      has_a = has_a || zone_of(w, name) == a;
      has_b = has_b || zone_of(w, name) == b;
    }
    if (has_a && has_b) return w.scenario->start + p.until;
  }
  return std::nullopt;
}

}  // namespace

bool partitioned(const World& w, party::ZoneIndex a, party::ZoneIndex b, Instant t) {
  return partition_end(w, a, b, t).has_value();
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
  const std::int64_t step = w.scenario->retry_after.value;
  for (std::int64_t attempt = 0;; ++attempt) {
    // Tries inside a partition are all the same: the last of them is the one before its end.
    if (const auto rejoined = partition_end(w, chain.zone, to, sent)) {
      const std::int64_t skipped = std::max<std::int64_t>(0, (*rejoined - sent).value - 1) / step;
      attempt += skipped;
      sent = sent + Duration(skipped * step);
    }
    const int numbered = static_cast<int>(std::min(attempt, kTriesNumbered));
    bool away = partitioned(w, chain.zone, to, sent) ||
                (attempt < w.scenario->tries &&
                 drawn(w, chain, kernel::Draw::loss, numbered, w.scenario->loss));
    if (!away || sent >= w.scenario->end()) return sent + latency(w, chain, numbered);
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
