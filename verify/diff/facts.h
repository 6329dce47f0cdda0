// The facts of one settlement under one of two rules, part by part under either: what admission's
// own clauses decide the comparison on. Over a domain: the solver's, and the concrete one in which
// each witness is decided again. Private to verify/diff.
#pragma once

#include <array>
#include <vector>

#include "model/admission/table.h"
#include "model/expr/evaluate.h"
#include "model/objects/governance.h"
#include "verify/diff/rule_pair.h"
#include "verify/smt/symbolic_facts.h"

namespace capmarket::diff {

/// Parts of a rule that admission of a settlement reads.
enum class Part : std::uint8_t {
  quantity,
  price,  // the limits
  length,
  lead,
  skew,
  granularity,  // and origin
  scope,
  pricing,
  retention,
  eligible,
  quota,
  set_aside,
  displaces,  // whether the tier does
  when,
  rank,
  min_run,
  stop_within,
};
/// How many parts there are.
inline constexpr std::size_t kParts = 17;

/// By part: the side whose text is read.
class PartSides {
 public:
  static PartSides of(std::size_t side) {
    PartSides out;
    out.side_.fill(side);
    return out;
  }
  /// The same with one part read from the other side.
  PartSides with(Part part, std::size_t side) const {
    PartSides out = *this;
    out.side_[static_cast<std::size_t>(part)] = side;
    return out;
  }
  std::size_t operator[](Part part) const { return side_[static_cast<std::size_t>(part)]; }

 private:
  std::array<std::size_t, kParts> side_{};
};

/// A settlement of one leg, with or without a lack that one victim could cover, as both rules see
/// it. Arrays are by side: first whose text, then whose ranks.
template <class D>
struct PairCase {
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  template <class T>
  using BySide = std::array<T, 2>;

  Int signed_at{}, admission{}, from{}, until{}, quantity{}, price{};
  /// Start and end are known to lie on the one grid of both. Then no instant of signing rounds up
  /// past the start unless it lies past it itself: the remainders need not be looked up.
  bool on_grid = false;
  BySide<Bool> in_scope{};
  BySide<BySide<Bool>> eligible{};
  // The leg lacks what one victim has: a grant of a tier of both rules, under the rule that judges.
  bool entry = false;
  BySide<Int> rank{}, victim_rank{};
  /// By text, ranks and whose `min_run` protects: what may be released of a grant that has begun
  /// starts where its protection ends, and `when` reads that notice. False where the compensation
  /// overflows.
  BySide<BySide<BySide<Bool>>> when{};
  BySide<BySide<Int>> owed{};  // max(compensation, 0)
  Bool started{};
  Int part_from{}, notice{}, released{}, piece{};
  BySide<Int> floor_until{};
  // Of the holder's declaration: what is declared, and the load by tier beside other load.
  Int declared{}, other_load{};
  Int user_live{};  // of the user in the tier, wherever it is declared
  std::vector<Int> load;
  /// With a victim: the leg lacks what these leave, in one granule, and no more is released.
  bool lacks_by_load = false;
  std::vector<Bool> victim_of;  // by tier
  // Of the price index, where prices are discovered.
  Bool index_named{}, index_exists{};
  Int index_value{}, index_age{}, youngest_age{};
  Int retain_until{}, class_retention{};
};

/// Every clause holds of it but for what the rule and the case say.
template <class D>
admission::SettlementFacts<D> accepted(bool entry) {
  smt::FactShape shape;
  shape.links = shape.shards = shape.policy_roots = shape.coordinator_roots = 0;
  shape.scopes = shape.memberships = 1;
  shape.victims = entry ? 1 : 0;
  admission::SettlementFacts<D> f;
  smt::reshape(f, shape);
  admission::visit(f, "", [](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, typename D::Int>)
      member = D::integer(0);
    else
      member = D::boolean(true);
  });
  f.user_overdue = f.policy_named = D::boolean(false);
  f.victims_at_most = D::integer(objects::kVictimsMax);
  f.pieces_at_most = D::integer(objects::kPiecesMax);
  admission::LegFacts<D>& l = f.legs.front();
  l.coordination_single = l.coordination_sharded = D::boolean(false);
  l.pricing_fixed = l.pricing_negotiated = l.pricing_discovered = D::boolean(false);
  l.index_named = l.young_index_exists = D::boolean(false);
  l.request_closed = l.request_withdrawn = l.replaces_named = l.disclosure_due = D::boolean(false);
  auto far = D::integer(kWireMax), none = D::integer(-kWireMax);
  l.successor_from = l.effective_until = l.open_until = l.max_price = far;
  l.effective_from = l.strategy_admitted = l.stop_within = none;
  l.compensation_at_most = l.refund_at_most = far;
  l.excess = l.shared_excess = l.quota_excess = l.set_aside_excess = l.request_excess = none;
  l.user_excess = none;
  return f;
}

