#include "sim/script/build.h"

#include <algorithm>

#include "sim/agents/displace.h"
#include "sim/script/build_settlement.h"

namespace capmarket {
namespace {

using Signers = std::vector<SigningJob::Signer>;

Declaration declaration(World& w, const ScriptStep& step, const HolderState& h) {
  const ClassSpec& c = w.class_spec(h.class_index);
  Declaration d;
  d.salt = w.fresh_salt();
  d.holder = h.key.pub;
  d.credential = h.credential;
  d.asset_issuer = w.authority_ids[h.authority];
  d.asset_id = h.name;
  d.location = h.location;
  d.window = *step.window;
  d.quantity = *step.quantity;
  d.unit = c.unit;
  d.class_name = c.name;
  if (h.infrastructure >= 0)
    d.infrastructure = w.infrastructures[static_cast<std::size_t>(h.infrastructure)];
  return d;
}

Request request(World& w, const ScriptStep& step, const UserState& u) {
  Request r;
  r.salt = w.fresh_salt();
  r.user = u.key.pub;
  for (const std::string& name : step.of) r.declarations.push_back(made(w, name));
  r.quantity = *step.quantity;
  r.window = *step.window;
  const Membership& first = u.memberships.front();
  r.class_name = first.class_name;
  r.unit = w.scenario->find_class(first.class_name)->unit;
  r.tier = step.tier;
  r.max_price = step.price.value_or(Money(kWireMax));
  if (!step.price)
    for (const ScenarioRule& rule : w.scenario->rules)
      if (rule.rule.class_name == r.class_name) r.max_price = rule.rule.limits.price_max;
  r.partial = step.partial;
  r.open_until = step.open_until.value_or(step.window->until);
  for (const KeyPair& key : u.adaptations) r.adaptations.push_back(key.pub);
  return r;
}

/// What the step acts on: the part that it names, or every live piece of the grant.
std::vector<Piece> parts_of(const ScriptStep& step, const GrantRecord& g) {
  if (step.quantity && step.window) return {{*step.window, *step.quantity}};
  std::vector<Piece> out;
  for (Piece p : step.window ? inside(g.live, *step.window) : g.live) {
    if (step.quantity) p.quantity = *step.quantity;
    out.push_back(p);
  }
  return out;
}

class Builder {
 public:
  Builder(World& world, const ScriptStep& step) : w_(world), step_(step) {}

  std::vector<ScriptObject> build() {
    switch (step_.kind) {
      case StepKind::declare:
        return declare();
      case StepKind::request:
        return ask();
      case StepKind::settle:
        return settle();
      case StepKind::surrender:
        return surrender();
      case StepKind::withdraw:
        return withdraw();
      case StepKind::renew:
        return renew();
      case StepKind::fail:
        return fail();
      case StepKind::record:
        return record();
      case StepKind::pay:
        return pay();
      case StepKind::curtail:
        return curtail();
      case StepKind::consume:
        return consume();
      case StepKind::revoke:
        return revoke();
      case StepKind::dispute:
        return dispute();
    }
    return {};
  }

 private:
  std::vector<ScriptObject> declare() {
    const HolderState& h = w_.holders[*holder_named(w_, step_.by)];
    return remember(declaration(w_, step_, h), {{Role::holder, h.key}});
  }

  std::vector<ScriptObject> ask() {
    const UserState& u = w_.users[*user_named(w_, step_.by)];
    w_.script.requests[step_.name] = *user_named(w_, step_.by);
    return remember(request(w_, step_, u), {{Role::user, u.key}});
  }

  std::vector<ScriptObject> settle() {
    ScriptObject out = build_settlement(w_, step_);
    return remember(std::move(out.object), std::move(out.signers));
  }

  std::vector<ScriptObject> surrender() {
    const GrantRecord* g = grant();
    std::vector<ScriptObject> out;
    if (g == nullptr) return out;
    const KeyPair& key = user_key(*g);
    for (const Piece& p : parts_of(step_, *g))
      out.push_back(
          {Surrender{w_.fresh_salt(), key.pub, g->id, p.window, p.quantity}, {{Role::user, key}}});
    return out;
  }

