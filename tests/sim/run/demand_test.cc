// Demand is never lost: who finds nothing says so on the chain, who takes parts gets parts of its
// time, and an answer that nobody takes up locks nothing.
#include <gtest/gtest.h>

#include "model/chain/reader.h"
#include "sim/run/run.h"
#include "tests/support/scratch_folder.h"
#include "verify/audit/audit.h"

namespace capmarket::run {
namespace {

using Sets = std::vector<std::pair<std::string, std::string>>;

/// tests/sim/demand.yaml, which also verifies from its bytes; `visit` sees every object.
RunMetrics measured(const Sets& sets,
                    const std::function<void(const objects::Object&)>& visit = nullptr) {
  auto scenario = scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/tests/sim/demand.yaml", sets, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  testing::ScratchFolder folder;
  RunOptions options;
  options.chain_dir = folder / "chain";
  auto run = run_scenario(*scenario, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  auto report = audit::audit_chain(folder / "chain", {1, nullptr});
  CHECK(report.has_value(), report ? std::string() : to_text(report.error()));
  EXPECT_TRUE(report->holds());
  auto reader = chain::ChainReader::open(folder / "chain");
  CHECK(reader.has_value());
  for (auto entry = reader->next(); visit && entry && *entry; entry = reader->next())
    visit(chain::submission_of(**entry, reader->chain(), reader->signing())->object);
  return run->metrics;
}

std::int64_t count(const RunMetrics& m, const char* kind) {
  auto it = m.objects.find(kind);
  return it == m.objects.end() ? 0 : it->second;
}

TEST(Demand, is_all_unmet_on_the_chain_without_a_directory) {
  const Sets sets = {{"discovery.directories", "0"},
                     {"users.early.count", "40"},
                     {"users.early.arrivals.burst.size", "60"}};
  const RunMetrics m = measured(sets);
  EXPECT_EQ(count(m, "intent"), 60);
  EXPECT_EQ(count(m, "request"), 60);
  EXPECT_EQ(m.refused, 0);
  EXPECT_EQ(m.total.requested,
            volume_of(Quantity(600), Duration(8 * kNanosPerHour)));  // 60 times 10 for 8 h
  EXPECT_EQ(m.total.unmet, m.total.requested);
}

TEST(Demand, is_unmet_in_every_mode_where_nobody_declares) {
  for (const char* mode : {"prepublished", "reactive", "hybrid"}) {
    const RunMetrics m = measured({{"discovery.mode", mode},
                                   {"holders.site.count", "0"},
                                   {"users.early.arrivals.burst.size", "5"}});
    EXPECT_EQ(count(m, "request"), 5) << mode;
    EXPECT_EQ(m.total.unmet, m.total.requested) << mode;
    EXPECT_GT(m.total.unmet.value, 0) << mode;
  }
}

TEST(Demand, in_parts_is_granted_across_declarations_cut_into_32_pieces) {
  std::size_t most = 0;
  std::set<std::pair<Window, ContentId>> legs;
  const RunMetrics m = measured({}, [&](const objects::Object& o) {
    const auto* s = std::get_if<objects::Settlement>(&o);
    if (s == nullptr) return;
    most = std::max(most, s->legs.size());
    for (const objects::Leg& leg : s->legs) legs.emplace(leg.window, leg.declaration);
  });
  EXPECT_EQ(count(m, "request"), 1);
  EXPECT_GE(m.settlements, 4);
  EXPECT_EQ(most, static_cast<std::size_t>(objects::kLegsMax));
  EXPECT_GE(legs.size(), 25U);
  EXPECT_EQ(m.total.granted, m.total.requested);
  EXPECT_EQ(m.refused, 0);
}

TEST(Demand, whole_finds_no_piece_that_holds_it_and_stays_unmet) {
  const RunMetrics m = measured({{"users.early.partial", "0%"}});
  EXPECT_EQ(count(m, "request"), 1);
  EXPECT_EQ(m.total.unmet, m.total.requested);
}

/// What was settled of one request of 10 for 8 h, as `split` lets it: two holders of 6, whose
/// windows are in `pieces`.
struct Split {
  RunMetrics metrics;
  std::set<PublicKey> holders;
  std::set<Window> windows;
};
Split split_as(const std::string& split, const std::string& pieces) {
  Split out;
  std::map<ContentId, PublicKey> declared;
  const Sets sets = {{"users.early.split", split},
                     {"holders.site.count", "2"},
                     {"holders.site.quantity", "6"},
                     {"holders.site.pieces", pieces}};
  out.metrics = measured(sets, [&](const objects::Object& o) {
    if (const auto* d = std::get_if<objects::Declaration>(&o))
      declared.emplace(crypto::content_id(objects::encode_object(o)), d->holder);
    const auto* s = std::get_if<objects::Settlement>(&o);
    if (s == nullptr) return;
    for (const objects::Leg& leg : s->legs) {
      out.holders.insert(declared.at(leg.declaration));
      out.windows.insert(leg.window);
    }
  });
  return out;
}

constexpr Duration kEightHours{8 * kNanosPerHour};

TEST(Demand, that_splits_is_granted_by_two_holders_what_neither_has) {
  const Split s = split_as("{ holders: true, time: true }", "1");
  EXPECT_EQ(s.metrics.total.granted, volume_of(Quantity(10), kEightHours));
  EXPECT_EQ(s.holders.size(), 2U);
}

TEST(Demand, that_splits_over_no_holders_keeps_to_the_first) {
  for (const char* pieces : {"1", "32"}) {  // of the one it takes all that it has
    const Split s = split_as("{ holders: false }", pieces);
    EXPECT_EQ(s.metrics.total.granted, volume_of(Quantity(6), kEightHours)) << pieces;
    EXPECT_EQ(s.metrics.total.open, volume_of(Quantity(4), kEightHours)) << pieces;
    EXPECT_EQ(s.holders.size(), 1U) << pieces;
  }
}

TEST(Demand, that_does_not_split_its_time_takes_less_of_the_quantity_for_all_of_it) {
  const Split whole = split_as("{ time: false }", "1");
  EXPECT_EQ(whole.metrics.total.granted, volume_of(Quantity(10), kEightHours));
  EXPECT_EQ(whole.windows.size(), 1U);
  EXPECT_EQ(whole.windows.begin()->length(), kEightHours);
  const Split cut = split_as("{ time: false }", "32");  // no piece holds its window
  EXPECT_EQ(cut.metrics.total.unmet, cut.metrics.total.requested);
  EXPECT_TRUE(cut.windows.empty());
}

TEST(Demand, an_answer_that_nobody_takes_up_locks_nothing) {
  // The first asks and pays too little; the second wants the same after it.
  const Sets sets = {{"discovery.mode", "reactive"},  {"holders.site.pieces", "1"},
                     {"users.early.value", "0.50"},   {"users.early.length", "30min"},
                     {"users.later.length", "30min"}, {"users.later.arrivals.burst.size", "1"}};
  const RunMetrics m = measured(sets);
  EXPECT_EQ(count(m, "request"), 2);
  EXPECT_GE(count(m, "retract"), 1);
  EXPECT_EQ(m.total.grants, 1);
  EXPECT_EQ(m.total.granted, m.total.unmet);  // one of the two
}

}  // namespace
}  // namespace capmarket::run
