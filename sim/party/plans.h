// What parties planned to do: each action with exactly what it is about.
#pragma once

#include <memory>
#include <variant>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/rules/rule.h"
#include "sim/party/indices.h"

namespace capmarket::party {

/// Volume that a request lost and looks for again.
struct Shortfall {
  ContentId loss;
  Window window;
  Quantity quantity;
  rules::Substitution scope = rules::Substitution::any;
  GrantIndex grant;  // that lost it
};

/// A party pays what it owes.
struct Pay {
  ObligationIndex obligation;
};

/// The user looks whether to dispute how failures of its settlement were dealt with.
struct Complain {
  UserIndex user;
  SettlementIndex settlement;
};

/// A holder stops delivering.
struct Fail {
  HolderIndex holder;
  std::int64_t number = 0;  // counts the failures of the holder, from 0
};

/// A grant begins while its holder is broken.
struct MeetBreakdown {
  GrantIndex grant;
};

/// The holder tells the chain of a failure.
struct ReportFailure {
  GrantIndex grant;
  Instant failed_at;
};

/// The user claims a failure.
struct ClaimFailure {
  GrantIndex grant;
  Instant failed_at;
};

/// The holder records its fallback.
struct RecordFallback {
  FailureIndex failure;
};

/// The holder declares what comes into its horizon.
struct DeclareMore {
  HolderIndex holder;
};

/// The holder sells nothing any more, and takes back what it declared.
struct Leave {
  HolderIndex holder;
};

/// The holder takes back a part of all that it declared.
struct Curtail {
  HolderIndex holder;
};

/// The user looks again for what a request lost.
struct Replace {
  RequestIndex request;
  Shortfall shortfall;
};

/// The user asks once more where nobody was left to ask.
struct AskAgain {
  RequestIndex request;
};

/// The user gives a grant back.
struct Surrender {
  GrantIndex grant;
};

/// The user withdraws a request.
struct Withdraw {
  RequestIndex request;
};

/// The user keeps a lease.
struct Renew {
  GrantIndex grant;
};

/// An adaptation states what it consumed.
struct Consume {
  GrantIndex grant;
  std::uint64_t number = 0;  // of the user's grants
  Instant since;
};

/// A publisher states its index.
struct Publish {
  PublisherIndex publisher;
};

/// An auditor looks at a settlement that it sampled.
struct Audit {
  AuditorIndex auditor;
  SettlementIndex settlement;
};

/// An auditor looks again at all that it sampled: a revocation opened a review.
struct AuditReview {
  AuditorIndex auditor;
};

/// An authority revokes a credential.
struct Revoke {
  RevocationIndex revocation;
};

/// An authority puts a rule on the chain that takes effect soon.
struct Promulgate {
  RuleIndex rule;
};

/// The holder takes back what is free of a declaration: of an answer to an intent, or as it leaves.
struct TakeBack {
  ListingIndex listing;
};

/// The user sends an intent again that the network gave up.
struct SendIntent {
  RequestIndex request;
};

/// The user waits no longer for answers to its intent.
struct CloseAnswers {
  RequestIndex request;
};

/// The user does what it does so many times an hour as an adversary.
struct Scheme {
  UserIndex user;
  std::uint64_t number = 0;
};

/// The user asks for what its accomplice has asked for before.
struct AskLater {
  UserIndex user;
  std::shared_ptr<const RequestState> wanted;
};

/// A step of the script is due.
struct ExecuteStep {
  StepIndex step;
};

using Action =
    std::variant<Pay, Complain, Fail, ReportFailure, ClaimFailure, RecordFallback, Curtail, DeclareMore, Leave,
                 Replace, AskAgain, Surrender, Withdraw, Renew, Consume, Publish, Audit, AuditReview, Revoke,
                 Promulgate, TakeBack, CloseAnswers, SendIntent, MeetBreakdown,
                 Scheme, AskLater, ExecuteStep>;
using ActionIndex = Index<Action>;

}  // namespace capmarket::party
