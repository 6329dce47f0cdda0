#include "sim/study/mser.h"

#include <boost/multiprecision/cpp_int.hpp>

namespace capmarket::study {
namespace {

using Wide = boost::multiprecision::cpp_int;

/// The sums of the whole batches, in order: means up to a factor that no comparison sees.
std::vector<Wide> batches_of(const std::vector<Int128>& series) {
  std::vector<Wide> out(series.size() / kMserBatch);
  for (std::size_t i = 0; i < out.size() * kMserBatch; ++i) out[i / kMserBatch] += Wide(series[i]);
  return out;
}

}  // namespace

std::optional<std::size_t> mser5(const std::vector<Int128>& series) {
  const std::vector<Wide> batches = batches_of(series);
  const std::size_t n = batches.size();
  if (n < 2 * kMserRest) return std::nullopt;
  // Of the m batches behind a point: sum (x - mean)^2 / m^2 = (m sum x^2 - (sum x)^2) / m^3.
  Wide sum, squares, least, least_cube;
  std::size_t best = n;
  for (std::size_t left_out = n; left_out-- > 0;) {
    sum += batches[left_out];
    squares += batches[left_out] * batches[left_out];
    const Wide m = n - left_out;
    if (m < kMserRest) continue;
    const Wide spread = m * squares - sum * sum, cube = m * m * m;
    if (best < n && spread * least_cube > least * cube) continue;
    best = left_out;
    least = spread;
    least_cube = cube;
  }
  if (2 * best > n) return std::nullopt;
  return best * kMserBatch;
}

}  // namespace capmarket::study
