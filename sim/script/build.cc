#include "sim/script/build.h"

#include <algorithm>

#include "sim/script/build_settlement.h"

namespace capmarket::script {
namespace {

using Signers = std::vector<party::Signer>;

objects::Declaration declaration(world::World& w, const scenarios::ScriptStep& step,
                                 const party::HolderState& h) {
  const scenarios::ClassSpec& c = w.class_spec(h.class_index);
  objects::Declaration d;
  d.salt = w.fresh_salt(w.script.draws);
  d.holder = h.key.pub;
  d.credential = h.credential;
  d.asset_issuer = w.authority_ids[h.authority];
  d.asset_id = h.name;
  d.location = h.location;
  d.window = *step.window;
  d.quantity = *step.quantity;
  d.unit = c.unit;
  d.class_name = c.name;
  if (h.infrastructure.valid()) d.infrastructure = w.infrastructures[h.infrastructure];
  return d;
}

objects::Request request(world::World& w, const scenarios::ScriptStep& step,
                         const party::UserState& u) {
  objects::Request r;
  r.salt = w.fresh_salt(w.script.draws);
  r.user = u.key.pub;
  for (const std::string& name : step.of) r.declarations.push_back(made(w, name));
  r.quantity = *step.quantity;
  r.window = *step.window;
  const objects::Membership& first = u.memberships.front();
  r.class_name = first.class_name;
  r.unit = w.scenario->find_class(first.class_name)->unit;
  r.tier = step.tier;
  r.max_price = step.price.value_or(Money(kWireMax));
  if (!step.price)
    for (const scenarios::ScenarioRule& rule : w.scenario->rules)
      if (rule.rule.class_name == r.class_name) r.max_price = rule.rule.limits.price_max;
  r.partial = step.partial;
  r.open_until = step.open_until.value_or(step.window->until);
  for (const crypto::KeyPair& key : u.adaptations) r.adaptations.push_back(key.pub);
  return r;
}

/// What the step acts on: the part that it names, or every live piece of the grant.
std::vector<objects::Piece> parts_of(const scenarios::ScriptStep& step,
                                     const chain::GrantRecord& g) {
  if (step.quantity && step.window) return {{*step.window, *step.quantity}};
  std::vector<objects::Piece> out;
  for (objects::Piece p : step.window ? capacity::inside(g.live, *step.window) : g.live) {
    if (step.quantity) p.quantity = *step.quantity;
    out.push_back(p);
  }
  return out;
}

class Builder {
 public:
  Builder(world::World& world, const scenarios::ScriptStep& step) : w_(world), step_(step) {}

  std::vector<ScriptObject> build() {
    switch (step_.kind) {
      case scenarios::StepKind::declare:
        return declare();
      case scenarios::StepKind::request:
        return ask();
      case scenarios::StepKind::settle:
        return settle();
      case scenarios::StepKind::surrender:
        return surrender();
      case scenarios::StepKind::withdraw:
        return withdraw();
      case scenarios::StepKind::renew:
        return renew();
      case scenarios::StepKind::fail:
        return fail();
      case scenarios::StepKind::record:
        return record();
      case scenarios::StepKind::pay:
        return pay();
      case scenarios::StepKind::curtail:
        return curtail();
      case scenarios::StepKind::retract:
        return retract();
      case scenarios::StepKind::consume:
        return consume();
      case scenarios::StepKind::revoke:
        return revoke();
      case scenarios::StepKind::dispute:
        return dispute();
      case scenarios::StepKind::contest:
        return contest();
      case scenarios::StepKind::witness:
        return witness();
    }
    return {};
  }

 private:
  std::vector<ScriptObject> declare() {
    const party::HolderState& h = w_.holders[*holder_named(w_, step_.by)];
    return remember(declaration(w_, step_, h), {{objects::Role::holder, h.key}});
  }

  std::vector<ScriptObject> ask() {
    const party::UserState& u = w_.users[*user_named(w_, step_.by)];
    w_.script.requests[step_.name] = *user_named(w_, step_.by);
    return remember(request(w_, step_, u), {{objects::Role::user, u.key}});
  }

