#include "model/log/log_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace capmarket::log {
namespace {

tl::unexpected<Problems> io_problem(int error, const std::string& path, std::string_view call) {
  return fail(Problem{path, 0, 0, fmt::format("{}: {}", call, std::strerror(error)), "", "",
                      Fault::unread});
}

/// The call until nothing interrupts it.
template <class Call>
auto uninterrupted(const Call& call) {
  for (;;) {
    auto done = call();
    if (done || done.error() != EINTR) return done;
  }
}

}  // namespace

Result<void> told(const Io<void>& done, const std::string& path, std::string_view call) {
  if (!done) return io_problem(done.error(), path, call);
  return {};
}

Result<bool> is_there(Disk& disk, const std::string& path) {
  auto there = uninterrupted([&] { return disk.exists(path); });
  if (!there) return io_problem(there.error(), path, "stat");
  return *there;
}

Result<LogFile> LogFile::open(Disk& disk, const std::string& path, OpenAs as) {
  auto file = uninterrupted([&] { return disk.open(path, as); });
  if (!file) return io_problem(file.error(), path, "open");
  LogFile out;
  out.file_ = std::move(*file);
  out.path_ = path;
  return out;
}

Result<void> LogFile::write(ByteView bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    auto n = uninterrupted([&] { return file_->write(bytes, offset); });
    if (!n) return io_problem(n.error(), path_, "write");
    bytes = bytes.subspan(*n);
    offset += *n;
  }
  return {};
}

Result<void> LogFile::read(std::span<std::uint8_t> out, std::uint64_t offset) {
  while (!out.empty()) {
    auto n = uninterrupted([&] { return file_->read(out, offset); });
    if (!n) return io_problem(n.error(), path_, "read");
    if (*n == 0) return fail(fmt::format("{}: shorter than what was written", path_));
    out = out.subspan(*n);
    offset += *n;
  }
  return {};
}

Result<std::uint64_t> LogFile::size() {
  auto size = uninterrupted([&] { return file_->size(); });
  if (!size) return io_problem(size.error(), path_, "stat");
  return *size;
}

Result<void> LogFile::truncate(std::uint64_t size) {
  return told(uninterrupted([&] { return file_->truncate(size); }), path_, "truncate");
}

Result<void> LogFile::sync() { return told(file_->sync(), path_, "fsync"); }

Result<void> replace_file(Disk& disk, const std::string& dir, const std::string& name,
                          ByteView content) {
  const std::string place = dir + "/" + name, beside = place + ".new";
  auto file = LogFile::open(disk, beside, OpenAs::replaced);
  if (!file) return tl::unexpected(file.error());
  if (auto r = file->write(content, 0); !r) return r;
  if (auto r = file->sync(); !r) return r;
  if (auto r = told(uninterrupted([&] { return disk.rename(beside, place); }), place, "rename"); !r)
    return r;
  return told(disk.sync_folder(dir), dir, "fsync");
}

Result<std::optional<std::string>> read_whole(Disk& disk, const std::string& path,
                                              std::size_t bytes_max) {
  auto there = is_there(disk, path);
  if (!there) return tl::unexpected(there.error());
  if (!*there) return std::nullopt;
  auto file = LogFile::open(disk, path, OpenAs::read);
  if (!file) return tl::unexpected(file.error());
  auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  if (*size > bytes_max)
    return fail(Problem{path, 0, 0, fmt::format("{} bytes", *size),
                        fmt::format("at most {}", bytes_max), "", Fault::unread});
  Bytes bytes(*size);
  if (auto r = file->read(bytes, 0); !r) return tl::unexpected(r.error());
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace capmarket::log
