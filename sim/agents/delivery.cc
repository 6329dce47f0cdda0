#include "sim/agents/delivery.h"

#include <algorithm>

namespace capmarket::agents {
namespace {


const scenarios::HolderGroup* group_of(const world::World& w, const world::HolderState& h) {
  return h.group < 0 ? nullptr : &w.scenario->holders[static_cast<std::size_t>(h.group)];
}

const chain::GrantRecord& grant_at(const world::World& w, std::int32_t grant) {
  return w.state().grants[static_cast<std::size_t>(grant)];
}

void plan_failure(world::World& w, std::uint32_t holder, Instant after, std::int64_t number) {
  const scenarios::HolderGroup* g = group_of(w, w.holders[holder]);
  if (g == nullptr || !g->failure || g->failure->rate_per_hour <= 0) return;
  auto mean = static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(kNanosPerHour) * kFullRatio, g->failure->rate_per_hour));
  kernel::Stream stream(w.dynamics, kernel::EntityKind::holder, holder, kernel::Draw::failure,
                static_cast<std::uint64_t>(number));
  Duration gap(std::min(stream.exponential(mean), (std::int64_t{1} << 60)));
  if (gap < w.scenario->end() - after) w.plan(after + gap, {world::ActionKind::fail, holder, number, {}});
}

const rules::FallbackStrategy& strategy_of(const world::World& w, const chain::GrantRecord& g) {
  return w.state().strategies.at(g.leg.strategy).strategy;
}

/// When the holder tells; empty where it never does.
std::optional<Duration> notice_of(const world::World& w, std::uint32_t holder, std::int64_t number,
                                  const rules::FallbackStrategy& strategy) {
  const world::HolderState& h = w.holders[holder];
  const scenarios::HolderFailure& f = *group_of(w, h)->failure;
  if (h.strategy == scenarios::HolderStrategy::no_notice) return std::nullopt;
  auto occurrence = static_cast<std::uint64_t>(number);
  kernel::Stream notice(w.dynamics, kernel::EntityKind::holder, holder, kernel::Draw::notice, occurrence);
  kernel::Stream late(w.dynamics, kernel::EntityKind::holder, holder, kernel::Draw::late, occurrence);
  Duration after(notice.sample(f.notice));
  bool too_late = h.strategy == scenarios::HolderStrategy::late_notice ||
                  static_cast<std::int64_t>(late.below(kFullRatio)) < f.late;
  return too_late ? strategy.notify_within + after + Duration(kNanosPerSecond) : after;
}

}  // namespace

void schedule_failures(world::World& w) {
  for (std::uint32_t i = 0; i < w.holders.size(); ++i) {
    plan_failure(w, i, w.scenario->start, 0);
    const scenarios::HolderGroup* g = group_of(w, w.holders[i]);
    if (g != nullptr && g->curtail)
      w.plan(w.scenario->start + g->curtail->at, {world::ActionKind::curtail, i, 0, {}});
  }
}

void on_failure(world::World& w, std::uint32_t holder, std::int64_t number) {
  plan_failure(w, holder, w.now, number + 1);
  const world::HolderState& h = w.holders[holder];
  const scenarios::HolderFailure& f = *group_of(w, h)->failure;
  for (std::uint32_t l : h.listings) {
    const chain::DeclarationRecord* d = w.state().declaration(w.listings[l].declaration);
    if (d == nullptr) continue;
    for (std::int32_t grant : d->grants) {
      const chain::GrantRecord& g = grant_at(w, grant);
      if (capacity::value_at(g.live, w.now).value <= 0) continue;  // it delivers nothing of it now
      auto subject = static_cast<std::uint32_t>(grant);
      if (auto after = notice_of(w, holder, number, strategy_of(w, g)))
        w.plan(w.now + *after, {world::ActionKind::report_failure, subject, w.now.value, {}});
      w.plan(w.now + f.detect, {world::ActionKind::claim_failure, subject, w.now.value, {}});
    }
  }
}

