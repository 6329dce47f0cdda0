// The second encoding of what a settlement is decided on: rebuilt from the bytes of a chain for the
// proof of INV-2, it is the chain's own, in every mode.
#include "tests/property/trace_facts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "tests/property/history.h"
#include "tests/support/scratch_folder.h"
#include "verify/audit/audit.h"
#include "verify/trace/settlement_facts.h"

namespace capmarket::property {
namespace {

/// The chain's facts, by sequence number.
std::map<std::int64_t, admission::SettlementFacts<Concrete>> facts_of_chain(
    const std::string& dir) {
  std::map<std::int64_t, admission::SettlementFacts<Concrete>> out;
  auto reader = chain::ChainReader::open(chain::chain_directory(dir));
  CHECK(reader.has_value());
  auto again = chain::replay(*reader, [&](const chain::Entry& e, chain::Chain& so_far) {
    if (e.leaf.kind != objects::Kind::settlement) return true;
    auto s = chain::submission_of(e, reader->chain(), reader->signing());
    CHECK(s.has_value());
    auto facts = so_far.facts(*s, e.leaf.time);
    if (facts)
      out.emplace(e.leaf.sequence.value,
                  std::get<admission::SettlementFacts<Concrete>>(*std::move(facts)));
    return true;
  });
  CHECK(again.has_value());
  return out;
}

class Beside : public audit::AuditObserver {
 public:
  Beside(std::map<std::int64_t, admission::SettlementFacts<Concrete>> chain, RebuiltFacts& out)
      : chain_(std::move(chain)), out_(out) {}
  void on_settlement(const audit::SettlementEvidence& e, const audit::Judgement&) override {
    auto it = chain_.find(e.sequence);
    if (it == chain_.end())
      out_.differing.try_emplace("settlement", "the chain has no facts of it");
    else
      compare_rebuilt(it->second, trace::numeral_facts(e), out_);
  }
  void on_end(const audit::AuditState&) override {}

 private:
  std::map<std::int64_t, admission::SettlementFacts<Concrete>> chain_;
  RebuiltFacts& out_;
};

TEST(TraceFacts, are_the_chains_own_on_random_histories_of_every_mode) {
  RebuiltFacts all;
  auto each = [&](const World& world) -> std::string {
    testing::ScratchFolder dir;
    world.write(dir.path());
    smt::SymbolicScope scope;
    Beside beside(facts_of_chain(dir.path()), all);
    auto report = audit::audit_chain(dir.path(), {1, &beside});
    return report ? std::string() : to_text(report.error());
  };
  Statistics statistics;
  std::uint64_t seed = 11;
  for (const MarketSetUp& setup : all_setups())
    ASSERT_TRUE(histories_hold(setup, 1, seed++, statistics, each));
  std::cout << all.settlements << " settlements, " << all.legs << " legs, " << all.victims
            << " victims, " << all.facts << " facts, " << all.unresolved << " unresolved\n";
  EXPECT_EQ(all.complaint(), "");
  EXPECT_GT(all.legs, all.settlements);
  EXPECT_GT(all.victims, 10);
}

}  // namespace
}  // namespace capmarket::property
