// One random command at a time, read against the market that it meets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/property/history.h"

namespace capmarket::property {

inline constexpr const char* kTiers[] = {"basic", "silver", "gold"};

enum What {
  kTime,
  kDeclare,
  kBatch,
  kIntent,
  kRequest,
  kTrade,
  kPress,
  kSettle,
  kSettleMany,
  kReplace,
  kWithdraw,
  kSurrender,
  kRenew,
  kPay,
  kPayAll,
  kFail,
  kRecord,
  kCurtail,
  kActivity,
  kIndex,
  kDispute,
  kRevoke,
  kSuccessor,
  kPolicy,
  kAgreement,
  kTick,
  kPromulgate,
  kAgain,
  kCredential,
  kStrategy,
  kAuthority,
  kClass,
  kInfrastructure,
  kRetract,
  kTamper,
  kContest,
  kWitness,
  kCrowd
};

inline constexpr struct {
  What what;
  const char* name;
  int weight;
} kCommands[] = {{kTime, "time", 11},
                 {kDeclare, "declare", 6},
                 {kBatch, "batch", 2},
                 {kIntent, "intent", 2},
                 {kRequest, "request", 10},
                 {kSettle, "settle", 22},
                 {kTrade, "trade", 18},
                 {kPress, "press", 22},
                 {kCrowd, "crowd", 12},
                 {kSettleMany, "settle-many", 18},
                 {kReplace, "replace", 9},
                 {kWithdraw, "withdraw", 2},
                 {kSurrender, "surrender", 5},
                 {kRenew, "renew", 2},
                 {kPay, "pay", 3},
                 {kPayAll, "pay-all", 5},
                 {kFail, "fail", 12},
                 {kContest, "contest", 7},
                 {kWitness, "witness", 6},
                 {kRecord, "record", 4},
                 {kCurtail, "curtail", 3},
                 {kActivity, "activity", 5},
                 {kIndex, "index", 5},
                 {kDispute, "dispute", 6},
                 {kRevoke, "revoke", 1},
                 {kSuccessor, "successor", 5},
                 {kPolicy, "policy", 1},
                 {kAgreement, "agreement", 2},
                 {kTick, "tick", 2},
                 {kPromulgate, "promulgate", 1},
                 {kAgain, "again", 2},
                 {kCredential, "credential", 2},
                 {kStrategy, "strategy", 1},
                 {kAuthority, "authority", 1},
                 {kClass, "class", 1},
                 {kInfrastructure, "infrastructure", 1},
                 {kRetract, "retract", 3},
                 {kTamper, "tamper", 3}};

class Player {
 public:
  Player(World& world, Statistics& statistics, bool observed)
      : w_(world), m_(world.slow), stats_(statistics), observed_(observed) {}
  void play(const Command& command);

 private:
  // Choices, none where there is nothing to choose from.
  template <class T>
  const T* pick(const std::vector<T>& from, int n) const {
    return from.empty() ? nullptr : &from[static_cast<std::size_t>(n) % from.size()];
  }
  /// One of the latest few.
  const ContentId* late(const std::vector<ContentId>& from, int n) const {
    return from.empty()
               ? nullptr
               : &from[from.size() - 1 -
                       static_cast<std::size_t>(n) % std::min<std::size_t>(from.size(), 6)];
  }
  Instant second(int ahead) const {
    Instant t = whole_second(w_.now);
    return t + Duration(ahead * kNanosPerSecond);
  }
  const crypto::KeyPair& key_of(const PublicKey& key) const {
    for (int i = 0; i < 40; ++i)
      if (numbered_key(i).pub == key) return numbered_key(i);
    return numbered_key(39);
  }
  const ContentId& credential_of(const PublicKey& key) const;
  const ContentId& rule_for(const std::string& class_name) const {
    return class_name == "net" ? w_.net_rules.back() : w_.rules.back();
  }
  chain::Receipt submit(const objects::Object& object, const Signers& signers);

  objects::Declaration declaration(const Command& c);
  std::optional<objects::Leg> leg(const Command& c, const ContentId& request, const ContentId* declaration);
  void agree(objects::Settlement& s, const Signers& signers, const Command& c);
  void count_covers(const objects::Settlement& s, const admission::Decision& decision);
  void count_displacements(const objects::Settlement& s);
  void count_split(const objects::Leg& leg);
  void sign_earlier(objects::Settlement& s);
  void mutate(objects::Settlement& s, Signers& signers, const Command& c);
  void finish(objects::Settlement s, const Command& c);
  Signers signers_of(const objects::Settlement& s, const Command& c) const;
  Window part_of(const Window& window, const Command& c) const;
  Window lacking(const ContentId& request, const Window& window) const;

  std::optional<ContentId> request(const Command& c, const Party* user, const char* tier,
                                   const SlowGrant* against = nullptr);
  void trade(const Command& c, bool pressing);
  std::optional<ContentId> declare_afresh(const Party& holder, Instant from);
  void buy(const Party& user, const std::vector<ContentId>& named, std::int64_t quantity,
           const Window& window, const char* tier, const Command& c);
  void crowd(const Command& c);
  const ContentId* open_request(const Command& c) const;
  void settle(const Command& c);
  void settle_many(const Command& c);
  struct Ahead {
    Window window{};
    std::int64_t quantity = 0;
  };
  Ahead ahead(const SlowLoss& loss) const;
  const ContentId* room_for(const SlowRequest& r, const Ahead& lost, int n) const;
  void replace(const Command& c);
  void pay_all(const Command& c);
  void fail(const Command& c);
  void claim(const Command& c);
  std::vector<ContentId> open_claims(const Command& c, bool contested);
  void contest(const Command& c);
  void witness(const Command& c);
  void record(const Command& c);
  void index(const Command& c);
  void dispute(const Command& c);
  void change_terms(rules::Rule& next, const Command& c);
  void last_as_long_as_time(rules::Rule& next, int beyond);
  Duration longest_kept(const std::string& class_name, int beyond);
  void fill_line(objects::Declaration& d, int more);
  void edict(const Command& c);
  void institute(const Command& c);
  void offer(const Command& c);
  void standing(const Command& c);
  void tamper(const Command& c);

  World& w_;
  SlowMarket& m_;
  Statistics& stats_;
  bool observed_;  // what is disputed, every observer disputes again
};

}  // namespace capmarket::property
