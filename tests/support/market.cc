#include "tests/support/market.h"

#include <fmt/format.h>

#include "model/base/text.h"

namespace capmarket::testing {

Instant at_second(std::int64_t s) { return kStart + Duration(s * kNanosPerSecond); }
Window seconds(std::int64_t from, std::int64_t until) {
  return {at_second(from), at_second(until)};
}

std::string rule_text() { return rule_text(RuleParts{}); }

std::string rule_text(const RuleParts& p) {
  std::string out = fmt::format("rule: {}\nversion: 1\nauthority: {}\nclass: {}\nscope: {}\n",
                                p.name, p.authority, p.class_name, p.scope);
  out += "effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }\n";
  out += fmt::format("granularity: 1s\nunit: {}\nretention: 30d\ncurrency: EUR\n", p.unit);
  out += R"(limits:
  quantity: 1 .. 1000
  price: 0.00 .. 1000.00
  length: 1s .. 24h
  lead: 0s .. 7d
  skew: 2s
)";
  out += fmt::format("coordination: {}\npricing: {}\ntiers:\n{}fallback:\n{}{}", p.coordination,
                     p.pricing, p.tiers, p.fallback, p.more);
  return out;
}

rules::Rule rule_from(const std::string& text) {
  auto rule = rules::parse_rule("rule.yaml", text);
  CHECK(rule.has_value(), rule ? std::string() : to_text(rule.error()));
  return *rule;
}

std::string clauses(const chain::Receipt& r) {
  std::string out;
  for (admission::ClauseId id : r.decision.failed) out += std::string(admission::to_text(id)) + " ";
  for (admission::ClauseId id : r.decision.unresolved) out += std::string(admission::to_text(id)) + "? ";
  if (!out.empty()) out.pop_back();
  return out;
}

crypto::KeyPair Market::key(std::uint8_t number) {
  crypto::KeySeed seed;
  seed.bytes[0] = number;
  return crypto::key_pair_from_seed(seed);
}

Salt Market::salt() {
  Salt out;
  std::uint64_t n = ++salts_;
  std::memcpy(out.bytes.data(), &n, sizeof n);
  return out;
}

Market::Market(crypto::Scheme scheme, Bytes* frames, const std::string& rule)
    : authority_key(key(2)), root_key(key(1)), overseas_key(key(4)) {
  CHECK(crypto::crypto_self_test().has_value());
  objects::Genesis g;
  g.salt = salt();
  g.chain_name = "test";
  g.scheme = scheme;
  if (scheme == crypto::Scheme::mac) g.mac_key = crypto::MacKey{};
  g.log_key = key(3).pub;
  g.roots = {{"root", root_key.pub, {{"eu"}, {"us"}}, {"power", "gas", "net"}},
             {"overseas", overseas_key.pub, {{"us"}, {"asia"}}, {"power", "gas", "net"}}};
  signing_ = {scheme, g.mac_key.value_or(crypto::MacKey{})};
  objects::Submission raw{objects::Kind::genesis, objects::encode_object(g), {}};
  auto checked = objects::check_submission(raw, {}, signing_);
  CHECK(checked.has_value());
  ContentId id = checked->id;
  for (const crypto::KeyPair& root : {root_key, overseas_key})
    raw.signatures.push_back(objects::make_signature(signing_, id, objects::Role::root, objects::Kind::genesis, root, id));
  checked = objects::check_submission(std::move(raw), id, signing_);
  auto made = chain::Chain::create(std::move(*checked), setup, log::memory_log(frames));
  CHECK(made.has_value(), made ? std::string() : to_text(made.error()));
  chain_ = std::move(*made);
  objects::AuthorityGrant grant{
      salt(),           objects::root_id(id, 0),         "eu/tso", authority_key.pub, {{"eu"}},
      {"power", "net"}, {setup, kDistantFuture}};
  auto s = sign(grant, {{objects::Role::authority, root_key}});
  authority_ = s.id;
  CHECK(submit(s, setup).decision.admitted());
  objects::ClassDeclaration power{
      {}, "eu/tso", "power", 1, "kW", Duration(kNanosPerSecond), Duration(10 * 24 * kNanosPerHour)};
  CHECK(submit(sign(power, {{objects::Role::authority, authority_key}}), setup).decision.admitted());
  rule_ = adopt(rule);
}

ContentId Market::admit(const objects::Object& object, const std::vector<std::pair<objects::Role, crypto::KeyPair>>& signers,
                        Instant at) {
  auto s = sign(object, signers);
  chain::Receipt receipt = submit(s, at);
  CHECK(receipt.decision.admitted(), objects::to_text(s.kind), clauses(receipt));
  return s.id;
}

ContentId Market::adopt(const std::string& text, Instant at) {
  rules::Rule rule = rule_from(text);
  for (const rules::FallbackStrategy& strategy : rule.fallback)
    if (!chain_->state().strategies.contains(rules::strategy_id(strategy)))
      admit(strategy, {{objects::Role::authority, authority_key}}, at);
  return admit(rule, {{objects::Role::authority, authority_key}}, at);
}

