#include "cli/rule_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "cli/command.h"
#include "cli/input_files.h"

namespace capmarket::cli {
namespace {

/// The rule of `file` and the versions before it.
Result<std::vector<question::RuleFile>> load_versions(const std::string& file,
                                                      std::string_view command) {
  if (auto kind = expect_rule(file, command); !kind) return tl::unexpected(kind.error());
  auto loaded = question::load_rule_files(file);
  if (loaded || loaded.error().front().file == file || loaded.error().front().file.empty())
    return loaded;
  Problems problems = loaded.error();
  problems.insert(problems.begin(),
                  Problem{file, 0, 0,
                          fmt::format("cannot be judged: `{}`, which it supersedes, is wrong",
                                      problems.front().file),
                          "", ""});
  return tl::unexpected(std::move(problems));
}

void add_once(std::vector<question::RuleFile>& to, const question::RuleFile& file) {
  if (std::none_of(to.begin(), to.end(), [&](const auto& f) { return f.id == file.id; }))
    to.push_back(file);
}

}  // namespace

GivenRules load_rules(const std::vector<std::string>& files, std::string_view command) {
  GivenRules out;
  std::vector<question::RuleFile> earlier;
  std::vector<std::string> told;
  for (const std::string& file : files) {
    auto loaded = load_versions(file, command);
    if (!loaded) {
      out.unread.push_back({file, loaded.error(), false});
      report_unread(out.unread.back(), told);
      continue;
    }
    out.asked.push_back(std::move(loaded->front()));
    earlier.insert(earlier.end(), std::make_move_iterator(loaded->begin() + 1),
                   std::make_move_iterator(loaded->end()));
  }
  for (const question::RuleFile& f : out.asked) add_once(out.all, f);
  for (const question::RuleFile& f : earlier) add_once(out.all, f);
  return out;
}

void report_unread(const reports::Unread& unread, std::vector<std::string>& told) {
  for (const Problem& p : unread.problems) {
    std::string text = to_text(p);
    if (std::find(told.begin(), told.end(), text) != told.end()) continue;
    report_problems({p});
    told.push_back(std::move(text));
  }
}

std::string folder_of_rule(std::string_view name, std::int64_t version) {
  std::string out(name);
  std::replace_if(
      out.begin(), out.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_'; }, '-');
  return fmt::format("{}-v{}", out, version);
}

}  // namespace capmarket::cli
