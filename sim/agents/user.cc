#include "sim/agents/user.h"

#include <algorithm>

#include "model/chain/bindings.h"
#include "model/rules/evaluate.h"
#include "sim/agents/directory.h"
#include "sim/agents/holder.h"

namespace capmarket {
namespace {

constexpr std::int64_t kRateScale = 10'000;

const Rule& rule_of(const World& w, std::int32_t class_index) {
  const std::string& name = w.scenario->classes[static_cast<std::size_t>(class_index)].name;
  for (const ScenarioRule& r : w.scenario->rules)
    if (r.rule.class_name == name) return r.rule;
  CHECK(false, name);
  return w.scenario->rules.front().rule;
}

std::int32_t class_index(const World& w, const std::string& name) {
  const auto& classes = w.scenario->classes;
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (classes[i].name == name) return static_cast<std::int32_t>(i);
  CHECK(false, name);
  return -1;
}

void schedule_next(World& w, std::uint32_t user, Instant after, std::uint32_t occurrence) {
  const UserGroup& g = w.scenario->users[static_cast<std::size_t>(w.users[user].group)];
  if (g.arrivals.kind != ArrivalKind::poisson || g.arrivals.rate_per_hour <= 0) return;
  std::int64_t mean = static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(kNanosPerHour) * kRateScale, g.arrivals.rate_per_hour));
  Stream stream(w.dynamics, EntityKind::user, user, Draw::arrival, occurrence);
  Duration gap(std::min(stream.exponential(mean), (std::int64_t{1} << 60)));
  if (gap < w.scenario->end() - after) w.schedule(after + gap, EventKind::demand, user, occurrence);
}

void submit_request(World& w, RequestState r) {
  auto index = static_cast<std::uint32_t>(w.requests.size());
  const UserState& u = w.users[r.user];
  r.candidates = find_declarations(w, r.user, index, r.class_index, r.window);
  const ClassSpec& c = w.scenario->classes[static_cast<std::size_t>(r.class_index)];
  Request q;
  q.salt = w.fresh_salt();
  q.user = u.key.pub;
  for (std::uint32_t l : r.candidates) q.declarations.push_back(w.listings[l].declaration);
  q.quantity = r.quantity;
  q.window = r.window;
  q.unit = c.unit;
  q.class_name = c.name;
  q.tier = r.tier;
  q.max_price = r.max_price;
  q.partial = r.partial;
  q.open_until = std::min(r.patience_until, r.window.until);
  r.remaining = r.quantity;
  Instant arrival = w.now + w.latency(index, r.messages++);
  r.id = w.send(PassageKind::request, index, Kind::request, encode_object(q), {{Role::user, u.key}},
                arrival);
  w.requests.push_back(std::move(r));
}

