#include "model/chain/state.h"

#include <algorithm>

namespace capmarket::chain {
namespace {

template <class Record>
const Record* found(const IndexedVector<Record>& list, const ChainState::ById<Record>& index,
                    const ContentId& id) {
  auto it = index.find(id);
  return it == index.end() ? nullptr : &list[it->second];
}

}  // namespace

std::int64_t ChainState::number(const std::string& name) {
  auto [it, fresh] = name_numbers.try_emplace(name, static_cast<std::int64_t>(names.size()));
  if (fresh) names.push_back(name);
  return it->second;
}

const RuleRecord* ChainState::rule(const ContentId& id) const {
  return found(rules, rule_index, id);
}
const DeclarationRecord* ChainState::declaration(const ContentId& id) const {
  return found(declarations, declaration_index, id);
}
const RequestRecord* ChainState::request(const ContentId& id) const {
  return found(requests, request_index, id);
}
const SettlementRecord* ChainState::settlement(const ContentId& id) const {
  return found(settlements, settlement_index, id);
}
const GrantRecord* ChainState::grant(const ContentId& id) const {
  return found(grants, grant_index, id);
}
const InfrastructureRecord* ChainState::infrastructure(const ContentId& id) const {
  return found(infrastructures, infrastructure_index, id);
}
const ObligationRecord* ChainState::obligation(const ContentId& id) const {
  return found(obligations, obligation_index, id);
}
const FailureRecord* ChainState::failure(const ContentId& id) const {
  return found(failures, failure_index, id);
}

const ClaimRecord* ChainState::claim(const ContentId& id) const {
  return found(claims, claim_index, id);
}

const LossRecord* ChainState::loss(const ContentId& id) const {
  auto it = loss_index.find(id);
  if (it == loss_index.end()) return nullptr;
  return &requests[it->second.first].losses[it->second.second];
}

bool ChainState::is_ancestor_or_same(RuleIndex ancestor, RuleIndex version) const {
  // What is superseded was admitted before: the walk ends.
  while (ancestor < version) {
    const std::optional<ContentId>& before = rules[version].rule.supersedes;
    if (!before) return false;
    version = rule_index.at(*before);
  }
  return ancestor == version;
}

const RuleRecord* ChainState::rule_in_force(const std::string& name, Instant t) const {
  auto it = rules_named.find(name);
  if (it == rules_named.end()) return nullptr;
  for (RuleIndex version : it->second)
    if (rules[version].in_force(t)) return &rules[version];
  return nullptr;
}

const ClassRecord* ChainState::class_at(const std::string& name, Instant at) const {
  auto it = classes.find(name);
  if (it == classes.end()) return nullptr;
  const ClassRecord* last = nullptr;
  for (const ClassRecord& version : it->second)
    if (version.admitted <= at) last = &version;
  return last;
}

const PublicKey& ChainState::holder_of(const GrantRecord& g) const {
  return declarations[g.declaration].declared.holder;
}
const PublicKey& ChainState::user_of(const GrantRecord& g) const {
  return requests[g.request].request.user;
}

ChainState initial_state(const objects::Genesis& genesis, const ContentId& id, Instant at) {
  ChainState state;
  state.chain = id;
  state.market = objects::market_id(genesis);
  state.genesis = genesis;
  state.time = at;
  state.objects.emplace(id, ObjectRecord{objects::Kind::genesis, Sequence(0)});
  for (std::size_t i = 0; i < genesis.roots.size(); ++i)
    state.delegation.add_root(objects::root_id(state.market, i), genesis.roots[i]);
  return state;
}

Instant ceil_to(const rules::Rule& rule, Instant t) {
  Int128 origin = rule.origin.value_or(Instant(0)).value;
  Int128 g = rule.granularity.value;
  Int128 up = origin - floor_div(origin - t.value, g) * g;
  return Instant(static_cast<std::int64_t>(std::min<Int128>(up, kWireMax)));
}

capacity::Pieces retractable(const ChainState& state, const DeclarationRecord& d, Instant at) {
  const Int128 g = state.class_at(d.declared.class_name, at)->declared.granularity.value;
  const Int128 up = -floor_div(-Int128{at.value}, g) * g;
  const Instant first(static_cast<std::int64_t>(std::min<Int128>(up, kWireMax)));
  const Window ahead{std::max(d.declared.window.from, first), d.declared.window.until};
  capacity::Pieces out;
  if (ahead.empty()) return out;
  std::vector<objects::Piece> bounds;
  for (const auto& [t, q] : d.taken.steps()) bounds.push_back({{t, t}, q});
  std::vector<Instant> cuts = capacity::cuts(bounds, ahead);
  cuts.push_back(ahead.until);
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const Quantity free = d.declared.quantity - d.taken.value(cuts[i]);
    if (free.value > 0) out = capacity::changed(out, {cuts[i], cuts[i + 1]}, free);
  }
  return out;
}

Instant after(Instant t, Duration d) {
  return Instant(static_cast<std::int64_t>(std::min<Int128>(Int128{t.value} + d.value, kWireMax)));
}

Money worth(Money price, Volume volume) { return value_of(price, volume).value_or(Money(0)); }

Money ratio_of(Money money, BasisPoints ratio) {
  return Money(mul_div_floor(money.value, ratio.value, kFullRatio).value_or(0));
}

namespace {

/// Whether a holder or user of one of its legs signed as submitter: what a stranger wraps is no
/// refusal of theirs.
bool by_a_party(const ChainState& state, const objects::CheckedSubmission& submission,
                const objects::Settlement& settlement) {
  return std::any_of(settlement.legs.begin(), settlement.legs.end(), [&](const objects::Leg& leg) {
    const DeclarationRecord* d = state.declaration(leg.declaration);
    const RequestRecord* r = state.request(leg.request);
    return (d != nullptr && submission.signed_by(objects::Role::submitter, d->declared.holder)) ||
           (r != nullptr && submission.signed_by(objects::Role::submitter, r->request.user));
  });
}

}  // namespace

void apply_refusal(ChainState& state, const objects::CheckedSubmission& submission) {
  const auto* settlement = std::get_if<objects::Settlement>(&submission.object);
  if (settlement == nullptr || !by_a_party(state, submission, *settlement)) return;
  for (const objects::Leg& leg : settlement->legs) {
    const DeclarationRecord* d = state.declaration(leg.declaration);
    const RequestRecord* r = state.request(leg.request);
    if (d == nullptr || r == nullptr) continue;
    if (!submission.signed_by(objects::Role::holder, d->declared.holder) ||
        !submission.signed_by(objects::Role::user, r->request.user))
      continue;
    DisclosureKey key{d->declared.holder, r->request.user, leg.declaration};
    state.undischarged[key].push_back({submission.id, state.time});
  }
}

}  // namespace capmarket::chain
