// How hard a question is tried beside the solver's steps a query (`--rlimit`): one table of limits,
// each with a default, which `--effort NAME=VALUE` changes. Past one of them the answer is
// `unknown` (or a figure is coarser), never another one. No solver stands in this header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace capmarket::smt {

/// Counts, none of them of time: the same on every machine. What each means: effort_rows().
struct Effort {
  std::uint32_t smaller = 400'000;
  std::uint32_t smaller_of_diff = 100'000;
  std::uint32_t newer_part = 50;
  std::uint32_t older_part = 2;
  std::uint32_t boxes = 400;
  std::uint32_t product_steps = 3'000'000;
  std::uint32_t examples = 100;
  std::uint32_t product_examples = 20;
  std::uint32_t ratio_boxes = 20;
  std::uint32_t ratio_steps = 300'000;
  std::uint32_t ring_conditions = 20'000;
  std::uint32_t ring_part = 10;
  std::uint32_t value_tries = 256;

  friend bool operator==(const Effort&, const Effort&) = default;
};

/// One limit.
struct EffortRow {
  std::string_view name;  // as the option has it
  std::uint32_t Effort::*value;
  std::uint32_t most;  // 1 is the least of each
  std::string_view unit;
  std::string_view commands;  // that read it
  std::string_view meaning;
};

/// Every limit, in the order of the table that users read.
const std::vector<EffortRow>& effort_rows();
/// The table as docs/spec/analyses.md#effort has it, with the defaults.
std::string efforts_table();

/// `--effort boxes=400`: the option that says so, as reasons name a limit that was reached.
std::string effort_text(std::uint32_t Effort::*limit, const Effort& effort);
/// The same of the steps a query.
std::string rlimit_text(std::uint32_t rlimit);
/// `: reached A and B; more may decide it`; empty of nothing.
std::string reached_text(const std::vector<std::string>& limits);

}  // namespace capmarket::smt
