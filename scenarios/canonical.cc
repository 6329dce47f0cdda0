#include "model/rules/canonical.h"

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/crypto/hash.h"
#include "scenarios/scenario.h"
#include "scenarios/script_text.h"

namespace capmarket::scenarios {
namespace {

using Json = nlohmann::json;  // an ordered map: keys come out sorted

Json json(const Distribution& d, DistributionUnit unit) { return to_text(d, unit); }

Json json(const std::vector<location::Location>& locations) {
  Json out = Json::array();
  for (const location::Location& l : locations) out.push_back(l.path);
  return out;
}

Json json(const std::optional<HolderFailure>& f) {
  if (!f) return nullptr;
  return {{"rate_per_hour", to_text(Money(f->rate_per_hour))},
          {"notice", json(f->notice, DistributionUnit::duration)},
          {"detect", to_text(f->detect)},
          {"repair", json(f->repair, DistributionUnit::duration)},
          {"late_basis_points", f->late}};
}

Json json(const std::optional<HolderCurtailment>& c) {
  if (!c) return nullptr;
  return {{"at", to_text(c->at)}, {"by_basis_points", c->by}};
}

Json rolling(const std::optional<RollingWindow>& r) {
  if (!r) return nullptr;
  return {{"horizon", to_text(r->horizon)}, {"every", to_text(r->every)}};
}

Json json(const Absence& a) { return {{"from", to_text(a.from)}, {"until", to_text(a.until)}}; }

Json json(const LinkSpec& l) {
  return {{"between", {l.a.path, l.b.path}},
          {"latency", json(l.latency, DistributionUnit::duration)}};
}

Json json(const PlannedOutage& o) {
  return {{"from", to_text(o.from)},
          {"until", to_text(o.until)},
          {"share_basis_points", o.share}};
}

template <class T>
Json list(const std::vector<T>& all);

/// Null: the scenario's.
Json follow(const std::optional<Duration>& lag) {
  return lag ? Json{{"lag", to_text(*lag)}} : Json(nullptr);
}

/// Its parameters in ten-thousandths, or whole.
Json json(const Strategy& s, StrategyRole role) {
  const StrategyRow& row = strategies_of(role).at(s.number);
  Json parameters = Json::object();
  for (std::size_t i = 0; i < row.parameters.size(); ++i)
    parameters[std::string(row.parameters[i].key)] = s.parameters.at(i);
  return {{row.name, parameters}};
}

Json json(const Conduct& c) {
  return {{"budget", c.budget ? Json(to_text(*c.budget)) : Json(nullptr)},
          {"credit", to_text(c.credit)},
          {"pays", kPays[static_cast<std::size_t>(c.pays)]},
          {"late_by", to_text(c.late_by)},
          {"payment_timeout", to_text(c.payment_timeout)},
          {"dispute", kDisputes[static_cast<std::size_t>(c.disputes)]},
          {"dispute_above", to_text(c.disputes_above)}};
}

Json json(const HolderGroup& g) {
  return {{"name", g.name},
          {"count", g.count},
          {"kind", g.kind},
          {"groups", g.groups},
          {"place", g.place ? g.place->path : "uniform"},
          {"class", g.class_name},
          {"strategy", to_text(g.strategy)},
          {"quantity", json(g.quantity, DistributionUnit::quantity)},
          {"window", to_text(g.window)},
          {"ask", json(g.ask, DistributionUnit::money)},
          {"pricing", json(g.pricing, StrategyRole::ask)},
          {"concession", json(g.concession, StrategyRole::concession)},
          {"weight_basis_points", g.weight},
          {"share_reactive_basis_points", g.share_reactive},
          {"displace_margin_basis_points", g.displace_margin},
          {"pieces", g.pieces},
          {"batch", g.batch},
          {"follow", follow(g.follow_lag)},
          {"timeouts",
           {{"offer", to_text(g.offer_timeout)}, {"signatures", to_text(g.signatures_timeout)}}},
          {"conduct", json(g.conduct)},
          {"debtors", g.serves_debtors ? "serve" : "refuse"},
          {"rolling", rolling(g.rolling)},
          {"outages", list(g.outages)},
          {"away", list(g.away)},
          {"leaves", g.leaves ? Json(to_text(*g.leaves)) : Json(nullptr)},
          {"failure", json(g.failure)},
          {"curtail", json(g.curtail)}};
}

Json json(const Arrivals& a) {
  const auto per_hour = [](std::int64_t rate) { return to_text(Money(rate)); };
  const auto length = [](const Distribution& d) { return json(d, DistributionUnit::duration); };
  switch (a.kind) {
    case ArrivalKind::poisson:
      return {{"poisson", {{"per_hour", per_hour(a.rate_per_hour)}}}};
    case ArrivalKind::burst:
      return {{"burst", {{"at", to_text(a.at)}, {"size", a.size}}}};
    case ArrivalKind::renewal:
      return {{"renewal", length(a.gap)}};
    case ArrivalKind::profile: {
      Json steps = Json::array();
      for (const Arrivals::Step& s : a.profile)
        steps.push_back({{"from", to_text(s.from)}, {"per_hour", per_hour(s.rate_per_hour)}});
      return {{"profile", steps}};
    }
    case ArrivalKind::bursty:
      return {{"bursty",
               {{"calm_per_hour", per_hour(a.rate_per_hour)},
                {"busy_per_hour", per_hour(a.busy_per_hour)},
                {"calm_for", length(a.calm_for)},
                {"busy_for", length(a.busy_for)}}}};
    case ArrivalKind::none:
      break;
  }
  return {{"none", true}};
}

Json json(const BundlePart& p) {
  Json out = {
      {"class", p.class_name}, {"tier", p.tier}, {"value", json(p.value, DistributionUnit::money)}};
  if (p.quantity)
    out["quantity"] = p.quantity->value;
  else
    out["share_basis_points"] = p.share;
  return out;
}

Json json(const CoordinatorSpec& c) {
  Json scopes = Json::array();
  for (const CoordinatorSpec::Scope& s : c.scopes)
    scopes.push_back({{"location", s.location.path}, {"authority", s.authority}});
  return {{"name", c.name},
          {"class", c.class_name},
          {"scopes", scopes},
          {"delay", json(c.delay, DistributionUnit::duration)},
          {"strategy", json(c.strategy, StrategyRole::cosign)},
          {"favours", c.favours},
          {"outage_basis_points", c.outage},
          {"follow", follow(c.follow_lag)},
          {"timeouts", {{"settlement", to_text(c.settlement_timeout)}}}};
}

Json json(const AuditorSpec& a) {
  return {{"name", a.name},
          {"authority", a.authority},
          {"sample_basis_points", a.sample},
          {"before_end", to_text(a.before_end)}};
}

Json json(const PublisherSpec& p) {
  return {{"name", p.name}, {"every", to_text(p.every)}, {"rule", p.rule}};
}

Json json(const AdversarySpec& a) {
  return {{"attack", to_text(a.attack)},
          {"count", a.count},
          {"twin", a.twin},
          {"group", a.group},
          {"favours", a.favours},
          {"accomplice", a.accomplice},
          {"factor_basis_points", a.factor},
          {"share_basis_points", a.share},
          {"each", a.each},
          {"delay", to_text(a.delay)}};
}

Json json(const RevocationSpec& r) {
  return {{"at", to_text(r.at)},
          {"owner", kCredentialOwners[static_cast<std::size_t>(r.owner)]},
          {"group", r.group},
          {"number", r.number},
          {"effective", to_text(r.effective)},
          {"reason", r.reason}};
}

Json json(const PartitionSpec& p) {
  return {{"from", to_text(p.from)}, {"until", to_text(p.until)}, {"between", p.between}};
}

Json json(const SharedInfrastructureSpec& i) {
  Json capacity = Json::array();
  for (const auto& [from, quantity] : i.schedule)
    capacity.push_back({{"from", to_text(from)}, {"quantity", quantity.value}});
  return {{"name", i.name},
          {"class", i.class_name},
          {"authority", i.authority},
          {"locations", json(i.locations)},
          {"capacity", capacity},
          {"peer", i.peer},
          {"split_basis_points", i.split}};
}

Json json(const ReconciliationSpec& r) {
  return {{"name", r.name},
          {"authorities", r.authorities},
          {"tiers", r.tiers},
          {"price", r.price},
          {"fallback", r.fallback}};
}

Json json(const UserGroup& g);

/// What `json` makes of each.
template <class T>
Json list(const std::vector<T>& all) {
  Json out = Json::array();
  for (const T& one : all) out.push_back(json(one));
  return out;
}

Json json(const UserGroup& g) {
  return {{"name", g.name},
          {"count", g.count},
          {"kind", g.kind},
          {"groups", g.groups},
          {"tier", g.tier},
          {"further_tiers", g.further_tiers},
          {"cheapest_tier", g.cheapest_tier},
          {"class", g.class_name},
          {"arrivals", json(g.arrivals)},
          {"quantity", json(g.quantity, DistributionUnit::quantity)},
          {"length", json(g.length, DistributionUnit::duration)},
          {"lead", json(g.lead, DistributionUnit::duration)},
          {"value", json(g.value, DistributionUnit::money)},
          {"start", kStartChoices[static_cast<std::size_t>(g.start)]},
          {"start_within", to_text(g.start_within)},
          {"bid", json(g.bid, StrategyRole::bid)},
          {"protocol", json(g.protocol, StrategyRole::protocol)},
          {"concession", json(g.concession, StrategyRole::concession)},
          {"partial_basis_points", g.partial},
          {"split", {{"holders", g.splits_holders}, {"time", g.splits_time}}},
          {"patience", to_text(g.patience)},
          {"retry",
           {{"times", g.retry_times},
            {"after", to_text(g.retry_after)},
            {"factor_basis_points", g.retry_factor}}},
          {"home", g.home ? Json(g.home->path) : Json(nullptr)},
          {"weight_basis_points", g.weight},
          {"bundle", list(g.bundle)},
          {"bundle_tries", g.bundle_tries},
          {"surrender_basis_points", g.surrender},
          {"surrender_ahead", to_text(g.surrender_ahead)},
          {"withdraw_basis_points", g.withdraw},
          {"when_displaced", kAfterLoss[static_cast<std::size_t>(g.when_displaced)]},
          {"when_failed", kAfterLoss[static_cast<std::size_t>(g.when_failed)]},
          {"conduct", json(g.conduct)},
          {"adaptations", g.adaptations},
          {"report", to_text(g.report)},
          {"over_consume_basis_points", g.over_consume},
          {"displace_margin_basis_points", g.displace_margin},
          {"away", list(g.away)},
          {"follow", follow(g.follow_lag)},
          {"timeouts",
           {{"offer", to_text(g.offer_timeout)},
            {"answers", to_text(g.answers_timeout)},
            {"settlement", to_text(g.settlement_timeout)}}}};
}

Json network(const Scenario& s) {
  return {{"latency", json(s.latency, DistributionUnit::duration)},
          {"loss_basis_points", s.loss},
          {"duplicate_basis_points", s.duplicate},
          {"reorder_basis_points", s.reorder},
          {"tries", s.tries},
          {"retry_after", to_text(s.retry_after)},
          {"links", list(s.links)},
          {"chain", s.chain_place ? Json(s.chain_place->path) : Json(nullptr)},
          {"partitions", list(s.partitions)}};
}

Json json(const Trace& t) {
  Json out = {{"requests", to_hex(t.requests_digest)}};
  if (!t.holders_file.empty()) out["holders"] = to_hex(t.holders_digest);
  if (t.import)
    out["import"] = {
        {"rows", t.import->rows}, {"requests", t.import->requests}, {"skipped", t.import->skipped}};
  return out;
}

Json governance(const Scenario& s) {
  Json out = {{"authorities", Json::array()}, {"classes", Json::array()}, {"rules", Json::array()}};
  for (const AuthoritySpec& a : s.authorities)
    out["authorities"].push_back(
        {{"name", a.name}, {"scope", json(a.scope)}, {"classes", a.classes}, {"parent", a.parent}});
  for (const ClassSpec& c : s.classes)
    out["classes"].push_back({{"name", c.name},
                              {"unit", c.unit},
                              {"retention", to_text(c.retention)},
                              {"granularity", to_text(c.granularity)}});
  for (const ScenarioRule& r : s.rules)
    out["rules"].push_back({{"rule", r.rule.name},
                            {"at", r.at ? Json(to_text(*r.at)) : Json(nullptr)},
                            {"content_id", to_hex(crypto::content_id(rules::encode_rule(r.rule)))}});
  out["infrastructure"] = list(s.infrastructure);
  out["reconciliation"] = list(s.reconciliation);
  return out;
}

}  // namespace

std::string canonical_json(const Scenario& s) {
  Json out = governance(s);
  out["scenario"] = s.name;
  out["about"] = s.about;
  out["study"] = kStudies[static_cast<std::size_t>(s.study)];
  out["start"] = to_text(s.start);
  out["duration"] = to_text(s.duration);
  out["seed"] = {{"population", s.seed_population}, {"dynamics", s.seed_dynamics}};
  out["signatures"] = crypto::to_text(s.signatures);
  out["locations"] = json(s.locations.leaves);
  out["discovery"] = {{"mode", kDiscoveryModes[static_cast<std::size_t>(s.discovery)]},
                      {"directories", s.directories},
                      {"lag", json(s.directory_lag, DistributionUnit::duration)},
                      {"named", s.named},
                      {"named_in_parts", s.named_in_parts},
                      {"many", s.many},
                      {"named_of_many_basis_points", s.named_of_many},
                      {"samples", s.samples},
                      {"answers", s.answers}};
  out["network"] = network(s);
  out["chain"] = {{"interval", to_text(s.chain_interval)},
                  {"clock_error", to_text(s.clock_error)},
                  {"rule_ahead", to_text(s.rule_ahead)},
                  {"follow", {{"lag", to_text(s.follow_lag)}}}};
  if (s.promises) {
    out["chain"]["promises"] = true;
    out["chain"]["merge_delay"] = to_text(s.merge_delay);
  }
  out["quota"] = {{"refusals", s.quota.refusals}, {"period", to_text(s.quota.period)}};
  if (s.tick_ahead) out["chain"]["tick_ahead"] = to_text(*s.tick_ahead);
  out["holders"] = list(s.holders);
  out["users"] = list(s.users);
  out["coordinators"] = list(s.coordinators);
  out["auditors"] = list(s.auditors);
  out["publishers"] = list(s.publishers);
  out["adversaries"] = list(s.adversaries);
  out["revocations"] = list(s.revocations);
  if (s.trace) out["trace"] = json(*s.trace);
  if (!s.script.empty()) out["script"] = script_text(s);
  // A scenario's texts can hold any bytes that YAML lets through; they must not end the program.
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace capmarket::scenarios
