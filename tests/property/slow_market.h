// The slow, obvious market: what the chain must decide and entail, from the events alone. Load is
// an array of seconds, everything else a plain map; expressions are C++ functions, not a rule's.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/chain/leaf.h"
#include "model/objects/submission.h"
#include "tests/property/slow_cover.h"

namespace capmarket::property {

struct SlowRule {
  rules::Rule rule;
  Instant successor_from = kDistantFuture;
};
struct SlowDeclaration {
  objects::Declaration o;
  std::int64_t sequence = 0;
  Seconds curtailed{}, retracted{};  // gone; what of that went back to the asset
};
struct SlowLoss {
  ContentId id;
  char reason = ' ';  // displaced, failed, released
  ContentId grant;
  Seconds lost{};
};
struct SlowRequest {
  objects::Request o;
  std::int64_t next_index = 0;
  bool granted = false, withdrawn = false, closed = false;
  std::vector<SlowLoss> losses;
};
struct SlowGrant {
  ContentId id, settlement;
  std::int64_t leg_index = 0, sequence = 0, rank = 0, times_displaced = 0;
  Instant admitted;
  objects::Leg leg;
  Seconds live{}, failed{}, consumed{};  // failed: what stays in the load
  std::optional<Instant> lease_until;
};
struct SlowSettlement {
  objects::Settlement o;
  Instant admitted;
};
struct SlowObligation {
  objects::Obligation o;
  Money paid;
};
struct SlowFailure {
  objects::Failure o;
  Instant admitted;
  Money owed, trimmed;
  bool recorded = false;
  std::vector<ContentId> substitutes;
  char told = 'h';  // by the holder, a claim, a curtailment
};
struct SlowClaim {
  objects::DeliveryFailure o;
  Instant admitted;
  bool contested = false, closed = false;
  std::vector<objects::Witness> witnesses;
};
struct SlowReview {
  std::set<ContentId> settlements;
  Instant until;
  std::map<ContentId, rules::OnReview> outcomes;
  bool closed = false;
};
struct SlowRefusals {
  std::int64_t period = -1, count = 0;
  bool shut_out = false;
};

/// Follows the events of one chain and complains about every one that it would not have made.
/// Preconditions: windows of what is admitted lie on whole seconds; tiers are those of tier_terms.
class SlowMarket {
 public:
  /// The submission whose leaf comes next. Its decision is compared with the slow one.
  void expect(const objects::CheckedSubmission& submission) { submission_ = &submission; }
  void observe(const chain::Leaf& leaf, const objects::Object& object);
  /// After the last event of a group: the invariants, and that nothing due is missing.
  void end_group();

  std::vector<std::string> complaints;
  /// Every leg is coordinated: INV-1 holds against schedules too.
  bool scheduled = false;

  // What is on the chain, for whoever writes the next submission.
  Instant time;
  objects::Genesis genesis;
  ContentId chain, market;
  std::map<ContentId, objects::AuthorityGrant> authorities;
  std::map<ContentId, objects::CredentialGrant> credentials;
  std::vector<ContentId> credential_order;
  std::map<ContentId, Instant> revoked;
  std::map<std::string, std::vector<std::pair<Instant, objects::ClassDeclaration>>> classes;
  std::map<ContentId, SlowRule> rules;
  std::map<ContentId, std::pair<rules::FallbackStrategy, Instant>> strategies;
  std::map<ContentId, objects::ReconciliationPolicy> policies;
  std::map<ContentId, objects::SharedInfrastructure> infrastructures;
  std::map<ContentId, std::vector<objects::PeerAgreement>> agreements;
  std::map<ContentId, SlowDeclaration> declarations;
  std::map<ContentId, objects::Intent> intents;
  std::map<ContentId, SlowRequest> requests;
  std::map<ContentId, SlowSettlement> settlements;
  std::map<ContentId, SlowGrant> grants;
  std::map<ContentId, SlowObligation> obligations;
  std::map<ContentId, SlowFailure> failures;
  std::map<ContentId, SlowClaim> claims;
  std::map<ContentId, SlowReview> reviews;
  std::map<ContentId, std::pair<objects::PriceIndex, std::int64_t>> indices;
  std::map<PublicKey, SlowRefusals> refusals;
  std::vector<ContentId> grant_order, request_order, declaration_order, obligation_order,
      failure_order, settlement_order, index_order, claim_order, review_order;

