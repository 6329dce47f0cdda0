#include "model/log/writer_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace capmarket::log {
namespace {

/// The process that holds the file's lock, as the kernel lists it; empty where it does not say.
std::string holder_of(const struct stat& file) {
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    // 1: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF
    std::istringstream words(line);
    std::string number, kind, sort, access, process, place;
    words >> number >> kind >> sort >> access >> process >> place;
    std::size_t last = place.rfind(':');
    if (kind != "FLOCK" || last == place.npos) continue;
    if (place.substr(last + 1) == std::to_string(file.st_ino)) return process;
  }
  return {};
}

}  // namespace

WriterLock::WriterLock(WriterLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

WriterLock::~WriterLock() {
  if (fd_ >= 0) ::close(fd_);
}

Result<WriterLock> WriterLock::take(const std::string& dir) {
  const std::string path = dir + "/" + kWriterLockFile;
  auto refused = [&](std::string what, std::string expected) {
    return fail(Problem{path, 0, 0, std::move(what), std::move(expected), "", Fault::unread});
  };
  WriterLock out;
  out.fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
  if (out.fd_ < 0) return refused(std::strerror(errno), "a chain directory that can be written");
  struct stat about {};
  if (::fstat(out.fd_, &about) != 0 || !S_ISREG(about.st_mode))
    return refused("no file", "the lock of a chain's writer: a regular file");
  if (::flock(out.fd_, LOCK_EX | LOCK_NB) == 0) return out;
  if (errno != EWOULDBLOCK) return refused(std::strerror(errno), "a file system that knows flock");
  const std::string process = holder_of(about);
  return refused(fmt::format("another process{} writes this chain",
                             process.empty() ? "" : fmt::format(" ({})", process)),
                 "one writer at a time");
}

}  // namespace capmarket::log
