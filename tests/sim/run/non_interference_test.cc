// Two runs that differ in what one party alone knows of itself: everybody else sends the same until
// something that differs has reached it. Source: docs/spec/scenarios.md#what-a-party-knows.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "sim/run/frauds.h"
#include "sim/run/run.h"
#include "sim/world/world.h"
#include "tests/sim/run/fraud_cases.h"

namespace capmarket::run {
namespace {

namespace fs = std::filesystem;

using Who = std::tuple<kernel::EntityKind, std::uint64_t, std::uint64_t>;
Who who_is(const kernel::Entity& e) { return {e.kind, e.group, e.number}; }

struct Said {
  Instant at;
  std::size_t hash = 0;  // of all of it
  std::string what;      // its first words
};

/// What everybody sent and got in a run.
struct Heard {
  std::map<Who, std::vector<Said>> sent, received;
  std::map<Who, Who> readers;   // with whom each reads what is published
  std::vector<Said> listed;     // what holders told the directories
  std::set<Who> rings;          // who belongs to a fraud
};

template <class Party>
void note_readers(world::World& w, const IndexedVector<Party>& all, Heard& out) {
  for (const Party& p : all)
    out.readers[who_is(p.draws.who)] = who_is(w.readers[p.readers].draws.who);
}

Heard heard_in(const scenarios::Scenario& s) {
  Heard out;
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.contacts = [&](const world::Contact& c) {
    const Said said{c.at, std::hash<std::string>()(c.what), c.what.substr(0, 80)};
    (c.sent ? out.sent : out.received)[who_is(c.who)].push_back(said);
    if (c.sent && c.what.starts_with("listed")) out.listed.push_back(said);
  };
  options.at_end = [&](world::World& w) {
    note_readers(w, w.holders, out);
    note_readers(w, w.users, out);
    note_readers(w, w.coordinators, out);
    note_readers(w, w.auditors, out);
    note_readers(w, w.publishers, out);
    for (const world::Ring& ring : w.rings) {
      for (party::UserIndex u : ring.users) out.rings.insert(who_is(w.users[u].draws.who));
      for (party::HolderIndex h : ring.holders) out.rings.insert(who_is(w.holders[h].draws.who));
    }
    for (const party::CoordinatorState& c : w.coordinators)
      if (c.plot != nullptr) out.rings.insert(who_is(c.draws.who));
  };
  auto run = run_scenario(s, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  return out;
}

bool same(const Said& a, const Said& b) { return a.at == b.at && a.hash == b.hash; }

const std::vector<Said>& of(const std::map<Who, std::vector<Said>>& all, const Who& who) {
  static const std::vector<Said> kNone;
  auto found = all.find(who);
  return found == all.end() ? kNone : found->second;
}

/// Where they part: an instant, and what came then in the first of them that has something there.
struct Parting {
  Instant at = kDistantFuture;
  std::string what;
};
Parting parting_of(const std::vector<Said>& a, const std::vector<Said>& b) {
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && same(a[i], b[i])) ++i;
  if (i == a.size() && i == b.size()) return {};
  if (i == a.size() || (i < b.size() && b[i].at < a[i].at)) return {b[i].at, b[i].what};
  return {a[i].at, a[i].what};
}

/// How many of them come before `t`.
std::size_t before(const std::vector<Said>& all, Instant t) {
  return static_cast<std::size_t>(
      std::lower_bound(all.begin(), all.end(), t,
                       [](const Said& s, Instant at) { return s.at < at; }) -
      all.begin());
}

struct Compared {
  std::size_t sent = 0;     // messages that had to be the same, and were
  std::size_t reached = 0;  // parties whom a difference reached
  std::vector<std::string> wrong;
};

/// Everybody but those whose own differs.
Compared compare(const Heard& a, const Heard& b, const std::function<bool(const Who&)>& differs) {
  Compared out;
  std::set<Who> all;
  for (const Heard* h : {&a, &b})
    for (const auto& [who, readers] : h->readers)
      if (!differs(who)) all.insert(who);
  const Instant listed = parting_of(a.listed, b.listed).at;
  std::map<Who, Parting> published;  // by readers
  for (const auto& [who, readers] : a.readers)
    if (!published.contains(readers))
      published[readers] = parting_of(of(a.received, readers), of(b.received, readers));
  for (const Who& who : all) {
    const Parting brought = parting_of(of(a.received, who), of(b.received, who));
    const Parting& read = published.at(a.readers.at(who));
    const Instant got = std::min(brought.at, read.at);
    out.reached += got < kDistantFuture ? 1 : 0;
    // What no party sends depends on nothing that is not public.
    if (brought.at < read.at &&
        (brought.what.starts_with("intent") ||
         (brought.what.starts_with("directory") && brought.at < listed)))
      out.wrong.push_back("is told " + brought.what);
    const std::vector<Said>&x = of(a.sent, who), &y = of(b.sent, who);
    const Parting said = parting_of(x, y);
    if (said.at < got) out.wrong.push_back("sends " + said.what);
    out.sent += before(x, got);
  }
  return out;
}

/// The start of a pack, with a user and a holder of their own groups beside the others.
struct WithLone {
  scenarios::Scenario scenario;
  bool user = false, holder = false;

