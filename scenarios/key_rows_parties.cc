// The keys of holders and users: what they have, ask for, do and suffer.
#include "scenarios/key_rows_strategies.h"
#include "scenarios/load_money.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {
namespace {

void add_holders(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {KeyRow("holders", list, optional, "", "at most 10 000 000 members altogether",
              "groups of those who have capacity")
           .otherwise("required, unless `trace.holders` is given"),
       {"holders[].name", name, required, "", "unique among holders and users",
        "name of the group; its members are NAME.0, NAME.1, …"},
       KeyRow("holders[].count", integer, required, "", "", "members").within(0, kPopulationMax),
       KeyRow("holders[].kind", rule_name, optional, "holder", "",
              "kind on its credential, for rules")
           .otherwise(kOrAbove),
       KeyRow("holders[].groups", rule_names, optional, "", "sorted, doubles dropped",
              "groups on its credential, for rules")
           .at_most(kGroupsMax)
           .otherwise("none, or the group above"),
       KeyRow("holders[].place", place, optional, "uniform",
              "a place of `locations` or an ancestor of one",
              "where its members stand: uniform over the leaves below the path; a scripted holder "
              "stands at the path itself")
           .otherwise(kOrAbove),
       KeyRow("holders[].class", reference, optional, "", "", "its class")
           .otherwise("the only class, or the group above"),
       KeyRow("holders[].strategy", choice, required, "",
              "`no-notice` and `late-notice` need `failure`; all between `prepublish` and "
              "`scripted` misbehave and take what they do not say from the group above",
              "`prepublish`: honest, offers what is free; `over-sell`: offers as if nothing were "
              "sold; `double-declare`: declares its asset twice; `no-notice`: does not tell of its "
              "failures; `late-notice`: tells of each too late; `scripted`: does only what `steps` "
              "say")
           .among(kHolderStrategies)
           .selecting(),
       KeyRow("holders[].quantity", quantities, optional, "", "a draw of 0 counts as 1",
              "size of each holder's asset")
           .needed({"prepublish", "scripted"})
           .otherwise("the group above"),
       KeyRow("holders[].window", positive_duration, optional, "", "",
              "length of what it declares, from `start`; both ends rounded up to the class's "
              "granularity")
           .needed({"prepublish"})
           .otherwise("the group above"),
       KeyRow("holders[].ask", prices, optional, "", "", "what a unit costs it in an hour: the least it asks")
           .needed({"prepublish"})
           .otherwise("the group above")});
}

void add_declaring(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {KeyRow("holders[].weight", weight, optional, "100%", "",
              "of its credential; counts in price indices, never in admission")
           .otherwise(kOrAbove),
       KeyRow("holders[].share_reactive", share, optional, "50%", "",
              "hybrid discovery: share of its capacity that it keeps for intents")
           .otherwise(kOrAbove),
       KeyRow("holders[].rolling", map, optional, "", "",
              "it declares what lies up to `horizon` ahead, and goes on every `every`")
           .otherwise("all of its window at the start, or as the group above"),
       {"holders[].rolling.horizon", positive_duration, required, "", "",
        "rounded up to the class's granularity"},
       {"holders[].rolling.every", positive_duration, required, "", "at most `horizon`",
        "how often it declares what came into its horizon"},
       KeyRow("holders[].pieces", integer, optional, "1", "",
              "declarations that it splits what it declares at a time into")
           .within(1, 1000)
           .otherwise(kOrAbove),
       KeyRow("holders[].displace_margin", margin, optional, "100%", "",
              "what it accepts to give back to its displaced users beyond what that would be when "
              "it offers")
           .otherwise(kOrAbove),
       KeyRow("holders[].batch", boolean, optional, "false", "",
              "all its declarations as one batch")
           .otherwise(kOrAbove)});
}

