#include "sim/agents/user.h"

#include <algorithm>

#include "sim/agents/declare.h"
#include "sim/agents/directory.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/terms.h"

namespace capmarket {
namespace {

constexpr std::int64_t kShares = 10'000;
/// A user waits so long for answers to its intent, but no more than a quarter of its patience.
constexpr Duration kAnswersAfter{5 * kNanosPerSecond};

const Rule& rule_of(const World& w, std::int32_t of_class) {
  const std::string& name = w.class_spec(of_class).name;
  for (const ScenarioRule& r : w.scenario->rules)
    if (r.rule.class_name == name) return r.rule;
  CHECK(false, name);
  return w.scenario->rules.front().rule;
}

const UserGroup* group_of(const World& w, const UserState& u) {
  return u.group < 0 ? nullptr : &w.scenario->users[static_cast<std::size_t>(u.group)];
}

void schedule_next(World& w, std::uint32_t user, Instant after, std::uint32_t occurrence) {
  const UserGroup& g = *group_of(w, w.users[user]);
  if (g.arrivals.kind != ArrivalKind::poisson || g.arrivals.rate_per_hour <= 0) return;
  std::int64_t mean = static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(kNanosPerHour) * kShares, g.arrivals.rate_per_hour));
  Stream stream(w.dynamics, EntityKind::user, user, Draw::arrival, occurrence);
  Duration gap(std::min(stream.exponential(mean), (std::int64_t{1} << 60)));
  if (gap < w.scenario->end() - after) w.schedule(after + gap, EventKind::demand, user, occurrence);
}

/// Everything that the directory lists is sold, as the user reads the chain.
bool scarce(const World& w, const RequestState& r) {
  Quantity free;
  for (std::uint32_t l : r.candidates) {
    auto terms = terms_for(w, r.user, w.listings[l], r.class_index, w.now);
    if (terms) free += room_for(w, l, *terms, r.tier, r.window);
    if (free >= r.quantity) return false;
  }
  return true;
}

void send_intent(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  const UserState& u = w.users[r.user];
  const ClassSpec& c = w.class_spec(r.class_index);
  Intent intent{w.fresh_salt(), u.key.pub, r.quantity,      r.window,   c.unit,
                c.name,         r.tier,    u.scope.front(), r.max_price};
  r.intent = w.submit(Kind::intent, index, encode_object(intent), {{Role::user, u.key}},
                      from_request(w, index, u.zone));
  w.request_of_intent.emplace(*r.intent, index);
}

/// Finds what is listed; asks around where that is the mode, or nothing listed is free.
std::uint32_t look(World& w, RequestState r) {
  auto index = static_cast<std::uint32_t>(w.requests.size());
  r.candidates = find_declarations(w, r.user, index, r.class_index, r.window);
  r.remaining = r.quantity;
  r.goal = r.window;
  DiscoveryMode mode = w.scenario->discovery;
  bool ask_around =
      mode == DiscoveryMode::reactive || (mode == DiscoveryMode::hybrid && scarce(w, r));
  ask_around = ask_around && !r.window.empty();
  w.requests.push_back(std::move(r));
  if (ask_around)
    send_intent(w, index);
  else
    issue_request(w, index);
  return index;
}

RequestState synthetic_request(World& w, std::uint32_t user, std::uint32_t occurrence) {
  UserState& u = w.users[user];
  const UserGroup& g = *group_of(w, u);
  auto draw = [&](Draw what, const Distribution& d) {
    return Stream(w.dynamics, EntityKind::user, user, what, occurrence).sample(d);
  };
  RequestState r;
  r.user = user;
  r.class_index = w.class_index(g.class_name);
  const Rule& rule = rule_of(w, r.class_index);
  const Limits& limits = rule.limits;
  r.tier = u.attack == Attack::tier_inflation ? rule.tiers.front().name : g.tier;
  r.quantity = std::clamp(Quantity(draw(Draw::quantity, g.quantity)), limits.quantity_min,
                          limits.quantity_max);
  Duration length(
      std::clamp(draw(Draw::length, g.length), limits.length_min.value, limits.length_max.value));
  std::int64_t grains = std::max<std::int64_t>(1, length.value / rule.granularity.value);
  r.window.from = ceil_to(rule, w.now + Duration(draw(Draw::lead, g.lead)));
  r.window.until = r.window.from + Duration(grains * rule.granularity.value);
  r.max_price = std::clamp(Money(draw(Draw::value, g.value)), limits.price_min, limits.price_max);
  Stream partial(w.dynamics, EntityKind::user, user, Draw::partial, occurrence);
  r.partial = static_cast<std::int64_t>(partial.below(kShares)) < g.partial;
  r.patience_until = w.now + g.patience;
  return r;
}