  scenarios::UserGroup& lone_user() { return scenario.users.back(); }
  scenarios::HolderGroup& lone_holder() { return scenario.holders.back(); }
};

std::int64_t seconds_of(const std::string& pack) {
  if (pack == "under-load") return 3;
  return pack == "quickstart" ? 120 : 600;
}

WithLone lone_in(const std::string& pack) {
  auto loaded =
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/" + pack + ".yaml", {}, {});
  CHECK(loaded.has_value(), loaded ? std::string() : to_text(loaded.error()));
  WithLone out{*std::move(loaded)};
  scenarios::Scenario& s = out.scenario;
  s.duration = std::min(s.duration, Duration(seconds_of(pack) * kNanosPerSecond));
  auto asks = [](const scenarios::UserGroup& g) {
    return g.arrivals.kind != scenarios::ArrivalKind::none && g.count > 0;
  };
  if (auto g = std::find_if(s.users.begin(), s.users.end(), asks); g != s.users.end()) {
    scenarios::UserGroup lone = *g;
    lone.name = "lone-user", lone.count = 1;
    lone.arrivals = scenarios::Arrivals{};
    lone.arrivals.rate_per_hour = 60 * kFullRatio;
    s.users.push_back(std::move(lone));
    out.user = true;
  }
  auto offers = [](const scenarios::HolderGroup& g) {
    return g.strategy != scenarios::HolderStrategy::scripted && g.count > 0;
  };
  if (auto g = std::find_if(s.holders.begin(), s.holders.end(), offers); g != s.holders.end()) {
    scenarios::HolderGroup lone = *g;
    lone.name = "lone-holder", lone.count = 1;
    if (!lone.failure) lone.failure = scenarios::HolderFailure{};
    lone.failure->rate_per_hour = 6 * kFullRatio;
    s.holders.push_back(std::move(lone));
    out.holder = true;
  }
  return out;
}

using Alter = std::function<void(WithLone&)>;
struct Variation {
  std::string name;
  bool of_user = false;
  Alter alter;
};

std::int64_t doubled(std::int64_t x) { return std::min(2 * x + 1, scenarios::kDrawMax); }

/// What a group's keys say of a party that nobody else is told of.
const std::vector<Variation>& variations() {
  using scenarios::HolderStrategy;
  static const std::vector<Variation> kAll = {
      {"value", true,
       [](WithLone& s) {
         scenarios::Distribution& d = s.lone_user().value;
         d.a = doubled(d.a), d.b = doubled(d.b);
         for (std::int64_t& c : d.choices) c = doubled(c);
       }},
      {"patience", true, [](WithLone& s) { s.lone_user().patience = Duration(kNanosPerSecond); }},
      {"arrivals", true, [](WithLone& s) { s.lone_user().arrivals.rate_per_hour *= 3; }},
      {"splits nothing", true,
       [](WithLone& s) {
         s.lone_user().partial = kFullRatio;
         s.lone_user().splits_holders = s.lone_user().splits_time = false;
       }},
      {"withdraws", true, [](WithLone& s) { s.lone_user().withdraw = kFullRatio; }},
      {"surrenders", true, [](WithLone& s) { s.lone_user().surrender = kFullRatio; }},
      {"pays never", true, [](WithLone& s) { s.lone_user().conduct.pays = scenarios::Pays::never; }},
      {"offer time-out", true,
       [](WithLone& s) { s.lone_user().offer_timeout = Duration(kNanosPerSecond / 10); }},
      {"user's margin", true, [](WithLone& s) { s.lone_user().displace_margin = 0; }},
      {"ask", false,
       [](WithLone& s) {
         scenarios::Distribution& d = s.lone_holder().ask;
         d.a = doubled(d.a), d.b = doubled(d.b);
       }},
      {"over-sell", false, [](WithLone& s) { s.lone_holder().strategy = HolderStrategy::over_sell; }},
      {"double-declare", false,
       [](WithLone& s) { s.lone_holder().strategy = HolderStrategy::double_declare; }},
      {"no-notice", false, [](WithLone& s) { s.lone_holder().strategy = HolderStrategy::no_notice; }},
      {"late-notice", false,
       [](WithLone& s) { s.lone_holder().strategy = HolderStrategy::late_notice; }},
      {"offers bind shortly", false,
       [](WithLone& s) { s.lone_holder().offer_timeout = Duration(kNanosPerSecond / 10); }},
      {"holder's margin", false, [](WithLone& s) { s.lone_holder().displace_margin = 0; }},
      {"pieces", false, [](WithLone& s) { s.lone_holder().pieces += 2; }},
      {"keeps for intents", false,
       [](WithLone& s) { s.lone_holder().share_reactive = kFullRatio; }},
  };
  return kAll;
}

/// What it has over time, where it is, and how it pays and complains.
const std::vector<Variation>& variations_over_time() {
  static const std::vector<Variation> kAll = {
      {"a budget", true, [](WithLone& s) { s.lone_user().conduct.budget = Money(20'000); }},
      {"complains of nothing", true,
       [](WithLone& s) { s.lone_user().conduct.disputes = scenarios::Disputes::never; }},
      {"payment time-out", true,
       [](WithLone& s) { s.lone_user().conduct.payment_timeout = Duration(1); }},
      {"pays late", true,
       [](WithLone& s) {
         s.lone_user().conduct.pays = scenarios::Pays::late;
         s.lone_user().conduct.late_by = Duration(kNanosPerSecond);
       }},
      {"is away", true,
       [](WithLone& s) {
         s.lone_user().away = {{Duration(kNanosPerSecond), Duration(60 * kNanosPerSecond)}};
       }},
      {"a holder that is away", false,
       [](WithLone& s) {
         s.lone_holder().away = {{Duration(kNanosPerSecond), Duration(60 * kNanosPerSecond)}};
       }},
      {"rolling", false,
       [](WithLone& s) {
         s.lone_holder().rolling =
             scenarios::RollingWindow{Duration(kNanosPerHour), Duration(60 * kNanosPerSecond)};
       }},
      {"planned outages", false,
       [](WithLone& s) {
         s.lone_holder().outages = {{Duration(0), Duration(kNanosPerHour), kFullRatio / 2}};
       }},
      {"leaves", false,
       [](WithLone& s) { s.lone_holder().leaves = Duration(kNanosPerSecond); }},
      {"a holder's budget", false, [](WithLone& s) { s.lone_holder().conduct.budget = Money(0); }},
      {"a holder that never pays", false,
       [](WithLone& s) { s.lone_holder().conduct.pays = scenarios::Pays::never; }},
      {"serves no debtor", false, [](WithLone& s) { s.lone_holder().serves_debtors = false; }},
  };
  return kAll;
}

/// Every strategy of every role, of the lone party alone.
std::vector<Variation> of_strategies() {
  using scenarios::StrategyRole, scenarios::default_strategy;
  std::vector<Variation> out;
  auto add = [&](StrategyRole role, bool of_user, auto member) {
    const auto& all = scenarios::strategies_of(role);
    for (std::size_t i = 0; i < all.size(); ++i)
      out.push_back({std::string(all[i].name), of_user,
                     [=](WithLone& s) { member(s) = default_strategy(role, i); }});
  };
  using Chosen = scenarios::Strategy&;
  add(StrategyRole::ask, false, [](WithLone& s) -> Chosen { return s.lone_holder().pricing; });
  add(StrategyRole::concession, false,
      [](WithLone& s) -> Chosen { return s.lone_holder().concession; });
  add(StrategyRole::bid, true, [](WithLone& s) -> Chosen { return s.lone_user().bid; });
  add(StrategyRole::protocol, true, [](WithLone& s) -> Chosen { return s.lone_user().protocol; });
  add(StrategyRole::concession, true,
      [](WithLone& s) -> Chosen { return s.lone_user().concession; });
  return out;
}

/// The strategies of the table in turn, by group: others than the default are followed.
void follow_in_turn(WithLone& s) {
  using scenarios::StrategyRole;
  auto nth = [](StrategyRole role, std::size_t i) {
    return scenarios::default_strategy(role, i % scenarios::strategies_of(role).size());
  };
  for (std::size_t i = 0; i < s.scenario.holders.size(); ++i) {
    s.scenario.holders[i].pricing = nth(StrategyRole::ask, 4 + i);
    s.scenario.holders[i].concession = nth(StrategyRole::concession, 1 + i);
  }
  for (std::size_t i = 0; i < s.scenario.users.size(); ++i) {
    s.scenario.users[i].bid = nth(StrategyRole::bid, 3 + i);
    s.scenario.users[i].protocol = nth(StrategyRole::protocol, 2 + i);
    s.scenario.users[i].concession = nth(StrategyRole::concession, 2 + i);
  }
}

kernel::Entity lone_of(bool user) {
  return user ? kernel::named(kernel::EntityKind::user, "lone-user")
              : kernel::named(kernel::EntityKind::holder, "lone-holder");
}

Compared compare(const Heard& a, const Heard& b, const kernel::Entity& lone) {
  return compare(a, b, [&](const Who& who) { return std::get<1>(who) == lone.group; });
}

class NonInterference : public ::testing::TestWithParam<std::string> {};

/// How much else the lone party sent in all variations, and how much of that reached others.
struct Told {
  std::size_t sent = 0, reached = 0;
};

/// Nobody else does anything else before anything has reached it.
Told expect_told_alone(const WithLone& base, const std::vector<Variation>& all) {
  const Heard before = heard_in(base.scenario);
  Told out;
  for (const Variation& v : all) {
    if (v.of_user ? !base.user : !base.holder) continue;
    SCOPED_TRACE(v.name);
    WithLone other = base;
    v.alter(other);
    const Compared c = compare(before, heard_in(other.scenario), lone_of(v.of_user));
    EXPECT_TRUE(c.wrong.empty()) << c.wrong.size() << ": " << c.wrong.front();
    out.sent += c.sent, out.reached += c.reached;
  }
  return out;
}

TEST_P(NonInterference, what_one_party_knows_reaches_others_by_messages_and_publications_alone) {
  const WithLone base = lone_in(GetParam());
  // Of scripts alone nobody decides anything.
  EXPECT_EQ(!base.user && !base.holder, GetParam() == "claims");
  std::vector<Variation> all = variations();
  all.insert(all.end(), variations_over_time().begin(), variations_over_time().end());
  const Told told = expect_told_alone(base, all);
  EXPECT_EQ(told.sent > 0, base.user || base.holder);
  EXPECT_EQ(told.reached > 0, base.user || base.holder);
}

TEST_P(NonInterference, which_strategy_one_party_follows_reaches_others_likewise) {
  WithLone base = lone_in(GetParam());
  follow_in_turn(base);
  const Told told = expect_told_alone(base, of_strategies());
  if (GetParam() == "quickstart") {  // a crowd hides one of its thousands from most others
    EXPECT_GT(told.sent, 0U);
    EXPECT_GT(told.reached, 0U);
  }
}

std::vector<std::string> interference_packs() {
  std::vector<std::string> out;
  for (const auto& file : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs"))
    if (file.path().extension() == ".yaml") out.push_back(file.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

INSTANTIATE_TEST_SUITE_P(Packs, NonInterference, ::testing::ValuesIn(interference_packs()),
                         [](const auto& p) {
                           std::string out = p.param;
                           std::replace(out.begin(), out.end(), '-', '_');
                           return out;
                         });

/// Frauds of parties: what their honest twins do not do reaches others likewise.
TEST(NonInterference, a_ring_reaches_others_by_messages_and_publications_alone) {
  std::size_t rings = 0;
  for (const FraudCase& fraud : fraud_cases()) {
    if (fraud.name == "hiding-directory" || fraud.name == "selective-log") continue;  // no parties
    SCOPED_TRACE(fraud.name);
    const scenarios::Scenario s = fraud_scenario(fraud);
    const Heard a = heard_in(s), b = heard_in(honest_twin(s, 0));
    ASSERT_FALSE(a.rings.empty());
    const Compared c = compare(a, b, [&](const Who& who) {
      return a.rings.contains(who) || b.rings.contains(who);
    });
    EXPECT_TRUE(c.wrong.empty()) << c.wrong.size() << ": " << c.wrong.front();
    EXPECT_GT(c.reached, 0U);
    ++rings;
  }
  EXPECT_EQ(rings, 7U);
}

TEST(NonInterference, which_strategy_a_coordinator_follows_reaches_others_likewise) {
  std::size_t compared = 0;
  for (const char* pack : {"grid-sharded", "emergency-displacement"}) {
    auto loaded = scenarios::load_scenario(
        std::string(CAPMARKET_SOURCE_DIR "/scenarios/packs/") + pack + ".yaml", {}, {});
    ASSERT_TRUE(loaded.has_value());
    loaded->duration = std::min(loaded->duration, Duration(kNanosPerHour / 4));
    if (loaded->coordinators.empty()) continue;
    const Heard before = heard_in(*loaded);
    const kernel::Entity lone =
        kernel::named(kernel::EntityKind::coordinator, loaded->coordinators.front().name);
    const auto& all = scenarios::strategies_of(scenarios::StrategyRole::cosign);
    for (std::size_t i = 0; i < all.size(); ++i) {
      SCOPED_TRACE(std::string(all[i].name));
      scenarios::Scenario other = *loaded;
      other.coordinators.front().strategy =
          scenarios::default_strategy(scenarios::StrategyRole::cosign, i);
      other.coordinators.front().favours = other.users.front().name;
      const Compared c = compare(before, heard_in(other), lone);
      EXPECT_TRUE(c.wrong.empty()) << c.wrong.size() << ": " << c.wrong.front();
      compared += c.reached;
    }
  }
  EXPECT_GT(compared, 0U);
}

// Whoever reads what another knows acts otherwise before anything has reached it.
TEST(NonInterference, is_seen_where_a_holder_peeks_at_a_users_value) {
  const WithLone base = lone_in("quickstart");
  WithLone peeked = base;
  variations().front().alter(peeked);
  peeked.scenario.holders.front().ask = scenarios::Distribution::constant(1);
  const Compared c =
      compare(heard_in(base.scenario), heard_in(peeked.scenario), lone_of(true));
  EXPECT_FALSE(c.wrong.empty());
}

}  // namespace
}  // namespace capmarket::run
