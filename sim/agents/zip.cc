#include "sim/agents/zip.h"

#include <algorithm>

namespace capmarket::agents {

std::int64_t zip_parameter(std::span<const std::int64_t> parameters, ZipParameter which) {
  return parameters[static_cast<std::size_t>(which)];
}

std::int64_t zip_margin(party::Lesson& lesson, std::span<const std::int64_t> parameters) {
  if (!lesson.begun) {
    lesson.begun = true;
    lesson.margin = zip_parameter(parameters, ZipParameter::margin) * (kZipUnit / kFullRatio);
  }
  return lesson.margin;
}

void zip_learn(const party::View& v, party::Draws& draws, party::Lesson& lesson,
               std::span<const std::int64_t> parameters, Money limit, Money price, bool more,
               int sign) {
  if (limit.value <= 0) return;
  const Int128 own = kZipUnit + sign * Int128{zip_margin(lesson, parameters)};
  const auto spread =
      static_cast<std::uint64_t>(zip_parameter(parameters, ZipParameter::spread));
  kernel::Stream stream(v.dynamics, draws.who, kernel::Draw::learn, draws.dealings++);
  const auto beyond = static_cast<std::int64_t>(stream.below(spread + 1));
  const Int128 heard = std::min<Int128>(floor_div(Int128{price.value} * kZipUnit, limit.value),
                                        kZipUnit + kZipMarginMax);
  const Int128 target = floor_div(heard * (kFullRatio + (more ? beyond : -beyond)), kFullRatio);
  const Int128 momentum = zip_parameter(parameters, ZipParameter::momentum);
  const Int128 error =
      floor_div((target - own) * zip_parameter(parameters, ZipParameter::rate), kFullRatio);
  const Int128 step =
      floor_div(momentum * lesson.step + (kFullRatio - momentum) * error, kFullRatio);
  lesson.step = static_cast<std::int64_t>(step);
  const Int128 margin = sign * (own + step - kZipUnit);
  lesson.margin = static_cast<std::int64_t>(
      std::clamp<Int128>(margin, 0, sign > 0 ? kZipMarginMax : kZipUnit));
}

}  // namespace capmarket::agents
