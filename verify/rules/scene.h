// From the counterexample of an analysis to a scripted scenario that shows it: who declares, asks,
// is granted and gives way, when and with what expected of each step. No solver stands here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.h"
#include "verify/rules/slot.h"

namespace capmarket {

/// How much is declared for a displacement: what victim and displacer need together times
/// `plenty`, the rest curtailed away before the displacement. 0: just so much that the
/// displacement is needed, nothing is curtailed.
struct SceneShape {
  std::int64_t plenty = 0;
};
inline constexpr std::int64_t kScenePlenties[] = {0, 1, 4, 20, 100};

/// Authority, class, rules of the subject and the coordinators that they ask for at the scenario's
/// places, whose holders stand there already.
void add_market(const RuleSubject& subject, Scenario& scenario);

/// Parts of the case's grant whose failure is worth `value`, or nearly so, the likeliest first.
std::vector<Piece> parts_to_fail(const SlotCase& c, Money value, Duration granularity);

class SceneBuilder {
 public:
  /// `title` becomes the scenario's name, `about` its sentence.
  SceneBuilder(const RuleSubject& subject, std::string title, std::string about);

  /// A request and its settlement at `tier`, on a declaration of their own. Gives the grant's name.
  std::string leg(const SlotCase& c, std::size_t tier, const StepExpectation& expect);
  /// The grant that the case's victim is a piece of, its other parts failed; `granted`: the request
  /// it went to. False where nobody eligible is known.
  bool victim(const SlotCase& c, const std::optional<SlotCase>& granted, const SceneShape& shape,
              std::size_t displacer);
  /// The settlement at `tier` that displaces that victim.
  std::string displacement(const SlotCase& c, std::size_t tier, const StepExpectation& expect);
  /// A failure of that part of the grant, settled under that strategy.
  void failure(const std::string& grant, const Piece& part, const std::string& strategy,
               Instant at);
  void watch(WatchSpec spec) { scenario_.script.watch.push_back(std::move(spec)); }
  WatchSpec claim(std::string name, std::string text) const;
  WatchSpec goal(std::string name) const;

  /// The scenario, steps in order of time; empty where no chain can hold it.
  std::optional<Scenario> finish();

 private:
  struct Declared {
    std::string name;
    std::string holder;
    Location location;
    Quantity quantity;
    Window window;
    Instant before;  // of its first use
  };
  const Rule& rule() const { return subject_.rule(); }
  const Rule& rule_of_version(int version) const;
  std::string holder(const SlotCase& c);
  std::string user(const CredentialGrant& who, const std::string& tier);
  Declared& declare(const SlotCase& c, const Window& window, Quantity quantity, Instant before);
  ScriptStep& step(StepKind kind, std::string name, Instant at);
  bool pays_tariff(const StepExpectation& expect) const;
  void overdue(const SlotCase& c, std::size_t tier, const std::string& who);
  std::int64_t reserved(std::int64_t declared, const std::string& except, const std::string& tier,
                        std::int64_t load) const;
  std::optional<std::pair<Quantity, Quantity>> capacity(const SlotCase& c, const SceneShape& shape,
                                                        std::size_t displacer) const;
  bool displaced_before(const SlotCase& c, std::size_t displacer, Instant granted);
  std::optional<SlotCase> guess_granted(const SlotCase& c) const;
  const RuleSubject& subject_;
  Scenario scenario_;
  std::vector<Declared> declared_;
  std::vector<ScriptStep> steps_;
  std::string declaration_;  // of the last victim
  std::string victim_;       // the last victim's grant
  int requests_ = 0, grants_ = 0;
};

}  // namespace capmarket
