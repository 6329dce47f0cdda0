#include "sim/agents/request.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/agents/inquire.h"
#include "sim/agents/negotiate.h"

namespace capmarket::agents {
namespace {

/// Less than what it wants is free of what the directory lists, as the user reads the chain.
bool scarce(const party::UserView& v, const party::RequestState& r) {
  Volume free;
  const Volume wanted = volume_of(r.quantity, r.window.length());
  for (party::ListingIndex l : r.candidates) {
    const party::Listing& at = v.market.listing(l);
    const Window& listed = at.window;
    const Window common{std::max(listed.from, r.window.from),
                        std::min(listed.until, r.window.until)};
    auto deal =
        deal_rules_for(v.market, v.seen(), parties_of(v, at.holder), r.class_index, v.now);
    if (deal && !common.empty())
      free += volume_of(free_of(v.market, v.seen(), l, *deal, r.tier, common), common.length());
    if (free >= wanted) return false;
  }
  return true;
}

void send_intent(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  const scenarios::ClassSpec& c = v.market.class_spec(r.class_index);
  const objects::Intent intent{v.fresh_salt(r.draws), v.me.key.pub, r.quantity,
                               r.window,              c.unit,       c.name,
                               r.tier,                v.me.scope.front(), r.max_price};
  r.intent = v.submit(intent, party::IntentOf{index}, {{objects::Role::user, v.me.key}},
                      v.sender(index));
}

}  // namespace

void look_for(const party::UserView& v, party::RequestState r) {
  r.missing.add(r.window, r.quantity);
  r.goal = r.window;
  const scenarios::DiscoveryMode mode = v.market.discovery();
  // Who finds nothing says so on the chain, whether anybody answers or not.
  bool ask_around = r.candidates.empty() || mode == scenarios::DiscoveryMode::reactive ||
                    (mode == scenarios::DiscoveryMode::hybrid && scarce(v, r));
  ask_around = ask_around && !r.window.empty();
  const party::BundleIndex bundle = r.bundle;
  const bool inquires = r.latest_start && !r.candidates.empty();
  const party::RequestIndex index = v.requests.add(std::move(r));
  if (inquires) return inquire(v, index);
  if (bundle.valid()) v.requests.bundle(bundle).requests.push_back(index);
  if (ask_around)
    send_intent(v, index);
  else
    issue_request(v, index);
}

void send_again(const party::UserView& v, party::RequestIndex index) {
  if (v.now < v.requests[index].patience_until) send_intent(v, index);
}

void on_intent_receipt(const party::UserView& v, party::RequestIndex index,
                       const party::Answer& answer) {
  party::RequestState& r = v.requests[index];
  if (answer.lost && r.candidates.empty() && v.now < r.patience_until) {
    // Nothing else says what it wants. Who knows within nanoseconds that it is lost waits a while.
    const Duration wait = v.me.answers_within - v.market.silence();
    if (wait.value <= 0) return send_intent(v, index);
    return v.plan(r.draws, v.now + wait, party::SendIntent{index});
  }
  if (!answer.admitted()) {
    r.intent.reset();
    issue_request(v, index);
    return;
  }
  if (v.market.discovery() == scenarios::DiscoveryMode::prepublished)
    return issue_request(v, index);  // nobody answers
  Duration left = r.patience_until > v.now ? r.patience_until - v.now : Duration(0);
  v.plan(r.draws, v.now + std::min(v.me.answers_within, left),
         party::CloseAnswers{index});
}

void on_answer(const party::UserView& v, party::RequestIndex index, party::ListingIndex listing) {
  v.requests[index].candidates.push_back(listing);
}

void issue_request(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  const scenarios::ClassSpec& c = v.market.class_spec(r.class_index);
  objects::Request q;
  q.salt = v.fresh_salt(r.draws);
  q.user = v.me.key.pub;
  for (party::ListingIndex l : r.candidates)
    if (const party::Listing& listing = v.market.listing(l); !listing.answers)
      q.declarations.push_back(listing.declaration);
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
    const party::RequestIndex first = v.requests.bundle(r.bundle).requests.front();
    kernel::Stream stream(v.dynamics, v.requests[first].draws.who, kernel::Draw::bundle, 0);
    stream.fill(q.bundle.emplace().bytes);
  }
  for (const crypto::KeyPair& key : v.me.adaptations) q.adaptations.push_back(key.pub);
  r.wanted = r.quantity;
  r.id = v.submit(q, party::RequestedAs{index}, {{objects::Role::user, v.me.key}},
                  v.sender(index));
}

void on_request_receipt(const party::UserView& v, party::RequestIndex index,
                        const party::Answer& answer) {
  const bool admitted = answer.admitted();
  party::RequestState& r = v.requests[index];
  if (admitted && v.group != nullptr && v.group->withdraw > 0) {
    kernel::Stream stream(v.dynamics, r.draws.who, kernel::Draw::withdraw, 0);
    if (static_cast<std::int64_t>(stream.below(kFullRatio)) < v.group->withdraw &&
        r.patience_until > v.now)
      v.plan(r.draws,
             v.now + Duration(static_cast<std::int64_t>(stream.below(
                         static_cast<std::uint64_t>((r.patience_until - v.now).value)))),
             party::Withdraw{index});
  }
  if (!admitted) note_refusal(r, answer);
  if (r.bundle.valid()) {
    bundle_receipt(v, r.bundle, admitted);
    return;
  }
  if (admitted) ask_next(v, index);
}

void withdraw(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  const chain::RequestRecord* record = v.seen().request(r.id);
  if (record == nullptr || record->closed || record->withdrawn) return;
  r.withdrawn = true;
  r.why = "withdrawn";
  v.submit(objects::Withdrawal{v.fresh_salt(r.draws), v.me.key.pub, r.id}, {},
           {{objects::Role::user, v.me.key}}, v.sender(index));
}

}  // namespace capmarket::agents
