#include "sim/run/promises.h"

#include "model/log/checkpoint.h"
#include "model/log/merkle.h"
#include "model/objects/submission.h"
#include "sim/kernel/grid.h"
#include "sim/world/world.h"

namespace capmarket::run {

PromiseBook::PromiseBook(const ContentId& chain, crypto::KeyPair key, Duration interval,
                         Duration delay)
    : log_(log::checkpoint_origin(chain)),
      key_(std::move(key)),
      interval_(interval),
      delay_(delay),
      text_(log::promises_head()) {}

void PromiseBook::on_event(const chain::Event& event) {
  static const Digest kNoSignatures = objects::hash_signatures({});
  if (event.leaf.signatures == kNoSignatures) return;
  const Instant at = kernel::round_up(event.leaf.time, interval_);
  if (at != at_) close();
  at_ = at;
  open_.envelopes.push_back({event.leaf.id, event.leaf.signatures});
}

void PromiseBook::close() {
  if (open_.envelopes.empty()) return;
  log::MerkleFrontier tree;
  for (const log::Envelope& e : open_.envelopes) tree.append(log::envelope_hash(e));
  open_.note = log::sign_promise({log_, tree.size(), tree.root(), at_, at_ + delay_}, key_);
  text_ += log::to_text(open_);
  open_ = {};
}

std::string PromiseBook::finish() {
  close();
  return std::move(text_);
}

}  // namespace capmarket::run
