// A run whose neighbours break their agreement: `verify` lists each breach, and holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

struct PeerBreachesCli : BinaryTest {
  /// What `verify` says of a run of the pack, as JSON; `text` besides.
  Json verified(const std::string& more) {
    const std::string pack = root + "/scenarios/packs/peer-edge.yaml";
    EXPECT_EQ(call("run '" + pack + "' --out a --force --quiet " + more).status, 0);
    const Outcome said = call("verify a --solver none");
    EXPECT_EQ(said.status, 0) << said.out;
    text = said.out;
    const Outcome o = call("verify a --solver none --format json");
    EXPECT_EQ(o.status, 0) << o.err;
    EXPECT_EQ(o.json()["verdict"], "holds");
    return o.json()["peer_breaches"];
  }
  static std::size_t count(const Json& breaches, const char* outcome) {
    return static_cast<std::size_t>(std::count_if(
        breaches.begin(), breaches.end(), [&](const Json& b) { return b["outcome"] == outcome; }));
  }
  std::string text;
};

TEST_F(PeerBreachesCli, are_listed_whoever_disputes_them) {
  const Json disputed = verified("");
  EXPECT_GT(count(disputed, "released") + count(disputed, "penalised"), 0U);
  EXPECT_THAT(text, HasSubstr("breaches of edges"));
  EXPECT_THAT(text, HasSubstr(": penalised"));
  // Nobody looks: the breaches are there all the same.
  const Json alone = verified("--set auditors.watchdog.sample=0% --set holders.left.dispute=never "
                              "--set holders.right.dispute=never");
  EXPECT_GT(count(alone, "open"), 0U);
  EXPECT_EQ(count(alone, "open"), alone.size());
  EXPECT_THAT(text, HasSubstr("; no dispute"));
  for (const Json& b : alone) {
    EXPECT_EQ(b["name"], "link");
    EXPECT_EQ(b["unit"], "Gbps");
    EXPECT_TRUE(b["agreement"]);
    EXPECT_GT(b["quantity"], 0);
    EXPECT_FALSE(b["settlements"].empty());
    EXPECT_TRUE(b["disputes"].empty());
  }
  // Who keeps to its part breaks nothing.
  EXPECT_TRUE(verified("--set holders.right.strategy=prepublish").empty());
  EXPECT_THAT(text, Not(HasSubstr("breach")));
}

}  // namespace
}  // namespace capmarket::cli
