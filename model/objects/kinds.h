// Kinds of chain objects and roles of signers. The numbers stand in signed bytes: never reuse one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/codec/fields.h"

namespace capmarket::objects {

/// What an object is; the order of the chain's variant of objects (object.h).
enum class Kind : std::uint8_t {
  genesis = 0,
  authority_grant = 1,
  credential_grant = 2,
  class_declaration = 3,
  rule = 4,
  fallback_strategy = 5,
  reconciliation_policy = 6,
  shared_infrastructure = 7,
  peer_agreement = 8,
  revocation = 9,
  declaration = 10,
  request = 11,
  settlement = 12,
  declaration_batch = 13,
  intent = 14,
  withdrawal = 15,
  surrender = 16,
  payment = 17,
  delivery_failure = 18,
  fallback_record = 19,
  curtailment = 20,
  activity = 21,
  price_index = 22,
  dispute = 23,
  renewal = 24,
  promulgation = 25,
  retract = 26,
  contest = 27,
  witness = 28,
  // Derived: recomputed by every verifier.
  residual = 30,
  displacement = 31,
  release = 32,
  failure = 33,
  obligation = 34,
  review = 35,
  resolution = 36,
  shutout = 37,
  readmission = 38,
  tick = 40,  // by the writer, unsigned
  claim_closed = 41,
  review_closed = 42,  // these two: derived, as those from 30 on
  recovery = 43,       // by the writer, unsigned
  log_key = 44,        // by the writer; its body holds the signatures of the log's old and new key
  pruning = 45,        // by the writer, unsigned
};
/// The name used everywhere: `authority-grant`.
std::string_view to_text(Kind kind);
/// The kind of that number, if it is one.
std::optional<Kind> parse_kind(std::int64_t number);
/// In ascending number.
const std::vector<Kind>& all_kinds();
/// Derived objects are recomputed by every verifier and carry no signature.
bool is_derived(Kind kind);
/// What the writer of the log says of it: ticks, recoveries, changes of its key, prunings. Nobody
/// submits one.
bool is_of_writer(Kind kind);
/// Whose bodies may go once their retention is over. What governs is kept for ever, and so is what
/// the writer says. Source: docs/spec/chain.md#pruning.
bool is_prunable(Kind kind);

/// What a submitter over its quota of refusals may not submit until the period ends: declarations,
/// batches, intents, requests, settlements. It still pays, disputes, and tells what happened.
bool barred_by_shutout(Kind kind);

/// In which role a key signs: part of what is signed.
enum class Role : std::uint8_t {
  submitter = 0,  // the envelope of an object with several signers
  root = 1,
  authority = 2,
  holder = 3,
  user = 4,
  coordinator = 5,
  auditor = 6,
  publisher = 7,
  directory = 8,
  adaptation = 9,
};
/// The name used everywhere: `holder`.
std::string_view to_text(Role role);
/// The largest number of a role.
constexpr std::int64_t enum_max(Role) { return 9; }

}  // namespace capmarket::objects
