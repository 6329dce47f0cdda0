// From the counterexample of an analysis to a scripted scenario that shows it: who declares, asks,
// is granted and gives way, when and with what expected of each step. No solver stands here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.h"
#include "verify/question/symbolic_request.h"

namespace capmarket::witness {

/// How much is declared for a displacement: what victim and displacer need together times
/// `plenty`, the rest curtailed away before the displacement. 0: just so much that the
/// displacement is needed, nothing is curtailed.
struct ScenarioShape {
  std::int64_t plenty = 0;
};
/// The values of `plenty` that are tried, the plainest first.
inline constexpr std::int64_t kPlenties[] = {0, 1, 4, 20, 100};

/// Authority, class, rules of the subject and the coordinators that they ask for at the scenario's
/// places, whose holders stand there already.
void add_market(const question::RuleSubject& subject, scenarios::Scenario& scenario);

/// A request that the grant of the case's victim could have gone to under its version, no later
/// than the case: by somebody looked for among the names that the rules mention. Empty where none
/// is found, or the rules mention more than 10 names.
std::optional<question::RequestCase> granted_to(const question::RuleSubject& subject,
                                                const question::RequestCase& c);

/// The holder's credential is another one than when the victim was granted.
bool corrected(const question::RequestCase& c, const question::RequestCase& granted);

/// Puts a scenario together step by step.
class ScenarioBuilder {
 public:
  /// `title` becomes the scenario's name, `about` its sentence.
  ScenarioBuilder(const question::RuleSubject& subject, std::string title, std::string about);

  /// A request and its settlement at `tier`, on a declaration of their own. Gives the grant's name.
  std::string leg(const question::RequestCase& c, std::size_t tier,
                  const scenarios::StepExpectation& expect);
  /// The grant that the case's victim is, its other parts failed; `granted`: the request
  /// it went to. False where nobody eligible is known.
  bool victim(const question::RequestCase& c, const std::optional<question::RequestCase>& granted,
              const ScenarioShape& shape, std::size_t displacer);
  /// The settlement at `tier` that displaces that victim.
  std::string displacement(const question::RequestCase& c, std::size_t tier,
                           const scenarios::StepExpectation& expect);
  /// Failures of those parts of the grant, one after the other, settled under that strategy.
  void failure(const std::string& grant, const std::vector<objects::Piece>& parts,
               const std::string& strategy, Instant at);
  /// The name of the grant that the last victim is; empty without one.
  const std::string& victim_grant() const { return victim_; }
  /// Watches that while the scenario runs.
  void watch(scenarios::WatchSpec spec) { scenario_.script.watch.push_back(std::move(spec)); }
  /// A claim of the subject, expected to be broken.
  scenarios::WatchSpec claim(std::string name, std::string text) const;
  /// A goal of the rule, expected to be broken.
  scenarios::WatchSpec goal(std::string name) const;

  /// The scenario, steps in order of time; empty where no chain can hold it.
  std::optional<scenarios::Scenario> finish();

 private:
  struct Declared {
    std::string name;
    std::string holder;
    location::Location location;
    Quantity quantity;
    Window window;
    Instant before;  // of its first use
  };
  const rules::Rule& rule() const { return subject_.rule(); }
  std::string holder(const question::RequestCase& c);
  std::string user(const objects::CredentialGrant& who, const std::string& tier);
  Declared& declare(const question::RequestCase& c, const Window& window, Quantity quantity,
                    Instant before);
  scenarios::ScriptStep& step(scenarios::StepKind kind, std::string name, Instant at);
  Quantity room_for(const rules::Tier& tier, Quantity quantity) const;
  bool pays_tariff(const scenarios::StepExpectation& expect) const;
  void overdue(const question::RequestCase& c, std::size_t tier, const std::string& who);
  std::int64_t reserved(std::int64_t declared, const std::string& except, const std::string& tier,
                        std::int64_t load) const;
  std::optional<std::pair<Quantity, Quantity>> capacity(const question::RequestCase& c,
                                                        const ScenarioShape& shape,
                                                        std::size_t displacer) const;
  bool displaced_before(const question::RequestCase& c, std::size_t displacer, Instant granted);
  const question::RuleSubject& subject_;
  scenarios::Scenario scenario_;
  std::vector<Declared> declared_;
  std::vector<scenarios::ScriptStep> steps_;
  std::string declaration_;  // of the last victim
  std::string victim_;       // the last victim's grant
  int requests_ = 0, grants_ = 0;
};

}  // namespace capmarket::witness
