#include "tests/sim/run/under_load.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/base/check.h"
#include "model/chain/reader.h"
#include "sim/run/run.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::run {
namespace {

template <class T>
T must(Result<T> value) {
  CHECK(value.has_value(), value ? std::string() : to_text(value.error()));
  return *std::move(value);
}

/// More than the leg accepts would have been owed, or given back.
bool above_ceilings(const objects::Settlement& s, const admission::Decision& d) {
  return std::any_of(d.shortfalls.begin(), d.shortfalls.end(), [&](const admission::Shortfall& x) {
    const auto& terms = s.legs[static_cast<std::size_t>(x.leg)].displace;
    return terms &&
           (x.compensation > terms->compensation_at_most || x.refund > terms->refund_at_most);
  });
}

void count_refusal(const objects::Settlement& s, const admission::Decision& d, UnderLoad& out) {
  using enum admission::ClauseId;
  const bool only = d.unresolved.empty() &&
                    std::all_of(d.failed.begin(), d.failed.end(), [](admission::ClauseId c) {
                      return c == capacity || c == displacement;
                    });
  const bool costs = std::count(d.failed.begin(), d.failed.end(), displacement) > 0;
  if (only && costs && above_ceilings(s, d)) {
    ++out.ceilings;
  } else if (only && !costs && !d.shortfalls.empty()) {
    ++out.nobody_left;
  } else {
    std::string clauses;
    for (admission::ClauseId c : d.failed) clauses += fmt::format(" {}", admission::to_text(c));
    for (admission::ClauseId c : d.unresolved)
      clauses += fmt::format(" {}?", admission::to_text(c));
    out.stale.push_back(clauses);
  }
}

}  // namespace

std::string UnderLoad::figures() const {
  return fmt::format(
      "{} settlements that may displace: {} admitted, {} of them displaced; refused {} for their "
      "ceilings, {} because nobody is left, {} as stale",
      submitted, admitted, displacing, ceilings, nobody_left, stale.size());
}

UnderLoad run_under_load(const std::vector<std::pair<std::string, std::string>>& sets) {
  testing::ScratchFolder folder;
  const scenarios::Scenario scenario = must(
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/under-load.yaml", sets, {}));
  RunOptions options;
  options.chain_dir = folder.path() + "/chain";
  must(run_scenario(scenario, options));
  chain::ChainReader reader = must(chain::ChainReader::open(options.chain_dir));
  UnderLoad out;
  std::set<ContentId> displacers;
  std::set<ContentId> admitted;
  while (auto entry = must(reader.next())) {
    if (entry->leaf.kind != objects::Kind::settlement &&
        entry->leaf.kind != objects::Kind::displacement)
      continue;
    auto checked = must(chain::submission_of(*entry, reader.chain(), reader.signing()));
    if (const auto* d = std::get_if<objects::Displacement>(&checked.object))
      displacers.insert(d->settlement);
    const auto* s = std::get_if<objects::Settlement>(&checked.object);
    if (s == nullptr || !s->legs.front().displace) continue;
    ++out.submitted;
    if (entry->leaf.decision.admitted())
      admitted.insert(entry->leaf.id);
    else
      count_refusal(*s, entry->leaf.decision, out);
  }
  out.admitted = static_cast<std::int64_t>(admitted.size());
  out.displacing = std::count_if(admitted.begin(), admitted.end(),
                                 [&](const ContentId& id) { return displacers.contains(id); });
  return out;
}

}  // namespace capmarket::run
