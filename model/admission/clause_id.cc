#include "model/admission/clause_id.h"

namespace capmarket::admission {

std::string_view to_text(ClauseId id) {
  switch (id) {
    case ClauseId::objects_resolve:
      return "objects-resolve";
    case ClauseId::signatures:
      return "signatures";
    case ClauseId::holder_scope:
      return "holder-scope";
    case ClauseId::asset:
      return "asset";
    case ClauseId::user_membership:
      return "user-membership";
    case ClauseId::tier_eligible:
      return "tier-eligible";
    case ClauseId::rule_in_force:
      return "rule-in-force";
    case ClauseId::class_unit:
      return "class-unit";
    case ClauseId::window:
      return "window";
    case ClauseId::granularity:
      return "granularity";
    case ClauseId::quantity:
      return "quantity";
    case ClauseId::capacity:
      return "capacity";
    case ClauseId::shared_capacity:
      return "shared-capacity";
    case ClauseId::coordination:
      return "coordination";
    case ClauseId::displacement:
      return "displacement";
    case ClauseId::tier_quota:
      return "tier-quota";
    case ClauseId::price:
      return "price";
    case ClauseId::fallback:
      return "fallback";
    case ClauseId::sequence:
      return "sequence";
    case ClauseId::disclosure:
      return "disclosure";
    case ClauseId::jurisdictions:
      return "jurisdictions";
    case ClauseId::retention:
      return "retention";
    case ClauseId::narrowing:
      return "narrowing";
    case ClauseId::standing:
      return "standing";
    case ClauseId::outstanding:
      return "outstanding";
    case ClauseId::activity_bounded:
      return "activity-bounded";
    case ClauseId::activity_authorized:
      return "activity-authorized";
    case ClauseId::index_complete:
      return "index-complete";
    case ClauseId::record_complete:
      return "record-complete";
  }
  return {};
}

const std::vector<ClauseId>& all_clauses() {
  static const std::vector<ClauseId> kAll = {ClauseId::objects_resolve,
                                             ClauseId::signatures,
                                             ClauseId::holder_scope,
                                             ClauseId::asset,
                                             ClauseId::user_membership,
                                             ClauseId::tier_eligible,
                                             ClauseId::rule_in_force,
                                             ClauseId::class_unit,
                                             ClauseId::window,
                                             ClauseId::granularity,
                                             ClauseId::quantity,
                                             ClauseId::capacity,
                                             ClauseId::shared_capacity,
                                             ClauseId::coordination,
                                             ClauseId::displacement,
                                             ClauseId::tier_quota,
                                             ClauseId::price,
                                             ClauseId::fallback,
                                             ClauseId::sequence,
                                             ClauseId::disclosure,
                                             ClauseId::jurisdictions,
                                             ClauseId::retention,
                                             ClauseId::narrowing,
                                             ClauseId::standing,
                                             ClauseId::outstanding,
                                             ClauseId::activity_bounded,
                                             ClauseId::activity_authorized,
                                             ClauseId::index_complete,
                                             ClauseId::record_complete};
  return kAll;
}

std::optional<ClauseId> parse_clause(std::string_view name) {
  for (ClauseId id : all_clauses())
    if (to_text(id) == name) return id;
  return std::nullopt;
}

std::optional<ClauseId> parse_clause_number(std::int64_t number) {
  for (ClauseId id : all_clauses())
    if (static_cast<std::int64_t>(id) == number) return id;
  return std::nullopt;
}

}  // namespace capmarket::admission
