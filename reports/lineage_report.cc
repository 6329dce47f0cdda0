#include "reports/lineage_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/objects/json_view.h"
#include "model/rules/canonical.h"
#include "reports/shortfall_json.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

/// The rule with the strategies of the context that it names, as the designer would read it.
rules::Rule with_strategies(const rules::Rule& rule, const chain::Lineage& lineage) {
  rules::Rule out = rule;
  rules::attach_strategies(out, [&](const ContentId& id) -> const rules::FallbackStrategy* {
    for (const chain::LineageItem& item : lineage.context)
      if (item.entry->leaf.id == id) return std::get_if<rules::FallbackStrategy>(&item.entry->object);
    return nullptr;
  });
  return out;
}

Json names_of(const std::vector<admission::ClauseId>& clauses) {
  Json out = Json::array();
  for (admission::ClauseId c : clauses) out.push_back(admission::to_text(c));
  return out;
}

/// `refused by capacity, price`; of clauses that no object resolved, `unresolved price`.
std::string refusal_text(const admission::Decision& d) {
  auto listed = [](const std::vector<admission::ClauseId>& clauses) {
    std::string out;
    for (admission::ClauseId c : clauses)
      out += fmt::format("{}{}", out.empty() ? "" : ", ", admission::to_text(c));
    return out;
  };
  std::string out = "refused";
  if (!d.failed.empty()) out += " by " + listed(d.failed);
  if (!d.unresolved.empty()) out += (d.failed.empty() ? ", " : "; ") + ("unresolved " + listed(d.unresolved));
  return out;
}

Json item_json(const std::string& part, const chain::HistoryEntry& e) {
  return {{"part", part},
          {"sequence", e.leaf.sequence.value},
          {"time", to_text(e.leaf.time)},
          {"kind", objects::to_text(e.leaf.kind)},
          {"id", to_hex(e.leaf.id)},
          {"decision", e.leaf.decision.admitted() ? "admitted" : "refused"},
          {"failed", names_of(e.leaf.decision.failed)},
          {"unresolved", names_of(e.leaf.decision.unresolved)},
          {"shortfalls", shortfalls_json(e.leaf.decision.shortfalls)},
          {"object", e.pruned ? Json(nullptr) : Json(objects::object_json(e.object))}};
}

std::string piece_text(const objects::Piece& p) {
  return fmt::format("{} over {} to {}", p.quantity.value, to_text(p.window.from),
                     to_text(p.window.until));
}

std::string pieces_text(const std::vector<objects::Piece>& pieces) {
  std::string out;
  for (const objects::Piece& p : pieces) out += (out.empty() ? "" : " and ") + piece_text(p);
  return out;
}

