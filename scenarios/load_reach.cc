#include "scenarios/load_reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "model/base/text.h"
#include "model/rules/reach.h"

namespace capmarket::scenarios {
namespace {

// A message that others overtake takes three draws, and is sent again four times, 1 s apart.
constexpr std::int64_t kDrawsOfMessage = 3;
// What a notice that comes too late adds.
constexpr Int128 kTooLate = kNanosPerSecond;
// Events may lie behind the end of time, where nothing happens any more; their instants are 64
// bits.
constexpr Int128 kClockMax = std::numeric_limits<std::int64_t>::max();

constexpr std::string_view kReads = "the last checkpoint is read; that";

class ReachCheck {
 public:
  ReachCheck(const yaml::YamlNode& root, const Scenario& s) : root_(root), s_(s) {}

  void run() {
    const Int128 end = Int128{s_.start.value} + s_.duration.value;
    expect("chain.clock_error", end + s_.clock_error.value, "the latest clock");
    if (s_.promises)
      expect("chain.merge_delay", end + s_.chain_interval.value + s_.merge_delay.value,
             "the latest time of the last promise");
    const Int128 retries = Int128{s_.tries} * s_.retry_after.value;
    expect("network.retry_after", end + retries, "the last try of the last message");
    Int128 slowest = s_.latency.largest();
    expect("network.latency", end + kDrawsOfMessage * slowest + retries, "the last message",
           kClockMax);
    for (std::size_t i = 0; i < s_.links.size(); ++i) {
      const Int128 latency = s_.links[i].latency.largest();
      expect(fmt::format("network.links.{}.latency", i), end + kDrawsOfMessage * latency + retries,
             "the last message", kClockMax);
      slowest = std::max(slowest, latency);
    }
    const Int128 message = kDrawsOfMessage * slowest + retries;
    published_ = message + s_.chain_interval.value;
    expect("chain.follow.lag", end + published_ + s_.follow_lag.value, kReads, kClockMax);
    for (std::size_t i = 0; i < s_.coordinators.size(); ++i)
      waits(fmt::format("coordinators.{}.", i), end, s_.coordinators[i].follow_lag,
            {{"settlement", s_.coordinators[i].settlement_timeout}});
    for (std::size_t i = 0; i < s_.partitions.size(); ++i)
      expect(fmt::format("network.partitions.{}.until", i), since(s_.partitions[i].until),
             "the end of the partition");
    for (std::size_t i = 0; i < s_.holders.size(); ++i) holder(i, end);
    for (std::size_t i = 0; i < s_.users.size(); ++i) user(i, end);
    others();
    infrastructure();
    rules_and_classes();
    trace();
    for (std::size_t i = 0; i < s_.script.steps.size(); ++i) step(i);
  }

 private:
  Int128 since(Duration d) const { return Int128{s_.start.value} + d.value; }

  /// What hangs on a window of the class: the longest grid, leg and retention of its rules.
  struct OfClass {
    std::int64_t granularity = 0, length = 0, retention = 0, notify = 0;
  };
  OfClass of_class(std::string_view name) const {
    OfClass out;
    const ClassSpec* c = s_.find_class(name);
    if (c != nullptr) out = {c->granularity.value, 0, c->retention.value, 0};
    for (const ScenarioRule& r : s_.rules) {
      if (r.rule.class_name != name) continue;
      out.granularity = std::max(out.granularity, r.rule.granularity.value);
      out.length = std::max(out.length, r.rule.limits.length_max.value);
      out.retention = std::max(out.retention, r.rule.retention.value);
      for (const rules::FallbackStrategy& f : r.rule.fallback)
        out.notify = std::max(out.notify, f.notify_within.value);
    }
    return out;
  }

  /// Complains at the value of `path`, or at what holds it where the file leaves it out.
  void expect(const std::string& path, Int128 latest, std::string_view of,
              Int128 most = kWireMax) const {
    if (latest <= most) return;
    const std::string expected =
        fmt::format("at most {}{}", moment_text(most), most == kWireMax ? ", the end of time" : "");
    for (std::string at = path;; at.resize(at.rfind('.'))) {
      if (auto node = yaml::node_at(root_, at)) {
        node->complain(fmt::format("{} is {}", of, moment_text(latest)), expected);
        return;
      }
      if (at.find('.') == at.npos) break;
    }
    root_.complain(fmt::format("`{}`: {} is {}", path, of, moment_text(latest)), expected);
  }

  /// A party reads the last checkpoint, and waits from then on.
  void waits(const std::string& at, Int128 end, const std::optional<Duration>& own_lag,
             std::initializer_list<std::pair<const char*, Duration>> timeouts) const {
    const Int128 lag = own_lag.value_or(s_.follow_lag).value;
    if (own_lag) expect(at + "follow.lag", end + published_ + lag, kReads, kClockMax);
    for (const auto& [name, timeout] : timeouts)
      expect(at + "timeouts." + name, end + published_ + lag + timeout.value,
             "the last that is waited for", kClockMax);
  }

