#include "reports/breach_report.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/base/visible.h"
#include "reports/text_table.h"

namespace capmarket::reports {

using Json = nlohmann::ordered_json;

namespace {

// How much of what was found about edges is shown as text; JSON has all of it.
constexpr std::size_t kBreachesShown = 20, kSettlementsShown = 5;

/// The first few numbers of a list, and how many more there are.
std::string some_of(std::string_view what, const std::vector<std::int64_t>& numbers,
                    std::int64_t more) {
  const std::size_t n = std::min(numbers.size(), kSettlementsShown);
  const std::int64_t others = static_cast<std::int64_t>(numbers.size() - n) + more;
  std::string out = fmt::format(
      "{}{} {}", what, numbers.size() == 1 && more == 0 ? "" : "s",
      fmt::join(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(n), ", "));
  return others > 0 ? fmt::format("{} and {} more", out, others) : out;
}

std::string answered_text(const audit::PeerBreach& b, bool colour) {
  if (b.disputes.empty()) return toned("no dispute", Tone::open, colour);
  std::vector<std::int64_t> sequences;
  for (const audit::BreachDispute& d : b.disputes) sequences.push_back(d.sequence);
  const std::string which = some_of("dispute", sequences, b.disputes_more);
  switch (b.outcome) {
    case audit::BreachOutcome::released:
      return which + ": released";
    case audit::BreachOutcome::penalised:
      return which + ": penalised";
    case audit::BreachOutcome::open:
      break;
  }
  const bool founded = std::any_of(b.disputes.begin(), b.disputes.end(),
                                   [](const audit::BreachDispute& d) { return d.founded; });
  return toned(which + (founded ? ": founded, and this was left" : ": unfounded"), Tone::open,
               colour);
}

}  // namespace

nlohmann::ordered_json breaches_json(const std::vector<audit::PeerBreach>& breaches) {
  Json out = Json::array();
  for (const audit::PeerBreach& b : breaches) {
    Json pieces = Json::array(), disputes = Json::array();
    for (const objects::Piece& p : b.pieces)
      pieces.push_back({{"from", to_text(p.window.from)},
                        {"until", to_text(p.window.until)},
                        {"quantity", p.quantity.value}});
    for (const audit::BreachDispute& d : b.disputes)
      disputes.push_back({{"sequence", d.sequence}, {"founded", d.founded}});
    out.push_back({{"edge", to_hex(b.edge)},
                   {"name", b.name},
                   {"member", to_hex(b.member)},
                   {"agreement", b.agreed},
                   {"from", to_text(b.window().from)},
                   {"until", to_text(b.window().until)},
                   {"quantity", b.most().value},
                   {"unit", b.unit},
                   {"pieces", std::move(pieces)},
                   {"settlements", b.settlements},
                   {"settlements_more", b.settlements_more},
                   {"outcome", audit::to_text(b.outcome)},
                   {"disputes", std::move(disputes)},
                   {"disputes_more", b.disputes_more}});
  }
  return out;
}

std::string breaches_text(const std::vector<audit::PeerBreach>& breaches, bool colour) {
  if (breaches.empty()) return {};
  const auto open = std::count_if(breaches.begin(), breaches.end(), [](const audit::PeerBreach& b) {
    return b.outcome == audit::BreachOutcome::open;
  });
  std::string out =
      fmt::format("  {} breach{} of edges, {} of them open: findings, no violations\n",
                  breaches.size(), breaches.size() == 1 ? "" : "es", open);
  for (std::size_t i = 0; i < std::min(breaches.size(), kBreachesShown); ++i) {
    const audit::PeerBreach& b = breaches[i];
    std::string settlements = b.settlements.empty()
                                  ? std::string()
                                  : some_of("settlement", b.settlements, b.settlements_more) + "; ";
    out += fmt::format("    {}: {} {}{} {} above the schedule from {} until {}; {}{}\n",
                       visible(b.name), to_hex(b.member).substr(0, 16),
                       b.pieces.size() == 1 ? "" : "up to ", b.most().value, visible(b.unit),
                       to_text(b.window().from), to_text(b.window().until), settlements,
                       answered_text(b, colour));
  }
  if (breaches.size() > kBreachesShown)
    out +=
        fmt::format("    and {} more (--format json has all)\n", breaches.size() - kBreachesShown);
  return out;
}

}  // namespace capmarket::reports
