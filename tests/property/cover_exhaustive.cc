#include "tests/property/cover_exhaustive.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "model/chain/cover.h"
#include "tests/property/slow_market.h"
#include "tests/property/tier_terms.h"
#include "tests/support/market.h"
#include "tests/support/whole_market.h"

namespace capmarket::property {
namespace {

constexpr int kSlots = 4, kDeclared = 3;
constexpr std::string_view kEachOrder[] = {"latest-first", "earliest-first", "pro-rata", "cheapest",
                                        "lottery"};
/// Slots of a pattern's grants: whole, first, middle, last.
constexpr std::array<int, 2> kShapes[] = {{0, 4}, {0, 2}, {1, 3}, {2, 4}};

/// Grants of one declaration: two of basic, one of silver.
struct Pattern {
  int basic = 0, basic_shape = 0, more = 0, silver = 0, silver_shape = 0;
};

/// What is sold of a declaration in each slot, at most as much as there is.
bool fits(const Pattern& p) {
  for (int s = 0; s < kSlots; ++s) {
    auto in = [&](int shape) { return kShapes[shape][0] <= s && s < kShapes[shape][1]; };
    const int sum = (in(p.basic_shape) ? p.basic : 0) + p.more + (in(p.silver_shape) ? p.silver : 0);
    if (sum > kDeclared) return false;
  }
  return true;
}

std::vector<Pattern> patterns(bool small) {
  std::vector<Pattern> out;
  for (int basic = 0; basic <= kDeclared; ++basic)
    for (int shape = 0; shape < (basic == 0 ? 1 : small ? 2 : 4); ++shape)
      for (int more = 0; more <= (small ? 0 : 1); ++more)
        for (int silver = 0; silver <= kDeclared; ++silver)
          for (int other = 0; other < (silver == 0 ? 1 : small ? 1 : 3); ++other)
            if (Pattern p{basic, shape, more, silver, other}; fits(p)) out.push_back(p);
  return out;
}

/// The rest of a market.
struct Options {
  std::size_t order = 0;
  int shares = 0;    // none, a set-aside of gold with a quota of basic, one of basic
  int schedule = 0;  // of the infrastructure
  bool single = false;
};
constexpr int kOptions = 5 * 3 * 4 * 2;
Options option(int n) {
  return {static_cast<std::size_t>(n % 5), n / 5 % 3, n / 15 % 4, n / 60 % 2 == 1};
}

class Small : public testing::Market {
 public:
  explicit Small(const Options& options)
      : Market({.scheme = crypto::Scheme::mac}, GenesisOnly{}), options_(options) {
    slow.genesis = genesis();
    slow.chain = chain().state().chain;
    slow.time = testing::kStart;
    chain().observe([this](const chain::Event& e) { slow.observe(e.leaf, e.object); });
    testing::RuleParts p;
    p.coordination = options.single ? "{ mode: single }" : "{ mode: none }";
    p.pricing = "{ mode: negotiated, floor: 10.00, cap: 100.00 }";
    TierOptions tiers;
    tiers.order = kEachOrder[options.order];
    tiers.quotas = options.shares == 1, tiers.aside = options.shares == 2;
    p.tiers = tiers_text(tiers);
    found(rule_text(p));
    enter();
  }

  chain::Receipt submit(const objects::CheckedSubmission& submission, Instant at) override {
    slow.expect(submission);
    chain::Receipt r = Market::submit(submission, at);
    slow.end_group();
    return r;
  }

