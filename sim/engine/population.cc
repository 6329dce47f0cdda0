#include "sim/engine/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace capmarket {
namespace {

KeyPair key_for(const World& w, EntityKind kind, std::uint64_t number) {
  Stream stream(w.population, kind, number, Draw::key_seed, 0);
  KeySeed seed;
  stream.fill(seed.bytes);
  return key_pair_from_seed(seed);
}

std::int32_t class_index(const Scenario& s, const std::string& name) {
  for (std::size_t i = 0; i < s.classes.size(); ++i)
    if (s.classes[i].name == name) return static_cast<std::int32_t>(i);
  CHECK(false, name);
  return -1;
}

/// The first rule of a class: its best tier and its names.
const Rule& rule_of_class(const Scenario& s, const std::string& name) {
  for (const ScenarioRule& r : s.rules)
    if (r.rule.class_name == name) return r.rule;
  CHECK(false, name);
  return s.rules.front().rule;
}

Location place_of(const World& w, const HolderGroup& group, std::uint64_t number) {
  std::vector<Location> below;
  const std::vector<Location>& leaves = w.scenario->locations.leaves;
  const std::vector<Location>* from = &leaves;
  if (group.place) {
    for (const Location& l : leaves)
      if (group.place->contains(l)) below.push_back(l);
    from = &below;
  }
  Stream stream(w.population, EntityKind::holder, number, Draw::place, 0);
  return (*from)[stream.below(from->size())];
}

void add_holder(World& w, HolderState h) {
  h.key = key_for(w, EntityKind::holder, w.holders.size());
  w.holders.push_back(std::move(h));
}

void add_holder_group(World& w, const HolderGroup& group) {
  const Scenario& s = *w.scenario;
  for (std::int64_t i = 0; i < group.count; ++i) {
    std::uint64_t number = w.holders.size();
    HolderState h;
    h.name = fmt::format("{}.{}", group.name, i);
    h.kind = group.kind;
    h.groups = group.groups;
    h.location = place_of(w, group, number);
    h.class_index = class_index(s, group.class_name);
    h.strategy = group.strategy;
    Stream quantity(w.population, EntityKind::holder, number, Draw::quantity, 0);
    h.quantity = Quantity(std::max<std::int64_t>(1, quantity.sample(group.quantity)));
    Stream ask(w.population, EntityKind::holder, number, Draw::ask, 0);
    h.ask = Money(ask.sample(group.ask));
    Duration g = s.classes[static_cast<std::size_t>(h.class_index)].granularity;
    h.window.from = round_up(s.start, g);
    h.window.until = round_up(s.start + group.window, g);
    add_holder(w, std::move(h));
  }
}

void add_user(World& w, UserState u) {
  std::uint64_t number = w.users.size();
  u.key = key_for(w, EntityKind::user, number);
  std::sort(u.groups.begin(), u.groups.end());
  std::int64_t range = w.scenario->clock_error.value;
  if (range > 0) {
    Stream stream(w.population, EntityKind::user, number, Draw::clock, 0);
    u.clock = Duration(static_cast<std::int64_t>(stream.below(2 * range + 1)) - range);
  }
  w.users.push_back(std::move(u));
}

void add_user_group(World& w, std::size_t index) {
  const UserGroup& group = w.scenario->users[index];
  const Rule& rule = rule_of_class(*w.scenario, group.class_name);
  for (std::int64_t i = 0; i < group.count; ++i) {
    UserState u;
    u.name = fmt::format("{}.{}", group.name, i);
    u.kind = group.kind;
    u.groups = group.groups;
    u.group = static_cast<std::int32_t>(index);
    u.memberships = {{group.class_name, rule.name, group.tier}};
    add_user(w, std::move(u));
  }
}

void add_trace(World& w, const Trace& trace) {
  const Scenario& s = *w.scenario;
  for (const TraceHolder& t : trace.holders) {
    HolderState h;
    h.name = t.name;
    h.location = t.location;
    h.class_index = class_index(s, t.class_name);
    h.quantity = t.quantity;
    h.window = t.window;
    h.strategy = t.strategy;
    h.ask = t.ask;
    add_holder(w, std::move(h));
  }
  std::map<std::string, std::uint32_t> by_name;
  for (const TraceRequest& t : trace.requests) {
    auto [it, fresh] = by_name.try_emplace(t.user, static_cast<std::uint32_t>(w.users.size()));
    if (fresh) {
      UserState u;
      u.name = t.user;
      u.kind = t.kind;
      add_user(w, std::move(u));
    }
    UserState& user = w.users[it->second];
    Membership m{t.class_name, rule_of_class(s, t.class_name).name, t.tier};
    if (std::find(user.memberships.begin(), user.memberships.end(), m) == user.memberships.end())
      user.memberships.push_back(m);
    w.trace_users.push_back(it->second);
  }
}

/// The users of lowest keyed number turn adversary, those who hold their class's best tier
/// excepted.
void turn(World& w, const AdversarySpec& spec) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  for (std::uint32_t i = 0; i < w.users.size(); ++i) {
    const Membership& m = w.users[i].memberships.front();
    const std::string& best = rule_of_class(*w.scenario, m.class_name).tiers.front().name;
    bool holds_best = std::any_of(w.users[i].memberships.begin(), w.users[i].memberships.end(),
                                  [&](const Membership& x) { return x.tier == best; });
    if (holds_best || w.users[i].inflates) continue;
    Stream stream(w.population, EntityKind::user, i, Draw::adversary, 0);
    order.emplace_back(stream.next(), i);
  }
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size() && i < static_cast<std::size_t>(spec.count); ++i)
    w.users[order[i].second].inflates = true;
}

}  // namespace

void populate(World& world) {
  const Scenario& s = *world.scenario;
  for (const HolderGroup& group : s.holders) add_holder_group(world, group);
  for (std::size_t i = 0; i < s.users.size(); ++i) add_user_group(world, i);
  if (s.trace) add_trace(world, *s.trace);
  for (const AdversarySpec& spec : s.adversaries) turn(world, spec);
  world.listings_of_class.resize(s.classes.size());
}

}  // namespace capmarket
