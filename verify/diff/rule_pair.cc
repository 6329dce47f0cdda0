#include "verify/diff/rule_pair.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "verify/question/symbolic_request.h"

namespace capmarket::diff {
namespace {

/// An expression of one of the rules, over the joint world. What it says is unchanged.
expr::Expr reread(const std::string& text, expr::ExprType type, expr::ExprWorld& world) {
  auto make = [](std::string what, std::string, int) {
    Problem p;
    p.what = std::move(what);
    return p;
  };
  auto out = expr::parse_expr(text, expr::ExprPlace::displacement, type, world, make);
  CHECK(out.has_value(), text);
  return *std::move(out);
}

Result<expr::Expr> read_only(const std::string& text, expr::ExprWorld& world) {
  auto make = [&](std::string what, std::string expected, int offset) {
    Problem p;
    p.file = "--only";
    p.line = 1, p.column = offset + 1;
    p.what = std::move(what);
    p.expected = std::move(expected);
    p.source_line = text;
    return p;
  };
  return expr::parse_expr(text, expr::ExprPlace::displacement, expr::ExprType::boolean, world,
                          make);
}

void join_tiers(RulePair& j) {
  for (std::size_t side : kSides) {
    const rules::Rule& rule = j.rule(side);
    j.world.zone = rule.zone;  // each rule on its own clock
    for (std::size_t i = 0; i < rule.tiers.size(); ++i) {
      const rules::Tier& t = rule.tiers[i];
      auto it = std::find_if(j.tiers.begin(), j.tiers.end(),
                             [&](const TierPair& x) { return x.name == t.name; });
      if (it == j.tiers.end()) it = j.tiers.insert(it, TierPair{t.name, {}, {}, {}, {}, {}});
      it->of[side] = &t;
      it->index[side] = i;
      it->eligible[side] = reread(t.eligible.canonical, expr::ExprType::boolean, j.world);
      if (!t.displaces) continue;
      it->when[side] = reread(t.displaces->when.canonical, expr::ExprType::boolean, j.world);
      it->compensation[side] =
          reread(t.displaces->compensation.canonical, expr::ExprType::money, j.world);
    }
  }
}

/// The deepest location that contains both; empty where the paths share nothing.
std::optional<location::Location> around(location::Location a, const location::Location& b) {
  while (!a.contains(b)) {
    std::size_t cut = a.path.rfind('/');
    if (cut == a.path.npos) return std::nullopt;
    a.path.resize(cut);
  }
  return a;
}

/// Empty windows hold no instant: they widen nothing.
Window hull(const Window& a, const Window& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.from, b.from), std::max(a.until, b.until)};
}

rules::Limits limits_of(const rules::Limits& a, const rules::Limits& b, bool wide) {
  auto low = [&](auto x, auto y) { return wide ? std::min(x, y) : std::max(x, y); };
  auto high = [&](auto x, auto y) { return wide ? std::max(x, y) : std::min(x, y); };
  rules::Limits out;
  out.quantity_min = low(a.quantity_min, b.quantity_min);
  out.quantity_max = high(a.quantity_max, b.quantity_max);
  out.price_min = low(a.price_min, b.price_min);
  out.price_max = high(a.price_max, b.price_max);
  out.length_min = low(a.length_min, b.length_min);
  out.length_max = high(a.length_max, b.length_max);
  out.lead_min = low(a.lead_min, b.lead_min);
  out.lead_max = high(a.lead_max, b.lead_max);
  out.skew = high(a.skew, b.skew);
  return out;
}

bool empty(const rules::Limits& l) {
  return l.quantity_max < l.quantity_min || l.price_max < l.price_min ||
         l.length_max < l.length_min || l.lead_max < l.lead_min || l.quantity_max < Quantity(1);
}

/// x with a x = 1 (mod m). Precondition: gcd(a, m) = 1.
Int128 inverse(Int128 a, Int128 m) {
  Int128 x = 0, next = 1, r = m, rest = a % m;
  while (rest != 0) {
    Int128 q = r / rest;
    std::tie(x, next) = std::pair(next, x - q * next);
    std::tie(r, rest) = std::pair(rest, r - q * rest);
  }
  return m == 1 ? 0 : (x % m + m) % m;
}

