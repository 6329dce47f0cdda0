// A small market on a real chain: two roots, one authority, one class, one rule, and parties on
// demand. Tests change one thing of a good submission and look at the decision.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/chain/chain.h"
#include "tests/support/parties.h"
#include "tests/support/rule_text.h"
#include "tests/support/times.h"

namespace capmarket::testing {

/// `capacity price`, with a `?` behind an unresolved clause; empty when admitted.
std::string clauses(const chain::Receipt& receipt);

/// How a market begins.
struct MarketOptions {
  crypto::Scheme scheme = crypto::Scheme::ed25519;
  std::string rule = rule_text();  // none where empty: then class and authority are there alone
  std::string directory = {};      // where given, the log is the chain's files in this folder
  objects::RefusalQuota refusals = {};
  objects::CoverLimits cover = {};
  std::optional<Duration> tick_ahead = {};
};

class Market {
 public:
  explicit Market(const MarketOptions& options = {});
  virtual ~Market() = default;
  Market(const Market&) = delete;  // the log writes into `frames_`
  Market& operator=(const Market&) = delete;

  objects::CheckedSubmission sign(const objects::Object& object, const Signers& signers) const;
  virtual chain::Receipt submit(const objects::CheckedSubmission& submission, Instant at);

  /// CHECKs that it is admitted at `at`.
  ContentId admit(const objects::Object& object, const Signers& signers, Instant at = kStart);
  /// The same, signed by the authority alone.
  ContentId ordain(const objects::Object& object, Instant at = kStart);
  /// Admits the catalog of the rule and the rule.
  ContentId adopt(const rules::Rule& rule, Instant at = kStart);
  ContentId adopt(const std::string& text, Instant at = kStart);

  /// A credential of another role: coordinator, auditor, publisher, adaptation.
  objects::CredentialGrant grant(objects::Role role, const std::string& place = "eu");
  Party party(objects::Role role, const std::string& place = "eu");
  /// Signed by the authority unless another issuer's key is given.
  Party admit_party(const objects::CredentialGrant& grant, const crypto::KeyPair* issuer = nullptr);

  objects::CredentialGrant holder_grant(std::int64_t quantity, const std::string& place = "eu/de");
  objects::CredentialGrant user_grant(const std::string& tier, const std::string& kind = "");
  Party holder(std::int64_t quantity, const std::string& place = "eu/de");
  Party user(const std::string& tier, const std::string& kind = "");

  objects::Declaration declaration(const Party& holder, std::int64_t quantity, Window window);
  ContentId declare(const Party& holder, std::int64_t quantity, Window window);
  objects::Request request(const Party& user, const std::vector<ContentId>& declarations,
                           std::int64_t quantity, Window window, const std::string& tier = "basic",
                           bool partial = true);
  ContentId ask(const Party& user, const objects::Request& request);

  /// A settlement of the whole request with one declaration, index `index`, signed at `signed_at`.
  objects::Settlement settlement(const Party& holder, const Party& user,
                                 const ContentId& declaration, const ContentId& request,
                                 const objects::Request& asked, Instant signed_at,
                                 std::int64_t index = 0);
  chain::Receipt settle(const Party& holder, const Party& user,
                        const objects::Settlement& settlement, Instant at);

  Salt salt() { return salts_.next(); }
  chain::Chain& chain() { return *chain_; }
  const chain::Chain& chain() const { return *chain_; }
  const objects::Genesis& genesis() const { return std::get<objects::Genesis>(genesis_->object); }
  ContentId root_id(std::size_t root) const {
    return objects::root_id(objects::market_id(genesis()), root);
  }
  const ContentId& authority() const { return authority_; }
  const ContentId& rule() const { return rule_; }
  /// Of the rule's catalog, by name.
  ContentId strategy(const std::string& name = "none");

  /// What the log in memory holds; nothing where it is files.
  const Bytes& frames() const { return frames_; }
  /// Another chain of the same genesis, into `frames`.
  Result<chain::Chain> begin_again(Bytes* frames) const;
  /// The directory of the chain in memory, as a run would leave it, into the empty folder `dir`.
  void write(const std::string& dir) const;

  crypto::KeyPair root_key = numbered_key(1), authority_key = numbered_key(2),
                  overseas_key = numbered_key(4);
  Instant setup{kStart};

 protected:
  struct GenesisOnly {};
  /// Whoever overrides `submit` founds the market after the genesis, with `found`.
  Market(const MarketOptions& options, GenesisOnly);
  /// The authority eu/tso, the class power and the rule, if there is a text of one.
  void found(const std::string& rule);

 private:
  Bytes frames_;
  Salts salts_;
  crypto::Signing signing_;
  std::optional<objects::CheckedSubmission> genesis_;
  std::optional<chain::Chain> chain_;
  ContentId authority_, rule_;
  int next_key_ = 10;
};

}  // namespace capmarket::testing
