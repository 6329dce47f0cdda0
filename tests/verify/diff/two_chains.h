// Two chains, one a rule, to which the same steps are put.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/script/executor.h"
#include "tests/property/agreement/random.h"
#include "verify/fuzz/commands.h"

namespace capmarket::diff {

/// Does each step on both chains, and remembers where they came apart. `follows`: what the first
/// refuses is not put to the other, which may admit it.
class BothChains : public scenarios::Executor {
 public:
  BothChains(std::unique_ptr<scenarios::Executor> a, std::unique_ptr<scenarios::Executor> b,
             bool follows = false)
      : a_(std::move(a)), b_(std::move(b)), follows_(follows) {}
  std::vector<scenarios::StepAnswer> execute_step(const scenarios::ScriptStep& step) override {
    if (over_) return a_->execute_step(step);
    const bool excused = follows_ && contested(step);
    auto one = a_->execute_step(step);
    if (follows_ && !all_admitted(one)) {
      ++refused;
      over_ = some_admitted(one);
      return one;
    }
    auto other = b_->execute_step(step);
    if (excused && !(compare(one, other) + compare_states()).empty()) {
      over_ = true;  // of several that could give way a stricter rule does not speak
      return one;
    }
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

  /// The two are no longer compared.
  bool over() const { return over_; }

  std::string complaint;
  std::int64_t admitted = 0, refused = 0, displaced = 0, of_several = 0;

 private:
  static bool all_admitted(const std::vector<scenarios::StepAnswer>& all) {
    return !all.empty() && std::all_of(all.begin(), all.end(), [](const scenarios::StepAnswer& x) {
      return x.decision.admitted();
    });
  }
  static bool some_admitted(const std::vector<scenarios::StepAnswer>& all) {
    return std::any_of(all.begin(), all.end(),
                       [](const scenarios::StepAnswer& x) { return x.decision.admitted(); });
  }
  /// A settlement for which two grants or more could give way.
  bool contested(const scenarios::ScriptStep& step) const {
    if (step.kind != scenarios::StepKind::settle) return false;
    if (step.legs.size() != 1) return true;
    const scenarios::ScriptLeg& leg = step.legs[0];
    const chain::RequestRecord* asked = a_->state().request(a_->made(leg.request));
    if (!leg.displace || asked == nullptr) return false;
    int ahead = 0;
    for (const chain::GrantRecord& g : a_->state().grants.all()) {
      const bool there = !g.live.empty() && g.leg.declaration == a_->made(leg.declaration);
      if (there && g.leg.tier != asked->request.tier && g.leg.window.meets(asked->request.window))
        ++ahead;
    }
    return ahead > 1;
  }
  /// Counts what it compares.
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
  bool follows_ = false, over_ = false;
};

inline fuzz::FuzzCommand drawn(agreement::Random& random, const std::vector<int>& bag) {
  auto small = [&] { return static_cast<int>(random.in(0, 5)); };
  fuzz::FuzzCommand c;
  c.what = random.of(bag);
  c.a = small(), c.b = small(), c.c = small(), c.d = small(), c.e = small();
  return c;
}

/// Covers are what is looked at: who presses for room comes often. Legs of one
/// settlement have one place in the order, and which of them gives way first goes by ids: none.
inline std::vector<int> pressing_bag() {
  std::vector<int> bag;
  for (std::size_t k = 0; k < fuzz::fuzz_kinds().size(); ++k) {
    const fuzz::FuzzKind& kind = fuzz::fuzz_kinds()[k];
    const std::string name = kind.name;
    const int often = name == "press" ? 8 : name == "bundle" ? 0 : 1;
    bag.insert(bag.end(), static_cast<std::size_t>(kind.weight * often), static_cast<int>(k));
  }
  return bag;
}

}  // namespace capmarket::diff
