#include "model/log/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace capmarket::log {
namespace {

tl::unexpected<int> failed() { return tl::unexpected(errno); }

class RealFile final : public DiskFile {
 public:
  explicit RealFile(int fd) : fd_(fd) {}
  RealFile(const RealFile&) = delete;
  RealFile& operator=(const RealFile&) = delete;
  ~RealFile() override { ::close(fd_); }

  Io<std::size_t> write(ByteView bytes, std::uint64_t offset) override {
    ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0) return failed();
    return static_cast<std::size_t>(n);
  }
  Io<std::size_t> read(std::span<std::uint8_t> out, std::uint64_t offset) override {
    ssize_t n = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0) return failed();
    return static_cast<std::size_t>(n);
  }
  Io<std::uint64_t> size() override {
    struct stat about {};
    if (::fstat(fd_, &about) != 0) return failed();
    return static_cast<std::uint64_t>(about.st_size);
  }
  Io<void> truncate(std::uint64_t size) override {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return failed();
    return {};
  }
  Io<void> sync() override {
    if (::fdatasync(fd_) != 0) return failed();
    return {};
  }

 private:
  int fd_;
};

int flags_of(OpenAs as) {
  switch (as) {
    case OpenAs::read:
      return O_RDONLY;
    case OpenAs::existing:
      return O_RDWR;
    case OpenAs::fresh:
      return O_RDWR | O_CREAT | O_EXCL;
    case OpenAs::replaced:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

class RealDisk final : public Disk {
 public:
  Io<std::unique_ptr<DiskFile>> open(const std::string& path, OpenAs as) override {
    // What stands there goes as a name, never as a file that has other names, or that a link leads
    // to.
    struct stat there {};
    if (as == OpenAs::replaced && ::lstat(path.c_str(), &there) == 0 && !S_ISDIR(there.st_mode) &&
        ::unlink(path.c_str()) != 0)
      return failed();
    int fd = ::open(path.c_str(), flags_of(as) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (fd < 0) return failed();
    auto file = std::make_unique<RealFile>(fd);
    struct stat about {};
    if (::fstat(fd, &about) != 0) return failed();
    // The nearest that a number of the system says of a pipe, a device or a folder.
    if (!S_ISREG(about.st_mode)) return tl::unexpected(EINVAL);
    return file;
  }
  Io<void> rename(const std::string& from, const std::string& to) override {
    // What takes a file's place is as open as that was: mode, and where that is allowed owner.
    struct stat there {};
    if (::lstat(to.c_str(), &there) == 0 && S_ISREG(there.st_mode)) {
      if (::chmod(from.c_str(), there.st_mode & 07777) != 0) return failed();
      if (::lchown(from.c_str(), there.st_uid, there.st_gid) != 0 && errno != EPERM)
        return failed();
    }
    if (::rename(from.c_str(), to.c_str()) != 0) return failed();
    return {};
  }
  Io<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed();
    return {};
  }
  Io<void> make_folder(const std::string& path) override {
    if (::mkdir(path.c_str(), 0755) != 0) return failed();
    return {};
  }
  Io<void> sync_folder(const std::string& path) override {
    int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return failed();
    Io<void> out;
    if (::fsync(fd) != 0) out = failed();
    ::close(fd);
    return out;
  }
  Io<bool> exists(const std::string& path) override {
    struct stat about {};
    if (::lstat(path.c_str(), &about) == 0) return true;
    if (errno == ENOENT) return false;
    return failed();
  }
  Result<WriterLock> lock(const std::string& dir) override { return WriterLock::take(dir); }
};

}  // namespace

Disk& real_disk() {
  static RealDisk disk;
  return disk;
}

}  // namespace capmarket::log
