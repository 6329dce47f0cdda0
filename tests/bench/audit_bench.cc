// Speed goal: the audit of a chain and the proof over it grow with n log n in the settlements of
// one declaration, whatever these are like. Chains under `mac` with n settlements of the shortest
// window each; the exponent is the slope of log(processor time) over log(n), and stays below 1.3.
//
// What it shows today: the audit of 4 000 takes 0.1 to 0.2 s, exponents 0.8 to 1.1; before grants
// were found by time, 1.3 to 1.5. Run: scripts/bench
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/edited.h"
#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"
#include "verify/trace/verify.h"

namespace capmarket::bench {
namespace {

using testing::edited;
using testing::kStart;
using testing::seconds;

constexpr double kExponentMost = 1.3;

testing::MarketOptions options() {
  testing::RuleParts parts;
  parts.tiers =
      "  - { name: gold, rank: 20, eligible: \"true\", displaces: { when: \"true\", compensation: 1.00, "
      "pay_within: 1h } }\n"
      "  - { name: basic, rank: 10, eligible: \"true\" }\n";
  parts.more = "revocation: { on_review: uphold }\n";
  testing::MarketOptions out;
  out.scheme = crypto::Scheme::mac;
  out.rule = edited(edited(testing::rule_text(parts), "granularity: 1s", "granularity: 1ns"),
                    "length: 1s", "length: 1ns");
  return out;
}

/// The shortest windows that there are: one of 1 ns for the i-th, and one from the first to the
/// last.
Window slot(int i) { return {kStart + Duration(2 * i + 1), kStart + Duration(2 * i + 2)}; }
Window all_of(int n) { return {slot(0).from, slot(n).until}; }

/// One declaration, and those who ask for parts of it.
struct World {
  testing::Market m{options()};
  testing::Party holder, user;
  ContentId declaration;

