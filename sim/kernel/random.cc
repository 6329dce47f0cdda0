#include "sim/kernel/random.h"

#include <Random123/philox.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "model/base/check.h"
#include "model/crypto/hash.h"

namespace capmarket::kernel {
namespace {

constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;

std::int64_t rounded(double x) {
  if (!(x > 0)) return 0;
  if (x >= 4e18) return static_cast<std::int64_t>(4e18);
  return static_cast<std::int64_t>(x + 0.5);
}

double polynomial(const double* c, int degree, double x) {
  double out = c[degree];
  for (int i = degree; i-- > 0;) out = out * x + c[i];
  return out;
}

}  // namespace

Entity named(EntityKind kind, std::string_view group, std::uint64_t number) {
  const Digest digest = crypto::sha256(as_bytes(group));
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < 7; ++i) hash = hash << 8 | digest.bytes[i];
  return {kind, hash << 8, number};
}

Stream::Stream(Key key, const Entity& entity, Draw decision, std::uint64_t occurrence)
    : key_{key.seed, entity.group | key.replication},
      counter_{static_cast<std::uint64_t>(entity.kind) << 56 | entity.number,
               static_cast<std::uint64_t>(decision), occurrence, 0},
      block_{} {
  CHECK(key.replication < 256 && entity.number >> 56 == 0, key.replication, entity.number);
}

void Stream::refill() {
  using Philox = r123::Philox4x64;
  Philox::ctr_type counter = {{counter_[0], counter_[1], counter_[2], counter_[3]}};
  Philox::key_type key = {{key_[0], key_[1]}};
  Philox::ctr_type out = Philox()(counter, key);
  for (int i = 0; i < 4; ++i) block_[i] = out[static_cast<std::size_t>(i)];
  ++counter_[3];
  used_ = 0;
}

std::uint64_t Stream::next() {
  if (used_ == 4) refill();
  return block_[used_++];
}

std::uint64_t Stream::below(std::uint64_t bound) {
  CHECK(bound > 0);
  // Lemire's method: the rejected low part makes every value equally likely.
  for (;;) {
    unsigned __int128 product = static_cast<unsigned __int128>(next()) * bound;
    auto low = static_cast<std::uint64_t>(product);
    if (low >= bound || low >= -bound % bound) return static_cast<std::uint64_t>(product >> 64);
  }
}

double Stream::uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }

std::int64_t Stream::exponential(std::int64_t mean) {
  std::int64_t x = rounded(-portable_log(uniform()) * static_cast<double>(mean));
  return x < 1 ? 1 : x;
}

std::int64_t Stream::sample(const scenarios::Distribution& d) {
  auto a = static_cast<double>(d.a);
  auto b = static_cast<double>(d.b);
  switch (d.kind) {
    case scenarios::DistributionKind::constant:
      return d.a;
    case scenarios::DistributionKind::uniform:
      return d.a + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(d.b - d.a) + 1));
    case scenarios::DistributionKind::exponential:
      return std::min(d.most, rounded(-portable_log(uniform()) * a));
    case scenarios::DistributionKind::normal:
      return std::min(d.most, rounded(a + b * normal_quantile(uniform())));
    case scenarios::DistributionKind::lognormal: {
      double variance = portable_log(1.0 + (b / a) * (b / a));
      double mean = portable_log(a) - variance / 2;
      return std::min(
          d.most, rounded(portable_exp(mean + std::sqrt(variance) * normal_quantile(uniform()))));
    }
    case scenarios::DistributionKind::choice:
      return d.choices[below(d.choices.size())];
  }
  return 0;
}

void Stream::fill(std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); i += 8) {
    std::uint64_t word = next();
    for (std::size_t k = i; k < i + 8 && k < out.size(); ++k, word >>= 8)
      out[k] = static_cast<std::uint8_t>(word);
  }
}

double portable_log(double x) {
  auto bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);
  if (m > 1.4142135623730951) {
    m /= 2;
    ++exponent;
  }
  // log m = 2 atanh(f), f = (m - 1) / (m + 1), |f| < 0.172: the series to f^23 is exact to a bit.
  double f = (m - 1) / (m + 1);
  double s = f * f;
  double series = 0;
  for (int k = 23; k >= 3; k -= 2) series = (series + 1.0 / k) * s;
  double log_m = 2 * f + 2 * f * series;
  return exponent * kLn2High + (exponent * kLn2Low + log_m);
}

double portable_exp(double x) {
  double k = x * 1.4426950408889634;
  auto n = static_cast<int>(k < 0 ? k - 0.5 : k + 0.5);
  double r = (x - n * kLn2High) - n * kLn2Low;  // |r| < 0.35
  double out = 1;
  for (int i = 18; i >= 1; --i) out = 1 + out * r / i;
  return out * std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

double normal_quantile(double p) {
  static constexpr double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                 3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static constexpr double b[] = {1.0,
                                 4.2313330701600911252e+1,
                                 6.8718700749205790830e+2,
                                 5.3941960214247511077e+3,
                                 2.1213794301586595867e+4,
                                 3.9307895800092710610e+4,
                                 2.8729085735721942674e+4,
                                 5.2264952788528545610e+3};
  static constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                 5.76949722146069140550e0,  3.64784832476320460504e0,
                                 1.27045825245236838258e0,  2.41780725177450611770e-1,
                                 2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr double d[] = {1.0,
                                 2.05319162663775882187e0,
                                 1.67638483018380384940e0,
                                 6.89767334985100004550e-1,
                                 1.48103976427480074590e-1,
                                 1.51986665636164571966e-2,
                                 5.47593808499534494600e-4,
                                 1.05075007164441684324e-9};
  static constexpr double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                 1.78482653991729133580e0,  2.96560571828504891230e-1,
                                 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                 2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double f[] = {1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15};
  double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    double r = 0.180625 - q * q;
    return q * polynomial(a, 7, r) / polynomial(b, 7, r);
  }
  double r = std::sqrt(-portable_log(q < 0 ? p : 1 - p));
  double z = r <= 5 ? polynomial(c, 7, r - 1.6) / polynomial(d, 7, r - 1.6)
                    : polynomial(e, 7, r - 5) / polynomial(f, 7, r - 5);
  return q < 0 ? -z : z;
}

}  // namespace capmarket::kernel
