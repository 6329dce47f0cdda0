#include "sim/run/news.h"

#include <fmt/format.h>

#include "sim/agents/auditor.h"
#include "sim/agents/authority.h"
#include "sim/agents/complain.h"
#include "sim/agents/declare.h"
#include "sim/agents/delivery.h"
#include "sim/agents/draft.h"
#include "sim/agents/faults.h"
#include "sim/agents/frauds.h"
#include "sim/agents/pay.h"
#include "sim/agents/request.h"
#include "sim/run/revocations.h"
#include "sim/world/contacts.h"
#include "sim/world/directory.h"
#include "sim/world/post.h"
#include "sim/world/readers.h"

namespace capmarket::run {
namespace {

/// The owner of the key, where it is one of the readers and of that role.
template <class PartyIndex>
std::optional<PartyIndex> among(const world::World& w, party::ReadersIndex readers,
                                const PublicKey& key) {
  auto owner = w.owners.find(key);
  if (owner == w.owners.end()) return std::nullopt;
  const auto* index = std::get_if<PartyIndex>(&owner->second);
  if (index == nullptr) return std::nullopt;
  if constexpr (std::is_same_v<PartyIndex, party::HolderIndex>)
    return w.holders[*index].readers == readers ? std::optional(*index) : std::nullopt;
  else
    return w.users[*index].readers == readers ? std::optional(*index) : std::nullopt;
}

/// Has the owner of the key act, with its view, where it is one of the readers and holds or uses.
template <class Deed>
void tell(world::World& w, party::ReadersIndex readers, const PublicKey& key, Deed deed) {
  if (auto h = among<party::HolderIndex>(w, readers, key)) deed(view_of(w, *h));
  if (auto u = among<party::UserIndex>(w, readers, key)) deed(view_of(w, *u));
}

/// Of what the chain derived, or of what concerns others than its submitter.
struct News {
  world::World& w;
  party::ReadersIndex readers;
  const chain::ChainState& seen = w.seen_by(readers);

