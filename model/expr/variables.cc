// The table of docs/spec/rules.md#variables: the order of the rows is the variables' numbering.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/check.h"
#include "model/expr/expr.h"

namespace capmarket::expr {

std::string_view to_text(ExprType type) {
  switch (type) {
    case ExprType::boolean:
      return "a boolean";
    case ExprType::integer:
      return "an integer";
    case ExprType::money:
      return "money";
    case ExprType::duration:
      return "a duration";
    case ExprType::time:
      return "a time";
    case ExprType::name:
      return "a name";
    case ExprType::name_set:
      return "a set of names";
    case ExprType::path:
      return "a location";
    case ExprType::ratio:
      return "a ratio";
  }
  return {};
}

std::string_view to_text(ExprPlace place) {
  switch (place) {
    case ExprPlace::eligibility:
      return "`eligible`";
    case ExprPlace::displacement:
      return "`displaces`";
    case ExprPlace::goal:
      return "`goals`";
  }
  return {};
}

const std::vector<Variable>& variables() {
  using enum ExprType;
  constexpr ExprPlace kAll = ExprPlace::eligibility, kDisplaces = ExprPlace::displacement,
                      kGoals = ExprPlace::goal;
  static const std::vector<Variable> kVariables = {
      {"user.kind", name, kAll, "kind in the user's credential"},
      {"user.groups", name_set, kAll, "groups in the user's credential"},
      {"holder.kind", name, kAll, "kind in the holder's credential"},
      {"holder.groups", name_set, kAll, "groups in the holder's credential"},
      {"rank", integer, kAll, "rank of the tier that the expression belongs to"},
      {"tier", name, kAll, "name of the tier that the expression belongs to"},
      {"quantity", integer, kAll, "quantity of the settlement's leg, in the class's unit"},
      {"price", money, kAll, "price of the leg, per unit and hour"},
      {"value", money, kAll, "V(price, quantity x length) of the leg"},
      {"now", time, kAll, "signed_at"},
      {"start", time, kAll, "start of the leg's window"},
      {"until", time, kAll, "end of the leg's window"},
      {"length", duration, kAll, "length of the leg's window"},
      {"lead", duration, kAll, "start - now"},
      {"start.hour", integer, kAll, "hour of the day at `start`, 0 to 23, in the rule's `zone`"},
      {"start.weekday", integer, kAll,
       "day of the week at `start`, 1 (Monday) to 7 (Sunday), in the rule's `zone`"},
      {"location", path, kAll, "the declared location; `location in \"eu/de\"` is containment"},
      {"partial", boolean, kAll, "the request accepts partial settlement"},
      {"victim.tier", name, kDisplaces, "the victim's tier as recorded in the grant"},
      {"victim.rank", integer, kDisplaces, "the victim's rank as recorded in the grant"},
      {"victim.quantity", integer, kDisplaces,
       "largest live quantity of the victim inside the leg's window"},
      {"victim.price", money, kDisplaces, "price of the victim's grant, per unit and hour"},
      {"victim.value", money, kDisplaces,
       "value of all that is released of the victim for the leg; not in `when`"},
      {"victim.whole_value", money, kDisplaces, "value of the victim's whole grant"},
      {"victim.start", time, kDisplaces, "start of the victim's grant"},
      {"victim.until", time, kDisplaces, "end of the victim's grant"},
      {"victim.length", duration, kDisplaces, "length of the victim's grant"},
      {"victim.started", boolean, kDisplaces, "the grant's start <= admission"},
      {"victim.times_displaced", integer, kDisplaces, "how often the grant was displaced before"},
      {"notice", duration, kDisplaces,
       "first instant released - admission; never negative; in `when` never longer than the real one"},
      {"released", integer, kDisplaces,
       "the largest quantity taken from the victim; not in `when`"},
      {"displaced", boolean, kGoals, "a displacement happens"},
      {"compensation", money, kGoals, "what the displacement owes"},
      {"admitted", boolean, kGoals, "the settlement is admitted"},
      {"refund", money, kGoals, "what the failure pays back"},
      {"penalty", money, kGoals, "what the failure owes on top"},
      {"failed", boolean, kGoals, "the grant failed"},
      {"user.overdue", boolean, kGoals, "the user has an obligation past its deadline"},
      {"request.waited", duration, kGoals, "time since the request was admitted"},
  };
  return kVariables;
}

std::optional<ClockReading> clock_reading(std::string_view name) {
  const std::size_t point = name.rfind('.');
  if (point == name.npos) return std::nullopt;
  const std::string_view part = name.substr(point + 1);
  if (part == "hour") return ClockReading{Op::hour, variable_row(name.substr(0, point))};
  if (part == "weekday") return ClockReading{Op::weekday, variable_row(name.substr(0, point))};
  return std::nullopt;
}

std::string variables_table() {
  std::string out = "| name | type | from | meaning |\n|---|---|---|---|\n";
  for (const Variable& v : variables())
    out += fmt::format("| `{}` | {} | {} | {} |\n", v.name, to_text(v.type), to_text(v.place),
                       v.about);
  return out;
}

std::int64_t variable_row(std::string_view name) {
  const std::vector<Variable>& all = variables();
  auto it = std::find_if(all.begin(), all.end(), [&](const Variable& v) { return v.name == name; });
  CHECK(it != all.end(), name);
  return it - all.begin();
}

std::int64_t ExprWorld::name_index(std::string_view name) const {
  auto it = std::find(names.begin(), names.end(), name);
  return it == names.end() ? -1 : it - names.begin();
}

}  // namespace capmarket::expr
