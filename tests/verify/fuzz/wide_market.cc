#include "tests/verify/fuzz/wide_market.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "model/chain/policy.h"
#include "model/chain/price_index.h"
#include "model/crypto/hash.h"
#include "model/objects/object.h"
#include "sim/script/build.h"
#include "sim/script/build_settlement.h"
#include "sim/script/play_script.h"
#include "sim/script/watched.h"
#include "sim/world/population.h"
#include "sim/world/setup.h"

namespace capmarket::fuzz {
namespace {

/// A number that follows from a name alone.
std::uint64_t number_of(const std::string& name, std::uint64_t salt) {
  std::uint64_t out = 1469598103934665603ULL + salt;
  for (const char c : name) out = (out ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return out ^ (out >> 29);
}

/// A market whose set-up was admitted. Most of a short history's time went there, into keys.
struct SetUpMarket {
  world::World world;  // its chain has everything of the set-up
  objects::CheckedSubmission genesis;
};

/// A world of its own with everybody and everything that was admitted: what admission looks up is
/// the chain's state alone, so that a chain with a copy of it decides as the first one does.
void begin_as(const SetUpMarket& m, const scenarios::Scenario& scenario, world::World& w) {
  const world::World& from = m.world;
  w.scenario = &scenario;
  w.population = from.population, w.dynamics = from.dynamics;
  w.signing = from.signing;
  w.set_up_at = from.set_up_at;
  w.holders = from.holders, w.users = from.users;
  w.coordinators = from.coordinators, w.auditors = from.auditors;
  w.publishers = from.publishers;
  w.authority_keys = from.authority_keys, w.authority_draws = from.authority_draws;
  w.authority_ids = from.authority_ids, w.roots = from.roots;
  w.rule_ids = from.rule_ids, w.policy_ids = from.policy_ids;
  w.infrastructures = from.infrastructures;
  w.owners = from.owners, w.zones = from.zones;
  w.script = from.script;
  auto chain = chain::Chain::create(m.genesis, from.set_up_at, log::memory_log(nullptr));
  CHECK(chain.has_value(), to_text(chain.error()));
  w.chain = *std::move(chain);
  const_cast<chain::ChainState&>(w.chain->state()) = from.state();
  w.pool = std::make_unique<world::SigningPool>(from.state().chain, w.signing, 0);
  w.now = scenario.start;
}

/// A genesis of one root, under the market's scheme: only the state that takes its place counts.
objects::CheckedSubmission small_genesis(const objects::Genesis& like) {
  const crypto::KeyPair root = crypto::key_pair_from_seed({});
  objects::Genesis g = like;
  g.roots = {{"root", root.pub, like.roots.front().scope, like.roots.front().classes}};
  objects::Submission raw{objects::Kind::genesis, objects::encode_object(g), {}};
  const ContentId id = crypto::content_id(raw.body);
  const crypto::Signing signing{g.scheme, g.mac_key.value_or(crypto::MacKey{})};
  raw.signatures = objects::sign_all(signing, id, raw.kind, id, {{objects::Role::root, root}});
  return objects::check_submission(std::move(raw), id, signing).value();
}

/// Everybody's keys, and all that the chain admits before the first step.
Result<std::shared_ptr<const SetUpMarket>> set_up(const scenarios::Scenario& scenario) {
  auto out = std::make_shared<SetUpMarket>();
  world::World& w = out->world;
  w.scenario = &scenario;
  w.population = {static_cast<std::uint64_t>(scenario.seed_population), 0};
  w.dynamics = {static_cast<std::uint64_t>(scenario.seed_dynamics), 1};
  world::populate(w);
  world::ChainOptions options;
  options.scheme = crypto::Scheme::mac;
  options.everybody = true;
  if (auto r = world::set_up(w, options); !r) return tl::unexpected(r.error());
  out->genesis = small_genesis(w.state().genesis);
  w.scenario = nullptr;
  return out;
}

class WideExecutor : public scenarios::Executor {
 public:
  WideExecutor(const SetUpMarket& market, const scenarios::Scenario& scenario, WideTally& tally)
      : tally_(tally) {
    begin_as(market, scenario, w_);
    goals_ = std::make_unique<chain::GoalMonitor>(*w_.chain, script::watched_claims(scenario));
    w_.chain->observe([this](const chain::Event& event) {
      goals_->on_event(event);
      if (!event.covers.empty()) covers_ = event.covers;
    });
  }
  ~WideExecutor() override { count(); }

  std::vector<scenarios::StepAnswer> execute_step(const scenarios::ScriptStep& step) override {
    w_.now = std::max(w_.now, step.at);
    const bool settles = step.kind == scenarios::StepKind::settle;
    if (settles && number_of(step.name, 1) % 3 == 0) publish();
    std::vector<scenarios::StepAnswer> out;
    for (script::ScriptObject& built : script::build_step(w_, step)) {
      if (settles) vary(step, built);
      auto receipt = script::submit_built(w_, std::move(built));
      CHECK(receipt.has_value(), to_text(receipt.error()));
      out.push_back({receipt->sequence, receipt->time, receipt->decision, receipt->turned_away,
                     std::exchange(covers_, {})});
    }
    return out;
  }

  Instant now() const override { return w_.now; }
  const chain::ChainState& state() const override { return w_.state(); }
  const chain::GrantRecord* grant(const std::string& name) const override {
    return w_.state().grant(script::grant_named(w_, name));
  }
  ContentId made(const std::string& name) const override { return script::made(w_, name); }
  std::vector<chain::GoalReport> goals() const override { return goals_->report(); }

 private:
  /// Of what was settled until now, as it has to be: anything else is refused.
  void publish() {
    for (party::PublisherState& p : w_.publishers) {
      const chain::RuleRecord* rule = w_.state().rule_in_force(p.rule, w_.now);
      if (rule == nullptr || rule->rule.pricing.mode != rules::PricingMode::discovered) continue;
      const chain::IndexValue truth = chain::recompute_index(w_.state(), rule->rule, w_.now);
      if (truth.count <= 0) continue;
      objects::PriceIndex o{w_.fresh_salt(p.draws),
                            p.key.pub,
                            p.credential,
                            rule->rule.name,
                            rule->rule.class_name,
                            rule->rule.scope,
                            rule->rule.currency,
                            w_.now,
                            truth.count,
                            truth.value};
      auto receipt = script::submit_built(w_, {std::move(o), {{objects::Role::publisher, p.key}}});
      CHECK(receipt.has_value(), to_text(receipt.error()));
    }
  }

  /// An index where one fits, a policy where none is needed.
  void vary(const scenarios::ScriptStep& step, script::ScriptObject& built) {
    auto& s = std::get<objects::Settlement>(built.object);
    if (!s.policy && !w_.policy_ids.empty() && number_of(step.name, 2) % 4 == 0)
      s.policy = w_.policy_ids[Index<scenarios::ReconciliationSpec>(0)];
    for (std::size_t i = 0; i < s.legs.size(); ++i) {
      if (number_of(step.name, 3 + i) % 8 == 0) continue;
      under_policy(s, s.legs[i]);
      around_index(s, s.legs[i], number_of(step.name, 16 + i) % 5);
    }
    w_.script.made[step.name] = crypto::content_id(objects::encode_object(built.object));
  }
  /// The tariff, a price inside the bounds and a strategy of the rules that judge them.
  void under_policy(const objects::Settlement& s, objects::Leg& leg) const {
    if (!s.policy || w_.state().rule(leg.rule) == nullptr) return;
    const rules::Rule& price = chain::price_rule(w_.state(), s, leg);
    if (price.pricing.mode == rules::PricingMode::fixed)
      leg.price = price.tariff_for(leg.tier, leg.window.from).value_or(leg.price);
    else
      leg.price = std::clamp(leg.price, price.pricing.floor,
                             std::max(price.pricing.floor, price.pricing.cap));
    const std::vector<ContentId>& catalog = chain::fallback_rule(w_.state(), s, leg).fallback_ids;
    if (!catalog.empty() &&
        std::find(catalog.begin(), catalog.end(), leg.strategy) == catalog.end())
      leg.strategy = catalog.front();
  }
  void around_index(const objects::Settlement& s, objects::Leg& leg, std::uint64_t how) const {
    if (w_.state().rule(leg.rule) == nullptr) return;
    const rules::Rule& rule = chain::price_rule(w_.state(), s, leg);
    if (rule.pricing.mode != rules::PricingMode::discovered) return;
    auto named = w_.state().indices.find(rule.name);
    if (named == w_.state().indices.end()) return;
    const chain::PriceIndexRecord& latest = named->second.back();
    const Money band = chain::ratio_of(latest.index.value, rule.pricing.band);
    leg.price_index = latest.id;
    const Money prices[] = {latest.index.value, latest.index.value - band,
                            latest.index.value + band, leg.price,
                            latest.index.value + band + Money(1)};
    leg.price = std::max(Money(0), prices[how]);
    const chain::RequestRecord* r = w_.state().request(leg.request);
    if (r != nullptr && how < 4) leg.price = std::min(leg.price, r->request.max_price);
  }

  void count() const {
    const chain::ChainState& s = w_.state();
    for (const auto& [rule, all] : s.indices)
      tally_.indices += static_cast<std::int64_t>(all.size());
    tally_.reviews += static_cast<std::int64_t>(s.reviews.all().size());
    for (const chain::SettlementRecord& x : s.settlements.all()) {
      tally_.policies += x.policy ? 1 : 0;
      tally_.reviewed += x.reviews.empty() ? 0 : 1;
    }
    for (const chain::GrantRecord& g : s.grants.all()) {
      tally_.named += g.leg.price_index ? 1 : 0;
      tally_.leases += g.lease_until < kDistantFuture ? 1 : 0;
      tally_.of_later_version += s.rule_of(g).version > 1 ? 1 : 0;
      const party::UserState& u = w_.users[w_.user_of(s, g)];
      tally_.foreigners +=
          w_.scenario->authorities[u.authority.place()].name == kOtherAuthority ? 1 : 0;
    }
  }

  world::World w_;
  std::unique_ptr<chain::GoalMonitor> goals_;
  std::vector<chain::Cover> covers_;  // of the settlement that was just admitted
  WideTally& tally_;
};

}  // namespace

void widen(FuzzMarket& market, Pact pact, const rules::Rule* another) {
  scenarios::Scenario& s = market.scenario;
  const rules::Rule own = s.rules.back().rule;
  const location::Location abroad{kOtherScope};
  s.authorities.push_back({kOtherAuthority, {abroad}, {own.class_name}, ""});
  std::string named = pact == Pact::itself ? own.name : "";
  if (another != nullptr) {
    named = another->name;
    s.rules.insert(s.rules.begin(),
                   {"another.yaml", *another});  // the last in force is the market's
  }
  s.reconciliation.push_back({"pact", {own.authority, kOtherAuthority}, named, named, named});
  // A user like the first, and one like who holds every membership.
  const std::vector<scenarios::UserGroup> likes = {s.users.front(), s.users.back()};
  for (scenarios::UserGroup u : likes) {
    u.name += "-abroad";
    u.home = abroad;
    std::vector<std::string> tiers = u.further_tiers;
    tiers.insert(tiers.begin(), u.tier);
    market.users.insert(market.users.begin(), {u.name, tiers});
    s.users.push_back(std::move(u));
  }
  if (own.pricing.mode == rules::PricingMode::discovered)
    s.publishers.push_back({"press", Duration(kNanosPerHour), own.name});
}

scenarios::MakeExecutor wide_executor(std::shared_ptr<WideTally> tally) {
  auto market = std::make_shared<std::shared_ptr<const SetUpMarket>>();
  return [tally, market](
             const scenarios::Scenario& scenario) -> Result<std::unique_ptr<scenarios::Executor>> {
    if (*market == nullptr) {
      auto made = set_up(scenario);
      if (!made) return tl::unexpected(made.error());
      *market = *std::move(made);
    }
    return std::make_unique<WideExecutor>(**market, scenario, *tally);
  };
}

}  // namespace capmarket::fuzz
