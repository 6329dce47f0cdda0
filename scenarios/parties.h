// Who takes part in a scenario and what goes wrong with them, as plain data. Ratios are
// ten-thousandths, durations count from the start of the scenario unless they say otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/integers.h"
#include "model/location/path.h"
#include "model/objects/governance.h"
#include "scenarios/distribution.h"
#include "scenarios/strategies.h"

namespace capmarket::scenarios {

/// `prepublish` is honest, whatever the mode of discovery. `over_sell` settles beyond what is free
/// as well; `double_declare` declares its asset twice; `no_notice` does not tell that it failed,
/// `late_notice` tells it too late. `scripted` does what the script's steps say and nothing else.
enum class HolderStrategy : std::uint8_t {
  prepublish,
  over_sell,
  double_declare,
  no_notice,
  late_notice,
  scripted
};
inline constexpr std::string_view kHolderStrategies[] = {
    "prepublish", "over-sell", "double-declare", "no-notice", "late-notice", "scripted"};
std::string_view to_text(HolderStrategy strategy);

/// When a party pays what it owes by itself.
enum class Pays : std::uint8_t { on_time, late, never };
inline constexpr std::string_view kPays[] = {"on-time", "late", "never"};

/// Which harms a party complains about.
enum class Disputes : std::uint8_t { always, above, never };
inline constexpr std::string_view kDisputes[] = {"always", "above", "never"};

/// How a party pays, and what it does about what harms it.
struct Conduct {
  std::optional<Money> budget;  // of each member, beside what it receives; absent: as much as it likes
  Money credit;                 // that it goes below that
  Pays pays = Pays::on_time;
  Duration late_by{300 * kNanosPerSecond};       // a late payer's, after the deadline
  Duration payment_timeout{5 * kNanosPerSecond};  // for the chain to show a payment; then it is sent again
  Disputes disputes = Disputes::always;
  Money disputes_above;  // harm, under `above`
};

/// In [from, until) a party neither sends nor receives.
struct Absence {
  Duration from, until;  // since the start
};

/// Failures to deliver, of each holder by itself.
struct HolderFailure {
  std::int64_t rate_per_hour = 0;  // ten-thousandths of a failure per holder and hour
  Distribution notice;             // from a failure to the holder's notice; default 0s
  Duration detect;                 // after which the user knows, where nobody told it
  Distribution repair;             // from a failure to when it sells again; default 0s
  std::int64_t late = 0;           // share of the notices that come after `notify_within`
};

/// At `at` a share of what the holder declared is gone, until the declaration's end.
struct HolderCurtailment {
  Duration at;
  std::int64_t by = 0;
};

/// Capacity is declared up to `horizon` ahead, and again every `every`.
struct RollingWindow {
  Duration horizon, every;
};

/// In [from, until) a share of each member's asset is out of order, known beforehand.
struct PlannedOutage {
  Duration from, until;  // since the start
  std::int64_t share = kFullRatio;
};

/// Holders who are alike: `count` of them, NAME.0, NAME.1, …
struct HolderGroup {
  std::string name;
  std::int64_t count = 0;
  std::string kind;
  std::vector<std::string> groups;
  std::optional<location::Location> place;  // uniform over the leaves below it; absent: over all leaves
  std::string class_name;
  HolderStrategy strategy = HolderStrategy::prepublish;
  Strategy pricing = default_strategy(StrategyRole::ask);
  Strategy concession = default_strategy(StrategyRole::concession);
  Distribution quantity;                // units
  Duration window;                      // the declaration's length, from the start of the scenario
  Distribution ask;                     // money per unit and hour
  std::int64_t weight = kFullRatio;    // of its credential, basis points
  std::int64_t share_reactive = 5'000;  // hybrid discovery: share of its capacity kept for intents
  std::int64_t displace_margin = kFullRatio;  // accepted beyond the refunds of displacing
  std::int64_t pieces = 1;              // declarations that it splits its window into
  bool batch = false;                   // they are declared as one DeclarationBatch
  std::optional<HolderFailure> failure;
  std::optional<HolderCurtailment> curtail;
  Conduct conduct;
  bool serves_debtors = true;  // whom the published chain shows to owe something overdue
  std::optional<RollingWindow> rolling;   // absent: all of its window is declared at the start
  std::vector<PlannedOutage> outages;     // ascending, disjoint
  std::optional<Duration> leaves;         // it retracts what it declared and sells no more
  std::vector<Absence> away;              // ascending, disjoint
  std::optional<Duration> follow_lag;  // absent: the scenario's
  Duration offer_timeout{10 * kNanosPerSecond};      // an offer binds so long
  Duration signatures_timeout{5 * kNanosPerSecond};  // for all others, and for the chain's answer
};

/// `none`: the user asks for nothing by itself; what it does stands in the script's steps.
enum class ArrivalKind : std::uint8_t { poisson, burst, renewal, profile, bursty, none };
/// When a user asks. Rates are in ten-thousandths of a request per user and hour.
struct Arrivals {
  struct Step {
    Duration from;  // of the day, from midnight UTC
    std::int64_t rate_per_hour = 0;
  };
  ArrivalKind kind = ArrivalKind::poisson;
  std::int64_t rate_per_hour = 0;  // poisson; bursty, while it is calm
  Duration at;                     // burst: since the start of the scenario
  std::int64_t size = 0;           // burst: requests of the whole group
  Distribution gap;                // renewal: from one request to the next
  std::vector<Step> profile;       // ascending, the first at midnight
  std::int64_t busy_per_hour = 0;     // bursty, while the group is busy
  Distribution calm_for, busy_for;    // bursty: how long, in turn; calm at the start
};

/// One more class that a request asks for: a request of its own with the same bundle id, settled
/// together with the main one.
struct BundlePart {
  std::string class_name;
  std::string tier;
  std::optional<Quantity> quantity;  // absent: `share` of the main request's
  std::int64_t share = 0;            // ten-thousandths; may be more than the whole
  Distribution value;                // money per unit and hour
};

/// What a user does about a grant that lost a part: looks for a substitute, lives with what is left,
/// or gives that back.
enum class AfterLoss : std::uint8_t { re_request, keep, surrender };
inline constexpr std::string_view kAfterLoss[] = {"re-request", "keep", "surrender"};

/// Whether a user wants one window, or the first that somebody has free.
enum class StartChoice : std::uint8_t { fixed, earliest };
inline constexpr std::string_view kStartChoices[] = {"fixed", "earliest"};

/// Users who are alike: `count` of them, NAME.0, NAME.1, …
struct UserGroup {
  std::string name;
  std::int64_t count = 0;
  std::string kind;
  std::vector<std::string> groups;
  std::optional<location::Location> home;  // scope of the credential; absent: all of the authority's
  std::string tier;
  std::vector<std::string> further_tiers;  // more memberships: of a scripted user, of one that chooses
  bool cheapest_tier = false;              // it asks at the cheapest tier that it may
  std::string class_name;
  Arrivals arrivals;
  Distribution quantity;              // units
  Distribution length;                // of the window
  Distribution lead;                  // from the request to the window's start; default 10s
  StartChoice start = StartChoice::fixed;
  Duration start_within{kNanosPerHour};  // earliest: no later than that after the lead
  Distribution value;                 // money per unit and hour: what it is worth to the user
  Strategy bid = default_strategy(StrategyRole::bid);
  Strategy protocol = default_strategy(StrategyRole::protocol);
  Strategy concession = default_strategy(StrategyRole::concession);
  std::int64_t partial = 0;           // share of the requests that accept a partial settlement
  Duration patience;                  // after it an unmet request is given up; default 10min
  std::int64_t retry_times = 0;       // that it asks everybody again when nobody is left to ask
  Duration retry_after{30 * kNanosPerSecond};  // before the first of them
  std::int64_t retry_factor = 2 * kFullRatio;  // from one wait to the next
  std::int64_t weight = kFullRatio;  // of its credential, basis points
  std::vector<BundlePart> bundle;     // of classes other than its own, each once
  std::int64_t bundle_tries = 3;      // settlements of a bundle before it is given up
  std::int64_t surrender = 0;         // share of the grants given back at half of their window
  Duration surrender_ahead{2 * kNanosPerSecond};  // from then to where what it gives back begins
  std::int64_t withdraw = 0;          // share of the requests withdrawn while they are open
  AfterLoss when_displaced = AfterLoss::re_request;
  AfterLoss when_failed = AfterLoss::re_request;  // as far as the fallback strategy lets it
  Conduct conduct;
  bool splits_holders = true;    // a partial request over several holders,
  bool splits_time = true;       // over parts of its window
  std::int64_t adaptations = 0;   // of each user, which consume its grants
  Duration report;                // each grant's consumption in an Activity so often; default 15min
  std::int64_t over_consume = 0;  // share of those that state more than was granted
  std::int64_t displace_margin = kFullRatio;  // accepted beyond what displacing would cost
  std::vector<Absence> away;                  // ascending, disjoint
  std::optional<Duration> follow_lag;         // absent: the scenario's
  Duration offer_timeout{5 * kNanosPerSecond};       // a holder's answer is awaited so long
  Duration answers_timeout{5 * kNanosPerSecond};     // so are declarations that answer an intent
  Duration settlement_timeout{5 * kNanosPerSecond};  // so is a settlement's admission
};

/// How many members of the group ask for something by themselves, as far as its keys say: the first
/// of them.
std::int64_t askers(const UserGroup& group);

/// One coordinator for each of `scopes`, named `NAME.0`, `NAME.1`, …
struct CoordinatorSpec {
  struct Scope {
    location::Location location;
    std::string authority;  // that issues the credential
  };
  std::string name;
  std::string class_name;
  std::vector<Scope> scopes;  // in file order
  Distribution delay;         // from being asked to signing; default 0s
  Strategy strategy = default_strategy(StrategyRole::cosign);
  std::string favours;        // a group of users, of a partial one
  std::int64_t outage = 0;    // share of the questions that get no answer
  std::optional<Duration> follow_lag;  // absent: the scenario's
  Duration settlement_timeout;  // what it signed counts so long unless the chain shows it; 5s
};

/// Looks at a share of what is settled and raises disputes.
struct AuditorSpec {
  std::string name;
  std::string authority;  // that issues its credential; empty: the first
  std::int64_t sample = 0;
  Duration before_end{30 * kNanosPerSecond};  // of the scenario: it looks at what lasts longer
};

/// Publishes price indices of the rule of that name.
struct PublisherSpec {
  std::string name;
  Duration every;
  std::string rule;
};

/// What an adversary does; docs/spec/scenarios.md#adversaries says each in a line.
enum class Attack : std::uint8_t {
  tier_inflation,
  resubmission,
  replay,
  scope_escape,
  expired_credential,
  index_gap,
  index_duplicate,
  cherry_picked_index,
  equal_rank_displacement,
  needless_displacement,
  short_compensation,
  wrong_shard,
  forged_cosignature,
  hoarding,
  wash_trades,
  tier_shopping,
  false_claims,
  compensation_farming,
  hiding_directory,
  partial_coordinator,
  refusal_spam,
  selective_log
};
inline constexpr std::string_view kAttacks[] = {
    "tier-inflation",        "resubmission",        "replay",
    "scope-escape",          "expired-credential",  "index-gap",
    "index-duplicate",       "cherry-picked-index", "equal-rank-displacement",
    "needless-displacement", "short-compensation",  "wrong-shard",
    "forged-cosignature",    "hoarding",            "wash-trades",
    "tier-shopping",         "false-claims",        "compensation-farming",
    "hiding-directory",      "partial-coordinator", "refusal-spam",
    "selective-log"};
std::string_view to_text(Attack attack);

/// `count` members of the user population (synthetic or of the trace) attack; of the publishers in
/// cherry_picked_index. tier_inflation: they request at the best tier of the rule without holding
/// its membership.
struct AdversarySpec {
  Attack attack = Attack::tier_inflation;
  std::int64_t count = 0;
  bool twin = false;       // the run is made once more with them honest
  bool honest = false;     // that is this run: no key of a file
  std::string group;       // whose members turn; empty: any that are fit
  std::string favours;     // a group: whom a directory, a coordinator, the log favours
  std::string accomplice;  // a group of holders, or an auditor: who plays along
  std::int64_t factor = 2 * kFullRatio;  // hoarding: of what it needs; wash trades: of the price
  std::int64_t share = kFullRatio;       // of what others send: hidden, unsigned, dropped
  std::int64_t each = 0;                 // sybils of one, spam of one in an hour
  Duration delay;                        // selective log: later than others, where nothing is dropped
};

/// Whose credential is revoked: `kCredentialOwners` are the words of the file.
enum class CredentialOwner : std::uint8_t { holder, user, coordinator };
inline constexpr std::string_view kCredentialOwners[] = {"holders", "users", "coordinators"};

/// The credential of a member is revoked at `at`, with effect at `effective`, which may be earlier.
struct RevocationSpec {
  Duration at;
  CredentialOwner owner = CredentialOwner::holder;
  std::string group;        // the coordinators' name likewise
  std::int64_t number = 0;  // in it, from 0
  Duration effective;
  std::string reason;
};

}  // namespace capmarket::scenarios
