// All expressions of a rule in one order: names and paths are numbered by first mention, so whoever
// reads a rule reads them in this order; private to model/rules.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "model/base/result.h"
#include "model/rules/rule.h"

namespace capmarket::rules {

/// One expression of a rule: where it stands and what it must be.
struct ExpressionSite {
  std::string part;    // as Fault::place: `tiers[2].displaces.when`
  std::string spoken;  // without a file to point into: `tiers.gold.when`
  expr::ExprPlace place;
  expr::ExprType type;
};

/// Calls `visit(site, expression)` of each expression of `rule` (a Rule or a const one): tier by
/// tier `eligible`, `when`, `compensation`, `bound`, `exempt`; then `load`; then the claims of
/// goals.
template <class R, class F>
void for_each_expression(R& rule, F&& visit) {
  using enum expr::ExprPlace;
  using enum expr::ExprType;
  for (std::size_t i = 0; i < rule.tiers.size(); ++i) {
    auto& tier = rule.tiers[i];
    std::string part = fmt::format("tiers[{}].", i), spoken = "tiers." + tier.name + ".";
    visit(ExpressionSite{part + "eligible", spoken + "eligible", eligibility, boolean},
          tier.eligible);
    if (!tier.displaces) continue;
    auto& d = *tier.displaces;
    auto site = [&](const char* key, expr::ExprType type) {
      return ExpressionSite{part + "displaces." + key, spoken + key, displacement, type};
    };
    visit(site("when", boolean), d.when);
    visit(site("compensation", money), d.compensation);
    if (d.bound) visit(site("bound", money), *d.bound);
    if (d.exempt) visit(site("exempt", boolean), *d.exempt);
  }
  if (rule.load) visit(ExpressionSite{"load", "load", eligibility, boolean}, *rule.load);
  for (std::size_t i = 0; i < rule.goals.size(); ++i) {
    auto& g = rule.goals[i];
    visit(ExpressionSite{fmt::format("goals[{}].claim", i), "goals." + g.name, goal, boolean},
          g.claim);
  }
}

/// The maker of problems for the text at a site; nothing where there was no text to read.
using MakerOfSite = std::function<std::optional<expr::ProblemMaker>(const ExpressionSite&)>;

/// Which texts of an expression are taken: people write it as they like, the chain holds one form.
enum class TextForm : std::uint8_t { any, canonical };

/// Reads every expression, which is a text so far, into its tree and numbers `rule.world`, which is
/// empty so far: the names of tiers first, then what each expression mentions. One that is wrong is
/// left empty. Returns what is wrong, in the order of for_each_expression.
Problems bind_expressions(Rule& rule, TextForm form, const MakerOfSite& maker_of);

}  // namespace capmarket::rules
