// An event and what it entails: derived objects, each with its effect on the state.
#pragma once

#include <vector>

#include "model/chain/cover.h"
#include "model/chain/state.h"
#include "model/crypto/hash.h"

namespace capmarket::chain {

/// An object that follows from another; every verifier recomputes it.
struct DerivedEvent {
  objects::Kind kind = objects::Kind::residual;
  ContentId id;
  Bytes body;
  objects::Object object;
};

/// Collects the derived objects of one group, in order, and changes the state as it goes.
class Group {
 public:
  /// `cause` salts what follows; `next` is the sequence number of the first derived event.
  Group(ChainState& state, const Salt& cause, Sequence next)
      : state_(state), cause_(cause), next_(next) {}

  /// Salts, encodes and lists `object`. Its id.
  template <class T>
  ContentId add(objects::Kind kind, T object) {
    object.salt = objects::derived_salt(cause_, kind, static_cast<std::int64_t>(events_.size()));
    return list(kind, objects::Object(std::move(object)));
  }

  /// An obligation of more than nothing.
  void oblige(const ContentId& cause, const GrantRecord& grant, objects::ObligationKind kind,
              const PublicKey& payer, const PublicKey& payee, Money amount,
              const std::string& currency, Instant deadline);

  /// The load, failed volume included, of a fresh grant.
  void take(GrantIndex grant);
  /// Displaces what `victim` of its cover gives to the grant `displacer`.
  void displace(GrantIndex displacer, const CoverVictim& victim);
  /// Gives live volume back; nothing for no pieces. What it was worth.
  Money release(GrantIndex grant, const capacity::Pieces& pieces, objects::ReleaseCause cause,
                ContentId* id);
  /// Release with what a surrender or a lapse owes both ways.
  void give_back(GrantIndex grant, const capacity::Pieces& pieces, objects::ReleaseCause cause,
                 objects::ObligationKind kind);
  /// Release from `state.time` on with what the holder owes back.
  void void_future(GrantIndex grant, objects::ReleaseCause cause, objects::ObligationKind kind);
  /// Live volume that is not delivered; it stays in the load unless it was curtailed.
  void fail(GrantIndex grant, const capacity::Pieces& pieces, const ContentId& cause, bool late,
            FailureOrigin origin);
  /// Residual of a request. Precondition: it is not closed.
  void close(RequestIndex request);

  /// What was derived, in order; at most once.
  std::vector<DerivedEvent> finish() { return std::move(events_); }
  /// The state, as it stands inside the group.
  ChainState& state() { return state_; }

 private:
  ContentId list(objects::Kind kind, objects::Object object);
  /// Takes `pieces` out of the live volume. What they were worth: V(before) - V(after).
  Money trim(GrantIndex grant, const capacity::Pieces& pieces);
  void unload(const GrantRecord& grant, const capacity::Pieces& pieces);
  void lose(const GrantRecord& grant, LossReason reason, const ContentId& id, capacity::Pieces pieces);

  ChainState& state_;
  Salt cause_;
  Sequence next_;
  std::vector<DerivedEvent> events_;
};

}  // namespace capmarket::chain
