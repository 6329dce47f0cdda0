// Every option that takes a number, by a table: what it accepts at its ends, and that anything else
// is status 2 with the option, the text and what was expected.
#include <gtest/gtest.h>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

struct NumberOption {
  const char* command;  // up to the option; names of files that are not there: nothing is done
  const char* option;
  std::int64_t least, most;
};

constexpr std::int64_t kSeedMax = 4611686018427387903;

const std::vector<NumberOption>& options() {
  static const std::vector<NumberOption> kAll = [] {
    std::vector<NumberOption> all = {
        {"run none.yaml", "--seed", 0, kSeedMax},
        {"run none.yaml", "--threads", 1, 1024},
        {"run none.yaml", "--replications", 1, 10'000},
        {"fork none.yaml --at 1s --rule none.yaml", "--seed", 0, kSeedMax},
        {"fork none.yaml --at 1s --rule none.yaml", "--threads", 1, 1024},
        {"check none.yaml", "--more", 0, 100},
        {"check none.yaml --over a=1..2", "--samples", 2, 1000},
        {"hunt none.yaml", "--steps", 1, 40},
        {"fuzz none.yaml", "--histories", 1, 10'000'000},
        {"fuzz none.yaml", "--seed", 0, kSeedMax},
        {"fuzz none.yaml", "--commands", 1, 10'000},
        {"import swf none.swf -o none.yaml", "--capacity", 1, std::int64_t{1} << 40},
        {"import swf none.swf -o none.yaml", "--holders", 1, 100'000},
        {"rule promulgate none.yaml --chain none --from-run", "--total", 1, 86'400},
        {"chain log none", "--from", 0, kSeedMax},
        {"chain log none", "--count", 0, kSeedMax},
    };
    for (const char* command :
         {"run none.yaml", "fork none.yaml --at 1s --rule none.yaml", "check none.yaml", "diff none.yaml none.yaml", "hunt none.yaml",
          "fuzz none.yaml", "verify none", "prove --theorem none",
          "import swf none.swf -o none.yaml",
          "import csv none.csv --mapping none.yaml -o none.yaml", "scenario validate none.yaml",
          "rule show none.yaml", "rule promulgate none.yaml --chain none --from-run",
          "rule keys none --out none", "chain log none", "chain show none 1",
          "chain explain none 1", "chain lineage none 1"}) {
      all.push_back({command, "--timeout", 1, 1'000'000});
      all.push_back({command, "--rlimit", 1, 4'000'000'000});
    }
    return all;
  }();
  return kAll;
}

class NumberOptions : public BinaryTest {};

TEST_F(NumberOptions, take_decimal_numbers_of_their_range_and_nothing_else) {
  for (const NumberOption& o : options()) {
    auto with = [&](const std::string& text) {
      return call(std::string(o.command) + " " + o.option + " '" + text + "'");
    };
    const std::string range = "expected: a whole number from " + std::to_string(o.least) + " to " +
                              std::to_string(o.most);
    for (const std::string& wrong :
         {std::string("010"), std::string("0x10"), std::string("+1"), std::string("1e3"),
          std::string(" 1"), std::string("1,152"), std::string("18446744073709551616"),
          std::to_string(o.least - 1), std::to_string(o.most + 1)}) {
      Outcome refused = with(wrong);
      EXPECT_EQ(refused.status, 2) << o.command << " " << o.option << " " << wrong;
      EXPECT_NE(refused.err.find(o.option), std::string::npos) << refused.err;
      EXPECT_NE(refused.err.find(wrong), std::string::npos) << refused.err;
      EXPECT_NE(refused.err.find(range), std::string::npos) << refused.err;
    }
    // At its ends the complaint is about something else.
    for (std::int64_t good : {o.least, o.most}) {
      Outcome taken = with(std::to_string(good));
      EXPECT_EQ(taken.err.find("whole number"), std::string::npos)
          << o.command << " " << o.option << " " << good << "\n"
          << taken.err;
    }
  }
}

/// No option that takes a number is missing above: the help names each by its range.
TEST_F(NumberOptions, of_the_help_stand_in_the_table) {
  for (const char* command :
       {"run", "check", "diff", "hunt", "fuzz", "verify", "prove", "import swf", "import csv",
        "scenario validate", "rule show", "rule promulgate", "rule keys", "chain log"}) {
    Outcome help = call(std::string(command) + " --help");
    std::istringstream lines(help.out);
    for (std::string line; std::getline(lines, line);) {
      std::size_t at = line.find("--"), number = line.find(" INT");
      if (at == line.npos || number == line.npos || at > number) continue;
      std::string option = line.substr(at, line.find_first_of(" ,", at) - at);
      EXPECT_NE(line.find("INT in ["), std::string::npos) << command << ": " << line;
      bool known = false;
      for (const NumberOption& o : options())
        known = known || (option == o.option && std::string(o.command).starts_with(command));
      EXPECT_TRUE(known) << command << " " << option;
    }
  }
}

TEST_F(NumberOptions, select_an_entry_by_a_number_without_leading_zeros) {
  EXPECT_EQ(call("chain show none 007").status, 2);
  EXPECT_EQ(call("check none.yaml --over limits.quantity.max=010..020").status, 2);
}

}  // namespace
}  // namespace capmarket::cli
