// The worst bug that this project can have is a wrong "proved". Random rules are checked, then
// random requests and victims are decided by the code that admission runs: what any of them breaks
// must not have been proved, and what any of them shows to be possible must not be called
// impossible.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

#include "model/capacity/piece.h"
#include "model/chain/bindings.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/expr/evaluate.h"
#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

constexpr std::int64_t kMinute = 60 * kNanosPerSecond;

template <class T>
T one_of(const std::vector<T>& items) {
  return items[static_cast<std::size_t>(*rc::gen::noShrink(
      rc::gen::inRange<std::int64_t>(0, static_cast<std::int64_t>(items.size()))))];
}
bool coin() { return one_of<std::int64_t>({0, 1}) == 1; }

std::string eligible_text() {
  return one_of<std::string>(
      {"true", "quantity >= 10", "user.kind == \"hospital\"", "value >= 20.00",
       "lead >= 5min && quantity < 100", "'\"a\" in user.groups || partial'",
       "location in \"eu/de\"", "price > 1.50 && length <= 2h", "quantity * quantity >= 100",
       "0.5 * value < 3.00", "user.kind != holder.kind", "quantity >= 10 || lead >= 23h",
       "max(value, 10.00) > 10.00", "until - now <= 1h"});
}
std::string when_text() {
  return one_of<std::string>({"true", "victim.rank < rank", "notice >= 5min", "not victim.started",
                              "victim.rank < rank && notice >= 10min", "victim.tier == \"low\"",
                              "victim.whole_value <= 50.00 && notice > 1min",
                              "value > victim.whole_value",
                              "price > victim.price", "victim.times_displaced < 2",
                              "victim.quantity < 3",
                              "victim.length >= 1h || notice >= 1h"});
}
std::string compensation_text() {
  return one_of<std::string>({"1.5 * victim.value", "max(victim.value, 1.00)",
                              "0.0001 * victim.value", "0.00", "victim.value - 1.00",
                              "1.1 * victim.value",
                              "'notice >= 1h ? 0.5 * victim.value : victim.value'",
                              "min(victim.whole_value, 2 * victim.value)", "released * 0.01",
                              "victim.whole_value - victim.value"});
}
std::string goal_text() {
  return one_of<std::string>(
      {"always: displaced implies compensation >= victim.value",
       "never: displaced && victim.started", "always: displaced implies notice >= 5min",
       "never: displaced && victim.tier == \"high\"",
       "always: displaced implies compensation <= 2 * victim.whole_value",
       "always: admitted && tier == \"high\" implies quantity >= 10",
       "never: admitted && value > 100.00", "always: admitted implies value >= 0.01",
       "always: displaced implies compensation > 0.00",
       "never: admitted && tier == \"mid\" && partial",
       "always: displaced && released == 1 implies victim.value <= victim.whole_value",
       "always: displaced implies value + compensation >= 0.02"});
}

std::string rule_text() {
  std::string tiers;
  int rank = 30;
  for (const char* name : {"high", "mid", "low"}) {
    tiers +=
        fmt::format("  - name: {}\n    rank: {}\n    eligible: {}\n", name, rank, eligible_text());
    if (rank > 10 && coin())
      tiers += fmt::format(
          "    displaces:\n      when: {}\n      compensation: {}\n      pay_within: 1d\n{}",
          when_text(), compensation_text(), coin() ? "      stop_within: 2min\n" : "");
    if (coin()) tiers += "    min_run: 30min\n";
    rank -= 10;
  }
  return fmt::format(
      "rule: test/random\nversion: 1\nauthority: test\nclass: compute\nscope: eu\n"
      "effective: {{ from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }}\n"
      "granularity: 1min\nunit: core\nretention: 1y\ncurrency: EUR\n"
      "limits: {{ quantity: {} .. 1000, price: 0.00 .. 100.00, length: 1min .. {}, lead: 0s .. 1d, "
      "skew: {} }}\ncoordination: {{ mode: none }}\n"
      "pricing: {{ mode: negotiated, floor: {}, cap: 50.00 }}\ntiers:\n{}fallback:\n  - {{ name: "
      "same, substitution: same-holder, notify_within: 1min, refund: 100%, penalty: 20% "
      "}}\nrevocation: {{ on_review: uphold }}\ngoals:\n  - name: mine\n    {}\n",
      one_of<std::string>({"1", "5"}), one_of<std::string>({"8h", "30min"}),
      one_of<std::string>({"0s", "5s", "3min"}), one_of<std::string>({"0.00", "0.01", "1.00"}),
      tiers, goal_text());
}