/// The other classes of a bundle, over the window of the main request.
void demand_bundle(World& w, RequestState main, std::uint32_t occurrence) {
  const UserGroup& g = *group_of(w, w.users[main.user]);
  main.partial = false;
  auto bundle = static_cast<std::int32_t>(w.bundles.size());
  w.bundles.emplace_back();
  std::vector<RequestState> all{main};
  for (std::size_t i = 0; i < g.bundle.size(); ++i) {
    const BundlePart& part = g.bundle[i];
    RequestState r = main;
    r.class_index = w.class_index(part.class_name);
    r.tier = part.tier;
    const Limits& limits = rule_of(w, r.class_index).limits;
    Int128 share = floor_div(static_cast<Int128>(main.quantity.value) * part.share, kShares);
    Quantity quantity = part.quantity.value_or(Quantity(static_cast<std::int64_t>(share)));
    r.quantity = std::clamp(quantity, limits.quantity_min, limits.quantity_max);
    Stream value(w.dynamics, EntityKind::user, main.user, Draw::value,
                 occurrence | (std::uint64_t{i} + 1) << 32);
    r.max_price = std::clamp(Money(value.sample(part.value)), limits.price_min, limits.price_max);
    all.push_back(std::move(r));
  }
  for (RequestState& r : all) {
    r.bundle = bundle;
    auto next = static_cast<std::uint32_t>(w.requests.size());
    w.bundles[static_cast<std::size_t>(bundle)].requests.push_back(next);
    look(w, std::move(r));
  }
}

RequestState trace_request(World& w, std::size_t row) {
  const TraceRequest& t = w.scenario->trace->requests[row];
  RequestState r;
  r.user = w.trace_users[row];
  r.class_index = w.class_index(t.class_name);
  r.tier = w.users[r.user].attack == Attack::tier_inflation
               ? rule_of(w, r.class_index).tiers.front().name
               : t.tier;
  r.quantity = t.quantity;
  r.window = t.window;
  r.max_price = t.max_price;
  r.partial = t.partial;
  r.patience_until = t.window.until;
  return r;
}

}  // namespace

void schedule_demand(World& w) {
  for (std::uint32_t i = 0; i < w.users.size(); ++i)
    if (w.users[i].group >= 0) schedule_next(w, i, w.scenario->start, 0);
  std::uint32_t first = 0;
  for (const UserGroup& group : w.scenario->users) {
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
    look(w, trace_request(w, subject - w.users.size()));
    return;
  }
  schedule_next(w, subject, w.now, occurrence + 1);
  if (w.users[subject].revoked) return;
  RequestState r = synthetic_request(w, subject, occurrence);
  if (group_of(w, w.users[subject])->bundle.empty())
    look(w, std::move(r));
  else
    demand_bundle(w, std::move(r), occurrence);
}

void on_intent_receipt(World& w, const Passage& p) {
  RequestState& r = w.requests[p.subject];
  if (p.lost || !p.receipt.decision.admitted()) {
    r.intent.reset();
    issue_request(w, p.subject);
    return;
  }
  spread_intent(w, p.subject, p.receipt.time);
  Duration left = r.patience_until > w.now ? r.patience_until - w.now : Duration(0);
  w.plan(w.now + std::min(kAnswersAfter, Duration(left.value / 4)),
         {ActionKind::close_answers, p.subject, 0, {}});
}

void issue_request(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  const UserState& u = w.users[r.user];
  const ClassSpec& c = w.class_spec(r.class_index);
  Request q;
  q.salt = w.fresh_salt();
  q.user = u.key.pub;
  for (std::uint32_t l : r.candidates)
    if (!w.listings[l].answers) q.declarations.push_back(w.listings[l].declaration);
  q.quantity = r.quantity;
  q.window = r.window;
  q.unit = c.unit;
  q.class_name = c.name;
  q.tier = r.tier;
  q.max_price = r.max_price;
  q.partial = r.partial;
  q.open_until = std::min(r.patience_until, r.window.until);
  q.intent = r.intent;
  if (r.bundle >= 0) {
    // Of the first request's number: the same for all that belong together.
    std::uint32_t first = w.bundles[static_cast<std::size_t>(r.bundle)].requests.front();
    Stream stream(w.dynamics, EntityKind::message, first, Draw::salt, 1);
    stream.fill(q.bundle.emplace().bytes);
  }
  for (const KeyPair& key : u.adaptations) q.adaptations.push_back(key.pub);
  r.wanted = r.remaining;
  r.id = w.submit(Kind::request, index, encode_object(q), {{Role::user, u.key}},
                  from_request(w, index, u.zone));
  w.request_of_id.emplace(r.id, index);
}

void on_request_receipt(World& w, const Passage& p) {
  bool admitted = !p.lost && p.receipt.decision.admitted();
  RequestState& r = w.requests[p.subject];
  const UserGroup* g = group_of(w, w.users[r.user]);
  if (admitted && g != nullptr && g->withdraw > 0) {
    Stream stream(w.dynamics, EntityKind::user, p.subject, Draw::withdraw, 0);
    if (static_cast<std::int64_t>(stream.below(kShares)) < g->withdraw && r.patience_until > w.now)
      w.plan(w.now + Duration(static_cast<std::int64_t>(stream.below(
                         static_cast<std::uint64_t>((r.patience_until - w.now).value)))),
             {ActionKind::withdraw, p.subject, 0, {}});
  }
  if (r.bundle >= 0) {
    bundle_receipt(w, static_cast<std::uint32_t>(r.bundle), admitted);
    return;
  }
  if (admitted) ask_next(w, p.subject);
}

void withdraw(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  const RequestRecord* record = w.state().request(r.id);
  if (record == nullptr || record->closed || record->withdrawn) return;
  r.withdrawn = true;
  const UserState& u = w.users[r.user];
  Withdrawal o{w.fresh_salt(), u.key.pub, r.id};
  w.submit(Kind::withdrawal, index, encode_object(o), {{Role::user, u.key}},
           from_request(w, index, u.zone));
}

}  // namespace capmarket
