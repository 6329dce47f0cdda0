#include "sim/run/dispatch.h"

#include <algorithm>
#include <utility>

#include "sim/agents/auditor.h"
#include "sim/agents/authority.h"
#include "sim/agents/complain.h"
#include "sim/agents/cosign.h"
#include "sim/agents/declare.h"
#include "sim/agents/delivery.h"
#include "sim/agents/draft.h"
#include "sim/agents/frauds.h"
#include "sim/agents/holder.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/pay.h"
#include "sim/agents/publisher.h"
#include "sim/agents/request.h"
#include "sim/agents/use.h"
#include "sim/run/attacks.h"
#include "sim/run/breakdowns.h"
#include "sim/run/news.h"
#include "sim/run/revocations.h"
#include "sim/run/start.h"
#include "sim/script/play_script.h"
#include "sim/world/contacts.h"
#include "sim/world/post.h"
#include "sim/world/readers.h"
#include "sim/world/setup.h"

namespace capmarket::run {
namespace {

/// The declaration, or each of the batch, that the chain has just admitted is put on record, for
/// whoever it is told to.
void record_declared(world::World& w, party::HolderIndex holder, const chain::Receipt& receipt) {
  const auto& all = w.state().declarations.all();
  std::size_t first = all.size();
  while (first > 0 && all[first - 1].sequence == receipt.sequence) --first;
  for (std::size_t i = first; i < all.size(); ++i) {
    const objects::Declaration& d = all[i].declared;
    w.listing_of.emplace(all[i].id, w.listings.push_back({all[i].id, holder, 0, d.window,
                                                          kDistantFuture, d.quantity, d.answers}));
  }
}

/// The submission is of the group, or settles with one of it.
bool is_of_group(const world::World& w, const world::PendingSubmission& p,
                 const std::string& group) {
  const kernel::Entity holders = kernel::named(kernel::EntityKind::holder, group);
  if (p.from.who.group == holders.group) return true;
  const auto* by = std::get_if<party::SettledBy>(&p.concern);
  if (by == nullptr) return false;
  const party::Draft& d = w.drafts[by->draft].sent;
  return w.users[d.user].draws.who.group == holders.group ||
         std::any_of(d.holders.begin(), d.holders.end(), [&](party::HolderIndex h) {
           return w.holders[h].draws.who.group == holders.group;
         });
}

/// The log's writer drops what others than those whom it favours submit, or takes it later.
bool withheld(world::World& w, party::SubmissionIndex index) {
  world::PendingSubmission& p = w.pending_submissions[index];
  using enum kernel::EntityKind;
  const kernel::EntityKind kind = p.from.who.kind;
  const bool of_a_trader = kind == holder || kind == user || kind == message || kind == adaptation;
  if (w.selective == nullptr || !of_a_trader || is_of_group(w, p, w.selective->favours))
    return false;
  if (p.taken_from) return w.now < *p.taken_from;  // a copy does not come sooner
  p.taken_from = w.now;
  kernel::Stream stream(w.dynamics, p.from.who, kernel::Draw::fraud, p.from.occurrence);
  if (static_cast<std::int64_t>(stream.below(kFullRatio)) >= w.selective->share) return false;
  if (w.selective->delay.value > 0) {
    p.taken_from = w.now + w.selective->delay;
    w.schedule<kernel::EventKind::chain_arrival>(*p.taken_from, index, p.from);
  } else {
    p.taken_from = Instant(kWireMax);
    w.pool->join(*std::exchange(p.ticket, nullptr));  // signed for nothing
  }
  return true;
}

Result<void> on_chain_arrival(world::World& w, party::SubmissionIndex index) {
  if (!w.pending_submissions[index].ticket) {  // the network brought it twice
    if (auto again = std::exchange(w.pending_submissions[index].again, nullptr)) {
      auto receipt = world::admit(w, std::move(again));
      if (!receipt) return tl::unexpected(receipt.error());
      w.repeated += receipt->repeated ? 1 : 0;
    }
    return {};
  }
  if (withheld(w, index)) return {};
  const auto* by = std::get_if<party::DeclaredBy>(&w.pending_submissions[index].concern);
  if (by != nullptr)
    if (auto r = world::credential_first(w, by->holder); !r) return r;
  auto checked = std::make_shared<const objects::CheckedSubmission>(
      w.pool->join(*w.pending_submissions[index].ticket));
  w.pending_submissions[index].ticket.reset();
  auto receipt = world::admit(w, checked, index);
  if (!receipt) return tl::unexpected(receipt.error());
  world::PendingSubmission& p = w.pending_submissions[index];
  p.answer.receipt = std::move(*receipt);
  if (w.scenario->duplicate > 0) p.again = std::move(checked);
  if (p.attack) count_attack(w, *p.attack, p.answer);
  if (p.answer.kind == objects::Kind::settlement && p.answer.admitted())
    meet_breakdowns(w, p.answer.id);
  if (by != nullptr && p.answer.admitted()) record_declared(w, by->holder, p.answer.receipt);
  return {};
}

/// A party does what it planned: one overload an action.
struct Act {
  world::World& w;

