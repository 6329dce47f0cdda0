#include "sim/agents/reactions.h"

#include <algorithm>

#include "sim/agents/auditor.h"
#include "sim/agents/delivery.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

/// How late a late payer is.
constexpr Duration kLate{300 * kNanosPerSecond};

world::ZoneIndex zone_of(const world::World& w, const world::Owner& o) {
  const auto* holder = std::get_if<world::HolderIndex>(&o);
  return holder != nullptr ? w.holders[*holder].zone : w.users[std::get<world::UserIndex>(o)].zone;
}

/// When a party hears of what the chain appended.
Instant heard(world::World& w, const world::Owner& who) {
  return world::arrival_from_chain(w, world::news_for(world::draws_of(w, who)), zone_of(w, who),
                                   w.now);
}

/// Who is nobody's group pays on time; scripted holders pay by steps of the script only.
scenarios::Pays pays_of(const world::World& w, const world::Owner& owner) {
  if (const auto* holder = std::get_if<world::HolderIndex>(&owner))
    return w.holders[*holder].strategy == scenarios::HolderStrategy::scripted
               ? scenarios::Pays::never
               : scenarios::Pays::on_time;
  const scenarios::UserGroup* group = w.group_of(w.users[std::get<world::UserIndex>(owner)]);
  return group == nullptr ? scenarios::Pays::on_time : group->pays;
}

void on_obligation(world::World& w, const ContentId& id) {
  const world::ObligationIndex index(w.state().obligation_index.at(id));
  const objects::Obligation& o = w.state().obligations[index].obligation;
  auto payer = w.owners.find(o.payer);
  if (payer == w.owners.end()) return;
  const scenarios::Pays pays = pays_of(w, payer->second);
  if (pays == scenarios::Pays::never) return;
  Instant at = heard(w, payer->second);
  if (pays == scenarios::Pays::late) {
    if (o.deadline >= w.scenario->end()) return;
    at = std::max(at, o.deadline + kLate);
  }
  w.plan(world::draws_of(w, payer->second), at, world::Pay{index});
}

void on_displaced(world::World& w, const ContentId& id) {
  const chain::LossRecord* loss = w.state().loss(id);
  if (loss == nullptr) return;
  const world::GrantIndex grant = loss->grant;
  const chain::GrantRecord& g = w.grant_at(grant);
  const world::RequestIndex request = w.request_of(g);
  auto user = w.owners.find(w.state().user_of(g));
  if (!request.valid() || user == w.owners.end()) return;
  Instant at = heard(w, user->second);
  const rules::Rule& rule = w.state().rule_of(g);
  for (const objects::Piece& p : loss->pieces) {
    Window window{std::max(p.window.from, chain::ceil_to(rule, at)), p.window.until};
    if (window.empty()) continue;
    world::Shortfall shortfall{id, window, p.quantity, rules::Substitution::any, grant};
    w.plan(w.requests[request].draws, at, world::Replace{request, shortfall});
  }
}

void on_claim(world::World& w, const ContentId& id) {
  const chain::ClaimRecord* claim = w.state().claim(id);
  if (claim == nullptr) return;  // a notice of the holder's
  auto holder = w.owners.find(w.state().holder_of(w.grant_at(claim->grant)));
  if (holder != w.owners.end()) contest(w, id, heard(w, holder->second));
}

void on_review(world::World& w) {
  for (world::AuditorIndex a : w.auditors.indices()) {
    world::Draws& draws = w.auditors[a].draws;
    w.plan(draws, world::arrival_from_chain(w, world::news_for(draws), {}, w.now),
           world::AuditReview{a});
  }
}

}  // namespace

void note_derived(world::World& w, const chain::Event& event) {
  const objects::Kind kind = event.leaf.kind;
  const bool settled =
      kind == objects::Kind::settlement && event.leaf.decision.admitted() && !w.auditors.empty();
  if (settled || kind == objects::Kind::obligation || kind == objects::Kind::displacement ||
      kind == objects::Kind::failure || kind == objects::Kind::review ||
      (kind == objects::Kind::delivery_failure && event.leaf.decision.admitted()))
    w.derived.push_back({kind, event.leaf.id});
}

void spread_news(world::World& w) {
  std::vector<world::DerivedNote> news;
  news.swap(w.derived);
  for (const world::DerivedNote& n : news) {
    if (n.kind == objects::Kind::obligation) on_obligation(w, n.id);
    if (n.kind == objects::Kind::displacement) on_displaced(w, n.id);
    if (n.kind == objects::Kind::review) on_review(w);
    if (n.kind == objects::Kind::delivery_failure) on_claim(w, n.id);
    if (n.kind == objects::Kind::settlement)
      sample_settlement(w, w.state().settlement_index.at(n.id));
    if (n.kind == objects::Kind::failure) {
      const chain::FailureRecord* f = w.state().failure(n.id);
      auto user = w.owners.find(w.state().user_of(w.grant_at(f->grant)));
      if (user != w.owners.end()) on_failed(w, n.id, heard(w, user->second));
    }
  }
}

void pay(world::World& w, world::ObligationIndex index) {
  const chain::ObligationRecord& record = w.state().obligations[index];
  if (record.outstanding().value <= 0) return;
  const world::Owner owner = w.owners.at(record.obligation.payer);
  const auto* holder = std::get_if<world::HolderIndex>(&owner);
  const auto* user = std::get_if<world::UserIndex>(&owner);
  const crypto::KeyPair& key = holder != nullptr ? w.holders[*holder].key : w.users[*user].key;
  objects::Payment o{w.fresh_salt(world::draws_of(w, owner)), key.pub, record.id,
                     record.outstanding()};
  w.submit(objects::Kind::payment, {}, objects::encode_object(o),
           {{holder != nullptr ? objects::Role::holder : objects::Role::user, key}},
           holder != nullptr ? world::from_holder(w, *holder) : world::from_user(w, *user));
}

}  // namespace capmarket::agents
