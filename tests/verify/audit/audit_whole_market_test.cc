// The auditor and admission decide and derive alike over random markets with every kind of object;
// and what a faulty writer changes in one is found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "model/crypto/hash.h"
#include "tests/support/scratch_folder.h"
#include "tests/verify/audit/audit_world.h"

namespace capmarket::audit {
namespace {
using ::testing::Contains;

/// A market after `steps` random steps; the same for the same seed.
std::unique_ptr<AuditWorld> played(int seed, int steps) {
  auto world = std::make_unique<AuditWorld>(choices_of(seed));
  std::mt19937 random(static_cast<unsigned>(seed));
  auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int i = 0; i < steps; ++i) {
    world->step(pick);
    if (pick(3) == 0) world->wait(pick(4));
  }
  world->wait(pick(400));
  world->tick();
  return world;
}

constexpr int kSteps = 150;

TEST(AuditWholeMarket, agrees_with_admission_on_every_kind_and_decision) {
  std::map<std::string, int> counts;
  for (int seed = 0; seed < 120; ++seed) {
    testing::ScratchFolder dir;
    auto world = played(seed, kSteps);
    world->write(dir.path());
    AuditReport report = audited(dir.path());
    ASSERT_TRUE(report.holds()) << "seed " << seed << "\n" << violations_of(report);
    ASSERT_EQ(report.audited, world->market().chain().size());
    ASSERT_EQ(report.root, world->market().chain().root());
    for (const auto& [name, n] : world->counts()) counts[name] += n;
  }
  // Agreement about nothing would be easy.
  for (objects::Kind kind : {objects::Kind::declaration_batch, objects::Kind::intent,
                             objects::Kind::settlement,        objects::Kind::withdrawal,
                             objects::Kind::surrender,         objects::Kind::payment,
                             objects::Kind::delivery_failure,  objects::Kind::fallback_record,
                             objects::Kind::curtailment,       objects::Kind::activity,
                             objects::Kind::price_index,       objects::Kind::dispute,
                             objects::Kind::renewal,           objects::Kind::revocation,
                             objects::Kind::residual,          objects::Kind::displacement,
                             objects::Kind::release,           objects::Kind::failure,
                             objects::Kind::obligation,        objects::Kind::review,
                             objects::Kind::resolution,        objects::Kind::contest,
                             objects::Kind::witness,           objects::Kind::claim_closed,
                             objects::Kind::review_closed,     objects::Kind::retract})
    EXPECT_GE(counts[std::string(objects::to_text(kind))], 10) << objects::to_text(kind);
}

// ---- A faulty writer
// ------------------------------------------------------------------------------

/// Invariants that are broken at `sequence`, after `change`.
std::set<objects::Invariant> broken_at(AuditWorld& world, std::int64_t sequence,
                                       const std::function<void(testing::ForgedEntry&)>& change) {
  testing::ScratchFolder dir;
  world.write_forged(dir.path(),
                     [&](auto& entries) { change(entries[static_cast<std::size_t>(sequence)]); });
  std::set<objects::Invariant> out;
  for (const AuditViolation& v : audited(dir.path()).violations)
    if (v.sequence == sequence) out.insert(v.invariant);
  return out;
}

struct Place {
  std::int64_t sequence;
  objects::Kind kind;
  admission::Decision decision;
};
std::vector<Place> places(AuditWorld& world) {
  std::vector<Place> out;
  testing::ScratchFolder dir;
  world.write_forged(dir.path(), [&](auto& entries) {
    for (const auto& e : entries)
      out.push_back({e.leaf.sequence.value, e.leaf.kind, e.leaf.decision});
  });
  return out;
}

TEST(AuditWholeMarket, finds_any_decision_that_was_turned_round) {
  int forged = 0;
  for (int seed : {0, 6, 13, 19, 25}) {
    auto world = played(seed, 80);
    for (const Place& p : places(*world)) {
      if (p.sequence == 0 || objects::is_derived(p.kind) || p.kind == objects::Kind::tick) continue;
      auto broken = broken_at(*world, p.sequence, [&](auto& e) {
        e.leaf.decision = p.decision.admitted()
                              ? admission::Decision{{admission::ClauseId::signatures}, {}, {}}
                              : admission::Decision{};
      });
      ASSERT_FALSE(broken.empty()) << "seed " << seed << " sequence " << p.sequence;
      ++forged;
    }
  }
  EXPECT_GT(forged, 300);
}

/// Turns a refusal for exactly `clause` of a `kind` into an admission; what breaks there.
std::set<objects::Invariant> admitted_against(objects::Kind kind, admission::ClauseId clause) {
  for (int seed = 0; seed < 200; ++seed) {
    auto world = played(seed, kSteps);
    for (const Place& p : places(*world))
      if (p.kind == kind && p.decision.unresolved.empty() &&
          p.decision.failed == std::vector<admission::ClauseId>{clause})
        return broken_at(*world, p.sequence, [](auto& e) { e.leaf.decision = {}; });
  }
  return {};  // none was refused for it
}

TEST(AuditWholeMarket, names_the_invariant_that_an_admission_breaks) {
  EXPECT_THAT(admitted_against(objects::Kind::settlement, admission::ClauseId::capacity),
              Contains(objects::Invariant::capacity));
  EXPECT_THAT(admitted_against(objects::Kind::settlement, admission::ClauseId::shared_capacity),
              Contains(objects::Invariant::capacity));
  EXPECT_THAT(admitted_against(objects::Kind::settlement, admission::ClauseId::displacement),
              Contains(objects::Invariant::clauses));
  EXPECT_THAT(admitted_against(objects::Kind::settlement, admission::ClauseId::signatures),
              Contains(objects::Invariant::clauses));
  EXPECT_THAT(admitted_against(objects::Kind::payment, admission::ClauseId::outstanding),
              Contains(objects::Invariant::payments));
  EXPECT_THAT(admitted_against(objects::Kind::activity, admission::ClauseId::activity_bounded),
              Contains(objects::Invariant::consumption));
  EXPECT_THAT(admitted_against(objects::Kind::surrender, admission::ClauseId::outstanding),
              Contains(objects::Invariant::volumes));
}

TEST(AuditWholeMarket, finds_any_derived_object_that_is_missing_or_says_something_else) {
  std::map<objects::Kind, objects::Invariant> expected{
      {objects::Kind::residual, objects::Invariant::volumes},
      {objects::Kind::displacement, objects::Invariant::displacement},
      {objects::Kind::release, objects::Invariant::replay},
      {objects::Kind::failure, objects::Invariant::replay},
      {objects::Kind::obligation, objects::Invariant::payments},
      {objects::Kind::review, objects::Invariant::replay},
      {objects::Kind::resolution, objects::Invariant::replay}};
  std::map<objects::Kind, int> tried;
  for (int seed = 0; seed < 60; ++seed) {
    auto world = played(seed, kSteps);
    for (const Place& p : places(*world)) {
      if (!expected.contains(p.kind) || tried[p.kind] > 6) continue;
      ++tried[p.kind];
      auto changed = broken_at(*world, p.sequence, [&](auto& e) {
        auto raw = objects::decode_payload(p.kind, e.payload);
        auto object = objects::decode_object(p.kind, raw->body);
        std::visit(
            [](auto& o) {
              if constexpr (requires { o.salt; }) o.salt.bytes[0] ^= 1;
            },
            *object);
        Bytes body = objects::encode_object(*object);
        e.leaf.id = crypto::content_id(body);
        e.payload = objects::encode_payload(body, {});
      });
      EXPECT_THAT(changed, Contains(expected[p.kind])) << objects::to_text(p.kind);
      testing::ScratchFolder dir;
      world->write_forged(dir.path(), [&](auto& e) { e.erase(e.begin() + p.sequence); });
      bool found = false;
      for (const AuditViolation& v : audited(dir.path()).violations)
        found = found || (v.invariant == expected[p.kind] && v.sequence >= p.sequence - 1 &&
                          v.kind == DamageClass::derived);
      EXPECT_TRUE(found) << objects::to_text(p.kind) << " at " << p.sequence;
    }
  }
  for (const auto& [kind, invariant] : expected)
    EXPECT_GT(tried[kind], 3) << objects::to_text(kind);
}

}  // namespace
}  // namespace capmarket::audit
