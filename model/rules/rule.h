// An allocation rule: what rule-format.md describes, as data. Parsed from YAML (parse.h) or from
// the canonical bytes on the chain (canonical.h); both check the same things.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
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
};

enum class CoordinationMode : std::uint8_t { none, single, sharded, peer };
struct Coordination {
  CoordinationMode mode = CoordinationMode::none;
  int by = 0;  // sharded: depth of the shards; the root has depth 1
};

enum class PricingMode : std::uint8_t { fixed, negotiated, discovered };
struct Pricing {
  PricingMode mode = PricingMode::fixed;
  Money tariff;            // fixed
  Money floor, cap;        // negotiated, discovered
  Duration over, max_age;  // discovered
  std::int64_t band = 0;   // discovered, ten-thousandths
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
struct FallbackStrategy {
  std::string name;
  Substitution substitution = Substitution::none;
  Duration notify_within;
  std::int64_t refund = 0, penalty = 0;  // ten-thousandths of V(failed volume)
};

enum class OnReview : std::uint8_t { uphold, compensate, void_future };
struct RevocationClause {
  OnReview on_review = OnReview::uphold;
  std::int64_t rate = 0;  // compensate: ten-thousandths
};

/// A golden case: values of variables (canonical texts by name), and what must come of them.
struct Example {
  std::vector<std::pair<std::string, std::string>>
      given;  // sorted by name; values as canonical texts
  std::vector<std::pair<std::string, std::string>> expect;  // likewise
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
