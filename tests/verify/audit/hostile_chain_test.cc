// What a hostile log calls admitted: any field of any object at the end of its range, ids,
// envelopes, leaves, root and checkpoint in order. The audit ends with a verdict, and it is the
// replay's.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "tests/support/claimed_market.h"
#include "tests/support/scratch_folder.h"
#include "tests/verify/audit/audit_world.h"
#include "tests/verify/audit/hostile_log.h"

namespace capmarket::audit {
namespace {

class History {
 public:
  explicit History(int seed) : world_(choices_of(seed)), random_(static_cast<unsigned>(seed)) {
    auto pick = [&](int n) {
      return static_cast<int>(below(random_, static_cast<std::size_t>(n)));
    };
    for (int i = 0; i < 90; ++i) {
      world_.step(pick);
      if (pick(3) == 0) world_.wait(pick(4));
    }
    world_.wait(400);
    world_.tick();
  }

  /// What a log that goes on from it in that way leaves in `dir`.
  void write(const std::string& dir, const std::function<void(HostileLog&, std::size_t)>& change) {
    const crypto::Signing signing = world_.market().chain().signing();
    world_.write_forged(dir, [&](std::vector<testing::ForgedEntry>& entries) {
      HostileLog log(entries, signing);
      change(log, entries.size());
    });
  }
  Random& random() { return random_; }

