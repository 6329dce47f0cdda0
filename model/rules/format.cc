// A rule as YAML in canonical order, and as JSON.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/rules/faults.h"

namespace capmarket::rules {
namespace {

using nlohmann::json;

template <class E>
std::string name_of(E value) {
  return std::string(to_text(value));
}

/// `20%`, `12.5%`, of a ratio that is not negative.
std::string percent(BasisPoints ratio) {
  std::string out = fmt::format("{}.{:02}", ratio.value / 100, ratio.value % 100);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out + "%";
}

/// `[a, b]`.
std::string flow_list(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::vector<std::string> names_of(const std::vector<RecordField>& record) {
  std::vector<std::string> out;
  for (RecordField f : record) out.push_back(name_of(f));
  return out;
}

/// A text as a YAML scalar that is safe in block and flow; names and expressions hold no `'`.
std::string scalar(const std::string& text) {
  auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '.' || c == '_' || c == '-';
  };
  bool null = text == "null" || text == "Null" || text == "NULL";
  bool letter_first = !text.empty() && plain(text[0]) && text[0] != '-' && text[0] != '.';
  if (letter_first && !null && std::all_of(text.begin(), text.end(), plain)) return text;
  return "'" + text + "'";
}

/// An expression as a block scalar on its line.
std::string expression(const expr::Expr& e) {
  const std::string& text = e.canonical;
  auto risky = [&](const char* part) { return text.find(part) != text.npos; };
  bool starts_plain = text[0] != '"' && text[0] != '-';
  if (starts_plain && !risky(": ") && !risky(" #")) return text;
  return "'" + text + "'";
}

std::string example_scalar(const NamedValue& value, bool given) {
  const auto& [name, text] = value;
  if (example_variable(name, given)->type != expr::ExprType::name_set) return scalar(text);
  std::vector<std::string> items;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t comma = std::min(text.find(", ", from), text.size());
    items.push_back(scalar(text.substr(from, comma - from)));
    from = comma + 2;
  }
  return flow_list(items);
}

std::string values(const std::vector<NamedValue>& all, bool given) {
  std::string text;
  for (const NamedValue& v : all)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", v.name, example_scalar(v, given));
  return text.empty() ? "{}" : "{ " + text + " }";
}

class Writer {
 public:
  std::string run(const Rule& r) {
    head(r);
    limits(r.limits);
    coordination(r.coordination);
    pricing(r.pricing);
    out_ += "\ntiers:\n";
    for (const Tier& t : r.tiers) tier(t);
    fallback(r);
    if (r.revocation) {
      std::string mode = name_of(r.revocation->on_review);
      bool compensate = r.revocation->on_review == OnReview::compensate;
      out_ += fmt::format("\nrevocation: {{ on_review: {}{} }}\n", mode,
                          compensate ? ", rate: " + percent(r.revocation->rate) : "");
    }
    if (!r.examples.empty()) out_ += "\nexamples:\n";
    for (const Example& e : r.examples) out_ += "  - " + format_example(e) + "\n";
    if (!r.goals.empty()) out_ += "\ngoals:\n";
    for (const Goal& g : r.goals)
      out_ += fmt::format("  - name: {}\n    {}: {}\n", scalar(g.name),
                          g.always ? "always" : "never", expression(g.claim));
    return std::move(out_);
  }

 private:
  void line(const char* key, const std::string& value) {
    out_ += fmt::format("{}: {}\n", key, value);
  }

  void head(const Rule& r) {
    line("rule", scalar(r.name));
    line("version", fmt::format("{}", r.version));
    if (r.supersedes) line("supersedes", to_hex(*r.supersedes));
    line("authority", scalar(r.authority));
    line("class", scalar(r.class_name));
    line("scope", scalar(r.scope.path));
    line("effective", fmt::format("{{ from: {}, until: {} }}", to_text(r.effective.from),
                                  to_text(r.effective.until)));
    line("granularity", to_text(r.granularity));
    line("unit", scalar(r.unit));
    line("retention", to_text(r.retention));
    line("dispute_within", to_text(r.dispute_within));
    line("currency", scalar(r.currency));
    if (r.origin) line("origin", to_text(*r.origin));
    if (r.zone) line("zone", zone(*r.zone));
    if (r.lease) line("lease", to_text(*r.lease));
    if (r.surrender_fee != BasisPoints(0)) line("surrender_fee", percent(r.surrender_fee));
    if (r.peer_penalty != BasisPoints(0)) line("peer_penalty", percent(r.peer_penalty));
    line("review_within", to_text(r.review_within));
    line("claims",
         fmt::format("{{ contest_within: {}, burden: {}, claim_fee: {}, contest_fee: {} }}",
                     to_text(r.claims.contest_within), name_of(r.claims.burden),
                     percent(r.claims.claim_fee), percent(r.claims.contest_fee)));
    if (r.vocabulary)
      line("vocabulary", fmt::format("{{ kinds: {}, groups: {} }}", scalars(r.vocabulary->kinds),
                                     scalars(r.vocabulary->groups)));
    if (r.default_deny) line("default", "deny");
    if (r.price_monotone) line("price_monotone", "true");
    if (r.load) line("load", expression(*r.load));
  }

