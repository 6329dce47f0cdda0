#include "verify/question/region.h"

#include <algorithm>

#include "verify/question/query.h"

namespace capmarket::question {
namespace {

using smt::num;
using Terms = std::vector<smt::Symbolic::Bool>;

bool is_number(expr::ExprType type) {
  return type == expr::ExprType::integer || type == expr::ExprType::money ||
         type == expr::ExprType::duration || type == expr::ExprType::time;
}

/// Those inside the number's own range, and where that ends.
std::vector<std::int64_t> ends_of(const CheckedSymbolic::Int& number,
                                  const std::vector<std::int64_t>& named) {
  std::vector<std::int64_t> out = {static_cast<std::int64_t>(number.low),
                                   static_cast<std::int64_t>(number.high)};
  for (std::int64_t end : named)
    if (number.low < end && end < number.high) out.push_back(end);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// That a variable which is no number is as in the example.
Terms same_as(const z3::model& model, const expr::Variable& v, std::size_t row,
              const expr::Bindings<CheckedSymbolic>& b) {
  Terms out;
  auto is = [&](const smt::Symbolic::Bool& t) {
    out.push_back(t == smt::Symbolic::boolean(smt::value_in(model, t)));
  };
  if (v.type == expr::ExprType::boolean) is(b.bools[row].value);
  if (v.type == expr::ExprType::path)
    for (const CheckedSymbolic::Bool& in : b.location_in) is(in.value);
  if (v.type == expr::ExprType::name)
    out.push_back(b.ints[row].value == num(smt::value_in(model, b.ints[row].value)));
  return out;
}

std::string side_text(const RegionSide& side, const Values& values, const rules::Rule& rule) {
  const expr::Variable& v = expr::variables()[side.row];
  if (!side.named.empty()) return side.named;
  if (side.ranges()) {
    const std::string from = shown_value(v, side.from, rule);
    return side.from == side.until ? from : from + " .. " + shown_value(v, side.until, rule);
  }
  auto named = std::find_if(values.begin(), values.end(),
                            [&](const auto& one) { return one.first == v.name; });
  return named == values.end() ? "" : named->second;
}

}  // namespace

Region::Region(const smt::SolverBudget& budget, const Terms& given, const Terms& faults)
    : solver_(budget) {
  solver_.add(given);
  solver_.add(!smt::all_of(faults));
}

void Region::add(const z3::model& model, std::size_t row, const expr::Bindings<CheckedSymbolic>& b,
                 const std::vector<std::string>& names, const std::vector<std::int64_t>& ends) {
  const expr::Variable& v = expr::variables()[row];
  if (v.type == expr::ExprType::name_set) {
    for (std::size_t n = 0; n < b.sets[row].size(); ++n) {
      const smt::Symbolic::Bool& in = b.sets[row][n].value;
      const bool has = smt::value_in(model, in);
      sides_.push_back({row, {in == smt::Symbolic::boolean(has)}});
      sides_.back().named = (has ? "with " : "without ") + names[n];
    }
    return;
  }
  RegionSide side{row, same_as(model, v, row, b)};
  if (is_number(v.type)) {
    side.term = b.ints[row].value;
    side.from = side.until = smt::value_in(model, side.term);
    side.ends = ends_of(b.ints[row], ends);
  }
  sides_.push_back(std::move(side));
}

bool Region::grow() {
  if (!holds()) return false;
  for (RegionSide& side : sides_) {
    side.any = true;
    if (holds()) continue;
    side.any = false;
    if (!side.ranges()) continue;
    farthest(side, side.until, true);
    farthest(side, side.from, false);
  }
  return std::any_of(sides_.begin(), sides_.end(),
                     [](const RegionSide& s) { return s.any || s.from < s.until; });
}

bool Region::holds() {
  Terms inside;
  for (const RegionSide& s : sides_) {
    if (s.any) continue;
    if (s.ranges())
      inside.push_back(num(s.from) <= s.term && s.term <= num(s.until));
    else
      inside.insert(inside.end(), s.same.begin(), s.same.end());
  }
  return solver_.probe(inside) == smt::Answer::unsat;
}

/// Moves one end out to the farthest of `ends` that it may be at: a smaller range holds where a
/// larger one does.
void Region::farthest(const RegionSide& side, std::int64_t& end, bool up) {
  std::vector<std::int64_t> outward;
  for (std::int64_t e : side.ends)
    if (up ? end < e : e < end) outward.push_back(e);
  if (!up) std::reverse(outward.begin(), outward.end());
  const std::int64_t kept = end;
  std::size_t good = 0, bad = outward.size() + 1;  // how many of them are inside
  while (good + 1 < bad) {
    const std::size_t middle = good + (bad - good) / 2;
    end = outward[middle - 1];
    (holds() ? good : bad) = middle;
  }
  end = good == 0 ? kept : outward[good - 1];
}

Values Region::told(const Values& values, const rules::Rule& rule) const {
  Values out;
  for (const RegionSide& side : sides_) {
    const std::string name(expr::variables()[side.row].name);
    const std::string text = side.any ? "" : side_text(side, values, rule);
    if (out.empty() || out.back().first != name)
      out.emplace_back(name, text);
    else if (!text.empty())
      out.back().second += (out.back().second.empty() ? "" : ", ") + text;
  }
  return out;
}

}  // namespace capmarket::question
