// A writer who displaces whom the rule does not displace, or states another lack, is found: the
// audit computes each cover again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "model/crypto/hash.h"
#include "tests/support/chain_files.h"
#include "tests/support/scratch_folder.h"
#include "tests/verify/audit/audit_world.h"

namespace capmarket::audit {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using testing::ForgedEntry;

constexpr std::string_view kThreeTiers =
    "  - name: gold\n    rank: 30\n    eligible: true\n    displaces:\n"
    "      when: victim.rank < rank\n      compensation: 2 * victim.value\n"
    "      pay_within: 10s\n"
    "  - name: silver\n    rank: 20\n    eligible: true\n"
    "  - name: basic\n    rank: 10\n    eligible: true\n";

std::string rule_of_three() {
  testing::RuleParts p;
  p.tiers = kThreeTiers;
  return rule_text(p);
}

/// Ten declared, sold to basic (four) and silver (six); gold takes five: all four of basic and one
/// of silver, after an attempt whose ceiling is too low.
class AuditOfCovers : public ::testing::Test {
 protected:
  AuditOfCovers() : market_({crypto::Scheme::mac, rule_of_three()}) {}

  void SetUp() override {
    holder_ = market_.holder(10);
    objects::CredentialGrant user = market_.user_grant("basic");
    testing::join(user, "power", {"silver", "gold"});
    user_ = market_.admit_party(user);
    declaration_ = market_.declare(holder_, 10, testing::seconds(0, 7200));
    settle(4, "basic", {});
    settle(6, "silver", {});
    settle(5, "gold", objects::DisplaceTerms{Money(1), Money(kWireMax)});
    settle(5, "gold", objects::DisplaceTerms{Money(kWireMax), Money(kWireMax)});
    market_.write(dir_.path());
    AuditReport report = audited(dir_.path());
    ASSERT_TRUE(report.holds()) << violations_of(report);
  }

  void settle(std::int64_t quantity, const std::string& tier,
              const std::optional<objects::DisplaceTerms>& terms) {
    const objects::Request asked =
        market_.request(user_, {declaration_}, quantity, testing::seconds(100, 4000), tier);
    const ContentId request = market_.ask(user_, asked);
    objects::Settlement s = market_.settlement(holder_, user_, declaration_, request, asked, now_);
    s.legs[0].displace = terms;
    if (refused_) s.legs[0].predecessors = {*refused_};
    const auto sub = market_.sign(s, {{objects::Role::submitter, holder_.key},
                                      {objects::Role::holder, holder_.key},
                                      {objects::Role::user, user_.key}});
    if (!market_.submit(sub, now_).decision.admitted()) refused_ = sub.id;
    now_ = now_ + Duration(kNanosPerSecond);
  }

  std::size_t find(const std::vector<ForgedEntry>& entries, objects::Kind kind, int nth) {
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (entries[i].leaf.kind == kind && nth-- == 0) return i;
    CHECK(false, "there is no such entry");
    return 0;
  }
  template <class T, class F>
  void change(ForgedEntry& e, F&& how) {
    auto raw = objects::decode_payload(e.leaf.kind, e.payload);
    T object = std::get<T>(*objects::decode_object(e.leaf.kind, raw->body));
    how(object);
    Bytes body = objects::encode_object(object);
    e.leaf.id = crypto::content_id(body);
    e.payload = objects::encode_payload(body, {});
  }
  AuditReport forge(const AuditWorld::Change& how) {
    testing::forge_entries(dir_.path(), how);
    return audited(dir_.path());
  }
  static auto found(objects::Invariant invariant, DamageClass kind) {
    return Contains(
        AllOf(Field(&AuditViolation::invariant, invariant), Field(&AuditViolation::kind, kind)));
  }

  testing::ScratchFolder dir_;
  testing::Market market_;
  testing::Party holder_, user_;
  ContentId declaration_;
  std::optional<ContentId> refused_;
  Instant now_ = testing::kStart;
};

TEST_F(AuditOfCovers, finds_a_writer_who_spares_the_lower_rank) {
  AuditReport r = forge([&](auto& entries) {
    // All five of silver; basic keeps its four.
    const std::size_t low = find(entries, objects::Kind::displacement, 0);
    const std::size_t high = find(entries, objects::Kind::displacement, 1);
    change<objects::Displacement>(entries[high],
                                  [](auto& d) { d.pieces[0].quantity = Quantity(5); });
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(low),
                  entries.begin() + static_cast<std::ptrdiff_t>(high));
  });
  EXPECT_THAT(r.violations, found(objects::Invariant::displacement, DamageClass::derived))
      << violations_of(r);
}

TEST_F(AuditOfCovers, finds_one_unit_too_many) {
  AuditReport r = forge([&](auto& entries) {
    change<objects::Displacement>(entries[find(entries, objects::Kind::displacement, 1)],
                                  [](auto& d) { d.pieces[0].quantity += Quantity(1); });
  });
  EXPECT_THAT(r.violations, found(objects::Invariant::displacement, DamageClass::derived))
      << violations_of(r);
}

TEST_F(AuditOfCovers, finds_one_unit_too_few_and_a_part_that_ends_early) {
  for (bool early : {false, true}) {
    market_.write(dir_.path());
    AuditReport r = forge([&](auto& entries) {
      change<objects::Displacement>(entries[find(entries, objects::Kind::displacement, 0)],
                                    [&](auto& d) {
                                      if (early)
                                        d.pieces[0].window.until = testing::at_second(3999);
                                      else
                                        d.pieces[0].quantity = Quantity(3);
                                    });
    });
    EXPECT_THAT(r.violations, found(objects::Invariant::displacement, DamageClass::derived))
        << violations_of(r);
  }
}

