// What an event of each kind is about: a SimEvent holds a number, whose type the kind decides.
#pragma once

#include "sim/kernel/event_queue.h"
#include "sim/world/action.h"
#include "sim/world/indices.h"

namespace capmarket::world {

template <kernel::EventKind kKind>
struct SubjectOfKind;

template <>
struct SubjectOfKind<kernel::EventKind::chain_arrival> {
  using type = SubmissionIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::publication> {
  using type = PublishedIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::proposal> {
  using type = ProposalIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::offer> {
  using type = OfferIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::countersign> {
  using type = DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::release> {
  using type = ReleaseIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::demand> {
  using type = DemandIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::checkpoint> {
  using type = ChainIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::cosign> {
  using type = DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::cosigned> {
  using type = DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::silence> {
  using type = ProposalIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::unsent> {
  using type = SubmissionIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::countersigned> {
  using type = DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::unsigned_draft> {
  using type = DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::abandon> {
  using type = DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::action> {
  using type = ActionIndex;
};

template <kernel::EventKind kKind>
using SubjectOf = typename SubjectOfKind<kKind>::type;

}  // namespace capmarket::world
