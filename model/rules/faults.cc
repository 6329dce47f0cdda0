#include "model/rules/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "model/base/nearest.h"
#include "model/base/text.h"
#include "model/rules/keys.h"
#include "model/rules/reach.h"

namespace capmarket::rules {
namespace {

// docs/spec/rules.md#limits
constexpr Int128 kValueMax = Int128{1} << 53;
constexpr Int128 kVolumeMax = Int128{1} << 96;
constexpr std::string_view kNameForm =
    "1 to 64 bytes without quotes, backslash, comma, brackets or outer spaces";

/// What any part of a rule may have wrong.
class FaultList {
 protected:
  void fault(std::string place, std::string what, std::string expected) {
    out_.push_back({std::move(place), std::move(what), std::move(expected)});
  }
  void not_negative(std::string place, std::int64_t value) {
    if (value < 0) fault(std::move(place), "below zero", "zero or more");
  }
  void positive(std::string place, std::int64_t value) {
    if (value <= 0) fault(std::move(place), "not above zero", "more than zero");
  }
  void unused(std::string place, std::int64_t value, bool used) {
    if (!used && value != 0) fault(std::move(place), "has no meaning under this mode", "nothing");
  }
  void share(std::string place, BasisPoints ratio) {
    if (ratio.value < 0 || ratio.value > kFullRatio)
      fault(std::move(place), "no share of a whole", "0% to 100%");
  }
  void name(std::string place, const std::string& text) {
    if (!expr::is_name(text))
      fault(std::move(place), fmt::format("`{}` is no name", text), std::string(kNameForm));
  }
  void unique_name(std::string place, const std::string& text, std::set<std::string>& seen) {
    name(place, text);
    once(std::move(place), text, seen);
  }
  void once(std::string place, const std::string& text, std::set<std::string>& seen) {
    if (!seen.insert(text).second)
      fault(std::move(place), fmt::format("duplicate name `{}`", text), "each name once");
  }

  std::vector<Fault> out_;
};

class StrategyFaults : FaultList {
 public:
  std::vector<Fault> run(const FallbackStrategy& f) {
    if (!f.salt.is_zero()) fault("salt", "a salt", "sixteen zero bytes");
    name("authority", f.authority);
    name("name", f.name);
    not_negative("notify_within", f.notify_within.value);
    not_negative("refund", f.refund.value);
    not_negative("penalty", f.penalty.value);
    for (std::size_t i = 1; i < f.record.size(); ++i)
      if (f.record[i] <= f.record[i - 1])
        fault("record", "fields out of order", "each field once, in the order of the format");
    return std::move(out_);
  }
};

class Faults : FaultList {
 public:
  explicit Faults(const Rule& rule) : rule_(rule) {}

  std::vector<Fault> run() {
    head();
    limits();
    modes();
    tiers();
    fallback();
    money();
    vocabulary();
    revocation();
    reach();
    for (std::size_t i = 0; i < rule_.examples.size(); ++i) example(i);
    std::set<std::string> goals;
    for (std::size_t i = 0; i < rule_.goals.size(); ++i)
      unique_name(fmt::format("goals[{}].name", i), rule_.goals[i].name, goals);
    return std::move(out_);
  }

 private:
  void head() {
    name("rule", rule_.name);
    positive("version", rule_.version);
    name("authority", rule_.authority);
    name("class", rule_.class_name);
    name("unit", rule_.unit);
    name("currency", rule_.currency);
    positive("granularity", rule_.granularity.value);
    not_negative("retention", rule_.retention.value);
    not_negative("dispute_within", rule_.dispute_within.value);
    if (rule_.zone) zone(*rule_.zone);
  }

  void offset(const std::string& place, Duration value) {
    if (value.value % expr::kNanosPerMinute != 0 || value.value <= -expr::kNanosPerDay ||
        value.value >= expr::kNanosPerDay)
      fault(place, "no offset from UTC", "whole minutes, less than a day either way");
  }

