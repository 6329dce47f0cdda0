#include "sim/agents/declare.h"

#include <algorithm>

#include "model/chain/leaf.h"
#include "model/log/merkle.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/delivery.h"
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
    v.plan(v.me.draws, std::max(at, v.now), party::RetractAnswer{listing});
}

/// It tells the directories of what answers nobody.
void list(const party::HolderView& v, party::ListingIndex index) {
  v.out.add(party::TellDirectories{index});
  curtail_late(v, index);
  if (v.market.listing(index).answers) plan_retraction(v, index, v.now + v.me.offer_holds);
}

}  // namespace

void publish_declarations(const party::HolderView& v, Quantity quantity) {
  const int copies = v.me.strategy == scenarios::HolderStrategy::double_declare ? 2 : 1;
  const Duration granularity = v.market.class_spec(v.me.class_index).granularity;
  for (int copy = 0; copy < copies; ++copy) {
    std::vector<objects::Declaration> items;
    for (const Window& part :
         parts(v.me.window, granularity, v.group == nullptr ? 1 : v.group->pieces))
      items.push_back(declaration(v, part, quantity));
    send(v, std::move(items), v.group != nullptr && v.group->batch);
  }
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
  if (h.revoked || v.now < h.broken_until || intent == nullptr) return;
  Duration g = v.market.class_spec(h.class_index).granularity;
  Window window{
      Instant(static_cast<std::int64_t>(floor_div(intent->window.from.value, g.value) * g.value)),
      kernel::round_up(intent->window.until, g)};
  Quantity free = h.quantity - h.declared.max(window);
  Quantity quantity = std::min(free, intent->quantity);
  if (quantity.value <= 0) return;
  objects::Declaration d = declaration(v, window, quantity);
  d.answers = id;
  send(v, {d}, false);
}

void retract_answer(const party::HolderView& v, party::ListingIndex listing) {
  const party::Listing& l = v.market.listing(listing);
  const ContentId* made = v.market.request_on(*l.answers);
  const chain::RequestRecord* asked = made == nullptr ? nullptr : v.seen().request(*made);
  // Nothing that it waits for comes sooner than the chain's next word.
  if (asked == nullptr)
    return plan_retraction(v, listing, v.now + std::max({v.me.offer_holds, v.until_published(),
                                                         v.market.silence()}));
  // After that nobody takes it up.
  if (v.now < asked->request.open_until)
    return plan_retraction(v, listing, asked->request.open_until + v.market.silence());
  if (v.me.book.committed(static_cast<std::uint32_t>(listing.place()), l.window, v.now).value > 0)
    return plan_retraction(v, listing, v.now + v.market.silence());
  const chain::DeclarationRecord* d = v.seen().declaration(l.declaration);
  if (d == nullptr || chain::retractable(v.seen(), *d, v.now).empty()) return;
  v.submit(objects::Retract{v.fresh_salt(v.me.draws), v.me.key.pub, l.declaration},
           party::RetractedBy{listing}, {{objects::Role::holder, v.me.key}}, v.sender());
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