void add_holder_strategies(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_strategy(out,
                  KeyRow("holders[].pricing", strategy, optional, "cost-plus", "",
                         "under negotiated and discovered prices, the least it takes for an offer, "
                         "never below its ask")
                      .otherwise(kOrAbove),
                  StrategyRole::ask);
  append_strategy(out,
                  KeyRow("holders[].concession", strategy, optional, "linear", "",
                         "under `alternating-offers`, how it comes down from the most that the "
                         "request and the rule allow")
                      .otherwise(kOrAbove),
                  StrategyRole::concession);
}

void add_holder_conduct(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {KeyRow("holders[].debtors", choice, optional, "serve", "",
              "`refuse`: it offers nothing to a user whom the chain that reached it shows to owe "
              "something that is overdue")
           .among(kDebtors)
           .otherwise(kOrAbove),
       KeyRow("holders[].budget", sum, optional, "", "",
              "money of each of its members, beside what they are paid; they displace nobody where "
              "the refunds could be more than what is left, and pay nothing that is")
           .otherwise("as much as it likes, or the group above"),
       KeyRow("holders[].credit", sum, optional, "0.00", "with `budget`",
              "they go so far below nothing")
           .otherwise(kOrAbove),
       KeyRow("holders[].pays", choice, optional, "on-time", "",
              "when it pays what it owes by itself; steps pay besides")
           .among(kPays)
           .otherwise("`never` of a scripted holder, or the group above"),
       KeyRow("holders[].late_by", duration, optional, "5min", "",
              "who pays late pays so long after the deadline")
           .otherwise(kOrAbove),
       KeyRow("holders[].dispute", expectation, optional, "always", "",
              "what harms it that it raises a dispute about, by what the dispute would bring it")
           .among(kDisputeWords)
           .otherwise("`never` of a scripted holder, or the group above"),
       {"holders[].dispute.above", sum, required, "", "",
        "it does about what would bring it more than that"},
       KeyRow("holders[].timeouts.payment", positive_duration, optional, "5s", "",
              "it waits so long, with the chain's interval and its lag, for a payment to be "
              "published; then it sends it again")
           .otherwise(kOrAbove)});
}

void add_holder_troubles(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {KeyRow("holders[].follow", map, optional, "", "", "how it follows the chain")
           .otherwise("as `chain.follow`, or the group above"),
       KeyRow("holders[].follow.lag", duration, optional, "", "",
              "from a checkpoint's arrival to its being read")
           .otherwise("`chain.follow.lag`"),
       KeyRow("holders[].timeouts", map, optional, "", "", "how long it waits for others")
           .otherwise("the defaults, or the group above"),
       KeyRow("holders[].timeouts.offer", positive_duration, optional, "10s", "",
              "an offer binds it so long")
           .otherwise(kOrAbove),
       KeyRow("holders[].timeouts.signatures", positive_duration, optional, "5s", "",
              "after its own it waits so long for all other signatures; and so long, with the "
              "chain's interval and its lag, for the chain's answer")
           .otherwise(kOrAbove),
       KeyRow("holders[].failure", map, optional, "", "",
              "failures to deliver, of each holder by itself")
           .otherwise("none, or the group above"),
       {"holders[].failure.rate", rate, required, "", "per holder", "how often a holder fails"},
       {"holders[].failure.notice", durations, optional, "0s", "",
        "from a failure to the holder's notice of it"},
       {"holders[].failure.detect", duration, required, "", "",
        "after which a user knows whom nobody told"},
       {"holders[].failure.repair", durations, optional, "0s", "",
        "from a failure to when it sells again, and may fail again"},
       {"holders[].failure.late", share, optional, "0%", "",
        "of the notices that come after the rule's `notify_within`"},
       KeyRow("holders[].away", list, optional, "", "ascending, none before the end of another",
              "it neither sends nor receives; what it had planned it does when it is back")
           .at_most(kScheduleMax)
           .otherwise("never, or the group above"),
       {"holders[].away[].from", duration, required, "", kSinceStart, "its start, included"},
       {"holders[].away[].until", duration, required, "", "later than `from`", "its end, excluded"},
       KeyRow("holders[].outages", list, optional, "", "ascending, none before the end of another",
              "planned: in that time so much of the asset is out of order, and is not declared")
           .at_most(kScheduleMax)
           .otherwise("none, or the group above"),
       {"holders[].outages[].from", duration, required, "", kSinceStart, "its start"},
       {"holders[].outages[].until", duration, required, "", "later than `from`", "its end"},
       {"holders[].outages[].share", share, optional, "100%", "", "how much of the asset"},
       KeyRow("holders[].leaves", duration, optional, "", kSinceStart,
              "when it takes back what is free of its declarations, and sells nothing any more")
           .otherwise("never, or the group above"),
       KeyRow("holders[].curtail", map, optional, "", "",
              "a part of what the holder declared is gone")
           .otherwise("none, or the group above"),
       {"holders[].curtail.at", duration, required, "", kSinceStart,
        "from when, until the declaration's end"},
       {"holders[].curtail.by", share, required, "", "", "how much of each declaration"}});
}

