#include "verify/fuzz/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "verify/witness/scenario_parts.h"

namespace capmarket::fuzz {
namespace {

enum What : int {
  kTime,
  kDeclare,
  kAsk,
  kSettle,
  kTrade,
  kPress,
  kReplace,
  kFail,
  kRecord,
  kSurrender,
  kWithdraw,
  kRenew,
  kConsume,
  kCurtail,
  kPay,
  kRevoke,
  kRetract,
  kContest,
  kBundle,
  kDispute,
  kWitness,
};

constexpr int kHonest = 5;  // of six small numbers: what is not spoiled

}  // namespace

const std::vector<FuzzKind>& fuzz_kinds() {
  static const std::vector<FuzzKind> kKinds = {
      {"time", 12},    {"declare", 6}, {"request", 6}, {"settle", 8},  {"trade", 22},
      {"press", 24},   {"replace", 6}, {"fail", 5},    {"record", 2},  {"surrender", 4},
      {"withdraw", 1}, {"renew", 2},   {"consume", 3}, {"curtail", 3}, {"pay", 4},
      {"revoke", 1},   {"retract", 2}, {"contest", 4},   {"bundle", 6},  {"dispute", 3},
      {"witness", 2}};
  return kKinds;
}

std::ostream& operator<<(std::ostream& out, const FuzzCommand& c) {
  return out << fuzz_kinds()[static_cast<std::size_t>(c.what)].name << '(' << c.a << ' ' << c.b
             << ' ' << c.c << ' ' << c.d << ' ' << c.e << ')';
}

const rules::Rule& FuzzCommands::rule() const {
  const rules::Rule* out = &market_.scenario.rules.front().rule;
  for (const scenarios::ScenarioRule& r : market_.scenario.rules)
    if (r.in_force().contains(executor_.now())) out = &r.rule;
  return *out;
}

Instant FuzzCommands::grid(Instant t) const { return witness::ceil_in(rule(), t); }

/// Does the step, and writes down what came of it.
bool FuzzCommands::execute_step(scenarios::ScriptStep step) {
  step.at = std::min(executor_.now() + ahead_, market_.scenario.end() - Duration(1));
  step.at = std::max(step.at, executor_.now());
  ahead_ = Duration(0);
  auto answers = executor_.execute_step(step);
  const bool admitted =
      !answers.empty() &&
      std::all_of(answers.begin(), answers.end(), [](const scenarios::StepAnswer& a) {
        return !a.turned_away && a.decision.admitted();
      });
  count(step, answers);
  if (answers.size() == 1 && !answers.front().turned_away) {
    scenarios::StepExpectation expect;
    expect.admitted = admitted;
    expect.clauses = answers.front().decision.failed;
    step.expect = expect;
  }
  if (!answers.empty() || step.kind == scenarios::StepKind::settle)
    steps_.push_back(std::move(step));
  return admitted;
}

void FuzzCommands::count(const scenarios::ScriptStep& step,
                         const std::vector<scenarios::StepAnswer>& answers) {
  const bool displaces = std::any_of(step.legs.begin(), step.legs.end(),
                                     [](const auto& l) { return l.displace.has_value(); });
  const std::string kind(scenarios::to_text(step.kind));
  for (const scenarios::StepAnswer& a : answers) {
    const bool admitted = !a.turned_away && a.decision.admitted();
    ++counts_[fmt::format("{}{} {}", kind, displaces ? " displacing" : "",
                          a.turned_away ? "turned away" : admitted ? "admitted" : "refused")];
    for (admission::ClauseId c : a.decision.failed)
      ++counts_[fmt::format("{} refused by {}", kind, admission::to_text(c))];
    if (!admitted || step.kind != scenarios::StepKind::settle) continue;
    if (step.legs.size() > 1) ++counts_["settle of several legs admitted"];
    for (std::size_t i = 0; i < step.legs.size(); ++i) {
      const chain::GrantRecord* g =
          executor_.grant(i == 0 ? step.name : fmt::format("{}.{}", step.name, i));
      if (g == nullptr) continue;
      ++counts_[fmt::format("tier {} admitted", g->leg.tier)];
      const auto offered = executor_.state().strategies.find(g->leg.strategy);
      if (offered != executor_.state().strategies.end())
        ++counts_[fmt::format("strategy {} admitted", offered->second.strategy.name)];
      if (i < a.covers.size() && !a.covers[i].victims.empty())
        ++counts_[fmt::format("tier {} displaced others", g->leg.tier)];
      if (i < a.covers.size() && a.covers[i].victims.size() > 1)
        ++counts_["settle displacing several grants admitted"];
    }
  }
}

/// Each of the catalog comes up.
std::string FuzzCommands::strategy(int n) const {
  return rule().fallback.empty() ? "" : pick(rule().fallback, n).name;
}

/// To where the next version comes into force.
bool FuzzCommands::pass_to_version(const FuzzCommand& c) {
  for (const scenarios::ScenarioRule& r : market_.scenario.rules) {
    const Instant from = r.in_force().from;
    if (from <= executor_.now() || market_.scenario.end() <= from) continue;
    ahead_ = from + Duration(c.b < 2 ? c.b - 1 : 0) - executor_.now();
    return true;
  }
  return false;
}

void FuzzCommands::pass_time(const FuzzCommand& c) {
  if (c.a == 2 && pass_to_version(c)) return;
  // To where something begins or ends, or by a span that the rules mention.
  if (c.a < 2 && !grants_.empty()) {
    const chain::GrantRecord* g = executor_.grant(pick(grants_, c.b).first);
    if (g != nullptr) {
      Instant to = c.a == 0 ? g->leg.window.from : g->leg.window.until;
      Duration jitter(c.c < 2 ? c.c - 1 : 0);
      if (to + jitter > executor_.now()) ahead_ = to + jitter - executor_.now();
      return;
    }
  }
  ahead_ = ahead_ + Duration(pick(market_.spans, c.b + 6 * c.c));
}

Window FuzzCommands::window_for(const FuzzCommand& c) const {
  Duration lead(std::max(pick(market_.spans, c.d), rule().limits.lead_min.value));
  Instant from = grid(executor_.now() + ahead_ + std::min(lead, rule().limits.lead_max));
  return {from, from + Duration(pick(market_.lengths, c.e))};
}

void FuzzCommands::declare(const FuzzCommand& c) {
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::declare;
  step.name = fmt::format("d{}", declarations_.size());
  step.by = pick(market_.holders, c.a);
  std::int64_t quantity = pick(market_.quantities, c.b);
  step.quantity = Quantity(std::min<std::int64_t>(quantity * (1 + c.c % 3), std::int64_t{1} << 44));
  Instant from = grid(executor_.now());
  // Long enough for any lead and length that the rules admit, inside the scenario.
  step.window =
      Window{from, grid(std::min(market_.scenario.end(), from + market_.scenario.duration))};
  std::string name = step.name;
  if (execute_step(std::move(step))) declarations_.push_back(std::move(name));
}

bool FuzzCommands::ask(std::size_t user, const std::string& tier, const std::string& declaration,
                       Quantity quantity, const Window& window, const FuzzCommand& c) {
  Asked asked{fmt::format("r{}", asked_.size()), declaration, user, tier, quantity, window};
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::request;
  step.name = asked.name;
  step.by = market_.users[user].name;
  step.of = {declaration};
  step.quantity = quantity;
  step.window = window;
  step.tier = tier;
  step.partial = c.c % 2 == 0;
  if (!market_.prices.empty()) step.price = Money(pick(market_.prices, c.a + c.e));
  bool admitted = execute_step(std::move(step));
  asked_.push_back(std::move(asked));
  return admitted;
}

void FuzzCommands::ask(const FuzzCommand& c) {
  if (declarations_.empty()) return declare(c);
  // Who holds every membership is eligible for little: it asks seldom.
  const bool stranger = market_.users.size() > 1 && market_.users.back().tiers.size() > 1;
  auto user =
      static_cast<std::size_t>(c.a) % (market_.users.size() - (stranger && c.e != kHonest ? 1 : 0));
  const std::string& declaration = pick(declarations_, c.d);
  const chain::DeclarationRecord* d = executor_.state().declaration(executor_.made(declaration));
  // Most ask for no more than there is.
  Quantity quantity(pick(market_.quantities, c.b + 6 * (c.e % 3)));
  const Window window = window_for(c);
  if (d != nullptr && c.c != kHonest) {
    Quantity free = d->declared.quantity - d->taken.max(window);
    quantity = std::min(quantity, free.value > 0 ? free : d->declared.quantity);
  }
  ask(user, pick(market_.users[user].tiers, c.b), declaration, quantity, window, c);
}

/// Something that an admission is to find.
void FuzzCommands::spoil(scenarios::ScriptStep& step, const Asked& asked, const FuzzCommand& c) {
  scenarios::ScriptLeg& leg = step.legs.front();
  if (c.d == 0) leg.quantity = asked.quantity + Quantity(1);
  if (c.d == 1) leg.window = Window{asked.window.from + Duration(1), asked.window.until};
  if (c.d == 2) leg.price = Money(rule().limits.price_max.value + 1);
  if (c.d == 3) leg.tier = rule().tiers.front().name;
  if (c.d == 4) leg.quantity = Quantity(0);
  if (c.d == 5) spoil_more(step, c);
}

void FuzzCommands::spoil_more(scenarios::ScriptStep& step, const FuzzCommand& c) {
  scenarios::ScriptLeg& leg = step.legs.front();
  const Instant now = executor_.now() + ahead_;
  if (c.e == 0) step.when = now - rule().limits.skew - Duration(1);  // late
  if (c.e == 1) step.when = now + Duration(1);                       // of the future
  if (c.e == 2) leg.version = market_.scenario.rules.front().rule.version;
  if (c.e == 3) leg.price = Money(0);
  if (c.e == 4) leg.declaration = pick(declarations_, c.a);
  if (c.e == 5) leg.quantity = rule().limits.quantity_max + Quantity(1);
}

void FuzzCommands::settle(const FuzzCommand& c) {
  if (asked_.empty()) return ask(c);
  std::size_t index =
      asked_.size() - 1 - static_cast<std::size_t>(c.a) % std::min<std::size_t>(asked_.size(), 4);
  const Asked asked = asked_[index];
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::settle;
  step.name = fmt::format("g{}", grants_.size());
  scenarios::ScriptLeg leg;
  leg.request = asked.name;
  leg.declaration = asked.declaration;
  if (c.b == 0 && asked.quantity.value > 1) leg.quantity = Quantity(asked.quantity.value / 2);
  leg.strategy = strategy(c.e);
  step.legs.push_back(std::move(leg));
  if (c.c == kHonest) spoil(step, asked, c);
  grants_.emplace_back(step.name, index);
  execute_step(std::move(step));
}

/// A request and its settlement at once, where it fits.
void FuzzCommands::trade(const FuzzCommand& c) {
  ask(c);
  FuzzCommand next = c;
  next.a = 0;
  next.c = 0;
  settle(next);
}

/// Somebody of a tier that displaces asks where a grant stands in the way.
void FuzzCommands::press(const FuzzCommand& c) {
  if (grants_.empty()) return trade(c);
  const chain::GrantRecord* g = executor_.grant(
      grants_[grants_.size() - 1 -
              static_cast<std::size_t>(c.a) % std::min<std::size_t>(grants_.size(), 6)]
          .first);
  if (g == nullptr || g->live.empty()) return trade(c);
  std::vector<std::pair<std::size_t, std::string>> able;
  for (std::size_t u = 0; u < market_.users.size(); ++u)
    for (const std::string& tier : market_.users[u].tiers)
      if (const rules::Tier* t = rule().tier(tier);
          t != nullptr && t->displaces && t->rank > g->rank)
        able.emplace_back(u, tier);
  if (able.empty()) return trade(c);
  const auto& [user, tier] = pick(able, c.b);
  std::string declaration;
  for (const std::string& d : declarations_)
    if (executor_.made(d) == g->leg.declaration) declaration = d;
  if (declaration.empty()) return;
  const objects::Piece piece = pick(g->live, c.c);
  Instant from = std::max(piece.window.from, grid(executor_.now() + ahead_));
  if (c.d > 2) from = std::max(from, window_for(c).from);
  Window window{from, std::min(from + Duration(pick(market_.lengths, c.e)), piece.window.until)};
  if (window.length() < rule().limits.length_min)
    window.until = from + witness::least_length(rule());
  Quantity quantity(c.d % 2 == 0 ? pick(market_.quantities, c.e) : piece.quantity.value);
  // More than is free, as a rule: else nobody has to give way.
  if (const chain::DeclarationRecord* d =
          executor_.state().declaration(executor_.made(declaration));
      d != nullptr && c.b != kHonest)
    quantity = std::clamp(d->declared.quantity - d->taken.max(window) + quantity,
                          std::max(Quantity(1), rule().limits.quantity_min),
                          std::max(Quantity(1), rule().limits.quantity_max));
  if (!ask(user, tier, declaration, quantity, window, c)) return;
  settle_displacing(asked_.back(), c);
}

/// Under ceilings that are high enough, or now and then too low.
void FuzzCommands::settle_displacing(const Asked& asked, const FuzzCommand& c) {
  constexpr Money kAmple(kWireMax), kCents(100);
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::settle;
  step.name = fmt::format("g{}", grants_.size());
  scenarios::ScriptLeg leg;
  leg.request = asked.name;
  leg.declaration = asked.declaration;
  leg.displace = {{kAmple, kAmple}};
  leg.strategy = strategy(c.b);
  const Money low = c.e % 2 == 0 ? Money(0) : kCents;
  if (c.c == kHonest && c.d % 2 == 0) leg.displace->compensation_at_most = low;
  if (c.c == kHonest && c.d % 2 == 1) leg.displace->refund_at_most = low;
  grants_.emplace_back(step.name, asked_.size() - 1);
  step.legs.push_back(std::move(leg));
  execute_step(std::move(step));
}

/// Several legs in one settlement: requests of one user, each with its own declaration, and each may
/// displace.
void FuzzCommands::bundle(const FuzzCommand& c) {
  if (declarations_.empty()) return declare(c);
  constexpr Money kAmple(kWireMax);
  const auto user = static_cast<std::size_t>(c.a) % market_.users.size();
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::settle;
  step.name = fmt::format("g{}", grants_.size());
  const int legs = 2 + c.b % 2;
  for (int i = 0; i < legs; ++i) {
    FuzzCommand own = c;
    own.b = c.b + i, own.e = c.e + i;
    const std::string& of = pick(declarations_, c.d + (c.c % 2) * i);
    if (!ask(user, pick(market_.users[user].tiers, own.b), of, Quantity(pick(market_.quantities, own.b)),
             window_for(c.c < 3 ? c : own), own))
      continue;
    scenarios::ScriptLeg leg;
    leg.request = asked_.back().name;
    leg.declaration = of;
    leg.strategy = strategy(own.e);
    const rules::Tier* tier = rule().tier(asked_.back().tier);
    if (tier != nullptr && tier->displaces && c.e != kHonest) leg.displace = {{kAmple, kAmple}};
    step.legs.push_back(std::move(leg));
  }
  if (step.legs.empty()) return;
  grants_.emplace_back(step.name, asked_.size() - 1);
  execute_step(std::move(step));
}

/// By a party of the settlement, by one who is none, or by somebody who looks.
void FuzzCommands::dispute(const FuzzCommand& c) {
  if (grants_.empty()) return;
  constexpr int kGrounds = static_cast<int>(objects::enum_max(objects::Ground{})) + 1;
  const auto& [name, index] = pick(grants_, c.a);
  if (executor_.grant(name) == nullptr) return;
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::dispute;
  step.name = name;
  step.ground = static_cast<objects::Ground>((c.c + c.e) % kGrounds);
  step.by = market_.users[asked_[index].user].name;
  if (c.b % 3 == 1) step.by = pick(market_.holders, c.d);
  if (c.b % 3 == 2 && !market_.auditors.empty()) step.by = pick(market_.auditors, c.d);
  execute_step(std::move(step));
}

/// A grant that an open claim is about, if there is one.
std::string FuzzCommands::claimed(int n) const {
  std::vector<std::string> out;
  for (const auto& [name, index] : grants_) {
    const chain::GrantRecord* g = executor_.grant(name);
    const auto& claims = executor_.state().claims;
    if (g != nullptr && std::any_of(claims.begin(), claims.end(), [&](const auto& claim) {
          return !claim.closed && &executor_.state().grants[claim.grant] == g;
        }))
      out.push_back(name);
  }
  return out.empty() ? "" : pick(out, n);
}

void FuzzCommands::contest(const FuzzCommand& c) {
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::contest;
  step.name = claimed(c.a);
  if (!step.name.empty()) execute_step(std::move(step));
}

void FuzzCommands::witness(const FuzzCommand& c) {
  if (market_.auditors.empty()) return;
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::witness;
  step.name = claimed(c.a);
  if (step.name.empty()) return;
  step.by = pick(market_.auditors, c.b);
  step.supports = c.c % 2 == 0 ? objects::Side::claim : objects::Side::holder;
  execute_step(std::move(step));
}

/// A substitute for what a grant lost.
void FuzzCommands::replace(const FuzzCommand& c) {
  if (grants_.empty()) return;
  const auto [name, index] = pick(grants_, c.a);
  const chain::GrantRecord* g = executor_.grant(name);
  if (g == nullptr) return;
  const chain::RequestRecord& r = executor_.state().requests[g->request];
  const chain::LossRecord* loss = nullptr;
  for (const chain::LossRecord& l : r.losses)
    if (&executor_.state().grants[l.grant] == g && l.reason != chain::LossReason::released)
      loss = &l;
  if (loss == nullptr || loss->pieces.empty()) return;
  const objects::Piece& piece = loss->pieces.front();
  Window window{std::max(piece.window.from, grid(executor_.now() + ahead_)), piece.window.until};
  if (window.empty()) return;
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::settle;
  step.name = fmt::format("g{}", grants_.size());
  scenarios::ScriptLeg leg;
  leg.request = asked_[index].name;
  leg.declaration = c.b == 0 ? pick(declarations_, c.c) : asked_[index].declaration;
  leg.quantity = piece.quantity;
  leg.window = window;
  leg.replaces = name;
  step.legs.push_back(std::move(leg));
  grants_.emplace_back(step.name, index);
  execute_step(std::move(step));
}

void FuzzCommands::on_grant(scenarios::StepKind kind, const FuzzCommand& c) {
  if (grants_.empty()) return;
  const std::string& name = pick(grants_, c.a).first;
  const chain::GrantRecord* g = executor_.grant(name);
  if (g == nullptr) return;
  scenarios::ScriptStep step;
  step.kind = kind;
  step.name = name;
  const bool part = kind == scenarios::StepKind::fail || kind == scenarios::StepKind::surrender;
  if (part) {
    if (g->live.empty()) return;
    const objects::Piece& p = pick(g->live, c.b);
    step.quantity = c.c % 2 == 0 ? p.quantity : Quantity(1 + p.quantity.value / 2);
    Instant middle = grid(p.window.from + Duration(p.window.length().value / 2));
    step.window = p.window;
    if (c.d % 2 == 1 && middle > p.window.from && middle < p.window.until)
      step.window = Window{middle, p.window.until};
    if (kind == scenarios::StepKind::fail) step.by = c.e % 3 == 0 ? "user" : "holder";
    if (step.by == "user") {  // a claim is of what has passed
      step.window->until =
          std::min(step.window->until, grid(executor_.now() + ahead_ - rule().granularity));
      if (step.window->empty()) return;
    }
  }
  if (kind == scenarios::StepKind::consume) {
    Instant until =
        std::min(grid(executor_.now() + ahead_ - rule().granularity), g->leg.window.until);
    if (until <= g->leg.window.from) return;
    step.window = Window{g->leg.window.from, until};
    step.quantity = Quantity(std::max<std::int64_t>(1, g->leg.quantity.value / (1 + c.b)));
  }
  execute_step(std::move(step));
}

void FuzzCommands::curtail(const FuzzCommand& c) {
  if (declarations_.empty()) return;
  const std::string& name = pick(declarations_, c.a);
  const chain::DeclarationRecord* d = executor_.state().declaration(executor_.made(name));
  if (d == nullptr) return;
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::curtail;
  step.name = name;
  step.quantity = Quantity(std::max<std::int64_t>(1, d->declared.quantity.value / (2 + c.b)));
  step.window = Window{std::max(d->declared.window.from, grid(executor_.now() + ahead_)),
                       d->declared.window.until};
  // A class that is finer than the rule cuts inside a granule.
  const scenarios::ClassSpec* of_class = market_.scenario.find_class(rule().class_name);
  if (of_class != nullptr && of_class->granularity < rule().granularity && c.c % 2 == 1) {
    const std::int64_t cells = rule().granularity.value / of_class->granularity.value;
    step.window->from =
        step.window->from + Duration(of_class->granularity.value * (cells / (1 + c.d)));
  }
  if (c.e % 2 == 1)
    step.window->until = std::min(step.window->until, step.window->from + Duration(pick(market_.lengths, c.d)));
  if (!step.window->empty()) execute_step(std::move(step));
}

void FuzzCommands::pay(const FuzzCommand& c) {
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::pay;
  step.name = c.b % 2 == 0
                  ? market_.users[static_cast<std::size_t>(c.a) % market_.users.size()].name
                  : pick(market_.holders, c.a);
  execute_step(std::move(step));
}

void FuzzCommands::revoke(const FuzzCommand& c) {
  if (c.b > 1) return;  // seldom: who is revoked can do no more
  scenarios::ScriptStep step;
  step.kind = scenarios::StepKind::revoke;
  // From some time ago: what was signed since is reviewed.
  if (c.c % 2 == 1)
    step.when = std::max(market_.scenario.start, executor_.now() - Duration(pick(market_.spans, c.d)));
  step.name = c.b == 0 ? market_.users[static_cast<std::size_t>(c.a) % market_.users.size()].name
                       : pick(market_.holders, c.a);
  execute_step(std::move(step));
}

void FuzzCommands::execute(const FuzzCommand& c) {
  switch (c.what) {
    case kTime:
      return pass_time(c);
    case kDeclare:
      return declare(c);
    case kAsk:
      return ask(c);
    case kSettle:
      return settle(c);
    case kTrade:
      return trade(c);
    case kPress:
      return press(c);
    case kReplace:
      return replace(c);
    case kFail:
      return on_grant(scenarios::StepKind::fail, c);
    case kRecord:
      return on_grant(scenarios::StepKind::record, c);
    case kSurrender:
      return on_grant(scenarios::StepKind::surrender, c);
    case kRenew:
      return on_grant(scenarios::StepKind::renew, c);
    case kConsume:
      return on_grant(scenarios::StepKind::consume, c);
    case kCurtail:
      return curtail(c);
    case kPay:
      return pay(c);
    case kRevoke:
      return revoke(c);
    case kRetract: {
      if (declarations_.empty()) return;
      scenarios::ScriptStep step;
      step.kind = scenarios::StepKind::retract;
      step.name = pick(declarations_, c.a);
      execute_step(std::move(step));
      return;
    }
    case kContest:
      return contest(c);
    case kBundle:
      return bundle(c);
    case kDispute:
      return dispute(c);
    case kWitness:
      return witness(c);
    case kWithdraw: {
      if (asked_.empty()) return;
      scenarios::ScriptStep step;
      step.kind = scenarios::StepKind::withdraw;
      step.name = pick(asked_, c.a).name;
      execute_step(std::move(step));
      return;
    }
  }
}

}  // namespace capmarket::fuzz
