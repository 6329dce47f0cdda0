#include "tests/verify/fuzz/extreme_scripts.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/question/request_bounds.h"
#include "verify/witness/scenario_parts.h"

namespace capmarket::fuzz {
namespace {

using scenarios::ScriptStep;
using scenarios::StepKind;

constexpr Money kAmple(kWireMax);
constexpr Duration kHour(kNanosPerHour), kInstant(1);
constexpr Duration kTwoDays(48 * kNanosPerHour);
constexpr Duration kLong(90 * 24 * kNanosPerHour);

/// Which end of each limit is meant, and how much later than its signature a settlement comes.
struct Extremes {
  bool quantity = false, length = false, lead = false, price = false;  // the largest
  Duration late;
  bool early = false;  // a nanosecond before its signature
};

/// One script, step by step.
class Script {
 public:
  Script(const FuzzMarket& market, const rules::Rule& rule, Extremes at)
      : market_(market), rule_(rule), scenario_(market.scenario), at_(at) {
    const rules::Limits& l = rule.limits;
    quantity_ = std::max(Quantity(1), at.quantity ? l.quantity_max : l.quantity_min);
    length_ = at.length ? Duration(floor_div(l.length_max.value, rule.granularity.value) *
                                   rule.granularity.value)
                        : witness::least_length(rule);
    lead_ = at.lead ? l.lead_max : l.lead_min;
    const auto [low, high] = question::admissible_prices(rule);
    if (rule.pricing.mode != rules::PricingMode::fixed)
      price_ = Money(at.price ? high : std::max(low, rule.pricing.floor.value));
  }

  /// All of it, with legs that start as soon as they may when signed at `signed_at`.
  scenarios::Scenario play(Instant begin, Instant signed_at, bool exactly) {
    scenario_.start = begin;
    scenario_.duration = kLong;
    now_ = begin;
    Instant start = witness::ceil_in(rule_, signed_at + lead_);
    if (!exactly) signed_at = start - lead_;
    window_ = {start, start + length_};
    grants_of_all(signed_at);
    displacements(signed_at);
    bundle(signed_at);
    aftermath();
    deadlines();
    std::stable_sort(steps_.begin(), steps_.end(),
                     [](const ScriptStep& a, const ScriptStep& b) { return a.at < b.at; });
    scenario_.script.steps = std::move(steps_);
    return scenario_;
  }

 private:
  ScriptStep& step(StepKind kind, std::string name, Instant at) {
    now_ = std::max(now_, at);
    steps_.emplace_back();
    steps_.back().kind = kind;
    steps_.back().name = std::move(name);
    steps_.back().at = std::max(now_, at);
    return steps_.back();
  }

  std::string declare(Int128 quantity, Instant at) {
    std::string name = fmt::format("d{}", declarations_++);
    ScriptStep& s = step(StepKind::declare, name, at);
    s.by = market_.holders[static_cast<std::size_t>(declarations_) % market_.holders.size()];
    s.quantity =
        Quantity(static_cast<std::int64_t>(std::clamp<Int128>(quantity, 1, Int128{1} << 44)));
    const Instant from = witness::ceil_in(rule_, std::min(at, window_.from) - length_ - length_);
    s.window = Window{from, witness::ceil_in(rule_, window_.until + kTwoDays)};
    return name;
  }

  /// The name of the request, of what is signed then.
  std::string ask(const std::string& user, const std::string& tier, const std::string& declaration,
                  const Window& window, Instant at) {
    std::string name = fmt::format("r{}", requests_++);
    ScriptStep& s = step(StepKind::request, name, at_.early ? at - kInstant : at);
    s.by = user;
    s.of = {declaration};
    s.quantity = quantity_;
    s.window = window;
    s.tier = tier;
    s.partial = requests_ % 2 == 0;
    return name;
  }

  scenarios::ScriptLeg leg(const std::string& request, const std::string& declaration,
                           bool displaces) {
    scenarios::ScriptLeg out;
    out.request = request;
    out.declaration = declaration;
    out.price = price_;
    if (!rule_.fallback.empty())
      out.strategy = rule_.fallback[static_cast<std::size_t>(grants_) % rule_.fallback.size()].name;
    if (displaces) out.displace = {{kAmple, kAmple}};
    return out;
  }

