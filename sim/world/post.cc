#include "sim/world/post.h"

#include <utility>

#include "sim/world/contacts.h"
#include "sim/world/network.h"

namespace capmarket::world {
namespace {

party::View common(World& w, party::ReadersIndex readers) {
  Readers& r = w.readers[readers];
  return {w.now,      party::Market(w), r.follower, r.published, r.lag,
          w.population, w.dynamics,       w.outbox};
}

/// Signed and checked while it is on its way; one that the network gave up comes back.
void send_to_chain(World& w, party::Submit&& s) {
  const party::SubmissionIndex index = w.pending_submissions.next();
  PendingSubmission p{s.concern, {s.kind, s.id, false, {}}, nullptr, s.attack, s.from, nullptr, std::nullopt};
  if (post<kernel::EventKind::chain_arrival>(w, s.from, zone_of(w, scenarios::kPartitionChain),
                                             index)) {
    p.ticket = w.pool->start({s.kind, std::move(s.body), s.id, std::move(s.signers)});
  } else {
    p.answer.lost = true;
    w.schedule<kernel::EventKind::unsent>(attended(w, s.from.who, w.now + silence(w)), index, s.from);
  }
  w.pending_submissions.push_back(std::move(p));
}

/// The settlement of a draft with the signatures of all of its parties.
void send_draft_to_chain(World& w, party::DraftIndex index, const party::Sender& from) {
  const party::Draft& d = w.drafts[index].sent;
  std::vector<party::Signer> signers{
      {objects::Role::submitter, w.holders[d.holders.front()].key}};
  for (party::HolderIndex h : d.holders)
    signers.push_back({objects::Role::holder, w.holders[h].key});
  signers.push_back({objects::Role::user, w.users[d.user].key});
  for (party::CoordinatorIndex c : d.coordinators)
    signers.push_back({objects::Role::coordinator, w.coordinators[c].key, d.forged});
  send_to_chain(w, {objects::Kind::settlement, party::SettledBy{index},
                    objects::encode_object(d.settlement), d.id, std::move(signers), from,
                    d.attack});
}

/// One overload for whatever can be sent.
struct TakeOut {
  World& w;

