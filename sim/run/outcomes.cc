#include "sim/run/outcomes.h"

#include "sim/run/accounting.h"
#include "sim/run/losses.h"
#include "sim/world/world.h"

namespace capmarket::run {
namespace {

/// The set of the key's owner; none of a key that no holder and no user has.
struct SetOfKey {
  const world::World& w;
  const Sets& sets;

  std::size_t operator()(party::HolderIndex h) const { return sets.of_holder(h); }
  std::size_t operator()(party::UserIndex u) const { return sets.of_user(u); }
  std::optional<std::size_t> of(const PublicKey& key) const {
    auto owner = w.owners.find(key);
    if (owner == w.owners.end()) return std::nullopt;
    return std::visit(*this, owner->second);
  }
};

void count_parties(const world::World& w, const Sets& sets, std::vector<Outcome>& out) {
  for (party::HolderIndex h : w.holders.indices()) ++out[sets.of_holder(h)].holders;
  for (party::UserIndex u : w.users.indices()) ++out[sets.of_user(u)].users;
}

void count_wants(const world::World& w, const Sets& sets, std::vector<Outcome>& out) {
  for (const party::RequestState& r : w.requests) {
    Outcome& of = out[sets.of_user(r.user)];
    const Quantity needed = r.needed.value_or(r.quantity);
    if (needed.value > 0) add_losses(w, r, of.losses);
    const chain::RequestRecord* record = w.state().request(r.id);
    if (record == nullptr) continue;
    const Window all = record->request.window;
    const Volume used = record->live.integral(all) - live_beyond(*record, needed, all);
    of.used += used;
    of.value += used.value * r.value.value;
  }
  for (const chain::RequestRecord& r : w.state().requests)
    if (auto set = SetOfKey{w, sets}.of(r.request.user)) {
      add_account(out[*set].wanted, account_of(r));
      ++out[*set].wanted.requests;
    }
}

void count_supply(const world::World& w, const Sets& sets, std::vector<Outcome>& out) {
  for (const chain::DeclarationRecord& d : w.state().declarations)
    if (auto set = SetOfKey{w, sets}.of(d.declared.holder))
      out[*set].declared += volume_of(d.declared.quantity, d.declared.window.length()) -
                            d.retracted.integral(d.declared.window);
}

void count_grants(const world::World& w, const Sets& sets, std::vector<Outcome>& out) {
  const chain::ChainState& s = w.state();
  for (const chain::GrantRecord& g : s.grants) {
    const Volume whole = volume_of(g.leg.quantity, g.leg.window.length());
    const Volume live = capacity::volume_of(g.live);
    const party::RequestIndex request = w.request_of(s, g);
    if (auto set = SetOfKey{w, sets}.of(s.user_of(g))) {
      ++out[*set].wanted.grants;
      out[*set].granted_gross += whole;
    }
    if (auto set = SetOfKey{w, sets}.of(s.holder_of(g))) {
      ++out[*set].sold;
      out[*set].sold_gross += whole;
      out[*set].sold_live += live;
      if (request.valid()) out[*set].cost += live.value * w.holders[w.holder_of(s, g)].ask.value;
    }
  }
}

void count_money(const world::World& w, const Sets& sets, std::vector<Outcome>& out) {
  for (const chain::ObligationRecord& o : w.state().obligations) {
    const std::string& currency = o.obligation.currency;
    if (auto set = SetOfKey{w, sets}.of(o.obligation.payer)) {
      out[*set].owes.owed[currency] += o.obligation.amount;
      out[*set].owes.paid[currency] += o.paid;
      if (is_default(o, w.now)) {
        ++out[*set].defaults.count;
        out[*set].defaults.outstanding[currency] += o.outstanding();
      }
    }
    if (auto set = SetOfKey{w, sets}.of(o.obligation.payee)) {
      out[*set].is_owed.owed[currency] += o.obligation.amount;
      out[*set].is_owed.paid[currency] += o.paid;
    }
  }
}

}  // namespace

bool is_default(const chain::ObligationRecord& o, Instant t) {
  return o.outstanding().value > 0 && o.obligation.deadline < t;
}

Defaults defaults_of(const std::map<std::string, Outcome>& groups) {
  Defaults out;
  for (const auto& [name, o] : groups) {
    out.count += o.defaults.count;
    for (const auto& [currency, money] : o.defaults.outstanding)
      out.outstanding[currency] += money;
  }
  return out;
}

std::vector<Outcome> outcomes_of(const world::World& w, const Sets& sets) {
  std::vector<Outcome> out(sets.count);
  count_parties(w, sets, out);
  count_wants(w, sets, out);
  count_supply(w, sets, out);
  count_grants(w, sets, out);
  count_money(w, sets, out);
  return out;
}

std::map<std::string, Outcome> outcomes_by_group(const world::World& w) {
  const std::size_t holders = w.scenario->holders.size(), users = w.scenario->users.size();
  const std::size_t traced = holders + users;
  const Sets sets{traced + 1,
                  [&](party::HolderIndex h) {
                    const party::HolderGroupIndex group = w.holders[h].group;
                    return group.valid() ? group.place() : traced;
                  },
                  [&](party::UserIndex u) {
                    const party::UserGroupIndex group = w.users[u].group;
                    return group.valid() ? holders + group.place() : traced;
                  }};
  const std::vector<Outcome> all = outcomes_of(w, sets);
  std::map<std::string, Outcome> out;
  for (std::size_t i = 0; i < holders; ++i) out.emplace(w.scenario->holders[i].name, all[i]);
  for (std::size_t i = 0; i < users; ++i)
    out.emplace(w.scenario->users[i].name, all[holders + i]);
  if (all[traced].holders + all[traced].users > 0) out.emplace("(trace)", all[traced]);
  return out;
}

}  // namespace capmarket::run
