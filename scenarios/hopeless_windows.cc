#include "scenarios/hopeless_windows.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/chain/state.h"

namespace capmarket::scenarios {
namespace {

/// The start of a request's window since the scenario's start: rounded up to the rule's grid.
Span starts(const Prospect& p, Int128 arises_least) {
  auto on_grid = [&](Int128 t) {
    const Instant start = p.scenario->start;
    const Duration since(static_cast<std::int64_t>(t));
    return Int128{(chain::ceil_to(*p.drawn_by, start + since) - start).value};
  };
  return {on_grid(arises_least + p.lead.least), on_grid(p.arises.most + p.lead.most)};
}

/// The shortest leg that some rule takes.
Int128 shortest_leg(const Prospect& p) {
  Int128 out = p.rules.front()->limits.length_min.value;
  for (const rules::Rule* r : p.rules) out = std::min<Int128>(out, r->limits.length_min.value);
  return std::max<Int128>(1, out);
}

/// Some request of the group lies wholly in the window.
bool holds_request(const Prospect& p, const Span& from, Int128 begin, Int128 end) {
  const Int128 first = std::max(from.least, begin);
  return first <= from.most && first + p.length.least <= end;
}

/// Some leg of some request lies in it.
bool holds_leg(const Prospect& p, const Span& from, Int128 begin, Int128 end) {
  return std::max(from.least, begin) + shortest_leg(p) <= std::min(end, from.most + p.length.most);
}

/// Of requests that arise at `least` or later, the holder can serve one.
bool may_serve(const Prospect& p, const Supply& h, Int128 least) {
  const Span from = starts(p, least);
  if (h.answered > 0 && holds_request(p, from, h.window.least, h.window.most)) return true;
  if (h.listed <= 0) return false;
  const Int128 grains = (h.window.most - h.window.least) / h.granularity;
  const Int128 pieces = std::clamp<Int128>(h.pieces, 1, std::max<Int128>(1, grains));
  for (Int128 i = 0; i < pieces; ++i) {
    const Int128 begin = h.window.least + grains * i / pieces * h.granularity;
    const Int128 end = h.window.least + grains * (i + 1) / pieces * h.granularity;
    if (p.whole ? holds_request(p, from, begin, end) : holds_leg(p, from, begin, end)) return true;
  }
  return false;
}

Int128 last_window(const Prospect& p) {
  Int128 out = 0;
  for (const Supply& h : p.supplies) out = std::max(out, h.window.most);
  return out;
}

}  // namespace

Int128 least_length(const Prospect& p) { return p.whole ? p.length.least : shortest_leg(p); }

Hope no_supply(const Prospect& p) {
  if (!p.supplies.empty()) return std::nullopt;
  return Hopeless{p.part.empty() ? "class" : "",
                  fmt::format("no holder of class `{}` declares anything by itself "
                              "(`holders[].class`, `.count`, `.strategy`, `.outages`, `.away`)",
                              p.class_name),
                  "a group of holders of that class that is not `scripted`"};
}

Hope always_away(const Prospect& p) {
  const Duration duration = p.scenario->duration;
  if (!throughout(p.group->away, duration)) return std::nullopt;
  return Hopeless{"away",
                  fmt::format("it is `away` from the start to the end (`duration` {})",
                              to_text(duration)),
                  "some time at which it is there"};
}

Hope asks_too_late(const Prospect& p) {
  const Int128 end = p.scenario->duration.value;
  if (p.arises.least + p.takes() < end) return std::nullopt;
  const bool burst = p.group->arrivals.kind == ArrivalKind::burst;
  return Hopeless{
      burst ? "arrivals.burst.at" : "arrivals",
      fmt::format("it asks {} after the start at the earliest{}, a settlement takes {} more, and "
                  "`duration` is {}",
                  duration_text(p.arises.least), burst ? " (`arrivals.burst.at`)" : "",
                  duration_text(p.takes()), duration_text(end)),
      "a request early enough, or a longer `duration`"};
}

Hope outside_windows(const Prospect& p) {
  if (p.supplies.empty() || std::any_of(p.supplies.begin(), p.supplies.end(), [&](const Supply& h) {
        return may_serve(p, h, p.arises.least);
      }))
    return std::nullopt;
  const Supply& h = *std::max_element(
      p.supplies.begin(), p.supplies.end(),
      [](const Supply& a, const Supply& b) { return a.window.most < b.window.most; });
  return Hopeless{
      "lead",
      fmt::format("its windows start {} to {} after the start (`lead`) and last {} or more "
                  "(`length`); of class `{}` nothing that is declared holds one: `{}.window` ends "
                  "{} after it, in {} piece{}",
                  duration_text(starts(p, p.arises.least).least),
                  duration_text(starts(p, p.arises.least).most), duration_text(least_length(p)),
                  p.class_name, h.at, duration_text(h.window.most), h.pieces,
                  h.pieces == 1 ? "" : "s"),
      "windows of holders (`holders[].window`, `.pieces`) that hold one of the group's"};
}

Hope beyond_horizon(const Prospect& p) {
  if (p.supplies.empty()) return std::nullopt;
  const Int128 ahead =
      p.lead.least + least_length(p) - std::max<Int128>(0, p.group->patience.value);
  const Supply* furthest = nullptr;
  for (const Supply& h : p.supplies) {
    if (!h.horizon || h.answered > 0 || ahead <= *h.horizon) return std::nullopt;
    if (furthest == nullptr || *h.horizon > *furthest->horizon) furthest = &h;
  }
  return Hopeless{
      "lead",
      fmt::format("its windows end {} or more after it gives up (`lead`, `length`, `patience`), and "
                  "`{}.rolling.horizon` reaches {} with the class's granularity",
                  duration_text(ahead), furthest->at, duration_text(*furthest->horizon)),
      "a longer horizon, or a shorter lead"};
}

Hope outside_leads(const Prospect& p) {
  const Int128 clock = p.scenario->clock_error.value, patience = p.group->patience.value;
  const Int128 grain = p.drawn_by->granularity.value;
  // Before the request closes, less what the settlement takes; the clock may run ahead or behind.
  const Int128 least = p.lead.least + p.settles - patience - clock;
  auto most = [&](const rules::Rule& r) {
    const Int128 cut =
        p.whole ? 0 : p.length.most - std::max<std::int64_t>(1, r.limits.length_min.value);
    return p.lead.most + grain - 1 + cut - p.signs + clock;
  };
  const rules::Rule* late = nullptr;
  for (const rules::Rule* r : p.rules) {
    if (least >= r->limits.lead_max.value)
      late = r;
    else if (most(*r) >= r->limits.lead_min.value)
      return std::nullopt;
  }
  if (late != nullptr)
    return Hopeless{"lead",
                    fmt::format("`lead` is {} or more, and with `patience` {} its windows still "
                                "start later after the signing than `limits.lead` of rule `{}` "
                                "allows, {}",
                                duration_text(p.lead.least), to_text(p.group->patience), late->name,
                                to_text(late->limits.lead_max)),
                    fmt::format("a lead of at most {}", to_text(late->limits.lead_max))};
  const rules::Rule& r = *p.rules.front();
  return Hopeless{
      "lead",
      fmt::format("`lead` is {} at most, it signs {} after it asks at the earliest "
                  "(`network.latency`, `follow.lag`), and `limits.lead` of rule `{}` is {} or more",
                  duration_text(p.lead.most), duration_text(p.signs), r.name,
                  to_text(r.limits.lead_min)),
      fmt::format("a lead of more than {}", duration_text(p.signs + r.limits.lead_min.value))};
}

Hope outside_lengths(const Prospect& p) {
  const rules::Rule* shortest = nullptr;
  for (const rules::Rule* r : p.rules) {
    if (p.length.most < r->limits.length_min.value)
      shortest = r;
    else if (!p.whole || p.length.least <= r->limits.length_max.value)
      return std::nullopt;
  }
  const rules::Rule& r = shortest != nullptr ? *shortest : *p.rules.front();
  return Hopeless{
      "length",
      fmt::format("its windows, clamped to `limits.length` of rule `{}` and rounded down to its "
                  "`granularity` {}, last {} to {}; rule `{}` takes {} to {}",
                  p.drawn_by->name, to_text(p.drawn_by->granularity), duration_text(p.length.least),
                  duration_text(p.length.most), r.name, to_text(r.limits.length_min),
                  to_text(r.limits.length_max)),
      "a length inside the limits of the rule that is in force"};
}

Hope never_listed(const Prospect& p) {
  const Scenario& s = *p.scenario;
  if (s.discovery != DiscoveryMode::prepublished || p.supplies.empty()) return std::nullopt;
  if (s.directories == 0)
    return Hopeless{"",
                    "`discovery.directories` is 0, and under `discovery.mode` `prepublished` "
                    "nobody answers an intent",
                    "`discovery.directories` of 1 or more, or another `discovery.mode`"};
  // What a directory names is there before the request arises, and published to the user.
  const Int128 seen = 2 * p.message + p.group->follow_lag.value_or(s.follow_lag).value;
  auto known = [&](const Supply& h) { return std::max(h.told, seen); };
  Int128 first = known(p.supplies.front());
  bool any = false, without = false;
  for (const Supply& h : p.supplies) {
    first = std::min(first, known(h));
    without = without || may_serve(p, h, p.arises.least);
    any = any || (known(h) <= p.arises.most && may_serve(p, h, std::max(p.arises.least, known(h))));
  }
  if (any || !without) return std::nullopt;
  return Hopeless{
      "",
      fmt::format("no directory names anything before {} after the start (`discovery.lag`, "
                  "`follow.lag`, `network.latency`); its last request arises at {}, and the last "
                  "declaration ends at {} (`holders[].window`)",
                  duration_text(first), duration_text(p.arises.most),
                  duration_text(last_window(p))),
      "a shorter `discovery.lag`"};
}

}  // namespace capmarket::scenarios
