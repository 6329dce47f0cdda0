#include "scenarios/adversaries.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket::scenarios {
namespace {

using enum Attack;
using enum Turns;

constexpr AttackRow kRows[] = {
    {tier_inflation, users, false, "group",
     "asks at the best tier of its class's first rule without the membership"},
    {resubmission, users, false, "group",
     "submits a refused settlement again under other terms, without disclosing the refusal"},
    {replay, users, false, "group", "submits an admitted settlement again, under another salt"},
    {scope_escape, users, false, "group", "uses a credential outside its scope"},
    {expired_credential, users, false, "group", "uses a credential outside its validity"},
    {index_gap, users, false, "group", "gives a settlement a sequence index one beyond the next"},
    {index_duplicate, users, false, "group",
     "submits an admitted settlement again, of one unit, with its index"},
    {cherry_picked_index, publishers, false, "",
     "publishes a price index that leaves a settlement out"},
    {equal_rank_displacement, users, false, "group",
     "signs ceilings without bound where all lower ranks together are too little and its own rank, "
     "or a better one, holds the rest; its holder goes along. Refused by `capacity`: nobody of its "
     "rank gives way"},
    {needless_displacement, users, false, "group",
     "signs ceilings without bound where capacity is free. Admitted, and to no effect: nobody gives "
     "way where nothing lacks"},
    {short_compensation, users, false, "group",
     "signs a ceiling one ten-thousandth below what it would owe. Refused by `displacement`"},
    {wrong_shard, users, false, "group", "brings another shard's signature of a coordinator"},
    {forged_cosignature, users, false, "group", "brings a forged signature of a coordinator"},
    {hoarding, users, true, "group factor",
     "asks for `factor` of what it needs, and has use for what it needs alone"},
    {wash_trades, users, true, "group accomplice! each!",
     "buys, `each` times an hour, the least that the rule allows from a holder of the group "
     "`accomplice`, which names the most that is allowed: prices that a published index counts"},
    {tier_shopping, users, true, "group accomplice!",
     "asks through the member of the users `accomplice` with its number, at that member's tier"},
    {false_claims, users, true, "group share accomplice",
     "claims `share` of its grants as not delivered when they are over, though they were; the "
     "auditor `accomplice` witnesses for it"},
    {compensation_farming, users, true, "group accomplice! delay",
     "has the member of the users `accomplice` with its number take the same window first, at that "
     "member's tier, and asks `delay` later itself: what it displaces is the ring's own"},
    {hiding_directory, directories, true, "favours! share",
     "does not name `share` of the declarations of other holders than those of the group `favours`"},
    {partial_coordinator, coordinators, true, "group! favours! share",
     "of the coordinators `group`; does not answer `share` of the questions of other users than "
     "those of the group `favours`"},
    {refusal_spam, users, true, "group each!",
     "submits, `each` times an hour, what the chain refuses, beside what it wants"},
    {selective_log, log, true, "favours! share delay",
     "the log's writer drops `share` of what others than the group `favours` submit or, with a "
     "`delay`, takes it so much later"},
};

std::string_view name_of(Turns who) {
  switch (who) {
    case users:
      return "users";
    case publishers:
      return "publishers";
    case directories:
      return "directories";
    case coordinators:
      return "coordinators";
    case log:
      return "the log";
  }
  return "";
}

}  // namespace

static_assert(std::size(kRows) == std::size(kAttacks));

std::span<const AttackRow> attack_rows() { return kRows; }

const AttackRow& row_of(Attack attack) { return kRows[static_cast<std::size_t>(attack)]; }

std::string attacks_table() {
  std::string out = "| `attack` | who turn | keys | the adversary |\n|---|---|---|---|\n";
  for (const AttackRow& row : kRows) {
    std::string keys;
    std::string_view rest = row.keys;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      const bool must = rest[end - 1] == '!';
      keys += fmt::format("{}`{}`{}", keys.empty() ? "" : ", ", rest.substr(0, end - must),
                          must ? " (required)" : "");
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
    if (row.fraud) keys += keys.empty() ? "`twin`" : ", `twin`";
    out += fmt::format("| `{}` | {} | {} | {} |\n", to_text(row.attack), name_of(row.who), keys,
                       row.meaning);
  }
  return out;
}

}  // namespace capmarket::scenarios
