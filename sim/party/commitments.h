// What a party promised or signed and has not seen on the chain yet: its own book beside the
// published state. Source: docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/objects/object.h"
#include "sim/party/indices.h"

namespace capmarket::party {

/// A part of something of the party's: a listing of a holder's, an infrastructure of a
/// coordinator's.
struct Commitment {
  std::uint64_t number = 0;  // among the party's, from 1; ascending
  std::uint32_t resource = 0;
  Window window;
  Quantity quantity;
  Instant until;  // it no longer binds from here on
  /// On which terms it was promised.
  Money price;                     // per unit and hour
  std::optional<ContentId> index;  // under discovered prices
  std::optional<objects::DisplaceTerms> displace;
  /// Once it is signed; before that, a promise.
  std::optional<ContentId> settlement;
  UserIndex to;  // of a holder's: whom it promised it; nobody else takes it or lets it go
};

/// Commitments of one party, in the order in which they were made. Those that no longer bind count
/// for nothing and go with the next one that is made. Each call is O(what stands).
class Commitments {
 public:
  /// Adds one; its number.
  std::uint64_t add(Commitment commitment, Instant now);
  /// The promise or signature of that number that binds at `now`; null without one.
  const Commitment* find(std::uint64_t number, Instant now) const;
  /// The promise becomes a signature under `settlement`, of the part that is taken, until then.
  /// Precondition: find(number).
  void sign(std::uint64_t number, const Window& window, Quantity quantity,
            const ContentId& settlement, Instant until);
  /// It binds no longer; nothing where it does not stand.
  void drop(std::uint64_t number);
  /// All under the settlement bind no longer: the chain has decided on it, or never will.
  void settle(const ContentId& settlement);
  /// Whether something stands under the settlement.
  bool has_signed(const ContentId& settlement, Instant now) const;
  /// Where what is committed of the resource ends.
  std::vector<Instant> ends(std::uint32_t resource, Instant now) const;
  /// The most that is committed of the resource at once in the window.
  Quantity committed(std::uint32_t resource, const Window& window, Instant now) const;

 private:
  std::vector<Commitment> all_;
  std::uint64_t made_ = 0;
};

}  // namespace capmarket::party