/// A grid that holds the starts of both, or the starts that both have; empty where there are none.
std::optional<std::pair<std::int64_t, std::int64_t>> grid(const RulePair& j, bool wide) {
  std::int64_t a = j.rule(0).granularity.value, b = j.rule(1).granularity.value;
  std::int64_t from = j.origin(0).value;
  Int128 apart = Int128{j.origin(1).value} - from;
  std::int64_t common = std::gcd(a, b);
  if (wide) {
    auto rest = static_cast<std::int64_t>(apart - floor_div(apart, common) * common);
    return std::pair(std::gcd(common, rest), from);
  }
  if (apart % common != 0) return std::nullopt;
  Int128 both = Int128{a} / common * b;
  if (both > kWireMax) return std::nullopt;
  // The first start of OLD's grid that is also on NEW's: a k = apart (mod b).
  Int128 modulus = b / common;
  Int128 k = apart / common % modulus * inverse(a / common, modulus) % modulus;
  if (k < 0) k += modulus;
  Int128 first = from + k * a;
  if (first > kWireMax) return std::nullopt;
  return std::pair(static_cast<std::int64_t>(both), static_cast<std::int64_t>(first));
}

/// Both closed: what either names. Else open, as admission is.
std::optional<rules::Vocabulary> vocabulary(const RulePair& j) {
  const auto &a = j.rule(0).vocabulary, &b = j.rule(1).vocabulary;
  if (!a || !b) return std::nullopt;
  auto united = [](std::vector<std::string> x, const std::vector<std::string>& y) {
    x.insert(x.end(), y.begin(), y.end());
    std::sort(x.begin(), x.end());
    x.erase(std::unique(x.begin(), x.end()), x.end());
    return x;
  };
  return rules::Vocabulary{united(a->kinds, b->kinds), united(a->groups, b->groups)};
}

bool reads_rank(const expr::Expr& e) {
  const std::int64_t row = expr::variable_row("rank");
  return std::any_of(e.nodes.begin(), e.nodes.end(), [&](const expr::ExprNode& n) {
    return n.op == expr::Op::variable && n.value == row;
  });
}

/// Who was granted a victim of that tier was eligible under one of the rules. Ranks are no part of
/// the joint tier: where eligibility reads them, anybody was.
expr::Expr eligible_of_either(const TierPair& t, expr::ExprWorld& world) {
  std::string text;
  for (std::size_t side : kSides) {
    if (t.of[side] == nullptr) continue;
    if (reads_rank(t.eligible[side])) {
      text = "true";
      break;
    }
    text += fmt::format("{}({})", text.empty() ? "" : " || ", t.eligible[side].canonical);
  }
  return reread(text, expr::ExprType::boolean, world);
}

rules::Rule vehicle(RulePair& j, bool wide) {
  rules::Rule out;
  out.name = j.rule(0).name;
  out.unit = j.rule(0).unit;
  out.currency = j.rule(0).currency;
  out.scope = j.rule(0).scope;
  std::optional<location::Location> both = around(j.rule(0).scope, j.rule(1).scope);
  if (wide && both) out.scope = *both;
  if (!wide && j.rule(0).scope.contains(j.rule(1).scope)) out.scope = j.rule(1).scope;
  out.effective = hull(j.rule(0).effective, j.rule(1).effective);
  // The victim's holder may have had another credential, its place be another of one
  // infrastructure.
  out.coordination.mode = rules::CoordinationMode::single;
  out.limits = limits_of(j.rule(0).limits, j.rule(1).limits, wide);
  out.vocabulary = vocabulary(j);
  auto [step, origin] = grid(j, wide).value_or(std::pair(std::int64_t{1}, std::int64_t{0}));
  out.granularity = Duration(step);
  out.origin = Instant(origin);
  // Prices that some clause can admit, in the wide schema of either rule; the narrow one takes
  // those of both, or where their prices never agree, of either.
  auto [a_low, a_high] = question::admissible_prices(j.rule(0));
  auto [b_low, b_high] = question::admissible_prices(j.rule(1));
  std::int64_t low = std::max(a_low, b_low), high = std::min(a_high, b_high);
  if (wide || high < low) low = std::min(a_low, b_low), high = std::max(a_high, b_high);
  out.pricing.mode = rules::PricingMode::negotiated;
  out.pricing.floor = Money(low), out.pricing.cap = Money(high);
  for (const TierPair& t : j.tiers) {
    rules::Tier copy = *(t.of[0] != nullptr ? t.of[0] : t.of[1]);
    copy.min_run = std::nullopt;
    copy.eligible = eligible_of_either(t, j.world);
    out.tiers.push_back(std::move(copy));
  }
  out.world = j.world;
  return out;
}