/// One line on what matters of an object.
std::string gist(const objects::Object& object) {
  if (const auto* o = std::get_if<objects::Declaration>(&object))
    return fmt::format("{} {} of {} at {}", o->quantity.value, o->unit, o->class_name,
                       o->location.path);
  if (const auto* o = std::get_if<objects::Request>(&object))
    return fmt::format("{} {} at tier {}, up to {}", o->quantity.value, o->unit, o->tier,
                       to_text(o->max_price));
  if (const auto* o = std::get_if<rules::Rule>(&object))
    return fmt::format("{} version {}", o->name, o->version);
  if (const auto* o = std::get_if<rules::FallbackStrategy>(&object)) return o->name;
  if (const auto* o = std::get_if<objects::AuthorityGrant>(&object)) return o->name;
  if (const auto* o = std::get_if<objects::ClassDeclaration>(&object))
    return fmt::format("{} version {}, retention {}", o->class_name, o->version,
                       to_text(o->retention));
  if (const auto* o = std::get_if<objects::CredentialGrant>(&object))
    return fmt::format("{} {}", objects::to_text(o->role), o->kind);
  if (const auto* o = std::get_if<objects::SharedInfrastructure>(&object)) return o->name;
  if (const auto* o = std::get_if<objects::ReconciliationPolicy>(&object)) return o->name;
  if (const auto* o = std::get_if<objects::PriceIndex>(&object))
    return fmt::format("{} from {} legs", to_text(o->value), o->count);
  if (const auto* o = std::get_if<objects::Displacement>(&object))
    return fmt::format("{}, rank {} by rank {}, compensation {}", pieces_text(o->pieces),
                       o->victim_rank, o->rank, to_text(o->compensation));
  if (const auto* o = std::get_if<objects::Obligation>(&object))
    return fmt::format("{} {} {} until {}", objects::to_text(o->kind), to_text(o->amount), o->currency,
                       to_text(o->deadline));
  if (const auto* o = std::get_if<objects::Payment>(&object)) return to_text(o->amount);
  if (const auto* o = std::get_if<objects::Dispute>(&object)) return std::string(objects::to_text(o->ground));
  if (const auto* o = std::get_if<objects::Resolution>(&object))
    return !o->founded                   ? "not founded"
           : o->already_resolved.empty() ? "founded"
                                         : "founded, resolved before at least in part";
  if (const auto* o = std::get_if<objects::ClaimClosed>(&object))
    return fmt::format("{} ({})", o->stands ? "stands" : "falls", objects::to_text(o->basis));
  if (const auto* o = std::get_if<objects::Witness>(&object))
    return fmt::format("for the {}", objects::to_text(o->supports));
  if (const auto* o = std::get_if<objects::ReviewClosed>(&object))
    return fmt::format("{} upheld, {} compensated, {} voided, {} not disputed", o->upheld,
                       o->compensated, o->voided, o->undisputed);
  if (const auto* o = std::get_if<objects::Failure>(&object))
    return fmt::format("{}{}", pieces_text(o->pieces), o->late ? ", told late" : "");
  if (const auto* o = std::get_if<objects::Release>(&object)) return std::string(objects::to_text(o->cause));
  return {};
}

std::string item_line(const std::string& part, const chain::HistoryEntry& e) {
  return fmt::format("  {:<32} {:>8}  {:<20} {}  {}{}\n", part, e.leaf.sequence.value,
                     objects::to_text(e.leaf.kind), to_hex(e.leaf.id).substr(0, 16),
                     e.pruned ? "(pruned)" : gist(e.object),
                     e.leaf.decision.admitted() ? "" : fmt::format("  ({})", refusal_text(e.leaf.decision)));
}

}  // namespace

std::string lineage_text(const chain::Lineage& l) {
  const chain::HistoryEntry& s = *l.settlement;
  const admission::Decision& decision = s.leaf.decision;
  std::string out = fmt::format("settlement {} at sequence {}, ", to_hex(s.leaf.id), s.leaf.sequence.value);
  // What its legs say of keeping binds for a grant alone.
  out += decision.admitted()
             ? fmt::format("admitted {}, kept until {}\n", to_text(s.leaf.time), to_text(l.retain_until))
             : fmt::format("{} at {}\n", refusal_text(decision), to_text(s.leaf.time));
  out += "decided on\n";
  for (const chain::LineageItem& item : l.context) out += item_line(item.part, *item.entry);
  out += "followed by\n";
  for (const chain::LineageItem& item : l.after) out += item_line(item.part, *item.entry);
  for (const chain::LineageItem& item : l.context)
    if (const auto* rule = std::get_if<rules::Rule>(&item.entry->object))
      out += fmt::format("\n{} as signed ({}):\n{}", item.part, to_hex(item.entry->leaf.id),
                         rules::format_rule(with_strategies(*rule, l)));
  return out;
}

nlohmann::ordered_json lineage_json(const chain::Lineage& l) {
  Json out = {{"settlement", item_json("settlement", *l.settlement)},
              {"retain_until", l.settlement->leaf.decision.admitted() ? Json(to_text(l.retain_until)) : Json()},
              {"context", Json::array()},
              {"after", Json::array()},
              {"rules", Json::object()}};
  for (const chain::LineageItem& item : l.context) {
    out["context"].push_back(item_json(item.part, *item.entry));
    if (const auto* rule = std::get_if<rules::Rule>(&item.entry->object))
      out["rules"][to_hex(item.entry->leaf.id)] = rules::format_rule(with_strategies(*rule, l));
  }
  for (const chain::LineageItem& item : l.after) out["after"].push_back(item_json(item.part, *item.entry));
  return out;
}

}  // namespace capmarket::reports