  // Answers by going through everything.
  std::int64_t load(const ContentId& declaration, int second) const;
  std::int64_t shared_load(const ContentId& infrastructure, int second) const;
  std::int64_t schedule(const ContentId& infrastructure, Instant t) const;
  /// What a retraction at `at` takes back.
  Seconds retractable(const ContentId& declaration, Instant at) const;
  /// What the infrastructure's declarations say of that second, less what was retracted.
  Int128 declared_on(const ContentId& infrastructure, int second) const;
  /// The latest instant that a leg under the rule can give rise to, if records of its class are
  /// kept for so long: docs/spec/rules.md#range.
  Int128 latest(const rules::Rule& rule, Duration class_retention) const;
  std::int64_t request_live(const ContentId& request, int second) const;
  /// What an edge is loaded above its schedule inside windows of legs under peer coordination, and
  /// no dispute penalised.
  Seconds open_breach(const ContentId& edge) const;
  /// Who is at fault for the load of an edge; `otherwise` where no agreement and no live grant
  /// says.
  PublicKey breacher(const ContentId& edge, int second,
                     const std::optional<PublicKey>& otherwise = std::nullopt) const;
  /// Whether a breach of that edge may be found in the window of the grant.
  bool judged_on(const SlowGrant& g, const ContentId& edge) const;
  std::map<ContentId, Seconds> punished, released;  // volume in breach that disputes met, by edge
  const SlowRule* in_force(const std::string& name, Instant t, ContentId* id = nullptr) const;
  bool overdue(const PublicKey& user, Instant at) const;
  Money outstanding(const ContentId& obligation) const;
  /// Whether its envelope is valid and of a key that was ever granted to anybody.
  bool known(const objects::CheckedSubmission& submission) const;
  /// What a shut-out keeps away.
  static bool barred(objects::Kind kind);
  /// The covers of the legs of the expected submission, if it were decided at `at`.
  std::vector<SlowCover> covers(const objects::Settlement& o, Instant at) const;
  /// Those of the settlement that was decided last.
  const std::vector<SlowCover>& decided() const { return covers_; }
  /// The clauses of the expected submission; empty where something that it names does not exist.
  using Verdicts = std::map<admission::ClauseId, bool>;
  std::optional<Verdicts> verdicts(const objects::Object& object, Instant at);
  /// Count and weighted lower median of the legs admitted in [at - over, at); count 0 without any.
  std::pair<std::int64_t, Money> index_of(const rules::Rule& rule, Instant at) const;
  /// The latest refusal that a leg must disclose.
  std::optional<ContentId> duty(const objects::Leg& leg, Instant signed_at) const;

 private:
  struct Item {  // a derived object that must come next
    objects::Kind kind = objects::Kind::tick;
    ContentId grant{};
    Seconds part{};
    bool late = false;
    objects::Obligation obligation{};
    std::size_t leg = 0;
    std::size_t victim = 0;  // of the leg's cover
  };

  void complain(const std::string& what);
  void compare(const chain::Leaf& leaf, const objects::Object& object);
  void compare_shortfalls(const admission::Decision& d);
  std::optional<Verdicts> settlement(const objects::Settlement& o, Instant at) const;
  void leg_verdicts(Verdicts& v, const objects::Settlement& o, std::size_t index, Instant at) const;
  void load_verdicts(Verdicts& v, const objects::Settlement& o, std::size_t index) const;
  std::int64_t of_user(const objects::Settlement& o, std::size_t index, const PublicKey& user,
                       int half) const;
  bool displacement(const objects::Settlement& o, std::size_t index, Instant at) const;
  /// Under the rule, at the declaration's place.
  bool coordinated(const objects::Settlement& o, const rules::Rule& rule,
                   const objects::Declaration& place) const;
  bool price(const objects::Settlement& o, const objects::Leg& leg) const;
  bool sequence(const objects::Settlement& o, std::size_t index) const;
  bool substitutes(const objects::Settlement& o, const objects::Leg& leg) const;
  bool jurisdictions(const objects::Settlement& o) const;
  bool resolves(const ContentId& credential, objects::Role role, const PublicKey& subject,
                Instant t) const;
  std::vector<ContentId> links(const ContentId& credential) const;
  int root_of(ContentId authority) const;
  const std::vector<location::Location>& issuer_scope(const ContentId& credential) const;
  bool part(Verdicts& v, const ContentId& grant, const Window& window, std::int64_t quantity,
            bool live) const;
  bool attested(const objects::Declaration& d,
                const std::vector<objects::Declaration>& before) const;
  bool judge_offer(Verdicts& v, const objects::Object& object, Instant at) const;
  bool judge_rule(Verdicts& v, const objects::Object& object, Instant at) const;
  bool judge_class(Verdicts& v, const objects::Object& object, Instant at) const;
  /// Of a declaration, after `before` of the same batch.
  bool sayable(const objects::Declaration& d,
               const std::vector<objects::Declaration>& before) const;
  bool judge_use(Verdicts& v, const objects::Object& object, Instant at) const;
  bool judge_aftermath(Verdicts& v, const objects::Object& object) const;
  bool judge_claim(Verdicts& v, const objects::Object& object, Instant at) const;
  Instant contest_end(const SlowClaim& c) const;
  Instant witness_end(const SlowClaim& c) const;
  Instant last_dispute(const ContentId& settlement) const;
  bool apart(const SlowClaim& c, const objects::Witness& w) const;
  const SlowRule& judging(const objects::Settlement& o, const objects::Leg& leg,
                          std::optional<std::string> objects::ReconciliationPolicy::*by) const;
  std::int64_t rank_of(const objects::Settlement& o, const objects::Leg& leg) const;

