// Budgets, payments that are sent again, debtors, statements; complaints of those who are harmed.
// Source: docs/spec/scenarios.md#money.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "model/chain/findings.h"
#include "sim/run/run.h"
#include "sim/run/statement.h"
#include "sim/world/world.h"
#include "tests/sim/run/bargaining.h"
#include "tests/sim/run/played.h"

namespace capmarket::run {
namespace {

using AtEnd = std::function<void(world::World&)>;

scenarios::Scenario money_pack(const std::string& name) {
  auto scenario =
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/" + name + ".yaml", {}, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *std::move(scenario);
}

TEST(Money, a_budget_buys_what_it_pays_for_and_no_more) {
  scenarios::Scenario s = regular_customer();
  const run::Run without = played(s);
  EXPECT_EQ(without.metrics.total.grants, 11) << "after 10, 20, … 110 minutes";
  s.users[0].conduct.budget = Money(70'000);
  const run::Run with = played(s);
  EXPECT_EQ(with.metrics.total.grants, 3) << "7.00 at 2.00 each";
  EXPECT_EQ(lost_for(with, "budget"), volume_of(Quantity(8), Duration(kNanosPerHour)));
  s.users[0].conduct.credit = Money(10'000);
  EXPECT_EQ(played(s).metrics.total.grants, 4) << "and 1.00 of credit";
  s.users[0].conduct.pays = scenarios::Pays::never;
  EXPECT_EQ(played(s).metrics.total.grants, 4) << "what it owes is spent, paid or not";
}

TEST(Money, what_is_paid_to_somebody_it_may_spend) {
  scenarios::Scenario s = money_pack("failures-and-fallback");
  s.duration = Duration(2 * kNanosPerHour);
  for (scenarios::UserGroup& g : s.users) g.conduct.budget = Money(1'500'000);
  std::size_t received = 0, beyond = 0;
  played(s, [&](world::World& w) {
    for (const StatementRow& row : statement_of(w)) {
      if (row.holder) continue;
      received += row.is_owed.paid.value > 0 ? 1 : 0;
      beyond += row.owes.owed > Money(1'500'000) ? 1 : 0;
      EXPECT_LE(row.owes.owed, Money(1'500'000) + row.is_owed.paid) << row.party;
    }
  });
  EXPECT_GT(received, 0U);
  EXPECT_GT(beyond, 0U) << "some signed for more than their budget: refunds of what failed";
}

TEST(Money, is_paid_in_the_end_over_a_network_that_loses_half_of_what_is_sent) {
  scenarios::Scenario s = regular_customer();
  s.loss = 5'000;
  s.tries = 2;
  s.users[0].retry_times = 1'000;
  s.users[0].patience = Duration(kNanosPerHour);
  std::size_t owed = 0, open = 0;
  const run::Run r = played(s, [&](world::World& w) {
    for (const chain::ObligationRecord& o : w.state().obligations) {
      ++owed;
      open += o.outstanding().value > 0 ? 1 : 0;
    }
  });
  EXPECT_GT(owed, 3U);
  EXPECT_EQ(open, 0U) << "each was sent again until it was published";
  EXPECT_EQ(r.metrics.payments, static_cast<std::int64_t>(owed)) << "and counts once";
}

TEST(Money, holders_that_refuse_debtors_serve_nobody_who_has_not_paid_in_time) {
  scenarios::Scenario s = regular_customer();
  s.users[0].conduct.pays = scenarios::Pays::never;
  EXPECT_EQ(played(s).metrics.total.grants, 11) << "whoever serves debtors";
  s.holders[0].serves_debtors = false;
  const run::Run r = played(s);
  EXPECT_EQ(r.metrics.total.grants, 7) << "the first leg, of minute 12, is due in minute 72";
  EXPECT_EQ(lost_for(r, "debtor"), volume_of(Quantity(4), Duration(kNanosPerHour)));
  EXPECT_EQ(r.metrics.defaults.count, 5) << "due after 72, 82, … 112 minutes";
  EXPECT_EQ(r.metrics.defaults.outstanding.at("EUR"), Money(5 * 20'000));
}

TEST(Money, that_a_holder_never_pays_is_outstanding) {
  scenarios::Scenario s = money_pack("failures-and-fallback");
  EXPECT_EQ(played(s).metrics.defaults.count, 0);
  for (scenarios::HolderGroup& g : s.holders) g.conduct.pays = scenarios::Pays::never;
  const run::Run never = played(s);
  EXPECT_GT(never.metrics.defaults.count, 0);
  EXPECT_EQ(never.metrics.obligations.at("failure").paid.at("EUR"), Money(0));
  for (scenarios::HolderGroup& g : s.holders) {
    g.conduct.pays = scenarios::Pays::late;
    g.conduct.late_by = Duration(60 * kNanosPerSecond);
  }
  const run::Run late = played(s);
  EXPECT_GT(late.metrics.obligations.at("failure").paid.at("EUR"), Money(0));
  EXPECT_LT(late.metrics.defaults.count, never.metrics.defaults.count);
}

TEST(Money, of_the_statement_adds_up_to_what_the_groups_owe) {
  scenarios::Scenario s = money_pack("emergency-displacement");
  s.duration = std::min(s.duration, Duration(kNanosPerHour));
  s.users[0].conduct.pays = scenarios::Pays::never;
  const run::Run r = played(s);
  ASSERT_FALSE(r.statement.empty());
  std::map<std::string, Side> owes, is_owed;
  const auto add = [](Side& to, const Side& from) {
    to.owed += from.owed, to.paid += from.paid, to.overdue += from.overdue;
    to.defaults += from.defaults;
  };
  for (const StatementRow& row : r.statement) {
    add(owes[row.group], row.owes);
    add(is_owed[row.group], row.is_owed);
  }
  const auto in = [](const std::map<std::string, Money>& amounts) {
    return amounts.empty() ? Money(0) : amounts.begin()->second;
  };
  std::int64_t defaults = 0;
  for (const auto& [name, o] : r.metrics.by_group) {
    EXPECT_EQ(owes[name].owed, in(o.owes.owed)) << name;
    EXPECT_EQ(owes[name].paid, in(o.owes.paid)) << name;
    EXPECT_EQ(is_owed[name].owed, in(o.is_owed.owed)) << name;
    EXPECT_EQ(is_owed[name].paid, in(o.is_owed.paid)) << name;
    EXPECT_EQ(owes[name].overdue, in(o.defaults.outstanding)) << name;
    EXPECT_EQ(owes[name].defaults, o.defaults.count) << name;
    defaults += o.defaults.count;
  }
  EXPECT_GT(defaults, 0);
  EXPECT_EQ(r.metrics.defaults.count, defaults);
}

/// No pack, whatever its budgets: nobody signs for more than it has and was paid.
TEST(Money, is_enough_for_all_that_is_signed_in_every_pack) {
  std::size_t short_of = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs")) {
    if (file.path().extension() != ".yaml") continue;
    const std::string pack = file.path().stem().string();
    SCOPED_TRACE(pack);
    scenarios::Scenario s = money_pack(pack);
    const std::int64_t seconds = pack == "quickstart" ? 20 : pack == "under-load" ? 2 : 900;
    s.duration = std::min(s.duration, Duration(seconds * kNanosPerSecond));
    for (scenarios::UserGroup& g : s.users)
      if (g.arrivals.kind != scenarios::ArrivalKind::none) g.conduct.budget = Money(300'000);
    const run::Run r = played(s);
    for (const StatementRow& row : r.statement) {
      if (!row.budget || row.holder) continue;
      EXPECT_LE(row.owes.owed, *row.budget + row.is_owed.paid) << row.party;
    }
    short_of += lost_for(r, "budget").value > 0 ? 1 : 0;
  }
  EXPECT_GT(short_of, 3U);
}

scenarios::Scenario without_auditors(const std::string& pack) {
  scenarios::Scenario s = money_pack(pack);
  s.auditors.clear();
  return s;
}

TEST(Complaints, are_made_by_who_is_harmed_and_by_nobody_who_never_complains) {
  scenarios::Scenario s = without_auditors("failures-and-fallback");
  const run::Run always = played(s);
  EXPECT_GT(always.metrics.disputes, 0);
  EXPECT_EQ(always.metrics.founded, always.metrics.disputes) << "nobody else is seen to be at fault";
  for (scenarios::UserGroup& g : s.users) {
    g.conduct.disputes = scenarios::Disputes::above;
    g.conduct.disputes_above = Money(500'000);
  }
  const run::Run above = played(s);
  EXPECT_LT(above.metrics.disputes, always.metrics.disputes);
  EXPECT_LT(above.metrics.claims, always.metrics.claims);
  EXPECT_GT(above.metrics.claims, 0);
  for (scenarios::UserGroup& g : s.users) g.conduct.disputes = scenarios::Disputes::never;
  const run::Run never = played(s);
  EXPECT_EQ(never.metrics.disputes, 0);
  EXPECT_EQ(never.metrics.claims, 0);
}

/// What is left to remedy in a state: harm that a dispute by anybody would find.
std::int64_t left_to_find(const chain::ChainState& s, Instant now) {
  std::int64_t out = 0;
  for (const chain::FailureRecord& f : s.failures) {
    const chain::GrantRecord& g = s.grants[f.grant];
    const rules::FallbackStrategy& strategy = s.strategies.at(g.leg.strategy).strategy;
    const bool unrecorded =
        !f.recorded && !strategy.record.empty() && now - f.admitted > strategy.notify_within;
    const bool owed = chain::ratio_of(f.trimmed, strategy.penalty).value > 0;
    if ((f.failure.late || unrecorded) && owed &&
        !s.remedied.contains({f.id, objects::Ground::fallback_not_followed}) &&
        !s.disputed.contains({s.user_of(g), s.settlements[g.settlement].id,
                              objects::Ground::fallback_not_followed}))
      ++out;
  }
  for (const chain::InfrastructureRecord& edge : s.infrastructures) {
    if (!edge.infrastructure.peer) continue;
    for (party::GrantIndex index : edge.grants) {
      const chain::GrantRecord& g = s.grants[index];
      const Window ahead{std::max(g.leg.window.from, now), g.leg.window.until};
      if (ahead.empty()) continue;
      const capacity::Pieces breach = chain::unpunished_breach(edge, ahead);
      if (breach.empty()) continue;
      const Instant first = breach.front().window.from;
      auto at_fault = chain::beyond_its_share(s, edge, first);
      if (!at_fault) at_fault = chain::last_live_on(s, edge, first);
      const PublicKey& holder = s.holder_of(g);
      out += at_fault != holder && !s.disputed.contains({holder, s.settlements[g.settlement].id,
                                                         objects::Ground::shared_capacity_breached})
                 ? 1
                 : 0;
    }
  }
  return out;
}

TEST(Complaints, leave_nothing_that_nobody_looked_at) {
  // The last failures were not overdue yet. A settlement can be disputed once by each.
  for (const auto& [pack, most] : {std::pair("failures-and-fallback", 2), {"peer-edge", 0}}) {
    SCOPED_TRACE(pack);
    scenarios::Scenario s = without_auditors(pack);
    std::int64_t left = -1;
    const AtEnd look = [&](world::World& w) { left = left_to_find(w.state(), w.now); };
    EXPECT_GT(played(s, look).metrics.founded, 0);
    EXPECT_LE(left, most);
    for (scenarios::UserGroup& g : s.users) g.conduct.disputes = scenarios::Disputes::never;
    for (scenarios::HolderGroup& g : s.holders) g.conduct.disputes = scenarios::Disputes::never;
    played(s, look);
    EXPECT_GT(left, most) << "the same, where nobody complains";
  }
}

TEST(Complaints, follow_reviews_of_credentials_that_fell) {
  scenarios::Scenario s = without_auditors("revocation-review");
  const run::Run always = played(s);
  EXPECT_GT(always.metrics.reviews, 0);
  EXPECT_GT(always.metrics.founded, 0);
  for (scenarios::UserGroup& g : s.users) g.conduct.disputes = scenarios::Disputes::never;
  for (scenarios::HolderGroup& g : s.holders) g.conduct.disputes = scenarios::Disputes::never;
  EXPECT_EQ(played(s).metrics.disputes, 0);
}

}  // namespace
}  // namespace capmarket::run
