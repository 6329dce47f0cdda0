// Random pairs of rules are compared, then random legs and victims are decided under both by what
// the rules say, without a solver: what one of them admits and the other refuses must not be
// missing from the relation.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstdlib>

#include "model/chain/bindings.h"
#include "model/expr/evaluate.h"
#include "tests/verify/diff/diff_support.h"

namespace capmarket::diff {
namespace {

constexpr std::int64_t kMinute = 60 * kNanosPerSecond;

/// At full size from the first pair on: a small size would take the first of everything.
std::int64_t in_range(std::int64_t low, std::int64_t high) {
  return *rc::gen::noShrink(rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high)));
}

template <class T>
T one_of(const std::vector<T>& items) {
  return items[static_cast<std::size_t>(in_range(0, static_cast<std::int64_t>(items.size())))];
}

/// What a rule is made of; each part of the second is its own, or that of the first.
using Parts = std::vector<std::string>;
const std::vector<std::vector<std::string>>& choices() {
  static const std::vector<std::string> kEligible = {"true",
                                                     "quantity >= 10",
                                                     "not (quantity < 10)",
                                                     "quantity > 8",
                                                     "user.kind == \"hospital\"",
                                                     "value >= 20.00",
                                                     "lead >= 5min && quantity < 100",
                                                     "'\"a\" in user.groups || partial'",
                                                     "location in \"eu/de\"",
                                                     "price > 1.50 && length <= 2h",
                                                     "rank >= 20 || quantity < 50",
                                                     "user.kind != holder.kind"};
  static const std::vector<std::string> kWhen = {"true",
                                                 "victim.rank < rank",
                                                 "notice >= 5min",
                                                 "notice >= 10min || not victim.started",
                                                 "victim.tier == \"low\"",
                                                 "victim.rank == 10",
                                                 "value > victim.whole_value",
                                                 "victim.quantity < 3"};
  static const std::vector<std::string> kOwes = {"1.5 * victim.value",
                                                 "max(victim.value, 1.00)",
                                                 "0.00",
                                                 "victim.value - 1.00",
                                                 "victim.value * 1.5",
                                                 "min(victim.whole_value, 2 * victim.value)"};
  static const std::vector<std::vector<std::string>> kChoices = {
      {"1", "5"},
      {"1000", "100", "1001"},
      {"8h", "30min"},
      {"0s", "10min"},
      {"0s", "5s", "3min"},
      {"0.00", "0.01", "1.00"},
      {"50.00", "100.00", "200.00"},
      {"10", "11", "25"},  // the rank of `low`
      kEligible,
      kEligible,
      kEligible,
      kWhen,
      kWhen,
      kOwes,
      kOwes,
      {"", "    min_run: 30min\n", "    min_run: 10min\n"},
      {"", "      stop_within: 5min\n", "      stop_within: 20min\n"}};
  return kChoices;
}

std::string text_of(const Parts& p) {
  return fmt::format(
      "rule: test/random\nversion: 1\nauthority: test\nclass: compute\nscope: eu\n"
      "effective: {{ from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }}\n"
      "granularity: 1min\nunit: core\nretention: 1y\ncurrency: EUR\n"
      "limits: {{ quantity: {} .. {}, price: 0.00 .. 100.00, length: 1min .. {}, lead: {} .. 1d, "
      "skew: {} }}\ncoordination: {{ mode: none }}\n"
      "pricing: {{ mode: negotiated, floor: {}, cap: {} }}\ntiers:\n"
      "  - name: low\n    rank: {}\n    eligible: {}\n{}  - name: mid\n    rank: 20\n    eligible: "
      "{}\n    displaces:\n      when: {}\n"
      "      compensation: {}\n      pay_within: 1d\n{}  - name: high\n    rank: 30\n    eligible: "
      "{}\n    displaces:\n      when: {}\n"
      "      compensation: {}\n      pay_within: 1d\n"
      "fallback:\n  - {{ name: same, substitution: same-holder, notify_within: 1min, refund: 100%, "
      "penalty: 20% }}\n",
      p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[15], p[9], p[11], p[13], p[16], p[10],
      p[12], p[14]);
}

std::int64_t between(std::int64_t low, std::int64_t high, const std::vector<std::int64_t>& edges) {
  std::int64_t x = one_of<std::int64_t>({0, 1, 2, 3}) < 3 ? one_of(edges) : in_range(low, high + 1);
  return std::clamp(x, low, high);
}

/// A leg, and a grant that it could displace.
struct Case {
  objects::CredentialGrant user, holder;
  location::Location location;
  chain::EligibilityContext leg;
  Instant admission, release_from, release_until;  // what the leg could have of the grant
  Instant lack_from;                               // from where on it lacks that
  chain::GrantRecord grant;                        // without a rank: each rule has its own
  objects::CredentialGrant owner;
  chain::EligibilityContext granted;  // when the grant was asked for
  Quantity released;
  bool entry = false;
};

