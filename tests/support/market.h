// A small market on a chain in memory: two roots, one authority, one class, one rule, and parties
// on demand. Tests change one thing of a good submission and look at the decision.
#pragma once

#include <string>
#include <vector>

#include "model/chain/chain.h"
#include "model/rules/parse.h"

namespace capmarket::testing {

inline constexpr Instant kStart{1'767'225'600LL * kNanosPerSecond};  // 2026-01-01T00:00:00Z
Instant at_second(std::int64_t seconds);
Window seconds(std::int64_t from, std::int64_t until);

/// The rule of the market: class power, unit kW, granularity 1s, negotiated 1.00..100.00, tiers
/// gold (kind hospital) and basic; fallback none, pooled.
std::string rule_text();
/// The same with further lines: `{coordination}`, `{pricing}`, `{tiers}`, `{more}` replace its own.
struct RuleParts {
  std::string coordination = "{ mode: none }";
  std::string pricing = "{ mode: negotiated, floor: 1.00, cap: 100.00 }";
  std::string tiers =
      "  - { name: gold, rank: 20, eligible: user.kind == \"hospital\" }\n"
      "  - { name: basic, rank: 10, eligible: \"true\" }\n";
  std::string fallback =
      "  - { name: none, substitution: none, notify_within: 60s, refund: 100%, penalty: 10% }\n"
      "  - { name: pooled, substitution: pool, notify_within: 60s, refund: 100%, penalty: 10%, "
      "record: [notice, cause, substitutes, settlement] }\n";
  std::string more;
  std::string name = "eu/power", class_name = "power", scope = "eu", authority = "eu/tso";
  std::string unit = "kW";
};
std::string rule_text(const RuleParts& parts);
rules::Rule rule_from(const std::string& text);

/// `capacity price`, with a `?` behind an unresolved clause; empty when admitted.
std::string clauses(const chain::Receipt& receipt);

struct Party {
  crypto::KeyPair key;
  ContentId credential;
};

class Market {
 public:
  explicit Market(crypto::Scheme scheme = crypto::Scheme::ed25519, Bytes* frames = nullptr,
                  const std::string& rule = rule_text());
  static crypto::KeyPair key(std::uint8_t number);

  objects::CheckedSubmission sign(const objects::Object& object,
                         const std::vector<std::pair<objects::Role, crypto::KeyPair>>& signers) const;
  chain::Receipt submit(const objects::CheckedSubmission& submission, Instant at);

  /// Signed by the authority unless others are given. CHECKs that it is admitted at `at`.
  ContentId admit(const objects::Object& object, const std::vector<std::pair<objects::Role, crypto::KeyPair>>& signers,
                  Instant at = kStart);
  /// Admits the catalog of the rule and the rule.
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
  objects::Settlement settlement(const Party& holder, const Party& user, const ContentId& declaration,
                        const ContentId& request, const objects::Request& asked, Instant signed_at,
                        std::int64_t index = 0);
  chain::Receipt settle(const Party& holder, const Party& user, const objects::Settlement& settlement, Instant at);

  Salt salt();
  chain::Chain& chain() { return *chain_; }
  const ContentId& authority() const { return authority_; }
  const ContentId& rule() const { return rule_; }
  /// Of the rule's catalog, by name.
  ContentId strategy(const std::string& name = "none");
  crypto::KeyPair authority_key, root_key, overseas_key;
  Instant setup{kStart};

 private:
  std::optional<chain::Chain> chain_;
  crypto::Signing signing_;
  ContentId authority_, rule_;
  std::uint8_t next_key_ = 10;
  std::uint64_t salts_ = 0;
};

}  // namespace capmarket::testing
