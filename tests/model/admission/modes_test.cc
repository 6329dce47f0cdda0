// Clauses of coordination, pricing, fallback, jurisdictions and several legs.
#include <gtest/gtest.h>

#include "model/rules/strategy.h"
#include "tests/support/jurisdictions.h"
#include "tests/support/whole_market.h"

namespace capmarket::admission {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::RuleParts;
using testing::seconds;

RuleParts coordinated(const std::string& mode) {
  RuleParts p;
  p.coordination = mode;
  return p;
}

/// One holder with 100 kW and one user; settlements with co-signers.
struct Coordinated : ::testing::Test {
  explicit Coordinated(const std::string& mode = "{ mode: single }",
                       const std::string& place = "eu/de/n1")
      : m({crypto::Scheme::mac, testing::rule_text(coordinated(mode))}),
        holder(m.holder(100, place)),
        user(m.user("basic")) {}

  Market m;
  Party holder, user;

  ContentId declare(std::optional<ContentId> infrastructure = {}) {
    objects::Declaration d = m.declaration(holder, 100, seconds(0, 1000));
    d.infrastructure = infrastructure;
    return m.admit(d, {{objects::Role::holder, holder.key}});
  }
  objects::Settlement settlement(const ContentId& declaration, std::int64_t quantity = 10) {
    objects::Request q = m.request(user, {declaration}, quantity, seconds(200, 300));
    return m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(100));
  }
  std::string decide(objects::Settlement s, const std::vector<Party>& named,
                     const std::vector<crypto::KeyPair>& signing) {
    for (const Party& p : named) s.coordinators.push_back(p.credential);
    testing::Signers signers = {
        {objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}};
    for (const crypto::KeyPair& k : signing) signers.emplace_back(objects::Role::coordinator, k);
    return clauses(m.submit(m.sign(s, signers), at_second(100)));
  }
};

TEST_F(Coordinated, single_wants_the_jurisdictions_coordinator) {
  ContentId d = declare();
  EXPECT_EQ(decide(settlement(d), {}, {}), "coordination?");  // nobody could sign
  Party desk = m.party(objects::Role::coordinator, "eu/de");
  Party far = m.party(objects::Role::coordinator, "eu/fr");
  EXPECT_EQ(decide(settlement(d), {}, {}), "coordination");
  EXPECT_EQ(decide(settlement(d), {desk}, {}), "coordination");
  EXPECT_EQ(decide(settlement(d), {desk}, {far.key}), "coordination");  // forged
  EXPECT_EQ(decide(settlement(d), {far}, {far.key}), "coordination");
  EXPECT_EQ(decide(settlement(d), {user}, {user.key}), "coordination");  // another role
  EXPECT_EQ(decide(settlement(d), {desk}, {desk.key}), "");
  EXPECT_EQ(decide(settlement(d), {far, desk}, {desk.key}), "");
  EXPECT_EQ(decide(settlement(d), {Party{desk.role, desk.key, ContentId{}}}, {desk.key}),
            "coordination objects-resolve? sequence?");
}

TEST_F(Coordinated, a_coordinator_of_another_root_does_not_coordinate) {
  ContentId d = declare();
  m.party(objects::Role::coordinator, "eu/de");
  objects::CredentialGrant g = m.grant(objects::Role::coordinator, "us");
  g.issuer = m.root_id(1);
  Party overseas = m.admit_party(g, &m.overseas_key);
  std::string out = decide(settlement(d), {overseas}, {overseas.key});
  EXPECT_EQ(out, "coordination jurisdictions");
}

struct Sharded : Coordinated {
  Sharded() : Coordinated("{ mode: sharded, by: 2 }") {}
};
TEST_F(Sharded, every_shard_that_meets_the_location_signs) {
  ContentId d = declare();
  Party de = m.party(objects::Role::coordinator, "eu/de"), fr = m.party(objects::Role::coordinator, "eu/fr");
  EXPECT_EQ(decide(settlement(d), {fr}, {fr.key}), "coordination");
  EXPECT_EQ(decide(settlement(d), {de}, {de.key}), "");
}

