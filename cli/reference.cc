#include "cli/reference.h"

#include "cli/exit_status.h"
#include "model/base/read_file.h"
#include "model/chain/leaf.h"
#include "model/expr/expr.h"
#include "model/objects/canonical_numbers.h"
#include "model/objects/invariants.h"
#include "reports/losses_text.h"
#include "reports/run_metrics.h"
#include "scenarios/adversaries.h"
#include "scenarios/keys.h"
#include "scenarios/strategies_table.h"
#include "verify/analyses/catalogue.h"
#include "verify/smt/effort.h"
#include "verify/theorems/prove.h"

namespace capmarket::cli {

std::vector<GeneratedBlock> generated_blocks() {
  return {
      {"docs/spec/semantics.md", "invariants", objects::invariants_table()},
      {"docs/spec/rules.md", "variables", expr::variables_table()},
      {"docs/spec/chain.md", "canonical-numbers",
       objects::canonical_numbers() + "\n" + chain::leaf_numbers()},
      {"docs/spec/scenarios.md", "scenario-keys", scenarios::scenario_keys_table()},
      {"docs/spec/scenarios.md", "strategies", scenarios::strategies_table()},
      {"docs/spec/scenarios.md", "attacks", scenarios::attacks_table()},
      {"docs/spec/analyses.md", "analyses", analyses::analyses_table()},
      {"docs/spec/analyses.md", "efforts", smt::efforts_table()},
      {"docs/spec/analyses.md", "theorems", theorems::theorems_table()},
      {"docs/spec/statistics.md", "metrics", reports::metrics_table()},
      {"docs/spec/statistics.md", "losses", reports::losses_table()},
      {"docs/spec/commands.md", "exit-status", exit_status_table()},
      {"docs/spec/commands.md", "input-sizes", input_kinds_table()},
  };
}

std::string filled_in(const std::string& page, std::string text,
                      const std::vector<GeneratedBlock>& blocks) {
  for (const GeneratedBlock& b : blocks) {
    if (b.page != page) continue;
    const std::string begin = "<!-- generated: " + b.name + " -->\n";
    const std::string end = "<!-- end of " + b.name + " -->";
    std::size_t from = text.find(begin);
    if (from == std::string::npos) return {};
    from += begin.size();
    std::size_t until = text.find(end, from);
    if (until == std::string::npos) return {};
    text.replace(from, until - from, b.text);
  }
  return text;
}

}  // namespace capmarket::cli
