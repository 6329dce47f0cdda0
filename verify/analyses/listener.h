// Who is told which analysis begins: a terminal's line of progress. Nothing that is decided depends
// on it.
#pragma once

#include <functional>
#include <string>
#include <utility>

namespace capmarket::analyses {

/// Told the name and the subject of each analysis of this thread as it begins, for as long as it
/// lives. The one made last listens.
class Listener {
 public:
  using Told = std::function<void(const std::string& analysis, const std::string& subject)>;

  explicit Listener(Told told) : told_(std::move(told)), before_(current()) { current() = this; }
  ~Listener() { current() = before_; }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Tells whoever listens; nobody where nobody does.
  static void tell(const std::string& analysis, const std::string& subject) {
    if (current() != nullptr) current()->told_(analysis, subject);
  }

 private:
  static Listener*& current() {
    static thread_local Listener* listener = nullptr;
    return listener;
  }

  Told told_;
  Listener* before_;
};

}  // namespace capmarket::analyses