struct AboveTheShards : Coordinated {
  AboveTheShards() : Coordinated("{ mode: sharded, by: 2 }", "eu") {}
};
TEST_F(AboveTheShards, a_location_above_wants_every_shard_below_it) {
  ContentId d = declare();
  EXPECT_EQ(decide(settlement(d), {}, {}), "coordination?");
  Party de = m.party(objects::Role::coordinator, "eu/de"), fr = m.party(objects::Role::coordinator, "eu/fr/n2");
  EXPECT_EQ(decide(settlement(d), {de, fr}, {de.key, fr.key}), "coordination?");
  Party all = m.party(objects::Role::coordinator, "eu/fr");
  EXPECT_EQ(decide(settlement(d), {de}, {de.key}), "coordination");
  EXPECT_EQ(decide(settlement(d), {de, all}, {de.key, all.key}), "");
}

struct Shared : Coordinated {
  objects::SharedInfrastructure infrastructure(std::int64_t quantity) {
    return testing::infrastructure(
        m, "feeder", {holder},
        {{at_second(0), Quantity(quantity)}, {at_second(250), Quantity(quantity - 10)}});
  }
};
TEST_F(Shared, capacity_follows_the_falling_schedule) {
  Party desk = m.party(objects::Role::coordinator, "eu");
  ContentId feeder = m.admit(infrastructure(50), {{objects::Role::authority, m.authority_key}});
  ContentId d = declare(feeder);
  EXPECT_EQ(decide(settlement(d, 41), {desk}, {desk.key}), "shared-capacity");
  EXPECT_EQ(decide(settlement(d, 40), {desk}, {desk.key}), "");
  EXPECT_EQ(decide(settlement(d, 1), {desk}, {desk.key}), "shared-capacity");
}

TEST_F(Shared, a_member_must_name_it_and_a_stranger_cannot) {
  ContentId feeder = m.admit(infrastructure(50), {{objects::Role::authority, m.authority_key}});
  auto decide_declaration = [&](const Party& p, std::optional<ContentId> named) {
    objects::Declaration d = m.declaration(p, 10, seconds(0, 10));
    d.infrastructure = named;
    return clauses(m.submit(m.sign(d, {{objects::Role::holder, p.key}}), m.setup));
  };
  EXPECT_EQ(decide_declaration(holder, {}), "holder-scope");
  EXPECT_EQ(decide_declaration(holder, feeder), "");
  Party stranger = m.holder(100, "eu/de/n1");
  EXPECT_EQ(decide_declaration(stranger, feeder), "holder-scope");
  EXPECT_EQ(decide_declaration(stranger, {}), "");
  EXPECT_EQ(decide_declaration(stranger, ContentId{}), "holder-scope objects-resolve?");
}

TEST_F(Shared, what_is_declared_on_it_stays_a_quantity_at_every_instant) {
  Party a = m.holder(kWireMax, "eu/de"), b = m.holder(kWireMax, "eu/de");
  ContentId line = m.admit(testing::infrastructure(m, "line", {a, b}, {{at_second(0), Quantity(1)}}),
                           {{objects::Role::authority, m.authority_key}});
  auto decide_declaration = [&](const Party& p, std::int64_t quantity, Window window) {
    objects::Declaration d = m.declaration(p, quantity, window);
    d.infrastructure = line;
    return clauses(m.submit(m.sign(d, {{objects::Role::holder, p.key}}), m.setup));
  };
  EXPECT_EQ(decide_declaration(a, kWireMax - 5, seconds(0, 10)), "");
  EXPECT_EQ(decide_declaration(b, 6, seconds(9, 20)), "quantity");
  EXPECT_EQ(decide_declaration(b, 5, seconds(9, 20)), "");
  EXPECT_EQ(decide_declaration(b, kWireMax, seconds(20, 30)), "");
}

