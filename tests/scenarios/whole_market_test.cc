// The keys of the whole governed marketplace: what each is read as, and what is refused.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "scenarios/adversaries.h"
#include "scenarios/scenario.h"
#include "tests/scenarios/whole_market.h"

namespace capmarket::scenarios {
namespace {

TEST_F(WholeMarketTest, reads_who_governs_and_what_is_shared) {
  Scenario s = expect_value(load());
  EXPECT_EQ(s.study, Study::terminating);
  EXPECT_EQ(s.authorities[2].parent, "eu/op");
  EXPECT_EQ(s.authorities[0].parent, "");
  ASSERT_EQ(s.reconciliation.size(), 1u);
  EXPECT_EQ(s.reconciliation[0].authorities, (std::vector<std::string>{"us/op", "eu/op"}));
  EXPECT_EQ(s.reconciliation[0].price, "eu/compute");
  EXPECT_EQ(s.reconciliation[0].fallback, "");
  ASSERT_EQ(s.infrastructure.size(), 2u);
  const SharedInfrastructureSpec& feeder = s.infrastructure[0];
  EXPECT_EQ(feeder.locations, (std::vector<location::Location>{{"eu/0"}, {"eu/1"}}));
  EXPECT_EQ(feeder.authority, "eu/op");
  EXPECT_EQ(feeder.schedule, (std::vector<std::pair<Duration, Quantity>>{
                                 {hours(0), Quantity(90)}, {hours(2), Quantity(40)}}));
  EXPECT_TRUE(feeder.peer.empty());
  const SharedInfrastructureSpec& cable = s.infrastructure[1];
  EXPECT_EQ(cable.peer, (std::vector<std::string>{"wires.0", "wires.2"}));
  EXPECT_EQ(cable.split, 4'000);
  EXPECT_EQ(cable.authority, "us/op");
  EXPECT_EQ(cable.schedule.size(), 1u);
  EXPECT_EQ(s.authority_for("compute", {"eu/0/1"})->name, "eu/op");
  EXPECT_EQ(s.authority_for("link", {"eu/0/1"}), nullptr);
}

TEST_F(WholeMarketTest, reads_discovery_and_network) {
  Scenario s = expect_value(load());
  EXPECT_EQ(s.discovery, DiscoveryMode::hybrid);
  EXPECT_EQ(s.directories, 0);
  EXPECT_EQ(s.loss, 10);
  EXPECT_EQ(s.duplicate, 5);
  EXPECT_EQ(s.reorder, 100);
  ASSERT_EQ(s.partitions.size(), 2u);
  EXPECT_EQ(s.partitions[0].from, hours(1));
  EXPECT_EQ(s.partitions[0].until, hours(2));
  EXPECT_EQ(s.partitions[0].between, (std::vector<std::string>{"firms", "plants"}));
}

TEST_F(WholeMarketTest, reads_how_holders_fail_and_publish) {
  Scenario s = expect_value(load());
  const HolderGroup& plants = s.holders[0];
  EXPECT_EQ(plants.pricing, default_strategy(StrategyRole::ask, 1)) << "market";
  EXPECT_EQ(plants.weight, 8'000);
  EXPECT_EQ(plants.share_reactive, 3'000);
  EXPECT_EQ(plants.displace_margin, 15'000);
  EXPECT_EQ(plants.pieces, 4);
  EXPECT_TRUE(plants.batch);
  ASSERT_TRUE(plants.failure);
  EXPECT_EQ(plants.failure->rate_per_hour, 100);
  EXPECT_EQ(plants.failure->notice.kind, DistributionKind::exponential);
  EXPECT_EQ(plants.failure->detect, Duration(2 * kNanosPerSecond));
  EXPECT_EQ(plants.failure->late, 500);
  ASSERT_TRUE(plants.curtail);
  EXPECT_EQ(plants.curtail->at, hours(2));
  EXPECT_EQ(plants.curtail->by, 2'500);
  EXPECT_EQ(s.holders[1].strategy, HolderStrategy::no_notice);
  EXPECT_EQ(s.holders[1].failure->rate_per_hour, 100) << "as the group above";
  EXPECT_EQ(s.holders[2].strategy, HolderStrategy::late_notice);
  EXPECT_EQ(s.holders[2].pieces, 4) << "as the group above";
  const HolderGroup& wires = s.holders[3];
  EXPECT_EQ(wires.pricing, (Strategy{0, {1'000}})) << "cost-plus, 10%";
  EXPECT_EQ(wires.weight, 10'000);
  EXPECT_EQ(wires.share_reactive, 5'000);
  EXPECT_EQ(wires.displace_margin, 10'000);
  EXPECT_EQ(wires.pieces, 1);
  EXPECT_FALSE(wires.batch || wires.failure || wires.curtail);
}

TEST_F(WholeMarketTest, reads_what_users_do_with_their_grants) {
  Scenario s = expect_value(load());
  const UserGroup& firms = s.users[0];
  EXPECT_EQ(firms.weight, 5'000);
  EXPECT_EQ(firms.home->path, "eu/0");
  EXPECT_EQ(firms.surrender, 300);
  EXPECT_EQ(firms.withdraw, 400);
  EXPECT_EQ(firms.conduct.pays, Pays::late);
  EXPECT_EQ(firms.when_displaced, AfterLoss::keep);
  EXPECT_EQ(firms.when_failed, AfterLoss::surrender);
  EXPECT_EQ(firms.adaptations, 2);
  EXPECT_EQ(firms.report, Duration(300 * kNanosPerSecond));
  EXPECT_EQ(firms.over_consume, 600);
  EXPECT_EQ(firms.displace_margin, 5'000);
  ASSERT_EQ(firms.bundle.size(), 1u);
  EXPECT_EQ(firms.bundle[0].class_name, "link");
  EXPECT_EQ(firms.bundle[0].tier, "wire");
  EXPECT_EQ(firms.bundle[0].share, 25'000);
  EXPECT_FALSE(firms.bundle[0].quantity);
  EXPECT_EQ(firms.bundle[0].value.kind, DistributionKind::normal);
  const UserGroup& wired = s.users[1];
  EXPECT_EQ(wired.bundle[0].quantity, Quantity(7));
  EXPECT_EQ(wired.conduct.pays, Pays::on_time);
  EXPECT_EQ(wired.when_displaced, AfterLoss::re_request);
  EXPECT_EQ(wired.report, Duration(900 * kNanosPerSecond));
  EXPECT_EQ(wired.adaptations, 0);
  EXPECT_FALSE(wired.home);
}

TEST_F(WholeMarketTest, reads_how_parties_pay_and_complain) {
  const Scenario s = expect_value(
      load("pieces: 4", "pieces: 4, debtors: refuse, budget: 5.00, credit: 1.00, pays: never, "
                        "dispute: { above: 0.50 }, timeouts: { payment: 7s }"));
  const HolderGroup& plants = s.holders[0];
  EXPECT_FALSE(plants.serves_debtors);
  EXPECT_EQ(plants.conduct.budget, Money(50'000));
  EXPECT_EQ(plants.conduct.credit, Money(10'000));
  EXPECT_EQ(plants.conduct.pays, Pays::never);
  EXPECT_EQ(plants.conduct.disputes, Disputes::above);
  EXPECT_EQ(plants.conduct.disputes_above, Money(5'000));
  EXPECT_EQ(plants.conduct.payment_timeout, Duration(7 * kNanosPerSecond));
  EXPECT_EQ(s.holders[1].conduct.budget, Money(50'000)) << "as the group above";
  EXPECT_FALSE(s.holders[1].serves_debtors) << "as the group above";
  EXPECT_EQ(s.holders[1].conduct.disputes, Disputes::above) << "as the group above";
  const HolderGroup& wires = s.holders[3];
  EXPECT_TRUE(wires.serves_debtors);
  EXPECT_FALSE(wires.conduct.budget);
  EXPECT_EQ(wires.conduct.pays, Pays::on_time);
  EXPECT_EQ(wires.conduct.disputes, Disputes::always);
  EXPECT_EQ(wires.conduct.payment_timeout, Duration(5 * kNanosPerSecond));
  expect_refused("pieces: 4", "pieces: 4, budget: -0.01", "-0.01", "negative");
  expect_refused("pieces: 4", "pieces: 4, credit: 1.00", "1.00, batch", "without `budget`");
  expect_refused("report: 5min", "report: 5min, dispute: often", "often", "unknown value");
  expect_refused("report: 5min", "report: 5min, dispute: { above: -1 }", "-1 }", "negative");
  expect_refused("report: 5min", "report: 5min, debtors: refuse", "debtors", "unknown key");
}

TEST_F(WholeMarketTest, reads_everybody_else) {
  Scenario s = expect_value(load());
  ASSERT_EQ(s.coordinators.size(), 1u);
  ASSERT_EQ(s.coordinators[0].scopes.size(), 2u);
  EXPECT_EQ(s.coordinators[0].scopes[1].location.path, "eu/1");
  EXPECT_EQ(s.coordinators[0].scopes[1].authority, "eu/op");
  EXPECT_EQ(s.coordinators[0].delay.kind, DistributionKind::exponential);
  EXPECT_EQ(s.coordinators[0].outage, 10);
  EXPECT_EQ(s.auditors[0].sample, 500);
  EXPECT_EQ(s.publishers[0].every, Duration(600 * kNanosPerSecond));
  EXPECT_EQ(s.publishers[0].rule, "eu/compute");
  ASSERT_EQ(s.revocations.size(), 2u);
  EXPECT_EQ(s.revocations[0].owner, CredentialOwner::holder);
  EXPECT_EQ(s.revocations[0].group, "plants");
  EXPECT_EQ(s.revocations[0].number, 4);
  EXPECT_EQ(s.revocations[0].effective, hours(1));
  EXPECT_EQ(s.revocations[0].reason, "key-stolen");
  EXPECT_EQ(s.revocations[1].owner, CredentialOwner::coordinator);
  EXPECT_EQ(s.revocations[1].effective, hours(5)) << "by default when it is admitted";
}

TEST_F(WholeMarketTest, knows_every_attack_by_name) {
  for (const AttackRow& row : attack_rows()) {
    if (row.fraud) continue;  // adversaries_test.cc
    const std::string_view attack = to_text(row.attack);
    Scenario s = expect_value(
        load("attack: resubmission, count: 2", "attack: " + std::string(attack) + ", count: 0"));
    EXPECT_EQ(to_text(s.adversaries[0].attack), attack);
  }
  EXPECT_EQ(to_text(Attack::forged_cosignature), "forged-cosignature");
  EXPECT_EQ(to_text(Attack::index_gap), "index-gap");
  expect_refused("attack: resubmission", "attack: bribery", "bribery", "unknown value `bribery`");
  expect_refused("cherry-picked-index, count: 1", "cherry-picked-index, count: 2", "2 }]",
                 "2 adversaries among 1 publishers");
}

TEST_F(WholeMarketTest, refuses_authorities_that_reach_beyond_their_parent) {
  constexpr std::string_view kChild = "scope: eu/0, classes: [compute], parent: eu/op";
  expect_refused(kChild, "scope: eu/0, classes: [compute], parent: eu/opp", "eu/opp",
                 "unknown parent");
  expect_refused(kChild, "scope: us/0, classes: [compute], parent: eu/op", "eu/op",
                 "beyond the scope of its parent");
  expect_refused(kChild, "scope: eu/0, classes: [compute, link], parent: eu/op", "eu/op",
                 "its parent `eu/op` has not");
  expect_refused("scope: eu, classes: [compute] }",
                 "scope: eu, classes: [compute], parent: us/op }", "us/op", "above this one");
  std::string deep = kWholeScenario;
  std::string more;
  std::string parent = "eu/0/op";
  for (int i = 0; i < 5; ++i) {
    std::string name = "deep/" + std::to_string(i);
    more += "  - { name: " + name + ", scope: eu/0, classes: [compute], parent: " + parent + " }\n";
    parent = name;
  }
  deep.insert(deep.find("rules: ["), more);
  expect_problem(load_text(deep), 16, 62, "too many authorities below one another");
}

TEST_F(WholeMarketTest, refuses_policies_between_what_are_no_jurisdictions) {
  expect_refused("[us/op, eu/op]", "[us/op, eu/0/op]", "eu/0/op", "is a part of `eu/op`");
  expect_refused("[us/op, eu/op]", "[us/op]", "[us/op]", "less than two");
  expect_refused("[us/op, eu/op]", "[us/op, us/op]", "us/op]", "`us/op` twice");
  expect_refused("price: eu/compute", "price: eu/steam", "eu/steam", "unknown rule `eu/steam`");
}

TEST_F(WholeMarketTest, refuses_infrastructure_without_clear_members_or_schedule) {
  expect_refused("from: 0s, quantity: 90", "from: 1s, quantity: 90", "1s", "at the start");
  expect_refused("from: 2h, quantity: 40", "from: 0s, quantity: 40", "0s, quantity: 40",
                 "0s is not after 0s");
  expect_refused("[{ from: 0s, quantity: 90 }, { from: 2h, quantity: 40 }]", "[]", "[] }",
                 "an empty schedule");
  expect_refused("[eu/1, eu/0]", "[eu/1, de/0]", "de/0", "not in the location tree");
  expect_refused("[eu/1, eu/0]", "[eu/1, eu/1]", "[eu/1", "a place twice");
  expect_refused("[eu/1, eu/0], ca", "[eu/1, us/0], ca", "{ name: feeder", "no authority governs");
  expect_refused("[wires.0, wires.2]", "[wires.0, wires.3]", "wires.3", "no holder `wires.3`");
  expect_refused("[wires.0, wires.2]", "[wires.0, wires.02]", "wires.02", "no holder `wires.02`");
  expect_refused("[wires.0, wires.2]", "[wires.0]", "[wires.0]", "an edge between 1 holders");
  expect_refused("[wires.0, wires.2]", "[wires.0, wires.0]", "wires.0]", "`wires.0` twice");
  expect_refused("peer: [wires.0, wires.2], split: 40%", "locations: us, split: 40%", "40%",
                 "a split without an edge");
  expect_refused("peer: [wires.0, wires.2], split: 40%", "locations: us", "{ name: cable",
                 "rule `us/link` coordinates `cable` between peers");
  expect_refused("peer: [wires.0, wires.2]", "locations: us, peer: [wires.0, wires.2]",
                 "{ name: cable", "both `locations` and `peer`");
  expect_refused(", peer: [wires.0, wires.2], split: 40%", "", "{ name: cable", "neither of");
  expect_refused("discovery: ",
                 "  - { name: again, class: link, capacity: 1, peer: [wires.2, wires.1] }\n"
                 "discovery: ",
                 "{ name: again", "`wires.2` is a member of `cable` already");
  expect_refused(
      "  - { name: cable",
      "  - { name: site, class: compute, locations: eu/0/1, capacity: 1 }\n  - { name: cable",
      "{ name: site", "`site` shares `eu/0/1` with `feeder`");
  expect_refused("name: cable, class: link", "name: cable, class: link, authority: eu/op", "eu/op",
                 "does not govern class `link`");
}

TEST_F(WholeMarketTest, refuses_impossible_networks) {
  expect_refused("directories: 0", "directories: 1001", "1001", "out of range");
  expect_refused("mode: hybrid", "mode: telepathy", "telepathy", "unknown value");
  expect_refused("loss: 0.1%", "loss: 101%", "101%", "0% to 100%");
  expect_refused("from: 1h, until: 2h", "from: 2h, until: 2h", "2h, between", "but starts at 2h");
  expect_refused("[plants, firms]", "[plants]", "[plants]", "less than two");
  expect_refused("[plants, firms]", "[plants, farms]", "farms", "unknown group `farms`");
  expect_refused("[plants, firms]", "[firms, firms]", "firms]", "`firms` twice");
}

TEST_F(WholeMarketTest, refuses_impossible_parties) {
  expect_refused("rate: 0.01/h", "rate: 0.01", "0.01,", "is no rate");
  expect_refused("late: 5% }", "late: 5%, early: 1% }", "early", "unknown key `early`");
  expect_refused("detect: 2s, ", "", "{ rate", "missing key `detect`");
  expect_refused("by: 25%", "by: 250%", "250%", "0% to 100%");
  expect_refused("weight: 80%", "weight: 180%", "180%", "no weight");
  expect_refused("weight: 8000", "weight: 0.8", "0.8", "no weight");
  expect_refused("pieces: 4", "pieces: 0", "0, batch", "out of range");
  expect_refused("pricing: market", "pricing: magic", "magic", "unknown value");
  expect_refused("prepublish, quantity: 50, window: 4h, ask: 1.00 }", "no-notice, failure: 3 }",
                 "3 }", "a map");
  expect_refused("home: eu/0", "home: us/0", "us/0", "no authority governs class `compute`");
  expect_refused("pays: late", "pays: maybe", "maybe", "unknown value");
  expect_refused("adaptations: 2", "adaptations: 17", "17", "out of range");
  expect_refused("class: link, tier: wire, quantity: 250%",
                 "class: compute, tier: rest, quantity: 250%",
                 "compute, tier: rest, quantity: 250%", "class `compute` twice");
  expect_refused("class: link, tier: wire, quantity: 250%",
                 "class: link, tier: rest, quantity: 250%", "rest, quantity: 250%",
                 "unknown tier `rest`");
  expect_refused("quantity: 250%", "quantity: 0%", "0%, value", "more than 0%");
  expect_refused("sample: 5%", "sample: five", "five", "a ratio");
  expect_refused("every: 10min", "every: 0s", "0s", "too short");
  expect_refused("rule: eu/compute }]", "rule: eu/steam }]", "eu/steam", "unknown rule");
  expect_refused("scope: [eu/0, eu/1]", "scope: [eu/0, us/1]", "us/1", "no authority governs");
  expect_refused("scope: [eu/0, eu/1]", "scope: [eu/0, eu/0]", "eu/0]", "`eu/0` twice");
  expect_refused("scope: [eu/0, eu/1]", "scope: []", "[], delay", "an empty scope");
  expect_refused("desk, class: compute, scope: [eu/0, eu/1]", "desk, class: link, scope: [us/0]",
                 "- { name: desk", "rule `eu/compute` asks for a coordinator's signature");
}

TEST_F(WholeMarketTest, refuses_impossible_strategies_and_arrivals) {
  expect_refused("pricing: market", "pricing: { magic: 1 }", "magic", "unknown key `magic`");
  expect_refused("outage: 0.1%", "outage: 0.1%, strategy: partial", "{ name: desk",
                 "`partial` without `favours`");
  expect_refused("outage: 0.1%", "outage: 0.1%, favours: firms", "firms }",
                 "`favours` without `strategy: partial`");
  expect_refused("outage: 0.1%", "outage: 0.1%, strategy: partial, favours: ferns", "ferns",
                 "unknown group `ferns`");
  expect_refused("arrivals: poisson(1/h)", "arrivals: { profile: [{ from: 1h, rate: 1/h }] }",
                 "{ from: 1h", "a rate from 1h on");
  expect_refused("arrivals: poisson(1/h)", "arrivals: { renewal: 1h, burst: { at: 0s, size: 1 } }",
                 "{ renewal", "several arrival processes");
  expect_refused("pricing: market", "pricing: { cost-plus: 5%, scarcity: 5% }", "{ cost-plus",
                 "several strategies");
  expect_refused("pricing: market", "pricing: {}", "{}", "no strategy");
  expect_refused("pricing: market", "pricing: { zip: { rate: 101% } }", "101%", "0% to 100%");
  expect_refused("pricing: market", "pricing: { zip: 5% }", "5%", "a map");
  expect_refused("report: 5min", "report: 5min, protocol: { quotes: 0 }", "0 }", "out of range");
}

TEST_F(WholeMarketTest, wants_failures_of_those_who_do_not_tell_of_them) {
  expect_refused("{ name: wires, count: 3, class: link, place: us, strategy: prepublish",
                 "{ name: wires, count: 3, class: link, place: us, strategy: prepublish, quantity: "
                 "50, window: 4h, ask: 1.00 }\n  - { name: mute, count: 1, strategy: no-notice",
                 "no-notice, quantity", "`no-notice` without failures");
}

TEST_F(WholeMarketTest, refuses_revocations_of_what_is_not_there) {
  expect_refused("holders.plants.4", "holders.plants.5", "holders.plants.5", "5 members");
  expect_refused("holders.plants.4", "holders.firms.4", "holders.firms.4",
                 "no `firms` among the holders");
  expect_refused("holders.plants.4", "plants.4", "plants.4", "names no credential");
  expect_refused("holders.plants.4", "holders.plants", "holders.plants", "names no credential");
  expect_refused("coordinators.desk.1", "coordinators.desk.2", "coordinators.desk.2", "2 members");
  expect_refused("at: 5h", "at: 1000y", "1000y", "at most 4611686018427387903ns");
}

TEST_F(WholeMarketTest, has_every_key_in_its_canonical_text) {
  std::string before = canonical_json(expect_value(load()));
  for (auto [piece, by] :
       {std::pair("eu/0, classes: [compute], parent: eu/op", "eu/0, classes: [compute]"),
        {"price: eu/compute", "fallback: eu/compute"},
        {"quantity: 40 }] }", "quantity: 41 }] }"},
        {"capacity: 30", "capacity: 31"},
        {"wires.2]", "wires.1]"},
        {"split: 40%", "split: 41%"},
        {"mode: hybrid", "mode: reactive"},
        {"directories: 0", "directories: 1"},
        {"loss: 0.1%", "loss: 0.2%"},
        {"duplicate: 0.05%", "duplicate: 0.06%"},
        {"reorder: 1%", "reorder: 2%"},
        {"from: 1h, until: 2h", "from: 1h, until: 3h"},
        {"[chain, desk]", "[directories, desk]"},
        {"pricing: market", "pricing: cost-plus"},
        {"weight: 80%", "weight: 81%"},
        {"share_reactive: 30%", "share_reactive: 31%"},
        {"displace_margin: 150%", "displace_margin: 151%"},
        {"pieces: 4", "pieces: 5"},
        {"pieces: 4", "pieces: 4, follow: { lag: 1s }"},
        {"pieces: 4", "pieces: 4, timeouts: { offer: 1s }"},
        {"pieces: 4", "pieces: 4, timeouts: { signatures: 1s }"},
        {"report: 5min", "report: 5min, follow: { lag: 1s }"},
        {"report: 5min", "report: 5min, timeouts: { offer: 1s }"},
        {"report: 5min", "report: 5min, timeouts: { settlement: 1s }"},
        {"outage: 0.1%", "outage: 0.1%, follow: { lag: 1s }"},
        {"outage: 0.1%", "outage: 0.1%, timeouts: { settlement: 1s }"},
        {"reorder: 1%", "reorder: 1%, tries: 4"},
        {"reorder: 1%", "reorder: 1%, retry_after: 2s"},
        {"batch: true", "batch: false"},
        {"rate: 0.01/h", "rate: 0.02/h"},
        {"exponential(300ms)", "exponential(301ms)"},
        {"detect: 2s", "detect: 3s"},
        {"late: 5%", "late: 6%"},
        {"by: 25%", "by: 26%"},
        {"strategy: no-notice", "strategy: late-notice"},
        {"weight: 50%", "weight: 51%"},
        {"home: eu/0", "home: eu/1"},
        {"surrender: 3%", "surrender: 4%"},
        {"withdraw: 4%", "withdraw: 5%"},
        {"pays: late", "pays: never"},
        {"when_displaced: keep", "when_displaced: surrender"},
        {"when_failed: surrender", "when_failed: keep"},
        {"adaptations: 2", "adaptations: 3"},
        {"report: 5min", "report: 6min"},
        {"over_consume: 6%", "over_consume: 7%"},
        {"displace_margin: 50%", "displace_margin: 51%"},
        {"quantity: 250%", "quantity: 251%"},
        {"normal(1.00, 0.10)", "normal(1.00, 0.20)"},
        {"quantity: 7,", "quantity: 8,"},
        {"[eu/0, eu/1], delay", "[eu/0, eu/0/1], delay"},
        {"delay: exponential(50ms)", "delay: 50ms"},
        {"outage: 0.1%", "outage: 0.2%"},
        {"sample: 5%", "sample: 6%"},
        {"every: 10min", "every: 11min"},
        {"attack: resubmission", "attack: replay"},
        {"revocations:\n  - { at: 4h", "revocations:\n  - { at: 3h"},
        {"holders.plants.4", "users.firms.4"},
        {"effective: 1h", "effective: 2h"},
        {"key-stolen", "key-lost"}})
    EXPECT_NE(before, canonical_json(expect_value(load(piece, by)))) << piece;
  EXPECT_EQ(before, canonical_json(expect_value(load("weight: 80%", "weight: 8000"))));
}

TEST_F(WholeMarketTest, has_supply_and_money_in_its_canonical_text) {
  const std::string before = canonical_json(expect_value(load()));
  for (auto [piece, by] :
       {std::pair("pieces: 4", "pieces: 4, rolling: { horizon: 2h, every: 1h }"),
        {"pieces: 4", "pieces: 4, outages: [{ from: 1h, until: 2h }]"},
        {"pieces: 4", "pieces: 4, leaves: 1h"},
        {"pieces: 4", "pieces: 4, debtors: refuse"},
        {"pieces: 4", "pieces: 4, budget: 5.00"},
        {"pieces: 4", "pieces: 4, pays: late"},
        {"pieces: 4", "pieces: 4, late_by: 1s"},
        {"pieces: 4", "pieces: 4, dispute: never"},
        {"pieces: 4", "pieces: 4, timeouts: { payment: 1s }"},
        {"report: 5min", "report: 5min, budget: 5.00"},
        {"report: 5min", "report: 5min, timeouts: { payment: 1s }"},
        {"report: 5min", "report: 5min, dispute: never"},
        {"report: 5min", "report: 5min, dispute: { above: 0.01 }"}})
    EXPECT_NE(before, canonical_json(expect_value(load(piece, by)))) << by;
  for (auto [piece, by] : {std::pair("every: 30min", "every: 20min"), {"horizon: 2h", "horizon: 3h"},
                           {"from: 1h", "from: 30min"}, {"until: 2h", "until: 3h"},
                           {"share: 50%", "share: 51%"}}) {
    const std::string supply =
        "pieces: 4, rolling: { horizon: 2h, every: 30min }, outages: [{ from: 1h, until: 2h, share: 50% }]";
    EXPECT_NE(canonical_json(expect_value(load("pieces: 4", supply))),
              canonical_json(expect_value(load("pieces: 4", testing::edited(supply, piece, by)))))
        << piece;
  }
  EXPECT_NE(canonical_json(expect_value(load("pieces: 4", "pieces: 4, budget: 5.00"))),
            canonical_json(expect_value(load("pieces: 4", "pieces: 4, budget: 5.00, credit: 1.00"))));
}

TEST_F(WholeMarketTest, has_every_strategy_and_arrival_in_its_canonical_text) {
  std::string before = canonical_json(expect_value(load()));
  for (auto [piece, by] :
       {std::pair("pricing: market", "pricing: { cost-plus: 11% }"),
        {"pieces: 4", "pieces: 4, concession: boulware"},
        {"detect: 2s", "detect: 2s, repair: 1s"},
        {"report: 5min", "report: 5min, retry: { times: 1 }"},
        {"report: 5min", "report: 5min, retry: { after: 1s }"},
        {"report: 5min", "report: 5min, retry: { factor: 1% }"},
        {"report: 5min", "report: 5min, split: { holders: false }"},
        {"report: 5min", "report: 5min, split: { time: false }"},
        {"outage: 0.1%", "outage: 0.1%, strategy: careless"},
        {"outage: 0.1%", "outage: 0.1%, strategy: { partial: 1% }, favours: firms"},
        {"arrivals: poisson(1/h)", "arrivals: { renewal: 1h }"},
        {"arrivals: poisson(1/h)", "arrivals: { profile: [{ from: 0s, rate: 1/h }] }"},
        {"arrivals: poisson(1/h)",
         "arrivals: { bursty: { calm: 1/h, busy: 2/h, calm_for: 1h, busy_for: 1h } }"},
        {"report: 5min", "report: 5min, bid: shaded"},
        {"report: 5min", "report: 5min, protocol: { quotes: 4 }"},
        {"report: 5min", "report: 5min, concession: { conceder: 3 }"},
        {"report: 5min", "report: 5min, bundle_tries: 4"},
        {"report: 5min", "report: 5min, start: earliest"},
        {"report: 5min", "report: 5min, start_within: 4s"},
        {"report: 5min", "report: 5min, surrender_ahead: 4s"},
        {"report: 5min", "report: 5min, late_by: 4s"},
        {"report: 5min", "report: 5min, timeouts: { answers: 1s }"},
        {"sample: 5%", "sample: 5%, before_end: 1s"},
        {"directories: 0", "directories: 0, named: 7"},
        {"directories: 0", "directories: 0, named_in_parts: 7"},
        {"directories: 0", "directories: 0, answers: 7"}})
    EXPECT_NE(before, canonical_json(expect_value(load(piece, by)))) << by;
}

/// Whatever stands in place of a value, the loader ends with placed problems or with a scenario
/// that keeps what others build on.
RC_GTEST_FIXTURE_PROP(WholeMarketTest, never_breaks_on_other_values, ()) {
  std::string text = kWholeScenario;
  const std::vector<std::string> values = {"0",
                                           "-1",
                                           "1",
                                           "0s",
                                           "6h",
                                           "146y",
                                           "4611686018427387903",
                                           "[]",
                                           "{}",
                                           "50%",
                                           "101%",
                                           "eu",
                                           "eu/0",
                                           "us/op",
                                           "rest",
                                           "firms",
                                           "0/h",
                                           "''",
                                           "compute",
                                           "wires.1",
                                           "wires.0.",
                                           "holders.plants.9999999999999999999"};
  for (int changes = *rc::gen::inRange(1, 3); changes > 0; --changes) {
    std::vector<std::pair<std::size_t, std::size_t>> places;  // what stands between these
    for (std::size_t at = text.find(": "); at != text.npos; at = text.find(": ", at + 2))
      places.emplace_back(at + 2, text.find_first_of(",}\n", at + 2));
    auto [from, until] = *rc::gen::elementOf(places);
    text.replace(from, until - from, *rc::gen::elementOf(values));
  }
  auto loaded = load_text(text);
  RC_CLASSIFY(loaded.has_value(), "loaded");
  if (!loaded) {
    RC_ASSERT(!loaded.error().empty());
    for (const Problem& p : loaded.error()) RC_ASSERT(p.line > 0 && p.column > 0);
    return;
  }
  RC_ASSERT(!canonical_json(*loaded).empty());
  for (const SharedInfrastructureSpec& i : loaded->infrastructure) {
    RC_ASSERT(i.schedule.at(0).first == Duration(0));
    RC_ASSERT(std::is_sorted(i.schedule.begin(), i.schedule.end()));
    RC_ASSERT(i.peer.size() == (i.locations.empty() ? 2u : 0u));
    RC_ASSERT(loaded->find_authority(i.authority) != nullptr);
  }
  for (const CoordinatorSpec& c : loaded->coordinators)
    for (const CoordinatorSpec::Scope& scope : c.scopes)
      RC_ASSERT(loaded->find_authority(scope.authority)->governs(c.class_name, scope.location));
  for (const PartitionSpec& p : loaded->partitions)
    RC_ASSERT(p.from < p.until && p.between.size() >= 2u);
}

}  // namespace
}  // namespace capmarket::scenarios
