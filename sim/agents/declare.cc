#include "sim/agents/declare.h"

#include <algorithm>

#include "model/chain/leaf.h"
#include "model/log/merkle.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/request.h"
#include "sim/world/network.h"
#include "sim/world/taking_part.h"

namespace capmarket::agents {
namespace {

// Holders that an intent reaches: an answer takes its part of the asset whether it is used or not.
constexpr std::size_t kAnswersMax = 2;

objects::Declaration declaration(world::World& w, world::HolderState& h, const Window& window,
                                 Quantity quantity) {
  const scenarios::ClassSpec& c = w.class_spec(h.class_index);
  objects::Declaration d{w.fresh_salt(h.draws),
                         h.key.pub,
                         h.credential,
                         w.authority_ids[h.authority],
                         h.name,
                         h.location,
                         window,
                         quantity,
                         c.unit,
                         c.name,
                         std::nullopt,
                         std::nullopt};
  if (h.infrastructure.valid()) d.infrastructure = w.infrastructures[h.infrastructure];
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

void send(world::World& w, world::HolderIndex holder, std::vector<objects::Declaration> items,
          bool batch) {
  world::HolderState& h = w.holders[holder];
  for (const objects::Declaration& d : items) h.declared.add(d.window, d.quantity);
  if (batch) {
    std::vector<Digest> leaves;
    for (const objects::Declaration& d : items)
      leaves.push_back(
          log::leaf_hash(crypto::content_id(objects::encode_object(objects::Object(d))).view()));
    objects::DeclarationBatch all{w.fresh_salt(h.draws), h.key.pub, log::merkle_root(leaves),
                                  std::move(items)};
    w.submit(objects::Kind::declaration_batch, world::DeclaredBy{holder},
             objects::encode_object(all), {{objects::Role::holder, h.key}},
             world::from_holder(w, holder));
    return;
  }
  for (const objects::Declaration& d : items)
    w.submit(objects::Kind::declaration, world::DeclaredBy{holder}, objects::encode_object(d),
             {{objects::Role::holder, h.key}}, world::from_holder(w, holder));
}

const objects::Intent* intent_of(const chain::ChainState& seen, const ContentId& id) {
  auto it = seen.intents.find(id);
  return it == seen.intents.end() ? nullptr : &it->second;
}

/// The request that was made on the intent, once it is known; null before.
const chain::RequestRecord* request_of_intent(const world::World& w,
                                              const chain::ChainState& seen, const ContentId& id) {
  auto it = w.request_of_intent.find(id);
  return it == w.request_of_intent.end() ? nullptr : seen.request(w.requests[it->second].id);
}

void plan_retraction(world::World& w, world::ListingIndex listing, Instant at) {
  if (at < w.scenario->end() && at < w.listings[listing].window.until)
    w.plan(w.holder_of(w.listings[listing]).draws, std::max(at, w.now),
           world::RetractAnswer{listing});
}

/// The declaration is on record, for whoever it is told to.
void record(world::World& w, world::HolderIndex holder, const chain::DeclarationRecord& d) {
  w.listing_of.emplace(d.id, w.listings.push_back({d.id,
                                                   holder,
                                                   0,
                                                   d.declared.window,
                                                   kDistantFuture,
                                                   d.declared.quantity,
                                                   d.declared.answers,
                                                   {}}));
}

/// Its holder has learned that it stands: it tells the directories of what answers nobody.
void list(world::World& w, world::HolderIndex holder, world::ListingIndex index) {
  world::HolderState& h = w.holders[holder];
  world::Listing& l = w.listings[index];
  l.number = h.listings.size();
  l.listed = w.now;
  h.listings.push_back(index);
  if (!l.answers) {
    w.listings_of_class[h.class_index].push_back(index);
    return;
  }
  plan_retraction(w, index, w.now + h.offer_holds);
}

}  // namespace

void publish_declarations(world::World& w) {
  for (world::HolderIndex i : w.holders.indices()) {
    world::HolderState& h = w.holders[i];
    const scenarios::HolderGroup* g = w.group_of(h);
    const Quantity quantity = world::published(w, h);
    if (quantity.value <= 0) continue;
    int copies = h.strategy == scenarios::HolderStrategy::double_declare ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
      std::vector<objects::Declaration> items;
      for (const Window& part :
           parts(h.window, w.class_spec(h.class_index).granularity, g == nullptr ? 1 : g->pieces))
        items.push_back(declaration(w, h, part, quantity));
      send(w, i, std::move(items), g != nullptr && g->batch);
    }
  }
}

void record_declared(world::World& w, world::HolderIndex holder, const chain::Receipt& receipt) {
  const auto& all = w.state().declarations.all();
  std::size_t first = all.size();
  while (first > 0 && all[first - 1].sequence == receipt.sequence) --first;
  for (std::size_t i = first; i < all.size(); ++i) record(w, holder, all[i]);
}

void on_declaration_known(world::World& w, world::HolderIndex holder,
                          const world::Answer& answer) {
  if (!answer.admitted()) return;
  if (answer.kind == objects::Kind::declaration)
    return list(w, holder, w.listing_of.at(answer.id));
  for (const chain::DeclarationRecord& d : w.seen_by(w.holders[holder].readers).declarations)
    if (d.sequence == answer.receipt.sequence) list(w, holder, w.listing_of.at(d.id));
}

void on_answer_known(world::World& w, const ContentId& declaration, world::ReadersIndex readers) {
  const world::ListingIndex listing = w.listing_of.at(declaration);
  auto asked = w.request_of_intent.find(*w.listings[listing].answers);
  if (asked == w.request_of_intent.end()) return;
  world::RequestState& r = w.requests[asked->second];
  if (w.users[r.user].readers == readers) r.candidates.push_back(listing);
}

std::vector<world::HolderIndex> reached_by(const world::World& w, world::RequestIndex request) {
  const world::RequestState& r = w.requests[request];
  const world::UserState& u = w.users[r.user];
  // Each holder has a number of its own: who else could be asked does not move it.
  std::vector<std::pair<std::uint64_t, world::HolderIndex>> order;
  for (world::HolderIndex i : w.holders.indices()) {
    const world::HolderState& h = w.holders[i];
    if (h.class_index != r.class_index || !h.window.contains(r.window) ||
        h.strategy == scenarios::HolderStrategy::scripted || !reaches(w, u, h))
      continue;
    const std::uint64_t holder =
        kernel::Stream(w.population, h.draws.who, kernel::Draw::answer, 0).next();
    order.emplace_back(kernel::Stream(w.dynamics, r.draws.who, kernel::Draw::answer, holder).next(),
                       i);
  }
  const std::size_t asked = std::min(order.size(), kAnswersMax);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(asked), order.end());
  std::vector<world::HolderIndex> out;
  for (std::size_t i = 0; i < asked; ++i) out.push_back(order[i].second);
  return out;
}

