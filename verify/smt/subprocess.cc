#include "verify/smt/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

extern char** environ;

namespace capmarket::smt {
namespace {

using Clock = std::chrono::steady_clock;

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& o) noexcept {
    std::swap(fd_, o.fd_);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

tl::unexpected<Problems> problem(const std::string& what, int error) {
  return fail(fmt::format("{}: {}", what, std::strerror(error)),
              "a program that can be started (scripts/packages.txt names them)");
}

/// The input as an open file: a pipe would have to be fed while the output is read.
Result<Descriptor> input_file(const std::string& input) {
  Descriptor file(::memfd_create("question", MFD_CLOEXEC));
  if (file.get() < 0) return problem("memfd_create", errno);
  for (std::size_t at = 0; at < input.size();) {
    ssize_t n = ::write(file.get(), input.data() + at, input.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return problem("the input of a solver", errno);
    at += static_cast<std::size_t>(n);
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return problem("the input of a solver", errno);
  return file;
}

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return problem("pipe", errno);
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

struct Child {
  pid_t pid = -1;
  Descriptor out, err;
};

Result<Child> start(const std::vector<std::string>& command, const Descriptor& input) {
  auto out = make_pipe();
  auto err = make_pipe();
  if (!out || !err) return problem("pipe", EMFILE);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out->write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err->write.get(), STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& a : command) arguments.push_back(const_cast<char*>(a.c_str()));
  arguments.push_back(nullptr);
  Child child;
  int error =
      ::posix_spawnp(&child.pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return problem(command[0], error);
  child.out = std::move(out->read);
  child.err = std::move(err->read);
  return child;
}

/// Reads what is there; false at its end. What passes the limit is dropped.
bool drain(Descriptor& from, std::string& to) {
  std::array<char, 65536> buffer{};
  ssize_t n = ::read(from.get(), buffer.data(), buffer.size());
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) {
    from.close();
    return false;
  }
  std::size_t room = kProcessOutputMax - to.size();
  to.append(buffer.data(), std::min(room, static_cast<std::size_t>(n)));
  return true;
}

/// Reads both until they end or the time is over; false then.
bool read_until(Child& child, ProcessResult& result, Clock::time_point end) {
  while (child.out.get() >= 0 || child.err.get() >= 0) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    std::array<pollfd, 2> wait = {pollfd{child.out.get(), POLLIN, 0},
                                  pollfd{child.err.get(), POLLIN, 0}};
    int n =
        ::poll(wait.data(), wait.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (n < 0 && errno != EINTR) return false;
    if (n <= 0) continue;
    if (wait[0].revents != 0) drain(child.out, result.out);
    if (wait[1].revents != 0) drain(child.err, result.err);
  }
  return true;
}

}  // namespace

Result<ProcessResult> run_process(const std::vector<std::string>& command, const std::string& input,
                                  std::chrono::milliseconds limit) {
  auto file = input_file(input);
  if (!file) return tl::unexpected(file.error());
  const auto end = Clock::now() + limit;
  auto child = start(command, *file);
  if (!child) return tl::unexpected(child.error());
  ProcessResult result;
  result.timed_out = !read_until(*child, result, end);
  int raw = 0;
  pid_t ended = 0;
  // A child may close its output and live on: it gets no more time than the others.
  while (!result.timed_out && (ended = ::waitpid(child->pid, &raw, WNOHANG)) == 0) {
    ::poll(nullptr, 0, 1);
    result.timed_out = Clock::now() >= end;
  }
  if (result.timed_out) {
    ::kill(child->pid, SIGKILL);
    while ((ended = ::waitpid(child->pid, &raw, 0)) < 0 && errno == EINTR) {
    }
  }
  if (ended != child->pid) return result;
  if (WIFEXITED(raw)) result.status = WEXITSTATUS(raw);
  if (WIFSIGNALED(raw)) result.signal = WTERMSIG(raw);
  return result;
}

}  // namespace capmarket::smt
