// A whole market in memory for tests of the auditor: every kind of party and object, random steps,
// and the chain directory that comes of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/chain_files.h"
#include "tests/support/jurisdictions.h"
#include "tests/support/whole_market.h"
#include "verify/audit/audit.h"

namespace capmarket::audit {

/// What a random market is made of; values are chosen by the test.
struct WorldChoices {
  std::string coordination = "{ mode: none }";
  std::string pricing = "{ mode: negotiated, floor: 1.00, cap: 100.00 }";
  std::string victims = "latest-first";
  std::string review = "{ on_review: compensate, rate: 50% }";
  bool lease = false;
  bool shares = false;  // quotas and set-asides
};

/// One of many mixtures, by the number.
WorldChoices choices_of(int seed);

class AuditWorld {
 public:
  explicit AuditWorld(const WorldChoices& choices);

  /// One step of a kind chosen by `pick(n)`, a number below n. What it submits may be refused.
  template <class F>
  void step(F&& pick) {
    pick_ = pick;
    one_step();
  }
  void tick() { market_.chain().tick(now_); }
  /// All that is owed is paid, but for what only an official could pay.
  void pay_all();
  void wait(std::int64_t seconds) { now_ = now_ + Duration(seconds * kNanosPerSecond); }

  /// Genesis, one segment and a checkpoint in `dir`.
  void write(const std::string& dir) const { market_.write(dir); }
  /// The same by a faulty writer: entries are changed, then numbered, linked and signed again.
  using Change = std::function<void(std::vector<testing::ForgedEntry>&)>;
  void write_forged(const std::string& dir, const Change& change) const;

  /// Evaluated submissions by kind and decision (`settlement`, `settlement refused`), and derived
  /// objects by kind.
  const std::map<std::string, int>& counts() const { return counts_; }
  testing::Market& market() { return market_; }
  Instant now() const { return now_; }

 private:
  struct Asked {
    ContentId id;
    objects::Request request;
    const testing::Party* user;
  };
  void one_step();
  int pick(int n) { return n <= 1 ? 0 : pick_(n); }
  template <class T>
  const T& any(const std::vector<T>& list) {
    return list[static_cast<std::size_t>(pick(static_cast<int>(list.size())))];
  }
  chain::Receipt send(const objects::Object& object, const testing::Signers& signers);

  void declare();
  void declare_batch();
  void intend();
  void ask();
  void settle();
  objects::Leg leg_for(const Asked& asked, const ContentId& declaration);
  void agree(objects::Settlement& s);
  objects::CheckedSubmission sign_settlement(const objects::Settlement& s);
  void disturb(objects::Settlement& s);
  void replace();
  void surrender();
  void report_failure();
  void record();
  void curtail();
  void consume();
  void renew();
  void withdraw();
  void retract();
  void pay();
  void pay_overdue();
  void publish();
  void dispute();
  void contest();
  void bear_witness();
  void revoke();
  void correct();
  Window part_of(const Window& w);
  const crypto::KeyPair& key_of(const PublicKey& key);
  bool has_grants() { return !market_.chain().state().grants.empty(); }
  const chain::GrantRecord& any_grant();

  WorldChoices choices_;
  testing::Market market_;
  std::function<int(int)> pick_;
  Instant now_;
  testing::Officials officials_;
  testing::Party outsider_;  // an auditor of another authority
  std::vector<testing::Party> holders_, users_;
  std::vector<std::string> tiers_{"gold", "silver", "basic"};
  ContentId shared_;
  std::vector<ContentId> declarations_, intents_, sent_;
  std::vector<Asked> asked_;
  std::map<std::string, int> counts_;
  objects::Ground ground_ = objects::Ground::credential_invalid;  // of the dispute that is being resolved
};

/// The audit of a directory that holds a chain.
AuditReport audited(const std::string& dir, int threads = 1);
std::string violations_of(const AuditReport& report);

}  // namespace capmarket::audit
