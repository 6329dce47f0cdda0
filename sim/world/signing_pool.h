// Signatures are made and checked while their message is in flight, by worker threads, and joined
// when it is admitted. Results do not depend on when a worker finished.
// Source: docs/explanation/architecture.md#signing-in-flight.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "model/objects/submission.h"
#include "sim/party/outbox.h"

namespace capmarket::world {

/// One submission to sign and check.
struct SigningJob {
  objects::Kind kind = objects::Kind::tick;
  Bytes body;
  ContentId id;
  std::vector<party::Signer> signers;
};

/// Threads that sign and check submissions. Precondition of all: one thread calls.
class SigningPool {
 public:
  /// `workers` threads beside the caller's; 0 does every job at its join.
  SigningPool(const ContentId& chain, const crypto::Signing& signing, int workers);
  ~SigningPool();
  SigningPool(const SigningPool&) = delete;
  SigningPool& operator=(const SigningPool&) = delete;

  class Ticket;
  /// Hands the job to a worker; its result is asked for by the ticket.
  std::shared_ptr<Ticket> start(SigningJob job);
  /// The signed and checked submission; does the job here when nobody has begun it. Call once.
  objects::CheckedSubmission join(Ticket& ticket);

 private:
  void work();
  void run(Ticket& ticket);

  ContentId chain_;
  crypto::Signing signing_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Ticket>> queue_;
  bool stop_ = false;
  std::vector<std::thread> workers_;
};

/// A job under way.
class SigningPool::Ticket {
  friend class SigningPool;
  SigningJob job_;
  std::atomic<int> state_{0};  // 0 pending, 1 running, 2 done
  objects::CheckedSubmission result_;
};

}  // namespace capmarket::world
