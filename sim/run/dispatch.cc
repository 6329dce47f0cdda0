#include "sim/run/dispatch.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/agents/auditor.h"
#include "sim/agents/authority.h"
#include "sim/agents/declare.h"
#include "sim/agents/delivery.h"
#include "sim/agents/demand.h"
#include "sim/agents/draft.h"
#include "sim/agents/holder.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/publisher.h"
#include "sim/agents/reactions.h"
#include "sim/agents/request.h"
#include "sim/agents/spoil.h"
#include "sim/agents/use.h"
#include "sim/script/play_script.h"
#include "sim/world/network.h"
#include "sim/world/setup.h"

namespace capmarket::run {
namespace {

/// The first multiple of the interval at or after `t`: when the chain signs what it admitted.
Instant signing_time(const world::World& w, Instant t) {
  Duration interval = w.scenario->chain_interval;
  return interval.value <= 0 ? t : world::round_up(t, interval);
}

Result<void> on_chain_arrival(world::World& w, world::SubmissionIndex index) {
  if (!w.pending_submissions[index].ticket) {  // the network brought it twice
    if (auto& again = w.pending_submissions[index].again) {
      auto receipt = w.chain->submit(*again, w.now);
      if (!receipt) return tl::unexpected(receipt.error());
      w.repeated += receipt->repeated ? 1 : 0;
      again.reset();
    }
    return {};
  }
  if (const auto* by = std::get_if<world::DeclaredBy>(&w.pending_submissions[index].concern))
    if (auto r = world::credential_first(w, by->holder); !r) return r;
  objects::CheckedSubmission checked = w.pool->join(*w.pending_submissions[index].ticket);
  w.pending_submissions[index].ticket.reset();
  auto receipt = w.chain->submit(checked, w.now);
  if (!receipt) return tl::unexpected(receipt.error());
  world::PendingSubmission& p = w.pending_submissions[index];
  p.answer.receipt = std::move(*receipt);
  if (w.scenario->duplicate > 0)
    p.again = std::make_unique<objects::CheckedSubmission>(std::move(checked));
  if (p.attack) agents::count_attack(w, *p.attack, p.answer);
  if (const auto* settled = std::get_if<world::SettledBy>(&p.concern))
    agents::clear_promises(w, settled->draft);
  Instant signs = signing_time(w, w.now);
  if (signs > w.next_checkpoint) {
    w.next_checkpoint = signs;
    w.schedule<kernel::EventKind::checkpoint>(signs, world::ChainIndex(0), {});
  }
  if (!std::holds_alternative<std::monostate>(p.concern))
    w.schedule<kernel::EventKind::receipt>(world::arrival_from_chain(w, p.from, p.from.zone, signs),
                                           index, p.from);
  agents::spread_news(w);
  return {};
}

/// The submitter learns the decision: one overload a concern.
struct OnReceipt {
  world::World& w;
  const world::Answer& answer;

  Result<void> operator()(std::monostate) const { return {}; }
  Result<void> operator()(world::DeclaredBy by) const {
    agents::on_declaration_receipt(w, by.holder, answer);
    return {};
  }
  Result<void> operator()(world::IntentOf of) const {
    agents::on_intent_receipt(w, of.request, answer);
    return {};
  }
  Result<void> operator()(world::RequestedAs as) const {
    agents::on_request_receipt(w, as.request, answer);
    return {};
  }
  Result<void> operator()(world::SettledBy by) const {
    agents::on_settlement_receipt(w, by.draft, answer);
    return {};
  }
  Result<void> operator()(world::RecordOf of) const {
    agents::on_record_receipt(w, of.failure, answer);
    return {};
  }
  Result<void> operator()(world::RevokedBy by) const {
    if (answer.admitted()) agents::on_revoked(w, by.revocation);
    return {};
  }
  Result<void> operator()(world::RetractedBy by) const {
    agents::on_retract_receipt(w, by.listing, answer);
    return {};
  }
  Result<void> operator()(world::PromulgatedAs as) const {
    if (answer.admitted()) return {};
    return fail(fmt::format("the chain refuses rule {} while the scenario runs",
                            at(w.scenario->rules, as.rule).rule.name),
                "a successor that its rule admits");
  }
};

Result<void> on_receipt(world::World& w, world::SubmissionIndex index) {
  // Copies: what follows may add submissions to the list.
  const world::Concern concern = w.pending_submissions[index].concern;
  const world::Answer answer = w.pending_submissions[index].answer;
  return std::visit(OnReceipt{w, answer}, concern);
}

/// A party does what it planned: one overload an action.
struct Act {
  world::World& w;

