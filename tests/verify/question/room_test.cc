// What quotas and set-asides leave, as questions have it and as a chain decides it: over all small
// declarations, grants and curtailments.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/market.h"
#include "verify/question/query.h"

namespace capmarket::question {
namespace {

using testing::at_second;
using testing::Market;
using testing::Party;
using testing::seconds;

constexpr std::int64_t kQuantityMax = 2, kDeclaredMax = 6;
constexpr objects::DisplaceTerms kAmple{Money(kWireMax), Money(kWireMax)};

std::string text_of(const std::string& gold, const std::string& firm, const std::string& basic) {
  testing::RuleParts p;
  p.tiers = fmt::format(R"(  - name: gold
    rank: 30
    eligible: "true"
    displaces: {{ when: victim.rank < rank, compensation: 1.00, pay_within: 1h }}
{}  - name: firm
    rank: 20
    eligible: "true"
{}  - name: basic
    rank: 10
    eligible: "true"
{})",
                        gold, firm, basic);
  return testing::rule_text(p);
}

/// Grants of one rule on declarations of any size, each a new one.
class Room {
 public:
  explicit Room(const std::string& text) : m({crypto::Scheme::mac, text, {}, {}, {}}) {
    file_.file = "room.yaml";
    file_.rule = testing::rule_from(text);
  }

  /// Whether some small declaration lets the tier have a small grant.
  bool obtained(const std::string& tier) {
    for (std::int64_t declared = 1; declared <= kDeclaredMax; ++declared)
      for (std::int64_t q = 1; q <= kQuantityMax; ++q) {
        declare(declared);
        if (settle(tier, q, {})) return true;
      }
    return false;
  }
  /// Whether gold displaces some small grant of the tier, beside whatever else of the tier and
  /// whatever is gone of the declaration.
  bool gives_way(const std::string& tier) {
    for (std::int64_t declared = 1; declared <= kDeclaredMax; ++declared)
      for (std::int64_t whole = 1; whole <= kQuantityMax; ++whole)
        for (std::int64_t q = 1; q <= kQuantityMax; ++q)
          for (std::int64_t beside = 0; beside <= declared - whole; ++beside)
            for (std::int64_t gone = 0; gone <= declared - whole - beside; ++gone)
              if (displaces(tier, declared, whole, q, beside, gone)) return true;
    return false;
  }

  /// The same, asked of the solver.
  smt::Answer asked_obtained(std::size_t tier) {
    return ask([&](Query& q, const SymbolicRequest& s) { return q.room(s, tier); }, false);
  }
  smt::Answer asked_gives_way(std::size_t tier) {
    return ask(
        [&](Query& q, const SymbolicRequest& s) {
          q.require(s.victim_whole_quantity() <= smt::num(kQuantityMax));
          return q.displaces(s, 0) && s.victim_is(0, tier);
        },
        true);
  }

 private:
  template <class Asked>
  smt::Answer ask(const Asked& asked, bool with_victim) {
    const RuleSubject subject = subject_of(file_, {file_});
    smt::SymbolicScope scope;
    Query q(QueryBudget{{50'000'000, 60'000, 0, {}}, true, false, 0}, subject);
    const SymbolicRequest& s = q.request("", with_victim);
    q.require(s.row(expr::variable_row("quantity")).value <= smt::num(kQuantityMax));
    q.require(asked(q, s));
    return q.solve(false).answer;
  }
  bool displaces(const std::string& tier, std::int64_t declared, std::int64_t whole, std::int64_t q,
                 std::int64_t beside, std::int64_t gone) {
    declare(declared);
    if (beside > 0 && !settle(tier, beside, {})) return false;
    if (!settle(tier, whole, {})) return false;
    const ContentId victim = last_;
    if (gone > 0)
      m.admit(objects::Curtailment{m.salt(), holder_.key.pub, declaration_, Quantity(gone),
                                   seconds(0, 1000), "gone"},
              {{objects::Role::holder, holder_.key}});
    return settle("gold", q, kAmple) && m.chain().state().grant(victim)->times_displaced > 0;
  }
  void declare(std::int64_t quantity) {
    declaration_ = m.declare(holder_, quantity, seconds(0, 1000));
  }
  bool settle(const std::string& tier, std::int64_t quantity,
              std::optional<objects::DisplaceTerms> displace) {
    const Party& user = users_.at(tier);
    objects::Request r = m.request(user, {declaration_}, quantity, seconds(200, 300), tier);
    const ContentId request = m.ask(user, r);
    objects::Settlement s = m.settlement(holder_, user, declaration_, request, r, at_second(100));
    s.legs[0].displace = displace;
    auto checked = m.sign(s, {{objects::Role::submitter, holder_.key},
                              {objects::Role::holder, holder_.key},
                              {objects::Role::user, user.key}});
    last_ = objects::grant_id(checked.id, 0);
    return testing::clauses(m.submit(checked, at_second(100))).empty();
  }

  Market m;
  RuleFile file_;
  Party holder_ = m.holder(1'000'000);
  std::map<std::string, Party> users_ = {
      {"gold", m.user("gold")}, {"firm", m.user("firm")}, {"basic", m.user("basic")}};
  ContentId declaration_, last_;
};

TEST(RoomOfQuestions, is_what_a_chain_leaves_on_every_small_declaration) {
  auto quota = [](int percent) {
    return fmt::format("    quota: {{ of: capacity, at_most: {}% }}\n", percent);
  };
  auto aside = [](int percent) { return fmt::format("    set_aside: {}%\n", percent); };
  struct Shares {
    std::string gold, firm, basic;
  };
  const std::vector<Shares> all = {
      {"", "", ""},
      {"", aside(100), ""},
      {"", aside(50), aside(50)},
      {aside(100), "", ""},
      {"", "", quota(25) + aside(25)},
      {"", "", quota(50) + aside(25)},
      {quota(25), aside(75), aside(25)},
      {aside(50), aside(50), quota(50)},
  };
  const std::vector<std::string> names = {"gold", "firm", "basic"};
  for (std::size_t n = 0; n < all.size(); ++n) {
    Room room(text_of(all[n].gold, all[n].firm, all[n].basic));
    for (std::size_t tier = 0; tier < names.size(); ++tier)
      EXPECT_EQ(room.asked_obtained(tier) == smt::Answer::sat, room.obtained(names[tier]))
          << n << " " << names[tier];
    for (std::size_t tier = 1; tier < names.size(); ++tier)
      EXPECT_EQ(room.asked_gives_way(tier) == smt::Answer::sat, room.gives_way(names[tier]))
          << n << " " << names[tier];
  }
}

}  // namespace
}  // namespace capmarket::question
