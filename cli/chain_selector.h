// How commands name an entry of a chain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/base/result.h"
#include "model/chain/reader.h"

namespace capmarket::cli {

/// A sequence number, or the first hex digits of a content id.
struct EntrySelector {
  std::optional<std::int64_t> sequence;
  std::string prefix;
  bool selects(const chain::Entry& e) const;
};

/// Up to nine decimal digits, or 6 to 64 lower-case hex digits.
Result<EntrySelector> parse_selector(const std::string& text);

/// Tells that the chain has no such entry; gives kBadInput.
int no_entry(const std::string& id);
/// Tells what is damaged; gives kRefuted.
int damaged(const Problems& problems);

}  // namespace capmarket::cli
