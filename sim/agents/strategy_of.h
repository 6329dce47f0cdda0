// Which strategy a party follows: its group's, or of a trace's parties the default.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Those that groups and parties of a trace have where nothing is said.
inline const scenarios::HolderGroup& group_or_default(const party::HolderView& v) {
  static const scenarios::HolderGroup kDefault;
  return v.group == nullptr ? kDefault : *v.group;
}
inline const scenarios::UserGroup& group_or_default(const party::UserView& v) {
  static const scenarios::UserGroup kDefault;
  return v.group == nullptr ? kDefault : *v.group;
}

/// How it pays and complains.
inline const scenarios::Conduct& conduct_of(const party::HolderView& v) {
  static const scenarios::Conduct kScripted = [] {
    scenarios::Conduct out;
    out.pays = scenarios::Pays::never;
    out.disputes = scenarios::Disputes::never;
    return out;
  }();
  const bool traced = v.group == nullptr;
  return traced && v.me.strategy == scenarios::HolderStrategy::scripted ? kScripted
                                                                        : group_or_default(v).conduct;
}
inline const scenarios::Conduct& conduct_of(const party::UserView& v) {
  return group_or_default(v).conduct;
}

inline const scenarios::Strategy& pricing_of(const party::HolderView& v) {
  return group_or_default(v).pricing;
}
inline const scenarios::Strategy& concession_of(const party::HolderView& v) {
  return group_or_default(v).concession;
}
inline const scenarios::Strategy& bid_of(const party::UserView& v) {
  return group_or_default(v).bid;
}
inline const scenarios::Strategy& protocol_of(const party::UserView& v) {
  return group_or_default(v).protocol;
}
inline const scenarios::Strategy& concession_of(const party::UserView& v) {
  return group_or_default(v).concession;
}

}  // namespace capmarket::agents
