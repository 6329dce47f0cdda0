// What both rules fix as constants: compared as such, and told with both values.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "model/admission/clauses.h"
#include "model/base/text.h"
#include "verify/diff/differ.h"

namespace capmarket::diff {
namespace {

std::string mode_text(const rules::Coordination& c) {
  std::string out(rules::kCoordinationModes[static_cast<std::size_t>(c.mode)]);
  return c.mode == rules::CoordinationMode::sharded ? fmt::format("{} by {}", out, c.by) : out;
}

bool coordinated(const rules::Coordination& c) {
  return c.mode == rules::CoordinationMode::single || c.mode == rules::CoordinationMode::sharded;
}

/// The coordinators of a market, by the depths of their scopes, all on one path with the location:
/// who signed, and who else there is. More of either tell no two modes apart that these do not: one
/// scope covers a region, one makes a region of a location above the depth.
struct Coordinators {
  std::optional<std::int64_t> signs, other;

  bool any(const std::function<bool(std::int64_t)>& is) const {
    return (signs && is(*signs)) || (other && is(*other));
  }
  std::string text(std::int64_t depth) const {
    auto of = [&](std::int64_t scope) {
      return fmt::format("of depth {}{}", scope,
                         scope < depth   ? " around it"
                         : scope > depth ? " below it"
                                         : ", its own");
    };
    std::string out = signs ? "the coordinator " + of(*signs) : "no coordinator";
    if (other) out += fmt::format(", where {} {} is", signs ? "another" : "one", of(*other));
    return out + (signs && !other ? ", the only one" : "");
  }
};

/// The clause of admission over the regions that the mode asks for (resolve_coordination.cc): the
/// location itself, its ancestor at depth `by`, or below it what the scopes there reach.
bool admitted(const rules::Coordination& mode, std::int64_t depth, const Coordinators& by) {
  admission::SettlementFacts<Concrete> f;
  admission::LegFacts<Concrete> l;
  auto yes = Concrete::boolean(true);
  l.declaration_exists = l.rule_exists = yes;
  l.coordination_single = Concrete::boolean(mode.mode == rules::CoordinationMode::single);
  l.coordination_sharded = Concrete::boolean(mode.mode == rules::CoordinationMode::sharded);
  // A scope contains every deeper region that it is around.
  const std::int64_t region = mode.mode == rules::CoordinationMode::single ? depth : mode.by;
  const bool there = region <= depth || by.any([&](std::int64_t scope) { return scope >= region; });
  if (coordinated(mode) && there) {
    const bool covers = by.signs && *by.signs <= region;
    admission::ShardFacts<Concrete> shard;
    shard.known = Concrete::boolean(by.any([&](std::int64_t scope) { return scope <= region; }));
    shard.coordinator_signed = shard.coordinator.exists = Concrete::boolean(covers);
    shard.coordinator.role_fits = shard.coordinator.subject_fits = shard.coordinator.rooted = yes;
    shard.coordinator.scope = {{Concrete::integer(0), Concrete::integer(0)}};
    l.shards = {shard};
  }
  f.legs = {l};
  admission::Clause<Concrete> c = admission::clause::settlement_coordination<Concrete>(f);
  return Concrete::holds(c.resolved) && Concrete::holds(c.holds);
}

/// A lease that outlasts every grant lets none lapse.
std::optional<Duration> lease_of(const rules::Rule& r) {
  const std::int64_t longest =
      r.limits.length_max.value / r.granularity.value * r.granularity.value;
  return r.lease && r.lease->value < longest ? r.lease : std::nullopt;
}

std::string lease_text(const rules::Rule& r) {
  return lease_of(r) ? to_text(*r.lease) : std::string("none");
}

bool owes_in_review(const rules::Rule& r) {
  return r.revocation && r.revocation->on_review != rules::OnReview::uphold &&
         (r.revocation->on_review == rules::OnReview::void_future || r.revocation->rate.value != 0);
}

}  // namespace

void Differ::constants() {
  if (halted()) return;
  heads();
  coordination();
  order_of_tiers();
  terms_of_displacement();
  strategies();
  aftermath();
}

Difference* Differ::constant(const std::string& provision, const TierPair* of, DiffPhase phase,
                             DiffKind kind, const std::string& older, const std::string& newer,
                             const std::string& sentence, bool admits, bool refuses) {
  Clock clock(*this, provision, of == nullptr ? "" : of->name);
  clock.constant();
  if (older == newer) return nullptr;
  clock.different();
  Difference d = begin(provision, of, phase, kind);
  d.admits = admits, d.refuses = refuses;
  d.sentence = fmt::format("{}: it was {}, and is {}", sentence, older, newer);
  d.old_outcome = older, d.new_outcome = newer;
  if (of != nullptr) d.witness = {{"tier", of->name}};
  add_constant(std::move(d));
  return &report_.differences.back();
}

void Differ::heads() {
  const rules::Rule &a = rule(0), &b = rule(1);
  using enum DiffKind;
  constexpr DiffPhase kRequest = DiffPhase::request;
  constant("class", nullptr, kRequest, other_terms, a.class_name, b.class_name,
           "the rule is of another class of capacity", true, true);
  constant("unit", nullptr, kRequest, other_terms, a.unit, b.unit, "quantities have another unit",
           true, true);
  constant("currency", nullptr, kRequest, other_money, a.currency, b.currency,
           "prices and debts are in another currency");
  constant("authority", nullptr, kRequest, other_terms, a.authority, b.authority,
           "another authority governs: its coordinators and strategies count");
  if (a.pricing.mode == rules::PricingMode::discovered &&
      b.pricing.mode == rules::PricingMode::discovered)
    constant("pricing.over", nullptr, kRequest, other_price, to_text(a.pricing.over),
             to_text(b.pricing.over), "price indices are taken over another span", true, true);
}

/// Every place in the scopes and one far below, under every pair of a coordinator who signs and
/// another one: whatever tells two modes apart.
void Differ::coordination() {
  const rules::Coordination &a = rule(0).coordination, &b = rule(1).coordination;
  Clock clock(*this, "coordination", "");
  clock.constant();
  if (mode_text(a) == mode_text(b)) return;
  clock.different();
  const std::int64_t top = std::max(rule(0).scope.depth(), rule(1).scope.depth());
  const std::int64_t bottom = std::max({top, a.by, b.by}) + 1;
  bool told[2] = {false, false};
  for (std::int64_t depth = top; depth <= bottom; ++depth) {
    std::vector<Coordinators> ways = {{}};
    for (std::int64_t scope = 1; scope <= bottom; ++scope) {
      ways.push_back({scope, {}});
      ways.push_back({{}, scope});
      for (std::int64_t other = 1; other <= bottom; ++other)
        if (other != scope) ways.push_back({scope, other});
    }
    for (const Coordinators& way : ways) {
      const bool before = admitted(a, depth, way), after = admitted(b, depth, way);
      if (before == after || told[after ? 1 : 0]) continue;
      told[after ? 1 : 0] = true;
      Difference d = begin("coordination", nullptr, DiffPhase::request,
                           after ? DiffKind::newly_admitted : DiffKind::newly_refused);
      d.sentence = fmt::format("a settlement signed by {} is {}: coordination was {}, and is {}",
                               way.text(depth), after ? "newly admitted" : "no longer admitted",
                               mode_text(a), mode_text(b));
      d.witness = {{"location.depth", fmt::format("{}", depth)}, {"signed by", way.text(depth)}};
      d.old_outcome = before ? "admitted" : "refused by coordination";
      d.new_outcome = after ? "admitted" : "refused by coordination";
      add_constant(std::move(d));
    }
  }
  // Under a coordinator the schedule of the infrastructure counts, and grants on other
  // declarations of it can be displaced.
  if (coordinated(a) != coordinated(b)) {
    const bool now = coordinated(b);
    bool displacing = std::any_of(pair_.tiers.begin(), pair_.tiers.end(), [](const auto& t) {
      return t.common() && t.displaces(0) && t.displaces(1);
    });
    if (displacing) {
      Difference d = begin("coordination", nullptr, DiffPhase::displacement,
                           now ? DiffKind::newly_admitted : DiffKind::newly_refused);
      d.sentence =
          fmt::format("a grant on another declaration of one infrastructure {} be displaced",
                      now ? "can newly" : "can no longer");
      d.witness = {{"victim", "on the leg's infrastructure, not on its declaration"}};
      d.old_outcome = now ? "refused by displacement" : "admitted";
      d.new_outcome = now ? "admitted" : "refused by displacement";
      add_constant(std::move(d));
    }
    return;
  }
  if (told[0] || told[1]) return;
  Difference d = begin("coordination", nullptr, DiffPhase::aftermath, DiffKind::other_terms);
  d.sentence = fmt::format("coordination was {}, and is {}: breaches are found and paid otherwise",
                           mode_text(a), mode_text(b));
  d.old_outcome = mode_text(a), d.new_outcome = mode_text(b);
  add_constant(std::move(d));
}

/// Ranks order tiers: curtailments cut the lowest first, substitutes keep at least the rank.
void Differ::order_of_tiers() {
  Clock clock(*this, "tiers.rank", "");
  clock.constant();
  // Nobody has a grant of a tier that no rule lets anybody obtain.
  auto empty = [&](std::size_t i) {
    return obtainable_[i] == smt::Answer::unsat && !rule(0).supersedes && !rule(1).supersedes;
  };
  for (std::size_t i = 0; i < pair_.tiers.size(); ++i)
    for (std::size_t k = i + 1; k < pair_.tiers.size(); ++k) {
      const TierPair &x = tier(i), &y = tier(k);
      if (!x.common() || !y.common()) continue;
      bool before = x.of[0]->rank > y.of[0]->rank, after = x.of[1]->rank > y.of[1]->rank;
      if (before == after || empty(i) || empty(k)) continue;
      clock.different();
      const TierPair &up = after ? x : y, &down = after ? y : x;
      Difference d = begin("tiers.rank", &up, DiffPhase::failure, DiffKind::other_tier);
      d.sentence =
          fmt::format("tier `{}` stands above tier `{}`, below which it stood", up.name, down.name);
      d.witness = {{"tier", up.name}, {"other tier", down.name}};
      auto order = [&](std::size_t side) {
        bool upper = up.of[side]->rank > down.of[side]->rank;
        return fmt::format("{} above {}", upper ? up.name : down.name, upper ? down.name : up.name);
      };
      d.old_outcome = order(0), d.new_outcome = order(1);
      d.because = {
          "a curtailment cuts the lowest rank first; a substitute keeps at least the rank"};
      add_constant(std::move(d));
    }
}

void Differ::terms_of_displacement() {
  for (std::size_t i = 0; i < pair_.tiers.size(); ++i) {
    const TierPair& t = tier(i);
    if (t.common())
      ordered(constant("tiers.preempts", &t, DiffPhase::displacement, DiffKind::other_terms,
                       t.of[0]->never_preempts ? "never" : "not said",
                       t.of[1]->never_preempts ? "never" : "not said",
                       "whether a later version may let the tier displace"),
              int{t.of[0]->never_preempts}, int{t.of[1]->never_preempts});
    // Terms of what can never happen change nothing.
    if (!t.displaces(0) || !t.displaces(1) || displacing_[i] == smt::Answer::unsat) continue;
    const rules::Displaces &a = *t.of[0]->displaces, &b = *t.of[1]->displaces;
    auto order = [](const rules::Displaces& d) {
      return std::string(rules::kVictimOrders[static_cast<std::size_t>(d.victims)]);
    };
    ordered(constant("tiers.displaces.pay_within", &t, DiffPhase::displacement,
                     DiffKind::other_deadline, to_text(a.pay_within), to_text(b.pay_within),
                     "what a displacement owes is due at another time"),
            a.pay_within, b.pay_within);
    constant("tiers.displaces.victims", &t, DiffPhase::displacement, DiffKind::other_order,
             order(a), order(b), "of two victims of one rank another goes first", true, true);
  }
}

void Differ::strategy_place(Difference& d, std::size_t side, const std::string& name,
                            const std::string& key) const {
  const auto& all = rule(side).fallback;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name)
      (side == 0 ? d.old_place : d.new_place) =
          place(side, fmt::format("fallback[{}].{}", i, key), nullptr);
}

