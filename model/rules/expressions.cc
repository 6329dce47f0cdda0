#include "model/rules/expressions.h"

namespace capmarket::rules {

Problems bind_expressions(Rule& rule, TextForm form, const MakerOfSite& maker_of) {
  Problems problems;
  rule.world.zone = rule.zone;
  for (const Tier& t : rule.tiers)
    if (expr::is_name(t.name) && rule.world.name_index(t.name) < 0)
      rule.world.names.push_back(t.name);
  for_each_expression(rule, [&](const ExpressionSite& site, expr::Expr& expression) {
    auto make = maker_of(site);
    if (!make) return;
    std::string text = std::move(expression.canonical);
    expression = {};
    auto read = expr::parse_expr(text, site.place, site.type, rule.world, *make);
    if (!read) {
      problems.insert(problems.end(), read.error().begin(), read.error().end());
      return;
    }
    if (form == TextForm::canonical && read->canonical != text)
      problems.push_back((*make)(fmt::format("`{}` is not canonical", text),
                                 fmt::format("`{}`", read->canonical), 0));
    expression = *std::move(read);
  });
  return problems;
}

}  // namespace capmarket::rules
