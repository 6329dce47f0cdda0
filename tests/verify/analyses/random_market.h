// Real cases of any rule at random, for tests that ask whether a verdict can be true: a request
// inside the limits, and a grant of the same version that it meets. Nothing here knows the solver.
// Not every case of a rule can come up: no victim of an earlier version, one piece of one victim or
// a few, no price around an index.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/chain/bindings.h"

namespace capmarket::analyses {

/// A number from low to high, both inclusive; low <= high.
using Draw = std::function<std::int64_t(std::int64_t low, std::int64_t high)>;

/// A request, and the grant of a victim where one was found.
struct Market {
  objects::CredentialGrant user, holder;
  location::Location location;
  chain::EligibilityContext leg;  // its pointers are to the members above
  std::size_t tier = 0;           // that is asked for, by rank
  Instant admission;
  chain::GrantRecord grant;
  std::optional<chain::VictimContext> victim;
  capacity::Pieces released;  // of the victim
  Duration part_notice;  // that `when` reads
};

/// What is worth drawing of a rule: numbers and names that its expressions mention.
struct Mentioned {
  std::vector<std::int64_t> integers, money, durations;
  std::vector<std::string> kinds, groups;
  std::vector<location::Location> places;
};
Mentioned mentioned_by(const rules::Rule& rule);

/// Draws markets of one rule. The rule stays where it is.
class MarketMaker {
 public:
  MarketMaker(const rules::Rule& rule, Draw draw);
  /// Fills `m`; false where the draw came to no request inside the limits.
  bool make(Market& m);

 private:
  bool coin() { return draw_(0, 1) == 1; }
  template <class T>
  const T& one_of(const std::vector<T>& items) {
    return items[static_cast<std::size_t>(draw_(0, static_cast<std::int64_t>(items.size()) - 1))];
  }
  std::int64_t between(std::int64_t low, std::int64_t high, const std::vector<std::int64_t>& edges);
  void party(objects::CredentialGrant& out);
  Quantity quantity();
  std::optional<Duration> length();
  std::optional<Money> price(std::size_t tier, Quantity quantity, Duration length, Instant start);
  bool leg(Market& m);
  bool grant(Market& m);
  bool granted_before(const Market& m, const rules::Tier& tier);
  Window steps_inside(const Window& window);
  capacity::Pieces live_pieces(const Window& window, Quantity most);
  capacity::Pieces release(const capacity::Pieces& part);
  void victim(Market& m);
  bool displaced_before(const Market& m, std::int64_t times);

  const rules::Rule& rule_;
  Draw draw_;
  Mentioned mentioned_;
};

/// What cases show of a rule's findings, by `analysis[subject]`.
struct Shown {
  std::set<std::string> possible;      // somebody obtains it, it can fire: it is proved
  std::set<std::string> broken;        // a case breaks it: it is not proved
  std::map<std::string, int> reached;  // cases that its claim speaks of
};

/// The most that `pieces` have at an instant.
Quantity largest_of(const capacity::Pieces& pieces);

/// Judges one market by the code that admission runs, over every finding that a case can show.
void judge_market(const rules::Rule& rule, const Market& m, const Draw& draw, Shown& shown);

}  // namespace capmarket::analyses
