// Rules that `diff` calls equivalent, on two chains: the same steps are decided alike, with the
// same covers of several victims, and the same is owed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <tuple>

#include "sim/script/executor.h"
#include "tests/property/agreement/random.h"
#include "tests/verify/diff/diff_support.h"
#include "verify/fuzz/commands.h"

namespace capmarket::diff {
namespace {

using agreement::Random;

/// Each says the same in other words, in any company; each is one edit of the base rule.
const std::vector<Edit>& rewrites() {
  static const std::vector<Edit> kRewrites = {
      {"quantity >= 10", "not (quantity < 5 || quantity - 5 < 5)"},
      {"user.kind == \"hospital\"", "not (user.kind != \"hospital\")"},
      {"victim.rank < rank && notice >= 5min", "not (notice < 300s || rank <= victim.rank)"},
      {"max(1.5 * victim.value, 1.00)",
       "\"victim.value * 1.5 > 1.00 ? 1.5 * victim.value : 1.00\""},
      {"eligible: true", "eligible: quantity >= 1 && length <= 480min"},
      {"rank: 30", "rank: 300"},
      {"rank: 20", "rank: 25"},
      {"rank: 10\n", "rank: 11\n"},
      {"price: 0.00 .. 100.00", "price: 0.50 .. 60.00"},
      {"length: 1min .. 8h", "length: 60s .. 480min"},
      {"currency: EUR", "currency: EUR\ndefault: deny\nload: quantity < 5"},
      {"skew: 5s }", "skew: 5s }\norigin: 1970-01-01T00:01:00Z"},
      {"pay_within: 24h", "pay_within: 1d\n      stop_within: 0s"}};
  return kRewrites;
}

/// What both rules have in common beside the base.
const std::vector<std::vector<Edit>>& markets() {
  static const std::vector<std::vector<Edit>> kMarkets = {
      {},
      {{"pay_within: 24h", "pay_within: 24h\n      victims: earliest-first"},
       {"currency: EUR", "currency: EUR\nsurrender_fee: 5%"}},
      {{"pay_within: 24h", "pay_within: 24h\n      victims: pro-rata"},
       {"min_run: 10min", "min_run: 10min\n    set_aside: 20%"}},
      {{"mode: none", "mode: single"}, {"currency: EUR", "currency: EUR\nlease: 4h"}},
      {{"    eligible: true", "    eligible: true\n    quota: { of: capacity, at_most: 40% }"}},
      {{"rank: 20\n",
        "rank: 20\n    displaces: { when: victim.price <= 20.00, compensation: victim.value, "
        "pay_within: 1h }\n"}}};
  return kMarkets;
}

/// An edit that the market made first may have taken its place.
std::string rewritten(std::string text, const std::vector<Edit>& all, Random& random) {
  for (const auto& [from, to] : all)
    if (random.one_in(2) && text.find(from) != text.npos) text = testing::edited(text, from, to);
  return text;
}

/// Does each step on both chains, and remembers where they came apart.
class BothChains : public scenarios::Executor {
 public:
  BothChains(std::unique_ptr<scenarios::Executor> a, std::unique_ptr<scenarios::Executor> b)
      : a_(std::move(a)), b_(std::move(b)) {}
  std::vector<scenarios::StepAnswer> execute_step(const scenarios::ScriptStep& step) override {
    auto one = a_->execute_step(step), other = b_->execute_step(step);
    if (complaint.empty()) complaint = compare(one, other);
    if (complaint.empty()) complaint = compare_states();
    if (!complaint.empty() && where_.empty())
      complaint +=
          " at " + (where_ = fmt::format("{} `{}`", scenarios::to_text(step.kind), step.name));
    return one;
  }
  Instant now() const override { return a_->now(); }
  const chain::ChainState& state() const override { return a_->state(); }
  const chain::GrantRecord* grant(const std::string& name) const override {
    return a_->grant(name);
  }
  ContentId made(const std::string& name) const override { return a_->made(name); }
  std::vector<chain::GoalReport> goals() const override { return a_->goals(); }

  std::string complaint;
  std::int64_t admitted = 0, refused = 0, displaced = 0, of_several = 0;

