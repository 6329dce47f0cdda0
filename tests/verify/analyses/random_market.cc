#include "tests/verify/analyses/random_market.h"

#include <algorithm>

#include "model/capacity/piece.h"
#include "model/chain/goals.h"
#include "model/expr/evaluate.h"
#include "tests/verify/analyses/random_room.h"

namespace capmarket::analyses {
namespace {

/// The least multiple of the granularity at or after `t`.
std::int64_t on_grid_up(const rules::Rule& rule, Int128 t) {
  const std::int64_t origin = rule.origin.value_or(Instant(0)).value;
  const std::int64_t step = rule.granularity.value;
  return static_cast<std::int64_t>(-floor_div(-(t - origin), step) * step + origin);
}

/// The victim as expressions read it. Source: docs/spec/semantics.md#compensation.
chain::VictimContext victim_context(const chain::GrantRecord& g, const capacity::Pieces& part,
                                    const capacity::Pieces& released, Instant admission) {
  auto worth = [&](Volume v) { return value_of(g.leg.price, v).value_or(Money(0)); };
  const Volume live = capacity::volume_of(g.live);
  chain::VictimContext v;
  v.tier = g.leg.tier;
  v.rank = g.rank;
  v.quantity = largest_of(part);
  v.price = g.leg.price;
  v.value = worth(live) - worth(live - capacity::volume_of(released));
  v.whole_value = worth(volume_of(g.leg.quantity, g.leg.window.length()));
  v.window = g.leg.window;
  v.started = g.leg.window.from <= admission;
  v.times_displaced = g.times_displaced;
  v.notice = released.front().window.from - admission;
  v.released = largest_of(released);
  return v;
}

}  // namespace

Quantity largest_of(const capacity::Pieces& pieces) {
  Quantity out;
  for (const objects::Piece& p : pieces) out = std::max(out, p.quantity);
  return out;
}

Mentioned mentioned_by(const rules::Rule& rule) {
  Mentioned out;
  auto read = [&](const expr::Expr& e) {
    for (const expr::ExprNode& n : e.nodes) {
      if (n.op != expr::Op::literal) continue;
      if (n.type == expr::ExprType::integer) out.integers.push_back(n.value);
      if (n.type == expr::ExprType::money) out.money.push_back(n.value);
      if (n.type == expr::ExprType::duration) out.durations.push_back(n.value);
    }
  };
  for (const rules::Tier& t : rule.tiers) {
    read(t.eligible);
    if (!t.displaces) continue;
    read(t.displaces->when);
    read(t.displaces->compensation);
    if (t.displaces->bound) read(*t.displaces->bound);
    if (t.displaces->exempt) read(*t.displaces->exempt);
    if (t.displaces->stop_within) out.durations.push_back(t.displaces->stop_within->value);
  }
  for (const rules::Goal& g : rule.goals) read(g.claim);
  out.kinds = out.groups = rule.world.names;
  out.kinds.push_back("somebody else");
  if (rule.vocabulary) out.kinds = rule.vocabulary->kinds, out.groups = rule.vocabulary->groups;
  if (out.kinds.empty()) out.kinds.push_back("");
  for (const location::Location& l : rule.world.paths)
    if (rule.scope.contains(l)) out.places.push_back(l);
  out.places.push_back(rule.scope);
  out.places.push_back(location::Location{rule.scope.path + "/elsewhere"});
  return out;
}

MarketMaker::MarketMaker(const rules::Rule& rule, Draw draw)
    : rule_(rule), draw_(std::move(draw)), mentioned_(mentioned_by(rule)) {}

/// Mostly one of the edges or what lies beside it.
std::int64_t MarketMaker::between(std::int64_t low, std::int64_t high,
                                  const std::vector<std::int64_t>& edges) {
  if (edges.empty() || draw_(0, 4) == 0) return draw_(low, high);
  return std::clamp(one_of(edges) + draw_(-1, 1), low, high);
}

void MarketMaker::party(objects::CredentialGrant& out) {
  out.kind = one_of(mentioned_.kinds);
  out.groups.clear();
  for (const std::string& group : mentioned_.groups)
    if (draw_(0, 2) == 0) out.groups.push_back(group);
  std::sort(out.groups.begin(), out.groups.end());
}

Quantity MarketMaker::quantity() {
  const rules::Limits& l = rule_.limits;
  std::vector<std::int64_t> edges = mentioned_.integers;
  edges.insert(edges.end(), {l.quantity_min.value, l.quantity_max.value, 1, 2, 10, 100});
  return Quantity(between(l.quantity_min.value, l.quantity_max.value, edges));
}

/// A multiple of the granularity inside the limits, where there is one.
std::optional<Duration> MarketMaker::length() {
  const std::int64_t step = rule_.granularity.value;
  const std::int64_t low = (rule_.limits.length_min.value + step - 1) / step;
  const std::int64_t high = rule_.limits.length_max.value / step;
  if (low > high) return std::nullopt;
  std::vector<std::int64_t> edges = {low, high, kNanosPerHour / step};
  for (std::int64_t d : mentioned_.durations) edges.push_back(d / step);
  return Duration(between(low, high, edges) * step);
}

/// One that the rule admits without an index: its tariff, or between its bounds. What makes a
/// product or a value that some expression mentions is worth trying.
std::optional<Money> MarketMaker::price(std::size_t tier, Quantity quantity, Duration length,
                                        Instant start) {
  const rules::Pricing& p = rule_.pricing;
  const rules::Limits& l = rule_.limits;
  if (p.mode == rules::PricingMode::fixed) {
    std::optional<Money> out = p.schedule.empty() ? std::optional(p.tariff) : std::nullopt;
    for (const rules::TariffEntry& e : p.schedule)
      if (e.tier == rule_.tiers[tier].name && e.window.contains(start)) out = e.price;
    return out && l.price_min <= *out && *out <= l.price_max ? out : std::nullopt;
  }
  const std::int64_t low = std::max(p.floor, l.price_min).value;
  const std::int64_t high = std::min(p.cap, l.price_max).value;
  if (low > high) return std::nullopt;
  std::vector<std::int64_t> edges = {low, high};
  std::vector<std::int64_t> factors = mentioned_.integers;
  factors.push_back(1);
  for (std::int64_t m : mentioned_.money) {
    edges.push_back(m);
    const Int128 volume = Int128{quantity.value} * length.value;
    const std::int64_t factor = std::max<std::int64_t>(1, one_of(factors));
    if (quantity.value <= 0 || volume <= 0) continue;
    edges.push_back(
        static_cast<std::int64_t>(std::clamp<Int128>(Int128{m} * kNanosPerHour / volume, 0, high)));
    edges.push_back(m / factor / quantity.value);
    edges.push_back(m / factor / quantity.value / quantity.value);
  }
  return Money(between(low, high, edges));
}

bool MarketMaker::leg(Market& m) {
  const rules::Limits& l = rule_.limits;
  if (rule_.effective.empty()) return false;
  party(m.user);
  party(m.holder);
  m.location = one_of(mentioned_.places);
  m.tier = static_cast<std::size_t>(draw_(0, static_cast<std::int64_t>(rule_.tiers.size()) - 1));
  m.leg = {&m.user, &m.holder, &m.location, quantity(), {}, {}, {}, coin()};
  std::vector<std::int64_t> leads = {l.lead_min.value, l.lead_max.value};
  for (std::int64_t d : mentioned_.durations) leads.push_back(d);
  const std::int64_t lead = between(l.lead_min.value, l.lead_max.value, leads);
  std::vector<std::int64_t> signings = {rule_.effective.from.value,
                                        rule_.effective.until.value - 1};
  for (const rules::TariffEntry& e : rule_.pricing.schedule)
    for (Instant t : {e.window.from, e.window.until}) signings.push_back(t.value - lead);
  const std::int64_t about =
      between(rule_.effective.from.value, rule_.effective.until.value - 1, signings);
  const Instant start(on_grid_up(rule_, Int128{about} + lead));
  m.leg.signed_at = start - Duration(lead);
  const std::optional<Duration> long_for = length();
  if (!long_for || !rule_.effective.contains(m.leg.signed_at)) return false;
  m.leg.window = {start, start + *long_for};
  const std::optional<Money> pays = price(m.tier, m.leg.quantity, *long_for, start);
  if (!pays) return false;
  m.leg.price = *pays;
  m.admission = m.leg.signed_at + Duration(between(0, l.skew.value, {0, l.skew.value}));
  return Quantity(0) < m.leg.quantity;
}

/// A grant of the same version that meets the leg, and what is live of it.
bool MarketMaker::grant(Market& m) {
  chain::GrantRecord& g = m.grant;
  const std::int64_t step = rule_.granularity.value;
  const std::size_t tier =
      static_cast<std::size_t>(draw_(0, static_cast<std::int64_t>(rule_.tiers.size()) - 1));
  g.leg.tier = rule_.tiers[tier].name;
  g.rank = rule_.tiers[tier].rank;
  g.leg.quantity = coin() ? m.leg.quantity : quantity();
  const std::optional<Duration> long_for = coin() ? m.leg.window.length() : length();
  if (!long_for) return false;
  const std::int64_t before = long_for->value / step, inside = m.leg.window.length().value / step;
  const std::int64_t steps =
      coin() ? 0 : between(1 - before, inside - 1, {0, -1, 1 - before, inside - 1});
  const Instant from = m.leg.window.from + Duration(steps * step);
  g.leg.window = {from, from + *long_for};
  const std::optional<Money> pays = price(tier, g.leg.quantity, *long_for, from);
  if (!pays || g.leg.quantity <= Quantity(0)) return false;
  g.leg.price = *pays;
  const rules::Tier& of = rule_.tiers[tier];
  if (of.user_quota && *of.user_quota < g.leg.quantity) return false;
  g.live = live_pieces(g.leg.window, g.leg.quantity);
  return granted_before(m, rule_.tiers[tier]);
}

/// Somebody was eligible for it at an instant of signing that the limits allow, and the
/// displacement comes no earlier. The holder and the place are the leg's.
bool MarketMaker::granted_before(const Market& m, const rules::Tier& tier) {
  const objects::Leg& leg = m.grant.leg;
  const std::int64_t first =
      std::max(rule_.effective.from.value, leg.window.from.value - rule_.limits.lead_max.value);
  const std::int64_t last = std::min({leg.window.from.value - rule_.limits.lead_min.value,
                                      m.admission.value, rule_.effective.until.value - 1});
  if (first > last) return false;
  objects::CredentialGrant user;
  party(user);
  chain::EligibilityContext then = m.leg;
  then.user = &user;
  then.quantity = leg.quantity, then.price = leg.price, then.window = leg.window;
  then.partial = coin();
  then.signed_at = Instant(between(first, last, {first, last}));
  return Concrete::holds(
      expr::evaluate_bool<Concrete>(tier.eligible, chain::eligibility_bindings(rule_, tier, then)));
}

/// Some granules of the window; the whole of it half the time.
Window MarketMaker::steps_inside(const Window& window) {
  if (coin()) return window;
  const std::int64_t step = rule_.granularity.value, count = window.length().value / step;
  if (count < 1) return window;
  const std::int64_t first = between(0, count - 1, {0, count - 1});
  const std::int64_t last = between(first + 1, count, {first + 1, count});
  return {window.from + Duration(first * step), window.from + Duration(last * step)};
}

/// What may be live of a grant: one piece, or several with gaps between them.
capacity::Pieces MarketMaker::live_pieces(const Window& window, Quantity most) {
  capacity::Pieces out;
  for (int i = coin() ? 1 : 3; i > 0; --i) {
    const Window w = steps_inside(window);
    const Quantity left = most - largest_of(capacity::inside(out, w));
    if (Quantity(0) < left)
      out =
          capacity::changed(out, w, Quantity(between(1, left.value, {1, left.value, left.value})));
  }
  return out;
}

/// Of each piece of the part nothing, or some granules of it.
capacity::Pieces MarketMaker::release(const capacity::Pieces& part) {
  capacity::Pieces out;
  for (const objects::Piece& p : part) {
    if (part.size() > 1 && coin()) continue;
    const Quantity r(between(1, p.quantity.value, {1, p.quantity.value, p.quantity.value}));
    out = capacity::changed(out, steps_inside(p.window), r);
  }
  return out;
}

/// Whether the grant was displaced so often: each time took a granule of a unit of it, and its tier
/// could do so then too.
bool MarketMaker::displaced_before(const Market& m, std::int64_t times) {
  const Volume whole = volume_of(m.grant.leg.quantity, m.grant.leg.window.length());
  const Volume gone = whole - capacity::volume_of(m.grant.live);
  if (gone.value < Int128{times} * rule_.granularity.value) return false;
  chain::VictimContext then = *m.victim;
  then.notice = m.part_notice;
  for (then.times_displaced = 0; then.times_displaced < times; ++then.times_displaced)
    if (!Concrete::holds(chain::displacement_holds(rule_, rule_.tiers[m.tier], m.leg, then)))
      return false;
  return true;
}

/// The part of the grant that may be released, and what is.
void MarketMaker::victim(Market& m) {
  const chain::GrantRecord& g = m.grant;
  const rules::Tier& tier = *rule_.tier(g.leg.tier);
  Window reach{std::max(m.leg.window.from, Instant(on_grid_up(rule_, m.admission.value))),
               m.leg.window.until};
  if (tier.min_run && g.leg.window.from <= m.admission)
    reach.from = std::max(reach.from, g.leg.window.from + *tier.min_run);
  if (reach.empty()) return;
  const capacity::Pieces part = capacity::inside(g.live, reach);
  const capacity::Pieces released = release(part);
  if (released.empty()) return;
  m.victim = victim_context(g, part, released, m.admission);
  m.released = released;
  m.part_notice = part.front().window.from - m.admission;
  const std::int64_t times = draw_(0, 5);
  if (displaced_before(m, times)) m.victim->times_displaced = m.grant.times_displaced = times;
}

bool MarketMaker::make(Market& m) {
  m.victim.reset();
  m.grant = {};
  if (!leg(m)) return false;
  if (grant(m)) victim(m);
  return true;
}

namespace {

std::string key_of(const std::string& analysis, const std::string& subject) {
  return analysis + "[" + subject + "]";
}

/// One market under one rule.
class MarketJudge {
 public:
  MarketJudge(const rules::Rule& rule, const Market& m, const Draw& draw, Shown& shown)
      : rule_(rule),
        m_(m),
        draw_(draw),
        shown_(shown),
        tier_(rule.tiers[m.tier]),
        room_(rule, draw),
        shares_(has_shares(rule)) {}