  static std::string zone(const expr::Zone& z) {
    std::string text =
        fmt::format("name: {}, offset: {}", scalar(z.name), expr::offset_text(z.offset));
    std::vector<std::string> changes;
    for (const expr::ZoneChange& c : z.changes)
      changes.push_back(fmt::format("\n  {{ from: {}, offset: {} }}", to_text(c.from),
                                    expr::offset_text(c.offset)));
    if (!changes.empty()) text += fmt::format(", changes: [{}]", fmt::join(changes, ","));
    return "{ " + text + " }";
  }

  static std::string scalars(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const std::string& name : names) out.push_back(scalar(name));
    return flow_list(out);
  }

  void limits(const Limits& l) {
    out_ += "\nlimits:\n";
    line("  quantity", fmt::format("{} .. {}", l.quantity_min.value, l.quantity_max.value));
    line("  price", fmt::format("{} .. {}", to_text(l.price_min), to_text(l.price_max)));
    line("  length", fmt::format("{} .. {}", to_text(l.length_min), to_text(l.length_max)));
    line("  lead", fmt::format("{} .. {}", to_text(l.lead_min), to_text(l.lead_max)));
    line("  skew", to_text(l.skew));
    out_ += "\n";
  }

  void coordination(const Coordination& c) {
    bool sharded = c.mode == CoordinationMode::sharded;
    line("coordination", fmt::format("{{ mode: {}{} }}", name_of(c.mode),
                                     sharded ? fmt::format(", by: {}", c.by) : ""));
  }

  void pricing(const Pricing& p) {
    std::string text = "mode: " + name_of(p.mode);
    if (p.mode == PricingMode::fixed) text += ", tariff: " + tariff(p);
    if (p.mode == PricingMode::discovered)
      text += fmt::format(", over: {}, band: {}, max_age: {}", to_text(p.over), percent(p.band),
                          to_text(p.max_age));
    if (p.mode != PricingMode::fixed)
      text += fmt::format(", floor: {}, cap: {}", to_text(p.floor), to_text(p.cap));
    line("pricing", "{ " + text + " }");
  }

  static std::string tariff(const Pricing& p) {
    if (p.schedule.empty()) return to_text(p.tariff);
    std::vector<std::string> entries;
    for (const TariffEntry& e : p.schedule)
      entries.push_back(fmt::format("\n  {{ tier: {}, from: {}, until: {}, price: {} }}",
                                    scalar(e.tier), to_text(e.window.from), to_text(e.window.until),
                                    to_text(e.price)));
    return fmt::format("[{}]", fmt::join(entries, ","));
  }

  void tier(const Tier& t) {
    out_ += fmt::format("  - name: {}\n    rank: {}\n    eligible: {}\n", scalar(t.name), t.rank,
                        expression(t.eligible));
    if (t.never_preempts) line("    preempts", "never");
    if (t.min_run) line("    min_run", to_text(*t.min_run));
    if (t.quota || t.user_quota) line("    quota", quotas(t));
    if (t.set_aside != BasisPoints(0)) line("    set_aside", percent(t.set_aside));
    if (!t.monotone.empty()) line("    monotone", scalars(t.monotone));
    if (!t.displaces) return;
    out_ += fmt::format(
        "    displaces:\n      when: {}\n      compensation: {}\n"
        "      pay_within: {}\n",
        expression(t.displaces->when), expression(t.displaces->compensation),
        to_text(t.displaces->pay_within));
    if (t.displaces->victims != VictimOrder::latest_first)
      line("      victims", name_of(t.displaces->victims));
    if (t.displaces->bound) line("      bound", expression(*t.displaces->bound));
    if (t.displaces->exempt) line("      exempt", expression(*t.displaces->exempt));
    if (t.displaces->stop_within) line("      stop_within", to_text(*t.displaces->stop_within));
  }

