#include "sim/study/fork.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <deque>

#include "model/crypto/hash.h"
#include "model/log/file_log.h"
#include "model/objects/object.h"
#include "sim/agents/authority.h"
#include "sim/world/contacts.h"
#include "sim/world/post.h"
#include "sim/world/setup.h"

namespace capmarket::study {
namespace {

/// The common part's frames in a new directory: the chain goes on there.
Result<void> move_chain(world::World& w, const Bytes& frames, const std::string& dir) {
  std::size_t at = 0;
  ByteView leaf, payload;
  std::unique_ptr<log::EntryLog> log;
  while (at < frames.size()) {
    const auto fault = log::read_frame(frames, at, leaf, payload);
    CHECK(fault == log::FrameFault::none, at, frames.size());
    if (!log) {  // the genesis
      auto file = log::file_log(dir, w.chain->state().chain, payload, world::log_key(w.population));
      if (!file) return tl::unexpected(file.error());
      log = std::move(*file);
    }
    log->append(leaf, payload);
  }
  CHECK(log != nullptr, frames.size());
  w.chain->continue_in(std::move(log));
  return {};
}

/// The last rule of the branch's scenario is new: its authority puts it on the chain.
Result<void> change_rule(world::World& w) {
  const party::RuleIndex index(static_cast<std::int64_t>(w.scenario->rules.size()) - 1);
  const scenarios::ScenarioRule& added = at(w.scenario->rules, index);
  if (auto r = world::admit_strategies(w, added.rule); !r) return r;
  w.rule_ids.push_back(crypto::content_id(objects::encode_object(added.rule)));
  agents::plan_rule(view_of(w, w.authority_named(added.rule.authority)), index,
                    w.scenario->start + *added.at);
  world::take_out(w);
  return {};
}

Result<void> take_branch(world::World& w, const Bytes& frames, const Branch& branch) {
  if (auto r = move_chain(w, frames, branch.chain_dir); !r) return r;
  w.scenario = branch.scenario;
  return branch.changes ? change_rule(w) : Result<void>();
}

/// Waits for the process.
int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) CHECK(errno == EINTR, errno);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The children: at most so many at one time.
class Children {
 public:
  Children(const std::vector<Branch>& branches, std::int64_t at_once)
      : branches_(branches), at_once_(static_cast<std::size_t>(at_once)) {}

  /// The branch to go on with, in its child; null in the caller, when all have ended.
  Result<const Branch*> begin() {
    for (const Branch& branch : branches_) {
      if (running_.size() == at_once_) wait_for_first();
      std::fflush(nullptr);  // nothing that is not written yet is written twice
      const pid_t child = fork();
      if (child == 0) return &branch;
      if (child < 0) {
        const int why = errno;
        wait_for_all();
        return fail(fmt::format("no process for `{}`: {}", branch.name, std::strerror(why)),
                    "fewer branches, or a system that allows more processes");
      }
      running_.push_back({branch.name, child});
    }
    wait_for_all();
    return nullptr;
  }
  std::vector<BranchEnd> ends;

 private:
  struct Running {
    std::string name;
    pid_t process = 0;
  };
  void wait_for_first() {
    ends.push_back({running_.front().name, status_of(running_.front().process)});
    running_.pop_front();
  }
  void wait_for_all() {
    while (!running_.empty()) wait_for_first();
  }

  const std::vector<Branch>& branches_;
  std::size_t at_once_;
  std::deque<Running> running_;
};

using Finish = std::function<int(const Branch&, const Result<run::Run>&)>;

constexpr int kInternalStatus = 70;  // docs/spec/commands.md#exit-status

/// What a child throws ends there: its caller's folders are not its own to clear away.
[[noreturn]] void end_child(const Branch& branch, const char* what) {
  std::fputs(fmt::format("branch `{}`: internal error: {}\n", branch.name, what).c_str(), stderr);
  std::fflush(nullptr);
  _exit(kInternalStatus);
}

Result<run::Run> play_branch(const scenarios::Scenario& common, const run::RunOptions& options,
                      const Branch* const& mine) {
  try {
    return run::run_scenario(common, options);
  } catch (const std::exception& e) {
    if (mine != nullptr) end_child(*mine, e.what());
    throw;
  }
}

int finish_alone(const Branch& branch, const Result<run::Run>& run, const Finish& finish) {
  try {
    return finish(branch, run);
  } catch (const std::exception& e) {
    end_child(branch, e.what());
  }
}

}  // namespace

Result<std::vector<BranchEnd>> fork_run(
    const scenarios::Scenario& common, const ForkOptions& options,
    const std::vector<Branch>& branches,
    const std::function<int(const Branch&, const Result<run::Run>&)>& finish) {
  CHECK(Window({common.start, common.end()}).contains(options.at) && options.at_once > 0,
        options.at.value, options.at_once);
  Children children(branches, options.at_once);
  const Branch* mine = nullptr;  // in a child
  Bytes frames;
  run::RunOptions run_options = options.run;
  run_options.threads = 1;  // no other thread would be there in a child
  run_options.chain_dir.clear();
  run_options.frames = &frames;
  run_options.pause_at = options.at;
  run_options.at_pause = [&](world::World& w) -> Result<bool> {
    auto branch = children.begin();
    if (!branch) return tl::unexpected(branch.error());
    mine = *branch;
    if (mine == nullptr) return false;
    run_options.progress = nullptr;
    if (auto r = take_branch(w, frames, *mine); !r) return tl::unexpected(r.error());
    return true;
  };
  auto run = play_branch(common, run_options, mine);
  if (mine != nullptr) {
    const int status = finish_alone(*mine, run, finish);
    std::fflush(nullptr);
    _exit(status);
  }
  if (!run) return tl::unexpected(run.error());
  return children.ends;
}

}  // namespace capmarket::study