/// The nonnegative remainder of value by a positive constant.
template <class D>
typename D::Int remainder_of(const typename D::Int& value, std::int64_t step) {
  return value - D::integer(step) * D::mul_div_floor(value, 1, step);
}

/// From where on a grant may be released of which `part_from` on lies in the leg's reach: not
/// before its protection ends. Where that is not before `release_from`, it is no candidate at all.
template <class D>
typename D::Int part_from_under(const PairCase<D>& c, std::size_t side) {
  auto protects = c.started && c.part_from < c.floor_until[side] &&
                  c.floor_until[side] <= c.admission + c.notice;
  return D::select(protects, c.floor_until[side], c.part_from);
}

template <class D>
class PairFacts {
 public:
  using Int = typename D::Int;
  PairFacts(const RulePair& pair, std::size_t tier, const PairCase<D>& c)
      : pair_(pair), tier_(pair.tiers[tier]), at_(tier), c_(c) {}

  /// As `voices` read it.
  admission::SettlementFacts<D> under(const PartSides& voices) const {
    admission::SettlementFacts<D> f = accepted<D>(c_.entry);
    f.signed_at = c_.signed_at;
    f.admission = c_.admission;
    admission::LegFacts<D>& l = f.legs.front();
    slot(l, voices);
    price(l, voices);
    shares(l, voices);
    if (c_.entry) entry(l, l.victims.front(), voices);
    return f;
  }

  /// What the leg lacks at the loads of the case, the victim's among them.
  Int lack(const PartSides& voices) const {
    admission::LegFacts<D> l;
    l.set_aside_excess = D::integer(-kWireMax);
    shares(l, voices);
    return max_of<D>(max_of<D>(l.excess, l.set_aside_excess) + c_.quantity, D::integer(0));
  }

 private:
  const rules::Rule& rule(const PartSides& v, Part part) const { return pair_.rule(v[part]); }

  void slot(admission::LegFacts<D>& l, const PartSides& v) const {
    l.from = l.request_from = l.declaration_from = c_.from;
    l.until = l.request_until = l.declaration_until = c_.until;
    l.quantity = l.request_quantity = c_.quantity;
    const rules::Limits& amount = rule(v, Part::quantity).limits;
    l.quantity_min = D::integer(amount.quantity_min.value);
    l.quantity_max = D::integer(amount.quantity_max.value);
    const rules::Limits& length = rule(v, Part::length).limits;
    l.length_min = D::integer(length.length_min.value);
    l.length_max = D::integer(length.length_max.value);
    const rules::Limits& lead = rule(v, Part::lead).limits;
    l.lead_min = D::integer(lead.lead_min.value);
    l.lead_max = D::integer(lead.lead_max.value);
    l.skew = D::integer(rule(v, Part::skew).limits.skew.value);
    const std::size_t grid = v[Part::granularity];
    std::int64_t step = pair_.rule(grid).granularity.value;
    Int origin = D::integer(pair_.origin(grid).value);
    l.granularity = D::integer(step);
    if (!c_.on_grid) {
      l.signed_remainder = remainder_of<D>(c_.signed_at - origin, step);
      l.from_remainder = remainder_of<D>(c_.from - origin, step);
      l.length_remainder = remainder_of<D>(c_.until - c_.from, step);
    }
    Int outside = D::select(c_.in_scope[v[Part::scope]], D::integer(0), D::integer(1));
    l.rule_scope = {outside, outside};  // the location is [0, 0]
    l.tier_in_rule = D::boolean(tier_.of[v[Part::eligible]] != nullptr);
    l.eligible = c_.eligible[v[Part::eligible]][v[Part::rank]];
    l.rule_retention = D::integer(rule(v, Part::retention).retention.value);
    l.class_retention = c_.class_retention;
    l.retain_until = c_.retain_until;
  }

  void price(admission::LegFacts<D>& l, const PartSides& v) const {
    const rules::Limits& limits = rule(v, Part::price).limits;
    l.price = l.max_price = c_.price;
    l.price_min = D::integer(limits.price_min.value);
    l.price_max = D::integer(limits.price_max.value);
    const rules::Rule& priced = rule(v, Part::pricing);
    const rules::Pricing& p = priced.pricing;
    l.pricing_fixed = D::boolean(p.mode == rules::PricingMode::fixed);
    l.pricing_negotiated = D::boolean(p.mode == rules::PricingMode::negotiated);
    l.pricing_discovered = D::boolean(p.mode == rules::PricingMode::discovered);
    l.floor = D::integer(p.floor.value), l.cap = D::integer(p.cap.value);
    l.tariff_exists = D::boolean(p.schedule.empty());
    l.tariff = D::integer(p.tariff.value);
    for (const rules::TariffEntry& e : p.schedule) {
      if (e.tier != tier_.name) continue;
      auto here =
          D::integer(e.window.from.value) <= c_.from && c_.from < D::integer(e.window.until.value);
      l.tariff_exists = l.tariff_exists || here;
      l.tariff = D::select(here, D::integer(e.price.value), l.tariff);
    }
    l.index_named = c_.index_named;
    l.index_at = c_.signed_at - c_.index_age;
    l.index_max_age = D::integer(p.max_age.value);
    l.young_index_exists = c_.index_exists && c_.youngest_age <= l.index_max_age;
    auto band = D::mul_div_floor(c_.index_value, p.band.value, kFullRatio);
    l.band_low = c_.index_value - band, l.band_high = c_.index_value + band;
  }

