#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/chain_check_proof.h"
#include "cli/chain_promise.h"
#include "cli/chain_proofs.h"
#include "cli/chain_prune.h"
#include "cli/chain_selector.h"
#include "cli/chain_tiles.h"
#include "cli/chain_upkeep.h"
#include "cli/chain_witness.h"
#include "cli/command.h"
#include "cli/leaf_view.h"
#include "model/admission/explain.h"
#include "model/base/number.h"
#include "model/base/text.h"
#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/objects/json_view.h"
#include "reports/lineage_report.h"

namespace capmarket::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ChainArguments {
  std::string dir;
  std::string id;
  std::string kind;
  bool refused = false;
  std::int64_t from = 0;
  std::int64_t count = -1;
};

std::vector<std::string> kind_names() {
  std::vector<std::string> out;
  for (std::int64_t n = 0; n < 256; ++n)
    if (auto kind = objects::parse_kind(n)) out.emplace_back(objects::to_text(*kind));
  return out;
}

/// What a refused settlement lacked, a line for each leg that did.
std::string shortfall_lines(const chain::Entry& e) {
  std::string out;
  for (const admission::Shortfall& s : e.leaf.decision.shortfalls)
    out += fmt::format("  {}\n", admission::shortfall_text(s, e.leaf.decision));
  return out;
}

int log_command(const ChainArguments& a, const CommonOptions& common) {
  auto reader = chain::ChainReader::open(chain::chain_directory(a.dir));
  if (!reader) return report_problems(reader.error());
  Json all = Json::array();
  std::int64_t shown = 0;
  for (;;) {
    auto entry = reader->next();
    if (!entry) return damaged(entry.error());
    if (!*entry || (a.count >= 0 && shown >= a.count)) break;
    const chain::Entry& e = **entry;
    if (e.leaf.sequence.value < a.from || (a.refused && e.leaf.decision.admitted()) ||
        (!a.kind.empty() && objects::to_text(e.leaf.kind) != a.kind))
      continue;
    ++shown;
    if (common.json())
      all.push_back(leaf_json(e.leaf, e.leaf_bytes));
    else
      std::fputs(leaf_line(e.leaf).c_str(), stdout);
  }
  if (common.json())
    print_json({{"chain", to_hex(reader->chain())},
                {"size", reader->signed_checkpoint().size},
                {"root", to_hex(reader->signed_checkpoint().root)},
                {"entries", all}});
  else if (shown == 0 && !common.quiet)
    std::fputs(fmt::format("note: none of its {} entries is selected\n", reader->signed_checkpoint().size).c_str(),
               stderr);
  return kHolds;
}

/// The entry that was asked for; empty where there is none, a problem where the log is damaged.
Result<std::optional<chain::Entry>> find_entry(chain::ChainReader& reader, const EntrySelector& selector) {
  for (;;) {
    auto entry = reader.next();
    if (!entry || !*entry || selector.selects(**entry)) return entry;
  }
}

/// Of an entry whose body is gone there is its leaf.
int show_pruned(const chain::Entry& entry, const CommonOptions& common) {
  if (common.json()) {
    Json out = leaf_json(entry.leaf, entry.leaf_bytes);
    out["object"] = nullptr;
    out["signatures"] = Json::array();
    out["pruned"] = true;
    print_json(out);
  } else {
    print_text(leaf_line(entry.leaf) + shortfall_lines(entry) +
               "its body and its signatures are pruned\n");
  }
  return kHolds;
}

int show_command(const ChainArguments& a, const CommonOptions& common) {
  auto selector = parse_selector(a.id);
  if (!selector) return report_problems(selector.error());
  auto reader = chain::ChainReader::open(chain::chain_directory(a.dir));
  if (!reader) return report_problems(reader.error());
  auto found = find_entry(*reader, *selector);
  if (!found) return damaged(found.error());
  if (!*found) return no_entry(a.id);
  const chain::Entry* entry = &**found;
  if (entry->pruned) return show_pruned(*entry, common);
  auto checked = reader->submission_of(*entry);
  if (!checked) return damaged(checked.error());
  Json signatures = Json::array();
  for (std::size_t i = 0; i < checked->signatures.size(); ++i) {
    Json s = objects::signature_json(checked->signatures[i]);
    s["valid"] = static_cast<bool>(checked->valid[i]);
    signatures.push_back(std::move(s));
  }
  Json out = leaf_json(entry->leaf, entry->leaf_bytes);
  out["object"] = objects::object_json(checked->object);
  out["signatures"] = std::move(signatures);
  if (common.json())
    print_json(out);
  else
    std::fputs((leaf_line(entry->leaf) + shortfall_lines(*entry) + out["object"].dump(2) +
                "\nsignatures: " + out["signatures"].dump(2) + "\n")
                   .c_str(),
               stdout);
  return kHolds;
}

