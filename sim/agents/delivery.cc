#include "sim/agents/delivery.h"

#include "sim/kernel/grid.h"

#include <algorithm>

#include "sim/agents/complain.h"
#include "sim/agents/frauds.h"
#include "sim/agents/strategy_of.h"
#include "sim/agents/use.h"

namespace capmarket::agents {
namespace {

const rules::FallbackStrategy& strategy_of(const chain::ChainState& seen,
                                           const chain::GrantRecord& g) {
  return seen.strategies.at(g.leg.strategy).strategy;
}

/// When the holder tells; empty where it never does.
std::optional<Duration> notice_of(const party::HolderView& v, std::int64_t number,
                                  const rules::FallbackStrategy& strategy) {
  const scenarios::HolderFailure& f = *v.group->failure;
  if (v.me.strategy == scenarios::HolderStrategy::no_notice) return std::nullopt;
  auto occurrence = static_cast<std::uint64_t>(number);
  kernel::Stream notice(v.dynamics, v.me.draws.who, kernel::Draw::notice, occurrence);
  kernel::Stream late(v.dynamics, v.me.draws.who, kernel::Draw::late, occurrence);
  Duration after(notice.sample(f.notice));
  bool too_late = v.me.strategy == scenarios::HolderStrategy::late_notice ||
                  static_cast<std::int64_t>(late.below(kFullRatio)) < f.late;
  return too_late ? strategy.notify_within + after + Duration(kNanosPerSecond) : after;
}

/// The share of the listing that is gone, from now on.
void curtail_one(const party::HolderView& v, party::ListingIndex index) {
  const scenarios::HolderCurtailment& c = *v.group->curtail;
  const Duration g = v.market.class_spec(v.me.class_index).granularity;
  const party::Listing& listing = v.market.listing(index);
  Window window{std::max(kernel::round_up(v.now, g), listing.window.from), listing.window.until};
  Quantity gone(static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(listing.quantity.value) * c.by, kFullRatio)));
  if (window.empty() || gone.value <= 0) return;
  v.submit(objects::Curtailment{v.fresh_salt(v.me.draws), v.me.key.pub, listing.declaration, gone,
                                window, "derated"},
           {}, {{objects::Role::holder, v.me.key}}, v.sender());
}

/// What was lost of a grant, from now on.
void look_again(const party::UserView& v, party::RequestIndex request, const ContentId& loss,
                const std::vector<objects::Piece>& pieces, rules::Substitution scope,
                party::GrantIndex grant) {
  const rules::Rule& rule = v.seen().rule_of(v.seen().grants[grant]);
  for (const objects::Piece& p : pieces) {
    Window window{std::max(p.window.from, chain::ceil_to(rule, v.now)), p.window.until};
    if (window.empty()) continue;
    v.plan(v.requests[request].draws, v.now,
           party::Replace{request, {loss, window, p.quantity, scope, grant}});
  }
}

/// Whether it claims what it has not got: whatever it paid for it, or above what its group says.
bool claims(const party::UserView& v, const chain::GrantRecord& g, const capacity::Pieces& missed) {
  const scenarios::Conduct& conduct = conduct_of(v);
  return conduct.disputes == scenarios::Disputes::always ||
         complains(conduct, chain::worth(g.leg.price, capacity::volume_of(missed)));
}

}  // namespace

void on_broken(const party::HolderView& v, Instant repaired, std::int64_t number) {
  v.me.broken_until = repaired;
  v.me.broken_by = number;
}

void on_breakdown(const party::HolderView& v, party::GrantIndex grant, const rules::Rule& rule,
                  const rules::FallbackStrategy& strategy, std::int64_t number) {
  v.me.undelivered.emplace(grant, chain::ceil_to(rule, v.now));
  if (auto after = notice_of(v, number, strategy))
    v.plan(v.me.draws, v.now + *after, party::ReportFailure{grant, v.now});
}

void report(const party::HolderView& v, party::GrantIndex grant, Instant failed_at) {
  const chain::ChainState& seen = v.seen();
  if (grant.place() >= seen.grants.size()) return;  // it has not heard of the grant
  const chain::GrantRecord& g = seen.grants[grant];
  Window rest{chain::ceil_to(seen.rule_of(g), failed_at), g.leg.window.until};
  if (rest.empty()) return;
  for (const objects::Piece& p : capacity::inside(g.live, rest))
    v.submit(objects::DeliveryFailure{v.fresh_salt(v.me.draws), v.me.key.pub, objects::Role::holder,
                                      std::nullopt, g.id, p.quantity, p.window, failed_at,
                                      "breakdown"},
             {}, {{objects::Role::holder, v.me.key}}, v.sender());
}

