// Each attack takes the keys of its row and no others.
#include "scenarios/adversaries.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenarios/scenario.h"
#include "tests/support/json_schema.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::scenarios {
namespace {

const std::string kGrid = std::string(CAPMARKET_SOURCE_DIR) + "/scenarios/packs/grid-sharded.yaml";

/// The grid, with an auditor and a publisher, and that entry of adversaries.
Result<Scenario> with_entry(const std::string& entry) {
  testing::ScratchFolder folder;
  std::string text = testing::content_of(kGrid);
  const std::string rules = "../rules/";
  text.replace(text.find(rules), rules.size(),
               std::string(CAPMARKET_SOURCE_DIR) + "/scenarios/rules/");
  text += "auditors: [{ name: watchdog, sample: 0% }]\n";
  text += "publishers: [{ name: gazette, every: 10min, rule: eu/feeder-access }]\n";
  text += "adversaries:\n  - " + entry + "\n";
  folder.write("s.yaml", text);
  return load_scenario(folder / "s.yaml", {}, {});
}

bool has_key(std::string_view keys, const std::string& key) {
  return fmt::format(" {} ", keys).find(" " + key) != std::string::npos;
}

/// A value of the key that the attack takes.
std::string value_of(Attack attack, const std::string& key) {
  if (key == "group") return row_of(attack).who == Turns::coordinators ? "desk" : "chargers";
  if (key == "favours") return attack == Attack::hiding_directory ? "lines" : "utilities";
  if (key == "accomplice")
    return attack == Attack::wash_trades ? "lines"
           : attack == Attack::false_claims ? "watchdog"
                                            : "utilities";
  if (key == "factor") return "150%";
  if (key == "share") return "50%";
  return key == "each" ? "2" : "3s";
}

const std::vector<std::string> kKeys = {"group", "favours", "accomplice", "factor",
                                        "share", "each",    "delay"};

/// The entry with all keys that it takes, but for `without`, and with `more`.
std::string entry_of(const AttackRow& row, const std::string& without, const std::string& more) {
  std::string out = fmt::format("{{ attack: {}, count: 1", to_text(row.attack));
  for (const std::string& key : kKeys)
    if (key != without && has_key(row.keys, key))
      out += fmt::format(", {}: {}", key, value_of(row.attack, key));
  return out + more + " }";
}

TEST(Adversaries, take_the_keys_of_their_rows_and_no_others) {
  for (const AttackRow& row : attack_rows()) {
    const auto whole = with_entry(entry_of(row, "", row.fraud ? ", twin: true" : ""));
    ASSERT_TRUE(whole.has_value()) << to_text(row.attack) << to_text(whole.error());
    EXPECT_EQ(whole->adversaries.at(0).attack, row.attack);
    EXPECT_EQ(whole->adversaries.at(0).twin, row.fraud);
    EXPECT_FALSE(whole->adversaries.at(0).honest);
    for (const std::string& key : kKeys) {
      const bool takes = has_key(row.keys, key), needs = has_key(row.keys, key + "!");
      if (!takes) {
        const auto more = with_entry(
            entry_of(row, "", fmt::format(", {}: {}", key, value_of(Attack::hoarding, key))));
        EXPECT_FALSE(more.has_value()) << to_text(row.attack) << " with " << key;
      } else {
        EXPECT_EQ(with_entry(entry_of(row, key, "")).has_value(), !needs)
            << to_text(row.attack) << " without " << key;
      }
    }
    if (!row.fraud) {
      EXPECT_FALSE(with_entry(entry_of(row, "", ", twin: true")).has_value());
    }
  }
}

TEST(Adversaries, are_no_more_than_there_are_of_whom_they_turn) {
  for (const char* entry :
       {"{ attack: hiding-directory, count: 4, favours: lines }",
        "{ attack: selective-log, count: 2, favours: utilities }",
        "{ attack: partial-coordinator, count: 4, group: desk, favours: utilities }",
        "{ attack: cherry-picked-index, count: 2 }", "{ attack: hoarding, count: 67 }"}) {
    const auto loaded = with_entry(entry);
    ASSERT_FALSE(loaded.has_value()) << entry;
    EXPECT_NE(to_text(loaded.error()).find("at most as many as there are"), std::string::npos)
        << to_text(loaded.error());
  }
}

TEST(Adversaries, name_groups_that_there_are) {
  for (const char* entry :
       {"{ attack: hoarding, count: 1, group: nobody }",
        "{ attack: hiding-directory, count: 1, favours: utilities }",
        "{ attack: wash-trades, count: 1, accomplice: chargers, each: 1 }",
        "{ attack: false-claims, count: 1, accomplice: lines }"})
    EXPECT_FALSE(with_entry(entry).has_value()) << entry;
}

}  // namespace
}  // namespace capmarket::scenarios