  static std::string quotas(const Tier& t) {
    std::string share, units;
    if (t.quota) share = fmt::format("{{ of: capacity, at_most: {} }}", percent(*t.quota));
    if (t.user_quota) units = fmt::format("{{ of: user, at_most: {} }}", t.user_quota->value);
    return t.quota && t.user_quota ? fmt::format("[{}, {}]", share, units) : share + units;
  }

  void fallback(const Rule& r) {
    if (r.fallback_ids.empty()) return;
    out_ += "\nfallback:\n";
    if (r.fallback.empty())
      for (const ContentId& id : r.fallback_ids) out_ += "  - " + to_hex(id) + "\n";
    for (const FallbackStrategy& f : r.fallback) {
      std::string record = f.record.empty() ? "" : ", record: " + flow_list(names_of(f.record));
      out_ += fmt::format(
          "  - {{ name: {}, substitution: {}, notify_within: {}, refund: {}, penalty: {}{} }}\n",
          scalar(f.name), name_of(f.substitution), to_text(f.notify_within),
          percent(f.refund), percent(f.penalty), record);
    }
  }

  std::string out_;
};

template <class T>
json interval_json(const T& least, const T& most) {
  return {{"min", to_text(least)}, {"max", to_text(most)}};
}

json pricing_json(const Pricing& p) {
  json out = {{"mode", name_of(p.mode)}};
  if (p.mode == PricingMode::fixed && p.schedule.empty()) out["tariff"] = to_text(p.tariff);
  for (const TariffEntry& e : p.schedule)
    out["tariff"].push_back({{"tier", e.tier},
                             {"from", to_text(e.window.from)},
                             {"until", to_text(e.window.until)},
                             {"price", to_text(e.price)}});
  if (p.mode != PricingMode::fixed) {
    out["floor"] = to_text(p.floor);
    out["cap"] = to_text(p.cap);
  }
  if (p.mode == PricingMode::discovered) {
    out["over"] = to_text(p.over);
    out["band"] = percent(p.band);
    out["max_age"] = to_text(p.max_age);
  }
  return out;
}

json zone_json(const expr::Zone& z) {
  json out = {{"name", z.name}, {"offset", expr::offset_text(z.offset)}};
  for (const expr::ZoneChange& c : z.changes)
    out["changes"].push_back({{"from", to_text(c.from)}, {"offset", expr::offset_text(c.offset)}});
  return out;
}

json tier_json(const Tier& t) {
  json out = {{"name", t.name}, {"rank", t.rank}, {"eligible", t.eligible.canonical}};
  if (!t.monotone.empty()) out["monotone"] = t.monotone;
  if (t.displaces)
    out["displaces"] = {{"when", t.displaces->when.canonical},
                        {"compensation", t.displaces->compensation.canonical},
                        {"pay_within", to_text(t.displaces->pay_within)},
                        {"victims", name_of(t.displaces->victims)}};
  if (t.displaces && t.displaces->bound) out["displaces"]["bound"] = t.displaces->bound->canonical;
  if (t.displaces && t.displaces->exempt)
    out["displaces"]["exempt"] = t.displaces->exempt->canonical;
  if (t.displaces && t.displaces->stop_within)
    out["displaces"]["stop_within"] = to_text(*t.displaces->stop_within);
  if (t.never_preempts) out["preempts"] = "never";
  if (t.min_run) out["min_run"] = to_text(*t.min_run);
  if (t.quota) out["quota"] = {{"of", "capacity"}, {"at_most", percent(*t.quota)}};
  if (t.user_quota) {
    const json units = {{"of", "user"}, {"at_most", t.user_quota->value}};
    out["quota"] = t.quota ? json::array({out["quota"], units}) : units;
  }
  if (t.set_aside != BasisPoints(0)) out["set_aside"] = percent(t.set_aside);
  return out;
}