void claim(const party::UserView& v, party::GrantIndex grant, Instant failed_at) {
  const chain::ChainState& seen = v.seen();
  if (grant.place() >= seen.grants.size()) return;  // it has not heard of the grant
  const chain::GrantRecord& g = seen.grants[grant];
  const rules::Rule& rule = seen.rule_of(g);
  const Instant end = g.leg.window.until;
  // Only what has passed can be claimed: now so far, and at the end of the leg the rest.
  Window passed{chain::ceil_to(rule, failed_at), std::min(end, chain::ceil_to(rule, v.now))};
  if (v.now < passed.until) passed.until = passed.until - rule.granularity;
  if (v.now < end && end < v.market.end())
    v.plan(v.me.draws, end, party::ClaimFailure{grant, std::max(passed.from, passed.until)});
  if (passed.empty()) return;
  const capacity::Pieces missed = capacity::inside(g.live, passed);
  if (!plots(v.me, scenarios::Attack::false_claims) && !claims(v, g, missed)) return;
  for (const objects::Piece& p : missed)
    v.submit(objects::DeliveryFailure{v.fresh_salt(v.me.draws), v.me.key.pub, objects::Role::user,
                                      std::nullopt, g.id, p.quantity, p.window, failed_at,
                                      "not delivered"},
             {}, {{objects::Role::user, v.me.key}}, v.sender());
}

void contest(const party::HolderView& v, const chain::ClaimRecord& c) {
  auto failed = v.me.undelivered.find(c.grant);
  const bool known =
      failed != v.me.undelivered.end() && failed->second <= c.claim.window.from;
  if (known || v.me.strategy == scenarios::HolderStrategy::scripted) return;
  v.submit(objects::Contest{v.fresh_salt(v.me.draws), v.me.key.pub, c.id}, {},
           {{objects::Role::holder, v.me.key}}, v.sender());
}

void curtail(const party::HolderView& v) {
  for (party::ListingIndex l : v.me.listings) curtail_one(v, l);
}

void curtail_late(const party::HolderView& v, party::ListingIndex listing) {
  if (v.group != nullptr && v.group->curtail && v.now > v.market.start() + v.group->curtail->at)
    curtail_one(v, listing);
}

void on_failed(const party::HolderView& v, party::FailureIndex failure) {
  if (v.me.strategy == scenarios::HolderStrategy::no_notice ||
      v.me.strategy == scenarios::HolderStrategy::scripted)
    return;
  const chain::GrantRecord& g = v.seen().grants[v.seen().failures[failure].grant];
  // Half of the time that it has: by then a substitute may stand.
  v.plan(v.me.draws, v.now + Duration(strategy_of(v.seen(), g).notify_within.value / 2),
         party::RecordFallback{failure});
}

void on_failed(const party::UserView& v, party::FailureIndex failure, party::RequestIndex request) {
  watch_failure(v, failure);
  const chain::FailureRecord& f = v.seen().failures[failure];
  const rules::FallbackStrategy& strategy = strategy_of(v.seen(), v.seen().grants[f.grant]);
  const scenarios::AfterLoss then =
      v.group == nullptr ? scenarios::AfterLoss::re_request : v.group->when_failed;
  if (then == scenarios::AfterLoss::surrender) return surrender(v, f.grant);
  if (then == scenarios::AfterLoss::keep || strategy.substitution == rules::Substitution::none)
    return;
  look_again(v, request, f.id, f.failure.pieces, strategy.substitution, f.grant);
}

void on_displaced(const party::UserView& v, const chain::LossRecord& loss,
                  party::RequestIndex request) {
  const scenarios::AfterLoss then =
      v.group == nullptr ? scenarios::AfterLoss::re_request : v.group->when_displaced;
  if (then == scenarios::AfterLoss::surrender) return surrender(v, loss.grant);
  if (then == scenarios::AfterLoss::keep) return;
  look_again(v, request, loss.id, loss.pieces, rules::Substitution::any, loss.grant);
}

void record_fallback(const party::HolderView& v, party::FailureIndex failure) {
  const chain::FailureRecord& f = v.seen().failures[failure];
  if (f.recorded) return;
  objects::FallbackRecord o;
  o.salt = v.fresh_salt(v.me.draws);
  o.holder = v.me.key.pub;
  o.failure = f.id;
  o.strategy = v.seen().grants[f.grant].leg.strategy;
  o.notice = f.admitted;  // the chain told the user then
  o.cause = "breakdown";
  o.substitutes = f.substitutes;
  o.settlement = f.owed;
  v.submit(o, party::RecordOf{failure}, {{objects::Role::holder, v.me.key}}, v.sender());
}

void on_record_known(const party::HolderView& v, party::FailureIndex failure,
                     const party::Answer& answer) {
  const auto& failed = answer.receipt.decision.failed;
  if (!answer.lost &&
      std::find(failed.begin(), failed.end(), admission::ClauseId::record_complete) != failed.end())
    record_fallback(v, failure);
}

}  // namespace capmarket::agents
