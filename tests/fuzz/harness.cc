#include "tests/fuzz/harness.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "model/crypto/hash.h"

namespace capmarket::fuzz {
namespace {

struct Scratch {
  std::string path;
  Scratch() {
    // In memory where that is there: a chain of a few entries is written some hundred times a
    // second.
    std::error_code none;
    const std::filesystem::path memory = "/dev/shm";
    const bool in_memory = std::filesystem::is_directory(memory, none);
    path = ((in_memory ? memory : std::filesystem::temp_directory_path()) / "capmarket-fuzz-XXXXXX")
               .string();
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

std::string edited_seed(ByteView input, const std::string& seed) {
  if (input.empty() || input[0] != 1) return {input.begin(), input.end()};
  static std::map<std::string, std::string> texts;
  std::string& kept = texts[seed];
  if (kept.empty()) {
    std::ifstream file(CAPMARKET_SOURCE_DIR "/tests/fuzz/seeds/" + seed, std::ios::binary);
    kept.assign(std::istreambuf_iterator<char>(file), {});
    expect(!kept.empty(), "a seed to edit");
  }
  std::string text = kept;
  for (std::size_t at = 1; at + 3 <= input.size() && !text.empty(); at += 3) {
    const std::size_t place = (input[at] | std::size_t{input[at + 1]} << 8) % text.size();
    const std::uint8_t what = input[at + 2];
    if (what == 0)
      text.erase(place, 1);
    else if (what < 0x80)
      text[place] = static_cast<char>(what);
    else if (const std::size_t digit = text.find_first_of("0123456789", place); digit != text.npos)
      text[digit] = static_cast<char>('0' + what % 10);
  }
  return text;
}

const std::string& scratch() {
  static const Scratch folder;
  return folder.path;
}

}  // namespace capmarket::fuzz