const KeyRow::Names& asking() {
  static const KeyRow::Names kAll = {"poisson", "burst", "renewal", "profile", "bursty"};
  return kAll;
}

void add_users(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {KeyRow("users", list, optional, "", "at most 10 000 000 members altogether",
              "groups of those who want capacity")
           .otherwise("required, unless `trace` is given"),
       {"users[].name", name, required, "", "unique among holders and users",
        "name of the group; its members are NAME.0, NAME.1, …"},
       KeyRow("users[].count", integer, required, "", "", "members").within(0, kPopulationMax),
       {"users[].kind", rule_name, optional, "user", "", "kind on its credential, for rules"},
       KeyRow("users[].groups", rule_names, optional, "", "sorted, doubles dropped",
              "groups on its credential, for rules")
           .at_most(kGroupsMax),
       KeyRow(
           "users[].home", path, optional, "",
           "a place of `locations` or an ancestor of one, governed by an authority for the class",
           "scope of the credential")
           .otherwise("all of the authority's scope"),
       KeyRow("users[].tier", tiers, required, "",
              "each a tier of some rule of the class, or `cheapest-eligible`",
              "the tier it asks at; it gets the membership. `cheapest-eligible`: it has that of every "
              "tier that its kind and groups may be eligible for, and asks at the cheapest")
           .at_most(kTiersMax),
       KeyRow("users[].class", reference, optional, "", "", "the class that it asks for")
           .otherwise(kOnlyClass),
       KeyRow("users[].arrivals", arrivals, required, "", "RATE per user",
              "when it asks; `none`: a scripted user")
           .among(kArrivals)
           .selecting()});
}

void add_arrivals(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {{"users[].arrivals.burst", map, one_of, "", "",
        "requests of the whole group, its members in turn"},
       {"users[].arrivals.burst.at", duration, required, "", kSinceStart, "when the burst comes"},
       KeyRow("users[].arrivals.burst.size", integer, required, "", "", "number of requests")
           .within(0, kPopulationMax),
       {"users[].arrivals.renewal", durations, one_of, "", "a draw of 0 counts as 1ns",
        "from each request of a user to its next, and from the start to its first"},
       KeyRow("users[].arrivals.profile", steps, one_of, "",
              "ascending, the first at 0s; a file is CSV with the columns `from`, `rate`",
              "Poisson, with a rate by the time of day (UTC)")
           .items(1)
           .at_most(kScheduleMax),
       {"users[].arrivals.profile[].from", duration, required, "", "below 24h", "since midnight"},
       {"users[].arrivals.profile[].rate", rate, required, "", "per user", "from then on"},
       {"users[].arrivals.bursty", map, one_of, "", "",
        "Poisson, with one rate while the group is calm, as at the start, and another while it is "
        "busy"},
       {"users[].arrivals.bursty.calm", rate, required, "", "per user", "the one"},
       {"users[].arrivals.bursty.busy", rate, required, "", "per user", "the other"},
       {"users[].arrivals.bursty.calm_for", durations, required, "",
        "a draw below 1s counts as 1s", "how long the group is calm, each time"},
       {"users[].arrivals.bursty.busy_for", durations, required, "",
        "a draw below 1s counts as 1s", "how long it is busy, each time"}});
}

