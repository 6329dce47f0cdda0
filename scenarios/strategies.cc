#include "scenarios/strategies.h"

#include <array>

#include "model/base/check.h"
#include "model/base/text.h"

namespace capmarket::scenarios {
namespace {

constexpr std::size_t kRoles = 5;

constexpr std::int64_t kRoundsMax = 64, kPowerMax = 8, kQuotesMax = 64;

/// How a trader of Cliff's learns; the same for both sides.
std::vector<StrategyParameter> zip_parameters() {
  using enum KeyForm;
  return {{"margin", share, "20%", "it begins with that much of profit on what it costs or is worth"},
          {"rate", share, "30%", "of the way to its target that a dealing takes it"},
          {"momentum", share, "10%", "of its last step that the next one keeps"},
          {"spread", share, "5%", "its target lies up to so far beyond the price that it heard"}};
}

std::vector<StrategyRow> asks() {
  using enum KeyForm;
  constexpr StrategyRole role = StrategyRole::ask;
  return {{role, "cost-plus", {{"markup", margin, "10%", "on its cost"}}, "its cost and a markup"},
          {role, "market", {}, "the latest price index, and its cost where there is none"},
          {role,
           "scarcity",
           {{"slope", margin, "100%", "on its cost when all is taken"}},
           "its cost, and more the more of its declaration is taken over the window"},
          {role, "zero-intelligence", {}, "any price from its cost to the most that is allowed, by chance"},
          {role, "zip", zip_parameters(),
           "its cost and a margin, which grows when an offer is taken and shrinks when one is not"}};
}

std::vector<StrategyRow> bids() {
  using enum KeyForm;
  constexpr StrategyRole role = StrategyRole::bid;
  return {{role, "truthful", {}, "its value"},
          {role, "shaded", {{"shade", share, "10%", "off its value"}}, "its value less a part"},
          {role, "zero-intelligence", {}, "any price from the least that is allowed to its value, by chance"},
          {role, "zip", zip_parameters(),
           "its value less a margin, which grows when it settled and shrinks when it did not"}};
}

std::vector<StrategyRow> protocols() {
  using enum KeyForm;
  constexpr StrategyRole role = StrategyRole::protocol;
  return {{role, "take-it-or-leave-it", {}, "asks one holder after the other, takes what it can pay"},
          {role,
           "quotes",
           {{"holders", integer, "5", "asked at a time", 1, kQuotesMax}},
           "asks several holders at a time, waits for all, takes what leaves it most"},
          {role,
           "alternating-offers",
           {{"rounds", integer, "6", "of proposals to a holder, at most", 1, kRoundsMax},
            {"opening", share, "50%", "of what it pays at most, with which it begins"}},
           "bids, and holder and user come towards each other as `concession` says; what it asks "
           "of the next holder begins anew"}};
}

std::vector<StrategyRow> concessions() {
  using enum KeyForm;
  constexpr StrategyRole role = StrategyRole::concession;
  return {{role, "linear", {}, "the same step each round"},
          {role,
           "boulware",
           {{"power", integer, "5", "of the share of the rounds that is over", 1, kPowerMax}},
           "little until the last rounds"},
          {role,
           "conceder",
           {{"power", integer, "5", "root of the share of the rounds that is over", 1, kPowerMax}},
           "most of it in the first rounds"}};
}

std::vector<StrategyRow> cosigns() {
  using enum KeyForm;
  constexpr StrategyRole role = StrategyRole::cosign;
  return {{role, "honest", {}, "signs what lies in its scope and what its book has room for"},
          {role,
           "slow",
           {{"by", duration, "30s", "later than it would"}},
           "the same, long after it was asked"},
          {role, "down", {}, "answers nobody"},
          {role, "careless", {}, "signs whatever it is asked to"},
          {role,
           "partial",
           {{"others", share, "0%", "of the questions of others that it answers"}},
           "honest to users of the group `favours`, silent to most others"}};
}

struct ByRole {
  std::array<std::vector<StrategyRow>, kRoles> rows;
  std::array<std::vector<std::string_view>, kRoles> names;
};

const ByRole& by_role() {
  static const ByRole kAll = [] {
    ByRole out{{asks(), bids(), protocols(), concessions(), cosigns()}, {}};
    for (std::size_t role = 0; role < kRoles; ++role)
      for (const StrategyRow& row : out.rows[role]) {
        CHECK(static_cast<std::size_t>(row.role) == role, row.name);
        out.names[role].push_back(row.name);
      }
    return out;
  }();
  return kAll;
}

}  // namespace

const std::vector<StrategyRow>& strategies_of(StrategyRole role) {
  return by_role().rows.at(static_cast<std::size_t>(role));
}

std::span<const std::string_view> strategy_names(StrategyRole role) {
  return by_role().names.at(static_cast<std::size_t>(role));
}

Strategy default_strategy(StrategyRole role, std::size_t number) {
  const StrategyRow& row = strategies_of(role).at(number);
  Strategy out{number, {}};
  for (const StrategyParameter& p : row.parameters) {
    auto value = p.form == KeyForm::integer ? parse_integer(p.value) : parse_ratio(p.value);
    if (auto length = parse_duration(p.value); p.form == KeyForm::duration && length)
      value = length->value;
    CHECK(value.has_value(), row.name, p.key);
    out.parameters.push_back(*value);
  }
  return out;
}

}  // namespace capmarket::scenarios
