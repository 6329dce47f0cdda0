// One random command at a time, read against the market that it meets: so that leaving a command
// out of a history leaves a history.
#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "scenarios/executor.h"
#include "verify/fuzz/market.h"

namespace capmarket::fuzz {

/// What to do, and small numbers that say to whom, how much, when.
struct FuzzCommand {
  int what = 0;
  int a = 0, b = 0, c = 0, d = 0, e = 0;
};
std::ostream& operator<<(std::ostream& out, const FuzzCommand& command);

/// A kind of command, and how often it is drawn.
struct FuzzKind {
  const char* name;
  int weight;
};
/// The kinds of command, by FuzzCommand::what.
const std::vector<FuzzKind>& fuzz_kinds();

/// Turns drawn commands into steps of a script, and executes them.
class FuzzCommands {
 public:
  FuzzCommands(const FuzzMarket& market, scenarios::Executor& executor)
      : market_(market), executor_(executor) {}

  void execute(const FuzzCommand& command);
  /// The steps so far, with what the chain answered as expectation.
  const std::vector<scenarios::ScriptStep>& steps() const { return steps_; }
  /// What came of them: `settle admitted`, `settle refused by CLAUSE`, `tier NAME admitted`, …
  const std::map<std::string, std::int64_t>& counts() const { return counts_; }

 private:
  struct Asked {
    std::string name, declaration;
    std::size_t user = 0;
    std::string tier;
    Quantity quantity;
    Window window;
  };
  template <class T>
  const T& pick(const std::vector<T>& from, int n) const {
    return from[static_cast<std::size_t>(n) % from.size()];
  }
  Instant grid(Instant t) const;
  bool execute_step(scenarios::ScriptStep step);
  void pass_time(const FuzzCommand& c);
  bool pass_to_version(const FuzzCommand& c);
  void declare(const FuzzCommand& c);
  void ask(const FuzzCommand& c);
  bool ask(std::size_t user, const std::string& tier, const std::string& declaration,
           Quantity quantity, const Window& window, const FuzzCommand& c);
  void settle(const FuzzCommand& c);
  void trade(const FuzzCommand& c);
  void press(const FuzzCommand& c);
  void settle_displacing(const Asked& asked, const FuzzCommand& c);
  void bundle(const FuzzCommand& c);
  void dispute(const FuzzCommand& c);
  void witness(const FuzzCommand& c);
  void contest(const FuzzCommand& c);
  std::string claimed(int n) const;
  void count(const scenarios::ScriptStep& step, const std::vector<scenarios::StepAnswer>& answers);
  std::string strategy(int n) const;
  void spoil(scenarios::ScriptStep& step, const Asked& asked, const FuzzCommand& c);
  void spoil_more(scenarios::ScriptStep& step, const FuzzCommand& c);
  void replace(const FuzzCommand& c);
  void on_grant(scenarios::StepKind kind, const FuzzCommand& c);
  void curtail(const FuzzCommand& c);
  void pay(const FuzzCommand& c);
  void revoke(const FuzzCommand& c);
  Window window_for(const FuzzCommand& c) const;
  const rules::Rule& rule() const;

  const FuzzMarket& market_;
  scenarios::Executor& executor_;
  std::vector<scenarios::ScriptStep> steps_;
  std::map<std::string, std::int64_t> counts_;
  std::vector<std::string> declarations_;
  std::vector<Asked> asked_;
  std::vector<std::pair<std::string, std::size_t>> grants_;  // and the request, in asked_
  Duration ahead_;                                           // time that waits to pass
};

}  // namespace capmarket::fuzz
