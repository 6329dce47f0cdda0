// Every combination of discovery, coordination, pricing and composition runs, and its chain is
// accepted: the auditor decides everything again, and INV-1 and INV-2 are proved over the trace.
#include <gtest/gtest.h>

#include "model/base/text.h"
#include "model/chain/reader.h"
#include "sim/run/run.h"
#include "tests/modes/market_of.h"
#include "verify/trace/verify.h"

namespace capmarket::modes {
namespace {

/// What the chain's admitted objects show of the modes.
struct Seen {
  int bundles = 0, policies = 0, indices = 0, answers = 0, uncoordinated = 0;
};

Seen look(const std::string& dir) {
  Seen seen;
  auto reader = chain::ChainReader::open(dir);
  EXPECT_TRUE(reader.has_value());
  for (;;) {
    auto entry = reader->next();
    EXPECT_TRUE(entry.has_value());
    if (!*entry) return seen;
    if (!(*entry)->leaf.decision.admitted()) continue;
    auto checked = chain::submission_of(**entry, reader->chain(), reader->signing());
    EXPECT_TRUE(checked.has_value());
    if (const auto* d = std::get_if<objects::Declaration>(&checked->object))
      seen.answers += d->answers ? 1 : 0;
    const auto* s = std::get_if<objects::Settlement>(&checked->object);
    if (s == nullptr) continue;
    seen.bundles += s->legs.size() > 1 ? 1 : 0;
    seen.policies += s->policy ? 1 : 0;
    seen.uncoordinated += s->coordinators.empty() ? 1 : 0;
    for (const objects::Leg& leg : s->legs) seen.indices += leg.price_index ? 1 : 0;
  }
}

class EveryCombination : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(EveryCombination, runs_and_verifies) {
  for (const char* pricing : {"fixed", "negotiated", "discovered"})
    for (int composition = 0; composition < 4; ++composition) {
      Modes modes{std::get<0>(GetParam()), std::get<1>(GetParam()), pricing, composition % 2 == 1,
                  composition / 2 == 1};
      SCOPED_TRACE(modes.name());
      testing::ScratchFolder folder;
      auto scenario = scenarios::load_scenario(write_market(folder, modes), {}, {});
      ASSERT_TRUE(scenario.has_value()) << to_text(scenario.error());
      run::RunOptions options;
      options.chain_dir = folder / "chain";
      auto run = run::run_scenario(*scenario, options);
      ASSERT_TRUE(run.has_value()) << to_text(run.error());
      EXPECT_GT(run->metrics.total.grants, 0);
      Seen seen = look(folder / "chain");
      EXPECT_EQ(seen.bundles > 0, modes.classes);
      EXPECT_EQ(seen.policies > 0, modes.borders);
      EXPECT_EQ(seen.indices > 0, modes.pricing == "discovered");
      EXPECT_EQ(seen.answers > 0, modes.discovery != "prepublished");
      EXPECT_EQ(seen.uncoordinated == 0,
                modes.coordination == "single" || modes.coordination == "sharded");
      auto report = trace::verify_chain(folder / "chain", {.allow_mac = true});
      ASSERT_TRUE(report.has_value()) << to_text(report.error());
      EXPECT_EQ(report->verdict, trace::ChainVerdict::holds)
          << (report->audit.violations.empty() ? "" : report->audit.violations[0].detail);
    }
}

INSTANTIATE_TEST_SUITE_P(Modes, EveryCombination,
                         ::testing::Combine(::testing::Values("prepublished", "reactive", "hybrid"),
                                            ::testing::Values("none", "single", "sharded", "peer")),
                         [](const auto& p) {
                           return std::get<0>(p.param) + "_" + std::get<1>(p.param);
                         });

/// Without directories less is found, and what is found is as valid.
TEST(Directories, change_what_is_found_and_never_what_is_valid) {
  std::int64_t grants[2];
  for (int directories : {0, 2}) {
    testing::ScratchFolder folder;
    auto scenario = scenarios::load_scenario(write_market(folder, {"hybrid", "none", "negotiated"}),
                                  {{"discovery.directories", std::to_string(directories)}}, {});
    ASSERT_TRUE(scenario.has_value()) << to_text(scenario.error());
    run::RunOptions options;
    options.chain_dir = folder / "chain";
    auto run = run::run_scenario(*scenario, options);
    ASSERT_TRUE(run.has_value()) << to_text(run.error());
    grants[directories / 2] = run->metrics.total.grants;
    auto report = trace::verify_chain(folder / "chain", {.allow_mac = true});
    ASSERT_TRUE(report.has_value()) << to_text(report.error());
    EXPECT_EQ(report->verdict, trace::ChainVerdict::holds);
  }
  EXPECT_GT(grants[0], 0);  // by intents alone
  EXPECT_NE(grants[0], grants[1]);
}

}  // namespace
}  // namespace capmarket::modes
