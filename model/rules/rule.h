// An allocation rule: what docs/spec/rules.md#keys describes, as data. Parsed from YAML (parse.h)
// or from the canonical bytes on the chain (canonical.h); both check the same things.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/codec/fields.h"
#include "model/location/path.h"
#include "model/expr/expr.h"
#include "model/rules/strategy.h"

namespace capmarket::rules {

/// Admission enforces them; proofs quantify over them. All bounds inclusive.
struct Limits {
  Quantity quantity_min, quantity_max;
  Money price_min, price_max;  // per unit and hour
  Duration length_min, length_max;
  Duration lead_min, lead_max;  // from signing to the window's start
  Duration skew;                // 0 <= admission - signed_at <= skew

  static constexpr auto fields() {
    return std::tuple(
        codec::field(1, "quantity_min", &Limits::quantity_min),
        codec::field(2, "quantity_max", &Limits::quantity_max), codec::field(3, "price_min", &Limits::price_min),
        codec::field(4, "price_max", &Limits::price_max), codec::field(5, "length_min", &Limits::length_min),
        codec::field(6, "length_max", &Limits::length_max), codec::field(7, "lead_min", &Limits::lead_min),
        codec::field(8, "lead_max", &Limits::lead_max), codec::field(9, "skew", &Limits::skew));
  }
};

enum class CoordinationMode : std::uint8_t { none, single, sharded, peer };
constexpr std::int64_t enum_max(CoordinationMode) { return 3; }
inline constexpr std::string_view kCoordinationModes[] = {"none", "single", "sharded", "peer"};
struct Coordination {
  CoordinationMode mode = CoordinationMode::none;
  std::int64_t by = 0;  // sharded: depth of the shards; the root has depth 1

  static constexpr auto fields() {
    return std::tuple(codec::field(1, "mode", &Coordination::mode), codec::field(2, "by", &Coordination::by));
  }
};

enum class PricingMode : std::uint8_t { fixed, negotiated, discovered };
constexpr std::int64_t enum_max(PricingMode) { return 2; }
inline constexpr std::string_view kPricingModes[] = {"fixed", "negotiated", "discovered"};
/// A row of a published schedule: what a leg of the tier pays that starts inside the window.
struct TariffEntry {
  std::string tier;
  Window window;  // half-open
  Money price;    // per unit and hour

  static constexpr auto fields() {
    return std::tuple(codec::field(1, "tier", &TariffEntry::tier),
                      codec::field(2, "window", &TariffEntry::window),
                      codec::field(3, "price", &TariffEntry::price));
  }
};

struct Pricing {
  PricingMode mode = PricingMode::fixed;
  Money tariff;                       // fixed, without a schedule
  Money floor, cap;                   // negotiated, discovered
  Duration over, max_age;             // discovered
  std::int64_t band = 0;              // discovered, ten-thousandths
  std::vector<TariffEntry> schedule;  // fixed; by tier name, then time; those of a tier do not meet

