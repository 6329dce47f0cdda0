// Import of the Standard Workload Format of the Parallel Workloads Archive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/base/result.h"
#include "scenarios/imports/imported.h"

namespace capmarket::imports {

/// Which number of a job its tier comes from.
enum class SwfTier : std::uint8_t { none, queue, partition };

/// What the log does not say.
struct SwfOptions {
  Duration lead = kImportLead;
  std::optional<std::int64_t>
      capacity{};                // processors; absent: MaxProcs, MaxNodes, the largest job
  std::int64_t holders = 1;      // the capacity is split evenly over so many
  SwfTier tier = SwfTier::none;  // none: one tier `batch`; else the lower number ranks higher
  bool strict = false;           // every tolerated oddity is a problem
};

/// One job is one request: window [submit, submit + run time), where the run time is unknown the
/// requested time; quantity = requested processors, where unknown the allocated ones; the user
/// column is the user. Skipped, with the reason: `unknown-submit`, `unknown-run-time`,
/// `unknown-processors`, `no-processors`. Headers are the lines that start with `;`: MaxProcs,
/// MaxNodes and UnixStartTime count. One pass over `content`, no allocation per field.
Result<Imported> parse_swf(const std::string& file, std::string_view content,
                           const SwfOptions& options);
/// The same from a file.
Result<Imported> import_swf(const std::string& file, const SwfOptions& options);

}  // namespace capmarket::imports
