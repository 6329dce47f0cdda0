// Every seed of every fuzzer, through what libFuzzer calls: a seed that breaks something ends this
// program.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "model/objects/object.h"
#include "tests/fuzz/harness.h"

namespace capmarket::fuzz {
namespace {

const std::map<std::string, bool (*)(ByteView)> kFuzzers = {
    {"chain", chain},     {"codec", codec},         {"note", note},
    {"replay", replay},   {"rule_yaml", rule_yaml}, {"scenario_yaml", scenario_yaml},
    {"segment", segment}, {"table", table}};

std::map<std::string, Bytes> seeds_of(const std::string& name) {
  std::map<std::string, Bytes> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(CAPMARKET_SOURCE_DIR "/tests/fuzz/seeds/" + name)) {
    std::ifstream file(entry.path(), std::ios::binary);
    out[entry.path().filename()] = Bytes(std::istreambuf_iterator<char>(file), {});
  }
  return out;
}

TEST(FuzzSeeds, break_nothing_whole_or_cut_short) {
  for (const auto& [name, fuzzer] : kFuzzers) {
    const auto seeds = seeds_of(name);
    EXPECT_FALSE(seeds.empty()) << name;
    std::size_t read = 0;
    for (const auto& [file, bytes] : seeds) {
      EXPECT_FALSE(is_canary(bytes)) << file;
      read += fuzzer(bytes) ? 1 : 0;
      for (std::size_t part = 0; part < 8; ++part)
        fuzzer(ByteView(bytes).first(bytes.size() * part / 8));
    }
    EXPECT_GT(read, 0u) << name << ": every seed is refused";
  }
}

TEST(FuzzSeeds, are_there_for_every_fuzzer_that_is_built) {
  std::ifstream list(CAPMARKET_SOURCE_DIR "/tests/fuzz/CMakeLists.txt");
  std::size_t built = 0;
  for (std::string line; std::getline(list, line);) {
    const std::string row = "capmarket_fuzzer(";
    if (!line.starts_with(row)) continue;
    ++built;
    EXPECT_EQ(kFuzzers.count(line.substr(row.size(), line.find_first_of(" )") - row.size())), 1u)
        << line;
  }
  EXPECT_EQ(built, kFuzzers.size());
}

TEST(FuzzSeeds, of_the_codec_are_an_object_of_each_kind) {
  std::map<objects::Kind, int> decoded;
  for (const auto& [file, bytes] : seeds_of("codec")) {
    const objects::Kind kind = objects::all_kinds()[bytes.at(0) % objects::all_kinds().size()];
    if (objects::decode_object(kind, ByteView(bytes).subspan(1))) ++decoded[kind];
  }
  EXPECT_EQ(decoded.size(), objects::all_kinds().size());
}

}  // namespace
}  // namespace capmarket::fuzz
