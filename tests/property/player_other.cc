// What commands make of everything else.
#include <fmt/format.h>

#include <algorithm>

#include "model/log/merkle.h"
#include "tests/property/player.h"
#include "tests/support/jurisdictions.h"
#include "tests/support/whole_market.h"

namespace capmarket::property {

void Player::pay_all(const Command& c) {
  const PublicKey payer = c.b % 2 == 0 ? w_.users[static_cast<std::size_t>(c.a) % 4].key.pub
                                       : w_.holders[static_cast<std::size_t>(c.a) % 4].key.pub;
  int left = 6;
  for (const ContentId& id : std::vector<ContentId>(m_.obligation_order)) {
    if (m_.obligations.at(id).o.payer != payer || m_.outstanding(id).value == 0) continue;
    if (left-- == 0) return;
    submit(objects::Payment{w_.salt(), payer, id, m_.outstanding(id)},
           {{c.b % 2 == 0 ? objects::Role::user : objects::Role::holder, key_of(payer)}});
  }
}

void Player::fail(const Command& c) {
  if (c.b > 2) return claim(c);
  const ContentId* id = late(m_.grant_order, c.a);
  if (id == nullptr) return;
  const SlowGrant& g = m_.grants.at(*id);
  const PublicKey& holder = m_.declarations.at(g.leg.declaration).o.holder;
  objects::DeliveryFailure f;
  f.salt = w_.salt();
  f.role = objects::Role::holder, f.reporter = holder;
  f.grant = *id;
  f.window = part_of(g.leg.window, c);
  f.quantity =
      Quantity(c.d == 5 ? 1 + c.e : std::max<std::int64_t>(1, g.live[second_of(f.window.from)]));
  f.failed_at = w_.now - Duration((c.e - 1) * kNanosPerSecond / 2);
  f.cause = "storm";
  submit(f, {{f.role, key_of(f.reporter)}});
  if (c.f < 3) replace({kReplace, 0, c.b, 0, 0, c.e == 5 ? 3 : c.e, c.f});
}

/// By somebody else than the holder, mostly of what has passed of one of the latest grants.
void Player::claim(const Command& c) {
  const Instant ended = second(whole_second(w_.now) == w_.now ? 0 : -1);
  std::vector<ContentId> begun;
  for (const ContentId& id : m_.grant_order)
    if (m_.grants.at(id).leg.window.from < ended) begun.push_back(id);
  const ContentId* id = late(begun.empty() || c.f == 5 ? m_.grant_order : begun, c.a);
  if (id == nullptr) return;
  const SlowGrant& g = m_.grants.at(*id);
  const Window past{g.leg.window.from, std::min(g.leg.window.until, ended)};
  objects::DeliveryFailure f;
  f.salt = w_.salt();
  f.grant = *id;
  f.window = part_of(past.empty() ? g.leg.window : past, c);
  f.quantity = Quantity(
      c.d == 5 ? 1 + c.e : std::max<std::int64_t>(1, g.live[second_of(f.window.from)] - c.e % 3));
  f.failed_at = w_.now;
  f.cause = "dark";
  const Party& official = c.b % 2 == 0 ? w_.adaptation : w_.auditor;
  f.role = c.b < 4 ? objects::Role::user : official.role;
  f.reporter = c.b < 4 ? m_.requests.at(g.leg.request).o.user : official.key.pub;
  if (c.b >= 4) f.credential = official.credential;
  if (chain::Receipt r = submit(f, {{f.role, key_of(f.reporter)}});
      r.decision.admitted() && !r.turned_away)
    stats_.add("claim");
}

/// The latest claims that can still be contested (or witnessed); claims first where there is none.
std::vector<ContentId> Player::open_claims(const Command& c, bool contested) {
  for (int turn = 0; turn < 2; ++turn) {
    std::vector<ContentId> out;
    for (const ContentId& id : m_.claim_order)
      if (!m_.claims.at(id).closed && (contested || !m_.claims.at(id).contested)) out.push_back(id);
    if (!out.empty() || c.f == 5) return out.empty() ? m_.claim_order : out;
    if (turn == 0) claim(c);
  }
  return {};
}

void Player::contest(const Command& c) {
  const std::vector<ContentId> open = open_claims(c, false);
  const ContentId* id = late(open, c.a);
  if (id == nullptr) return;
  const SlowGrant& g = m_.grants.at(m_.claims.at(*id).o.grant);
  objects::Contest o{w_.salt(), m_.declarations.at(g.leg.declaration).o.holder, *id};
  if (c.b == 5) o.holder = w_.holders[2].key.pub;
  submit(o, {{objects::Role::holder, key_of(o.holder)}});
}

void Player::witness(const Command& c) {
  const std::vector<ContentId> open = open_claims(c, true);
  const ContentId* id = late(open, c.a);
  if (id == nullptr) return;
  const Party& by = c.b < 4    ? w_.outsider
                    : c.b == 4 ? w_.auditor
                               : w_.coordinators[static_cast<std::size_t>(c.d) % 2];
  objects::Witness o{w_.salt(), by.key.pub,
                     by.role,   by.credential,
                     *id,       c.c % 3 == 0 ? objects::Side::holder : objects::Side::claim};
  submit(o, {{o.role, by.key}});
}

void Player::record(const Command& c) {
  const ContentId* id = late(m_.failure_order, c.a);
  if (id == nullptr) return;
  const SlowFailure& f = m_.failures.at(*id);
  const SlowGrant& g = m_.grants.at(f.o.grant);
  objects::FallbackRecord r{w_.salt(),     m_.declarations.at(g.leg.declaration).o.holder,
                            *id,           g.leg.strategy,
                            w_.now,        "storm",
                            f.substitutes, f.owed};
  if (c.b == 1) r.notice.reset();
  if (c.b == 2) r.cause.reset();
  if (c.b == 3) r.settlement = f.owed + Money(1);
  if (c.b == 4) r.substitutes.clear();
  submit(r, {{objects::Role::holder, key_of(r.holder)}});
}

void Player::index(const Command& c) {
  if (w_.modes.pricing != rules::PricingMode::discovered && c.a != 5) return;
  const rules::Rule& rule = m_.rules.at(w_.rules.back()).rule;
  objects::PriceIndex i{w_.salt(),
                        w_.publisher.key.pub,
                        w_.publisher.credential,
                        rule.name,
                        rule.class_name,
                        rule.scope,
                        rule.currency,
                        w_.now - Duration(c.a * kNanosPerSecond / 2),
                        0,
                        {}};
  if (const SlowRule* then = m_.in_force(rule.name, i.at))
    std::tie(i.count, i.value) = m_.index_of(then->rule, i.at);
  if (c.b == 1) ++i.count;
  if (c.b == 2) i.value += Money(1);
  submit(i, {{objects::Role::publisher, w_.publisher.key}});
}

void Player::dispute(const Command& c) {
  const ContentId* id = late(m_.settlement_order, c.a);
  if (id == nullptr) return;
  const objects::Leg& l = m_.settlements.at(*id).o.legs[0];
  objects::Dispute d;
  d.salt = w_.salt();
  d.settlement = *id;
  d.ground = static_cast<objects::Ground>(c.b % 4);
  d.role = c.c % 3 == 0   ? objects::Role::user
           : c.c % 3 == 1 ? objects::Role::holder
                          : objects::Role::auditor;
  d.party = d.role == objects::Role::user     ? m_.requests.at(l.request).o.user
            : d.role == objects::Role::holder ? m_.declarations.at(l.declaration).o.holder
                                              : w_.auditor.key.pub;
  if (d.role == objects::Role::auditor) d.credential = w_.auditor.credential;
  if (c.d == 5) d.party = w_.users[0].key.pub;
  chain::Receipt r = submit(d, {{d.role, key_of(d.party)}});
  if (!r.decision.admitted() || r.turned_away) return;
  stats_.add("dispute: " + std::string(capmarket::objects::to_text(d.ground)));
  if (observed_) w_.dispute_again(d);
}

/// Into what does not follow: another number, unit or grid, or beside the one successor.
void Player::change_terms(rules::Rule& next, const Command& c) {
  if (c.c < 2) next.version += 1;
  if (c.c == 2) next.unit = "MW";
  if (c.c == 3) next.granularity = Duration(2 * kNanosPerSecond);
  if (c.c > 3 && w_.rules.size() > 1) {
    next.supersedes = w_.rules[w_.rules.size() - 2];
    next.version -= 1;
    stats_.add("second successor");
  }
}

/// In force until what its class keeps reaches the end of time, or so many nanoseconds beyond.
void Player::last_as_long_as_time(rules::Rule& next, int beyond) {
  edict({kClass, 0, 4, 0, 0, 0, 0});  // keeps for longer than the rule does itself
  const Duration kept = m_.classes.at(next.class_name).back().second.retention;
  if (m_.latest(next, kept) == m_.latest(next, Duration(0))) return;
  next.effective.until =
      next.effective.until +
      Duration(static_cast<std::int64_t>(kDistantFuture.value + beyond - m_.latest(next, kept)));
  stats_.add(beyond == 0 ? "rule to the end of time" : "rule beyond the end of time");
}

/// What authorities lay down.
void Player::edict(const Command& c) {
  const Signers tso{{objects::Role::authority, w_.authority_key}};
  switch (c.what) {
    case kRevoke: {
      const Party* targets[] = {&w_.users[2],        &w_.holders[1], &w_.users[0],
                                &w_.coordinators[1], &w_.users[1],   &w_.holders[0]};
      const ContentId& target = credential_of(targets[c.a]->key.pub);
      submit(objects::Revocation{w_.salt(), w_.authority(), target,
                                 w_.now - Duration((c.b - 3) * kNanosPerSecond), "misconduct"},
             c.c == 5 ? Signers{{objects::Role::authority, w_.overseas.key}} : tso);
      return;
    }
    case kSuccessor: {
      const rules::Rule& old = m_.rules.at(w_.rules.back()).rule;
      rules::Rule next =
          w_.rule_version(static_cast<int>(old.version) + 1,
                          w_.now + Duration((c.a - 1) * kNanosPerSecond), w_.rules.back());
      if (c.b == 1) change_terms(next, c);
      if (c.b == 2 && c.c > 2) next.currency = "JPY";
      if (c.b == 3 && c.c > 2) next.scope = {"eu/de"};
      if (c.b == 4 && c.c > 2) next.supersedes.reset(), next.version = 1 + c.d % 2;
      if (c.b == 5 && c.c > 2) next.authority = "us/iso";
      if (c.b == 5 && c.c == 2) next.origin = next.effective.from;
      if (c.b == 0 && c.c > 0) last_as_long_as_time(next, c.d % 2);
      if (submit(next, tso).decision.admitted() &&
          m_.rules.contains(crypto::content_id(objects::encode_object(objects::Object(next)))))
        w_.rules.push_back(crypto::content_id(objects::encode_object(objects::Object(next))));
      return;
    }
    case kPolicy: {
      objects::ReconciliationPolicy p = testing::policy_of_both(w_, fmt::format("policy-{}", c.a));
      if (c.b % 2 == 1) p.price = c.b == 1 ? "eu/power" : "eu/none";
      Signers signers = testing::signers_of_policy({w_.root_key, w_.overseas_key});
      if (c.c == 5) signers.pop_back();
      submit(p, signers);
      return;
    }
    case kAgreement: {
      objects::PeerAgreement p =
          testing::agreement(w_, w_.line, {second(c.a), second(c.a + 2 + c.b)}, w_.holders[0],
                             Quantity(c.c), w_.holders[1], Quantity(8 - c.c));
      Signers signers = testing::signers_of_agreement(w_.holders[0], w_.holders[1]);
      if (c.d == 5) signers.pop_back();
      submit(p, signers);
      return;
    }
    case kPromulgate:
      submit(
          objects::Promulgation{
              w_.salt(), c.a == 5 ? ContentId{} : w_.rules.back(), {}, {}, {"check"}},
          tso);
      return;
    default:
      return institute(c);
  }
}

/// For how long a class can keep records until some rule of it reaches the end of time, or so many
/// nanoseconds beyond.
Duration Player::longest_kept(const std::string& class_name, int beyond) {
  Int128 longest = kWireMax;
  for (const auto& [id, r] : m_.rules) {
    const rules::Limits& l = r.rule.limits;
    if (r.rule.class_name == class_name)
      longest = std::min(longest, Int128{kDistantFuture.value} - r.rule.effective.until.value -
                                      l.lead_max.value - l.length_max.value);
  }
  stats_.add(beyond == 0 ? "class to the end of time" : "class beyond the end of time");
  return Duration(static_cast<std::int64_t>(longest) + beyond);
}

/// Who may do what, with what means: more that authorities lay down.
void Player::institute(const Command& c) {
  const Signers tso{{objects::Role::authority, w_.authority_key}};
  switch (c.what) {
    case kCredential: {
      const Party& actor = c.a % 2 == 0 ? w_.users[static_cast<std::size_t>(c.b) % 3]
                                        : w_.holders[static_cast<std::size_t>(c.b) % 4];
      objects::CredentialGrant g = m_.credentials.at(actor.credential);
      g.salt = w_.salt();
      if (c.a % 2 == 0)
        g.kind = c.c % 2 == 0 ? "bakery" : "hospital";
      else
        g.assets[0].quantity = Quantity(c.c % 2 == 0 ? 2 : 6);
      if (c.d == 5) g.scope = {{"asia"}};
      if (c.d == 4) g.valid.until = w_.now + Duration(2 * kNanosPerSecond);
      submit(g, tso);
      return;
    }
    case kStrategy:
      submit(rules::FallbackStrategy{{},
                                     "eu/tso",
                                     c.a < 3 ? "spare" : fmt::format("spare-{}", c.b),
                                     rules::Substitution::any,
                                     {},
                                     {},
                                     {},
                                     {}},
             c.c == 5 ? Signers{{objects::Role::authority, w_.overseas.key}} : tso);
      return;
    case kAuthority: {
      objects::AuthorityGrant a{w_.salt(),
                                w_.authority(),
                                fmt::format("eu/sub-{}", c.a),
                                numbered_key(35 + c.a % 4).pub,
                                {{c.b == 5 ? "us" : "eu/de"}},
                                {"power"},
                                {testing::kStart, kDistantFuture}};
      submit(a, tso);
      return;
    }
    case kClass: {
      const auto& versions = m_.classes.at("power");
      Duration kept((20 + 3 * c.b) * 24 * kNanosPerHour);
      if (c.b == 5) kept = longest_kept("power", c.d % 5 == 0 ? 0 : 1);
      submit(objects::ClassDeclaration{{},
                                       "eu/tso",
                                       "power",
                                       versions.back().second.version + (c.a < 4 ? 1 : 2),
                                       "kW",
                                       Duration(kNanosPerSecond),
                                       kept},
             tso);
      return;
    }
    default: {
      objects::SharedInfrastructure i{w_.salt(),
                                      w_.authority(),
                                      c.a < 2 ? "line" : fmt::format("line-{}", c.a),
                                      "net",
                                      {{"eu/fr"}},
                                      {{testing::kStart, Quantity(c.b)}},
                                      {w_.holders[3].key.pub},
                                      {},
                                      c.c == 5};
      submit(i, tso);
    }
  }
}

/// As much as can be said of what is declared on its line, or so much more: no asset attests it.
void Player::fill_line(objects::Declaration& d, int more) {
  Int128 most = 0;
  for (int s = 0; s < kSeconds; ++s)
    if (d.window.contains(testing::at_second(s)))
      most = std::max(most, m_.declared_on(*d.infrastructure, s));
  const Int128 quantity = kWireMax - most + more;
  if (quantity > kWireMax) return;
  d.quantity = Quantity(static_cast<std::int64_t>(quantity));
  stats_.add(more == 0 ? "line filled" : "line filled above what can be said");
}

/// What a party offers or looks for; else what stands already.
void Player::offer(const Command& c) {
  switch (c.what) {
    case kDeclare: {
      objects::Declaration d = declaration(c);
      if (c.f == 5) d.window.until = d.window.until - Duration(kNanosPerSecond / 2);
      if ((c.f == 2 || c.f == 4) && c.b < 4 && d.infrastructure) fill_line(d, c.d % 2);
      submit(d, {{objects::Role::holder, key_of(d.holder)}});
      return;
    }
    case kBatch: {
      objects::DeclarationBatch b;
      b.salt = w_.salt();
      std::vector<Digest> leaves;
      for (int i = 0; i < 2; ++i) {
        Command turn = c;
        turn.d = 0;
        turn.e = 0;
        objects::Declaration d = declaration(turn);
        d.quantity = Quantity(1 + (c.d + i) % 4);
        if (c.e > 1) d.window = {second(12 + c.b), second(12 + c.b + c.c + 1)};
        if (i == 1 && c.f == 4 && d.infrastructure) {  // with the first item, of the same window
          fill_line(d, c.d % 2);
          if (d.quantity.value > 6) d.quantity = d.quantity - b.items[0].quantity;
        }
        leaves.push_back(
            log::leaf_hash(crypto::content_id(objects::encode_object(objects::Object(d))).view()));
        b.holder = d.holder;
        b.items.push_back(std::move(d));
      }
      b.root = log::merkle_root(leaves);
      if (c.f == 5) b.root = {};
      submit(b, {{objects::Role::holder, key_of(b.holder)}});
      return;
    }
    case kIntent: {
      const Party& u = w_.users[static_cast<std::size_t>(c.a) % 4];
      submit(objects::Intent{w_.salt(),
                             u.key.pub,
                             Quantity(c.b),
                             {second(1), second(3 + c.c)},
                             "kW",
                             "power",
                             kTiers[c.d % 3],
                             {"eu"},
                             Money(1'000'000)},
             {{objects::Role::user, u.key}});
      return;
    }
    default:
      return standing(c);
  }
}

/// What a party does with its own request or grant, or owes.
void Player::standing(const Command& c) {
  switch (c.what) {
    case kWithdraw:
      if (const ContentId* id = late(m_.request_order, c.a)) {
        const PublicKey& user = m_.requests.at(*id).o.user;
        submit(objects::Withdrawal{w_.salt(), user, *id}, {{objects::Role::user, key_of(user)}});
      }
      return;
    case kSurrender:
      if (const ContentId* id = late(m_.grant_order, c.a)) {
        const SlowGrant& g = m_.grants.at(*id);
        const PublicKey& user = m_.requests.at(g.leg.request).o.user;
        Window window = part_of({std::max(g.leg.window.from, second(0)), g.leg.window.until}, c);
        submit(
            objects::Surrender{w_.salt(), user, *id, window,
                               Quantity(c.e == 5 ? 4
                                                 : std::max<std::int64_t>(
                                                       c.e % 2, g.live[second_of(window.from)]))},
            {{objects::Role::user, key_of(user)}});
      }
      return;
    case kRenew:
      if (const ContentId* id = late(m_.grant_order, c.a)) {
        const PublicKey& user = m_.requests.at(m_.grants.at(*id).leg.request).o.user;
        submit(objects::Renewal{w_.salt(), user, *id}, {{objects::Role::user, key_of(user)}});
      }
      return;
    case kPay:
      if (const ContentId* id = late(m_.obligation_order, c.a)) {
        const PublicKey& payer = m_.obligations.at(*id).o.payer;
        Money amount = c.b == 0   ? m_.outstanding(*id) + Money(1)
                       : c.b == 1 ? Money(0)
                                  : Money((m_.outstanding(*id).value + 1) / 2);
        submit(objects::Payment{w_.salt(), payer, *id, amount},
               {{c.c == 5 ? objects::Role::user : objects::Role::holder, key_of(payer)}});
      }
      return;
    case kRetract:
      if (const ContentId* id = late(m_.declaration_order, c.a)) {
        const PublicKey& holder = c.b == 5 ? w_.holders[static_cast<std::size_t>(c.c) % 4].key.pub
                                           : m_.declarations.at(*id).o.holder;
        if (submit(objects::Retract{w_.salt(), holder, *id},
                   {{objects::Role::holder, key_of(holder)}})
                .decision.admitted())
          stats_.add("retraction");
      }
      return;
    case kCurtail:
      if (const ContentId* id = late(m_.declaration_order, c.a)) {
        const objects::Declaration& d = m_.declarations.at(*id).o;
        submit(objects::Curtailment{w_.salt(), d.holder, *id, Quantity(1 + c.b % 4),
                                    part_of(d.window, c), "outage"},
               {{objects::Role::holder, key_of(d.holder)}});
      }
      return;
    default:
      if (const ContentId* id = pick(m_.grant_order, c.a)) {
        const SlowGrant& g = m_.grants.at(*id);
        Window past{g.leg.window.from,
                    std::min(g.leg.window.until, second(whole_second(w_.now) == w_.now ? 0 : -1))};
        if (past.empty() && c.b != 5) return;
        if (c.b == 5) past = g.leg.window;
        Window used = part_of(past, c);
        submit(objects::Activity{w_.salt(), w_.adaptation.key.pub, w_.adaptation.credential, *id,
                                 used, Quantity(1 + c.e % 3)},
               {{objects::Role::adaptation, w_.adaptation.key}});
      }
  }
}

/// Somebody else submits what was submitted, with another list of signatures.
void Player::tamper(const Command& c) {
  const Recorded& r = w_.recorded[w_.recorded.size() - 1 - static_cast<std::size_t>(c.a)];
  if (!r.submission) return;
  objects::Submission raw{r.submission->kind, r.submission->body, r.submission->signatures};
  std::vector<objects::Signature>& list = raw.signatures;
  if (list.empty() || list.size() > 30) return;
  objects::Signature junk{objects::Role::holder, w_.users[1].key.pub, {}};
  switch (c.b) {
    case 0:
      list.pop_back();
      break;
    case 1:
      std::reverse(list.begin(), list.end());
      break;
    case 2:
      list.push_back(junk);
      break;
    case 3:
      list.clear();
      break;
    case 4:
      if (list.size() > 1) list.back().bytes.bytes[0] ^= 1;
      break;
    default: {  // under an envelope of one's own
      const Party& thief = w_.users[static_cast<std::size_t>(c.c) % 4];
      list.erase(list.begin());
      objects::add_envelope(w_.chain().signing(), w_.chain().state().chain,
                            objects::Role::submitter, raw.kind, thief.key, r.submission->id, list);
    }
  }
  auto checked =
      objects::check_submission(std::move(raw), w_.chain().state().chain, w_.chain().signing());
  CHECK(checked.has_value());
  w_.submit(*checked);
  stats_.add("tampered with");
}

void Player::play(const Command& c) {
  switch (static_cast<What>(c.what)) {
    case kTime:
      // Now and then into the next period of the quota.
      w_.now = w_.now + Duration((1 + c.a + (c.b == 5 && c.c > 2 ? 24 : 0)) * kNanosPerSecond / 2);
      if (testing::at_second(kSeconds - 30) < w_.now) w_.now = testing::at_second(kSeconds - 30);
      return;
    case kTick:
      w_.tick();
      stats_.add("tick admitted");
      return;
    case kRequest:
      request(c, nullptr, nullptr);
      return;
    case kTrade:
      return trade(c, false);
    case kPress:
      return trade(c, true);
    case kCrowd:
      return crowd(c);
    case kSettle:
      return settle(c);
    case kSettleMany:
      return settle_many(c);
    case kReplace:
      return replace(c);
    case kPayAll:
      return pay_all(c);
    case kFail:
      return fail(c);
    case kContest:
      return contest(c);
    case kWitness:
      return witness(c);
    case kRecord:
      return record(c);
    case kIndex:
      return index(c);
    case kDispute:
      return dispute(c);
    case kAgain: {
      const Recorded& r = w_.recorded[w_.recorded.size() - 1 - static_cast<std::size_t>(c.a)];
      if (r.submission) w_.submit(objects::CheckedSubmission(*r.submission));
      return;
    }
    case kTamper:
      return tamper(c);
    case kRevoke:
    case kSuccessor:
    case kPolicy:
    case kAgreement:
    case kPromulgate:
    case kCredential:
    case kStrategy:
    case kAuthority:
    case kClass:
    case kInfrastructure:
      return edict(c);
    default:
      return offer(c);
  }
}

}  // namespace capmarket::property
