#include "sim/world/taking_part.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket::world {
namespace {

/// `gap` nanoseconds later, where that is before the scenario's end.
std::optional<Instant> before_end(const World& w, Instant after, std::int64_t gap) {
  const Duration wait(std::min(gap, std::int64_t{1} << 60));
  if (wait >= w.scenario->end() - after) return std::nullopt;
  return after + wait;
}

std::int64_t highest_rate(const scenarios::Arrivals& a) {
  std::int64_t out = std::max(a.rate_per_hour, a.busy_per_hour);
  for (const scenarios::Arrivals::Step& s : a.profile) out = std::max(out, s.rate_per_hour);
  return out;
}

/// Of the group at an instant, in ten-thousandths per user and hour.
std::int64_t rate_at(const World& w, party::UserGroupIndex group, Instant t) {
  const scenarios::Arrivals& a = at(w.scenario->users, group).arrivals;
  if (a.kind == scenarios::ArrivalKind::profile) {
    constexpr std::int64_t kDay = 24 * kNanosPerHour;
    const Duration of_day(t.value - static_cast<std::int64_t>(floor_div(t.value, kDay)) * kDay);
    auto next = std::upper_bound(
        a.profile.begin(), a.profile.end(), of_day,
        [](Duration d, const scenarios::Arrivals::Step& s) { return d < s.from; });
    return std::prev(next)->rate_per_hour;
  }
  if (a.kind != scenarios::ArrivalKind::bursty) return a.rate_per_hour;
  const std::vector<Instant>& turns = w.moods.at(group.place());
  const auto turned = std::upper_bound(turns.begin(), turns.end(), t) - turns.begin();
  return turned % 2 == 0 ? a.rate_per_hour : a.busy_per_hour;
}

}  // namespace

void draw_moods(World& w) {
  constexpr std::uint64_t kGroupItself = (std::uint64_t{1} << 56) - 1;
  for (const scenarios::UserGroup& g : w.scenario->users) {
    std::vector<Instant>& turns = w.moods.emplace_back();
    if (g.arrivals.kind != scenarios::ArrivalKind::bursty) continue;
    const kernel::Entity who = kernel::named(kernel::EntityKind::user, g.name, kGroupItself);
    std::optional<Instant> t = w.scenario->start;
    for (std::uint64_t i = 0; t; ++i) {
      kernel::Stream stream(w.dynamics, who, kernel::Draw::mood, i);
      const std::int64_t lasts =
          stream.sample(i % 2 == 0 ? g.arrivals.calm_for : g.arrivals.busy_for);
      t = before_end(w, *t, std::max(lasts, kNanosPerSecond));
      if (t) turns.push_back(*t);
    }
  }
}

bool may_ask(const World& w, const party::UserState& u) {
  const scenarios::UserGroup* g = w.group_of(u);
  return g == nullptr || static_cast<std::int64_t>(u.draws.who.number) < scenarios::askers(*g);
}

std::optional<Instant> next_arrival(const World& w, const party::UserState& u, Instant after,
                                    std::uint64_t occurrence) {
  const scenarios::UserGroup* g = w.group_of(u);
  const bool at_random = g != nullptr && g->arrivals.kind != scenarios::ArrivalKind::burst &&
                         g->arrivals.kind != scenarios::ArrivalKind::none;
  if (!at_random || !may_ask(w, u)) return std::nullopt;
  kernel::Stream stream(w.dynamics, u.draws.who, kernel::Draw::arrival, occurrence);
  if (g->arrivals.kind == scenarios::ArrivalKind::renewal)
    return before_end(w, after, std::max<std::int64_t>(1, stream.sample(g->arrivals.gap)));
  // Poisson at the highest rate; at a lower one only a part of them stand (Lewis and Shedler 1979).
  const std::int64_t highest = highest_rate(g->arrivals);
  const auto mean = static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(kNanosPerHour) * kFullRatio, highest));
  for (auto at = before_end(w, after, stream.exponential(mean)); at;
       at = before_end(w, *at, stream.exponential(mean))) {
    const std::int64_t rate = rate_at(w, u.group, *at);
    if (rate == highest ||
        static_cast<std::int64_t>(stream.below(static_cast<std::uint64_t>(highest))) < rate)
      return at;
  }
  return std::nullopt;
}

Quantity published(const World& w, const party::HolderState& h) {
  if (w.scenario->discovery == scenarios::DiscoveryMode::reactive ||
      h.strategy == scenarios::HolderStrategy::scripted)
    return Quantity(0);
  if (w.scenario->discovery == scenarios::DiscoveryMode::prepublished) return h.quantity;
  const scenarios::HolderGroup* g = w.group_of(h);
  const std::int64_t kept = g == nullptr ? kFullRatio / 2 : g->share_reactive;
  return h.quantity - Quantity(static_cast<std::int64_t>(
                          floor_div(static_cast<Int128>(h.quantity.value) * kept, kFullRatio)));
}

TakingPart::TakingPart(const World& world, bool everybody) : w_(world), everybody_(everybody) {
  for (const scenarios::ScriptStep& step : world.scenario->script.steps) {
    names_.insert(step.by);
    names_.insert(step.name);
  }
  for (const scenarios::RevocationSpec& r : world.scenario->revocations)
    names_.insert(fmt::format("{}.{}", r.group, r.number));
  for (const scenarios::SharedInfrastructureSpec& x : world.scenario->infrastructure)
    names_.insert(x.peer.begin(), x.peer.end());
}

bool TakingPart::named(const std::string& name) const {
  // `NAME.0` may be called NAME.
  return everybody_ || names_.contains(name) ||
         (name.ends_with(".0") && names_.contains(name.substr(0, name.size() - 2)));
}

bool TakingPart::holder(const party::HolderState& h) const {
  return !h.group.valid() || published(w_, h).value > 0 || named(h.name);
}

bool TakingPart::later(const party::HolderState& h) const {
  return w_.scenario->discovery != scenarios::DiscoveryMode::prepublished &&
         h.strategy != scenarios::HolderStrategy::scripted;
}

bool TakingPart::user(const party::UserState& u) const {
  const scenarios::UserGroup* g = w_.group_of(u);
  if (g == nullptr || u.sends_anyway || named(u.name)) return true;
  if (g->arrivals.kind != scenarios::ArrivalKind::burst)
    return next_arrival(w_, u, w_.scenario->start, 0).has_value();
  return may_ask(w_, u) && g->arrivals.at < w_.scenario->duration;
}

bool TakingPart::auditor(const party::AuditorState& a, const std::string& name) const {
  return a.sample > 0 || a.turned || named(name);
}

}  // namespace capmarket::world
