// A market with one edge of 100 kW between two holders under peer coordination (penalty 50%).
#pragma once

#include <string>
#include <vector>

#include "tests/support/whole_market.h"

namespace capmarket::testing {

/// The rule of this market; `tiers` and `coordination` as RuleParts have them.
RuleParts edge_rule(const std::string& coordination = "{ mode: peer }");

/// Preconditions of whoever calls: what is submitted is admitted, unless it says so.
struct EdgeMarket {
  explicit EdgeMarket(const RuleParts& parts = edge_rule(),
                      std::vector<objects::ScheduleStep> schedule = {
                          {at_second(0), Quantity(100)}});

  /// The clauses that refuse an agreement about `window`; `both` sign it.
  std::string agree(std::int64_t first, std::int64_t second, Window window = seconds(0, 1000),
                    bool both = true);
  /// A settlement of `quantity` over `window` on a new declaration of `holder` on the edge.
  ContentId grant(const Party& holder, std::int64_t quantity, Window window = seconds(200, 300),
                  std::int64_t second = 100, Money price = Money(200'000));
  /// The clauses that refuse a dispute of the user about a breach in `settlement`.
  std::string dispute(const ContentId& settlement, std::int64_t second);
  /// The entry of what was admitted.
  std::int64_t sequence(const ContentId& id) const;

  Market m;
  Party left = m.holder(1000), right = m.holder(1000);
  Party user = m.user("basic");
  ContentId edge, declaration, last;  // the latest declaration, the latest dispute
};

}  // namespace capmarket::testing