  void judge() {
    possible("schema-inhabited", "limits");
    coverage();
    if (rule_.load) breaks("no-error", "load", bool_of(*rule_.load).poisoned);
    Concrete::Bool eligible = eligible_for(tier_);
    breaks("no-error", tier_.name + ".eligible", eligible.poisoned);
    if (!Concrete::holds(eligible)) {
      possible("tier-not-universal", tier_.name);
      return goals(step(false));
    }
    if (best_of_all()) {
      possible("tier-not-shadowed", tier_.name);
      possible("tier-not-redundant", tier_.name);
    }
    if (m_.victim && tier_.displaces) amounts();
    if (tier_.user_quota && *tier_.user_quota < m_.leg.quantity) return;
    if (shares_ && !room_.obtains(tier_, m_.leg.quantity)) return;
    possible("tier-satisfiable", tier_.name);
    monotone();
    goals(step(true));
    failures();
    if (tier_.displaces) ring_of_one();
    if (m_.victim && tier_.displaces) displacement();
  }

 private:
  Concrete::Bool eligible_for(const rules::Tier& tier) const {
    return expr::evaluate_bool<Concrete>(tier.eligible,
                                         chain::eligibility_bindings(rule_, tier, m_.leg));
  }
  Concrete::Bool bool_of(const expr::Expr& e) const {
    return expr::evaluate_bool<Concrete>(e, chain::eligibility_bindings(rule_, tier_, m_.leg));
  }
  void possible(const std::string& analysis, const std::string& subject) {
    shown_.possible.insert(key_of(analysis, subject));
  }
  void breaks(const std::string& analysis, const std::string& subject, bool broken) {
    ++shown_.reached[key_of(analysis, subject)];
    if (broken) shown_.broken.insert(key_of(analysis, subject));
  }

