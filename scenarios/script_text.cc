#include "scenarios/script_text.h"

#include <fmt/format.h>

#include <filesystem>
#include <sstream>

#include "model/base/text.h"

namespace capmarket::scenarios {
namespace {

/// A double-quoted YAML scalar.
std::string yaml_string(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// As YAML reads it without quotes where that is safe.
std::string plain(std::string_view text) {
  bool safe = !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0;
  for (char c : text)
    safe = safe && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
                    c == '/' || c == '.');
  for (std::string_view word : {"true", "false", "null", "yes", "no", "on", "off"})
    safe = safe && text != word;
  return safe ? std::string(text) : yaml_string(text);
}

std::string flow_list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : ", ") + plain(n);
  return "[" + out + "]";
}

std::string flow_list(const std::vector<location::Location>& places) {
  std::vector<std::string> names;
  for (const location::Location& l : places) names.push_back(l.path);
  return flow_list(names);
}

class Writer {
 public:
  explicit Writer(const Scenario& s) : s_(s) {}

  std::string moment(Instant t) const { return t >= s_.start ? to_text(t - s_.start) : to_text(t); }
  std::string window(const std::optional<Window>& w) const {
    return w ? fmt::format(", from: {}, until: {}", moment(w->from), moment(w->until)) : "";
  }

  std::string head(const std::string& folder) const {
    std::string out = fmt::format(
        "scenario: {}\nabout: {}\nstart: {}\nduration: {}\nsignatures: {}\nlocations: {}\n",
        plain(s_.name), yaml_string(s_.about), to_text(s_.start), to_text(s_.duration),
        crypto::to_text(s_.signatures), flow_list(s_.locations.leaves));
    out += "authorities:\n";
    for (const AuthoritySpec& a : s_.authorities)
      out += fmt::format("  - {{ name: {}, scope: {}, classes: {}{} }}\n", plain(a.name),
                         flow_list(a.scope), flow_list(a.classes),
                         a.parent.empty() ? "" : ", parent: " + plain(a.parent));
    out += "classes:\n";
    for (const ClassSpec& c : s_.classes)
      out +=
          fmt::format("  - {{ name: {}, unit: {}, retention: {}, granularity: {} }}\n",
                      plain(c.name), plain(c.unit), to_text(c.retention), to_text(c.granularity));
    out += "rules:\n";
    for (const ScenarioRule& r : s_.rules) out += "  - " + rule(r, folder) + "\n";
    return out;
  }

  std::string parties() const {
    std::string out = infrastructure();
    out += "holders:\n";
    for (const HolderGroup& h : s_.holders)
      out += fmt::format(
          "  - {{ name: {}, count: {}, strategy: scripted, class: {}, kind: {}{}{}, quantity: {}{} "
          "}}\n",
          plain(h.name), h.count, plain(h.class_name), plain(h.kind), groups(h.groups),
          h.place ? ", place: " + plain(h.place->path) : "", h.quantity.a, weight(h.weight));
    out += "users:\n";
    for (const UserGroup& u : s_.users) {
      std::vector<std::string> tiers = {u.tier};
      tiers.insert(tiers.end(), u.further_tiers.begin(), u.further_tiers.end());
      out += fmt::format(
          "  - {{ name: {}, count: {}, arrivals: none, class: {}, kind: {}{}{}, tier: {}{}{} }}\n",
          plain(u.name), u.count, plain(u.class_name), plain(u.kind), groups(u.groups),
          u.home ? ", home: " + plain(u.home->path) : "",
          tiers.size() == 1 ? plain(tiers[0]) : flow_list(tiers), weight(u.weight),
          u.adaptations > 0 ? fmt::format(", adaptations: {}", u.adaptations) : "");
    }
    return out + desks();
  }

  std::string script() const {
    std::string out;
    if (!s_.script.steps.empty()) out += "steps:\n";
    for (const ScriptStep& step : s_.script.steps) out += "  - " + line(step) + "\n";
    if (!s_.script.watch.empty()) out += "watch:\n";
    for (const WatchSpec& w : s_.script.watch) out += "  - " + line(w) + "\n";
    return out;
  }

 private:
  static std::string groups(const std::vector<std::string>& names) {
    return names.empty() ? "" : ", groups: " + flow_list(names);
  }
  static std::string weight(std::int64_t basis) {
    return basis == kFullRatio ? "" : fmt::format(", weight: {}", basis);
  }

  static std::string rule(const ScenarioRule& r, const std::string& folder) {
    std::string path =
        std::filesystem::absolute(r.file)
            .lexically_normal()
            .lexically_proximate(std::filesystem::absolute(folder).lexically_normal())
            .string();
    return r.at ? fmt::format("{{ at: {}, rule: {} }}", to_text(*r.at), yaml_string(path))
                : yaml_string(path);
  }

  std::string infrastructure() const {
    std::string out;
    for (const SharedInfrastructureSpec& x : s_.infrastructure) {
      std::string steps;
      for (const auto& [from, quantity] : x.schedule)
        steps += fmt::format("{}{{ from: {}, quantity: {} }}", steps.empty() ? "" : ", ",
                             to_text(from), quantity.value);
      std::string members = x.peer.empty() ? "locations: " + flow_list(x.locations)
                                           : fmt::format("peer: {}, split: {}.{:02}%", flow_list(x.peer),
                                                         x.split / 100, x.split % 100);
      out += fmt::format("  - {{ name: {}, class: {}, authority: {}, {}, capacity: [{}] }}\n",
                         plain(x.name), plain(x.class_name), plain(x.authority), members, steps);
    }
    return out.empty() ? "" : "infrastructure:\n" + out;
  }