void add_wants(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {KeyRow("users[].quantity", quantities, optional, "", "clamped to the rule's limits",
              "how much a request asks for")
           .needed(asking()),
       KeyRow("users[].length", durations, optional, "",
              "clamped to the rule's limits, rounded down to its granularity",
              "length of a request's window")
           .needed(asking()),
       {"users[].lead", durations, optional, "10s", "",
        "from the request to its window's start, which is rounded up"},
       KeyRow("users[].start", choice, optional, "fixed", "",
              "`fixed`: the window starts `lead` after the request; `earliest`: it asks holders when "
              "they have room, from then on, and requests the first start; not of bundles")
           .among(kStartChoices),
       {"users[].start_within", duration, optional, "1h", "",
        "under `earliest`, no start later than that after the first is taken"},
       KeyRow("users[].value", prices, optional, "", "clamped to the rule's limits",
              "what it is worth to the user: the most that it pays")
           .needed(asking()),
       {"users[].partial", share, optional, "0%", "",
        "of the requests that accept a part of what they ask"},
       {"users[].split", map, optional, "", "", "how a request that accepts a part takes it"},
       {"users[].split.holders", boolean, optional, "true", "",
        "of several holders; `false`: of the one alone that granted it something first"},
       {"users[].split.time", boolean, optional, "true", "",
        "in parts of its window; `false`: less of its quantity, in all of its window"},
       {"users[].patience", duration, optional, "10min", "",
        "after it an unmet request is given up"},
       {"users[].retry", map, optional, "", "",
        "asking again when nobody is left to ask; not of bundles"},
       KeyRow("users[].retry.times", integer, optional, "0", "", "how often, at most")
           .within(0, 1000),
       {"users[].retry.after", positive_duration, optional, "30s", "", "the first wait"},
       {"users[].retry.factor", margin, optional, "200%", "", "of each wait to the next"},
       {"users[].weight", weight, optional, "100%", "",
        "of its credential; counts in price indices, never in admission"}});
}

void add_user_strategies(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_strategy(out,
                  {"users[].bid", strategy, optional, "truthful", "",
                   "the most that a request says it pays, never above its value"},
                  StrategyRole::bid);
  append_strategy(out,
                  {"users[].protocol", strategy, optional, "take-it-or-leave-it", "",
                   "how it comes to terms with holders"},
                  StrategyRole::protocol);
  append_strategy(out,
                  {"users[].concession", strategy, optional, "linear", "",
                   "under `alternating-offers`, how it comes up from its opening"},
                  StrategyRole::concession);
}