/// By content: a strategy under another name is the same promise, though a settlement names it by
/// its id.
void Differ::strategy_of_one(std::size_t side, const rules::FallbackStrategy& f) {
  const auto& others = rule(1 - side).fallback;
  auto twin = std::find_if(others.begin(), others.end(), [&](const rules::FallbackStrategy& x) {
    return f.substitution == x.substitution && f.notify_within == x.notify_within &&
           f.refund == x.refund && f.penalty == x.penalty && f.record == x.record &&
           rule(side).strategy(x.name) == nullptr;
  });
  Clock clock(*this, "fallback", f.name);
  clock.constant();
  if (twin != others.end()) {
    if (side == 0)
      report_.notes.push_back(fmt::format(
          "strategy `{}` is called `{}` in NEW, with the same terms", f.name, twin->name));
    return;
  }
  clock.different();
  Difference d = begin("fallback", nullptr, DiffPhase::failure, one_way(side));
  d.sentence =
      fmt::format("only {} has the fallback strategy `{}`", side == 0 ? "OLD" : "NEW", f.name);
  d.witness = {{"strategy", f.name}};
  d.old_outcome = side == 0 ? "admitted" : "refused by fallback";
  d.new_outcome = side == 1 ? "admitted" : "refused by fallback";
  strategy_place(d, side, f.name, "name");
  add_constant(std::move(d));
}

