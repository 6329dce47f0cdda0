// What independent numbers say of their mean. Source: docs/spec/statistics.md#replications.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>

namespace capmarket::study {

/// Of n numbers; what they do not give is absent, never 0.
struct Estimate {
  std::int64_t n = 0;
  std::optional<double> mean;        // of at least one number
  std::optional<double> deviation;   // of a sample, over n - 1; of at least two
  std::optional<double> half_width;  // of Student's interval about the mean; of at least two
};

/// The quantile of Student's t that `level` (ten-thousandths, 1 to 9 999) of all intervals reach on
/// either side. Precondition: `degrees` > 0.
double students_t(std::int64_t degrees, std::int64_t level);

/// O(n). Precondition: the numbers are finite, 0 < `level` < 10 000 ten-thousandths.
Estimate estimate(const Eigen::VectorXd& numbers, std::int64_t level);

}  // namespace capmarket::study
