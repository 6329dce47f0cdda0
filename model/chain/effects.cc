#include "model/chain/effects.h"

#include <algorithm>

#include "model/chain/claims.h"
#include "model/chain/findings.h"
#include "model/chain/leaf.h"
#include "model/chain/lease.h"
#include "model/chain/policy.h"
#include "model/chain/reviews.h"

namespace capmarket::chain {
namespace {

/// The salt of any object; a rule's is zero.
Salt salt_of(const objects::Object& object) {
  return std::visit(
      [](const auto& o) {
        if constexpr (requires { o.salt; })
          return o.salt;
        else
          return Salt{};
      },
      object);
}

class Application {
 public:
  Application(ChainState& s, const ContentId& id, Sequence sequence,
              const std::vector<Cover>& covers, Group& group)
      : s_(s), id_(id), sequence_(sequence), covers_(covers), group_(group) {}

  void operator()(const objects::AuthorityGrant& o) { s_.delegation.add(id_, o); }
  void operator()(const objects::CredentialGrant& o) { s_.delegation.add(id_, o); }
  void operator()(const objects::ClassDeclaration& o) {
    s_.classes[o.class_name].push_back({id_, o, s_.time});
  }
  void operator()(const rules::Rule& o);
  void operator()(const rules::FallbackStrategy& o) {
    s_.strategies.emplace(id_, StrategyRecord{o, s_.time});
  }
  void operator()(const objects::ReconciliationPolicy& o) { s_.policies.emplace(id_, o); }
  void operator()(const objects::SharedInfrastructure& o);
  void operator()(const objects::PeerAgreement& o) {
    s_.infrastructures[s_.infrastructure_index.at(o.infrastructure)].agreements.push_back(
        s_.agreements.next());
    s_.agreements.push_back(o);
    s_.about.emplace(id_, o.infrastructure);
  }
  void operator()(const objects::Promulgation& o) { s_.promulgated.insert(o.rule); }
  void operator()(const objects::Revocation& o);
  void operator()(const objects::Declaration& o) { declare(id_, o); }
  void operator()(const objects::DeclarationBatch& o) {
    for (const objects::Declaration& item : o.items) {
      ContentId id = crypto::content_id(objects::encode_object(objects::Object(item)));
      s_.objects.emplace(id, ObjectRecord{objects::Kind::declaration, sequence_});
      declare(id, item);
    }
  }
  void operator()(const objects::Retract& o);
  void operator()(const objects::Intent& o) { s_.intents.emplace(id_, o); }
  void operator()(const objects::Request& o);
  void operator()(const objects::Withdrawal& o);
  void operator()(const objects::Settlement& o);
  void operator()(const objects::Surrender& o) {
    group_.give_back(s_.grant_index.at(o.grant), {{o.window, o.quantity}}, objects::ReleaseCause::surrender,
                     objects::ObligationKind::surrender);
  }
  void operator()(const objects::Renewal& o) { renew(s_.grant_index.at(o.grant)); }
  void operator()(const objects::Payment& o);
  void operator()(const objects::DeliveryFailure& o);
  void operator()(const objects::FallbackRecord& o) {
    s_.failures[s_.failure_index.at(o.failure)].recorded = true;
    s_.about.emplace(id_, o.failure);
  }
  void operator()(const objects::Curtailment& o);
  void operator()(const objects::Activity& o) {
    GrantRecord& g = s_.grants[s_.grant_index.at(o.grant)];
    g.activity = capacity::changed(g.activity, o.interval, o.quantity);
    renew(s_.grant_index.at(o.grant));
  }
  void operator()(const objects::PriceIndex& o) { s_.indices[o.rule].push_back({id_, o}); }
  void operator()(const objects::Contest& o) {
    contest_claim(s_, o.failure);
    s_.about.emplace(id_, o.failure);
  }
  void operator()(const objects::Witness& o) {
    s_.claims[s_.claim_index.at(o.failure)].witnesses.emplace_back(o.witness, o.supports);
    s_.about.emplace(id_, o.failure);
  }
  void operator()(const objects::Dispute& o) {
    s_.disputed.insert({o.party, o.settlement, o.ground});
    resolve_dispute(group_, id_, o);
  }
  template <class T>
  void operator()(const T&) {
    CHECK(false, "an object that nobody submits", objects::to_text(objects::kind_of(objects::Object(T{}))));
  }

