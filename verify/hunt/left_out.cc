#include "verify/hunt/left_out.h"

#include <algorithm>

#include "model/expr/expr.h"

namespace capmarket::hunt {
namespace {

bool of_losses(const Asked& a) { return a.about.displacement || a.about.failure; }
bool of_displacements(const Asked& a) { return a.about.displacement; }
bool of_legs(const Asked& a) { return a.of_legs(); }
bool of_debts(const Asked& a) { return a.reads("user.overdue"); }
bool of_waiting(const Asked& a) { return a.reads("request.waited"); }
bool of_places(const Asked& a) { return a.reads("location"); }
bool of_prices(const Asked& a) {
  const std::vector<const char*> priced = {"price",         "value",   "victim.price", "victim.value",
                                           "victim.whole_value", "refund", "penalty", "compensation"};
  return std::any_of(priced.begin(), priced.end(), [&](const char* v) { return a.reads(v); });
}

bool always(const rules::Rule&, const HuntOptions&) { return true; }
bool has_places(const rules::Rule&, const HuntOptions& options) {
  return options.places.has_value();
}
bool discovers(const rules::Rule& r, const HuntOptions&) {
  return r.pricing.mode == rules::PricingMode::discovered;
}
bool coordinates(const rules::Rule& r, const HuntOptions&) {
  return r.coordination.mode == rules::CoordinationMode::single ||
         r.coordination.mode == rules::CoordinationMode::sharded;
}

}  // namespace

bool Asked::reads(const char* variable) const {
  return rows[static_cast<std::size_t>(expr::variable_row(variable))] != 0;
}

bool finer_pieces(const rules::Rule& rule, const HuntOptions& options) {
  if (!options.class_granularity) return true;
  const std::int64_t step = rule.granularity.value, grain = options.class_granularity->value;
  return grain % step != 0 || rule.origin.value_or(Instant(0)).value % step != 0;
}

const std::vector<LeftOut>& left_out() {
  static const std::vector<LeftOut> kAll = {
      {"covers", "covers of several grants or pieces", of_displacements, always},
      {"curtailment", "curtailments", of_losses, always},
      {"finer-class", "pieces that a class finer than the rule leaves", of_losses, finer_pieces},
      {"voids", "what disputes and reviews void", of_losses, always},
      {"claims", "claims that fall, their fees, and other debts than prices and compensations",
       of_debts, always},
      {"tiers-of-a-user", "users who ask at several tiers or declarations", of_debts, always},
      {"older-requests", "requests older than the rule", of_waiting, always},
      {"refusals", "refusals of absurd numbers or times, or at other places", of_legs, always},
      {"indices", "price indices", of_prices, discovers},
      {"places", "places that the scenario does not have", of_places, has_places},
      {"infrastructure", "several declarations of one infrastructure", of_displacements,
       coordinates}};
  return kAll;
}

std::string left_out_of(const Asked& asked, const rules::Rule& rule, const HuntOptions& options) {
  std::string out;
  for (const LeftOut& l : left_out())
    if (l.bears_on(asked) && l.contained(rule, options))
      out += (out.empty() ? "" : "; ") + std::string(l.sentence);
  return out;
}

}  // namespace capmarket::hunt
