// Where the commands of a chain say that it is damaged: at the first thing that does not stand, and
// nothing else is accused of it.
#include <gmock/gmock.h>

#include <filesystem>

#include "model/chain/leaf.h"
#include "model/log/checkpoint.h"
#include "tests/cli/small_run.h"
#include "tests/support/chain_files.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class DamageCli : public SmallRun {
 protected:
  std::string chain() const { return dir / "a/chain"; }
  std::string file(const std::string& name) const { return slurp(dir / ("a/chain/" + name)); }
  void put(const std::string& name, const std::string& content) const {
    dir.write("a/chain/" + name, content);
  }

  /// Every command that reads the chain and needs its checkpoint.
  std::vector<std::string> readers() const {
    return {"chain log a",
            "chain show a 1",
            "chain explain a 1",
            "chain lineage a 1",
            "chain proof a 1",
            "chain checkpoint a",
            "chain consistency a 3",
            "chain witness a --key " + key_file("witness.key", '5'),
            "chain tiles a -o tiles --force",
            "chain prune a --dry-run"};
  }
};

TEST_F(DamageCli, of_a_checkpoint_is_its_signature_before_what_it_says) {
  const std::string whole = file("checkpoint");
  const std::size_t line = whole.find('\n') + 1;
  for (const char* size : {"1000", "5"}) {
    put("checkpoint", whole.substr(0, line) + size + whole.substr(whole.find('\n', line)));
    for (const std::string& command : readers()) {
      const Outcome o = call(command);
      EXPECT_EQ(o.status, 2) << command << size << o.err;
      EXPECT_THAT(o.err, HasSubstr("a/chain/checkpoint: a signature of capmarket/")) << command;
      EXPECT_THAT(o.err, HasSubstr("that its key did not make")) << command;
    }
    for (const char* command : {"chain fsck a", "chain change-key a --from-run --new-log-key "}) {
      const std::string more = std::string(command).ends_with(" ") ? key_file("n.key", '8') : "";
      const Outcome o = call(command + more);
      EXPECT_THAT(o.err, HasSubstr("that its key did not make")) << command << size;
      EXPECT_THAT(o.err, Not(HasSubstr("root"))) << command << size;
    }
    EXPECT_THAT(call("verify a --solver none").out,
                HasSubstr("(signature): checkpoint: the signature does not verify"));
  }
}

}  // namespace
}  // namespace capmarket::cli
