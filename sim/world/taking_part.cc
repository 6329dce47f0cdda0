#include "sim/world/taking_part.h"

#include <fmt/format.h>

namespace capmarket::world {

bool may_ask(const World& w, const party::UserState& u) {
  const scenarios::UserGroup* g = w.group_of(u);
  return g == nullptr || static_cast<std::int64_t>(u.draws.who.number) < scenarios::askers(*g);
}

std::optional<Instant> next_arrival(const World& w, const party::UserState& u, Instant after,
                                    std::uint64_t occurrence) {
  const scenarios::UserGroup* g = w.group_of(u);
  if (g == nullptr || g->arrivals.kind != scenarios::ArrivalKind::poisson || !may_ask(w, u))
    return std::nullopt;
  auto mean = static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(kNanosPerHour) * kFullRatio, g->arrivals.rate_per_hour));
  kernel::Stream stream(w.dynamics, u.draws.who, kernel::Draw::arrival, occurrence);
  Duration gap(std::min(stream.exponential(mean), (std::int64_t{1} << 60)));
  if (gap >= w.scenario->end() - after) return std::nullopt;
  return after + gap;
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
  if (g == nullptr || named(u.name)) return true;
  if (g->arrivals.kind == scenarios::ArrivalKind::poisson)
    return next_arrival(w_, u, w_.scenario->start, 0).has_value();
  return may_ask(w_, u) && g->arrivals.at < w_.scenario->duration;
}

bool TakingPart::auditor(const party::AuditorState& a, const std::string& name) const {
  return a.sample > 0 || named(name);
}

}  // namespace capmarket::world
