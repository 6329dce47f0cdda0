#include "sim/agents/request.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/agents/declare.h"
#include "sim/agents/directory.h"
#include "sim/agents/negotiate.h"

namespace capmarket::agents {
namespace {

/// A user waits so long for answers to its intent, but no more than a quarter of its patience.
constexpr Duration kAnswersAfter{5 * kNanosPerSecond};

/// Less than what it wants is free of what the directory lists, as the user reads the chain.
bool scarce(const world::World& w, const world::RequestState& r) {
  const chain::ChainState& seen = w.seen_by(w.users[r.user].readers);
  Volume free;
  const Volume wanted = volume_of(r.quantity, r.window.length());
  for (world::ListingIndex l : r.candidates) {
    const Window& listed = w.listings[l].window;
    const Window common{std::max(listed.from, r.window.from),
                        std::min(listed.until, r.window.until)};
    auto deal = deal_rules_for(w, seen, r.user, w.listings[l], r.class_index, w.now);
    if (deal && !common.empty())
      free += volume_of(free_of(w, seen, l, *deal, r.tier, common), common.length());
    if (free >= wanted) return false;
  }
  return true;
}

void send_intent(world::World& w, world::RequestIndex index) {
  world::RequestState& r = w.requests[index];
  const world::UserState& u = w.users[r.user];
  const scenarios::ClassSpec& c = w.class_spec(r.class_index);
  objects::Intent intent{
      w.fresh_salt(r.draws), u.key.pub,  r.quantity, r.window, c.unit, c.name, r.tier,
      u.scope.front(),       r.max_price};
  r.intent = w.submit(objects::Kind::intent, world::IntentOf{index}, objects::encode_object(intent),
                      {{objects::Role::user, u.key}}, world::from_request(w, index, u.zone));
  w.request_of_intent.emplace(*r.intent, index);
}

}  // namespace

world::RequestIndex look_for(world::World& w, world::RequestState r) {
  const world::RequestIndex index = w.requests.next();
  world::UserState& u = w.users[r.user];
  r.draws.who = {kernel::EntityKind::message, u.draws.who.group,
                 u.draws.who.number << 32 | u.requested++};
  r.candidates = find_declarations(w, r.user, r.draws.who, r.class_index, r.window,
                                   r.partial && !r.bundle.valid());
  r.missing.add(r.window, r.quantity);
  r.goal = r.window;
  scenarios::DiscoveryMode mode = w.scenario->discovery;
  // Who finds nothing says so on the chain, whether anybody answers or not.
  bool ask_around = r.candidates.empty() || mode == scenarios::DiscoveryMode::reactive ||
                    (mode == scenarios::DiscoveryMode::hybrid && scarce(w, r));
  ask_around = ask_around && !r.window.empty();
  w.requests.push_back(std::move(r));
  if (ask_around)
    send_intent(w, index);
  else
    issue_request(w, index);
  return index;
}

void on_intent_receipt(world::World& w, world::RequestIndex index, const world::Answer& answer) {
  world::RequestState& r = w.requests[index];
  if (answer.lost && r.candidates.empty() && w.now < r.patience_until)
    return send_intent(w, index);  // nothing else says what it wants
  if (!answer.admitted()) {
    r.intent.reset();
    issue_request(w, index);
    return;
  }
  if (w.scenario->discovery == scenarios::DiscoveryMode::prepublished)
    return issue_request(w, index);  // nobody answers
  Duration left = r.patience_until > w.now ? r.patience_until - w.now : Duration(0);
  w.plan(r.draws, w.now + std::min(kAnswersAfter, Duration(left.value / 4)),
         world::CloseAnswers{index});
}

void issue_request(world::World& w, world::RequestIndex index) {
  world::RequestState& r = w.requests[index];
  const world::UserState& u = w.users[r.user];
  const scenarios::ClassSpec& c = w.class_spec(r.class_index);
  objects::Request q;
  q.salt = w.fresh_salt(r.draws);
  q.user = u.key.pub;
  for (world::ListingIndex l : r.candidates)
    if (!w.listings[l].answers) q.declarations.push_back(w.listings[l].declaration);
  q.quantity = r.quantity;
  q.window = r.window;
  q.unit = c.unit;
  q.class_name = c.name;
  q.tier = r.tier;
  q.max_price = r.max_price;
  q.partial = r.partial;
  q.open_until = std::min(r.patience_until, r.window.until);
  q.intent = r.intent;
  if (r.bundle.valid()) {
    // Of the first request: the same for all that belong together.
    const world::RequestIndex first = w.bundles[r.bundle].requests.front();
    kernel::Stream stream(w.dynamics, w.requests[first].draws.who, kernel::Draw::bundle, 0);
    stream.fill(q.bundle.emplace().bytes);
  }
  for (const crypto::KeyPair& key : u.adaptations) q.adaptations.push_back(key.pub);
  r.wanted = r.quantity;
  r.id = w.submit(objects::Kind::request, world::RequestedAs{index}, objects::encode_object(q),
                  {{objects::Role::user, u.key}}, world::from_request(w, index, u.zone));
  w.request_of_id.emplace(r.id, index);
}

void on_request_receipt(world::World& w, world::RequestIndex index, const world::Answer& answer) {
  const bool admitted = answer.admitted();
  world::RequestState& r = w.requests[index];
  const scenarios::UserGroup* g = w.group_of(w.users[r.user]);
  if (admitted && g != nullptr && g->withdraw > 0) {
    kernel::Stream stream(w.dynamics, r.draws.who, kernel::Draw::withdraw, 0);
    if (static_cast<std::int64_t>(stream.below(kFullRatio)) < g->withdraw &&
        r.patience_until > w.now)
      w.plan(r.draws,
             w.now + Duration(static_cast<std::int64_t>(stream.below(
                         static_cast<std::uint64_t>((r.patience_until - w.now).value)))),
             world::Withdraw{index});
  }
  if (r.bundle.valid()) {
    bundle_receipt(w, r.bundle, admitted);
    return;
  }
  if (admitted) ask_next(w, index);
}

void withdraw(world::World& w, world::RequestIndex index) {
  world::RequestState& r = w.requests[index];
  const chain::RequestRecord* record = w.seen_by(w.users[r.user].readers).request(r.id);
  if (record == nullptr || record->closed || record->withdrawn) return;
  r.withdrawn = true;
  const world::UserState& u = w.users[r.user];
  objects::Withdrawal o{w.fresh_salt(r.draws), u.key.pub, r.id};
  w.submit(objects::Kind::withdrawal, {}, objects::encode_object(o), {{objects::Role::user, u.key}},
           world::from_request(w, index, u.zone));
}

}  // namespace capmarket::agents