  void zone(const expr::Zone& z) {
    name("zone.name", z.name);
    offset("zone.offset", z.offset);
    if (z.changes.size() > expr::kZoneChangesMax)
      fault("zone.changes", fmt::format("{} changes of the offset", z.changes.size()),
            fmt::format("at most {}", expr::kZoneChangesMax));
    for (std::size_t i = 0; i < z.changes.size(); ++i) {
      const std::string place = fmt::format("zone.changes[{}].", i);
      offset(place + "offset", z.changes[i].offset);
      if (i > 0 && z.changes[i].from <= z.changes[i - 1].from)
        fault(place + "from", "a change that is not later than the one before",
              "changes in order of time, each once");
    }
  }

  template <class T>
  void interval(std::string place, T least, T most) {
    if (most < least)
      fault(place, "reversed interval", "the lesser bound first");
    else if (least.value < 0)
      fault(place, "an interval from below zero", "bounds of zero or more");
  }

  void limits() {
    const Limits& l = rule_.limits;
    std::size_t before = out_.size();
    interval("limits.quantity", l.quantity_min, l.quantity_max);
    interval("limits.price", l.price_min, l.price_max);
    interval("limits.length", l.length_min, l.length_max);
    if (out_.size() == before) product();
    interval("limits.lead", l.lead_min, l.lead_max);
    not_negative("limits.skew", l.skew.value);
  }

  /// Below these bounds no value in the chain or the proofs leaves its integer.
  void product() {
    const Limits& l = rule_.limits;
    Int128 volume = volume_of(l.quantity_max, l.length_max).value;
    if (volume >= kVolumeMax)
      return fault("limits.quantity",
                   fmt::format("quantity x length of the limits is {} unit-nanoseconds, which "
                               "passes 2^96",
                               capmarket::to_text(volume)),
                   "lower upper bounds of quantity or length");
    largest_value("limits.price", l.price_max, "the largest value within the limits");
  }

  /// The value of the largest grant at a price; a fault where it leaves its bound.
  std::optional<Int128> largest_value(std::string place, Money price, std::string_view of) {
    const Limits& l = rule_.limits;
    Int128 volume = volume_of(l.quantity_max, l.length_max).value;
    Int128 product = 0;
    bool fits = !__builtin_mul_overflow(volume, static_cast<Int128>(price.value), &product);
    Int128 value = product / kNanosPerHour;
    if (fits && value < kValueMax) return value;
    fault(std::move(place),
          fits ? fmt::format("{} is {} ten-thousandths, which passes 2^53", of,
                             capmarket::to_text(value))
               : fmt::format("{} passes 2^86 ten-thousandths", of),
          "lower upper bounds of price, quantity or length");
    return std::nullopt;
  }

  /// What a ratio makes of the value of the largest grant stays a number of the chain.
  void ratio_of_largest(const std::string& place, Int128 ratio) {
    const Limits& l = rule_.limits;
    if (ratio < 0 || l.price_max.value < 0 || l.quantity_max.value < 0 || l.length_max.value < 0)
      return;
    Int128 volume = volume_of(l.quantity_max, l.length_max).value;
    Int128 product = 0;
    if (__builtin_mul_overflow(volume, static_cast<Int128>(l.price_max.value), &product)) return;
    bounded_product(place, product / kNanosPerHour, ratio);
  }

  void bounded_product(const std::string& place, Int128 value, Int128 ratio) {
    if (value >= kValueMax || value == 0) return;
    Int128 amount = value * ratio / kFullRatio;
    if (amount > kWireMax)
      fault(place,
            fmt::format("of the largest value, {} ten-thousandths, it makes {}",
                        capmarket::to_text(value), capmarket::to_text(amount)),
            fmt::format("an amount of at most {} ten-thousandths", kWireMax));
  }

  void revocation() {
    if (!rule_.revocation) return;
    const RevocationClause& r = *rule_.revocation;
    not_negative("revocation.rate", r.rate.value);
    unused("revocation.rate", r.rate.value, r.on_review == OnReview::compensate);
    ratio_of_largest("revocation.rate", r.rate.value);
  }

