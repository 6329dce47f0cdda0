#include "reports/losses_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/run/losses.h"

namespace capmarket::reports {
namespace {

constexpr std::size_t kNamed = 3;

/// In hundredths of a percent, rounded down.
std::string percent(Volume part, Volume whole) {
  const auto hundredths =
      static_cast<std::int64_t>(part.value * kFullRatio / whole.value);
  return fmt::format("{}.{:02}%", hundredths / 100, hundredths % 100);
}

}  // namespace

std::string losses_text(const run::Losses& losses) {
  std::string out = fmt::format("of what users wanted {} was granted",
                                percent(losses.served, losses.demanded));
  std::vector<std::pair<std::string, Volume>> lost(losses.by_reason.begin(),
                                                   losses.by_reason.end());
  std::stable_sort(lost.begin(), lost.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (lost.empty()) return out + ", and nothing lost\n";
  out += lost.size() > kNamed ? "; the largest losses:\n" : "; what was lost:\n";
  for (std::size_t i = 0; i < std::min(lost.size(), kNamed); ++i) {
    const auto& [id, volume] = lost[i];
    const run::LossReason& reason = run::loss_reason(id);
    out += fmt::format("  {} because {} ({})\n", percent(volume, losses.demanded), reason.because,
                       id);
    if (!reason.keys.empty()) out += fmt::format("    keys: {}\n", reason.keys);
  }
  return out;
}

std::string losses_table() {
  std::string out = "| reason | it was lost because | keys that bear on it |\n|---|---|---|\n";
  for (const run::LossReason& r : run::loss_reasons()) {
    std::string keys(r.keys);
    for (std::size_t at = 0; (at = keys.find(", ", at)) != keys.npos; at += 4)
      keys.replace(at, 2, "`, `");
    out += fmt::format("| `{}` | {} | `{}` |\n", r.id, r.because, keys);
  }
  return out;
}

}  // namespace capmarket::reports
