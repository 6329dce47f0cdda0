#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/command.h"
#include "model/base/integers.h"

namespace capmarket::cli {

Progress::Progress(std::string label, bool enabled)
    : label_(std::move(label)),
      enabled_(enabled && ::isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()),
      last_(start_) {}

void Progress::clear() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

void Progress::show(int share, std::int64_t events) {
  if (!enabled_) return;
  auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  drawn_ = true;
  constexpr int kWidth = 30;
  int full = static_cast<int>(kWidth * share / kFullRatio);
  double seconds = std::chrono::duration<double>(now - start_).count();
  std::string bar = std::string(static_cast<std::size_t>(full), '#') +
                    std::string(static_cast<std::size_t>(kWidth - full), '.');
  std::fputs(fmt::format("\r\x1b[K{} [{}] {:5.1f}%  {} events  {:.0f} s", label_, bar,
                         share / 100.0, events, seconds)
                 .c_str(),
             stderr);
  std::fflush(stderr);
}

void Progress::say(const std::string& what) {
  if (!enabled_) return;
  drawn_ = true;
  // A line that the terminal breaks could not be taken off again.
  std::string line = label_ + " " + what;
  if (const int columns = columns_of(STDERR_FILENO); columns > 1)
    line.resize(std::min(line.size(), static_cast<std::size_t>(columns - 1)));
  std::fputs(("\r\x1b[K" + line).c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace capmarket::cli
