#include "sim/agents/reactions.h"

#include <algorithm>

#include "sim/agents/auditor.h"
#include "sim/agents/delivery.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

/// How late a late payer is.
constexpr Duration kLate{300 * kNanosPerSecond};

/// When a zone hears of a derived object; the salt of the object keys the delay.
Instant heard(const world::World& w, const ContentId& id, int zone) {
  std::uint64_t key = 0;
  for (int i = 0; i < 6; ++i) key = key << 8 | id.bytes[static_cast<std::size_t>(i)];
  return world::arrival_from_chain(w, key, zone, w.now);
}

int zone_of(const world::World& w, const world::Owner& o) {
  return o.holder ? w.holders[o.index].zone : w.users[o.index].zone;
}

void on_obligation(world::World& w, const ContentId& id) {
  std::int32_t index = w.state().obligation_index.at(id);
  const objects::Obligation& o = w.state().obligations[static_cast<std::size_t>(index)].obligation;
  auto payer = w.owners.find(o.payer);
  if (payer == w.owners.end()) return;
  scenarios::Pays pays = scenarios::Pays::on_time;
  if (payer->second.holder &&
      w.holders[payer->second.index].strategy == scenarios::HolderStrategy::scripted)
    pays = scenarios::Pays::never;  // but for steps of the script
  if (!payer->second.holder)
    if (const scenarios::UserGroup* group = w.group_of(w.users[payer->second.index]))
      pays = group->pays;
  if (pays == scenarios::Pays::never) return;
  Instant at = heard(w, id, zone_of(w, payer->second));
  if (pays == scenarios::Pays::late) {
    if (o.deadline >= w.scenario->end()) return;
    at = std::max(at, o.deadline + kLate);
  }
  w.plan(at, world::Pay{index});
}

void on_displaced(world::World& w, const ContentId& id) {
  const chain::LossRecord* loss = w.state().loss(id);
  if (loss == nullptr) return;
  const chain::GrantRecord& g = w.state().grants[static_cast<std::size_t>(loss->grant)];
  auto request = w.request_of_id.find(w.state().requests[static_cast<std::size_t>(g.request)].id);
  auto user = w.owners.find(w.state().user_of(g));
  if (request == w.request_of_id.end() || user == w.owners.end()) return;
  Instant at = heard(w, id, zone_of(w, user->second));
  const rules::Rule& rule = w.state().rule_of(g);
  for (const objects::Piece& p : loss->pieces) {
    Window window{std::max(p.window.from, chain::ceil_to(rule, at)), p.window.until};
    if (window.empty()) continue;
    world::Shortfall shortfall{id, window, p.quantity, rules::Substitution::any, loss->grant};
    w.plan(at, world::Replace{request->second, shortfall});
  }
}

void on_review(world::World& w, const ContentId& id) {
  for (std::uint32_t a = 0; a < w.auditors.size(); ++a)
    w.plan(heard(w, id, -1), world::AuditReview{a});
}

}  // namespace

void note_derived(world::World& w, const chain::Event& event) {
  const objects::Kind kind = event.leaf.kind;
  const bool settled =
      kind == objects::Kind::settlement && event.leaf.decision.admitted() && !w.auditors.empty();
  if (settled || kind == objects::Kind::obligation || kind == objects::Kind::displacement ||
      kind == objects::Kind::failure || kind == objects::Kind::review)
    w.derived.push_back({kind, event.leaf.id});
}

void spread_news(world::World& w) {
  std::vector<world::DerivedNote> news;
  news.swap(w.derived);
  for (const world::DerivedNote& n : news) {
    if (n.kind == objects::Kind::obligation) on_obligation(w, n.id);
    if (n.kind == objects::Kind::displacement) on_displaced(w, n.id);
    if (n.kind == objects::Kind::review) on_review(w, n.id);
    if (n.kind == objects::Kind::settlement)
      sample_settlement(w, w.state().settlement_index.at(n.id));
    if (n.kind == objects::Kind::failure) {
      const chain::FailureRecord* f = w.state().failure(n.id);
      auto user =
          w.owners.find(w.state().user_of(w.state().grants[static_cast<std::size_t>(f->grant)]));
      if (user != w.owners.end()) on_failed(w, n.id, heard(w, n.id, zone_of(w, user->second)));
    }
  }
}

void pay(world::World& w, std::int32_t index) {
  const chain::ObligationRecord& record = w.state().obligations[static_cast<std::size_t>(index)];
  if (record.outstanding().value <= 0) return;
  const world::Owner owner = w.owners.at(record.obligation.payer);
  const crypto::KeyPair& key = owner.holder ? w.holders[owner.index].key : w.users[owner.index].key;
  objects::Payment o{w.fresh_salt(), key.pub, record.id, record.outstanding()};
  w.submit(objects::Kind::payment, {}, objects::encode_object(o),
           {{owner.holder ? objects::Role::holder : objects::Role::user, key}},
           owner.holder ? world::from_holder(w, owner.index) : world::from_user(w, owner.index));
}

}  // namespace capmarket::agents
