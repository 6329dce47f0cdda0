// What `check`, `diff` and `hunt` ask about: the schema of requests and victims. Every leg and
// every victim that a chain admits is a case of it, with the chain's own numbers, in every mode.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <iostream>
#include <map>
#include <memory>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "tests/property/history.h"
#include "tests/support/scratch_folder.h"
#include "verify/question/symbolic_request.h"

namespace capmarket::property {
namespace {

using question::SymbolicRequest;

/// The schema of one version of a rule, asked whether it has a case.
struct Schema {
  question::RuleSubject subject;
  std::unique_ptr<SymbolicRequest> leg, victim;
  smt::Solver legs{smt::SolverBudget{}}, victims{smt::SolverBudget{}};
};

struct Met {
  std::int64_t legs = 0, victims = 0, of_older = 0, by_policy = 0;
  std::string complaint;
};

using FixedRow = std::pair<const char*, std::int64_t>;

class Schemas {
 public:
  Schemas(const chain::Chain& chain, Met& met) : chain_(chain), met_(met) {}

  void visit(const objects::Settlement& s, const chain::Event& e) {
    if (s.policy) {  // judged by other tiers and prices than its rule's: said, where that is asked
      ++met_.by_policy;
      return;
    }
    for (std::size_t i = 0; i < s.legs.size() && met_.complaint.empty(); ++i) {
      const objects::Leg& leg = s.legs[i];
      const std::vector<FixedRow> rows = {{"now", s.signed_at.value},
                                          {"start", leg.window.from.value},
                                          {"until", leg.window.until.value},
                                          {"quantity", leg.quantity.value},
                                          {"price", leg.price.value}};
      Schema& schema = schema_of(*chain_.state().rule(leg.rule));
      ++met_.legs;
      ask(schema, *schema.leg, schema.legs, rows, e);
      for (const chain::CoverVictim& v : e.covers[i].victims) victim(schema, leg, rows, v, e);
    }
  }

 private:
  void victim(Schema& schema, const objects::Leg& leg, std::vector<FixedRow> rows,
              const chain::CoverVictim& v, const chain::Event& e) {
    const chain::ChainState& state = chain_.state();
    ++met_.victims;
    met_.of_older += state.rules[state.grants[v.grant].rule].id == leg.rule ? 0 : 1;
    const chain::VictimContext& c = v.context;
    const std::vector<FixedRow> theirs = {{"victim.tier", schema.subject.world.name_index(c.tier)},
                                          {"victim.rank", c.rank},
                                          {"victim.quantity", c.quantity.value},
                                          {"victim.price", c.price.value},
                                          {"victim.value", c.value.value},
                                          {"victim.whole_value", c.whole_value.value},
                                          {"victim.start", c.window.from.value},
                                          {"victim.until", c.window.until.value},
                                          {"victim.length", c.window.length().value},
                                          {"victim.times_displaced", c.times_displaced},
                                          {"notice", c.notice.value},
                                          {"released", c.released.value}};
    rows.insert(rows.end(), theirs.begin(), theirs.end());
    ask(schema, *schema.victim, schema.victims, rows, e);
  }

  void ask(Schema&, const SymbolicRequest& request, smt::Solver& solver,
           const std::vector<FixedRow>& rows, const chain::Event& e) {
    std::vector<smt::Symbolic::Bool> fixed = {request.admission() ==
                                              smt::Symbolic::integer(e.leaf.time.value)};
    std::string words = fmt::format("admission {}", e.leaf.time.value);
    for (const auto& [name, value] : rows) {
      fixed.push_back(request.row(expr::variable_row(name)).value == smt::Symbolic::integer(value));
      words += fmt::format(", {} {}", name, value);
    }
    const smt::Answer answer = solver.check(fixed);
    if (answer != smt::Answer::sat && met_.complaint.empty())
      met_.complaint =
          fmt::format("sequence {}: the schema {}: {}", e.leaf.sequence.value,
                      answer == smt::Answer::unsat ? "has no such case" : "gives up", words);
  }

  Schema& schema_of(const chain::RuleRecord& own) {
    auto [it, fresh] = schemas_.try_emplace(own.id);
    Schema& s = it->second;
    if (!fresh) return s;
    std::vector<question::RuleFile> files;
    for (const chain::RuleRecord& r : chain_.state().rules.all())
      if (r.rule.name == own.rule.name && r.rule.version <= own.rule.version) {
        question::RuleFile f;
        f.file = fmt::format("version {}", r.rule.version);
        f.rule = r.rule, f.id = r.id;
        files.push_back(std::move(f));
        if (r.id == own.id) std::swap(files.front(), files.back());
      }
    files_.push_back(std::move(files));
    s.subject = question::subject_of(files_.back().front(), files_.back());
    s.leg = std::make_unique<SymbolicRequest>(s.subject, "", false);
    s.victim = std::make_unique<SymbolicRequest>(s.subject, "", true);
    s.legs.add(s.leg->premises());
    s.victims.add(s.victim->premises());
    return s;
  }

  const chain::Chain& chain_;
  Met& met_;
  std::deque<std::vector<question::RuleFile>> files_;
  std::map<ContentId, Schema> schemas_;
};

std::string schemas_have(const World& world, Met& met) {
  testing::ScratchFolder dir;
  world.write(dir.path());
  auto reader = chain::ChainReader::open(chain::chain_directory(dir.path()));
  CHECK(reader.has_value());
  smt::SymbolicScope scope;
  std::optional<Schemas> schemas;
  auto again = chain::replay(*reader, [&](const chain::Entry&, chain::Chain& so_far) {
    if (schemas) return true;
    schemas.emplace(so_far, met);
    so_far.observe([&](const chain::Event& e) {
      const auto* s = std::get_if<objects::Settlement>(&e.object);
      if (s != nullptr && e.leaf.decision.admitted() && met.complaint.empty())
        schemas->visit(*s, e);
    });
    return true;
  });
  CHECK(again.has_value());
  return met.complaint;
}

TEST(SchemaFacts, every_leg_and_victim_of_random_histories_of_every_mode_is_a_case) {
  Met met;
  Statistics statistics;
  std::uint64_t seed = 23;
  for (const MarketSetUp& setup : all_setups())
    ASSERT_TRUE(histories_hold(setup, 1, seed++, statistics, [&](const World& world) {
      return schemas_have(world, met);
    })) << met.complaint;
  std::cout << met.legs << " legs, " << met.victims << " victims, " << met.of_older
            << " of older versions, " << met.by_policy << " settlements under a policy\n";
  EXPECT_GT(met.legs, 50);
  EXPECT_GT(met.victims, 0);
}

}  // namespace
}  // namespace capmarket::property