  static constexpr auto fields() {
    return std::tuple(codec::field(1, "mode", &Pricing::mode), codec::field(2, "tariff", &Pricing::tariff),
                      codec::field(3, "floor", &Pricing::floor), codec::field(4, "cap", &Pricing::cap),
                      codec::field(5, "over", &Pricing::over), codec::field(6, "max_age", &Pricing::max_age),
                      codec::field(7, "band", &Pricing::band), codec::field(8, "schedule", &Pricing::schedule));
  }
};

/// Which of several victims of one rank goes first. Ties: by grant id.
enum class VictimOrder : std::uint8_t { latest_first, earliest_first, pro_rata, cheapest, lottery };
constexpr std::int64_t enum_max(VictimOrder) { return 4; }
inline constexpr std::string_view kVictimOrders[] = {"latest-first", "earliest-first", "pro-rata",
                                                     "cheapest", "lottery"};

struct Displaces {
  expr::Expr when;          // boolean
  expr::Expr compensation;  // money
  Duration pay_within;
  VictimOrder victims = VictimOrder::latest_first;
  // What analyses alone judge; admission never reads it.
  std::optional<expr::Expr> bound;            // money: the most that the compensation is meant to be
  std::optional<expr::Expr> exempt;           // boolean: displacements that owe nothing, on purpose
  std::optional<Duration> stop_within;  // from instruction to release
};

struct Tier {
  std::string name;
  std::int64_t rank = 0;  // higher is better; unique in a rule
  expr::Expr eligible;          // boolean
  std::optional<Displaces> displaces;
  std::optional<Duration> min_run;    // a started grant is not displaced before it has run so long
  std::optional<std::int64_t> quota;  // ten-thousandths of the declared quantity: at most
  std::int64_t set_aside = 0;         // likewise: reserved to this tier
  std::vector<std::string> monotone;  // eligibility is meant never to be lost when these rise
};

enum class OnReview : std::uint8_t { uphold, compensate, void_future };
constexpr std::int64_t enum_max(OnReview) { return 2; }
inline constexpr std::string_view kOnReviews[] = {"uphold", "compensate", "void-future"};
struct RevocationClause {
  OnReview on_review = OnReview::uphold;
  std::int64_t rate = 0;  // compensate: ten-thousandths

  static constexpr auto fields() {
    return std::tuple(codec::field(1, "on_review", &RevocationClause::on_review),
                      codec::field(2, "rate", &RevocationClause::rate));
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
  expr::Expr claim;          // boolean
};

/// The only kinds and groups that credentials carry; without one the world of names is open.
struct Vocabulary {
  std::vector<std::string> kinds, groups;  // sorted, each once

  static constexpr auto fields() {
    return std::tuple(codec::field(1, "kinds", &Vocabulary::kinds),
                      codec::field(2, "groups", &Vocabulary::groups));
  }
};

struct Rule {
  std::string name;
  std::int64_t version = 1;
  std::optional<ContentId> supersedes;
  std::string authority;
  std::string class_name;
  location::Location scope;
  Window effective;  // half-open
  Duration granularity;
  std::string unit;
  Duration retention;
  Duration dispute_within;
  std::string currency;
  Limits limits;
  Coordination coordination;
  Pricing pricing;
  std::vector<Tier> tiers;                 // by rank, highest first
  std::vector<ContentId> fallback_ids;     // the catalog, in the order of the file
  std::vector<FallbackStrategy> fallback;  // what the ids name; empty until attach_strategies
  std::optional<RevocationClause> revocation;
  std::vector<Example> examples;
  std::vector<Goal> goals;
  std::optional<Instant> origin;   // multiples of the granularity count from it; else the epoch
  std::int64_t peer_penalty = 0;   // ten-thousandths of V(breached volume)
  std::int64_t surrender_fee = 0;  // ten-thousandths of V(released)
  std::int64_t evidence_min = 0;   // basis points of weight: lighter claims need a second witness
  std::optional<Duration> lease;   // a grant lapses unless renewed so often
  // What analyses alone judge; admission never reads it.
  std::optional<Vocabulary> vocabulary;
  bool default_deny = false;    // requests that reach no tier are refused on purpose
  bool price_monotone = false;  // better tiers are meant never to pay less
  std::optional<expr::Expr> load;     // boolean: the requests under which bounded service is meant
  expr::ExprWorld world;

  /// The tier of that name, or null.
  const Tier* tier(std::string_view tier_name) const;
  /// The attached strategy of that name, or null.
  const FallbackStrategy* strategy(std::string_view strategy_name) const;
  /// Under fixed prices: what a leg of that tier that starts then pays per unit and hour. Empty
  /// where the schedule has no entry for it, and under other modes. O(entries).
  std::optional<Money> tariff_for(std::string_view tier_name, Instant start) const;
};

/// Fills `fallback` from `fallback_ids` through `find`. False, and `rule` is as before, when a
/// strategy is missing, is another authority's or shares its name with one before it.
bool attach_strategies(Rule& rule,
                       const std::function<const FallbackStrategy*(const ContentId&)>& find);

}  // namespace capmarket::rules
