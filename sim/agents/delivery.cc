#include "sim/agents/delivery.h"

#include <algorithm>

namespace capmarket::agents {
namespace {

void plan_failure(world::World& w, world::HolderIndex holder, Instant after, std::int64_t number) {
  const scenarios::HolderGroup* g = w.group_of(w.holders[holder]);
  if (g == nullptr || !g->failure || g->failure->rate_per_hour <= 0) return;
  auto mean = static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(kNanosPerHour) * kFullRatio, g->failure->rate_per_hour));
  world::Draws& draws = w.holders[holder].draws;
  kernel::Stream stream(w.dynamics, draws.who, kernel::Draw::failure,
                        static_cast<std::uint64_t>(number));
  Duration gap(std::min(stream.exponential(mean), (std::int64_t{1} << 60)));
  if (gap < w.scenario->end() - after) w.plan(draws, after + gap, world::Fail{holder, number});
}

const rules::FallbackStrategy& strategy_of(const chain::ChainState& seen,
                                           const chain::GrantRecord& g) {
  return seen.strategies.at(g.leg.strategy).strategy;
}

/// What of the chain has reached the holder, or the user, of the grant.
const chain::ChainState& seen_by(const world::World& w, world::HolderIndex holder) {
  return w.seen_by(w.holders[holder].readers);
}
const chain::ChainState& seen_by(const world::World& w, world::UserIndex user) {
  return w.seen_by(w.users[user].readers);
}

/// When the holder tells; empty where it never does.
std::optional<Duration> notice_of(const world::World& w, world::HolderIndex holder,
                                  std::int64_t number, const rules::FallbackStrategy& strategy) {
  const world::HolderState& h = w.holders[holder];
  const scenarios::HolderFailure& f = *w.group_of(h)->failure;
  if (h.strategy == scenarios::HolderStrategy::no_notice) return std::nullopt;
  auto occurrence = static_cast<std::uint64_t>(number);
  kernel::Stream notice(w.dynamics, h.draws.who, kernel::Draw::notice, occurrence);
  kernel::Stream late(w.dynamics, h.draws.who, kernel::Draw::late, occurrence);
  Duration after(notice.sample(f.notice));
  bool too_late = h.strategy == scenarios::HolderStrategy::late_notice ||
                  static_cast<std::int64_t>(late.below(kFullRatio)) < f.late;
  return too_late ? strategy.notify_within + after + Duration(kNanosPerSecond) : after;
}

}  // namespace

void schedule_failures(world::World& w) {
  for (world::HolderIndex i : w.holders.indices()) {
    plan_failure(w, i, w.scenario->start, 0);
    const scenarios::HolderGroup* g = w.group_of(w.holders[i]);
    if (g != nullptr && g->curtail)
      w.plan(w.holders[i].draws, w.scenario->start + g->curtail->at, world::Curtail{i});
  }
}

void on_failure(world::World& w, world::HolderIndex holder, std::int64_t number) {
  plan_failure(w, holder, w.now, number + 1);
  const world::HolderState& h = w.holders[holder];
  const scenarios::HolderFailure& f = *w.group_of(h)->failure;
  // What breaks down is what there is, whoever knows of it.
  const chain::ChainState& s = w.state();
  for (world::ListingIndex l : h.listings) {
    const chain::DeclarationRecord* d = s.declaration(w.listings[l].declaration);
    if (d == nullptr) continue;
    for (world::GrantIndex grant : d->grants) {
      const chain::GrantRecord& g = s.grants[grant];
      if (capacity::value_at(g.live, w.now).value <= 0) continue;  // it delivers nothing of it now
      w.holders[holder].undelivered.emplace(grant, chain::ceil_to(s.rule_of(g), w.now));
      if (auto after = notice_of(w, holder, number, strategy_of(s, g)))
        w.plan(w.holders[holder].draws, w.now + *after, world::ReportFailure{grant, w.now});
      w.plan(w.users[w.user_of(s, g)].draws, w.now + f.detect, world::ClaimFailure{grant, w.now});
    }
  }
}