  void operator()(party::Submit&& s) const {
    if (const auto* intent = std::get_if<party::IntentOf>(&s.concern))
      w.request_of_intent.emplace(s.id, intent->request);
    if (const auto* request = std::get_if<party::RequestedAs>(&s.concern))
      w.request_of_id.emplace(s.id, request->request);
    send_to_chain(w, std::move(s));
  }
  void operator()(party::Propose&& p) const {
    const party::ZoneIndex to = w.holders[p.proposal.holder].zone;
    const party::ProposalIndex index = w.proposals.push_back({std::move(p.proposal), false, false});
    post<kernel::EventKind::proposal>(w, p.from, to, index);
    w.schedule<kernel::EventKind::silence>(attended(w, p.from.who, p.until), index, p.from);
  }
  void operator()(party::AnswerProposal&& a) const {
    const party::ZoneIndex to = w.users[w.proposals[a.proposal].sent.user].zone;
    post<kernel::EventKind::offer>(w, a.from, to,
                                   w.offers.push_back({a.proposal, std::move(a.offers)}));
  }
  void operator()(party::LetGo&& l) const {
    post<kernel::EventKind::release>(w, l.from, w.holders[l.note.holder].zone,
                                     w.releases.push_back(l.note));
  }
  void operator()(party::SendDraft&& s) const {
    const party::DraftIndex index =
        w.drafts.push_back({std::move(s.draft), std::move(s.own), {}, 0});
    const party::Draft& d = w.drafts[index].sent;
    for (std::uint32_t place = 0; place < d.holders.size(); ++place)
      post<kernel::EventKind::countersign>(w, s.from[place], w.holders[d.holders[place]].zone,
                                           index, place);
    w.schedule<kernel::EventKind::abandon>(attended(w, s.waits.who, s.until), index, s.waits);
  }
  void operator()(party::SubmitCopy&& c) const {
    const party::DraftIndex index = w.drafts.push_back({std::move(c.draft), {}, {}, 0});
    w.drafts[index].collected.closed = true;
    party::HolderState& accomplice = w.holders[w.drafts[index].sent.holders.front()];
    send_draft_to_chain(
        w, index, {accomplice.draws.who, accomplice.draws.sent++, accomplice.zone});
  }
  void operator()(party::Countersign&& c) const {
    post<kernel::EventKind::countersigned>(w, c.from, first_holder(c.draft), c.draft, c.place);
  }
  void operator()(party::AwaitSignatures&& a) const {
    w.schedule<kernel::EventKind::unsigned_draft>(attended(w, a.from.who, a.until), a.draft, a.from);
  }
  void operator()(party::AskCoordinator&& a) const {
    const party::CoordinatorIndex asked = w.drafts[a.draft].sent.coordinators[a.place];
    post<kernel::EventKind::cosign>(w, a.from, w.coordinators[asked].zone, a.draft, a.place);
  }
  void operator()(party::Cosign&& c) const {
    const auto at = arrival(w, c.from, first_holder(c.draft));
    // It signs later: the holder may have gone.
    if (at && present(w, first_holder(c.draft), *at + c.after) == *at + c.after)
      w.schedule<kernel::EventKind::cosigned>(*at + c.after, c.draft, c.from, c.place);
  }
  void operator()(party::SubmitDraft&& s) const { send_draft_to_chain(w, s.draft, s.from); }
  void operator()(party::TellDirectories&& t) const {
    party::Listing& l = w.listings[t.listing];
    party::HolderState& h = w.holders[l.holder];
    l.number = h.listings.size();
    l.listed = w.now;
    h.listings.push_back(t.listing);
    if (!l.answers) w.listings_of_class[h.class_index].push_back(t.listing);
  }
  void operator()(party::PlanAction&& p) const {
    w.schedule<kernel::EventKind::action>(attended(w, p.cause.who, p.at), w.actions.push_back(std::move(p.action)), p.cause);
  }
  void operator()(party::NotTried&& n) const { ++w.untried[std::string(n.reason)]; }

 private:
  party::ZoneIndex first_holder(party::DraftIndex draft) const {
    return w.holders[w.drafts[draft].sent.holders.front()].zone;
  }
};

}  // namespace

party::HolderView view_of(World& w, party::HolderIndex index) {
  party::HolderState& me = w.holders[index];
  return {common(w, me.readers), index, me, w.group_of(me)};
}

party::UserView view_of(World& w, party::UserIndex index) {
  party::UserState& me = w.users[index];
  return {common(w, me.readers), index, me, w.group_of(me), {index, w.requests, w.bundles}};
}

party::CoordinatorView view_of(World& w, party::CoordinatorIndex index) {
  party::CoordinatorState& me = w.coordinators[index];
  return {common(w, me.readers), index, me, capmarket::at(w.scenario->coordinators, me.spec)};
}

party::AuditorView view_of(World& w, party::AuditorIndex index) {
  party::AuditorState& me = w.auditors[index];
  return {common(w, me.readers), index, me};
}

party::PublisherView view_of(World& w, party::PublisherIndex index) {
  party::PublisherState& me = w.publishers[index];
  return {common(w, me.readers), index, me};
}

party::AuthorityView view_of(World& w, party::AuthorityIndex index) {
  return {common(w, party::ReadersIndex(0)), index, w.authority_keys[index],
          w.authority_draws[index]};
}

void take_out(World& w) {
  std::vector<party::Sent> sent = std::exchange(w.outbox.sent, {});
  for (party::Sent& s : sent) {
    if (w.watch) note_sent(w, s);
    std::visit([&](auto&& what) { TakeOut{w}(std::move(what)); }, std::move(s));
  }
  CHECK(w.outbox.sent.empty());  // nobody acts while it is taken out
  sent.clear();
  w.outbox.sent = std::move(sent);  // its room is used again
}

}  // namespace capmarket::world
