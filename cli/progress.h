// A progress bar on stderr, when stderr is a terminal and the work is long.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace capmarket::cli {

/// The bar of one piece of work, taken off the screen at its end.
class Progress {
 public:
  /// `label` stands before the bar; nothing is drawn unless `enabled`.
  Progress(std::string label, bool enabled);
  ~Progress() { clear(); }
  /// Takes the bar off the screen.
  void clear();
  /// `share` in ten-thousandths; redraws at most ten times a second.
  void show(int share, std::int64_t events);
  /// What is being done, where there is no share of it.
  void say(const std::string& what);

 private:
  std::string label_;
  bool enabled_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_, last_;
};

}  // namespace capmarket::cli