 private:
  void declare(const ContentId& id, const objects::Declaration& o);
  void settle_leg(const objects::Settlement& o, std::size_t index, SettlementIndex settlement);
  void discharge(const objects::Settlement& o, const objects::Leg& leg, const GrantRecord& g);
  void lease(GrantIndex grant, Instant until);
  /// A leased grant goes on from now.
  void renew(GrantIndex grant) {
    const GrantRecord& g = s_.grants[grant];
    if (const auto& length = s_.rule_of(g).lease)
      lease(grant, renewed_until(g.lease_until, s_.time, g.leg.window.from, *length));
  }

  ChainState& s_;
  ContentId id_;
  Sequence sequence_;
  const std::vector<Cover>& covers_;
  Group& group_;
};

void Application::operator()(const rules::Rule& o) {
  if (o.supersedes) {
    RuleRecord& old = s_.rules[s_.rule_index.at(*o.supersedes)];
    old.successor_from = std::min(old.successor_from, o.effective.from);
  }
  RuleIndex index = s_.rules.next();
  s_.rule_index.emplace(id_, index);
  s_.rules_named[o.name].push_back(index);
  s_.rules.push_back({id_, o, s_.time});
  bool attached =
      rules::attach_strategies(s_.rules.back().rule, [&](const ContentId& id) -> const rules::FallbackStrategy* {
        auto it = s_.strategies.find(id);
        return it == s_.strategies.end() ? nullptr : &it->second.strategy;
      });
  CHECK(attached, o.name);
}

void Application::operator()(const objects::SharedInfrastructure& o) {
  InfrastructureRecord record;
  record.id = id_;
  record.infrastructure = o;
  for (std::size_t i = 0; i < o.schedule.size(); ++i) {
    Instant until = i + 1 < o.schedule.size() ? o.schedule[i + 1].from : kDistantFuture;
    record.excess.add({o.schedule[i].from, until}, Quantity(-o.schedule[i].quantity.value));
  }
  s_.infrastructure_index.emplace(id_, s_.infrastructures.next());
  s_.infrastructures.push_back(std::move(record));
}

void Application::operator()(const objects::Revocation& o) {
  s_.delegation.revoke(o.target, o.effective);
  s_.about.emplace(id_, o.target);
  open_review(group_, id_, o);
}

void Application::declare(const ContentId& id, const objects::Declaration& o) {
  DeclarationRecord record{id, o, sequence_, {}, {}, {}, {}, {}};
  if (o.infrastructure) {
    record.infrastructure = s_.infrastructure_index.at(*o.infrastructure);
    s_.infrastructures[record.infrastructure].declared.add(o.window, o.quantity);
  }
  s_.declaration_index.emplace(id, s_.declarations.next());
  s_.declarations.push_back(std::move(record));
  s_.assets[{o.asset_issuer, o.asset_id}].add(o.window, o.quantity);
}

void Application::operator()(const objects::Retract& o) {
  DeclarationRecord& d = s_.declarations[s_.declaration_index.at(o.declaration)];
  capacity::StepFunction& asset = s_.assets[{d.declared.asset_issuer, d.declared.asset_id}];
  for (const objects::Piece& p : retractable(s_, d, s_.time)) {
    for (capacity::StepFunction* gone : {&d.retracted, &d.curtailed, &d.taken})
      gone->add(p.window, p.quantity);
    asset.add(p.window, Quantity(-p.quantity.value));
    if (d.infrastructure.valid())
      s_.infrastructures[d.infrastructure].declared.add(p.window, Quantity(-p.quantity.value));
  }
}

void Application::operator()(const objects::Request& o) {
  s_.request_index.emplace(id_, s_.requests.next());
  RequestRecord record;
  record.id = id_;
  record.request = o;
  record.admitted = s_.time;
  s_.requests.push_back(std::move(record));
  s_.dues.insert({o.open_until, objects::Kind::residual, id_});
  s_.dues.insert({o.window.until, objects::Kind::residual, id_});
}

void Application::operator()(const objects::Withdrawal& o) {
  RequestIndex r = s_.request_index.at(o.request);
  s_.requests[r].withdrawn = true;
  if (!s_.requests[r].granted) group_.close(r);
}

void Application::discharge(const objects::Settlement& o, const objects::Leg& leg, const GrantRecord& g) {
  auto duty = s_.undischarged.find({s_.holder_of(g), s_.user_of(g), leg.declaration});
  if (duty == s_.undischarged.end()) return;
  std::erase_if(duty->second, [&](const RefusalRecord& x) { return x.admitted < o.signed_at; });
  if (duty->second.empty()) s_.undischarged.erase(duty);
}

void Application::lease(GrantIndex grant, Instant until) {
  GrantRecord& g = s_.grants[grant];
  g.lease_until = until;
  if (g.lease_until < g.leg.window.until) s_.dues.insert({g.lease_until, objects::Kind::release, g.id});
}

void Application::settle_leg(const objects::Settlement& o, std::size_t index,
                             SettlementIndex settlement) {
  const objects::Leg& leg = o.legs[index];
  GrantIndex at = s_.grants.next();
  GrantRecord g;
  g.id = objects::grant_id(id_, index);
  g.settlement = settlement;
  g.leg_index = static_cast<std::int32_t>(index);
  g.sequence = sequence_;
  g.admitted = s_.time;
  g.declaration = s_.declaration_index.at(leg.declaration);
  g.request = s_.request_index.at(leg.request);
  g.rule = s_.rule_index.at(leg.rule);
  g.tier_rule = tier_rule(s_, o, leg);
  g.rank = rank_of(s_, o, leg);
  g.leg = leg;
  s_.grant_index.emplace(g.id, at);
  s_.grants_of_rule[s_.rules[g.rule].rule.name].push_back(at);
  s_.grants.push_back(std::move(g));
  for (const CoverVictim& victim : covers_[index].victims) group_.displace(at, victim);
  group_.take(at);
  const GrantRecord& granted = s_.grants[at];
  RequestRecord& r = s_.requests[granted.request];
  r.granted = true;
  for (const objects::SequenceIndex& i : o.indices)
    if (i.request == leg.request) r.next_index = i.index + 1;
  if (leg.replaces) {
    auto failure = s_.failure_index.find(*leg.replaces);
    if (failure != s_.failure_index.end()) {
      std::vector<ContentId>& substitutes = s_.failures[failure->second].substitutes;
      if (substitutes.empty() || substitutes.back() != id_) substitutes.push_back(id_);
    }
  }
  discharge(o, leg, granted);
  const rules::Rule& rule = s_.rule_of(granted);
  group_.oblige(id_, granted, objects::ObligationKind::price, s_.user_of(granted), s_.holder_of(granted),
                worth(leg.price, volume_of(leg.quantity, leg.window.length())), rule.currency,
                leg.window.until);
  if (rule.lease) lease(at, leased_until(s_.time, leg.window.from, *rule.lease));
}

void Application::operator()(const objects::Settlement& o) {
  SettlementIndex index = s_.settlements.next();
  s_.settlement_index.emplace(id_, index);
  s_.settlements.push_back({id_, o.salt, sequence_, o.signed_at, s_.time, s_.grants.next(),
                            static_cast<std::int32_t>(o.legs.size()), o.coordinators, o.policy, {}});
  for (std::size_t i = 0; i < o.legs.size(); ++i) settle_leg(o, i, index);
}

void Application::operator()(const objects::Payment& o) {
  ObligationIndex index = s_.obligation_index.at(o.obligation);
  ObligationRecord& record = s_.obligations[index];
  record.paid += o.amount;
  if (record.outstanding().value == 0)
    s_.debts[record.obligation.payer].erase({record.obligation.deadline, index});
}

void Application::operator()(const objects::DeliveryFailure& o) {
  GrantIndex grant = s_.grant_index.at(o.grant);
  s_.about.emplace(id_, o.grant);
  if (is_claim(o)) return open_claim(s_, id_, o);
  const rules::FallbackStrategy& strategy = s_.strategies.at(s_.grants[grant].leg.strategy).strategy;
  // A holder's word alone does not make it early.
  const Instant known = std::min(o.failed_at, o.window.from);
  bool late = s_.time - known > strategy.notify_within;
  group_.fail(grant, {{o.window, o.quantity}}, id_, late, FailureOrigin::notice);
}

void Application::operator()(const objects::Curtailment& o) {
  DeclarationRecord& d = s_.declarations[s_.declaration_index.at(o.declaration)];
  s_.about.emplace(id_, o.declaration);
  d.curtailed.add(o.window, o.quantity);
  d.taken.add(o.window, o.quantity);
  capacity::Pieces excess;
  std::vector<objects::Piece> bounds;
  for (const auto& [t, q] : d.taken.steps()) bounds.push_back({{t, t}, q});
  std::vector<Instant> at = capacity::cuts(bounds, o.window);
  at.push_back(o.window.until);
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    Quantity over = d.taken.value(at[i]) - d.declared.quantity;
    if (over.value > 0) excess = capacity::changed(excess, {at[i], at[i + 1]}, over);
  }
  if (excess.empty()) return;
  std::vector<GrantIndex> victims = d.grants;
  std::sort(victims.begin(), victims.end(), [&](GrantIndex a, GrantIndex b) {
    const GrantRecord &x = s_.grants[a], &y = s_.grants[b];
    return std::tuple(x.rank, -x.sequence.value, -x.leg_index) <
           std::tuple(y.rank, -y.sequence.value, -y.leg_index);
  });
  for (GrantIndex grant : victims) {
    capacity::Pieces failing = capacity::lesser(s_.grants[grant].live, excess);
    for (const objects::Piece& p : failing) excess = capacity::changed(excess, p.window, Quantity(-p.quantity.value));
    group_.fail(grant, failing, id_, false, FailureOrigin::curtailment);
  }
}

}  // namespace

