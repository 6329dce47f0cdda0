#include "sim/agents/declare.h"

#include <algorithm>

#include "model/chain/leaf.h"
#include "model/chain/merkle.h"
#include "sim/agents/terms.h"
#include "sim/agents/user.h"
#include "sim/engine/network.h"

namespace capmarket {
namespace {

// Holders that an intent reaches: an answer takes its part of the asset whether it is used or not.
constexpr std::size_t kAnswersMax = 2;

Declaration declaration(World& w, const HolderState& h, const Window& window, Quantity quantity) {
  const ClassSpec& c = w.class_spec(h.class_index);
  Declaration d{w.fresh_salt(), h.key.pub,  h.credential, w.authority_ids[h.authority],
                h.name,         h.location, window,       quantity,
                c.unit,         c.name,     std::nullopt, std::nullopt};
  if (h.infrastructure >= 0)
    d.infrastructure = w.infrastructures[static_cast<std::size_t>(h.infrastructure)];
  return d;
}

/// The holder's window in so many parts of whole granules; fewer where it is short.
std::vector<Window> parts(const Window& window, Duration granularity, std::int64_t count) {
  std::int64_t grains = window.length().value / granularity.value;
  count = std::clamp<std::int64_t>(count, 1, std::max<std::int64_t>(1, grains));
  std::vector<Window> out;
  Instant from = window.from;
  for (std::int64_t i = 1; i <= count; ++i) {
    Instant until = window.from + Duration(grains * i / count * granularity.value);
    out.push_back({from, until});
    from = until;
  }
  return out;
}

void send(World& w, std::uint32_t holder, std::vector<Declaration> items, bool batch) {
  HolderState& h = w.holders[holder];
  for (const Declaration& d : items) h.declared.add(d.window, d.quantity);
  if (batch) {
    std::vector<Digest> leaves;
    for (const Declaration& d : items)
      leaves.push_back(leaf_hash(content_id(encode_object(Object(d))).view()));
    DeclarationBatch all{w.fresh_salt(), h.key.pub, merkle_root(leaves), std::move(items)};
    w.submit(Kind::declaration_batch, holder, encode_object(all), {{Role::holder, h.key}},
             from_holder(w, holder));
    return;
  }
  for (const Declaration& d : items)
    w.submit(Kind::declaration, holder, encode_object(d), {{Role::holder, h.key}},
             from_holder(w, holder));
}

void list(World& w, std::uint32_t holder, const ContentId& id, const Declaration& d,
          Instant admitted) {
  auto index = static_cast<std::uint32_t>(w.listings.size());
  w.listings.push_back({id, holder, d.window, admitted, d.quantity, d.answers, {}});
  w.listing_of.emplace(id, index);
  HolderState& h = w.holders[holder];
  h.listings.push_back(index);
  if (!d.answers) {
    w.listings_of_class[static_cast<std::size_t>(h.class_index)].push_back(index);
    return;
  }
  auto asked = w.request_of_intent.find(*d.answers);
  if (asked != w.request_of_intent.end()) w.requests[asked->second].candidates.push_back(index);
}

}  // namespace

void publish_declarations(World& w) {
  if (w.scenario->discovery == DiscoveryMode::reactive) return;
  for (std::uint32_t i = 0; i < w.holders.size(); ++i) {
    const HolderState& h = w.holders[i];
    if (h.strategy == HolderStrategy::scripted) continue;
    const HolderGroup* g =
        h.group < 0 ? nullptr : &w.scenario->holders[static_cast<std::size_t>(h.group)];
    Quantity quantity = h.quantity;
    if (w.scenario->discovery == DiscoveryMode::hybrid) {
      std::int64_t kept = g == nullptr ? kFullWeight / 2 : g->share_reactive;
      quantity -= Quantity(static_cast<std::int64_t>(
          floor_div(static_cast<Int128>(quantity.value) * kept, kFullWeight)));
    }
    if (quantity.value <= 0) continue;
    int copies = h.strategy == HolderStrategy::double_declare ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
      std::vector<Declaration> items;
      for (const Window& part :
           parts(h.window, w.class_spec(h.class_index).granularity, g == nullptr ? 1 : g->pieces))
        items.push_back(declaration(w, h, part, quantity));
      send(w, i, std::move(items), g != nullptr && g->batch);
    }
  }
}

void on_declaration_receipt(World& w, const Passage& p) {
  if (p.lost || !p.receipt.decision.admitted()) return;
  if (p.kind == Kind::declaration) {
    list(w, p.subject, p.id, w.state().declaration(p.id)->declared, p.receipt.time);
    return;
  }
  for (const DeclarationRecord& d : w.state().declarations)
    if (d.sequence == p.receipt.sequence) list(w, p.subject, d.id, d.declared, p.receipt.time);
}

void spread_intent(World& w, std::uint32_t request, Instant admitted) {
  const RequestState& r = w.requests[request];
  const UserState& u = w.users[r.user];
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < w.holders.size(); ++i)
    if (w.holders[i].class_index == r.class_index && !w.holders[i].revoked &&
        w.holders[i].window.contains(r.window) && reaches(w, u, w.holders[i]))
      order.push_back(i);
  Stream stream(w.dynamics, EntityKind::user, request, Draw::answer, 0);
  std::size_t asked = std::min(order.size(), kAnswersMax);
  for (std::size_t i = 0; i < asked; ++i) {
    std::swap(order[i], order[i + stream.below(order.size() - i)]);
    std::uint64_t key = std::uint64_t{1} << 55 | std::uint64_t{request} << 16 | i;
    Instant heard = arrival_from_chain(w, key, w.holders[order[i]].zone, admitted);
    w.plan(heard, {ActionKind::answer, order[i], request, {}});
  }
}

void answer_intent(World& w, std::uint32_t holder, std::uint32_t request) {
  const HolderState& h = w.holders[holder];
  const RequestState& r = w.requests[request];
  if (h.revoked || !r.intent) return;
  Duration g = w.class_spec(h.class_index).granularity;
  Window window{
      Instant(static_cast<std::int64_t>(floor_div(r.window.from.value, g.value) * g.value)),
      round_up(r.window.until, g)};
  Quantity free = h.quantity - h.declared.max(window);
  Quantity quantity = std::min(free, r.quantity);
  if (quantity.value <= 0) return;
  Declaration d = declaration(w, h, window, quantity);
  d.answers = r.intent;
  send(w, holder, {d}, false);
}

}  // namespace capmarket
