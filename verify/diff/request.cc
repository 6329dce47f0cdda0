// Legs without a displacement entry: who may ask for what, where, when and at which price.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/diff/differ.h"

namespace capmarket::diff {
namespace {

template <class T>
std::string interval(const T& least, const T& most) {
  return fmt::format("{} .. {}", to_text(least), to_text(most));
}

bool mentions(const expr::Expr& expr, std::string_view variable) {
  const std::int64_t row = expr::variable_row(variable);
  return std::any_of(expr.nodes.begin(), expr.nodes.end(), [&](const expr::ExprNode& n) {
    return n.op == expr::Op::variable && n.value == row;
  });
}

std::string pricing_text(const rules::Pricing& p, const TierPair* of) {
  if (p.mode == rules::PricingMode::fixed && p.schedule.empty())
    return fmt::format("fixed, tariff {}", to_text(p.tariff));
  if (p.mode == rules::PricingMode::fixed) {
    std::string out = "fixed, scheduled";
    for (const rules::TariffEntry& e : p.schedule)
      if (of == nullptr || e.tier == of->name)
        out += fmt::format(", {} {} in {}", of == nullptr ? e.tier : "", to_text(e.price),
                           to_text(e.window));
    return out;
  }
  std::string out =
      fmt::format("{}, floor {}, cap {}", rules::kPricingModes[static_cast<std::size_t>(p.mode)],
                  to_text(p.floor), to_text(p.cap));
  if (p.mode == rules::PricingMode::discovered)
    out += fmt::format(", band {}, max_age {}", percent_text(p.band.value), to_text(p.max_age));
  return out;
}

/// What an expression says; of one that reads the clock, on which.
std::string text_on_clock(const expr::Expr& e) {
  return e.zone ? fmt::format("{} (on {})", e.canonical, expr::to_text(*e.zone)) : e.canonical;
}

std::string quotas(const rules::Tier& t, const std::string& unit) {
  std::string out = t.quota ? percent_text(t.quota->value) : "";
  if (t.user_quota)
    out += fmt::format("{}{} {} a user", out.empty() ? "" : ", ", t.user_quota->value, unit);
  return out.empty() ? "none" : out;
}

std::string set_asides(const rules::Rule& rule) {
  std::string out;
  for (const rules::Tier& t : rule.tiers)
    if (t.set_aside.value != 0)
      out +=
          fmt::format("{}{} {}", out.empty() ? "" : ", ", t.name, percent_text(t.set_aside.value));
  return out.empty() ? "none" : out;
}

}  // namespace

std::vector<Differ::Provision_> Differ::provisions() const {
  const bool scheduled = !rule(0).pricing.schedule.empty() || !rule(1).pricing.schedule.empty();
  std::vector<std::string> priced = {"price"};
  if (scheduled) priced.push_back("start");
  return {{Part::quantity, "limits.quantity", {"quantity"}},
          {Part::price, "limits.price", {"price"}},
          {Part::length, "limits.length", {"length"}},
          {Part::lead, "limits.lead", {"lead"}},
          {Part::skew, "limits.skew", {}},
          {Part::granularity, "granularity", {"start", "length"}},
          {Part::scope, "scope", {"location"}},
          {Part::pricing, "pricing", priced, scheduled},
          {Part::retention, "retention", {}},
          {Part::set_aside, "tiers.set_aside", {"quantity"}},
          {Part::eligible, "tiers.eligible", {}, true},
          {Part::rank, "tiers.rank", {}, true},
          {Part::quota, "tiers.quota", {"quantity"}, true}};
}

/// What the part says in that rule, in full: parts with the same text decide the same.
std::string Differ::part_text(Part part, std::size_t side, const TierPair* of) const {
  const rules::Rule& r = rule(side);
  const rules::Limits& l = r.limits;
  const rules::Tier* t = of == nullptr ? nullptr : of->of[side];
  switch (part) {
    case Part::quantity:
      return fmt::format("{} .. {} {}", l.quantity_min.value, l.quantity_max.value, r.unit);
    case Part::price:
      return interval(l.price_min, l.price_max);
    case Part::length:
      return interval(l.length_min, l.length_max);
    case Part::lead:
      return interval(l.lead_min, l.lead_max);
    case Part::skew:
      return to_text(l.skew);
    case Part::granularity:
      return pair_.same_grid()
                 ? to_text(r.granularity)
                 : fmt::format("{} from {}", to_text(r.granularity), to_text(pair_.origin(side)));
    case Part::scope:
      return r.scope.path;
    case Part::pricing:
      return pricing_text(r.pricing, of);
    case Part::retention:
      return to_text(r.retention);
    case Part::set_aside:
      return set_asides(r);
    case Part::eligible:
      return t == nullptr ? "" : text_on_clock(t->eligible);
    case Part::quota:
      return t == nullptr ? "none" : quotas(*t, r.unit);
    case Part::rank:
      return t == nullptr ? "" : fmt::format("{}", t->rank);
    case Part::displaces:
      return t != nullptr && t->displaces ? "displaces" : "displaces nobody";
    case Part::when:
      return t == nullptr || !t->displaces ? "" : text_on_clock(t->displaces->when);
    case Part::min_run:
      return t == nullptr || !t->min_run ? "none" : to_text(*t->min_run);
    case Part::stop_within: {
      const bool any = t != nullptr && t->displaces && t->displaces->stop_within;
      return any ? to_text(*t->displaces->stop_within) : "none";
    }
  }
  return {};
}

/// By text: what is equal by text is left to the question about everything together.
bool Differ::differs(Part part, const TierPair* of) const {
  if (part == Part::granularity) return !pair_.same_grid();
  // Ranks count in requests only where an expression reads its number.
  if (part == Part::rank && of != nullptr && !mentions(of->eligible[0], "rank") &&
      !mentions(of->eligible[1], "rank"))
    return false;
  return part_text(part, 0, of) != part_text(part, 1, of);
}

FreeParts Differ::free_parts_for(Part part) const {
  FreeParts out;
  for (std::size_t side : kSides)
    out.index = out.index || rule(side).pricing.mode == rules::PricingMode::discovered;
  out.index = out.index && part == Part::pricing;
  out.shares = part == Part::quota || part == Part::set_aside;
  out.retention = part == Part::retention;
  out.skew = part == Part::skew;
  return out;
}

void Differ::requests() {
  cover();
  scopes_apart();
  for (std::size_t i = 0; i < pair_.tiers.size() && !halted(); ++i)
    if (!tier(i).common()) tier_of_one(i);
  for (const Provision_& p : provisions()) {
    if (halted()) return;
    if (p.part == Part::scope && !pair_.scopes_meet) continue;
    if (!p.of_tier) {
      if (differs(p.part, nullptr)) rule_part(p);
      continue;
    }
    for (std::size_t i = 0; i < pair_.tiers.size() && !halted(); ++i)
      if (tier(i).common() && differs(p.part, &tier(i))) tier_part(p, i);
  }
  for (std::size_t i = 0; i < pair_.tiers.size() && !halted(); ++i)
    if (tier(i).common()) together(i);
}

/// That something is admitted at all: else every comparison is over nothing.
void Differ::cover() {
  bool any = false;
  for (std::size_t i = 0; i < pair_.tiers.size(); ++i) {
    Clock clock(*this, "obtainable", tier(i).name);
    FreeParts beside = free_parts_for(Part::pricing);
    PairQuestion q(pair_, budget_, i, false, beside);
    q.require(q.admits(0) || q.admits(1));
    obtainable_[i] = q.possible();
    any = any || obtainable_[i] != smt::Answer::unsat;
    if (obtainable_[i] == smt::Answer::unknown) clock.undecided(question::kGaveUp);
    if (obtainable_[i] == smt::Answer::unsat)
      report_.notes.push_back(fmt::format(
          "tier `{}` can be obtained under neither rule: nothing is compared there", tier(i).name));
  }
  report_.vacuous = !any;
}

void Differ::scopes_apart() {
  if (pair_.scopes_meet) return;
  Clock clock(*this, "scope", "");
  clock.different();
  Difference d = begin("scope", nullptr, DiffPhase::request, DiffKind::other_terms);
  d.admits = d.refuses = true;
  d.sentence = fmt::format("no location lies under both rules: the scope was `{}`, and is `{}`",
                           rule(0).scope.path, rule(1).scope.path);
  d.old_outcome = rule(0).scope.path, d.new_outcome = rule(1).scope.path;
  add_constant(std::move(d));
}

void Differ::tier_of_one(std::size_t i) {
  if (obtainable_[i] == smt::Answer::unsat) return;
  const std::size_t side = tier(i).of[1] != nullptr ? 1 : 0;
  Clock clock(*this, "tiers", tier(i).name);
  PairQuestion q(pair_, budget_, i, false, free_parts_for(Part::pricing));
  Expected expected{side == 0, side == 1, false};
  PairResult result = q.solve(q.admits(side), expected);
  if (!different(clock, result)) return;
  Difference d = begin("tiers", &tier(i), DiffPhase::request, one_way(side));
  d.sentence = fmt::format("only {} has tier `{}`: what it grants there, {} refuses",
                           side == 0 ? "OLD" : "NEW", tier(i).name, side == 0 ? "NEW" : "OLD");
  tell_decisions(d, result);
  add(std::move(d));
}

std::string Differ::request_sentence(const Provision_& p, const TierPair& of,
                                     std::size_t admitting) const {
  const TierPair* where = p.of_tier ? &of : nullptr;
  return fmt::format("{} admits a request of tier `{}` that {} refuses: {} was `{}`, and is `{}`",
                     admitting == 1 ? "NEW" : "OLD", of.name, admitting == 1 ? "OLD" : "NEW",
                     p.name, part_text(p.part, 0, where), part_text(p.part, 1, where));
}

/// Some leg of tier i that `admitting` admits and the other refuses, and which the other would
/// admit with this part alone read from `admitting`.
smt::Answer Differ::ask_part(const Provision_& p, std::size_t i, std::size_t admitting,
                             Clock& clock) {
  PairQuestion q(pair_, budget_, i, false, free_parts_for(p.part));
  const PartSides other = PartSides::of(1 - admitting);
  q.require(q.admits(other.with(p.part, admitting)));
  q.show(p.rows);
  PairResult result = ask_one_way(q, admitting);
  if (!sound(result)) return result.answer;
  if (result.answer == smt::Answer::unknown) clock.reason(result.reason);
  if (result.answer != smt::Answer::sat) return result.answer;
  clock.different();
  (p.of_tier ? tier_found_[i] : rule_found_)[admitting].push_back(p.part);
  Difference d =
      begin(p.name, p.of_tier ? &tier(i) : nullptr, DiffPhase::request, one_way(admitting));
  if (p.part == Part::retention) d.phase = DiffPhase::aftermath;
  d.sentence = request_sentence(p, tier(i), admitting);
  tell_decisions(d, result);
  const TierPair* where = p.of_tier ? &tier(i) : nullptr;
  tell_texts(d, part_text(p.part, 0, where), part_text(p.part, 1, where));
  // The same slot has a price under both: it is another one.
  const Instant start = result.request.leg.window.from;
  auto before = rule(0).tariff_for(tier(i).name, start);
  auto after = rule(1).tariff_for(tier(i).name, start);
  if (p.part == Part::pricing && before && after) {
    d.kind = DiffKind::other_price;
    d.sentence = fmt::format("a slot of tier `{}` costs {} where it cost {}", tier(i).name,
                             to_text(*after), to_text(*before));
    d.old_outcome = to_text(*before) + " " + rule(0).currency;
    d.new_outcome = to_text(*after) + " " + rule(1).currency;
    ordered(&d, *before, *after);
  }
  add(std::move(d));
  return smt::Answer::sat;
}

/// A tariff that changed refuses the old price and admits the new one: one difference.
void Differ::prices_merge() {
  auto& all = report_.differences;
  if (all.size() < 2) return;
  Difference &refusing = all[all.size() - 2], &admitting = all.back();
  if (refusing.provision != "pricing" || admitting.provision != "pricing" ||
      refusing.kind != DiffKind::other_price || admitting.kind != DiffKind::other_price ||
      refusing.tier != admitting.tier)
    return;
  refusing.admits = refusing.refuses = true;
  std::erase_if(refusing.witness, [](const auto& v) { return v.first == "price"; });
  all.pop_back();
}

/// One witness each way, at the first tier that has one. What is unknown at others does not count
/// then: the direction is decided.
void Differ::rule_part(const Provision_& p) {
  Clock clock(*this, p.name, "");
  for (std::size_t admitting : kSides) {
    smt::Answer worst = smt::Answer::unsat;
    for (std::size_t i = 0; i < pair_.tiers.size() && worst != smt::Answer::sat && !halted(); ++i) {
      if (!tier(i).common()) continue;
      smt::Answer one = ask_part(p, i, admitting, clock);
      if (one != smt::Answer::unsat) worst = one;
    }
    if (worst == smt::Answer::unknown) clock.undecided();
  }
  if (p.part == Part::pricing) prices_merge();
}

void Differ::tier_part(const Provision_& p, std::size_t i) {
  Clock clock(*this, p.name, tier(i).name);
  for (std::size_t admitting : kSides)
    if (!halted() && ask_part(p, i, admitting, clock) == smt::Answer::unknown) clock.undecided();
  if (p.part == Part::pricing) prices_merge();
}

std::vector<Part> Differ::parts_of(std::size_t i) const {
  std::vector<Part> out;
  for (const Provision_& p : provisions()) {
    if (p.part == Part::scope && !pair_.scopes_meet) continue;
    if (differs(p.part, p.of_tier ? &tier(i) : nullptr)) out.push_back(p.part);
  }
  return out;
}

/// Free is what a part that differs may read; the rest is in order under both.
FreeParts Differ::free_parts_of(const std::vector<Part>& parts) const {
  FreeParts out = free_parts_for(Part::pricing);
  out.skew = false;
  for (Part part : parts) {
    FreeParts one = free_parts_for(part);
    out.shares = out.shares || one.shares;
    out.retention = out.retention || one.retention;
    out.skew = out.skew || one.skew;
  }
  return out;
}

/// Everything together: a leg that one rule admits and the other refuses, and would refuse with
/// every part mended in which a difference was found. Where there is none, those are all.
void Differ::together(std::size_t i) {
  Clock clock(*this, "together", tier(i).name);
  for (std::size_t admitting : kSides) {
    PairQuestion q(pair_, budget_, i, false, free_parts_of(parts_of(i)));
    PartSides mended = PartSides::of(1 - admitting);
    for (const auto* parts : {&rule_found_[admitting], &tier_found_[i][admitting]})
      for (Part part : *parts) mended = mended.with(part, admitting);
    q.require(!q.admits(mended));
    PairResult result = ask_one_way(q, admitting);
    const bool yes = different(clock, result);
    if (halted()) return;
    if (!yes) continue;
    Difference d = begin("tiers.eligible", &tier(i), DiffPhase::request, one_way(admitting));
    d.provision = "together";
    d.sentence =
        fmt::format("{} admits a request of tier `{}` that {} refuses, for several reasons at once",
                    admitting == 1 ? "NEW" : "OLD", tier(i).name, admitting == 1 ? "OLD" : "NEW");
    tell_decisions(d, result);
    add(std::move(d));
  }
}

}  // namespace capmarket::diff