  /// Of one price for all tiers.
  void coverage() {
    if (!rule_.pricing.schedule.empty()) return;
    const bool nobody =
        std::none_of(rule_.tiers.begin(), rule_.tiers.end(),
                     [&](const rules::Tier& t) { return Concrete::holds(eligible_for(t)); });
    breaks("coverage", "tiers", nobody && !rule_.default_deny);
  }

  /// No better tier admits the request, but for those with a quota, which may be used up.
  bool best_of_all() const {
    return std::none_of(
        rule_.tiers.begin(), rule_.tiers.begin() + static_cast<std::ptrdiff_t>(m_.tier),
        [&](const rules::Tier& better) {
          return !better.quota && !better.user_quota && Concrete::holds(eligible_for(better));
        });
  }

  /// The same request with more of what the tier's `monotone` names.
  void monotone() {
    if (tier_.monotone.empty()) return;
    const rules::Limits& l = rule_.limits;
    chain::EligibilityContext more = m_.leg;
    objects::CredentialGrant user = m_.user, holder = m_.holder;
    more.user = &user, more.holder = &holder;
    auto raised = [&](std::int64_t now, std::int64_t most) {
      return now < most ? draw_(now, draw_(0, 1) == 0 ? now + 1 : most) : now;
    };
    for (const std::string& what : tier_.monotone) {
      if (what == "quantity")
        more.quantity = Quantity(raised(more.quantity.value, l.quantity_max.value));
      if (what == "price") more.price = Money(raised(more.price.value, highest_price().value));
      if (what == "lead")
        more.signed_at =
            more.window.from -
            Duration(raised((more.window.from - more.signed_at).value, l.lead_max.value));
      if (what == "length") {
        const std::int64_t step = rule_.granularity.value,
                           steps = more.window.length().value / step;
        more.window.until =
            more.window.from + Duration(raised(steps, l.length_max.value / step) * step);
      }
      if (what == "user.groups") join(user);
      if (what == "holder.groups") join(holder);
    }
    if (!rule_.effective.contains(more.signed_at)) return;
    breaks("eligibility-monotone", tier_.name,
           !Concrete::holds(expr::evaluate_bool<Concrete>(
               tier_.eligible, chain::eligibility_bindings(rule_, tier_, more))));
  }
  Money highest_price() const {
    return rule_.pricing.mode == rules::PricingMode::fixed
               ? m_.leg.price
               : std::max(m_.leg.price, std::min(rule_.pricing.cap, rule_.limits.price_max));
  }
  /// Some of the groups that are mentioned, which it is not a member of yet.
  void join(objects::CredentialGrant& party) const {
    for (const std::string& group : rule_.vocabulary ? rule_.vocabulary->groups : rule_.world.names)
      if (draw_(0, 1) == 1 &&
          std::find(party.groups.begin(), party.groups.end(), group) == party.groups.end())
        party.groups.push_back(group);
    std::sort(party.groups.begin(), party.groups.end());
  }