std::vector<DerivedEvent> apply(ChainState& state, const ContentId& id, Sequence sequence,
                                const objects::Object& object, const std::vector<Cover>& covers) {
  state.objects.emplace(id, ObjectRecord{objects::kind_of(object), sequence});
  Group group(state, salt_of(object), Sequence(sequence.value + 1));
  Application application(state, id, sequence, covers, group);
  std::visit(application, object);
  return group.finish();
}

std::optional<PublicKey> submitter_of(const objects::CheckedSubmission& submission) {
  if (submission.signatures.empty() || !submission.valid[0]) return std::nullopt;
  return submission.signatures[0].key;
}

bool shut_out(const ChainState& state, const PublicKey& submitter) {
  auto it = state.refusals.find(submitter);
  return it != state.refusals.end() && it->second.shut_out;
}

std::vector<DerivedEvent> count_refusal(ChainState& state, const objects::CheckedSubmission& submission,
                                        Sequence sequence) {
  std::optional<PublicKey> submitter = submitter_of(submission);
  const objects::RefusalQuota& quota = state.genesis.refusal_quota;
  if (!submitter || quota.refusals <= 0 || quota.period.value <= 0) return {};
  RefusalCount& count = state.refusals[*submitter];
  Int128 period = floor_div(state.time.value, quota.period.value);
  if (count.period != period) count = {static_cast<std::int64_t>(period), 0, false, 0, {}};
  if (++count.refusals != quota.refusals) return {};  // shut out once a period
  Int128 end = (period + 1) * quota.period.value;
  Instant until(static_cast<std::int64_t>(std::min<Int128>(end, kWireMax)));
  count.shut_out = true;
  Group group(state, salt_of(submission.object), Sequence(sequence.value + 1));
  group.add(objects::Kind::shutout, objects::Shutout{{}, *submitter, until, count.refusals});
  std::vector<DerivedEvent> out = group.finish();
  count.salt = std::get<objects::Shutout>(out.front().object).salt;
  ContentId key;
  key.bytes = submitter->bytes;
  state.dues.insert({until, objects::Kind::readmission, key});
  return out;
}

