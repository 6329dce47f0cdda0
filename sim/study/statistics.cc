#include "sim/study/statistics.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "model/base/check.h"
#include "model/base/integers.h"

namespace capmarket::study {

double students_t(std::int64_t degrees, std::int64_t level) {
  CHECK(degrees > 0 && 0 < level && level < kFullRatio, degrees, level);
  const boost::math::students_t distribution(static_cast<double>(degrees));
  // The small tail is exact where 1 less it is rounded.
  const double tail = static_cast<double>(kFullRatio - level) / (2.0 * kFullRatio);
  return boost::math::quantile(boost::math::complement(distribution, tail));
}

Estimate estimate(const Eigen::VectorXd& numbers, std::int64_t level) {
  Estimate out;
  out.n = numbers.size();
  if (out.n < 1) return out;
  out.mean = numbers.mean();
  if (out.n < 2) return out;
  const double n = static_cast<double>(out.n);
  out.deviation = std::sqrt((numbers.array() - *out.mean).square().sum() / (n - 1));
  out.half_width = students_t(out.n - 1, level) * *out.deviation / std::sqrt(n);
  return out;
}

}  // namespace capmarket::study
