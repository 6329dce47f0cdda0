#include "reports/frauds_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "reports/welfare_text.h"
#include "scenarios/adversaries.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

void add_money(std::map<std::string, Int128>& to, const run::Outcome& o, int sign) {
  for (const auto& [currency, amount] : o.is_owed.owed) to[currency] += sign * Int128{amount.value};
  for (const auto& [currency, amount] : o.owes.owed) to[currency] -= sign * Int128{amount.value};
}

std::map<std::string, Int128> money_gained(const run::Outcome& with, const run::Outcome& without) {
  std::map<std::string, Int128> out;
  add_money(out, with, 1);
  add_money(out, without, -1);
  return out;
}

/// Worth less cost, in ten-thousandths; each rounded down.
Int128 worth_of(const run::Outcome& o) { return run::money_down(o.value - o.cost); }

Int128 sum_of(const std::map<std::string, Int128>& amounts) {
  Int128 out = 0;
  for (const auto& [currency, amount] : amounts) out += amount;
  return out;
}

Json amounts_json(const std::map<std::string, Int128>& amounts) {
  Json out = Json::object();
  for (const auto& [currency, amount] : amounts) out[currency] = money_text(amount);
  return out;
}

Json part_of_json(const std::map<std::string, Int128>& money, Volume used, Volume sold,
                  Int128 surplus, bool one_currency) {
  return {{"money", amounts_json(money)},
          {"used_volume", to_text(used)},
          {"sold_volume", to_text(sold)},
          {"surplus", one_currency ? Json(money_text(surplus)) : Json(nullptr)}};
}

/// `gained 1.00`, `lost 1.00`, `gained and lost nothing`.
std::string change_text(Int128 amount, const std::string& unit) {
  if (amount == 0) return "neither gained nor lost by it";
  return fmt::format("{} {} {}", amount > 0 ? "gained" : "lost",
                     money_text(amount > 0 ? amount : -amount), unit);
}

std::string volume_change(Volume v, const char* what) {
  if (v.value == 0) return "";
  const bool more = v.value > 0;
  return fmt::format(", {} {} unit-seconds {}", what, to_text(more ? v : Volume{} - v),
                     more ? "more" : "less");
}

/// Whose ring it is, in words.
std::string ring_text(const run::FraudMetric& f, const scenarios::AdversarySpec& spec) {
  if (!spec.favours.empty())
    return fmt::format("those of {} whom {} favour{}", spec.favours, f.turned,
                       f.turned == 1 ? "s" : "");
  std::string out = fmt::format("{} user{}", f.turned, f.turned == 1 ? "" : "s");
  if (!spec.group.empty()) out += " of " + spec.group;
  return spec.accomplice.empty() ? out : out + " with " + spec.accomplice;
}

}  // namespace

FraudGain gain_of(const run::FraudMetric& f) {
  CHECK(f.without.has_value());
  const run::RingOutcome& a = f.with;
  const run::RingOutcome& b = *f.without;
  FraudGain out;
  out.money = money_gained(a.ring, b.ring);
  out.others_money = money_gained(a.others, b.others);
  out.used = a.ring.used - b.ring.used;
  out.others_used = a.others.used - b.others.used;
  out.sold = a.ring.sold_live - b.ring.sold_live;
  out.others_sold = a.others.sold_live - b.others.sold_live;
  out.surplus = sum_of(out.money) + worth_of(a.ring) - worth_of(b.ring);
  out.others_surplus = sum_of(out.others_money) + worth_of(a.others) - worth_of(b.others);
  out.entries = a.entries - b.entries;
  return out;
}

Json frauds_json(const run::RunMetrics& m) {
  Json out = Json::array();
  const bool one = m.welfare.currencies.size() == 1;
  for (const run::FraudMetric& f : m.frauds) {
    Json row = {{"attack", scenarios::to_text(f.attack)}, {"turned", f.turned}};
    if (f.without) {
      const FraudGain g = gain_of(f);
      row["gain"] = part_of_json(g.money, g.used, g.sold, g.surplus, one);
      row["others"] = part_of_json(g.others_money, g.others_used, g.others_sold, g.others_surplus, one);
      row["entries"] = g.entries;
    } else {
      row["gain"] = nullptr, row["others"] = nullptr, row["entries"] = nullptr;
    }
    out.push_back(std::move(row));
  }
  return out;
}

std::string frauds_text(const run::RunMetrics& m, const scenarios::Scenario& scenario) {
  std::string out;
  const std::string currency = m.welfare.currencies.size() == 1 ? *m.welfare.currencies.begin() : "";
  for (const run::FraudMetric& f : m.frauds) {
    out += fmt::format("fraud {}: ", scenarios::to_text(f.attack));
    if (!f.without) {
      out += "its twin's run was interrupted, nothing is said of it\n";
      continue;
    }
    const FraudGain g = gain_of(f);
    out += fmt::format("against honest twins on the same seed, {} ",
                       ring_text(f, scenario.adversaries.at(f.entry)));
    out += currency.empty() ? "gained and lost in several currencies (see the summary)"
                            : change_text(g.surplus, currency);
    out += volume_change(g.used, "used") + volume_change(g.sold, "sold");
    out += "; all others ";
    out += currency.empty() ? "likewise" : change_text(g.others_surplus, currency);
    out += volume_change(g.others_used, "used") + volume_change(g.others_sold, "sold");
    out += g.entries == 0 ? "\n" : fmt::format("; {:+} entries of the chain\n", g.entries);
  }
  return out;
}

}  // namespace capmarket::reports