  static std::size_t row(const char* name) {
    return static_cast<std::size_t>(expr::variable_row(name));
  }
  expr::Bindings<Concrete> step(bool admitted) const {
    expr::Bindings<Concrete> out = chain::displacement_bindings(
        rule_, tier_, m_.leg, m_.victim.value_or(chain::VictimContext{}));
    for (const char* name : {"displaced", "failed", "user.overdue"})
      out.bools[row(name)] = Concrete::boolean(false);
    for (const char* name : {"compensation", "refund", "penalty", "request.waited"})
      out.ints[row(name)] = Concrete::integer(0);
    out.bools[row("admitted")] = Concrete::boolean(admitted);
    return out;
  }

  /// Every goal that speaks of a step of that kind.
  void goals(const expr::Bindings<Concrete>& step) {
    for (const rules::Goal& goal : rule_.goals) {
      const chain::GoalSubject about = chain::goal_subject(goal.claim);
      const bool displaced = step.bools[row("displaced")].value;
      const bool failed = step.bools[row("failed")].value;
      if (about.displacement != displaced || about.failure != failed) continue;
      bool speaks = true;
      if (goal.always)
        for (const expr::Expr& premise : chain::goal_premises(goal.claim))
          speaks = speaks && Concrete::holds(expr::evaluate_bool<Concrete>(premise, step));
      const Concrete::Bool claim = expr::evaluate_bool<Concrete>(goal.claim, step);
      const bool admitted = step.bools[row("admitted")].value;
      std::optional<Concrete::Bool> left;
      if (const auto text = chain::goal_left(goal))
        left = expr::evaluate_bool<Concrete>(*text, step);
      if (speaks || claim.poisoned)
        breaks("goal:" + goal.name, goal.name,
               chain::breaks<Concrete>(goal, left, claim, admitted));
    }
  }