/// Under one name: OLD's and NEW's.
void Differ::strategy_terms(const rules::FallbackStrategy& a, const rules::FallbackStrategy& b) {
  auto records = [](const rules::FallbackStrategy& f) {
    std::string out;
    for (rules::RecordField r : f.record)
      out += fmt::format("{}{}", out.empty() ? "" : ", ",
                         rules::kRecordFields[static_cast<std::size_t>(r)]);
    return "[" + out + "]";
  };
  auto differ = [&](const std::string& key, DiffKind kind, std::string x, std::string y,
                    const std::string& what, auto older, auto newer) {
    Clock clock(*this, "fallback." + key, a.name);
    clock.constant();
    if (x == y) return;
    clock.different();
    Difference d = begin("fallback." + key, nullptr, DiffPhase::failure, kind);
    // A settlement names the strategy by its content.
    d.admits = d.refuses = true;
    d.sentence = fmt::format("under strategy `{}` {}: it was {}, and is {}", a.name, what, x, y);
    d.witness = {{"strategy", a.name}};
    if (kind == DiffKind::other_money) d.witness.emplace_back("failed value", "1.0000");
    d.old_outcome = std::move(x), d.new_outcome = std::move(y);
    ordered(&d, older, newer);
    strategy_place(d, 0, a.name, key), strategy_place(d, 1, a.name, key);
    add_constant(std::move(d));
  };
  // Of a failed value of 1.0000: floor(ratio x 10 000 / 10 000).
  auto owed = [&](std::int64_t tenths) {
    Money part(mul_div_floor(kFullRatio, tenths, kFullRatio).value_or(0));
    return fmt::format("{} ({})", percent_text(tenths), to_text(part));
  };
  auto substitution = [](const rules::FallbackStrategy& f) {
    return std::string(rules::kSubstitutions[static_cast<std::size_t>(f.substitution)]);
  };
  using enum DiffKind;
  differ("refund", other_money, owed(a.refund.value), owed(b.refund.value),
         "another part of what fails is paid back", a.refund, b.refund);
  differ("penalty", other_money, owed(a.penalty.value), owed(b.penalty.value),
         "another penalty is owed for what fails", a.penalty, b.penalty);
  differ("notify_within", other_deadline, to_text(a.notify_within), to_text(b.notify_within),
         "a failure is late at another time", a.notify_within, b.notify_within);
  differ("substitution", other_terms, substitution(a), substitution(b),
         "substitutes come from another scope", a.substitution, b.substitution);
  differ("record", other_terms, records(a), records(b), "the record carries other fields",
         a.record.size(), b.record.size());
}

