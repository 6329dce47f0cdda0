// Files of the source tree, for test programs: they know where it is.
#pragma once

#include <string>

#include "model/base/check.h"
#include "model/yaml/yaml.h"

namespace capmarket::testing {

/// By its path from the root.
inline std::string source_path(const std::string& path) {
  return std::string(CAPMARKET_SOURCE_DIR) + "/" + path;
}
/// CHECKs that the file is there.
inline std::string source_text(const std::string& path) {
  auto text = yaml::read_file(source_path(path));
  CHECK(text.has_value(), path);
  return *text;
}

}  // namespace capmarket::testing
