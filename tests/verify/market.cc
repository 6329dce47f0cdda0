#include "tests/verify/market.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>

#include "model/crypto/hash.h"
#include "model/rules/parse.h"

namespace capmarket::verify {
namespace {

constexpr const char* kRule = R"(rule: eu/compute
version: 1
authority: root
class: compute
scope: eu
effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }
granularity: 1s
unit: gpu
retention: 7d
currency: EUR
limits:
  quantity: 1 .. 1000
  price: 0.00 .. 100.00
  length: 1s .. 4h
  lead: 500ms .. 30d
  skew: 2s
coordination: { mode: none }
pricing: { mode: negotiated, floor: 1.00, cap: 50.00 }
tiers:
  - name: standard
    rank: 10
    eligible: quantity <= 500 && user.kind != "spy" && length <= 2h
  - name: premium
    rank: 20
    eligible: '"lab" in user.groups'
    displaces: { when: victim.rank < rank, compensation: 2.00, pay_within: 1h }
fallback:
  - { name: none, substitution: none, notify_within: 1s, refund: 100%, penalty: 50% }
revocation: { on_review: uphold }
)";

rules::Rule test_rule() {
  auto rule = rules::parse_rule("test.yaml", kRule);
  CHECK(rule.has_value(), rule ? std::string() : to_text(rule.error()));
  return *rule;
}

}  // namespace

crypto::KeyPair test_key(std::uint8_t number) {
  crypto::KeySeed seed;
  seed.bytes.fill(number);
  return crypto::key_pair_from_seed(seed);
}

Salt Market::salt() {
  Salt out;
  out.bytes.fill(7);
  if (++salts_ == 0) ++more_salts_;
  out.bytes[0] = salts_;
  out.bytes[1] = more_salts_;
  return out;
}

Market::Market(const std::string& dir, int authorities) {
  CHECK(crypto::crypto_self_test().has_value());
  objects::Genesis genesis;
  genesis.salt = salt();
  genesis.chain_name = "test";
  genesis.log_key = log_.pub;
  genesis.roots.push_back({"root", root_.pub, {location::Location{"eu"}}, {"compute"}});
  Bytes body = objects::encode_object(genesis);
  ContentId id = crypto::content_id(body);
  std::vector<objects::Signature> signatures{objects::make_signature({}, id, objects::Role::root, objects::Kind::genesis, root_, id)};
  auto checked = objects::check_submission({objects::Kind::genesis, body, signatures}, id, {});
  CHECK(checked.has_value());
  auto log = log::file_log(dir, id, objects::encode_payload(body, signatures), log_);
  CHECK(log.has_value());
  auto chain = chain::Chain::create(std::move(*checked), now_, std::move(*log));
  CHECK(chain.has_value());
  chain_ = std::move(*chain);
  issuer_ = objects::root_id(id, 0);
  found(authorities);
}