void report(world::World& w, world::GrantIndex grant, Instant failed_at) {
  const world::HolderIndex holder = w.holder_of(w.state(), w.state().grants[grant]);
  const chain::ChainState& seen = seen_by(w, holder);
  if (grant.place() >= seen.grants.size()) return;  // it has not heard of the grant
  const chain::GrantRecord& g = seen.grants[grant];
  const rules::Rule& rule = seen.rule_of(g);
  Window rest{chain::ceil_to(rule, failed_at), g.leg.window.until};
  if (rest.empty()) return;
  const ContentId id = g.id;
  const crypto::KeyPair& key = w.holders[holder].key;
  for (const objects::Piece& p : capacity::inside(g.live, rest)) {
    objects::DeliveryFailure o{w.fresh_salt(w.holders[holder].draws),
                               key.pub,
                               objects::Role::holder,
                               std::nullopt,
                               id,
                               p.quantity,
                               p.window,
                               failed_at,
                               "breakdown"};
    w.submit(objects::Kind::delivery_failure, {}, objects::encode_object(o),
             {{objects::Role::holder, key}}, world::from_holder(w, holder));
  }
}

void claim(world::World& w, world::GrantIndex grant, Instant failed_at) {
  const world::UserIndex user = w.user_of(w.state(), w.state().grants[grant]);
  const chain::ChainState& seen = seen_by(w, user);
  if (grant.place() >= seen.grants.size()) return;  // it has not heard of the grant
  const chain::GrantRecord& g = seen.grants[grant];
  const rules::Rule& rule = seen.rule_of(g);
  const Instant end = g.leg.window.until;
  // Only what has passed can be claimed: now so far, and at the end of the leg the rest.
  Window passed{chain::ceil_to(rule, failed_at), std::min(end, chain::ceil_to(rule, w.now))};
  if (w.now < passed.until) passed.until = passed.until - rule.granularity;
  if (w.now < end && end < w.scenario->end())
    w.plan(w.users[user].draws, end,
           world::ClaimFailure{grant, std::max(passed.from, passed.until)});
  if (passed.empty()) return;
  const ContentId id = g.id;
  const crypto::KeyPair& key = w.users[user].key;
  for (const objects::Piece& p : capacity::inside(g.live, passed)) {
    objects::DeliveryFailure o{w.fresh_salt(w.users[user].draws),
                               key.pub,
                               objects::Role::user,
                               std::nullopt,
                               id,
                               p.quantity,
                               p.window,
                               failed_at,
                               "not delivered"};
    w.submit(objects::Kind::delivery_failure, {}, objects::encode_object(o),
             {{objects::Role::user, key}}, world::from_user(w, user));
  }
}

void contest(world::World& w, const ContentId& claimed, world::ReadersIndex readers) {
  const chain::ChainState& seen = w.seen_by(readers);
  const chain::ClaimRecord* c = seen.claim(claimed);
  if (c == nullptr) return;  // a notice of the holder's
  auto owner = w.owners.find(seen.holder_of(seen.grants[c->grant]));
  if (owner == w.owners.end()) return;
  const world::HolderIndex holder = std::get<world::HolderIndex>(owner->second);
  world::HolderState& h = w.holders[holder];
  if (h.readers != readers) return;
  auto failed = h.undelivered.find(c->grant);
  const bool known = failed != h.undelivered.end() && failed->second <= c->claim.window.from;
  if (known || h.strategy == scenarios::HolderStrategy::scripted) return;
  objects::Contest o{w.fresh_salt(h.draws), h.key.pub, claimed};
  w.submit(objects::Kind::contest, {}, objects::encode_object(o), {{objects::Role::holder, h.key}},
           world::from_holder(w, holder));
}

