#include "cli/leaf_view.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/log/merkle.h"
#include "reports/shortfall_json.h"

namespace capmarket::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string clause_list(const std::vector<admission::ClauseId>& ids) {
  std::string out;
  for (admission::ClauseId id : ids)
    out += fmt::format("{}{}", out.empty() ? "" : " ", admission::to_text(id));
  return out;
}

Json clause_json(const std::vector<admission::ClauseId>& ids) {
  Json out = Json::array();
  for (admission::ClauseId id : ids) out.push_back(std::string(admission::to_text(id)));
  return out;
}

}  // namespace

Json leaf_json(const chain::Leaf& leaf, ByteView bytes) {
  return {{"sequence", leaf.sequence.value},
          {"time", to_text(leaf.time)},
          {"kind", objects::to_text(leaf.kind)},
          {"id", to_hex(leaf.id)},
          {"decision", leaf.decision.admitted() ? "admitted" : "refused"},
          {"failed", clause_json(leaf.decision.failed)},
          {"unresolved", clause_json(leaf.decision.unresolved)},
          {"shortfalls", reports::shortfalls_json(leaf.decision.shortfalls)},
          {"leaf_hash", to_hex(log::leaf_hash(bytes))}};
}

std::string leaf_line(const chain::Leaf& leaf) {
  const admission::Decision& d = leaf.decision;
  std::string why = d.admitted() ? "admitted" : "refused by " + clause_list(d.failed);
  if (!d.unresolved.empty())
    why += (d.failed.empty() ? "" : "; ") + ("unresolved " + clause_list(d.unresolved));
  return fmt::format("{:>8}  {:<30} {:<18} {}  {}\n", leaf.sequence.value, to_text(leaf.time),
                     objects::to_text(leaf.kind), to_hex(leaf.id).substr(0, 16), why);
}

}  // namespace capmarket::cli
