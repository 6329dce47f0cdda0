#include "sim/run/losses.h"

#include <algorithm>

#include "sim/run/accounting.h"
#include "sim/world/world.h"

namespace capmarket::run {
namespace {

/// Why the user has not got what is not lost afterwards.
std::string reason_of(const party::RequestState& r) {
  if (r.why.empty()) return "unfinished";
  if (r.why != "refused") return std::string(r.why);
  return r.refused_by ? "refused: " + std::string(admission::to_text(*r.refused_by))
                      : std::string("refused");
}

void add(Losses& all, const std::string& reason, Volume volume) {
  if (volume.value != 0) all.by_reason[reason] += volume;
}

}  // namespace

const std::vector<LossReason>& loss_reasons() {
  static const std::vector<LossReason> kAll = {
      {"no-listing", "no directory named a holder, and none answered an intent",
       "discovery.mode, discovery.directories, discovery.lag, holders[].window, holders[].rolling, "
       "holders[].outages, holders[].leaves, users[].lead"},
      {"no-holder-left", "nobody who was named could be asked", "holders[].count, rules"},
      {"no-offer",
       "the holder that was asked last had no room, or the rule no price that covers its cost",
       "holders[].count, holders[].quantity, holders[].window, holders[].outages, holders[].leaves, "
       "holders[].ask"},
      {"price", "the holder that was asked last wanted more than the request says its user pays",
       "holders[].pricing, holders[].ask, users[].value, users[].bid, users[].protocol"},
      {"budget", "it would have cost more than the user had left",
       "users[].budget, users[].credit, users[].value"},
      {"debtor",
       "the holder that was asked last serves nobody who owes something that is overdue",
       "holders[].debtors, users[].pays, users[].budget"},
      {"no-answer", "the holder that was asked last did not answer in time",
       "users[].timeouts.offer, network.latency, network.links, network.loss, holders[].away"},
      {"no-settlement", "a settlement that the user had signed was not published in time",
       "users[].timeouts.settlement, holders[].timeouts.signatures, coordinators[].strategy, "
       "coordinators[].outage, coordinators[].delay, chain.follow.lag, network.links, "
       "holders[].away, users[].away"},
      {"no-rule", "no rule, policy or coordinator covers the two", "rules, coordinators"},
      {"too-late", "nothing was left of the window when the user could have asked or signed",
       "users[].lead, users[].away, chain.interval, chain.follow.lag"},
      {"ineligible", "the tier's `eligible` does not hold for what was offered", "rules"},
      {"patience", "the user's patience ended before it could ask anybody, or anybody else",
       "users[].patience, users[].away, chain.follow.lag"},
      {"withdrawn", "the user withdrew its request", "users[].withdraw"},
      {"revoked", "the user's credential was revoked", "revocations"},
      {"bundle", "another part of its bundle could not be had", "users[].bundle"},
      {"refused", "the chain refused what was sent last", "rules"},
      {"unsent", "the network gave up what the user sent to the chain",
       "network.loss, network.tries, network.retry_after"},
      {"displaced", "a higher rank displaced it and nothing replaced it", "rules"},
      {"failed", "its holder failed to deliver it and nothing replaced it", "holders[].failure"},
      {"released", "it was given back, lapsed or was released by a review or remedy",
       "users[].surrender, revocations"},
      {"unfinished", "the scenario ended before it was decided", "duration"},
  };
  return kAll;
}

const LossReason& loss_reason(std::string_view id) {
  const std::string_view of = id.substr(0, id.find(':'));
  const auto& all = loss_reasons();
  auto row = std::find_if(all.begin(), all.end(), [&](const LossReason& r) { return r.id == of; });
  CHECK(row != all.end(), std::string(id));
  return *row;
}

void add_losses(const world::World& w, const party::RequestState& r, Losses& to) {
  const Quantity needed = r.needed.value_or(r.quantity);
  const Volume wanted = volume_of(needed, r.window.length());
  to.demanded += wanted;
  const chain::RequestRecord* record = w.state().request(r.id);
  if (record == nullptr) return add(to, reason_of(r), wanted);
  const Account account = account_of(*record);
  const Volume served = account.live - live_beyond(*record, needed, record->request.window);
  to.served += served;
  // Of what nobody needs nothing is lost.
  Volume rest = wanted - served;
  const auto lose = [&](const std::string& reason, Volume volume) {
    const Volume part = std::min(rest, volume);
    add(to, reason, part);
    rest = rest - part;
  };
  lose("displaced", account.displaced);
  lose("failed", account.failed);
  lose("released", account.released);
  lose(reason_of(r), account.unmet + account.open);
}

Losses losses_of(const world::World& w) {
  Losses out;
  for (const party::RequestState& r : w.requests)
    if (r.needed != Quantity(0)) add_losses(w, r, out);
  return out;
}

}  // namespace capmarket::run
