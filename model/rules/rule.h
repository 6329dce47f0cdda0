// An allocation rule: what docs/spec/rules.md#keys describes, as data. Parsed from YAML (parse.h)
// or from the canonical bytes on the chain (canonical.h); both check the same things.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/codec/fields.h"
#include "model/expr/expr.h"
#include "model/location/path.h"
#include "model/rules/strategy.h"

namespace capmarket::rules {

/// Admission enforces them; proofs quantify over them. All bounds inclusive.
struct Limits {
  Quantity quantity_min, quantity_max;
  Money price_min, price_max;  // per unit and hour
  Duration length_min, length_max;
  Duration lead_min, lead_max;  // from signing to the window's start
  Duration skew;                // 0 <= admission - signed_at <= skew

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "quantity_min", s.quantity_min);
    v(2, "quantity_max", s.quantity_max);
    v(3, "price_min", s.price_min);
    v(4, "price_max", s.price_max);
    v(5, "length_min", s.length_min);
    v(6, "length_max", s.length_max);
    v(7, "lead_min", s.lead_min);
    v(8, "lead_max", s.lead_max);
    v(9, "skew", s.skew);
  }
};

/// Who signs a settlement beside its parties.
enum class CoordinationMode : std::uint8_t { none, single, sharded, peer };
/// The largest enumerator; numbers stand in canonical bytes.
constexpr std::int64_t enum_max(CoordinationMode) { return 3; }
/// Their names in files and JSON, by number.
inline constexpr std::string_view kCoordinationModes[] = {"none", "single", "sharded", "peer"};
/// Its name among them.
constexpr std::string_view to_text(CoordinationMode v) {
  return kCoordinationModes[static_cast<std::size_t>(v)];
}

/// Who signs a settlement beside its parties, and of which shards.
struct Coordination {
  CoordinationMode mode = CoordinationMode::none;
  std::int64_t by = 0;  // sharded: depth of the shards; the root has depth 1

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "mode", s.mode);
    v(2, "by", s.by);
  }
};

/// How the price of a leg comes about.
enum class PricingMode : std::uint8_t { fixed, negotiated, discovered };
/// The largest enumerator; numbers stand in canonical bytes.
constexpr std::int64_t enum_max(PricingMode) { return 2; }
/// Their names in files and JSON, by number.
inline constexpr std::string_view kPricingModes[] = {"fixed", "negotiated", "discovered"};
/// Its name among them.
constexpr std::string_view to_text(PricingMode v) {
  return kPricingModes[static_cast<std::size_t>(v)];
}

/// A row of a published schedule: what a leg of the tier pays that starts inside the window.
struct TariffEntry {
  std::string tier;
  Window window;  // half-open
  Money price;    // per unit and hour

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "tier", s.tier);
    v(2, "window", s.window);
    v(3, "price", s.price);
  }
};

/// What a leg may pay; a field whose mode is another is zero.
struct Pricing {
  PricingMode mode = PricingMode::fixed;
  Money tariff;                       // fixed, without a schedule
  Money floor, cap;                   // negotiated, discovered
  Duration over, max_age;             // discovered
  BasisPoints band;                   // discovered
  std::vector<TariffEntry> schedule;  // fixed; by tier name, then time; those of a tier do not meet

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "mode", s.mode);
    v(2, "tariff", s.tariff);
    v(3, "floor", s.floor);
    v(4, "cap", s.cap);
    v(5, "over", s.over);
    v(6, "max_age", s.max_age);
    v(7, "band", s.band);
    v(8, "schedule", s.schedule);
  }
};

/// Which of several victims of one rank goes first. Ties: by grant id.
enum class VictimOrder : std::uint8_t { latest_first, earliest_first, pro_rata, cheapest, lottery };
/// The largest enumerator; numbers stand in canonical bytes.
constexpr std::int64_t enum_max(VictimOrder) { return 4; }
/// Their names in files and JSON, by number.
inline constexpr std::string_view kVictimOrders[] = {"latest-first", "earliest-first", "pro-rata",
                                                     "cheapest", "lottery"};
/// Its name among them.
constexpr std::string_view to_text(VictimOrder v) {
  return kVictimOrders[static_cast<std::size_t>(v)];
}

/// Whom a tier displaces, when, and what it owes for that.
struct Displaces {
  expr::Expr when;          // boolean
  expr::Expr compensation;  // money
  Duration pay_within;
  VictimOrder victims = VictimOrder::latest_first;
  // What analyses alone judge; admission never reads it.
  std::optional<expr::Expr> bound;      // money: the most that the compensation is meant to be
  std::optional<expr::Expr> exempt;     // boolean: displacements that owe nothing, on purpose
  std::optional<Duration> stop_within;  // from instruction to release

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "when", s.when);
    v(2, "compensation", s.compensation);
    v(3, "pay_within", s.pay_within);
    v(4, "victims", s.victims);
    v(5, "bound", s.bound);
    v(6, "exempt", s.exempt);
    v(7, "stop_within", s.stop_within);
  }
};

/// Who may ask, and before whom.
struct Tier {
  std::string name;
  std::int64_t rank = 0;  // higher is better; unique in a rule
  expr::Expr eligible;    // boolean
  std::optional<Displaces> displaces;
  std::optional<Duration> min_run;    // a started grant is not displaced before it has run so long
  std::optional<BasisPoints> quota;   // of the declared quantity: at most
  std::optional<Quantity> user_quota;  // of one user, in all that is live of the tier: at most
  BasisPoints set_aside;              // likewise: reserved to this tier
  std::vector<std::string> monotone;  // eligibility is meant never to be lost when these rise
  bool never_preempts = false;        // its rank takes from nobody, in no later version either

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "name", s.name);
    v(2, "rank", s.rank);
    v(3, "eligible", s.eligible);
    v(4, "displaces", s.displaces);
    v(5, "min_run", s.min_run);
    v(6, "quota", s.quota);
    v(7, "set_aside", s.set_aside);
    v.if_set(8, "monotone", s.monotone);
    v.if_set(9, "never_preempts", s.never_preempts);
    v(10, "user_quota", s.user_quota);
  }
};