  std::string settle(std::vector<scenarios::ScriptLeg> legs, Instant signed_at) {
    std::string name = fmt::format("g{}", grants_++);
    ScriptStep& s =
        step(StepKind::settle, name, at_.early ? signed_at - kInstant : signed_at + at_.late);
    s.when = signed_at;
    s.legs = std::move(legs);
    settled_.push_back(name);
    return name;
  }

  std::string grant(const FuzzMarket::User& user, const std::string& tier,
                    const std::string& declaration, const Window& window, Instant signed_at,
                    bool displaces) {
    const std::string request = ask(user.name, tier, declaration, window, signed_at);
    return settle({leg(request, declaration, displaces)}, signed_at);
  }

  void grants_of_all(Instant signed_at) {
    const std::string declaration = declare(Int128{quantity_.value} * 40, signed_at);
    for (const FuzzMarket::User& u : market_.users)
      for (const std::string& tier : u.tiers)
        grant(u, tier, declaration, window_, signed_at, false);
  }

  /// A full declaration; then the same window, one that begins where it ends, one granule of both
  /// ends.
  void displacements(Instant signed_at) {
    const std::string& lowest = rule_.tiers.back().name;
    const std::string declaration = declare(Int128{quantity_.value} * 2, signed_at);
    const Duration g = rule_.granularity;
    for (int i = 0; i < 3; ++i)
      for (const FuzzMarket::User& u : market_.users)
        if (std::find(u.tiers.begin(), u.tiers.end(), lowest) != u.tiers.end())
          grant(u, lowest, declaration, window_, signed_at, false);
    const Window windows[] = {window_,
                              {window_.until, window_.until + length_},
                              {window_.until - g, window_.until - g + length_},
                              {window_.from + g - length_, window_.from + g}};
    for (const Window& w : windows)
      for (const FuzzMarket::User& u : market_.users)
        for (const std::string& tier : u.tiers)
          if (const rules::Tier* t = rule_.tier(tier); t != nullptr && t->displaces)
            grant(u, tier, declaration, w, std::max(signed_at, w.from - rule_.limits.lead_max),
                  true);
  }

  void bundle(Instant signed_at) {
    const std::string first = declare(quantity_.value, signed_at);
    const std::string second = declare(quantity_.value, signed_at);
    for (const FuzzMarket::User& u : market_.users) {
      std::vector<scenarios::ScriptLeg> legs;
      for (const std::string& of : {first, second}) {
        const std::string request = ask(u.name, u.tiers.front(), of, window_, signed_at);
        const rules::Tier* t = rule_.tier(u.tiers.front());
        legs.push_back(leg(request, of, t != nullptr && t->displaces.has_value()));
      }
      settle(std::move(legs), signed_at);
    }
  }

  void act(StepKind kind, const std::string& name, Instant at) { step(kind, name, at); }
  void part(StepKind kind, const std::string& name, Instant at, std::string by, Quantity quantity,
            const Window& window) {
    ScriptStep& s = step(kind, name, at);
    s.by = std::move(by);
    s.quantity = quantity;
    s.window = window;
  }

  void fail(const std::string& name, Instant at, std::string by) {
    step(StepKind::fail, name, at).by = std::move(by);
  }