  /// The quota of the leg's tier, and what the set-asides of the others leave.
  void shares(admission::LegFacts<D>& l, const PartSides& v) const {
    Int all = c_.other_load;
    for (const Int& one : c_.load) all = all + one;
    l.excess = all - c_.declared;
    const rules::Tier* own = tier_.of[v[Part::quota]];
    if (own != nullptr && own->quota)
      l.quota_excess = c_.load[at_] - D::mul_div_floor(c_.declared, own->quota->value, kFullRatio);
    if (own != nullptr && own->user_quota)
      l.user_excess = c_.user_live - D::integer(own->user_quota->value);
    bool any = false;
    Int reserved = D::integer(0);
    for (std::size_t i = 0; i < pair_.tiers.size(); ++i) {
      const rules::Tier* other = pair_.tiers[i].of[v[Part::set_aside]];
      if (i == at_ || other == nullptr || other->set_aside.value == 0) continue;
      any = true;
      Int share = D::mul_div_floor(c_.declared, other->set_aside.value, kFullRatio);
      reserved = reserved + max_of<D>(share - c_.load[i], D::integer(0));
    }
    if (any) l.set_aside_excess = l.excess + reserved;
  }

  /// What is set aside for the victim's tier it keeps.
  Int gives(const PartSides& v) const {
    Int out = c_.piece;
    for (std::size_t i = 0; i < pair_.tiers.size(); ++i) {
      const rules::Tier* theirs = pair_.tiers[i].of[v[Part::set_aside]];
      if (i == at_ || theirs == nullptr || theirs->set_aside.value == 0) continue;
      Int rest = c_.load[i] - D::mul_div_floor(c_.declared, theirs->set_aside.value, kFullRatio);
      out = D::select(c_.victim_of[i], min_of<D>(out, max_of<D>(rest, D::integer(0))), out);
    }
    return out;
  }

  /// Where the victim is no candidate, nothing covers what the leg lacks: `capacity` refuses. Else
  /// what is released is all that it lacks, and what it owes is within the ceilings: another amount
  /// is a difference of its own.
  void entry(admission::LegFacts<D>& l, admission::VictimFacts<D>& e, const PartSides& v) const {
    auto candidate =
        D::boolean(tier_.displaces(v[Part::displaces])) &&
        c_.victim_rank[v[Part::rank]] < c_.rank[v[Part::rank]] &&
        c_.when[v[Part::when]][v[Part::rank]][v[Part::min_run]] &&
        implies<D>(c_.started, c_.floor_until[v[Part::min_run]] <= c_.admission + c_.notice);
    auto none = D::integer(-kWireMax);
    auto fits = D::boolean(false);
    if (c_.lacks_by_load) {
      const Int lacks = lack(v);
      fits = lacks == D::integer(0);
      candidate = candidate && lacks == c_.released && c_.released <= gives(v);
      l.set_aside_excess = none;  // it is lacking, or kept
    }
    l.excess = D::select(candidate || fits, -c_.quantity, D::integer(1) - c_.quantity);
    const rules::Tier* own = tier_.of[v[Part::stop_within]];
    if (own != nullptr && own->displaces && own->displaces->stop_within)
      l.stop_within = D::select(candidate, D::integer(own->displaces->stop_within->value), none);
    l.rank = D::integer(1), e.rank = D::integer(0);
    e.started = D::boolean(false);
    e.notice = c_.notice;
    admission::CoverPartFacts<D>& p = e.parts.front();
    p.from = max_of<D>(c_.from, c_.admission), p.until = c_.until;
    p.released = c_.released, p.live = c_.piece;
    p.lack_short = D::integer(1);
  }

  const RulePair& pair_;
  const TierPair& tier_;
  std::size_t at_;
  const PairCase<D>& c_;
};

/// Victims are compared at prices that either rule admits: the leg's own is in order.
template <class D>
void free_price(admission::SettlementFacts<D>& f) {
  admission::LegFacts<D>& l = f.legs.front();
  l.pricing_fixed = l.pricing_discovered = D::boolean(false);
  l.pricing_negotiated = D::boolean(true);
  l.floor = l.cap = l.price;
}

}  // namespace capmarket::diff
