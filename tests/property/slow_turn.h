// The slow market as it stands when a leg is judged: after the legs before it.
#pragma once

#include "tests/property/slow_market.h"

namespace capmarket::property {

class SlowTurn {
 public:
  /// `before`: the covers of the legs before the one of that index.
  SlowTurn(const SlowMarket& market, const objects::Settlement& settlement, std::size_t index,
           const std::vector<SlowCover>& before)
      : m_(market), o_(settlement), index_(index), before_(before) {}

  /// Each at half second `h`.
  std::int64_t load(const ContentId& declaration, int h) const;
  std::int64_t shared_load(const ContentId& infrastructure, int h) const;
  std::int64_t tier_load(const ContentId& declaration, const std::string& rule,
                         const std::string& tier, int h) const;
  std::int64_t curtailed(const ContentId& declaration, int h) const;
  Halves live(const SlowGrant& g) const;

  /// Who gives way to the leg of that index.
  SlowCover cover(Instant at) const;

 private:
  struct Candidate {
    const SlowGrant* grant = nullptr;
    bool own = false, started = false;
    Instant floor;
    Halves live{}, part{};
    Halves given{};
  };
  struct Granule {
    std::vector<int> halves;
    Instant begins() const { return at_half(halves.front()); }
  };
  const objects::Leg& leg() const { return o_.legs[index_]; }
  const rules::Rule& rule() const { return m_.rules.at(leg().rule).rule; }
  const rules::Tier* tier() const { return rule().tier(leg().tier); }
  bool counts(const objects::Leg& l, int h) const {
    return m_.declarations.contains(l.declaration) && l.window.contains(at_half(h));
  }
  template <class F>
  std::int64_t changes(int h, F&& of_leg) const;
  std::vector<Granule> granules(Instant at) const;
  std::int64_t own_lack(const Granule& g) const;
  std::int64_t shared_lack(const Granule& g) const;
  std::vector<Candidate> candidates(Instant at, SlowCover& out) const;
  bool of_version(const ContentId& rule) const;
  void sort(std::vector<Candidate>& list) const;
  std::int64_t has(const Candidate& c, const Granule& g) const;
  std::int64_t give(std::vector<Candidate>& list, const Granule& g, std::int64_t lack, bool first,
                    SlowCover& out) const;
  void share(const std::vector<std::int64_t>& could, std::int64_t lack,
             std::vector<std::int64_t>& gives, SlowCover& out) const;
  SlowCovered covered(const Candidate& c, Instant at) const;

  const SlowMarket& m_;
  const objects::Settlement& o_;
  std::size_t index_;
  const std::vector<SlowCover>& before_;
};

}  // namespace capmarket::property