  /// No end, deadline or retention of a leg lies beyond the end of time.
  void reach() {
    for (const Reach& r : reaches(rule_)) {
      if (r.latest <= kWireMax) continue;
      std::string by = to_text(Duration(static_cast<std::int64_t>(
          std::min<Int128>(r.latest - r.from, std::numeric_limits<std::int64_t>::max()))));
      bool end = r.place == "effective.until";
      out_.push_back(
          {r.place,
           end ? fmt::format("{} reaches {}", r.since, moment_text(r.latest))
               : fmt::format("{} after {}, {}, is {}", by, r.since, moment_text(r.from),
                             moment_text(r.latest)),
           fmt::format("at most {}, the end of time", moment_text(kWireMax)), "effective.until"});
      if (end) return;  // then all the others do
    }
  }

  void modes() {
    bool sharded = rule_.coordination.mode == CoordinationMode::sharded;
    unused("coordination.by", rule_.coordination.by, sharded);
    if (sharded && (rule_.coordination.by < 1 || rule_.coordination.by > 16))
      fault("coordination.by", "no depth of the location tree", "1 (the root) to 16");
    const Pricing& p = rule_.pricing;
    bool fixed = p.mode == PricingMode::fixed;
    bool discovered = p.mode == PricingMode::discovered;
    unused("pricing.tariff", p.tariff.value, fixed && p.schedule.empty());
    unused("pricing.schedule", static_cast<std::int64_t>(p.schedule.size()), fixed);
    unused("pricing.floor", p.floor.value, !fixed);
    unused("pricing.cap", p.cap.value, !fixed);
    unused("pricing.over", p.over.value, discovered);
    unused("pricing.max_age", p.max_age.value, discovered);
    unused("pricing.band", p.band.value, discovered);
    not_negative("pricing.tariff", p.tariff.value);
    not_negative("pricing.floor", p.floor.value);
    not_negative("pricing.cap", p.cap.value);
    not_negative("pricing.max_age", p.max_age.value);
    not_negative("pricing.band", p.band.value);
    if (Int128 most = rule_.limits.price_max.value;
        p.band.value > 0 && most + most * p.band.value / kFullRatio > kWireMax)
      fault("pricing.band",
            fmt::format("around the largest price, {}, it reaches {} ten-thousandths",
                        to_text(rule_.limits.price_max),
                        capmarket::to_text(most + most * p.band.value / kFullRatio)),
            fmt::format("at most {}", kWireMax));
    priced("pricing.tariff", p.tariff);
    priced("pricing.floor", p.floor);
    priced("pricing.cap", p.cap);
    if (discovered) positive("pricing.over", p.over.value);
    schedule();
  }

  void tiers() {
    if (rule_.tiers.empty()) fault("tiers", "no tiers", "at least one");
    std::set<std::string> names;
    std::set<std::int64_t> ranks;
    for (std::size_t i = 0; i < rule_.tiers.size(); ++i) {
      const Tier& tier = rule_.tiers[i];
      std::string place = fmt::format("tiers[{}]", i);
      unique_name(place + ".name", tier.name, names);
      if (!ranks.insert(tier.rank).second)
        fault(place + ".rank", fmt::format("duplicate rank {}", tier.rank), "each rank once");
      else if (i > 0 && rule_.tiers[i - 1].rank < tier.rank)
        fault(place + ".rank", "a tier out of order", "the highest rank first");
      if (tier.displaces) {
        not_negative(place + ".displaces.pay_within", tier.displaces->pay_within.value);
        chooses_by_itself(place + ".displaces.when", tier.displaces->when);
      }
      if (tier.displaces && tier.never_preempts)
        fault(place + ".preempts", "`preempts: never` beside `displaces`", "one of them");
      if (tier.displaces && tier.displaces->stop_within)
        not_negative(place + ".displaces.stop_within", tier.displaces->stop_within->value);
      monotone(place + ".monotone", tier.monotone);
      tier_shares(place, tier);
    }
  }

