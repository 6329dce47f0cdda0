#include "model/chain/state.h"

#include <algorithm>

namespace capmarket {
namespace {

void admit_object(ChainState& s, const ContentId& id, Sequence, const AuthorityGrant& o) {
  s.delegation.add(id, o);
}
void admit_object(ChainState& s, const ContentId& id, Sequence, const CredentialGrant& o) {
  s.delegation.add(id, o);
}
void admit_object(ChainState& s, const ContentId& id, Sequence, const ClassDeclaration& o) {
  s.classes[o.class_name].push_back({id, o, s.time});
}

void admit_object(ChainState& s, const ContentId& id, Sequence, const Rule& o) {
  if (o.supersedes) {
    RuleRecord& old = s.rules[s.rule_index.at(*o.supersedes)];
    old.successor_from = std::min(old.successor_from, o.effective.from);
  }
  s.rule_index.emplace(id, static_cast<std::int32_t>(s.rules.size()));
  s.rules.push_back({id, o, s.time});
}

void admit_object(ChainState& s, const ContentId& id, Sequence, const Declaration& o) {
  s.declaration_index.emplace(id, static_cast<std::int32_t>(s.declarations.size()));
  s.declarations.push_back({id, o, {}});
  s.assets[{o.asset_issuer, o.asset_id}].add(o.window, o.quantity);
}

void admit_object(ChainState& s, const ContentId& id, Sequence, const Request& o) {
  s.request_index.emplace(id, static_cast<std::int32_t>(s.requests.size()));
  s.requests.push_back({id, o, {}});
  s.dues.insert({o.open_until, Kind::residual, id});
  s.dues.insert({o.window.until, Kind::residual, id});
}

void admit_object(ChainState& s, const ContentId& id, Sequence sequence, const Settlement& o) {
  for (const Leg& leg : o.legs) {
    std::int32_t d = s.declaration_index.at(leg.declaration);
    std::int32_t r = s.request_index.at(leg.request);
    std::int32_t rule = s.rule_index.at(leg.rule);
    s.declarations[d].load.add(leg.window, leg.quantity);
    RequestRecord& request = s.requests[r];
    request.live.add(leg.window, leg.quantity);
    request.next_index = o.index + 1;
    request.granted = true;
    s.grants.push_back({id, sequence, d, r, rule, s.rules[rule].rule.tier(leg.tier)->rank, leg});
    DisclosureKey key{s.declarations[d].declared.holder, request.request.user, leg.declaration};
    auto duty = s.undischarged.find(key);
    if (duty == s.undischarged.end()) continue;
    std::erase_if(duty->second, [&](const RefusalRecord& x) { return x.admitted < o.signed_at; });
    if (duty->second.empty()) s.undischarged.erase(duty);
  }
}

void admit_object(ChainState&, const ContentId&, Sequence, const Tick&) {}
void admit_object(ChainState&, const ContentId&, Sequence, const Residual&) {}
void admit_object(ChainState&, const ContentId&, Sequence, const Genesis&) {
  CHECK(false, "a genesis is never admitted to a chain");
}

}  // namespace

std::int64_t ChainState::number(const std::string& name) {
  auto [it, fresh] = name_numbers.try_emplace(name, static_cast<std::int64_t>(names.size()));
  if (fresh) names.push_back(name);
  return it->second;
}

const RuleRecord* ChainState::rule(const ContentId& id) const {
  auto it = rule_index.find(id);
  return it == rule_index.end() ? nullptr : &rules[it->second];
}
const DeclarationRecord* ChainState::declaration(const ContentId& id) const {
  auto it = declaration_index.find(id);
  return it == declaration_index.end() ? nullptr : &declarations[it->second];
}
const RequestRecord* ChainState::request(const ContentId& id) const {
  auto it = request_index.find(id);
  return it == request_index.end() ? nullptr : &requests[it->second];
}

const ClassRecord* ChainState::class_at(const std::string& name, Instant at) const {
  auto it = classes.find(name);
  if (it == classes.end()) return nullptr;
  const ClassRecord* found = nullptr;
  for (const ClassRecord& version : it->second)
    if (version.admitted <= at) found = &version;
  return found;
}

ChainState initial_state(const Genesis& genesis, const ContentId& id, Instant at) {
  ChainState state;
  state.chain = id;
  state.genesis = genesis;
  state.time = at;
  for (std::size_t i = 0; i < genesis.roots.size(); ++i)
    state.delegation.add_root(root_id(id, i), genesis.roots[i]);
  return state;
}

void apply(ChainState& state, const ContentId& id, Sequence sequence, const Object& object) {
  std::visit([&](const auto& o) { admit_object(state, id, sequence, o); }, object);
}

void apply_refusal(ChainState& state, const CheckedSubmission& submission) {
  const auto* settlement = std::get_if<Settlement>(&submission.object);
  if (settlement == nullptr) return;
  for (const Leg& leg : settlement->legs) {
    const DeclarationRecord* d = state.declaration(leg.declaration);
    const RequestRecord* r = state.request(leg.request);
    if (d == nullptr || r == nullptr) continue;
    if (!submission.signed_by(Role::holder, d->declared.holder) ||
        !submission.signed_by(Role::user, r->request.user))
      continue;
    DisclosureKey key{d->declared.holder, r->request.user, leg.declaration};
    state.undischarged[key].push_back({submission.id, state.time});
  }
}

bool closes(const ChainState& state, const Due& due) {
  const RequestRecord* r = state.request(due.id);
  CHECK(r != nullptr);
  return !r->closed && (due.at >= r->request.window.until || !r->granted);
}

Residual close_request(ChainState& state, const ContentId& id) {
  RequestRecord& r = state.requests[state.request_index.at(id)];
  CHECK(!r.closed);
  r.closed = true;
  Residual out;
  out.salt = derived_salt(r.request.salt, Kind::residual, 0);
  out.request = id;
  out.requested = volume_of(r.request.quantity, r.request.window.length());
  out.live = r.live.integral(r.request.window);
  out.unmet = out.requested - out.live;
  return out;
}

}  // namespace capmarket
