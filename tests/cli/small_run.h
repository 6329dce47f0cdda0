// A short run that the tests of the chain's commands look into, and that grows.
#pragma once

#include <filesystem>

#include "model/crypto/sign.h"
#include "tests/cli/binary.h"

namespace capmarket::cli {

/// `a` is the run; `first` its checkpoint before it grows.
class SmallRun : public BinaryTest {
 protected:
  std::string key;  // of the log, as `chain checkpoint` prints it

  void SetUp() override {
    run("a", "1min");
    key = call("chain checkpoint a --format json").json()["verifier_key"];
    std::filesystem::copy_file(dir / "a/chain/checkpoint", dir / "first");
  }
  void run(const std::string& out, const std::string& more) const {
    ASSERT_EQ(call("run '" + root + "/tests/sim/small.yaml' --quiet --out " + out +
                   " --set duration=" + more)
                  .status,
              0);
  }
  /// A version after the last one is promulgated: the log grows.
  void grow() const {
    std::filesystem::copy_file(root + "/tests/sim/small.rule.yaml", dir / "v1.yaml");
    ASSERT_EQ(call("rule promulgate v1.yaml --chain a --from-run --waive coverage --because meant "
                   "--waive revocation-total --because meant")
                  .status,
              0)
        << slurp(dir / "err.txt");
  }
  /// The directory of its chain, and its files.
  std::string chain() const { return dir / "a/chain"; }
  std::string file(const std::string& name) const { return slurp(dir / ("a/chain/" + name)); }
  void put(const std::string& name, const std::string& content) const {
    dir.write("a/chain/" + name, content);
  }
  /// The key of the run of that name, as `rule keys` writes it.
  crypto::KeyPair key_of_run(const std::string& name) const {
    if (!std::filesystem::exists(dir / "keys")) {
      EXPECT_EQ(call("rule keys a --out keys").status, 0);
    }
    return key_pair_of("keys/" + name + ".key");
  }
  /// The keys of a file that `key_file` or `rule keys` wrote.
  crypto::KeyPair key_pair_of(const std::string& file) const {
    crypto::KeySeed seed;
    EXPECT_TRUE(from_hex(slurp(dir / file).substr(0, 64), seed));
    return crypto::key_pair_from_seed(seed);
  }
  /// A key file of its own; each digit another one.
  std::string key_file(const std::string& name, char digit) const {
    dir.write(name, std::string(63, '0') + digit + "\n");
    std::filesystem::permissions(
        dir / name, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return name;
  }
};

}  // namespace capmarket::cli
