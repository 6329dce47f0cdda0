// What an event of each kind is about: a SimEvent holds a number, whose type the kind decides.
#pragma once

#include "sim/kernel/event_queue.h"
#include "sim/party/plans.h"
#include "sim/party/indices.h"

namespace capmarket::world {

template <kernel::EventKind kKind>
struct SubjectOfKind;

template <>
struct SubjectOfKind<kernel::EventKind::chain_arrival> {
  using type = party::SubmissionIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::publication> {
  using type = party::PublishedIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::proposal> {
  using type = party::ProposalIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::offer> {
  using type = party::OfferIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::countersign> {
  using type = party::DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::release> {
  using type = party::ReleaseIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::demand> {
  using type = party::DemandIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::checkpoint> {
  using type = party::ChainIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::cosign> {
  using type = party::DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::cosigned> {
  using type = party::DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::silence> {
  using type = party::ProposalIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::unsent> {
  using type = party::SubmissionIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::countersigned> {
  using type = party::DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::unsigned_draft> {
  using type = party::DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::abandon> {
  using type = party::DraftIndex;
};
template <>
struct SubjectOfKind<kernel::EventKind::action> {
  using type = party::ActionIndex;
};

template <kernel::EventKind kKind>
using SubjectOf = typename SubjectOfKind<kKind>::type;

}  // namespace capmarket::world
