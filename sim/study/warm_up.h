// From when on a run counts as steady. Source: docs/spec/statistics.md#warm-up.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "sim/run/metrics.h"

namespace capmarket::study {

/// How the warm-up is found, or how long it is.
struct WarmUp {
  bool mser5 = false;
  Duration length;  // unless by mser5; not negative

  /// `mser5`, or the duration.
  std::string text() const;
};

/// `mser5` or a duration below `duration`, that of the scenario; nothing of `none`. Problems:
/// anything else.
Result<std::optional<WarmUp>> parse_warm_up(std::string_view text, Duration duration);

/// The instant of the row at which the steady part begins: by MSER-5 the later of what the volume
/// granted and the submissions refused between rows say, empty where either finds none; else the
/// first row at or behind `start` + length, empty where no other row stands behind that.
std::optional<Instant> steady_from(const WarmUp& warm_up, Instant start,
                                   const std::vector<run::SeriesRow>& series);

}  // namespace capmarket::study
