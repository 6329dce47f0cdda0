// Nothing that the market decides depends on how it signs: every pack under `ed25519` and `mac` has
// the same ids, decisions, derived objects and order, and measures the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "model/chain/reader.h"
#include "reports/run_report.h"
#include "sim/run/run.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::reports {
namespace {

namespace fs = std::filesystem;

/// Every leaf but the genesis's as what was decided: no hash of a leaf, no signature.
struct Decided {
  objects::Kind kind;
  ContentId id;
  Instant time;
  admission::Decision decision;
  bool operator==(const Decided&) const = default;
};

struct Outcome {
  run::Run run;
  nlohmann::ordered_json summary;  // but for what follows from signatures alone
  std::vector<Decided> decided;
};

Outcome outcome_of(const std::string& pack, crypto::Scheme scheme) {
  auto scenario =
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/" + pack + ".yaml", {}, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  testing::ScratchFolder folder;
  run::RunOptions options;
  options.scheme = scheme;
  options.chain_dir = folder / "chain";
  auto run = run::run_scenario(*scenario, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  auto reader = chain::ChainReader::open(folder / "chain");
  CHECK(reader.has_value());
  Outcome out{std::move(*run), {}, {}};
  out.summary = summary_json({*scenario, out.run, 1, 0, "test"});
  out.summary.erase("signatures");
  out.summary["chain"].erase("id");
  out.summary["chain"].erase("root");
  for (auto entry = reader->next(); entry && *entry; entry = reader->next()) {
    const chain::Leaf& leaf = (**entry).leaf;
    if (leaf.kind != objects::Kind::genesis)
      out.decided.push_back({leaf.kind, leaf.id, leaf.time, leaf.decision});
  }
  return out;
}

std::vector<std::string> packs() {
  std::vector<std::string> out;
  for (const auto& file : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs"))
    if (file.path().extension() == ".yaml") out.push_back(file.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

class EveryPack : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryPack, decides_the_same_under_every_scheme) {
  const Outcome a = outcome_of(GetParam(), crypto::Scheme::ed25519);
  const Outcome b = outcome_of(GetParam(), crypto::Scheme::mac);
  ASSERT_EQ(a.decided.size(), b.decided.size());
  const auto differ = std::mismatch(a.decided.begin(), a.decided.end(), b.decided.begin());
  EXPECT_EQ(differ.first, a.decided.end())
      << "at sequence " << 1 + (differ.first - a.decided.begin()) << ": "
      << objects::to_text(differ.first->kind);
  EXPECT_NE(a.run.chain, b.run.chain);
  EXPECT_NE(a.run.root, b.run.root);
  EXPECT_EQ(a.run.events, b.run.events);
  EXPECT_EQ(a.run.size, b.run.size);
  EXPECT_EQ(a.summary.dump(), b.summary.dump());
}

INSTANTIATE_TEST_SUITE_P(Packs, EveryPack, ::testing::ValuesIn(packs()), [](const auto& one) {
  std::string name = one.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace capmarket::reports
