#include "reports/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "model/base/visible.h"
#include "model/crypto/hash.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kUnreadable = "unreadable";

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~' || c == '/';
}

Json location_json(const analyses::Provision& p) {
  Json physical = {{"artifactLocation", {{"uri", file_uri(p.file)}}}};
  if (p.line > 0)
    physical["region"] = {{"startLine", p.line}, {"startColumn", std::max(1, p.column)}};
  Json out = {{"physicalLocation", std::move(physical)}};
  if (!p.place.empty())
    out["logicalLocations"] = Json::array({{{"fullyQualifiedName", visible(p.place)}}});
  return out;
}

std::string_view level_text(SarifLevel level) {
  switch (level) {
    case SarifLevel::note:
      return "note";
    case SarifLevel::warning:
      return "warning";
    case SarifLevel::error:
      break;
  }
  return "error";
}

Json rule_json(const SarifRule& r) {
  return {{"id", r.id},
          {"shortDescription", {{"text", r.statement}}},
          {"fullDescription", {{"text", r.statement}}},
          {"help", {{"text", r.help}}},
          {"defaultConfiguration", {{"level", level_text(r.level)}}}};
}

/// Two results of one identity are told apart by their order.
std::string fingerprint(const SarifResult& r, std::map<std::string, int>& seen) {
  std::string identity = r.rule + "\n" + r.identity;
  identity += fmt::format("\n{}", seen[identity]++);
  return to_hex(crypto::sha256(as_bytes(identity)));
}

Json result_json(const SarifResult& r, std::size_t index, std::map<std::string, int>& seen) {
  Json first = Json::array(), others = Json::array();
  for (const analyses::Provision& p : r.places)
    (first.empty() ? first : others).push_back(location_json(p));
  for (std::size_t i = 0; i < others.size(); ++i) others[i]["id"] = i + 1;
  Json out = {{"ruleId", r.rule},
              {"ruleIndex", index},
              {"level", level_text(r.level)},
              {"message", {{"text", visible(r.text, false)}}},
              {"locations", std::move(first)}};
  if (!others.empty()) out["relatedLocations"] = std::move(others);
  out["partialFingerprints"] = {{"capmarket/v1", fingerprint(r, seen)}};
  return out;
}

/// One for a file, at its first problem; the text has them all.
SarifResult unread_result(const Unread& u) {
  const Problem& first = u.problems.front();
  SarifResult out;
  out.rule = kUnreadable;
  out.text = to_text(u.problems);
  out.identity = file_name(u.file);
  out.places = {{place_of(u), "", first.line, first.column}};
  return out;
}

}  // namespace

std::string file_uri(std::string_view path) {
  std::string out = path.starts_with('/') ? "file://" : "";
  for (char c : path)
    out += is_unreserved(c)
               ? std::string(1, c)
               : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return out;
}

std::string file_name(std::string_view path) {
  std::size_t slash = path.rfind('/');
  return std::string(slash == path.npos ? path : path.substr(slash + 1));
}

nlohmann::ordered_json sarif_log(std::vector<SarifRule> rules, std::vector<SarifResult> results,
                                 const std::vector<Unread>& unread, const std::string& version) {
  rules.push_back({std::string(kUnreadable), "the file can be read and has an answer",
                   "The command came to no answer for this file: the message says what is wrong "
                   "with it, and what was expected.",
                   SarifLevel::error});
  for (const Unread& u : unread) results.push_back(unread_result(u));
  Json rows = Json::array(), out = Json::array();
  for (const SarifRule& r : rules) rows.push_back(rule_json(r));
  std::map<std::string, int> seen;
  for (const SarifResult& r : results) {
    auto rule = std::find_if(rules.begin(), rules.end(),
                             [&](const SarifRule& one) { return one.id == r.rule; });
    out.push_back(result_json(r, static_cast<std::size_t>(rule - rules.begin()), seen));
  }
  Json driver = {{"name", "capmarket"}, {"version", version}, {"rules", std::move(rows)}};
  Json run = {{"tool", {{"driver", std::move(driver)}}},
              {"invocations", Json::array({{{"executionSuccessful", unread.empty()}}})},
              {"results", std::move(out)}};
  return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
          {"version", "2.1.0"},
          {"runs", Json::array({std::move(run)})}};
}

}  // namespace capmarket::reports