json strategies_json(const Rule& r) {
  json out = json::array();
  for (std::size_t i = 0; i < r.fallback_ids.size(); ++i) {
    json one = {{"id", to_hex(r.fallback_ids[i])}};
    if (i < r.fallback.size()) {
      const FallbackStrategy& f = r.fallback[i];
      one["name"] = f.name;
      one["substitution"] = name_of(f.substitution);
      one["notify_within"] = to_text(f.notify_within);
      one["refund"] = percent(f.refund);
      one["penalty"] = percent(f.penalty);
      one["record"] = names_of(f.record);
    }
    out.push_back(std::move(one));
  }
  return out;
}

json values_json(const std::vector<NamedValue>& values) {
  json out = json::object();
  for (const auto& [name, value] : values) {
    expr::ExprType type = expr::variables()[static_cast<std::size_t>(expr::variable_row(name))].type;
    if (type == expr::ExprType::boolean)
      out[name] = value == "true";
    else if (type == expr::ExprType::integer)
      out[name] = parse_integer(value).value_or(0);
    else
      out[name] = value;
  }
  return out;
}

}  // namespace

std::string format_example(const Example& e) {
  return fmt::format("{{ given: {}, expect: {} }}", values(e.given, true), values(e.expect, false));
}

std::string format_rule(const Rule& rule) { return Writer().run(rule); }

json rule_json(const Rule& r) {
  const Limits& l = r.limits;
  json out = {
      {"id", to_hex(crypto::content_id(encode_rule(r)))},
      {"rule", r.name},
      {"version", r.version},
      {"authority", r.authority},
      {"class", r.class_name},
      {"scope", r.scope.path},
      {"effective", {{"from", to_text(r.effective.from)}, {"until", to_text(r.effective.until)}}},
      {"granularity", to_text(r.granularity)},
      {"unit", r.unit},
      {"retention", to_text(r.retention)},
      {"dispute_within", to_text(r.dispute_within)},
      {"currency", r.currency},
      {"limits",
       {{"quantity", {{"min", l.quantity_min.value}, {"max", l.quantity_max.value}}},
        {"price", interval_json(l.price_min, l.price_max)},
        {"length", interval_json(l.length_min, l.length_max)},
        {"lead", interval_json(l.lead_min, l.lead_max)},
        {"skew", to_text(l.skew)}}},
      {"coordination", {{"mode", name_of(r.coordination.mode)}}},
      {"pricing", pricing_json(r.pricing)},
  };
  if (r.supersedes) out["supersedes"] = to_hex(*r.supersedes);
  if (r.coordination.mode == CoordinationMode::sharded)
    out["coordination"]["by"] = r.coordination.by;
  for (const char* list : {"tiers", "examples", "goals"}) out[list] = json::array();
  for (const Tier& t : r.tiers) out["tiers"].push_back(tier_json(t));
  out["fallback"] = strategies_json(r);
  if (r.origin) out["origin"] = to_text(*r.origin);
  if (r.zone) out["zone"] = zone_json(*r.zone);
  if (r.lease) out["lease"] = to_text(*r.lease);
  if (r.surrender_fee != BasisPoints(0)) out["surrender_fee"] = percent(r.surrender_fee);
  if (r.peer_penalty != BasisPoints(0)) out["peer_penalty"] = percent(r.peer_penalty);
  out["review_within"] = to_text(r.review_within);
  out["claims"] = {{"contest_within", to_text(r.claims.contest_within)},
                   {"burden", name_of(r.claims.burden)},
                   {"claim_fee", percent(r.claims.claim_fee)},
                   {"contest_fee", percent(r.claims.contest_fee)}};
  if (r.vocabulary)
    out["vocabulary"] = {{"kinds", r.vocabulary->kinds}, {"groups", r.vocabulary->groups}};
  if (r.default_deny) out["default"] = "deny";
  if (r.price_monotone) out["price_monotone"] = true;
  if (r.load) out["load"] = r.load->canonical;
  if (r.revocation) {
    out["revocation"] = {{"on_review", name_of(r.revocation->on_review)}};
    if (r.revocation->on_review == OnReview::compensate)
      out["revocation"]["rate"] = percent(r.revocation->rate);
  }
  for (const Example& e : r.examples)
    out["examples"].push_back({{"given", values_json(e.given)}, {"expect", values_json(e.expect)}});
  for (const Goal& g : r.goals)
    out["goals"].push_back({{"name", g.name}, {g.always ? "always" : "never", g.claim.canonical}});
  return out;
}

}  // namespace capmarket::rules
