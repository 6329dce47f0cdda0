#include "reports/welfare_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "model/base/text.h"
#include "reports/run_metrics.h"

namespace capmarket::reports {
namespace {

std::string optimum_sentence(const run::WelfareMetric& m) {
  if (m.method == run::OptimumMethod::none) return "";
  if (!m.optimum) return "; no optimum: its sums could leave 128 bits";
  std::string out =
      fmt::format("; the optimum is {} {} ({})", m.optimum->exact ? "exactly" : "at most",
                  optimum_text(*m.optimum), run::to_text(m.method));
  const std::optional<double> ratio = welfare_ratio(m);
  if (!ratio) return out;
  const std::int64_t millionths = std::llround(*ratio * 1e6);
  return out + fmt::format(", of which this is {}{}.{:02}%", m.optimum->exact ? "" : "at least ",
                           millionths / kFullRatio, millionths / 100 % 100);
}

}  // namespace

std::string money_text(Int128 ten_thousandths) {
  const bool negative = ten_thousandths < 0;
  const Int128 size = negative ? -ten_thousandths : ten_thousandths;
  return fmt::format("{}{}.{:04}", negative ? "-" : "", to_text(size / kFullRatio),
                     static_cast<int>(size % kFullRatio));
}

std::string optimum_text(const run::Optimum& optimum) {
  return money_text(optimum.exact ? run::money_down(optimum.welfare)
                                  : run::money_up(optimum.welfare));
}

std::optional<double> welfare_ratio(const run::WelfareMetric& m) {
  if (!m.welfare || !m.optimum || m.optimum->welfare == 0 || m.welfare->achieved() < 0)
    return std::nullopt;
  return ratio_of(Volume{m.welfare->achieved()}, Volume{m.optimum->welfare});
}

std::string welfare_text(const run::WelfareMetric& m) {
  if (m.currencies.size() > 1)
    return fmt::format("welfare: not added up, the rules have several currencies ({})\n",
                       fmt::join(m.currencies, ", "));
  if (!m.welfare) return "welfare: not added up, its sums could leave 128 bits\n";
  return fmt::format("welfare: {} {} = value {} - cost {}{}\n",
                     money_text(run::money_down(m.welfare->achieved())), *m.currencies.begin(),
                     money_text(run::money_down(m.welfare->value)),
                     money_text(run::money_down(m.welfare->cost)), optimum_sentence(m));
}

}  // namespace capmarket::reports
