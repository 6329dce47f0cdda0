#include "tests/verify/fuzz/random_rules.h"

#include <fmt/format.h>

#include <random>
#include <vector>

namespace capmarket::fuzz {
namespace {

using Texts = std::vector<std::string>;

/// What a goal speaks of, and the variables that it may read, by type.
struct Subject {
  const char* premise;
  Texts integers, money, durations, times, flags, names;
};

const std::vector<Subject>& subjects() {
  static const Texts kInts = {"quantity", "rank"}, kMoney = {"price", "value"},
                     kDurations = {"length", "lead", "request.waited"},
                     kTimes = {"now", "start", "until"}, kFlags = {"partial"};
  static const Texts kNames = {"user.kind == \"red\"", "user.kind == \"blue\"", "tier == \"top\"",
                               "tier == \"low\"", "\"vip\" in user.groups",
                               "holder.kind == \"plant\"", "\"old\" in holder.groups",
                               "location in \"eu/de\""};
  auto with = [](Texts all, const Texts& more) {
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  static const std::vector<Subject> kAll = {
      {"admitted", kInts, kMoney, kDurations, kTimes,
       with(kFlags, {"user.overdue"}), kNames},
      {"", kInts, kMoney, kDurations, kTimes, with(kFlags, {"user.overdue", "admitted"}), kNames},
      {"displaced",
       with(kInts, {"victim.rank", "victim.quantity", "victim.times_displaced", "released"}),
       with(kMoney, {"victim.price", "victim.value", "victim.whole_value", "compensation"}),
       with(kDurations, {"victim.length", "notice"}), with(kTimes, {"victim.start", "victim.until"}),
       with(kFlags, {"victim.started"}),
       with(kNames, {"victim.tier == \"low\"", "victim.tier == \"mid\"", "victim.tier == \"top\""})},
      {"failed", kInts, with(kMoney, {"refund", "penalty"}), kDurations, kTimes, kFlags, kNames}};
  return kAll;
}

class RuleText {
 public:
  RuleText(std::uint64_t seed, bool later)
      : random_(2 * seed + (later ? 1 : 0)), grain_(seed % 4 == 0 ? 60 : seed % 4 == 1 ? 5 : 1) {}

  std::string text(std::uint64_t seed, const std::string& supersedes) {
    std::string out = head(seed, supersedes);
    out += limits();
    out += tiers();
    out += "fallback:\n";
    for (int i = 0; i < pick(1, 2); ++i)
      out += fmt::format(
          "  - {{ name: way-{}, substitution: {}, notify_within: {}min, refund: {}%, penalty: {}% }}\n",
          i, i == 0 ? "same-holder" : "none", pick(1, 30), pick(0, 10) * 10, pick(0, 4) * 10);
    out += "revocation: { on_review: compensate, rate: 50% }\n";
    if (pick(0, 2) == 0)
      out += fmt::format("claims: {{ contest_within: 1h, burden: {}, claim_fee: 10%, contest_fee: 10% }}\n",
                         pick(0, 1) == 0 ? "claimant" : "holder");
    out += "goals:\n";
    const int version = supersedes.empty() ? 1 : 2;
    for (int i = 0; i < 8; ++i)
      out += fmt::format("  - {{ name: v{}-{}, {} }}\n", version, i, goal());
    return out;
  }

 private:
  int pick(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  const std::string& one(const Texts& from) {
    return from[random_() % static_cast<std::uint64_t>(from.size())];
  }

  std::string head(std::uint64_t seed, const std::string& supersedes) {
    const bool later = !supersedes.empty();
    std::string out = fmt::format(
        "rule: test/random-{}\nversion: {}\n{}authority: test\nclass: compute\nscope: eu\n"
        "effective: {{ from: 2026-0{}-01T00:00:00Z, until: 2027-01-01T00:00:00Z }}\n"
        "granularity: {}min\nunit: core\nretention: 1y\ndispute_within: 30d\ncurrency: EUR\n",
        seed, later ? 2 : 1, later ? fmt::format("supersedes: {}\n", supersedes) : "",
        later ? 6 : 1, grain_);
    if (pick(0, 3) == 0) out += fmt::format("lease: {}min\n", pick(1, 4) * 30);
    return out;
  }

  std::string limits() {
    least_ = pick(1, 5), most_ = least_ + pick(0, 3) * 20 + 1;
    floor_ = pick(0, 4), cap_ = floor_ + pick(1, 40);
    const bool fixed = pick(0, 4) == 0, discovered = !fixed && pick(0, 4) == 0;
    const int shortest = grain_ * pick(1, 2), longest = shortest + grain_ * pick(0, 20);
    const int lead = pick(0, 2) * 30, ahead = lead + pick(0, 4) * 60;
    money_ = {fmt::format("{}.00", floor_), fmt::format("{}.00", cap_), fmt::format("{}.0001", cap_),
              "0.00", "0.01", "10.00"};
    durations_ = {fmt::format("{}min", shortest), fmt::format("{}min", longest),
                  fmt::format("{}min", lead), fmt::format("{}min", ahead), "1h", "0s", "1ms"};
    integers_ = {fmt::format("{}", least_), fmt::format("{}", most_), fmt::format("{}", most_ + 1),
                 "0", "1", "2", "10", "20"};
    std::string price = fmt::format("{{ mode: negotiated, floor: {}.00, cap: {}.00 }}", floor_, cap_);
    if (fixed) price = fmt::format("{{ mode: fixed, tariff: {}.00 }}", cap_);
    if (discovered)
      price = fmt::format(
          "{{ mode: discovered, over: 1h, band: 20%, max_age: 15min, floor: {}.00, cap: {}.00 }}",
          floor_, cap_);
    return fmt::format(
        "limits: {{ quantity: {} .. {}, price: 0.00 .. {}.00, length: {}min .. {}min, lead: {}min "
        ".. {}min, skew: {}s }}\ncoordination: {{ mode: {} }}\npricing: {}\n",
        least_, most_, cap_ + 10, shortest, longest, lead, ahead, pick(0, 5),
        pick(0, 4) == 0 ? "single" : "none", price);
  }

  std::string eligible(bool lowest) {
    if (lowest && pick(0, 2) > 0) return "true";
    const Texts all = {"user.kind == \"red\"",
                       "\"vip\" in user.groups",
                       fmt::format("quantity >= {}", one(integers_)),
                       fmt::format("lead >= {}", one(durations_)),
                       fmt::format("length <= {}", one(durations_)),
                       fmt::format("price >= {}", one(money_)),
                       fmt::format("value >= {}", one(money_)),
                       "user.kind == \"blue\" || price >= 1.00",
                       "not partial"};
    return one(all);
  }

  std::string displaces(bool middle) {
    const Texts when = {"victim.rank < rank",
                        "true",
                        fmt::format("notice >= {}", one(durations_)),
                        "victim.times_displaced < 1",
                        "not victim.started",
                        fmt::format("victim.quantity <= {}", one(integers_)),
                        fmt::format("victim.price < price"),
                        "victim.tier == \"low\"",
                        fmt::format("victim.start >= now + {}", one(durations_)),
                        fmt::format("victim.whole_value <= {}", one(money_))};
    const Texts owed = {"max(victim.value, 1.00)", "1.5 * victim.value", "0.00", "price",
                        fmt::format("victim.value + {}", one(money_)), "released * 1.00",
                        "victim.started ? 2 * victim.value : victim.value",
                        "min(victim.whole_value, 5.00)"};
    static const Texts kOrders = {"latest-first", "earliest-first", "cheapest", "pro-rata", "lottery"};
    std::string out = fmt::format(
        "    displaces:\n      when: '{} && {}'\n      compensation: '{}'\n      pay_within: {}h\n"
        "      victims: {}\n",
        one(when), middle ? "true" : one(when), one(owed), pick(1, 24), one(kOrders));
    if (pick(0, 3) == 0) out += fmt::format("      stop_within: {}min\n", pick(1, 4) * 15);
    return out;
  }

  std::string tiers() {
    std::string out = "tiers:\n";
    const int count = pick(2, 3);
    for (int t = 0; t < count; ++t) {
      const bool lowest = t == count - 1;
      out += fmt::format("  - name: {}\n    rank: {}\n    eligible: '{}'\n",
                         t == 0 ? "top" : lowest ? "low" : "mid", 30 - 10 * t, eligible(lowest));
      if (!lowest && (t == 0 || pick(0, 1) == 0)) out += displaces(t > 0);
      if (t > 0 && pick(0, 3) == 0) out += fmt::format("    min_run: {}min\n", grain_ * pick(1, 4));
      if (pick(0, 4) == 0) out += fmt::format("    quota: {{ of: capacity, at_most: {}% }}\n", pick(3, 9) * 10);
      if (t == 0 && pick(0, 4) == 0) out += fmt::format("    set_aside: {}%\n", pick(1, 4) * 10);
    }
    return out;
  }

  std::string comparison(const Subject& s) {
    static const Texts kOps = {"<", "<=", ">", ">=", "==", "!="};
    static const Texts kRatios = {"0.5", "1.5", "2.0", "0.1"};
    switch (pick(0, 6)) {
      case 0:
        return fmt::format("{} {} {}", one(s.integers), one(kOps), one(integers_));
      case 1:
        return fmt::format("{} {} {}", one(s.money), one(kOps), one(money_));
      case 2:
        return fmt::format("{} {} {} * {}", one(s.money), one(kOps), one(kRatios), one(s.money));
      case 3:
        return fmt::format("{} {} {}", one(s.durations), one(kOps), one(durations_));
      case 4:
        return fmt::format("{} {} {} + {}", one(s.times), one(kOps), one(s.times), one(durations_));
      case 5:
        return pick(0, 1) == 0 ? one(s.flags) : one(s.names);
      default:
        return fmt::format("{} {} {}", one(s.integers), one(kOps), one(s.integers));
    }
  }

  std::string goal() {
    const Subject& s = subjects()[random_() % subjects().size()];
    const std::string premise = s.premise[0] == 0 ? comparison(s) : s.premise;
    const std::string a = comparison(s), b = comparison(s);
    switch (pick(0, 3)) {
      case 0:
        return fmt::format("always: '{} implies {}'", premise, a);
      case 1:
        return fmt::format("always: '{} && ({}) implies {} || {}'", premise, a, b, comparison(s));
      case 2:
        return fmt::format("never: '{} && {}'", premise, a);
      default:
        return fmt::format("never: '{} && ({}) && {}'", premise, a, b);
    }
  }

  std::mt19937_64 random_;
  int grain_;  // minutes: every version of a rule has the same
  int least_ = 1, most_ = 1, floor_ = 0, cap_ = 1;
  Texts integers_, money_, durations_;
};

}  // namespace

std::string random_rule(std::uint64_t seed, const std::string& supersedes) {
  return RuleText(seed, !supersedes.empty()).text(seed, supersedes);
}

}  // namespace capmarket::fuzz
