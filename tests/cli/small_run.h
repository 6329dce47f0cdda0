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
