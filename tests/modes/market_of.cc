#include "tests/modes/market_of.h"

#include <fmt/format.h>

namespace capmarket::modes {
namespace {

std::string coordination_of(const Modes& m) {
  if (m.coordination == "sharded") return "{ mode: sharded, by: 2 }";
  return "{ mode: " + m.coordination + " }";
}

std::string pricing_of(const Modes& m) {
  if (m.pricing == "fixed") return "{ mode: fixed, tariff: 2.00 }";
  if (m.pricing == "negotiated") return "{ mode: negotiated, floor: 0.50, cap: 20.00 }";
  return "{ mode: discovered, over: 10min, band: 30%, max_age: 10min, floor: 0.50, cap: 20.00 }";
}

std::string rule_of(const Modes& m, const std::string& class_name, const std::string& unit) {
  return fmt::format(R"yaml(rule: eu/{0}
version: 1
authority: eu/operator
class: {0}
scope: eu
effective: {{ from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }}
granularity: 1min
unit: {1}
retention: 30d
currency: EUR
limits:
  quantity: 1 .. 1000
  price: 0.00 .. 100.00
  length: 1min .. 4h
  lead: 0s .. 1d
  skew: 5s
coordination: {2}
pricing: {3}
tiers:
  - name: critical
    rank: 30
    eligible: user.kind == "hospital"
    displaces: {{ when: victim.rank < rank && notice >= 30s, compensation: "max(1.2 * victim.value, 1.00)", pay_within: 1h }}
  - {{ name: firm, rank: 20, eligible: "true" }}
fallback:
  - {{ name: pooled, substitution: pool, notify_within: 1min, refund: 100%, penalty: 10%, record: [notice, cause] }}
)yaml",
                     class_name, unit, coordination_of(m), pricing_of(m));
}

std::string infrastructure_of(const Modes& m, const std::string& class_name,
                              const std::string& group) {
  if (m.coordination == "none") return {};
  if (m.coordination == "peer")
    return fmt::format("  - {{ name: edge-{0}, class: {0}, peer: [{1}.0, {1}.1], capacity: 40 }}\n",
                       class_name, group);
  return fmt::format(
      "  - {{ name: feeder-{0}, class: {0}, locations: eu/0, capacity: [{{ from: 0s, quantity: 60 "
      "}}, {{ from: 15min, quantity: 50 }}] }}\n",
      class_name);
}

}  // namespace

std::string Modes::name() const {
  return discovery + " " + coordination + " " + pricing +
         (classes ? " two-classes" : " one-class") +
         (borders ? " two-jurisdictions" : " one-jurisdiction");
}

std::string write_market(const testing::ScratchFolder& folder, const Modes& m) {
  folder.write("compute.yaml", rule_of(m, "compute", "core"));
  folder.write("network.yaml", rule_of(m, "network", "Mbit"));
  std::string out = fmt::format(
      R"(scenario: modes
start: 2026-01-15T16:00:00Z
duration: 30min
seed: {{ population: 1, dynamics: 1 }}
signatures: mac
locations: [eu/0/a, eu/0/b, eu/1/a, us/0]
authorities:
  - {{ name: eu/operator, scope: eu, classes: [compute, network] }}
  - {{ name: us/operator, scope: us, classes: [compute, network] }}
classes:
  - {{ name: compute, unit: core, retention: 30d, granularity: 1min }}
  - {{ name: network, unit: Mbit, retention: 30d, granularity: 1min }}
rules: [compute.yaml, network.yaml]
discovery: {{ mode: {}, directories: 2, lag: exponential(1s) }}
network: {{ latency: lognormal(50ms, 20ms) }}
chain: {{ interval: 500ms, clock_error: 10ms }}
holders:
  - {{ name: sites, count: 6, class: compute, place: eu, strategy: prepublish, quantity: 30, window: 4h, ask: 1.00,
      pricing: {} }}
  - {{ name: carriers, count: 6, class: network, place: eu, strategy: prepublish, quantity: 30, window: 4h, ask: 1.00 }}
users:
  - {{ name: firms, count: 12, class: compute, tier: firm, arrivals: poisson(6/h), quantity: uniform(4, 12),
      length: [10min, 20min], lead: uniform(1min, 5min), value: 9.00, partial: 50%, patience: 2min, home: {}{} }}
  - {{ name: clinics, count: 3, kind: hospital, class: compute, tier: critical, arrivals: poisson(6/h), quantity: 10,
      length: 10min, lead: 2min, value: 9.00, partial: 100%, patience: 2min, home: eu }}
  - {{ name: callers, count: 6, class: network, tier: firm, arrivals: poisson(4/h), quantity: uniform(4, 12),
      length: 10min, lead: 2min, value: 9.00, partial: 50%, patience: 2min, home: eu }}
)",
      m.discovery, m.pricing == "discovered" ? "market" : "cost-plus", m.borders ? "us" : "eu",
      m.classes ? ",\n      bundle: [{ class: network, tier: firm, quantity: 50%, value: 9.00 }]"
                : "");
  if (m.coordination == "single" || m.coordination == "sharded")
    for (const char* c : {"compute", "network"})
      out += fmt::format(
          "{}  - {{ name: desk-{}, class: {}, scope: [eu/0, eu/1], delay: exponential(50ms) }}\n",
          std::string(c) == "compute" ? "coordinators:\n" : "", c, c);
  if (m.coordination != "none")
    out += "infrastructure:\n" + infrastructure_of(m, "compute", "sites") +
           infrastructure_of(m, "network", "carriers");
  if (m.pricing == "discovered")
    out +=
        "publishers:\n  - { name: press, every: 5min, rule: eu/compute }\n"
        "  - { name: wire, every: 5min, rule: eu/network }\n";
  if (m.borders)
    out += "reconciliation:\n  - { name: atlantic, authorities: [eu/operator, us/operator] }\n";
  return folder.write("modes.yaml", out);
}

}  // namespace capmarket::modes
