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

const rules::FallbackStrategy& strategy_of(const world::World& w, const chain::GrantRecord& g) {
  return w.state().strategies.at(g.leg.strategy).strategy;
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
  for (world::ListingIndex l : h.listings) {
    const chain::DeclarationRecord* d = w.state().declaration(w.listings[l].declaration);
    if (d == nullptr) continue;
    for (world::GrantIndex grant : d->grants) {
      const chain::GrantRecord& g = w.grant_at(grant);
      if (capacity::value_at(g.live, w.now).value <= 0) continue;  // it delivers nothing of it now
      w.holders[holder].undelivered.emplace(grant, chain::ceil_to(w.state().rule_of(g), w.now));
      if (auto after = notice_of(w, holder, number, strategy_of(w, g)))
        w.plan(w.holders[holder].draws, w.now + *after, world::ReportFailure{grant, w.now});
      w.plan(w.users[w.user_of(g)].draws, w.now + f.detect, world::ClaimFailure{grant, w.now});
    }
  }
}

void report(world::World& w, world::GrantIndex grant, Instant failed_at) {
  const chain::GrantRecord& g = w.grant_at(grant);
  const rules::Rule& rule = w.state().rule_of(g);
  Window rest{chain::ceil_to(rule, failed_at), g.leg.window.until};
  if (rest.empty()) return;
  const ContentId id = g.id;
  const world::HolderIndex holder = w.holder_of(g);
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
  const chain::GrantRecord& g = w.grant_at(grant);
  const rules::Rule& rule = w.state().rule_of(g);
  const Instant end = g.leg.window.until;
  const world::UserIndex user = w.user_of(g);
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

void contest(world::World& w, const ContentId& claimed, Instant heard) {
  const chain::ClaimRecord& c = *w.state().claim(claimed);
  const world::HolderIndex holder = w.holder_of(w.grant_at(c.grant));
  world::HolderState& h = w.holders[holder];
  auto failed = h.undelivered.find(c.grant);
  const bool known = failed != h.undelivered.end() && failed->second <= c.claim.window.from;
  if (known || h.strategy == scenarios::HolderStrategy::scripted) return;
  w.plan(h.draws, heard, world::ContestClaim{holder, claimed});
}

void on_contest(world::World& w, world::HolderIndex holder, const ContentId& claimed) {
  world::HolderState& h = w.holders[holder];
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

void on_failed(world::World& w, const ContentId& id, Instant heard) {
  const world::FailureIndex index = w.state().failure_index.at(id);
  const chain::FailureRecord& f = w.state().failures[index];
  const world::GrantIndex grant = f.grant;
  const chain::GrantRecord& g = w.grant_at(grant);
  const rules::FallbackStrategy& strategy = strategy_of(w, g);
  const world::HolderIndex holder = w.holder_of(g);
  // Half of the time that it has: by then a substitute may stand.
  const scenarios::HolderStrategy holder_strategy = w.holders[holder].strategy;
  if (holder_strategy != scenarios::HolderStrategy::no_notice &&
      holder_strategy != scenarios::HolderStrategy::scripted)
    w.plan(w.holders[holder].draws, heard + Duration(strategy.notify_within.value / 2),
           world::RecordFallback{index});
  if (strategy.substitution == rules::Substitution::none) return;
  const world::RequestIndex request = w.request_of(g);
  if (!request.valid()) return;
  const rules::Rule& rule = w.state().rule_of(g);
  for (const objects::Piece& p : f.failure.pieces) {
    Window window{std::max(p.window.from, chain::ceil_to(rule, heard)), p.window.until};
    if (window.empty()) continue;
    world::Shortfall shortfall{id, window, p.quantity, strategy.substitution, grant};
    w.plan(w.requests[request].draws, heard, world::Replace{request, shortfall});
  }
}

void record_fallback(world::World& w, world::FailureIndex failure) {
  const chain::FailureRecord& f = w.state().failures[failure];
  if (f.recorded) return;
  const world::GrantIndex grant = f.grant;
  const chain::GrantRecord& g = w.grant_at(grant);
  const world::HolderIndex holder = w.holder_of(g);
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

void on_record_receipt(world::World& w, world::FailureIndex failure, const world::Answer& answer) {
  const auto& failed = answer.receipt.decision.failed;
  if (!answer.lost &&
      std::find(failed.begin(), failed.end(), admission::ClauseId::record_complete) != failed.end())
    record_fallback(w, failure);
}

}  // namespace capmarket::agents