void add_user_conduct(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {{"users[].bundle", list, optional, "",
        "at most 7, each of another class, none of the group's own",
        "further classes of each request: requests of the same bundle id, settled together with "
        "the main one"},
       {"users[].bundle[].class", reference, required, "", "each once", "class of the part"},
       {"users[].bundle[].tier", reference, required, "", "a tier of some rule of that class",
        "tier of the part; the user gets the membership"},
       {"users[].bundle[].quantity", part_quantity, required, "",
        "with `%` or `.`: more than 0%, at most 10000%, of the main request's; else 1 to 2^62 - 1 "
        "units",
        "how much of it"},
       {"users[].bundle[].value", prices, required, "", "", "the most that the user pays for it"},
       KeyRow("users[].bundle_tries", integer, optional, "3", "",
              "settlements of a bundle that it tries before it gives the bundle up")
           .within(1, 1000),
       {"users[].surrender", share, optional, "0%", "",
        "of the grants given back at half of their window"},
       {"users[].surrender_ahead", duration, optional, "2s", "",
        "what it gives back begins so long after that"},
       {"users[].withdraw", share, optional, "0%", "",
        "of the requests withdrawn while they are open"},
       KeyRow("users[].when_displaced", choice, optional, "re-request", "",
              "what it does once a part of a grant was displaced: looks for a substitute, keeps the "
              "rest, or surrenders it")
           .among(kAfterLoss),
       KeyRow("users[].when_failed", choice, optional, "re-request", "",
              "the same once the holder failed to deliver a part; it looks for a substitute only "
              "where the fallback strategy lets it")
           .among(kAfterLoss),
       KeyRow("users[].adaptations", integer, optional, "0", "",
              "of each user; they consume what it is granted")
           .within(0, 16),
       {"users[].report", positive_duration, optional, "15min", "",
        "so often, and at its end, an adaptation states what it consumed of a grant"},
       {"users[].over_consume", share, optional, "0%", "",
        "of those statements that exceed the grant"},
       {"users[].displace_margin", margin, optional, "100%", "",
        "what it accepts to owe those it displaces beyond what that would cost when it signs"},
       {"users[].timeouts", map, optional, "", "", "how long it waits for others"},
       {"users[].timeouts.payment", positive_duration, optional, "5s", "",
        "it waits so long, with the chain's interval and its lag, for a payment to be published; "
        "then it sends it again"},
       {"users[].timeouts.offer", positive_duration, optional, "5s", "",
        "it waits so long for a holder's answer"},
       {"users[].timeouts.answers", positive_duration, optional, "5s", "",
        "it waits so long for declarations that answer its intent, and no longer than its patience"},
       {"users[].timeouts.settlement", positive_duration, optional, "5s", "",
        "it waits so long, with the chain's interval and its lag, for a settlement that it signed "
        "to be published"},
       KeyRow("users[].away", list, optional, "", "ascending, none before the end of another",
              "it neither sends nor receives; what it had planned, and would have come to want, comes "
              "when it is back")
           .at_most(kScheduleMax)
           .otherwise("never"),
       {"users[].away[].from", duration, required, "", kSinceStart, "its start, included"},
       {"users[].away[].until", duration, required, "", "later than `from`", "its end, excluded"},
       {"users[].follow", map, optional, "", "", "how it follows the chain"},
       KeyRow("users[].follow.lag", duration, optional, "", "",
              "from a checkpoint's arrival to its being read")
           .otherwise("`chain.follow.lag`")});
}

void add_user_money(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out,
      {KeyRow("users[].budget", sum, optional, "", "",
              "money of each of its members, beside what they are paid; they sign nothing that "
              "could cost more than what is left, and pay nothing that is")
           .otherwise("as much as it likes"),
       {"users[].credit", sum, optional, "0.00", "with `budget`",
        "they go so far below nothing"},
       KeyRow("users[].pays", choice, optional, "on-time", "",
              "when it pays what it owes by itself; steps pay besides")
           .among(kPays)
           .otherwise("`never` of a scripted user"),
       {"users[].late_by", duration, optional, "5min", "",
        "who pays late pays so long after the deadline"},
       KeyRow("users[].dispute", expectation, optional, "always", "",
              "what harms it that it claims or raises a dispute about, by what that would bring it")
           .among(kDisputeWords)
           .otherwise("`never` of a scripted user"),
       {"users[].dispute.above", sum, required, "", "",
        "it does about what would bring it more than that"}});
}

}  // namespace

void add_party_keys(std::vector<ScenarioKey>& out) {
  add_holders(out);
  add_declaring(out);
  add_holder_strategies(out);
  add_holder_troubles(out);
  add_holder_conduct(out);
  add_users(out);
  add_arrivals(out);
  add_wants(out);
  add_user_strategies(out);
  add_user_conduct(out);
  add_user_money(out);
}

}  // namespace capmarket::scenarios
