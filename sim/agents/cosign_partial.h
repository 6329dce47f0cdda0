// Honest to users of a group, silent to most others.
#pragma once

#include "sim/agents/cosign.h"

namespace capmarket::agents {

/// Members are NAME.0, NAME.1, …
inline bool belongs_to(const std::string& member, const std::string& group) {
  return member.rfind('.') == group.size() && member.starts_with(group);
}

/// Whether it answers: members of the group always, of the questions of others that share.
inline bool answers_partially(const party::CoordinatorView& v, const ToCosign& asked,
                              const std::string& favours, std::int64_t others) {
  if (belongs_to(v.market.user(asked.draft.user).name, favours)) return true;
  kernel::Stream stream(v.dynamics, v.me.draws.who, kernel::Draw::favour, asked.number);
  return static_cast<std::int64_t>(stream.below(kFullRatio)) < others;
}

inline std::optional<Duration> cosign_partial(const party::CoordinatorView& v, const ToCosign& asked,
                                       CosignParameters parameters) {
  if (!answers_partially(v, asked, v.spec.favours, parameters[0])) return std::nullopt;
  return may_cosign(v, asked.draft) ? std::optional(Duration(0)) : std::nullopt;
}

}  // namespace capmarket::agents
