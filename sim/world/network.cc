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

Duration latency(const World& w, const party::Sender& from, party::ZoneIndex to, int attempt) {
  const scenarios::Distribution* link = link_between(w, from.zone, to);
  const scenarios::Distribution& of = link == nullptr ? w.scenario->latency : *link;
  kernel::Stream stream = stream_of(w, from, kernel::Draw::latency, attempt);
  std::int64_t once = std::max<std::int64_t>(1, stream.sample(of));
  // Overtaken: it waits as long as two others take from end to end.
  if (drawn(w, from, kernel::Draw::reorder, attempt, w.scenario->reorder))
    for (int i = 0; i < 2; ++i) once += stream.sample(of);
  return Duration(once);
}

/// Absences are in order and disjoint; one may begin where another ends.
Instant present_of(const World& w, const std::vector<scenarios::Absence>* away, Instant t) {
  if (away == nullptr) return t;
  for (const scenarios::Absence& a : *away)
    if (t >= w.scenario->start + a.from && t < w.scenario->start + a.until)
      t = w.scenario->start + a.until;
  return t;
}

}  // namespace

Duration silence(const World& w) {
  return Duration(w.scenario->tries * w.scenario->retry_after.value);
}

party::ZoneIndex zone_of(const World& w, std::string_view name) {
  auto it = w.zones.find(name);
  return it == w.zones.end() ? party::ZoneIndex() : it->second;
}

party::ZoneIndex zone_at(World& w, const std::string& name,
                         const std::optional<location::Location>& place,
                         const std::vector<scenarios::Absence>* away) {
  ZoneFacts facts{name, {}, away};
  for (std::size_t i = 0; place && i < w.scenario->links.size(); ++i) {
    const scenarios::LinkSpec& link = w.scenario->links[i];
    if (link.a.contains(*place)) facts.at.push_back(2 * i);
    if (link.b.contains(*place)) facts.at.push_back(2 * i + 1);
  }
  std::string key = name;
  for (std::size_t end : facts.at) key += "@" + std::to_string(end);  // no name has an `@`
  const auto [found, fresh] = w.zones.try_emplace(std::move(key), w.zone_facts.next());
  if (fresh) w.zone_facts.push_back(std::move(facts));
  return found->second;
}

void join_zones(World& w) {
  if (w.scenario->links.empty()) return;
  const auto lies = [](const ZoneFacts& z, std::size_t end) {
    return std::find(z.at.begin(), z.at.end(), end) != z.at.end();
  };
  const auto best = [&](const ZoneFacts& a, const ZoneFacts& b) {
    const scenarios::LinkSpec* out = nullptr;
    for (std::size_t i = 0; i < w.scenario->links.size(); ++i) {
      const scenarios::LinkSpec& link = w.scenario->links[i];
      const bool joins = (lies(a, 2 * i) && lies(b, 2 * i + 1)) ||
                         (lies(a, 2 * i + 1) && lies(b, 2 * i));
      const bool deeper = out == nullptr || link.a.depth() + link.b.depth() >
                                                out->a.depth() + out->b.depth();
      if (joins && deeper) out = &link;
    }
    return out == nullptr ? nullptr : &out->latency;
  };
  for (party::ZoneIndex a : w.zone_facts.indices())
    for (party::ZoneIndex b : w.zone_facts.indices())
      w.latencies.push_back(best(w.zone_facts[a], w.zone_facts[b]));
}

const scenarios::Distribution* link_between(const World& w, party::ZoneIndex a,
                                            party::ZoneIndex b) {
  if (w.latencies.empty() || !a.valid() || !b.valid()) return nullptr;
  return w.latencies[a.place() * w.zone_facts.size() + b.place()];
}

Instant present(const World& w, party::ZoneIndex zone, Instant t) {
  return present_of(w, zone.valid() ? w.zone_facts[zone].away : nullptr, t);
}

Instant attended(const World& w, const kernel::Entity& who, Instant t) {
  using enum kernel::EntityKind;
  const bool of_group = who.kind == holder || who.kind == user || who.kind == message;
  if (w.away.empty() || !of_group) return t;
  auto found = w.away.find(who.group);
  return found == w.away.end() ? t : present_of(w, found->second, t);
}

namespace {

/// Tries beyond that draw as the last of them.
constexpr std::int64_t kTriesNumbered = (std::int64_t{1} << 30) - 1;

/// When the partition between the two that is on at `t` ends; empty where none is.
std::optional<Instant> partition_end(const World& w, party::ZoneIndex a, party::ZoneIndex b,
                                     Instant t) {
  if (!a.valid() || !b.valid() || w.zone_facts[a].name == w.zone_facts[b].name)
    return std::nullopt;
  for (const scenarios::PartitionSpec& p : w.scenario->partitions) {
    if (t < w.scenario->start + p.from || t >= w.scenario->start + p.until) continue;
    bool has_a = false, has_b = false;
    for (const std::string& name : p.between) {
      has_a = has_a || w.zone_facts[a].name == name;
      has_b = has_b || w.zone_facts[b].name == name;
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
    if (partitioned(w, from.zone, to, sent) || present(w, from.zone, sent) > sent) continue;
    if (drawn(w, from, kernel::Draw::loss, attempt, w.scenario->loss)) continue;
    const Instant arrives = sent + latency(w, from, to, attempt);
    if (present(w, to, arrives) == arrives) return arrives;
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
    if (away && sent < w.scenario->end()) {
      sent = sent + w.scenario->retry_after;
      continue;
    }
    // It waits for who is away, who reads it before it does anything else.
    return present(w, to, sent + latency(w, chain, to, numbered));
  }
}

std::optional<Delivery> deliver(const World& w, const party::Sender& from, party::ZoneIndex to) {
  std::optional<Instant> at = arrival(w, from, to);
  if (!at) return std::nullopt;
  Delivery out{*at, std::nullopt};
  if (drawn(w, from, kernel::Draw::duplicate, 0, w.scenario->duplicate))
    out.second = *at + latency(w, from, to, static_cast<int>(w.scenario->tries));
  return out;
}

}  // namespace capmarket::world