  /// Whom `when` chooses must not depend on how much the choice then takes of whom.
  void chooses_by_itself(const std::string& place, const expr::Expr& when) {
    for (const expr::ExprNode& n : when.nodes) {
      if (n.op != expr::Op::variable) continue;
      std::string_view name = expr::variables()[static_cast<std::size_t>(n.value)].name;
      if (name != "released" && name != "victim.value") continue;
      fault(place, fmt::format("`{}` in the condition that decides what is released", name),
            "what is known before: `victim.quantity`, `victim.whole_value`, `notice`, …");
      return;
    }
  }

  void tier_shares(const std::string& place, const Tier& tier) {
    if (tier.min_run) not_negative(place + ".min_run", tier.min_run->value);
    share(place + ".set_aside", tier.set_aside);
    if (tier.quota && (tier.quota->value <= 0 || tier.quota->value > kFullRatio))
      fault(place + ".quota.at_most", "no quota of the capacity", "more than 0%, at most 100%");
    if (tier.user_quota) positive(place + ".user_quota", tier.user_quota->value);
  }

  /// Variables of `eligible` that can rise: numbers of the leg, and the groups of its parties.
  void monotone(const std::string& place, const std::vector<std::string>& names) {
    sorted_names(place, names);
    for (const std::string& one : names)
      if (std::find(std::begin(kRising), std::end(kRising), one) == std::end(kRising))
        fault(place, fmt::format("`{}` is nothing that rises by itself", one),
              expected_one_of(one, {std::begin(kRising), std::end(kRising)}));
  }

  /// A price at which the largest grant has a value of the chain.
  void priced(const std::string& place, Money price) {
    if (price.value > rule_.limits.price_max.value)
      largest_value(place, price, "the value of the largest grant at it");
  }

  void schedule() {
    const std::vector<TariffEntry>& all = rule_.pricing.schedule;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const TariffEntry& e = all[i];
      std::string place = fmt::format("pricing.schedule[{}].", i);
      known_tier(place + "tier", e.tier);
      not_negative(place + "price", e.price.value);
      priced(place + "price", e.price);
      if (e.window.empty()) fault(place + "until", "an entry for no time", "later than `from`");
      if (i == 0) continue;
      const TariffEntry& before = all[i - 1];
      if (std::tie(e.tier, e.window) < std::tie(before.tier, before.window))
        fault(place + "from", "an entry out of order", "sorted by tier, then time");
      else if (e.tier == before.tier && e.window.from < before.window.until)
        fault(place + "from", fmt::format("meets another entry of `{}`", e.tier),
              fmt::format("{} or later, where that one ends", to_text(before.window.until)));
    }
  }

  void fallback() {
    std::set<ContentId> ids;
    for (std::size_t i = 0; i < rule_.fallback_ids.size(); ++i)
      if (!ids.insert(rule_.fallback_ids[i]).second)
        fault(fmt::format("fallback[{}]", i), "duplicate strategy", "each id once");
    std::set<std::string> names;
    for (std::size_t i = 0; i < rule_.fallback.size(); ++i) {
      std::string place = fmt::format("fallback[{}].", i);
      for (Fault& f : faults_of(rule_.fallback[i]))
        fault(place + f.place, std::move(f.what), std::move(f.expected));
      once(place + "name", rule_.fallback[i].name, names);
      const FallbackStrategy& f = rule_.fallback[i];
      ratio_of_largest(place + (f.penalty > f.refund ? "penalty" : "refund"),
                       Int128{f.refund.value} + f.penalty.value);
    }
  }

  void money() {
    share("peer_penalty", rule_.peer_penalty);
    share("surrender_fee", rule_.surrender_fee);
    share("claims.claim_fee", rule_.claims.claim_fee);
    share("claims.contest_fee", rule_.claims.contest_fee);
    positive("claims.contest_within", rule_.claims.contest_within.value);
    not_negative("review_within", rule_.review_within.value);
    if (rule_.lease) positive("lease", rule_.lease->value);
  }

  void vocabulary() {
    if (!rule_.vocabulary) return;
    sorted_names("vocabulary.kinds", rule_.vocabulary->kinds);
    sorted_names("vocabulary.groups", rule_.vocabulary->groups);
  }

  void sorted_names(const std::string& place, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      name(place, names[i]);
      if (i > 0 && names[i] <= names[i - 1])
        fault(place, "names out of order", "each name once, sorted");
    }
  }

