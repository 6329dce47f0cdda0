// SARIF 2.1.0, as code scanning reads it. Source: docs/spec/commands.md#sarif.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "reports/unread.h"
#include "verify/analyses/check.h"

namespace capmarket::reports {

/// How much a result matters; a note asks for nothing.
enum class SarifLevel : std::uint8_t { note, warning, error };

/// What a result may be of.
struct SarifRule {
  std::string id, statement;  // `coverage`; what holds where there is no result
  std::string help;           // what it asks, what a result means, where more is said
  SarifLevel level = SarifLevel::error;
};

/// One thing that is wrong.
struct SarifResult {
  std::string rule;  // an id of the rules
  SarifLevel level = SarifLevel::error;
  std::string text;
  /// What makes it the same result in the next version of the files: names, no lines and no
  /// folders.
  std::string identity;
  std::vector<analyses::Provision> places;  // the first is the result's own
};

/// One document with one run. `rules` has every id that `results` and `unread` name but
/// `unreadable`, which is added. `successful`: the command came to an answer for every file.
nlohmann::ordered_json sarif_log(std::vector<SarifRule> rules, std::vector<SarifResult> results,
                                 const std::vector<Unread>& unread, const std::string& version);

/// `path` as the URI of an artifact: relative as it is, absolute under `file://`, whatever is no
/// unreserved character percent-encoded.
std::string file_uri(std::string_view path);

/// The last part of a path: what a result is recognised by, wherever the folder lies.
std::string file_name(std::string_view path);

}  // namespace capmarket::reports
