// A log on a disk that fails or loses power at every call and at every byte: what was signed is there,
// or the loss is named; and the log goes on.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <random>

#include "model/base/check.h"
#include "tests/support/parties.h"
#include "tests/support/recorded_run.h"

#ifndef CAPMARKET_CRASH_STRIDE
#define CAPMARKET_CRASH_STRIDE 199
#endif

namespace capmarket::log {
namespace {

using testing::DiskCall;
using testing::DiskFault;
using testing::PowerLoss;
using testing::RecordedRun;
using testing::SimulatedDisk;

struct NamedLoss {
  PowerLoss loss;
  const char* name;
  int seeds;  // draws of it
};
constexpr NamedLoss kLosses[] = {{PowerLoss::vanish, "vanish", 1},
                                 {PowerLoss::survive, "survive", 1},
                                 {PowerLoss::prefix, "prefix", 2},
                                 {PowerLoss::reorder, "reorder", 3},
                                 {PowerLoss::garble, "garble", 3}};

/// How often each thing happened.
using Counts = std::map<std::string, std::int64_t>;

void print(const char* title, const Counts& counts) {
  for (const auto& [name, n] : counts)
    std::printf("  %s: %s: %lld\n", title, name.c_str(), static_cast<long long>(n));
}

const RecordedRun& recorded() {
  static const RecordedRun kRun = RecordedRun::of(200, 10);
  return kRun;
}

/// Reopens: a prefix that was signed, not shorter than `receipt`, and it goes on to the next step.
/// Where nothing was signed, nothing need be there.
::testing::AssertionResult survives(SimulatedDisk disk, std::int64_t receipt, Counts& counts,
                                    const std::string& name) {
  const RecordedRun& run = recorded();
  auto again = file_log_append(run.dir(), run.chain, run.key, disk);
  if (!again) {
    if (receipt >= 0)
      return ::testing::AssertionFailure() << name << ": " << to_text(again.error());
    ++counts[name + ", nothing signed yet"];
    return ::testing::AssertionSuccess();
  }
  const int step = run.step_of(again->end);
  if (step < 0 || again->end.size < receipt)
    return ::testing::AssertionFailure() << name << ": ends at " << again->end.size << ", receipt at " << receipt;
  ++counts[name + (again->end.size > receipt ? ", ahead of its receipt" : "")];
  if (!again->cuts.empty()) ++counts[name + ", with a cut"];
  const auto next = static_cast<std::size_t>(step) + 1;
  if (next == run.steps.size()) return ::testing::AssertionSuccess();
  if (run.append(*again->log, next, next + 1, -1) != run.steps[next].size)
    return ::testing::AssertionFailure() << name << ": does not go on from " << again->end.size;
  again->log.reset();
  auto last = file_log_append(run.dir(), run.chain, run.key, disk);
  if (!last || last->end.size != run.steps[next].size || !last->cuts.empty())
    return ::testing::AssertionFailure() << name << ": did not end where it went on to";
  return ::testing::AssertionSuccess();
}

/// Each kind of loss of what the disk had not made durable.
void expect_survival(const SimulatedDisk& disk, std::int64_t receipt, Counts& counts,
                     std::uint64_t seed) {
  for (const NamedLoss& l : kLosses)
    for (int i = 0; i < l.seeds; ++i)
      ASSERT_TRUE(survives(disk.after(l.loss, seed * 8 + static_cast<std::uint64_t>(i)), receipt,
                           counts, l.name));
}

/// The disk of the whole run, on which nothing failed.
const SimulatedDisk& whole_run() {
  static const SimulatedDisk kWhole = [] {
    SimulatedDisk disk;
    CHECK(recorded().write(disk, recorded().steps.size()) == recorded().steps.back().size);
    return disk;
  }();
  return kWhole;
}

TEST(Crash, at_every_call_of_a_run_loses_nothing_that_was_signed) {
  const RecordedRun& run = recorded();
  Counts counts;
  for (std::int64_t call = 0; call < whole_run().calls(); ++call) {
    SimulatedDisk disk;
    disk.stop_at(call);
    const std::int64_t receipt = run.write(disk, run.steps.size());
    expect_survival(disk, receipt, counts, static_cast<std::uint64_t>(call));
    if (HasFatalFailure()) FAIL() << "at call " << call;
  }
  std::printf("  %lld calls\n", static_cast<long long>(whole_run().calls()));
  print("power lost at a call", counts);
}

/// The disk of a run that ended well after `steps`.
SimulatedDisk after_steps(std::size_t steps) {
  SimulatedDisk disk;
  if (steps > 0) recorded().write(disk, steps);
  return disk.after(PowerLoss::survive, 0);
}

TEST(Crash, at_every_byte_of_every_write_loses_nothing_that_was_signed) {
  const RecordedRun& run = recorded();
  Counts counts;
  std::int64_t points = 0;
  for (std::size_t step = 0; step < run.steps.size(); ++step) {
    const SimulatedDisk before = after_steps(step);
    const std::int64_t signed_before = step == 0 ? -1 : run.steps[step - 1].size;
    auto go_on = [&](SimulatedDisk& disk) {
      if (step == 0) return run.write(disk, 1);
      auto log = file_log_append(run.dir(), run.chain, run.key, disk);
      return log ? run.append(*log->log, step, step + 1, signed_before) : -1;
    };
    SimulatedDisk whole = before;
    ASSERT_EQ(go_on(whole), run.steps[step].size);
    for (std::size_t call = 0; call < whole.made().size(); ++call) {
      if (whole.made()[call].call != DiskCall::write) continue;
      for (std::size_t bytes = step % CAPMARKET_CRASH_STRIDE; bytes <= whole.made()[call].bytes;
           bytes += CAPMARKET_CRASH_STRIDE) {
        SimulatedDisk disk = before;
        disk.stop_at(static_cast<std::int64_t>(call), bytes);
        const std::int64_t receipt = go_on(disk);
        ASSERT_EQ(receipt, signed_before);
        expect_survival(disk, receipt, counts, ++points + 0ULL);
        if (HasFatalFailure()) FAIL() << "step " << step << ", call " << call << ", byte " << bytes;
      }
    }
  }
  std::printf("  %lld places inside of writes, every %d bytes\n", static_cast<long long>(points),
              CAPMARKET_CRASH_STRIDE);
  print("power lost inside of a write", counts);
}

TEST(Crash, calls_that_are_interrupted_or_do_less_change_nothing) {
  const RecordedRun& run = recorded();
  const auto expected = whole_run().files();
  Counts counts;
  for (std::int64_t call = 0; call < whole_run().calls(); ++call)
    for (DiskFault fault : {DiskFault::interrupted, DiskFault::short_count}) {
      SimulatedDisk disk;
      disk.fault_at(call, fault);
      const std::int64_t receipt = run.write(disk, run.steps.size());
      if (receipt == run.steps.back().size) {
        EXPECT_EQ(disk.files(), expected) << call;
        ++counts[fault == DiskFault::interrupted ? "interrupted, went on" : "less than asked for, went on"];
        continue;
      }
      // What must not be tried again: a sync, and what has no interruption.
      const DiskCall made = disk.made()[static_cast<std::size_t>(call)].call;
      EXPECT_TRUE(fault == DiskFault::interrupted &&
                  (made == DiskCall::sync || made == DiskCall::sync_folder ||
                   made == DiskCall::make_folder))
          << call;
      ASSERT_TRUE(survives(disk.after(PowerLoss::survive, 0), receipt, counts, "interrupted sync"));
    }
  print("a call", counts);
}

TEST(Crash, a_full_or_failing_disk_stops_the_writer_and_loses_nothing_that_was_signed) {
  const RecordedRun& run = recorded();
  Counts counts;
  for (std::int64_t call = 0; call < whole_run().calls(); ++call)
    for (DiskFault fault : {DiskFault::no_space, DiskFault::io_error}) {
      SimulatedDisk disk;
      disk.fault_at(call, fault);
      const std::int64_t receipt = run.write(disk, run.steps.size());
      const std::string name = fault == DiskFault::no_space ? "disk full" : "error";
      ASSERT_TRUE(survives(disk.after(PowerLoss::survive, 0), receipt, counts, name)) << call;
      ASSERT_TRUE(survives(disk.after(PowerLoss::reorder, static_cast<std::uint64_t>(call)), receipt,
                           counts, name + ", then power lost"))
          << call;
    }
  print("a disk that fails", counts);
}

/// Nothing can keep what a disk lied about. What is found then was signed, or the loss is named.
TEST(Crash, a_disk_that_lies_about_a_sync_is_found_out_or_what_is_there_was_signed) {
  const RecordedRun& run = recorded();
  Counts counts;
  std::mt19937_64 random(7);
  for (std::int64_t call = 0; call < whole_run().calls(); ++call)
    for (const NamedLoss& l : kLosses) {
      SimulatedDisk disk;
      disk.fault_at(call, DiskFault::lying_sync);
      disk.stop_at(call + 1 + static_cast<std::int64_t>(random() % 200));
      const std::int64_t receipt = run.write(disk, run.steps.size());
      SimulatedDisk found = disk.after(l.loss, random());
      auto again = file_log_append(run.dir(), run.chain, run.key, found);
      if (!again) {
        EXPECT_FALSE(to_text(again.error()).empty());
        ++counts[std::string(l.name) + ", refused by name"];
        continue;
      }
      ASSERT_GE(run.step_of(again->end), 0) << "what was never signed, at call " << call;
      ++counts[std::string(l.name) + (again->end.size < receipt ? ", an older end, signed" : ", whole")];
    }
  print("a sync that lied", counts);
}

/// Between the cut and the change: whoever opened the log can open it again, or the new key can.
TEST(Crash, at_every_call_of_a_change_of_key_behind_a_tail_one_of_the_keys_goes_on) {
  const RecordedRun& run = recorded();
  const crypto::KeyPair next = testing::numbered_key(99);
  SimulatedDisk before = after_steps(3);
  Bytes tail = before.files().at("chain/segments/00000000.seg");
  tail.insert(tail.end(), {1, 2, 3});
  before.put("chain/segments/00000000.seg", tail);
  auto change = [&](SimulatedDisk& disk) {
    auto log = file_log_append(run.dir(), run.chain, run.key, disk);
    if (!log) return std::int64_t{-1};
    log->log->sign_with(next);
    return run.append(*log->log, 3, 4, run.steps[2].size);
  };
  SimulatedDisk whole = before;
  ASSERT_EQ(change(whole), run.steps[3].size);
  Counts counts;
  for (std::int64_t call = 0; call < whole.calls(); ++call)
    for (const NamedLoss& l : kLosses) {
      SimulatedDisk disk = before;
      disk.stop_at(call);
      const std::int64_t receipt = change(disk);
      SimulatedDisk found = disk.after(l.loss, static_cast<std::uint64_t>(call));
      auto by_old = file_log_append(run.dir(), run.chain, run.key, found);
      auto by_new = file_log_append(run.dir(), run.chain, next, found);
      ASSERT_NE(by_old.has_value(), by_new.has_value()) << call << " " << l.name;
      const Checkpoint end = by_old ? by_old->end : by_new->end;
      EXPECT_EQ(end.size, by_old ? run.steps[2].size : run.steps[3].size) << call;
      EXPECT_TRUE(receipt != run.steps[3].size || by_new) << call;
      ++counts[by_old ? "the old key goes on" : "the new key goes on"];
    }
  print("a change of key", counts);
}

TEST(Crash, a_log_that_failed_takes_nothing_more) {
  const RecordedRun& run = recorded();
  SimulatedDisk disk = after_steps(3);
  auto log = file_log_append(run.dir(), run.chain, run.key, disk);
  ASSERT_TRUE(log) << to_text(log.error());
  disk.fault_at(0, DiskFault::io_error);
  EXPECT_EQ(run.append(*log->log, 3, 4, -1), -1);
  EXPECT_FALSE(log->log->checkpoint(run.steps[3].root, run.steps[3].size)) << "a sync is not tried again";
}

TEST(Crash, a_record_that_another_put_there_stops_the_writer) {
  const RecordedRun& run = recorded();
  SimulatedDisk disk = after_steps(3);
  auto log = file_log_append(run.dir(), run.chain, run.key, disk);
  ASSERT_TRUE(log) << to_text(log.error());
  disk.put("chain/checkpoint.lock",
           [&] { SimulatedDisk other = after_steps(2); return other.files().at("chain/checkpoint.lock"); }());
  EXPECT_EQ(run.append(*log->log, 3, 4, -1), -1);
}

TEST(Crash, what_was_put_back_to_an_earlier_state_is_refused_by_name) {
  const RecordedRun& run = recorded();
  const auto early = after_steps(3).files(), late = after_steps(5).files();
  auto with = [&](const std::string& name) {
    SimulatedDisk disk = after_steps(5);
    disk.put(name, early.at(name));
    auto log = file_log_append(run.dir(), run.chain, run.key, disk);
    return log ? std::string() : to_text(log.error());
  };
  EXPECT_NE(with("chain/segments/00000000.seg").find("rolled back"), std::string::npos);
  EXPECT_NE(with("chain/checkpoint.lock").find("an older record was put back"), std::string::npos);
  EXPECT_EQ(with("chain/checkpoint"), "") << "as after a kill between record and checkpoint";
  EXPECT_EQ(early.size(), late.size());
}

}  // namespace
}  // namespace capmarket::log
