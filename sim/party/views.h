// What a party has at hand when a message reaches it or a time has come: its own, what anybody may
// know of the market, the chain as published up to the last checkpoint that reached it, and the
// outbox that takes what it sends. One type a role.
// Source: docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include "model/chain/follower.h"
#include "sim/party/market.h"
#include "sim/party/outbox.h"

namespace capmarket::party {

/// What everybody has.
struct View {
  Instant now;
  Market market;
  chain::Follower& published;  // as far as it has reached the party
  Instant checkpoint;          // that reached it last
  Duration lag;                // of what is published, behind its latency
  kernel::Stream::Key population, dynamics;  // of the draws
  Outbox& out;

  const chain::ChainState& seen() const { return published.state(); }
  /// How long it must wait at least until the chain has answered and said so.
  Duration until_published() const { return market.chain_interval() + lag; }
  /// The next salt of the party; no two are equal.
  Salt fresh_salt(Draws& of) const;
  /// Plans an action, now at the earliest; nothing at or after the scenario's end.
  void plan(Draws& of, Instant time, Action action) const;
  /// Signs the object and sends it to the chain; what it comes to is learned from what the chain
  /// publishes. One that the network gave up comes back. `concern` says what the submitter does
  /// with it. The id of the object.
  ContentId submit(const objects::Object& object, Concern concern, std::vector<Signer> signers,
                   const Sender& from,
                   std::optional<scenarios::Attack> attack = std::nullopt) const;
};

struct HolderView : View {
  HolderIndex index;
  HolderState& me;
  const scenarios::HolderGroup* group;  // null: of the trace

  /// The sender of its next message.
  Sender sender() const { return {me.draws.who, me.draws.sent++, me.zone}; }
};

/// A user's own requests and bundles, by their places. Preconditions: they are its own.
class OwnRequests {
 public:
  OwnRequests(UserIndex owner, IndexedVector<RequestState>& requests,
              IndexedVector<BundleState>& bundles)
      : owner_(owner), requests_(&requests), bundles_(&bundles) {}

  RequestState& operator[](RequestIndex index) const;
  BundleState& bundle(BundleIndex index) const;
  /// References to other requests die.
  RequestIndex add(RequestState request) const;
  BundleIndex add(BundleState bundle) const;

 private:
  UserIndex owner_;
  IndexedVector<RequestState>* requests_;
  IndexedVector<BundleState>* bundles_;
};

struct UserView : View {
  UserIndex index;
  UserState& me;
  const scenarios::UserGroup* group;  // null: of the trace
  OwnRequests requests;

  /// The sender of its next message.
  Sender sender() const { return {me.draws.who, me.draws.sent++, me.zone}; }
  /// The sender of the next message of a negotiation.
  Sender sender(RequestIndex request) const {
    Draws& draws = requests[request].draws;
    return {draws.who, draws.sent++, me.zone};
  }
};

struct CoordinatorView : View {
  CoordinatorIndex index;
  CoordinatorState& me;
  const scenarios::CoordinatorSpec& spec;
};

struct AuditorView : View {
  AuditorIndex index;
  AuditorState& me;
};

struct PublisherView : View {
  PublisherIndex index;
  PublisherState& me;
};

struct AuthorityView : View {
  AuthorityIndex index;
  const crypto::KeyPair& key;
  Draws& draws;

  /// The sender of its next message.
  Sender sender() const { return {draws.who, draws.sent++, {}}; }
};

}  // namespace capmarket::party
