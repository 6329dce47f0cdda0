#include "model/base/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

namespace capmarket {
namespace {

constexpr std::size_t kKiB = 1024, kMiB = 1024 * kKiB;

constexpr auto kKinds = std::to_array<InputKindRow>({
    {InputKind::document, "rules, scenarios, mappings, saved histories (YAML)", 16 * kMiB},
    {InputKind::table, "tables and traces (CSV, SWF), the series and the promises of a run",
     512 * kMiB},
    {InputKind::key, "keys", 1 * kKiB},
    {InputKind::genesis, "`genesis.cbor`", 128 * kKiB},
    {InputKind::checkpoint, "`checkpoint`", 64 * kKiB},
    {InputKind::segment, "segments", 96 * kMiB},
    {InputKind::receipt, "`run.json`, `scenario.json`, `summary.json`, `manifest.json`", 64 * kMiB},
    {InputKind::proof, "proofs of an entry or of growth, promises", 256 * kKiB},
});

std::string size_text(std::size_t bytes) {
  return bytes % kMiB == 0 ? fmt::format("{} MiB", bytes / kMiB)
                           : fmt::format("{} KiB", bytes / kKiB);
}

const InputKindRow& row_of(InputKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [&](const InputKindRow& row) { return row.kind == kind; });
}

/// What stands there, if it is no file with bytes of its own.
std::string_view irregular(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

tl::unexpected<ReadFailure> failure(ReadFault fault, const std::string& path, std::string what,
                                    std::string expected) {
  const Fault whose = fault == ReadFault::absent ? Fault::input : Fault::unread;
  return tl::unexpected(
      ReadFailure{fault, Problem{path, 0, 0, std::move(what), std::move(expected), "", whose}});
}

tl::unexpected<ReadFailure> refused_by_system(const std::string& path, int error) {
  bool absent = error == ENOENT || error == ENOTDIR;
  return failure(absent ? ReadFault::absent : ReadFault::unreadable, path, std::strerror(error),
                 "a readable file");
}

tl::unexpected<ReadFailure> too_large(const std::string& path, const InputKindRow& row) {
  return failure(ReadFault::too_large, path, "larger than " + size_text(row.bytes_max),
                 fmt::format("at most {} ({})", size_text(row.bytes_max), row.files));
}

/// A file, whatever it is called: device, number and, where the file system knows it, birth
/// (numbers are used again).
using FileIdentity = std::array<std::uint64_t, 5>;

std::optional<FileIdentity> identity_of(const std::string& path) {
  struct statx about {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_INO | STATX_BTIME, &about) != 0) return std::nullopt;
  const bool born = (about.stx_mask & STATX_BTIME) != 0;
  return FileIdentity{about.stx_dev_major, about.stx_dev_minor, about.stx_ino,
                      born ? static_cast<std::uint64_t>(about.stx_btime.tv_sec) : 0,
                      born ? about.stx_btime.tv_nsec : 0};
}

/// What this process has read.
struct Inputs {
  std::mutex mutex;
  std::set<FileIdentity> seen;
};

Inputs& inputs() {
  static Inputs all;
  return all;
}

/// An open file that closes itself.
struct OpenFile {
  int fd = -1;
  explicit OpenFile(int descriptor) : fd(descriptor) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

std::span<const InputKindRow> input_kinds() { return kKinds; }

std::string input_kinds_table() {
  std::string out = "| file | at most |\n|---|---|\n";
  for (const InputKindRow& row : kKinds)
    out += fmt::format("| {} | {} |\n", row.files, size_text(row.bytes_max));
  return out;
}

tl::expected<std::string, ReadFailure> peek_file(const std::string& path, InputKind kind) {
  const InputKindRow& row = row_of(kind);
  struct stat about {};
  auto is_regular = [&]() -> tl::expected<void, ReadFailure> {
    if (S_ISREG(about.st_mode)) return {};
    return failure(ReadFault::irregular, path, std::string(irregular(about.st_mode)),
                   "a regular file");
  };
  // Looked at before it is opened: to open some devices does something.
  if (::stat(path.c_str(), &about) != 0) return refused_by_system(path, errno);
  if (auto regular = is_regular(); !regular) return tl::unexpected(regular.error());
  OpenFile file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.fd < 0) return refused_by_system(path, errno);
  if (::fstat(file.fd, &about) != 0) return refused_by_system(path, errno);
  if (auto regular = is_regular(); !regular) return tl::unexpected(regular.error());
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size > row.bytes_max) return too_large(path, row);
  // Up to its end, which is not always where its size says.
  std::string text;
  text.reserve(size);
  std::array<char, 65536> buffer{};
  for (;;) {
    ssize_t n = ::read(file.fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused_by_system(path, errno);
    if (n == 0) break;
    if (text.size() + static_cast<std::size_t>(n) > row.bytes_max) return too_large(path, row);
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

tl::expected<std::string, ReadFailure> read_input(const std::string& path, InputKind kind) {
  auto text = peek_file(path, kind);
  if (!text) return text;
  if (auto file = identity_of(path)) {
    std::lock_guard hold(inputs().mutex);
    inputs().seen.insert(*file);
  }
  return text;
}

Result<std::string> read_file(const std::string& path, InputKind kind) {
  auto text = read_input(path, kind);
  if (!text) return fail(std::move(text.error().problem));
  return *std::move(text);
}

bool is_input(const std::string& path) {
  auto file = identity_of(path);
  std::lock_guard hold(inputs().mutex);
  return file && inputs().seen.contains(*file);
}

void forget_input(const std::string& path) {
  auto file = identity_of(path);
  std::lock_guard hold(inputs().mutex);
  if (file) inputs().seen.erase(*file);
}

}  // namespace capmarket
