// Who may know whom: between rooms, between the folders inside them, and what stays where it is.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <regex>

#include "tests/tidy/sources.h"

namespace capmarket::tidy {
namespace {

/// docs/explanation/architecture.md: each folder, and the folders that it may include beside itself.
const std::map<std::string, std::set<std::string>>& may_include() {
  static const std::map<std::string, std::set<std::string>> kTable = [] {
    std::map<std::string, std::set<std::string>> t;
    auto row = [&](const std::string& folder, std::vector<std::string> whole_rows,
                   const std::set<std::string>& more) {
      t[folder] = more;
      for (const std::string& r : whole_rows) {
        t[folder].insert(r);
        t[folder].insert(t[r].begin(), t[r].end());
      }
    };
    // The second list: with all that they may include themselves.
    row("model/base", {}, {});
    row("model/location", {"model/base"}, {});
    row("model/crypto", {"model/base"}, {});
    row("model/codec", {"model/location"}, {});
    row("model/yaml", {"model/codec"}, {});
    row("model/expr", {"model/codec"}, {});
    row("model/rules", {"model/expr", "model/yaml", "model/crypto"}, {});
    row("model/objects", {"model/rules"}, {});
    row("model/capacity", {"model/objects"}, {});
    row("model/governance", {"model/objects"}, {});
    row("model/admission", {"model/base"}, {});
    row("model/log", {"model/crypto", "model/codec"}, {});
    row("model/chain", {"model/capacity", "model/governance", "model/admission", "model/log"}, {});
    row("scenarios", {"model/chain"}, {});
    row("scenarios/imports", {"scenarios"}, {});
    row("sim/kernel", {"scenarios"}, {});
    row("sim/party", {"sim/kernel"}, {});
    row("sim/agents", {"sim/party"}, {});
    row("sim/world", {"sim/party"}, {});
    
    row("sim/script", {"sim/agents", "sim/world"}, {});
    row("sim/run", {"sim/script"}, {});
    row("sim/study", {"sim/run"}, {});
    row("verify/smt", {"model/chain"}, {});
    row("verify/audit", {"model/objects"}, {});
    row("verify/pruning", {"verify/audit", "model/chain"}, {});
    row("verify/theorems", {"verify/smt"}, {});
    row("verify/trace", {"verify/audit", "verify/theorems"}, {});
    row("verify/question", {"verify/smt", "scenarios"}, {});
    row("verify/witness", {"verify/question"}, {});
    row("verify/analyses", {"verify/witness"}, {});
    row("verify/diff", {"verify/analyses"}, {});
    row("verify/hunt", {"verify/analyses"}, {});
    row("verify/fuzz", {"verify/analyses"}, {});
    row("reports", {"sim/study", "scenarios/imports", "verify/trace", "verify/diff", "verify/hunt",
                    "verify/fuzz"}, {});
    row("cli", {"reports", "verify/pruning"}, {});
    return t;
  }();
  return kTable;
}

struct Include {
  std::string file, from, to;  // folders
  std::string line;
};
const std::vector<Include>& includes() {
  static const std::vector<Include> kAll = [] {
    std::regex include("^#include \"([^\"]+)\"");
    std::vector<Include> out;
    for (const Source& s : sources())
      for (const std::string& line : s.lines) {
        std::smatch m;
        // What the build writes stands in no folder.
        if (std::regex_search(line, m, include) && m[1].str().find('/') != std::string::npos)
          out.push_back({s.path, folder_of(s.path), folder_of(m[1]), line});
      }
    return out;
  }();
  return kAll;
}

TEST(Rooms, folders_include_only_whom_they_may_know) {
  std::vector<std::string> bad;
  for (const Include& i : includes()) {
    if (i.from.starts_with("tests") || i.from == i.to) continue;
    auto row = may_include().find(i.from);
    if (row == may_include().end())
      bad.push_back(i.from + " has no row in the table of rooms");
    else if (!row->second.contains(i.to))
      bad.push_back(i.file + ": " + i.line);
  }
  EXPECT_NONE(bad);
}

/// docs/explanation/architecture.md#what-a-party-knows: a strategy has its party's view, and nothing
/// that shows more of anybody; no party knows the world.
TEST(Rooms, agents_know_neither_the_world_nor_the_chain_nor_the_register_of_everybody) {
  const std::set<std::string> hidden = {"sim/party/register.h", "model/chain/chain.h",
                                        "model/chain/state.h", "model/chain/writer.h"};
  std::vector<std::string> bad;
  std::regex named("^#include \"([^\"]+)\"");
  for (const Source& s : sources()) {
    if (!s.path.starts_with("sim/agents/")) continue;
    for (const std::string& line : s.lines) {
      std::smatch m;
      const bool includes = std::regex_search(line, m, named);
      if (includes && (hidden.contains(m[1]) || m[1].str().starts_with("sim/world/")))
        bad.push_back(s.path + ": " + line);
      if (line.find("Register") != line.npos || line.find("world::") != line.npos)
        bad.push_back(s.path + ": " + line);
    }
  }
  EXPECT_NONE(bad);
}

TEST(Rooms, every_row_of_the_table_is_a_folder) {
  std::set<std::string> folders;
  for (const Source& s : sources()) folders.insert(folder_of(s.path));
  std::vector<std::string> bad;
  for (const auto& [folder, more] : may_include())
    if (!folders.contains(folder)) bad.push_back(folder);
  EXPECT_NONE(bad);
}

TEST(Rooms, no_cycle_of_folders) {
  std::map<std::string, std::set<std::string>> to;
  for (const Include& i : includes())
    if (i.from != i.to) to[i.from].insert(i.to);
  std::vector<std::string> bad;
  std::map<std::string, int> state;  // 1: on the path, 2: done
  std::vector<std::string> path;
  std::function<void(const std::string&)> walk = [&](const std::string& folder) {
    state[folder] = 1;
    path.push_back(folder);
    for (const std::string& next : to[folder]) {
      if (state[next] == 1) {
        std::string cycle;
        for (auto it = std::find(path.begin(), path.end(), next); it != path.end(); ++it)
          cycle += *it + " -> ";
        bad.push_back(cycle + next);
      } else if (state[next] == 0) {
        walk(next);
      }
    }
    path.pop_back();
    state[folder] = 2;
  };
  for (const Source& s : sources())
    if (state[folder_of(s.path)] == 0) walk(folder_of(s.path));
  EXPECT_NONE(bad);
}

/// The independent checker shares no code with admission.
TEST(Rooms, the_audit_includes_nothing_of_admission_capacity_chain_log_or_governance) {
  std::vector<std::string> bad;
  std::regex shared("^model/(admission|capacity|chain|log|governance)$");
  for (const Include& i : includes())
    if (i.from == "verify/audit" && std::regex_match(i.to, shared))
      bad.push_back(i.file + ": " + i.line);
  EXPECT_NONE(bad);
}

TEST(Rooms, the_solver_stays_inside_verify) {
  std::vector<std::string> bad;
  for (const Source& s : sources()) {
    bool allowed = s.path.starts_with("verify/smt/") ||
                   (s.path.starts_with("verify/") && s.path.ends_with(".cc")) ||
                   s.path.starts_with("tests/verify/") || s.path.starts_with("tests/property/");
    for (const std::string& line : s.lines)
      if (!allowed && line.starts_with("#include <z3")) bad.push_back(s.path + ": " + line);
  }
  EXPECT_NONE(bad);
}

/// One namespace a folder, named as the folder; model/base is the vocabulary of all and stands in
/// `capmarket` itself.
TEST(Rooms, each_folder_has_one_namespace) {
  std::vector<std::string> bad;
  std::set<std::string> others = {"capmarket::testing"};
  for (const auto& [folder, more] : may_include())
    others.insert("capmarket::" + folder.substr(folder.rfind('/') + 1));
  for (const Source& s : sources()) {
    std::string folder = folder_of(s.path);
    std::string last = folder.substr(folder.rfind('/') + 1);
    std::string own = folder.ends_with("model/base") ? "capmarket" : "capmarket::" + last;
    if (folder == "tests/support") own = "capmarket::testing";
    for (const Block& b : blocks_of(s)) {
      if (b.head.starts_with("template <> struct std::") || b.head.starts_with("int main(") ||
          b.head.starts_with("extern ") || b.head.find("struct std::hash<") != b.head.npos)
        continue;
      bool foreign = own == "capmarket" && room_of(s.path) != "tests" && others.contains(b.scope);
      if (foreign || !(b.scope + "::").starts_with(own + "::"))
        bad.push_back(s.path + ":" + std::to_string(b.line) + ": `" + b.scope + "` holds " + b.head);
    }
  }
  EXPECT_NONE(bad);
}

}  // namespace
}  // namespace capmarket::tidy
