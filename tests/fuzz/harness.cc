#include "tests/fuzz/harness.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "model/crypto/hash.h"

namespace capmarket::fuzz {
namespace {

struct Scratch {
  std::string path;
  Scratch() {
    path = (std::filesystem::temp_directory_path() / "capmarket-fuzz-XXXXXX").string();
    expect(::mkdtemp(path.data()) != nullptr, "a folder in the system's temporary one");
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

}  // namespace

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

bool is_canary(ByteView input) { return crypto::sha256(input).bytes[0] % 64 == 2; }

const std::string& scratch() {
  static const Scratch folder;
  return folder.path;
}

}  // namespace capmarket::fuzz
