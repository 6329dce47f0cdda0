// What the slow market thinks of covers: who gives way, in which order, how much. Literally:
// granule by granule, and one unit after another to the first who may still give one.
#include "tests/property/slow_turn.h"

#include <algorithm>

#include "model/crypto/hash.h"
#include "tests/property/slow_parts.h"
#include "tests/property/tier_terms.h"

namespace capmarket::property {
namespace {

std::int64_t volume(const Halves& part) {
  std::int64_t out = 0;
  for (std::int64_t q : part) out += q;
  return out;
}

/// V(price, so many half seconds).
std::int64_t worth(Money price, std::int64_t halves) { return price.value * halves / 7200; }

std::int64_t pieces_of(const Halves& part) {
  std::int64_t out = 0;
  for (int h = 0; h < kHalves; ++h) out += part[h] > 0 && (h == 0 || part[h - 1] != part[h]);
  return out;
}

int first_of(const Halves& part) {
  int h = 0;
  while (h < kHalves && part[h] <= 0) ++h;
  return h;
}

}  // namespace

// ---- Loads at the turn

/// What the legs before this one add at `h` and what their covers take, where `of_leg` holds.
template <class F>
std::int64_t SlowTurn::changes(int h, F&& of_leg) const {
  std::int64_t out = 0;
  for (std::size_t k = 0; k < index_; ++k) {
    const objects::Leg& l = o_.legs[k];
    if (counts(l, h) && of_leg(l)) out += l.quantity.value;
    for (const SlowCovered& v : before_[k].victims)
      if (of_leg(m_.grants.at(v.victim).leg)) out -= v.given[h];
  }
  return out;
}

std::int64_t SlowTurn::load(const ContentId& d, int h) const {
  const int s = second_of_half(h);
  return (s < 0 ? 0 : m_.load(d, s)) +
         changes(h, [&](const objects::Leg& l) { return l.declaration == d; });
}

std::int64_t SlowTurn::shared_load(const ContentId& i, int h) const {
  const int s = second_of_half(h);
  auto on = [&](const objects::Leg& l) {
    return m_.declarations.at(l.declaration).o.infrastructure == i;
  };
  return (s < 0 ? 0 : m_.shared_load(i, s)) + changes(h, on);
}

std::int64_t SlowTurn::tier_load(const ContentId& d, const std::string& name,
                                 const std::string& tier, int h) const {
  const int s = second_of_half(h);
  auto of = [&](const objects::Leg& l) {
    return l.declaration == d && l.tier == tier && m_.rules.contains(l.rule) &&
           m_.rules.at(l.rule).rule.name == name;
  };
  std::int64_t out = changes(h, of);
  for (const auto& [id, g] : m_.grants)
    if (s >= 0 && of(g.leg)) out += g.live[s] + g.failed[s];
  return out;
}

std::int64_t SlowTurn::curtailed(const ContentId& d, int h) const {
  const int s = second_of_half(h);
  return s < 0 ? 0 : m_.declarations.at(d).curtailed[s];
}

Halves SlowTurn::live(const SlowGrant& g) const {
  Halves out{};
  for (int h = kBefore; h < kHalves; ++h) {
    out[h] = g.live[second_of_half(h)];
    for (std::size_t k = 0; k < index_; ++k)
      for (const SlowCovered& v : before_[k].victims)
        if (v.victim == g.id) out[h] -= v.given[h];
  }
  return out;
}

// ---- Lack

std::vector<SlowTurn::Granule> SlowTurn::granules(Instant at) const {
  std::vector<Granule> out;
  for (int h = 0; h < kHalves; h += 2) {
    Granule g;
    for (int half : {h, h + 1})
      if (leg().window.contains(at_half(half)) && whole_second(at) <= at_half(half))
        g.halves.push_back(half);
    if (!g.halves.empty()) out.push_back(g);
  }
  return out;
}

std::int64_t SlowTurn::own_lack(const Granule& g) const {
  const std::int64_t declared = m_.declarations.at(leg().declaration).o.quantity.value;
  std::int64_t most = 0;
  for (int h : g.halves) {
    std::int64_t lack = load(leg().declaration, h) + leg().quantity.value +
                        curtailed(leg().declaration, h) - declared;
    most = std::max(most, lack);
    if (tier() == nullptr) continue;
    for (const rules::Tier& other : rule().tiers)
      if (other.name != leg().tier && other.set_aside > BasisPoints(0))
        lack +=
            std::max<std::int64_t>(0, declared * other.set_aside.value / 10'000 -
                                          tier_load(leg().declaration, rule().name, other.name, h));
    most = std::max(most, lack);
  }
  return most;
}

std::int64_t SlowTurn::shared_lack(const Granule& g) const {
  const auto& i = m_.declarations.at(leg().declaration).o.infrastructure;
  const rules::CoordinationMode mode = rule().coordination.mode;
  std::int64_t most = 0;
  if (i && (mode == rules::CoordinationMode::single || mode == rules::CoordinationMode::sharded))
    for (int h : g.halves)
      most =
          std::max(most, shared_load(*i, h) + leg().quantity.value - m_.schedule(*i, at_half(h)));
  return std::max<std::int64_t>(0, std::min(most, leg().quantity.value));
}

// ---- Candidates

bool SlowTurn::of_version(const ContentId& version) const {
  for (std::optional<ContentId> id = leg().rule; id; id = m_.rules.at(*id).rule.supersedes)
    if (*id == version) return true;
  return false;
}

std::vector<SlowTurn::Candidate> SlowTurn::candidates(Instant at, SlowCover& out) const {
  std::vector<Candidate> list;
  const objects::Declaration& d = m_.declarations.at(leg().declaration).o;
  const rules::CoordinationMode mode = rule().coordination.mode;
  const bool beyond =
      mode == rules::CoordinationMode::single || mode == rules::CoordinationMode::sharded;
  for (const auto& [id, g] : m_.grants) {
    if (g.rank >= m_.rank_of(o_, leg())) continue;
    const objects::Declaration& its = m_.declarations.at(g.leg.declaration).o;
    Candidate c;
    c.grant = &g;
    c.own = g.leg.declaration == leg().declaration;
    if (!c.own && !(beyond && d.infrastructure && its.infrastructure == d.infrastructure)) continue;
    c.started = g.leg.window.from <= at;
    const rules::Tier* own = m_.rule(g).tier(g.leg.tier);
    c.floor = g.leg.window.from + (own->min_run ? *own->min_run : Duration(0));
    c.live = live(g);
    for (int h = 0; h < kHalves; ++h)
      if (leg().window.contains(at_half(h)) && whole_second(at) <= at_half(h) &&
          (!c.started || c.floor <= at_half(h)))
        c.part[h] = c.live[h];
    if (volume(c.part) <= 0) continue;
    if (!of_version(g.leg.rule)) {
      out.spared_version = out.spared_version || m_.rule(g).name == rule().name;
      continue;
    }
    SlowVictim v;
    v.rank = g.rank;
    v.notice = (at_half(first_of(c.part)) - at).value;
    v.quantity = *std::max_element(c.part.begin(), c.part.end());
    v.fifth_hour = rule().zone && slow_fifth_hour(leg().window.from);
    if (!slow_displaces(leg().tier, v)) {
      out.spared_when = true;
      continue;
    }
    if (!c.own && !m_.coordinated(o_, rule(), its)) {
      out.uncoordinated = true;
      continue;
    }
    list.push_back(c);
  }
  sort(list);
  return list;
}

void SlowTurn::sort(std::vector<Candidate>& list) const {
  const rules::VictimOrder order = tier()->displaces->victims;
  auto key = [&](const Candidate& c) {
    const SlowGrant& g = *c.grant;
    std::int64_t number = -g.sequence;
    Digest draw{};
    if (order == rules::VictimOrder::earliest_first) number = g.sequence;
    if (order == rules::VictimOrder::cheapest) number = g.leg.price.value;
    if (order == rules::VictimOrder::lottery) {
      Bytes preimage;
      crypto::append_prefixed(preimage, leg().request.view());
      crypto::append_prefixed(preimage, g.id.view());
      draw = crypto::sha256(preimage), number = 0;
    }
    return std::tuple(g.rank, number, draw, g.id);
  };
  std::sort(list.begin(), list.end(),
            [&](const Candidate& a, const Candidate& b) { return key(a) < key(b); });
}

// ---- Cover

std::int64_t SlowTurn::has(const Candidate& c, const Granule& g) const {
  if (c.started && g.begins() < c.floor) return 0;
  std::int64_t least = c.live[g.halves.front()];
  for (int h : g.halves) least = std::min(least, c.live[h]);
  return std::max<std::int64_t>(0, least - c.given[g.halves.front()]);
}

/// The formula of the last rank.
void SlowTurn::share(const std::vector<std::int64_t>& could, std::int64_t lack,
                     std::vector<std::int64_t>& gives, SlowCover& out) const {
  std::int64_t all = 0, left = lack;
  for (std::int64_t a : could) all += a;
  for (std::size_t i = 0; i < could.size(); ++i) gives[i] = lack * could[i] / all, left -= gives[i];
  out.odd_units = out.odd_units || left > 0;
  for (std::size_t i = 0; left > 0; ++i)
    if (could[i] > 0) ++gives[i], --left;
}

/// One step in one granule; gives what it took.
std::int64_t SlowTurn::give(std::vector<Candidate>& list, const Granule& g, std::int64_t lack,
                            bool first, SlowCover& out) const {
  const std::int64_t declared = m_.declarations.at(leg().declaration).o.quantity.value;
  std::map<std::string, std::int64_t> spare;  // of tiers with a set-aside
  for (const rules::Tier& other : rule().tiers) {
    if (!first || other.name == leg().tier || other.set_aside == BasisPoints(0)) continue;
    std::int64_t least = INT64_MAX;
    for (int h : g.halves)
      least = std::min(least, tier_load(leg().declaration, rule().name, other.name, h) -
                                  declared * other.set_aside.value / 10'000);
    spare[other.name] = std::max<std::int64_t>(0, least);
  }
  std::vector<std::int64_t> had(list.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    had[i] = first && !list[i].own ? 0 : has(list[i], g);
  // One unit of this candidate, if it may.
  auto unit = [&](std::size_t i, std::vector<std::int64_t>& gives) {
    if (gives[i] >= had[i]) return false;
    auto bound = spare.find(list[i].grant->leg.tier);
    if (bound != spare.end() && bound->second == 0) {
      out.bounded = true;
      return false;
    }
    if (bound != spare.end()) --bound->second;
    ++gives[i];
    return true;
  };
  std::vector<std::int64_t> gives(list.size());
  std::int64_t left = lack;
  if (tier()->displaces->victims != rules::VictimOrder::pro_rata) {
    for (bool any = true; left > 0 && any;) {
      any = false;
      for (std::size_t i = 0; i < list.size() && !any; ++i) any = unit(i, gives);
      left -= any;
    }
  } else {
    for (std::size_t i = 0; i < list.size() && left > 0;) {
      std::vector<std::int64_t> could(list.size()), shares(list.size());
      std::int64_t sum = 0;
      const std::int64_t rank = list[i].grant->rank;
      for (; i < list.size() && list[i].grant->rank == rank; ++i) {
        while (unit(i, could)) {
        }
        sum += could[i];
      }
      if (sum <= left)
        shares = could;
      else
        share(could, left, shares, out);
      left -= std::min(left, sum);
      for (std::size_t k = 0; k < list.size(); ++k) gives[k] += shares[k];
    }
  }
  for (std::size_t i = 0; i < list.size(); ++i)
    for (int h : g.halves) list[i].given[h] += gives[i];
  return lack - left;
}

SlowCovered SlowTurn::covered(const Candidate& c, Instant at) const {
  const SlowGrant& g = *c.grant;
  SlowCovered out;
  out.victim = g.id;
  out.given = c.given;
  out.own = c.own;
  out.pieces = pieces_of(c.given);
  out.notice = (at_half(first_of(c.given)) - at).value;
  SlowVictim v;
  v.rank = g.rank;
  v.notice = out.notice;
  v.quantity = *std::max_element(c.part.begin(), c.part.end());
  v.released = *std::max_element(c.given.begin(), c.given.end());
  v.value =
      worth(g.leg.price, volume(c.live)) - worth(g.leg.price, volume(c.live) - volume(c.given));
  v.times_displaced = g.times_displaced;
  for (std::size_t k = 0; k < index_; ++k)
    for (const SlowCovered& x : before_[k].victims) v.times_displaced += x.victim == g.id;
  out.compensation =
      std::max({slow_compensation(rule().version, leg().tier, v),
                slow_compensation(m_.rule(g).version, leg().tier, v), std::int64_t{0}});
  if (m_.holder(g) == m_.declarations.at(leg().declaration).o.holder) out.refund = v.value;
  return out;
}

SlowCover SlowTurn::cover(Instant at) const {
  SlowCover out;
  if (!m_.declarations.contains(leg().declaration) || !m_.requests.contains(leg().request) ||
      !m_.rules.contains(leg().rule) || !m_.credentials.contains(leg().holder_credential) ||
      !m_.credentials.contains(leg().user_credential))
    return out;
  const std::vector<Granule> all = granules(at);
  for (const Granule& g : all) out.lack = std::max({out.lack, own_lack(g), shared_lack(g)});
  if (out.lack == 0 || !leg().displace || tier() == nullptr || !tier()->displaces) return out;
  std::vector<Candidate> list = candidates(at, out);
  for (const Granule& g : all) {
    const std::int64_t own = give(list, g, own_lack(g), true, out);
    const std::int64_t more =
        give(list, g, std::max<std::int64_t>(0, shared_lack(g) - own), false, out);
    out.two_steps = out.two_steps || (own > 0 && more > 0);
  }
  for (const Candidate& c : list) {
    if (volume(c.given) == 0) continue;
    SlowCovered v = covered(c, at);
    out.notice = out.victims.empty() ? v.notice : std::min(out.notice, v.notice);
    out.compensation += v.compensation;
    out.refund += v.refund;
    out.pieces += v.pieces;
    out.older_version = out.older_version || c.grant->leg.rule != leg().rule;
    out.victims.push_back(v);
  }
  return out;
}

std::vector<SlowCover> SlowMarket::covers(const objects::Settlement& o, Instant at) const {
  std::vector<SlowCover> out;
  for (std::size_t i = 0; i < o.legs.size(); ++i)
    out.push_back(SlowTurn(*this, o, i, out).cover(at));
  return out;
}

// ---- The clauses that rest on them

bool SlowMarket::displacement(const objects::Settlement& o, std::size_t index, Instant at) const {
  const objects::Leg& leg = o.legs[index];
  const SlowCover& c = covers_[index];
  if (c.victims.empty()) return true;
  const auto& stop = rules.at(leg.rule).rule.tier(leg.tier)->displaces->stop_within;
  return leg.displace && !overdue(requests.at(o.legs[0].request).o.user, at) &&
         c.compensation <= leg.displace->compensation_at_most.value &&
         c.refund <= leg.displace->refund_at_most.value && (!stop || c.notice >= stop->value) &&
         static_cast<std::int64_t>(c.victims.size()) <= genesis.cover.victims &&
         c.pieces <= genesis.cover.pieces;
}

/// What the user has of the leg's tier before the settlement, and asks for in its other legs.
std::int64_t SlowMarket::of_user(const objects::Settlement& o, std::size_t index,
                                 const PublicKey& user, int half) const {
  const objects::Leg& leg = o.legs[index];
  const std::string& name = rules.at(leg.rule).rule.name;
  std::int64_t out = 0;
  for (const auto& [id, g] : grants)
    if (this->user(g) == user && g.leg.tier == leg.tier && rule(g).name == name)
      out += half < kBefore ? 0 : g.live[second_of_half(half)];
  for (std::size_t i = 0; i < o.legs.size(); ++i) {
    const objects::Leg& other = o.legs[i];
    if (i != index && other.window.contains(at_half(half)) && other.tier == leg.tier &&
        requests.contains(other.request) && requests.at(other.request).o.user == user &&
        rules.contains(other.rule) && rules.at(other.rule).rule.name == name)
      out += other.quantity.value;
  }
  return out;
}

void SlowMarket::load_verdicts(Verdicts& v, const objects::Settlement& o, std::size_t index) const {
  const objects::Leg& leg = o.legs[index];
  const objects::Declaration& d = declarations.at(leg.declaration).o;
  const rules::Rule& r = rules.at(leg.rule).rule;
  const rules::Tier* tier = r.tier(leg.tier);
  const SlowTurn turn(*this, o, index, covers_);
  const bool scheduled_mode = r.coordination.mode == rules::CoordinationMode::single ||
                              r.coordination.mode == rules::CoordinationMode::sharded;
  bool fits = true, shared = true, quota = true;
  const objects::Request& asked = requests.at(leg.request).o;
  for (int h = 0; h < kHalves; ++h) {
    if (!leg.window.contains(at_half(h))) continue;
    std::int64_t own = 0, all = 0;  // releases
    std::map<std::string, std::int64_t> of_tier;
    for (const SlowCovered& c : covers_[index].victims) {
      all += c.given[h];
      if (!c.own) continue;
      own += c.given[h];
      of_tier[grants.at(c.victim).leg.tier] += c.given[h];
    }
    const std::int64_t q = leg.quantity.value, declared = d.quantity.value;
    const std::int64_t after =
        turn.load(leg.declaration, h) + turn.curtailed(leg.declaration, h) + q - own;
    fits = fits && after <= declared;
    if (scheduled_mode && d.infrastructure)
      shared = shared && std::min<std::int64_t>(0, turn.shared_load(*d.infrastructure, h) -
                                                       schedule(*d.infrastructure, at_half(h))) -
                                 all + q <=
                             0;
    std::int64_t unused = 0;
    bool any = false;
    if (tier != nullptr)
      for (const rules::Tier& other : r.tiers) {
        if (other.name == leg.tier || other.set_aside == BasisPoints(0)) continue;
        any = true;
        unused += std::max<std::int64_t>(
            0, declared * other.set_aside.value / 10'000 -
                   (turn.tier_load(leg.declaration, r.name, other.name, h) - of_tier[other.name]));
      }
    if (any) quota = quota && after + unused <= declared;
    if (tier != nullptr && tier->quota)
      quota = quota && turn.tier_load(leg.declaration, r.name, leg.tier, h) + q <=
                           declared * tier->quota->value / 10'000;
    if (tier != nullptr && tier->user_quota)
      quota = quota && of_user(o, index, asked.user, h) + q <= tier->user_quota->value;
  }
  auto say = [&](admission::ClauseId id, bool holds) {
    auto [it, fresh] = v.emplace(id, holds);
    it->second = it->second && holds;
  };
  say(admission::ClauseId::capacity, fits);
  say(admission::ClauseId::shared_capacity, shared);
  say(admission::ClauseId::tier_quota, quota);
}

}  // namespace capmarket::property
