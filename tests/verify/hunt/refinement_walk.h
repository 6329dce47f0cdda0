// Random histories that a chain admits, step by step, for the tests that hunt has each of them.
#pragma once

#include <map>
#include <random>

#include "model/base/text.h"
#include "model/capacity/step_function.h"
#include "model/chain/state.h"
#include "sim/script/executor.h"
#include "verify/hunt/history.h"
#include "verify/hunt/history_terms.h"
#include "verify/hunt/hunt_scenario.h"

namespace capmarket::hunt {

inline constexpr int kWalkSteps = 6;
inline constexpr std::int64_t kWalkMinute = 60 * kNanosPerSecond;

/// An admitted step as the chain has it.
struct Done {
  MoveKind kind = MoveKind::settle;
  std::size_t tier = 0, whose = 0;
  std::size_t user = 0;  // the step whose user this is
  bool substitute = false;
  Instant at;
  Duration waited;
  objects::Leg leg;
  objects::Piece taken;
  std::int64_t times = 0, piece = 0;  // of the grant before the step
  std::int64_t pieces = 1;            // that were taken
  Instant part_from;                  // of its part
  Money worth, owed;
};

/// A grant before a step.
struct Before {
  std::int64_t times = 0;
  capacity::Pieces live;
};

class Walk {
 public:
  /// `wild`: with covers of several grants and pieces, and curtailments.
  /// `apart`: of a walk of the same seed, whose settlements of two legs that were admitted are two
  /// settlements here.
  Walk(const question::RuleFile& file, const std::vector<question::RuleFile>& files, unsigned seed,
       bool substitutes, bool wild = false, bool bundles = false, const Walk* apart = nullptr)
      : rule_(file.rule),
        random_(seed),
        substitutes_(substitutes),
        wild_(wild),
        bundles_(bundles),
        apart_(apart) {
    HuntTrace trace;
    trace.holder = {"plant", "plant", {}, ""};
    trace.place = rule_.scope;
    trace.declared = Quantity(pick(4, 12));
    trace.begin = rule_.effective.from;
    trace.end = trace.begin + Duration(200 * kWalkMinute);
    for (int i = 0; i <= kWalkSteps; ++i)  // and one who is revoked
      for (const rules::Tier& t : rule_.tiers)
        trace.users.push_back({user(i, t.name), "hospital", {}, t.name});
    declared_ = trace.declared;
    scenario_ = hunt_scenario(file, files, "walk", trace, nullptr);
    auto made = script::make_executor(scenario_);
    EXPECT_TRUE(made) << to_text(made.error());
    executor_ = std::move(*made);
    now_ = rule_.effective.from + Duration(kWalkMinute);
    scenarios::ScriptStep s;
    s.kind = scenarios::StepKind::declare;
    s.name = "capacity";
    s.at = now_;
    s.by = "plant";
    s.quantity = declared_;
    s.window = Window{trace.begin, trace.end};
    EXPECT_TRUE(admitted(s));
  }