std::string state_of(const admission::ClauseExplanation& c) {
  if (!c.resolved) return "unresolved";
  if (c.overflow) return "fails (overflow)";
  return c.holds ? "holds" : "fails";
}

/// An excess is a load less what there is: how much is free, or how much there is too much.
std::string excess_text(const admission::FactValue& f) {
  auto excess = f.name.ends_with("excess") ? parse_integer(f.value) : std::nullopt;
  if (!excess) return {};
  return *excess <= 0 ? fmt::format("  ({} free)", -*excess)
                      : fmt::format("  ({} too many)", *excess);
}

/// What a clause asks, each condition of it that fails with its facts, then what else it read.
std::string unmet_text(const admission::ClauseExplanation& c) {
  std::string out = fmt::format("    holds when: {}\n", c.about), rest;
  std::vector<std::string> told;
  auto line = [](const admission::FactValue& f) {
    return fmt::format("      {:<36} {}{}\n", f.name, f.value, excess_text(f));
  };
  for (const std::vector<std::string>& names : c.unmet) {
    out +=
        c.unmet.size() == 1 ? "    what fails reads:\n" : "    one condition that fails reads:\n";
    for (const admission::FactValue& f : c.facts)
      if (std::find(names.begin(), names.end(), f.name) != names.end()) {
        out += line(f);
        told.push_back(f.name);
      }
  }
  for (const admission::FactValue& f : c.facts)
    if (std::find(told.begin(), told.end(), f.name) == told.end()) rest += line(f);
  if (!rest.empty() && !c.unmet.empty()) out += "    its other conditions read:\n";
  return out + rest;
}

int print_explanation(const chain::Entry& e, const std::vector<admission::ClauseExplanation>& clauses,
                      const CommonOptions& common) {
  Json rows = Json::array();
  std::string text = leaf_line(e.leaf) + shortfall_lines(e);
  for (const admission::ClauseExplanation& c : clauses) {
    bool good = c.resolved && c.holds;
    Json facts = Json::object();
    for (const admission::FactValue& f : c.facts) facts[f.name] = f.value;
    rows.push_back({{"clause", admission::to_text(c.id)},
                    {"result", state_of(c)},
                    {"holds_when", c.about},
                    {"facts", facts},
                    {"unmet", c.unmet}});
    text += fmt::format("  {:<16} {}\n", admission::to_text(c.id), state_of(c));
    if (!good) text += unmet_text(c);
  }
  if (common.json()) {
    Json out = leaf_json(e.leaf, e.leaf_bytes);
    out["clauses"] = std::move(rows);
    print_json(out);
  } else {
    print_text(text);
  }
  return kHolds;
}

int explain_command(const ChainArguments& a, const CommonOptions& common) {
  auto selector = parse_selector(a.id);
  if (!selector) return report_problems(selector.error());
  auto reader = chain::ChainReader::open(chain::chain_directory(a.dir));
  if (!reader) return report_problems(reader.error());
  auto found = find_entry(*reader, *selector);
  if (!found) return damaged(found.error());
  if (!*found) return no_entry(a.id);
  const chain::Entry& asked = **found;
  if (asked.pruned)
    return report_problems(
        fail(fmt::format("entry {}: its body is pruned", asked.leaf.sequence.value),
             "an entry that has its body")
            .value());
  std::optional<std::vector<admission::ClauseExplanation>> clauses;
  bool as_recorded = true;
  Problems problems;
  auto again = chain::ChainReader::open(chain::chain_directory(a.dir));
  if (!again) return report_problems(again.error());
  auto replayed = chain::replay(*again, [&](const chain::Entry& e, chain::Chain& chain) {
    if (e.leaf.sequence != asked.leaf.sequence) return true;
    auto checked = again->submission_of(e);
    if (!checked) {
      problems = checked.error();
    } else if (auto facts = chain.facts(*checked, e.leaf.time)) {
      clauses = admission::explain(*facts, chain.state().names);
      as_recorded = admission::decide(*facts) == e.leaf.decision;
    }
    return false;
  });
  if (!problems.empty()) return damaged(problems);
  if (!replayed) return damaged(replayed.error());
  if (!clauses)
    return report_problems(
        fail(fmt::format("no clause decides a {}", objects::to_text(asked.leaf.kind)), "a submitted object")
            .value());
  if (!as_recorded)
    std::fputs(
        "note: its leaf says otherwise. `verify` says whether what is pruned may be why: this is of what is "
        "left\n",
        stderr);
  return print_explanation(asked, *clauses, common);
}