  std::vector<ScriptObject> withdraw() {
    const KeyPair& key = w_.users[w_.script.requests.at(step_.name)].key;
    return {{Withdrawal{w_.fresh_salt(), key.pub, made(w_, step_.name)}, {{Role::user, key}}}};
  }

  std::vector<ScriptObject> renew() {
    const GrantRecord* g = grant();
    if (g == nullptr) return {};
    const KeyPair& key = user_key(*g);
    return {{Renewal{w_.fresh_salt(), key.pub, g->id}, {{Role::user, key}}}};
  }

  std::vector<ScriptObject> fail() {
    const GrantRecord* g = grant();
    std::vector<ScriptObject> out;
    if (g == nullptr) return out;
    const bool claims = step_.by == "user";
    const KeyPair& key = claims ? user_key(*g) : holder_key(*g);
    const Role role = claims ? Role::user : Role::holder;
    for (const Piece& p : parts_of(step_, *g))
      out.push_back({DeliveryFailure{w_.fresh_salt(), key.pub, role, std::nullopt, g->id,
                                     p.quantity, p.window, step_.when.value_or(w_.now),
                                     claims ? "not delivered" : "breakdown"},
                     {{role, key}}});
    return out;
  }

  std::vector<ScriptObject> record() {
    const GrantRecord* g = grant();
    if (g == nullptr) return {};
    const auto& all = w_.state().failures;
    auto f = std::find_if(all.rbegin(), all.rend(), [&](const FailureRecord& r) {
      return !r.recorded && &w_.state().grants[static_cast<std::size_t>(r.grant)] == g;
    });
    if (f == all.rend()) return {};
    const KeyPair& key = holder_key(*g);
    FallbackRecord o;
    o.salt = w_.fresh_salt();
    o.holder = key.pub;
    o.failure = f->id;
    o.strategy = g->leg.strategy;
    o.notice = f->admitted;
    o.cause = "breakdown";
    o.substitutes = f->substitutes;
    o.settlement = f->owed;
    return {{o, {{Role::holder, key}}}};
  }

  std::vector<ScriptObject> pay() {
    const KeyPair& key = *key_of(w_, step_.name);
    const Role role = holder_named(w_, step_.name) ? Role::holder : Role::user;
    std::vector<ScriptObject> out;
    auto debts = w_.state().debts.find(key.pub);
    if (debts == w_.state().debts.end()) return out;
    for (const auto& [deadline, index] : debts->second) {
      const ObligationRecord& r = w_.state().obligations[static_cast<std::size_t>(index)];
      out.push_back({Payment{w_.fresh_salt(), key.pub, r.id, r.outstanding()}, {{role, key}}});
    }
    return out;
  }

  std::vector<ScriptObject> curtail() {
    const DeclarationRecord* d = w_.state().declaration(made(w_, step_.name));
    if (d == nullptr) return {};
    const KeyPair& key = w_.holders[w_.owners.at(d->declared.holder).index].key;
    Window window = step_.window.value_or(d->declared.window);
    return {{Curtailment{w_.fresh_salt(), key.pub, d->id, *step_.quantity, window, "derated"},
             {{Role::holder, key}}}};
  }

  std::vector<ScriptObject> consume() {
    const GrantRecord* g = grant();
    if (g == nullptr) return {};
    const UserState& u = w_.users[w_.owners.at(w_.state().user_of(*g)).index];
    if (u.adaptations.empty()) return {};
    Window window = step_.window.value_or(g->leg.window);
    Quantity quantity = step_.quantity.value_or(least(g->live, window));
    return {{Activity{w_.fresh_salt(), u.adaptations.front().pub, u.adaptation_credentials.front(),
                      g->id, window, quantity},
             {{Role::adaptation, u.adaptations.front()}}}};
  }

