// Import of foreign CSV tables through a mapping.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "scenarios/imports/imported.h"
#include "scenarios/imports/mapping.h"

namespace capmarket::imports {

/// A table as it was read: its name in messages, its bytes (owned by the caller).
struct CsvFile {
  std::string file;
  std::string_view content;
};

/// Every row of the requests' table becomes a request or is skipped with a reason. Each file must
/// be used by the mapping, each section must find its file. At most 20 problems. `strict`: rows of
/// holders without capacity are problems instead of notes.
Result<Imported> parse_csv_trace(const Mapping& mapping, const std::vector<CsvFile>& files,
                                 bool strict = false);
/// The same from files.
Result<Imported> import_csv(const std::string& mapping_file, const std::vector<std::string>& files,
                            bool strict = false);

}  // namespace capmarket::imports
