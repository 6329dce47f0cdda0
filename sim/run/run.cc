#include "sim/run/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/agents/spoil.h"
#include "sim/agents/reactions.h"
#include "sim/agents/authority.h"
#include "sim/agents/use.h"
#include "sim/agents/declare.h"
#include "sim/agents/delivery.h"
#include "sim/agents/draft.h"
#include "sim/agents/holder.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/user.h"
#include "sim/agents/auditor.h"
#include "sim/world/network.h"
#include "sim/world/population.h"
#include "sim/world/setup.h"
#include "sim/script/play_script.h"

namespace capmarket::run {
namespace {

/// Whether the submitter does something once it knows the decision.
bool listens(objects::Kind kind) {
  return kind == objects::Kind::declaration || kind == objects::Kind::declaration_batch || kind == objects::Kind::intent ||
         kind == objects::Kind::request || kind == objects::Kind::settlement || kind == objects::Kind::fallback_record ||
         kind == objects::Kind::revocation || kind == objects::Kind::rule;
}

/// The first multiple of the interval at or after `t`: when the chain signs what it admitted.
Instant signing_time(const world::World& w, Instant t) {
  Duration interval = w.scenario->chain_interval;
  return interval.value <= 0 ? t : world::round_up(t, interval);
}

/// True when the decision names the clause.
bool names(const admission::Decision& d, admission::ClauseId clause) {
  auto has = [&](const std::vector<admission::ClauseId>& list) {
    return std::find(list.begin(), list.end(), clause) != list.end();
  };
  return has(d.failed) || has(d.unresolved);
}

void count_attack(world::World& w, const world::PendingSubmission& p) {
  world::AttackCount& count = w.attacks[*p.attack];
  ++count.attempts;
  if (names(p.receipt.decision, agents::refused_by(*p.attack))) ++count.refused;
}

Result<void> on_chain_arrival(world::World& w, std::uint32_t index) {
  if (!w.pending_submissions[index].ticket) {  // the network brought it twice
    if (auto& again = w.pending_submissions[index].again) {
      auto receipt = w.chain->submit(*again, w.now);
      if (!receipt) return tl::unexpected(receipt.error());
      w.repeated += receipt->repeated ? 1 : 0;
      again.reset();
    }
    return {};
  }
  objects::CheckedSubmission checked = w.pool->join(*w.pending_submissions[index].ticket);
  w.pending_submissions[index].ticket.reset();
  auto receipt = w.chain->submit(checked, w.now);
  if (!receipt) return tl::unexpected(receipt.error());
  world::PendingSubmission& p = w.pending_submissions[index];
  p.receipt = std::move(*receipt);
  if (w.scenario->duplicate > 0) p.again = std::make_unique<objects::CheckedSubmission>(std::move(checked));
  if (p.attack) count_attack(w, p);
  if (p.kind == objects::Kind::settlement) agents::clear_promises(w, p.subject);
  Instant signs = signing_time(w, w.now);
  if (signs > w.next_checkpoint) {
    w.next_checkpoint = signs;
    w.schedule(signs, kernel::EventKind::checkpoint, 0, static_cast<std::uint32_t>(w.events));
  }
  if (listens(p.kind))
    w.schedule(world::arrival_from_chain(w, index, p.zone, signs), kernel::EventKind::receipt, index);
  agents::spread_news(w);
  return {};
}

Result<void> on_receipt(world::World& w, std::uint32_t index) {
  world::PendingSubmission p;
  p.kind = w.pending_submissions[index].kind;
  p.subject = w.pending_submissions[index].subject;
  p.id = w.pending_submissions[index].id;
  p.lost = w.pending_submissions[index].lost;
  p.receipt = w.pending_submissions[index].receipt;
  bool admitted = !p.lost && p.receipt.decision.admitted();
  if (p.kind == objects::Kind::declaration || p.kind == objects::Kind::declaration_batch)
    agents::on_declaration_receipt(w, p);
  else if (p.kind == objects::Kind::intent)
    agents::on_intent_receipt(w, p);
  else if (p.kind == objects::Kind::request)
    agents::on_request_receipt(w, p);
  else if (p.kind == objects::Kind::settlement)
    agents::on_settlement_receipt(w, p);
  else if (p.kind == objects::Kind::fallback_record)
    agents::on_record_receipt(w, p);
  else if (p.kind == objects::Kind::revocation && admitted)
    agents::on_revoked(w, p.subject);
  else if (p.kind == objects::Kind::rule && !admitted)
    return fail(fmt::format("the chain refuses rule {} while the scenario runs",
                            w.scenario->rules[p.subject].rule.name),
                "a successor that its rule admits");
  return {};
}

Result<void> act(world::World& w, std::uint32_t index) {
  const world::Action a = w.actions[index];
  auto subject = static_cast<std::int32_t>(a.subject);
  switch (a.kind) {
    case world::ActionKind::pay:
      agents::pay(w, subject);
      break;
    case world::ActionKind::fail:
      agents::on_failure(w, a.subject, a.number);
      break;
    case world::ActionKind::report_failure:
      agents::report(w, subject, Instant(a.number), true);
      break;
    case world::ActionKind::claim_failure:
      agents::report(w, subject, Instant(a.number), false);
      break;
    case world::ActionKind::record:
      agents::record_fallback(w, subject);
      break;
    case world::ActionKind::curtail:
      agents::curtail(w, a.subject);
      break;
    case world::ActionKind::replace:
      agents::make_up_for(w, a.subject, a.need);
      break;
    case world::ActionKind::surrender:
      agents::surrender(w, subject);
      break;
    case world::ActionKind::withdraw:
      agents::withdraw(w, a.subject);
      break;
    case world::ActionKind::renew:
      agents::renew(w, subject);
      break;
    case world::ActionKind::consume:
      agents::consume(w, subject, Instant(a.number));
      break;
    case world::ActionKind::publish:
      agents::publish(w, a.subject);
      break;
    case world::ActionKind::audit:
      agents::audit(w, a.subject, static_cast<std::int32_t>(a.number));
      break;
    case world::ActionKind::audit_review:
      agents::audit_review(w, a.subject);
      break;
    case world::ActionKind::revoke:
      agents::revoke(w, a.subject);
      break;
    case world::ActionKind::promulgate:
      agents::promulgate(w, a.subject);
      break;
    case world::ActionKind::answer:
      agents::answer_intent(w, a.subject, static_cast<std::uint32_t>(a.number));
      break;
    case world::ActionKind::close_answers:
      agents::issue_request(w, a.subject);
      break;
    case world::ActionKind::step:
      return script::execute_step(w, a.subject);
  }
  return {};
}

/// Simulated receipts wait for each signing time; the disk is written once so many entries wait,
/// because a flush costs as much as a hundred admissions. Counted in entries, never in wall time.
constexpr std::int64_t kEntriesPerFlush = 1024;

Result<void> on_checkpoint(world::World& w) {
  if (w.chain->size() - w.flushed < kEntriesPerFlush) return {};
  w.flushed = w.chain->size();
  return w.chain->checkpoint();
}

Result<void> dispatch(world::World& w, const kernel::SimEvent& e) {
  switch (e.kind) {
    case kernel::EventKind::chain_arrival:
      return on_chain_arrival(w, e.subject);
    case kernel::EventKind::receipt:
      return on_receipt(w, e.subject);
    case kernel::EventKind::proposal:
      agents::on_proposal(w, e.subject, e.occurrence);
      return {};
    case kernel::EventKind::offer:
      agents::on_offer(w, e.subject, e.occurrence);
      return {};
    case kernel::EventKind::countersign:
      agents::on_countersign(w, e.subject, e.occurrence);
      return {};
    case kernel::EventKind::release:
      agents::on_release(w, w.releases[e.subject]);
      return {};
    case kernel::EventKind::demand:
      agents::on_demand(w, e.subject, e.occurrence);
      return {};
    case kernel::EventKind::checkpoint:
      return on_checkpoint(w);
    case kernel::EventKind::cosign:
      agents::on_cosign(w, e.subject, e.occurrence);
      return {};
    case kernel::EventKind::cosigned:
      agents::on_cosigned(w, e.subject, e.occurrence);
      return {};
    case kernel::EventKind::silence:
      agents::on_silence(w, e.subject, e.occurrence);
      return {};
    case kernel::EventKind::abandon:
      agents::on_abandon(w, e.subject);
      return {};
    case kernel::EventKind::action:
      return act(w, e.subject);
  }
  return {};
}

int share(const scenarios::Scenario& s, Instant now) {
  if (s.duration.value <= 0) return 10'000;
  Int128 done = static_cast<Int128>((now - s.start).value) * 10'000 / s.duration.value;
  return static_cast<int>(std::clamp<Int128>(done, 0, 10'000));
}

/// Events until the scenario's end; true when it was interrupted.
Result<bool> loop(world::World& w, const RunOptions& options) {
  Instant end = w.scenario->end();
  while (!w.queue.empty() && w.queue.next_time() < end) {
    kernel::SimEvent e = w.queue.pop();
    w.now = e.time;
    ++w.events;
    if (auto r = dispatch(w, e); !r) return tl::unexpected(r.error());
    if ((w.events & 0x3ff) != 0) continue;
    if (options.progress) options.progress(share(*w.scenario, w.now), w.events);
    if (options.interrupt != nullptr && options.interrupt->load()) return true;
  }
  return false;
}

void count_adversaries(const world::World& w, RunMetrics& m) {
  for (const world::UserState& u : w.users) m.adversaries += u.attack ? 1 : 0;
  for (const world::PublisherState& p : w.publishers) m.adversaries += p.cherry_picks ? 1 : 0;
  for (const auto& [attack, count] : w.attacks)
    m.attacks[std::string(scenarios::to_text(attack))] = {count.attempts, count.refused};
  m.repeated = w.repeated;
}

}  // namespace

Result<Run> run_scenario(const scenarios::Scenario& scenario, const RunOptions& options) {
  Run out;
  out.seed = options.seed.value_or(scenario.seed_dynamics);
  out.scheme = options.scheme.value_or(scenario.signatures);
  set_check_context(fmt::format("scenario {} seed {}", scenario.name, out.seed));
  world::World w;
  w.scenario = &scenario;
  w.population = {static_cast<std::uint64_t>(scenario.seed_population), 0};
  w.dynamics = {static_cast<std::uint64_t>(out.seed), 1};
  world::populate(w);
  MetricsCollector collector(scenario.start, scenario.end());
  world::ChainOptions chain{options.chain_dir, std::max(0, options.threads - 1), out.scheme,
                     [&](const chain::Event& event) {
                       collector.on_event(event);
                       agents::note_derived(w, event);
                     }};
  if (auto r = world::set_up(w, chain); !r) return tl::unexpected(r.error());

  // Goals speak of steps; the set-up has none. They read the state before the event.
  chain::GoalMonitor goals(*w.chain, script::watched_claims(scenario));
  w.chain->observe([&](const chain::Event& event) {
    goals.on_event(event);
    collector.on_event(event);
    agents::note_derived(w, event);
  });

  if (auto r = w.chain->checkpoint(); !r) return tl::unexpected(r.error());
  if (options.begun) options.begun();
  w.now = scenario.start;
  agents::publish_declarations(w);
  agents::schedule_demand(w);
  agents::schedule_failures(w);
  agents::schedule_publishers(w);
  agents::schedule_authorities(w);
  script::schedule_script(w);
  auto interrupted = loop(w, options);
  if (!interrupted) return tl::unexpected(interrupted.error());
  out.interrupted = *interrupted;
  if (!out.interrupted) {
    w.now = scenario.end();
    w.chain->tick(w.now);
  }
  if (auto r = w.chain->checkpoint(); !r) return tl::unexpected(r.error());
  out.log_key = world::log_key(w.population);
  out.chain = w.chain->state().chain;
  out.root = w.chain->root();
  out.size = w.chain->size();
  out.signatures = w.chain->signature_count();
  out.events = w.events;
  out.simulated = w.now - scenario.start;
  out.goals = goals.report();
  out.script = {w.script.outcomes, script::watch_report(w, out.goals)};
  out.metrics = collector.finish(w.chain->state());
  count_adversaries(w, out.metrics);
  if (scenario.trace)
    for (const scenarios::TraceRequest& t : scenario.trace->requests)
      out.metrics.not_issued += t.issue_at >= scenario.end() ? 1 : 0;
  w.chain->observe(nullptr);
  return out;
}

}  // namespace capmarket::run
