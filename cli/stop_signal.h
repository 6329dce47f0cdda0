// An interrupt that is noticed between two questions, so that what was found is still told.
#pragma once

#include <atomic>
#include <thread>

namespace capmarket::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP end nothing: `came` says that one did. The second one
/// ends the process, with 130. One at a time, made before other threads are.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  bool came() const { return came_.load(); }

 private:
  void wait();

  std::atomic<bool> came_{false}, done_{false};
  std::thread waiter_;
};

}  // namespace capmarket::cli