 private:
  AuditWorld world_;
  Random random_;
};

bool replays(const std::string& dir) {
  auto reader = chain::ChainReader::open(dir);
  return reader && chain::replay(*reader, {}).has_value();
}

TEST(HostileChain, any_field_of_what_it_calls_admitted_gets_a_verdict_and_it_is_the_replays) {
  std::map<objects::Kind, int> changed;
  int refused = 0, allowed = 0;
  for (int seed = 0; seed < 16; ++seed) {
    History history(seed);
    for (int i = 0; i < 12; ++i) {
      testing::ScratchFolder dir;
      history.write(dir.path(), [&](HostileLog& log, std::size_t size) {
        for (std::size_t n = 1 + below(history.random(), 3); n > 0; --n) {
          const std::size_t place = 1 + below(history.random(), size - 1);
          if (log.corrupt(place, history.random()))
            ++changed[objects::kind_of(log.object_of(place))];
        }
      });
      const AuditReport report = audited(dir.path());
      ASSERT_EQ(report.holds(), replays(dir.path())) << "seed " << seed << " chain " << i << "\n"
                                                     << violations_of(report);
      ++(report.holds() ? allowed : refused);
    }
  }
  EXPECT_GT(refused, 150);
  EXPECT_LT(allowed, refused / 10) << "what changes nothing that anybody reads";
  EXPECT_GT(changed.size(), 20u);
}

/// The window of a part turned round, emptied, or at the end of time; false for other kinds.
bool spoil(objects::Object& object, int form) {
  Window* w = nullptr;
  if (auto* o = std::get_if<objects::DeliveryFailure>(&object)) w = &o->window;
  if (auto* o = std::get_if<objects::Surrender>(&object)) w = &o->window;
  if (auto* o = std::get_if<objects::Curtailment>(&object)) w = &o->window;
  if (auto* o = std::get_if<objects::Activity>(&object)) w = &o->interval;
  if (auto* o = std::get_if<objects::Settlement>(&object)) w = &o->legs[0].window;
  if (w == nullptr) return false;
  if (form == 0) std::swap(w->from, w->until);
  if (form == 1) w->until = w->from;
  if (form == 2) *w = {kDistantFuture, kDistantFuture};
  return true;
}

TEST(HostileChain, a_part_whose_window_is_empty_or_reversed_violates_window) {
  std::map<objects::Kind, int> tried;
  for (int seed = 0; seed < 24; ++seed) {
    History history(seed);
    std::map<std::size_t, objects::Kind> places;
    testing::ScratchFolder as_it_was;
    history.write(as_it_was.path(), [&](HostileLog& log, std::size_t size) {
      for (std::size_t i = 1; i < size; ++i)
        if (objects::Object object = log.object_of(i); log.admitted(i) && spoil(object, 0))
          if (objects::Kind kind = objects::kind_of(object); tried[kind]++ < 6)
            places.emplace(i, kind);
    });
    for (const auto& each : places)
      for (int form = 0; form < 3; ++form) {
        const std::size_t place = each.first;
        const objects::Kind kind = each.second;
        testing::ScratchFolder dir;
        history.write(dir.path(), [&](HostileLog& log, std::size_t) {
          objects::Object object = log.object_of(place);
          spoil(object, form);
          log.put(place, object);
        });
        const AuditReport report = audited(dir.path());
        EXPECT_FALSE(replays(dir.path()));
        EXPECT_TRUE(std::any_of(report.violations.begin(), report.violations.end(),
                                [&](const AuditViolation& v) {
                                  return v.sequence == static_cast<std::int64_t>(place) &&
                                         v.detail.find("window") != std::string::npos;
                                }))
            << objects::to_text(kind) << " at " << place << "\n"
            << violations_of(report);
      }
  }
  for (objects::Kind kind :
       {objects::Kind::delivery_failure, objects::Kind::surrender, objects::Kind::curtailment,
        objects::Kind::activity, objects::Kind::settlement})
    EXPECT_GT(tried[kind], 3) << objects::to_text(kind);
}

/// What decides a contested claim looks at its window: the claim is judged before it is closed.
TEST(HostileChain, a_contested_claim_without_a_window_is_closed_and_violates_window) {
  for (int form = 0; form < 3; ++form) {
    testing::ClaimedMarket market;
    ASSERT_EQ(market.claim(10, testing::seconds(200, 250), 260), "");
    ASSERT_EQ(market.contest(270), "");
    market.wait(1'000);
    testing::ScratchFolder dir;
    market.m.write(dir.path());
    const crypto::Signing signing = market.m.chain().signing();
    std::int64_t claim = -1;
    testing::forge_entries(dir.path(), [&](std::vector<testing::ForgedEntry>& entries) {
      HostileLog log(entries, signing);
      for (std::size_t i = 1; i < entries.size(); ++i) {
        if (entries[i].leaf.kind != objects::Kind::delivery_failure) continue;
        claim = static_cast<std::int64_t>(i);
        objects::Object object = log.object_of(i);
        ASSERT_TRUE(spoil(object, form));
        log.put(i, object);
      }
    });
    const AuditReport report = audited(dir.path());
    ASSERT_FALSE(report.holds());
    EXPECT_EQ(report.violations[0].sequence, claim) << violations_of(report);
    EXPECT_NE(report.violations[0].detail.find("window"), std::string::npos);
    EXPECT_FALSE(replays(dir.path()));
  }
}

/// Prices and quantities of every width: values, refunds and penalties at the end of 64 and of 128
/// bits and beyond, where something is owed for them.
TEST(HostileChain, sums_of_any_width_get_a_verdict) {
  for (objects::Role told_by : {objects::Role::holder, objects::Role::user}) {
    testing::ClaimedMarket market;
    ASSERT_EQ(market.claim(10, testing::seconds(200, 300), 310, told_by), "");
    market.wait(2'000);
    const crypto::Signing signing = market.m.chain().signing();
    for (int price = 0; price <= 61; price += 3)
      for (int bits = 0; bits <= 60; bits += 4) {
        // A tenth more of its value at the end of 64 bits lies beyond them.
        const std::int64_t whole = std::int64_t{1} << bits;
        const Quantity quantity(whole + whole / 32 * 3);
        testing::ScratchFolder dir;
        market.m.write(dir.path());
        testing::forge_entries(dir.path(), [&](std::vector<testing::ForgedEntry>& entries) {
          HostileLog log(entries, signing);
          for (std::size_t i = 1; i < entries.size(); ++i) {
            objects::Object object = log.object_of(i);
            auto* settlement = std::get_if<objects::Settlement>(&object);
            auto* failure = std::get_if<objects::DeliveryFailure>(&object);
            if (settlement != nullptr) {
              settlement->legs[0].price = Money(std::int64_t{1} << price);
              settlement->legs[0].quantity = quantity;
            }
            if (failure != nullptr) failure->quantity = quantity;
            if (settlement != nullptr || failure != nullptr) log.put(i, object);
          }
        });
        EXPECT_FALSE(audited(dir.path()).holds()) << price << " " << bits;
      }
  }
}

}  // namespace
}  // namespace capmarket::audit
