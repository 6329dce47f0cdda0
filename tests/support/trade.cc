#include "tests/support/trade.h"

#include <fmt/format.h>

namespace capmarket::testing {
namespace {

MarketOptions options_in(const std::string& dir) {
  RuleParts p;
  p.pricing = "{ mode: negotiated, floor: 1.00, cap: 50.00 }";
  p.lead = "500ms .. 30d";
  p.tiers = R"(  - name: standard
    rank: 10
    eligible: quantity <= 500 && user.kind != "spy" && length <= 2h
  - name: premium
    rank: 20
    eligible: '"lab" in user.groups'
    displaces: { when: victim.rank < rank, compensation: 2.00, pay_within: 1h }
)";
  p.fallback =
      "  - { name: none, substitution: none, notify_within: 1s, refund: 100%, penalty: 50% }\n";
  p.more = "revocation: { on_review: uphold }\n";
  MarketOptions options;
  options.rule = rule_text(p);
  options.directory = dir;
  return options;
}

}  // namespace

Trade::Trade(const std::string& dir, int authorities) : market_(options_in(dir)) {
  delegate(authorities);
  objects::CredentialGrant grant = market_.holder_grant(100);
  grant.kind = "data-centre";
  grant.assets.push_back(grant.assets[0]);
  grant.assets[0].id = "gpu", grant.assets[1].id = "other";
  holder_ = enter(grant);
  user_ = user_of("standard");
}

/// The market's own authority is the first; without any, the root issues the credentials.
void Trade::delegate(int authorities) {
  issuer_ = authorities == 0 ? market_.root_id(0) : market_.authority();
  issuer_key_ = authorities == 0 ? market_.root_key : market_.authority_key;
  for (int i = 1; i < authorities; ++i) {
    const crypto::KeyPair& key = numbered_key(100 + i);
    issuer_ = market_.admit(objects::AuthorityGrant{market_.salt(),
                                                    issuer_,
                                                    fmt::format("authority-{}", i),
                                                    key.pub,
                                                    {{"eu"}},
                                                    {"power"},
                                                    {kStart, kDistantFuture}},
                            {{objects::Role::authority, issuer_key_}});
    issuer_key_ = key;
  }
}

Party Trade::enter(objects::CredentialGrant grant) {
  grant.issuer = issuer_;
  return market_.admit_party(grant, &issuer_key_);
}

Party Trade::user_of(const std::string& tier) {
  objects::CredentialGrant grant = market_.user_grant(tier, "lab");
  grant.groups = {"lab"};
  return enter(grant);
}

void Trade::act_as_premium() { user_ = user_of("premium"); }

chain::Receipt Trade::submit(const objects::Object& object, const Signers& signers) {
  objects::CheckedSubmission s = market_.sign(object, signers);
  last_id_ = s.id;
  return market_.submit(s, now_);
}

chain::Receipt Trade::declare(std::int64_t quantity, Window window, const std::string& asset) {
  objects::Declaration d = market_.declaration(holder_, quantity, window);
  d.asset_id = asset;
  d.location = {"eu/de/node-1"};
  return submit(d, {{objects::Role::holder, holder_.key}});
}

chain::Receipt Trade::request(const std::vector<ContentId>& declarations, std::int64_t quantity,
                              Window w, bool partial, const std::string& tier) {
  objects::Request r = market_.request(user_, declarations, quantity, w, tier, partial);
  // Some close early when nothing was granted, before their window ends.
  if (quantity % 2 == 0) r.open_until = w.from;
  return submit(r, {{objects::Role::user, user_.key}});
}

objects::Settlement Trade::settlement(const OfferedLeg& offer, std::optional<std::int64_t> index) {
  objects::Settlement s = settlement(std::vector{offer});
  if (index) s.indices[0].index = *index;
  return s;
}

objects::Settlement Trade::settlement(const std::vector<OfferedLeg>& offers) {
  objects::Settlement s;
  s.salt = market_.salt();
  s.signed_at = now_;
  for (const OfferedLeg& offer : offers) {
    const chain::RequestRecord* r = chain().state().request(offer.request);
    objects::Request asked;
    asked.quantity = Quantity(offer.quantity);
    asked.window = offer.window;
    asked.tier = r == nullptr ? "standard" : r->request.tier;
    objects::Settlement one = market_.settlement(holder_, user_, offer.declaration, offer.request,
                                                 asked, now_, r == nullptr ? 0 : r->next_index);
    s.indices.push_back(one.indices[0]);
    s.legs.push_back(std::move(one.legs[0]));
  }
  return s;
}

chain::Receipt Trade::submit_settlement(const objects::Settlement& s) {
  return submit(s, {{objects::Role::submitter, user_.key},
                    {objects::Role::holder, holder_.key},
                    {objects::Role::user, user_.key}});
}

chain::Receipt Trade::settle(const OfferedLeg& offer, std::optional<std::int64_t> index) {
  return submit_settlement(settlement(offer, index));
}

void Trade::sign() { CHECK(chain().checkpoint().has_value()); }

// ---- Plays