/// A request inside the limits, and a grant that it meets.
struct Market {
  objects::CredentialGrant user, holder;
  location::Location location;
  chain::EligibilityContext leg;
  Instant admission;
  chain::GrantRecord grant;
  std::optional<chain::VictimContext> victim;
  Duration part_notice;  // that `when` reads
};

std::int64_t between(std::int64_t low, std::int64_t high, const std::vector<std::int64_t>& edges) {
  std::int64_t x = one_of<std::int64_t>({0, 1, 2, 3, 4}) < 3
                       ? one_of(edges)
                       : *rc::gen::noShrink(rc::gen::inRange(low, high + 1));
  return std::clamp(x, low, high);
}

/// Whether the victim could have been granted before: somebody was eligible for its tier at an
/// instant of signing that the limits allow, and the displacement comes later.
bool admitted_before(const rules::Rule& rule, const rules::Tier& tier, const Market& m) {
  const objects::Leg& leg = m.grant.leg;
  const std::int64_t first = leg.window.from.value - rule.limits.lead_max.value;
  const std::int64_t last =
      std::min(leg.window.from.value - rule.limits.lead_min.value, m.admission.value);
  if (first > last) return false;
  objects::CredentialGrant user;
  user.kind = one_of<std::string>({"hospital", "factory", "high"});
  if (coin()) user.groups = {"a"};
  chain::EligibilityContext then = m.leg;
  then.user = &user;
  then.quantity = leg.quantity, then.price = leg.price, then.window = leg.window;
  then.partial = coin();
  then.signed_at = Instant(between(first, last, {first, last - kMinute, last}));
  return Concrete::holds(
      expr::evaluate_bool<Concrete>(tier.eligible, chain::eligibility_bindings(rule, tier, then)));
}

/// Some minutes of the window; the whole of it half the time.
Window random_minutes(const Window& window) {
  if (coin()) return window;
  const std::int64_t count = window.length().value / kMinute;
  const std::int64_t first = between(0, count - 1, {0, 1, 5});
  const std::int64_t last = between(first + 1, count, {first + 1, count - 1, count});
  return {window.from + Duration(first * kMinute), window.from + Duration(last * kMinute)};
}

Quantity largest(const capacity::Pieces& pieces) {
  Quantity out;
  for (const objects::Piece& p : pieces) out = std::max(out, p.quantity);
  return out;
}

/// What may be live of a grant: one piece, or several with gaps between them.
capacity::Pieces random_pieces(const Window& window, Quantity most) {
  capacity::Pieces out;
  for (int i = coin() ? 1 : 3; i > 0; --i) {
    Window w = random_minutes(window);
    Quantity left = most - largest(capacity::inside(out, w));
    if (Quantity(0) < left)
      out = capacity::changed(out, w, Quantity(between(1, left.value, {1, 2, left.value})));
  }
  return out;
}

/// Of each piece of the part nothing, or some of its minutes.
capacity::Pieces random_release(const capacity::Pieces& part) {
  capacity::Pieces out;
  for (const objects::Piece& p : part) {
    if (part.size() > 1 && coin()) continue;
    Quantity r(between(1, p.quantity.value, {1, 2, p.quantity.value}));
    out = capacity::changed(out, random_minutes(p.window), r);
  }
  return out;
}

/// The victim as expressions read it. Source: docs/spec/semantics.md#compensation.
chain::VictimContext victim_of(const chain::GrantRecord& g, const capacity::Pieces& part,
                               const capacity::Pieces& released, Instant admission) {
  auto worth = [&](Volume v) { return value_of(g.leg.price, v).value_or(Money(0)); };
  const Volume live = capacity::volume_of(g.live);
  chain::VictimContext v;
  v.tier = g.leg.tier;
  v.rank = g.rank;
  v.quantity = largest(part);
  v.price = g.leg.price;
  v.value = worth(live) - worth(live - capacity::volume_of(released));
  v.whole_value = worth(volume_of(g.leg.quantity, g.leg.window.length()));
  v.window = g.leg.window;
  v.started = g.leg.window.from <= admission;
  v.times_displaced = g.times_displaced;
  v.notice = released.front().window.from - admission;
  v.released = largest(released);
  return v;
}