void curtail(world::World& w, world::HolderIndex holder) {
  world::HolderState& h = w.holders[holder];
  const scenarios::HolderCurtailment& c = *w.group_of(h)->curtail;
  Duration g = w.class_spec(h.class_index).granularity;
  for (world::ListingIndex l : std::vector<world::ListingIndex>(h.listings)) {
    const world::Listing& listing = w.listings[l];
    Window window{std::max(world::round_up(w.now, g), listing.window.from), listing.window.until};
    Quantity gone(static_cast<std::int64_t>(
        floor_div(static_cast<Int128>(listing.quantity.value) * c.by, kFullRatio)));
    if (window.empty() || gone.value <= 0) continue;
    objects::Curtailment o{
        w.fresh_salt(h.draws), h.key.pub, listing.declaration, gone, window, "derated"};
    w.submit(objects::Kind::curtailment, {}, objects::encode_object(o),
             {{objects::Role::holder, h.key}}, world::from_holder(w, holder));
  }
}

void on_failed(world::World& w, const ContentId& id, world::ReadersIndex readers) {
  const chain::ChainState& seen = w.seen_by(readers);
  const world::FailureIndex index = seen.failure_index.at(id);
  const chain::FailureRecord& f = seen.failures[index];
  const world::GrantIndex grant = f.grant;
  const chain::GrantRecord& g = seen.grants[grant];
  const rules::FallbackStrategy& strategy = strategy_of(seen, g);
  auto user = w.owners.find(seen.user_of(g));
  auto holder = w.owners.find(seen.holder_of(g));
  if (holder != w.owners.end()) {
    world::HolderState& h = w.holders[std::get<world::HolderIndex>(holder->second)];
    // Half of the time that it has: by then a substitute may stand.
    if (h.readers == readers && h.strategy != scenarios::HolderStrategy::no_notice &&
        h.strategy != scenarios::HolderStrategy::scripted)
      w.plan(h.draws, w.now + Duration(strategy.notify_within.value / 2),
             world::RecordFallback{index});
  }
  const world::RequestIndex request = w.request_of(seen, g);
  if (strategy.substitution == rules::Substitution::none || user == w.owners.end() ||
      !request.valid() || w.users[std::get<world::UserIndex>(user->second)].readers != readers)
    return;
  const rules::Rule& rule = seen.rule_of(g);
  for (const objects::Piece& p : f.failure.pieces) {
    Window window{std::max(p.window.from, chain::ceil_to(rule, w.now)), p.window.until};
    if (window.empty()) continue;
    world::Shortfall shortfall{id, window, p.quantity, strategy.substitution, grant};
    w.plan(w.requests[request].draws, w.now, world::Replace{request, shortfall});
  }
}

void record_fallback(world::World& w, world::FailureIndex failure) {
  const world::HolderIndex holder =
      w.holder_of(w.state(), w.state().grants[w.state().failures[failure].grant]);
  const chain::ChainState& seen = seen_by(w, holder);
  const chain::FailureRecord& f = seen.failures[failure];
  if (f.recorded) return;
  const chain::GrantRecord& g = seen.grants[f.grant];
  world::HolderState& h = w.holders[holder];
  objects::FallbackRecord o;
  o.salt = w.fresh_salt(h.draws);
  o.holder = h.key.pub;
  o.failure = f.id;
  o.strategy = g.leg.strategy;
  o.notice = f.admitted;  // the chain told the user then
  o.cause = "breakdown";
  o.substitutes = f.substitutes;
  o.settlement = f.owed;
  w.submit(objects::Kind::fallback_record, world::RecordOf{failure}, objects::encode_object(o),
           {{objects::Role::holder, h.key}}, world::from_holder(w, holder));
}

void on_record_known(world::World& w, world::FailureIndex failure, const world::Answer& answer) {
  const auto& failed = answer.receipt.decision.failed;
  if (!answer.lost &&
      std::find(failed.begin(), failed.end(), admission::ClauseId::record_complete) != failed.end())
    record_fallback(w, failure);
}

}  // namespace capmarket::agents