  bool next_is(objects::Kind kind);
  void apply(const chain::Leaf& leaf, const objects::Object& object);
  void apply_edict(const chain::Leaf& leaf, const objects::Object& object);
  void apply_market(const chain::Leaf& leaf, const objects::Object& object);
  void apply_aftermath(const chain::Leaf& leaf, const objects::Object& object);
  void apply_derived(const chain::Leaf& leaf, const objects::Object& object);
  void apply_obligation(const chain::Leaf& leaf, const objects::Object& object);
  void apply_settlement(const chain::Leaf& leaf, const objects::Settlement& o);
  void apply_curtailment(const objects::Curtailment& o);
  void apply_retract(const objects::Retract& o);
  void apply_displacement(const chain::Leaf& leaf, const objects::Displacement& o);
  void apply_release(const chain::Leaf& leaf, const objects::Release& o);
  void apply_failure(const chain::Leaf& leaf, const objects::Failure& o);
  void apply_residual(const objects::Residual& o);
  void apply_claims(const chain::Leaf& leaf, const objects::Object& object);
  void apply_closed_claim(const chain::Leaf& leaf, const objects::ClaimClosed& o);
  void apply_closed_review(const chain::Leaf& leaf, const objects::ReviewClosed& o);
  objects::ClaimClosed decided(const ContentId& id) const;
  bool noticed(const SlowClaim& c) const;
  void note_reviewed(bool founded);
  void nothing_due_left();
  void apply_resolution(const chain::Leaf& leaf, const objects::Resolution& o);
  void remedy(const chain::Leaf& leaf, const objects::Resolution& o);
  void remedy_leg(const chain::Leaf& leaf, const objects::Resolution& o, const SlowGrant& g);
  void remedy_breach(const chain::Leaf& leaf, const objects::Resolution& o);
  std::vector<ContentId> invalid_links(const objects::Settlement& s,
                                       std::optional<PublicKey>* by) const;
  Seconds breach(const ContentId& edge, const Window& window) const;
  std::vector<ContentId> unfollowed(const ContentId& settlement) const;
  void await_release(const SlowGrant& g, const Seconds& part);
  void refused(const chain::Leaf& leaf, const objects::Object& object);
  void renew(SlowGrant& g, Instant at);
  void lose(SlowGrant& g, char reason, const ContentId& id, const Seconds& part);
  void owe(const SlowGrant& g, objects::ObligationKind kind, const PublicKey& payer,
           const PublicKey& payee, std::int64_t amount, const std::string& currency,
           Instant deadline);
  const PublicKey& holder(const SlowGrant& g) const;
  const PublicKey& user(const SlowGrant& g) const;
  const rules::Rule& rule(const SlowGrant& g) const;

  friend class SlowTurn;
  const objects::CheckedSubmission* submission_ = nullptr;
  std::vector<SlowCover> covers_;
  std::deque<Item> items_;   // what must come next
  std::size_t owed_at_ = 0;  // where the next obligation goes among them
  std::optional<objects::Dispute> disputed_;
  std::set<ContentId> under_review_;                          // what the next Review is of
  std::set<std::pair<ContentId, objects::Ground>> remedied_;  // grants and failures
  std::set<ContentId> late_requests_;  // admitted after their own closing time
  std::map<std::tuple<PublicKey, PublicKey, ContentId>, std::vector<std::pair<ContentId, Instant>>>
      duties_;
};

/// The second that holds `t`, from kStart.
int second_of(Instant t);
/// Up to the next whole second.
Instant whole_second(Instant t);
/// V(price, volume of these seconds).
std::int64_t slow_value(Money price, const Seconds& part);

}  // namespace capmarket::property