void on_intent_known(world::World& w, const ContentId& id, world::ReadersIndex readers) {
  auto asked = w.request_of_intent.find(id);
  if (asked == w.request_of_intent.end()) return;
  world::RequestState& r = w.requests[asked->second];
  if (!r.intent_spread) {
    r.intent_spread = true;
    r.intent_reaches = reached_by(w, asked->second);
  }
  for (world::HolderIndex holder : r.intent_reaches)
    if (w.holders[holder].readers == readers) answer_intent(w, holder, id);
}

void answer_intent(world::World& w, world::HolderIndex holder, const ContentId& id) {
  world::HolderState& h = w.holders[holder];
  const objects::Intent* intent = intent_of(w.seen_by(h.readers), id);
  if (h.revoked || intent == nullptr) return;
  Duration g = w.class_spec(h.class_index).granularity;
  Window window{
      Instant(static_cast<std::int64_t>(floor_div(intent->window.from.value, g.value) * g.value)),
      world::round_up(intent->window.until, g)};
  Quantity free = h.quantity - h.declared.max(window);
  Quantity quantity = std::min(free, intent->quantity);
  if (quantity.value <= 0) return;
  objects::Declaration d = declaration(w, h, window, quantity);
  d.answers = id;
  send(w, holder, {d}, false);
}

void retract_answer(world::World& w, world::ListingIndex listing) {
  const world::Listing& l = w.listings[listing];
  world::HolderState& h = w.holders[l.holder];
  const chain::ChainState& seen = w.seen_by(h.readers);
  const chain::RequestRecord* asked = request_of_intent(w, seen, *l.answers);
  if (asked == nullptr) return plan_retraction(w, listing, w.now + h.offer_holds);
  // After that nobody takes it up.
  if (w.now < asked->request.open_until)
    return plan_retraction(w, listing, asked->request.open_until + world::silence(w));
  if (h.book.committed(static_cast<std::uint32_t>(listing.place()), l.window, w.now).value > 0)
    return plan_retraction(w, listing, w.now + world::silence(w));
  const chain::DeclarationRecord* d = seen.declaration(l.declaration);
  if (d == nullptr || chain::retractable(seen, *d, w.now).empty()) return;
  objects::Retract o{w.fresh_salt(h.draws), h.key.pub, l.declaration};
  w.submit(objects::Kind::retract, world::RetractedBy{listing}, objects::encode_object(o),
           {{objects::Role::holder, h.key}}, world::from_holder(w, l.holder));
}

void on_retract_known(world::World& w, world::ListingIndex listing, const world::Answer& answer) {
  if (!answer.admitted()) return;
  world::Listing& l = w.listings[listing];
  capacity::StepFunction& declared = w.holders[l.holder].declared;
  auto add = [&](const capacity::StepFunction& retracted, int sign) {
    const auto steps = retracted.steps();
    for (std::size_t i = 0; i + 1 < steps.size(); ++i)
      declared.add({steps[i].first, steps[i + 1].first}, Quantity(sign * steps[i].second.value));
  };
  add(l.retracted, 1);
  l.retracted = w.seen_by(w.holders[l.holder].readers).declaration(l.declaration)->retracted;
  add(l.retracted, -1);
}

}  // namespace capmarket::agents