  Result<void> operator()(const party::Pay& a) const {
    const PublicKey& payer = w.state().obligations[a.obligation].obligation.payer;
    std::visit([&](auto index) { agents::pay(view_of(w, index), a.obligation); },
               w.owners.at(payer));
    return {};
  }
  Result<void> operator()(const party::Complain& a) const {
    return done(agents::complain_of_failures, a.user, a.settlement);
  }
  Result<void> operator()(const party::Fail& a) const {
    break_down(w, a.holder, a.number);
    return {};
  }
  Result<void> operator()(const party::ReportFailure& a) const {
    return done(agents::report, w.holder_of(w.state(), grant(a.grant)), a.grant, a.failed_at);
  }
  Result<void> operator()(const party::ClaimFailure& a) const {
    return done(agents::claim, user(a.grant), a.grant, a.failed_at);
  }
  Result<void> operator()(const party::RecordFallback& a) const {
    const chain::FailureRecord& f = w.state().failures[a.failure];
    return done(agents::record_fallback, w.holder_of(w.state(), grant(f.grant)), a.failure);
  }
  Result<void> operator()(const party::Curtail& a) const { return done(agents::curtail, a.holder); }
  Result<void> operator()(const party::Replace& a) const {
    return done(agents::make_up_for, owner(a.request), a.request, a.shortfall);
  }
  Result<void> operator()(const party::AskAgain& a) const {
    return done(agents::ask_again, owner(a.request), a.request);
  }
  Result<void> operator()(const party::Surrender& a) const {
    return done(agents::surrender, user(a.grant), a.grant);
  }
  Result<void> operator()(const party::Withdraw& a) const {
    return done(agents::withdraw, owner(a.request), a.request);
  }
  Result<void> operator()(const party::Renew& a) const {
    return done(agents::renew, user(a.grant), a.grant);
  }
  Result<void> operator()(const party::Consume& a) const {
    return done(agents::consume, user(a.grant), a.grant, a.number, a.since);
  }
  Result<void> operator()(const party::Publish& a) const {
    return done(agents::publish, a.publisher);
  }
  Result<void> operator()(const party::Audit& a) const {
    return done(agents::audit, a.auditor, a.settlement);
  }
  Result<void> operator()(const party::AuditReview& a) const {
    return done(agents::audit_review, a.auditor);
  }
  Result<void> operator()(const party::Revoke& a) const {
    if (auto target = target_of(w, a.revocation))
      agents::revoke(view_of(w, target->authority), a.revocation,
                     at(w.scenario->revocations, a.revocation), target->credential);
    return {};
  }
  Result<void> operator()(const party::Promulgate& a) const {
    return done(agents::promulgate,
                w.authority_named(at(w.scenario->rules, a.rule).rule.authority), a.rule);
  }
  Result<void> operator()(const party::DeclareMore& a) const {
    return done(agents::declare_more, a.holder);
  }
  Result<void> operator()(const party::Leave& a) const { return done(agents::leave, a.holder); }
  Result<void> operator()(const party::TakeBack& a) const {
    return done(agents::take_back, w.listings[a.listing].holder, a.listing);
  }
  Result<void> operator()(const party::CloseAnswers& a) const {
    return done(agents::issue_request, owner(a.request), a.request);
  }
  Result<void> operator()(const party::SendIntent& a) const {
    return done(agents::send_again, owner(a.request), a.request);
  }
  Result<void> operator()(const party::MeetBreakdown& a) const {
    const chain::GrantRecord& g = grant(a.grant);
    if (w.now < w.holders[w.holder_of(w.state(), g)].broken_until) meet_breakdown(w, a.grant);
    return {};
  }
  Result<void> operator()(const party::Scheme& a) const {
    return done(agents::scheme, a.user, a.number);
  }
  Result<void> operator()(const party::AskLater& a) const {
    look_for(w, a.user, *a.wanted);
    return {};
  }
  Result<void> operator()(const party::ExecuteStep& a) const {
    return script::execute_step(w, a.step);
  }

 private:
  const chain::GrantRecord& grant(party::GrantIndex index) const {
    return w.state().grants[index];
  }
  party::UserIndex user(party::GrantIndex index) const { return w.user_of(w.state(), grant(index)); }
  party::UserIndex owner(party::RequestIndex index) const { return w.requests[index].user; }

  template <class Deed, class Who, class... What>
  Result<void> done(Deed deed, Who who, const What&... what) const {
    deed(view_of(w, who), what...);
    return {};
  }
};

Result<void> act(world::World& w, party::ActionIndex index) {
  const party::Action action = w.actions[index];  // a copy: it may plan others
  return std::visit(Act{w}, action);
}

/// Simulated receipts wait for each signing time; the disk is written once so many entries wait,
/// because a flush costs as much as a hundred admissions. Counted in entries, never in wall time.
constexpr std::int64_t kEntriesPerFlush = 1024;

Result<void> on_checkpoint(world::World& w) {
  world::publish(w);
  if (w.chain->size() - w.flushed < kEntriesPerFlush) return {};
  w.flushed = w.chain->size();
  return w.chain->checkpoint();
}

template <kernel::EventKind kKind>
world::SubjectOf<kKind> subject(const kernel::SimEvent& e) {
  return world::SubjectOf<kKind>(e.subject);
}

/// What is under way between users and holders reaches the next of them.
struct Messages {
  world::World& w;

