#include "cli/interruption.h"

#include <csignal>

namespace capmarket::cli {
namespace {

std::atomic<bool> interrupted{false};
void on_interrupt(int) { interrupted.store(true); }

}  // namespace

const std::atomic<bool>& note_interruptions() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  // Of a terminal that is gone; `nohup` has it ignored.
  if (std::signal(SIGHUP, on_interrupt) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
  return interrupted;
}

}  // namespace capmarket::cli
