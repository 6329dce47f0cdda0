// A small market on a real chain in a temporary directory, for tests of the checker.
#pragma once

#include <string>
#include <vector>

#include "model/chain/chain.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::verify {

inline constexpr std::int64_t kSecond = kNanosPerSecond;

crypto::KeyPair test_key(std::uint8_t number);

struct OfferedLeg {
  ContentId declaration;
  ContentId request;
  std::int64_t quantity = 10;
  Window window;
};

/// Root, class, rule, one holder and one user on chain files in `dir`. Every CHECK is the
/// fixture's.
class Market {
 public:
  /// `authorities` stand between the root and the credentials: links = authorities + 1.
  explicit Market(const std::string& dir, int authorities = 1);

  chain::Receipt submit(const objects::Object& object, std::vector<std::pair<objects::Role, crypto::KeyPair>> signers);
  chain::Receipt declare(std::int64_t quantity, Window window, const std::string& asset = "gpu");
  chain::Receipt request(const std::vector<ContentId>& declarations, std::int64_t quantity, Window window,
                  bool partial = true, const std::string& tier = "standard");
  /// Signed now; the request's next index unless `index` is given.
  chain::Receipt settle(const OfferedLeg& offer, std::optional<std::int64_t> index = std::nullopt);
  objects::Settlement settlement(const OfferedLeg& offer, std::optional<std::int64_t> index = std::nullopt);
  chain::Receipt submit_settlement(const objects::Settlement& settlement);
  /// What any object's id will be on the chain.
  ContentId last_id() const { return last_id_; }

  /// Settles several offers as the legs of one settlement.
  objects::Settlement settlement(const std::vector<OfferedLeg>& offers);
  /// From now on requests and settlements are of another user, whose tier `premium` displaces.
  void act_as_premium();

  /// A busy little run: admitted, refused by several clauses, residuals, a tick; then signed.
  void play();
  /// Everything that moves load: several legs on one declaration, a failure, a surrender, a
  /// curtailment, a displacement, and a refusal of each where it would be too much.
  void play_whole();
  void sign();

  chain::Chain& chain() { return *chain_; }
  Instant now() const { return now_; }
  void wait(std::int64_t seconds) { now_ = now_ + Duration(seconds * kSecond); }
  Window window(std::int64_t from_second, std::int64_t until_second) const;
  ContentId rule() const { return rule_id_; }
  const crypto::KeyPair& holder() const { return holder_; }
  const crypto::KeyPair& user() const { return user_; }
  ContentId last_grant(std::size_t leg = 0) const { return objects::grant_id(last_id_, leg); }

 private:
  Salt salt();
  void found(int authorities);
  ContentId admit_user(const crypto::KeyPair& key, const std::string& tier);

  crypto::KeyPair root_ = test_key(1), log_ = test_key(2), holder_ = test_key(3), user_ = test_key(4);
  crypto::KeyPair issuer_key_;
  std::optional<chain::Chain> chain_;
  Instant start_{1'767'225'600 * kSecond}, now_ = start_;
  std::uint8_t salts_ = 0, more_salts_ = 0;
  ContentId issuer_, holder_credential_, user_credential_, rule_id_, strategy_, last_id_;
};

}  // namespace capmarket::verify
