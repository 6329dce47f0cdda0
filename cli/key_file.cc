#include "cli/key_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "model/base/output.h"
#include "model/base/read_file.h"

namespace capmarket::cli {
namespace {

constexpr const char* kForm = "64 hex digits (a 32-byte Ed25519 seed), in a file of mode 0600";

}  // namespace

Result<crypto::KeySeed> read_key_file(const std::string& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0)
    return fail(fmt::format("{}: {}", file, std::strerror(errno)), kForm);
  if ((about.st_mode & 077) != 0)
    return fail(
        fmt::format("{}: others may read this key (mode {:04o})", file, about.st_mode & 07777),
        kForm);
  auto text = read_file(file, InputKind::key);
  if (!text) return tl::unexpected(text.error());
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  crypto::KeySeed seed;
  if (!from_hex(*text, seed))
    return fail(
        fmt::format("{}: no key of 64 hex digits (it has {} characters)", file, text->size()),
        kForm);
  return seed;
}

Result<void> write_key_file(const std::string& file, const crypto::KeySeed& seed, bool force) {
  return write_output_file(file, to_hex(seed) + "\n", force, 0600);
}

}  // namespace capmarket::cli