  /// Sells a pattern of a declaration.
  void sell(std::size_t declaration, const Pattern& p) {
    sell(declaration, "basic", p.more, 0, 500'000);
    sell(declaration, "basic", p.basic, p.basic_shape, 400'000);
    sell(declaration, "silver", p.silver, p.silver_shape, 300'000);
  }

  /// A settlement of one leg that is about to be decided.
  objects::Settlement settlement_of(std::size_t declaration, const std::string& tier,
                                    std::int64_t quantity, const Window& window) {
    const objects::Request asked =
        request(user_, {declarations_[declaration]}, quantity, window, tier);
    // One request for each tier and declaration, of more than any leg.
    const ContentId& id = requests_.at({declaration, tier});
    objects::Settlement s = settlement(holders_[declaration], user_, declarations_[declaration], id,
                                       asked, testing::kStart);
    s.legs[0].displace = objects::DisplaceTerms{Money(kWireMax), Money(kWireMax)};
    if (options_.single) s.coordinators = {coordinator_.credential};
    return s;
  }
  objects::CheckedSubmission signed_by_all(const objects::Settlement& s, std::size_t declaration) {
    testing::Signers signers{{objects::Role::submitter, user_.key},
                             {objects::Role::holder, holders_[declaration].key},
                             {objects::Role::user, user_.key}};
    if (options_.single) signers.emplace_back(objects::Role::coordinator, coordinator_.key);
    return sign(s, signers);
  }

  SlowMarket slow;

 private:
  void enter() {
    coordinator_ = party(objects::Role::coordinator, "eu/de");
    for (const char* place : {"eu/de/a", "eu/de/b", "eu/de/c"})
      holders_.push_back(admit_party(holder_grant(kDeclared, place)));
    objects::CredentialGrant c = grant(objects::Role::user, "eu");
    c.kind = "hospital";
    testing::join(c, "power", {"gold", "silver", "basic"});
    user_ = admit_party(c);
    constexpr std::int64_t kSchedules[] = {3, 4, 5, 6};
    objects::SharedInfrastructure line = testing::infrastructure(
        *this, "line", {holders_[0], holders_[1]},
        {{testing::kStart, Quantity(kSchedules[options_.schedule])},
         {testing::at_second(3), Quantity(kSchedules[(options_.schedule + 1) % 4])}},
        false);
    line.coordinators = {coordinator_.key.pub};
    const ContentId shared = ordain(line);
    for (std::size_t i = 0; i < holders_.size(); ++i) {
      objects::Declaration d = declaration(holders_[i], kDeclared, testing::seconds(0, 10));
      if (i < 2) d.infrastructure = shared;
      declarations_.push_back(admit(d, {{objects::Role::holder, holders_[i].key}}));
    }
    for (std::size_t i = 0; i < declarations_.size(); ++i)
      for (const char* tier : {"gold", "silver", "basic"})
        requests_[{i, tier}] =
            ask(user_, request(user_, {declarations_[i]}, 100, testing::seconds(0, 10), tier));
  }

  /// Whatever the market does not take is not sold.
  void sell(std::size_t declaration, const std::string& tier, int quantity, int shape,
            std::int64_t price) {
    if (quantity == 0) return;
    objects::Settlement s =
        settlement_of(declaration, tier, quantity,
                      testing::seconds(1 + kShapes[shape][0], 1 + kShapes[shape][1]));
    s.legs[0].price = Money(price);
    s.legs[0].displace.reset();
    s.indices[0].index = slow.requests.at(s.legs[0].request).next_index;
    submit(signed_by_all(s, declaration), testing::kStart);
  }

  Options options_;
  testing::Party coordinator_, user_;
  std::vector<testing::Party> holders_;
  std::vector<ContentId> declarations_;
  std::map<std::pair<std::size_t, std::string>, ContentId> requests_;
};

std::string text(const SlowCover& c) {
  std::string out = fmt::format("lack {}", c.lack);
  for (const SlowCovered& v : c.victims) {
    out += fmt::format("; {} for {} and {}:", to_hex(v.victim).substr(0, 6), v.compensation, v.refund);
    for (int h = kBefore; h < kHalves; h += 2)
      if (v.given[h] > 0) out += fmt::format(" {}x{}", second_of_half(h), v.given[h]);
  }
  return out;
}

/// What the chain derived, as the slow market would say it.
SlowCover slow_form(const chain::ChainState& state, const chain::Cover& cover) {
  SlowCover out;
  out.lack = cover.lack.value;
  for (const chain::CoverVictim& v : cover.victims) {
    SlowCovered x;
    x.victim = state.grants[v.grant].id;
    x.compensation = v.compensation().value;
    for (const objects::Piece& p : v.pieces)
      for (int h = 0; h < kHalves; ++h)
        if (p.window.contains(at_half(h))) x.given[h] = p.quantity.value;
    out.victims.push_back(x);
  }
  return out;
}

bool same(const SlowCover& a, const SlowCover& b) {
  return a.lack == b.lack &&
         std::equal(a.victims.begin(), a.victims.end(), b.victims.begin(), b.victims.end(),
                    [](const SlowCovered& x, const SlowCovered& y) {
                      return x.victim == y.victim && x.given == y.given &&
                             x.compensation == y.compensation;
                    });
}

/// One settlement against one state.
class Pair {
 public:
  Pair(Small& market, chain::ChainState& state, CoversSeen& seen)
      : m_(market), state_(state), seen_(seen) {}

  void compare(std::size_t declaration, const std::string& tier, std::int64_t quantity,
               const Window& window) {
    ++seen_.pairs;
    const objects::Settlement s = m_.settlement_of(declaration, tier, quantity, window);
    const objects::CheckedSubmission sub = m_.signed_by_all(s, declaration);
    m_.slow.expect(sub);
    auto slow = m_.slow.verdicts(s, testing::kStart);
    CHECK(slow.has_value());
    const SlowCover& cover = m_.slow.decided()[0];
    const auto derived = slow_form(
        state_, chain::covers_of(state_, sub, s, testing::kStart).at(0));
    count(cover);
    if (!same(cover, derived))
      complain(fmt::format("{} {} on {} at {}: slowly {}, on the chain {}", tier, quantity,
                           declaration, (window.from - testing::kStart).value / kNanosPerSecond,
                           text(cover), text(derived)));
    auto facts = std::get<admission::SettlementFacts<Concrete>>(
        *chain::resolve_any(state_, sub, testing::kStart));
    decide(facts, *slow, cover, kWireMax, kWireMax);
    if (cover.victims.empty()) return;
    decide(facts, *slow, cover, cover.compensation, cover.refund);
    decide(facts, *slow, cover, cover.compensation - 1, cover.refund);
    decide(facts, *slow, cover, cover.compensation, cover.refund - 1);
  }

 private:
  /// The same settlement under other ceilings: only they differ in the facts.
  void decide(admission::SettlementFacts<Concrete>& facts, SlowMarket::Verdicts slow,
              const SlowCover& cover, std::int64_t compensation, std::int64_t refund) {
    facts.legs[0].compensation_at_most = {compensation, false};
    facts.legs[0].refund_at_most = {refund, false};
    const admission::Decision d = admission::decide(facts);
    slow[admission::ClauseId::displacement] =
        cover.victims.empty() || (cover.compensation <= compensation && cover.refund <= refund);
    bool admitted = true;
    for (const auto& [id, holds] : slow) {
      admitted = admitted && holds;
      const bool held = std::find(d.failed.begin(), d.failed.end(), id) == d.failed.end();
      if (held != holds)
        complain(fmt::format("{} under {} and {}: slowly it {}", admission::to_text(id),
                             compensation, refund, holds ? "holds" : "fails"));
    }
    if (admitted) return;
    if (cover.lack > 0 &&
        (d.shortfalls.size() != 1 || d.shortfalls[0].lack.value != cover.lack ||
         d.shortfalls[0].compensation.value != cover.compensation ||
         d.shortfalls[0].refund.value != cover.refund))
      complain("another shortfall than " + text(cover));
  }
  void count(const SlowCover& c) {
    seen_.covered += !c.victims.empty();
    seen_.several += c.victims.size() > 1;
    seen_.elsewhere += std::any_of(c.victims.begin(), c.victims.end(),
                                   [](const SlowCovered& v) { return !v.own; });
    seen_.short_of += c.lack > 0 && c.victims.empty();
  }
  void complain(const std::string& what) {
    if (seen_.complaint.empty()) seen_.complaint = what;
  }

  Small& m_;
  chain::ChainState& state_;
  CoversSeen& seen_;
};

void against(Small& market, CoversSeen& seen) {
  chain::ChainState state = market.chain().state();
  Pair pair(market, state, seen);
  for (std::size_t declaration = 0; declaration < 3; ++declaration)
    for (const char* tier : {"gold", "silver"})
      for (std::int64_t quantity = 1; quantity <= kDeclared; ++quantity)
        for (int from = 0; from < kSlots; ++from)
          for (int until = from + 1; until <= kSlots; ++until)
            pair.compare(declaration, tier, quantity, testing::seconds(1 + from, 1 + until));
}

}  // namespace

CoversSeen compare_covers(std::int64_t stride, std::int64_t options) {
  CoversSeen seen;
  const std::vector<Pattern> first = patterns(false), second = patterns(true);
  std::int64_t number = 0;
  for (const Pattern& a : first)
    for (const Pattern& b : second)
      for (std::int64_t k = 0; k < options; ++k, ++number) {
        if (number % stride != 0) continue;
        // Coprime steps: each pattern meets other options.
        const int n = static_cast<int>((number / options * 7 + k * 11) % kOptions);
        Small market(option(n));
        market.sell(0, a);
        market.sell(1, b);
        market.sell(2, first[static_cast<std::size_t>(number) % first.size()]);
        ++seen.states;
        against(market, seen);
        if (seen.complaint.empty() && !market.slow.complaints.empty())
          seen.complaint = "while selling: " + market.slow.complaints.front();
        if (!seen.complaint.empty()) {
          seen.complaint = fmt::format("state {}, option {}: {}", number, n, seen.complaint);
          return seen;
        }
      }
  return seen;
}

}  // namespace capmarket::property
