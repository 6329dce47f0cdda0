// A rule from YAML. Source: docs/spec/rules.md#keys.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "model/base/bytes.h"
#include "model/base/result.h"
#include "model/rules/rule.h"

namespace capmarket::yaml {
class YamlNode;
}

namespace capmarket::rules {

/// The content id of the rule in the file that `supersedes` names, seen from `file`.
using SupersedesResolver =
    std::function<Result<ContentId>(const std::string& file, const std::string& supersedes)>;

/// Reads the rule beside `file`, and what that one supersedes in turn: at most 64 files, each once.
Result<ContentId> load_superseded(const std::string& file, const std::string& supersedes);

/// Where a part of a rule stands in its file, counted from 1: `effective`, `limits.length`,
/// `tiers[2].displaces.when`, `goals[0].claim`. Indices are the rule's: tiers by rank.
struct RulePlace {
  int line = 0;
  int column = 0;
};
using RulePlaces = std::map<std::string, RulePlace>;

/// The rule that `text` describes; `file` is only named in problems and given to `resolver`. All
/// problems of the text are reported, in file order; nothing is half-loaded. `places`, where given,
/// receives the place of every part that the file has.
Result<Rule> parse_rule(std::string file, std::string text,
                        const SupersedesResolver& resolver = load_superseded,
                        RulePlaces* places = nullptr);

/// The same of a document that was read, perhaps with other values put in place. Records what is
/// wrong in it: for one call a document.
Result<Rule> parse_rule(std::string file, const yaml::YamlNode& root,
                        const SupersedesResolver& resolver = load_superseded,
                        RulePlaces* places = nullptr);

}  // namespace capmarket::rules