  void proposal(party::ProposalIndex index) const {
    party::ProposalFile& p = w.proposals[index];
    if (std::exchange(p.answered, true)) return;
    world::note_received(w, p.sent.holder, p.sent);
    agents::on_proposal(view_of(w, p.sent.holder), index, p.sent);
  }
  void offer(party::OfferIndex index) const {
    const party::OfferMessage& answer = w.offers[index];
    party::ProposalFile& p = w.proposals[answer.proposal];
    if (std::exchange(p.heard, true)) return;
    world::note_received(w, p.sent.user, answer.offers);
    agents::on_offer(view_of(w, p.sent.user), p.sent, answer.offers);
  }
  void silence(party::ProposalIndex index) const {
    const party::Proposal& p = w.proposals[index].sent;
    agents::on_silence(view_of(w, p.user), p);
  }
  void release(party::ReleaseIndex index) const {
    const party::ReleaseNote& note = w.releases[index];
    world::note_received(w, note);
    agents::on_release(view_of(w, note.holder), note);
  }
  void countersign(party::DraftIndex index, std::uint32_t place) const {
    party::DraftFile& d = w.drafts[index];
    const std::uint32_t bit = std::uint32_t{1} << place;
    if ((d.signed_by & bit) != 0) return;
    received("draft", d.sent, d.sent.holders[place], place);
    if (agents::on_countersign(view_of(w, d.sent.holders[place]), index, d.sent, d.collected,
                               place))
      d.signed_by |= bit;
  }
  void countersigned(party::DraftIndex index, std::uint32_t place) const {
    party::DraftFile& d = w.drafts[index];
    received("signed", d.sent, d.sent.holders.front(), place);
    agents::on_countersigned(view_of(w, d.sent.holders.front()), index, d.sent, d.collected, place);
  }
  void unsigned_draft(party::DraftIndex index) const {
    party::DraftFile& d = w.drafts[index];
    agents::on_unsigned_draft(view_of(w, d.sent.holders.front()), d.sent, d.collected);
  }
  void cosign(party::DraftIndex index, std::uint32_t place) const {
    const party::Draft& d = w.drafts[index].sent;
    world::note_received(w, w.coordinators[d.coordinators[place]].draws.who, "to cosign", d, place);
    agents::on_cosign(view_of(w, d.coordinators[place]), index, d, place);
  }
  void cosigned(party::DraftIndex index, std::uint32_t place) const {
    party::DraftFile& d = w.drafts[index];
    received("cosigned", d.sent, d.sent.holders.front(), place);
    agents::on_cosigned(view_of(w, d.sent.holders.front()), index, d.sent, d.collected, place);
  }
  void abandon(party::DraftIndex index) const {
    party::DraftFile& d = w.drafts[index];
    agents::on_abandon(view_of(w, d.sent.user), d.sent, d.own);
  }

 private:
  void received(std::string_view what, const party::Draft& draft, party::HolderIndex holder,
                std::uint32_t place) const {
    world::note_received(w, w.holders[holder].draws.who, what, draft, place);
  }
};

Result<void> happen(world::World& w, const kernel::SimEvent& e) {
  using enum kernel::EventKind;
  const Messages messages{w};
  switch (e.kind) {
    case chain_arrival:
      return on_chain_arrival(w, subject<chain_arrival>(e));
    case publication:
      return on_publication(w, party::ReadersIndex(e.occurrence), subject<publication>(e));
    case unsent:
      return on_unsent(w, subject<unsent>(e));
    case proposal:
      messages.proposal(subject<proposal>(e));
      return {};
    case offer:
      messages.offer(subject<offer>(e));
      return {};
    case countersign:
      messages.countersign(subject<countersign>(e), e.occurrence);
      return {};
    case countersigned:
      messages.countersigned(subject<countersigned>(e), e.occurrence);
      return {};
    case unsigned_draft:
      messages.unsigned_draft(subject<unsigned_draft>(e));
      return {};
    case release:
      messages.release(subject<release>(e));
      return {};
    case demand:
      on_demand(w, subject<demand>(e), e.occurrence);
      return {};
    case checkpoint:
      return on_checkpoint(w);
    case cosign:
      messages.cosign(subject<cosign>(e), e.occurrence);
      return {};
    case cosigned:
      messages.cosigned(subject<cosigned>(e), e.occurrence);
      return {};
    case silence:
      messages.silence(subject<silence>(e));
      return {};
    case abandon:
      messages.abandon(subject<abandon>(e));
      return {};
    case action:
      return act(w, subject<action>(e));
  }
  return {};
}

}  // namespace

Result<void> dispatch(world::World& w, const kernel::SimEvent& e) {
  if (auto r = happen(w, e); !r) return r;
  world::take_out(w);
  return {};
}

}  // namespace capmarket::run
