// A grant that claims are made about: one holder and user, an adaptation, auditors of two
// authorities.
#pragma once

#include <optional>
#include <string>

#include "tests/support/jurisdictions.h"
#include "tests/support/whole_market.h"

namespace capmarket::testing {

/// 10 kW for [200, 300) at 20.00 under refund 100% and penalty 10%. A claim can be contested for
/// 60 s, and disputed for 10 min; the fees are 5% and 10%.
class ClaimedMarket {
 public:
  explicit ClaimedMarket(const std::string& burden = "claimant");

  /// Refused clauses, empty where it is admitted. `last` is its id.
  std::string submit(const objects::Object& object, const Signers& by, std::int64_t second);
  /// By the user, the holder (then it is a notice), the adaptation, or the auditor of the parties'
  /// own authority. `claimed` is the latest claim that was admitted.
  std::string claim(std::int64_t quantity, Window window, std::int64_t second,
                    objects::Role role = objects::Role::user);
  std::string contest(std::int64_t second);
  std::string witness(const Party& by, objects::Side side, std::int64_t second);
  void wait(std::int64_t second) { m.chain().tick(at_second(second)); }

  const chain::ChainState& state() const { return m.chain().state(); }
  /// Owed to the user less what it owes, but for the price.
  std::int64_t net() const;
  static Money value(std::int64_t quantity, std::int64_t length);

  Market m;
  Party holder, user, adaptation, kin;
  Authority overseas;
  Party outsider;  // an auditor of the other authority
  ContentId declaration, request, settlement, grant, last, claimed;
};

}  // namespace capmarket::testing