  void obligation(const ContentId& id) const {
    const party::ObligationIndex index(seen.obligation_index.at(id));
    tell(w, readers, seen.obligations[index].obligation.payer,
         [&](const auto& v) { agents::on_obligation(v, index); });
  }
  void displacement(const ContentId& id) const {
    const chain::LossRecord* loss = seen.loss(id);
    if (loss == nullptr) return;
    const chain::GrantRecord& g = seen.grants[loss->grant];
    const party::RequestIndex request = w.request_of(seen, g);
    auto user = among<party::UserIndex>(w, readers, seen.user_of(g));
    if (user && request.valid()) agents::on_displaced(view_of(w, *user), *loss, request);
  }
  void failure(const ContentId& id) const {
    const party::FailureIndex index = seen.failure_index.at(id);
    const chain::GrantRecord& g = seen.grants[seen.failures[index].grant];
    if (auto holder = among<party::HolderIndex>(w, readers, seen.holder_of(g)))
      agents::on_failed(view_of(w, *holder), index);
    const party::RequestIndex request = w.request_of(seen, g);
    auto user = among<party::UserIndex>(w, readers, seen.user_of(g));
    if (user && request.valid()) agents::on_failed(view_of(w, *user), index, request);
  }
  void delivery_failure(const ContentId& id) const {
    const chain::ClaimRecord* claim = seen.claim(id);
    if (claim == nullptr) return;  // a notice of the holder's
    for (party::AuditorIndex a : w.auditors.indices())
      if (w.auditors[a].readers == readers) agents::witness_for_ring(view_of(w, a), *claim);
    const PublicKey& holder = seen.holder_of(seen.grants[claim->grant]);
    if (auto h = among<party::HolderIndex>(w, readers, holder))
      agents::contest(view_of(w, *h), *claim);
  }
  void review() const {
    for (party::AuditorIndex a : w.auditors.indices())
      if (w.auditors[a].readers == readers)
        w.plan(w.auditors[a].draws, w.now, party::AuditReview{a});
    for (party::SettlementIndex s : seen.settlements.indices())
      if (!seen.settlements[s].reviews.empty()) parties_of_fallen(s);
  }
  void parties_of_fallen(party::SettlementIndex index) const {
    const chain::SettlementRecord& s = seen.settlements[index];
    std::set<PublicKey> told;
    for (std::int32_t i = 0; i < s.legs; ++i) {
      const chain::GrantRecord& g = seen.grants[s.grant(i)];
      for (const PublicKey& key : {seen.holder_of(g), seen.user_of(g)}) {
        if (!told.insert(key).second) continue;
        tell(w, readers, key, [&](const auto& v) { agents::on_review(v, index); });
      }
    }
  }
  void settlement(const ContentId& id) const {
    const party::SettlementIndex index = seen.settlement_index.at(id);
    for (party::AuditorIndex a : w.auditors.indices())
      if (w.auditors[a].readers == readers) agents::sample_settlement(view_of(w, a), index);
    const chain::SettlementRecord& s = seen.settlements[index];
    for (std::int32_t i = 0; i < s.legs; ++i) {
      const chain::GrantRecord& g = seen.grants[s.grant(i)];
      const chain::InfrastructureRecord* edge = agents::edge_of(seen, g);
      if (edge == nullptr) continue;
      for (const PublicKey& member : edge->infrastructure.members)
        if (auto h = among<party::HolderIndex>(w, readers, member))
          agents::on_shared_load(view_of(w, *h), seen.declarations[g.declaration].infrastructure);
    }
  }
  /// Who paid and who is paid count it, whoever sent it: a step of a script too.
  void payment(const ContentId& of) const {
    const party::ObligationIndex index(seen.obligation_index.at(of));
    const objects::Obligation& o = seen.obligations[index].obligation;
    tell(w, readers, o.payer, [&](const auto& v) { agents::on_own_payment(v, index); });
    tell(w, readers, o.payee, [&](const auto& v) { agents::on_paid(v, index); });
  }
  void answer_to_intent(const ContentId& declaration) const {
    const party::ListingIndex listing = w.listing_of.at(declaration);
    auto asked = w.request_of_intent.find(*w.listings[listing].answers);
    if (asked == w.request_of_intent.end()) return;
    const party::UserIndex user = w.requests[asked->second].user;
    if (w.users[user].readers == readers)
      agents::on_answer(view_of(w, user), asked->second, listing);
  }
};

void on_news(world::World& w, const world::Note& n, party::ReadersIndex readers) {
  using objects::Kind;
  const News news{w, readers};
  if (n.kind == Kind::obligation) news.obligation(n.id);
  if (n.kind == Kind::payment) news.payment(n.id);
  if (n.kind == Kind::displacement) news.displacement(n.id);
  if (n.kind == Kind::failure) news.failure(n.id);
  if (n.kind == Kind::review) news.review();
  if (n.kind == Kind::delivery_failure) news.delivery_failure(n.id);
  if (n.kind == Kind::settlement) news.settlement(n.id);
  if (n.kind == Kind::declaration) news.answer_to_intent(n.id);
}

/// Holders among the readers whom the intent reaches answer it.
void on_intent(world::World& w, const ContentId& id, party::ReadersIndex readers) {
  auto asked = w.request_of_intent.find(id);
  if (asked == w.request_of_intent.end()) return;
  party::RequestState& r = w.requests[asked->second];
  if (!r.intent_spread) {
    r.intent_spread = true;
    r.intent_reaches = world::reached_by(w, asked->second);
  }
  for (party::HolderIndex holder : r.intent_reaches)
    if (w.holders[holder].readers == readers) {
      world::note_received(w, w.holders[holder].draws.who, "intent", id);
      agents::answer_intent(view_of(w, holder), id);
    }
}

/// Whose the submission is, as far as it acts on what becomes of it: one overload a concern.
struct ReadersOf {
  const world::World& w;

  party::ReadersIndex operator()(std::monostate) const { return {}; }
  party::ReadersIndex operator()(party::DeclaredBy by) const {
    return w.holders[by.holder].readers;
  }
  party::ReadersIndex operator()(party::IntentOf of) const { return user(of.request); }
  party::ReadersIndex operator()(party::RequestedAs as) const { return user(as.request); }
  party::ReadersIndex operator()(party::SettledBy by) const {
    return w.users[w.drafts[by.draft].sent.user].readers;
  }
  party::ReadersIndex operator()(party::RecordOf of) const {
    return w.holders[recorder(w, of.failure)].readers;
  }
  party::ReadersIndex operator()(party::RevokedBy) const { return party::ReadersIndex(0); }
  party::ReadersIndex operator()(party::PromulgatedAs) const { return party::ReadersIndex(0); }
  party::ReadersIndex operator()(party::RetractedBy by) const {
    return w.holders[w.listings[by.listing].holder].readers;
  }
  party::ReadersIndex operator()(party::PaidOn on) const {
    const PublicKey& payer = w.state().obligations[on.obligation].obligation.payer;
    return std::visit([&](auto index) { return of(index).readers; }, w.owners.at(payer));
  }

  /// Who records what it did about the failure.
  static party::HolderIndex recorder(const world::World& w, party::FailureIndex failure) {
    const chain::ChainState& s = w.state();
    return w.holder_of(s, s.grants[s.failures[failure].grant]);
  }

 private:
  const party::HolderState& of(party::HolderIndex index) const { return w.holders[index]; }
  const party::UserState& of(party::UserIndex index) const { return w.users[index]; }
  party::ReadersIndex user(party::RequestIndex request) const {
    return w.users[w.requests[request].user].readers;
  }
};

/// The submitter learns what became of its submission: one overload a concern.
struct OnAnswer {
  world::World& w;
  const party::Answer& answer;

