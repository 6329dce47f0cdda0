#include "verify/smt/recheck.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "model/base/visible.h"
#include "verify/smt/subprocess.h"

namespace capmarket::smt {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> command_of(const std::string& solver, std::chrono::milliseconds limit) {
  // Each also knows the limit itself: it ends even where we are killed.
  std::int64_t seconds = std::chrono::ceil<std::chrono::seconds>(limit).count() + 1;
  // The core that decided, not what Z3 would choose by the logic: that loses itself in products.
  if (solver == "z3")
    return {"z3", "-smt2", fmt::format("-T:{}", seconds), "tactic.default_tactic=smt", "-in"};
  return {"cvc5", "--lang=smt2", fmt::format("--tlimit={}", seconds * 1000), "-"};
}

/// The question without the answer: cvc5 would take the status for an expectation and abort.
std::string blind(const std::string& text) {
  std::size_t at = text.find("\n(set-info :status ");
  if (at == text.npos) return text;
  std::size_t end = text.find('\n', at + 1);
  return text.substr(0, at) + text.substr(end);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

constexpr std::size_t kSaidMax = 200;  // bytes of an answer that are shown

std::string command_text(const std::vector<std::string>& command) {
  std::string out;
  for (const std::string& word : command) out += (out.empty() ? "" : " ") + word;
  return out;
}

/// The command line, how it ended, and what it answered.
std::string failure_text(const std::vector<std::string>& command, const ProcessResult& result) {
  std::string answer = result.out.empty() ? result.err : result.out;
  while (answer.ends_with('\n')) answer.pop_back();
  std::string how = result.signal != 0
                        ? fmt::format("signal {} ({})", result.signal, ::strsignal(result.signal))
                        : fmt::format("exit status {}", result.status);
  return fmt::format("`{}` ended by {} and answered `{}`", command_text(command), how,
                     shown(answer, kSaidMax));
}

/// One line says it all: whatever else is printed, or another end than a good one, is no answer.
RecheckedFile judge(const std::vector<std::string>& command, const ProcessResult& result,
                    bool unsat) {
  if (result.timed_out) return {Recheck::unknown, "out of time"};
  const std::string said = first_line(result.out);
  const bool alone = result.out.find_first_not_of(" \r\n", said.size()) == std::string::npos;
  if ((said == "sat" || said == "unsat") && alone && result.status == 0)
    return {(said == "unsat") == unsat ? Recheck::agrees : Recheck::disagrees, said};
  if (said == "unknown" && alone && result.status == 0) return {Recheck::unknown, said};
  // Each gives up by itself a second after the limit that we keep.
  if (result.signal == 0 && (said == "timeout" || said.find("timeout") != said.npos ||
                             first_line(result.err).find("timeout") != std::string::npos))
    return {Recheck::unknown, "out of time"};
  return {Recheck::failed, failure_text(command, result)};
}

}  // namespace

std::string_view to_text(Recheck outcome) {
  switch (outcome) {
    case Recheck::agrees:
      return "agrees";
    case Recheck::disagrees:
      return "disagrees";
    case Recheck::unknown:
      return "unknown";
    case Recheck::failed:
      return "failed";
  }
  return {};
}

std::size_t RecheckReport::count(Recheck outcome) const {
  return static_cast<std::size_t>(std::count_if(
      files.begin(), files.end(), [&](const RecheckedFile& f) { return f.outcome == outcome; }));
}

Result<std::string> recheck_version(const std::string& solver) {
  if (solver != "cvc5" && solver != "z3")
    return fail(fmt::format("`{}` is no second solver here", solver), "cvc5 or z3");
  const std::vector<std::string> command = {solver, "--version"};
  auto ran = run_process(command, "", std::chrono::seconds(20));
  if (!ran)
    return fail(
        fmt::format("`{}` cannot be started: {}", command_text(command), ran.error().front().what),
        fmt::format("the Debian package {} (scripts/packages.txt)", solver));
  // `This is cvc5 version 1.0.3`, `Z3 version 4.8.12 - 64 bit`
  std::string line = first_line(ran->out);
  std::size_t at = line.find("version ");
  if (ran->timed_out || ran->status != 0 || at == line.npos)
    return fail(ran->timed_out ? fmt::format("`{}` does not answer", command_text(command))
                               : failure_text(command, *ran),
                fmt::format("the version of {}", solver));
  line = line.substr(at + 8);
  return line.substr(0, line.find(' '));
}

Result<RecheckReport> recheck(const CertificateSet& set, const RecheckOptions& options) {
  auto version = recheck_version(options.solver);
  if (!version) return tl::unexpected(version.error());
  const auto begun = Clock::now();
  RecheckReport out;
  out.solver = options.solver;
  out.version = *version;
  out.files.resize(set.files.size());
  std::atomic<std::size_t> next{0};
  auto work = [&] {
    for (std::size_t k = next++; k < set.files.size(); k = next++) {
      auto limit = options.limit;
      if (options.until)
        limit = std::min(limit, std::chrono::duration_cast<std::chrono::milliseconds>(
                                    *options.until - Clock::now()));
      if (limit.count() <= 0) {
        out.files[k] = {Recheck::unknown, "out of time"};
        continue;
      }
      const auto command = command_of(options.solver, limit);
      auto ran = run_process(command, blind(set.texts[k]), limit);
      out.files[k] = ran ? judge(command, *ran, set.files[k].unsat)
                         : RecheckedFile{Recheck::failed, fmt::format("`{}` cannot be started: {}",
                                                                      command_text(command),
                                                                      ran.error().front().what)};
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < options.threads; ++i) threads.emplace_back(work);
  work();
  for (std::thread& t : threads) t.join();
  out.milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
  return out;
}

}  // namespace capmarket::smt
