#include "model/objects/kinds.h"

#include <algorithm>
#include <array>

namespace capmarket::objects {

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::genesis:
      return "genesis";
    case Kind::authority_grant:
      return "authority-grant";
    case Kind::credential_grant:
      return "credential-grant";
    case Kind::class_declaration:
      return "class-declaration";
    case Kind::rule:
      return "rule";
    case Kind::fallback_strategy:
      return "fallback-strategy";
    case Kind::reconciliation_policy:
      return "reconciliation-policy";
    case Kind::shared_infrastructure:
      return "shared-infrastructure";
    case Kind::peer_agreement:
      return "peer-agreement";
    case Kind::revocation:
      return "revocation";
    case Kind::declaration:
      return "declaration";
    case Kind::request:
      return "request";
    case Kind::settlement:
      return "settlement";
    case Kind::declaration_batch:
      return "declaration-batch";
    case Kind::intent:
      return "intent";
    case Kind::withdrawal:
      return "withdrawal";
    case Kind::surrender:
      return "surrender";
    case Kind::payment:
      return "payment";
    case Kind::delivery_failure:
      return "delivery-failure";
    case Kind::fallback_record:
      return "fallback-record";
    case Kind::curtailment:
      return "curtailment";
    case Kind::activity:
      return "activity";
    case Kind::price_index:
      return "price-index";
    case Kind::dispute:
      return "dispute";
    case Kind::renewal:
      return "renewal";
    case Kind::promulgation:
      return "promulgation";
    case Kind::retract:
      return "retract";
    case Kind::contest:
      return "contest";
    case Kind::witness:
      return "witness";
    case Kind::residual:
      return "residual";
    case Kind::displacement:
      return "displacement";
    case Kind::release:
      return "release";
    case Kind::failure:
      return "failure";
    case Kind::obligation:
      return "obligation";
    case Kind::review:
      return "review";
    case Kind::resolution:
      return "resolution";
    case Kind::shutout:
      return "shutout";
    case Kind::readmission:
      return "readmission";
    case Kind::tick:
      return "tick";
    case Kind::claim_closed:
      return "claim-closed";
    case Kind::review_closed:
      return "review-closed";
    case Kind::recovery:
      return "recovery";
    case Kind::log_key:
      return "log-key";
    case Kind::pruning:
      return "pruning";
  }
  return {};
}

const std::vector<Kind>& all_kinds() {
  static const std::vector<Kind> kAll = {Kind::genesis,
                                         Kind::authority_grant,
                                         Kind::credential_grant,
                                         Kind::class_declaration,
                                         Kind::rule,
                                         Kind::fallback_strategy,
                                         Kind::reconciliation_policy,
                                         Kind::shared_infrastructure,
                                         Kind::peer_agreement,
                                         Kind::revocation,
                                         Kind::declaration,
                                         Kind::request,
                                         Kind::settlement,
                                         Kind::declaration_batch,
                                         Kind::intent,
                                         Kind::withdrawal,
                                         Kind::surrender,
                                         Kind::payment,
                                         Kind::delivery_failure,
                                         Kind::fallback_record,
                                         Kind::curtailment,
                                         Kind::activity,
                                         Kind::price_index,
                                         Kind::dispute,
                                         Kind::renewal,
                                         Kind::promulgation,
                                         Kind::retract,
                                         Kind::contest,
                                         Kind::witness,
                                         Kind::residual,
                                         Kind::displacement,
                                         Kind::release,
                                         Kind::failure,
                                         Kind::obligation,
                                         Kind::review,
                                         Kind::resolution,
                                         Kind::shutout,
                                         Kind::readmission,
                                         Kind::tick,
                                         Kind::claim_closed,
                                         Kind::review_closed,
                                         Kind::recovery,
                                         Kind::log_key,
                                         Kind::pruning};
  return kAll;
}

std::optional<Kind> parse_kind(std::int64_t number) {
  for (Kind kind : all_kinds())
    if (static_cast<std::int64_t>(kind) == number) return kind;
  return std::nullopt;
}

bool is_of_writer(Kind kind) {
  return kind == Kind::tick || kind == Kind::recovery || kind == Kind::log_key ||
         kind == Kind::pruning;
}

bool is_prunable(Kind kind) {
  constexpr std::array kKept = {Kind::genesis,
                                Kind::authority_grant,
                                Kind::credential_grant,
                                Kind::class_declaration,
                                Kind::rule,
                                Kind::fallback_strategy,
                                Kind::reconciliation_policy,
                                Kind::shared_infrastructure,
                                Kind::peer_agreement,
                                Kind::revocation,
                                Kind::promulgation};
  return !is_of_writer(kind) && std::find(kKept.begin(), kKept.end(), kind) == kKept.end();
}

bool is_derived(Kind kind) { return Kind::residual <= kind && !is_of_writer(kind); }

bool barred_by_shutout(Kind kind) {
  return kind == Kind::declaration || kind == Kind::declaration_batch || kind == Kind::intent ||
         kind == Kind::request || kind == Kind::settlement;
}

std::string_view to_text(Role role) {
  switch (role) {
    case Role::submitter:
      return "submitter";
    case Role::root:
      return "root";
    case Role::authority:
      return "authority";
    case Role::holder:
      return "holder";
    case Role::user:
      return "user";
    case Role::coordinator:
      return "coordinator";
    case Role::auditor:
      return "auditor";
    case Role::publisher:
      return "publisher";
    case Role::directory:
      return "directory";
    case Role::adaptation:
      return "adaptation";
  }
  return {};
}

}  // namespace capmarket::objects