  Result<void> operator()(std::monostate) const { return {}; }
  Result<void> operator()(party::DeclaredBy by) const {
    agents::on_declaration_known(view_of(w, by.holder), answer);
    return {};
  }
  Result<void> operator()(party::IntentOf of) const {
    agents::on_intent_receipt(view_of(w, w.requests[of.request].user), of.request, answer);
    return {};
  }
  Result<void> operator()(party::RequestedAs as) const {
    agents::on_request_receipt(view_of(w, w.requests[as.request].user), as.request, answer);
    return {};
  }
  Result<void> operator()(party::SettledBy by) const {
    party::DraftFile& d = w.drafts[by.draft];
    if (answer.lost)  // the first holder notices
      w.holders[d.sent.holders.front()].book.settle(d.sent.id);
    else
      agents::on_settlement_decided(view_of(w, d.sent.user), d.sent, d.own, answer);
    return {};
  }
  Result<void> operator()(party::RecordOf of) const {
    agents::on_record_known(view_of(w, ReadersOf::recorder(w, of.failure)), of.failure, answer);
    return {};
  }
  Result<void> operator()(party::RevokedBy by) const {
    if (answer.admitted()) on_revoked(w, by.revocation);
    return {};
  }
  Result<void> operator()(party::RetractedBy by) const {
    agents::on_retract_known(view_of(w, w.listings[by.listing].holder), by.listing, answer);
    return {};
  }
  Result<void> operator()(party::PaidOn on) const {
    const PublicKey& payer = w.state().obligations[on.obligation].obligation.payer;
    std::visit([&](auto index) { agents::on_payment_known(view_of(w, index), on.obligation, answer); },
               w.owners.at(payer));
    return {};
  }
  Result<void> operator()(party::PromulgatedAs as) const {
    if (answer.admitted()) return {};
    const rules::Rule& rule = at(w.scenario->rules, as.rule).rule;
    if (!answer.lost)
      return fail(fmt::format("the chain refuses rule {} while the scenario runs", rule.name),
                  "a successor that its rule admits");
    if (w.now >= rule.effective.from)
      return fail(fmt::format("rule {} version {} did not reach the chain before it takes effect: "
                              "the network lost it each time",
                              rule.name, rule.version),
                  "a network that brings it in time: `network.loss`, `.tries`, `.retry_after`");
    agents::promulgate_again(view_of(w, w.authority_named(rule.authority)), as.rule);
    return {};
  }
};

/// What holders and coordinators among the readers signed is decided: before anybody acts.
void note_in_books(world::World& w, const world::Note& n, party::ReadersIndex readers) {
  if (!n.submission.valid()) return;
  const auto* by = std::get_if<party::SettledBy>(&w.pending_submissions[n.submission].concern);
  if (by == nullptr) return;
  const party::Draft& d = w.drafts[by->draft].sent;
  for (party::HolderIndex h : d.holders)
    if (w.holders[h].readers == readers) w.holders[h].book.settle(d.id);
  for (party::CoordinatorIndex c : d.coordinators)
    if (w.coordinators[c].readers == readers) w.coordinators[c].book.settle(d.id);
}

Result<void> tell_submitter(world::World& w, party::SubmissionIndex submission) {
  const world::PendingSubmission& p = w.pending_submissions[submission];
  auto out = std::visit(OnAnswer{w, p.answer}, p.concern);
  world::take_out(w);
  return out;
}

/// Those among the readers whom the entry concerns act on it.
Result<void> act_on(world::World& w, const world::Note& n, party::ReadersIndex readers) {
  if (!n.submission.valid()) {
    on_news(w, n, readers);
    world::take_out(w);
    return {};
  }
  const world::PendingSubmission& p = w.pending_submissions[n.submission];
  if (p.answer.admitted() && std::holds_alternative<party::IntentOf>(p.concern)) {
    on_intent(w, p.answer.id, readers);
    world::take_out(w);
  }
  const party::Concern& concern = w.pending_submissions[n.submission].concern;
  if (std::visit(ReadersOf{w}, concern) != readers) return {};
  return tell_submitter(w, n.submission);
}

}  // namespace

Result<void> on_publication(world::World& w, party::ReadersIndex readers,
                            party::PublishedIndex published) {
  const world::Learned learned = world::learn(w, readers, published);
  for (std::size_t i = learned.from; i < learned.until; ++i) note_in_books(w, w.notes[i], readers);
  for (std::size_t i = learned.from; i < learned.until; ++i)
    if (auto r = act_on(w, w.notes[i], readers); !r) return r;
  return {};
}

Result<void> on_unsent(world::World& w, party::SubmissionIndex submission) {
  return tell_submitter(w, submission);
}

}  // namespace capmarket::run
