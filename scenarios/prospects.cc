#include "scenarios/prospects.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "model/base/text.h"

namespace capmarket::scenarios {
namespace {

Span span_of(const Distribution& d) { return {d.smallest(), d.largest()}; }

Span clamped(const Span& s, std::int64_t least, std::int64_t most) {
  return {std::clamp<Int128>(s.least, least, most), std::clamp<Int128>(s.most, least, most)};
}

Int128 up_to_multiple(Int128 t, Int128 g) { return -floor_div(-t, g) * g; }

/// Of what a holder has, the part that it declares by itself, and what it keeps for intents.
void share_out(const Scenario& s, Int128 quantity, std::int64_t kept_share, Supply& out) {
  const Int128 kept = floor_div(quantity * kept_share, kFullRatio);
  out.listed = quantity - kept, out.answered = kept;
  if (s.discovery == DiscoveryMode::prepublished) out.listed = quantity, out.answered = 0;
  if (s.discovery == DiscoveryMode::reactive) out.listed = 0, out.answered = quantity;
}

/// The first message of a holder, its publication to it, and what it tells the directories then.
Int128 told_at(const Scenario& s, Int128 message, Duration lag) {
  return 2 * message + lag.value + s.directory_lag.smallest();
}

Supply supply_of(const Scenario& s, const HolderGroup& g, Int128 message) {
  Supply out;
  out.at = "holders." + g.name;
  out.zone = g.name;
  const ClassSpec* c = s.find_class(g.class_name);
  out.granularity = c == nullptr ? 1 : c->granularity.value;
  out.window = {
      up_to_multiple(s.start.value, out.granularity) - s.start.value,
      up_to_multiple(s.start.value + Int128{g.window.value}, out.granularity) - s.start.value};
  out.pieces = g.rolling ? 1 : g.pieces;  // else where they end hangs on when they are declared
  if (g.rolling) out.horizon = Int128{g.rolling->horizon.value} + out.granularity;
  share_out(s, std::max<std::int64_t>(1, g.quantity.largest()), g.share_reactive, out);
  out.ask = Money(g.ask.smallest());
  out.told = told_at(s, message, g.follow_lag.value_or(s.follow_lag));
  out.offer_timeout = g.offer_timeout;
  out.signatures_timeout = g.signatures_timeout;
  return out;
}

Supply supply_of(const Scenario& s, const TraceHolder& h, Int128 message) {
  const HolderGroup unsaid;
  Supply out;
  out.at = "trace.holders";
  out.window = {Int128{h.window.from.value} - s.start.value,
                Int128{h.window.until.value} - s.start.value};
  share_out(s, h.quantity.value, kFullRatio / 2, out);
  out.ask = h.ask;
  out.told = told_at(s, message, s.follow_lag);
  out.offer_timeout = unsaid.offer_timeout;
  out.signatures_timeout = unsaid.signatures_timeout;
  return out;
}

/// It is away all the time, or all of its asset is out of order.
bool never_there(const Scenario& s, const HolderGroup& g) {
  const bool whole = std::all_of(g.outages.begin(), g.outages.end(),
                                 [](const PlannedOutage& o) { return o.share == kFullRatio; });
  return throughout(g.away, s.duration) || (whole && throughout(g.outages, g.window));
}

std::vector<Supply> supplies_of(const Scenario& s, const std::string& class_name, Int128 message) {
  std::vector<Supply> out;
  for (const HolderGroup& g : s.holders)
    if (g.class_name == class_name && g.count > 0 && g.strategy != HolderStrategy::scripted &&
        !never_there(s, g))
      out.push_back(supply_of(s, g, message));
  if (!s.trace) return out;
  // Those with one window are as good as one that has the most and asks the least of them.
  std::map<Window, Supply> trace;
  for (const TraceHolder& h : s.trace->holders) {
    if (h.class_name != class_name) continue;
    const Supply one = supply_of(s, h, message);
    Supply& all = trace.try_emplace(h.window, one).first->second;
    all.listed = std::max(all.listed, one.listed);
    all.answered = std::max(all.answered, one.answered);
    all.ask = std::min(all.ask, one.ask);
  }
  for (auto& [window, supply] : trace) out.push_back(std::move(supply));
  return out;
}

/// The class's rules that somebody may sign under: clocks may be off.
void note_rules(const Scenario& s, Prospect& p) {
  const Window signing{s.start - s.clock_error, s.end() + s.clock_error};
  p.coordinated = true;
  for (const ScenarioRule& r : s.rules) {
    if (r.rule.class_name != p.class_name) continue;
    if (p.drawn_by == nullptr) p.drawn_by = &r.rule;
    if (!r.in_force().meets(signing)) continue;
    p.rules.push_back(&r.rule);
    const rules::CoordinationMode mode = r.rule.coordination.mode;
    p.coordinated = p.coordinated && (mode == rules::CoordinationMode::single ||
                                      mode == rules::CoordinationMode::sharded);
  }
}

void note_times(const Scenario& s, Prospect& p) {
  const UserGroup& g = *p.group;
  std::int64_t quickest = s.latency.smallest();
  for (const LinkSpec& link : s.links) quickest = std::min(quickest, link.latency.smallest());
  p.message = std::max<std::int64_t>(1, quickest);
  // A round to the chain: a message there, and the publication. Under `reactive` two of them.
  const Int128 round = 2 * p.message + g.follow_lag.value_or(s.follow_lag).value;
  p.asks = s.discovery == DiscoveryMode::reactive ? 2 * round : round;
  p.signs = p.asks + 2 * p.message;
  p.settles = 2 * p.message;
  if (p.coordinated && !s.coordinators.empty()) {
    std::int64_t delay = std::numeric_limits<std::int64_t>::max();
    for (const CoordinatorSpec& c : s.coordinators) delay = std::min(delay, least_delay(c));
    p.settles += 2 * p.message + delay;
  }
  Duration burst = g.arrivals.at;  // who is away then asks when it is back
  for (const Absence& a : g.away)
    if (burst >= a.from && burst < a.until) burst = a.until;
  p.arises = g.arrivals.kind == ArrivalKind::burst ? Span{burst.value, burst.value}
                                                   : Span{1, Int128{s.duration.value} - 1};
  p.lead = span_of(g.lead);
  if (g.start == StartChoice::earliest) p.lead.most += g.start_within.value;
}

/// The length of all of its requests is that of the main one.
Span length_of(const UserGroup& g, const rules::Rule& rule) {
  const Span drawn =
      clamped(span_of(g.length), rule.limits.length_min.value, rule.limits.length_max.value);
  const Int128 grain = rule.granularity.value;
  auto grains = [&](Int128 length) { return std::max<Int128>(1, length / grain) * grain; };
  return {grains(drawn.least), grains(drawn.most)};
}

Span quantity_of(const Prospect& p, const Distribution& d) {
  const rules::Limits& l = p.drawn_by->limits;
  return clamped(span_of(d), l.quantity_min.value, l.quantity_max.value);
}

Money value_of(const Prospect& p, const Distribution& d) {
  const rules::Limits& l = p.drawn_by->limits;
  return std::clamp(Money(d.largest()), l.price_min, l.price_max);
}

Prospect in_class(const Scenario& s, std::size_t index, const std::string& class_name) {
  Prospect out;
  out.scenario = &s;
  out.group = &s.users[index];
  out.at = fmt::format("users.{}.", index);
  out.class_name = class_name;
  note_rules(s, out);
  note_times(s, out);
  out.supplies = supplies_of(s, class_name, out.message);
  return out;
}

Prospect of_part(const Scenario& s, std::size_t index, std::size_t number, const Prospect& main) {
  const BundlePart& part = main.group->bundle[number];
  Prospect out = in_class(s, index, part.class_name);
  out.part = fmt::format("bundle.{}.", number);
  out.tier = part.tier;
  out.whole = true;
  out.length = main.length;
  auto share = [&](Int128 q) { return floor_div(q * part.share, kFullRatio); };
  const Span asked = part.quantity ? Span{part.quantity->value, part.quantity->value}
                                   : Span{share(main.quantity.least), share(main.quantity.most)};
  const rules::Limits& l = out.drawn_by->limits;
  out.quantity = clamped(asked, l.quantity_min.value, l.quantity_max.value);
  out.value = value_of(out, part.value);
  return out;
}

}  // namespace

std::vector<Prospect> prospects_of(const Scenario& s, std::size_t index) {
  const UserGroup& g = s.users[index];
  if (askers(g) == 0) return {};
  Prospect main = in_class(s, index, g.class_name);
  if (main.drawn_by == nullptr || main.rules.empty()) return {};
  main.tier = g.tier;
  main.whole = g.partial == 0 || !g.bundle.empty();
  main.length = length_of(g, *main.drawn_by);
  main.quantity = quantity_of(main, g.quantity);
  main.value = value_of(main, g.value);
  std::vector<Prospect> out{main};
  for (std::size_t i = 0; i < g.bundle.size(); ++i) {
    Prospect part = of_part(s, index, i, main);
    // They are settled together, and so all of them with a coordinator where one needs it.
    out.front().settles = std::max(out.front().settles, part.settles);
    out.push_back(std::move(part));
  }
  for (Prospect& p : out) p.settles = out.front().settles;
  return out;
}

std::int64_t least_delay(const CoordinatorSpec& c) {
  const StrategyRow& row = strategies_of(StrategyRole::cosign).at(c.strategy.number);
  return c.delay.smallest() + (row.name == "slow" ? c.strategy.parameters.front() : 0);
}

bool cut_off(const Scenario& s, const std::string& a, const std::string& b) {
  if (a.empty() || b.empty() || a == b) return false;
  std::vector<std::pair<Duration, Duration>> cuts;
  auto names = [](const PartitionSpec& p, const std::string& name) {
    return std::find(p.between.begin(), p.between.end(), name) != p.between.end();
  };
  for (const PartitionSpec& p : s.partitions)
    if (names(p, a) && names(p, b)) cuts.emplace_back(p.from, p.until);
  std::sort(cuts.begin(), cuts.end());
  Duration reached;
  for (const auto& [from, until] : cuts)
    if (from <= reached) reached = std::max(reached, until);
  return reached >= s.duration;
}

std::string duration_text(Int128 nanoseconds) {
  return to_text(Duration(static_cast<std::int64_t>(
      std::min<Int128>(nanoseconds, std::numeric_limits<std::int64_t>::max()))));
}

}  // namespace capmarket::scenarios