  Result<void> operator()(const world::Pay& a) const { return done(agents::pay, a.obligation); }
  Result<void> operator()(const world::Fail& a) const {
    return done(agents::on_failure, a.holder, a.number);
  }
  Result<void> operator()(const world::ReportFailure& a) const {
    return done(agents::report, a.grant, a.failed_at);
  }
  Result<void> operator()(const world::ClaimFailure& a) const {
    return done(agents::claim, a.grant, a.failed_at);
  }
  Result<void> operator()(const world::ContestClaim& a) const {
    return done(agents::on_contest, a.holder, a.claim);
  }
  Result<void> operator()(const world::RecordFallback& a) const {
    return done(agents::record_fallback, a.failure);
  }
  Result<void> operator()(const world::Curtail& a) const { return done(agents::curtail, a.holder); }
  Result<void> operator()(const world::Replace& a) const {
    return done(agents::make_up_for, a.request, a.shortfall);
  }
  Result<void> operator()(const world::Surrender& a) const {
    return done(agents::surrender, a.grant);
  }
  Result<void> operator()(const world::Withdraw& a) const {
    return done(agents::withdraw, a.request);
  }
  Result<void> operator()(const world::Renew& a) const { return done(agents::renew, a.grant); }
  Result<void> operator()(const world::Consume& a) const {
    return done(agents::consume, a.grant, a.number, a.since);
  }
  Result<void> operator()(const world::Publish& a) const {
    return done(agents::publish, a.publisher);
  }
  Result<void> operator()(const world::Audit& a) const {
    return done(agents::audit, a.auditor, a.settlement);
  }
  Result<void> operator()(const world::AuditReview& a) const {
    return done(agents::audit_review, a.auditor);
  }
  Result<void> operator()(const world::Revoke& a) const {
    return done(agents::revoke, a.revocation);
  }
  Result<void> operator()(const world::Promulgate& a) const {
    return done(agents::promulgate, a.rule);
  }
  Result<void> operator()(const world::AnswerIntent& a) const {
    return done(agents::answer_intent, a.holder, a.request);
  }
  Result<void> operator()(const world::RetractAnswer& a) const {
    return done(agents::retract_answer, a.listing);
  }
  Result<void> operator()(const world::CloseAnswers& a) const {
    return done(agents::issue_request, a.request);
  }
  Result<void> operator()(const world::ExecuteStep& a) const {
    return script::execute_step(w, a.step);
  }

 private:
  template <class Deed, class... What>
  Result<void> done(Deed deed, const What&... what) const {
    deed(w, what...);
    return {};
  }
};

Result<void> act(world::World& w, world::ActionIndex index) {
  const world::Action action = w.actions[index];  // a copy: it may plan others
  return std::visit(Act{w}, action);
}

/// Simulated receipts wait for each signing time; the disk is written once so many entries wait,
/// because a flush costs as much as a hundred admissions. Counted in entries, never in wall time.
constexpr std::int64_t kEntriesPerFlush = 1024;

Result<void> on_checkpoint(world::World& w) {
  if (w.chain->size() - w.flushed < kEntriesPerFlush) return {};
  w.flushed = w.chain->size();
  return w.chain->checkpoint();
}

template <kernel::EventKind kKind>
world::SubjectOf<kKind> subject(const kernel::SimEvent& e) {
  return world::SubjectOf<kKind>(e.subject);
}

}  // namespace

Result<void> dispatch(world::World& w, const kernel::SimEvent& e) {
  switch (e.kind) {
    case kernel::EventKind::chain_arrival:
      return on_chain_arrival(w, subject<kernel::EventKind::chain_arrival>(e));
    case kernel::EventKind::receipt:
      return on_receipt(w, subject<kernel::EventKind::receipt>(e));
    case kernel::EventKind::proposal:
      agents::on_proposal(w, subject<kernel::EventKind::proposal>(e), e.occurrence);
      return {};
    case kernel::EventKind::offer:
      agents::on_offer(w, subject<kernel::EventKind::offer>(e), e.occurrence);
      return {};
    case kernel::EventKind::countersign:
      agents::on_countersign(w, subject<kernel::EventKind::countersign>(e), e.occurrence);
      return {};
    case kernel::EventKind::release:
      agents::on_release(w, w.releases[subject<kernel::EventKind::release>(e)]);
      return {};
    case kernel::EventKind::demand:
      agents::on_demand(w, subject<kernel::EventKind::demand>(e), e.occurrence);
      return {};
    case kernel::EventKind::checkpoint:
      return on_checkpoint(w);
    case kernel::EventKind::cosign:
      agents::on_cosign(w, subject<kernel::EventKind::cosign>(e), e.occurrence);
      return {};
    case kernel::EventKind::cosigned:
      agents::on_cosigned(w, subject<kernel::EventKind::cosigned>(e), e.occurrence);
      return {};
    case kernel::EventKind::silence:
      agents::on_silence(w, subject<kernel::EventKind::silence>(e), e.occurrence);
      return {};
    case kernel::EventKind::abandon:
      agents::on_abandon(w, subject<kernel::EventKind::abandon>(e));
      return {};
    case kernel::EventKind::action:
      return act(w, subject<kernel::EventKind::action>(e));
  }
  return {};
}

}  // namespace capmarket::run
