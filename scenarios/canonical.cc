#include "model/rules/canonical.h"

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/crypto/hash.h"
#include "scenarios/scenario.h"

namespace capmarket {
namespace {

using Json = nlohmann::json;  // an ordered map: keys come out sorted

Json json(const Distribution& d, DistributionUnit unit) { return to_text(d, unit); }

Json json(const std::vector<Location>& locations) {
  Json out = Json::array();
  for (const Location& l : locations) out.push_back(l.path);
  return out;
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
          {"pricing", "cost-plus"}};
}

Json json(const Arrivals& a) {
  if (a.kind == ArrivalKind::poisson)
    return {{"poisson", {{"per_hour", to_text(Money(a.rate_per_hour))}}}};
  return {{"burst", {{"at", to_text(a.at)}, {"size", a.size}}}};
}

Json json(const UserGroup& g) {
  return {{"name", g.name},
          {"count", g.count},
          {"kind", g.kind},
          {"groups", g.groups},
          {"tier", g.tier},
          {"class", g.class_name},
          {"arrivals", json(g.arrivals)},
          {"quantity", json(g.quantity, DistributionUnit::quantity)},
          {"length", json(g.length, DistributionUnit::duration)},
          {"lead", json(g.lead, DistributionUnit::duration)},
          {"value", json(g.value, DistributionUnit::money)},
          {"partial_basis_points", g.partial},
          {"patience", to_text(g.patience)}};
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
        {{"name", a.name}, {"scope", json(a.scope)}, {"classes", a.classes}});
  for (const ClassSpec& c : s.classes)
    out["classes"].push_back({{"name", c.name},
                              {"unit", c.unit},
                              {"retention", to_text(c.retention)},
                              {"granularity", to_text(c.granularity)}});
  for (const ScenarioRule& r : s.rules)
    out["rules"].push_back(
        {{"rule", r.rule.name}, {"content_id", to_hex(content_id(encode_rule(r.rule)))}});
  return out;
}

}  // namespace

std::string canonical_json(const Scenario& s) {
  Json out = governance(s);
  out["scenario"] = s.name;
  out["about"] = s.about;
  out["study"] = "terminating";
  out["start"] = to_text(s.start);
  out["duration"] = to_text(s.duration);
  out["seed"] = {{"population", s.seed_population}, {"dynamics", s.seed_dynamics}};
  out["signatures"] = to_text(s.signatures);
  out["locations"] = json(s.locations.leaves);
  out["discovery"] = {{"mode", "prepublished"},
                      {"directories", s.directories},
                      {"lag", json(s.directory_lag, DistributionUnit::duration)}};
  out["network"] = {{"latency", json(s.latency, DistributionUnit::duration)}};
  out["chain"] = {{"interval", to_text(s.chain_interval)}, {"clock_error", to_text(s.clock_error)}};
  for (const char* key : {"holders", "users", "adversaries"}) out[key] = Json::array();
  for (const HolderGroup& g : s.holders) out["holders"].push_back(json(g));
  for (const UserGroup& g : s.users) out["users"].push_back(json(g));
  for (const AdversarySpec& a : s.adversaries)
    out["adversaries"].push_back({{"attack", to_text(a.attack)}, {"count", a.count}});
  if (s.trace) out["trace"] = json(*s.trace);
  // A scenario's texts can hold any bytes that YAML lets through; they must not end the program.
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace capmarket
