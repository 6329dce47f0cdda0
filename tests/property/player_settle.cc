// What commands make of settlements.
#include <fmt/format.h>

#include <algorithm>

#include "model/log/merkle.h"
#include "tests/property/player.h"

namespace capmarket::property {

const ContentId& Player::credential_of(const PublicKey& key) const {
  const ContentId* last = nullptr;
  for (const ContentId& id : m_.credential_order)
    if (m_.credentials.at(id).subject == key) last = &id;
  CHECK(last != nullptr);
  return *last;
}

chain::Receipt Player::submit(const objects::Object& object, const Signers& signers) {
  chain::Receipt r = w_.submit(object, signers);
  std::string name(capmarket::objects::to_text(objects::kind_of(object)));
  if (r.turned_away) {
    stats_.add("turned away");
    return r;
  }
  stats_.add(name + (r.decision.admitted() ? " admitted" : " refused"));
  if (objects::kind_of(object) == objects::Kind::settlement)
    for (admission::ClauseId id : r.decision.failed)
      stats_.add("settlement refused by " + std::string(capmarket::admission::to_text(id)));
  return r;
}

/// A part of a window, on whole seconds.
Window Player::part_of(const Window& window, const Command& c) const {
  std::int64_t length = std::max<std::int64_t>(1, window.length().value / kNanosPerSecond);
  std::int64_t from = c.c % length, until = from + 1 + c.d % (length - from);
  return {window.from + Duration(from * kNanosPerSecond),
          window.from + Duration(until * kNanosPerSecond)};
}

/// The first run of seconds of the window in which the request still lacks something; all of it
/// where there is none.
Window Player::lacking(const ContentId& request, const Window& window) const {
  const std::int64_t asked = m_.requests.at(request).o.quantity.value;
  Window out{};
  for (int s = 0; s < kSeconds; ++s) {
    if (!window.contains(testing::at_second(s))) continue;
    const bool lacks = m_.request_live(request, s) < asked;
    if (lacks && out.empty()) out.from = testing::at_second(s);
    if (lacks) out.until = testing::at_second(s + 1);
    if (!lacks && !out.empty()) break;
  }
  return out.empty() ? window : out;
}

objects::Declaration Player::declaration(const Command& c) {
  const Party& h = w_.holders[static_cast<std::size_t>(c.a % 4)];
  const objects::CredentialGrant& grant = m_.credentials.at(h.credential);
  objects::Declaration d;
  d.salt = w_.salt();
  d.holder = h.key.pub;
  d.credential = h.credential;
  d.asset_issuer = w_.authority();
  d.asset_id = grant.assets[0].id;
  d.location = grant.scope[0];
  d.window = {second(c.b % 3), second(c.b % 3 + 6 + c.c)};
  d.quantity = Quantity(c.d == 5 ? 6 : 3 + c.d % 4);
  d.unit = "kW";
  d.class_name = grant.assets[0].class_name;
  if (c.a % 4 < 2 && c.e != 5) d.infrastructure = w_.line;
  if (c.f < 3 && !m_.intents.empty()) d.answers = m_.intents.begin()->first;
  return d;
}

/// `user` and `tier` null: whatever the numbers say; `against`: for the place of that grant.
std::optional<ContentId> Player::request(const Command& c, const Party* user, const char* tier,
                                         const SlowGrant* against) {
  const Party& u = user != nullptr ? *user : w_.users[static_cast<std::size_t>(c.a % 4)];
  objects::Request r;
  r.salt = w_.salt();
  r.user = u.key.pub;
  r.quantity = Quantity(c.d == 5 && c.e == 5 ? 0 : c.f < 3 ? 1 + c.b % 3 : 1 + c.b);
  r.unit = "kW";
  r.tier = tier != nullptr ? tier : kTiers[c.c % 3];
  r.max_price = Money(c.f == 5 ? 300'000 : 1'000'000);
  r.partial = c.d % 2 == 0;
  r.adaptations = {w_.adaptation.key.pub};
  const ContentId* d = late(m_.declaration_order, c.e);
  if (user == nullptr && c.f == 4 && !m_.intents.empty()) {
    const auto& [id, intent] = *m_.intents.begin();
    r.intent = id;
    r.class_name = intent.class_name;
    r.tier = intent.tier;
    r.window = intent.window;
    r.user = intent.user;
  } else if (d != nullptr) {
    const objects::Declaration& declared = m_.declarations.at(*d).o;
    r.declarations = {*d};
    for (const ContentId& other : m_.declaration_order)
      if (c.d > 2 && other != *d && m_.declarations.at(other).o.class_name == declared.class_name)
        r.declarations.push_back(other);
    r.class_name = declared.class_name;
    Window rest{std::max(declared.window.from, second(c.f % 3)), declared.window.until};
    if (rest.empty()) rest = declared.window;
    r.window = {rest.from, std::min(rest.until, rest.from + Duration((2 + c.d) * kNanosPerSecond))};
    if (r.partial && c.f > 2) {  // across all that begins before its end or soon after
      r.declarations.clear();
      r.window.until = r.window.until + Duration((1 + c.e) * kNanosPerSecond);
      for (const ContentId& id : m_.declaration_order) {
        const objects::Declaration& other = m_.declarations.at(id).o;
        if (other.class_name == r.class_name && (c.a == 5 || other.window.meets(r.window)))
          r.declarations.push_back(id);
      }
    }
  } else {
    r.class_name = "power";
    r.window = {second(1), second(3)};
  }
  if (against != nullptr) {
    r.declarations = {against->leg.declaration};
    r.class_name = m_.declarations.at(against->leg.declaration).o.class_name;
    r.window = {std::max(against->leg.window.from, second(0)), against->leg.window.until};
    r.quantity = Quantity(1 + c.b % 6);
    // From the other end of the line.
    const auto& shared = m_.declarations.at(against->leg.declaration).o.infrastructure;
    for (const auto& [id, other] : m_.declarations)
      if (m_.scheduled && c.f > 2 && shared && other.o.infrastructure == shared &&
          id != against->leg.declaration && other.o.window.contains(r.window))
        r.declarations = {id};
  }
  r.open_until = c.b == 5 ? r.window.from : r.window.until;
  chain::Receipt receipt = submit(r, {{objects::Role::user, key_of(r.user)}});
  if (!receipt.decision.admitted() || receipt.turned_away) return std::nullopt;
  return crypto::content_id(objects::encode_object(objects::Object(r)));
}

/// A request and its settlement at once: of the lowest tier, or pressing others out.
void Player::trade(const Command& c, bool pressing) {
  const Party& u = w_.users[static_cast<std::size_t>(pressing ? (c.a % 2 == 0 ? 0
                                                                 : c.a == 1   ? 2
                                                                              : 3)
                                                              : c.a % 4)];
  if (pressing) pay_all({0, c.a % 2 == 0 ? 0 : c.a == 1 ? 2 : 3, 0});
  // Against one of the latest grants of a lower tier that still has something to give.
  std::vector<const SlowGrant*> below;
  for (const ContentId& grant : m_.grant_order) {
    const SlowGrant& g = m_.grants.at(grant);
    if (g.rank < 30 && second(0) < g.leg.window.until &&
        g.live[second_of(g.leg.window.until) - 1] > 0)
      below.push_back(&g);
  }
  const SlowGrant* against =
      pressing && !below.empty() && c.f != 5
          ? below[below.size() - 1 - static_cast<std::size_t>(c.e) % below.size()]
          : nullptr;
  const char* tier = c.a == 1 || c.c == 0 ? "silver" : "gold";
  auto id = request(c, &u, pressing ? tier : "basic", against);
  if (!id) return;
  Command turn = c;
  turn.b = 0;
  if (auto l = leg(turn, *id, nullptr)) {
    objects::Settlement s;
    s.signed_at = w_.now;
    s.legs = {*l};
    finish(std::move(s), c);
  }
}

std::optional<objects::Leg> Player::leg(const Command& c, const ContentId& id, const ContentId* named) {
  const SlowRequest& r = m_.requests.at(id);
  objects::Leg l;
  l.request = id;
  std::vector<ContentId> pool = r.o.declarations;
  if (r.o.intent)
    for (const auto& [d, declared] : m_.declarations)
      if (declared.o.answers == r.o.intent) pool.push_back(d);
  const ContentId* d = named != nullptr ? named : pick(pool, c.b);
  if (d == nullptr) return std::nullopt;
  l.declaration = *d;
  const objects::Declaration& declared = m_.declarations.at(*d).o;
  l.holder_credential = credential_of(declared.holder);
  l.user_credential = credential_of(r.o.user);
  l.rule = rule_for(declared.class_name);
  if (const SlowRule* now = m_.in_force(m_.rules.at(l.rule).rule.name, w_.now, &l.rule); !now)
    l.rule = rule_for(declared.class_name);
  const rules::Rule& rule = m_.rules.at(l.rule).rule;
  l.window = {std::max({r.o.window.from, declared.window.from, second(0)}),
              std::min(r.o.window.until, declared.window.until)};
  if (l.window.empty()) l.window = r.o.window;
  if (r.o.partial && c.c % 2 == 1)
    l.window = r.granted ? lacking(id, l.window) : part_of(l.window, c);
  std::int64_t live = 0, free = r.o.quantity.value;
  for (int s = 0; s < kSeconds; ++s)
    if (l.window.contains(testing::at_second(s))) live = std::max(live, m_.request_live(id, s));
  free = std::max<std::int64_t>(1, free - live);
  l.quantity = Quantity(r.o.partial && c.d % 3 == 0 ? 1 + c.e % free : free);
  l.tier = r.o.tier;
  l.retain_until = l.window.until + Duration(40 * 24 * kNanosPerHour);
  l.strategy = *pick(rule.fallback_ids, c.e);
  const rules::Pricing& p = rule.pricing;
  l.price = p.mode == rules::PricingMode::fixed ? p.tariff : Money(200'000 + 100'000 * (c.f % 6));
  if (p.mode == rules::PricingMode::discovered)
    for (const auto& [index, record] : m_.indices)
      if (record.first.at <= w_.now && w_.now - record.first.at <= p.max_age) {
        l.price_index = index;
        l.price = record.first.value;
      }
  if (auto duty = m_.duty(l, w_.now)) l.predecessors = {*duty};
  return l;
}

/// What the legs agree to pay for whom they displace: plenty, exactly what the slow market asks
/// for, a little less, nothing.
void Player::agree(objects::Settlement& s, const Signers& signers, const Command& c) {
  constexpr Money kPlenty(kWireMax);
  for (objects::Leg& l : s.legs) l.displace = objects::DisplaceTerms{kPlenty, kPlenty};
  const objects::CheckedSubmission unpriced = w_.sign(s, signers);
  m_.expect(unpriced);
  const std::vector<SlowCover> covers = m_.covers(s, w_.now);
  for (std::size_t i = 0; i < s.legs.size(); ++i) {
    const Money k(covers[i].compensation), refund(covers[i].refund);
    auto& terms = s.legs[i].displace;
    switch ((c.b + 2 * c.d + 3 * c.e + 5 * c.f) % 12) {
      case 6:
      case 7:
        terms = {k, refund};
        break;
      case 8:
        terms = {k - Money(1), kPlenty};
        break;
      case 9:
        terms = {kPlenty, refund - Money(1)};
        break;
      case 10:
        terms.reset();
        break;
      case 11:
        terms = {Money(c.a - 3), Money(c.a % 2 == 0 ? -1 : kWireMax)};
        break;
      default:
        terms = {kPlenty, kPlenty};
    }
  }
}

Signers Player::signers_of(const objects::Settlement& s, const Command& c) const {
  Signers out;
  std::set<PublicKey> done;
  for (const objects::Leg& l : s.legs) {
    const PublicKey& holder = m_.declarations.at(l.declaration).o.holder;
    const PublicKey& user = m_.requests.at(l.request).o.user;
    if (out.empty()) out.push_back({objects::Role::submitter, key_of(c.f % 2 == 0 ? holder : user)});
    if (done.insert(holder).second) out.push_back({objects::Role::holder, key_of(holder)});
    if (done.insert(user).second) out.push_back({objects::Role::user, key_of(user)});
  }
  for (const ContentId& id : s.coordinators)
    out.push_back({objects::Role::coordinator, key_of(m_.credentials.at(id).subject)});
  return out;
}

/// One thing wrong, or nothing.
void Player::mutate(objects::Settlement& s, Signers& signers, const Command& c) {
  objects::Leg& l = s.legs[static_cast<std::size_t>(c.e) % s.legs.size()];
  const Duration half(kNanosPerSecond / 2);
  switch (c.a * 6 + c.b) {
    case 0:
      signers.erase(signers.begin() + c.d % static_cast<int>(signers.size()));
      break;
    case 1:
      signers.back().second = numbered_key(39);
      break;
    case 2:
      ++s.indices[0].index;
      break;
    case 3:
      s.signed_at = s.signed_at - Duration(3 * kNanosPerSecond);
      break;
    case 4:
      s.signed_at = s.signed_at + half;
      break;
    case 5:
      l.quantity += Quantity(1 + c.d);
      break;
    case 6:
      l.quantity = Quantity(c.d - 3);
      break;
    case 7:
      l.window.from = l.window.from - Duration(kNanosPerSecond);
      break;
    case 8:
      l.window.until = l.window.until + Duration(kNanosPerSecond);
      break;
    case 9:
      l.window.from = l.window.from + half;
      break;
    case 10:
      l.price = Money(c.d * 220'000 + 1);
      break;
    case 11:
      l.retain_until = l.window.until;
      break;
    case 12:
      l.tier = kTiers[c.d % 3];
      break;
    case 13:
      l.predecessors.clear();
      break;
    case 14:
      l.strategy = rules::strategy_id({{}, "eu/tso", "spare", rules::Substitution::any, {}, {}, {}, {}});
      break;
    case 15:
      s.coordinators.clear();
      break;
    case 16:
      s.policy = *pick(w_.policies, c.d);
      break;
    case 17:
      l.rule = w_.rules.front();
      break;
    case 18:
      l.user_credential = w_.users[static_cast<std::size_t>(c.d) % 4].credential;
      break;
    case 19:
      l.holder_credential = w_.holders[static_cast<std::size_t>(c.d) % 4].credential;
      break;
    case 20:
      if (const ContentId* d = late(m_.declaration_order, c.d)) l.declaration = *d;
      break;
    case 21:
      l.price_index.reset();
      break;
    case 22:
      if (const ContentId* i = late(m_.index_order, c.d)) l.price_index = *i;
      break;
    case 23:
      l.declaration.bytes[3] ^= 1;
      break;
    case 24:
      l.price = l.price + Money(1);
      break;
    case 25:
      s.indices.push_back({l.request, c.d});
      break;
    case 26:
      if (const ContentId* f = late(m_.failure_order, c.d)) l.replaces = *f;
      break;
    case 27:
      if (s.legs.size() > 1) std::swap(s.legs.front(), s.legs.back());
      break;
    case 28:
      l.window.until = l.window.until - half;
      break;
    case 29:
      l.window = {l.window.from + half, l.window.until + half};
      break;
    case 30:
      l.quantity = Quantity(2 * l.quantity.value + 1);
      break;
    case 31:
      l.user_credential.bytes[3] ^= 1;
      break;
    case 32:
      l.rule.bytes[3] ^= 1;
      break;
    case 33:
      l.tier = "copper";
      break;
    default:
      if (!w_.rules.empty()) l.rule = w_.rules.back();
  }
}

/// Signs just before the leg's rule began, under the version before it.
void Player::sign_earlier(objects::Settlement& s) {
  for (objects::Leg& l : s.legs) {
    const rules::Rule& r = m_.rules.at(l.rule).rule;
    const Instant before = r.effective.from - Duration(kNanosPerSecond / 2);
    if (!r.supersedes || before < w_.now - r.limits.skew || w_.now < r.effective.from) continue;
    s.signed_at = before;
    l.rule = *r.supersedes;
  }
}

void Player::finish(objects::Settlement s, const Command& c) {
  s.salt = w_.salt();
  for (const objects::Leg& l : s.legs)
    if (std::none_of(s.indices.begin(), s.indices.end(),
                     [&](const objects::SequenceIndex& i) { return i.request == l.request; }))
      s.indices.push_back({l.request, m_.requests.at(l.request).next_index});
  for (const objects::Leg& l : s.legs) {
    const objects::Declaration& d = m_.declarations.at(l.declaration).o;
    // The last coordinator speaks for one end of the line alone.
    const std::size_t at = !d.infrastructure                                      ? 1
                           : d.location.path == "eu/de/a" && (c.b + c.f) % 2 == 0 ? 2
                                                                                  : 0;
    if (m_.scheduled && s.coordinators.empty() && d.class_name == "power")
      s.coordinators = {w_.coordinators[at].credential};
    if (m_.credentials.at(l.user_credential).issuer == w_.overseas.id)
      s.policy = *pick(w_.policies, c.d);
  }
  if (c.e % 3 > 0) sign_earlier(s);
  Signers signers = signers_of(s, c);
  // Some are wrong; c.f may sell the same again.
  if (c.c == 4) mutate(s, signers, c);
  agree(s, signers, c);
  chain::Receipt r = submit(s, signers);
  if (r.turned_away || r.repeated) return;
  count_covers(s, r.decision);
  if (!r.decision.admitted()) return;
  if (s.legs.size() > 1) stats_.add("settlement of several legs");
  if (s.policy) stats_.add("settlement under a policy");
  count_displacements(s);
  for (const objects::Leg& l : s.legs) {
    if (l.replaces)
      stats_.add(m_.failures.contains(*l.replaces) ? "substitute"
                                                   : "settled again after displacement");
    if (l.price_index) stats_.add("leg on an index");
    count_split(l);
  }
  if (c.f == 5) {
    s.salt = w_.salt();
    submit(s, signers);
  }
}

/// Of those that still lack something, the c.a-th; any where none does.
const ContentId* Player::open_request(const Command& c) const {
  std::vector<const ContentId*> open;
  for (const ContentId& id : m_.request_order) {
    const SlowRequest& r = m_.requests.at(id);
    std::int64_t least = r.o.quantity.value;
    for (int s = 0; s < kSeconds; ++s)
      if (r.o.window.contains(testing::at_second(s))) least = std::min(least, m_.request_live(id, s));
    if (!r.closed && least < r.o.quantity.value) open.push_back(&id);
  }
  if (open.empty() || (c.a == 5 && c.e == 5)) return late(m_.request_order, c.b);
  return open[static_cast<std::size_t>(c.a) % open.size()];
}

void Player::settle(const Command& c) {
  const ContentId* id = open_request(c);
  if (id == nullptr) return;
  auto l = leg(c, *id, nullptr);
  if (!l) return;
  objects::Settlement s;
  s.signed_at = w_.now;
  s.legs = {*l};
  finish(std::move(s), c);
}

/// Two or three legs of one user: from one holder, or with the other class.
void Player::settle_many(const Command& c) {
  const ContentId* id = open_request(c);
  if (id == nullptr) return;
  objects::Settlement s;
  s.signed_at = w_.now;
  auto first = leg(c, *id, nullptr);
  if (!first) return;
  s.legs = {*first};
  const PublicKey user = m_.requests.at(*id).o.user;
  const objects::Declaration& d = m_.declarations.at(first->declaration).o;
  for (const ContentId& other : m_.request_order) {
    const SlowRequest& r = m_.requests.at(other);
    if (s.legs.size() >= 3 || r.o.user != user || r.closed) continue;
    for (const ContentId& named : r.o.declarations) {
      const objects::Declaration& another = m_.declarations.at(named).o;
      if (another.class_name == d.class_name && another.holder != d.holder && c.e != 5) continue;
      if (other == *id && named == first->declaration && c.d != 5) continue;
      if (auto l = leg(c, other, &named)) s.legs.push_back(*l);
      break;
    }
  }
  if (s.legs.size() == 1 && c.b == 0) s.legs.push_back(*first);  // the same pair twice
  if (c.f % 2 == 0 && m_.requests.at(*id).o.partial)
    for (objects::Leg& l : s.legs) l.quantity = Quantity(std::max<std::int64_t>(1, l.quantity.value / 2));
  finish(std::move(s), c);
}

/// What of a loss still lies ahead: its first run of seconds, and what was lost in all of them.
Player::Ahead Player::ahead(const SlowLoss& loss) const {
  Ahead out;
  for (int s = 0; s < kSeconds; ++s)
    if (loss.lost[s] > 0 && second(0) <= testing::at_second(s)) {
      if (out.window.empty())
        out.window.from = testing::at_second(s), out.quantity = loss.lost[s];
      else if (out.window.until != testing::at_second(s))
        break;
      out.window.until = testing::at_second(s + 1);
      out.quantity = std::min(out.quantity, loss.lost[s]);
    }
  return out;
}

/// A declaration that the request names and that has room for so much; none where none has.
const ContentId* Player::room_for(const SlowRequest& r, const Ahead& lost, int n) const {
  std::vector<ContentId> out;
  for (const ContentId& id : r.o.declarations) {
    const SlowDeclaration& d = m_.declarations.at(id);
    bool fits = d.o.window.contains(lost.window) && d.o.class_name == r.o.class_name;
    for (int s = 0; s < kSeconds; ++s)
      if (lost.window.contains(testing::at_second(s)))
        fits = fits && m_.load(id, s) + d.curtailed[s] + lost.quantity <= d.o.quantity.value;
    if (fits) out.push_back(id);
  }
  const ContentId* found = pick(out, n);
  return found == nullptr ? nullptr : &m_.declarations.find(*found)->first;
}

/// Makes up for one of the latest losses, mostly for what is not given back and where there is
/// room.
void Player::replace(const Command& c) {
  std::vector<std::pair<ContentId, const SlowLoss*>> losses;
  for (const ContentId& id : m_.request_order)
    for (const SlowLoss& loss : m_.requests.at(id).losses)
      if (!m_.requests.at(id).closed && !ahead(loss).window.empty() &&
          (c.e == 5 || (loss.reason != 'r' && room_for(m_.requests.at(id), ahead(loss), 0))))
        losses.emplace_back(id, &loss);
  if (losses.empty()) return;
  const auto& [id, loss] =
      losses[losses.size() - 1 - static_cast<std::size_t>(c.a) % losses.size()];
  const Ahead lost = ahead(*loss);
  auto l = leg(c, id, c.b == 5 ? nullptr : room_for(m_.requests.at(id), lost, c.b));
  if (!l) return;
  l->replaces = loss->id;
  l->window = lost.window;
  l->quantity = Quantity(lost.quantity + (c.d == 5));
  l->retain_until = l->window.until + Duration(40 * 24 * kNanosPerHour);
  objects::Settlement s;
  s.signed_at = w_.now;
  s.legs = {*l};
  finish(std::move(s), c);
}

}  // namespace capmarket::property