void random_case(Case& c) {
  auto price = [] {
    return Money(between(0, 1'000'000, {0, 1, 100, 10'000, 15'000, 15'001, 500'000, 1'000'000}));
  };
  auto quantity = [] {
    return Quantity(between(1, 1001, {1, 2, 5, 9, 10, 49, 50, 100, 101, 1000}));
  };
  auto minutes = [] { return kMinute * between(1, 480, {1, 2, 5, 30, 31, 60, 120, 480}); };
  c.user.kind = one_of<std::string>({"hospital", "factory", "high"});
  c.holder.kind = one_of<std::string>({"hospital", "plant"});
  if (one_of<int>({0, 1}) == 1) c.user.groups = {"a"};
  c.location.path = one_of<std::string>({"eu", "eu/de", "eu/de/x", "eu/fr"});
  c.leg.user = &c.user, c.leg.holder = &c.holder, c.leg.location = &c.location;
  c.leg.quantity = quantity();
  c.leg.price = price();
  c.leg.partial = one_of<int>({0, 1}) == 1;
  constexpr std::int64_t kStart = 1'780'000'020LL * kNanosPerSecond;  // on the grid, in 2026
  c.leg.window = {Instant(kStart), Instant(kStart + minutes())};
  std::int64_t lead = between(0, 24 * 60 * kMinute, {0, 1, kMinute, 5 * kMinute, 10 * kMinute});
  c.leg.signed_at = Instant(kStart - lead);
  c.admission =
      c.leg.signed_at + Duration(between(0, 3 * kMinute, {0, 1, 5 * kNanosPerSecond, kMinute}));
  chain::GrantRecord& g = c.grant;
  g.leg.tier = one_of<std::string>({"low", "mid", "high"});
  g.leg.price = price();
  g.leg.quantity = quantity();
  std::int64_t from = kStart + kMinute * between(-60, 60, {-30, -29, -11, -10, -9, 0, 1, 5});
  g.leg.window = {Instant(from), Instant(from + minutes())};
  objects::Piece piece{g.leg.window, g.leg.quantity};
  g.live = {piece};
  c.owner.kind = one_of<std::string>({"hospital", "factory", "high"});
  if (one_of<int>({0, 1}) == 1) c.owner.groups = {"a"};
  c.granted = c.leg;
  c.granted.user = &c.owner;
  c.granted.quantity = g.leg.quantity;
  c.granted.price = g.leg.price;
  c.granted.window = g.leg.window;
  c.granted.partial = one_of<int>({0, 1}) == 1;
  c.granted.signed_at = std::min(g.leg.window.from, c.admission) -
                        Duration(between(0, 24 * 60 * kMinute, {0, kMinute, 10 * kMinute}));
  auto up = static_cast<std::int64_t>(-floor_div(-c.admission.value, kMinute) * kMinute);
  c.release_from = std::max({c.leg.window.from, piece.window.from, Instant(up)});
  c.release_until = std::min(c.leg.window.until, piece.window.until);
  c.released = Quantity(between(1, g.leg.quantity.value, {1, 2, 3, g.leg.quantity.value}));
  c.entry = c.release_from < c.release_until;
  c.lack_from = c.release_from;
  if (c.entry && one_of<int>({0, 1}) == 1)
    c.lack_from =
        c.release_from +
        Duration(kMinute * in_range(0, (c.release_until - c.release_from).value / kMinute));
}

/// Somebody was given the victim's grant under one of the rules.
bool eligible_under(const rules::Rule& rule, const Case& c) {
  const rules::Tier& tier = *rule.tier(c.grant.leg.tier);
  return Concrete::holds(expr::evaluate_bool<Concrete>(
      tier.eligible, chain::eligibility_bindings(rule, tier, c.granted)));
}

struct Outcome {
  bool leg = false, entry = false;
  std::int64_t owed = 0;
};

/// The victim as expressions read it, released of so many units from then on.
chain::VictimContext victim_of(const chain::GrantRecord& g, const Case& c, Instant from,
                               Quantity released) {
  Volume live = volume_of(g.leg.quantity, g.leg.window.length());
  Volume left = live - volume_of(released, c.release_until - from);
  auto worth = [&](Volume v) { return value_of(g.leg.price, v).value_or(Money(0)); };
  chain::VictimContext v;
  v.tier = g.leg.tier;
  v.rank = g.rank;
  v.quantity = g.leg.quantity;
  v.price = g.leg.price;
  v.value = worth(live) - worth(left);
  v.whole_value = worth(live);
  v.window = g.leg.window;
  v.started = g.leg.window.from <= c.admission;
  v.notice = from - c.admission;
  v.released = released;
  return v;
}

