// A random quantity as data; sampling is the simulator's. Source:
// docs/spec/scenarios.md#distributions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/yaml/yaml.h"

namespace capmarket::scenarios {

/// The forms of a distribution; their parameters: Distribution.
enum class DistributionKind : std::uint8_t {
  constant,
  uniform,
  exponential,
  normal,
  lognormal,
  choice
};
/// As scenario files write it.
std::string_view to_text(DistributionKind kind);

/// What the numbers of a distribution count: nanoseconds, ten-thousandths of money, or units.
enum class DistributionUnit : std::uint8_t { duration, money, quantity };

/// The largest draw of a distribution without bounds: of a duration, of anything else.
inline constexpr std::int64_t kDrawnDurationMax = std::int64_t{10} * 365 * 24 * kNanosPerHour;
inline constexpr std::int64_t kDrawMax = 4'000'000'000'000'000'000;

/// Parameters in the base unit of what is drawn. `a`, `b`: constant (value, -); uniform [a, b] both
/// included; exponential (mean, -); normal and lognormal (mean, standard deviation) of the drawn
/// value itself. `choice`: each of `choices` with the same probability.
struct Distribution {
  DistributionKind kind = DistributionKind::constant;
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::vector<std::int64_t> choices;
  std::int64_t most = kDrawMax;  // of exponential, normal and lognormal: a larger draw is this

  /// No draw is greater; no draw is less. Each is drawn but for bounds of what has none (0, `most`).
  std::int64_t largest() const;
  std::int64_t smallest() const;
  bool operator==(const Distribution&) const = default;
  static Distribution constant(std::int64_t value) {
    return {DistributionKind::constant, value, 0, {}, kDrawMax};
  }
};

/// `2s`, `exponential(2s)`, `uniform(0s, 2h)`, `normal(60.00, 15.00)`, `lognormal(80ms, 30ms)`. No
/// parameter is negative; a lognormal's mean is positive. The problem has a column in `text`.
Result<Distribution> parse_distribution(std::string_view text, DistributionUnit unit);

/// The same from a scalar, or an equiprobable choice from a list of plain values; complains there.
std::optional<Distribution> read_distribution(const yaml::YamlNode& node, DistributionUnit unit);

/// The text that parses back to it; a choice is written `[a, b]`.
std::string to_text(const Distribution& distribution, DistributionUnit unit);

}  // namespace capmarket::scenarios