  std::string desks() const {
    std::string out;
    for (const CoordinatorSpec& c : s_.coordinators) {
      std::vector<location::Location> scope;
      for (const auto& one : c.scopes) scope.push_back(one.location);
      out += fmt::format("  - {{ name: {}, scope: {}, class: {}, authority: {} }}\n", plain(c.name),
                         flow_list(scope), plain(c.class_name), plain(c.scopes.front().authority));
    }
    if (!out.empty()) out = "coordinators:\n" + out;
    if (!s_.auditors.empty()) out += "auditors:\n";
    for (const AuditorSpec& a : s_.auditors)
      out += fmt::format("  - {{ name: {}, sample: 0% }}\n", plain(a.name));
    return out;
  }

  std::string leg(const ScriptLeg& l) const {
    std::string out = fmt::format("request: {}, of: {}", plain(l.request), plain(l.declaration));
    if (l.quantity) out += fmt::format(", quantity: {}", l.quantity->value);
    out += window(l.window);
    if (!l.tier.empty()) out += ", tier: " + plain(l.tier);
    if (l.price) out += ", price: " + to_text(*l.price);
    if (!l.strategy.empty()) out += ", strategy: " + plain(l.strategy);
    if (!l.replaces.empty()) out += ", replaces: " + plain(l.replaces);
    if (l.version) out += fmt::format(", version: {}", *l.version);
    if (l.displace)
      out += fmt::format(", displace: {{ compensation: {}, refund: {} }}",
                         to_text(l.displace->compensation_at_most),
                         to_text(l.displace->refund_at_most));
    return out;
  }

  static std::string expectation(const std::optional<StepExpectation>& e) {
    if (!e) return "";
    if (e->displaced) {
      std::string out;
      for (const auto& [grant, q] : *e->displaced)
        out += fmt::format("{}{}: {}", out.empty() ? " " : ", ", plain(grant), q.value);
      return fmt::format(", expect: {{ displaced: {{{}}} }}", out.empty() ? "" : out + " ");
    }
    if (e->admitted) return ", expect: admitted";
    if (e->clauses.empty()) return ", expect: refused";
    std::string out;
    for (admission::ClauseId c : e->clauses) out += (out.empty() ? "" : ", ") + std::string(admission::to_text(c));
    return fmt::format(", expect: {{ refused: [{}] }}", out);
  }

  std::string line(const ScriptStep& step) const {
    std::string out =
        fmt::format("{{ {}: {}, at: {}", to_text(step.kind), plain(step.name), moment(step.at));
    if (!step.by.empty()) out += ", by: " + plain(step.by);
    if (!step.of.empty()) out += ", of: " + flow_list(step.of);
    if (step.quantity) out += fmt::format(", quantity: {}", step.quantity->value);
    out += window(step.window);
    if (!step.tier.empty()) out += ", tier: " + plain(step.tier);
    if (step.price) out += ", price: " + to_text(*step.price);
    if (step.partial) out += ", partial: true";
    if (step.open_until) out += ", open_until: " + moment(*step.open_until);
    if (step.when)
      out += fmt::format(", {}: {}",
                         step.kind == StepKind::settle ? "signed"
                         : step.kind == StepKind::fail ? "failed"
                                                       : "effective",
                         moment(*step.when));
    if (step.ground) out += ", ground: " + std::string(objects::to_text(*step.ground));
    if (step.supports) out += ", supports: " + std::string(objects::to_text(*step.supports));
    if (step.legs.size() == 1) out += ", " + leg(step.legs.front());
    if (step.legs.size() > 1) {
      std::string all;
      for (const ScriptLeg& l : step.legs) all += (all.empty() ? "{ " : ", { ") + leg(l) + " }";
      out += ", legs: [" + all + "]";
    }
    return out + expectation(step.expect) + " }";
  }

  static std::string line(const WatchSpec& w) {
    std::string out;
    switch (w.what) {
      case WatchSpec::What::goal:
        out = fmt::format("{{ rule: {}, goal: {}", plain(w.rule), plain(w.name));
        break;
      case WatchSpec::What::claim:
        out = fmt::format("{{ rule: {}, name: {}, {}: {}", plain(w.rule), plain(w.name),
                          w.always ? "always" : "never", yaml_string(w.claim));
        break;
      case WatchSpec::What::parties:
        out = fmt::format("{{ name: {}, owed_to: {}, currency: {}, at_most: {}", plain(w.name),
                          flow_list(w.parties), plain(w.currency), to_text(w.at_most));
        break;
    }
    if (w.expect) out += ", expect: " + std::string(kWatchVerdicts[*w.expect]);
    return out + " }";
  }

  const Scenario& s_;
};

}  // namespace

std::string scenario_text(const Scenario& scenario, const std::string& folder,
                          const std::string& comment) {
  Writer writer(scenario);
  std::string out;
  std::istringstream lines(comment);
  for (std::string line; std::getline(lines, line);) out += "# " + line + "\n";
  return out + writer.head(folder) + writer.parties() + writer.script();
}

std::string script_text(const Scenario& scenario) { return Writer(scenario).script(); }

}  // namespace capmarket::scenarios
