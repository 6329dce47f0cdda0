// The keys of the market itself: head, rules, classes, authorities, what holders share, and how
// parties reach each other (discovery, network, chain).
#include "scenarios/key_rows.h"
#include "scenarios/load_internal.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {
namespace {

constexpr std::string_view kSignatures[] = {"ed25519", "mac"};

void add_head(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {{"scenario", name, required, "", "", "name of the scenario"},
       {"about", text, optional, "", "", "text for people, printed with the summary"},
       KeyRow("study", choice, optional, "terminating", "",
              "what a run measures: what happens from its start to its end, or what it settles to "
              "behind its warm-up")
           .among(kStudies),
       {"start", time, required, "",
        "1970-01-01T00:00:00Z on; `start` + `duration` at most 2^62 - 1 ns after 1970 (before "
        "2116)",
        "the scenario's first instant"},
       {"duration", positive_duration, required, "", "",
        "length of the scenario; what lies at or after its end does not happen"},
       {"seed", map, optional, "", "", "the two seeds"},
       KeyRow("seed.population", integer, optional, "1", "",
              "seed of who takes part: keys, holders, users, adversaries, clocks")
           .within(0, kWireMax),
       KeyRow("seed.dynamics", integer, optional, "1", "", "seed of what happens; `--seed` sets it")
           .within(0, kWireMax),
       KeyRow("signatures", choice, optional, "ed25519", "",
              "signature scheme of the chain; `mac` is keyed BLAKE2b: fast, no security (the key "
              "stands in the genesis)")
           .among(kSignatures),
       {"quota", map, optional, "", "",
        "how often the chain refuses a submitter before it shuts it out; a part of the genesis"},
       KeyRow("quota.refusals", integer, optional, "10000", "", "in a period").within(1, kWireMax),
       {"quota.period", positive_duration, optional, "1h", "", "periods count from 1970"},
       {"locations", locations, required, "", "at least one path; 1 to 1 000 000 places",
        "where holders stand: the bottom of a tree, or every path of a list"},
       {"locations.tree", path, required, "", "", "root of the tree"},
       KeyRow("locations.branching", integers, required, "",
              "each 1 to 1 000 000, their product at most 1 000 000; the deepest path within 16 "
              "segments and 255 bytes",
              "children at each level, numbered from 0; an empty list: the root itself is the only "
              "place")
           .within(1, kPlacesMax)});
}

void add_market(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {KeyRow("authorities", list, required, "", "", "who governs").items(1),
       {"authorities[].name", rule_name, required, "", kUnique, "name of the authority"},
       KeyRow("authorities[].scope", scope, required, "",
              "each a place of `locations` or an ancestor of one", "where it governs")
           .at_most(kPlacesOfScopeMax),
       KeyRow("authorities[].classes", references, required, "", "names of `classes`; may be none",
              "which classes it governs")
           .at_most(kClassesMax),
       KeyRow(
           "authorities[].parent", reference, optional, "",
           "an authority above it in the list, which has all of its scope and classes; at most 6 "
           "below one another, itself included",
           "the authority that delegates to it")
           .otherwise("none: a jurisdiction of its own"),
       KeyRow("classes", list, required, "", "", "classes of capacity").items(1),
       {"classes[].name", rule_name, required, "", kUnique, "name of the class"},
       {"classes[].unit", rule_name, required, "", "",
        "what the class is counted in; each of its rules has the same"},
       {"classes[].retention", duration, required, "", "",
        "how long after a window's end its records are kept"},
       {"classes[].granularity", positive_duration, optional, "1s", "",
        "windows of declarations are multiples of it"},
       {"rules", rules, required, "",
        "each class has a rule that is in force at some time of the scenario; no two of a class "
        "meet in scope and time, but versions of one rule",
        "the rule files, admitted with the set-up; maps for those that take effect later"},
       {"rules[].at", duration, required, "", kSinceStart,
        "when the change takes effect: the rule's `effective.from` becomes `start` + `at`, its "
        "`version` the next, its `supersedes` the version of its name in force then; `until` is "
        "kept"},
       {"rules[].rule", file, required, "", "", "the rule that takes effect then"},
       {"infrastructure", list, optional, "",
        "those of one class meet neither in place nor in a holder",
        "capacity that several holders share"},
       {"infrastructure[].name", name, required, "", kUnique, "name of the infrastructure"},
       KeyRow("infrastructure[].locations", scope, one_of, "",
              "each once; each a place of `locations` or an ancestor of one",
              "holders of the class there or below are its members")
           .at_most(kPlacesOfScopeMax),
       KeyRow("infrastructure[].capacity", schedule, required, "", "units",
              "how much its members can deliver together; a number: at all times")
           .within(0, kWireMax)
           .at_most(kScheduleMax),
       {"infrastructure[].capacity[].from", duration, required, "",
        "since the start; the first 0s, ascending", "from when"},
       KeyRow("infrastructure[].capacity[].quantity", integer, required, "", "units",
              "how much from then on")
           .within(0, kWireMax),
       KeyRow("infrastructure[].class", reference, optional, "", "", "its class")
           .otherwise(kOnlyClass),
       KeyRow("infrastructure[].authority", reference, optional, "",
              "governs the class at all of `locations`", "who signs it")
           .otherwise("the first that governs"),
       KeyRow(
           "infrastructure[].peer", references, one_of, "",
           "two different holders: GROUP.N, N from 0, or a name of the trace",
           "an edge between two holders; required where a rule of the class that meets its place "
           "coordinates by `peer`")
           .within(2, 2),
       KeyRow("infrastructure[].split", share, optional, "50%", "only with `peer`",
              "share of an edge that is the first holder's, rounded down to units; the rest is the "
              "second's")});
}