  World() : holder(m.holder(10)), user(m.user("gold")) {
    declaration = m.declare(holder, 10, seconds(0, 7'200));
  }
  objects::Settlement settlement(const ContentId& request, const objects::Request& asked,
                                 std::int64_t index, bool displace) {
    objects::Settlement s = m.settlement(holder, user, declaration, request, asked, m.setup, index);
    if (displace) s.legs[0].displace = objects::DisplaceTerms{Money(kWireMax), Money(kWireMax)};
    return s;
  }
  ContentId settle(const objects::Settlement& s) {
    const auto signed_by_all = m.sign(s, {{objects::Role::submitter, holder.key},
                                          {objects::Role::holder, holder.key},
                                          {objects::Role::user, user.key}});
    const chain::Receipt receipt = m.submit(signed_by_all, m.setup);
    CHECK(receipt.decision.admitted(), testing::clauses(receipt));
    return signed_by_all.id;
  }
  /// A request of its own for the window, and its settlement.
  ContentId each(const Window& window, const std::string& tier, bool displace) {
    const objects::Request asked = m.request(user, {declaration}, 10, window, tier);
    return settle(settlement(m.ask(user, asked), asked, 0, displace));
  }
  ContentId each(int i, const std::string& tier, bool displace) {
    return each(slot(i), tier, displace);
  }
};

void of_a_request_each(World& w, int n) {
  for (int i = 0; i < n; ++i) w.each(i, "gold", false);
}

void of_one_request(World& w, int n) {
  objects::Request asked = w.m.request(w.user, {w.declaration}, 10, all_of(n), "gold");
  const ContentId request = w.m.ask(w.user, asked);
  for (int i = 0; i < n; ++i) {
    asked.window = slot(i);
    w.settle(w.settlement(request, asked, i, false));
  }
}

void that_displace(World& w, int n) {
  const testing::Party gold = w.user;
  w.user = w.m.user("basic");
  for (int i = 0; i < n / 2; ++i) w.each(i, "basic", false);
  w.user = gold;
  for (int i = 0; i < n / 2; ++i) w.each(i, "gold", true);
}

void that_are_surrendered(World& w, int n) {
  std::vector<ContentId> settled;
  for (int i = 0; i < n / 2; ++i) settled.push_back(w.each(i, "gold", false));
  for (int i = 0; i < n / 2; ++i)
    w.m.admit(objects::Surrender{w.m.salt(), w.user.key.pub,
                                 objects::grant_id(settled[static_cast<std::size_t>(i)], 0),
                                 slot(i), Quantity(10)},
              {{objects::Role::user, w.user.key}});
}

/// Its class is curtailed by whole seconds: a window of 1 ns in each.
void that_are_curtailed(World& w, int n) {
  for (int i = 0; i < n / 2; ++i) {
    const Instant from = seconds(i, i + 1).from;
    w.each({from, from + Duration(1)}, "gold", false);
  }
  for (int i = 0; i < n / 2; ++i)
    w.m.admit(objects::Curtailment{w.m.salt(), w.holder.key.pub, w.declaration, Quantity(5),
                                   seconds(i, i + 1), "heat"},
              {{objects::Role::holder, w.holder.key}});
}

/// Of the processor: the machine may be busy. The least of three.
double seconds_of(const std::function<void()>& work, int times = 3) {
  double best = 1e9;
  for (int i = 0; i < times; ++i) {
    const std::clock_t begun = std::clock();
    work();
    best = std::min(best, static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC);
  }
  return best;
}

/// The least-squares slope of log(y) over log(x).
double slope(const std::vector<std::pair<double, double>>& points) {
  double x = 0, y = 0, xx = 0, xy = 0;
  for (const auto& [at, value] : points) {
    x += std::log(at), y += std::log(value);
    xx += std::log(at) * std::log(at), xy += std::log(at) * std::log(value);
  }
  const auto n = static_cast<double>(points.size());
  return (n * xy - x * y) / (n * xx - x * x);
}

/// Whether both exponents are as they should be.
bool measure(const std::string& name, void (*play)(World&, int), bool proof) {
  std::vector<std::pair<double, double>> audits, proofs;
  for (const int n : {500, 1000, 2000, 4000}) {
    testing::ScratchFolder dir;
    World w;
    const double writing = seconds_of([&] { play(w, n); }, 1);
    w.m.write(dir.path());
    trace::VerifyOptions options;
    options.allow_mac = true;
    options.threads = 1;
    auto verify = [&](bool solver) {
      options.solver = solver;
      auto report = trace::verify_chain(dir.path(), options);
      CHECK(report.has_value() && report->verdict == trace::ChainVerdict::holds, name);
    };
    const double audit = seconds_of([&] { verify(false); });
    audits.emplace_back(n, audit);
    const double with_proof = proof ? seconds_of([&] { verify(true); }, 1) : 0;
    proofs.emplace_back(n, std::max(with_proof - audit, 1e-6));
    fmt::print("{:<24} n {:>5}  written {:7.3f} s  audit {:7.3f} s  proof {:7.3f} s\n", name, n,
               writing, audit, proof ? with_proof - audit : 0.0);
    std::fflush(stdout);
  }
  fmt::print("{:<24} exponents: audit {:.2f}  proof {:.2f}\n", name, slope(audits),
             proof ? slope(proofs) : 0.0);
  return slope(audits) < kExponentMost && (!proof || slope(proofs) < kExponentMost);
}

}  // namespace
}  // namespace capmarket::bench

/// Arguments: `audit` for the audits alone, names of rows for those alone.
int main(int argc, char** argv) {
  using namespace capmarket::bench;
  const std::vector<std::string> chosen(argv + 1, argv + argc);
  auto has = [&](const char* name) {
    return std::find(chosen.begin(), chosen.end(), name) != chosen.end();
  };
  const bool proof = !has("audit");
  const std::size_t modes = proof ? 0 : 1;
  const std::vector<std::pair<const char*, void (*)(World&, int)>> rows = {
      {"a-request-each", of_a_request_each},
      {"one-request", of_one_request},
      {"displaced", that_displace},
      {"surrendered", that_are_surrendered},
      {"curtailed", that_are_curtailed}};
  bool good = true;
  for (const auto& [name, play] : rows)
    if (chosen.size() == modes || has(name)) good = measure(name, play, proof) && good;
  return good ? 0 : 1;
}
