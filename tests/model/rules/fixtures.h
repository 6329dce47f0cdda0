// What the tests of rules share.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/expr/expr.h"
#include "model/rules/parse.h"
#include "model/yaml/yaml.h"
#include "tests/support/edited.h"
#include "tests/support/source_text.h"

namespace capmarket::rules {

inline Problem plain_problem(std::string what, std::string expected, int offset) {
  Problem p;
  p.line = 1;
  p.column = offset + 1;
  p.what = std::move(what);
  p.expected = std::move(expected);
  return p;
}

inline Result<expr::Expr> read_expr(std::string_view text, expr::ExprWorld& world,
                              expr::ExprType type = expr::ExprType::boolean,
                              expr::ExprPlace place = expr::ExprPlace::goal) {
  return expr::parse_expr(text, place, type, world, plain_problem);
}

/// The expression, which must be right.
inline expr::Expr expr(std::string_view text, expr::ExprWorld& world, expr::ExprType type = expr::ExprType::boolean,
                 expr::ExprPlace place = expr::ExprPlace::goal) {
  auto e = read_expr(text, world, type, place);
  if (!e) throw std::runtime_error(std::string(text) + ": " + to_text(e.error()));
  return *e;
}

inline std::string canonical(std::string_view text, expr::ExprType type = expr::ExprType::boolean) {
  expr::ExprWorld world;
  return expr(text, world, type).canonical;
}

inline std::string grid_file() {
  return testing::source_path("tests/model/rules/grid-balancing.yaml");
}
inline std::string grid_text() { return yaml::read_file(grid_file()).value(); }

/// A rule with every optional key.
inline std::string every_key_text() {
  return testing::source_text("tests/model/rules/every-key.yaml");
}

using testing::edited;

inline std::string grid_with(const std::string& part, const std::string& by) {
  return edited(grid_text(), part, by);
}

inline Result<ContentId> no_files(const std::string&, const std::string&) {
  ContentId id;
  id.bytes.fill(7);
  return id;
}

inline Rule rule_of(const std::string& file, std::string text) {
  auto rule = parse_rule(file, std::move(text));
  if (!rule) throw std::runtime_error(to_text(rule.error()));
  return *rule;
}
inline Rule grid_rule() { return rule_of(grid_file(), grid_text()); }
inline Rule every_key_rule() { return rule_of("every-key.yaml", every_key_text()); }

/// Attaches those of `catalog`, found by id.
inline bool attach(Rule& rule, const std::vector<FallbackStrategy>& catalog) {
  return attach_strategies(rule, [&](const ContentId& id) {
    auto it = std::find_if(catalog.begin(), catalog.end(),
                           [&](const FallbackStrategy& f) { return strategy_id(f) == id; });
    return it == catalog.end() ? nullptr : &*it;
  });
}

}  // namespace capmarket::rules