/// What a review of a revoked credential comes to.
enum class OnReview : std::uint8_t { uphold, compensate, void_future };
/// The largest enumerator; numbers stand in canonical bytes.
constexpr std::int64_t enum_max(OnReview) { return 2; }
/// Their names in files and JSON, by number.
inline constexpr std::string_view kOnReviews[] = {"uphold", "compensate", "void-future"};
/// Its name among them.
constexpr std::string_view to_text(OnReview v) { return kOnReviews[static_cast<std::size_t>(v)]; }

/// What the rule says of reviews.
struct RevocationClause {
  OnReview on_review = OnReview::uphold;
  BasisPoints rate;  // compensate

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "on_review", s.on_review);
    v(2, "rate", s.rate);
  }
};

/// Who has to prove a contested claim that nothing else decides.
enum class Burden : std::uint8_t { claimant, holder };
/// The largest enumerator; numbers stand in canonical bytes.
constexpr std::int64_t enum_max(Burden) { return 1; }
/// Their names in files and JSON, by number.
inline constexpr std::string_view kBurdens[] = {"claimant", "holder"};
/// Its name among them.
constexpr std::string_view to_text(Burden v) { return kBurdens[static_cast<std::size_t>(v)]; }

/// How a claim of non-delivery comes to stand or falls.
struct Claims {
  Duration contest_within{kNanosPerHour};  // for the holder; as long again for witnesses
  Burden burden = Burden::claimant;
  BasisPoints claim_fee;    // of V(claimed): the claimant's whose contested claim falls
  BasisPoints contest_fee;  // likewise: the holder's whose contest fails
  auto operator<=>(const Claims&) const = default;

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "contest_within", s.contest_within);
    v(2, "burden", s.burden);
    v(3, "claim_fee", s.claim_fee);
    v(4, "contest_fee", s.contest_fee);
  }
};

/// A variable and its value as text: `5`, `10.0000`, `1h`, `2026-01-01T00:00:00Z`, `true`, a name,
/// a path; a set of names sorted, joined by `, `.
struct NamedValue {
  std::string name;
  std::string value;
  auto operator<=>(const NamedValue&) const = default;

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "name", s.name);
    v(2, "value", s.value);
  }
};

/// A golden case: values of variables, and what must come of them.
struct Example {
  std::vector<NamedValue> given;   // sorted by name
  std::vector<NamedValue> expect;  // likewise

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "given", s.given);
    v(2, "expect", s.expect);
  }
};

/// What the designer of the rule claims of every settlement: that it holds always, or never.
struct Goal {
  std::string name;
  bool always = true;  // else: never
  expr::Expr claim;    // boolean

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "name", s.name);
    v(2, "always", s.always);
    v(3, "claim", s.claim);
  }
};

/// The only kinds and groups that credentials carry; without one the world of names is open.
struct Vocabulary {
  std::vector<std::string> kinds, groups;  // sorted, each once

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "kinds", s.kinds);
    v(2, "groups", s.groups);
  }
};

/// All of a rule. `fallback`, `world` and the trees of its expressions are read out of the rest.
struct Rule {
  Salt salt;  // zero: the id depends on the content alone (docs/spec/chain.md#ids)
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
  std::optional<expr::Zone> zone;  // what `start.hour` and `start.weekday` are read in
  BasisPoints peer_penalty;        // of V(breached volume)
  BasisPoints surrender_fee;       // of V(released)
  Claims claims;                   // of non-delivery, by others than the holder
  Duration review_within;          // how long a review of a revoked credential stays open
  std::optional<Duration> lease;   // a grant lapses unless renewed so often
  // What analyses alone judge; admission never reads it.
  std::optional<Vocabulary> vocabulary;
  bool default_deny = false;       // requests that reach no tier are refused on purpose
  bool price_monotone = false;     // better tiers are meant never to pay less
  std::optional<expr::Expr> load;  // boolean: the requests under which bounded service is meant
  expr::ExprWorld world;

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "rule", s.name);
    v(3, "version", s.version);
    v(4, "supersedes", s.supersedes);
    v(5, "authority", s.authority);
    v(6, "class", s.class_name);
    v(7, "scope", s.scope);
    v(8, "effective", s.effective);
    v(9, "granularity", s.granularity);
    v(10, "unit", s.unit);
    v(11, "retention", s.retention);
    v(12, "dispute_within", s.dispute_within);
    v(13, "currency", s.currency);
    v(14, "limits", s.limits);
    v(15, "coordination", s.coordination);
    v(16, "pricing", s.pricing);
    v(17, "tiers", s.tiers);
    v(18, "fallback", s.fallback_ids);
    v(19, "revocation", s.revocation);
    v(20, "examples", s.examples);
    v(21, "goals", s.goals);
    v(22, "origin", s.origin);
    v(23, "peer_penalty", s.peer_penalty);
    v(24, "surrender_fee", s.surrender_fee);
    v(26, "lease", s.lease);
    v(27, "vocabulary", s.vocabulary);
    v.if_set(28, "default_deny", s.default_deny);
    v.if_set(29, "price_monotone", s.price_monotone);
    v(30, "load", s.load);
    v(31, "claims", s.claims);
    v(32, "review_within", s.review_within);
    v(33, "zone", s.zone);
  }

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
