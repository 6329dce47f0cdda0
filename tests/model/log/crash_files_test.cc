// The same on real files: processes that are killed, and a disk that is full.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <random>

#include "model/chain/reader.h"
#include "tests/support/recorded_run.h"
#include "tests/support/scratch_folder.h"

#ifndef CAPMARKET_KILLS
#define CAPMARKET_KILLS 20
#endif

namespace capmarket::log {
namespace {

using testing::RecordedRun;

const RecordedRun& recorded_in_fours() {
  static const RecordedRun kRun = RecordedRun::of(200, 4);
  return kRun;
}

/// Opens the log, or begins it; an end of -1 where nothing was signed.
Result<ReopenedLog> open_or_begin(const std::string& dir) {
  const RecordedRun& run = recorded_in_fours();
  std::error_code error;
  if (std::filesystem::exists(dir + "/checkpoint.lock", error))
    return file_log_append(dir, run.chain, run.key);
  std::filesystem::remove_all(dir, error);
  auto log = file_log(dir, run.chain, run.genesis, run.key);
  if (!log) return tl::unexpected(log.error());
  ReopenedLog out;
  out.log = std::move(*log);
  out.end.size = -1;
  return out;
}

/// Appends step after step and tells each size that is signed through `fd`.
[[noreturn]] void write_and_tell(const std::string& dir, int fd) {
  const RecordedRun& run = recorded_in_fours();
  auto log = open_or_begin(dir);
  if (!log) ::_exit(3);
  const int step = log->end.size < 0 ? -1 : run.step_of(log->end);
  for (std::size_t i = static_cast<std::size_t>(step + 1); i < run.steps.size(); ++i) {
    const std::int64_t size = run.append(*log->log, i, i + 1, -1);
    if (size < 0) ::_exit(4);
    if (::write(fd, &size, sizeof size) != sizeof size) ::_exit(5);
  }
  ::_exit(0);
}

/// The last size that was told; `before` where none was.
std::int64_t last_told(int fd, std::int64_t before) {
  for (std::int64_t size = 0; ::read(fd, &size, sizeof size) == sizeof size;) before = size;
  return before;
}

TEST(CrashFiles, a_killed_writer_loses_nothing_that_it_told_of) {
  const RecordedRun& run = recorded_in_fours();
  testing::ScratchFolder folder;
  const std::string dir = folder / "chain";
  std::mt19937_64 random(11);
  std::int64_t receipt = -1;
  int killed = 0, cuts = 0, ahead = 0, whole = 0;
  for (int round = 0; killed < CAPMARKET_KILLS && round < 20 * CAPMARKET_KILLS; ++round) {
    int fds[2];
    ASSERT_EQ(::pipe(fds), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(fds[0]);
      write_and_tell(dir, fds[1]);
    }
    ::close(fds[1]);
    ::usleep(static_cast<useconds_t>(random() % 60'000));
    ::kill(child, SIGKILL);
    int raw = 0;
    ::waitpid(child, &raw, 0);
    receipt = last_told(fds[0], receipt);
    ::close(fds[0]);
    if (WIFEXITED(raw)) {
      ASSERT_EQ(WEXITSTATUS(raw), 0);
      ++whole;
    } else {
      ++killed;
    }
    auto again = open_or_begin(dir);
    ASSERT_TRUE(again) << to_text(again.error());
    ASSERT_GE(again->end.size, receipt);
    if (again->end.size > 0) {
      ASSERT_GE(run.step_of(again->end), 0);
    }
    ahead += again->end.size > receipt ? 1 : 0;
    cuts += again->cuts.empty() ? 0 : 1;
    receipt = again->end.size;
    if (receipt < run.steps.back().size) continue;
    std::filesystem::remove_all(dir);
    receipt = -1;
  }
  EXPECT_EQ(killed, CAPMARKET_KILLS);
  std::printf("  killed %d times (%d writers ended before): %d tails to cut, %d ends ahead of what was told\n",
              killed, whole, cuts, ahead);
}

bool write_text(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  const bool done = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) ::close(fd);
  return done;
}

/// Mounts of its own, as root or as the root of a name space of its own.
bool own_mounts() {
  const std::string user = std::to_string(::getuid()), group = std::to_string(::getgid());
  if (::unshare(CLONE_NEWNS) == 0) return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_text("/proc/self/setgroups", "deny") &&
         write_text("/proc/self/uid_map", "0 " + user + " 1") &&
         write_text("/proc/self/gid_map", "0 " + group + " 1");
}

/// A file system of its own with `bytes`; false where this process may not have one.
bool mount_small(const std::string& dir, const char* bytes) {
  return own_mounts() && ::mount("none", dir.c_str(), "tmpfs", 0, bytes) == 0;
}

/// Room that ends, and then does not.
struct Room {
  virtual ~Room() = default;
  virtual bool small(const std::string& dir) = 0;
  virtual bool large(const std::string& dir) = 0;
};
/// A small file system.
struct SmallDisk final : Room {
  bool small(const std::string& dir) override { return mount_small(dir, "size=64k"); }
  bool large(const std::string& dir) override {
    return ::mount("none", dir.c_str(), "tmpfs", MS_REMOUNT, "size=4m") == 0;
  }
};
/// A limit of what a file may hold, where no file system may be mounted.
struct SmallFiles final : Room {
  static bool limit(rlim_t bytes) {
    rlimit both{};
    if (::getrlimit(RLIMIT_FSIZE, &both) != 0) return false;
    both.rlim_cur = bytes;
    return ::signal(SIGXFSZ, SIG_IGN) != SIG_ERR && ::setrlimit(RLIMIT_FSIZE, &both) == 0;
  }
  bool small(const std::string&) override { return limit(30'000); }
  bool large(const std::string&) override { return limit(RLIM_INFINITY); }
};

/// In a process of its own: 0 as expected.
int fill_and_go_on(const std::string& dir, Room& room) {
  const RecordedRun& run = recorded_in_fours();
  const std::string chain = dir + "/chain";
  std::int64_t receipt = -1;
  {
    auto log = open_or_begin(chain);
    if (!log) return 1;
    receipt = run.append(*log->log, 0, run.steps.size(), -1);
    if (receipt < 0 || receipt >= run.steps.back().size) return 2;  // it was to be too small
  }
  auto full = file_log_append(chain, run.chain, run.key);
  if (!full || full->end.size < receipt || run.step_of(full->end) < 0) return 3;
  full->log.reset();
  if (!room.large(dir)) return 4;
  auto again = file_log_append(chain, run.chain, run.key);
  if (!again) return 5;
  const auto next = static_cast<std::size_t>(run.step_of(again->end)) + 1;
  if (run.append(*again->log, next, run.steps.size(), -1) != run.steps.back().size) return 6;
  again->log.reset();
  auto last = file_log_append(chain, run.chain, run.key);
  return last && last->end.size == run.steps.back().size && last->cuts.empty() ? 0 : 7;
}

int status_in_process(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int raw = 0;
  ::waitpid(child, &raw, 0);
  return WIFEXITED(raw) ? WEXITSTATUS(raw) : -1;
}

TEST(CrashFiles, a_full_disk_or_a_file_that_may_not_grow_stops_the_writer_and_loses_nothing) {
  recorded_in_fours();
  testing::ScratchFolder folder;
  EXPECT_EQ(status_in_process([&] {
              SmallFiles files;
              return files.small(folder.path()) ? fill_and_go_on(folder.path(), files) : 8;
            }),
            0);
  testing::ScratchFolder mounted;
  const int status = status_in_process([&] {
    SmallDisk small;
    return small.small(mounted.path()) ? fill_and_go_on(mounted.path(), small) : 77;
  });
  const bool disk = status != 77;
  std::printf("  a file that may not grow%s\n", disk ? ", and a full file system" : "; no file system may be mounted here");
  EXPECT_TRUE(status == 0 || !disk) << status;
}

}  // namespace
}  // namespace capmarket::log
