#include "verify/fuzz/market.h"

#include <fmt/format.h>

#include <algorithm>

#include "verify/question/query.h"
#include "verify/witness/scenario.h"
#include "verify/witness/scenario_parts.h"

namespace capmarket::fuzz {
namespace {

using witness::numbered;
using witness::scenario_name;

constexpr std::int64_t kAsset = std::int64_t{1} << 50;
constexpr Duration kLongest{365 * 24 * kNanosPerHour};

void tidy(std::vector<std::int64_t>& pool, std::int64_t least, std::int64_t most) {
  for (std::int64_t& x : pool) x = std::clamp(x, least, std::max(least, most));
  std::sort(pool.begin(), pool.end());
  pool.erase(std::unique(pool.begin(), pool.end()), pool.end());
}

/// Literals of the expressions, and what lies beside them.
void gather(const expr::Expr& e, FuzzMarket& out) {
  for (const expr::ExprNode& n : e.nodes) {
    if (n.op != expr::Op::literal) continue;
    auto beside = [&](std::vector<std::int64_t>& pool, std::int64_t step) {
      for (std::int64_t x : {n.value - step, n.value, n.value + step}) pool.push_back(x);
    };
    if (n.type == expr::ExprType::integer) beside(out.quantities, 1);
    if (n.type == expr::ExprType::money) beside(out.prices, 1);
    if (n.type == expr::ExprType::duration) {
      beside(out.spans, 1);
      beside(out.lengths, 1);
    }
  }
}

void gather(const rules::Rule& r, FuzzMarket& out) {
  for (const rules::Tier& t : r.tiers) {
    gather(t.eligible, out);
    if (t.min_run) out.spans.push_back(t.min_run->value);
    if (!t.displaces) continue;
    gather(t.displaces->when, out);
    gather(t.displaces->compensation, out);
  }
  for (const rules::Goal& g : r.goals) gather(g.claim, out);
  const rules::Limits& l = r.limits;
  for (std::int64_t q : {l.quantity_min.value, 2 * l.quantity_min.value, 10 * l.quantity_min.value,
                         l.quantity_max.value})
    out.quantities.push_back(q);
  const std::int64_t g = r.granularity.value;
  for (std::int64_t x : {l.length_min.value, l.length_max.value, kNanosPerHour, g, 4 * g})
    out.lengths.push_back(x);
  for (std::int64_t x : {l.lead_min.value, l.lead_max.value, g, kNanosPerSecond, l.skew.value})
    out.spans.push_back(x);
  if (r.lease) out.spans.push_back(r.lease->value);
  auto [low, high] = question::admissible_prices(r);
  const std::int64_t price_low = std::max(low, r.pricing.floor.value);
  for (std::int64_t x : {price_low, price_low + (high - price_low) / 2, high})
    out.prices.push_back(x);
}

void finish(const rules::Rule& r, FuzzMarket& out) {
  const rules::Limits& l = r.limits;
  auto [low, high] = question::admissible_prices(r);
  tidy(out.quantities, std::max<std::int64_t>(1, l.quantity_min.value),
       std::min<std::int64_t>(l.quantity_max.value, kAsset / 64));
  tidy(out.prices, std::max(low, r.pricing.floor.value), high);
  if (r.pricing.mode == rules::PricingMode::fixed) out.prices.clear();
  const std::int64_t g = r.granularity.value;
  for (std::int64_t& x : out.lengths) x = std::max<std::int64_t>(1, x / g) * g;
  std::int64_t least = witness::least_length(r).value;
  tidy(out.lengths, least, std::max(least, l.length_max.value / g * g));
  tidy(out.spans, 0, kLongest.value);
  scenarios::Scenario& s = out.scenario;
  s.signatures = crypto::Scheme::mac;
  s.duration = std::min(kLongest, Duration(l.lead_max.value + 64 * out.lengths.back()));
}

scenarios::HolderGroup scripted_holder(const rules::Rule& r, std::string name,
                                       const objects::CredentialGrant& like,
                                       const location::Location& place) {
  scenarios::HolderGroup h;
  h.name = std::move(name);
  h.count = 1;
  h.kind = like.kind;
  h.groups = like.groups;
  h.place = place;
  h.class_name = r.class_name;
  h.strategy = scenarios::HolderStrategy::scripted;
  h.quantity = scenarios::Distribution::constant(kAsset);
  return h;
}

scenarios::UserGroup scripted_user(const rules::Rule& r, std::string name,
                                   const objects::CredentialGrant& like,
                                   const std::vector<std::string>& tiers) {
  scenarios::UserGroup u;
  u.name = std::move(name);
  u.count = 1;
  u.kind = like.kind;
  u.groups = like.groups;
  u.tier = tiers.front();
  u.further_tiers.assign(tiers.begin() + 1, tiers.end());
  u.class_name = r.class_name;
  u.arrivals.kind = scenarios::ArrivalKind::none;
  u.conduct.pays = scenarios::Pays::never;
  u.adaptations = 1;
  return u;
}

/// Somebody who looks, of an authority that is nobody's else: its word counts for either side.
void add_auditor(FuzzMarket& out, const rules::Rule& r) {
  scenarios::Scenario& s = out.scenario;
  const std::string name = r.authority + "/observer";
  s.authorities.insert(s.authorities.begin(), {name, {r.scope}, {}, ""});
  s.auditors.push_back({.name = "inspector", .authority = "", .sample = 0});
  out.auditors.push_back("inspector");
}

/// The version before is in force for a while first, so that its grants live on.
void begin_before(const question::RuleSubject& subject, FuzzMarket& out) {
  scenarios::Scenario& s = out.scenario;
  s.start = std::max(Instant(0), subject.rule().effective.from);
  const Duration before(s.duration.value / 8);
  for (const question::RuleFile* f : subject.earlier) {
    if (!f->rule.effective.contains(s.start - Duration(1)) || f->rule.name != subject.rule().name)
      continue;
    s.start = std::max(f->rule.effective.from, s.start - before);
    s.duration = s.duration + before;
    return;
  }
}

/// One holder a kind, set of groups and place.
void add_holder(FuzzMarket& out, const rules::Rule& r, const question::RequestCase& c) {
  scenarios::Scenario& s = out.scenario;
  for (const scenarios::HolderGroup& h : s.holders)
    if (h.kind == c.holder.kind && h.groups == c.holder.groups && *h.place == c.location) return;
  std::string name = numbered("holder", s.holders.size());
  s.holders.push_back(scripted_holder(r, name, c.holder, c.location));
  auto& places = s.locations.leaves;
  if (std::find(places.begin(), places.end(), c.location) == places.end())
    places.push_back(c.location);
  out.holders.push_back(std::move(name));
}

void add_user(FuzzMarket& out, const rules::Rule& r, const objects::CredentialGrant& like,
              const std::vector<std::string>& tiers) {
  scenarios::Scenario& s = out.scenario;
  std::string name = numbered("user", s.users.size());
  s.users.push_back(scripted_user(r, name, like, tiers));
  out.users.push_back({std::move(name), tiers});
}

}  // namespace

Result<FuzzMarket> market_of_rule(const question::RuleFile& own,
                                  const std::vector<question::RuleFile>& files,
                                  const analyses::CheckOptions& options) {
  question::RuleSubject subject = question::subject_of(own, files);
  const rules::Rule& r = own.rule;
  auto refuse = [&](std::string what, std::string expected) {
    return fail(Problem{own.file, 0, 0, std::move(what), std::move(expected), ""});
  };
  if (subject.open_past)
    return refuse("the version that it supersedes is not here", "`supersedes` with a path");
  if (r.fallback.empty()) return refuse("nothing can be settled under it", "a `fallback` catalog");
  if (r.effective.empty()) return refuse("it is never in force", "an `effective` window");
  FuzzMarket out;
  out.rules = {r.name};
  out.scenario.name = scenario_name("fuzz-" + r.name);
  smt::SymbolicScope scope;
  question::QueryBudget budget{{options.rlimit, options.timeout_ms}};
  std::vector<std::string> all_tiers;
  for (const rules::Tier& t : r.tiers) all_tiers.push_back(t.name);
  for (const question::RuleFile* f : subject.earlier)
    for (const rules::Tier& t : f->rule.tiers)
      if (std::find(all_tiers.begin(), all_tiers.end(), t.name) == all_tiers.end())
        all_tiers.push_back(t.name);
  for (std::size_t i = 0; i < r.tiers.size(); ++i) {
    question::Query q(budget, subject);
    const question::SymbolicRequest& s = q.request("", false);
    q.require(q.eligible(s, i));
    question::QueryResult result = q.solve(true);
    if (result.answer != smt::Answer::sat) continue;
    const question::RequestCase& c = result.cases.front();
    add_holder(out, r, c);
    add_user(out, r, c.user, {r.tiers[i].name});
    out.quantities.push_back(c.leg.quantity.value);
    out.lengths.push_back(c.leg.window.length().value);
    out.spans.push_back((c.leg.window.from - c.leg.signed_at).value);
    out.prices.push_back(c.leg.price.value);
  }
  if (out.users.empty()) return refuse("nobody is eligible for any tier", "a tier for somebody");
  // Somebody who holds every membership, and is nobody that an expression mentions.
  objects::CredentialGrant stranger;
  stranger.kind = r.vocabulary && !r.vocabulary->kinds.empty() ? r.vocabulary->kinds.back()
                                                               : "somebody";
  add_user(out, r, stranger, all_tiers);
  gather(r, out);
  witness::add_market(subject, out.scenario);
  add_auditor(out, r);
  if (r.pricing.mode == rules::PricingMode::discovered) out.unplayed.push_back("price indices");
  finish(r, out);
  begin_before(subject, out);
  return out;
}

Result<FuzzMarket> market_of_scenario(const scenarios::Scenario& from) {
  FuzzMarket out;
  scenarios::Scenario& s = out.scenario;
  s = from;
  s.name = scenario_name("fuzz-" + from.name);
  s.holders.clear();
  s.users.clear();
  for (const auto& [there, what] : {std::pair{!s.adversaries.empty(), "adversaries"},
                                    {!s.revocations.empty(), "revocations of the scenario"},
                                    {!s.publishers.empty(), "price indices"},
                                    {s.trace.has_value(), "the trace"},
                                    {!s.script.empty(), "the script"}})
    if (there) out.unplayed.push_back(what);
  s.adversaries.clear();
  s.revocations.clear();
  s.publishers.clear();
  s.trace.reset();
  s.script = {};
  s.loss = s.duplicate = s.reorder = 0;
  s.partitions.clear();
  s.latency = s.directory_lag = {};
  s.clock_error = Duration(0);
  for (scenarios::CoordinatorSpec& c : s.coordinators) c.outage = 0, c.delay = {};
  for (const scenarios::AuditorSpec& a : s.auditors) out.auditors.push_back(a.name);
  for (const scenarios::CoordinatorSpec& c : s.coordinators) out.auditors.push_back(c.name);
  const rules::Rule& first = from.rules.front().rule;
  for (const scenarios::HolderGroup& g : from.holders) {
    scenarios::HolderGroup h = g;
    h.count = std::min<std::int64_t>(g.count, 2);
    h.strategy = scenarios::HolderStrategy::scripted;
    h.quantity = scenarios::Distribution::constant(kAsset);
    h.failure.reset();
    h.curtail.reset();
    for (std::int64_t i = 0; i < h.count; ++i)
      out.holders.push_back(fmt::format("{}.{}", g.name, i));
    if (h.count > 0) s.holders.push_back(std::move(h));
  }
  for (const scenarios::UserGroup& g : from.users) {
    scenarios::UserGroup u = scripted_user(first, g.name, {}, {g.tier});
    u.kind = g.kind;
    u.groups = g.groups;
    u.home = g.home;
    u.class_name = g.class_name;
    u.count = std::min<std::int64_t>(g.count, 2);
    for (std::int64_t i = 0; i < u.count; ++i)
      out.users.push_back({fmt::format("{}.{}", g.name, i), {g.tier}});
    if (u.count > 0) s.users.push_back(std::move(u));
  }
  if (out.holders.empty() || out.users.empty())
    return fail(Problem{from.file, 0, 0, "no synthetic holders or users to take part",
                        "groups of `holders` and `users`", ""});
  for (const scenarios::ScenarioRule& r : from.rules) {
    if (std::find(out.rules.begin(), out.rules.end(), r.rule.name) == out.rules.end())
      out.rules.push_back(r.rule.name);
    gather(r.rule, out);
  }
  Duration duration = from.duration;
  finish(first, out);
  s.duration = duration;
  return out;
}

}  // namespace capmarket::fuzz
