// What admission changes and what it entails. Source: docs/spec/semantics.md#groups and the
// sections from docs/spec/semantics.md#money on.
#pragma once

#include <optional>

#include "model/chain/group.h"

namespace capmarket::chain {

/// Applies an admitted object, whose leaf has number `sequence`; `state.time` is its admission
/// time. `covers` are those of the legs of a settlement. What it entails, in order: part of its group. CHECKs on kinds never admitted from outside.
std::vector<DerivedEvent> apply(ChainState& state, const ContentId& id, Sequence sequence,
                                const objects::Object& object, const std::vector<Cover>& covers);

/// A refusal counts against its submitter's quota: the shut-out that it entails, if any.
std::vector<DerivedEvent> count_refusal(ChainState& state, const objects::CheckedSubmission& submission,
                                        Sequence sequence);

/// The key that a submission counts against: of its envelope, where that verifies.
std::optional<PublicKey> submitter_of(const objects::CheckedSubmission& submission);

/// True while `submitter` is shut out: nothing of it is evaluated.
bool shut_out(const ChainState& state, const PublicKey& submitter);

/// What is due, as a group of its own; nothing where it was overtaken. `state.time` is the due
/// instant.
std::vector<DerivedEvent> apply_due(ChainState& state, const Due& due, Sequence next);

/// Lets what falls due first until then happen, behind `size` entries: what it entails, empty where
/// it was overtaken. Nothing where none is due.
std::optional<std::vector<DerivedEvent>> let_next_due(ChainState& state, std::int64_t size,
                                                      Instant until);

}  // namespace capmarket::chain
