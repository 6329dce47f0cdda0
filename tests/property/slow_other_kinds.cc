// What the slow market thinks of other kinds: the clause that matters, when what it names exists.
#include <algorithm>

#include "tests/property/slow_market.h"
#include "tests/property/slow_parts.h"
#include "tests/support/times.h"
namespace capmarket::property {

bool SlowMarket::part(Verdicts& v, const ContentId& grant, const Window& window,
                      std::int64_t quantity, bool live) const {
  auto it = grants.find(grant);
  if (it == grants.end()) return false;
  bool fits = true;
  for (int s = 0; s < kSeconds; ++s)
    if (window.contains(testing::at_second(s))) fits = fits && quantity <= it->second.live[s];
  if (live) v[admission::ClauseId::outstanding] = window.empty() || fits;
  v[admission::ClauseId::quantity] = quantity > 0;
  return true;
}

/// An asset attests what is declared, after `before` of the same batch.
bool SlowMarket::attested(const objects::Declaration& d,
                          const std::vector<objects::Declaration>& before) const {
  if (!credentials.contains(d.credential)) return false;
  for (const objects::Asset& a : credentials.at(d.credential).assets) {
    if (credentials.at(d.credential).issuer != d.asset_issuer || a.id != d.asset_id ||
        a.class_name != d.class_name || !within({a.location}, d.location))
      continue;
    bool fits = true;
    for (int s = 0; s < kSeconds; ++s) {
      if (!d.window.contains(testing::at_second(s))) continue;
      std::int64_t sum = d.quantity.value;
      auto add = [&](const objects::Declaration& x, std::int64_t back) {
        if (x.asset_issuer == d.asset_issuer && x.asset_id == d.asset_id &&
            x.window.contains(testing::at_second(s)))
          sum += x.quantity.value - back;
      };
      for (const auto& [id, other] : declarations) add(other.o, other.retracted[s]);
      for (const objects::Declaration& other : before) add(other, 0);
      fits = fits && sum <= a.quantity.value;
    }
    if (fits) return true;
  }
  return false;
}

Int128 SlowMarket::declared_on(const ContentId& infrastructure, int second) const {
  Int128 out = 0;
  for (const auto& [id, d] : declarations)
    if (d.o.infrastructure == infrastructure && d.o.window.contains(testing::at_second(second)))
      out += d.o.quantity.value - d.retracted[second];
  return out;
}

/// More than nothing, and with what its infrastructure has no more than a quantity can say.
bool SlowMarket::sayable(const objects::Declaration& d,
                         const std::vector<objects::Declaration>& before) const {
  bool fits = d.quantity.value > 0;
  for (int s = 0; s < kSeconds; ++s) {
    if (!d.infrastructure || !d.window.contains(testing::at_second(s))) continue;
    Int128 sum = declared_on(*d.infrastructure, s) + d.quantity.value;
    for (const objects::Declaration& other : before)
      if (other.infrastructure == d.infrastructure && other.window.contains(testing::at_second(s)))
        sum += other.quantity.value;
    fits = fits && sum <= kWireMax;
  }
  return fits;
}

/// What is offered and asked, and prices. False where something does not exist, likewise below.
bool SlowMarket::judge_offer(Verdicts& v, const objects::Object& object, Instant at) const {
  if (const auto* o = std::get_if<objects::Declaration>(&object)) {
    v[admission::ClauseId::asset] = attested(*o, {});
    v[admission::ClauseId::quantity] = sayable(*o, {});
  }
  if (const auto* o = std::get_if<objects::DeclarationBatch>(&object)) {
    bool all = !o->items.empty(), said = all;
    for (std::size_t i = 0; i < o->items.size(); ++i) {
      const std::vector<objects::Declaration> before{
          o->items.begin(), o->items.begin() + static_cast<std::ptrdiff_t>(i)};
      all = all && attested(o->items[i], before);
      said = said && sayable(o->items[i], before);
    }
    v[admission::ClauseId::asset] = all;
    v[admission::ClauseId::quantity] = said;
  }
  if (const auto* o = std::get_if<objects::Retract>(&object)) {
    if (!declarations.contains(o->declaration)) return false;
    v[admission::ClauseId::standing] = o->holder == declarations.at(o->declaration).o.holder &&
                                       sum(retractable(o->declaration, at)) > 0;
  }
  if (const auto* o = std::get_if<objects::Request>(&object)) {
    bool inside = false, meets = true, exist = !o->intent || intents.contains(*o->intent);
    for (const ContentId& id : o->declarations) exist = exist && declarations.contains(id);
    if (!exist || !classes.contains(o->class_name)) return false;
    if (o->intent) inside = intents.at(*o->intent).window.contains(o->window);
    for (const ContentId& id : o->declarations) {
      const Window& w = declarations.at(id).o.window;
      inside = inside || w.contains(o->window);
      meets = meets && w.from < o->window.until && o->window.from < w.until;
    }
    if (o->partial) inside = meets && (inside || !o->declarations.empty());
    v[admission::ClauseId::window] =
        !o->window.empty() && o->open_until <= o->window.until && inside;
  }
  if (const auto* o = std::get_if<objects::Withdrawal>(&object)) {
    if (!requests.contains(o->request)) return false;
    const SlowRequest& r = requests.at(o->request);
    v[admission::ClauseId::standing] = o->user == r.o.user && !r.closed && !r.withdrawn;
  }
  if (const auto* o = std::get_if<objects::PriceIndex>(&object)) {
    const SlowRule* r = in_force(o->rule, o->at);
    if (r == nullptr || r->rule.pricing.mode != rules::PricingMode::discovered ||
        r->rule.class_name != o->class_name || r->rule.scope != o->scope ||
        r->rule.currency != o->currency)
      return false;
    v[admission::ClauseId::index_complete] =
        o->count > 0 && std::pair(o->count, o->value) == index_of(r->rule, o->at);
    v[admission::ClauseId::window] = o->at <= at;
  }
  return true;
}

Int128 SlowMarket::latest(const rules::Rule& r, Duration class_retention) const {
  const std::int64_t dispute = r.dispute_within.value, contest = r.claims.contest_within.value;
  Duration after_end =
      std::max({r.retention, class_retention, r.review_within, r.lease.value_or(Duration(0)),
                Duration(2 * dispute), Duration(3 * dispute + 2 * contest)});
  for (const ContentId& id : r.fallback_ids)
    if (strategies.contains(id))
      after_end = std::max(after_end, strategies.at(id).first.notify_within);
  Duration after_admission, after_start;
  for (const rules::Tier& t : r.tiers) {
    after_start = std::max(after_start, t.min_run.value_or(Duration(0)));
    if (!t.displaces) continue;
    after_admission = std::max(
        {after_admission, t.displaces->pay_within, t.displaces->stop_within.value_or(Duration(0))});
  }
  const Int128 lead = r.limits.lead_max.value;
  return Int128{r.effective.until.value} +
         std::max({lead + r.limits.length_max.value + after_end.value,
                   Int128{r.limits.skew.value} + after_admission.value, lead + after_start.value,
                   Int128{r.pricing.max_age.value}});
}

/// A version of a class: no rule of it comes to reach beyond the end of time.
bool SlowMarket::judge_class(Verdicts& v, const objects::Object& object, Instant at) const {
  const auto* o = std::get_if<objects::ClassDeclaration>(&object);
  if (o == nullptr) return true;
  bool exist = false;
  for (const auto& [id, a] : authorities) exist = exist || a.name == o->authority;
  if (!exist) return false;
  bool fits = at < kDistantFuture && o->granularity.value > 0 && o->retention.value >= 0 &&
              Int128{at.value} + o->retention.value <= kDistantFuture.value;
  for (const auto& [id, r] : rules)
    fits = fits && (r.rule.class_name != o->class_name ||
                    latest(r.rule, o->retention) <= kDistantFuture.value);
  v[admission::ClauseId::window] = fits;
  return true;
}

/// A version of a rule: who may publish it, and what it must keep.
bool SlowMarket::judge_rule(Verdicts& v, const objects::Object& object, Instant at) const {
  const auto* o = std::get_if<rules::Rule>(&object);
  if (o == nullptr) return true;
  const objects::AuthorityGrant* by = nullptr;
  for (const auto& [id, a] : authorities)
    if (a.name == o->authority) by = &a;
  bool exist = by != nullptr && classes.contains(o->class_name);
  for (const ContentId& id : o->fallback_ids)
    exist = exist && strategies.contains(id) && strategies.at(id).first.authority == o->authority;
  if (!exist || (o->supersedes && !rules.contains(*o->supersedes))) return false;
  bool right = has(by->classes, o->class_name) && by->valid.contains(at) &&
               within(by->scope, o->scope) &&
               classes.at(o->class_name).back().second.unit == o->unit;
  if (o->supersedes) {
    const SlowRule& old = rules.at(*o->supersedes);
    right = right && old.rule.name == o->name && old.rule.authority == o->authority &&
            old.rule.class_name == o->class_name && old.rule.version + 1 == o->version &&
            old.rule.currency == o->currency && old.rule.unit == o->unit &&
            old.rule.granularity == o->granularity && old.rule.origin == o->origin &&
            within({o->scope}, old.rule.scope) && old.successor_from == kDistantFuture;
    for (const rules::Tier& t : o->tiers)
      if (const rules::Tier* was = old.rule.tier(t.name); was != nullptr && was->never_preempts)
        right = right && t.never_preempts;
  } else {
    right = right && o->version == 1;
    for (const auto& [id, other] : rules) right = right && other.rule.name != o->name;
  }
  v[admission::ClauseId::standing] = right;
  bool alone = true;
  for (const auto& [id, other] : rules) {
    const Window in_force{other.rule.effective.from,
                          std::min(other.rule.effective.until, other.successor_from)};
    const bool place = within({other.rule.scope}, o->scope) || within({o->scope}, other.rule.scope);
    alone = alone && (o->supersedes == id || other.rule.class_name != o->class_name || !place ||
                      !in_force.meets(o->effective));
  }
  v[admission::ClauseId::window] =
      alone && at <= o->effective.from && o->effective.from < o->effective.until &&
      o->granularity.value > 0 && o->retention.value >= 0 &&
      latest(*o, classes.at(o->class_name).back().second.retention) <= kDistantFuture.value;
  return true;
}

/// What is done with a grant.
bool SlowMarket::judge_use(Verdicts& v, const objects::Object& object, Instant at) const {
  if (const auto* o = std::get_if<objects::Surrender>(&object)) {
    if (!part(v, o->grant, o->window, o->quantity.value, true)) return false;
    v[admission::ClauseId::standing] = o->user == user(grants.at(o->grant));
    v[admission::ClauseId::window] = !o->window.empty() &&
                                     grants.at(o->grant).leg.window.contains(o->window) &&
                                     whole_second(at) <= o->window.from;
  }
  if (const auto* o = std::get_if<objects::DeliveryFailure>(&object)) {
    if (!part(v, o->grant, o->window, o->quantity.value, true)) return false;
    const SlowGrant& g = grants.at(o->grant);
    const bool claim = o->role != objects::Role::holder;
    v[admission::ClauseId::window] =
        !o->window.empty() && g.leg.window.contains(o->window) && o->failed_at <= at &&
        (!claim || (o->window.until <= at && at <= g.leg.window.until + rule(g).dispute_within));
  }
  if (const auto* o = std::get_if<objects::Activity>(&object)) {
    if (!part(v, o->grant, o->interval, o->quantity.value, false)) return false;
    const SlowGrant& g = grants.at(o->grant);
    bool bounded = true;
    for (int s = 0; s < kSeconds; ++s)
      if (o->interval.contains(testing::at_second(s)))
        bounded = bounded && g.consumed[s] + o->quantity.value <= g.live[s];
    v[admission::ClauseId::activity_bounded] = bounded;
  }
  if (const auto* o = std::get_if<objects::Renewal>(&object)) {
    if (!grants.contains(o->grant)) return false;
    const SlowGrant& g = grants.at(o->grant);
    bool live = std::any_of(g.live.begin(), g.live.end(), [](auto q) { return q > 0; });
    v[admission::ClauseId::standing] =
        o->user == user(g) && g.lease_until && at < *g.lease_until && live;
    v[admission::ClauseId::window] = at < g.leg.window.until;
  }
  return true;
}

/// What is taken back, paid and recorded.
bool SlowMarket::judge_aftermath(Verdicts& v, const objects::Object& object) const {
  if (const auto* o = std::get_if<objects::Curtailment>(&object)) {
    if (!declarations.contains(o->declaration)) return false;
    const SlowDeclaration& d = declarations.at(o->declaration);
    bool fits = true;
    for (int s = 0; s < kSeconds; ++s)
      if (o->window.contains(testing::at_second(s)))
        fits = fits && d.curtailed[s] + o->quantity.value <= d.o.quantity.value;
    v[admission::ClauseId::outstanding] = fits;
    v[admission::ClauseId::standing] = o->holder == d.o.holder;
  }
  if (const auto* o = std::get_if<objects::Payment>(&object)) {
    if (!obligations.contains(o->obligation)) return false;
    v[admission::ClauseId::outstanding] = o->amount <= outstanding(o->obligation);
    v[admission::ClauseId::quantity] = o->amount.value > 0;
    v[admission::ClauseId::standing] = o->payer == obligations.at(o->obligation).o.payer;
  }
  if (const auto* o = std::get_if<objects::FallbackRecord>(&object)) {
    bool exist = failures.contains(o->failure) && strategies.contains(o->strategy);
    for (const ContentId& s : o->substitutes) exist = exist && settlements.contains(s);
    if (!exist) return false;
    const SlowFailure& f = failures.at(o->failure);
    const SlowGrant& g = grants.at(f.o.grant);
    v[admission::ClauseId::standing] =
        o->holder == holder(g) && o->strategy == g.leg.strategy && !f.recorded;
    const auto& asked = strategies.at(o->strategy).first.record;
    v[admission::ClauseId::record_complete] =
        (o->notice || !has(asked, rules::RecordField::notice)) &&
        ((o->cause && !o->cause->empty()) || !has(asked, rules::RecordField::cause)) &&
        (o->substitutes == f.substitutes ||
         (o->substitutes.empty() && !has(asked, rules::RecordField::substitutes))) &&
        (o->settlement ? *o->settlement == f.owed : !has(asked, rules::RecordField::settlement));
  }
  return true;
}

std::optional<SlowMarket::Verdicts> SlowMarket::verdicts(const objects::Object& object,
                                                         Instant at) {
  covers_.clear();
  if (const auto* o = std::get_if<objects::Settlement>(&object)) {
    covers_ = covers(*o, at);
    return settlement(*o, at);
  }
  Verdicts v;
  if (!judge_class(v, object, at) || !judge_rule(v, object, at) || !judge_offer(v, object, at) ||
      !judge_use(v, object, at) || !judge_aftermath(v, object) || !judge_claim(v, object, at))
    return std::nullopt;
  return v;
}

}  // namespace capmarket::property
