#include "sim/world/signing_pool.h"

#include "model/base/check.h"

namespace capmarket::world {

SigningPool::SigningPool(const ContentId& chain, const crypto::Signing& signing, int workers)
    : chain_(chain), signing_(signing) {
  for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
}

SigningPool::~SigningPool() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& t : workers_) t.join();
}

std::shared_ptr<SigningPool::Ticket> SigningPool::start(SigningJob job) {
  auto ticket = std::make_shared<Ticket>();
  ticket->job_ = std::move(job);
  if (!workers_.empty()) {
    {
      std::lock_guard lock(mutex_);
      queue_.push_back(ticket);
    }
    wake_.notify_one();
  }
  return ticket;
}

void SigningPool::run(Ticket& t) {
  objects::Submission s{t.job_.kind, std::move(t.job_.body), {}};
  const std::vector<party::Signer>& signers = t.job_.signers;
  for (std::size_t i = 1; i < signers.size(); ++i) {
    s.signatures.push_back(objects::make_signature(signing_, chain_, signers[i].role, t.job_.kind,
                                                   signers[i].key, t.job_.id));
    if (signers[i].forged) s.signatures.back().bytes.bytes[0] ^= 1;
  }
  objects::add_envelope(signing_, chain_, signers.front().role, t.job_.kind, signers.front().key,
                        t.job_.id, s.signatures);
  auto checked = objects::check_submission(std::move(s), chain_, signing_);
  CHECK(checked.has_value(), to_text(checked.has_value() ? Problems{} : checked.error()));
  t.result_ = std::move(*checked);
}

void SigningPool::work() {
  for (;;) {
    std::shared_ptr<Ticket> ticket;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || !queue_.empty(); });
      if (stop_) return;
      ticket = std::move(queue_.front());
      queue_.pop_front();
    }
    int pending = 0;
    if (!ticket->state_.compare_exchange_strong(pending, 1)) continue;
    run(*ticket);
    ticket->state_.store(2, std::memory_order_release);
    ticket->state_.notify_all();
  }
}

objects::CheckedSubmission SigningPool::join(Ticket& ticket) {
  int pending = 0;
  if (ticket.state_.compare_exchange_strong(pending, 1)) {
    run(ticket);
    return std::move(ticket.result_);
  }
  while (ticket.state_.load(std::memory_order_acquire) != 2) ticket.state_.wait(1);
  return std::move(ticket.result_);
}

}  // namespace capmarket::world