void play(Trade& t) {
  CHECK(t.declare(100, seconds(0, 7200)).decision.admitted());
  const ContentId d = t.last_id();
  CHECK(!t.declare(1, seconds(100, 200)).decision.admitted());  // the asset is fully declared
  CHECK(t.request({d}, 60, seconds(100, 400)).decision.admitted());
  const ContentId first = t.last_id();
  CHECK(t.request({d}, 60, seconds(100, 400)).decision.admitted());
  const ContentId second = t.last_id();
  CHECK(t.request({d}, 10, seconds(100, 400), true, "premium").decision.admitted());
  const ContentId forged = t.last_id();
  t.wait(1);
  CHECK(t.settle({d, first, 60, seconds(100, 400)}).decision.admitted());
  CHECK(!t.settle({d, second, 60, seconds(100, 400)}).decision.admitted());  // capacity
  t.wait(1);
  objects::Settlement again = t.settlement({d, second, 40, seconds(100, 400)});
  CHECK(!t.submit_settlement(again).decision.admitted());  // does not disclose the refusal
  t.wait(1);
  again.signed_at = t.now();
  again.legs[0].predecessors = {t.last_id()};
  CHECK(t.submit_settlement(again).decision.admitted());
  // Membership and window; a declaration that is not there; an empty window.
  CHECK(!t.settle({d, forged, 10, seconds(500, 600)}).decision.admitted());
  CHECK(!t.settle({ContentId{}, forged, 10, seconds(500, 600)}).decision.admitted());
  CHECK(!t.settle({d, second, 10, seconds(200, 200)}).decision.admitted());
  t.wait(1000);
  t.chain().tick(t.now());
}

namespace {

void admitted(const chain::Receipt& r) { CHECK(r.decision.admitted(), clauses(r)); }

/// A part of each grant goes away again: given back, failed, curtailed.
void lessen(Trade& t, const ContentId& declaration, const ContentId& first,
            const ContentId& second) {
  admitted(t.submit(
      objects::Surrender{t.salt(), t.user().key.pub, first, seconds(300, 400), Quantity(5)},
      {{objects::Role::user, t.user().key}}));
  objects::DeliveryFailure failure;
  failure.salt = t.salt();
  failure.reporter = t.holder().key.pub;
  failure.grant = second;
  failure.quantity = Quantity(10);
  failure.window = seconds(100, 150);
  failure.failed_at = t.now();
  failure.cause = "outage";
  admitted(t.submit(failure, {{objects::Role::holder, t.holder().key}}));
  // 85 are taken in the end: 15 of the latest fail with it.
  admitted(t.submit(objects::Curtailment{t.salt(), t.holder().key.pub, declaration, Quantity(30),
                                         seconds(320, 330), "heat"},
                    {{objects::Role::holder, t.holder().key}}));
}

/// Two legs of one settlement, first one unit too many together.
void settle_pair(Trade& t, const ContentId& declaration) {
  std::vector<OfferedLeg> pair;
  for (std::int64_t quantity : {40, 60}) {
    admitted(t.request({declaration}, quantity, seconds(500, 600)));
    pair.push_back({declaration, t.last_id(), quantity, seconds(500, 600)});
  }
  pair[1].quantity = 61;
  CHECK(!t.submit_settlement(t.settlement(pair)).decision.admitted());
  const ContentId refused = t.last_id();
  t.wait(1);
  pair[1].quantity = 60;
  objects::Settlement both = t.settlement(pair);
  for (objects::Leg& leg : both.legs) leg.predecessors = {refused};
  admitted(t.submit_settlement(both));
}

/// Displaces ten of the lowest rank, after an attempt whose ceiling is a ten-thousandth short.
void displace(Trade& t, const ContentId& declaration) {
  t.act_as_premium();
  admitted(t.request({declaration}, 20, seconds(200, 300), true, "premium"));
  objects::Settlement s = t.settlement({declaration, t.last_id(), 20, seconds(200, 300)});
  s.legs[0].displace = objects::DisplaceTerms{Money(19'999), Money(kWireMax)};
  CHECK(!t.submit_settlement(s).decision.admitted());
  const ContentId short_of = t.last_id();
  t.wait(1);
  s.signed_at = t.now();
  s.legs[0].displace->compensation_at_most = Money(20'000);
  s.legs[0].predecessors = {short_of};
  admitted(t.submit_settlement(s));
}

}  // namespace

void play_whole(Trade& t) {
  admitted(t.declare(100, seconds(0, 7200)));
  const ContentId d = t.last_id();
  const Window w = seconds(100, 400);
  std::vector<ContentId> asked;
  for (std::int64_t quantity : {60, 30}) {
    admitted(t.request({d}, quantity, w));
    asked.push_back(t.last_id());
  }
  admitted(t.settle({d, asked[0], 60, w}));
  const ContentId first = t.last_grant();
  admitted(t.settle({d, asked[1], 30, w}));
  const ContentId second = t.last_grant();
  t.wait(1);
  lessen(t, d, first, second);
  settle_pair(t, d);
  displace(t, d);
  t.wait(1000);
  t.chain().tick(t.now());
}

}  // namespace capmarket::testing
