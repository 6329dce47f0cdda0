#include "sim/agents/aftermath.h"

#include <algorithm>

#include "sim/agents/delivery.h"
#include "sim/agents/watch.h"
#include "sim/engine/network.h"

namespace capmarket {
namespace {

/// How late a late payer is.
constexpr Duration kLate{300 * kNanosPerSecond};

/// When a zone hears of a derived object; the salt of the object keys the delay.
Instant heard(const World& w, const ContentId& id, int zone) {
  std::uint64_t key = 0;
  for (int i = 0; i < 6; ++i) key = key << 8 | id.bytes[static_cast<std::size_t>(i)];
  return arrival_from_chain(w, key, zone, w.now);
}

int zone_of(const World& w, const Owner& o) {
  return o.holder ? w.holders[o.index].zone : w.users[o.index].zone;
}

void on_obligation(World& w, const ContentId& id) {
  std::int32_t index = w.state().obligation_index.at(id);
  const Obligation& o = w.state().obligations[static_cast<std::size_t>(index)].obligation;
  auto payer = w.owners.find(o.payer);
  if (payer == w.owners.end()) return;
  Pays pays = Pays::on_time;
  if (payer->second.holder && w.holders[payer->second.index].strategy == HolderStrategy::scripted)
    pays = Pays::never;  // but for steps of the script
  if (!payer->second.holder && w.users[payer->second.index].group >= 0)
    pays = w.scenario->users[static_cast<std::size_t>(w.users[payer->second.index].group)].pays;
  if (pays == Pays::never) return;
  Instant at = heard(w, id, zone_of(w, payer->second));
  if (pays == Pays::late) {
    if (o.deadline >= w.scenario->end()) return;
    at = std::max(at, o.deadline + kLate);
  }
  w.plan(at, {ActionKind::pay, static_cast<std::uint32_t>(index), 0, {}});
}

void on_displaced(World& w, const ContentId& id) {
  const LossRecord* loss = w.state().loss(id);
  if (loss == nullptr) return;
  const GrantRecord& g = w.state().grants[static_cast<std::size_t>(loss->grant)];
  auto request = w.request_of_id.find(w.state().requests[static_cast<std::size_t>(g.request)].id);
  auto user = w.owners.find(w.state().user_of(g));
  if (request == w.request_of_id.end() || user == w.owners.end()) return;
  Instant at = heard(w, id, zone_of(w, user->second));
  const Rule& rule = w.state().rule_of(g);
  for (const Piece& p : loss->pieces) {
    Window window{std::max(p.window.from, ceil_to(rule, at)), p.window.until};
    if (window.empty()) continue;
    Need need{id, window, p.quantity, Substitution::any, loss->grant};
    w.plan(at, {ActionKind::replace, request->second, 0, need});
  }
}

void on_review(World& w, const ContentId& id) {
  for (std::uint32_t a = 0; a < w.auditors.size(); ++a)
    w.plan(heard(w, id, -1), {ActionKind::audit_review, a, 0, {}});
}

}  // namespace

void note_derived(World& w, const Event& event) {
  const Kind kind = event.leaf.kind;
  const bool settled =
      kind == Kind::settlement && event.leaf.decision.admitted() && !w.auditors.empty();
  if (settled || kind == Kind::obligation || kind == Kind::displacement || kind == Kind::failure ||
      kind == Kind::review)
    w.derived.push_back({kind, event.leaf.id});
}

void spread_news(World& w) {
  std::vector<DerivedNote> news;
  news.swap(w.derived);
  for (const DerivedNote& n : news) {
    if (n.kind == Kind::obligation) on_obligation(w, n.id);
    if (n.kind == Kind::displacement) on_displaced(w, n.id);
    if (n.kind == Kind::review) on_review(w, n.id);
    if (n.kind == Kind::settlement) sample_settlement(w, w.state().settlement_index.at(n.id));
    if (n.kind == Kind::failure) {
      const FailureRecord* f = w.state().failure(n.id);
      auto user =
          w.owners.find(w.state().user_of(w.state().grants[static_cast<std::size_t>(f->grant)]));
      if (user != w.owners.end()) on_failed(w, n.id, heard(w, n.id, zone_of(w, user->second)));
    }
  }
}

void pay(World& w, std::int32_t index) {
  const ObligationRecord& record = w.state().obligations[static_cast<std::size_t>(index)];
  if (record.outstanding().value <= 0) return;
  const Owner owner = w.owners.at(record.obligation.payer);
  const KeyPair& key = owner.holder ? w.holders[owner.index].key : w.users[owner.index].key;
  Payment o{w.fresh_salt(), key.pub, record.id, record.outstanding()};
  w.submit(Kind::payment, owner.index, encode_object(o),
           {{owner.holder ? Role::holder : Role::user, key}},
           owner.holder ? from_holder(w, owner.index) : from_user(w, owner.index));
}

}  // namespace capmarket
