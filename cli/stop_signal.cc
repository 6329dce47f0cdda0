#include "cli/stop_signal.h"

#include <csignal>
#include <ctime>

#include "cli/exit_status.h"

namespace capmarket::cli {
namespace {

constexpr long kPoll = 100'000'000;  // nanoseconds

sigset_t stopping() {
  sigset_t out;
  sigemptyset(&out);
  sigaddset(&out, SIGINT);
  sigaddset(&out, SIGTERM);
  // Of a terminal that is gone; `nohup` has it ignored.
  struct sigaction hangup {};
  if (sigaction(SIGHUP, nullptr, &hangup) != 0 || hangup.sa_handler != SIG_IGN)
    sigaddset(&out, SIGHUP);
  return out;
}

}  // namespace

// Blocked here and thereby in the waiter; a solver that handles SIGINT itself does not see it.
StopSignal::StopSignal() {
  const sigset_t all = stopping();
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  waiter_ = std::thread([this] { wait(); });
}

StopSignal::~StopSignal() {
  done_.store(true);
  waiter_.join();
  const sigset_t all = stopping();
  pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
}

void StopSignal::wait() {
  const sigset_t all = stopping();
  const timespec poll{0, kPoll};
  while (!done_.load())
    if (sigtimedwait(&all, nullptr, &poll) > 0 && came_.exchange(true)) std::_Exit(kInterrupted);
}

}  // namespace capmarket::cli
