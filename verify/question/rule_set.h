// The rules of one check: each with its places in the file and the versions before it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/rules/parse.h"
#include "model/rules/rule.h"

namespace capmarket::question {

/// A rule with where its parts stand.
struct RuleFile {
  std::string file;
  rules::Rule rule;
  rules::RulePlaces places;
  ContentId id;
};

/// The rule of `file`, and after it the files that it supersedes by path, in order: the versions
/// from which its victims may come. Problems: those of parse_rule.
Result<std::vector<RuleFile>> load_rule_files(const std::string& file);

/// The rule of the text of `file`, with those values in place: (path, YAML), as `--set` says them.
Result<RuleFile> rule_file_with(const std::string& file, const std::string& text,
                                const std::vector<std::pair<std::string, std::string>>& values);

/// A rule, and what its expressions share with those of the versions before it.
struct RuleSubject {
  const RuleFile* own = nullptr;
  std::vector<const RuleFile*> earlier;  // latest first
  std::vector<const RuleFile*> beside;   // of the same name, and none of these
  bool open_past = false;                // the oldest one supersedes a version that is not here
  expr::ExprWorld world;                 // of `own`, then what `earlier` adds
  /// By earlier version, then by own tier: what that version's tier of the same name owes, read
  /// over `world`; empty where it has none or displaces nobody.
  std::vector<std::vector<expr::Expr>> earlier_compensation;
  /// By earlier version, then by its own tier: who was eligible, read over `world`.
  std::vector<std::vector<expr::Expr>> earlier_eligible;

  const rules::Rule& rule() const { return own->rule; }
  /// Something is set aside for another tier. Where nothing is, a leg of the tier lacks no more
  /// than its own quantity wherever something is live, so that no more is released of anybody:
  /// curtailments fail what does not fit (docs/spec/semantics.md#lack, docs/explanation/inv-1.md).
  bool keeps_for_others(std::size_t tier) const;
};

/// `own` with those of `files` that it supersedes, directly or not.
RuleSubject subject_of(const RuleFile& own, const std::vector<RuleFile>& files);

}  // namespace capmarket::question
