// What stands in a chain directory beside the files of a chain. Source:
// docs/spec/commands.md#chain-fsck.
#pragma once

#include <string>
#include <vector>

#include "model/base/result.h"

namespace capmarket::cli {

/// Names below the directory, sorted.
struct Strays {
  std::vector<std::string> left;    // what a killed writer was about to put in place: `NAME.new`
  std::vector<std::string> others;  // no file of a chain; a segment behind a gap in the numbers
};
/// Problems: a folder that cannot be read.
Result<Strays> strays_of(const std::string& dir);

/// Removes what a killed writer left, while no other one writes. Problems: another writer; the
/// system's.
Result<void> remove_left(const std::string& dir, const Strays& strays);

/// A line each, for who reads.
std::string told(const Strays& strays, bool removed);

}  // namespace capmarket::cli