  void example(std::size_t i) {
    const Example& e = rule_.examples[i];
    values(fmt::format("examples[{}].given", i), e.given, true);
    values(fmt::format("examples[{}].expect", i), e.expect, false);
    if (e.expect.empty())
      fault(fmt::format("examples[{}].expect", i), "an example that expects nothing",
            expected_one_of("", example_variables(false)));
  }

  void values(const std::string& list, const std::vector<NamedValue>& all, bool given) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& [key, value] = all[i];
      std::string place = list + "." + key;
      const expr::Variable* variable = example_variable(key, given);
      if (variable == nullptr)
        fault(place, fmt::format("unknown key `{}`", key),
              expected_one_of(key, example_variables(given)));
      else if (canonical_value(variable->type, value) != value)
        fault(place, fmt::format("`{}` where {} was expected", value, expr::to_text(variable->type)), "");
      if (i > 0 && all[i - 1].name >= key)
        fault(place, "keys out of order", "each key once, sorted");
      if (given && key == "tier") known_tier(place, value);
    }
  }

  void known_tier(const std::string& place, const std::string& value) {
    if (rule_.tiers.empty() || rule_.tier(value) != nullptr) return;
    std::vector<std::string_view> known;
    for (const Tier& t : rule_.tiers) known.push_back(t.name);
    fault(place, fmt::format("unknown tier `{}`", value), expected_one_of(value, known));
  }

  const Rule& rule_;
};

/// History of goals, which an example gives; the other variables of goals are outcomes.
bool is_history(const expr::Variable& v) { return v.name.find('.') != v.name.npos; }

std::optional<std::string> canonical_set(std::string_view text) {
  std::set<std::string_view> names;
  while (!text.empty()) {
    std::size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (!expr::is_name(one)) return std::nullopt;
    names.insert(one);
    if (comma == text.npos) break;
    text.remove_prefix(comma + 1);
    if (text.empty()) return std::nullopt;
  }
  std::string out;
  for (std::string_view one : names) out += (out.empty() ? "" : ", ") + std::string(one);
  return out;
}

template <class T>
std::optional<std::string> printed(const std::optional<T>& value) {
  return value ? std::optional(to_text(*value)) : std::nullopt;
}

}  // namespace

std::vector<Fault> faults_of(const Rule& rule) { return Faults(rule).run(); }

std::vector<Fault> faults_of(const FallbackStrategy& strategy) {
  return StrategyFaults().run(strategy);
}

std::optional<std::string> canonical_value(expr::ExprType type, std::string_view text) {
  switch (type) {
    case expr::ExprType::boolean:
      return text == "true" || text == "false" ? std::optional(std::string(text)) : std::nullopt;
    case expr::ExprType::integer: {
      auto v = parse_integer(text);
      if (!v || *v > kWireMax || *v < -kWireMax) return std::nullopt;
      return fmt::format("{}", *v);
    }
    case expr::ExprType::money:
      return printed(parse_money(text));
    case expr::ExprType::duration:
      return printed(parse_duration(text));
    case expr::ExprType::time:
      return printed(parse_instant(text));
    case expr::ExprType::name:
      return expr::is_name(text) ? std::optional(std::string(text)) : std::nullopt;
    case expr::ExprType::path: {
      auto location = location::parse_location(text);
      return location ? std::optional(location->path) : std::nullopt;
    }
    case expr::ExprType::name_set:
      return canonical_set(text);
    case expr::ExprType::ratio:
      break;
  }
  return std::nullopt;
}

const expr::Variable* example_variable(std::string_view name, bool given) {
  for (const expr::Variable& v : expr::variables())
    if (v.name == name && given == (v.place != expr::ExprPlace::goal || is_history(v))) return &v;
  return nullptr;
}

std::vector<std::string_view> example_variables(bool given) {
  std::vector<std::string_view> out;
  for (const expr::Variable& v : expr::variables())
    if (example_variable(v.name, given) != nullptr) out.push_back(v.name);
  return out;
}

}  // namespace capmarket::rules