TEST_F(Shared, infrastructure_is_refused_where_it_is_not_sound) {
  auto decide_it = [&](auto&& change) {
    objects::SharedInfrastructure i = infrastructure(50);
    i.name = "other";
    change(i);
    return clauses(m.submit(m.sign(i, {{objects::Role::authority, m.authority_key}}), m.setup));
  };
  EXPECT_EQ(decide_it([](auto&) {}), "");
  EXPECT_EQ(decide_it([](auto& i) { i.name = "else", i.locations = {{"us"}}; }), "standing");
  EXPECT_EQ(decide_it([](auto& i) { i.name = "else", i.schedule[1].from = i.schedule[0].from; }),
            "standing");
  EXPECT_EQ(decide_it([](auto& i) { i.name = "else", i.schedule[1].quantity = Quantity(-1); }),
            "quantity");
  EXPECT_EQ(decide_it([](auto& i) { i.name = "else", i.peer = true; }), "standing");
  EXPECT_EQ(decide_it([](auto& i) { i.name = "else", i.class_name = "coal"; }),
            "objects-resolve? signatures? standing?");
  EXPECT_EQ(decide_it([](auto&) {}), "standing");  // the name is taken
}

// ---- Pricing

struct Fixed : ::testing::Test {
  static RuleParts parts(const std::string& pricing) {
    RuleParts p;
    p.pricing = pricing;
    return p;
  }
  explicit Fixed(const std::string& pricing = "{ mode: fixed, tariff: 20.00 }")
      : m({crypto::Scheme::mac, testing::rule_text(parts(pricing))}) {}
  Market m;
  Party holder = m.holder(100);
  Party user = m.user("basic");
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  std::string at(Money price, std::optional<ContentId> index = {}, std::int64_t second = 100) {
    Party fresh = m.user("basic");  // refusals of one user would have to be disclosed
    objects::Request q = m.request(fresh, {declaration}, 1, seconds(200, 300));
    objects::Settlement s = m.settlement(holder, fresh, declaration, m.ask(fresh, q), q, at_second(second));
    s.legs[0].price = price;
    s.legs[0].price_index = index;
    return clauses(m.settle(holder, fresh, s, at_second(second)));
  }
};

