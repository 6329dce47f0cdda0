#include "verify/hunt/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/hunt/history_terms.h"

namespace capmarket::hunt {
namespace {

constexpr const char* kHolder = "plant";
constexpr const char* kDeclaration = "capacity";
/// No ceiling is what a displacement fails for.
constexpr Money kAmple(kWireMax);

class TraceBuilder {
 public:
  TraceBuilder(const History& history, const z3::model& model) : h_(history), model_(model) {
    for (std::size_t i = 0; i < h_.size(); ++i)
      cases_.push_back((kind(i) == MoveKind::late ? h_.move(i).refused : h_.move(i).request)
                           .case_of(model));
  }

  HuntTrace tell(const rules::Goal* goal) {
    const rules::Rule& rule = h_.rule();
    out_.declared = Quantity(smt::value_in(model_, h_.declared()));
    out_.begin = h_.begin();
    declare();
    for (std::size_t i = 0; i < h_.size(); ++i) step(i);
    for (std::size_t i = 0; i < h_.size(); ++i) renew(i);
    std::stable_sort(
        out_.script.steps.begin(), out_.script.steps.end(),
        [](const scenarios::ScriptStep& a, const scenarios::ScriptStep& b) { return a.at < b.at; });
    out_.end = std::max(out_.end, out_.window.until);
    if (goal == nullptr) return std::move(out_);
    scenarios::WatchSpec watch;
    watch.name = goal->name;
    watch.rule = rule.name;
    watch.expect = 1;
    out_.script.watch.push_back(watch);
    return std::move(out_);
  }

 private:
  std::int64_t v(const smt::Symbolic::Int& term) const { return smt::value_in(model_, term); }
  MoveKind kind(std::size_t i) const { return static_cast<MoveKind>(v(h_.move(i).kind)); }
  bool leg(std::size_t i) const {
    return kind(i) == MoveKind::settle || kind(i) == MoveKind::displace ||
           kind(i) == MoveKind::late;
  }
  const rules::Tier& tier(std::size_t i) const {
    return h_.rule().tiers[static_cast<std::size_t>(v(h_.move(i).tier))];
  }
  std::string grant(std::size_t i) const { return fmt::format("grant-{}", i + 1); }
  std::string request(std::size_t i) const { return fmt::format("request-{}", i + 1); }
  std::string user(std::size_t i) const { return fmt::format("user-{}", v(h_.move(i).user) + 1); }
  Window taken(std::size_t i) const {
    const Move& m = h_.move(i);
    return {Instant(v(m.take_from)), Instant(v(m.take_until))};
  }

  /// Around every leg.
  void declare() {
    scenarios::ScriptStep s;
    s.kind = scenarios::StepKind::declare;
    s.name = kDeclaration;
    s.at = h_.begin();
    s.by = kHolder;
    s.quantity = out_.declared;
    bool first = true;
    for (std::size_t i = 0; i < h_.size(); ++i) {
      if (!leg(i)) continue;
      const Window& w = cases_[i].leg.window;
      if (first) {
        out_.holder = {kHolder, cases_[i].holder.kind, cases_[i].holder.groups, ""};
        out_.place = cases_[i].location;
        out_.window = w;
        first = false;
      }
      out_.window = {std::min(out_.window.from, w.from), std::max(out_.window.until, w.until)};
    }
    s.window = out_.window;
    s.expect = scenarios::StepExpectation{};
    out_.script.steps.push_back(std::move(s));
  }

  void step(std::size_t i) {
    out_.end = std::max(out_.end, Instant(v(h_.move(i).at)));
    if (leg(i))
      settle(i);
    else
      take(i);
  }

  void ask(std::size_t i) {
    const chain::EligibilityContext& leg = cases_[i].leg;
    scenarios::ScriptStep s;
    s.kind = scenarios::StepKind::request;
    s.name = request(i);
    s.at = Instant(v(h_.move(i).at) - v(h_.move(i).waited));
    s.by = user(i);
    s.of = {kDeclaration};
    s.quantity = leg.quantity;
    s.window = leg.window;
    s.tier = tier(i).name;
    s.price = leg.price;
    s.partial = leg.partial;
    s.expect = scenarios::StepExpectation{};
    out_.script.steps.push_back(std::move(s));
  }