RequestState synthetic_request(World& w, std::uint32_t user, std::uint32_t occurrence) {
  UserState& u = w.users[user];
  const UserGroup& g = w.scenario->users[static_cast<std::size_t>(u.group)];
  auto draw = [&](Draw what, const Distribution& d) {
    return Stream(w.dynamics, EntityKind::user, user, what, occurrence).sample(d);
  };
  RequestState r;
  r.user = user;
  r.class_index = class_index(w, g.class_name);
  const Rule& rule = rule_of(w, r.class_index);
  const Limits& limits = rule.limits;
  r.tier = u.inflates ? rule.tiers.front().name : g.tier;
  r.quantity = std::clamp(Quantity(draw(Draw::quantity, g.quantity)), limits.quantity_min,
                          limits.quantity_max);
  Duration length(
      std::clamp(draw(Draw::length, g.length), limits.length_min.value, limits.length_max.value));
  std::int64_t grains = std::max<std::int64_t>(1, length.value / rule.granularity.value);
  r.window.from = round_up(w.now + Duration(draw(Draw::lead, g.lead)), rule.granularity);
  r.window.until = r.window.from + Duration(grains * rule.granularity.value);
  r.max_price = std::clamp(Money(draw(Draw::value, g.value)), limits.price_min, limits.price_max);
  Stream partial(w.dynamics, EntityKind::user, user, Draw::partial, occurrence);
  r.partial = static_cast<std::int64_t>(partial.below(10'000)) < g.partial;
  r.patience_until = w.now + g.patience;
  return r;
}

RequestState trace_request(World& w, std::size_t row) {
  const TraceRequest& t = w.scenario->trace->requests[row];
  RequestState r;
  r.user = w.trace_users[row];
  r.class_index = class_index(w, t.class_name);
  r.tier = w.users[r.user].inflates ? rule_of(w, r.class_index).tiers.front().name : t.tier;
  r.quantity = t.quantity;
  r.window = t.window;
  r.max_price = t.max_price;
  r.partial = t.partial;
  r.patience_until = t.window.until;
  return r;
}

/// Asks the next holder, or gives up: the list is through, patience or the window is over.
void ask_next(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  const Limits& limits = rule_of(w, r.class_index).limits;
  bool over = r.next_candidate >= r.candidates.size() || w.now >= r.patience_until ||
              w.now >= r.window.until || r.remaining < limits.quantity_min ||
              r.remaining.value <= 0;
  if (over) return;
  r.listing = r.candidates[r.next_candidate++];
  r.asked_window = r.window;
  r.asked = r.remaining;
  w.schedule(w.now + w.latency(index, r.messages), EventKind::proposal, index, r.messages);
  ++r.messages;
}

void let_go(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  if (r.offered.value == 0) return;
  auto note = static_cast<std::uint32_t>(w.releases.size());
  w.releases.push_back({w.listings[r.listing].holder, r.asked_window, r.offered});
  w.schedule(w.now + w.latency(index, r.messages++), EventKind::release, note);
}

const KnownRefusal* latest_refusal(const UserState& u, const ContentId& declaration,
                                   Instant before) {
  const KnownRefusal* out = nullptr;
  for (const KnownRefusal& k : u.refusals)
    if (k.declaration == declaration && k.admitted < before) out = &k;
  return out;
}

/// The user reads the rule: it does not sign what its tier may not have. Adversaries do.
bool eligible_for(const World& w, const RequestState& r, const Window& window, Instant signed_at,
                  const Rule& rule) {
  const UserState& u = w.users[r.user];
  const Tier* tier = rule.tier(r.tier);
  if (u.inflates) return true;
  if (tier == nullptr) return false;
  const HolderState& h = w.holders[w.listings[r.listing].holder];
  CredentialGrant user, holder;
  user.kind = u.kind, user.groups = u.groups;
  holder.kind = h.kind, holder.groups = h.groups;
  EligibilityContext context{&user,  &holder, &h.location, r.offered,
                             window, r.price, signed_at,   r.partial};
  return Concrete::holds(
      evaluate_bool<Concrete>(tier->eligible, eligibility_bindings(rule, *tier, context)));
}

Settlement draft(World& w, const RequestState& r, const Window& window, Instant signed_at,
                 std::size_t rule_index) {
  const UserState& u = w.users[r.user];
  const Listing& listing = w.listings[r.listing];
  const Rule& rule = w.scenario->rules[rule_index].rule;
  const ClassSpec& c = w.scenario->classes[static_cast<std::size_t>(r.class_index)];
  Leg leg;
  leg.declaration = listing.declaration;
  leg.request = r.id;
  leg.holder_credential = w.holders[listing.holder].credential;
  leg.user_credential = u.credential;
  leg.quantity = r.offered;
  leg.window = window;
  leg.rule = w.rule_ids[rule_index];
  leg.tier = r.tier;
  leg.price = r.price;
  leg.retain_until = window.until + std::max(c.retention, rule.retention);
  if (const KnownRefusal* k = latest_refusal(u, listing.declaration, signed_at))
    leg.predecessors = {k->settlement};
  return {w.fresh_salt(), signed_at, r.next_index, {leg}};
}

}  // namespace

void schedule_demand(World& w) {
  for (std::uint32_t i = 0; i < w.users.size(); ++i)
    if (w.users[i].group >= 0) schedule_next(w, i, w.scenario->start, 0);
  std::uint32_t first = 0;
  for (std::size_t g = 0; g < w.scenario->users.size(); ++g) {
    const UserGroup& group = w.scenario->users[g];
    if (group.arrivals.kind == ArrivalKind::burst && group.count > 0)
      for (std::int64_t k = 0; k < group.arrivals.size; ++k)
        w.schedule(w.scenario->start + group.arrivals.at, EventKind::demand,
                   first + static_cast<std::uint32_t>(k % group.count),
                   static_cast<std::uint32_t>(k / group.count));
    first += static_cast<std::uint32_t>(group.count);
  }
  if (!w.scenario->trace) return;
  auto users = static_cast<std::uint32_t>(w.users.size());
  for (std::uint32_t row = 0; row < w.scenario->trace->requests.size(); ++row)
    w.schedule(w.scenario->trace->requests[row].issue_at, EventKind::demand, users + row);
}

void on_demand(World& w, std::uint32_t subject, std::uint32_t occurrence) {
  if (subject >= w.users.size()) {
    submit_request(w, trace_request(w, subject - w.users.size()));
    return;
  }
  submit_request(w, synthetic_request(w, subject, occurrence));
  schedule_next(w, subject, w.now, occurrence + 1);
}

void on_request_receipt(World& w, const Passage& passage) {
  if (passage.receipt.decision.admitted()) ask_next(w, passage.subject);
}

void on_offer(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  const HolderState& h = w.holders[w.listings[r.listing].holder];
  std::size_t rule_index = 0;
  const ScenarioRule* rule = w.rule_for(r.class_index, h.location, w.now, &rule_index);
  // The user's own clock may run ahead; a signature from the future would be refused.
  Instant signed_at = w.now + w.users[r.user].clock;
  bool taken = r.offered.value > 0 && rule != nullptr && r.price <= r.max_price;
  if (taken) {
    Window window = r.asked_window;
    window.from = std::max(window.from, round_up(signed_at, rule->rule.granularity));
    bool whole = r.offered == r.quantity && window == r.window;
    taken = !window.empty() && (whole || r.partial) &&
            eligible_for(w, r, window, signed_at, rule->rule);
    if (taken) {
      r.drafted_window = window;
      r.drafted_at = signed_at;
      r.draft = encode_object(draft(w, r, window, signed_at, rule_index));
    }
  }
  if (!taken) {
    let_go(w, index);
    ask_next(w, index);
    return;
  }
  w.schedule(w.now + w.latency(index, r.messages), EventKind::countersign, index, r.messages);
  ++r.messages;
}

void on_settlement_receipt(World& w, const Passage& passage) {
  RequestState& r = w.requests[passage.subject];
  if (passage.receipt.decision.admitted()) {
    r.remaining -= r.offered;
    ++r.next_index;
    std::erase_if(w.users[r.user].refusals, [&](const KnownRefusal& k) {  // discharged
      return k.declaration == w.listings[r.listing].declaration && k.admitted < r.drafted_at;
    });
  } else {
    w.users[r.user].refusals.push_back(
        {w.listings[r.listing].declaration, passage.id, passage.receipt.time});
    on_settlement_refused(w, r);
    if (w.users[r.user].inflates) return;  // found out
  }
  ask_next(w, passage.subject);
}

}  // namespace capmarket
