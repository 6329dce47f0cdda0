// The binary, called as a user calls it.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/support/edited.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::cli {

struct Outcome {
  int status = -1;
  std::string out, err;
  nlohmann::json json() const { return nlohmann::json::parse(out); }
};

inline std::string slurp(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Runs it in the folder `dir`; `before` stands in front of it on the shell's line.
inline Outcome call_binary(const std::string& dir, const std::string& arguments,
                           const std::string& before = "",
                           const std::string& binary = CAPMARKET_BINARY) {
  std::string command = "cd '" + dir + "' && " + before + " '" + binary + "' " + arguments + " >out.txt 2>err.txt";
  int raw = std::system(command.c_str());
  return {WIFEXITED(raw) ? WEXITSTATUS(raw) : -1, slurp(dir + "/out.txt"), slurp(dir + "/err.txt")};
}

/// Calls in a folder of the test's own.
class BinaryTest : public ::testing::Test {
 protected:
  testing::ScratchFolder dir;
  const std::string root = CAPMARKET_SOURCE_DIR;

  Outcome call(const std::string& arguments, const std::string& before = "") const {
    return call_binary(dir.path(), arguments, before);
  }
  /// A copy of `file` with `from` replaced by `to`, as `name` in the folder.
  std::string copied(const std::string& file, const std::string& from, const std::string& to,
                     const std::string& name) const {
    return dir.write(name, testing::edited(slurp(file), from, to));
  }
};

}  // namespace capmarket::cli
