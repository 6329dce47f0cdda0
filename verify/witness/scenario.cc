#include "verify/witness/scenario.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/expr/evaluate.h"
#include "verify/witness/scenario_parts.h"

namespace capmarket::witness {
namespace {

/// No ceiling is what a displacement of a witness fails for.
constexpr Money kAmple(kWireMax);

const rules::Rule& rule_of_version(const question::RuleSubject& subject, int version) {
  auto v = static_cast<std::size_t>(version);
  return v == 0 || v > subject.earlier.size() ? subject.rule() : subject.earlier[v - 1]->rule;
}

}  // namespace

bool corrected(const question::RequestCase& c, const question::RequestCase& granted) {
  return granted.holder.kind != c.holder.kind || granted.holder.groups != c.holder.groups;
}

std::optional<question::RequestCase> granted_to(const question::RuleSubject& subject,
                                                const question::RequestCase& c) {
  const rules::Rule& r = rule_of_version(subject, c.victim_version);
  const rules::Tier* tier = r.tier(c.victim->tier);
  const std::vector<std::string>& names = subject.world.names;
  constexpr std::size_t kNamesMax = 10;
  if (tier == nullptr || names.size() > kNamesMax) return std::nullopt;
  Instant until =
      std::min({r.effective.until, c.admission + Duration(1), c.victim->window.from + Duration(1)});
  if (c.victim_version > 0) until = std::min(until, subject.rule().effective.from);
  const rules::Limits& l = r.limits;
  question::RequestCase out = c;
  out.victim.reset();
  out.leg.quantity = c.whole;
  out.leg.window = c.victim->window;
  out.leg.price = c.victim->price;
  for (Instant t : {c.victim->window.from - l.lead_min, until - Duration(1),
                    c.victim->window.from - l.lead_max, r.effective.from}) {
    Duration lead = c.victim->window.from - t;
    if (t < r.effective.from || t >= until || lead < l.lead_min || lead > l.lead_max) continue;
    out.leg.signed_at = out.admission = t;
    for (std::size_t kind = 0; kind <= names.size(); ++kind)
      for (std::size_t mask = 0; mask < std::size_t{1} << names.size(); ++mask) {
        out.user.kind = kind < names.size() ? names[kind] : c.user.kind;
        out.user.groups.clear();
        for (std::size_t g = 0; g < names.size(); ++g)
          if ((mask >> g & 1) != 0) out.user.groups.push_back(names[g]);
        std::sort(out.user.groups.begin(), out.user.groups.end());
        if (Concrete::holds(expr::evaluate_bool<Concrete>(
                tier->eligible, chain::eligibility_bindings(r, *tier, out.context()))))
          return out;
      }
  }
  return std::nullopt;
}

ScenarioBuilder::ScenarioBuilder(const question::RuleSubject& subject, std::string title, std::string about)
    : subject_(subject) {
  scenario_.name = scenario_name(title);
  scenario_.about = std::move(about);
  scenario_.signatures = crypto::Scheme::ed25519;
}

/// One holder for each kind, set of groups and place.
std::string ScenarioBuilder::holder(const question::RequestCase& c) {
  for (const scenarios::HolderGroup& h : scenario_.holders)
    if (h.kind == c.holder.kind && h.groups == c.holder.groups && *h.place == c.location)
      return h.name;
  scenarios::HolderGroup h;
  h.name = numbered("holder", scenario_.holders.size());
  h.count = 1;
  h.kind = c.holder.kind;
  h.groups = c.holder.groups;
  h.place = c.location;
  h.class_name = rule().class_name;
  h.strategy = scenarios::HolderStrategy::scripted;
  auto& places = scenario_.locations.leaves;
  if (std::find(places.begin(), places.end(), c.location) == places.end())
    places.push_back(c.location);
  scenario_.holders.push_back(std::move(h));
  return scenario_.holders.back().name;
}

std::string ScenarioBuilder::user(const objects::CredentialGrant& who, const std::string& tier) {
  scenarios::UserGroup u;
  u.name = numbered("user", scenario_.users.size());
  u.count = 1;
  u.kind = who.kind;
  u.groups = who.groups;
  u.tier = tier;
  u.class_name = rule().class_name;
  u.arrivals.kind = scenarios::ArrivalKind::none;
  u.conduct.pays = scenarios::Pays::never;
  scenario_.users.push_back(std::move(u));
  return scenario_.users.back().name;
}

ScenarioBuilder::Declared& ScenarioBuilder::declare(const question::RequestCase& c, const Window& window,
                                              Quantity quantity, Instant before) {
  Declared d{
      numbered("capacity", declared_.size()), holder(c), c.location, quantity, window, before};
  declared_.push_back(std::move(d));
  return declared_.back();
}

scenarios::ScriptStep& ScenarioBuilder::step(scenarios::StepKind kind, std::string name, Instant at) {
  scenarios::ScriptStep out;
  out.kind = kind;
  out.name = std::move(name);
  out.at = at;
  steps_.push_back(std::move(out));
  return steps_.back();
}

std::string ScenarioBuilder::leg(const question::RequestCase& c, std::size_t tier, const scenarios::StepExpectation& expect) {
  const rules::Tier& t = rule().tiers[tier];
  const std::string who = user(c.user, t.name);
  if (c.overdue) overdue(c, tier, who);
  // What is refused may be absurd: the request that it leans on must not be.
  const bool sane = !c.leg.window.empty() && c.leg.window.from.value >= 0 &&
                    Quantity(0) < c.leg.quantity && c.leg.quantity.value < kWireMax / 2;
  Instant grid = ceil_in(rule(), std::max(Instant(0), rule().effective.from));
  Window window = sane ? c.leg.window : Window{grid, grid + least_length(rule())};
  Quantity quantity = sane ? c.leg.quantity : Quantity(1);
  Instant admission = std::max(c.admission, Instant(0));
  Instant asked = std::max(Instant(0), std::min(c.leg.signed_at, admission));
  if (c.waited.value > 0) asked = std::max(Instant(0), admission - c.waited);
  Declared& d = declare(c, window, room_for(t, quantity), asked);
  std::string request = numbered("request", static_cast<std::size_t>(requests_++));
  scenarios::ScriptStep& r = step(scenarios::StepKind::request, request, asked);
  r.by = who;
  r.of = {d.name};
  r.quantity = quantity;
  r.window = window;
  r.tier = t.name;
  if (!pays_tariff(expect)) r.price = std::max(c.leg.price, Money(0));
  r.partial = c.leg.partial;
  std::string grant = numbered("grant", static_cast<std::size_t>(grants_++));
  scenarios::ScriptStep& s = step(scenarios::StepKind::settle, grant, admission);
  s.when = c.leg.signed_at;
  scenarios::ScriptLeg l;
  l.request = request;
  l.declaration = d.name;
  l.quantity = c.leg.quantity;
  l.window = c.leg.window;
  if (!pays_tariff(expect)) l.price = c.leg.price;
  s.legs.push_back(std::move(l));
  s.expect = expect;
  return grant;
}

/// So much declared that the tier's quota and what is set aside for others leave `quantity`.
Quantity ScenarioBuilder::room_for(const rules::Tier& t, Quantity quantity) const {
  std::int64_t room = quantity.value;
  while (room < kWireMax / 8 && (quota_of(t, room) < quantity.value ||
                                 reserved(room, t.name, "", 0) + quantity.value > room))
    room += std::max<std::int64_t>(1, room / 2);
  return Quantity(room);
}

/// A published schedule leaves no choice: what is admitted pays it, whatever the case says.
bool ScenarioBuilder::pays_tariff(const scenarios::StepExpectation& expect) const {
  return rule().pricing.mode == rules::PricingMode::fixed && expect.admitted;
}

/// A debt of the user that is past its deadline: a slot like the one asked for, before it.
void ScenarioBuilder::overdue(const question::RequestCase& c, std::size_t tier, const std::string& who) {
  const rules::Rule& r = rule();
  std::int64_t g = r.granularity.value;
  Int128 back = Int128{c.leg.window.length().value} + (c.leg.window.from - c.leg.signed_at).value;
  back = -floor_div(-back, g) * g + g;
  Duration shift(static_cast<std::int64_t>(back));
  question::RequestCase before = c;
  before.overdue = false;
  before.waited = Duration(0);
  before.leg.window = {c.leg.window.from - shift, c.leg.window.until - shift};
  before.leg.signed_at = c.leg.signed_at - shift;
  before.admission = before.leg.signed_at;
  before.leg.price = std::max(before.leg.price, r.pricing.floor);
  const Volume owed = volume_of(before.leg.quantity, before.leg.window.length());
  if (value_of(before.leg.price, owed).value_or(Money(0)).value == 0)
    before.leg.price = Money(question::admissible_prices(r).second);
  const Quantity room = room_for(r.tiers[tier], before.leg.quantity);
  Declared& d = declare(before, before.leg.window, room, before.admission);
  std::string request = numbered("request", static_cast<std::size_t>(requests_++));
  scenarios::ScriptStep& q = step(scenarios::StepKind::request, request, before.admission);
  q.by = who;
  q.of = {d.name};
  q.quantity = before.leg.quantity;
  q.window = before.leg.window;
  q.tier = r.tiers[tier].name;
  if (!pays_tariff({})) q.price = before.leg.price;
  q.partial = true;
  scenarios::ScriptStep& s = step(scenarios::StepKind::settle, numbered("grant", static_cast<std::size_t>(grants_++)),
                       before.admission);
  s.when = before.leg.signed_at;
  scenarios::ScriptLeg l;
  l.request = request;
  l.declaration = d.name;
  s.legs.push_back(std::move(l));
  s.expect = scenarios::StepExpectation{};
}

/// What is set aside for tiers other than `except` and not yet used; `tier` uses `load`.
std::int64_t ScenarioBuilder::reserved(std::int64_t declared, const std::string& except,
                                    const std::string& tier, std::int64_t load) const {
  Int128 out = 0;
  for (const rules::Tier& t : rule().tiers) {
    if (t.name == except || t.set_aside.value == 0) continue;
    Int128 share = floor_div(Int128{declared} * t.set_aside.value, kFullRatio);
    out += std::max<Int128>(0, share - (t.name == tier ? load : 0));
  }
  return static_cast<std::int64_t>(std::min<Int128>(out, kWireMax));
}

/// How much is declared, and how much of it is gone where the victim gives way: so that the leg lacks
/// just what is released there, and nothing elsewhere.
std::optional<std::pair<Quantity, Quantity>> ScenarioBuilder::capacity(const question::RequestCase& c,
                                                                    const ScenarioShape& shape,
                                                                    std::size_t displacer) const {
  const rules::Tier& t = rule().tiers[displacer];
  const std::string& low = c.victim->tier;
  const rules::Tier* theirs = rule().tier(low);
  Int128 whole = c.whole.value, q = c.leg.quantity.value, r = c.victim->released.value;
  Int128 declared = shape.plenty == 0 ? whole - r + q : (whole + q) * shape.plenty;
  if (declared > kWireMax / 4 || declared < whole || declared < q) return std::nullopt;
  auto d = static_cast<std::int64_t>(declared);
  Int128 gone =
      declared - (whole - r + q) - reserved(d, t.name, low, static_cast<std::int64_t>(whole - r));
  const auto all = static_cast<std::int64_t>(whole), left = static_cast<std::int64_t>(whole - r);
  bool fits = gone >= 0 && (shape.plenty > 0 || gone == 0) && quota_of(t, d) >= q &&
              (theirs == nullptr || quota_of(*theirs, d) >= whole) &&
              whole + reserved(d, low, "", 0) <= declared &&
              reserved(d, t.name, low, left) == reserved(d, t.name, low, all);
  // Beside the grant the leg stands alone; beside what is released the whole of both is there.
  const Window &leg = c.leg.window, &grant = c.victim->window;
  if (leg.from < grant.from || grant.until < leg.until)
    fits = fits && q + reserved(d, t.name, "", 0) <= declared;
  const Window both{std::max(leg.from, grant.from), std::min(leg.until, grant.until)};
  if (both != c.release) fits = fits && whole + q + reserved(d, t.name, low, all) <= declared;
  if (!fits) return std::nullopt;
  return std::pair(Quantity(d), Quantity(static_cast<std::int64_t>(gone)));
}

bool ScenarioBuilder::victim(const question::RequestCase& c, const std::optional<question::RequestCase>& granted,
                          const ScenarioShape& shape, std::size_t displacer) {
  if (granted && corrected(c, *granted)) return false;  // no step corrects a credential
  auto room = capacity(c, shape, displacer);
  auto to = granted ? granted : granted_to(subject_, c);
  if (!room || !to || c.victim->times_displaced > question::kTimesShown) return false;
  if (c.victim->times_displaced > 0 && shape.plenty == 0) return false;
  const Window& window = c.victim->window;
  Window hull{std::min(window.from, c.leg.window.from), std::max(window.until, c.leg.window.until)};
  Declared& d = declare(c, hull, room->first, to->leg.signed_at);
  declaration_ = d.name;
  const std::string who = user(to->user, c.victim->tier);
  std::string request = numbered("request", static_cast<std::size_t>(requests_++));
  scenarios::ScriptStep& r = step(scenarios::StepKind::request, request, to->leg.signed_at);
  r.by = who;
  r.of = {declaration_};
  r.quantity = c.whole;
  r.window = window;
  r.tier = c.victim->tier;
  if (!pays_tariff({})) r.price = c.victim->price;
  r.partial = to->leg.partial;
  victim_ = numbered("grant", static_cast<std::size_t>(grants_++));
  scenarios::ScriptStep& s = step(scenarios::StepKind::settle, victim_, to->leg.signed_at);
  scenarios::ScriptLeg l;
  l.request = request;
  l.declaration = declaration_;
  s.legs.push_back(std::move(l));
  s.expect = scenarios::StepExpectation{};
  // The other parts of the grant fail; what failed still fills its place.
  auto lost = [&](const Window& w, Quantity quantity) {
    if (w.empty() || quantity.value <= 0) return;
    scenarios::ScriptStep& f = step(scenarios::StepKind::fail, victim_, to->leg.signed_at);
    f.quantity = quantity;
    f.window = w;
    f.expect = scenarios::StepExpectation{};
  };
  lost({window.from, c.piece.from}, c.whole);
  if (c.victim->times_displaced == 0) lost({c.piece.until, window.until}, c.whole);
  lost(c.piece, c.whole - c.victim->quantity);
  if (room->second.value > 0) {
    scenarios::ScriptStep& gone = step(scenarios::StepKind::curtail, declaration_, to->leg.signed_at);
    gone.quantity = room->second;
    gone.window = c.release;
    gone.expect = scenarios::StepExpectation{};
  }
  return displaced_before(c, displacer, to->leg.signed_at);
}

/// Each earlier displacement takes one unit of a stretch of the grant's tail, as long as the leg,
/// where all but what it needs is gone.
bool ScenarioBuilder::displaced_before(const question::RequestCase& c, std::size_t displacer, Instant granted) {
  const rules::Rule& r = rule();
  const rules::Tier& t = r.tiers[displacer];
  const Duration length = c.leg.window.length();
  const Quantity declared = declared_.back().quantity;
  for (std::int64_t i = 0; i < c.victim->times_displaced; ++i) {
    question::RequestCase before = c;
    Instant from = c.piece.until + Duration(length.value * i);
    before.leg.window = before.piece = before.release = {from, from + length};
    before.part_from = from;
    before.leg.signed_at = std::max(granted, from - r.limits.lead_max);
    before.admission = before.leg.signed_at;
    before.waited = Duration(0);
    before.overdue = false;
    before.piece.until = c.victim->window.until;
    chain::VictimContext& v = *before.victim;
    v.quantity = c.whole;
    v.released = Quantity(1);
    v.times_displaced = i;
    v.started = c.victim->window.from <= before.admission;
    v.notice = from - before.admission;
    v.value = value_of(v.price, volume_of(Quantity(1), length)).value_or(Money(0));
    bool holds = before.admission <= c.admission &&
                 t.displaces->stop_within.value_or(Duration(0)) <= v.notice &&
                 from - before.leg.signed_at >= r.limits.lead_min &&
                 Concrete::holds(expr::evaluate_bool<Concrete>(
                     t.eligible, chain::eligibility_bindings(r, t, before.context()))) &&
                 Concrete::holds(chain::displacement_holds(r, t, before.context(), v));
    if (!holds) return false;
    scenarios::ScriptStep& gone = step(scenarios::StepKind::curtail, declaration_, granted);
    gone.quantity = declared - (c.whole - Quantity(1) + c.leg.quantity);
    gone.window = before.release;
    gone.expect = scenarios::StepExpectation{};
    displacement(before, displacer, {});
  }
  return true;
}

std::string ScenarioBuilder::displacement(const question::RequestCase& c, std::size_t tier,
                                       const scenarios::StepExpectation& expect) {
  const rules::Tier& t = rule().tiers[tier];
  const std::string who = user(c.user, t.name);
  if (c.overdue) overdue(c, tier, who);
  std::string request = numbered("request", static_cast<std::size_t>(requests_++));
  Instant asked = std::min(c.leg.signed_at, c.admission);
  if (c.waited.value > 0) asked = c.admission - c.waited;
  scenarios::ScriptStep& r = step(scenarios::StepKind::request, request, asked);
  r.by = who;
  r.of = {declaration_};
  r.quantity = c.leg.quantity;
  r.window = c.leg.window;
  r.tier = t.name;
  if (!pays_tariff(expect)) r.price = c.leg.price;
  r.partial = c.leg.partial;
  std::string grant = numbered("grant", static_cast<std::size_t>(grants_++));
  scenarios::ScriptStep& s = step(scenarios::StepKind::settle, grant, c.admission);
  s.when = c.leg.signed_at;
  scenarios::ScriptLeg l;
  l.request = request;
  l.declaration = declaration_;
  l.displace = {{kAmple, kAmple}};
  s.legs.push_back(std::move(l));
  s.expect = expect;
  if (expect.admitted) s.expect->displaced = {{victim_, c.victim->released}};
  return grant;
}

void ScenarioBuilder::failure(const std::string& grant, const std::vector<objects::Piece>& parts,
                              const std::string& strategy, Instant at) {
  for (scenarios::ScriptStep& s : steps_)
    if (s.kind == scenarios::StepKind::settle && s.name == grant) s.legs.front().strategy = strategy;
  for (const objects::Piece& part : parts) {
    scenarios::ScriptStep& f = step(scenarios::StepKind::fail, grant, at);
    f.quantity = part.quantity;
    f.window = part.window;
    f.expect = scenarios::StepExpectation{};
  }
}

scenarios::WatchSpec ScenarioBuilder::claim(std::string name, std::string text) const {
  scenarios::WatchSpec out;
  out.what = scenarios::WatchSpec::What::claim;
  out.name = scenario_name(name);
  out.rule = rule().name;
  out.claim = std::move(text);
  out.expect = kBroken;
  return out;
}

scenarios::WatchSpec ScenarioBuilder::goal(std::string name) const {
  scenarios::WatchSpec out;
  out.name = std::move(name);
  out.rule = rule().name;
  out.expect = kBroken;
  return out;
}

void add_market(const question::RuleSubject& subject, scenarios::Scenario& s) {
  const rules::Rule& r = subject.rule();
  scenarios::AuthoritySpec authority{r.authority, {r.scope}, {r.class_name}, ""};
  scenarios::ClassSpec of_class{r.class_name, r.unit, r.retention, class_granularity(r)};
  for (auto f = subject.earlier.rbegin(); f != subject.earlier.rend(); ++f) {
    if (!s.rules.empty()) s.rules.back().succeeded = (*f)->rule.effective.from;
    s.rules.push_back({(*f)->file, (*f)->rule});
    if (!location::any_contains(authority.scope, (*f)->rule.scope))
      authority.scope.push_back((*f)->rule.scope);
    if (class_granularity((*f)->rule) != of_class.granularity) of_class.granularity = Duration(1);
  }
  if (!s.rules.empty()) s.rules.back().succeeded = r.effective.from;
  s.rules.push_back({subject.own->file, r});
  // A place outside of the rule is nobody's but this authority's.
  for (const location::Location& place : s.locations.leaves)
    if (!location::any_contains(authority.scope, place)) authority.scope.push_back(place);
  s.authorities.push_back(std::move(authority));
  s.classes.push_back(std::move(of_class));
  for (const location::Location& place : std::vector<location::Location>(s.locations.leaves))
    if (auto desk = desk_for(r, place)) {
      // A shard may be wider than the rule: then its authority is, too.
      scenarios::AuthoritySpec& issuer = s.authorities.front();
      if (!location::any_contains(issuer.scope, *desk)) issuer.scope.push_back(*desk);
      auto& leaves = s.locations.leaves;
      if (std::none_of(leaves.begin(), leaves.end(),
                       [&](const location::Location& l) { return desk->contains(l); }))
        leaves.push_back(*desk);
      bool there = std::any_of(s.coordinators.begin(), s.coordinators.end(),
                               [&](const auto& c) { return c.scopes.front().location == *desk; });
      if (there) continue;
      const std::string name = numbered("desk", s.coordinators.size());
      scenarios::CoordinatorSpec& c = s.coordinators.emplace_back();
      c.name = name, c.class_name = r.class_name, c.scopes = {{*desk, r.authority}};
    }
  std::sort(s.locations.leaves.begin(), s.locations.leaves.end());
}

std::optional<scenarios::Scenario> ScenarioBuilder::finish() {
  if (subject_.open_past || steps_.empty() || rule().effective.empty()) return std::nullopt;
  add_market(subject_, scenario_);
  scenarios::Scenario& s = scenario_;
  Duration grain = s.classes.front().granularity;
  std::vector<scenarios::ScriptStep> all;
  Instant first = kDistantFuture, last{0};
  for (Declared& d : declared_) {
    d.window.from = floor_to_grain(d.window.from, grain);
    d.window.until = ceil_to_grain(d.window.until, grain);
    first = std::min(first, d.before);
    last = std::max(last, d.window.until);
  }
  for (const scenarios::ScriptStep& x : steps_) {
    first = std::min(first, x.at);
    last = std::max(last, x.at);
  }
  if (first.value < 0 || last.value > kWireMax / 2) return std::nullopt;
  s.start = first;
  // Some rule must be in force in the time of a scenario, also where the steps lie before it.
  last = std::max(last, rule().effective.from);
  s.duration = last - first + Duration(kNanosPerSecond);
  for (const Declared& d : declared_) {
    scenarios::ScriptStep x;
    x.kind = scenarios::StepKind::declare;
    x.name = d.name;
    x.at = s.start;
    x.by = d.holder;
    x.quantity = d.quantity;
    x.window = d.window;
    x.expect = scenarios::StepExpectation{};
    all.push_back(std::move(x));
    for (scenarios::HolderGroup& h : s.holders)
      if (h.name == d.holder) h.quantity.a += d.quantity.value;
  }
  all.insert(all.end(), steps_.begin(), steps_.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const scenarios::ScriptStep& a, const scenarios::ScriptStep& b) { return a.at < b.at; });
  s.script.steps = std::move(all);
  return s;
}

}  // namespace capmarket::witness
