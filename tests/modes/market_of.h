// A small scenario for any combination of the marketplace's modes, written to a folder.
#pragma once

#include <string>

#include "tests/support/scratch_folder.h"

namespace capmarket::modes {

struct Modes {
  std::string discovery;     // prepublished | reactive | hybrid
  std::string coordination;  // none | single | sharded | peer
  std::string pricing;       // fixed | negotiated | discovered
  bool classes = false;      // bundles of two classes
  bool borders = false;      // users of another jurisdiction

  std::string name() const;
};

/// Writes the scenario with its rules. The scenario's file.
std::string write_market(const testing::ScratchFolder& folder, const Modes& modes);

}  // namespace capmarket::modes
