// A key of the rule language that `diff` does not know of would make it call rules equivalent that
// are not: each key has its place here, and what differs in it is a difference or a note.
#include "model/rules/keys.h"

#include <gmock/gmock.h>

#include <map>

#include "tests/verify/diff/diff_support.h"

namespace capmarket::diff {
namespace {

/// What a change of the key is to `diff`, and how to make one in the base rule.
struct KeyEdit {
  enum class Is : std::uint8_t {
    difference,
    note,
    part
  } is;  // `part`: of a key with a row of its own
  Edit edit = {};
};

const std::string kEur = "currency: EUR";
KeyEdit adds(KeyEdit::Is is, const std::string& line) { return {is, {kEur, kEur + "\n" + line}}; }

using KeyEdits = std::map<std::string, KeyEdit>;

KeyEdits keys_of_a_rule() {
  using enum KeyEdit::Is;
  const std::string negotiated = "{ mode: negotiated, floor: 1.00, cap: 50.00 }";
  return {
      {".rule", {note, {"rule: test/base", "rule: test/other"}}},
      {".version", {part}},     // of which rule this is
      {".supersedes", {part}},  // what crosses from one version to the next: tests of succession
      {".authority", {difference, {"authority: test", "authority: other"}}},
      {".class", {difference, {"class: compute", "class: power"}}},
      {".scope", {difference, {"scope: eu", "scope: eu/de"}}},
      {".effective", {part}},
      {"effective.from", {note, {"from: 2026-01-01", "from: 2026-02-01"}}},
      {"effective.until", {note, {"until: 2027-01-01", "until: 2027-02-01"}}},
      {".granularity", {difference, {"granularity: 1min", "granularity: 30s"}}},
      {".origin", adds(difference, "origin: 1970-01-01T00:00:30Z")},
      {".unit", {difference, {"unit: core", "unit: kW"}}},
      {".retention", {difference, {"retention: 1y", "retention: 2y"}}},
      {".dispute_within", {difference, {"dispute_within: 30d", "dispute_within: 31d"}}},
      {".currency", {difference, {kEur, "currency: CHF"}}},
      {".lease", adds(difference, "lease: 4min")},
      {".surrender_fee", adds(difference, "surrender_fee: 1%")},
      {".peer_penalty", adds(difference, "peer_penalty: 1%")},
      {".claims", {part}},
      {"claims.contest_within", adds(difference, "claims: { contest_within: 2h }")},
      {"claims.burden", adds(difference, "claims: { burden: holder }")},
      {"claims.claim_fee", adds(difference, "claims: { claim_fee: 1% }")},
      {"claims.contest_fee", adds(difference, "claims: { contest_fee: 1% }")},
      {".review_within", adds(difference, "review_within: 31d")},
      {".zone", {part}},  // counts where a tier reads the clock: tests of pairs
      {"zone.name", {part}},
      {"zone.offset", adds(note, "zone: { name: CET, offset: +01:00 }")},
      {"zone.changes", {part}},
      {"zone.changes[].from", {part}},
      {"zone.changes[].offset", {part}},
      {".vocabulary", {part}},
      {"vocabulary.kinds", adds(note, "vocabulary: { kinds: [hospital, plant], groups: [] }")},
      {"vocabulary.groups", adds(note, "vocabulary: { kinds: [hospital], groups: [a] }")},
      {".default", adds(note, "default: deny")},
      {".price_monotone", adds(note, "price_monotone: true")},
      {".load", adds(note, "load: quantity < 5")},
      {".limits", {part}},
      {"limits.quantity", {difference, {"1 .. 1000", "1 .. 1001"}}},
      {"limits.price", {difference, {"0.00 .. 100.00", "0.00 .. 49.00"}}},
      {"limits.length", {difference, {"1min .. 8h", "1min .. 9h"}}},
      {"limits.lead", {difference, {"0s .. 1d", "0s .. 2d"}}},
      {"limits.skew", {difference, {"skew: 5s", "skew: 6s"}}},
      {".coordination", {part}},
      {"coordination.mode", {difference, {"mode: none", "mode: peer"}}},
      {"coordination.by", {difference, {"mode: none", "mode: sharded, by: 2"}}},
      {".pricing", {part}},
      {"pricing.mode", {difference, {negotiated, "{ mode: fixed, tariff: 42.00 }"}}},
      {"pricing.tariff", {difference, {negotiated, "{ mode: fixed, tariff: 43.00 }"}}},
      {"pricing.floor", {difference, {"floor: 1.00", "floor: 2.00"}}},
      {"pricing.cap", {difference, {"cap: 50.00", "cap: 49.00"}}},
      {"pricing.over", {part}},  // of discovered prices: tests of pairs
      {"pricing.band", {part}},
      {"pricing.max_age", {part}},
      {"pricing.tariff[].tier", {part}},  // schedules: tests of pairs
      {"pricing.tariff[].from", {part}},
      {"pricing.tariff[].until", {part}},
      {"pricing.tariff[].price", {part}},
  };
}

KeyEdits keys_of_its_parts() {
  using enum KeyEdit::Is;
  return {
      {".tiers", {part}},
      {"tiers[].name", {difference, {"name: spot", "name: cheap"}}},
      {"tiers[].rank", {difference, {"rank: 20", "rank: 5"}}},
      {"tiers[].eligible", {difference, {"quantity >= 10", "quantity >= 9"}}},
      {"tiers[].displaces", {part}},
      {"tiers[].min_run", {difference, {"min_run: 10min", "min_run: 11min"}}},
      {"tiers[].quota", {part}},
      {"tiers[].quota.of", {part}},
      {"tiers[].quota.at_most",
       {difference,
        {"    eligible: true", "    eligible: true\n    quota: { of: capacity, at_most: 40% }"}}},
      {"tiers[].set_aside",
       {difference, {"    eligible: true", "    eligible: true\n    set_aside: 10%"}}},
      {"tiers[].preempts",
       {difference, {"    eligible: true", "    eligible: true\n    preempts: never"}}},
      {"tiers[].monotone",
       {note, {"    eligible: true", "    eligible: true\n    monotone: [quantity]"}}},
      {"tiers[].displaces.when", {difference, {"notice >= 5min", "notice >= 6min"}}},
      {"tiers[].displaces.compensation", {difference, {"1.5 * ", "1.6 * "}}},
      {"tiers[].displaces.bands", {part}},
      {"tiers[].displaces.bands[].if", {part}},
      {"tiers[].displaces.bands[].compensation", {part}},
      {"tiers[].displaces.bands[].at_most",
       {difference,
        {"pay_within: 24h",
         "pay_within: 24h\n      bands: [{ if: notice >= 1h, compensation: 2.00, at_most: 1.50 }]"}}},
      {"tiers[].displaces.pay_within", {difference, {"pay_within: 24h", "pay_within: 25h"}}},
      {"tiers[].displaces.victims",
       {difference, {"pay_within: 24h", "pay_within: 24h\n      victims: cheapest"}}},
      {"tiers[].displaces.bound",
       {note, {"pay_within: 24h", "pay_within: 24h\n      bound: 9.00"}}},
      {"tiers[].displaces.exempt",
       {note, {"pay_within: 24h", "pay_within: 24h\n      exempt: notice > 1h"}}},
      {"tiers[].displaces.stop_within",
       {difference, {"pay_within: 24h", "pay_within: 24h\n      stop_within: 6min"}}},
      {".fallback", {part}},
      {"fallback[].name", {note, {"name: same", "name: the-same"}}},
      {"fallback[].substitution", {difference, {"substitution: same-holder", "substitution: any"}}},
      {"fallback[].notify_within",
       {difference, {"same-holder, notify_within: 1min", "same-holder, notify_within: 2min"}}},
      {"fallback[].refund",
       {difference, {"refund: 100%, penalty: 20%", "refund: 90%, penalty: 20%"}}},
      {"fallback[].penalty", {difference, {"penalty: 20%", "penalty: 21%"}}},
      {"fallback[].record", {difference, {"penalty: 20%", "penalty: 20%, record: [cause]"}}},
      {".revocation", {part}},
      {"revocation.on_review",
       {difference, {"on_review: compensate, rate: 50%", "on_review: uphold"}}},
      {"revocation.rate", {difference, {"rate: 50%", "rate: 51%"}}},
      {".examples", {part}},
      {"examples[].given",
       adds(note, "examples:\n  - { given: { tier: spot }, expect: { admitted: true } }")},
      {"examples[].expect",
       adds(note, "examples:\n  - { given: { tier: spot }, expect: { admitted: false } }")},
      {".goals", {part}},
      {"goals[].name", adds(note, "goals:\n  - { name: a, always: true }")},
      {"goals[].always", adds(note, "goals:\n  - { name: a, always: admitted }")},
      {"goals[].never", adds(note, "goals:\n  - { name: a, never: displaced }")},
  };
}

KeyEdits keys_of_rules() {
  KeyEdits out = keys_of_a_rule();
  out.merge(keys_of_its_parts());
  return out;
}

TEST(DiffKeys, every_key_of_rules_has_its_place) {
  const auto known = keys_of_rules();
  for (const rules::RuleKey& key : rules::rule_keys())
    EXPECT_TRUE(known.contains(std::string(key.place) + "." + std::string(key.key)))
        << "diff has to compare `" << key.place << "." << key.key << "`";
  EXPECT_EQ(known.size(), rules::rule_keys().size());
}

/// A change of one key is told, as what it is. The limit keeps it short: a difference that is asked
/// of the solver may be undecided then, and is not called the same.
TEST(DiffKeys, a_change_of_any_key_is_told) {
  for (const auto& [key, change] : keys_of_rules()) {
    if (change.is == KeyEdit::Is::part) continue;
    DiffOptions quick;
    quick.rlimit = 20'000;
    const DiffReport r = diffed({}, {change.edit}, quick);
    if (change.is == KeyEdit::Is::note) {
      EXPECT_FALSE(r.notes.empty()) << key;
      continue;
    }
    EXPECT_TRUE(!r.differences.empty() || r.undecided()) << key;
    EXPECT_NE(r.relation, DiffRelation::equivalent) << key;
  }
}

}  // namespace
}  // namespace capmarket::diff