std::vector<DerivedEvent> apply_due(ChainState& state, const Due& due, Sequence next) {
  if (due.kind == objects::Kind::readmission) {
    PublicKey key;
    key.bytes = due.id.bytes;
    RefusalCount& count = state.refusals.at(key);
    Group group(state, count.salt, next);
    group.add(objects::Kind::readmission, objects::Readmission{{}, key, count.turned_away});
    count.shut_out = false;
    return group.finish();
  }
  if (due.kind == objects::Kind::release) {
    GrantIndex index = state.grant_index.at(due.id);
    const GrantRecord& g = state.grants[index];
    if (g.lease_until != due.at) return {};
    Group group(state, state.settlements[g.settlement].salt, next);
    group.give_back(index, capacity::inside(g.live, {ceil_to(state.rule_of(g), due.at), g.leg.window.until}),
                    objects::ReleaseCause::lapse, objects::ObligationKind::lapse);
    return group.finish();
  }
  if (due.kind == objects::Kind::claim_closed) return close_claim(state, due, next);
  if (due.kind == objects::Kind::review_closed) return close_review(state, due, next);
  CHECK(due.kind == objects::Kind::residual, objects::to_text(due.kind));
  RequestIndex index = state.request_index.at(due.id);
  const RequestRecord& r = state.requests[index];
  if (r.closed || (due.at < r.request.window.until && r.granted)) return {};
  Group group(state, r.request.salt, next);
  group.close(index);
  return group.finish();
}

std::optional<std::vector<DerivedEvent>> let_next_due(ChainState& state, std::int64_t size,
                                                      Instant until) {
  if (state.dues.empty() || state.dues.begin()->at > until) return std::nullopt;
  Due due = *state.dues.begin();
  state.dues.erase(state.dues.begin());
  // Due before the last admission happens when a request is admitted after its own closing time.
  Instant at = std::max(state.time, due.at);
  std::swap(state.time, at);
  std::vector<DerivedEvent> events = apply_due(state, due, Sequence(size));
  if (events.empty()) state.time = at;  // overtaken: nothing happened then
  return events;
}

}  // namespace capmarket::chain