  void holder(std::size_t i, Int128 end) const {
    const HolderGroup& g = s_.holders[i];
    waits(fmt::format("holders.{}.", i), end, g.follow_lag,
          {{"offer", g.offer_timeout}, {"signatures", g.signatures_timeout}});
    const OfClass c = of_class(g.class_name);
    const std::string at = fmt::format("holders.{}.", i);
    expect(at + "window", since(g.window) + c.granularity + c.retention,
           "the end of what is declared, with the retention of its class");
    if (g.failure)
      expect(at + "failure.notice", end + c.notify + g.failure->notice.largest() + kTooLate,
             "the last notice of a failure", kClockMax);
    for (std::size_t k = 0; k < g.outages.size(); ++k)
      expect(fmt::format("{}outages.{}.until", at, k), since(g.outages[k].until) + c.granularity,
             "the end of the outage");
    for (std::size_t k = 0; k < g.away.size(); ++k)
      expect(fmt::format("{}away.{}.until", at, k), since(g.away[k].until), "the return");
    if (g.rolling)
      expect(at + "rolling.horizon", end + g.rolling->horizon.value + c.granularity, "the horizon");
    if (g.leaves) expect(at + "leaves", since(*g.leaves), "the leave");
    if (g.curtail) expect(at + "curtail.at", since(g.curtail->at), "the curtailment");
  }

  void user(std::size_t i, Int128 end) const {
    const UserGroup& g = s_.users[i];
    const std::string at = fmt::format("users.{}.", i);
    waits(at, end, g.follow_lag,
          {{"offer", g.offer_timeout}, {"settlement", g.settlement_timeout}});
    OfClass c = of_class(g.class_name);
    for (const BundlePart& part : g.bundle)
      c.retention = std::max(c.retention, of_class(part.class_name).retention);
    if (g.arrivals.kind != ArrivalKind::none)
      expect(at + "lead",
             end + s_.clock_error.value + g.lead.largest() + c.granularity + c.length + c.retention,
             "the end of the last request, with the retention of its class");
    if (g.arrivals.kind == ArrivalKind::burst)
      expect(at + "arrivals.burst.at", since(g.arrivals.at), "the burst");
    for (std::size_t k = 0; k < g.away.size(); ++k)
      expect(fmt::format("{}away.{}.until", at, k), since(g.away[k].until), "the return");
    expect(at + "patience", end + g.patience.value, "the last request is given up; that");
  }

  void others() const {
    for (std::size_t i = 0; i < s_.revocations.size(); ++i) {
      expect(fmt::format("revocations.{}.at", i), since(s_.revocations[i].at), "the revocation");
      expect(fmt::format("revocations.{}.effective", i), since(s_.revocations[i].effective),
             "its effect");
    }
  }

  void infrastructure() const {
    for (std::size_t i = 0; i < s_.infrastructure.size(); ++i)
      for (std::size_t k = 0; k < s_.infrastructure[i].schedule.size(); ++k)
        expect(fmt::format("infrastructure.{}.capacity.{}.from", i, k),
               since(s_.infrastructure[i].schedule[k].first), "the step");
  }

  /// A class keeps the records of every rule's legs.
  void rules_and_classes() const {
    for (std::size_t i = 0; i < s_.classes.size(); ++i)
      for (const ScenarioRule& r : s_.rules)
        if (r.rule.class_name == s_.classes[i].name)
          expect(fmt::format("classes.{}.retention", i),
                 rules::latest_end(r.rule) + s_.classes[i].retention.value,
                 fmt::format("the latest end of a leg of rule `{}`, {}, with it", r.rule.name,
                             moment_text(rules::latest_end(r.rule))));
  }

  void trace() const {
    if (!s_.trace) return;
    for (std::size_t i = 0; i < s_.trace->requests.size(); ++i) {
      const TraceRequest& r = s_.trace->requests[i];
      Int128 latest = Int128{r.window.until.value} + of_class(r.class_name).retention;
      if (latest > kWireMax)
        return expect("trace.requests", latest,
                      fmt::format("row {}: the end with the retention of its class", i + 1));
    }
    for (std::size_t i = 0; i < s_.trace->holders.size(); ++i) {
      const TraceHolder& h = s_.trace->holders[i];
      const OfClass c = of_class(h.class_name);
      Int128 latest = Int128{h.window.until.value} + c.granularity + c.retention;
      if (latest > kWireMax)
        return expect("trace.holders", latest,
                      fmt::format("row {}: the end with the retention of its class", i + 1));
    }
  }

  void step(std::size_t i) const {
    std::int64_t retention = 0;
    for (const ClassSpec& c : s_.classes)
      retention = std::max(retention, of_class(c.name).retention);
    const ScriptStep& step = s_.script.steps[i];
    constexpr std::string_view kEnd = "the window's end, with the longest retention,";
    auto of = [&](const std::optional<Window>& window, const std::string& at) {
      if (window) expect(at + "until", Int128{window->until.value} + retention, kEnd);
    };
    const std::string at = fmt::format("steps.{}.", i);
    of(step.window, at);
    for (std::size_t k = 0; k < step.legs.size(); ++k)
      of(step.legs[k].window, step.legs.size() == 1 && !yaml::node_at(root_, at + "legs")
                                  ? at
                                  : fmt::format("{}legs.{}.", at, k));
  }

  const yaml::YamlNode& root_;
  const Scenario& s_;
  Int128 published_ = 0;  // from an event until what it entails is published, at most
};

}  // namespace

void expect_in_time(const yaml::YamlNode& root, const Scenario& scenario) {
  ReachCheck(root, scenario).run();
}

}  // namespace capmarket::scenarios