TEST_F(AuditOfCovers, finds_pieces_that_are_not_in_their_one_form) {
  AuditReport r = forge([&](auto& entries) {
    change<objects::Displacement>(
        entries[find(entries, objects::Kind::displacement, 0)], [](auto& d) {
          objects::Piece second = d.pieces[0];
          d.pieces[0].window.until = second.window.from = testing::at_second(200);
          d.pieces.push_back(second);
        });
  });
  EXPECT_THAT(r.violations, found(objects::Invariant::displacement, DamageClass::derived))
      << violations_of(r);
}

TEST_F(AuditOfCovers, finds_another_compensation) {
  AuditReport r = forge([&](auto& entries) {
    change<objects::Displacement>(entries[find(entries, objects::Kind::displacement, 0)],
                                  [](auto& d) { d.compensation += Money(1); });
  });
  EXPECT_THAT(r.violations, found(objects::Invariant::displacement, DamageClass::derived))
      << violations_of(r);
}

TEST_F(AuditOfCovers, finds_an_obligation_of_another_amount) {
  AuditReport r = forge([&](auto& entries) {
    const std::size_t at = find(entries, objects::Kind::displacement, 0) + 1;
    change<objects::Obligation>(entries[at], [](auto& o) { o.amount = o.amount - Money(1); });
  });
  EXPECT_THAT(r.violations, found(objects::Invariant::payments, DamageClass::derived))
      << violations_of(r);
}

TEST_F(AuditOfCovers, finds_a_missing_displacement) {
  for (int nth : {0, 1}) {
    market_.write(dir_.path());
    AuditReport r = forge([&](auto& entries) {
      entries.erase(entries.begin() +
                    static_cast<std::ptrdiff_t>(find(entries, objects::Kind::displacement, nth)));
    });
    EXPECT_THAT(r.violations, found(objects::Invariant::displacement, DamageClass::derived))
        << violations_of(r);
  }
}

TEST_F(AuditOfCovers, finds_displacements_in_another_order) {
  AuditReport r = forge([&](auto& entries) {
    const std::size_t low = find(entries, objects::Kind::displacement, 0);
    const std::size_t high = find(entries, objects::Kind::displacement, 1);
    std::swap(entries[low], entries[high]);
  });
  EXPECT_THAT(r.violations, found(objects::Invariant::displacement, DamageClass::derived))
      << violations_of(r);
}

TEST_F(AuditOfCovers, finds_an_admission_above_the_signed_ceiling) {
  AuditReport r = forge([&](auto& entries) {
    entries[find(entries, objects::Kind::settlement, 2)].leaf.decision = {};
  });
  EXPECT_THAT(r.violations, found(objects::Invariant::clauses, DamageClass::decision));
  EXPECT_THAT(r.violations, found(objects::Invariant::displacement, DamageClass::decision))
      << violations_of(r);
}

TEST_F(AuditOfCovers, finds_any_other_shortfall) {
  using Shortfalls = std::vector<admission::Shortfall>;
  const std::vector<std::function<void(Shortfalls&)>> changes{
      [](auto& s) { s.clear(); },
      [](auto& s) { ++s[0].leg; },
      [](auto& s) { s[0].lack += Quantity(1); },
      [](auto& s) { s[0].compensation = s[0].compensation - Money(1); },
      [](auto& s) { s[0].refund += Money(1); },
      [](auto& s) {
        s.push_back({1, Quantity(1), Money(0), Money(0)});
      },
  };
  for (const auto& how : changes) {
    market_.write(dir_.path());
    AuditReport r = forge([&](auto& entries) {
      auto& decision = entries[find(entries, objects::Kind::settlement, 2)].leaf.decision;
      ASSERT_EQ(decision.shortfalls.size(), 1u);
      EXPECT_EQ(decision.shortfalls[0].lack, Quantity(5));
      how(decision.shortfalls);
    });
    ASSERT_EQ(r.violations.size(), 1u) << violations_of(r);
    EXPECT_THAT(r.violations, found(objects::Invariant::clauses, DamageClass::decision))
        << violations_of(r);
  }
}

TEST_F(AuditOfCovers, finds_a_shortfall_of_what_is_no_settlement) {
  AuditReport r = forge([&](auto& entries) {
    auto& decision = entries[find(entries, objects::Kind::request, 0)].leaf.decision;
    decision.failed = {admission::ClauseId::signatures};
    decision.shortfalls = {{0, Quantity(1), Money(0), Money(0)}};
  });
  EXPECT_THAT(r.violations, found(objects::Invariant::refusals, DamageClass::decision))
      << violations_of(r);
}

TEST_F(AuditOfCovers, refuses_a_leaf_that_admits_and_states_a_shortfall) {
  AuditReport r = forge([&](auto& entries) {
    entries[find(entries, objects::Kind::settlement, 3)].leaf.decision.shortfalls = {
        {0, Quantity(1), Money(0), Money(0)}};
  });
  EXPECT_TRUE(r.damaged);
  EXPECT_THAT(r.violations, found(objects::Invariant::replay, DamageClass::leaf))
      << violations_of(r);
}

}  // namespace
}  // namespace capmarket::audit
