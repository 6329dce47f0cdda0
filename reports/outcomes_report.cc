#include "reports/outcomes_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "reports/run_metrics.h"
#include "reports/text_table.h"
#include "reports/welfare_text.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;
using Amounts = std::map<std::string, Money>;

Json amounts_json(const Amounts& amounts) {
  Json out = Json::object();
  for (const auto& [currency, money] : amounts) out[currency] = to_text(money);
  return out;
}

void add_money(Json& out, const run::Outcome& o) {
  out["owes"] = amounts_json(o.owes.owed);
  out["paid"] = amounts_json(o.owes.paid);
  out["is_owed"] = amounts_json(o.is_owed.owed);
  out["received"] = amounts_json(o.is_owed.paid);
  out["defaults"] = defaults_json(o.defaults);
}

Json users_json(const run::Outcome& o) {
  Json out = {{"users", o.users}, {"demanded_volume", to_text(o.losses.demanded)}};
  Json& lost = out["lost_volume"] = Json::object();
  for (const auto& [reason, volume] : o.losses.by_reason) lost[reason] = to_text(volume);
  const Json of_requests = part_json(o.wanted);
  for (const auto& [key, value] : of_requests.items()) out[key] = value;
  out["granted_gross"] = to_text(o.granted_gross);
  out["value"] = money_text(run::money_down(o.value));
  return out;
}

Json holders_json(const run::Outcome& o) {
  return {{"holders", o.holders},
          {"declared_volume", to_text(o.declared)},
          {"sold", o.sold},
          {"sold_gross", to_text(o.sold_gross)},
          {"sold_volume", to_text(o.sold_live)},
          {"cost", money_text(run::money_down(o.cost))}};
}

Int128 in(const Amounts& amounts, const std::string& currency) {
  auto found = amounts.find(currency);
  return found == amounts.end() ? 0 : found->second.value;
}

/// What others owe or owed them, less what they owe or owed.
Int128 net_of(const run::Outcome& o, const std::string& currency) {
  return in(o.is_owed.owed, currency) - in(o.owes.owed, currency);
}

/// The one currency of the rules; empty of several.
std::string one_currency(const run::RunMetrics& m) {
  return m.welfare.currencies.size() == 1 ? *m.welfare.currencies.begin() : std::string();
}

/// Hundredths, rounded toward minus infinity: the summary has all decimals.
std::string short_money(Int128 ten_thousandths) {
  const std::string all = money_text(floor_div(ten_thousandths, 100) * 100);
  return all.substr(0, all.size() - 2);
}

std::vector<std::string> with_money(std::vector<std::string> cells, const std::string& currency,
                                    std::vector<Int128> amounts) {
  if (!currency.empty())
    for (Int128 amount : amounts) cells.push_back(short_money(amount));
  return cells;
}

std::vector<std::string> head(std::vector<std::string> cells, const std::string& currency,
                              std::vector<std::string> of_money) {
  if (!currency.empty()) cells.insert(cells.end(), of_money.begin(), of_money.end());
  return cells;
}

std::string users_text(const run::RunMetrics& m, const std::string& currency) {
  TextTable table(head({"users", "wanted", "got"}, currency, {"worth", "money", "surplus"}));
  bool any = false;
  for (const auto& [name, o] : m.by_group) {
    if (o.losses.demanded.value == 0) continue;
    any = true;
    const Int128 worth = run::money_down(o.value);
    const Int128 money = net_of(o, currency);
    table.row(with_money(
        {fmt::format("{} ({})", name, o.users), to_text(o.losses.demanded),
         fmt::format("{:.2f}%", 100 * ratio_of(o.losses.served, o.losses.demanded))},
        currency, {worth, money, worth + money}));
  }
  return any ? table.text() : "";
}

std::string holders_text(const run::RunMetrics& m, const std::string& currency) {
  TextTable table(
      head({"holders", "declared", "sold"}, currency, {"cost", "money", "surplus"}));
  bool any = false;
  for (const auto& [name, o] : m.by_group) {
    if (o.declared.value == 0) continue;
    any = true;
    const Int128 cost = run::money_down(o.cost);
    const Int128 money = net_of(o, currency);
    table.row(with_money(
        {fmt::format("{} ({})", name, o.holders), to_text(o.declared),
         fmt::format("{:.2f}%", 100 * ratio_of(o.sold_live, o.declared))},
        currency, {cost, money, money - cost}));
  }
  return any ? table.text() : "";
}

std::string side_cells(const run::Side& s) {
  return fmt::format("{},{},{},{}", to_text(s.owed), to_text(s.paid), to_text(s.overdue),
                     s.defaults);
}

}  // namespace

Json defaults_json(const run::Defaults& d) {
  return {{"count", d.count}, {"outstanding", amounts_json(d.outstanding)}};
}

std::string defaults_text(const run::Defaults& d) {
  if (d.count == 0) return "";
  std::string amounts;
  for (const auto& [currency, money] : d.outstanding)
    amounts += fmt::format("{}{} {}", amounts.empty() ? "" : ", ", to_text(money), currency);
  return fmt::format("defaults: {} obligations past their deadline, {} outstanding\n", d.count,
                     amounts);
}

std::string statement_csv(const std::vector<run::StatementRow>& rows) {
  std::string out =
      "party,role,group,currency,budget,credit,owes,paid,overdue,defaults,is_owed,received,"
      "overdue_to_it,defaults_to_it\n";
  for (const run::StatementRow& r : rows)
    out += fmt::format("{},{},{},{},{},{},{},{}\n", r.party, r.holder ? "holder" : "user", r.group,
                       r.currency, r.budget ? to_text(*r.budget) : "",
                       r.credit ? to_text(*r.credit) : "", side_cells(r.owes),
                       side_cells(r.is_owed));
  return out;
}

Json outcomes_json(const std::map<std::string, run::Outcome>& groups) {
  Json out = Json::object();
  for (const auto& [name, o] : groups) {
    Json one = o.users > 0 || o.holders == 0 ? users_json(o) : Json::object();
    if (o.holders > 0) one.update(holders_json(o));
    add_money(one, o);
    out[name] = std::move(one);
  }
  return out;
}

std::string outcomes_text(const run::RunMetrics& m) {
  const std::string currency = one_currency(m);
  const std::string users = users_text(m, currency), holders = holders_text(m, currency);
  if (users.empty() && holders.empty()) return "";
  const std::string caption =
      currency.empty() ? "unit-seconds; no amounts: the rules have several currencies\n"
                       : fmt::format("unit-seconds and {}; money: owed to them less what they owe\n", currency);
  return caption + users + holders;
}

}  // namespace capmarket::reports
