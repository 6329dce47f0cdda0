#include "sim/agents/inquire.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/protocols.h"
#include "sim/agents/request.h"

namespace capmarket::agents {
namespace {

/// Starts at which a window of its declaration may begin to fit: the first one asked for, and where
/// something that is taken ends. Ascending, on the rule's grid.
std::vector<Instant> possible_starts(const party::HolderView& v, party::ListingIndex listing,
                                     const rules::Rule& rule, Instant first) {
  std::vector<Instant> ends =
      v.me.book.ends(static_cast<std::uint32_t>(listing.place()), v.now);
  if (const chain::DeclarationRecord* d =
          v.seen().declaration(v.market.listing(listing).declaration)) {
    for (const auto& [t, taken] : d->taken.steps()) ends.push_back(t);
    if (d->infrastructure.valid())
      for (const auto& [t, excess] : v.seen().infrastructures[d->infrastructure].excess.steps())
        ends.push_back(t);
  }
  std::vector<Instant> out{first};
  for (Instant t : ends)
    if (t > first) out.push_back(chain::ceil_to(rule, t));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// The next holder that would do is asked; false where none is left.
bool ask_for_start(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  if (r.next_candidate >= r.candidates.size()) return false;
  party::Offer part;
  part.listing = r.candidates[r.next_candidate++];
  part.window = r.window;
  part.asked = r.quantity;
  party::Proposal p;
  p.request = index;
  p.number = ++r.asked;
  p.user = v.index;
  p.holder = v.market.listing(part.listing).holder;
  p.class_index = r.class_index;
  p.asked.push_back(std::move(part));
  p.latest_start = r.latest_start;
  p.max_price = r.max_price;
  p.tier = r.tier;
  r.awaited.push_back(p.number);
  v.out.add(party::Propose{std::move(p), v.sender(index), v.now + v.me.offer_within});
  return true;
}

/// From here on the request is one of a fixed window.
void request_from(const party::UserView& v, party::RequestIndex index, const Window& window) {
  party::RequestState& r = v.requests[index];
  r.busy = false;
  r.latest_start.reset();
  r.next_candidate = 0;
  r.missing.add(r.window, Quantity(0) - r.quantity);
  r.window = r.goal = window;
  r.missing.add(r.window, r.quantity);
  std::erase_if(r.candidates, [&](party::ListingIndex l) {
    return !v.market.listing(l).window.contains(window);
  });
  // Who has room then is asked first.
  if (r.offer.listing.valid())
    std::stable_partition(r.candidates.begin(), r.candidates.end(),
                          [&](party::ListingIndex l) { return l == r.offer.listing; });
  r.offer = {};
  issue_request(v, index);
}

}  // namespace

void inquire(const party::UserView& v, party::RequestIndex index) {
  v.requests[index].busy = true;
  bool asked = false;
  for (std::int64_t i = 0; i < asked_at_a_time(v) && ask_for_start(v, index); ++i) asked = true;
  if (!asked) request_from(v, index, v.requests[index].window);
}

void on_inquiry(const party::HolderView& v, party::ProposalIndex index,
                const party::Proposal& asked) {
  party::Offer answer = asked.asked.front();
  const Duration length = answer.window.length();
  const Window declared = v.market.listing(answer.listing).window;
  auto deal = deal_rules_for(v.market, v.seen(), {asked.user, v.index, asked.out_of_scope},
                             asked.class_index, v.now);
  const bool sells = deal && !v.me.revoked && !v.me.left && v.now >= v.me.broken_until;
  const std::vector<Instant> starts =
      sells ? possible_starts(v, answer.listing, *deal->rule, answer.window.from)
            : std::vector<Instant>{};
  const auto found = std::find_if(starts.begin(), starts.end(), [&](Instant start) {
    const Window window{start, start + length};
    return start <= *asked.latest_start && declared.contains(window) &&
           room_for(v, answer.listing, *deal, asked.tier, window) >= answer.asked;
  });
  if (found != starts.end()) {
    answer.window = {*found, *found + length};
    answer.quantity = answer.asked;
  }
  v.out.add(party::AnswerProposal{index, {std::move(answer)}, v.sender()});
}

void on_start_known(const party::UserView& v, party::RequestIndex index,
                    const party::Offer* start) {
  party::RequestState& r = v.requests[index];
  const bool room = start != nullptr && start->quantity >= r.quantity;
  if (room && (!r.offer.listing.valid() || start->window.from < r.offer.window.from))
    r.offer = *start;
  if (!r.awaited.empty()) return;
  if (!r.offer.listing.valid()) return inquire(v, index);
  request_from(v, index, r.offer.window);
}

}  // namespace capmarket::agents