 private:
  std::string compare(const std::vector<scenarios::StepAnswer>& a,
                      const std::vector<scenarios::StepAnswer>& b) {
    if (a.size() != b.size()) return "one chain was submitted more";
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i].decision.admitted() != b[i].decision.admitted()) return "one was refused";
      ++(a[i].decision.admitted() ? admitted : refused);
      if (a[i].covers.size() != b[i].covers.size()) return "another number of covers";
      for (std::size_t k = 0; k < a[i].covers.size(); ++k)
        if (std::string what = compare(a[i].covers[k], b[i].covers[k]); !what.empty()) return what;
    }
    return {};
  }
  std::string compare(const chain::Cover& a, const chain::Cover& b) {
    if (a.lack != b.lack || a.victims.size() != b.victims.size()) return "another cover";
    displaced += a.victims.empty() ? 0 : 1;
    of_several += a.victims.size() > 1 ? 1 : 0;
    for (std::size_t i = 0; i < a.victims.size(); ++i) {
      if (a.victims[i].grant != b.victims[i].grant || a.victims[i].pieces != b.victims[i].pieces)
        return "another victim, or another part of it";
      if (a.victims[i].compensation() != b.victims[i].compensation()) return "another compensation";
    }
    return {};
  }
  /// In no order: what falls due at one instant comes by ids, which differ with the text.
  static auto debts(const chain::ChainState& s) {
    std::multiset<std::tuple<objects::ObligationKind, PublicKey, PublicKey, Money, Instant>> out;
    for (const chain::ObligationRecord& r : s.obligations.all()) {
      const objects::Obligation& o = r.obligation;
      out.emplace(o.kind, o.payer, o.payee, o.amount, o.deadline);
    }
    return out;
  }
  std::string compare_states() const {
    const auto &a = a_->state(), &b = b_->state();
    if (a.grants.size() != b.grants.size()) return "another number of grants";
    for (std::size_t i = 0; i < a.grants.size(); ++i)
      if (a.grants.all()[i].live != b.grants.all()[i].live) return "another grant is live";
    if (debts(a) != debts(b)) return "another debt";
    return {};
  }

  std::unique_ptr<scenarios::Executor> a_, b_;
  std::string where_;
};

fuzz::FuzzCommand drawn(Random& random, const std::vector<int>& bag) {
  auto small = [&] { return static_cast<int>(random.in(0, 5)); };
  fuzz::FuzzCommand c;
  c.what = random.of(bag);
  c.a = small(), c.b = small(), c.c = small(), c.d = small(), c.e = small();
  return c;
}

TEST(EquivalentRules, decide_and_owe_the_same_in_random_histories) {
  constexpr int kHistories = CAPMARKET_HISTORIES / 5, kOfOnePair = 10, kCommands = 40;
  Random random(7);
  std::vector<int> bag;
  // Covers are what is looked at: who presses for room comes often. Legs of one settlement have one
  // place in the order, and which of them gives way first goes by ids.
  for (std::size_t k = 0; k < fuzz::fuzz_kinds().size(); ++k) {
    const fuzz::FuzzKind& kind = fuzz::fuzz_kinds()[k];
    const std::string name = kind.name;
    const int often = name == "press" ? 8 : name == "bundle" ? 0 : 1;
    bag.insert(bag.end(), static_cast<std::size_t>(kind.weight * often), static_cast<int>(k));
  }
  std::int64_t admitted = 0, refused = 0, displaced = 0, of_several = 0;
  for (int played = 0; played < kHistories;) {
    const auto& market =
        markets()[static_cast<std::size_t>(played / kOfOnePair) % markets().size()];
    const std::string base = edited(market);
    const std::string texts[] = {rewritten(base, rewrites(), random),
                                 rewritten(base, rewrites(), random)};
    const question::RuleFile older = rule_file("old.yaml", texts[0]);
    const question::RuleFile newer = rule_file("new.yaml", texts[1]);
    auto report = diff_rules(older, newer, {});
    ASSERT_TRUE(report) << to_text(report.error());
    ASSERT_EQ(report->relation, DiffRelation::equivalent)
        << texts[0] << texts[1]
        << (report->differences.empty() ? "" : report->differences.front().sentence);
    auto setting = fuzz::market_of_rule(older, {older}, {});
    ASSERT_TRUE(setting) << to_text(setting.error());
    // Large and long, so that what is declared is soon full.
    setting->quantities = {200, 500, 1000};
    setting->lengths = {kNanosPerHour, 2 * kNanosPerHour, 8 * kNanosPerHour};
    scenarios::Scenario other = setting->scenario;
    for (scenarios::ScenarioRule& r : other.rules) r.rule = newer.rule;
    for (int h = 0; h < kOfOnePair; ++h, ++played) {
      auto a = script::make_executor(setting->scenario), b = script::make_executor(other);
      ASSERT_TRUE(a) << to_text(a.error());
      ASSERT_TRUE(b) << to_text(b.error());
      BothChains both(std::move(*a), std::move(*b));
      fuzz::FuzzCommands commands(*setting, both);
      for (int i = 0; i < 2; ++i) commands.execute({1, i, i, 1, 0, 0});
      for (int i = 0; i < kCommands; ++i) commands.execute(drawn(random, bag));
      ASSERT_EQ(both.complaint, "") << texts[0] << texts[1];
      admitted += both.admitted, refused += both.refused;
      displaced += both.displaced, of_several += both.of_several;
    }
  }
  std::cout << kHistories << " histories, " << admitted << " admitted, " << refused << " refused, "
            << displaced << " displacing, " << of_several << " of several victims\n";
  EXPECT_GT(displaced, kHistories / 4);
  EXPECT_GT(of_several, 0);
}

}  // namespace
}  // namespace capmarket::diff
