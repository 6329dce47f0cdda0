// Keyed, counter-based random numbers: no shared stream, so that two rules compared on one seed
// differ only through the rules. Source:
// docs/explanation/architecture.md#a-run-is-a-pure-function; docs/spec/scenarios.md#random-numbers.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/base/bytes.h"
#include "scenarios/distribution.h"

namespace capmarket::kernel {

/// What a random number is for. Numbers are part of the key: never reuse or reorder one.
enum class Draw : std::uint64_t {
  key_seed = 1,
  salt = 2,
  latency = 3,
  directory_lag = 4,
  place = 5,
  quantity = 6,
  ask = 7,
  arrival = 8,
  length = 9,
  lead = 10,
  value = 11,
  partial = 12,
  shuffle = 13,
  adversary = 14,
  clock = 15,
  tie = 16,
  loss = 17,
  duplicate = 18,
  reorder = 19,
  delay = 20,      // of a coordinator
  outage = 21,     // likewise
  failure = 22,    // from one failure of a holder to the next
  notice = 23,     // from a failure to its notice
  late = 24,       // whether that comes too late
  surrender = 25,  // whether a grant is given back
  withdraw = 26,   // whether and when a request is withdrawn
  consume = 27,    // how much an adaptation consumes
  sample = 28,     // whether an auditor looks at a settlement
  answer = 29,     // which holders see an intent
  directory = 30,  // which directory a user asks
  bundle = 31,     // the number that joins the requests of a bundle
  bid = 32,        // what a request says that its user pays
  learn = 33,      // how far beyond the price of a dealing a trader aims
  repair = 34,     // from a failure to when the holder sells again
  mood = 35,       // how long a bursty group is calm, and busy
  favour = 36,     // whether a partial coordinator answers others
  replication = 37,  // the seed of a further replication
  fraud = 50,        // whether a fraud is committed this time
};

/// Who draws: the class of an entity.
enum class EntityKind : std::uint64_t {
  run = 0,
  authority = 1,
  holder = 2,
  user = 3,
  message = 4,  // of a negotiation; by request: number of the user << 32 | number of its request
  coordinator = 5,
  auditor = 6,
  publisher = 7,
  adaptation = 8,
  script = 10,
  readers = 11,  // of what the chain publishes: by the zone that may be cut off, and their lag
};

/// Who draws, by name: a group of the scenario, and the number inside it. What other groups there
/// are, and where they stand in the file, changes nothing.
struct Entity {
  EntityKind kind = EntityKind::run;
  std::uint64_t group = 0;   // of its name, by `named`; 0: of the run
  std::uint64_t number = 0;  // below 2^56

  bool operator==(const Entity&) const = default;
};

/// The entity of a group's name: its hash is the first 7 bytes of SHA-256, and 0.
Entity named(EntityKind kind, std::string_view group, std::uint64_t number = 0);

/// The stream of one decision: Philox4x64-10 under (seed, group | replication) at (entity,
/// decision, occurrence). Equal keys give equal numbers on every machine and thread.
class Stream {
 public:
  /// Of a whole run: population streams have replication 0, dynamics streams 1.
  struct Key {
    std::uint64_t seed = 0;
    std::uint64_t replication = 0;
  };
  Stream(Key key, const Entity& entity, Draw decision, std::uint64_t occurrence);

  /// Uniform in [0, 2^64).
  std::uint64_t next();
  /// Uniform in [0, bound), without bias. Precondition: bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// Uniform in (0, 1), 53 bits.
  double uniform();
  /// A draw of the distribution, rounded to the nearest integer; never negative.
  std::int64_t sample(const scenarios::Distribution& distribution);
  /// Exponential with this mean, at least 1.
  std::int64_t exponential(std::int64_t mean);
  /// Uniform bytes.
  void fill(std::span<std::uint8_t> out);

 private:
  void refill();
  std::uint64_t key_[2];
  std::uint64_t counter_[4];
  std::uint64_t block_[4];
  int used_ = 4;
};

/// Natural logarithm, exponential and the normal quantile from IEEE +, -, *, / and sqrt alone: the
/// C library chooses variants by processor, which differ in the last bit.
double portable_log(double x);     // x > 0, relative error below 1e-15
double portable_exp(double x);     // |x| < 700
double normal_quantile(double p);  // 0 < p < 1; Wichura 1988, AS 241 PPND16

}  // namespace capmarket::kernel
