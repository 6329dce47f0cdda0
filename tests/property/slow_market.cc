#include "tests/property/slow_market.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/property/slow_parts.h"
#include "tests/support/times.h"

namespace capmarket::property {
namespace {

/// A kind that somebody submits.
bool submitted(objects::Kind kind) {
  return !objects::is_derived(kind) && !objects::is_of_writer(kind) &&
         kind != objects::Kind::genesis;
}

}  // namespace

int second_of(Instant t) {
  std::int64_t s = (t.value - testing::kStart.value) / kNanosPerSecond;
  return t < testing::kStart || s >= kSeconds ? kSeconds - 1 : static_cast<int>(s);
}

Instant whole_second(Instant t) {
  return Instant((t.value + kNanosPerSecond - 1) / kNanosPerSecond * kNanosPerSecond);
}

std::int64_t slow_value(Money price, const Seconds& part) { return price.value * sum(part) / 3600; }

// ---- Answers

std::int64_t SlowMarket::load(const ContentId& declaration, int second) const {
  std::int64_t out = 0;
  for (const auto& [id, g] : grants)
    if (g.leg.declaration == declaration) out += g.live[second] + g.failed[second];
  return out;
}

std::int64_t SlowMarket::shared_load(const ContentId& infrastructure, int second) const {
  std::int64_t out = 0;
  for (const auto& [id, g] : grants)
    if (declarations.at(g.leg.declaration).o.infrastructure == infrastructure)
      out += g.live[second] + g.failed[second];
  return out;
}

std::int64_t SlowMarket::schedule(const ContentId& infrastructure, Instant t) const {
  std::int64_t out = 0;
  for (const objects::ScheduleStep& step : infrastructures.at(infrastructure).schedule)
    if (step.from <= t) out = step.quantity.value;
  return out;
}

Seconds SlowMarket::retractable(const ContentId& declaration, Instant at) const {
  const SlowDeclaration& d = declarations.at(declaration);
  Seconds out{};
  for (int s = second_of(whole_second(at)); s < kSeconds; ++s)
    if (d.o.window.contains(testing::at_second(s)))
      out[s] =
          std::max<std::int64_t>(0, d.o.quantity.value - load(declaration, s) - d.curtailed[s]);
  return out;
}

std::int64_t SlowMarket::request_live(const ContentId& request, int second) const {
  std::int64_t out = 0;
  for (const auto& [id, g] : grants)
    if (g.leg.request == request) out += g.live[second];
  return out;
}

const SlowRule* SlowMarket::in_force(const std::string& name, Instant t, ContentId* which) const {
  for (const auto& [id, r] : rules)
    if (r.rule.name == name && r.rule.effective.contains(t) && t < r.successor_from) {
      if (which != nullptr) *which = id;
      return &r;
    }
  return nullptr;
}

Money SlowMarket::outstanding(const ContentId& obligation) const {
  const SlowObligation& x = obligations.at(obligation);
  return x.o.amount - x.paid;
}

bool SlowMarket::overdue(const PublicKey& user, Instant at) const {
  for (const auto& [id, x] : obligations)
    if (x.o.payer == user && x.paid < x.o.amount && x.o.deadline < at) return true;
  return false;
}

std::pair<std::int64_t, Money> SlowMarket::index_of(const rules::Rule& r, Instant at) const {
  std::vector<std::pair<std::int64_t, std::int64_t>> legs;  // price, weight
  std::int64_t total = 0;
  for (const auto& [id, g] : grants) {
    if (rule(g).name != r.name || g.admitted < at - r.pricing.over || !(g.admitted < at)) continue;
    std::int64_t weight = credentials.at(g.leg.holder_credential).weight.value *
                          credentials.at(g.leg.user_credential).weight.value / 10'000;
    weight *= g.leg.quantity.value * (g.leg.window.length().value / kNanosPerSecond);
    if (weight <= 0) continue;
    legs.emplace_back(g.leg.price.value, weight);
    total += weight;
  }
  std::sort(legs.begin(), legs.end());
  std::int64_t below = 0;
  for (const auto& [p, weight] : legs) {
    below += weight;
    if (2 * below >= total) return {static_cast<std::int64_t>(legs.size()), Money(p)};
  }
  return {0, Money(0)};
}

std::optional<ContentId> SlowMarket::duty(const objects::Leg& leg, Instant signed_at) const {
  auto it = duties_.find({declarations.at(leg.declaration).o.holder,
                          requests.at(leg.request).o.user, leg.declaration});
  std::optional<ContentId> out;
  if (it != duties_.end())
    for (const auto& [id, admitted] : it->second)
      if (admitted < signed_at) out = id;
  return out;
}

const PublicKey& SlowMarket::holder(const SlowGrant& g) const {
  return declarations.at(g.leg.declaration).o.holder;
}
const PublicKey& SlowMarket::user(const SlowGrant& g) const {
  return requests.at(g.leg.request).o.user;
}
const rules::Rule& SlowMarket::rule(const SlowGrant& g) const { return rules.at(g.leg.rule).rule; }

// ---- Events

void SlowMarket::complain(const std::string& what) {
  if (complaints.size() < 5) complaints.push_back(what);
}

void SlowMarket::observe(const chain::Leaf& leaf, const objects::Object& object) {
  if (leaf.time < time) complain("time runs backwards");
  time = leaf.time;
  if (submitted(leaf.kind)) {
    end_group();
    compare(leaf, object);
  }
  if (leaf.decision.admitted())
    apply(leaf, object);
  else
    refused(leaf, object);
}

void SlowMarket::compare(const chain::Leaf& leaf, const objects::Object& object) {
  const admission::Decision& d = leaf.decision;
  auto listed = [](const std::vector<admission::ClauseId>& list, admission::ClauseId id) {
    return std::find(list.begin(), list.end(), id) != list.end();
  };
  if (submission_ == nullptr || submission_->id != leaf.id)
    return complain("a leaf that nobody submitted");
  auto slow = verdicts(object, leaf.time);
  compare_shortfalls(d);
  if (!slow) {  // something that it names does not exist
    if (!listed(d.unresolved, admission::ClauseId::objects_resolve))
      complain(
          fmt::format("a {} that names what does not exist resolves", objects::to_text(leaf.kind)));
    return;
  }
  for (const auto& [id, holds] : *slow)
    if (holds != (!listed(d.failed, id) && !listed(d.unresolved, id)))
      complain(fmt::format("{} of a {}: slowly it {}, on the chain it does {}",
                           admission::to_text(id), objects::to_text(leaf.kind),
                           holds ? "holds" : "fails", holds ? "not" : "hold"));
}

/// What each leg of a refused settlement lacks; nothing of what was admitted.
void SlowMarket::compare_shortfalls(const admission::Decision& d) {
  std::vector<admission::Shortfall> slow;
  for (std::size_t i = 0; i < covers_.size() && !d.admitted(); ++i)
    if (covers_[i].lack > 0)
      slow.push_back({static_cast<std::int64_t>(i), Quantity(covers_[i].lack),
                      Money(covers_[i].compensation), Money(covers_[i].refund)});
  if (slow == d.shortfalls) return;
  auto text = [](const std::vector<admission::Shortfall>& list) {
    std::string out;
    for (const admission::Shortfall& x : list)
      out += fmt::format(" leg {}: {} for {} and {}", x.leg, x.lack.value, x.compensation.value,
                         x.refund.value);
    return out;
  };
  complain(fmt::format("shortfalls: slowly{}, on the chain{}", text(slow), text(d.shortfalls)));
}

void SlowMarket::refused(const chain::Leaf& leaf, const objects::Object& object) {
  if (objects::is_derived(leaf.kind)) complain("a derived object is refused");
  std::set<PublicKey> parties;
  if (const auto* o = std::get_if<objects::Settlement>(&object))
    for (const objects::Leg& leg : o->legs) {
      if (declarations.contains(leg.declaration))
        parties.insert(declarations.at(leg.declaration).o.holder);
      if (requests.contains(leg.request)) parties.insert(requests.at(leg.request).o.user);
    }
  const bool own = std::any_of(parties.begin(), parties.end(), [&](const PublicKey& key) {
    return submission_->signed_by(objects::Role::submitter, key);
  });
  if (const auto* o = std::get_if<objects::Settlement>(&object); o != nullptr && own)
    for (const objects::Leg& leg : o->legs) {
      auto d = declarations.find(leg.declaration);
      auto r = requests.find(leg.request);
      if (d == declarations.end() || r == requests.end()) continue;
      if (submission_->signed_by(objects::Role::holder, d->second.o.holder) &&
          submission_->signed_by(objects::Role::user, r->second.o.user))
        duties_[{d->second.o.holder, r->second.o.user, leg.declaration}].emplace_back(leaf.id,
                                                                                      leaf.time);
    }
  if (!known(*submission_)) return complain("a leaf without an envelope of anybody known");
  SlowRefusals& count = refusals[submission_->signatures[0].key];
  if (count.shut_out && barred(leaf.kind)) complain("a submitter that is shut out is decided");
  std::int64_t period = leaf.time.value / genesis.refusal_quota.period.value;
  if (period != count.period) count = {period, 0, false};
  if (++count.count == genesis.refusal_quota.refusals) items_.push_back({objects::Kind::shutout});
}

bool SlowMarket::known(const objects::CheckedSubmission& s) const {
  if (s.signatures.empty() || !s.valid[0]) return false;
  const PublicKey& key = s.signatures[0].key;
  for (const objects::RootAuthority& root : genesis.roots)
    if (root.key == key) return true;
  for (const auto& [id, a] : authorities)
    if (a.key == key) return true;
  for (const auto& [id, c] : credentials)
    if (c.subject == key) return true;
  return false;
}

bool SlowMarket::barred(objects::Kind kind) {
  using enum objects::Kind;
  for (objects::Kind k : {declaration, declaration_batch, intent, request, settlement})
    if (k == kind) return true;
  return false;
}

void SlowMarket::end_group() {
  if (!items_.empty())
    complain(fmt::format("a {} should have followed", objects::to_text(items_.front().kind)));
  items_.clear();
  disputed_.reset();
  nothing_due_left();
  std::map<ContentId, Seconds> loads, sold, shared, live;
  for (const auto& [id, g] : grants) {
    const std::optional<ContentId>& i = declarations.at(g.leg.declaration).o.infrastructure;
    Seconds &own = loads[g.leg.declaration], &asked = live[g.leg.request];
    Seconds* together = i ? &shared[*i] : nullptr;
    for (int s = 0; s < kSeconds; ++s) {
      own[s] += g.live[s] + g.failed[s];
      sold[g.leg.declaration][s] += g.live[s];
      asked[s] += g.live[s];
      if (together != nullptr) (*together)[s] += g.live[s] + g.failed[s];
      if (g.live[s] < 0) complain("less than nothing is live");
    }
  }
  for (const auto& [id, load] : loads) {
    // Failed volume cannot fail again: a curtailment may leave it there, but nothing live.
    const SlowDeclaration& d = declarations.at(id);
    for (int s = 0; s < kSeconds; ++s)
      if (sold[id][s] > 0 && load[s] + d.curtailed[s] > d.o.quantity.value)
        complain(fmt::format("INV-1: more than is declared at second {}", s));
  }
  for (const auto& [id, load] : shared)
    for (int s = 0; s < kSeconds; ++s)
      if (scheduled && load[s] > schedule(id, testing::at_second(s)))
        complain(fmt::format("INV-1: more than is scheduled at second {}", s));
  for (const auto& [id, r] : requests) {
    bool ended = r.o.window.until <= time;
    if (!r.closed && !late_requests_.contains(id) &&
        (ended || (r.o.open_until <= time && !r.granted)))
      complain("a request should have closed");
  }
  for (const auto& [id, quantities] : live) {
    const objects::Request& r = requests.at(id).o;
    for (int s = 0; s < kSeconds; ++s)
      if (quantities[s] > (r.window.contains(testing::at_second(s)) ? r.quantity.value : 0))
        complain(fmt::format("INV-3: more than was requested at second {}", s));
  }
  for (const auto& [id, g] : grants)
    if (g.lease_until && *g.lease_until <= time && *g.lease_until < g.leg.window.until)
      for (int s = 0; s < kSeconds; ++s)
        if (whole_second(*g.lease_until) <= testing::at_second(s) && g.live[s] > 0)
          complain("a lease should have lapsed");
}

void SlowMarket::owe(const SlowGrant& g, objects::ObligationKind kind, const PublicKey& payer,
                     const PublicKey& payee, std::int64_t amount, const std::string& currency,
                     Instant deadline) {
  if (amount <= 0) return;
  Item item{objects::Kind::obligation};
  item.obligation.grant = g.id;
  item.obligation.kind = kind;
  item.obligation.payer = payer;
  item.obligation.payee = payee;
  item.obligation.amount = Money(amount);
  item.obligation.currency = currency;
  item.obligation.deadline = deadline;
  items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(owed_at_++), item);
}

}  // namespace capmarket::property