void report(world::World& w, std::int32_t grant, Instant failed_at, bool by_holder) {
  const chain::GrantRecord& g = grant_at(w, grant);
  const rules::Rule& rule = w.state().rule_of(g);
  Window rest{chain::ceil_to(rule, failed_at), g.leg.window.until};
  if (rest.empty()) return;
  const ContentId id = g.id;
  std::uint32_t index =
      w.owners.at(by_holder ? w.state().holder_of(g) : w.state().user_of(g)).index;
  const crypto::KeyPair& key = by_holder ? w.holders[index].key : w.users[index].key;
  objects::Role role = by_holder ? objects::Role::holder : objects::Role::user;
  std::vector<world::SigningJob::Signer> signers{{role, key}};
  // A light party brings a second witness, where it has one.
  const world::UserState* u = by_holder ? nullptr : &w.users[index];
  if (u != nullptr && u->weight < rule.evidence_min.value && !u->adaptations.empty())
    signers.push_back({objects::Role::adaptation, u->adaptations.front()});
  for (const objects::Piece& p : capacity::inside(g.live, rest)) {
    objects::DeliveryFailure o{w.fresh_salt(), key.pub,   role,
                      std::nullopt,   id,        p.quantity,
                      p.window,       failed_at, by_holder ? "breakdown" : "not delivered"};
    w.submit(objects::Kind::delivery_failure, index, objects::encode_object(o), signers,
             by_holder ? world::from_holder(w, index) : world::from_user(w, index));
  }
}

void curtail(world::World& w, std::uint32_t holder) {
  world::HolderState& h = w.holders[holder];
  const scenarios::HolderCurtailment& c = *group_of(w, h)->curtail;
  Duration g = w.class_spec(h.class_index).granularity;
  for (std::uint32_t l : std::vector<std::uint32_t>(h.listings)) {
    const world::Listing& listing = w.listings[l];
    Window window{std::max(world::round_up(w.now, g), listing.window.from), listing.window.until};
    Quantity gone(static_cast<std::int64_t>(
        floor_div(static_cast<Int128>(listing.quantity.value) * c.by, kFullRatio)));
    if (window.empty() || gone.value <= 0) continue;
    objects::Curtailment o{w.fresh_salt(), h.key.pub, listing.declaration, gone, window, "derated"};
    w.submit(objects::Kind::curtailment, holder, objects::encode_object(o), {{objects::Role::holder, h.key}},
             world::from_holder(w, holder));
  }
}

void on_failed(world::World& w, const ContentId& id, Instant heard) {
  std::int32_t index = w.state().failure_index.at(id);
  const chain::FailureRecord& f = w.state().failures[static_cast<std::size_t>(index)];
  const chain::GrantRecord& g = grant_at(w, f.grant);
  const rules::FallbackStrategy& strategy = strategy_of(w, g);
  std::uint32_t holder = w.owners.at(w.state().holder_of(g)).index;
  // Half of the time that it has: by then a substitute may stand.
  const scenarios::HolderStrategy conduct = w.holders[holder].strategy;
  if (conduct != scenarios::HolderStrategy::no_notice && conduct != scenarios::HolderStrategy::scripted)
    w.plan(heard + Duration(strategy.notify_within.value / 2),
           {world::ActionKind::record, static_cast<std::uint32_t>(index), 0, {}});
  if (strategy.substitution == rules::Substitution::none) return;
  auto request = w.request_of_id.find(w.state().requests[static_cast<std::size_t>(g.request)].id);
  if (request == w.request_of_id.end()) return;
  const rules::Rule& rule = w.state().rule_of(g);
  for (const objects::Piece& p : f.failure.pieces) {
    Window window{std::max(p.window.from, chain::ceil_to(rule, heard)), p.window.until};
    if (window.empty()) continue;
    world::Shortfall need{id, window, p.quantity, strategy.substitution, f.grant};
    w.plan(heard, {world::ActionKind::replace, request->second, 0, need});
  }
}

void record_fallback(world::World& w, std::int32_t failure) {
  const chain::FailureRecord& f = w.state().failures[static_cast<std::size_t>(failure)];
  if (f.recorded) return;
  const chain::GrantRecord& g = grant_at(w, f.grant);
  std::uint32_t holder = w.owners.at(w.state().holder_of(g)).index;
  world::HolderState& h = w.holders[holder];
  objects::FallbackRecord o;
  o.salt = w.fresh_salt();
  o.holder = h.key.pub;
  o.failure = f.id;
  o.strategy = g.leg.strategy;
  o.notice = f.admitted;  // the chain told the user then
  o.cause = "breakdown";
  o.substitutes = f.substitutes;
  o.settlement = f.owed;
  w.submit(objects::Kind::fallback_record, static_cast<std::uint32_t>(failure), objects::encode_object(o),
           {{objects::Role::holder, h.key}}, world::from_holder(w, holder));
}

void on_record_receipt(world::World& w, const world::PendingSubmission& p) {
  const auto& failed = p.receipt.decision.failed;
  if (!p.lost && std::find(failed.begin(), failed.end(), admission::ClauseId::record_complete) != failed.end())
    record_fallback(w, static_cast<std::int32_t>(p.subject));
}

}  // namespace capmarket::agents
