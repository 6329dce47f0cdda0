// Honest to users of a group, silent to most others.
#pragma once

#include "sim/agents/cosign.h"

namespace capmarket::agents {

/// Members are NAME.0, NAME.1, …
inline bool belongs_to(const std::string& member, const std::string& group) {
  return member.rfind('.') == group.size() && member.starts_with(group);
}

inline std::optional<Duration> cosign_partial(const party::CoordinatorView& v, const ToCosign& asked,
                                       CosignParameters parameters) {
  if (!belongs_to(v.market.user(asked.draft.user).name, v.spec.favours)) {
    kernel::Stream stream(v.dynamics, v.me.draws.who, kernel::Draw::favour, asked.number);
    if (static_cast<std::int64_t>(stream.below(kFullRatio)) >= parameters[0]) return std::nullopt;
  }
  return may_cosign(v, asked.draft) ? std::optional(Duration(0)) : std::nullopt;
}

}  // namespace capmarket::agents