/// A tier that the side does not have keeps nothing, and has the rank that the other gives it.
rules::Rule terms_of(const RulePair& j, std::size_t side) {
  rules::Rule out = j.narrow.rule;
  out.coordination = j.rule(side).coordination;
  out.supersedes = j.rule(side).supersedes;
  for (std::size_t i = 0; i < j.tiers.size(); ++i) {
    const rules::Tier* own = j.tiers[i].of[side];
    rules::Tier& t = out.tiers[i];
    t.rank = (own != nullptr ? own : j.tiers[i].of[1 - side])->rank;
    t.quota = own != nullptr ? own->quota : std::nullopt;
    t.user_quota = own != nullptr ? own->user_quota : std::nullopt;
    t.set_aside = own != nullptr ? own->set_aside : BasisPoints(0);
  }
  return out;
}

/// Who was granted a tier under OLD, in its limits, at its prices, inside its quotas of a user.
rules::Rule grants_of_old(const RulePair& j) {
  const rules::Rule& old = j.rule(0);
  rules::Rule out = j.narrow.rule;
  out.limits = old.limits, out.effective = old.effective;
  auto [low, high] = question::admissible_prices(old);
  out.pricing.floor = Money(low), out.pricing.cap = Money(high);
  for (std::size_t i = 0; i < j.tiers.size(); ++i) {
    out.tiers[i].rank = j.terms[0].tiers[i].rank;
    out.tiers[i].user_quota = j.terms[0].tiers[i].user_quota;
  }
  return out;
}

void subject(question::RuleFile& file, question::RuleSubject& out, rules::Rule rule) {
  file.rule = std::move(rule);
  out.own = &file;
  out.world = file.rule.world;
}

void join_versions(RulePair& j) {
  rules::Rule later = j.narrow.rule;
  later.effective = j.rule(1).effective;
  subject(j.later, j.crossing_subject, std::move(later));
  j.older.rule = grants_of_old(j);
  j.crossing_subject.earlier = {&j.older};
  std::vector<expr::Expr> eligible;
  for (const rules::Tier& t : j.older.rule.tiers) eligible.push_back(t.eligible);
  j.crossing_subject.earlier_eligible = {std::move(eligible)};
  j.crossing_subject.earlier_compensation.emplace_back(j.tiers.size());
}

}  // namespace

bool RulePair::same_grid() const {
  Int128 apart = Int128{origin(0).value} - origin(1).value;
  return rule(0).granularity == rule(1).granularity && apart % rule(0).granularity.value == 0;
}

Result<void> join(const question::RuleFile& older, const question::RuleFile& newer,
                  const std::string& only, RulePair& j) {
  j.file = {&older, &newer};
  j.world = older.rule.world;
  join_tiers(j);
  for (const TierPair& t : j.tiers)
    if (j.world.name_index(t.name) < 0) j.world.names.push_back(t.name);
  for (std::size_t side : kSides) {
    const location::Location& scope = j.rule(side).scope;
    if (std::find(j.world.paths.begin(), j.world.paths.end(), scope) == j.world.paths.end())
      j.world.paths.push_back(scope);
  }
  j.world.zone = newer.rule.zone ? newer.rule.zone : older.rule.zone;  // NEW's clock for `only`
  if (!only.empty()) {
    auto read = read_only(only, j.world);
    if (!read) return tl::unexpected(read.error());
    j.only = *std::move(read);
  }
  j.scopes_meet = around(older.rule.scope, newer.rule.scope).has_value();
  const bool nested = older.rule.scope.contains(newer.rule.scope) ||
                      newer.rule.scope.contains(older.rule.scope) || !j.scopes_meet;
  subject(j.wide, j.wide_subject, vehicle(j, true));
  subject(j.narrow, j.narrow_subject, vehicle(j, false));
  for (std::size_t side : kSides) j.terms[side] = terms_of(j, side);
  join_versions(j);
  j.narrow_empty = empty(j.narrow.rule.limits) || !nested || !grid(j, false);
  return {};
}

}  // namespace capmarket::diff
