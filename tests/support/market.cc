#include "tests/support/market.h"

#include <fmt/format.h>

#include "model/base/text.h"
#include "model/log/file_log.h"
#include "tests/support/chain_files.h"

namespace capmarket::testing {

std::string clauses(const chain::Receipt& r) {
  std::string out;
  for (admission::ClauseId id : r.decision.failed) out += std::string(admission::to_text(id)) + " ";
  for (admission::ClauseId id : r.decision.unresolved)
    out += std::string(admission::to_text(id)) + "? ";
  if (!out.empty()) out.pop_back();
  return out;
}

// ---- The chain and what it stands on

Market::Market(const MarketOptions& options) : Market(options, GenesisOnly{}) {
  found(options.rule);
}

Market::Market(const MarketOptions& options, GenesisOnly) {
  objects::Genesis g;
  g.salt = salt();
  g.chain_name = "test";
  g.scheme = options.scheme;
  if (g.scheme == crypto::Scheme::mac) g.mac_key = crypto::MacKey{};
  g.log_key = log_key().pub;
  g.roots = {{"root", root_key.pub, {{"eu"}, {"us"}}, {"power", "gas", "net"}},
             {"overseas", overseas_key.pub, {{"us"}, {"asia"}}, {"power", "gas", "net"}}};
  g.refusal_quota = options.refusals;
  g.cover = options.cover;
  g.tick_ahead = options.tick_ahead;
  signing_ = {g.scheme, g.mac_key.value_or(crypto::MacKey{})};
  genesis_ = testing::sign(signing_, {}, g,
                           {{objects::Role::root, root_key}, {objects::Role::root, overseas_key}});
  auto log = Result<std::unique_ptr<log::EntryLog>>(log::memory_log(&frames_));
  if (!options.directory.empty())
    log = log::file_log(options.directory, genesis_->id,
                        objects::encode_payload(genesis_->body, genesis_->signatures), log_key());
  CHECK(log.has_value(), log ? std::string() : to_text(log.error()));
  auto made = chain::Chain::create(*genesis_, setup, std::move(*log));
  CHECK(made.has_value(), made ? std::string() : to_text(made.error()));
  chain_ = std::move(*made);
}

void Market::found(const std::string& rule) {
  objects::AuthorityGrant grant{salt(),
                                root_id(0),
                                "eu/tso",
                                authority_key.pub,
                                {{"eu"}},
                                {"power", "net"},
                                {setup, kDistantFuture}};
  authority_ = admit(grant, {{objects::Role::authority, root_key}});
  ordain(objects::ClassDeclaration{{},
                                   "eu/tso",
                                   "power",
                                   1,
                                   "kW",
                                   Duration(kNanosPerSecond),
                                   Duration(10 * 24 * kNanosPerHour)});
  if (!rule.empty()) rule_ = adopt(rule);
}

Result<chain::Chain> Market::begin_again(Bytes* frames) const {
  return chain::Chain::create(*genesis_, setup, log::memory_log(frames));
}

void Market::write(const std::string& dir) const { write_chain(dir, frames_); }

// ---- Submissions

objects::CheckedSubmission Market::sign(const objects::Object& object,
                                        const Signers& signers) const {
  return testing::sign(signing_, genesis_->id, object, signers);
}

chain::Receipt Market::submit(const objects::CheckedSubmission& submission, Instant at) {
  auto receipt = chain_->submit(submission, at);
  CHECK(receipt.has_value(), receipt ? std::string() : to_text(receipt.error()));
  return *receipt;
}

ContentId Market::admit(const objects::Object& object, const Signers& signers, Instant at) {
  auto s = sign(object, signers);
  chain::Receipt receipt = submit(s, at);
  CHECK(receipt.decision.admitted(), objects::to_text(s.kind), clauses(receipt));
  return s.id;
}

ContentId Market::ordain(const objects::Object& object, Instant at) {
  return admit(object, {{objects::Role::authority, authority_key}}, at);
}

ContentId Market::adopt(const rules::Rule& rule, Instant at) {
  for (const rules::FallbackStrategy& strategy : rule.fallback)
    if (!chain_->state().strategies.contains(rules::strategy_id(strategy))) ordain(strategy, at);
  return ordain(rule, at);
}

ContentId Market::adopt(const std::string& text, Instant at) { return adopt(rule_from(text), at); }

ContentId Market::strategy(const std::string& name) {
  const rules::FallbackStrategy* found = chain_->state().rule(rule_)->rule.strategy(name);
  CHECK(found != nullptr, name);
  return rules::strategy_id(*found);
}

// ---- Parties

objects::CredentialGrant Market::grant(objects::Role role, const std::string& place) {
  objects::CredentialGrant g;
  g.salt = salt();
  g.issuer = authority_;
  g.subject = numbered_key(next_key_++).pub;
  g.role = role;
  g.scope = {{place}};
  g.valid = {setup, kDistantFuture};
  return g;
}

objects::CredentialGrant Market::holder_grant(std::int64_t quantity, const std::string& place) {
  const std::string asset = fmt::format("plant-{}", next_key_);
  objects::CredentialGrant g = grant(objects::Role::holder, place);
  g.assets = {{asset, "power", {place}, Quantity(quantity)}};
  return g;
}

objects::CredentialGrant Market::user_grant(const std::string& tier, const std::string& kind) {
  objects::CredentialGrant g = grant(objects::Role::user);
  g.kind = kind;
  g.memberships = {{"power", "eu/power", tier}};
  return g;
}

Party Market::admit_party(const objects::CredentialGrant& grant, const crypto::KeyPair* issuer) {
  ContentId id =
      admit(grant, {{objects::Role::authority, issuer == nullptr ? authority_key : *issuer}});
  for (int number = 0; number < 256; ++number)
    if (const crypto::KeyPair& k = numbered_key(number); k.pub == grant.subject)
      return {grant.role, k, id};
  CHECK(false, "a grant for a key without a number");
  return {};
}

Party Market::party(objects::Role role, const std::string& place) {
  return admit_party(grant(role, place));
}

Party Market::holder(std::int64_t quantity, const std::string& place) {
  return admit_party(holder_grant(quantity, place));
}

Party Market::user(const std::string& tier, const std::string& kind) {
  return admit_party(user_grant(tier, kind));
}

// ---- Trade

objects::Declaration Market::declaration(const Party& h, std::int64_t quantity, Window window) {
  const governance::CredentialRecord* c = chain_->state().delegation.credential(h.credential);
  CHECK(c != nullptr);
  return {salt(),
          h.key.pub,
          h.credential,
          c->grant.issuer,
          c->grant.assets[0].id,
          c->grant.scope[0],
          window,
          Quantity(quantity),
          "kW",
          "power",
          std::nullopt,
          std::nullopt};
}

ContentId Market::declare(const Party& h, std::int64_t quantity, Window window) {
  return admit(declaration(h, quantity, window), {{objects::Role::holder, h.key}});
}

objects::Request Market::request(const Party& u, const std::vector<ContentId>& declarations,
                                 std::int64_t quantity, Window window, const std::string& tier,
                                 bool partial) {
  return {salt(), u.key.pub,      declarations, Quantity(quantity), window, "kW", "power",
          tier,   Money(500'000), partial,      window.until,       {},     {},   {}};
}

ContentId Market::ask(const Party& u, const objects::Request& r) {
  return admit(r, {{objects::Role::user, u.key}});
}

objects::Settlement Market::settlement(const Party& h, const Party& u, const ContentId& declaration,
                                       const ContentId& request, const objects::Request& asked,
                                       Instant signed_at, std::int64_t index) {
  objects::Leg leg;
  leg.declaration = declaration;
  leg.request = request;
  leg.holder_credential = h.credential;
  leg.user_credential = u.credential;
  leg.quantity = asked.quantity;
  leg.window = asked.window;
  leg.rule = rule_;
  leg.tier = asked.tier;
  leg.price = Money(200'000);
  leg.retain_until = asked.window.until + Duration(30 * 24 * kNanosPerHour);
  leg.strategy = strategy();
  return {salt(), signed_at, {{request, index}}, {leg}, {}, {}};
}

chain::Receipt Market::settle(const Party& h, const Party& u, const objects::Settlement& s,
                              Instant at) {
  return submit(sign(s, {{objects::Role::submitter, h.key},
                         {objects::Role::holder, h.key},
                         {objects::Role::user, u.key}}),
                at);
}

}  // namespace capmarket::testing