int lineage_command(const ChainArguments& a, const CommonOptions& common) {
  auto selector = parse_selector(a.id);
  if (!selector) return report_problems(selector.error());
  auto reader = chain::ChainReader::open(chain::chain_directory(a.dir));
  if (!reader) return report_problems(reader.error());
  chain::History history;
  std::optional<ContentId> asked;
  for (;;) {
    auto entry = reader->next();
    if (!entry) return damaged(entry.error());
    if (!*entry) break;
    if (!asked && selector->selects(**entry)) asked = (*entry)->leaf.id;
    if ((*entry)->pruned) {
      history.add_pruned((*entry)->leaf);
      continue;
    }
    auto checked = reader->submission_of(**entry);
    if (!checked) return damaged(checked.error());
    history.add((*entry)->leaf, std::move(checked->object));
  }
  if (!asked) return no_entry(a.id);
  if (const chain::HistoryEntry* e = history.find(*asked); e != nullptr && e->pruned)
    return report_problems(fail(fmt::format("entry {}: its body is pruned", e->leaf.sequence.value),
                                "an entry that has its body")
                               .value());
  std::optional<chain::Lineage> lineage = chain::lineage_of(history, *asked);
  if (!lineage)
    return report_problems(fail(fmt::format("`{}` is no settlement", a.id),
                                "an entry of `chain log --kind settlement`")
                               .value());
  if (common.json())
    print_json(reports::lineage_json(*lineage));
  else
    std::fputs(reports::lineage_text(*lineage).c_str(), stdout);
  return kHolds;
}

}  // namespace

void add_chain(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* group = app.add_subcommand("chain", "look into a chain");
  group->require_subcommand(1);
  auto a = std::make_shared<ChainArguments>();
  auto sub = [&](const char* name, const char* about, auto command) {
    CLI::App* c = group->add_subcommand(name, about);
    c->add_option("DIR", a->dir, "run or chain directory")->required();
    add_common(*c, common);
    c->callback([a, &common, &status, command] { status = command(*a, common); });
    return c;
  };
  CLI::App* log =
      sub("log", "one line an entry\nExample: capmarket chain log runs/a --refused", log_command);
  log->add_option("--kind", a->kind, "this kind only")->check(CLI::IsMember(kind_names()));
  log->add_flag("--refused", a->refused, "refusals only");
  log->add_option("--from", a->from, "from this sequence number on")
      ->check(whole_number(0, kWireMax));
  log->add_option("--count", a->count, "at most this many")->check(whole_number(0, kWireMax));
  CLI::App* show =
      sub("show", "one entry: leaf, object, signatures\nExample: capmarket chain show runs/a 12",
          show_command);
  show->add_option("ID", a->id, "sequence number or content id")->required();
  CLI::App* explain = sub("explain",
                          "why an entry was decided as it was, clause by clause, with the values\n"
                          "Example: capmarket chain explain runs/a 4711",
                          explain_command);
  explain->add_option("ID", a->id, "sequence number or content id")->required();
  CLI::App* lineage = sub("lineage",
                          "everything that a settlement was decided on, and what followed from it\n"
                          "Example: capmarket chain lineage runs/a 4711",
                          lineage_command);
  lineage->add_option("ID", a->id, "sequence number or content id of a settlement")->required();
  add_chain_proofs(*group, common, status);
  add_chain_check_proof(*group, common, status);
  add_chain_promise(*group, common, status);
  add_chain_witness(*group, common, status);
  add_chain_tiles(*group, common, status);
  add_chain_upkeep(*group, common, status);
  add_chain_prune(*group, common, status);
}

}  // namespace capmarket::cli
