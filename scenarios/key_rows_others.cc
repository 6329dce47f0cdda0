// The keys of who takes part beside holders and users, and of what is done to parties.
#include "scenarios/key_rows_strategies.h"
#include "scenarios/load_internal.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {
namespace {

void add_others(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {{"auditors", list, optional, "", "", "who looks at what is settled and raises disputes"},
       {"auditors[].name", name, required, "", "unique among holders, users, coordinators and auditors", "name of the auditor"},
       KeyRow("auditors[].authority", reference, optional, "", "", "who issues its credential")
           .otherwise("the first"),
       {"auditors[].sample", share, required, "", "", "of the settlements that it looks at"},
       {"auditors[].before_end", duration, optional, "30s", "",
        "what lasts to the scenario's end or longer it looks at so long before it"},
       KeyRow("coordinators", list, optional, "", "", "who signs for shards")
           .otherwise("none; required by a rule under `single` or `sharded`"),
       {"coordinators[].name", name, required, "", "unique among holders, users and coordinators",
        "its members are NAME.0, NAME.1, …"},
       KeyRow("coordinators[].scope", paths, required, "",
              "each once; each a place of `locations` or an ancestor of one",
              "one coordinator for each")
           .items(1),
       {"coordinators[].delay", durations, optional, "0s", "", "from being asked to signing"},
       {"coordinators[].outage", share, optional, "0%", "", "of the questions that get no answer"},
       KeyRow("coordinators[].favours", reference, optional, "",
              "a group of users; with `strategy: partial`, which needs it", "whom it favours")
           .otherwise("nobody"),
       {"coordinators[].timeouts", map, optional, "", "", "how long it waits for others"},
       {"coordinators[].timeouts.settlement", positive_duration, optional, "5s", "",
        "what it signed counts in its book so long, with the chain's interval and its lag, where "
        "the chain does not answer"},
       {"coordinators[].follow", map, optional, "", "", "how it follows the chain"},
       KeyRow("coordinators[].follow.lag", duration, optional, "", "",
              "from a checkpoint's arrival to its being read")
           .otherwise("`chain.follow.lag`"),
       KeyRow("coordinators[].class", reference, optional, "", "", "its class")
           .otherwise(kOnlyClass),
       KeyRow("coordinators[].authority", reference, optional, "",
              "governs the class in each scope", "who issues the credential")
           .otherwise("the first that governs each scope"),
       {"publishers", list, optional, "", "",
        "who publishes price indices; without one, discovered prices have only their bounds"},
       {"publishers[].name", name, required, "", "unique among publishers",
        "name of the publisher"},
       {"publishers[].every", positive_duration, required, "", "", "how often it publishes"},
       {"publishers[].rule", reference, required, "", "a rule of the scenario",
        "the rule whose index it publishes"}});
  append_strategy(out,
                  {"coordinators[].strategy", strategy, optional, "honest", "", "what it signs"},
                  StrategyRole::cosign);
}

void add_adversaries(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {{"adversaries", list, optional, "", "", "members of the population that attack"},
       KeyRow("adversaries[].attack", choice, required, "", "", "what they do").among(kAttacks),
       KeyRow("adversaries[].count", integer, required, "",
              "all together no more than there are of whom the attack turns ([adversaries](#adversaries))",
              "how many turn, users and publishers chosen by the population's seed; fewer where "
              "fewer are fit for the attack")
           .within(0, kPopulationMax),
       {"adversaries[].twin", boolean, optional, "false", "of a fraud",
        "the run is made once more in which they are honest, all else equal: what they gained, and "
        "others lost"},
       KeyRow("adversaries[].group", reference, optional, "", "",
              "whose members turn; of `partial-coordinator` the coordinators' name")
           .otherwise("any that are fit"),
       KeyRow("adversaries[].favours", reference, optional, "", "", "the group that is favoured")
           .otherwise("nobody"),
       KeyRow("adversaries[].accomplice", reference, optional, "", "",
              "the group, of `false-claims` the auditor, that plays along")
           .otherwise("nobody"),
       KeyRow("adversaries[].factor", margin, optional, "", "",
              "hoarding: what it asks for, of what it needs")
           .otherwise("200%"),
       KeyRow("adversaries[].share", share, optional, "", "",
              "how much of what it could do to others it does")
           .otherwise("100%"),
       KeyRow("adversaries[].each", integer, optional, "", "times an hour",
              "how often each of them does it")
           .within(1, 3600)
           .otherwise("required where the attack takes it"),
       KeyRow("adversaries[].delay", duration, optional, "", "",
              "compensation-farming: from the accomplice's request to its own; selective-log: "
              "instead of dropping")
           .otherwise("0s")});
}

void add_agreements(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  constexpr std::string_view kOwnRule = "the leg's own rule", kARule = "a rule of the scenario";
  append_rows(
      out, {{"reconciliation", list, optional, "", "", "what jurisdictions have agreed on"},
            {"reconciliation[].name", name, required, "", kUnique, "name of the policy"},
            KeyRow("reconciliation[].authorities", references, required, "",
                   "each once, of `authorities` without a parent", "who agrees; all of them sign")
                .items(2)
                .at_most(kJurisdictionsMax),
            KeyRow("reconciliation[].tiers", reference, optional, "", kARule,
                   "the rule by which tiers are judged")
                .otherwise(kOwnRule),
            KeyRow("reconciliation[].price", reference, optional, "", kARule,
                   "the rule by which prices are judged")
                .otherwise(kOwnRule),
            KeyRow("reconciliation[].fallback", reference, optional, "", kARule,
                   "the rule by which fallback is judged")
                .otherwise(kOwnRule),
            {"revocations", list, optional, "", "", "credentials that are revoked"},
            {"revocations[].at", duration, required, "", kSinceStart,
             "when the revocation is submitted"},
            {"revocations[].credential", credential, required, "", "N from 0", "whose credential"},
            KeyRow("revocations[].effective", duration, optional, "",
                   "since the start; may be earlier than `at`", "from when it counts")
                .otherwise("`at`"),
            {"revocations[].reason", name, optional, "unspecified", "", "why"},
            {"trace", map, optional, "", "", "a recorded workload, instead of or beside groups"},
            {"trace.requests", file, required, "", "", "CSV of requests"},
            {"trace.holders", file, optional, "", "", "CSV of holders"},
            {"trace.import", map, optional, "", "rows = requests + the sum of skipped",
             "what an import counted; reappears in the summary"},
            KeyRow("trace.import.rows", integer, required, "", "", "rows read").within(0, kWireMax),
            KeyRow("trace.import.requests", integer, required, "", "", "rows that became requests")
                .within(0, kWireMax),
            KeyRow("trace.import.skipped", counts, optional, "", "", "rows left out, by reason")
                .within(0, kPopulationMax)});
}

}  // namespace

void add_other_keys(std::vector<ScenarioKey>& out) {
  add_others(out);
  add_adversaries(out);
  add_agreements(out);
}

}  // namespace capmarket::scenarios
