#include "sim/agents/holder.h"

#include <algorithm>

namespace capmarket {
namespace {

HolderState& holder_of(World& w, const RequestState& r) {
  return w.holders[w.listings[r.listing].holder];
}

void promise(HolderState& h, const Window& window, Quantity quantity) {
  h.promised.add(window, quantity);
}

/// Fixed: the tariff. Negotiated: half way between what the holder asks and the user pays at most,
/// inside the bounds; no deal where the ask is higher.
std::optional<Money> price_for(const Rule& rule, const HolderState& h, const RequestState& r) {
  const Pricing& p = rule.pricing;
  if (p.mode == PricingMode::fixed) return p.tariff;
  std::int64_t ask = std::max(h.ask.value, p.floor.value);
  std::int64_t most = std::min(r.max_price.value, p.cap.value);
  if (ask > most) return std::nullopt;
  return Money(ask + (most - ask) / 2);
}

}  // namespace

void publish_declarations(World& w) {
  for (std::uint32_t i = 0; i < w.holders.size(); ++i) {
    HolderState& h = w.holders[i];
    const ClassSpec& c = w.scenario->classes[static_cast<std::size_t>(h.class_index)];
    int copies = h.strategy == HolderStrategy::double_declare ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
      Declaration d{w.fresh_salt(), h.key.pub, h.credential, h.issuer, h.name,
                    h.location,     h.window,  h.quantity,   c.unit,   c.name};
      Stream lag(w.dynamics, EntityKind::holder, i, Draw::latency,
                 static_cast<std::uint64_t>(copy));
      Duration latency(std::max<std::int64_t>(1, lag.sample(w.scenario->latency)));
      w.send(PassageKind::declaration, i, Kind::declaration, encode_object(d),
             {{Role::holder, h.key}}, w.now + latency);
    }
  }
}

void on_declaration_receipt(World& w, const Passage& passage) {
  if (!passage.receipt.decision.admitted()) return;
  const HolderState& h = w.holders[passage.subject];
  auto index = static_cast<std::uint32_t>(w.listings.size());
  w.listings.push_back({passage.id, passage.subject, h.window, passage.receipt.time});
  w.listings_of_class[static_cast<std::size_t>(h.class_index)].push_back(index);
}

void on_proposal(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  HolderState& h = holder_of(w, r);
  const ScenarioRule* rule = w.rule_for(r.class_index, h.location, w.now);
  r.offered = Quantity(0);
  if (rule != nullptr && !r.asked_window.empty()) {
    Quantity sold =
        h.strategy == HolderStrategy::over_sell ? Quantity(0) : h.promised.max(r.asked_window);
    Quantity free = std::max(Quantity(0), h.quantity - sold);
    Quantity most = std::min({free, r.asked, rule->rule.limits.quantity_max});
    auto price = price_for(rule->rule, h, r);
    if (price && most >= rule->rule.limits.quantity_min && most.value > 0) {
      r.offered = most;
      r.price = *price;
      promise(h, r.asked_window, most);
    }
  }
  w.schedule(w.now + w.latency(index, r.messages), EventKind::offer, index, r.messages);
  ++r.messages;
}

void on_countersign(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  HolderState& h = holder_of(w, r);
  if (r.drafted_window != r.asked_window) {  // the draft took less than the offer
    promise(h, r.asked_window, Quantity(0) - r.offered);
    promise(h, r.drafted_window, r.offered);
  }
  Instant arrival = w.now + w.latency(index, r.messages++);
  w.send(PassageKind::settlement, index, Kind::settlement, std::move(r.draft),
         {{Role::submitter, h.key}, {Role::holder, h.key}, {Role::user, w.users[r.user].key}},
         arrival);
}

void on_release(World& w, const ReleaseNote& note) {
  promise(w.holders[note.holder], note.window, Quantity(0) - note.quantity);
}

void on_settlement_refused(World& w, const RequestState& r) {
  promise(holder_of(w, r), r.drafted_window, Quantity(0) - r.offered);
}

}  // namespace capmarket
