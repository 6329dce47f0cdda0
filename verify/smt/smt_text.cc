#include "verify/smt/smt_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>
#include <vector>

namespace capmarket::smt {
namespace {

/// What of the language the terms use.
struct Uses {
  bool integers = false, products = false, functions = false, other = false;
  std::map<std::string, z3::expr> constants;
};

bool is_simple(const std::string& name) {
  auto ok = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && name[0] != '-' && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), ok);
}

bool is_one_of(Z3_decl_kind kind, std::initializer_list<Z3_decl_kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

void note_application(const z3::expr& e, Uses& uses) {
  const Z3_decl_kind kind = e.decl().decl_kind();
  if (kind == Z3_OP_UNINTERPRETED) {
    if (e.num_args() == 0)
      uses.constants.emplace(e.decl().name().str(), e);
    else
      uses.functions = true;
  } else if (kind == Z3_OP_MUL) {
    int unknown = 0;
    for (unsigned i = 0; i < e.num_args(); ++i) unknown += e.arg(i).is_numeral() ? 0 : 1;
    uses.products = uses.products || unknown > 1;
  } else if (is_one_of(kind, {Z3_OP_IDIV, Z3_OP_MOD})) {
    // By the letter of SMT-LIB no linear logic has these, not even with a constant divisor.
    uses.products = true;
  } else if (is_one_of(kind, {Z3_OP_DIV, Z3_OP_REM, Z3_OP_POWER, Z3_OP_TO_REAL, Z3_OP_TO_INT,
                              Z3_OP_SELECT, Z3_OP_STORE})) {
    uses.other = true;
  }
}

Uses uses_of(const z3::expr_vector& assertions) {
  Uses out;
  std::set<unsigned> seen;
  std::vector<z3::expr> open;
  for (const z3::expr& e : assertions) open.push_back(e);
  while (!open.empty()) {
    z3::expr e = open.back();
    open.pop_back();
    if (!seen.insert(e.id()).second) continue;
    if (!e.is_app()) {
      out.other = true;  // a quantifier
      continue;
    }
    out.integers = out.integers || e.is_int();
    out.other = out.other || !(e.is_int() || e.is_bool());
    note_application(e, out);
    for (unsigned i = 0; i < e.num_args(); ++i) open.push_back(e.arg(i));
  }
  return out;
}

std::string logic_of(const Uses& uses) {
  if (uses.other) return "ALL";
  std::string out = "QF_";
  if (uses.functions || !uses.integers) out += "UF";
  if (uses.integers) out += uses.products ? "NIA" : "LIA";
  return out;
}

/// The assertions with other names where a name is no simple symbol.
z3::expr_vector renamed(const z3::expr_vector& assertions, const Uses& uses) {
  z3::expr_vector from(assertions.ctx()), to(assertions.ctx());
  for (const auto& [name, constant] : uses.constants) {
    if (is_simple(name)) continue;
    std::string plain;
    for (char c : name) plain += is_simple(fmt::format("x{}", c)) ? c : '_';
    std::string other = fmt::format("n{}.{}", from.size(), plain);
    while (uses.constants.contains(other)) other += "_";
    from.push_back(constant);
    to.push_back(assertions.ctx().constant(other.c_str(), constant.get_sort()));
  }
  if (from.empty()) return assertions;
  z3::expr_vector out(assertions.ctx());
  for (z3::expr e : assertions) out.push_back(e.substitute(from, to));
  return out;
}

/// What Z3 prints, less its own head and end.
std::string body_of(const std::string& printed) {
  std::string out;
  for (std::size_t at = 0; at < printed.size();) {
    std::size_t end = printed.find('\n', at);
    if (end == printed.npos) end = printed.size();
    std::string_view line(printed.data() + at, end - at);
    at = end + 1;
    if (line.empty() || line.starts_with(";") || line.starts_with("(set-") ||
        line.starts_with("(check-sat"))
      continue;
    out.append(line).push_back('\n');
  }
  return out;
}

}  // namespace

SmtText smt_text(const z3::expr_vector& assertions) {
  Uses uses = uses_of(assertions);
  z3::expr_vector all = renamed(assertions, uses);
  std::vector<Z3_ast> asts;
  for (const z3::expr& e : all) asts.push_back(e);
  const bool none = asts.empty();
  Z3_ast last = none ? static_cast<Z3_ast>(all.ctx().bool_val(true)) : asts.back();
  if (!none) asts.pop_back();
  const char* printed = Z3_benchmark_to_smtlib_string(
      all.ctx(), "", "", "unknown", "", static_cast<unsigned>(asts.size()), asts.data(), last);
  all.ctx().check_error();
  return {logic_of(uses), body_of(printed)};
}

}  // namespace capmarket::smt
