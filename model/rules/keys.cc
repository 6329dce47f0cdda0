#include "model/rules/keys.h"

#include <algorithm>

#include "model/base/check.h"

namespace capmarket::rules {
namespace {

constexpr std::string_view kDeny[] = {"deny"};
constexpr std::string_view kQuotasOf[] = {"capacity", "user"};
constexpr std::string_view kNever[] = {"never"};

using enum KeyForm;
using enum KeyNeed;

void add_head(std::vector<RuleKey>& out) {
  out.insert(
      out.end(),
      {{"", "rule", name, required, "name of the rule; its versions share it"},
       {"", "version", integer, required, "number of this version", "", {}, {}, 1},
       {"", "supersedes", text, optional,
        "the version before: 64 hex digits of its content id, or the path of its file seen from "
        "this one"},
       {"", "authority", name, required, "who promulgates: governs the class and the scope"},
       {"", "class", name, required, "class of what is allocated"},
       {"", "scope", path, required, "the part of the location tree that the rule governs"},
       {"", "effective", map, required, "when the rule is in force, half-open"},
       {"", "granularity", positive_duration, required,
        "starts and lengths of windows are multiples of it"},
       {"", "origin", time, optional,
        "where multiples of the granularity count from; else the epoch"},
       {"", "zone", map, optional,
        "the clock that `start.hour` and `start.weekday` are read on: offsets from UTC, fixed here"},
       {"", "unit", name, required, "unit of quantities; the class's"},
       {"", "retention", duration, required, "how long records are kept after a leg's end"},
       {"", "dispute_within", duration, optional, "how long after a leg's end it can be disputed",
        "30d"},
       {"", "currency", name, required, "currency of all money"},
       {"", "lease", positive_duration, optional, "a grant lapses unless renewed so often"},
       {"", "surrender_fee", share, optional, "of the value of what is surrendered or lapses",
        "0%"},
       {"", "peer_penalty", share, optional,
        "of the value of past volume in breach of an edge, at the prices of the holder at fault",
        "0%"},
       {"", "claims", map, optional, "how claims of non-delivery come to stand or fall"},
       {"", "review_within", duration, optional,
        "how long a review of a revoked credential stays open", "dispute_within"},
       {"", "vocabulary", map, optional,
        "the only kinds and groups that credentials carry; else the world is open"},
       {"", "default", choice, optional, "requests that reach no tier are refused on purpose", "",
        kDeny},
       {"", "price_monotone", boolean, optional, "better tiers are meant never to pay less",
        "false"},
       {"", "load", condition, optional,
        "the requests under which bounded service is meant, in variables of `eligible`"},
       {"", "limits", map, required, "bounds of every leg, inclusive"},
       {"", "coordination", map, required, "who co-signs"},
       {"", "pricing", map, required, "what a leg may pay"},
       {"", "tiers", list, required,
        "who may ask, and before whom; at least one; names and ranks are unique"},
       {"", "fallback", list, optional,
        "the catalog of strategies for what is not delivered; names are unique"},
       {"", "revocation", map, optional, "what a review of a revoked credential comes to"},
       {"", "examples", list, optional, "golden cases, decided by `check`"},
       {"", "goals", list, optional,
        "the designer's own assertions: proved by `check`, watched by `run`"}});
}

void add_parts(std::vector<RuleKey>& out) {
  out.insert(
      out.end(),
      {{"effective", "from", time, required, "first instant at which a leg can be signed"},
       {"effective", "until", time, required, "first instant after"},
       {"zone", "name", name, required, "what people call it; nothing is looked up by it"},
       {"zone", "offset", offset, required, "local time less UTC, before the first change"},
       {"zone", "changes", list, optional, "other offsets from some instant on, in order"},
       {"zone.changes[]", "from", time, required, "first instant of the new offset"},
       {"zone.changes[]", "offset", offset, required, "local time less UTC from then on"},
       {"limits", "quantity", quantities, required, "of a leg, in `unit`"},
       {"limits", "price", prices, required, "per unit and hour"},
       {"limits", "length", durations, required, "of a leg's window"},
       {"limits", "lead", durations, required, "from signing to the window's start"},
       {"limits", "skew", duration, required, "0 <= admission - signing <= skew"},
       {"vocabulary", "kinds", names, required, "kinds of users and holders"},
       {"vocabulary", "groups", names, required, "groups of users and holders"},
       {"coordination", "mode", mode, required,
        "`single`: the coordinator of the jurisdiction; `sharded`: of every shard that the "
        "location meets; `peer`: found by replay; `none`: nobody",
        "", kCoordinationModes},
       {"coordination",
        "by",
        integer,
        required,
        "depth of the shards; the root has depth 1",
        "",
        {},
        {"sharded"},
        1,
        16},
       {"pricing", "mode", mode, required,
        "`fixed`: a published tariff; `negotiated`: agreed between bounds; `discovered`: in a band "
        "around a published index",
        "", kPricingModes},
       {"pricing",
        "tariff",
        tariff,
        required,
        "per unit and hour; or a schedule, by the leg's start",
        "",
        {},
        {"fixed"}},
       {"pricing",
        "floor",
        money,
        required,
        "the least price per unit and hour",
        "",
        {},
        {"negotiated", "discovered"}},
       {"pricing",
        "cap",
        money,
        required,
        "the most per unit and hour",
        "",
        {},
        {"negotiated", "discovered"}},
       {"pricing",
        "over",
        positive_duration,
        required,
        "what time the index looks back over",
        "",
        {},
        {"discovered"}},
       {"pricing",
        "band",
        ratio,
        required,
        "how far a price may lie from the index",
        "",
        {},
        {"discovered"}},
       {"pricing",
        "max_age",
        duration,
        required,
        "of the index at signing",
        "",
        {},
        {"discovered"}},
       {"pricing.tariff[]", "tier", name, required, "the tier that pays this"},
       {"pricing.tariff[]", "from", time, required, "for legs that start from then"},
       {"pricing.tariff[]", "until", time, required,
        "to before then; entries of one tier do not meet"},
       {"pricing.tariff[]", "price", money, required, "per unit and hour"}});
}

void add_tiers(std::vector<RuleKey>& out) {
  out.insert(
      out.end(),
      {{"tiers[]", "name", name, required, "name of the tier"},
       {"tiers[]", "rank", integer, required, "higher is better"},
       {"tiers[]", "eligible", condition, required, "who may ask for it"},
       {"tiers[]", "displaces", map, optional, "when it takes from a lower rank; else never"},
       {"tiers[]", "preempts", choice, optional,
        "its rank takes from nobody: no `displaces`, here or in a later version", "", kNever},
       {"tiers[]", "min_run", duration, optional,
        "a started grant of this tier is not displaced before it has run so long"},
       {"tiers[]", "quota", quotas, optional,
        "the most that it may take of a declaration, or that one user may have of it"},
       {"tiers[]", "set_aside", share, optional,
        "the share of a declared quantity that is reserved to it", "0%"},
       {"tiers[]", "monotone", choices, optional,
        "eligibility is meant never to be lost when these rise", "", kRising},
       {"tiers[].displaces", "when", condition, required, "the displacements that it may make"},
       {"tiers[].displaces", "compensation", amount, required, "what it owes to whom it displaces"},
       {"tiers[].displaces", "bands", list, optional,
        "in order: the first whose `if` holds says what is owed, in place of `compensation`"},
       {"tiers[].displaces", "pay_within", duration, required, "deadline of the compensation"},
       {"tiers[].displaces", "victims", choice, optional, "who goes first inside a rank",
        "latest-first", kVictimOrders},
       {"tiers[].displaces", "bound", amount, optional,
        "the most that the compensation is meant to be"},
       {"tiers[].displaces", "exempt", condition, optional,
        "displacements that owe nothing, on purpose"},
       {"tiers[].displaces", "stop_within", duration, optional, "from instruction to release"},
       {"tiers[].displaces.bands[]", "if", condition, required, "the displacements of this band"},
       {"tiers[].displaces.bands[]", "compensation", amount, required, "what is owed in it"},
       {"tiers[].displaces.bands[]", "at_most", money, optional, "but no more than that"},
       {"tiers[].quota", "of", choice, required,
        "`capacity`: of a declared quantity; `user`: of what one user has live of the tier, "
        "wherever it is declared",
        "", kQuotasOf},
       {"tiers[].quota", "at_most", quota, required,
        "of `capacity` a share of it, of `user` units at every instant"}});
}

void add_rest(std::vector<RuleKey>& out) {
  out.insert(
      out.end(),
      {{"fallback[]", "name", name, required, "name of the strategy"},
       {"fallback[]", "substitution", choice, required, "where a substitute may be found", "",
        kSubstitutions},
       {"fallback[]", "notify_within", duration, required, "a later notice is late"},
       {"fallback[]", "refund", ratio, required, "of the value of what failed"},
       {"fallback[]", "penalty", ratio, required, "of the same, on top"},
       {"fallback[]", "record", choices, optional, "what a fallback record must carry", "",
        kRecordFields},
       {"claims", "contest_within", positive_duration, optional,
        "how long the holder may contest a claim; as long again for witnesses", "1h"},
       {"claims", "burden", choice, optional,
        "who has to prove a contested claim that neither use nor a witness decides", "claimant",
        kBurdens},
       {"claims", "claim_fee", share, optional,
        "of the value claimed: what the claimant of a claim that falls owes the holder", "0%"},
       {"claims", "contest_fee", share, optional,
        "of the value of what failed by the claim: what a holder that contested in vain owes the claimant",
        "0%"},
       {"revocation", "on_review", mode, required,
        "`uphold`: nothing; `compensate`: at a rate; `void-future`: release what lies ahead", "",
        kOnReviews},
       {"revocation", "rate", ratio, required, "of the value", "", {}, {"compensate"}},
       {"examples[]", "given", given, required, "values of variables; the rest is filled in"},
       {"examples[]", "expect", expected, required, "what must come of them"},
       {"goals[]", "name", name, required, "name of the goal"},
       {"goals[]", "always", condition, either, "what holds at every step"},
       {"goals[]", "never", condition, either, "what holds at no step"}});
}

}  // namespace

const std::vector<RuleKey>& rule_keys() {
  static const std::vector<RuleKey> kKeys = [] {
    std::vector<RuleKey> out;
    add_head(out);
    add_parts(out);
    add_tiers(out);
    add_rest(out);
    return out;
  }();
  return kKeys;
}

std::vector<const RuleKey*> rule_keys_at(std::string_view place) {
  std::vector<const RuleKey*> out;
  for (const RuleKey& k : rule_keys())
    if (k.place == place) out.push_back(&k);
  CHECK(!out.empty(), place);
  return out;
}

const RuleKey& rule_key(std::string_view place, std::string_view key) {
  const std::vector<RuleKey>& all = rule_keys();
  auto it = std::find_if(all.begin(), all.end(),
                         [&](const RuleKey& k) { return k.place == place && k.key == key; });
  CHECK(it != all.end(), place, key);
  return *it;
}

}  // namespace capmarket::rules