void Differ::strategies() {
  for (std::size_t side : kSides)
    for (const rules::FallbackStrategy& f : rule(side).fallback)
      if (rule(1 - side).strategy(f.name) == nullptr) strategy_of_one(side, f);
  for (const rules::FallbackStrategy& a : rule(0).fallback)
    if (const rules::FallbackStrategy* b = rule(1).strategy(a.name)) strategy_terms(a, *b);
}

void Differ::aftermath() {
  const rules::Rule &a = rule(0), &b = rule(1);
  using enum DiffKind;
  constexpr DiffPhase kAftermath = DiffPhase::aftermath;
  ordered(constant("dispute_within", nullptr, kAftermath, other_deadline, to_text(a.dispute_within),
                   to_text(b.dispute_within),
                   "a grant can be disputed, and debts are due, until another time"),
          a.dispute_within, b.dispute_within);
  ordered(constant("lease", nullptr, kAftermath, other_deadline, lease_text(a), lease_text(b),
                   "a grant lapses at another time unless it is renewed"),
          lease_of(a).value_or(Duration(kWireMax)), lease_of(b).value_or(Duration(kWireMax)));
  ordered(constant("surrender_fee", nullptr, kAftermath, other_money,
                   percent_text(a.surrender_fee.value), percent_text(b.surrender_fee.value),
                   "giving a grant back costs another part of its value"),
          a.surrender_fee, b.surrender_fee);
  ordered(constant("peer_penalty", nullptr, kAftermath, other_money,
                   percent_text(a.peer_penalty.value), percent_text(b.peer_penalty.value),
                   "a breach of a shared edge costs another part of its value"),
          a.peer_penalty, b.peer_penalty);
  auto claims = [](const rules::Claims& c) {
    return fmt::format("contest_within {}, burden {}, claim_fee {}, contest_fee {}",
                       to_text(c.contest_within), rules::to_text(c.burden),
                       percent_text(c.claim_fee.value), percent_text(c.contest_fee.value));
  };
  constant("claims", nullptr, DiffPhase::failure, other_terms, claims(a.claims), claims(b.claims),
           "a claim of non-delivery comes to stand or fall otherwise");
  ordered(constant("review_within", nullptr, kAftermath, other_deadline, to_text(a.review_within),
                   to_text(b.review_within), "a revoked credential is in review for another time"),
          a.review_within, b.review_within);
  auto review = [](const rules::Rule& r) {
    // Without one, and with a rate of nothing, nobody is owed anything.
    if (!owes_in_review(r)) return std::string("uphold");
    std::string out(rules::kOnReviews[static_cast<std::size_t>(r.revocation->on_review)]);
    return r.revocation->on_review == rules::OnReview::compensate
               ? fmt::format("{} {}", out, percent_text(r.revocation->rate.value))
               : out;
  };
  constant(
      "revocation", nullptr, kAftermath,
      owes_in_review(a) && owes_in_review(b) && a.revocation->on_review == b.revocation->on_review
          ? other_money
          : other_terms,
      review(a), review(b), "a revoked credential has another outcome");
}

}  // namespace capmarket::diff