  std::vector<ScriptObject> settle() {
    ScriptObject out = build_settlement(w_, step_);
    return remember(std::move(out.object), std::move(out.signers));
  }

  std::vector<ScriptObject> surrender() {
    const chain::GrantRecord* g = grant();
    std::vector<ScriptObject> out;
    if (g == nullptr) return out;
    const crypto::KeyPair& key = user_key(*g);
    for (const objects::Piece& p : parts_of(step_, *g))
      out.push_back(
          {objects::Surrender{w_.fresh_salt(w_.script.draws), key.pub, g->id, p.window, p.quantity},
           {{objects::Role::user, key}}});
    return out;
  }

  std::vector<ScriptObject> withdraw() {
    const crypto::KeyPair& key = w_.users[w_.script.requests.at(step_.name)].key;
    return {{objects::Withdrawal{w_.fresh_salt(w_.script.draws), key.pub, made(w_, step_.name)},
             {{objects::Role::user, key}}}};
  }

  std::vector<ScriptObject> renew() {
    const chain::GrantRecord* g = grant();
    if (g == nullptr) return {};
    const crypto::KeyPair& key = user_key(*g);
    return {{objects::Renewal{w_.fresh_salt(w_.script.draws), key.pub, g->id},
             {{objects::Role::user, key}}}};
  }

  std::vector<ScriptObject> fail() {
    const chain::GrantRecord* g = grant();
    std::vector<ScriptObject> out;
    if (g == nullptr) return out;
    const bool claims = step_.by == "user";
    const crypto::KeyPair& key = claims ? user_key(*g) : holder_key(*g);
    const objects::Role role = claims ? objects::Role::user : objects::Role::holder;
    scenarios::ScriptStep step = step_;
    if (claims && !step.window) step.window = passed(*g);
    for (const objects::Piece& p : parts_of(step, *g))
      out.push_back(
          {objects::DeliveryFailure{w_.fresh_salt(w_.script.draws), key.pub, role, std::nullopt,
                                    g->id, p.quantity, p.window, step_.when.value_or(w_.now),
                                    claims ? "not delivered" : "breakdown"},
           {{role, key}}});
    return out;
  }

  std::vector<ScriptObject> record() {
    const chain::GrantRecord* g = grant();
    if (g == nullptr) return {};
    const auto& all = w_.state().failures;
    auto f = std::find_if(all.rbegin(), all.rend(), [&](const chain::FailureRecord& r) {
      return !r.recorded && &w_.state().grants[r.grant] == g;
    });
    if (f == all.rend()) return {};
    const crypto::KeyPair& key = holder_key(*g);
    objects::FallbackRecord o;
    o.salt = w_.fresh_salt(w_.script.draws);
    o.holder = key.pub;
    o.failure = f->id;
    o.strategy = g->leg.strategy;
    o.notice = f->admitted;
    o.cause = "breakdown";
    o.substitutes = f->substitutes;
    o.settlement = f->owed;
    return {{o, {{objects::Role::holder, key}}}};
  }

  std::vector<ScriptObject> pay() {
    const crypto::KeyPair& key = *key_of(w_, step_.name);
    const objects::Role role =
        holder_named(w_, step_.name) ? objects::Role::holder : objects::Role::user;
    std::vector<ScriptObject> out;
    auto debts = w_.state().debts.find(key.pub);
    if (debts == w_.state().debts.end()) return out;
    for (const auto& [deadline, index] : debts->second) {
      const chain::ObligationRecord& r = w_.state().obligations[index];
      out.push_back(
          {objects::Payment{w_.fresh_salt(w_.script.draws), key.pub, r.id, r.outstanding()},
           {{role, key}}});
    }
    return out;
  }

  std::vector<ScriptObject> retract() {
    const chain::DeclarationRecord* d = w_.state().declaration(made(w_, step_.name));
    if (d == nullptr) return {};
    const crypto::KeyPair& key =
        w_.holders[std::get<party::HolderIndex>(w_.owners.at(d->declared.holder))].key;
    return {{objects::Retract{w_.fresh_salt(w_.script.draws), key.pub, d->id},
             {{objects::Role::holder, key}}}};
  }

