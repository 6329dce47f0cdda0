#include "sim/agents/declare.h"

#include <algorithm>

#include "model/chain/leaf.h"
#include "model/log/merkle.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/delivery.h"
#include "sim/agents/strategy_of.h"
#include "sim/kernel/grid.h"

namespace capmarket::agents {
namespace {

objects::Declaration declaration(const party::HolderView& v, const Window& window,
                                 Quantity quantity) {
  party::HolderState& h = v.me;
  const scenarios::ClassSpec& c = v.market.class_spec(h.class_index);
  objects::Declaration d{v.fresh_salt(h.draws),
                         h.key.pub,
                         h.credential,
                         v.market.authority_id(h.authority),
                         h.name,
                         h.location,
                         window,
                         quantity,
                         c.unit,
                         c.name,
                         std::nullopt,
                         std::nullopt};
  if (h.infrastructure.valid()) d.infrastructure = v.market.infrastructure_id(h.infrastructure);
  return d;
}

/// What a planned outage takes of the quantity, rounded up.
Quantity out_of(Quantity quantity, const scenarios::PlannedOutage& o) {
  return Quantity(
      static_cast<std::int64_t>(-floor_div(-Int128{quantity.value} * o.share, kFullRatio)));
}

/// The most that planned outages take of the asset over the window.
Quantity out_over(const party::HolderView& v, const Window& window) {
  Quantity out;
  for (const scenarios::PlannedOutage& o : group_or_default(v).outages)
    if (window.meets({v.market.start() + o.from, v.market.start() + o.until}))
      out = std::max(out, out_of(v.me.quantity, o));
  return out;
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

void send(const party::HolderView& v, std::vector<objects::Declaration> items, bool batch) {
  party::HolderState& h = v.me;
  for (const objects::Declaration& d : items) h.declared.add(d.window, d.quantity);
  if (!batch) {
    for (const objects::Declaration& d : items)
      v.submit(d, party::DeclaredBy{v.index}, {{objects::Role::holder, h.key}}, v.sender());
    return;
  }
  std::vector<Digest> leaves;
  for (const objects::Declaration& d : items)
    leaves.push_back(
        log::leaf_hash(crypto::content_id(objects::encode_object(objects::Object(d))).view()));
  v.submit(objects::DeclarationBatch{v.fresh_salt(h.draws), h.key.pub, log::merkle_root(leaves),
                                     std::move(items)},
           party::DeclaredBy{v.index}, {{objects::Role::holder, h.key}}, v.sender());
}

const objects::Intent* intent_of(const chain::ChainState& seen, const ContentId& id) {
  auto it = seen.intents.find(id);
  return it == seen.intents.end() ? nullptr : &it->second;
}

void plan_retraction(const party::HolderView& v, party::ListingIndex listing, Instant at) {
  if (at < v.market.end() && at < v.market.listing(listing).window.until)
    v.plan(v.me.draws, std::max(at, v.now), party::TakeBack{listing});
}

/// What of `quantity` is in order over the window: by parts in which that is one number.
std::vector<objects::Piece> in_order(const party::HolderView& v, const Window& window,
                                     Quantity quantity) {
  const Duration g = v.market.class_spec(v.me.class_index).granularity;
  std::vector<objects::Piece> out;
  Instant from = window.from;
  const auto add = [&](Instant until, Quantity part) {
    until = std::min(until, window.until);
    if (from < until && part.value > 0) out.push_back({{from, until}, part});
    from = std::max(from, until);
  };
  for (const scenarios::PlannedOutage& o : group_or_default(v).outages) {
    const Instant start = v.market.start();
    // All of every granule that it meets.
    add(kernel::round_down(start + o.from, g), quantity);
    add(kernel::round_up(start + o.until, g), quantity - out_of(quantity, o));
  }
  add(window.until, quantity);
  return out;
}

/// What is free of the declaration, once no offer on it is open.
void retract(const party::HolderView& v, party::ListingIndex listing) {
  const party::Listing& l = v.market.listing(listing);
  if (v.me.book.committed(static_cast<std::uint32_t>(listing.place()), l.window, v.now).value > 0)
    return plan_retraction(v, listing, v.now + v.market.silence());
  const chain::DeclarationRecord* d = v.seen().declaration(l.declaration);
  if (d == nullptr || chain::retractable(v.seen(), *d, v.now).empty()) return;
  v.submit(objects::Retract{v.fresh_salt(v.me.draws), v.me.key.pub, l.declaration},
           party::RetractedBy{listing}, {{objects::Role::holder, v.me.key}}, v.sender());
}

/// It tells the directories of what answers nobody.
void list(const party::HolderView& v, party::ListingIndex index) {
  v.out.add(party::TellDirectories{index});
  curtail_late(v, index);
  if (v.me.left) return plan_retraction(v, index, v.now);
  if (v.market.listing(index).answers) plan_retraction(v, index, v.now + v.me.offer_holds);
}

}  // namespace

void declare_more(const party::HolderView& v) {
  party::HolderState& h = v.me;
  if (h.left || h.revoked) return;
  const Duration granularity = v.market.class_spec(h.class_index).granularity;
  const scenarios::HolderGroup& g = group_or_default(v);
  Instant until = h.window.until;
  if (g.rolling) {
    const Instant next = v.now + g.rolling->every;
    if (next < h.window.until) v.plan(h.draws, next, party::DeclareMore{v.index});
    until = std::min(until, kernel::round_up(v.now + g.rolling->horizon, granularity));
  }
  const Instant from = std::max(h.declared_until, h.window.from);
  const Window window{from, until};
  h.declared_until = std::max(from, until);
  if (window.empty()) return;
  const int copies = h.strategy == scenarios::HolderStrategy::double_declare ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    std::vector<objects::Declaration> items;
    for (const Window& part : parts(window, granularity, g.pieces))
      for (const objects::Piece& p : in_order(v, part, h.published))
        items.push_back(declaration(v, p.window, p.quantity));
    if (!items.empty()) send(v, std::move(items), g.batch);
  }
}

void leave(const party::HolderView& v) {
  v.me.left = true;
  for (party::ListingIndex l : v.me.listings) plan_retraction(v, l, v.now);
}

void on_declaration_known(const party::HolderView& v, const party::Answer& answer) {
  if (!answer.admitted()) return;
  if (answer.kind == objects::Kind::declaration) return list(v, v.market.listing_of(answer.id));
  for (const chain::DeclarationRecord& d : v.seen().declarations)
    if (d.sequence == answer.receipt.sequence) list(v, v.market.listing_of(d.id));
}

void answer_intent(const party::HolderView& v, const ContentId& id) {
  party::HolderState& h = v.me;
  const objects::Intent* intent = intent_of(v.seen(), id);
  if (v.market.discovery() == scenarios::DiscoveryMode::prepublished) return;
  if (h.revoked || h.left || v.now < h.broken_until || intent == nullptr) return;
  Duration g = v.market.class_spec(h.class_index).granularity;
  Window window{
      Instant(static_cast<std::int64_t>(floor_div(intent->window.from.value, g.value) * g.value)),
      kernel::round_up(intent->window.until, g)};
  Quantity free = h.quantity - h.declared.max(window) - out_over(v, window);
  Quantity quantity = std::min(free, intent->quantity);
  if (quantity.value <= 0) return;
  objects::Declaration d = declaration(v, window, quantity);
  d.answers = id;
  send(v, {d}, false);
}

void take_back(const party::HolderView& v, party::ListingIndex listing) {
  const party::Listing& l = v.market.listing(listing);
  if (!l.answers || v.me.left) return retract(v, listing);
  const ContentId* made = v.market.request_on(*l.answers);
  const chain::RequestRecord* asked = made == nullptr ? nullptr : v.seen().request(*made);
  // Nothing that it waits for comes sooner than the chain's next word.
  if (asked == nullptr)
    return plan_retraction(v, listing, v.now + std::max({v.me.offer_holds, v.until_published(),
                                                         v.market.silence()}));
  // After that nobody takes it up.
  if (v.now < asked->request.open_until)
    return plan_retraction(v, listing, asked->request.open_until + v.market.silence());
  retract(v, listing);
}

void on_retract_known(const party::HolderView& v, party::ListingIndex listing,
                      const party::Answer& answer) {
  if (!answer.admitted()) return;
  auto add = [&](const capacity::StepFunction& retracted, int sign) {
    const auto steps = retracted.steps();
    for (std::size_t i = 0; i + 1 < steps.size(); ++i)
      v.me.declared.add({steps[i].first, steps[i + 1].first},
                        Quantity(sign * steps[i].second.value));
  };
  capacity::StepFunction& back = v.me.retracted[listing];
  add(back, 1);
  back = v.seen().declaration(v.market.listing(listing).declaration)->retracted;
  add(back, -1);
}

}  // namespace capmarket::agents