TEST_F(Fixed, takes_the_tariff_and_nothing_else) {
  EXPECT_EQ(at(Money(200'000)), "");
  EXPECT_EQ(at(Money(200'001)), "price");
  EXPECT_EQ(at(Money(199'999)), "price");
}

struct Scheduled : Fixed {
  Scheduled()
      : Fixed(
            "{ mode: fixed, tariff: [ { tier: basic, from: 2026-01-01T00:00:00Z, until: "
            "2026-01-01T00:03:20Z, price: 5.00 }, { tier: basic, from: 2026-01-01T00:03:20Z, "
            "until: 2026-01-01T00:10:00Z, price: 7.00 } ] }") {}
};
TEST_F(Scheduled, reads_the_entry_at_the_start_of_the_leg) {
  EXPECT_EQ(at(Money(70'000)), "");
  EXPECT_EQ(at(Money(50'000)), "price");
}

struct Discovered : Fixed {
  Discovered()
      : Fixed(
            "{ mode: discovered, over: 60s, band: 10%, max_age: 30s, floor: 1.00, cap: 100.00 }") {}
  Party publisher = m.party(objects::Role::publisher);
  objects::PriceIndex index(std::int64_t at, std::int64_t count, Money value) {
    return {m.salt(),   publisher.key.pub, publisher.credential,
            "eu/power", "power",           {"eu"},
            "EUR",      at_second(at),     count,
            value};
  }
  std::string publish(const objects::PriceIndex& i, std::int64_t second) {
    auto s = m.sign(i, {{objects::Role::publisher, publisher.key}});
    id = s.id;
    return clauses(m.submit(s, at_second(second)));
  }
  ContentId id;
};
TEST_F(Discovered, follows_an_index_that_admission_recomputes) {
  EXPECT_EQ(at(Money(100'000), {}, 100), "");  // the bounds, while there is no index
  EXPECT_EQ(at(Money(200'000), {}, 101), "");
  EXPECT_EQ(at(Money(400'000), {}, 102), "");
  // Lower median of 10, 20, 40 is 20. Leaving the dearest out would give 10.
  EXPECT_EQ(publish(index(110, 2, Money(100'000)), 110), "index-complete");
  EXPECT_EQ(publish(index(110, 3, Money(100'000)), 110), "index-complete");
  EXPECT_EQ(publish(index(111, 3, Money(200'000)), 110), "window");
  EXPECT_EQ(publish(index(110, 3, Money(200'000)), 110), "");
  EXPECT_EQ(at(Money(180'000), id, 120), "");
  EXPECT_EQ(at(Money(220'000), id, 120), "");
  EXPECT_EQ(at(Money(220'001), id, 120), "price");
  EXPECT_EQ(at(Money(179'999), id, 120), "price");
  EXPECT_EQ(at(Money(200'000), {}, 120), "price");  // a young index exists
  EXPECT_EQ(at(Money(200'000), ContentId{}, 120), "price?");
  EXPECT_EQ(at(Money(200'000), id, 140), "");       // 30 s old
  EXPECT_EQ(at(Money(200'000), id, 141), "price");  // stale
  EXPECT_EQ(at(Money(450'000), {}, 141), "");       // so the bounds hold again
  EXPECT_EQ(publish(index(40, 1, Money(1)), 142), "index-complete");
}

TEST_F(Discovered, weighs_by_volume_and_credentials) {
  objects::CredentialGrant light = m.user_grant("basic");
  light.weight = BasisPoints(0);
  Party nobody = m.admit_party(light);
  objects::Request q = m.request(nobody, {declaration}, 50, seconds(200, 300));
  objects::Settlement s = m.settlement(holder, nobody, declaration, m.ask(nobody, q), q, at_second(100));
  s.legs[0].price = Money(450'000);
  EXPECT_EQ(clauses(m.settle(holder, nobody, s, at_second(100))), "");
  EXPECT_EQ(at(Money(100'000), {}, 101), "");
  EXPECT_EQ(publish(index(110, 2, Money(450'000)), 110), "index-complete");
  EXPECT_EQ(publish(index(110, 1, Money(100'000)), 110), "");
}

// ---- Fallback

TEST_F(Fixed, fallback_wants_a_strategy_of_the_catalog) {
  rules::FallbackStrategy other{{}, "eu/tso", "generous", rules::Substitution::any, Duration(0), BasisPoints(kFullRatio), BasisPoints(0), {}};
  ContentId foreign = m.admit(other, {{objects::Role::authority, m.authority_key}});
  auto with = [&](const ContentId& strategy) {
    Party fresh = m.user("basic");
    objects::Request q = m.request(fresh, {declaration}, 1, seconds(200, 300));
    objects::Settlement s = m.settlement(holder, fresh, declaration, m.ask(fresh, q), q, at_second(100));
    s.legs[0].strategy = strategy;
    return clauses(m.settle(holder, fresh, s, at_second(100)));
  };
  EXPECT_EQ(with(m.strategy("pooled")), "");
  EXPECT_EQ(with(foreign), "fallback");
  EXPECT_EQ(with(ContentId{}), "objects-resolve? fallback?");
}

// ---- Several legs

struct Bundles : ::testing::Test {
  Bundles() {
    m.admit(objects::ClassDeclaration{{},
                             "eu/tso",
                             "net",
                             1,
                             "Mbit",
                             Duration(kNanosPerSecond),
                             Duration(10 * 24 * kNanosPerHour)},
            {{objects::Role::authority, m.authority_key}});
    RuleParts p;
    p.name = "eu/net";
    p.class_name = "net";
    p.unit = "Mbit";
    net_rule = m.adopt(testing::rule_text(p));
    objects::CredentialGrant g = m.holder_grant(100);
    g.assets[0].class_name = "net";
    net_holder = m.admit_party(g);
    objects::Declaration d = m.declaration(net_holder, 100, seconds(0, 1000));
    d.class_name = "net";
    d.unit = "Mbit";
    net = m.admit(d, {{objects::Role::holder, net_holder.key}});
    objects::CredentialGrant u = m.user_grant("basic");
    u.memberships.push_back({"net", "eu/net", "basic"});
    user = m.admit_party(u);
  }
  Market m{{crypto::Scheme::mac}};
  Party holder = m.holder(100);
  ContentId power = m.declare(holder, 100, seconds(0, 1000));
  ContentId net, net_rule;
  Party net_holder, user;

  /// A settlement of both classes, 10 of each.
  objects::Settlement both() {
    objects::Request q = m.request(user, {power}, 10, seconds(200, 300));
    q.bundle = m.salt();
    objects::Settlement s = m.settlement(holder, user, power, m.ask(user, q), q, at_second(100));
    objects::Request n = m.request(user, {net}, 10, seconds(200, 300));
    n.class_name = "net";
    n.unit = "Mbit";
    n.bundle = q.bundle;
    objects::Settlement t = m.settlement(net_holder, user, net, m.ask(user, n), n, at_second(100));
    t.legs[0].rule = net_rule;
    s.legs.push_back(t.legs[0]);
    s.indices.push_back(t.indices[0]);
    return s;
  }
  std::string decide(const objects::Settlement& s) {
    return clauses(m.submit(m.sign(s, {{objects::Role::submitter, user.key},
                                       {objects::Role::user, user.key},
                                       {objects::Role::holder, holder.key},
                                       {objects::Role::holder, net_holder.key}}),
                            at_second(100)));
  }
};

TEST_F(Bundles, grant_all_legs_or_none) {
  objects::Settlement s = both();
  s.legs[1].quantity = Quantity(0);
  EXPECT_EQ(decide(s), "quantity");
  EXPECT_TRUE(m.chain().state().grants.empty());
  objects::Settlement good = both();
  good.legs[0].predecessors = good.legs[1].predecessors = {};
  const chain::ChainState& state = m.chain().state();
  for (objects::Leg& leg : good.legs)
    for (const auto& [key, refusals] : state.undischarged)
      if (key.declaration == leg.declaration) leg.predecessors = {refusals.back().id};
  good.signed_at = at_second(101);
  auto signed_later = m.sign(good, {{objects::Role::submitter, user.key},
                                    {objects::Role::user, user.key},
                                    {objects::Role::holder, holder.key},
                                    {objects::Role::holder, net_holder.key}});
  EXPECT_EQ(clauses(m.submit(signed_later, at_second(101))), "");
  ASSERT_EQ(state.grants.size(), 2U);
  EXPECT_EQ(state.grants.all()[0].id, objects::grant_id(signed_later.id, 0));
  EXPECT_EQ(state.grants.all()[1].id, objects::grant_id(signed_later.id, 1));
}

TEST_F(Bundles, want_every_holder_and_one_user) {
  objects::Settlement s = both();
  EXPECT_EQ(clauses(m.submit(m.sign(s, {{objects::Role::submitter, user.key},
                                        {objects::Role::user, user.key},
                                        {objects::Role::holder, holder.key}}),
                             at_second(100))),
            "signatures");
}

TEST_F(Bundles, two_legs_cannot_sell_the_same_capacity_twice) {
  objects::Request a = m.request(user, {power}, 60, seconds(200, 300));
  objects::Request b = m.request(user, {power}, 60, seconds(200, 300));
  objects::Settlement s = m.settlement(holder, user, power, m.ask(user, a), a, at_second(100));
  objects::Settlement t = m.settlement(holder, user, power, m.ask(user, b), b, at_second(100));
  s.legs.push_back(t.legs[0]);
  s.indices.push_back(t.indices[0]);
  EXPECT_EQ(decide(s), "capacity");
  s.legs[1].quantity = Quantity(40);
  s.salt = m.salt();
  s.signed_at = at_second(100);
  EXPECT_EQ(decide(s), "");  // the same second: nothing to disclose before signed_at
}

TEST_F(Bundles, refuse_the_same_declaration_and_request_twice_and_two_holders_of_a_class) {
  objects::Request q = m.request(user, {power}, 10, seconds(200, 300));
  objects::Settlement s = m.settlement(holder, user, power, m.ask(user, q), q, at_second(100));
  s.legs[0].quantity = Quantity(5);
  s.legs.push_back(s.legs[0]);
  EXPECT_EQ(decide(s), "sequence");
  Party other = m.holder(100);
  ContentId more = m.declare(other, 100, seconds(0, 1000));
  objects::Request r = m.request(user, {more}, 10, seconds(200, 300));
  objects::Settlement t = m.settlement(other, user, more, m.ask(user, r), r, at_second(100));
  objects::Settlement mixed = both();
  mixed.legs.push_back(t.legs[0]);
  mixed.indices.push_back(t.indices[0]);
  EXPECT_EQ(clauses(m.submit(m.sign(mixed, {{objects::Role::submitter, user.key},
                                            {objects::Role::user, user.key},
                                            {objects::Role::holder, holder.key},
                                            {objects::Role::holder, net_holder.key},
                                            {objects::Role::holder, other.key}}),
                             at_second(100))),
            "signatures");
}

// ---- Jurisdictions

struct CrossBorder : ::testing::Test {
  Market m{{crypto::Scheme::mac}};
  Party holder = m.holder(100);
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  /// A user whose credential another root issued.
  Party abroad() {
    objects::CredentialGrant g = m.user_grant("basic");
    g.issuer = m.root_id(1);
    g.scope = {{"us"}};
    return m.admit_party(g, &m.overseas_key);
  }
  std::string settle(const Party& user, std::optional<ContentId> policy) {
    objects::Request q = m.request(user, {declaration}, 1, seconds(200, 300));
    objects::Settlement s = m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(100));
    s.policy = policy;
    return clauses(m.settle(holder, user, s, at_second(100)));
  }
  std::string policy(const objects::ReconciliationPolicy& p, const std::vector<crypto::KeyPair>& signing) {
    auto s = m.sign(p, testing::signers_of_policy(signing));
    id = s.id;
    return clauses(m.submit(s, m.setup));
  }
  ContentId id;
};

TEST_F(CrossBorder, wants_a_policy_of_every_root) {
  EXPECT_EQ(settle(abroad(), {}), "user-membership jurisdictions");
  objects::ReconciliationPolicy p = testing::policy_of_both(m, "north");
  EXPECT_EQ(policy(p, {m.root_key}), "signatures");
  p.salt = m.salt();
  EXPECT_EQ(policy(p, {m.root_key, m.overseas_key}), "");
  EXPECT_EQ(settle(abroad(), id), "");
  EXPECT_EQ(settle(abroad(), ContentId{}), "user-membership objects-resolve? jurisdictions?");
  objects::ReconciliationPolicy alone = testing::policy_of_both(m, "alone");
  alone.authorities.pop_back();
  EXPECT_EQ(policy(alone, {m.root_key}), "standing");
  objects::ReconciliationPolicy unknown = testing::policy_of_both(m, "unknown");
  unknown.tiers = "eu/none";
  EXPECT_EQ(policy(unknown, {m.root_key, m.overseas_key}),
            "objects-resolve? signatures? standing?");
}

}  // namespace
}  // namespace capmarket::admission
