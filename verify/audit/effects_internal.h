// Shared between the sources of effects.
#pragma once

#include "verify/audit/effects.h"
#include "verify/audit/gather_internal.h"

namespace capmarket::audit {

/// Derived objects of one cause, as they are made.
class Group {
 public:
  Group(AuditState& state, const Salt& cause, DerivedGroup& out)
      : s(state), cause_(cause), out_(out) {}

  /// Under the next salt of the group; gives its id.
  template <class T>
  ContentId add(T object) {
    object.salt =
        objects::derived_salt(cause_, objects::kind_of(objects::Object(object)), static_cast<std::int64_t>(out_.size()));
    objects::Object made = std::move(object);
    ContentId id = id_of(made);
    s.objects.insert(id);
    out_.push_back({id, std::move(made)});
    return id;
  }
  /// An Obligation under the currency of `rule`; none where nothing is owed.
  void owe(const ContentId& cause, const AuditGrant& grant, objects::ObligationKind kind,
           const PublicKey& payer, const PublicKey& payee, Money amount, const rules::Rule& rule,
           Instant deadline);
  /// Likewise, within the rule's time for disputes.
  void owe(const ContentId& cause, const AuditGrant& grant, objects::ObligationKind kind,
           const PublicKey& payer, const PublicKey& payee, Money amount, const rules::Rule& rule);

  AuditState& s;

 private:
  static ContentId id_of(const objects::Object& object);
  Salt cause_;
  DerivedGroup& out_;
};

/// `t` + `d`, at most what the wire carries.
Instant later(Instant t, Duration d);

/// Takes live volume away; gives V(before) - V(after). `load`: it may be sold again, or is gone.
Money trim(AuditState& s, AuditGrant& g, const std::vector<objects::Piece>& pieces, bool load);
/// Notes it among what the request lost.
void lose(AuditState& s, const AuditGrant& g, const ContentId& id, AuditLossReason reason,
          std::vector<objects::Piece> pieces);

/// Live volume of the grant from ceil(t) on.
std::vector<objects::Piece> live_from(const AuditGrant& g, Instant t);
/// A Release of `pieces`; gives its id and what it trims.
std::pair<ContentId, Money> release(Group& group, AuditGrant& g, std::vector<objects::Piece> pieces,
                                    objects::ReleaseCause cause);
/// A Failure with its Obligation. What was curtailed leaves the load.
void fail_grant(Group& group, AuditGrant& g, std::vector<objects::Piece> pieces,
                const ContentId& cause, bool late, AuditTold told);
/// These five: the effect of one admitted object, with the derived objects that it causes.
void surrender(Group& group, AuditGrant& g, std::vector<objects::Piece> pieces, objects::ReleaseCause cause);
/// The lease as it is taken up now: the first one of a grant where `first`.
void renew(AuditState& s, AuditGrant& g, bool first = false);
void close_request(Group& group, AuditRequest& r);

void settle(Group& group, const objects::CheckedSubmission& sub, const objects::Settlement& o, std::int64_t sequence,
            const SettlementEvidence& e);
/// `sequence`: of the dispute.
void resolve_dispute(Group& group, const ContentId& id, const objects::Dispute& o,
                     std::int64_t sequence);

}  // namespace capmarket::audit