  void walk() {
    for (int tries = 0; tries < 40 && done_.size() < kWalkSteps && !beyond_; ++tries) {
      now_ = now_ + Duration(pick(0, 12) * 1'700'000'003);
      if (wild_ && done_.size() > 2 && pick(0, 5) == 0)
        curtail();
      else if (bundles_ && done_.size() + 1 < kWalkSteps && pick(0, 3) == 0)
        bundle();
      else if (substitutes_ && !lost_.empty() && pick(0, 3) > 0)
        substitute();
      else if (done_.size() < 2 || pick(0, 3) > 0)
        settle(static_cast<int>(done_.size()));
      else
        lose();
    }
  }

  /// A settlement that is refused because one who signs it is revoked, as the chain has it.
  Done revoked() {
    Done d;
    d.kind = MoveKind::late;
    d.tier = static_cast<std::size_t>(pick(0, std::ssize(rule_.tiers) - 1));
    d.user = done_.size();
    const std::string who = user(kWalkSteps, rule_.tiers[d.tier].name);
    const Instant start = grid(now_) + Duration(pick(1, 20) * kWalkMinute);
    scenarios::ScriptStep r = request(d.tier, who, Quantity(pick(1, declared_.value)),
                           {start, start + Duration(pick(1, 20) * kWalkMinute)});
    EXPECT_TRUE(admitted(r));
    scenarios::ScriptStep s;
    s.kind = scenarios::StepKind::revoke;
    const bool holder = pick(0, 1) == 0;
    s.name = holder ? "plant" : who;
    s.at = now_ = now_ + Duration(kNanosPerSecond);
    s.when = s.at - Duration(pick(0, 1) * kNanosPerSecond);
    EXPECT_TRUE(admitted(s));
    scenarios::ScriptLeg leg;
    leg.request = r.name;
    leg.declaration = "capacity";
    s = settlement(leg, now_);
    auto answers = executor_->execute_step(s);
    EXPECT_EQ(answers.size(), 1u);
    const auto& failed = answers.front().decision.failed;
    const admission::ClauseId signs = holder ? admission::ClauseId::holder_scope : admission::ClauseId::user_membership;
    EXPECT_EQ(std::count(failed.begin(), failed.end(), signs), 1) << who;
    d.at = now_;
    d.waited = now_ - r.at;
    d.leg.quantity = *r.quantity;
    d.leg.window = *r.window;
    d.leg.price = *r.price;
    return d;
  }

  const std::vector<Done>& done() const { return done_; }
  Quantity declared() const { return declared_; }
  int refused() const { return refused_; }
  /// It ended with a cover of several grants or pieces: the model has none.
  bool beyond() const { return beyond_; }
  int several() const { return several_; }
  int curtailed() const { return curtailed_; }
  int bundled() const { return bundled_; }
  /// How many steps there were when the first settlement of two legs was admitted.
  std::size_t first_bundle() const { return first_bundle_; }

 private:
  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  static std::string user(int i, const std::string& tier) {
    return "user-" + std::to_string(i) + "-" + tier;
  }
  std::string grant(std::size_t i) const {
    auto second = second_legs_.find(i);
    return second != second_legs_.end() ? second->second : "grant-" + std::to_string(i);
  }
  Instant grid(Instant t) const {
    return Instant(static_cast<std::int64_t>(-floor_div(-Int128{t.value}, kWalkMinute) * kWalkMinute));
  }
  bool admitted(const scenarios::ScriptStep& step) {
    auto answers = executor_->execute_step(step);
    return answers.size() == 1 && answers.front().decision.admitted();
  }

  /// A request and its settlement; `press`: on top of what is live of somebody, so that it only
  /// fits where that one gives way.
  void settle(int i) {
    Done d;
    // Something to displace first, then mostly those who may.
    const std::int64_t last = std::ssize(rule_.tiers) - 1;
    d.tier = static_cast<std::size_t>(done_.size() < 2  ? last
                                      : pick(0, 2) == 0 ? pick(0, last)
                                                        : 0);
    const rules::Tier& tier = rule_.tiers[d.tier];
    const Instant at = now_ + Duration(pick(0, 3) * kNanosPerSecond);
    Instant start = grid(now_) + Duration(pick(0, 20) * kWalkMinute);
    Window window{start, start + Duration(pick(1, 20) * kWalkMinute)};
    Quantity quantity(pick(1, (declared_.value + 1) / 2));
    scenarios::ScriptLeg leg;
    if (tier.displaces && pick(0, 4) > 0) press(d, at, window, quantity, leg);
    scenarios::ScriptStep r = request(d.tier, user(i, tier.name), quantity, window);
    ASSERT_TRUE(admitted(r));
    leg.request = r.name;
    leg.declaration = "capacity";
    d.user = done_.size();
    grant_to(std::move(d), settlement(leg, at));
  }

  /// Two legs in one settlement, of one user at one tier: two steps at one time.
  void bundle() {
    std::vector<Done> legs(2);
    const auto tier = static_cast<std::size_t>(pick(0, std::ssize(rule_.tiers) - 1));
    const std::string who = user(static_cast<int>(done_.size()), rule_.tiers[tier].name);
    const Instant at = now_ + Duration(pick(0, 3) * kNanosPerSecond);
    std::vector<scenarios::ScriptLeg> asked(2);
    for (std::size_t k = 0; k < 2; ++k) {
      legs[k].tier = tier;
      legs[k].user = done_.size();
      const Instant start = grid(now_) + Duration(pick(0, 20) * kWalkMinute);
      Window window{start, start + Duration(pick(1, 20) * kWalkMinute)};
      Quantity quantity(pick(1, (declared_.value + 1) / 2));
      if (rule_.tiers[tier].displaces && pick(0, 4) > 0) press(legs[k], at, window, quantity, asked[k]);
      scenarios::ScriptStep r = request(tier, who, quantity, window);
      EXPECT_TRUE(admitted(r));
      asked[k].request = r.name;
      asked[k].declaration = "capacity";
    }
    now_ = at;
    const bool split = apart_ != nullptr && apart_->joint_.at(joint_.size());
    const std::string name = grant(done_.size()), second = name + (split ? "-b" : ".1");
    const std::vector<chain::Cover> covers =
        split ? settled_apart(asked, at, {name, second}) : settled_together(asked, at);
    joint_.push_back(!covers.empty());
    if (covers.empty()) {
      ++refused_;
      return;
    }
    for (std::size_t k = 0; k < 2 && !beyond_; ++k)
      record_leg(legs[k], k == 0 ? name : second, asked[k].request, at, covers[k]);
    if (bundled_++ == 0) first_bundle_ = done_.size();
    if (apart_ != nullptr) beyond_ = true;  // behind its first bundle a walk may go another way
  }

  /// Covers of the legs; none where the settlement is refused.
  std::vector<chain::Cover> settled_together(const std::vector<scenarios::ScriptLeg>& asked,
                                             Instant at) {
    scenarios::ScriptStep s = settlement(asked[0], at);
    s.legs = asked;
    const auto answers = executor_->execute_step(s);
    if (answers.size() != 1 || !answers.front().decision.admitted()) return {};
    return answers.front().covers;
  }

  /// The same, a settlement each.
  std::vector<chain::Cover> settled_apart(const std::vector<scenarios::ScriptLeg>& asked,
                                          Instant at, const std::vector<std::string>& names) {
    std::vector<chain::Cover> out;
    for (std::size_t k = 0; k < asked.size(); ++k) {
      scenarios::ScriptStep s = settlement(asked[k], at);
      s.name = names[k];
      const auto answers = executor_->execute_step(s);
      EXPECT_EQ(answers.size(), 1u);
      EXPECT_TRUE(answers.front().decision.admitted());
      out.push_back(answers.front().covers.at(0));
    }
    return out;
  }

  /// A leg as its cover says, a step for each victim.
  void record_leg(Done d, const std::string& name, const std::string& request, Instant at,
                  const chain::Cover& cover) {
    const chain::ChainState& state = executor_->state();
    d.at = at;
    d.leg = executor_->grant(name)->leg;
    d.waited = at - state.request(executor_->made(request))->admitted;
    beyond_ = !wild_ && (cover.victims.size() > 1 ||
                         (!cover.victims.empty() && cover.victims.front().pieces.size() > 1));
    if (beyond_) return;
    if (name != "grant-" + std::to_string(done_.size())) second_legs_[done_.size()] = name;
    request_of_[done_.size()] = request;
    if (cover.victims.empty()) done_.push_back(d);
    const std::size_t known = done_.size();
    for (const chain::CoverVictim& v : cover.victims) {
      Done one = d;
      one.kind = MoveKind::displace;
      for (std::size_t j = 0; j < known; ++j)
        if (executor_->grant(grant(j)) == &state.grants[v.grant]) one.whose = j;
      one.taken = hull(v.pieces);
      one.piece = v.context.quantity.value;
      one.times = v.context.times_displaced;
      one.worth = v.context.value;
      one.owed = v.compensation();
      lost_[one.whose] = one.taken;
      done_.push_back(one);
    }
  }

  /// A later leg of the same request, for a part of what its grant lost last.
  void substitute() {
    auto one = lost_.begin();
    std::advance(one, pick(0, std::ssize(lost_) - 1));
    const auto& [j, loss] = *one;
    const Instant at = now_ + Duration(pick(0, 3) * kNanosPerSecond);
    const Instant earliest = std::max(grid(at), loss.window.from);
    if (earliest >= loss.window.until) return;
    const std::int64_t granules = (loss.window.until - earliest).value / kWalkMinute;
    const std::int64_t first = pick(0, granules - 1);
    Window window{earliest + Duration(first * kWalkMinute),
                  earliest + Duration(pick(first + 1, granules) * kWalkMinute)};
    const chain::DeclarationRecord* of = executor_->state().declaration(executor_->made("capacity"));
    const auto room = static_cast<std::int64_t>(declared_.value - capacity::max_with(of->taken, window, {}));
    // Mostly one that fits.
    const std::int64_t most = room > 0 ? std::min(room, loss.quantity.value) : loss.quantity.value;
    Quantity quantity(pick(1, most));
    Done d;
    d.substitute = true;
    d.tier = done_[j].tier;
    d.user = done_[j].user;
    scenarios::ScriptLeg leg;
    if (rule_.tiers[d.tier].displaces && pick(0, 1) == 0) press(d, at, window, quantity, leg);
    leg.request = request_of_[j];
    leg.declaration = "capacity";
    leg.quantity = quantity;
    leg.window = window;
    leg.replaces = grant(j);
    grant_to(std::move(d), settlement(leg, at));
  }

  scenarios::ScriptStep request(std::size_t tier, const std::string& by, Quantity quantity, Window window) {
    scenarios::ScriptStep r;
    r.kind = scenarios::StepKind::request;
    r.name = "request-" + std::to_string(++asked_);
    r.at = now_;
    r.by = by;
    r.of = {"capacity"};
    r.quantity = quantity;
    r.window = window;
    r.tier = rule_.tiers[tier].name;
    r.price = rule_.pricing.mode == rules::PricingMode::fixed ? rule_.pricing.tariff
                                                       : Money(pick(10'000, 50'000));
    return r;
  }

  /// Signed now.
  scenarios::ScriptStep settlement(const scenarios::ScriptLeg& leg, Instant at) const {
    scenarios::ScriptStep s;
    s.kind = scenarios::StepKind::settle;
    s.name = grant(done_.size());
    s.at = at;
    s.when = now_;
    s.legs = {leg};
    return s;
  }

  void grant_to(Done d, const scenarios::ScriptStep& s) {
    now_ = d.at = s.at;
    std::vector<Before> before(done_.size());
    for (std::size_t j = 0; j < done_.size(); ++j)
      if (const chain::GrantRecord* g = executor_->grant(grant(j)))
        before[j] = {g->times_displaced, g->live};
    if (!admitted(s)) {
      ++refused_;
      return;
    }
    const std::string& asked = s.legs.front().request;
    const chain::GrantRecord* g = executor_->grant(s.name);
    d.leg = g->leg;
    d.waited = d.at - executor_->state().request(executor_->made(asked))->admitted;
    EXPECT_EQ(d.substitute, g->leg.replaces.has_value());
    const chain::RequestRecord& r = *executor_->state().request(executor_->made(asked));
    const std::vector<Done> steps = displaced(d, before, r.request.user);
    if (beyond_) return;
    request_of_[done_.size()] = asked;
    for (const Done& step : steps) {
      if (step.kind == MoveKind::displace) lost_[step.whose] = step.taken;
      done_.push_back(step);
    }
  }

  /// The step, or one for each victim that the chain displaced for it. Beyond the model without
  /// `wild`: several victims or pieces.
  std::vector<Done> displaced(const Done& d, const std::vector<Before>& before,
                              const PublicKey& payer) {
    std::vector<std::size_t> victims;
    for (std::size_t j = 0; j < before.size(); ++j)
      if (const chain::GrantRecord* g = executor_->grant(grant(j));
          g != nullptr && g->times_displaced > before[j].times)
        victims.push_back(j);
    if (victims.empty()) return {d};
    std::vector<Done> out;
    for (std::size_t j : victims) out.push_back(displacement(d, j, before, payer));
    beyond_ = !wild_ && (victims.size() > 1 || out.front().pieces > 1);
    several_ += victims.size() > 1 || out.front().pieces > 1 ? 1 : 0;
    return out;
  }

  /// Of pieces: from the first instant to the last, the largest quantity.
  static objects::Piece hull(const capacity::Pieces& pieces) {
    objects::Piece out = pieces.front();
    for (const objects::Piece& p : pieces) {
      out.window = {std::min(out.window.from, p.window.from),
                    std::max(out.window.until, p.window.until)};
      out.quantity = std::max(out.quantity, p.quantity);
    }
    return out;
  }

  /// The last of that grant: its request may have others, which replace what it lost.
  const chain::LossRecord& last_loss(const chain::GrantRecord& g) const {
    const chain::ChainState& state = executor_->state();
    const auto& all = state.requests[g.request].losses;
    return *std::find_if(all.rbegin(), all.rend(), [&](const chain::LossRecord& loss) {
      return &state.grants[loss.grant] == &g;
    });
  }

  Done displacement(Done d, std::size_t j, const std::vector<Before>& before,
                    const PublicKey& payer) const {
    const chain::GrantRecord& g = *executor_->grant(grant(j));
    const chain::LossRecord& loss = last_loss(g);
    d.kind = MoveKind::displace;
    d.whose = j;
    d.taken = hull(loss.pieces);
    d.pieces = std::ssize(loss.pieces);
    d.times = before[j].times;
    const Volume live = capacity::volume_of(before[j].live);
    d.worth = chain::worth(g.leg.price, live) -
              chain::worth(g.leg.price, live - capacity::volume_of(loss.pieces));
    Window reach{std::max(d.leg.window.from, grid(d.at)), d.leg.window.until};
    const rules::Tier& theirs = *rule_.tier(g.leg.tier);
    if (theirs.min_run && g.leg.window.from <= d.at)
      reach.from = std::max(reach.from, g.leg.window.from + *theirs.min_run);
    const capacity::Pieces part = capacity::inside(before[j].live, reach);
    d.part_from = part.front().window.from;
    for (const objects::Piece& p : part) d.piece = std::max(d.piece, p.quantity.value);
    for (const chain::ObligationRecord& o : executor_->state().obligations)
      if (o.obligation.cause == loss.id && o.obligation.payer == payer)
        d.owed = o.obligation.amount;  // K; the other is the holder's
    return d;
  }

  /// What is left holds less than what is granted, perhaps: that fails.
  void curtail() {
    std::vector<Before> before(done_.size());
    for (std::size_t j = 0; j < done_.size(); ++j)
      if (const chain::GrantRecord* g = executor_->grant(grant(j)))
        before[j] = {g->times_displaced, g->live};
    scenarios::ScriptStep s;
    s.kind = scenarios::StepKind::curtail;
    s.name = "capacity";
    s.at = now_;
    s.quantity = Quantity(pick(1, (declared_.value + 1) / 2));
    const Instant from = grid(now_) + Duration(pick(0, 10) * kWalkMinute);
    s.window = Window{from, from + Duration(pick(1, 20) * kWalkMinute)};
    if (!admitted(s)) {
      ++refused_;
      return;
    }
    const std::size_t grants = done_.size();
    for (std::size_t j = 0; j < grants; ++j) {
      const chain::GrantRecord* g = executor_->grant(grant(j));
      if (g == nullptr) continue;
      const Volume was = capacity::volume_of(before[j].live), is = capacity::volume_of(g->live);
      if (was == is) continue;
      Done d;
      d.kind = MoveKind::fail;
      d.at = now_;
      d.whose = j;
      d.taken = hull(last_loss(*g).pieces);
      d.times = g->times_displaced;
      d.worth = chain::worth(g->leg.price, was) - chain::worth(g->leg.price, is);
      done_.push_back(std::move(d));
      ++curtailed_;
    }
  }

  void press(Done& d, Instant at, Window& window, Quantity& quantity, scenarios::ScriptLeg& leg) {
    std::vector<std::pair<std::size_t, objects::Piece>> ahead;
    for (std::size_t j = 0; j < done_.size(); ++j) {
      const chain::GrantRecord* g = executor_->grant(grant(j));
      if (g == nullptr || g->rank >= rule_.tiers[d.tier].rank) continue;
      for (const objects::Piece& p : g->live)
        if (grid(at) < p.window.until) ahead.emplace_back(j, p);
    }
    if (ahead.empty()) return;
    const auto& [j, p] = ahead[static_cast<std::size_t>(pick(0, std::ssize(ahead) - 1))];
    const Instant earliest = std::max(grid(at), p.window.from);
    const std::int64_t granules = (p.window.until - earliest).value / kWalkMinute;
    window.from = earliest + Duration(pick(0, granules - 1) * kWalkMinute);
    window.until = window.from + Duration(pick(1, granules + 2) * kWalkMinute);
    const Window cut{window.from, std::min(window.until, p.window.until)};
    const Quantity r(pick(0, 2) == 0 ? pick(1, p.quantity.value) : p.quantity.value);
    const chain::DeclarationRecord* of = executor_->state().declaration(executor_->made("capacity"));
    Int128 room = declared_.value - capacity::max_with(of->taken, cut, {}) + r.value;
    quantity = Quantity(std::max<std::int64_t>(1, static_cast<std::int64_t>(room)));
    // What is kept for other tiers is left, perhaps.
    if (rule_.tiers[0].set_aside > BasisPoints(0))
      quantity = Quantity(std::max<std::int64_t>(1, quantity.value - pick(0, 3)));
    // Some miss by a unit.
    if (pick(0, 7) == 0) quantity += Quantity(pick(0, 1) == 0 || quantity.value == 1 ? 1 : -1);
    leg.displace = {{Money(kWireMax), Money(kWireMax)}};
  }

  void lose() {
    Done d;
    const auto j = static_cast<std::size_t>(pick(0, std::ssize(done_) - 1));
    const chain::GrantRecord* g = executor_->grant(grant(j));
    if (g == nullptr || g->live.empty()) return;
    const objects::Piece& p = g->live[static_cast<std::size_t>(pick(0, std::ssize(g->live) - 1))];
    const std::int64_t granules = p.window.length().value / kWalkMinute;
    std::int64_t first = pick(0, granules - 1);
    const bool fails = pick(0, 1) == 0;
    // What is given back lies ahead: often just so.
    if (!fails && pick(0, 1) == 0)
      first =
          std::clamp<std::int64_t>((grid(now_) - p.window.from).value / kWalkMinute, 0, granules - 1);
    const std::int64_t last = pick(first + 1, granules);
    scenarios::ScriptStep s;
    s.kind = fails ? scenarios::StepKind::fail : scenarios::StepKind::surrender;
    s.name = grant(j);
    s.at = now_;
    s.quantity = Quantity(pick(1, p.quantity.value));
    s.window =
        Window{p.window.from + Duration(first * kWalkMinute), p.window.from + Duration(last * kWalkMinute)};
    d.kind = fails ? MoveKind::fail : MoveKind::give_back;
    d.at = now_;
    take(d, j, {*s.window, *s.quantity});
    if (!admitted(s)) {
      ++refused_;
      return;
    }
    if (fails) lost_[j] = d.taken;
    done_.push_back(std::move(d));
  }

  void take(Done& d, std::size_t j, const objects::Piece& taken) const {
    const chain::GrantRecord& g = *executor_->grant(grant(j));
    d.whose = j;
    d.taken = taken;
    d.times = g.times_displaced;
    Volume live = capacity::volume_of(g.live);
    d.worth = chain::worth(g.leg.price, live) -
              chain::worth(g.leg.price, live - volume_of(taken.quantity, taken.window.length()));
  }

  const rules::Rule& rule_;
  std::mt19937_64 random_;
  bool substitutes_, wild_, bundles_;
  const Walk* apart_;
  std::vector<bool> joint_;  // of each settlement of two legs, whether it was admitted
  std::size_t first_bundle_ = 0;
  scenarios::Scenario scenario_;
  std::unique_ptr<scenarios::Executor> executor_;
  Quantity declared_;
  Instant now_;
  int asked_ = 0, refused_ = 0, several_ = 0, curtailed_ = 0;
  bool beyond_ = false;
  int bundled_ = 0;
  std::vector<Done> done_;
  std::map<std::size_t, std::string> second_legs_;  // grants of second legs, by step
  std::map<std::size_t, std::string> request_of_;  // by step that was granted
  std::map<std::size_t, objects::Piece> lost_;              // last, by failure or displacement
};

}  // namespace capmarket::hunt