  /// The whole leg fails, or a unit of it for a granule, under each strategy.
  void failures() {
    for (const rules::FallbackStrategy& s : rule_.fallback) {
      const Volume whole = volume_of(m_.leg.quantity, m_.leg.window.length());
      const Volume part = volume_of(Quantity(1), rule_.granularity);
      const Volume lost = draw_(0, 1) == 0 ? whole : part;
      const std::int64_t value = value_of(m_.leg.price, whole).value_or(Money(0)).value -
                                 value_of(m_.leg.price, whole - lost).value_or(Money(0)).value;
      expr::Bindings<Concrete> b = step(true);
      auto of = [&](BasisPoints ratio) {
        return Concrete::integer(
            static_cast<std::int64_t>(floor_div(Int128{value} * ratio.value, kFullRatio)));
      };
      b.bools[row("failed")] = Concrete::boolean(true);
      b.bools[row("user.overdue")] = Concrete::boolean(draw_(0, 1) == 1);
      b.ints[row("refund")] = of(s.refund);
      b.ints[row("penalty")] = of(s.penalty);
      goals(b);
    }
  }

  /// A grant of the leg's own terms, whole and never displaced, gives way to the leg.
  void ring_of_one() {
    const Instant part =
        std::max(m_.leg.window.from, Instant(on_grid_up(rule_, m_.admission.value)));
    const bool kept = tier_.min_run || tier_.displaces->stop_within;
    if (shares_ || kept || part >= m_.leg.window.until) return;
    const Volume whole = volume_of(m_.leg.quantity, m_.leg.window.length());
    const Volume left = whole - volume_of(m_.leg.quantity, m_.leg.window.until - part);
    auto worth = [&](Volume x) { return value_of(m_.leg.price, x); };
    if (!worth(whole)) return;
    chain::VictimContext v;
    v.tier = tier_.name;
    v.rank = tier_.rank;
    v.price = m_.leg.price;
    v.quantity = v.released = m_.leg.quantity;
    v.window = m_.leg.window;
    v.started = v.window.from <= m_.admission;
    v.notice = part - m_.admission;
    v.whole_value = *worth(whole);
    v.value = v.whole_value - *worth(left);
    breaks("displacement-acyclic", "rule",
           Concrete::holds(chain::displacement_holds(rule_, tier_, m_.leg, v)));
  }