void random_market(const rules::Rule& rule, Market& m) {
  const rules::Limits& l = rule.limits;
  auto price = [&] {
    return Money(between(rule.pricing.floor.value, rule.pricing.cap.value,
                         {0, 1, 100, 166, 10'000, 15'000, 15'001, 500'000}));
  };
  auto quantity = [&] {
    return Quantity(
        between(l.quantity_min.value, l.quantity_max.value, {1, 2, 5, 9, 10, 11, 99, 100, 1000}));
  };
  auto minutes = [&](std::int64_t most) {
    return kMinute * between(1, most / kMinute, {1, 2, 5, 30, 60, 120, 480});
  };
  m.user.kind = one_of<std::string>({"hospital", "factory", "high"});
  m.holder.kind = one_of<std::string>({"hospital", "plant"});
  if (coin()) m.user.groups = {"a"};
  m.location.path = one_of<std::string>({"eu", "eu/de", "eu/de/x", "eu/fr"});
  m.leg.user = &m.user, m.leg.holder = &m.holder, m.leg.location = &m.location;
  m.leg.quantity = quantity();
  m.leg.price = price();
  m.leg.partial = coin();
  std::int64_t start = rule.effective.from.value + 2 * 24 * kNanosPerHour;
  m.leg.window = {Instant(start), Instant(start + minutes(l.length_max.value))};
  std::int64_t lead =
      between(l.lead_min.value, l.lead_max.value,
              {0, 1, kMinute, 5 * kMinute, 10 * kMinute, 60 * kMinute, l.lead_max.value});
  m.leg.signed_at = Instant(start - lead);
  m.admission = m.leg.signed_at + Duration(between(0, l.skew.value, {0, 1, l.skew.value}));
  // The victim's grant, and what is live of it.
  chain::GrantRecord& g = m.grant;
  const rules::Tier& tier = one_of(rule.tiers);
  g.leg.tier = tier.name;
  g.rank = tier.rank;
  g.leg.price = price();
  g.leg.quantity = quantity();
  std::int64_t from = start + kMinute * between(-600, 60, {-60, -30, -5, -1, 0, 1, 5});
  g.leg.window = {Instant(from), Instant(from + minutes(l.length_max.value))};
  g.times_displaced = between(0, 5, {0, 1, 2});
  g.live = random_pieces(g.leg.window, g.leg.quantity);
  // The part of it that may be released, and what is.
  auto up = static_cast<std::int64_t>(-floor_div(-m.admission.value, kMinute) * kMinute);
  Window reach{std::max(m.leg.window.from, Instant(up)), m.leg.window.until};
  if (tier.min_run && g.leg.window.from <= m.admission)
    reach.from = std::max(reach.from, g.leg.window.from + *tier.min_run);
  if (reach.empty() || !admitted_before(rule, tier, m)) return;
  const capacity::Pieces part = capacity::inside(g.live, reach);
  const capacity::Pieces released = random_release(part);
  if (released.empty()) return;
  m.victim = victim_of(g, part, released, m.admission);
  m.part_notice = part.front().window.from - m.admission;
}

/// Findings by `analysis[subject]`.
class Said {
 public:
  explicit Said(const RuleReport& report) : report_(report) {}
  void not_proved(const std::string& analysis, const std::string& subject, const std::string& why) {
    for (const Finding& f : report_.findings) {
      if (f.analysis != analysis || f.subject != subject) continue;
      RC_LOG() << why;
      RC_ASSERT(f.verdict != AnalysisVerdict::proved);
      RC_ASSERT(f.verdict != AnalysisVerdict::vacuous);
    }
  }
  void not_refuted(const std::string& analysis, const std::string& subject) {
    for (const Finding& f : report_.findings)
      if (f.analysis == analysis && f.subject == subject)
        RC_ASSERT(f.verdict != AnalysisVerdict::refuted);
  }

 private:
  const RuleReport& report_;
};

