// Little's law on every pack, by two countings each, equal to the nanosecond: one walks the entries
// of the chain as they stand on the disk and integrates what is there at each instant, the other
// sums what the records and the metric say of each grant and request.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "model/chain/reader.h"
#include "sim/run/run.h"
#include "sim/world/world.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::run {
namespace {

std::vector<std::string> law_packs() {
  std::vector<std::string> out;
  for (const auto& file :
       std::filesystem::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs"))
    if (file.path().extension() == ".yaml") out.push_back(file.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

/// The pack; of the long ones the start.
scenarios::Scenario law_pack(const std::string& name) {
  auto scenario =
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/" + name + ".yaml", {}, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  if (name == "under-load") scenario->duration = Duration(10 * kNanosPerSecond);
  if (name == "quickstart") scenario->duration = Duration(kNanosPerHour / 6);
  return *scenario;
}

/// How many are there, as a function of time.
class Presence {
 public:
  void comes(Instant t) { ++changes_[t]; }
  void goes(Instant t) { --changes_[t]; }
  /// The integral of the number over all time, in nanoseconds. Precondition: all have gone.
  Int128 integral() const {
    Int128 out = 0, there = 0;
    Instant since;
    for (const auto& [t, change] : changes_) {
      out += there * (t - since).value;
      there += change;
      since = t;
      EXPECT_GE(there, 0);
    }
    EXPECT_EQ(there, 0);
    return out;
  }

 private:
  std::map<Instant, std::int64_t> changes_;
};

/// What the entries say, one after the other.
class Walk {
 public:
  explicit Walk(const std::string& dir) {
    auto reader = chain::ChainReader::open(dir);
    CHECK(reader.has_value());
    while (true) {
      auto entry = reader->next();
      CHECK(entry.has_value());
      if (!*entry) return;
      const chain::Leaf& leaf = (*entry)->leaf;
      if (!leaf.decision.admitted() || leaf.kind == objects::Kind::genesis) continue;
      auto payload = objects::decode_payload(leaf.kind, (*entry)->payload);
      CHECK(payload.has_value());
      auto object = objects::decode_object(leaf.kind, payload->body);
      CHECK(object.has_value());
      std::visit([&](const auto& o) { note(leaf, o); }, *object);
    }
  }

  /// The time-integral of how many grants are live.
  Int128 live_grants() const {
    Presence out;
    for (const auto& [id, live] : live_) {
      const auto steps = live.steps();
      for (std::size_t i = 0; i + 1 < steps.size(); ++i)
        if (steps[i].second.value > 0) out.comes(steps[i].first), out.goes(steps[i + 1].first);
    }
    return out.integral();
  }
  /// When the request was served or closed first; nothing while it is open. Not one of the chain's.
  std::optional<Instant> over(const ContentId& request) const {
    auto at = over_.find(request);
    return at == over_.end() ? std::nullopt : std::optional(at->second);
  }
  bool has(const ContentId& request) const { return requests_.contains(request); }
  std::size_t grants() const { return live_.size(); }

 private:
  template <class Other>
  void note(const chain::Leaf&, const Other&) {}
  void note(const chain::Leaf& leaf, const objects::Request&) {
    requests_.emplace(leaf.id, leaf.time);
  }
  void note(const chain::Leaf& leaf, const objects::Settlement& s) {
    for (std::size_t i = 0; i < s.legs.size(); ++i) {
      live_[objects::grant_id(leaf.id, i)].add(s.legs[i].window, s.legs[i].quantity);
      over_.try_emplace(s.legs[i].request, leaf.time);
    }
  }
  void note(const chain::Leaf& leaf, const objects::Residual& r) {
    over_.try_emplace(r.request, leaf.time);
  }
  void note(const chain::Leaf&, const objects::Displacement& d) { lose(d.victim, d.pieces); }
  void note(const chain::Leaf&, const objects::Failure& f) { lose(f.grant, f.pieces); }
  void note(const chain::Leaf&, const objects::Release& r) { lose(r.grant, r.pieces); }
  void lose(const ContentId& grant, const std::vector<objects::Piece>& pieces) {
    for (const objects::Piece& p : pieces) live_[grant].add(p.window, Quantity(0) - p.quantity);
  }

  std::map<ContentId, capacity::StepFunction> live_;  // by grant
  std::map<ContentId, Instant> requests_, over_;
};

/// What the run left beside its chain.
struct Left {
  struct Asked {
    ContentId id;
    Instant arisen, stops;  // the user, where nothing comes to be on the chain
  };
  std::vector<Asked> asked;
  Int128 grant_lengths = 0;  // of the records
  std::size_t grants = 0;
  RunMetrics metrics;
};

Left left_by(const scenarios::Scenario& scenario, const std::string& dir) {
  Left out;
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.chain_dir = dir;
  options.at_end = [&](world::World& w) {
    for (const party::RequestState& r : w.requests)
      out.asked.push_back({r.id, r.arisen, std::min(r.patience_until, r.window.until)});
    // The run ends with a tick, which closes requests and takes nothing from grants but what
    // lapses.
    w.chain->advance(scenario.end());
    for (const chain::GrantRecord& g : w.state().grants) {
      ++out.grants;
      for (const objects::Piece& p : g.live) out.grant_lengths += p.window.length().value;
    }
  };
  auto run = run_scenario(scenario, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  out.metrics = run->metrics;
  return out;
}

class LittlesLaw : public ::testing::TestWithParam<std::string> {};

TEST_P(LittlesLaw, holds_to_the_nanosecond) {
  const scenarios::Scenario scenario = law_pack(GetParam());
  testing::ScratchFolder folder;
  const std::string dir = folder.path() + "/chain";
  const Left left = left_by(scenario, dir);
  const Walk walk(dir);
  EXPECT_EQ(walk.grants(), left.grants);
  EXPECT_GT(left.grants, 0u);
  EXPECT_TRUE(walk.live_grants() == left.grant_lengths);

  Presence negotiating;
  for (const Left::Asked& r : left.asked) {
    negotiating.comes(r.arisen);
    const Instant until = walk.has(r.id) ? walk.over(r.id).value_or(scenario.end()) : r.stops;
    negotiating.goes(std::min(until, scenario.end()));
  }
  const Waiting& told = left.metrics.waiting;
  EXPECT_EQ(told.requests, static_cast<std::int64_t>(left.asked.size()));
  EXPECT_TRUE(negotiating.integral() == told.negotiating.value);
  // Who asks waits; scripts ask for others.
  EXPECT_EQ(told.negotiating.value > 0, !left.asked.empty());
  EXPECT_LE(told.settled, told.requests);
}

INSTANTIATE_TEST_SUITE_P(Packs, LittlesLaw, ::testing::ValuesIn(law_packs()), [](const auto& pack) {
  std::string name = pack.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace capmarket::run