  /// As `when` reads it, which chooses victims before anything is released of them.
  Concrete::Bool chosen() const {
    chain::VictimContext v = *m_.victim;
    v.notice = m_.part_notice;
    return chain::displacement_holds(rule_, tier_, m_.leg, v);
  }

  void displacement() {
    if (!Concrete::holds(chosen())) return;
    if (m_.victim->rank >= tier_.rank) return;
    const rules::Displaces& d = *tier_.displaces;
    if (d.stop_within && m_.victim->notice < *d.stop_within) return;
    if (shares_ && !room_.gives_way(m_, tier_)) return;
    possible("displacement-reachable", tier_.name);
    if (rule_.lease)
      breaks("notice-feasible", tier_.name, m_.victim->notice < *rule_.lease);
    else
      possible("notice-feasible", tier_.name);
    money(d);
  }

  /// Of any victim, whether it can be displaced or not.
  void amounts() {
    const rules::Displaces& d = *tier_.displaces;
    const expr::Bindings<Concrete> b =
        chain::displacement_bindings(rule_, tier_, m_.leg, *m_.victim);
    auto of = [&](const char* what, bool poisoned) {
      breaks("no-error", tier_.name + "." + what, poisoned);
    };
    of("when", chosen().poisoned);
    of("compensation", chain::displacement_compensation(rule_, tier_, m_.leg, *m_.victim).poisoned);
    if (d.exempt) of("exempt", expr::evaluate_bool<Concrete>(*d.exempt, b).poisoned);
    if (d.bound) of("bound", expr::evaluate_int<Concrete>(*d.bound, b).poisoned);
  }

