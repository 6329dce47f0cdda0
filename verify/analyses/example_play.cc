#include "verify/analyses/example_play.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/analyses/case_values.h"
#include "verify/witness/scenario.h"

namespace capmarket::analyses {
namespace {

using question::RequestCase;
using scenarios::ScriptStep;
using scenarios::StepKind;

std::string text_of_flag(bool b) { return b ? "true" : "false"; }

std::string names_of(const std::vector<admission::ClauseId>& clauses) {
  std::string out;
  for (admission::ClauseId c : clauses)
    out += fmt::format("{}`{}`", out.empty() ? "" : ", ", admission::to_text(c));
  return out;
}

std::vector<admission::ClauseId> against(const admission::Decision& d) {
  std::vector<admission::ClauseId> out = d.failed;
  out.insert(out.end(), d.unresolved.begin(), d.unresolved.end());
  std::sort(out.begin(), out.end());
  return out;
}

/// One market of an example, played to its end.
class Play {
 public:
  Play(const question::RuleSubject& subject, const rules::Example& example, std::size_t tier,
       const RequestCase& c, const std::string& title)
      : subject_(subject),
        rule_(subject.rule()),
        example_(example),
        tier_(tier),
        case_(c),
        title_(title) {}

  tl::expected<ExampleOutcome, NoMarket> run(std::int64_t plenty,
                                             const scenarios::MakeExecutor& make) {
    if (auto none = build(plenty)) return tl::unexpected(*none);
    auto executor = make(out_.scenario);
    if (!executor) return tl::unexpected(NoMarket{"", executor.error().front().what, "a market"});
    executor_ = executor->get();
    for (ScriptStep& step : out_.scenario.script.steps) {
      if (step.kind == StepKind::settle && step.name == decisive_) before(step.at);
      std::vector<scenarios::StepAnswer> answers = executor_->execute_step(step);
      if (auto none = take(step, answers)) return tl::unexpected(*none);
    }
    if (auto none = as_given()) return tl::unexpected(*none);
    return std::move(out_);
  }

 private:
  std::optional<NoMarket> build(std::int64_t plenty) {
    witness::ScenarioBuilder built(subject_, title_, "the market of a golden case");
    // What the case pays is said, also under a tariff.
    const scenarios::StepExpectation as_said{false, {}, {}};
    if (!case_.victim) {
      decisive_ = built.leg(case_, tier_, as_said);
    } else {
      if (!built.victim(case_, std::nullopt, {plenty}, tier_))
        return NoMarket{"", "no grant can give way so: nobody could have been granted it",
                        "a victim that its own version of the rule admits"};
      victim_ = built.victim_grant();
      decisive_ = built.displacement(case_, tier_, as_said);
    }
    if (!rule_.fallback.empty())
      built.failure(decisive_, {{case_.leg.window, case_.leg.quantity}},
                    rule_.fallback.front().name, case_.admission);
    auto scenario = built.finish();
    if (!scenario)
      return NoMarket{"",
                      subject_.open_past ? "the version that this one supersedes is not here"
                                         : "no chain can hold these instants",
                      subject_.open_past ? "`supersedes` with the path of its file"
                                         : "times from 1970 on, an `effective` that is not empty"};
    for (ScriptStep& s : scenario->script.steps) {
      if (s.name == decisive_ && s.kind == StepKind::settle && scenario->rules.size() > 1)
        s.legs.front().version = rule_.version;
      if (s.name == decisive_) s.expect.reset();
    }
    out_.scenario = *std::move(scenario);
    out_.tier = tier_;
    return std::nullopt;
  }

  const chain::RequestRecord* request() const {
    for (const ScriptStep& s : out_.scenario.script.steps)
      if (s.name == decisive_ && s.kind == StepKind::settle)
        return executor_->state().request(executor_->made(s.legs.front().request));
    return nullptr;
  }

  /// What the chain has of the case before it decides.
  void before(Instant at) {
    const chain::ChainState& s = executor_->state();
    const Instant now = std::max(at, executor_->now());
    seen_ = case_;
    if (const chain::RequestRecord* r = request()) {
      auto debts = s.debts.find(r->request.user);
      seen_.overdue =
          debts != s.debts.end() && !debts->second.empty() && debts->second.begin()->first < now;
      seen_.waited = now - r->admitted;
      user_ = r->request.user;
    }
    obligations_ = s.obligations.all().size();
    const chain::GrantRecord* g = victim_.empty() ? nullptr : executor_->grant(victim_);
    if (g == nullptr) return;
    chain::VictimContext& v = *seen_.victim;
    v.tier = g->leg.tier, v.rank = g->rank;
    v.price = g->leg.price, v.window = g->leg.window;
    v.whole_value =
        value_of(v.price, volume_of(g->leg.quantity, v.window.length())).value_or(Money(0));
    v.times_displaced = g->times_displaced;
    v.started = v.window.from <= now;
    v.quantity = Quantity(0);
    for (const objects::Piece& p : capacity::inside(g->live, case_.leg.window))
      v.quantity = std::max(v.quantity, p.quantity);
  }

  std::optional<NoMarket> take(ScriptStep& step,
                               const std::vector<scenarios::StepAnswer>& answers) {
    const bool decides = step.name == decisive_ && step.kind == StepKind::settle;
    const bool fails = step.name == decisive_ && step.kind == StepKind::fail;
    if (decides && answers.size() == 1) {
      decide(step, answers.front());
    } else if (fails) {
      fail(!answers.empty() && answers.front().decision.admitted());
    } else if (answers.empty() || !answers.front().decision.admitted()) {
      std::string why = answers.empty() ? "" : names_of(against(answers.front().decision));
      return NoMarket{"",
                      fmt::format("the market that it implies does not come about: its {} `{}` is "
                                  "refused by {}",
                                  scenarios::to_text(step.kind), step.name,
                                  why.empty() ? "the lack of a grant" : why),
                      "a case whose market the rule admits"};
    }
    return std::nullopt;
  }