  void settle(std::size_t i) {
    const Move& m = h_.move(i);
    const chain::EligibilityContext& leg = cases_[i].leg;
    auto known = std::find_if(out_.users.begin(), out_.users.end(),
                              [&](const HuntParty& p) { return p.name == user(i); });
    if (known == out_.users.end())
      out_.users.push_back({user(i), cases_[i].user.kind, cases_[i].user.groups, tier(i).name});
    ask(i);
    scenarios::ScriptStep s;
    s.kind = scenarios::StepKind::settle;
    s.name = grant(i);
    s.at = Instant(v(m.at));
    s.when = leg.signed_at;
    scenarios::ScriptLeg l;
    l.request = request(i);
    l.declaration = kDeclaration;
    l.quantity = leg.quantity;
    l.window = leg.window;
    l.tier = tier(i).name;
    l.price = leg.price;
    if (!h_.rule().fallback.empty())
      l.strategy = h_.rule().fallback[static_cast<std::size_t>(v(m.strategy))].name;
    std::string told = fmt::format("{} is granted {} {} over {} .. {} at tier `{}`, {} {}", user(i),
                                   leg.quantity.value, h_.rule().unit, to_text(leg.window.from),
                                   to_text(leg.window.until), tier(i).name, to_text(leg.price),
                                   h_.rule().currency);
    s.expect = scenarios::StepExpectation{};
    if (kind(i) == MoveKind::displace) {
      auto j = static_cast<std::size_t>(v(m.whose));
      l.displace = {{kAmple, kAmple}};
      s.expect->displaced = {{grant(j), Quantity(v(m.take))}};
      told += fmt::format(", and displaces {} {} of {} over {} .. {}", v(m.take), h_.rule().unit,
                          grant(j), to_text(taken(i).from), to_text(taken(i).until));
    }
    if (kind(i) == MoveKind::late) {
      s.expect = scenarios::StepExpectation{false, {admission::ClauseId::rule_in_force}};
      told = fmt::format(
          "{} asks for {} {} at tier `{}` and is refused: the settlement comes later than the skew "
          "after its signature",
          user(i), leg.quantity.value, h_.rule().unit, tier(i).name);
    }
    if (v(m.waited) > 0)
      told += fmt::format(" (asked for {} before)", to_text(Duration(v(m.waited))));
    s.legs = {std::move(l)};
    tell_at(s.at, s.name + ": " + told);
    out_.script.steps.push_back(std::move(s));
  }

  /// As often as its lease would end before the last step.
  void renew(std::size_t i) {
    const auto& lease = h_.rule().lease;
    if (!lease || (kind(i) != MoveKind::settle && kind(i) != MoveKind::displace)) return;
    const Instant last(v(h_.move(h_.size() - 1).at));
    const Window& window = cases_[i].leg.window;
    Instant end = std::max(Instant(v(h_.move(i).at)), window.from) + *lease;
    std::int64_t times = 0;
    while (end <= last && end < window.until && times < kRenewalsMax) {
      scenarios::ScriptStep s;
      s.kind = scenarios::StepKind::renew;
      s.name = grant(i);
      s.at = end - Duration(std::max<std::int64_t>(1, lease->value / 10));
      end = s.at + *lease;
      out_.script.steps.push_back(std::move(s));
      ++times;
    }
    if (times > 0) out_.told[i] += fmt::format(", and renews it {} times", times);
  }

  void take(std::size_t i) {
    const Move& m = h_.move(i);
    auto j = static_cast<std::size_t>(v(m.whose));
    scenarios::ScriptStep s;
    const bool fails = kind(i) == MoveKind::fail;
    s.kind = fails ? scenarios::StepKind::fail : scenarios::StepKind::surrender;
    s.name = grant(j);
    s.at = Instant(v(m.at));
    if (fails) s.by = "holder", s.when = s.at;
    s.quantity = Quantity(v(m.take));
    s.window = taken(i);
    s.expect = scenarios::StepExpectation{};
    tell_at(s.at, fmt::format("{}: {} {} over {} .. {} {}", grant(j), s.quantity->value,
                              h_.rule().unit, to_text(s.window->from), to_text(s.window->until),
                              fails ? "is not delivered" : "is given back"));
    out_.script.steps.push_back(std::move(s));
  }

  void tell_at(Instant t, const std::string& what) {
    out_.told.push_back(fmt::format("{}  {}", to_text(t), what));
  }

  const History& h_;
  const z3::model& model_;
  std::vector<question::RequestCase> cases_;
  HuntTrace out_;
};

}  // namespace

HuntTrace trace_of(const History& history, const z3::model& model, const rules::Goal* goal) {
  return TraceBuilder(history, model).tell(goal);
}

}  // namespace capmarket::hunt