void judge_goal(const rules::Rule& rule, const rules::Tier& tier, const Market& m, bool displaced,
                std::int64_t owed, Said& said) {
  const rules::Goal& goal = rule.goals.front();
  bool about = goal.claim.canonical.find("displaced") != std::string::npos;
  if (about != displaced) return;
  expr::Bindings<Concrete> b =
      chain::displacement_bindings(rule, tier, m.leg, m.victim.value_or(chain::VictimContext{}));
  auto row = [](const char* name) { return static_cast<std::size_t>(expr::variable_row(name)); };
  b.bools[row("admitted")] = Concrete::boolean(true);
  b.bools[row("displaced")] = Concrete::boolean(displaced);
  b.ints[row("compensation")] = Concrete::integer(owed);
  Concrete::Bool claim = expr::evaluate_bool<Concrete>(goal.claim, b);
  if (claim.poisoned || claim.value != goal.always)
    said.not_proved("goal:mine", "mine", goal.claim.canonical);
}

void judge(const rules::Rule& rule, const Market& m, Said& said) {
  bool reached = false;
  for (const rules::Tier& tier : rule.tiers) {
    Concrete::Bool eligible =
        expr::evaluate_bool<Concrete>(tier.eligible, chain::eligibility_bindings(rule, tier, m.leg));
    if (eligible.poisoned) said.not_proved("no-error", tier.name + ".eligible", "overflow");
    if (!Concrete::holds(eligible)) {
      said.not_refuted("tier-not-universal", tier.name);
      continue;
    }
    reached = true;
    said.not_refuted("tier-satisfiable", tier.name);
    judge_goal(rule, tier, m, false, 0, said);
    if (!m.victim || !tier.displaces) continue;
    chain::VictimContext chosen = *m.victim;
    chosen.notice = m.part_notice;
    if (!Concrete::holds(chain::displacement_holds(rule, tier, m.leg, chosen))) continue;
    if (m.victim->rank == tier.rank)
      said.not_proved("displacement-acyclic", "rule", "displaces itself");
    if (m.victim->rank >= tier.rank) continue;
    if (tier.displaces->stop_within && m.victim->notice < *tier.displaces->stop_within) continue;
    said.not_refuted("displacement-reachable", tier.name);
    said.not_refuted("notice-feasible", tier.name);
    Concrete::Int k = chain::displacement_compensation(rule, tier, m.leg, *m.victim);
    if (k.poisoned) {
      said.not_proved("no-error", tier.name + ".compensation", "overflow");
      continue;
    }
    if (k.value <= 0) said.not_proved("displacement-compensated", tier.name, "owes nothing");
    if (k.value < 0) said.not_proved("compensation-bounded", tier.name, "below zero");
    if (k.value < m.victim->value.value)
      said.not_proved("compensation-adequate", tier.name, "below the value");
    judge_goal(rule, tier, m, true, std::max<std::int64_t>(0, k.value), said);
  }
  if (!reached) said.not_proved("coverage", "tiers", "nobody's tier");
}

RC_GTEST_PROP(Soundness, nothing_proved_is_broken_by_a_decision, ()) {
  question::RuleFile file;
  file.file = "random.yaml";
  std::string text = rule_text();
  auto rule = rules::parse_rule(file.file, text, rules::load_superseded, &file.places);
  RC_LOG() << text << (rule ? "" : to_text(rule.error()));
  RC_ASSERT(rule.has_value());
  file.rule = *rule;
  file.id = crypto::content_id(rules::encode_rule(file.rule));
  RuleReport report = check_rule(file, {file}, CheckOptions{});
  RC_LOG() << report.mismatch;
  RC_ASSERT(!report.internal_error);
  for (const Finding& f : report.findings)
    RC_LOG() << f.analysis << "[" << f.subject << "] " << to_text(f.verdict) << "\n";
  Said said(report);
  const char* full = std::getenv("CAPMARKET_FULL");
  const int markets = full != nullptr && std::string(full) == "1" ? 10'000 : 300;
  for (int i = 0; i < markets; ++i) {
    Market m;
    random_market(file.rule, m);
    judge(file.rule, m, said);
  }
}

}  // namespace
}  // namespace capmarket::analyses
