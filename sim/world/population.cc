#include "sim/world/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "scenarios/adversaries.h"
#include "sim/kernel/grid.h"
#include "sim/world/network.h"
#include "sim/world/taking_part.h"

namespace capmarket::world {
namespace {

crypto::KeyPair key_for(const World& w, const kernel::Entity& who) {
  kernel::Stream stream(w.population, who, kernel::Draw::key_seed, 0);
  crypto::KeySeed seed;
  stream.fill(seed.bytes);
  return crypto::key_pair_from_seed(seed);
}

/// The first rule of a class: its best tier and its names.
const rules::Rule& rule_of_class(const scenarios::Scenario& s, const std::string& name) {
  for (const scenarios::ScenarioRule& r : s.rules)
    if (r.rule.class_name == name) return r.rule;
  CHECK(false, name);
  return s.rules.front().rule;
}

/// A membership of the tier in every rule of the class that has it; in the first rule where none.
void join(const scenarios::Scenario& s, const std::string& class_name, const std::string& tier,
          std::vector<objects::Membership>& out) {
  std::set<std::string> names;
  for (const scenarios::ScenarioRule& r : s.rules)
    if (r.rule.class_name == class_name && r.rule.tier(tier) != nullptr) names.insert(r.rule.name);
  if (names.empty()) names.insert(rule_of_class(s, class_name).name);
  for (const std::string& name : names) {
    objects::Membership m{class_name, name, tier};
    if (std::find(out.begin(), out.end(), m) == out.end()) out.push_back(m);
  }
}

party::AuthorityIndex authority_index(const scenarios::Scenario& s, const scenarios::AuthoritySpec* spec) {
  return party::AuthorityIndex(spec == nullptr ? 0 : spec - s.authorities.data());
}

location::Location place_of(const World& w, const scenarios::HolderGroup& group,
                            const kernel::Entity& who) {
  if (group.strategy == scenarios::HolderStrategy::scripted && group.place) return *group.place;
  std::vector<location::Location> below;
  const std::vector<location::Location>& leaves = w.scenario->locations.leaves;
  const std::vector<location::Location>* from = &leaves;
  if (group.place) {
    for (const location::Location& l : leaves)
      if (group.place->contains(l)) below.push_back(l);
    from = &below;
  }
  kernel::Stream stream(w.population, who, kernel::Draw::place, 0);
  return (*from)[stream.below(from->size())];
}

/// What it may spend beside what it is paid.
std::optional<Money> limit_of(World& w, const scenarios::Conduct& conduct) {
  if (!conduct.budget) return std::nullopt;
  w.budgets = true;
  const Int128 all = Int128{conduct.budget->value} + conduct.credit.value;
  return Money(static_cast<std::int64_t>(std::min<Int128>(all, kWireMax)));
}

void add_holder(World& w, party::HolderState h) {
  const scenarios::Scenario& s = *w.scenario;
  h.key = key_for(w, h.draws.who);
  h.authority = authority_index(s, s.authority_for(w.class_spec(h.class_index).name, h.location));
  const std::string& of_class = w.class_spec(h.class_index).name;
  for (party::InfrastructureIndex i : indices(s.infrastructure)) {
    const scenarios::SharedInfrastructureSpec& x = at(s.infrastructure, i);
    bool edge = std::find(x.peer.begin(), x.peer.end(), h.name) != x.peer.end();
    if (x.class_name == of_class &&
        (edge || (x.peer.empty() && location::any_contains(x.locations, h.location))))
      h.infrastructure = i;
    if (edge) break;  // of that edge only
  }
  const scenarios::HolderGroup unsaid;
  const scenarios::HolderGroup& said = h.group.valid() ? at(s.holders, h.group) : unsaid;
  h.offer_holds = said.offer_timeout;
  h.signatures_within = said.signatures_timeout;
  h.purse.limit = limit_of(w, said.conduct);
  w.owners[h.key.pub] = w.holders.next();
  w.holders.push_back(std::move(h));
}

void add_holder_group(World& w, party::HolderGroupIndex index) {
  const scenarios::Scenario& s = *w.scenario;
  const scenarios::HolderGroup& group = at(s.holders, index);
  kernel::Entity who = kernel::named(kernel::EntityKind::holder, group.name);
  for (std::int64_t i = 0; i < group.count; ++i) {
    who.number = static_cast<std::uint64_t>(i);
    party::HolderState h;
    h.draws.who = who;
    h.name = fmt::format("{}.{}", group.name, i);
    h.kind = group.kind;
    h.groups = group.groups;
    std::sort(h.groups.begin(), h.groups.end());
    h.location = place_of(w, group, who);
    h.class_index = w.class_index(group.class_name);
    h.group = index;
    h.zone = zone_at(w, group.name, h.location, &group.away);
    h.strategy = group.strategy;
    h.weight = group.weight;
    kernel::Stream quantity(w.population, who, kernel::Draw::quantity, 0);
    h.quantity = Quantity(std::max<std::int64_t>(1, quantity.sample(group.quantity)));
    kernel::Stream ask(w.population, who, kernel::Draw::ask, 0);
    h.ask = Money(ask.sample(group.ask));
    Duration g = w.class_spec(h.class_index).granularity;
    h.window.from = kernel::round_up(s.start, g);
    h.window.until = kernel::round_up(s.start + group.window, g);
    add_holder(w, std::move(h));
  }
}

/// The first authority that governs every class of the memberships and the home, else that of the
/// first class.
void settle_in(const World& w, party::UserState& u, const std::optional<location::Location>& home) {
  const scenarios::Scenario& s = *w.scenario;
  const std::string& first = u.memberships.front().class_name;
  auto has = [&](const scenarios::AuthoritySpec& a, const std::string& c) {
    return std::find(a.classes.begin(), a.classes.end(), c) != a.classes.end();
  };
  const scenarios::AuthoritySpec* best = nullptr;
  for (const scenarios::AuthoritySpec& a : s.authorities) {
    bool all = std::all_of(u.memberships.begin(), u.memberships.end(),
                           [&](const objects::Membership& m) { return has(a, m.class_name); });
    bool here = !home || location::any_contains(a.scope, *home);
    if (has(a, first) && here && best == nullptr) best = &a;
    if (all && here) {
      best = &a;
      break;
    }
  }
  u.authority = authority_index(s, best);
  u.scope = home ? std::vector<location::Location>{*home} : at(s.authorities, u.authority).scope;
}

void add_user(World& w, party::UserState u, const std::optional<location::Location>& home,
              std::int64_t devices) {
  const kernel::Entity who = u.draws.who;
  u.key = key_for(w, who);
  std::sort(u.groups.begin(), u.groups.end());
  std::int64_t range = w.scenario->clock_error.value;
  if (range > 0) {
    kernel::Stream stream(w.population, who, kernel::Draw::clock, 0);
    u.clock = Duration(static_cast<std::int64_t>(stream.below(2 * range + 1)) - range);
  }
  if (!u.memberships.empty()) settle_in(w, u, home);
  for (std::int64_t i = 0; i < devices; ++i)
    u.adaptations.push_back(key_for(w, {kernel::EntityKind::adaptation, who.group,
                                        who.number << 8 | static_cast<std::uint64_t>(i)}));
  const scenarios::UserGroup unsaid;
  const scenarios::UserGroup& said = u.group.valid() ? at(w.scenario->users, u.group) : unsaid;
  u.offer_within = said.offer_timeout;
  u.answers_within = said.answers_timeout;
  u.settlement_within = said.settlement_timeout;
  u.purse.limit = limit_of(w, said.conduct);
  w.owners[u.key.pub] = w.users.next();
  w.users.push_back(std::move(u));
}

void add_user_group(World& w, party::UserGroupIndex index) {
  const scenarios::UserGroup& group = at(w.scenario->users, index);
  kernel::Entity who = kernel::named(kernel::EntityKind::user, group.name);
  for (std::int64_t i = 0; i < group.count; ++i) {
    who.number = static_cast<std::uint64_t>(i);
    party::UserState u;
    u.draws.who = who;
    u.name = fmt::format("{}.{}", group.name, i);
    u.kind = group.kind;
    u.groups = group.groups;
    u.group = index;
    u.zone = zone_at(w, group.name, group.home, &group.away);
    u.weight = group.weight;
    join(*w.scenario, group.class_name, group.tier, u.memberships);
    for (const std::string& tier : group.further_tiers)
      join(*w.scenario, group.class_name, tier, u.memberships);
    for (const scenarios::BundlePart& part : group.bundle)
      join(*w.scenario, part.class_name, part.tier, u.memberships);
    add_user(w, std::move(u), group.home, group.adaptations);
  }
}

void add_trace(World& w, const scenarios::Trace& trace) {
  for (const scenarios::TraceHolder& t : trace.holders) {
    party::HolderState h;
    h.draws.who = kernel::named(kernel::EntityKind::holder, t.name);
    h.name = t.name;
    h.location = t.location;
    if (!w.scenario->links.empty()) h.zone = zone_at(w, "", t.location, nullptr);
    h.class_index = w.class_index(t.class_name);
    h.quantity = t.quantity;
    h.window = t.window;
    h.strategy = t.strategy;
    h.ask = t.ask;
    add_holder(w, std::move(h));
  }
  std::map<std::string, party::UserIndex> by_name;
  for (const scenarios::TraceRequest& t : trace.requests) {
    auto [it, fresh] = by_name.try_emplace(t.user, w.users.next());
    if (fresh) {
      party::UserState u;
      u.draws.who = kernel::named(kernel::EntityKind::user, t.user);
      u.name = t.user;
      u.kind = t.kind;
      add_user(w, std::move(u), std::nullopt, 0);
    }
    party::UserState& user = w.users[it->second];
    join(*w.scenario, t.class_name, t.tier, user.memberships);
    w.trace_users.push_back(it->second);
  }
  for (party::UserState& u : w.users)
    if (!u.group.valid()) settle_in(w, u, std::nullopt);
}

void add_coordinators(World& w) {
  const scenarios::Scenario& s = *w.scenario;
  for (party::CoordinatorSpecIndex i : indices(s.coordinators)) {
    const scenarios::CoordinatorSpec& spec = at(s.coordinators, i);
    for (std::size_t k = 0; k < spec.scopes.size(); ++k) {
      party::CoordinatorState c;
      c.name = fmt::format("{}.{}", spec.name, k);
      c.draws.who = kernel::named(kernel::EntityKind::coordinator, spec.name, k);
      c.key = key_for(w, c.draws.who);
      c.authority = authority_index(s, s.find_authority(spec.scopes[k].authority));
      c.scope = spec.scopes[k].location;
      c.spec = i;
      c.zone = zone_at(w, spec.name, c.scope, nullptr);
      w.coordinators.push_back(std::move(c));
    }
  }
}

void add_auditors(World& w) {
  for (const scenarios::AuditorSpec& spec : w.scenario->auditors) {
    party::AuditorState a;
    a.draws.who = kernel::named(kernel::EntityKind::auditor, spec.name);
    a.key = key_for(w, a.draws.who);
    a.authority = spec.authority.empty()
                      ? party::AuthorityIndex(0)
                      : authority_index(*w.scenario, w.scenario->find_authority(spec.authority));
    a.sample = spec.sample;
    a.before_end = spec.before_end;
    w.auditors.push_back(std::move(a));
  }
}

void add_publishers(World& w) {
  for (const scenarios::PublisherSpec& spec : w.scenario->publishers) {
    party::PublisherState p;
    p.draws.who = kernel::named(kernel::EntityKind::publisher, spec.name);
    p.key = key_for(w, p.draws.who);
    p.rule = spec.rule;
    p.every = spec.every;
    w.publishers.push_back(std::move(p));
  }
}

/// Whether the member can do what the attack is: forging a tier takes one who lacks it, displacing
/// wrongly one whose tier may displace.
bool fit_for(const World& w, const party::UserState& u, scenarios::Attack attack) {
  const objects::Membership& m = u.memberships.front();
  const rules::Rule& rule = rule_of_class(*w.scenario, m.class_name);
  if (attack == scenarios::Attack::tier_inflation)
    return std::none_of(
        u.memberships.begin(), u.memberships.end(),
        [&](const objects::Membership& x) { return x.tier == rule.tiers.front().name; });
  bool displaces = attack == scenarios::Attack::needless_displacement ||
                   attack == scenarios::Attack::compensation_farming ||
                   attack == scenarios::Attack::short_compensation ||
                   attack == scenarios::Attack::equal_rank_displacement;
  const rules::Tier* tier = rule.tier(m.tier);
  return !displaces || (tier != nullptr && tier->displaces);
}

/// Members of lowest keyed number turn adversary.
template <class Party, class Fits>
std::vector<Index<Party>> chosen(const World& w, const IndexedVector<Party>& all,
                                 const scenarios::AdversarySpec& spec, Fits fits) {
  std::vector<std::pair<std::uint64_t, Index<Party>>> order;
  for (Index<Party> i : all.indices()) {
    if (!fits(all[i])) continue;
    kernel::Stream stream(w.population, all[i].draws.who, kernel::Draw::adversary,
                          static_cast<std::uint64_t>(spec.attack));
    order.emplace_back(stream.next(), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Index<Party>> out;
  for (std::size_t i = 0; i < order.size() && i < static_cast<std::size_t>(spec.count); ++i)
    out.push_back(order[i].second);
  return out;
}

void turn_publishers(World& w, const scenarios::AdversarySpec& spec, Ring& ring) {
  for (party::PublisherIndex i : chosen(
           w, w.publishers, spec, [](const party::PublisherState& p) { return !p.cherry_picks; })) {
    w.publishers[i].cherry_picks = true;
    ++ring.turned;
  }
}

bool is_of(const std::string& member, const std::string& group) {
  return member.rfind('.') == group.size() && member.starts_with(group);
}

/// All members of the group of that name.
template <class Party>
std::vector<Index<Party>> members_of(const IndexedVector<Party>& all, const std::string& group) {
  std::vector<Index<Party>> out;
  for (Index<Party> i : all.indices())
    if (is_of(all[i].name, group)) out.push_back(i);
  return out;
}

/// Its credential ends at one place; it asks everywhere.
void narrow(const World& w, party::UserState& u) {
  const std::vector<location::Location>& leaves = w.scenario->locations.leaves;
  auto own = std::find_if(leaves.begin(), leaves.end(), [&](const location::Location& l) {
    return location::any_contains(u.scope, l);
  });
  if (own != leaves.end()) u.scope = {*own};
}

/// Who plays along is of the ring in an honest twin's run too, and does nothing there.
void add_accomplices(World& w, const scenarios::AdversarySpec& spec, Ring& ring,
                     const std::vector<party::UserIndex>& turned) {
  if (spec.accomplice.empty()) return;
  const std::vector<party::HolderIndex> holders = members_of(w.holders, spec.accomplice);
  const std::vector<party::UserIndex> users = members_of(w.users, spec.accomplice);
  ring.holders.insert(holders.begin(), holders.end());
  std::set<PublicKey> keys;
  for (std::size_t i = 0; i < turned.size(); ++i) {
    party::UserState& u = w.users[turned[i]];
    keys.insert(u.key.pub);
    u.accomplices = holders;
    if (users.empty()) continue;
    u.front = users[i % users.size()];
    w.users[u.front].turned = w.users[u.front].sends_anyway = true;
    ring.users.insert(u.front);
  }
  for (std::size_t i = 0; i < w.scenario->auditors.size(); ++i)
    if (w.scenario->auditors[i].name == spec.accomplice) {
      party::AuditorState& a = w.auditors[party::AuditorIndex(static_cast<std::int64_t>(i))];
      a.turned = true;
      if (!spec.honest) a.ring.insert(keys.begin(), keys.end());
    }
}

void turn_users(World& w, const scenarios::AdversarySpec& spec, Ring& ring) {
  const bool fraud = scenarios::row_of(spec.attack).fraud;
  auto fits = [&](const party::UserState& u) {
    return !u.turned && may_ask(w, u) && fit_for(w, u, spec.attack) &&
           (!fraud || u.group.valid()) &&
           (spec.group.empty() || is_of(u.name, spec.group)) && !is_of(u.name, spec.accomplice);
  };
  const std::vector<party::UserIndex> turned = chosen(w, w.users, spec, fits);
  for (party::UserIndex i : turned) {
    party::UserState& u = w.users[i];
    u.turned = true;
    u.sends_anyway = spec.attack == scenarios::Attack::refusal_spam ||
                     spec.attack == scenarios::Attack::wash_trades;
    ++ring.turned;
    ring.users.insert(i);
    if (spec.honest) continue;
    if (fraud)
      u.plot = &spec;
    else
      u.attack = spec.attack;
    if (spec.attack == scenarios::Attack::scope_escape) narrow(w, u);
  }
  add_accomplices(w, spec, ring, turned);
}

/// The first so many of them.
void turn_coordinators(World& w, const scenarios::AdversarySpec& spec, Ring& ring) {
  for (party::CoordinatorIndex i : members_of(w.coordinators, spec.group)) {
    if (ring.turned == spec.count) return;
    ++ring.turned;
    if (!spec.honest) w.coordinators[i].plot = &spec;
  }
}

/// The first so many that are honest yet.
void turn_directories(World& w, const scenarios::AdversarySpec& spec, Ring& ring) {
  for (const scenarios::AdversarySpec*& what : w.hiding) {
    if (ring.turned == spec.count) return;
    if (what != nullptr) continue;
    ++ring.turned;
    if (!spec.honest) what = &spec;
  }
}

void turn(World& w, const scenarios::AdversarySpec& spec, Ring& ring) {
  for (party::UserIndex u : members_of(w.users, spec.favours)) ring.users.insert(u);
  for (party::HolderIndex h : members_of(w.holders, spec.favours)) ring.holders.insert(h);
  switch (scenarios::row_of(spec.attack).who) {
    case scenarios::Turns::users:
      return turn_users(w, spec, ring);
    case scenarios::Turns::publishers:
      return turn_publishers(w, spec, ring);
    case scenarios::Turns::directories:
      return turn_directories(w, spec, ring);
    case scenarios::Turns::coordinators:
      return turn_coordinators(w, spec, ring);
    case scenarios::Turns::log:
      ring.turned = spec.count;
      if (spec.count > 0 && !spec.honest) w.selective = &spec;
      return;
  }
}

/// Of those that are no parties; groups get theirs with their members.
void make_zones(World& w) {
  const scenarios::Scenario& s = *w.scenario;
  const std::string chain(scenarios::kPartitionChain);
  zone_at(w, std::string(scenarios::kPartitionDirectories), std::nullopt, nullptr);
  w.zones[chain] = zone_at(w, chain, s.chain_place, nullptr);
  const auto note = [&](kernel::EntityKind kind, const std::string& name,
                        const std::vector<scenarios::Absence>& away) {
    if (!away.empty()) w.away[kernel::named(kind, name).group] = &away;
  };
  for (const scenarios::HolderGroup& g : s.holders) note(kernel::EntityKind::holder, g.name, g.away);
  for (const scenarios::UserGroup& g : s.users) note(kernel::EntityKind::user, g.name, g.away);
}

}  // namespace

void populate(World& world) {
  const scenarios::Scenario& s = *world.scenario;
  make_zones(world);
  draw_moods(world);
  for (party::HolderGroupIndex i : indices(s.holders)) add_holder_group(world, i);
  for (party::UserGroupIndex i : indices(s.users)) add_user_group(world, i);
  if (s.trace) add_trace(world, *s.trace);
  add_coordinators(world);
  join_zones(world);
  add_auditors(world);
  add_publishers(world);
  world.hiding.resize(static_cast<std::size_t>(s.directories));
  world.rings.resize(s.adversaries.size());
  for (std::size_t i = 0; i < s.adversaries.size(); ++i)
    turn(world, s.adversaries[i], world.rings[i]);
  world.listings_of_class.resize(s.classes.size());
}

}  // namespace capmarket::world
