// The keys of steps and of what is watched.
#include "model/objects/governance.h"
#include "scenarios/key_rows.h"
#include "scenarios/load_internal.h"
#include "scenarios/script.h"

namespace capmarket::scenarios {
namespace {

/// Of a version that a leg does not name.
constexpr std::string_view kInForce = "the one in force at `signed`";

constexpr std::string_view kFailedBy[] = {"holder", "user"};
constexpr std::string_view kExpected[] = {"admitted", "refused"};
constexpr std::string_view kGrounds[] = {"credential-invalid", "rule-misapplied",
                                         "fallback-not-followed", "shared-capacity-breached"};
constexpr std::string_view kSides[] = {"claim", "holder"};
constexpr std::string_view kSameUnit = "money per unit and hour";

void add_step_kinds(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  constexpr std::string_view kMade = "unique among what steps make";
  append_rows(
      out,
      {{"steps", list, optional, "", "at most 100 000, in order of time",
        "what scripted parties do; a step has one of the first sixteen keys, which says what it "
        "does"},
       KeyRow("steps[].declare", name, required, "", kMade, "a declaration of this name")
           .in({"declare"}),
       KeyRow("steps[].request", name, required, "", kMade, "a request of this name")
           .in({"request"}),
       KeyRow("steps[].settle", name, required, "", kMade,
              "a settlement of this name; also the name of its first leg's grant, NAME.1 of the "
              "second's")
           .in({"settle"}),
       KeyRow("steps[].surrender", reference, required, "", kEarlierStep, "gives a grant back")
           .in({"surrender"}),
       KeyRow("steps[].withdraw", reference, required, "", kEarlierStep, "withdraws a request")
           .in({"withdraw"}),
       KeyRow("steps[].renew", reference, required, "", kEarlierStep, "renews a grant")
           .in({"renew"}),
       KeyRow("steps[].fail", reference, required, "", kEarlierStep,
              "a delivery failure of a grant")
           .in({"fail"}),
       KeyRow("steps[].record", reference, required, "", kEarlierStep,
              "the fallback record of a grant's latest failure that has none")
           .in({"record"}),
       KeyRow("steps[].pay", reference, required, "", "a holder or user",
              "pays everything that it owes")
           .in({"pay"}),
       KeyRow("steps[].curtail", reference, required, "", kEarlierStep,
              "takes capacity of a declaration back")
           .in({"curtail"}),
       KeyRow("steps[].consume", reference, required, "", kEarlierStep,
              "an activity by the user's first adaptation, of a grant")
           .in({"consume"}),
       KeyRow("steps[].revoke", reference, required, "", "a holder, user or coordinator",
              "revokes its credential")
           .in({"revoke"}),
       KeyRow("steps[].dispute", reference, required, "", kEarlierStep,
              "a dispute about a settlement")
           .in({"dispute"}),
       KeyRow("steps[].retract", reference, required, "", kEarlierStep,
              "takes back what of a declaration lies ahead and is free")
           .in({"retract"}),
       KeyRow("steps[].contest", reference, required, "", kEarlierStep,
              "the holder contests the latest open claim about a grant")
           .in({"contest"}),
       KeyRow("steps[].witness", reference, required, "", kEarlierStep,
              "a witness of the latest open claim about a grant")
           .in({"witness"}),
       {"steps[].at", moment, required, "",
        "from `start` to before the end; not before the step above", "when it reaches the chain"},
       KeyRow("steps[].expect", expectation, optional, "",
              "there is at least one object of the step",
              "what the chain is to answer to every object of the step")
           .among(kExpected)
           .otherwise("anything"),
       {"steps[].expect.refused", references, one_of, "", "clauses; may be none",
        "refused, and at least these clauses among the failed or unresolved"},
       KeyRow(
           "steps[].expect.displaced", counts, one_of, "",
           "of a `settle`; by grant of an earlier step; may be none",
           "admitted, and just these grants give way: the largest quantity of each at an instant")
           .within(1, kWireMax)});
}

void add_step_keys(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  const KeyRow::Names windows = {"declare",   "request", "settle", "fail",
                                 "surrender", "curtail", "consume"};
  constexpr std::string_view kWhole =
                                 "settle: the request's; curtail: the declaration's; else the "
                                 "grant's live parts",
                             kUnlessLegs = "required, unless `legs` is given";
  append_rows(
      out,
      {KeyRow("steps[].signed", moment, optional, "", "", "when the parties signed")
           .in({"settle"})
           .otherwise("`at`"),
       KeyRow("steps[].legs", list, optional, "", "", "several legs")
           .within(1, objects::kLegsMax)
           .in({"settle"})
           .otherwise("one leg of the step's own keys"),
       KeyRow("steps[].by", reference, required, "",
              "declare: a holder; request: a user; dispute: a holder, user or auditor; witness: a "
              "coordinator or auditor",
              "who does it")
           .in({"declare", "request", "dispute", "witness"}),
       KeyRow("steps[].by", choice, optional, "holder", "", "who tells of it")
           .among(kFailedBy)
           .in({"fail"}),
       KeyRow("steps[].request", reference, optional, "", kEarlierStep, "whose request is settled")
           .in({"settle"})
           .otherwise(kUnlessLegs),
       KeyRow("steps[].of", references, required, "", "of earlier steps; may be none",
              "the declarations that it names")
           .at_most(kNamedMax)
           .in({"request"}),
       KeyRow("steps[].of", reference, optional, "", kEarlierStep,
              "the declaration that is settled on")
           .in({"settle"})
           .otherwise(kUnlessLegs),
       KeyRow("steps[].quantity", units, optional, "", "also what the chain refuses", "how much")
           .in(windows)
           .needed({"declare", "request", "curtail"})
           .otherwise("settle: the request's; else what is live"),
       KeyRow("steps[].from", moment, optional, "", "with `until`", "start of the window")
           .in(windows)
           .needed({"declare", "request"})
           .besides({"until"})
           .otherwise(kWhole),
       KeyRow("steps[].until", moment, optional, "", "with `from`", "end of the window")
           .in(windows)
           .needed({"declare", "request"})
           .besides({"from"})
           .otherwise(kWhole),
       KeyRow("steps[].tier", text, optional, "", "not checked against the rule", "tier")
           .in({"request", "settle"})
           .needed({"request"})
           .otherwise("the request's"),
       KeyRow("steps[].price", money, optional, "", kSameUnit,
              "request: the most that is paid; settle: the price of the leg")
           .in({"request", "settle"})
           .otherwise("request: the limit's maximum of the last rule of the class; settle: the "
                      "tariff under `fixed`, else the request's maximum inside the bounds"),
       KeyRow("steps[].partial", boolean, optional, "false", "", "whether it accepts a part")
           .in({"request"}),
       KeyRow("steps[].open_until", moment, optional, "", "", "until when the request is open")
           .in({"request"})
           .otherwise("`until`")});
}

void add_settling_and_rest(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  append_rows(
      out, {KeyRow("steps[].strategy", text, optional, "", "of a rule of the scenario",
                   "fallback strategy")
                .in({"settle"})
                .otherwise("the rule's first"),
            KeyRow("steps[].displace", map, optional, "", "",
                   "what displacing for the leg may cost; who gives way is computed")
                .in({"settle"})
                .otherwise("it displaces nothing"),
            KeyRow("steps[].replaces", reference, optional, "", kEarlierStep,
                   "the grant whose latest failure or displacement the leg makes up for")
                .in({"settle"}),
            KeyRow("steps[].version", integer, optional, "", "of a rule of the scenario",
                   "version of the rule that the leg names, in force or not")
                .within(1, kWireMax)
                .in({"settle"})
                .otherwise(kInForce),
            KeyRow("steps[].failed", moment, optional, "", "", "when it failed")
                .in({"fail"})
                .otherwise("`at`"),
            KeyRow("steps[].effective", moment, optional, "", "", "from when the revocation counts")
                .in({"revoke"})
                .otherwise("`at`"),
            KeyRow("steps[].supports", choice, required, "", "", "whom the witness supports")
                .among(kSides)
                .in({"witness"}),
            KeyRow("steps[].ground", choice, required, "", "", "ground of the dispute")
                .among(kGrounds)
                .in({"dispute"})});
}

void add_legs(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  constexpr std::string_view kRequests = "the request's";
  append_rows(
      out,
      {{"steps[].legs[].request", reference, required, "", kEarlierStep, "whose"},
       {"steps[].legs[].of", reference, required, "", kEarlierStep,
        "declaration that is settled on"},
       KeyRow("steps[].legs[].quantity", units, optional, "", "as in a step", "how much")
           .otherwise(kRequests),
       KeyRow("steps[].legs[].from", moment, optional, "", "with `until`", "start of the window")
           .besides({"until"})
           .otherwise(kRequests),
       KeyRow("steps[].legs[].until", moment, optional, "", "with `from`", "end of the window")
           .besides({"from"})
           .otherwise(kRequests),
       KeyRow("steps[].legs[].tier", text, optional, "", "", "tier").otherwise(kRequests),
       KeyRow("steps[].legs[].price", money, optional, "", kSameUnit, "price")
           .otherwise("as in a step"),
       KeyRow("steps[].legs[].strategy", text, optional, "", "of a rule of the scenario",
              "fallback strategy")
           .otherwise("the rule's first"),
       KeyRow("steps[].legs[].displace", map, optional, "", "", "as `displace` of a step")
           .same_as("steps[].displace")
           .otherwise("it displaces nothing"),
       {"steps[].legs[].replaces", reference, optional, "", kEarlierStep,
        "as `replaces` of a step"},
       KeyRow("steps[].legs[].version", integer, optional, "", "of a rule of the scenario",
              "as `version` of a step")
           .within(1, kWireMax)
           .otherwise(kInForce),
       {"steps[].displace.compensation", money, required, "", "",
        "the most that the user owes those who give way"},
       {"steps[].displace.refund", money, required, "", "",
        "the most that the leg's holder gives back to them"}});
}

void add_watch(std::vector<ScenarioKey>& out) {
  using enum KeyForm;
  using enum KeyNeed;
  constexpr std::string_view kOfGoals = "an expression of goals over the rule's names";
  append_rows(
      out,
      {{"watch", list, optional, "", "",
        "what is watched meanwhile: a goal of a rule, an expression, or what parties are owed"},
       {"watch[].goal", reference, one_of, "", "a goal of the rule", "a goal that the rule has"},
       KeyRow("watch[].rule", reference, optional, "", "not with `owed_to`",
              "whose goal; all of its versions")
           .otherwise("the only rule name"),
       KeyRow("watch[].always", expression, one_of, "", kOfGoals, "holds at every decision")
           .besides({"name"}),
       KeyRow("watch[].never", expression, one_of, "", kOfGoals, "holds at no decision")
           .besides({"name"}),
       KeyRow("watch[].owed_to", references, one_of, "", "holders and users",
              "what they are owed less what they owe, paid or not, is at most `at_most`")
           .besides({"name", "currency", "at_most"}),
       KeyRow("watch[].currency", text, optional, "", "", "currency of the sum")
           .otherwise("required with `owed_to`"),
       KeyRow("watch[].at_most", money, optional, "", "", "the bound")
           .otherwise("required with `owed_to`"),
       KeyRow("watch[].name", text, optional, "", "with `owed_to` a name",
              "name of what is watched")
           .otherwise("required, but with `goal`"),
       KeyRow("watch[].expect", choice, optional, "", "", "what is expected of it")
           .among(kWatchVerdicts)
           .otherwise("anything")});
}

}  // namespace

void add_script_keys(std::vector<ScenarioKey>& out) {
  add_step_kinds(out);
  add_step_keys(out);
  add_settling_and_rest(out);
  add_legs(out);
  add_watch(out);
}

}  // namespace capmarket::scenarios
