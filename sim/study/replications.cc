#include "sim/study/replications.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "sim/kernel/random.h"

namespace capmarket::study {
namespace {

/// What the threads share.
struct Work {
  const scenarios::Scenario& scenario;
  const ReplicationOptions& options;
  std::vector<std::optional<Result<run::Run>>> results;  // each written by one thread
  std::atomic<std::int64_t> next{0};
  std::atomic<bool> stop{false};  // one failed or was interrupted: no other begins
  std::mutex mutex{};             // of what follows
  std::int64_t done = 0, events = 0;
};

Result<run::Run> play_one(const Work& work, std::int64_t number) {
  run::RunOptions options;
  options.scheme = work.options.run.scheme;
  options.interrupt = work.options.run.interrupt;
  options.steady_from = work.options.run.steady_from;
  options.optimum = work.options.run.optimum;
  options.seed = replication_seed(
      work.options.run.seed.value_or(work.scenario.seed_dynamics), number);
  auto run = run::run_scenario(work.scenario, options);
  if (run) run->promises = {};  // of a chain that nobody keeps
  return run;
}

/// Takes numbers in order, so that all below one that was taken are played to their end.
void play_all(Work& work) {
  const auto n = static_cast<std::int64_t>(work.results.size());
  while (!work.stop) {
    const std::int64_t number = work.next++;
    if (number >= n) return;
    auto& result = work.results[static_cast<std::size_t>(number)].emplace(play_one(work, number));
    if (!result || result->interrupted) {
      work.stop = true;
      return;
    }
    std::lock_guard lock(work.mutex);
    ++work.done;
    work.events += result->events;
    if (work.options.progress) work.options.progress(work.done, work.events);
  }
}

}  // namespace

std::int64_t replication_seed(std::int64_t seed, std::int64_t number) {
  if (number == 0) return seed;
  kernel::Stream stream({static_cast<std::uint64_t>(seed), 1}, {}, kernel::Draw::replication,
                        static_cast<std::uint64_t>(number));
  return static_cast<std::int64_t>(stream.next() >> 2);
}

Result<std::vector<run::Run>> replicate(const scenarios::Scenario& scenario,
                                        const ReplicationOptions& options) {
  CHECK(options.replications > 0 && options.threads > 0, options.replications, options.threads);
  Work work{scenario, options, {}};
  work.results.resize(static_cast<std::size_t>(options.replications));
  std::vector<std::thread> others;
  for (int i = 1; i < options.threads && i < options.replications; ++i)
    others.emplace_back([&] { play_all(work); });
  play_all(work);
  for (std::thread& t : others) t.join();
  std::vector<run::Run> out;
  for (auto& result : work.results) {
    if (!result || (*result && (*result)->interrupted)) break;
    if (!*result) return tl::unexpected(result->error());
    out.push_back(std::move(**result));
  }
  return out;
}

}  // namespace capmarket::study