/// By the rule's text alone, written again: what the clauses say of this case.
Outcome decide_case(const rules::Rule& rule, const std::string& name, const Case& c) {
  const rules::Limits& l = rule.limits;
  const rules::Tier& tier = *rule.tier(name);
  Duration length = c.leg.window.length(), lead = c.leg.window.from - c.leg.signed_at;
  Outcome out;
  out.leg = l.quantity_min <= c.leg.quantity && c.leg.quantity <= l.quantity_max &&
            l.length_min <= length && length <= l.length_max && l.lead_min <= lead &&
            lead <= l.lead_max && c.admission - c.leg.signed_at <= l.skew &&
            l.price_min <= c.leg.price && c.leg.price <= l.price_max &&
            rule.pricing.floor <= c.leg.price && c.leg.price <= rule.pricing.cap &&
            Concrete::holds(expr::evaluate_bool<Concrete>(
                tier.eligible, chain::eligibility_bindings(rule, tier, c.leg)));
  const rules::Tier& theirs = *rule.tier(c.grant.leg.tier);
  const objects::Leg& g = c.grant.leg;
  bool granted = l.quantity_min <= g.quantity && g.quantity <= l.quantity_max &&
                 g.window.length() <= l.length_max && l.price_min <= g.price &&
                 l.lead_min <= g.window.from - c.granted.signed_at &&
                 g.window.from - c.granted.signed_at <= l.lead_max && g.price <= l.price_max &&
                 rule.pricing.floor <= g.price && g.price <= rule.pricing.cap;
  if (!out.leg || !c.entry || !granted || !tier.displaces || theirs.rank >= tier.rank) return out;
  chain::GrantRecord grant = c.grant;
  grant.rank = theirs.rank;
  // Its part begins where its protection ends, if it has begun; `when` reads the whole part.
  Instant part_from = c.release_from;
  if (g.window.from <= c.admission && theirs.min_run)
    part_from = std::max(part_from, g.window.from + *theirs.min_run);
  if (c.lack_from < part_from || c.release_until <= c.lack_from) return out;
  chain::VictimContext whole = victim_of(grant, c, part_from, g.quantity);
  chain::VictimContext v = victim_of(grant, c, c.lack_from, c.released);
  Concrete::Int owed = chain::displacement_compensation(rule, tier, c.leg, v);
  bool stops = v.notice >= tier.displaces->stop_within.value_or(Duration(0));
  out.entry = stops && !owed.poisoned &&
              Concrete::holds(chain::displacement_holds(rule, tier, c.leg, whole));
  out.owed = std::max<std::int64_t>(0, owed.value);
  return out;
}

RC_GTEST_PROP(DiffSoundness, no_decision_contradicts_the_relation, ()) {
  const char* full = std::getenv("CAPMARKET_FULL");
  const bool thorough = full != nullptr && std::string(full) == "1";
  static int pairs = 0;
  if (!thorough && ++pairs > 25) return;
  std::array<Parts, 2> parts;
  for (const auto& choice : choices()) {
    parts[0].push_back(one_of(choice));
    bool other = one_of<int>({0, 0, 0, 0, 1}) == 1;
    parts[1].push_back(other ? one_of(choice) : parts[0].back());
  }
  question::RuleFile older = rule_file("old.yaml", text_of(parts[0]));
  question::RuleFile newer = rule_file("new.yaml", text_of(parts[1]));
  auto report = diff_rules(older, newer, DiffOptions{});
  RC_LOG() << text_of(parts[0]) << "\n" << text_of(parts[1]);
  RC_ASSERT(report.has_value());
  RC_LOG() << report->mismatch;
  RC_ASSERT(!report->internal_error);
  using R = DiffRelation;
  const auto relation = report->relation;
  const int cases = thorough ? 1000 : 100;
  for (int i = 0; i < cases; ++i) {
    Case c;
    random_case(c);
    c.entry = c.entry && (eligible_under(older.rule, c) || eligible_under(newer.rule, c));
    for (const char* tier : {"low", "mid", "high"}) {
      Outcome before = decide_case(older.rule, tier, c), after = decide_case(newer.rule, tier, c);
      bool admits = (after.leg && !before.leg) || (after.entry && !before.entry);
      bool refuses = (before.leg && !after.leg) || (before.entry && !after.entry);
      bool owes = before.entry && after.entry && before.owed != after.owed;
      RC_LOG() << tier << " " << i << (relation ? to_text(*relation) : "undecided") << "\n";
      // Inside of the macro every side of `||` is evaluated: what is not decided is any relation.
      const R found = relation.value_or(R::incomparable);
      if (admits) RC_ASSERT(found == R::looser || found == R::incomparable);
      if (refuses) RC_ASSERT(found == R::stricter || found == R::incomparable);
      if (owes) RC_ASSERT(found == R::incomparable);
    }
  }
}

}  // namespace
}  // namespace capmarket::diff
