// Changes of what is set aside, as `diff` relates them and as two chains decide them: over all
// small declarations, grants and curtailments of one grant below the leg's tier.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <numeric>
#include <tuple>

#include "tests/support/market.h"
#include "tests/verify/diff/diff_support.h"

namespace capmarket::diff {
namespace {

using testing::at_second;
using testing::Market;
using testing::Party;
using testing::seconds;

constexpr std::int64_t kQuantityMax = 2, kDeclaredMax = 5;
constexpr objects::DisplaceTerms kAmple{Money(kWireMax), Money(kWireMax)};

/// Of the tiers gold, mid and low, the first two of which displace whom they stand above.
struct Shares {
  int gold = 0, mid = 0, low = 0;
  bool mid_displaces = true;
};

std::string shares_text(const Shares& s) {
  auto tier = [](const char* name, int rank, int share, bool displaces) {
    return fmt::format("  - name: {}\n    rank: {}\n    eligible: \"true\"\n{}{}", name, rank,
                       share > 0 ? fmt::format("    set_aside: {}%\n", share) : "",
                       displaces ? "    displaces: { when: victim.rank < rank, compensation: 1.00, "
                                   "pay_within: 1h }\n"
                                 : "");
  };
  testing::RuleParts p;
  p.tiers = tier("gold", 30, s.gold, true) + tier("mid", 20, s.mid, s.mid_displaces) +
            tier("low", 10, s.low, false);
  return testing::rule_text(p);
}

/// What of the market stands before the leg, and the leg.
struct State {
  std::int64_t declared = 0, below = 0, beside = 0, gone = 0, quantity = 0;
  std::string lower, upper, leg;  // tiers of the grant below, of the one beside, of the leg
  bool displaces = false;
  auto key() const {
    return std::tie(declared, below, beside, gone, quantity, lower, upper, leg, displaces);
  }
  bool operator<(const State& o) const { return key() < o.key(); }
};

std::vector<State> states() {
  std::vector<State> out;
  for (std::int64_t declared = 1; declared <= kDeclaredMax; ++declared)
    for (std::int64_t below = 0; below <= std::min(declared, std::int64_t{4}); ++below)
      for (std::int64_t beside = 0; beside <= std::min(declared - below, kQuantityMax); ++beside)
        for (std::int64_t gone = 0; gone <= std::min(declared - below - beside, std::int64_t{1});
             ++gone)
          for (std::int64_t quantity = 1; quantity <= kQuantityMax; ++quantity)
            for (const auto& [leg, lower] : {std::pair("gold", "mid"), std::pair("gold", "low"),
                                             std::pair("mid", "low"), std::pair("low", "low")})
              for (bool displaces : {false, true})
                out.push_back(
                    {declared, below, beside, gone, quantity, lower, "gold", leg, displaces});
  return out;
}

/// Each state on a declaration of its own, under one rule.
class Chain {
 public:
  explicit Chain(const Shares& shares) : m_({crypto::Scheme::mac, shares_text(shares), {}, {}, {}}) {}

  /// What comes of the leg: `refused`, or how much gives way; empty where the rule admits no such
  /// state.
  std::string outcome(const State& s) {
    declaration_ = m_.declare(holder_, s.declared, seconds(0, 1000));
    if (s.below > 0 && !settle(s.lower, s.below, {})) return "";
    const ContentId lower = last_;
    if (s.beside > 0 && !settle(s.upper, s.beside, {})) return "";
    if (s.gone > 0)
      m_.admit(objects::Curtailment{m_.salt(), holder_.key.pub, declaration_, Quantity(s.gone),
                                    seconds(0, 1000), "gone"},
               {{objects::Role::holder, holder_.key}});
    if (!settle(s.leg, s.quantity, s.displaces ? std::optional(kAmple) : std::nullopt))
      return "refused";
    const chain::GrantRecord* below = s.below > 0 ? m_.chain().state().grant(lower) : nullptr;
    const bool some = below != nullptr && !below->live.empty();
    const std::int64_t left = some ? below->live.front().quantity.value : 0;
    return fmt::format("{} give way", s.below - left);
  }

 private:
  bool settle(const std::string& tier, std::int64_t quantity,
              std::optional<objects::DisplaceTerms> displace) {
    const Party& user = users_.at(tier);
    objects::Request r = m_.request(user, {declaration_}, quantity, seconds(200, 300), tier);
    const ContentId request = m_.ask(user, r);
    objects::Settlement s = m_.settlement(holder_, user, declaration_, request, r, at_second(100));
    s.legs[0].displace = displace;
    auto checked = m_.sign(s, {{objects::Role::submitter, holder_.key},
                               {objects::Role::holder, holder_.key},
                               {objects::Role::user, user.key}});
    last_ = objects::grant_id(checked.id, 0);
    return testing::clauses(m_.submit(checked, at_second(100))).empty();
  }

