#include "sim/run/dispatch.h"

#include <utility>

#include "sim/agents/auditor.h"
#include "sim/agents/authority.h"
#include "sim/agents/declare.h"
#include "sim/agents/delivery.h"
#include "sim/agents/demand.h"
#include "sim/agents/draft.h"
#include "sim/agents/holder.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/publication.h"
#include "sim/agents/publisher.h"
#include "sim/agents/request.h"
#include "sim/agents/spoil.h"
#include "sim/agents/use.h"
#include "sim/script/play_script.h"
#include "sim/world/readers.h"
#include "sim/world/setup.h"

namespace capmarket::run {
namespace {

Result<void> on_chain_arrival(world::World& w, world::SubmissionIndex index) {
  if (!w.pending_submissions[index].ticket) {  // the network brought it twice
    if (auto again = std::exchange(w.pending_submissions[index].again, nullptr)) {
      auto receipt = world::admit(w, std::move(again));
      if (!receipt) return tl::unexpected(receipt.error());
      w.repeated += receipt->repeated ? 1 : 0;
    }
    return {};
  }
  const auto* by = std::get_if<world::DeclaredBy>(&w.pending_submissions[index].concern);
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
  if (p.attack) agents::count_attack(w, *p.attack, p.answer);
  if (by != nullptr && p.answer.admitted()) agents::record_declared(w, by->holder, p.answer.receipt);
  return {};
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
  world::publish(w);
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
    case kernel::EventKind::publication:
      return agents::on_publication(w, world::ReadersIndex(e.occurrence),
                                    subject<kernel::EventKind::publication>(e));
    case kernel::EventKind::unsent:
      return agents::on_unsent(w, subject<kernel::EventKind::unsent>(e));
    case kernel::EventKind::proposal:
      agents::on_proposal(w, subject<kernel::EventKind::proposal>(e));
      return {};
    case kernel::EventKind::offer:
      agents::on_offer(w, subject<kernel::EventKind::offer>(e));
      return {};
    case kernel::EventKind::countersign:
      agents::on_countersign(w, subject<kernel::EventKind::countersign>(e), e.occurrence);
      return {};
    case kernel::EventKind::countersigned:
      agents::on_countersigned(w, subject<kernel::EventKind::countersigned>(e), e.occurrence);
      return {};
    case kernel::EventKind::unsigned_draft:
      agents::on_unsigned_draft(w, subject<kernel::EventKind::unsigned_draft>(e));
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
      agents::on_silence(w, subject<kernel::EventKind::silence>(e));
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