  std::vector<ScriptObject> curtail() {
    const chain::DeclarationRecord* d = w_.state().declaration(made(w_, step_.name));
    if (d == nullptr) return {};
    const crypto::KeyPair& key =
        w_.holders[std::get<party::HolderIndex>(w_.owners.at(d->declared.holder))].key;
    Window window = step_.window.value_or(d->declared.window);
    return {{objects::Curtailment{w_.fresh_salt(w_.script.draws), key.pub, d->id, *step_.quantity,
                                  window, "derated"},
             {{objects::Role::holder, key}}}};
  }

  std::vector<ScriptObject> consume() {
    const chain::GrantRecord* g = grant();
    if (g == nullptr) return {};
    const party::UserState& u = w_.users[w_.user_of(w_.state(), *g)];
    if (u.adaptations.empty()) return {};
    Window window = step_.window.value_or(g->leg.window);
    Quantity quantity = step_.quantity.value_or(capacity::least(g->live, window));
    return {{objects::Activity{w_.fresh_salt(w_.script.draws), u.adaptations.front().pub,
                               u.adaptation_credentials.front(), g->id, window, quantity},
             {{objects::Role::adaptation, u.adaptations.front()}}}};
  }

  std::vector<ScriptObject> revoke() {
    auto target = [&]() -> std::optional<std::pair<party::AuthorityIndex, ContentId>> {
      if (auto i = holder_named(w_, step_.name))
        return std::pair(w_.holders[*i].authority, w_.holders[*i].credential);
      if (auto i = user_named(w_, step_.name))
        return std::pair(w_.users[*i].authority, w_.users[*i].credential);
      for (const party::CoordinatorState& c : w_.coordinators)
        if (c.name == step_.name || c.name == step_.name + ".0")
          return std::pair(c.authority, c.credential);
      return std::nullopt;
    }();
    if (!target) return {};
    const crypto::KeyPair& key = w_.authority_keys[target->first];
    return {{objects::Revocation{w_.fresh_salt(w_.script.draws), w_.authority_ids[target->first],
                                 target->second, step_.when.value_or(w_.now), "unspecified"},
             {{objects::Role::authority, key}}}};
  }

  std::vector<ScriptObject> dispute() {
    ContentId id = made(w_, step_.name);
    for (party::AuditorIndex a : w_.auditors.indices())
      if (w_.scenario->auditors[a.place()].name == step_.by)
        return {{objects::Dispute{w_.fresh_salt(w_.script.draws),
                                  w_.auditors[a].key.pub,
                                  objects::Role::auditor,
                                  w_.auditors[a].credential,
                                  id,
                                  *step_.ground,
                                  {}},
                 {{objects::Role::auditor, w_.auditors[a].key}}}};
    const auto user = user_named(w_, step_.by);
    const crypto::KeyPair& key = *key_of(w_, step_.by);
    const objects::Role role = user ? objects::Role::user : objects::Role::holder;
    return {
        {objects::Dispute{
             w_.fresh_salt(w_.script.draws), key.pub, role, std::nullopt, id, *step_.ground, {}},
         {{role, key}}}};
  }

  /// What of the grant's window has passed, in whole granules: what can be claimed.
  Window passed(const chain::GrantRecord& g) const {
    const rules::Rule& rule = w_.state().rule_of(g);
    Instant end = chain::ceil_to(rule, w_.now);
    if (w_.now < end) end = end - rule.granularity;
    return {g.leg.window.from, std::min(g.leg.window.until, end)};
  }

  /// The latest claim about the grant that is not decided; null without one.
  const chain::ClaimRecord* open_claim() const {
    const auto& all = w_.state().claims;
    const chain::GrantRecord* g = grant();
    auto c = std::find_if(all.rbegin(), all.rend(), [&](const chain::ClaimRecord& r) {
      return !r.closed && &w_.state().grants[r.grant] == g;
    });
    return c == all.rend() ? nullptr : &*c;
  }