void Market::found(int authorities) {
  const Window always{start_, Instant(start_.value + 300 * 86'400 * kSecond)};
  crypto::KeyPair issuer = root_;
  for (int i = 0; i < authorities; ++i) {
    crypto::KeyPair key = test_key(static_cast<std::uint8_t>(100 + i));
    objects::AuthorityGrant grant{salt(),  issuer_,          fmt::format("authority-{}", i),
                         key.pub, {location::Location{"eu"}}, {"compute"},
                         always};
    CHECK(submit(grant, {{objects::Role::authority, issuer}}).decision.admitted());
    issuer_ = last_id_;
    issuer = key;
  }
  CHECK(submit(
            objects::ClassDeclaration{
                {}, "root", "compute", 1, "gpu", Duration(kSecond), Duration(86'400 * kSecond)},
            {{objects::Role::authority, root_}})
            .decision.admitted());
  rules::Rule rule = test_rule();
  for (const rules::FallbackStrategy& strategy : rule.fallback)
    CHECK(submit(strategy, {{objects::Role::authority, root_}}).decision.admitted());
  strategy_ = rules::strategy_id(rule.fallback[0]);
  CHECK(submit(rule, {{objects::Role::authority, root_}}).decision.admitted());
  rule_id_ = last_id_;
  objects::CredentialGrant holder{
      salt(), issuer_, holder_.pub, objects::Role::holder, "data-centre", {}, {location::Location{"eu/de"}},
      {},     {},      always,      BasisPoints(kFullRatio)};
  for (const char* asset : {"gpu", "other"})
    holder.assets.push_back({asset, "compute", location::Location{"eu/de"}, Quantity(100)});
  CHECK(submit(holder, {{objects::Role::authority, issuer}}).decision.admitted());
  holder_credential_ = last_id_;
  issuer_key_ = issuer;
  user_credential_ = admit_user(user_, "standard");
}

ContentId Market::admit_user(const crypto::KeyPair& key, const std::string& tier) {
  objects::CredentialGrant user;
  user.salt = salt();
  user.issuer = issuer_;
  user.subject = key.pub;
  user.role = objects::Role::user;
  user.kind = "lab";
  user.groups = {"lab"};
  user.scope = {location::Location{"eu"}};
  user.memberships = {{"compute", "eu/compute", tier}};
  user.valid = {start_, Instant(start_.value + 300 * 86'400 * kSecond)};
  CHECK(submit(user, {{objects::Role::authority, issuer_key_}}).decision.admitted());
  return last_id_;
}

void Market::act_as_premium() {
  user_ = test_key(5);
  user_credential_ = admit_user(user_, "premium");
}

chain::Receipt Market::submit(const objects::Object& object, std::vector<std::pair<objects::Role, crypto::KeyPair>> signers) {
  objects::Submission submission{objects::kind_of(object), objects::encode_object(object), {}};
  last_id_ = crypto::content_id(submission.body);
  const ContentId& chain = chain_->state().chain;
  for (const auto& [role, key] : signers)
    submission.signatures.push_back(
        objects::make_signature({}, chain, role, submission.kind, key, last_id_));
  auto checked = objects::check_submission(submission, chain, {});
  CHECK(checked.has_value(), checked ? std::string() : to_text(checked.error()));
  auto receipt = chain_->submit(*checked, now_);
  CHECK(receipt.has_value());
  return *receipt;
}

Window Market::window(std::int64_t from, std::int64_t until) const {
  return {start_ + Duration(from * kSecond), start_ + Duration(until * kSecond)};
}

chain::Receipt Market::declare(std::int64_t quantity, Window w, const std::string& asset) {
  objects::Declaration d{salt(),
                holder_.pub,
                holder_credential_,
                issuer_,
                asset,
                location::Location{"eu/de/node-1"},
                w,
                Quantity(quantity),
                "gpu",
                "compute",
                {},
                {}};
  return submit(d, {{objects::Role::holder, holder_}});
}

chain::Receipt Market::request(const std::vector<ContentId>& declarations, std::int64_t quantity, Window w,
                        bool partial, const std::string& tier) {
  // Some close early when nothing was granted, before their window ends.
  const Instant open_until = quantity % 2 == 0 ? w.from : w.until;
  objects::Request r{salt(), user_.pub,      declarations, Quantity(quantity), w,  "gpu", "compute",
            tier,   Money(500'000), partial,      open_until,         {}, {},    {}};
  return submit(r, {{objects::Role::user, user_}});
}

objects::Settlement Market::settlement(const OfferedLeg& offer, std::optional<std::int64_t> index) {
  objects::Settlement s = settlement(std::vector{offer});
  if (index) s.indices[0].index = *index;
  return s;
}

objects::Settlement Market::settlement(const std::vector<OfferedLeg>& offers) {
  objects::Settlement s;
  s.salt = salt();
  s.signed_at = now_;
  for (const OfferedLeg& offer : offers) {
    const chain::RequestRecord* r = chain_->state().request(offer.request);
    s.indices.push_back({offer.request, r == nullptr ? 0 : r->next_index});
    objects::Leg leg;
    leg.declaration = offer.declaration;
    leg.request = offer.request;
    leg.holder_credential = holder_credential_;
    leg.user_credential = user_credential_;
    leg.quantity = Quantity(offer.quantity);
    leg.window = offer.window;
    leg.rule = rule_id_;
    leg.tier = r == nullptr ? "standard" : r->request.tier;
    leg.price = Money(200'000);
    leg.retain_until = offer.window.until + Duration(30 * 86'400 * kSecond);
    leg.strategy = strategy_;
    s.legs.push_back(std::move(leg));
  }
  return s;
}

chain::Receipt Market::submit_settlement(const objects::Settlement& s) {
  return submit(s, {{objects::Role::submitter, user_}, {objects::Role::holder, holder_}, {objects::Role::user, user_}});
}

chain::Receipt Market::settle(const OfferedLeg& offer, std::optional<std::int64_t> index) {
  return submit_settlement(settlement(offer, index));
}

void Market::sign() { CHECK(chain_->checkpoint().has_value()); }

void Market::play() {
  CHECK(declare(100, window(0, 7200)).decision.admitted());
  ContentId d = last_id_;
  CHECK(!declare(1, window(100, 200)).decision.admitted());  // the asset is fully declared
  CHECK(request({d}, 60, window(100, 400)).decision.admitted());
  ContentId first = last_id_;
  CHECK(request({d}, 60, window(100, 400)).decision.admitted());
  ContentId second = last_id_;
  CHECK(request({d}, 10, window(100, 400), true, "premium").decision.admitted());
  ContentId forged = last_id_;
  wait(1);
  CHECK(settle({d, first, 60, window(100, 400)}).decision.admitted());
  CHECK(!settle({d, second, 60, window(100, 400)}).decision.admitted());  // capacity
  wait(1);
  objects::Settlement again = settlement({d, second, 40, window(100, 400)});
  CHECK(!submit_settlement(again).decision.admitted());  // does not disclose the refusal
  wait(1);
  again.signed_at = now_;
  again.legs[0].predecessors = {last_id_};
  CHECK(submit_settlement(again).decision.admitted());
  CHECK(!settle({d, forged, 10, window(500, 600)}).decision.admitted());  // membership and window
  CHECK(!settle({ContentId{}, forged, 10, window(500, 600)}).decision.admitted());
  CHECK(!settle({d, second, 10, window(200, 200)}).decision.admitted());  // empty
  wait(1000);
  chain_->tick(now_);
}

void Market::play_whole() {
  auto admitted = [](const chain::Receipt& r) { CHECK(r.decision.admitted()); };
  admitted(declare(100, window(0, 7200)));
  const ContentId d = last_id_;
  const Window w = window(100, 400);
  std::vector<ContentId> asked;
  for (std::int64_t quantity : {60, 30}) {
    admitted(request({d}, quantity, w));
    asked.push_back(last_id_);
  }
  admitted(settle({d, asked[0], 60, w}));
  const ContentId first = last_grant();
  admitted(settle({d, asked[1], 30, w}));
  const ContentId second = last_grant();
  wait(1);
  admitted(submit(objects::Surrender{salt(), user_.pub, first, window(300, 400), Quantity(5)},
                  {{objects::Role::user, user_}}));
  objects::DeliveryFailure failure;
  failure.salt = salt();
  failure.reporter = holder_.pub;
  failure.grant = second;
  failure.quantity = Quantity(10);
  failure.window = window(100, 150);
  failure.failed_at = now_;
  failure.cause = "outage";
  admitted(submit(failure, {{objects::Role::holder, holder_}}));
  // 85 are taken in the end: 15 of the latest fail with it.
  admitted(submit(objects::Curtailment{salt(), holder_.pub, d, Quantity(30), window(320, 330), "heat"},
                  {{objects::Role::holder, holder_}}));
  std::vector<OfferedLeg> pair;
  for (std::int64_t quantity : {40, 60}) {
    admitted(request({d}, quantity, window(500, 600)));
    pair.push_back({d, last_id_, quantity, window(500, 600)});
  }
  pair[1].quantity = 61;
  CHECK(!submit_settlement(settlement(pair)).decision.admitted());  // one too many, together
  const ContentId refused = last_id_;
  wait(1);
  pair[1].quantity = 60;
  objects::Settlement both = settlement(pair);
  for (objects::Leg& leg : both.legs) leg.predecessors = {refused};
  admitted(submit_settlement(both));
  act_as_premium();
  admitted(request({d}, 20, window(200, 300), true, "premium"));
  objects::Settlement displacing = settlement({d, last_id_, 20, window(200, 300)});
  displacing.legs[0].displacements = {{second, Quantity(9), window(200, 300), Money(20'000)}};
  CHECK(!submit_settlement(displacing).decision.admitted());  // one too few
  const ContentId short_of = last_id_;
  wait(1);
  displacing.signed_at = now_;
  displacing.legs[0].displacements[0].quantity = Quantity(10);
  displacing.legs[0].predecessors = {short_of};
  admitted(submit_settlement(displacing));
  wait(1000);
  chain_->tick(now_);
}

}  // namespace capmarket::verify