  void decide(ScriptStep& step, const scenarios::StepAnswer& answer) {
    out_.refused_by = against(answer.decision);
    const bool admitted = answer.decision.admitted();
    step.expect = scenarios::StepExpectation{admitted, out_.refused_by, {}};
    if (admitted && !answer.covers.empty() && !answer.covers.front().victims.empty()) {
      out_.displaced = true;
      seen_.victim = answer.covers.front().victims.front().context;
    }
    if (!admitted && !answer.decision.shortfalls.empty() && seen_.victim)
      seen_.victim->released =
          std::min(seen_.victim->quantity, answer.decision.shortfalls.front().lack);
    Money compensation(0);
    const chain::ChainState& s = executor_->state();
    for (std::size_t i = obligations_; i < s.obligations.all().size(); ++i) {
      const objects::Obligation& o = s.obligations.all()[i].obligation;
      if (o.kind == objects::ObligationKind::displacement && o.payer == user_)
        compensation = compensation + o.amount;
    }
    out_.values["admitted"] = text_of_flag(admitted);
    out_.values["displaced"] = text_of_flag(out_.displaced);
    out_.values["compensation"] = to_text(compensation);
    fail(false);
  }

  /// What the failure of the whole leg under the first strategy owed, as the chain found it.
  void fail(bool failed) {
    Money refund(0), penalty(0);
    if (failed) {
      const chain::FailureRecord& f = executor_->state().failures.all().back();
      const rules::FallbackStrategy& strategy = rule_.fallback.front();
      refund = Money(mul_div_floor(f.trimmed.value, strategy.refund.value, kFullRatio).value_or(0));
      penalty = f.owed - refund;
    }
    out_.values["failed"] = text_of_flag(failed);
    out_.values["refund"] = to_text(refund);
    out_.values["penalty"] = to_text(penalty);
  }

  /// Every value that is given is the chain's.
  std::optional<NoMarket> as_given() const {
    const auto have = case_values(seen_, rule_, &rule_.tiers[tier_]);
    for (const rules::NamedValue& v : example_.given) {
      auto it = have.find(v.name);
      if (it != have.end() && it->second == v.value) continue;
      return NoMarket{v.name,
                      fmt::format("no market has this beside what else is given: `{}` would be {}",
                                  v.name, it == have.end() ? "nothing" : it->second),
                      "values that one market can have"};
    }
    return std::nullopt;
  }

  const question::RuleSubject& subject_;
  const rules::Rule& rule_;
  const rules::Example& example_;
  std::size_t tier_;
  const RequestCase& case_;
  const std::string& title_;
  RequestCase seen_;  // the case as the chain has it
  std::string decisive_, victim_;
  scenarios::Executor* executor_ = nullptr;
  PublicKey user_;
  std::size_t obligations_ = 0;  // before the decision
  ExampleOutcome out_;
};

/// At one tier: of several markets the first that has what is given.
tl::expected<ExampleOutcome, NoMarket> play_at(const question::RuleSubject& subject,
                                               const rules::Example& example, std::size_t tier,
                                               const scenarios::MakeExecutor& executor,
                                               const std::string& title, std::uint32_t tries) {
  auto made = case_of_example(subject, example, subject.rule().tiers[tier], tries);
  if (!made) return tl::unexpected(made.error());
  if (made->victim && made->victim->times_displaced > question::kTimesShown)
    return tl::unexpected(NoMarket{"victim.times_displaced",
                                   "a market brings about fewer earlier displacements",
                                   fmt::format("at most {}", question::kTimesShown)});
  if (made->victim && made->victim->times_displaced > 0 && !subject.rule().tiers[tier].displaces)
    return tl::unexpected(NoMarket{"victim.times_displaced",
                                   "a tier that displaces nobody displaced before",
                                   "a tier with `displaces`"});
  std::optional<NoMarket> first;
  for (std::int64_t plenty : witness::kPlenties) {
    auto played = Play(subject, example, tier, *made, title).run(plenty, executor);
    if (played) return played;
    if (!first || (first->variable.empty() && !played.error().variable.empty()))
      first = played.error();
    if (!made->victim) break;
  }
  return tl::unexpected(*first);
}

}  // namespace

std::string ExampleOutcome::because() const {
  return refused_by.empty() ? "" : "refused by " + names_of(refused_by);
}

bool ExampleOutcome::is_eligible() const {
  return std::find(refused_by.begin(), refused_by.end(), admission::ClauseId::tier_eligible) ==
         refused_by.end();
}

tl::expected<ExampleOutcome, NoMarket> play_example(const question::RuleSubject& subject,
                                                    const rules::Example& example,
                                                    const scenarios::MakeExecutor& executor,
                                                    const std::string& title, std::uint32_t tries) {
  const std::vector<rules::Tier>& tiers = subject.rule().tiers;
  const ExampleGiven given(example);
  const auto rank = given.integer("rank");
  std::optional<tl::expected<ExampleOutcome, NoMarket>> out;
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    if (given.has("tier") && tiers[i].name != *given.text("tier")) continue;
    if (!given.has("tier") && rank && tiers[i].rank != *rank) continue;
    auto played = play_at(subject, example, i, executor, title, tries);
    const bool eligible = played && played->is_eligible();
    if (!out || eligible) out = std::move(played);
    if (eligible) break;
  }
  if (out) return *std::move(out);
  return tl::unexpected(
      NoMarket{"rank", fmt::format("no tier has rank {}", rank.value_or(0)), "the rank of a tier"});
}

}  // namespace capmarket::analyses
