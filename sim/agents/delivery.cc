#include "sim/agents/delivery.h"

#include <algorithm>

namespace capmarket {
namespace {

constexpr std::int64_t kShares = 10'000;

const HolderGroup* group_of(const World& w, const HolderState& h) {
  return h.group < 0 ? nullptr : &w.scenario->holders[static_cast<std::size_t>(h.group)];
}

const GrantRecord& grant_at(const World& w, std::int32_t grant) {
  return w.state().grants[static_cast<std::size_t>(grant)];
}

void plan_failure(World& w, std::uint32_t holder, Instant after, std::int64_t number) {
  const HolderGroup* g = group_of(w, w.holders[holder]);
  if (g == nullptr || !g->failure || g->failure->rate_per_hour <= 0) return;
  auto mean = static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(kNanosPerHour) * kShares, g->failure->rate_per_hour));
  Stream stream(w.dynamics, EntityKind::holder, holder, Draw::failure,
                static_cast<std::uint64_t>(number));
  Duration gap(std::min(stream.exponential(mean), (std::int64_t{1} << 60)));
  if (gap < w.scenario->end() - after) w.plan(after + gap, {ActionKind::fail, holder, number, {}});
}

const FallbackStrategy& strategy_of(const World& w, const GrantRecord& g) {
  return w.state().strategies.at(g.leg.strategy).strategy;
}

/// When the holder tells; empty where it never does.
std::optional<Duration> notice_of(const World& w, std::uint32_t holder, std::int64_t number,
                                  const FallbackStrategy& strategy) {
  const HolderState& h = w.holders[holder];
  const HolderFailure& f = *group_of(w, h)->failure;
  if (h.strategy == HolderStrategy::no_notice) return std::nullopt;
  auto occurrence = static_cast<std::uint64_t>(number);
  Stream notice(w.dynamics, EntityKind::holder, holder, Draw::notice, occurrence);
  Stream late(w.dynamics, EntityKind::holder, holder, Draw::late, occurrence);
  Duration after(notice.sample(f.notice));
  bool too_late = h.strategy == HolderStrategy::late_notice ||
                  static_cast<std::int64_t>(late.below(kShares)) < f.late;
  return too_late ? strategy.notify_within + after + Duration(kNanosPerSecond) : after;
}

}  // namespace

void schedule_failures(World& w) {
  for (std::uint32_t i = 0; i < w.holders.size(); ++i) {
    plan_failure(w, i, w.scenario->start, 0);
    const HolderGroup* g = group_of(w, w.holders[i]);
    if (g != nullptr && g->curtail)
      w.plan(w.scenario->start + g->curtail->at, {ActionKind::curtail, i, 0, {}});
  }
}

void on_failure(World& w, std::uint32_t holder, std::int64_t number) {
  plan_failure(w, holder, w.now, number + 1);
  const HolderState& h = w.holders[holder];
  const HolderFailure& f = *group_of(w, h)->failure;
  for (std::uint32_t l : h.listings) {
    const DeclarationRecord* d = w.state().declaration(w.listings[l].declaration);
    if (d == nullptr) continue;
    for (std::int32_t grant : d->grants) {
      const GrantRecord& g = grant_at(w, grant);
      if (value_at(g.live, w.now).value <= 0) continue;  // it delivers nothing of it now
      auto subject = static_cast<std::uint32_t>(grant);
      if (auto after = notice_of(w, holder, number, strategy_of(w, g)))
        w.plan(w.now + *after, {ActionKind::report_failure, subject, w.now.value, {}});
      w.plan(w.now + f.detect, {ActionKind::claim_failure, subject, w.now.value, {}});
    }
  }
}

