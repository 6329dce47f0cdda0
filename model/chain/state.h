// The chain's state: everything that admission looks up, as plain data. A pure function of the log.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "model/admission/decision.h"
#include "model/capacity/step_function.h"
#include "model/governance/delegation.h"
#include "model/objects/submission.h"

namespace capmarket {

struct ClassRecord {
  ContentId id;
  ClassDeclaration declared;
  Instant admitted;
};

struct RuleRecord {
  ContentId id;
  Rule rule;
  Instant admitted;
  /// `from` of the first successor; kDistantFuture without one.
  Instant successor_from = kDistantFuture;
};

struct DeclarationRecord {
  ContentId id;
  Declaration declared;
  StepFunction load;  // live pieces
};

struct RequestRecord {
  ContentId id;
  Request request;
  StepFunction live;  // its live legs
  std::int64_t next_index = 0;
  bool granted = false;  // something of it was ever granted
  bool closed = false;
};

/// One admitted leg. Indices into the state's lists.
struct GrantRecord {
  ContentId settlement;
  Sequence sequence;
  std::int32_t declaration = 0;
  std::int32_t request = 0;
  std::int32_t rule = 0;
  std::int64_t rank = 0;
  Leg leg;
};

/// A refusal that a later settlement of the same three must disclose.
struct RefusalRecord {
  ContentId id;
  Instant admitted;
};

struct DisclosureKey {
  PublicKey holder;
  PublicKey user;
  ContentId declaration;
  auto operator<=>(const DisclosureKey&) const = default;
};

struct Due {
  Instant at;
  Kind kind;
  ContentId id;  // of what is due: for a residual, its request
  auto operator<=>(const Due&) const = default;
};

struct ChainState {
  ContentId chain;
  Genesis genesis;
  Instant time;  // of the last admission

  Delegation delegation;
  std::map<std::string, std::vector<ClassRecord>> classes;  // versions by name, in order
  std::vector<RuleRecord> rules;
  std::vector<DeclarationRecord> declarations;
  std::vector<RequestRecord> requests;
  std::vector<GrantRecord> grants;
  std::map<std::pair<ContentId, std::string>, StepFunction> assets;  // declared, by asset key
  std::map<DisclosureKey, std::vector<RefusalRecord>> undischarged;
  std::set<Due> dues;

  using Index = std::unordered_map<ContentId, std::int32_t, FixedBytesHash>;  // looked up only
  Index rule_index, declaration_index, request_index;
  std::unordered_map<std::string, std::int64_t> name_numbers;
  std::vector<std::string> names;  // by number

  /// The number of a name: the same name, the same number. Numbers follow first use.
  std::int64_t number(const std::string& name);

  const RuleRecord* rule(const ContentId& id) const;
  const DeclarationRecord* declaration(const ContentId& id) const;
  const RequestRecord* request(const ContentId& id) const;
  /// The version admitted last, at or before `at`; null where the class did not exist then.
  const ClassRecord* class_at(const std::string& name, Instant at) const;
};

/// State after the genesis. The genesis must be signed by each root: checked by the caller.
ChainState initial_state(const Genesis& genesis, const ContentId& id, Instant at);

/// Applies an admitted object. CHECKs on kinds that are never admitted from outside.
void apply(ChainState& state, const ContentId& id, Sequence sequence, const Object& object);

/// A refused settlement whose holder and user signed leaves a duty to disclose it, nothing else.
void apply_refusal(ChainState& state, const CheckedSubmission& submission);

/// Closes the request that is due, and gives its residual. Precondition: not closed yet.
Residual close_request(ChainState& state, const ContentId& request);

/// True when the request that `due` names closes then: at its window's end, or once it takes no
/// more original legs and nothing of it was ever granted.
bool closes(const ChainState& state, const Due& due);

}  // namespace capmarket
