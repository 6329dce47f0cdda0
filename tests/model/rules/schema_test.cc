// The editor's JSON Schema and the parser take the same files, as both come from one table. The
// validator is somebody else's: valijson.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "model/rules/canonical.h"
#include "model/rules/keys.h"
#include "tests/model/rules/fixtures.h"
#include "tests/support/json_schema.h"

namespace capmarket::rules {
namespace {

namespace fs = std::filesystem;

const std::string kRoot = CAPMARKET_SOURCE_DIR;

std::vector<std::string> rule_files() {
  std::vector<std::string> out;
  for (const char* folder : {"/scenarios/rules", "/tests"})
    for (const auto& entry : fs::recursive_directory_iterator(kRoot + folder))
      if (entry.path().extension() == ".yaml" &&
          ("\n" + testing::content_of(entry.path().string())).find("\nrule: ") != std::string::npos)
        out.push_back(entry.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

TEST(RuleSchema, is_the_file_that_ships) {
  testing::expect_golden(kRoot + "/scenarios/schema/rule.schema.json",
                         rule_schema().dump(2) + "\n");
}

TEST(RuleKeys, are_the_page_in_the_docs) {
  testing::expect_golden(kRoot + "/docs/reference/rule-keys.md", rule_keys_page());
}

TEST(RuleSchema, takes_every_rule_of_the_tree) {
  testing::SchemaValidator v(rule_schema());
  std::vector<std::string> files = rule_files();
  EXPECT_GT(files.size(), 100u);
  for (const std::string& file : files)
    EXPECT_EQ(v.complaint(testing::content_of(file)), "") << file;
  EXPECT_EQ(v.complaint(every_key_text()), "");
}

/// One mistake in a file that is right otherwise.
struct Mistake {
  const char* part;
  const char* by;
};

constexpr Mistake kMistakes[] = {
    // unknown keys, also of other places and other modes
    {"version: 1\n", "version: 1\ncolour: red\n"},
    {"version: 1\n", "version: 1\nskew: 1s\n"},
    {"  - { name: spare, rank: 10,", "  - { name: spare, rank: 10, price: 1.00,"},
    {"coordination: { mode: peer }", "coordination: { mode: peer, by: 2 }"},
    {"  mode: fixed\n", "  mode: fixed\n  floor: 1.00\n"},
    {"quota: [{ of: capacity,", "quota: [{ of: capacity, by: 1,"},
    {"groups: [balancing] }", "groups: [balancing], tiers: [] }"},
    // missing ones
    {"authority: gas\n", ""},
    {"coordination: { mode: peer }", "coordination: { mode: sharded }"},
    {"coordination: { mode: peer }", "coordination: {}"},
    {"      pay_within: 24h\n", ""},
    {"    refund: 100%\n", ""},
    {"lead: 0s .. 30d, ", ""},
    {"of: capacity, ", ""},
    // choices
    {"coordination: { mode: peer }", "coordination: { mode: pair }"},
    {"  mode: fixed\n", "  mode: fix\n"},
    {"victims: pro-rata", "victims: by-lot"},
    {"substitution: any", "substitution: some"},
    {"[settlement, notice]", "[settlement, telephone]"},
    {"default: deny", "default: allow"},
    {"monotone: [quantity, lead]", "monotone: [quantity, rank]"},
    {"of: capacity", "of: money"},
    // forms
    {"version: 1\n", "version: one\n"},
    {"version: 1\n", "version: 0\n"},
    {"granularity: 24h\n", "granularity: 24\n"},
    {"granularity: 24h\n", "granularity: 0h\n"},
    {"retention: 5y\n", "retention: 5 years\n"},
    {"lease: 36h\n", "lease: -36h\n"},
    {"surrender_fee: 12.5%", "surrender_fee: 112.5%"},
    {"surrender_fee: 12.5%", "surrender_fee: a lot"},
    {"peer_penalty: 75%", "peer_penalty: 1.75"},
    {"burden: holder", "burden: 25%"},
    {"claim_fee: 2.5%", "claim_fee: 101%"},
    {"review_within: 5d", "review_within: 5"},
    {"scope: eu\n", "scope: eu/\n"},
    {"authority: gas\n", "authority: 'a, b'\n"},
    {"origin: 2026-01-01T05:00:00Z", "origin: 2026-01-01"},
    {"quantity: 1 .. 1000", "quantity: 1 to 1000"},
    {"quantity: 1 .. 1000", "quantity: 1000"},
    {"price: 0.00 .. 100.00", "price: 0.00 .. 100.00001"},
    {"length: 24h .. 72h", "length: 24h .. 72"},
    {"price: 2.50", "price: cheap"},
    {"at_most: 40%", "at_most: 0%"},
    {"price_monotone: true", "price_monotone: maybe"},
    {"monotone: [quantity, lead]", "monotone: quantity"},
    {"[quantity, lead]", "[lead, lead]"},
    {"vocabulary: { kinds: [shipper, plant], groups: [balancing] }", "vocabulary: [shipper]"},
    {"when: victim.rank < rank", "when: [rank]"},
    {"compensation: victim.value", "compensation: true"},
};

TEST(RuleSchema, refuses_what_the_parser_refuses) {
  testing::SchemaValidator v(rule_schema());
  std::string right = every_key_text();
  for (const Mistake& m : kMistakes) {
    std::string wrong = edited(right, m.part, m.by);
    EXPECT_FALSE(parse_rule("f.yaml", wrong, no_files).has_value()) << m.by;
    EXPECT_NE(v.complaint(wrong), "") << m.by;
  }
}

TEST(RuleSchema, knows_the_variables_of_examples_and_one_claim_a_goal) {
  testing::SchemaValidator v(rule_schema());
  auto rule = [&](const char* more) { return every_key_text() + more; };
  EXPECT_EQ(v.complaint(rule("examples:\n  - { given: { user.kind: plant, lead: 1h, price: 1.50, "
                             "user.groups: [a, b], partial: true }, expect: { admitted: true } }\n"
                             "goals:\n  - { name: g, never: failed }\n")),
            "");
  for (const char* more : {"examples: [{ given: { kind: plant }, expect: { admitted: true } }]",
                           "examples: [{ given: { lead: 5 }, expect: { admitted: true } }]",
                           "examples: [{ given: {}, expect: {} }]",
                           "examples: [{ given: {}, expect: { user.kind: plant } }]",
                           "goals: [{ name: g }]", "goals: [{ name: g, always: a, never: a }]"}) {
    EXPECT_NE(v.complaint(rule(more)), "") << more;
    EXPECT_FALSE(parse_rule("f.yaml", rule(more), no_files).has_value()) << more;
  }
}

TEST(RuleKeys, that_are_required_are_missed_by_parser_and_schema_alike) {
  testing::SchemaValidator v(rule_schema());
  YAML::Node right = YAML::Load(every_key_text());
  int left_out = 0;
  for (const RuleKey& k : rule_keys()) {
    if (!k.place.empty() && k.place != "limits" && k.place != "effective") continue;
    YAML::Node copy = YAML::Clone(right);
    YAML::Node map = k.place.empty() ? copy : copy[std::string(k.place)];
    if (!map.remove(std::string(k.key))) continue;
    ++left_out;
    std::string text = YAML::Dump(copy);
    bool required = k.need == KeyNeed::required;
    EXPECT_EQ(v.complaint(text).empty(), !required) << k.key;
    EXPECT_EQ(parse_rule("f.yaml", text, no_files).has_value(), !required) << k.key;
  }
  EXPECT_GT(left_out, 25);
}

TEST(RuleKeys, with_a_default_are_read_as_that_where_they_are_left_out) {
  std::string without = edited(grid_text(), "dispute_within: 30d", "");
  Bytes bytes = encode_rule(rule_of(grid_file(), without));
  int written = 0;
  for (const RuleKey& k : rule_keys()) {
    if (k.value.empty() || !k.place.empty()) continue;
    // One says that it is as long as another.
    const std::string value(k.value == "dispute_within" ? "30d" : k.value);
    std::string line = std::string(k.key) + ": " + value + "\n";
    EXPECT_EQ(encode_rule(rule_of(grid_file(), without + line)), bytes) << k.key;
    ++written;
  }
  EXPECT_EQ(written, 5);
}

}  // namespace
}  // namespace capmarket::rules
