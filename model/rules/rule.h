// An allocation rule: what rule-format.md describes, as data. Parsed from YAML (parse.h) or from
// the canonical bytes on the chain (canonical.h); both check the same things.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/codec/schema.h"
#include "model/location/path.h"
#include "model/rules/expr.h"

namespace capmarket {

/// Admission enforces them; proofs quantify over them. All bounds inclusive.
struct Limits {
  Quantity quantity_min, quantity_max;
  Money price_min, price_max;  // per unit and hour
  Duration length_min, length_max;
  Duration lead_min, lead_max;  // from signing to the window's start
  Duration skew;                // 0 <= admission - signed_at <= skew

  static constexpr auto fields() {
    return std::tuple(
        field(1, "quantity_min", &Limits::quantity_min),
        field(2, "quantity_max", &Limits::quantity_max), field(3, "price_min", &Limits::price_min),
        field(4, "price_max", &Limits::price_max), field(5, "length_min", &Limits::length_min),
        field(6, "length_max", &Limits::length_max), field(7, "lead_min", &Limits::lead_min),
        field(8, "lead_max", &Limits::lead_max), field(9, "skew", &Limits::skew));
  }
};

enum class CoordinationMode : std::uint8_t { none, single, sharded, peer };
template <>
inline constexpr std::int64_t kEnumMax<CoordinationMode> = 3;
inline constexpr std::string_view kCoordinationModes[] = {"none", "single", "sharded", "peer"};
struct Coordination {
  CoordinationMode mode = CoordinationMode::none;
  std::int64_t by = 0;  // sharded: depth of the shards; the root has depth 1

  static constexpr auto fields() {
    return std::tuple(field(1, "mode", &Coordination::mode), field(2, "by", &Coordination::by));
  }
};

enum class PricingMode : std::uint8_t { fixed, negotiated, discovered };
template <>
inline constexpr std::int64_t kEnumMax<PricingMode> = 2;
inline constexpr std::string_view kPricingModes[] = {"fixed", "negotiated", "discovered"};
struct Pricing {
  PricingMode mode = PricingMode::fixed;
  Money tariff;            // fixed
  Money floor, cap;        // negotiated, discovered
  Duration over, max_age;  // discovered
  std::int64_t band = 0;   // discovered, ten-thousandths

  static constexpr auto fields() {
    return std::tuple(field(1, "mode", &Pricing::mode), field(2, "tariff", &Pricing::tariff),
                      field(3, "floor", &Pricing::floor), field(4, "cap", &Pricing::cap),
                      field(5, "over", &Pricing::over), field(6, "max_age", &Pricing::max_age),
                      field(7, "band", &Pricing::band));
  }
};

struct Displaces {
  Expr when;          // boolean
  Expr compensation;  // money
  Duration pay_within;
};

struct Tier {
  std::string name;
  std::int64_t rank = 0;  // higher is better; unique in a rule
  Expr eligible;          // boolean
  std::optional<Displaces> displaces;
};

enum class Substitution : std::uint8_t { none, same_holder, pool, any };
template <>
inline constexpr std::int64_t kEnumMax<Substitution> = 3;
inline constexpr std::string_view kSubstitutions[] = {"none", "same-holder", "pool", "any"};
struct FallbackStrategy {
  std::string name;
  Substitution substitution = Substitution::none;
  Duration notify_within;
  std::int64_t refund = 0, penalty = 0;  // ten-thousandths of V(failed volume)

  static constexpr auto fields() {
    return std::tuple(field(1, "name", &FallbackStrategy::name),
                      field(2, "substitution", &FallbackStrategy::substitution),
                      field(3, "notify_within", &FallbackStrategy::notify_within),
                      field(4, "refund", &FallbackStrategy::refund),
                      field(5, "penalty", &FallbackStrategy::penalty));
  }
};

enum class OnReview : std::uint8_t { uphold, compensate, void_future };
template <>
inline constexpr std::int64_t kEnumMax<OnReview> = 2;
inline constexpr std::string_view kOnReviews[] = {"uphold", "compensate", "void-future"};
struct RevocationClause {
  OnReview on_review = OnReview::uphold;
  std::int64_t rate = 0;  // compensate: ten-thousandths

  static constexpr auto fields() {
    return std::tuple(field(1, "on_review", &RevocationClause::on_review),
                      field(2, "rate", &RevocationClause::rate));
  }
};

/// A variable and its value as text: `5`, `10.0000`, `1h`, `2026-01-01T00:00:00Z`, `true`, a name,
/// a path; a set of names sorted, joined by `, `.
using NamedValue = std::pair<std::string, std::string>;

/// A golden case: values of variables, and what must come of them.
struct Example {
  std::vector<NamedValue> given;   // sorted by name
  std::vector<NamedValue> expect;  // likewise
};

struct Goal {
  std::string name;
  bool always = true;  // else: never
  Expr claim;          // boolean
};

struct Rule {
  std::string name;
  std::int64_t version = 1;
  std::optional<ContentId> supersedes;
  std::string authority;
  std::string class_name;
  Location scope;
  Window effective;  // half-open
  Duration granularity;
  std::string unit;
  Duration retention;
  Duration dispute_within;
  std::string currency;
  Limits limits;
  Coordination coordination;
  Pricing pricing;
  std::vector<Tier> tiers;  // by rank, highest first
  std::vector<FallbackStrategy> fallback;
  std::optional<RevocationClause> revocation;
  std::vector<Example> examples;
  std::vector<Goal> goals;
  ExprWorld world;

  /// The tier of that name, or null.
  const Tier* tier(std::string_view tier_name) const;
};

}  // namespace capmarket
