#include "tests/support/recorded_run.h"

#include "model/base/check.h"
#include "model/chain/leaf.h"
#include "tests/support/market.h"

namespace capmarket::testing {
namespace {

/// One trade after another, each of another user, until the chain is long enough.
class Recorder {
 public:
  Recorder(std::int64_t a_checkpoint) : a_checkpoint_(a_checkpoint), market_({crypto::Scheme::mac}) {}

  std::vector<RecordedStep> record(std::int64_t entries) {
    note();
    while (market_.chain().size() < entries) trade();
    step();
    for (int i = 0; i < 3; ++i) market_.user("basic");
    step();
    return std::move(steps_);
  }
  const Bytes& frames() const { return market_.frames(); }

 private:
  void trade() {
    const Window day{kStart + Duration(kNanosPerHour), kStart + Duration(25 * kNanosPerHour)};
    Party holder = market_.holder(10);
    note();
    ContentId declared = market_.declare(holder, 10, day);
    note();
    for (int i = 0; i < 3; ++i) {
      Party user = market_.user("basic");
      objects::Request asked = market_.request(user, {declared}, 2, day);
      ContentId request = market_.ask(user, asked);
      note();
      market_.settle(holder, user,
                     market_.settlement(holder, user, declared, request, asked, kStart), kStart);
      note();
    }
  }
  /// A place where a checkpoint may stand: the end of a group.
  void note() {
    if (market_.chain().size() - signed_ >= a_checkpoint_) step();
  }
  void step() {
    const Bytes& all = market_.frames();
    steps_.push_back({Bytes(all.begin() + static_cast<std::ptrdiff_t>(written_), all.end()),
                      market_.chain().size(), market_.chain().root()});
    written_ = all.size(), signed_ = market_.chain().size();
  }

  std::int64_t a_checkpoint_, signed_ = 0;
  std::size_t written_ = 0;
  Market market_;
  std::vector<RecordedStep> steps_;
};

}  // namespace

RecordedRun RecordedRun::of(std::int64_t entries, std::int64_t a_checkpoint) {
  Recorder recorder(a_checkpoint);
  RecordedRun out;
  out.key = log_key();
  out.steps = recorder.record(entries);
  ByteView leaf, payload;
  std::size_t at = 0;
  CHECK(log::read_frame(recorder.frames(), at, leaf, payload) == log::FrameFault::none);
  out.genesis = Bytes(payload.begin(), payload.end());
  out.chain = chain::decode_leaf(leaf)->id;
  return out;
}

int RecordedRun::step_of(const log::Checkpoint& end) const {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].size == end.size && steps[i].root == end.root) return static_cast<int>(i);
  return -1;
}

std::int64_t RecordedRun::append(log::EntryLog& log, std::size_t from, std::size_t to,
                                 std::int64_t size) const {
  for (std::size_t i = from; i < to; ++i) {
    ByteView leaf, payload;
    for (std::size_t at = 0; at < steps[i].frames.size();) {
      CHECK(log::read_frame(steps[i].frames, at, leaf, payload) == log::FrameFault::none);
      log.append(leaf, payload);
    }
    if (!log.checkpoint(steps[i].root, steps[i].size)) return size;
    size = steps[i].size;
  }
  return size;
}

std::int64_t RecordedRun::write(SimulatedDisk& disk, std::size_t count) const {
  auto log = log::file_log(dir(), chain, genesis, key, disk);
  if (!log) return -1;
  return append(**log, 0, count, -1);
}

}  // namespace capmarket::testing
