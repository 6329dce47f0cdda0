// Around the case of a question: the ranges in which every request is one too.
#include <algorithm>
#include <map>

#include "verify/question/query.h"

namespace capmarket::question {
namespace {

using smt::num;
using Terms = std::vector<smt::Symbolic::Bool>;

/// A variable that was read, and what it may be.
struct Side {
  std::size_t row = 0;
  Terms same{};      // of no number: that it is as in the case
  bool any = false;  // it may be anything
  smt::Symbolic::Int term{};
  std::int64_t from = 0, until = 0;  // both inside
  std::vector<std::int64_t> ends{};  // of a number: where a range may end, in order
  std::string named{};               // of a set: the name that it has or has not

  bool ranges() const { return !ends.empty(); }
};

/// Every request that is given lies outside the ranges, or is a case.
class Region {
 public:
  Region(const smt::SolverBudget& budget, const Terms& given, const Terms& faults)
      : solver_(budget) {
    solver_.add(given);
    solver_.add(!smt::all_of(faults));
  }
  std::vector<Side> sides;

  bool grow() {
    if (!holds()) return false;
    for (Side& side : sides) {
      side.any = true;
      if (holds()) continue;
      side.any = false;
      if (!side.ranges()) continue;
      farthest(side, side.until, true);
      farthest(side, side.from, false);
    }
    return std::any_of(sides.begin(), sides.end(),
                       [](const Side& s) { return s.any || s.from < s.until; });
  }

 private:
  bool holds() {
    Terms inside;
    for (const Side& s : sides) {
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
  void farthest(const Side& side, std::int64_t& end, bool up) {
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

  smt::Solver solver_;
};

bool is_number(expr::ExprType type) {
  return type == expr::ExprType::integer || type == expr::ExprType::money ||
         type == expr::ExprType::duration || type == expr::ExprType::time;
}

/// What is named, and what lies beside it, inside the number's own range.
std::vector<std::int64_t> ends_of(const CheckedSymbolic::Int& number,
                                  const std::vector<std::int64_t>& literals) {
  const auto low = static_cast<std::int64_t>(number.low),
             high = static_cast<std::int64_t>(number.high);
  std::vector<std::int64_t> out = {low, high};
  for (std::int64_t l : literals)
    for (Int128 end : {Int128{l} - 1, Int128{l}, Int128{l} + 1})
      if (number.low < end && end < number.high) out.push_back(static_cast<std::int64_t>(end));
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

std::string text_of(const Side& side, const Values& values, const rules::Rule& rule) {
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

/// A line a variable; of a set, all that it must have or not.
Values told(const std::vector<Side>& sides, const Values& values, const rules::Rule& rule) {
  Values out;
  for (const Side& side : sides) {
    const std::string_view name = expr::variables()[side.row].name;
    const std::string text = side.any ? "" : text_of(side, values, rule);
    if (out.empty() || out.back().first != name)
      out.emplace_back(name, text);
    else if (!text.empty())
      out.back().second += (out.back().second.empty() ? "" : ", ") + text;
  }
  return out;
}

}  // namespace

/// Ranges end at what the expressions name, or beside it, or at the limits.
void Query::write_region(QueryResult& out) const {
  const bool fails = std::any_of(uses_.begin(), uses_.end(),
                                 [](const Use& u) { return u.step && u.step->failed; });
  if (requests_.size() != 1 || requests_.front().has_victim() || products_ || fails ||
      uses_.empty() || !beside_.empty())
    return;
  std::map<expr::ExprType, std::vector<std::int64_t>> literals;
  for (const Use& use : uses_)
    for (const expr::ExprNode& n : use.expr->nodes)
      if (n.op == expr::Op::literal) literals[n.type].push_back(n.value);
  Region region(budget_.small(), given_, faults_);
  const expr::Bindings<CheckedSymbolic> b = bindings_of(uses_.front());
  for (std::size_t row = 0; row < expr::variables().size(); ++row) {
    const expr::Variable& v = expr::variables()[row];
    if (read_.front()[row] == 0 || v.place != expr::ExprPlace::eligibility || v.name == "rank" ||
        v.name == "tier")
      continue;
    if (v.type == expr::ExprType::name_set) {
      for (std::size_t n = 0; n < b.sets[row].size(); ++n) {
        const smt::Symbolic::Bool& in = b.sets[row][n].value;
        const bool has = smt::value_in(*last_, in);
        region.sides.push_back({row, {in == smt::Symbolic::boolean(has)}});
        region.sides.back().named = (has ? "with " : "without ") + subject_.world.names[n];
      }
      continue;
    }
    Side side{row, same_as(*last_, v, row, b)};
    if (is_number(v.type)) {
      side.term = b.ints[row].value;
      side.from = side.until = smt::value_in(*last_, side.term);
      side.ends = ends_of(b.ints[row], literals[v.type]);
    }
    region.sides.push_back(std::move(side));
  }
  if (region.grow()) out.region = told(region.sides, out.values, subject_.rule());
}

}  // namespace capmarket::question