void report(World& w, std::int32_t grant, Instant failed_at, bool by_holder) {
  const GrantRecord& g = grant_at(w, grant);
  const Rule& rule = w.state().rule_of(g);
  Window rest{ceil_to(rule, failed_at), g.leg.window.until};
  if (rest.empty()) return;
  const ContentId id = g.id;
  std::uint32_t index =
      w.owners.at(by_holder ? w.state().holder_of(g) : w.state().user_of(g)).index;
  const KeyPair& key = by_holder ? w.holders[index].key : w.users[index].key;
  Role role = by_holder ? Role::holder : Role::user;
  std::vector<SigningJob::Signer> signers{{role, key}};
  // A light party brings a second witness, where it has one.
  const UserState* u = by_holder ? nullptr : &w.users[index];
  if (u != nullptr && u->weight < rule.evidence_min && !u->adaptations.empty())
    signers.push_back({Role::adaptation, u->adaptations.front()});
  for (const Piece& p : inside(g.live, rest)) {
    DeliveryFailure o{w.fresh_salt(), key.pub,   role,
                      std::nullopt,   id,        p.quantity,
                      p.window,       failed_at, by_holder ? "breakdown" : "not delivered"};
    w.submit(Kind::delivery_failure, index, encode_object(o), signers,
             by_holder ? from_holder(w, index) : from_user(w, index));
  }
}

void curtail(World& w, std::uint32_t holder) {
  HolderState& h = w.holders[holder];
  const HolderCurtailment& c = *group_of(w, h)->curtail;
  Duration g = w.class_spec(h.class_index).granularity;
  for (std::uint32_t l : std::vector<std::uint32_t>(h.listings)) {
    const Listing& listing = w.listings[l];
    Window window{std::max(round_up(w.now, g), listing.window.from), listing.window.until};
    Quantity gone(static_cast<std::int64_t>(
        floor_div(static_cast<Int128>(listing.quantity.value) * c.by, kShares)));
    if (window.empty() || gone.value <= 0) continue;
    Curtailment o{w.fresh_salt(), h.key.pub, listing.declaration, gone, window, "derated"};
    w.submit(Kind::curtailment, holder, encode_object(o), {{Role::holder, h.key}},
             from_holder(w, holder));
  }
}

void on_failed(World& w, const ContentId& id, Instant heard) {
  std::int32_t index = w.state().failure_index.at(id);
  const FailureRecord& f = w.state().failures[static_cast<std::size_t>(index)];
  const GrantRecord& g = grant_at(w, f.grant);
  const FallbackStrategy& strategy = strategy_of(w, g);
  std::uint32_t holder = w.owners.at(w.state().holder_of(g)).index;
  // Half of the time that it has: by then a substitute may stand.
  const HolderStrategy conduct = w.holders[holder].strategy;
  if (conduct != HolderStrategy::no_notice && conduct != HolderStrategy::scripted)
    w.plan(heard + Duration(strategy.notify_within.value / 2),
           {ActionKind::record, static_cast<std::uint32_t>(index), 0, {}});
  if (strategy.substitution == Substitution::none) return;
  auto request = w.request_of_id.find(w.state().requests[static_cast<std::size_t>(g.request)].id);
  if (request == w.request_of_id.end()) return;
  const Rule& rule = w.state().rule_of(g);
  for (const Piece& p : f.failure.pieces) {
    Window window{std::max(p.window.from, ceil_to(rule, heard)), p.window.until};
    if (window.empty()) continue;
    Need need{id, window, p.quantity, strategy.substitution, f.grant};
    w.plan(heard, {ActionKind::replace, request->second, 0, need});
  }
}

void record_fallback(World& w, std::int32_t failure) {
  const FailureRecord& f = w.state().failures[static_cast<std::size_t>(failure)];
  if (f.recorded) return;
  const GrantRecord& g = grant_at(w, f.grant);
  std::uint32_t holder = w.owners.at(w.state().holder_of(g)).index;
  HolderState& h = w.holders[holder];
  FallbackRecord o;
  o.salt = w.fresh_salt();
  o.holder = h.key.pub;
  o.failure = f.id;
  o.strategy = g.leg.strategy;
  o.notice = f.admitted;  // the chain told the user then
  o.cause = "breakdown";
  o.substitutes = f.substitutes;
  o.settlement = f.owed;
  w.submit(Kind::fallback_record, static_cast<std::uint32_t>(failure), encode_object(o),
           {{Role::holder, h.key}}, from_holder(w, holder));
}

void on_record_receipt(World& w, const Passage& p) {
  const auto& failed = p.receipt.decision.failed;
  if (!p.lost && std::find(failed.begin(), failed.end(), ClauseId::record_complete) != failed.end())
    record_fallback(w, static_cast<std::int32_t>(p.subject));
}

}  // namespace capmarket
