// Where several have to give way at once: parts of a line sold to lower tiers, and pressed out.
#include <algorithm>

#include "tests/property/player.h"

namespace capmarket::property {
namespace {

constexpr int kFreshSeconds = 6;  // of the declarations that a crowd is sold from

}  // namespace

/// All that the holder's asset attests, from when on nothing else of `holders` is declared.
std::optional<ContentId> Player::declare_afresh(const Party& holder, Instant from) {
  objects::Declaration d =
      w_.declaration(holder, 1, {from, from + Duration(kFreshSeconds * kNanosPerSecond)});
  const objects::CredentialGrant& grant = m_.credentials.at(credential_of(holder.key.pub));
  d.credential = credential_of(holder.key.pub);
  d.quantity = grant.assets[0].quantity;
  if (grant.scope[0].path != "eu/fr") d.infrastructure = w_.line;
  chain::Receipt r = submit(d, {{objects::Role::holder, holder.key}});
  if (!r.decision.admitted() || r.turned_away) return std::nullopt;
  return crypto::content_id(objects::encode_object(objects::Object(d)));
}

/// One request of so much at these declarations, and the settlement of all of it with the first.
void Player::buy(const Party& user, const std::vector<ContentId>& named, std::int64_t quantity,
                 const Window& window, const char* tier, const Command& c) {
  objects::Request r = w_.request(user, named, quantity, window, tier);
  r.max_price = Money(1'000'000);
  chain::Receipt receipt = submit(r, {{objects::Role::user, user.key}});
  if (!receipt.decision.admitted() || receipt.turned_away) return;
  Command whole = c;
  whole.c = 0, whole.d = 1;
  auto l =
      leg(whole, crypto::content_id(objects::encode_object(objects::Object(r))), &named.front());
  if (!l) return;
  objects::Settlement s;
  s.signed_at = w_.now;
  s.legs = {*l};
  finish(std::move(s), c);
}

/// Two declarations of one line, or one beside it; parts of different lengths are sold of them to
/// lower tiers, half of that under a new version where `c.f` says so, and one leg presses them out;
/// now and then one of those who gave way settles again.
void Player::crowd(const Command& c) {
  std::vector<const Party*> holders{&w_.holders[c.a == 5 ? 3 : c.a % 2]};
  if (c.a != 5) holders.push_back(&w_.holders[1 - c.a % 2]);
  Instant from = second(1);
  for (const auto& [id, d] : m_.declarations)
    for (const Party* h : holders)
      if (d.o.holder == h->key.pub) from = std::max(from, whole_second(d.o.window.until));
  if (testing::at_second(kSeconds - 2 * kFreshSeconds) < from) return;
  std::vector<ContentId> declared;
  for (const Party* h : holders)
    if (auto id = declare_afresh(*h, from)) declared.push_back(*id);
  if (declared.empty()) return;
  // Under set-asides and quotas, small parts of what there is and a small leg against them.
  const rules::Rule& rule = m_.rules.at(w_.rules.back()).rule;
  const bool aside = std::any_of(rule.tiers.begin(), rule.tiers.end(),
                                 [](const rules::Tier& t) { return t.set_aside > BasisPoints(0); });
  const bool silver = c.c < (rule.tier("basic")->quota ? 5 : 2);
  const int sold = aside ? 6 : 4 + c.b % 2;
  for (int i = 0; i < sold; ++i) {
    if (i == 2 && c.f > 2) edict({kSuccessor, 1, 0, 0, 0, 0, 0});
    const Window part{from + Duration((c.c + i) % 3 * kNanosPerSecond),
                      from + Duration((kFreshSeconds - (c.d + 2 * i) % 3) * kNanosPerSecond)};
    // Signed now, and right.
    const Command turn{kCrowd, c.a, c.b, 0, c.d, i % 2 * 3, (c.f + i) % 5};
    std::vector<ContentId> named = declared;
    if (i == 1) std::reverse(named.begin(), named.end());
    buy(w_.users[static_cast<std::size_t>(1 + (c.d + i) % 2)], named,
        aside && i != 3 ? 1 : 1 + (c.e + i) % 2, part, i == 3 ? "silver" : "basic", turn);
  }
  const std::size_t by = c.d == 5 ? 3 : 0;
  pay_all({kPayAll, static_cast<int>(by), 0, 0, 0, 0, 0});
  buy(w_.users[by], declared, aside ? 1 + (c.b + c.e) % 3 : 2 + (c.b + c.e) % 4,
      {from, from + Duration(kFreshSeconds * kNanosPerSecond)}, silver ? "silver" : "gold", c);
  if (c.e % 2 == 0) replace({kReplace, 0, c.b, 0, 0, 0, c.f % 5});
}

}  // namespace capmarket::property