  std::vector<ScriptObject> contest() {
    const chain::ClaimRecord* claim = open_claim();
    if (claim == nullptr) return {};
    const crypto::KeyPair& key = holder_key(*grant());
    return {{objects::Contest{w_.fresh_salt(w_.script.draws), key.pub, claim->id},
             {{objects::Role::holder, key}}}};
  }

  std::vector<ScriptObject> witness() {
    const chain::ClaimRecord* claim = open_claim();
    if (claim == nullptr) return {};
    auto says = [&](objects::Role role, const crypto::KeyPair& key,
                    const ContentId& credential) -> std::vector<ScriptObject> {
      return {{objects::Witness{w_.fresh_salt(w_.script.draws), key.pub, role, credential,
                                claim->id, *step_.supports},
               {{role, key}}}};
    };
    for (party::AuditorIndex a : w_.auditors.indices())
      if (w_.scenario->auditors[a.place()].name == step_.by)
        return says(objects::Role::auditor, w_.auditors[a].key, w_.auditors[a].credential);
    for (const party::CoordinatorState& c : w_.coordinators)
      if (c.name == step_.by || c.name == step_.by + ".0")
        return says(objects::Role::coordinator, c.key, c.credential);
    return {};
  }

  std::vector<ScriptObject> remember(objects::Object object, Signers signers) {
    w_.script.made[step_.name] = crypto::content_id(objects::encode_object(object));
    std::vector<ScriptObject> out;
    out.push_back({std::move(object), std::move(signers)});
    return out;
  }

  const chain::GrantRecord* grant() const { return w_.state().grant(grant_named(w_, step_.name)); }
  const crypto::KeyPair& user_key(const chain::GrantRecord& g) const {
    return w_.users[w_.user_of(w_.state(), g)].key;
  }
  const crypto::KeyPair& holder_key(const chain::GrantRecord& g) const {
    return w_.holders[w_.holder_of(w_.state(), g)].key;
  }

  world::World& w_;
  const scenarios::ScriptStep& step_;
};

/// The place of the party whose name is `name` or `name`.0.
template <class Party>
std::optional<Index<Party>> place_of(const IndexedVector<Party>& all, const std::string& name) {
  for (Index<Party> i : all.indices())
    if (all[i].name == name || all[i].name == name + ".0") return i;
  return std::nullopt;
}

}  // namespace

std::optional<party::HolderIndex> holder_named(const world::World& w, const std::string& name) {
  return place_of(w.holders, name);
}

std::optional<party::UserIndex> user_named(const world::World& w, const std::string& name) {
  return place_of(w.users, name);
}

ContentId made(const world::World& w, const std::string& name) {
  auto it = w.script.made.find(name);
  return it == w.script.made.end() ? ContentId{} : it->second;
}

ContentId grant_named(const world::World& w, const std::string& name) {
  if (w.script.made.contains(name)) return objects::grant_id(made(w, name), 0);
  std::size_t dot = name.find_last_of('.');
  if (dot == name.npos) return {};
  std::size_t leg = 0;
  for (char c : name.substr(dot + 1)) {
    if (c < '0' || c > '9' || leg > objects::kLegsMax) return {};
    leg = leg * 10 + static_cast<std::size_t>(c - '0');
  }
  return objects::grant_id(made(w, name.substr(0, dot)), leg);
}

const crypto::KeyPair* key_of(const world::World& w, const std::string& name) {
  if (auto i = holder_named(w, name)) return &w.holders[*i].key;
  if (auto i = user_named(w, name)) return &w.users[*i].key;
  for (const party::CoordinatorState& c : w.coordinators)
    if (c.name == name || c.name == name + ".0") return &c.key;
  return nullptr;
}

std::vector<ScriptObject> build_step(world::World& w, const scenarios::ScriptStep& step) {
  w.chain->advance(w.now);
  return Builder(w, step).build();
}

}  // namespace capmarket::script
