#include "sim/study/warm_up.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "sim/study/mser.h"

namespace capmarket::study {
namespace {

/// What happened between each row and the next.
template <class Count>
std::vector<Int128> windows(const std::vector<run::SeriesRow>& series, Count count) {
  std::vector<Int128> out;
  for (std::size_t i = 1; i < series.size(); ++i)
    out.push_back(count(series[i]) - count(series[i - 1]));
  return out;
}

}  // namespace

std::string WarmUp::text() const { return mser5 ? "mser5" : to_text(length); }

Result<std::optional<WarmUp>> parse_warm_up(std::string_view text, Duration duration) {
  if (text == "none") return std::optional<WarmUp>();
  if (text == "mser5") return std::optional(WarmUp{true, {}});
  const auto length = parse_duration(text);
  if (length && length->value >= 0 && *length < duration)
    return std::optional(WarmUp{false, *length});
  return fail(fmt::format("--warm-up {}: {}", text,
                          length ? "outside the scenario" : "neither a method nor a duration"),
              fmt::format("mser5, none, or a duration from 0s to less than {}, the scenario's",
                          to_text(duration)));
}

std::optional<Instant> steady_from(const WarmUp& warm_up, Instant start,
                                   const std::vector<run::SeriesRow>& series) {
  if (!warm_up.mser5) {
    const Instant from = start + warm_up.length;
    const auto row = std::find_if(series.begin(), series.end(),
                                  [&](const run::SeriesRow& s) { return s.time >= from; });
    if (series.end() - row < 2) return std::nullopt;
    return row->time;
  }
  const auto granted =
      mser5(windows(series, [](const run::SeriesRow& s) { return s.granted.value; }));
  const auto refused =
      mser5(windows(series, [](const run::SeriesRow& s) { return Int128{s.refusals}; }));
  if (!granted || !refused) return std::nullopt;
  return series[std::max(*granted, *refused)].time;
}

}  // namespace capmarket::study