  std::vector<ScriptObject> revoke() {
    auto target = [&]() -> std::optional<std::pair<std::size_t, ContentId>> {
      if (auto i = holder_named(w_, step_.name))
        return std::pair(w_.holders[*i].authority, w_.holders[*i].credential);
      if (auto i = user_named(w_, step_.name))
        return std::pair(w_.users[*i].authority, w_.users[*i].credential);
      for (const CoordinatorState& c : w_.coordinators)
        if (c.name == step_.name || c.name == step_.name + ".0")
          return std::pair(c.authority, c.credential);
      return std::nullopt;
    }();
    if (!target) return {};
    const KeyPair& key = w_.authority_keys[target->first];
    return {{Revocation{w_.fresh_salt(), w_.authority_ids[target->first], target->second,
                        step_.when.value_or(w_.now), "unspecified"},
             {{Role::authority, key}}}};
  }

  std::vector<ScriptObject> dispute() {
    ContentId id = made(w_, step_.name);
    for (std::size_t a = 0; a < w_.auditors.size(); ++a)
      if (w_.scenario->auditors[a].name == step_.by)
        return {{Dispute{w_.fresh_salt(),
                         w_.auditors[a].key.pub,
                         Role::auditor,
                         w_.auditors[a].credential,
                         id,
                         *step_.ground,
                         {}},
                 {{Role::auditor, w_.auditors[a].key}}}};
    const auto user = user_named(w_, step_.by);
    const KeyPair& key = *key_of(w_, step_.by);
    const Role role = user ? Role::user : Role::holder;
    return {{Dispute{w_.fresh_salt(), key.pub, role, std::nullopt, id, *step_.ground, {}},
             {{role, key}}}};
  }

  std::vector<ScriptObject> remember(Object object, Signers signers) {
    w_.script.made[step_.name] = content_id(encode_object(object));
    std::vector<ScriptObject> out;
    out.push_back({std::move(object), std::move(signers)});
    return out;
  }

  const GrantRecord* grant() const { return w_.state().grant(grant_named(w_, step_.name)); }
  const KeyPair& user_key(const GrantRecord& g) const {
    return w_.users[w_.owners.at(w_.state().user_of(g)).index].key;
  }
  const KeyPair& holder_key(const GrantRecord& g) const {
    return w_.holders[w_.owners.at(w_.state().holder_of(g)).index].key;
  }

  World& w_;
  const ScriptStep& step_;
};

/// The place of the party whose name is `name` or `name`.0.
template <class Party>
std::optional<std::uint32_t> place_of(const std::vector<Party>& all, const std::string& name) {
  for (std::uint32_t i = 0; i < all.size(); ++i)
    if (all[i].name == name || all[i].name == name + ".0") return i;
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> holder_named(const World& w, const std::string& name) {
  return place_of(w.holders, name);
}

std::optional<std::uint32_t> user_named(const World& w, const std::string& name) {
  return place_of(w.users, name);
}

ContentId made(const World& w, const std::string& name) {
  auto it = w.script.made.find(name);
  return it == w.script.made.end() ? ContentId{} : it->second;
}

ContentId grant_named(const World& w, const std::string& name) {
  if (w.script.made.contains(name)) return grant_id(made(w, name), 0);
  std::size_t dot = name.find_last_of('.');
  if (dot == name.npos) return {};
  std::size_t leg = 0;
  for (char c : name.substr(dot + 1)) {
    if (c < '0' || c > '9' || leg > kLegsMax) return {};
    leg = leg * 10 + static_cast<std::size_t>(c - '0');
  }
  return grant_id(made(w, name.substr(0, dot)), leg);
}

const KeyPair* key_of(const World& w, const std::string& name) {
  if (auto i = holder_named(w, name)) return &w.holders[*i].key;
  if (auto i = user_named(w, name)) return &w.users[*i].key;
  for (const CoordinatorState& c : w.coordinators)
    if (c.name == name || c.name == name + ".0") return &c.key;
  return nullptr;
}

std::vector<ScriptObject> build_step(World& w, const ScriptStep& step) {
  return Builder(w, step).build();
}

}  // namespace capmarket