void add_meeting(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {{"discovery", map, optional, "", "", "how users and holders meet"},
       KeyRow(
           "discovery.mode", choice, optional, "prepublished", "",
           "`prepublished`: holders declare, directories list; `reactive`: users publish intents, "
           "holders answer with declarations; `hybrid`: both")
           .among(kDiscoveryModes),
       KeyRow("discovery.directories", integer, optional, "1", "",
              "number of directories; 0: nothing is listed anywhere")
           .within(0, 1000),
       {"discovery.lag", durations, optional, "0s", "",
        "from a declaration's admission to its listing"},
       KeyRow("discovery.named", integer, optional, "24", "",
              "declarations that a directory names for a request, at most")
           .within(1, kNamedMax),
       KeyRow("discovery.many", integer, optional, "4", "",
              "a directory that lists more than so many times `named` of the class looks at some of "
              "them by chance, not at all")
           .within(1, kPopulationMax),
       {"discovery.named_of_many", share, optional, "50%", "rounded up",
        "of `named`, at most, that it then names"},
       KeyRow("discovery.samples", integer, optional, "8", "",
              "times `named`: how many it then looks at, at most")
           .within(1, 1000),
       KeyRow("discovery.named_in_parts", integer, optional, "128", "",
              "the same of a request that takes parts: with what else their holders declared")
           .within(1, kNamedMax),
       KeyRow("discovery.answers", integer, optional, "2", "",
              "holders whom an intent reaches, at most")
           .within(1, kNamedMax)});
}

void add_clockwork(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {{"network", map, optional, "", "", "what happens to messages"},
       {"network.latency", durations, optional, "0s", "a message takes at least 1ns",
        "of every message"},
       {"network.loss", share, optional, "0%", "", "of the messages that do not arrive"},
       {"network.duplicate", share, optional, "0%", "", "of the messages that arrive twice"},
       {"network.reorder", share, optional, "0%", "", "of the messages that later ones overtake"},
       KeyRow("network.tries", integer, optional, "5", "",
              "a message is sent so often before it is given up")
           .within(1, 100),
       {"network.retry_after", positive_duration, optional, "1s", "",
        "from one try to the next"},
       {"network.links", list, optional, "", "",
        "how long messages take between two places, or inside one; of several the deepest counts, "
        "of equal depth the first"},
       KeyRow("network.links[].between", paths, required, "",
              "two places of `locations` or ancestors of one",
              "who stands at or below the one, and who at or below the other: holders at their place, "
              "users at their `home`, coordinators at their scope")
           .items(2),
       {"network.links[].latency", durations, required, "", "a message takes at least 1ns",
        "either way"},
       KeyRow("network.chain", path, optional, "", "a place of `locations` or an ancestor of one",
              "where the chain stands, for `links`")
           .otherwise("nowhere: no link leads to it"),
       {"network.partitions", list, optional, "", "",
        "times at which no message passes between members of different names of `between`"},
       {"network.partitions[].from", duration, required, "", kSinceStart, "its start, included"},
       {"network.partitions[].until", duration, required, "", "after `from`", "its end, excluded"},
       KeyRow("network.partitions[].between", references, required, "",
              "each once: groups of holders and users, coordinators, `directories`, `chain`",
              "who is cut off from whom")
           .items(2),
       {"chain", map, optional, "", "", "the log's clockwork"},
       {"chain.interval", positive_duration, optional, "500ms", "",
        "checkpoints are signed so often; receipts wait for the next multiple"},
       {"chain.follow", map, optional, "", "", "how parties follow the chain"},
       {"chain.follow.lag", duration, optional, "0s", "",
        "from a checkpoint's arrival to its being read; of groups that do not say their own, and "
        "of auditors and publishers"},
       {"chain.clock_error", duration, optional, "0s", "",
        "each user's clock is off by a constant drawn from ± this"},
       {"chain.rule_ahead", duration, optional, "10s", "",
        "a rule with `at` is submitted so long before it takes effect; no sooner than the start"},
       {"chain.promises", boolean, optional, "false", "",
        "at each signing time a signed promise of what arrived since the one before"},
       {"chain.merge_delay", positive_duration, optional, "1min", "only with `promises`",
        "from a promise's signing time to the latest time of its entries"},
       {"chain.tick_ahead", positive_duration, optional, "", "more than a 1000000th of `duration`",
        "no tick of the chain is further after the entry before it; a part of the genesis"}});
}

}  // namespace

void add_market_keys(std::vector<ScenarioKey>& out) {
  add_head(out);
  add_market(out);
  add_meeting(out);
  add_clockwork(out);
}

}  // namespace capmarket::scenarios