  void money(const rules::Displaces& d) {
    const Concrete::Int k = chain::displacement_compensation(rule_, tier_, m_.leg, *m_.victim);
    if (k.poisoned) return;
    const expr::Bindings<Concrete> b =
        chain::displacement_bindings(rule_, tier_, m_.leg, *m_.victim);
    Concrete::Bool exempt = Concrete::boolean(false);
    if (d.exempt) exempt = expr::evaluate_bool<Concrete>(*d.exempt, b);
    if (!Concrete::holds(exempt)) breaks("displacement-compensated", tier_.name, k.value <= 0);
    breaks("compensation-bounded", tier_.name, k.value < 0 || above_bound(d, b, k.value));
    if (0 < m_.victim->value.value)
      breaks("compensation-adequate", tier_.name, k.value < m_.victim->value.value);
    expr::Bindings<Concrete> outcome = step(true);
    outcome.bools[row("displaced")] = Concrete::boolean(true);
    outcome.ints[row("compensation")] = Concrete::integer(std::max<std::int64_t>(0, k.value));
    goals(outcome);
  }
  bool above_bound(const rules::Displaces& d, const expr::Bindings<Concrete>& b, std::int64_t k) {
    if (!d.bound) return false;
    const Concrete::Int most = expr::evaluate_int<Concrete>(*d.bound, b);
    return !most.poisoned && most.value < k;
  }

  const rules::Rule& rule_;
  const Market& m_;
  const Draw& draw_;
  Shown& shown_;
  const rules::Tier& tier_;
  const RandomRoom room_;
  const bool shares_;
};

}  // namespace

void judge_market(const rules::Rule& rule, const Market& m, const Draw& draw, Shown& shown) {
  MarketJudge(rule, m, draw, shown).judge();
}

}  // namespace capmarket::analyses