  Market m_;
  Party holder_ = m_.holder(1'000'000);
  std::map<std::string, Party> users_ = {
      {"gold", m_.user("gold")}, {"mid", m_.user("mid")}, {"low", m_.user("low")}};
  ContentId declaration_, last_;
};

/// What no history contradicts: whatever the one admits the other admits, with as much giving way.
struct Seen {
  bool stricter = true, looser = true;  // NEW than OLD
};

class SetAsides : public ::testing::Test {
 protected:
  const std::map<State, std::string>& outcomes(const Shares& s) {
    auto& out = outcomes_[shares_text(s)];
    if (!out.empty()) return out;
    Chain chain(s);
    for (const State& state : states()) out.emplace(state, chain.outcome(state));
    return out;
  }
  Seen seen(const Shares& older, const Shares& newer) {
    Seen out;
    const auto &a = outcomes(older), &b = outcomes(newer);
    for (const auto& [state, before] : a) {
      const std::string& after = b.at(state);
      if (before.empty() || after.empty() || before == after) continue;
      if (after != "refused") out.stricter = false;
      if (before != "refused") out.looser = false;
    }
    return out;
  }
  void agree(const Shares& older, const Shares& newer) {
    const Seen is = seen(older, newer);
    const auto report = diff_rules(rule_file("old.yaml", shares_text(older)),
                                   rule_file("new.yaml", shares_text(newer)), {});
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->internal_error) << report->mismatch;
    using R = DiffRelation;
    const R expected = is.stricter && is.looser ? R::equivalent
                       : is.stricter            ? R::stricter
                       : is.looser              ? R::looser
                                                : R::incomparable;
    EXPECT_EQ(report->relation, expected) << to_text(expected) << "\n"
                                          << shares_text(older) << shares_text(newer);
    for (const Difference& d : report->differences)
      if (d.kind == DiffKind::other_cover) plays(d, older, newer);
  }

  /// Its witness comes out under each rule as it says.
  void plays(const Difference& d, const Shares& older, const Shares& newer) {
    State state;
    state.displaces = true, state.upper = "gold", state.leg = d.tier;
    std::map<std::string, std::int64_t> load;
    for (const auto& [name, text] : d.witness) {
      if (name == "quantity") state.quantity = std::stoll(text);
      if (name == "declared") state.declared = std::stoll(text);
      if (name == "victim.tier") state.lower = text;
      if (name.starts_with("load.") && text != "none") load[name.substr(5)] = std::stoll(text);
    }
    state.below = load[state.lower], state.beside = load["gold"];
    ASSERT_EQ(state.below + state.beside,
              std::accumulate(load.begin(), load.end(), std::int64_t{0},
                              [](std::int64_t sum, const auto& one) { return sum + one.second; }))
        << "load of another kind";
    auto said = [](const std::string& outcome) {
      const std::string displaces = "admitted, displaces ";
      EXPECT_TRUE(outcome.starts_with(displaces)) << outcome;
      const std::string rest = outcome.substr(displaces.size());
      return (rest == "nobody" ? "0" : rest.substr(0, rest.find(' '))) + " give way";
    };
    std::string shown = d.sentence;
    for (const auto& [name, text] : d.witness) shown += "\n  " + name + " " + text;
    EXPECT_EQ(Chain(older).outcome(state), said(d.old_outcome)) << shown;
    EXPECT_EQ(Chain(newer).outcome(state), said(d.new_outcome)) << shown;
    ++played_;
  }
  std::map<std::string, std::map<State, std::string>> outcomes_;
  int played_ = 0;
};

TEST_F(SetAsides, relate_as_two_chains_decide) {
  const Shares none, quiet{0, 0, 0, false};
  for (const Shares& s : {Shares{50, 0, 0}, Shares{0, 50, 0}, Shares{0, 0, 50}}) {
    agree(none, s), agree(s, none);  // added, removed
    Shares more = s, still = s;
    (s.gold > 0 ? more.gold : s.mid > 0 ? more.mid : more.low) = 100;
    agree(s, more), agree(more, s);  // raised, lowered
    still.mid_displaces = false;
    agree(quiet, still), agree(still, quiet);
  }
  agree({50, 0, 0}, {0, 50, 0});  // moved
  agree({0, 50, 0}, {0, 0, 50});
  agree({50, 0, 0}, {0, 0, 50});
  agree({50, 50, 0}, {50, 0, 0});
  agree({0, 50, 50}, {0, 50, 0});
  EXPECT_GT(played_, 5);
}

TEST_F(SetAsides, a_new_right_to_displace_is_told_with_its_victims) {
  const auto report = diff_rules(rule_file("old.yaml", shares_text({})),
                                 rule_file("new.yaml", shares_text({0, 20, 0})), {});
  ASSERT_TRUE(report);
  const Effect lost = {"users of tier `low`", false,
                       "can newly be displaced by `gold` for what is set aside for others",
                       "tiers.set_aside", "gold"};
  EXPECT_THAT(report->effects, ::testing::Contains(lost));
  for (const Difference& d : report->differences)
    if (d.kind == DiffKind::other_cover) {
      EXPECT_EQ(d.old_outcome, "admitted, displaces nobody");
      EXPECT_THAT(d.new_outcome, ::testing::HasSubstr("of tier `low` and owes 1.0000 EUR"));
    }
}

TEST_F(SetAsides, cases_outside_an_intent_count_what_is_displaced_for_others) {
  DiffOptions options;
  options.only = "tier != \"gold\"";
  const auto report = diff_rules(rule_file("old.yaml", shares_text({})),
                                 rule_file("new.yaml", shares_text({0, 20, 0})), options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->gates.at(0).verdict, DiffGate::Verdict::violated);
}

}  // namespace
}  // namespace capmarket::diff
