// One holder and one user of a market, a clock, and chain files: for tests of whoever reads
// a chain.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::testing {

struct OfferedLeg {
  ContentId declaration;
  ContentId request;
  std::int64_t quantity = 10;
  Window window;
};

/// Everything is submitted now, and its id kept; the holder has the assets `gpu` and `other`, 100
/// each; the lead is half a second at least.
class Trade {
 public:
  /// Chain files in `dir`. `authorities` stand between the root and the credentials (0 to 7):
  /// links = authorities + 1.
  explicit Trade(const std::string& dir, int authorities = 1);

  chain::Receipt submit(const objects::Object& object, const Signers& signers);
  chain::Receipt declare(std::int64_t quantity, Window window, const std::string& asset = "gpu");
  chain::Receipt request(const std::vector<ContentId>& declarations, std::int64_t quantity,
                         Window window, bool partial = true, const std::string& tier = "standard");
  /// Signed now; the request's next index unless `index` is given.
  objects::Settlement settlement(const OfferedLeg& offer,
                                 std::optional<std::int64_t> index = std::nullopt);
  /// Several offers as the legs of one settlement.
  objects::Settlement settlement(const std::vector<OfferedLeg>& offers);
  chain::Receipt submit_settlement(const objects::Settlement& settlement);
  chain::Receipt settle(const OfferedLeg& offer, std::optional<std::int64_t> index = std::nullopt);

  /// From now on requests and settlements are of another user, whose tier `premium` displaces.
  void act_as_premium();
  /// Signs a checkpoint of everything so far.
  void sign();
  void wait(std::int64_t seconds) { now_ = now_ + Duration(seconds * kNanosPerSecond); }

  Instant now() const { return now_; }
  Salt salt() { return market_.salt(); }
  chain::Chain& chain() { return market_.chain(); }
  const Party& holder() const { return holder_; }
  const Party& user() const { return user_; }
  /// Of what was submitted last, admitted or not.
  ContentId last_id() const { return last_id_; }
  ContentId last_grant(std::size_t leg = 0) const { return objects::grant_id(last_id_, leg); }

 private:
  void delegate(int authorities);
  Party enter(objects::CredentialGrant grant);
  Party user_of(const std::string& tier);

  Market market_;
  ContentId issuer_;  // of the credentials
  crypto::KeyPair issuer_key_;
  Party holder_, user_;
  Instant now_ = kStart;
  ContentId last_id_;
};

/// A busy little run: admitted, refused by several clauses, residuals, a tick.
void play(Trade& trade);
/// Everything that moves load: several legs on one declaration, a failure, a surrender, a
/// curtailment, a displacement, and a refusal of each where it would be too much.
void play_whole(Trade& trade);

}  // namespace capmarket::testing
