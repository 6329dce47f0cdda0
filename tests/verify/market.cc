#include "tests/verify/market.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>

#include "model/crypto/hash.h"
#include "model/rules/parse.h"

namespace capmarket {
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

Rule test_rule() {
  auto rule = parse_rule("test.yaml", kRule);
  CHECK(rule.has_value(), rule ? std::string() : to_text(rule.error()));
  return *rule;
}

}  // namespace

KeyPair test_key(std::uint8_t number) {
  KeySeed seed;
  seed.bytes.fill(number);
  return key_pair_from_seed(seed);
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
  CHECK(crypto_self_test().has_value());
  Genesis genesis;
  genesis.salt = salt();
  genesis.chain_name = "test";
  genesis.log_key = log_.pub;
  genesis.roots.push_back({"root", root_.pub, {Location{"eu"}}, {"compute"}});
  Bytes body = encode_object(genesis);
  ContentId id = content_id(body);
  std::vector<Signature> signatures{make_signature({}, id, Role::root, Kind::genesis, root_, id)};
  auto checked = check_submission({Kind::genesis, body, signatures}, id, {});
  CHECK(checked.has_value());
  auto log = file_log(dir, id, encode_payload(body, signatures), log_);
  CHECK(log.has_value());
  auto chain = Chain::create(std::move(*checked), now_, std::move(*log));
  CHECK(chain.has_value());
  chain_ = std::move(*chain);
  issuer_ = root_id(id, 0);
  found(authorities);
}

void Market::found(int authorities) {
  const Window always{start_, Instant(start_.value + 300 * 86'400 * kSecond)};
  KeyPair issuer = root_;
  for (int i = 0; i < authorities; ++i) {
    KeyPair key = test_key(static_cast<std::uint8_t>(100 + i));
    AuthorityGrant grant{salt(),  issuer_,          fmt::format("authority-{}", i),
                         key.pub, {Location{"eu"}}, {"compute"},
                         always};
    CHECK(submit(grant, {{Role::authority, issuer}}).decision.admitted());
    issuer_ = last_id_;
    issuer = key;
  }
  CHECK(submit(
            ClassDeclaration{
                {}, "root", "compute", 1, "gpu", Duration(kSecond), Duration(86'400 * kSecond)},
            {{Role::authority, root_}})
            .decision.admitted());
  Rule rule = test_rule();
  for (const FallbackStrategy& strategy : rule.fallback)
    CHECK(submit(strategy, {{Role::authority, root_}}).decision.admitted());
  strategy_ = strategy_id(rule.fallback[0]);
  CHECK(submit(rule, {{Role::authority, root_}}).decision.admitted());
  rule_id_ = last_id_;
  CredentialGrant holder{
      salt(), issuer_, holder_.pub, Role::holder, "data-centre", {}, {Location{"eu/de"}},
      {},     {},      always,      kFullWeight};
  for (const char* asset : {"gpu", "other"})
    holder.assets.push_back({asset, "compute", Location{"eu/de"}, Quantity(100)});
  CHECK(submit(holder, {{Role::authority, issuer}}).decision.admitted());
  holder_credential_ = last_id_;
  issuer_key_ = issuer;
  user_credential_ = admit_user(user_, "standard");
}

ContentId Market::admit_user(const KeyPair& key, const std::string& tier) {
  CredentialGrant user;
  user.salt = salt();
  user.issuer = issuer_;
  user.subject = key.pub;
  user.role = Role::user;
  user.kind = "lab";
  user.groups = {"lab"};
  user.scope = {Location{"eu"}};
  user.memberships = {{"compute", "eu/compute", tier}};
  user.valid = {start_, Instant(start_.value + 300 * 86'400 * kSecond)};
  CHECK(submit(user, {{Role::authority, issuer_key_}}).decision.admitted());
  return last_id_;
}

void Market::act_as_premium() {
  user_ = test_key(5);
  user_credential_ = admit_user(user_, "premium");
}

Receipt Market::submit(const Object& object, std::vector<std::pair<Role, KeyPair>> signers) {
  Submission submission{kind_of(object), encode_object(object), {}};
  last_id_ = content_id(submission.body);
  const ContentId& chain = chain_->state().chain;
  for (const auto& [role, key] : signers)
    submission.signatures.push_back(
        make_signature({}, chain, role, submission.kind, key, last_id_));
  auto checked = check_submission(submission, chain, {});
  CHECK(checked.has_value(), checked ? std::string() : to_text(checked.error()));
  auto receipt = chain_->submit(*checked, now_);
  CHECK(receipt.has_value());
  return *receipt;
}

Window Market::window(std::int64_t from, std::int64_t until) const {
  return {start_ + Duration(from * kSecond), start_ + Duration(until * kSecond)};
}

Receipt Market::declare(std::int64_t quantity, Window w, const std::string& asset) {
  Declaration d{salt(),
                holder_.pub,
                holder_credential_,
                issuer_,
                asset,
                Location{"eu/de/node-1"},
                w,
                Quantity(quantity),
                "gpu",
                "compute",
                {},
                {}};
  return submit(d, {{Role::holder, holder_}});
}

Receipt Market::request(const std::vector<ContentId>& declarations, std::int64_t quantity, Window w,
                        bool partial, const std::string& tier) {
  // Some close early when nothing was granted, before their window ends.
  const Instant open_until = quantity % 2 == 0 ? w.from : w.until;
  Request r{salt(), user_.pub,      declarations, Quantity(quantity), w,  "gpu", "compute",
            tier,   Money(500'000), partial,      open_until,         {}, {},    {}};
  return submit(r, {{Role::user, user_}});
}

Settlement Market::settlement(const OfferedLeg& offer, std::optional<std::int64_t> index) {
  Settlement s = settlement(std::vector{offer});
  if (index) s.indices[0].index = *index;
  return s;
}

Settlement Market::settlement(const std::vector<OfferedLeg>& offers) {
  Settlement s;
  s.salt = salt();
  s.signed_at = now_;
  for (const OfferedLeg& offer : offers) {
    const RequestRecord* r = chain_->state().request(offer.request);
    s.indices.push_back({offer.request, r == nullptr ? 0 : r->next_index});
    Leg leg;
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

Receipt Market::submit_settlement(const Settlement& s) {
  return submit(s, {{Role::submitter, user_}, {Role::holder, holder_}, {Role::user, user_}});
}

Receipt Market::settle(const OfferedLeg& offer, std::optional<std::int64_t> index) {
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
  Settlement again = settlement({d, second, 40, window(100, 400)});
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
  auto admitted = [](const Receipt& r) { CHECK(r.decision.admitted()); };
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
  admitted(submit(Surrender{salt(), user_.pub, first, window(300, 400), Quantity(5)},
                  {{Role::user, user_}}));
  DeliveryFailure failure;
  failure.salt = salt();
  failure.reporter = holder_.pub;
  failure.grant = second;
  failure.quantity = Quantity(10);
  failure.window = window(100, 150);
  failure.failed_at = now_;
  failure.cause = "outage";
  admitted(submit(failure, {{Role::holder, holder_}}));
  // 85 are taken in the end: 15 of the latest fail with it.
  admitted(submit(Curtailment{salt(), holder_.pub, d, Quantity(30), window(320, 330), "heat"},
                  {{Role::holder, holder_}}));
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
  Settlement both = settlement(pair);
  for (Leg& leg : both.legs) leg.predecessors = {refused};
  admitted(submit_settlement(both));
  act_as_premium();
  admitted(request({d}, 20, window(200, 300), true, "premium"));
  Settlement displacing = settlement({d, last_id_, 20, window(200, 300)});
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

}  // namespace capmarket
