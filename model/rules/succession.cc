#include "model/rules/succession.h"

namespace capmarket::rules {

std::vector<std::string> changed_terms(const Rule& old, const Rule& next) {
  std::vector<std::string> out;
  if (next.currency != old.currency) out.emplace_back("currency");
  if (next.unit != old.unit) out.emplace_back("unit");
  if (next.granularity != old.granularity) out.emplace_back("granularity");
  if (next.origin != old.origin) out.emplace_back("origin");
  for (const Tier& t : old.tiers) {
    const Tier* same = next.tier(t.name);
    if (t.never_preempts && same != nullptr && !same->never_preempts)
      out.push_back("tiers." + t.name + ".preempts");
  }
  return out;
}

}  // namespace capmarket::rules
