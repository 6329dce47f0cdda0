#include "sim/engine/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/adversaries/spoil.h"
#include "sim/agents/aftermath.h"
#include "sim/agents/authority.h"
#include "sim/agents/conduct.h"
#include "sim/agents/declare.h"
#include "sim/agents/delivery.h"
#include "sim/agents/draft.h"
#include "sim/agents/holder.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/user.h"
#include "sim/agents/watch.h"
#include "sim/engine/network.h"
#include "sim/engine/population.h"
#include "sim/engine/setup.h"
#include "sim/script/perform.h"

namespace capmarket {
namespace {

/// Whether the submitter does something once it knows the decision.
bool listens(Kind kind) {
  return kind == Kind::declaration || kind == Kind::declaration_batch || kind == Kind::intent ||
         kind == Kind::request || kind == Kind::settlement || kind == Kind::fallback_record ||
         kind == Kind::revocation || kind == Kind::rule;
}

/// The first multiple of the interval at or after `t`: when the chain signs what it admitted.
Instant signing_time(const World& w, Instant t) {
  Duration interval = w.scenario->chain_interval;
  return interval.value <= 0 ? t : round_up(t, interval);
}

/// True when the decision names the clause.
bool names(const Decision& d, ClauseId clause) {
  auto has = [&](const std::vector<ClauseId>& list) {
    return std::find(list.begin(), list.end(), clause) != list.end();
  };
  return has(d.failed) || has(d.unresolved);
}

void count_attack(World& w, const Passage& p) {
  AttackCount& count = w.attacks[*p.attack];
  ++count.attempts;
  if (names(p.receipt.decision, refused_by(*p.attack))) ++count.refused;
}

Result<void> on_chain_arrival(World& w, std::uint32_t index) {
  if (!w.passages[index].ticket) {  // the network brought it twice
    if (auto& again = w.passages[index].again) {
      auto receipt = w.chain->submit(*again, w.now);
      if (!receipt) return tl::unexpected(receipt.error());
      w.repeated += receipt->repeated ? 1 : 0;
      again.reset();
    }
    return {};
  }
  CheckedSubmission checked = w.pool->join(*w.passages[index].ticket);
  w.passages[index].ticket.reset();
  auto receipt = w.chain->submit(checked, w.now);
  if (!receipt) return tl::unexpected(receipt.error());
  Passage& p = w.passages[index];
  p.receipt = std::move(*receipt);
  if (w.scenario->duplicate > 0) p.again = std::make_unique<CheckedSubmission>(std::move(checked));
  if (p.attack) count_attack(w, p);
  if (p.kind == Kind::settlement) keep_promises(w, p.subject);
  Instant signs = signing_time(w, w.now);
  if (signs > w.next_checkpoint) {
    w.next_checkpoint = signs;
    w.schedule(signs, EventKind::checkpoint, 0, static_cast<std::uint32_t>(w.events));
  }
  if (listens(p.kind))
    w.schedule(arrival_from_chain(w, index, p.zone, signs), EventKind::receipt, index);
  spread_news(w);
  return {};
}

Result<void> on_receipt(World& w, std::uint32_t index) {
  Passage p;
  p.kind = w.passages[index].kind;
  p.subject = w.passages[index].subject;
  p.id = w.passages[index].id;
  p.lost = w.passages[index].lost;
  p.receipt = w.passages[index].receipt;
  bool admitted = !p.lost && p.receipt.decision.admitted();
  if (p.kind == Kind::declaration || p.kind == Kind::declaration_batch)
    on_declaration_receipt(w, p);
  else if (p.kind == Kind::intent)
    on_intent_receipt(w, p);
  else if (p.kind == Kind::request)
    on_request_receipt(w, p);
  else if (p.kind == Kind::settlement)
    on_settlement_receipt(w, p);
  else if (p.kind == Kind::fallback_record)
    on_record_receipt(w, p);
  else if (p.kind == Kind::revocation && admitted)
    on_revoked(w, p.subject);
  else if (p.kind == Kind::rule && !admitted)
    return fail(fmt::format("the chain refuses rule {} while the scenario runs",
                            w.scenario->rules[p.subject].rule.name),
                "a successor that its rule admits");
  return {};
}

Result<void> act(World& w, std::uint32_t index) {
  const Action a = w.actions[index];
  auto subject = static_cast<std::int32_t>(a.subject);
  switch (a.kind) {
    case ActionKind::pay:
      pay(w, subject);
      break;
    case ActionKind::fail:
      on_failure(w, a.subject, a.number);
      break;
    case ActionKind::report_failure:
      report(w, subject, Instant(a.number), true);
      break;
    case ActionKind::claim_failure:
      report(w, subject, Instant(a.number), false);
      break;
    case ActionKind::record:
      record_fallback(w, subject);
      break;
    case ActionKind::curtail:
      curtail(w, a.subject);
      break;
    case ActionKind::replace:
      make_up_for(w, a.subject, a.need);
      break;
    case ActionKind::surrender:
      surrender(w, subject);
      break;
    case ActionKind::withdraw:
      withdraw(w, a.subject);
      break;
    case ActionKind::renew:
      renew(w, subject);
      break;
    case ActionKind::consume:
      consume(w, subject, Instant(a.number));
      break;
    case ActionKind::publish:
      publish(w, a.subject);
      break;
    case ActionKind::audit:
      audit(w, a.subject, static_cast<std::int32_t>(a.number));
      break;
    case ActionKind::audit_review:
      audit_review(w, a.subject);
      break;
    case ActionKind::revoke:
      revoke(w, a.subject);
      break;
    case ActionKind::promulgate:
      promulgate(w, a.subject);
      break;
    case ActionKind::answer:
      answer_intent(w, a.subject, static_cast<std::uint32_t>(a.number));
      break;
    case ActionKind::close_answers:
      issue_request(w, a.subject);
      break;
    case ActionKind::step:
      return perform(w, a.subject);
  }
  return {};
}

/// Simulated receipts wait for each signing time; the disk is written once so many entries wait,
/// because a flush costs as much as a hundred admissions. Counted in entries, never in wall time.
constexpr std::int64_t kEntriesPerFlush = 1024;

Result<void> on_checkpoint(World& w) {
  if (w.chain->size() - w.flushed < kEntriesPerFlush) return {};
  w.flushed = w.chain->size();
  return w.chain->checkpoint();
}

Result<void> dispatch(World& w, const SimEvent& e) {
  switch (e.kind) {
    case EventKind::chain_arrival:
      return on_chain_arrival(w, e.subject);
    case EventKind::receipt:
      return on_receipt(w, e.subject);
    case EventKind::proposal:
      on_proposal(w, e.subject, e.occurrence);
      return {};
    case EventKind::offer:
      on_offer(w, e.subject, e.occurrence);
      return {};
    case EventKind::countersign:
      on_countersign(w, e.subject, e.occurrence);
      return {};
    case EventKind::release:
      on_release(w, w.releases[e.subject]);
      return {};
    case EventKind::demand:
      on_demand(w, e.subject, e.occurrence);
      return {};
    case EventKind::checkpoint:
      return on_checkpoint(w);
    case EventKind::cosign:
      on_cosign(w, e.subject, e.occurrence);
      return {};
    case EventKind::cosigned:
      on_cosigned(w, e.subject, e.occurrence);
      return {};
    case EventKind::silence:
      on_silence(w, e.subject, e.occurrence);
      return {};
    case EventKind::abandon:
      on_abandon(w, e.subject);
      return {};
    case EventKind::action:
      return act(w, e.subject);
  }
  return {};
}

int share(const Scenario& s, Instant now) {
  if (s.duration.value <= 0) return 10'000;
  Int128 done = static_cast<Int128>((now - s.start).value) * 10'000 / s.duration.value;
  return static_cast<int>(std::clamp<Int128>(done, 0, 10'000));
}

/// Events until the scenario's end; true when it was interrupted.
Result<bool> loop(World& w, const RunOptions& options) {
  Instant end = w.scenario->end();
  while (!w.queue.empty() && w.queue.next_time() < end) {
    SimEvent e = w.queue.pop();
    w.now = e.time;
    ++w.events;
    if (auto r = dispatch(w, e); !r) return tl::unexpected(r.error());
    if ((w.events & 0x3ff) != 0) continue;
    if (options.progress) options.progress(share(*w.scenario, w.now), w.events);
    if (options.interrupt != nullptr && options.interrupt->load()) return true;
  }
  return false;
}

void count_adversaries(const World& w, RunMetrics& m) {
  for (const UserState& u : w.users) m.adversaries += u.attack ? 1 : 0;
  for (const PublisherState& p : w.publishers) m.adversaries += p.cherry_picks ? 1 : 0;
  for (const auto& [attack, count] : w.attacks)
    m.attacks[std::string(to_text(attack))] = {count.attempts, count.refused};
  m.repeated = w.repeated;
}

}  // namespace

Result<Run> run_scenario(const Scenario& scenario, const RunOptions& options) {
  Run out;
  out.seed = options.seed.value_or(scenario.seed_dynamics);
  out.scheme = options.scheme.value_or(scenario.signatures);
  set_check_context(fmt::format("scenario {} seed {}", scenario.name, out.seed));
  World w;
  w.scenario = &scenario;
  w.population = {static_cast<std::uint64_t>(scenario.seed_population), 0};
  w.dynamics = {static_cast<std::uint64_t>(out.seed), 1};
  populate(w);
  MetricsCollector collector(scenario.start, scenario.end());
  ChainOptions chain{options.chain_dir, std::max(0, options.threads - 1), out.scheme,
                     [&](const Event& event) {
                       collector.on_event(event);
                       note_derived(w, event);
                     }};
  if (auto r = set_up(w, chain); !r) return tl::unexpected(r.error());

  // Goals speak of steps; the set-up has none. They read the state before the event.
  GoalMonitor goals(*w.chain, watched_claims(scenario));
  w.chain->observe([&](const Event& event) {
    goals.on_event(event);
    collector.on_event(event);
    note_derived(w, event);
  });

  if (auto r = w.chain->checkpoint(); !r) return tl::unexpected(r.error());
  if (options.begun) options.begun();
  w.now = scenario.start;
  publish_declarations(w);
  schedule_demand(w);
  schedule_failures(w);
  schedule_publishers(w);
  schedule_authorities(w);
  schedule_script(w);
  auto interrupted = loop(w, options);
  if (!interrupted) return tl::unexpected(interrupted.error());
  out.interrupted = *interrupted;
  if (!out.interrupted) {
    w.now = scenario.end();
    w.chain->tick(w.now);
  }
  if (auto r = w.chain->checkpoint(); !r) return tl::unexpected(r.error());
  out.log_key = log_key(w.population);
  out.chain = w.chain->state().chain;
  out.root = w.chain->root();
  out.size = w.chain->size();
  out.signatures = w.chain->signature_count();
  out.events = w.events;
  out.simulated = w.now - scenario.start;
  out.goals = goals.report();
  out.script = {w.script.outcomes, watch_report(w, out.goals)};
  out.metrics = collector.finish(w.chain->state());
  count_adversaries(w, out.metrics);
  if (scenario.trace)
    for (const TraceRequest& t : scenario.trace->requests)
      out.metrics.not_issued += t.issue_at >= scenario.end() ? 1 : 0;
  w.chain->observe(nullptr);
  return out;
}

}  // namespace capmarket