ContentId Market::strategy(const std::string& name) {
  const rules::FallbackStrategy* found = chain_->state().rule(rule_)->rule.strategy(name);
  CHECK(found != nullptr, name);
  return rules::strategy_id(*found);
}

objects::CredentialGrant Market::grant(objects::Role role, const std::string& place) {
  objects::CredentialGrant g;
  g.salt = salt();
  g.issuer = authority_;
  g.subject = key(next_key_++).pub;
  g.role = role;
  g.scope = {{place}};
  g.valid = {setup, kDistantFuture};
  return g;
}

Party Market::party(objects::Role role, const std::string& place) { return admit_party(grant(role, place)); }

Party Market::admit_party(const objects::CredentialGrant& grant, const crypto::KeyPair* issuer) {
  ContentId id = admit(grant, {{objects::Role::authority, issuer == nullptr ? authority_key : *issuer}});
  for (int number = 0; number < 256; ++number)
    if (crypto::KeyPair k = key(static_cast<std::uint8_t>(number)); k.pub == grant.subject) return {k, id};
  CHECK(false, "a grant for a key that is not the market's");
  return {};
}

objects::CheckedSubmission Market::sign(const objects::Object& object,
                               const std::vector<std::pair<objects::Role, crypto::KeyPair>>& signers) const {
  objects::Submission raw{objects::kind_of(object), objects::encode_object(object), {}};
  const ContentId& chain = chain_->state().chain;
  auto id = objects::check_submission(raw, chain, signing_);
  CHECK(id.has_value(), id ? std::string() : to_text(id.error()));
  for (const auto& [role, k] : signers)
    raw.signatures.push_back(objects::make_signature(signing_, chain, role, raw.kind, k, id->id));
  auto checked = objects::check_submission(std::move(raw), chain, signing_);
  CHECK(checked.has_value());
  return std::move(*checked);
}

chain::Receipt Market::submit(const objects::CheckedSubmission& submission, Instant at) {
  auto receipt = chain_->submit(submission, at);
  CHECK(receipt.has_value(), receipt ? std::string() : to_text(receipt.error()));
  return *receipt;
}

objects::CredentialGrant Market::holder_grant(std::int64_t quantity, const std::string& place) {
  objects::CredentialGrant g;
  g.salt = salt();
  g.issuer = authority_;
  std::string asset = fmt::format("plant-{}", next_key_);
  g.subject = key(next_key_++).pub;
  g.role = objects::Role::holder;
  g.scope = {{place}};
  g.assets = {{asset, "power", {place}, Quantity(quantity)}};
  g.valid = {setup, kDistantFuture};
  return g;
}

objects::CredentialGrant Market::user_grant(const std::string& tier, const std::string& kind) {
  objects::CredentialGrant g;
  g.salt = salt();
  g.issuer = authority_;
  g.subject = key(next_key_++).pub;
  g.role = objects::Role::user;
  g.kind = kind;
  g.scope = {{"eu"}};
  g.memberships = {{"power", "eu/power", tier}};
  g.valid = {setup, kDistantFuture};
  return g;
}

Party Market::holder(std::int64_t quantity, const std::string& place) {
  return admit_party(holder_grant(quantity, place));
}

Party Market::user(const std::string& tier, const std::string& kind) {
  return admit_party(user_grant(tier, kind));
}

objects::Declaration Market::declaration(const Party& h, std::int64_t quantity, Window window) {
  const governance::CredentialRecord* c = chain_->state().delegation.credential(h.credential);
  CHECK(c != nullptr);
  return {salt(),
          h.key.pub,
          h.credential,
          authority_,
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
  auto s = sign(declaration(h, quantity, window), {{objects::Role::holder, h.key}});
  CHECK(submit(s, setup).decision.admitted());
  return s.id;
}

objects::Request Market::request(const Party& u, const std::vector<ContentId>& declarations,
                        std::int64_t quantity, Window window, const std::string& tier,
                        bool partial) {
  return {salt(), u.key.pub,      declarations, Quantity(quantity), window, "kW", "power",
          tier,   Money(500'000), partial,      window.until,       {},     {},   {}};
}

ContentId Market::ask(const Party& u, const objects::Request& r) {
  auto s = sign(r, {{objects::Role::user, u.key}});
  CHECK(submit(s, setup).decision.admitted());
  return s.id;
}

objects::Settlement Market::settlement(const Party& h, const Party& u, const ContentId& declaration,
                              const ContentId& request, const objects::Request& asked, Instant signed_at,
                              std::int64_t index) {
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

chain::Receipt Market::settle(const Party& h, const Party& u, const objects::Settlement& s, Instant at) {
  return submit(sign(s, {{objects::Role::submitter, h.key}, {objects::Role::holder, h.key}, {objects::Role::user, u.key}}),
                at);
}

}  // namespace capmarket::testing
