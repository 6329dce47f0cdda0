#include "scenarios/imports/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/base/text.h"
#include "scenarios/load_internal.h"

namespace capmarket::imports {
namespace {

constexpr std::int64_t kCountMax = 100'000;
constexpr std::int64_t kRankMax = 1'000'000'000;
constexpr std::size_t kFactorsMax = 4;

MappedColumn read_column(const std::optional<yaml::YamlNode>& node) {
  MappedColumn out;
  if (node) scenarios::assign(out.name, node->text());
  return out;
}

/// `number` in ten-thousandths, or nothing and a complaint.
std::optional<std::int64_t> read_number(const yaml::YamlNode& node) {
  auto money = node.money();
  return money ? std::optional(money->value) : std::nullopt;
}

/// One of the conditions among the keys of `map`, which may have others.
Condition read_condition(const yaml::YamlMap& map, const yaml::YamlNode& at) {
  Condition out;
  out.column = read_column(map.require("column"));
  int kinds = 0;
  if (auto n = map.find("equals"); n && ++kinds)
    if (auto value = n->text()) out.values.push_back(*value);
  if (auto n = map.find("in"); n && ++kinds)
    for (const yaml::YamlNode& item : n->items())
      if (auto value = item.text()) out.values.push_back(*value);
  for (const char* key : {"above", "below"})
    if (auto n = map.find(key); n && ++kinds) {
      out.kind = key[0] == 'a' ? ConditionKind::above : ConditionKind::below;
      scenarios::assign(out.bound, read_number(*n));
    }
  if (auto n = map.find("empty"); n && ++kinds) {
    out.kind = ConditionKind::empty;
    if (n->boolean() == false) n->complain("`empty: false` is no condition", "empty: true");
  }
  if (at.is_map() && kinds != 1)
    at.complain(kinds == 0 ? "a condition without a test" : "a condition with several tests",
                "one of: equals, in, above, below, empty");
  return out;
}

Condition read_plain_condition(const yaml::YamlNode& node) {
  return read_condition(node.map({"column", "equals", "in", "above", "below", "empty"}), node);
}

Factor read_factor(const yaml::YamlNode& node) {
  Factor out;
  auto text = node.text();
  if (!text) return out;
  if (auto number = parse_money(*text)) {
    out.constant = number->value;
    if (out.constant <= 0) node.complain("a factor that is not positive", "a positive number");
  } else {
    out.column = MappedColumn{*text, 0};
  }
  return out;
}

Product read_product(const yaml::YamlNode& node) {
  Product out;
  if (node.is_scalar()) {
    out.factors.push_back(read_factor(node));
    return out;
  }
  yaml::YamlMap map = node.map({"when", "product"});
  if (auto n = map.find("when")) out.when = read_plain_condition(*n);
  if (auto n = map.require("product")) {
    for (const yaml::YamlNode& item : n->items()) out.factors.push_back(read_factor(item));
    if (out.factors.empty() || out.factors.size() > kFactorsMax)
      n->complain(fmt::format("a product of {} factors", out.factors.size()),
                  fmt::format("1 to {}", kFactorsMax));
  }
  return out;
}

Amount read_amount(const std::optional<yaml::YamlNode>& node) {
  Amount out;
  if (!node) return out;
  if (!node->is_list()) return {read_product(*node)};
  std::vector<yaml::YamlNode> items = node->items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    out.push_back(read_product(items[i]));
    if (!out.back().when && i + 1 < items.size())
      items[i].complain("the alternatives below this one are never reached",
                        "`when` in all alternatives but the last");
  }
  if (out.empty()) node->complain("no alternatives", "at least one product");
  return out;
}

void read_synthetic_holders(const yaml::YamlNode& node, HolderMapping& out) {
  yaml::YamlMap map = node.map({"count", "quantity"});
  if (auto n = map.require("count")) scenarios::assign(out.count, n->integer(1, kCountMax));
  if (auto n = map.require("quantity")) scenarios::assign(out.each, n->integer(1, kImportQuantityMax));
}

bool has_key(const yaml::YamlNode& node, std::string_view key) {
  if (!node.is_map()) return false;
  for (const auto& [name, value] : node.entries())
    if (name.text() == key) return true;
  return false;
}

HolderMapping read_holder_mapping(const yaml::YamlNode& node) {
  HolderMapping out;
  if (has_key(node, "count")) {
    read_synthetic_holders(node, out);
    return out;
  }
  yaml::YamlMap map = node.map({"name", "quantity", "where", "take_until"});
  out.name = read_column(map.require("name"));
  out.quantity = read_amount(map.require("quantity"));
  if (auto n = map.find("where"))
    for (const yaml::YamlNode& item : n->items()) out.where.push_back(read_plain_condition(item));
  if (auto n = map.find("take_until")) {
    yaml::YamlMap take = n->map({"column", "total"});
    out.take_until.emplace();
    out.take_until->column = read_column(take.require("column"));
    if (auto total = take.require("total"))
      scenarios::assign(out.take_until->total, total->integer(1, kImportQuantityMax));
  }
  return out;
}

ImportTier read_tier(const yaml::YamlMap& map) {
  ImportTier out;
  if (auto n = map.require("name")) scenarios::assign(out.name, scenarios::read_name(*n));
  if (auto n = map.require("rank")) scenarios::assign(out.rank, n->integer(1, kRankMax));
  return out;
}

/// Two cells may mean one tier; otherwise names and ranks differ.
void check_tiers(const yaml::YamlNode& at, const std::vector<TierName>& tiers) {
  for (std::size_t i = 0; i < tiers.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if ((tiers[i].tier.name == tiers[j].tier.name) != (tiers[i].tier.rank == tiers[j].tier.rank))
        at.complain(fmt::format("the tiers of `{}` and `{}` are neither the same nor different",
                                tiers[j].cell, tiers[i].cell),
                    "one name for one rank");
}

void read_tiers(const yaml::YamlNode& node, RequestMapping& out) {
  if (!has_key(node, "column")) {
    out.tiers.push_back({"", read_tier(node.map({"name", "rank"}))});
    return;
  }
  yaml::YamlMap map = node.map({"column", "names"});
  out.tier = read_column(map.require("column"));
  auto names = map.require("names");
  if (!names) return;
  for (const auto& [cell, tier] : names->entries())
    if (auto text = cell.text())
      out.tiers.push_back({*text, read_tier(tier.map({"name", "rank"}))});
  if (out.tiers.empty()) names->complain("no tiers", "at least one");
  check_tiers(*names, out.tiers);
}

RequestMapping read_request_mapping(const yaml::YamlNode& node) {
  RequestMapping out;
  yaml::YamlMap map = node.map({"user", "quantity", "from", "until", "length", "tier", "skip"});
  out.user = read_column(map.require("user"));
  out.quantity = read_amount(map.require("quantity"));
  out.from = read_column(map.require("from"));
  out.until_is_length = map.has("length");
  if (map.has("length") && map.has("until"))
    node.complain("both `until` and `length`", "one of them");
  out.until = read_column(out.until_is_length ? map.find("length") : map.require("until"));
  if (auto n = map.require("tier")) read_tiers(*n, out);
  if (auto n = map.find("skip"))
    for (const yaml::YamlNode& item : n->items()) {
      yaml::YamlMap rule = item.map({"column", "equals", "in", "above", "below", "empty", "reason"});
      SkipRule skip{read_condition(rule, item), {}};
      if (auto reason = rule.require("reason")) scenarios::assign(skip.reason, scenarios::read_name(*reason));
      out.skip.push_back(std::move(skip));
    }
  return out;
}

void read_time(const yaml::YamlNode& node, Mapping& out) {
  constexpr std::string_view kUnits[] = {"ns", "us", "ms", "s", "min", "h", "d", ""};
  yaml::YamlMap map = node.map({"unit", "epoch", "granularity"});
  auto unit = map.require("unit");
  auto index = unit ? unit->choice({"ns", "us", "ms", "s", "min", "h", "d", "rfc3339"})
                    : std::optional<std::size_t>();
  if (index) out.time_unit = kUnits[*index];
  auto epoch = map.find("epoch");
  if (epoch) scenarios::assign(out.epoch, epoch->instant());
  bool absolute = index && out.time_unit.empty();
  if (index && !absolute && !epoch) map.require("epoch");
  if (absolute && epoch) epoch->complain("an epoch beside absolute times", "no `epoch`");
  if (auto n = map.find("granularity")) scenarios::assign(out.granularity, scenarios::read_duration(*n, Duration(1)));
}

void read_lead(const yaml::YamlNode& node, Mapping& out) {
  auto lead = node.duration();
  if (!lead) return;
  if (*lead < Duration(1) || *lead > kImportLeadMax)
    node.complain(fmt::format("a lead of {}", to_text(*lead)), "more than 0s, at most 365d");
  else
    out.lead = *lead;
}

void read_place(const yaml::YamlNode& node, Mapping& out) {
  scenarios::assign(out.place, node.location());
  if (!location::parse_location(out.place.path + "/" + std::string(expr::kNameBytesMax, 'x')))
    node.complain("the place is too long or too deep", "room for the holders' names below it");
}

void read_misbehaviour(const yaml::YamlNode& node, Mapping& out) {
  yaml::YamlMap map = node.map({"over_sell", "double_declare", "tier_inflation"});
  if (auto n = map.find("over_sell")) scenarios::assign(out.over_sell, n->integer(0, kCountMax));
  if (auto n = map.find("double_declare")) scenarios::assign(out.double_declare, n->integer(0, kCountMax));
  if (auto n = map.find("tier_inflation")) scenarios::assign(out.tier_inflation, n->integer(0, kCountMax));
}

void read_terms(const yaml::YamlMap& map, Mapping& out) {
  if (auto n = map.find("lead")) read_lead(*n, out);
  if (auto n = map.find("partial")) scenarios::assign(out.partial, n->boolean());
  if (auto n = map.find("retention")) scenarios::assign(out.retention, scenarios::read_duration(*n, Duration(0)));
  if (auto n = map.find("tariff")) {
    scenarios::assign(out.tariff, n->money());
    if (out.tariff < Money(0)) n->complain("a negative tariff", "0.00 or more");
  }
}

}  // namespace

Result<Mapping> parse_mapping(const std::string& file, const std::string& text) {
  auto root = yaml::parse_yaml(file, text);
  if (!root) return tl::unexpected(root.error());
  Mapping out;
  out.file = file;
  yaml::YamlMap map = root->map({"mapping", "about", "class", "unit", "place", "time", "lead", "partial",
                           "tariff", "retention", "holders", "requests", "misbehaviour"});
  if (auto n = map.require("mapping")) scenarios::assign(out.name, scenarios::read_name(*n));
  if (auto n = map.find("about")) scenarios::assign(out.about, n->text());
  if (auto n = map.require("class")) scenarios::assign(out.class_name, scenarios::read_name(*n));
  if (auto n = map.require("unit")) scenarios::assign(out.unit, scenarios::read_name(*n));
  if (auto n = map.find("place")) read_place(*n, out);
  if (auto n = map.require("time")) read_time(*n, out);
  read_terms(map, out);
  if (auto n = map.require("holders")) out.holders = read_holder_mapping(*n);
  if (auto n = map.require("requests")) out.requests = read_request_mapping(*n);
  if (auto n = map.find("misbehaviour")) read_misbehaviour(*n, out);
  if (!yaml::yaml_problems(*root).empty()) return tl::unexpected(yaml::yaml_problems(*root));
  return out;
}

}  // namespace capmarket::imports