  /// At the start, a granule later, at the end and after it.
  void aftermath() {
    const Duration g = rule_.granularity;
    const std::vector<std::string> all = settled_;
    const Window last{window_.until - g, window_.until};
    auto each = [&](std::size_t from, auto&& what) {
      for (std::size_t i = from; i < all.size(); i += 5) what(all[i]);
    };
    each(0, [&](const std::string& n) { act(StepKind::renew, n, window_.from - kInstant); });
    each(0, [&](const std::string& n) {
      part(StepKind::fail, n, window_.from, "holder", Quantity(1), last);
    });
    each(1, [&](const std::string& n) { fail(n, window_.from, "holder"); });
    each(2, [&](const std::string& n) {
      part(StepKind::surrender, n, window_.from, "", Quantity(1), last);
    });
    each(3, [&](const std::string& n) {
      part(StepKind::consume, n, window_.from + g, "", Quantity(1),
           {window_.from, window_.from + g});
    });
    each(4, [&](const std::string& n) { fail(n, window_.until, "user"); });
    each(4, [&](const std::string& n) { act(StepKind::contest, n, window_.until + kInstant); });
    each(1, [&](const std::string& n) { act(StepKind::record, n, window_.until + kInstant); });
    const auto last_ground = static_cast<int>(objects::enum_max(objects::Ground{}));
    for (int ground = 0; ground <= last_ground; ++ground) {
      ScriptStep& s = step(StepKind::dispute, all[static_cast<std::size_t>(ground) % all.size()],
                           window_.until + kHour);
      s.ground = static_cast<objects::Ground>(ground);
      s.by = market_.auditors.empty() ? market_.holders.front() : market_.auditors.front();
    }
  }

  /// What is owed for a displacement is overdue from one nanosecond after its deadline on: who
  /// displaced asks again at both instants, then one pays.
  void deadlines() {
    for (const rules::Tier& t : rule_.tiers) {
      if (!t.displaces) continue;
      for (const Duration past : {Duration(0), kInstant, kHour}) {
        const Instant signed_at = now_ + (past == kInstant ? kInstant : t.displaces->pay_within);
        const Instant start = witness::ceil_in(rule_, signed_at + rule_.limits.lead_min);
        window_ = {start, start + length_};
        const std::string of = declare(Int128{quantity_.value} * 40, signed_at);
        for (const FuzzMarket::User& u : market_.users)
          if (std::find(u.tiers.begin(), u.tiers.end(), t.name) != u.tiers.end())
            grant(u, t.name, of, window_, signed_at, true);
        if (past == kInstant) act(StepKind::pay, market_.users.back().name, now_);
      }
    }
  }

  const FuzzMarket& market_;
  const rules::Rule& rule_;
  scenarios::Scenario scenario_;
  Extremes at_;
  Quantity quantity_;
  Duration length_, lead_;
  std::optional<Money> price_;
  Window window_;
  Instant now_;
  std::vector<ScriptStep> steps_;
  std::vector<std::string> settled_;
  int declarations_ = 0, requests_ = 0, grants_ = 0;
};

Extremes corner(int bits, Duration late, bool early) {
  return {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, late, early};
}

}  // namespace

std::vector<ExtremeScript> extreme_scripts(const FuzzMarket& market, const rules::Rule& rule) {
  std::vector<ExtremeScript> out;
  const Instant begin = market.scenario.start;
  const Instant usual =
      std::max(begin, rule.effective.from) + rule.limits.skew + kHour;  // in force, declared before
  const Duration lates[] = {Duration(0), rule.limits.skew, rule.limits.skew + kInstant,
                            Duration(0)};
  for (int bits = 0; bits < 16; ++bits)
    for (int k = 0; k < 4; ++k) {
      Script script(market, rule, corner(bits, lates[k], k == 3));
      out.push_back(
          {fmt::format("corner {}, delay {}", bits, k), script.play(begin, usual, false)});
    }
  for (const scenarios::ScenarioRule& version : market.scenario.rules) {
    if (version.rule.name != rule.name) continue;
    for (const Instant edge : {version.rule.effective.from, version.in_force().until})
      for (const Duration beside : {Duration(-1), Duration(0), kInstant})
        for (const int bits : {0, 15})
          for (const Duration late : {Duration(0), rule.limits.skew}) {
            const Instant signed_at = edge + beside;
            Script script(market, rule, corner(bits, late, false));
            out.push_back({fmt::format("signed at {}, corner {}, {} late", to_text(signed_at), bits,
                                       to_text(late)),
                           script.play(std::max(begin, signed_at - kHour), signed_at, true)});
          }
  }
  return out;
}

}  // namespace capmarket::fuzz
